/*
 * qos.c - the part of a plan that programs floors and caps: HTB on the uplink
 * of a switch. Handle 1:, the link 1:1, the default flow 1:2, an adapter
 * 1:(0x10 + slot); the port's BPF program chooses the class. Called by plan.c.
 */
#include "plan/qos.h"

#include <string.h>

#include "lab/lab.h"
#include "plan/qos_step.h"
#include "plan/team.h"

/* Stands for a link that does not tell its speed, where only caps are kept. */
#define ANY_SPEED G_GUINT64_CONSTANT (100000000000)

/* A lab's adapter that was renamed keeps its first name as another one. */
static guint64
speed_by_other_name (vmnet_host *h, const char *nic)
{
	g_autoptr (kn_link) l = kn_link_get (h->nl, nic, NULL);
	guint64 speed = 0;

	for (guint i = 0; l && l->altnames && i < l->altnames->len; i++)
		speed = MAX (speed, lab_speed (h->run_dir,
					       l->altnames->pdata[i]));
	return speed;
}

guint64
plan_link_speed (vmnet_host *h, const char *nic)
{
	guint64 speed = h->lab ? lab_speed (h->run_dir, nic) : 0;

	if (h->lab && speed == 0)
		speed = speed_by_other_name (h, nic);
	return speed ? speed : kn_link_speed (h->nl, nic);
}

static gboolean
asks_floor (const vmnet_switch *s, const vmnet_adapter *a)
{
	vmnet_bw_mode mode = vmnet_switch_bw_mode (s);

	return (mode == VMNET_BW_WEIGHT && a->min_weight.set &&
		a->min_weight.value) ||
		(mode == VMNET_BW_ABSOLUTE && a->min_absolute.set &&
		 a->min_absolute.value);
}

gboolean
qos_asks (const vmnet_switch *s, const vmnet_adapter *a)
{
	return (a->max.set && a->max.value) || asks_floor (s, a);
}

gboolean
qos_wanted (const vmnet_model *m, const vmnet_switch *s)
{
	if (s->uplink == NULL)
		return FALSE;
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (model_is_on (s, a) && qos_asks (s, a))
			return TRUE;
	}
	return FALSE;
}

guint32
qos_classid (plan *p, const vmnet_adapter *a)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);

	return s && s->uplink && qos_asks (s, a) ? PLAN_CLASS (a->slot) : 0;
}

gboolean
qos_touched (const plan *p, const vmnet_adapter *a)
{
	const vmnet_switch *s = plan_switch_of (p->desired, a);

	return s && plan_switch_touched (p, s);
}

/* ---- what is wanted ---- */

/* One physical adapter of a switch. */
typedef struct {
	const vmnet_switch *s;
	const char *nic;
	team t;
	guint number;		/* in the team */
} uplink;

static uplink
uplink_of (plan *p, const vmnet_switch *s, guint number)
{
	uplink u = { .s = s, .nic = vmnet_switch_member (s, number),
		.number = number };

	if (s->teaming)
		plan_team_look (p, s, &u.t);
	return u;
}

/* Does the adapter go by it? A plan_counts_func. */
static gboolean
goes_by (gconstpointer user, const vmnet_adapter *a)
{
	const uplink *u = user;

	return model_is_on (u->s, a) &&
		(!u->s->teaming || team_choose (&u->t, a) == u->number);
}

static plan_sums
sums_on (plan *p, const uplink *u)
{
	plan_sums sums = plan_sums_of (p->desired, u->s, goes_by, u);

	sums.nic = u->nic;
	sums.squeeze = u->s->teaming;
	return sums;
}

static guint64
largest_floor (plan *p, const uplink *u, const plan_sums *sums,
	       guint64 link)
{
	guint64 most = 0;
	plan_rate r;

	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (goes_by (u, a) && qos_asks (u->s, a) &&
		    plan_share (sums, u->s, link, a, &r, NULL))
			most = MAX (most, r.floor);
	}
	return most;
}

/*
 * An adapter that has a cap and no floor belongs to everything else, and needs
 * a class only for the cap: the default flow's floor is shared equally among
 * them and the rest, so that none of them starves beside another.
 */
static guint
capped_only (plan *p, const uplink *u)
{
	guint n = 0;

	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		n += goes_by (u, a) && qos_asks (u->s, a) &&
			!asks_floor (u->s, a);
	}
	return n;
}

static gboolean
build_classes (plan *p, const uplink *u, guint64 link,
	       const GPtrArray *have, GError **error)
{
	plan_sums sums = sums_on (p, u);
	guint64 most = largest_floor (p, u, &sums, link), rest;
	plan_rate r = { .link = link, .floor = link };
	kn_class c = qos_class (QOS_LINK, &r, link);

	qos_step_class (p, u->nic, &c, qos_class_find (have, QOS_LINK),
		    "the link");
	if (!plan_share (&sums, u->s, link, NULL, &r, error))
		return FALSE;
	rest = r.floor = r.floor / (1 + capped_only (p, u));
	most = MAX (most, rest);
	c = qos_class (QOS_DEFAULT, &r, most);
	qos_step_class (p, u->nic, &c, qos_class_find (have, QOS_DEFAULT),
		    "everything else");
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];
		g_autofree char *alias = NULL;

		if (!goes_by (u, a) || !qos_asks (u->s, a))
			continue;
		if (!plan_share (&sums, u->s, link, a, &r, error))
			return FALSE;
		alias = names_alias (a);
		if (r.floor == 0)
			r.floor = rest;
		c = qos_class (PLAN_CLASS (a->slot), &r, most);
		qos_step_class (p, u->nic, &c, qos_class_find (have, c.handle),
			    alias);
	}
	return TRUE;
}

static void
drop_classes (plan *p, const uplink *u, const GPtrArray *have)
{
	for (guint i = 0; have && i < have->len; i++) {
		const kn_class *c = have->pdata[i];
		const vmnet_adapter *a;

		if (c->handle < PLAN_FIRST_CLASS)
			continue;
		a = g_hash_table_lookup (p->desired_slots, GUINT_TO_POINTER
					 (c->handle - PLAN_FIRST_CLASS));
		if (a && goes_by (u, a) && qos_asks (u->s, a))
			continue;
		qos_step_class_remove (p, u->nic, c);
	}
}

/*
 * The link's speed; 0: it is not known, and that matters. Caps alone do not
 * need it. Floors do; but when it was lost only later (a cable, a card), what
 * else is asked of the switch must not fail by that.
 */
static gboolean
speed_matters (plan *p, const uplink *u, guint64 *link)
{
	gboolean floors = FALSE, asked_now = FALSE;

	*link = plan_link_speed (p->h, u->nic);
	for (guint i = 0; *link == 0 && i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (!goes_by (u, a) || !asks_floor (u->s, a))
			continue;
		floors = TRUE;
		asked_now |= !p->all && plan_adapter_touched (p, a);
	}
	if (*link == 0 && !floors)
		*link = ANY_SPEED;
	return *link || asked_now;
}

/* As asked, floors fit on each member; when one has lost its link, the others
 * do what they can. */
static gboolean
fits (plan *p, const uplink *u, guint64 link, GError **error)
{
	plan_sums sums = plan_sums_asked (p->desired, u->s, u->nic);
	plan_rate r;

	return !u->s->teaming ||
		plan_share (&sums, u->s, link, NULL, &r, error);
}

static gboolean
build_one (plan *p, const uplink *u, GError **error)
{
	const kn_link *l = plan_link (p, u->nic);
	g_autoptr (GPtrArray) have = NULL;
	guint64 link;
	gboolean ours = FALSE, other = FALSE;
	char kind[16] = "";

	if (l == NULL || !speed_matters (p, u, &link))
		return TRUE;	/* restore does it when the card is back */
	if (!p->all && !fits (p, u, link, error))
		return FALSE;
	if (!qos_root (p, l, &ours, &other, kind, error))
		return FALSE;
	if (other) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "minimum and maximum bandwidth on %s: it has a "
			     "root qdisc (%s) that is not ours; remove it "
			     "first (tc qdisc del dev %s root)", u->nic,
			     kind, u->nic);
		return FALSE;
	}
	if (ours && !(have = kn_classes (p->h->nl, l->ifindex, error)))
		return FALSE;
	if (!ours)
		qos_step_root (p, u->nic);
	if (!build_classes (p, u, link, have, error))
		return FALSE;
	drop_classes (p, u, have);
	return TRUE;
}

static gboolean
switch_qos_touched (const plan *p, const vmnet_switch *s)
{
	if (plan_switch_touched (p, s))
		return TRUE;
	for (guint i = 0; i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (model_is_on (s, a) && plan_adapter_touched (p, a))
			return TRUE;
	}
	for (guint i = 0; p->base && i < p->base->adapters->len; i++) {
		const vmnet_adapter *a = p->base->adapters->pdata[i];
		const vmnet_adapter *now = g_hash_table_lookup
			(p->desired_slots, GUINT_TO_POINTER (a->slot));

		if (model_is_on (s, a) && !(now && model_is_on (s, now)))
			return TRUE;
	}
	return FALSE;
}

gboolean
plan_qos_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];

		if (!qos_wanted (p->desired, s) || !switch_qos_touched (p, s))
			continue;
		for (guint j = 0; vmnet_switch_member (s, j); j++) {
			uplink u = uplink_of (p, s, j);

			if (!build_one (p, &u, error))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean
nic_shaped (const vmnet_model *m, const char *nic)
{
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];

		if (vmnet_switch_has_member (s, nic))
			return qos_wanted (m, s);
	}
	return FALSE;
}

static gboolean
remove_of (plan *p, const vmnet_model *m, GError **error)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		const char *nic;

		for (guint j = 0; (nic = vmnet_switch_member (s, j)); j++)
			if (qos_wanted (m, s) &&
			    !nic_shaped (p->desired, nic) &&
			    !qos_step_root_remove (p, nic, error))
				return FALSE;
	}
	return TRUE;
}

gboolean
plan_qos_remove (plan *p, GError **error)
{
	return remove_of (p, p->base, error) &&
		remove_of (p, p->leftover, error);
}

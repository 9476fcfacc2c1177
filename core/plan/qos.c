/*
 * qos.c - the part of a plan that programs floors and caps: HTB on the uplink
 * of a switch. Handle 1:, the link 1:1, the default flow 1:2, an adapter
 * 1:(0x10 + slot); the port's BPF program chooses the class. Called by plan.c.
 */
#include "plan/qos.h"

#include <string.h>

#include "lab/lab.h"
#include "plan/lbfo.h"
#include "plan/shape.h"
#include "plan/team.h"
#include "plan/traffic.h"

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

gboolean
qos_asks_floor (const vmnet_switch *s, const vmnet_adapter *a)
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
	return (a->max.set && a->max.value) || qos_asks_floor (s, a);
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

static qos_uplink
uplink_of (plan *p, const vmnet_switch *s, guint number)
{
	qos_uplink u = { .s = s, .nic = vmnet_switch_member (s, number),
		.number = number };

	if (s->teaming)
		plan_team_look (p, s, &u.t);
	return u;
}

/* Neither a parent nor a priority can be changed while frames wait. */
static gboolean
in_place (const kn_class *now, const kn_class *old)
{
	return now->parent == old->parent && now->prio == old->prio;
}

static gboolean
stays_in_shape (GHashTable *wanted, const kn_class *c)
{
	const qos_want *w = g_hash_table_lookup (wanted, GUINT_TO_POINTER
						 (c->handle));

	return w && in_place (&w->c, c);
}

/* Of traffic classes and policies: one that belongs elsewhere now is made anew;
 * before its parent goes. */
static void
drop_shape (plan *p, const qos_uplink *u, GHashTable *wanted,
	    const GPtrArray *have)
{
	for (guint pass = 0; have && pass < 2; pass++)
		for (guint i = 0; i < have->len; i++) {
			const kn_class *c = have->pdata[i];

			if (SHAPE_OURS (c->handle) &&
			    !stays_in_shape (wanted, c) &&
			    (c->parent == QOS_LINK) == (pass == 1))
				qos_step_class_remove (p, u->nic, c);
		}
}

static void
build_class (plan *p, const qos_uplink *u, const qos_want *w,
	     const kn_class *old)
{
	g_autofree char *alias = w->a ? names_alias (w->a) : NULL;

	if (old && SHAPE_OURS (w->c.handle) && !in_place (&w->c, old))
		old = NULL;
	qos_step_class (p, u->nic, &w->c, old, alias ? alias : w->name);
}

static void
build_classes (plan *p, const qos_uplink *u, const GArray *want,
	       const GPtrArray *have)
{
	g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
	g_autoptr (GHashTable) wanted = qos_by_handle (want);

	for (guint i = 0; have && i < have->len; i++) {
		kn_class *c = have->pdata[i];

		g_hash_table_insert (known, GUINT_TO_POINTER (c->handle), c);
	}
	drop_shape (p, u, wanted, have);
	for (guint i = 0; i < want->len; i++) {
		const qos_want *w = &g_array_index (want, qos_want, i);

		build_class (p, u, w, g_hash_table_lookup (known,
			     GUINT_TO_POINTER (w->c.handle)));
	}
}

static void
drop_classes (plan *p, const qos_uplink *u, const GPtrArray *have)
{
	for (guint i = 0; have && i < have->len; i++) {
		const kn_class *c = have->pdata[i];
		const vmnet_adapter *a;

		if (c->handle < PLAN_FIRST_CLASS || SHAPE_OURS (c->handle))
			continue;
		a = g_hash_table_lookup (p->desired_slots, GUINT_TO_POINTER
					 (c->handle - PLAN_FIRST_CLASS));
		if (a && qos_goes_by (u, a) && qos_asks (u->s, a))
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
speed_matters (plan *p, const qos_uplink *u, guint64 *link)
{
	gboolean floors = FALSE, asked_now = FALSE;

	*link = lbfo_speed (p->h, p->desired, u->nic);
	if (*link == 0)
		*link = plan_link_speed (p->h, u->nic);
	for (guint i = 0; *link == 0 && i < p->desired->adapters->len; i++) {
		const vmnet_adapter *a = p->desired->adapters->pdata[i];

		if (!qos_goes_by (u, a) || !qos_asks_floor (u->s, a))
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
fits (plan *p, const qos_uplink *u, guint64 link, GError **error)
{
	plan_sums sums;
	plan_rate r;

	if (!u->s || !u->s->teaming)
		return TRUE;
	sums = plan_sums_asked (p->desired, u->s, u->nic);
	return plan_share (&sums, u->s, link, NULL, &r, error);
}

static gboolean
build_one (plan *p, const qos_uplink *u, GError **error)
{
	const kn_link *l = plan_link (p, u->nic);
	g_autoptr (GPtrArray) have = NULL;
	g_autoptr (GArray) want = NULL;
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
	want = qos_classes (p->desired, u, link, error);
	if (want == NULL ||
	    (ours && !(have = qos_have (p, u, link, l->ifindex, want, error))))
		return FALSE;
	if (!ours)
		qos_step_root (p, u->nic);
	build_classes (p, u, want, have);
	drop_classes (p, u, have);
	return TRUE;
}

static gboolean
switch_qos_touched (const plan *p, const vmnet_switch *s)
{
	if (plan_switch_touched (p, s) || lbfo_touched (p, s->uplink))
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

static const vmnet_switch *
switch_with (const vmnet_model *m, const char *nic)
{
	for (guint i = 0; i < m->switches->len; i++)
		if (vmnet_switch_has_member (m->switches->pdata[i], nic))
			return m->switches->pdata[i];
	return NULL;
}

gboolean
qos_nic_shaped (const vmnet_model *m, const char *nic)
{
	const vmnet_switch *s = switch_with (m, nic);

	return (s && qos_wanted (m, s)) || shape_wanted (m, nic);
}

static gboolean
build_switch (plan *p, const vmnet_switch *s, GError **error)
{
	for (guint j = 0; vmnet_switch_member (s, j); j++) {
		qos_uplink u;

		if (!qos_nic_shaped (p->desired, vmnet_switch_member (s, j)))
			continue;
		u = uplink_of (p, s, j);
		if (!build_one (p, &u, error))
			return FALSE;
	}
	return TRUE;
}

/* Adapters of no switch: what QoS asks of them. */
static gboolean
build_alone (plan *p, GError **error)
{
	g_autoptr (GPtrArray) nics = NULL;

	if (!traffic_touched (p))
		return TRUE;
	nics = traffic_nics (p, error);
	for (guint i = 0; nics && i < nics->len; i++) {
		const kn_link *l = nics->pdata[i];
		qos_uplink u = { .nic = l->name };

		if (traffic_is_physical (p->h, p->desired, l) &&
		    !switch_with (p->desired, l->name) &&
		    shape_wanted (p->desired, l->name) &&
		    !build_one (p, &u, error))
			return FALSE;
	}
	return nics != NULL;
}

gboolean
plan_qos_build (plan *p, GError **error)
{
	gboolean all = traffic_touched (p);

	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];

		if ((all || switch_qos_touched (p, s)) &&
		    !build_switch (p, s, error))
			return FALSE;
	}
	return build_alone (p, error);
}

static gboolean
remove_of (plan *p, const vmnet_model *m, GError **error)
{
	for (guint i = 0; m && i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		const char *nic;

		for (guint j = 0; (nic = vmnet_switch_member (s, j)); j++)
			if (qos_wanted (m, s) &&
			    !qos_nic_shaped (p->desired, nic) &&
			    !qos_step_root_remove (p, nic, error))
				return FALSE;
	}
	return TRUE;
}

/* Of any physical adapter that QoS had shaped and shapes no more. */
static gboolean
remove_alone (plan *p, GError **error)
{
	g_autoptr (GPtrArray) nics = NULL;

	if (!traffic_touched (p))
		return TRUE;
	nics = traffic_nics (p, error);
	for (guint i = 0; nics && i < nics->len; i++) {
		const char *nic = ((kn_link *) nics->pdata[i])->name;

		if (!qos_nic_shaped (p->desired, nic) &&
		    ((p->base && shape_wanted (p->base, nic)) ||
		     (p->leftover && shape_wanted (p->leftover, nic))) &&
		    !qos_step_root_remove (p, nic, error))
			return FALSE;
	}
	return nics != NULL;
}

gboolean
plan_qos_remove (plan *p, GError **error)
{
	return remove_of (p, p->base, error) &&
		remove_of (p, p->leftover, error) && remove_alone (p, error);
}

/*
 * shape.c - see shape.h.
 */
#include "plan/shape.h"

#include "model/qos.h"

guint32
shape_policy_class (const vmnet_qos_policy *p)
{
	return p->n[VMNET_QOS_THROTTLE].set || p->n[VMNET_QOS_WEIGHT].set
		? SHAPE_POLICY (p->n[VMNET_QOS_PLACE].value) : 0;
}

static gboolean
has_classes (const vmnet_model *m, const char *nic)
{
	return m->traffic_classes->len && dcb_enabled (m, nic);
}

gboolean
shape_wanted (const vmnet_model *m, const char *nic)
{
	for (guint i = 0; i < m->qos_policies->len; i++)
		if (shape_policy_class (m->qos_policies->pdata[i]))
			return TRUE;
	return has_classes (m, nic);
}

guint
shape_taken (const vmnet_model *m, const char *nic, gboolean *strict)
{
	*strict = FALSE;
	return has_classes (m, nic) ? traffic_shares (m, strict) : 0;
}

/* The number of the class that a policy's frames are in. */
static guint
class_number (const vmnet_model *m, const char *nic,
	      const vmnet_qos_policy *p)
{
	const vmnet_traffic_class *c = NULL;

	if (p->n[VMNET_QOS_PRIORITY].set && has_classes (m, nic))
		c = traffic_class_of (m, p->n[VMNET_QOS_PRIORITY].value);
	return c ? c->number : 0;
}

/* What the policies of one class ask for together. */
typedef struct {
	guint n, capped;	/* those with a class; without a weight */
	guint64 weight;
} asked;

static asked
asked_of (const vmnet_model *m, const char *nic, guint number)
{
	asked out = { 0 };

	for (guint i = 0; i < m->qos_policies->len; i++) {
		const vmnet_qos_policy *p = m->qos_policies->pdata[i];

		if (!shape_policy_class (p) ||
		    class_number (m, nic, p) != number)
			continue;
		out.n++;
		out.weight += p->n[VMNET_QOS_WEIGHT].value;
		out.capped += !p->n[VMNET_QOS_WEIGHT].set;
	}
	return out;
}

guint32
shape_priority_class (const vmnet_model *m, const char *nic, guint priority)
{
	const vmnet_traffic_class *c = has_classes (m, nic)
		? traffic_class_of (m, priority) : NULL;

	if (c == NULL)
		return 0;
	return asked_of (m, nic, c->number).n ? SHAPE_REST (c->number)
		: SHAPE_CLASS (c->number);
}

/* ---- rates ---- */

/*
 * `share` is what a class is to have beside the others, `rate` what it is
 * promised: that is next to nothing where something is Strict, so that this one
 * is asked first and the shares are of what it leaves.
 */
static void
add (GArray *out, guint32 handle, guint32 parent, guint64 share,
     const shape_class *like)
{
	shape_class s = *like;
	plan_rate r = { .link = like->c.ceil, .floor = share,
		.ceil = like->c.rate };

	s.c = qos_class (handle, &r, 0);
	s.c.parent = parent;
	s.c.prio = like->c.prio;
	/* The share, till all are known: see finish. */
	s.c.bytes = share;
	g_array_append_val (out, s);
}

/* Those of one class: of `share` each has its weight's part, and what is left
 * is for the others, `sharers` of them and the rest. Returns the rest's. */
static guint64
add_policies (const vmnet_model *m, const char *nic, guint number,
	      guint32 parent, guint64 share, guint sharers, guint prio,
	      guint64 link, GArray *out)
{
	asked a = asked_of (m, nic, number);
	guint64 all = MAX (100, a.weight + 1);
	guint64 each = share * (all - a.weight) / all /
		(1 + a.capped + sharers);

	for (guint i = 0; a.n && i < m->qos_policies->len; i++) {
		const vmnet_qos_policy *p = m->qos_policies->pdata[i];
		vmnet_opt weight = p->n[VMNET_QOS_WEIGHT];
		shape_class like = { .name = p->name, .c = { .prio = prio,
			.ceil = link,
			.rate = p->n[VMNET_QOS_THROTTLE].value } };

		if (shape_policy_class (p) &&
		    class_number (m, nic, p) == number)
			add (out, shape_policy_class (p), parent, weight.set
			     ? share * weight.value / all : each, &like);
	}
	return each;
}

static void
add_class (const vmnet_model *m, const char *nic,
	   const vmnet_traffic_class *t, guint64 link, GArray *out)
{
	guint32 handle = SHAPE_CLASS (t->number);
	guint64 share = t->strict ? link : link / 100 * t->bandwidth, rest;
	shape_class like = { .name = t->name, .c = { .ceil = link,
		.prio = t->strict ? 0 : QOS_PRIO } };

	add (out, handle, QOS_LINK, share, &like);
	if (!asked_of (m, nic, t->number).n)
		return;
	rest = add_policies (m, nic, t->number, handle, share, 0,
			     like.c.prio, link, out);
	add (out, SHAPE_REST (t->number), handle, rest, &like);
}

void
shape_yield (kn_class *c)
{
	c->rate = MIN (c->rate, QOS_RATE_MIN);
}

/* Shares become quanta; and rates, unless something goes before them. */
static void
finish (GArray *all, gboolean strict, guint64 most)
{
	for (guint i = 0; i < all->len; i++) {
		kn_class *c = &g_array_index (all, shape_class, i).c;

		c->quantum = qos_quantum (c->bytes, most);
		c->bytes = 0;
		if (strict)
			shape_yield (c);
	}
}

GArray *
shape_classes (const vmnet_model *m, const char *nic, guint64 link,
	       guint sharers, guint64 *rest, guint64 *most)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (shape_class));
	gboolean strict;	/* then all others come later */

	shape_taken (m, nic, &strict);
	for (guint i = 0; has_classes (m, nic) &&
	     i < m->traffic_classes->len; i++)
		add_class (m, nic, m->traffic_classes->pdata[i], link, out);
	*rest = add_policies (m, nic, 0, QOS_LINK, *rest, sharers,
			      QOS_PRIO, link, out);
	*most = MAX (*most, *rest);
	for (guint i = 0; i < out->len; i++)
		*most = MAX (*most, g_array_index (out, shape_class, i)
			     .c.bytes);
	finish (out, strict, *most);
	return out;
}

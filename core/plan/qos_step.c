/*
 * qos_step.c - HTB on an adapter: its root, the link's class and those below
 * it, made, changed and taken away; see qos_step.h.
 */
#include "plan/qos_step.h"

#include <string.h>

/* Ten milliseconds keep a fast link busy between two wake-ups of HTB; 64 KB
 * let small packets beside large ones have their floor (notes/peers.md). */
#define BURST_MS 10
#define BURST_MIN (64 * 1024)
/* What is left over is shared in proportion to the floors: by quantum. One
 * turn is shorter than the smallest burst: while it waits for longer, a capped
 * class would lose what it may send meanwhile, and never reach its cap. */
#define QUANTUM_MAX (BURST_MIN - 4096)
#define QUANTUM_MIN 1600

/* ---- steps ---- */

static gboolean
root_add (plan *p, step *s, GError **error)
{
	return kn_htb_add (p->h->nl, kn_ifindex (p->h->nl, s->link), QOS_HANDLE,
			   QOS_DEFAULT & 0xffff, error);
}

static void
root_add_undo (plan *p, step *s)
{
	/* 0xffffffff: TC_H_ROOT */
	kn_qdisc_del (p->h->nl, kn_ifindex (p->h->nl, s->link), 0xffffffffu,
		      QOS_HANDLE, NULL);
}

static gboolean
set_class (plan *p, const char *link, const kn_class *c, GError **error)
{
	return kn_htb_class_set (p->h->nl, kn_ifindex (p->h->nl, link),
				 c->parent, c->handle, c->rate, c->ceil,
				 c->burst, c->cburst, c->quantum, c->prio,
				 error);
}

static gboolean
root_del (plan *p, step *s, GError **error)
{
	return kn_qdisc_del (p->h->nl, kn_ifindex (p->h->nl, s->link),
			     0xffffffffu, QOS_HANDLE, error);
}

static void
root_del_undo (plan *p, step *s)
{
	GPtrArray *classes = s->data;

	root_add (p, s, NULL);
	/* The link's class is the parent of all others, and some of those are
	 * parents, too. */
	for (guint pass = 0; pass < 3; pass++)
		for (guint i = 0; i < classes->len; i++) {
			const kn_class *c = classes->pdata[i];
			guint depth = c->handle == QOS_LINK ? 0
				: c->parent == QOS_LINK ? 1 : 2;

			if (depth == pass)
				set_class (p, s->link, c, NULL);
		}
}

typedef struct {
	kn_class now, old;
	gboolean had;
} class_data;

static gboolean
class_apply (plan *p, step *s, GError **error)
{
	class_data *x = s->data;

	return set_class (p, s->link, &x->now, error);
}

static void
class_undo (plan *p, step *s)
{
	class_data *x = s->data;

	if (x->had)
		set_class (p, s->link, &x->old, NULL);
	else
		kn_class_del (p->h->nl, kn_ifindex (p->h->nl, s->link),
			      x->now.handle, NULL);
}

static gboolean
class_drop (plan *p, step *s, GError **error)
{
	class_data *x = s->data;

	return kn_class_del (p->h->nl, kn_ifindex (p->h->nl, s->link),
			     x->old.handle, error);
}

static void
class_drop_undo (plan *p, step *s)
{
	class_data *x = s->data;

	set_class (p, s->link, &x->old, NULL);
}

void
qos_step_class (plan *p, const char *link, const kn_class *now,
	    const kn_class *old, const char *whose)
{
	class_data *x;
	step *s;

	if (old && qos_class_same (old, now))
		return;
	x = g_new0 (class_data, 1);
	x->now = *now;
	x->had = old != NULL;
	if (old)
		x->old = *old;
	s = plan_step (p, class_apply, class_undo,
		       "class %x:%x on %s for %s: at least %" G_GUINT64_FORMAT
		       ", at most %" G_GUINT64_FORMAT " bit/s",
		       now->handle >> 16, now->handle & 0xffff, link, whose,
		       now->rate, now->ceil);
	s->link = g_strdup (link);
	s->data = x;
	s->data_free = g_free;
}

void
qos_step_root (plan *p, const char *link)
{
	step *t = plan_step (p, root_add, root_add_undo, "shape %s with HTB",
			     link);

	t->link = g_strdup (link);
}

void
qos_step_class_remove (plan *p, const char *link, const kn_class *old)
{
	class_data *x = g_new0 (class_data, 1);
	step *t = plan_step (p, class_drop, class_drop_undo,
			     "remove class %x:%x from %s", old->handle >> 16,
			     old->handle & 0xffff, link);

	x->old = *old;
	t->link = g_strdup (link);
	t->data = x;
	t->data_free = g_free;
}

/* ---- the root ---- */

gboolean
qos_root (plan *p, const kn_link *l, gboolean *ours, gboolean *other,
	 char kind[16], GError **error)
{
	/* One that the plan makes has none yet. */
	g_autoptr (GPtrArray) all = l->ifindex == 0 ? g_ptr_array_new ()
		: kn_qdisc_root (p->h->nl, l->ifindex, error);

	*ours = *other = FALSE;
	if (all == NULL)
		return FALSE;
	for (guint i = 0; i < all->len; i++) {
		const kn_qdisc *q = all->pdata[i];

		if (q->handle == QOS_HANDLE && strcmp (q->kind, "htb") == 0)
			*ours = TRUE;
		else if (q->handle != 0)
			*other = TRUE;
		g_strlcpy (kind, q->kind, 16);
	}
	return TRUE;
}

static gboolean
removes_root (const plan *p, const char *nic)
{
	for (guint i = 0; i < p->steps->len; i++) {
		const step *s = p->steps->pdata[i];

		if (s->apply == root_del && strcmp (s->link, nic) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
qos_step_root_remove (plan *p, const char *nic, GError **error)
{
	const kn_link *l = plan_link (p, nic);
	gboolean ours, other;
	char kind[16];
	step *t;

	if (l == NULL || removes_root (p, nic))
		return TRUE;
	if (!qos_root (p, l, &ours, &other, kind, error))
		return FALSE;
	if (!ours)
		return TRUE;
	t = plan_step (p, root_del, root_del_undo, "stop shaping %s", nic);
	t->link = g_strdup (nic);
	t->data = kn_classes (p->h->nl, l->ifindex, error);
	t->data_free = (GDestroyNotify) g_ptr_array_unref;
	return t->data != NULL;
}

/* ---- classes ---- */

static guint32
burst (guint64 rate)
{
	return MIN (MAX (rate / 8 * BURST_MS / 1000, BURST_MIN), 1u << 30);
}

guint32
qos_quantum (guint64 floor, guint64 most)
{
	guint64 q = most ? QUANTUM_MAX * floor / most : QUANTUM_MIN;

	return CLAMP (q, QUANTUM_MIN, QUANTUM_MAX);
}

kn_class
qos_class (guint32 handle, const plan_rate *r, guint64 most)
{
	kn_class c = { .parent = QOS_LINK, .handle = handle };
	guint64 cap = r->ceil ? MIN (r->ceil, r->link) : r->link;

	if (handle == QOS_LINK)
		c.parent = QOS_HANDLE;
	else
		c.prio = QOS_PRIO;
	c.ceil = cap;
	c.rate = MIN (MAX (r->floor, QOS_RATE_MIN), cap);
	c.burst = burst (c.rate);
	c.cburst = burst (c.ceil);
	c.quantum = qos_quantum (r->floor, most);
	return c;
}

/* The kernel keeps bytes per second: the last bits of a rate are not to be
 * had. */
gboolean
qos_class_same (const kn_class *a, const kn_class *b)
{
	return a->rate / 8 == b->rate / 8 && a->ceil / 8 == b->ceil / 8 &&
		a->prio == b->prio && a->quantum == b->quantum;
}

const kn_class *
qos_class_find (const GPtrArray *have, guint32 handle)
{
	for (guint i = 0; have && i < have->len; i++)
		if (((kn_class *) have->pdata[i])->handle == handle)
			return have->pdata[i];
	return NULL;
}

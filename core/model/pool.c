/*
 * pool.c - membership in resource pools and their sums.
 *
 * A pool counts nothing by itself: its figures are those of the meters of its
 * adapters, and what stands in its `past`. Whenever a meter comes, goes or is
 * reset, its figure moves between the two, so that the sum is the same before
 * and after, and only grows.
 */
#include "model/pool.h"

#include <string.h>

#include "model/document.h"

gboolean
pool_is_all (const char *name)
{
	return model_name_equal (name, VMNET_POOL_ALL);
}

vmnet_pool *
vmnet_model_pool (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->pools->len; i++) {
		vmnet_pool *p = g_ptr_array_index (m->pools, i);

		if (model_name_equal (p->name, name))
			return p;
	}
	return NULL;
}

/* Is `name` the pool, or below it? No circles are made: see edit_pool.c. A
 * file that somebody edited may have one, hence `depth`. */
static gboolean
is_below (const vmnet_model *m, const char *name, const char *pool,
	  guint depth)
{
	const vmnet_pool *p;

	if (model_name_equal (name, pool))
		return TRUE;
	p = depth ? vmnet_model_pool (m, name) : NULL;
	for (guint i = 0; p && p->parents[i]; i++)
		if (is_below (m, p->parents[i], pool, depth - 1))
			return TRUE;
	return FALSE;
}

gboolean
pool_is_below (const vmnet_model *m, const char *name, const char *pool)
{
	return is_below (m, name, pool, m->pools->len);
}

gboolean
pool_has (const vmnet_model *m, const char *pool, const vmnet_adapter *a)
{
	if (a->vm == NULL)
		return FALSE;
	return pool_is_all (pool)
	       || (a->pool && pool_is_below (m, a->pool, pool));
}

gboolean
pool_meters (const vmnet_model *m, const vmnet_adapter *a)
{
	for (guint i = 0; i < m->pools->len; i++) {
		const vmnet_pool *p = g_ptr_array_index (m->pools, i);

		if (p->metering && pool_has (m, p->name, a))
			return TRUE;
	}
	return FALSE;
}

/* ---- figures ---- */

/* That of `list` with the direction and addresses of `acl`; made where there
 * is none. */
static vmnet_acl *
figure_of (GPtrArray *list, const vmnet_acl *acl)
{
	vmnet_acl *own;

	for (guint i = 0; i < list->len; i++) {
		own = g_ptr_array_index (list, i);
		if (model_acl_same_key (own, acl))
			return own;
	}
	own = g_memdup2 (acl, sizeof *acl);
	own->id = list->len + 1;
	own->base_bytes = own->base_packets = 0;
	own->carried_bytes = own->carried_packets = 0;
	g_ptr_array_add (list, own);
	return own;
}

/* One of both is enough to hold a difference. */
static void
cancel (guint64 *more, guint64 *less)
{
	guint64 both = MIN (*more, *less);

	*more -= both;
	*less -= both;
}

static void
cancel_both (vmnet_acl *f)
{
	cancel (&f->carried_bytes, &f->base_bytes);
	cancel (&f->carried_packets, &f->base_packets);
}

typedef void (*meter_func) (GPtrArray *list, const vmnet_acl *acl,
			    guint64 bytes, guint64 packets);

static void
add_figure (GPtrArray *list, const vmnet_acl *acl, guint64 bytes,
	    guint64 packets)
{
	vmnet_acl *f = figure_of (list, acl);

	f->carried_bytes += bytes;
	f->carried_packets += packets;
	cancel_both (f);
}

static void
take_figure (GPtrArray *list, const vmnet_acl *acl, guint64 bytes,
	     guint64 packets)
{
	vmnet_acl *f = figure_of (list, acl);

	f->base_bytes += bytes;
	f->base_packets += packets;
	cancel_both (f);
}

static void
each_meter (const vmnet_adapter *a, model_count_func count, gpointer user,
	    GPtrArray *list, meter_func func)
{
	for (guint i = 0; i < a->acls->len; i++) {
		const vmnet_acl *acl = g_ptr_array_index (a->acls, i);
		guint64 bytes = 0, packets = 0;

		if (acl->action != VMNET_ACL_METER)
			continue;
		count (acl->id, &bytes, &packets, user);
		model_meter_total (acl, &bytes, &packets);
		func (list, acl, bytes, packets);
	}
}

static void
each_member (const vmnet_model *m, const vmnet_pool *p,
	     model_count_func count, gpointer user, GPtrArray *list,
	     meter_func func)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (pool_has (m, p->name, a))
			each_meter (a, count, user, list, func);
	}
}

/* A counter that was lost (a boot without the agent's last word) may leave less
 * than is to be taken away. */
static void
less (guint64 *from, guint64 *what)
{
	*from -= MIN (*from, *what);
	*what = 0;
}

GPtrArray *
pool_counted (const vmnet_model *m, const vmnet_pool *p,
	      model_count_func count, gpointer user)
{
	g_autoptr (vmnet_pool) copy = model_pool_copy (p, NULL);
	GPtrArray *list = copy->past;

	each_member (m, p, count, user, list, add_figure);
	for (guint i = 0; i < list->len; i++) {
		vmnet_acl *f = g_ptr_array_index (list, i);

		less (&f->carried_bytes, &f->base_bytes);
		less (&f->carried_packets, &f->base_packets);
	}
	return g_ptr_array_ref (list);
}

void
pool_begin (const vmnet_model *m, vmnet_pool *p, model_count_func count,
	    gpointer user)
{
	g_ptr_array_set_size (p->past, 0);
	each_member (m, p, count, user, p->past, take_figure);
	p->metering_since = g_get_real_time ();
	/* It is known by it when it gets another name. */
	for (guint i = 0; i < m->pools->len; i++) {
		const vmnet_pool *o = g_ptr_array_index (m->pools, i);

		if (o != p && o->metering_since >= p->metering_since)
			p->metering_since = o->metering_since + 1;
	}
}

/* ---- a commit ---- */

/* By its slot, which is never reused: names may change. */
static GHashTable *
by_slot (const vmnet_model *m)
{
	GHashTable *t = g_hash_table_new (NULL, NULL);

	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		g_hash_table_insert (t, GUINT_TO_POINTER (a->slot), a);
	}
	return t;
}

typedef struct {
	const vmnet_model *old, *m;
	GHashTable *was, *now;	/* slot -> vmnet_adapter */
	model_count_func count;
	gpointer user;
} settling;

/* FALSE: its meters are the same in both. */
static gboolean
has_changed (const settling *s, const vmnet_pool *old, const vmnet_pool *p,
	     const vmnet_adapter *a, GHashTable *other)
{
	const vmnet_adapter *b = g_hash_table_lookup
		(other, GUINT_TO_POINTER (a->slot));

	return b == NULL || !model_adapter_same (a, b)
	       || !pool_has (s->old, old->name, a)
	       || !pool_has (s->m, p->name, a);
}

static void
settle_side (const settling *s, const vmnet_pool *old, vmnet_pool *p,
	     gboolean was)
{
	const vmnet_model *m = was ? s->old : s->m;
	GHashTable *other = was ? s->now : s->was;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (pool_has (m, was ? old->name : p->name, a)
		    && has_changed (s, old, p, a, other))
			each_meter (a, s->count, s->user, p->past,
				    was ? add_figure : take_figure);
	}
}

/* One that began to be metered, or was reset, is settled already. */
static const vmnet_pool *
pool_before (const vmnet_model *old, const vmnet_pool *p)
{
	for (guint i = 0; p->metering_since && i < old->pools->len; i++) {
		const vmnet_pool *o = g_ptr_array_index (old->pools, i);

		if (o->metering_since == p->metering_since)
			return o;
	}
	return NULL;
}

void
pool_settle (const vmnet_model *old, vmnet_model *m, model_count_func count,
	     gpointer user)
{
	settling s = { .old = old, .m = m, .count = count, .user = user };

	for (guint i = 0; i < m->pools->len; i++) {
		vmnet_pool *p = g_ptr_array_index (m->pools, i);
		const vmnet_pool *o = pool_before (old, p);

		if (o == NULL)
			continue;
		if (s.was == NULL) {
			s.was = by_slot (old);
			s.now = by_slot (m);
		}
		settle_side (&s, o, p, TRUE);
		settle_side (&s, o, p, FALSE);
	}
	g_clear_pointer (&s.was, g_hash_table_unref);
	g_clear_pointer (&s.now, g_hash_table_unref);
}

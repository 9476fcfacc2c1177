/*
 * test_model_pool.c - what resource pools have counted, against a reference
 * that adds each frame to every metered pool that its adapter is in at that
 * moment: random adapters, pools, resets, renames, removals, boots.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "model/document.h"
#include "model/pool.h"

#define VMS 5
#define POOLS 4
#define STEPS 4000

typedef struct {
	vmnet_model *m;
	GHashTable *counters;	/* entry's id -> bytes */
	guint64 expected[POOLS];
	gboolean metered[POOLS];
	GRand *rand;
} world;

static void
count (guint32 id, guint64 *bytes, guint64 *packets, gpointer user)
{
	world *w = user;

	*bytes = GPOINTER_TO_SIZE (g_hash_table_lookup
				   (w->counters, GUINT_TO_POINTER (id)));
	*packets = *bytes;
}

static int
below (world *w, guint n)
{
	return g_rand_int_range (w->rand, 0, (gint32) n);
}

/* Pool 0 is Primordial; "p2x" is p2 with another name, found by its begin. */
static vmnet_pool *
pool (world *w, guint i)
{
	for (guint k = 0; k < w->m->pools->len; k++) {
		vmnet_pool *p = w->m->pools->pdata[k];

		if (i == 0 ? pool_is_all (p->name)
		    : p->name[0] == 'p' && p->name[1] == (char) ('0' + i))
			return p;
	}
	return NULL;
}

static vmnet_adapter *
adapter (world *w, guint vm)
{
	g_autofree char *name = g_strdup_printf ("vm%u", vm);

	return vmnet_model_adapter (w->m, name, "Network Adapter");
}

static void
traffic (world *w)
{
	vmnet_adapter *a = adapter (w, below (w, VMS));
	vmnet_acl *acl;
	guint n = 1 + below (w, 1500);
	gpointer key;

	if (a == NULL || a->acls->len == 0)
		return;
	acl = a->acls->pdata[below (w, a->acls->len)];
	key = GUINT_TO_POINTER (acl->id);
	g_hash_table_insert (w->counters, key, GSIZE_TO_POINTER (
		GPOINTER_TO_SIZE (g_hash_table_lookup (w->counters, key))
		+ n));
	for (guint i = 0; i < POOLS; i++)
		if (w->metered[i] && pool_has (w->m, pool (w, i)->name, a))
			w->expected[i] += n;
}

static void
change_vm (world *w)
{
	g_autofree char *name = g_strdup_printf ("vm%d", below (w, VMS));
	vmnet_adapter *a = vmnet_model_adapter (w->m, name, "Network Adapter");
	vmnet_pool *to = pool (w, below (w, POOLS));
	vmnet_adapter_change c = { .pool = to ? to->name : VMNET_POOL_ALL };

	if (a == NULL) {
		assert_true (model_vm_add (w->m, name, FALSE, NULL));
		assert_non_null (model_adapter_add (w->m, name, NULL, NULL, &c,
						    NULL));
		assert_true (model_vm_set_metering (w->m, name, TRUE, NULL));
	} else if (below (w, 4) == 0)
		assert_true (model_vm_remove (w->m, name, NULL));
	else if (below (w, 3) == 0)
		assert_true (model_vm_reset_metering (w->m, name, count, w,
						      NULL));
	else
		assert_true (model_adapter_set (w->m, name, a->name, &c,
						NULL));
}

static void
change_pool (world *w)
{
	guint i = (guint) below (w, POOLS);
	vmnet_pool *p = pool (w, i), *above = pool (w, below (w, POOLS));
	const char *parents[] = { above ? above->name : NULL, NULL };
	g_autofree char *name = NULL;

	switch (below (w, 4)) {
	case 0:
		assert_true (model_pool_set_metering (
			w->m, i ? p->name : VMNET_POOL_ALL, TRUE, count, w,
			NULL));
		w->metered[i] = TRUE;
		break;
	case 1:
		if (w->metered[i]) {
			assert_true (model_pool_reset_metering (
				w->m, p->name, count, w, NULL));
			w->expected[i] = 0;
		}
		break;
	case 2:
		if (i)	/* a circle is refused, and changes nothing */
			model_pool_set_parents (w->m, p->name, parents, NULL);
		break;
	default:
		name = g_strdup_printf ("p%u%.*s", i, below (w, 5), "abcde");
		if (i)
			assert_true (model_pool_rename (w->m, p->name, name,
							NULL));
	}
}

/* All counters are gone; what they had is carried (plan/meters.c). */
static void
boot (world *w)
{
	for (guint i = 0; i < VMS; i++) {
		vmnet_adapter *a = adapter (w, i);

		for (guint j = 0; a && j < a->acls->len; j++) {
			vmnet_acl *acl = a->acls->pdata[j];
			guint64 bytes, packets;

			count (acl->id, &bytes, &packets, w);
			acl->carried_bytes += bytes - acl->base_bytes;
			acl->carried_packets += packets - acl->base_packets;
			acl->base_bytes = acl->base_packets = 0;
		}
	}
	g_hash_table_remove_all (w->counters);
}

static void
check (world *w)
{
	for (guint i = 0; i < POOLS; i++) {
		g_autoptr (GPtrArray) all = NULL;
		guint64 sum = 0;

		if (!w->metered[i])
			continue;
		all = pool_counted (w->m, pool (w, i), count, w);
		for (guint k = 0; k < all->len; k++)
			sum += ((vmnet_acl *) all->pdata[k])->carried_bytes;
		assert_int_equal (sum, w->expected[i]);
	}
}

/* The store says the same. */
static void
store (world *w)
{
	g_autofree char *text = store_to_text (w->m);
	vmnet_model *again = store_from_text (text, -1, "x", NULL);

	assert_non_null (again);
	assert_true (model_equal (w->m, again));
	model_free (w->m);
	w->m = again;
}

static void
test_sums (void **state)
{
	world w = { .m = model_new (), .rand = g_rand_new_with_seed (4711) };

	w.counters = g_hash_table_new (NULL, NULL);
	for (guint i = 1; i < POOLS; i++) {
		g_autofree char *name = g_strdup_printf ("p%u", i);

		assert_true (model_pool_add (w.m, name, NULL, NULL));
	}
	for (guint i = 0; i < STEPS; i++) {
		g_autoptr (vmnet_model) old = model_copy (w.m);

		switch (below (&w, 8)) {
		case 0:
			change_vm (&w);
			pool_settle (old, w.m, count, &w);
			break;
		case 1:
			change_pool (&w);
			pool_settle (old, w.m, count, &w);
			break;
		case 2:
			if (below (&w, 20) == 0)
				boot (&w);
			else if (below (&w, 20) == 0)
				store (&w);
			break;
		default:
			traffic (&w);
		}
		check (&w);
	}
	model_free (w.m);
	g_hash_table_unref (w.counters);
	g_rand_free (w.rand);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_sums),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

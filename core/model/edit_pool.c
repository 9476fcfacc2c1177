/*
 * edit_pool.c - changes of resource pools. Called by plan/edits_pool.c, and by
 * the edits of switches.
 */
#include "model/pool.h"

#include <string.h>

#include "model/check.h"

#define WHAT "resource pool"

static gboolean
refuse_all (const char *name, const char *attempt, GError **error)
{
	if (!pool_is_all (name))
		return TRUE;
	return check_invalid (error, WHAT, VMNET_POOL_ALL, "it is always "
			      "there and has every VM adapter and switch; it "
			      "cannot be %s", attempt);
}

static vmnet_pool *
append (vmnet_model *m, const char *name)
{
	vmnet_pool *p = g_new0 (vmnet_pool, 1);

	p->name = g_strdup (name);
	p->parents = g_new0 (char *, 1);
	p->switches = g_new0 (char *, 1);
	p->past = g_ptr_array_new_with_free_func (g_free);
	g_ptr_array_add (m->pools, p);
	return p;
}

/* Of Primordial there is an object once it has something to remember. */
static vmnet_pool *
find (vmnet_model *m, const char *name, GError **error)
{
	if (pool_is_all (name) && !vmnet_model_pool (m, name))
		return append (m, VMNET_POOL_ALL);
	return check_pool (m, name, error);
}

/* ---- names in lists ---- */

static int
place (char *const *list, const char *name)
{
	for (int i = 0; list[i]; i++)
		if (model_name_equal (list[i], name))
			return i;
	return -1;
}

static void
list_add (char ***list, const char *name)
{
	guint n = g_strv_length (*list);

	*list = g_renew (char *, *list, n + 2);
	(*list)[n] = g_strdup (name);
	(*list)[n + 1] = NULL;
}

static void
list_drop (char **list, int at)
{
	g_free (list[at]);
	do
		list[at] = list[at + 1];
	while (list[at++]);
}

static void
list_rename (char **list, const char *name, const char *new_name)
{
	int at = place (list, name);

	if (at < 0)
		return;
	g_free (list[at]);
	list[at] = g_strdup (new_name);
}

/* ---- parents ---- */

/* As they are kept: Primordial is not named, nobody twice; owned. */
static char **
parents_of (const vmnet_model *m, const char *name,
	    const char *const *parents, GError **error)
{
	g_auto (GStrv) out = g_new0 (char *, 1);

	for (; parents && *parents; parents++) {
		const vmnet_pool *p;

		if (pool_is_all (*parents))
			continue;
		p = check_pool (m, *parents, error);
		if (p == NULL)
			return NULL;
		if (pool_is_below (m, p->name, name)) {
			check_invalid (error, WHAT, name, "'%s' is the pool "
				       "itself or below it, and cannot be its "
				       "parent", p->name);
			return NULL;
		}
		if (place (out, p->name) < 0)
			list_add (&out, p->name);
	}
	return g_steal_pointer (&out);
}

/* A pool's switches are among those of each of its parents. */
static gboolean
parents_have (const vmnet_model *m, const char *name, char *const *parents,
	      char *const *switches, GError **error)
{
	for (; *parents; parents++) {
		const vmnet_pool *p = vmnet_model_pool (m, *parents);

		for (guint i = 0; p && switches[i]; i++)
			if (place (p->switches, switches[i]) < 0)
				return check_invalid (
					error, WHAT, name, "switch '%s' is not "
					"in its parent pool '%s'; add it there "
					"first with Add-VMSwitch",
					switches[i], p->name);
	}
	return TRUE;
}

gboolean
model_pool_add (vmnet_model *m, const char *name, const char *const *parents,
		GError **error)
{
	vmnet_pool *p = vmnet_model_pool (m, name);
	g_auto (GStrv) above = NULL;
	g_autofree char *is = NULL;

	if (!refuse_all (name, "made", error)
	    || !check_name (WHAT, name, error))
		return FALSE;
	above = parents_of (m, name, parents, error);
	if (above == NULL)
		return FALSE;
	if (p == NULL) {
		p = append (m, name);
		g_strfreev (p->parents);
		p->parents = g_steal_pointer (&above);
		return TRUE;
	}
	if (g_strv_equal ((const char *const *) p->parents,
			  (const char *const *) above))
		return TRUE;
	is = g_strjoinv ("', '", p->parents);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     WHAT " '%s': exists with the parent '%s'; change it with "
		     "Set-VMResourcePool", p->name,
		     *is ? is : VMNET_POOL_ALL);
	return FALSE;
}

gboolean
model_pool_set_parents (vmnet_model *m, const char *name,
			const char *const *parents, GError **error)
{
	vmnet_pool *p;
	char **above;

	if (!refuse_all (name, "given a parent", error))
		return FALSE;
	p = check_pool (m, name, error);
	above = p ? parents_of (m, p->name, parents, error) : NULL;
	if (above && !parents_have (m, p->name, above, p->switches, error))
		g_clear_pointer (&above, g_strfreev);
	if (above == NULL)
		return FALSE;
	g_strfreev (p->parents);
	p->parents = above;
	return TRUE;
}

gboolean
model_pool_rename (vmnet_model *m, const char *name, const char *new_name,
		   GError **error)
{
	vmnet_pool *p;
	const vmnet_pool *other = vmnet_model_pool (m, new_name);
	g_autofree char *old = NULL;

	if (!refuse_all (name, "renamed", error)
	    || !refuse_all (new_name, "the name of another", error))
		return FALSE;
	p = check_pool (m, name, error);
	if (p == NULL || !check_name (WHAT, new_name, error))
		return FALSE;
	if (other && other != p) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "rename " WHAT " '%s' to '%s': a pool has that "
			     "name already; give another", p->name, new_name);
		return FALSE;
	}
	old = g_steal_pointer (&p->name);
	p->name = g_strdup (new_name);
	for (guint i = 0; i < m->pools->len; i++)
		list_rename (((vmnet_pool *) m->pools->pdata[i])->parents, old,
			     new_name);
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (!model_name_equal (a->pool, old))
			continue;
		g_free (a->pool);
		a->pool = g_strdup (new_name);
	}
	return TRUE;
}

/* Adapters and pools that belong to it directly, by name. */
static char *
members (const vmnet_model *m, const vmnet_pool *p)
{
	g_autoptr (GString) s = g_string_new (NULL);

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->pool, p->name))
			g_string_append_printf (s, "%sadapter '%s/%s'",
						s->len ? ", " : "", a->vm,
						a->name);
	}
	for (guint i = 0; i < m->pools->len; i++) {
		const vmnet_pool *o = g_ptr_array_index (m->pools, i);

		if (place (o->parents, p->name) >= 0)
			g_string_append_printf (s, "%spool '%s'",
						s->len ? ", " : "", o->name);
	}
	return s->len ? g_string_free (g_steal_pointer (&s), FALSE) : NULL;
}

gboolean
model_pool_remove (vmnet_model *m, const char *name, GError **error)
{
	vmnet_pool *p;
	g_autofree char *who = NULL;

	if (!refuse_all (name, "removed", error))
		return FALSE;
	p = check_pool (m, name, error);
	if (p == NULL)
		return FALSE;
	who = members (m, p);
	if (who)
		return check_invalid (error, WHAT, p->name, "belong to it: "
				      "%s; give them another with "
				      "Set-VMNetworkAdapter -ResourcePoolName "
				      "or Set-VMResourcePool -ParentName", who);
	g_ptr_array_remove (m->pools, p);
	return TRUE;
}

/* ---- switches ---- */

gboolean
model_pool_add_switch (vmnet_model *m, const char *name, const char *vswitch,
		       GError **error)
{
	const vmnet_switch *sw = check_switch (m, vswitch, error);
	vmnet_pool *p = NULL;
	char *one[2] = { NULL, NULL };

	if (sw == NULL)
		return FALSE;
	if (pool_is_all (name))
		return TRUE;
	p = check_pool (m, name, error);
	if (p == NULL)
		return FALSE;
	one[0] = sw->name;
	if (!parents_have (m, p->name, p->parents, one, error))
		return FALSE;
	if (place (p->switches, sw->name) < 0)
		list_add (&p->switches, sw->name);
	return TRUE;
}

/* A pool below that has the switch too; NULL: none. */
static const vmnet_pool *
child_with (const vmnet_model *m, const vmnet_pool *p, const char *vswitch)
{
	for (guint i = 0; i < m->pools->len; i++) {
		const vmnet_pool *o = g_ptr_array_index (m->pools, i);

		if (place (o->parents, p->name) >= 0
		    && place (o->switches, vswitch) >= 0)
			return o;
	}
	return NULL;
}

gboolean
model_pool_remove_switch (vmnet_model *m, const char *name,
			  const char *vswitch, GError **error)
{
	const vmnet_switch *sw = check_switch (m, vswitch, error);
	const vmnet_pool *below;
	vmnet_pool *p;
	int at;

	if (sw == NULL
	    || !refuse_all (name, "left by a switch that exists; "
			    "Remove-VMSwitch without -ResourcePoolName "
			    "removes the switch", error))
		return FALSE;
	p = check_pool (m, name, error);
	if (p == NULL)
		return FALSE;
	at = place (p->switches, sw->name);
	if (at < 0) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     WHAT " '%s': switch '%s' is not in it", p->name,
			     sw->name);
		return FALSE;
	}
	below = child_with (m, p, sw->name);
	if (below)
		return check_invalid (error, WHAT, p->name, "switch '%s' is "
				      "also in pool '%s' below it; take it "
				      "out there first", sw->name, below->name);
	list_drop (p->switches, at);
	return TRUE;
}

void
model_pools_switch (vmnet_model *m, const char *name, const char *new_name)
{
	for (guint i = 0; i < m->pools->len; i++) {
		vmnet_pool *p = g_ptr_array_index (m->pools, i);
		int at = place (p->switches, name);

		if (at >= 0 && new_name)
			list_rename (p->switches, name, new_name);
		else if (at >= 0)
			list_drop (p->switches, at);
	}
}

gboolean
vmnet_pool_has_switch (const vmnet_model *m, const char *name,
		       const char *vswitch)
{
	const vmnet_pool *p = vmnet_model_pool (m, name);

	return pool_is_all (name) || (p && place (p->switches, vswitch) >= 0);
}

static guint
adapters_on (const vmnet_model *m, const vmnet_switch *sw)
{
	guint n = 0;

	for (guint i = 0; i < m->adapters->len; i++)
		n += model_is_on (sw, m->adapters->pdata[i]);
	return n;
}

const char *
model_pool_choose (const vmnet_model *m, const vmnet_adapter *a,
		   GError **error)
{
	const char *pool = a->pool ? a->pool : VMNET_POOL_ALL;
	const char *best = NULL;
	guint fewest = 0;

	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *sw = g_ptr_array_index (m->switches, i);
		guint n;

		if (!vmnet_pool_has_switch (m, pool, sw->name))
			continue;
		if (model_is_on (sw, a))
			return sw->name;
		n = adapters_on (m, sw);
		if (best == NULL || n < fewest) {
			best = sw->name;
			fewest = n;
		}
	}
	if (best == NULL)
		check_invalid (error, WHAT, pool, "there is no switch in it "
			       "to connect %s/%s to; Add-VMSwitch "
			       "-ResourcePoolName adds one", a->vm, a->name);
	return best;
}

/* ---- metering ---- */

gboolean
model_pool_set_metering (vmnet_model *m, const char *name, gboolean on,
			 model_count_func count, gpointer user,
			 GError **error)
{
	vmnet_pool *p;

	if (!on && pool_is_all (name) && !vmnet_model_pool (m, name))
		return TRUE;
	p = find (m, name, error);
	if (p == NULL)
		return FALSE;
	if (!on || p->metering) {
		p->metering = on;
		return TRUE;
	}
	p->metering = TRUE;
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (pool_has (m, p->name, a))
			model_meter_adapter (m, a);
	}
	/* What was measured before it was disabled stays. */
	if (p->metering_since == 0)
		pool_begin (m, p, count, user);
	return TRUE;
}

gboolean
model_pool_reset_metering (vmnet_model *m, const char *name,
			   model_count_func count, gpointer user,
			   GError **error)
{
	vmnet_pool *p = vmnet_model_pool (m, name);

	if (p == NULL && !pool_is_all (name))
		return check_pool (m, name, error) != NULL;
	if (p == NULL || !p->metering)
		return check_invalid (error, WHAT, name, "its metering is "
				      "not on, so there is nothing to reset; "
				      "turn it on with "
				      "Enable-VMResourceMetering "
				      "-ResourcePoolName");
	pool_begin (m, p, count, user);
	return TRUE;
}

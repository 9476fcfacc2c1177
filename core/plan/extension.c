/*
 * extension.c - the part of a plan that puts extensions into the port programs
 * of switches, and takes them out again. Between the two, policy.c gives the
 * ports the new programs. Called by plan.c.
 */
#include "plan/extension.h"

#include "bpf/chain.h"
#include "bpf/extension.h"
#include "plan/step.h"

/* What becomes of one switch's extensions; in p->chains, by its name. */
typedef struct {
	GPtrArray *list;	/* vmnet_switchext *: whom it is to ask */
	GPtrArray *old;		/* whom it asks, with files where they are */
	gboolean changes;
	int applied;		/* ifindex of the bridge; 0: not (any more) */
} chain;

static void
chain_free (gpointer data)
{
	chain *c = data;

	g_ptr_array_unref (c->list);
	g_ptr_array_unref (c->old);
	g_free (c);
}

/* ---- which there are ---- */

GPtrArray *
extensions_installed (const vmnet_host *h)
{
	g_autofree char *own = g_build_filename (h->state_dir, "extensions",
						 NULL);
	const char *const folders[] = { own, EXTENSIONS_DIR, NULL };

	return datapath_extensions_installed (folders);
}

const vmnet_switchext *
extension_named (const GPtrArray *list, const char *name)
{
	for (guint i = 0; i < list->len; i++) {
		const vmnet_switchext *x = list->pdata[i];

		if (model_name_equal (x->name, name))
			return x;
	}
	return NULL;
}

char *
extension_names (const GPtrArray *list)
{
	g_autoptr (GString) s = g_string_new (NULL);

	for (guint i = 0; i < list->len; i++)
		g_string_append_printf (s, "%s'%s'", i ? ", " : "",
			((vmnet_switchext *) list->pdata[i])->name);
	return g_strdup (s->len ? s->str : "none");
}

static gpointer
copy (gconstpointer src, gpointer unused)
{
	vmnet_switchext *x = g_memdup2 (src, sizeof *x);

	x->path = g_strdup (x->path);
	x->problem = g_strdup (x->problem);
	x->id = g_strdup (x->id);
	x->name = g_strdup (x->name);
	x->vendor = g_strdup (x->vendor);
	x->version = g_strdup (x->version);
	return x;
}

static const GPtrArray *
installed (plan *p)
{
	if (p->extensions == NULL)
		p->extensions = extensions_installed (p->h);
	return p->extensions;
}

/* ---- whom a switch is to ask ---- */

static gint
by_type (gconstpointer a, gconstpointer b)
{
	return (int) (*(vmnet_switchext *const *) a)->type -
		(int) (*(vmnet_switchext *const *) b)->type;
}

/* Why it cannot be loaded; NULL: it can. Owned. */
static char *
trouble (const vmnet_switchext *x, const char *name, const GPtrArray *all)
{
	g_autoptr (GError) e = NULL;
	g_autofree char *names = extension_names (all);

	if (x == NULL)
		return g_strdup_printf ("there is no extension '%s'; there "
					"are: %s (Get-VMSystemSwitchExtension)",
					name, names);
	if (x->problem)
		return g_strdup_printf ("extension '%s' (%s): %s", name,
					x->path, x->problem);
	return datapath_extension_check (x, &e) ? NULL
		: g_strdup (e->message);
}

/* Was it asked for before? Then the rest must not fail by it. */
static gboolean
lost (plan *p, const vmnet_switch *s, const char *name, const char *why)
{
	const vmnet_switch *o = p->all ? plan_old_switch (p, s) : NULL;

	if (o == NULL || !vmnet_switchext_enabled (o, name))
		return FALSE;
	g_ptr_array_add (p->missing, g_strdup_printf (
		"switch '%s': its frames pass without extension '%s': %s",
		s->name, name, why));
	return TRUE;
}

/* One that runs and stays as it is needs no look by the verifier. */
static gboolean
want (plan *p, const vmnet_switch *s, const char *name, chain *c,
      GError **error)
{
	const vmnet_switchext *x = extension_named (installed (p), name);
	const vmnet_switchext *runs = extension_named (c->old, name);
	g_autofree char *why = NULL;

	if (x == NULL || x->problem || !runs || runs->digest != x->digest)
		why = trouble (x, name, installed (p));
	if (why == NULL)
		g_ptr_array_add (c->list, copy (x, NULL));
	if (why == NULL || lost (p, s, name, why))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID, "switch '%s': %s",
		     s->name, why);
	return FALSE;
}

/* With their files, as far as these are still the same. */
static void
add_files (plan *p, GPtrArray *running)
{
	for (guint i = 0; i < running->len; i++) {
		vmnet_switchext *x = running->pdata[i];
		const vmnet_switchext *file = extension_named (installed (p),
							       x->name);

		if (file && file->digest == x->digest)
			x->path = g_strdup (file->path);
	}
}

static int
bridge_of (plan *p, const vmnet_switch *s)
{
	g_autofree char *name = names_bridge (s);
	const kn_link *l = plan_link (p, name);

	return l ? l->ifindex : 0;
}

static chain *
chain_new (plan *p, const vmnet_switch *s)
{
	datapath *d = host_datapath_if_there (p->h);
	int bridge = bridge_of (p, s);
	chain *c = g_new0 (chain, 1);

	c->list = g_ptr_array_new_with_free_func
		((GDestroyNotify) vmnet_switchext_free);
	c->old = d && bridge ? datapath_chain_get (d, bridge)
		: g_ptr_array_new_with_free_func
		((GDestroyNotify) vmnet_switchext_free);
	if (c->old->len > 0)
		add_files (p, c->old);
	return c;
}

static const chain *
chain_of (plan *p, const vmnet_switch *s, GError **error)
{
	datapath *d = host_datapath_if_there (p->h);
	chain *c = g_hash_table_lookup (p->chains, s->name);

	if (c)
		return c;
	c = chain_new (p, s);
	for (guint i = 0; s->extensions && s->extensions[i]; i++)
		if (!want (p, s, s->extensions[i], c, error)) {
			chain_free (c);
			return NULL;
		}
	g_ptr_array_sort (c->list, by_type);
	c->changes = d ? !datapath_chain_is (d, bridge_of (p, s), c->list)
		: c->list->len > 0;
	g_hash_table_insert (p->chains, g_strdup (s->name), c);
	return c;
}

/* Of a switch that the plan does not look at. */
static gboolean
has_chain (plan *p, const vmnet_switch *s)
{
	datapath *d = host_datapath_if_there (p->h);
	g_autoptr (GPtrArray) list = d
		? datapath_chain_get (d, bridge_of (p, s)) : NULL;

	return list && list->len > 0;
}

gboolean
plan_is_extended (plan *p, const vmnet_switch *s, gboolean *changes)
{
	const chain *c = NULL;

	*changes = FALSE;
	if (s->extensions == NULL)
		return FALSE;
	if (!plan_switch_touched (p, s))
		return has_chain (p, s);
	c = chain_of (p, s, NULL);
	*changes = c && c->changes;
	return c && c->list->len > 0;
}

/* ---- steps ---- */

static chain *
chain_at (plan *p, int bridge)
{
	GHashTableIter i;
	gpointer c;

	g_hash_table_iter_init (&i, p->chains);
	while (g_hash_table_iter_next (&i, NULL, &c))
		if (((chain *) c)->applied == bridge)
			return c;
	return NULL;
}

void
plan_extensions_back (plan *p, int bridge)
{
	datapath *d = host_datapath (p->h, NULL);
	chain *c = bridge ? chain_at (p, bridge) : NULL;

	if (c == NULL || d == NULL)
		return;
	c->applied = 0;
	datapath_chain_set (d, bridge, c->old, NULL);
}

static gboolean
link_apply (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	chain *c = s->data;
	int bridge = kn_ifindex (p->h->nl, s->link);

	if (d == NULL || !datapath_chain_set (d, bridge, c->list, error))
		return FALSE;
	c->applied = bridge;
	return TRUE;
}

static void
link_undo (plan *p, step *s)
{
	plan_extensions_back (p, ((chain *) s->data)->applied);
}

gboolean
plan_extensions_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *sw = p->desired->switches->pdata[i];
		g_autofree char *names = NULL;
		const chain *c;
		step *s;

		if (!sw->extensions || !plan_switch_touched (p, sw))
			continue;
		c = chain_of (p, sw, error);
		if (c == NULL)
			return FALSE;
		if (!c->changes || c->list->len == 0)
			continue;
		names = extension_names (c->list);
		s = plan_step (p, link_apply, link_undo, "link %s into port "
			       "programs of switch '%s'", names, sw->name);
		s->link = names_bridge (sw);
		step_cuts (s, s->link);
		s->data = (gpointer) c;
	}
	return TRUE;
}

static gboolean
drop_apply (plan *p, step *s, GError **error)
{
	datapath *d = host_datapath (p->h, error);
	g_autoptr (GPtrArray) none = g_ptr_array_new ();

	return d && datapath_chain_set (d, s->n[0], none, error);
}

static void
drop_undo (plan *p, step *s)
{
	datapath *d = host_datapath (p->h, NULL);

	if (d)
		datapath_chain_set (d, s->n[0], s->data, NULL);
}

/* Does no switch need the chain of that bridge any more? */
static gboolean
is_done_with (plan *p, guint bridge)
{
	for (guint i = 0; i < p->desired->switches->len; i++) {
		const vmnet_switch *s = p->desired->switches->pdata[i];
		const chain *c;

		if (bridge_of (p, s) != (int) bridge)
			continue;
		c = s->extensions && plan_switch_touched (p, s)
			? chain_of (p, s, NULL) : NULL;
		return c ? c->list->len == 0 : !s->extensions;
	}
	return TRUE;
}

gboolean
plan_extensions_remove (plan *p, GError **error)
{
	datapath *d = host_datapath_if_there (p->h);
	g_autoptr (GArray) all = d ? datapath_chains (d) : NULL;

	for (guint i = 0; all && i < all->len; i++) {
		guint bridge = g_array_index (all, guint, i);
		g_autofree char *names = NULL;
		GPtrArray *old;
		step *s;

		if (!is_done_with (p, bridge))
			continue;
		old = datapath_chain_get (d, bridge);
		add_files (p, old);
		names = extension_names (old);
		s = plan_step (p, drop_apply, drop_undo, "unload the switch's "
			       "extensions: %s", names);
		s->n[0] = bridge;
		s->data = old;
		s->data_free = (GDestroyNotify) g_ptr_array_unref;
	}
	return TRUE;
}

GHashTable *
plan_chains_new (void)
{
	return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
				      chain_free);
}

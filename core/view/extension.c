/*
 * extension.c - the rows of VMSwitchExtension: each that is installed, or asked
 * for, on each switch; and of VMSystemSwitchExtension: those of the host.
 */
#include <string.h>

#include "bpf/chain.h"
#include "plan/extension.h"
#include "view/view.h"

/* What was told and read; of a row of the host only `x`. */
typedef struct {
	vmnet_switchext x;	/* its texts are owned */
	const vmnet_switch *on;
	gboolean runs;
	guint order;		/* 1..; 0: it is not asked */
	char *maps;
} told;

static void
told_free (gpointer data)
{
	told *t = data;

	g_free (t->x.path);
	g_free (t->x.problem);
	g_free (t->x.id);
	g_free (t->x.name);
	g_free (t->x.vendor);
	g_free (t->x.version);
	g_free (t->maps);
	g_free (t);
}

static told *
told_new (const vmnet_switchext *x)
{
	told *t = g_new0 (told, 1);

	t->x.path = g_strdup (x->path);
	t->x.problem = g_strdup (x->problem);
	t->x.id = g_strdup (x->id);
	t->x.name = g_strdup (x->name);
	t->x.vendor = g_strdup (x->vendor);
	t->x.version = g_strdup (x->version);
	t->x.type = x->type;
	t->x.digest = x->digest;
	return t;
}

static const told *
of (const vmnet_row *r)
{
	return r->told;
}

/* ---- rows ---- */

static int
bridge_of (vmnet_view *v, const vmnet_switch *s)
{
	g_autofree char *name = names_bridge (s);
	const kn_link *l = view_link (v, name);

	return l ? l->ifindex : 0;
}

static void
add_row (vmnet_view *v, const vmnet_switch *s, const vmnet_switchext *x,
	 const GPtrArray *running, GPtrArray *out)
{
	datapath *d = view_datapath (v);
	told *t = told_new (x);

	t->on = s;
	for (guint i = 0; i < running->len; i++) {
		const vmnet_switchext *now = running->pdata[i];

		if (!model_name_equal (now->name, x->name))
			continue;
		t->runs = TRUE;
		t->order = i + 1;
		t->x.type = now->type;
		t->maps = datapath_chain_maps (d, bridge_of (v, s),
					       now->digest);
	}
	view_add (out, v, &vmnet_noun_switchext, g_strdup_printf (
		"%s/%s", s->name, x->name), s, t, told_free);
}

/* Asked for, but its file is gone. */
static void
add_lost (vmnet_view *v, const vmnet_switch *s, const GPtrArray *installed,
	  const GPtrArray *running, GPtrArray *out)
{
	for (guint i = 0; s->extensions && s->extensions[i]; i++) {
		vmnet_switchext lost = {
			.name = s->extensions[i],
			.problem = (char *) "it is not installed any more",
		};

		if (!extension_named (installed, lost.name))
			add_row (v, s, &lost, running, out);
	}
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) all = extensions_installed (v->h);
	datapath *d = view_datapath (v);

	for (guint i = 0; i < v->model->switches->len; i++) {
		const vmnet_switch *s = v->model->switches->pdata[i];
		g_autoptr (GPtrArray) running = d
			? datapath_chain_get (d, bridge_of (v, s))
			: g_ptr_array_new ();

		for (guint n = 0; n < all->len; n++)
			add_row (v, s, all->pdata[n], running, out);
		add_lost (v, s, all, running, out);
	}
}

static void
system_rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) all = extensions_installed (v->h);

	for (guint i = 0; i < all->len; i++) {
		const vmnet_switchext *x = all->pdata[i];

		view_add (out, v, &vmnet_noun_system_switchext,
			  g_strdup (x->name), NULL, told_new (x), told_free);
	}
}

/* ---- fields ---- */

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->x.name);
}

static void
get_vendor (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->x.vendor);
}

static void
get_version (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->x.version);
}

static void
get_type (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, vmnet_switchext_type_text (of (r)->x.type));
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->x.id);
}

static void
get_parent (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, "");
}

static void
get_switch (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->on->name);
}

static void
get_switch_id (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_guid ("switch", of (r)->on->name));
}

static void
get_enabled (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, vmnet_switchext_enabled (of (r)->on, of (r)->x.name));
}

static void
get_running (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->runs);
}

static void
get_order (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->order)
		put_int (v, of (r)->order);
}

static void
get_path (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->x.path);
}

static void
get_maps (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->maps);
}

static void
get_problem (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->x.problem);
}

#define DESCRIPTION \
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, \
	  "by which it is enabled", get_name, NULL }, \
	{ "Vendor", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "who made it", get_vendor, NULL }, \
	{ "Version", VMNET_T_STRING, VMNET_U_NONE, 2, \
	  "as its object says", get_version, NULL }, \
	{ "ExtensionType", VMNET_T_STRING, VMNET_U_NONE, 3, \
	  "Capture (sees frames), Filter (may drop them) or Forwarding (may " \
	  "choose their port)", get_type, NULL }, \
	{ "Id", VMNET_T_STRING, VMNET_U_NONE, 0, "its GUID", get_id, NULL }, \
	{ "ParentExtensionId", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "of a part of another extension; none is", get_parent, NULL }, \
	{ "ParentExtensionName", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "likewise", get_parent, NULL }

static const vmnet_field fields[] = {
	DESCRIPTION,
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "name of the switch", get_switch, NULL },
	{ "SwitchId", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the switch's GUID", get_switch_id, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 5,
	  "is it to be asked about the switch's frames", get_enabled, NULL },
	{ "Running", VMNET_T_BOOL, VMNET_U_NONE, 6,
	  "is it in the port programs, read back", get_running, NULL },
	{ "Order", VMNET_T_INT, VMNET_U_NONE, 0,
	  "who is asked first has 1", get_order, NULL },
	{ "Path", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "its object file", get_path, NULL },
	{ "Maps", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "folder of its maps, for bpftool map dump pinned", get_maps, NULL },
	{ "Problem", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "why its object cannot be used", get_problem, NULL },
};

const vmnet_noun vmnet_noun_switchext = {
	.name = "VMSwitchExtension",
	.text = "a third party's program in the path of a switch's frames",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};

static const vmnet_field system_fields[] = {
	DESCRIPTION,
	{ "Path", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "its object file", get_path, NULL },
	{ "Problem", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "why its object cannot be used", get_problem, NULL },
};

const vmnet_noun vmnet_noun_system_switchext = {
	.name = "VMSystemSwitchExtension",
	.text = "an extension that is installed on this host",
	.fields = system_fields,
	.n_fields = G_N_ELEMENTS (system_fields),
	.sections = VMNET_S_MODEL,
	.rows = system_rows,
};

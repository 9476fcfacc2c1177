/*
 * binding.c - the rows of NetAdapterBinding: what of the kernel works on an
 * interface, by the published names of its Windows counterparts.
 */
#include <string.h>

#include "view/view.h"

typedef struct {
	view_nic nic;		/* first: getters of adapters read it */
	guint component;
} binding;

static const struct {
	const char *id, *text;
} components[] = {
	{ "ms_tcpip", "Internet Protocol Version 4 (TCP/IPv4)" },
	{ "ms_tcpip6", "Internet Protocol Version 6 (TCP/IPv6)" },
	{ "vms_pp", "Hyper-V Extensible Virtual Switch" },
};
enum { IPV4, IPV6, SWITCH };

static const binding *
of (const vmnet_row *r)
{
	return r->told;
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) nics = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_row_unref);

	view_add_nics (v, nics, &vmnet_noun_nic, NULL);
	for (guint i = 0; i < nics->len; i++)
		for (guint c = 0; c < G_N_ELEMENTS (components); c++) {
			const vmnet_row *nic = nics->pdata[i];
			binding *b = g_new0 (binding, 1);

			b->nic = *(const view_nic *) nic->told;
			b->component = c;
			view_add (out, v, &vmnet_noun_binding,
				  g_strconcat (nic->key, "/",
					       components[c].id, NULL), NULL,
				  b, g_free);
		}
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, g_strndup (r->key, (gsize) (strrchr (r->key, '/')
						 - r->key)));
}

static void
get_display (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, components[of (r)->component].text);
}

static void
get_component (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, components[of (r)->component].id);
}

/* The bridge of one of our switches has it: read back, not asked. */
static gboolean
in_switch (const vmnet_row *r)
{
	const vmnet_model *m = r->view->model;
	int master = of (r)->nic.link->master;

	for (guint i = 0; master && i < m->switches->len; i++) {
		g_autofree char *name = names_bridge (m->switches->pdata[i]);
		const kn_link *b = view_link (r->view, name);

		if (b && b->ifindex == master)
			return TRUE;
	}
	return FALSE;
}

static void
get_enabled (const vmnet_row *r, vmnet_value *v)
{
	const kn_card *card;

	switch (of (r)->component) {
	case IPV4:
		put_bool (v, TRUE);
		break;
	case IPV6:
		card = view_card (r->view, of (r)->nic.link->name);
		put_bool (v, card->value[VMNET_NIC_IPV6].set
			  && card->value[VMNET_NIC_IPV6].value);
		break;
	default:
		put_bool (v, in_switch (r));
	}
}

static void
get_read_only (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->component != IPV6);
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name", get_name,
	  NULL },
	{ "DisplayName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "what it is called", get_display, NULL },
	{ "ComponentID", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "its published name: ms_tcpip6", get_component, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 4,
	  "does it work on the interface now, read back", get_enabled, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "driver and kind", view_nic_get_description, NULL },
	{ "ReadOnly", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "it is not changed here: see Set-NetAdapterBinding", get_read_only,
	  NULL },
};

const vmnet_noun vmnet_noun_binding = {
	.name = "NetAdapterBinding",
	.text = "what of the kernel works on a network adapter",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};

/*
 * natmap.c - the rows of NetNatStaticMapping.
 */
#include <string.h>

#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->nats->len; i++) {
		const vmnet_nat *n = v->model->nats->pdata[i];

		for (guint k = 0; n->maps[k]; k++) {
			vmnet_natmap p;

			if (vmnet_natmap_parse (n->maps[k], &p))
				view_add (out, v, &vmnet_noun_natmap,
					  g_strdup_printf ("%u", p.id), n,
					  g_memdup2 (&p, sizeof p), g_free);
		}
	}
}

static const vmnet_natmap *
of (const vmnet_row *r)
{
	return r->told;
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->id);
}

static void
get_nat (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, ((const vmnet_nat *) r->asked)->name);
}

static void
get_protocol (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->udp ? "UDP" : "TCP");
}

static void
get_remote (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->remote);
}

static void
get_external (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->external);
}

static void
get_external_port (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->external_port);
}

static void
get_internal (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->internal);
}

static void
get_internal_port (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->internal_port);
}

static void
get_active (const vmnet_row *r, vmnet_value *v)
{
	g_autoptr (GPtrArray) all = kn_nats (r->view->h->nl, NULL);
	g_autofree char *text = vmnet_natmap_text (of (r));
	gboolean found = FALSE;

	if (all == NULL)
		return;
	for (guint i = 0; i < all->len; i++) {
		const kn_nat *n = all->pdata[i];

		found = found || (n->map && strcmp (n->name, text) == 0);
	}
	put_bool (v, found);
}

static const vmnet_field fields[] = {
	{ "StaticMappingID", VMNET_T_INT, VMNET_U_NONE, 1, "its number",
	  get_id, NULL },
	{ "NatName", VMNET_T_STRING, VMNET_U_NONE, 2, "its NAT", get_nat,
	  NULL },
	{ "Protocol", VMNET_T_STRING, VMNET_U_NONE, 3, "TCP or UDP",
	  get_protocol, NULL },
	{ "RemoteExternalIPAddressPrefix", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "who outside may use it", get_remote, NULL },
	{ "ExternalIPAddress", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "address of this host; 0.0.0.0: any of them", get_external, NULL },
	{ "ExternalPort", VMNET_T_INT, VMNET_U_NONE, 6, "port of this host",
	  get_external_port, NULL },
	{ "InternalIPAddress", VMNET_T_STRING, VMNET_U_NONE, 7,
	  "address inside that it leads to", get_internal, NULL },
	{ "InternalPort", VMNET_T_INT, VMNET_U_NONE, 8,
	  "port inside that it leads to", get_internal_port, NULL },
	{ "Active", VMNET_T_BOOL, VMNET_U_NONE, 9,
	  "is its rule in nftables, read back", get_active, NULL },
};

const vmnet_noun vmnet_noun_natmap = {
	.name = "NetNatStaticMapping",
	.text = "a port of this host that leads to a network inside",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_MODEL,
	.rows = rows,
};

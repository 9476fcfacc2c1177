/*
 * ipaddress.c - the rows of NetIPAddress.
 */
#include <arpa/inet.h>

#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; v->addrs && i < v->addrs->len; i++) {
		const kn_addr *a = v->addrs->pdata[i];
		char text[INET6_ADDRSTRLEN];

		inet_ntop (a->family, a->addr, text, sizeof text);
		view_add (out, v, &vmnet_noun_ipaddress,
			  g_strdup_printf ("%s%%%d", text, a->ifindex), a,
			  NULL, NULL);
	}
}

static const kn_addr *
of (const vmnet_row *r)
{
	return r->asked;
}

static void
get_address (const vmnet_row *r, vmnet_value *v)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop (of (r)->family, of (r)->addr, text, sizeof text);
	put_text (v, text);
}

static void
get_index (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->ifindex);
}

char *
view_alias (vmnet_view *v, int ifindex)
{
	const kn_link *l = g_hash_table_lookup (v->by_index,
						GINT_TO_POINTER (ifindex));
	const vmnet_adapter *a = l ? view_host_adapter (v, l->name) : NULL;

	if (a)
		return names_alias (a);
	return l ? g_strdup (l->name) : NULL;
}

static void
get_alias (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_alias (r->view, of (r)->ifindex));
}

static void
get_family (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->family == AF_INET ? "IPv4" : "IPv6");
}

static void
get_prefix (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->prefix);
}

static const vmnet_field fields[] = {
	{ "IPAddress", VMNET_T_STRING, VMNET_U_NONE, 1, "the address",
	  get_address, NULL },
	{ "PrefixLength", VMNET_T_INT, VMNET_U_NONE, 2,
	  "bits of the network part", get_prefix, NULL },
	{ "InterfaceAlias", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "network adapter that has it", get_alias, NULL },
	{ "InterfaceIndex", VMNET_T_INT, VMNET_U_NONE, 4,
	  "the kernel's number of that adapter", get_index, NULL },
	{ "AddressFamily", VMNET_T_STRING, VMNET_U_NONE, 5, "IPv4 or IPv6",
	  get_family, NULL },
};

const vmnet_noun vmnet_noun_ipaddress = {
	.name = "NetIPAddress",
	.text = "an address of one of the host's network adapters",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS | VMNET_S_ADDRS,
	.rows = rows,
};

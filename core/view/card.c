/*
 * card.c - the rows of what a network card's driver does: segmentation,
 * coalescing, checksums, and all its settings as NetAdapterAdvancedProperty.
 */
#include "view/view.h"

const kn_card *
view_card (vmnet_view *v, const char *nic)
{
	kn_card *card;

	if (v->drivers == NULL)
		v->drivers = g_hash_table_new_full (g_str_hash, g_str_equal,
						    g_free, g_free);
	card = g_hash_table_lookup (v->drivers, nic);
	if (card == NULL) {
		card = g_new0 (kn_card, 1);
		kn_card_read (v->h->nl, nic, card);
		g_hash_table_insert (v->drivers, g_strdup (nic), card);
	}
	return card;
}

static const kn_card *
card_of (const vmnet_row *r)
{
	const view_nic *n = r->told;

	return view_card (r->view, n->link->name);
}

static void
put_setting (const vmnet_row *r, vmnet_nic_setting s, vmnet_value *v)
{
	const kn_card *c = card_of (r);

	if (c->value[s].set)
		put_bool (v, c->value[s].value != 0);
}

#define GETTER(fn, setting) \
	static void \
	fn (const vmnet_row *r, vmnet_value *v) \
	{ \
		put_setting (r, setting, v); \
	}

GETTER (get_lso4, VMNET_NIC_LSO4)
GETTER (get_lso6, VMNET_NIC_LSO6)
GETTER (get_uso, VMNET_NIC_USO)
GETTER (get_rsc, VMNET_NIC_RSC)

/* ---- NetAdapterLso, NetAdapterUso ---- */

static void
lso_rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_lso, NULL);
}

static const vmnet_field lso_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "interface name",
	  view_nic_get_name, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind",
	  view_nic_get_description, NULL },
	{ "IPv4Enabled", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "TCP over IPv4 is cut by the adapter",
	  get_lso4, NULL },
	{ "IPv6Enabled", VMNET_T_BOOL, VMNET_U_NONE, 4,
	  "TCP over IPv6 is cut by the adapter",
	  get_lso6, NULL },
};

const vmnet_noun vmnet_noun_lso = {
	.name = "NetAdapterLso",
	.text = "segmentation of TCP by the network adapter",
	.fields = lso_fields,
	.n_fields = G_N_ELEMENTS (lso_fields),
	.sections = VMNET_S_LINKS,
	.rows = lso_rows,
};

static void
uso_rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_uso, NULL);
}

static const vmnet_field uso_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "interface name",
	  view_nic_get_name, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind",
	  view_nic_get_description, NULL },
	{ "IPv4Enabled", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "UDP over IPv4 is cut by the adapter",
	  get_uso, NULL },
	{ "IPv6Enabled", VMNET_T_BOOL, VMNET_U_NONE, 4,
	  "the same for IPv6: one switch for both",
	  get_uso, NULL },
};

const vmnet_noun vmnet_noun_uso = {
	.name = "NetAdapterUso",
	.text = "segmentation of UDP by the network adapter",
	.fields = uso_fields,
	.n_fields = G_N_ELEMENTS (uso_fields),
	.sections = VMNET_S_LINKS,
	.rows = uso_rows,
};

/* ---- NetAdapterRsc ---- */

static void
get_rsc_reason (const vmnet_row *r, vmnet_value *v)
{
	const kn_card *c = card_of (r);

	put_text (v, !c->value[VMNET_NIC_RSC].set ? "Capability"
		  : c->value[VMNET_NIC_RSC].value ? "NoFailure"
						   : "NicPropertyDisabled");
}

static void
get_rsc_carrier (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, card_of (r)->feature[VMNET_NIC_RSC]);
}

static void
rsc_rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_rsc, NULL);
}

static const vmnet_field rsc_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "interface name",
	  view_nic_get_name, NULL },
	{ "IPv4Enabled", VMNET_T_BOOL, VMNET_U_NONE, 2,
	  "segments of IPv4 are put together",
	  get_rsc, NULL },
	{ "IPv6Enabled", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "the same for IPv6: one switch for both",
	  get_rsc, NULL },
	{ "IPv4OperationalState", VMNET_T_BOOL, VMNET_U_NONE, 4,
	  "is that so now, read back",
	  get_rsc, NULL },
	{ "IPv6OperationalState", VMNET_T_BOOL, VMNET_U_NONE, 5,
	  "is that so now for IPv6, read back",
	  get_rsc, NULL },
	{ "IPv4FailureReason", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "why not: NicPropertyDisabled, Capability",
	  get_rsc_reason, NULL },
	{ "IPv6FailureReason", VMNET_T_STRING, VMNET_U_NONE, 7,
	  "why not for IPv6",
	  get_rsc_reason, NULL },
	{ "Carrier", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "what does it: rx-gro-hw is the card, rx-gro the kernel",
	  get_rsc_carrier, NULL },
};

const vmnet_noun vmnet_noun_rsc = {
	.name = "NetAdapterRsc",
	.text = "coalescing of received segments",
	.fields = rsc_fields,
	.n_fields = G_N_ELEMENTS (rsc_fields),
	.sections = VMNET_S_LINKS,
	.rows = rsc_rows,
};

/* ---- NetAdapterChecksumOffload ---- */

/* Linux has a switch for each direction; every protocol shows the two. */
static void
get_checksum (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_opt *s = card_of (r)->value;
	gboolean tx = s[VMNET_NIC_TX_CHECKSUM].value != 0;
	gboolean rx = s[VMNET_NIC_RX_CHECKSUM].value != 0;

	if (s[VMNET_NIC_TX_CHECKSUM].set || s[VMNET_NIC_RX_CHECKSUM].set)
		put_text (v, tx && rx ? "RxTxEnabled" : tx ? "TxEnabled"
			  : rx ? "RxEnabled" : "Disabled");
}

static void
checksum_rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_checksum, NULL);
}

static const vmnet_field checksum_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "interface name",
	  view_nic_get_name, NULL },
	{ "IpIPv4Enabled", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "IPv4 headers: Disabled, RxEnabled, TxEnabled, RxTxEnabled",
	  get_checksum, NULL },
	{ "TcpIPv4Enabled", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "TCP over IPv4",
	  get_checksum, NULL },
	{ "TcpIPv6Enabled", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "TCP over IPv6",
	  get_checksum, NULL },
	{ "UdpIPv4Enabled", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "UDP over IPv4",
	  get_checksum, NULL },
	{ "UdpIPv6Enabled", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "UDP over IPv6",
	  get_checksum, NULL },
};

const vmnet_noun vmnet_noun_checksum = {
	.name = "NetAdapterChecksumOffload",
	.text = "checksums that the network adapter does",
	.fields = checksum_fields,
	.n_fields = G_N_ELEMENTS (checksum_fields),
	.sections = VMNET_S_LINKS,
	.rows = checksum_rows,
};

/*
 * rss.c - the rows of NetAdapterRss: receive queues over which a network
 * adapter spreads what it receives.
 */
#include "view/view.h"

static const kn_card *
card_of (const vmnet_row *r)
{
	return view_card (r->view, view_nic_of (r)->link->name);
}

static const vmnet_opt *
queues_of (const vmnet_row *r)
{
	return &card_of (r)->value[VMNET_NIC_RSS_QUEUES];
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_row_unref);

	view_add_nics (v, all, &vmnet_noun_rss, NULL);
	for (guint i = 0; i < all->len; i++)
		if (queues_of (all->pdata[i])->set)
			g_ptr_array_add (out, vmnet_row_ref (all->pdata[i]));
}

static void
get_enabled (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, queues_of (r)->value > 1);
}

static void
get_queues (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, *queues_of (r));
}

static void
get_most (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, card_of (r)->max[VMNET_NIC_RSS_QUEUES]);
}

static void
get_carrier (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, card_of (r)->rx_apart ? "rx" : "combined");
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "interface name",
	  view_nic_get_name, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "driver and kind", view_nic_get_description, NULL },
	{ "Enabled", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "is there more than one receive queue", get_enabled, NULL },
	{ "NumberOfReceiveQueues", VMNET_T_INT, VMNET_U_NONE, 4,
	  "receive queues that the driver has now", get_queues, NULL },
	{ "MaxReceiveQueues", VMNET_T_INT, VMNET_U_NONE, 5,
	  "the most that it can have", get_most, NULL },
	{ "Carrier", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "what ethtool -l counts: combined queues, or rx alone", get_carrier,
	  NULL },
};

const vmnet_noun vmnet_noun_rss = {
	.name = "NetAdapterRss",
	.text = "receive queues of a network adapter",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};

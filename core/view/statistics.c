/*
 * statistics.c - the rows of NetAdapterStatistics: what network adapters have
 * counted since they are there. Directions are the adapter's own.
 */
#include "view/view.h"

static const kn_counters *
counters (const vmnet_row *r)
{
	const view_nic *n = r->told;

	return &n->link->counters;
}

static void
get_rx_bytes (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->rx_bytes);
}

static void
get_rx_packets (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->rx_packets);
}

static void
get_tx_bytes (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->tx_bytes);
}

static void
get_tx_packets (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->tx_packets);
}

static void
get_rx_dropped (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->rx_dropped);
}

static void
get_rx_errors (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->rx_errors);
}

static void
get_tx_dropped (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->tx_dropped);
}

static void
get_tx_errors (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, (gint64) counters (r)->tx_errors);
}

static void
statistics_rows (vmnet_view *v, GPtrArray *out)
{
	view_add_nics (v, out, &vmnet_noun_statistics, NULL);
}

static const vmnet_field statistics_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "interface name",
	  view_nic_get_name, NULL },
	{ "ReceivedBytes", VMNET_T_INT, VMNET_U_BYTES, 2,
	  "bytes received",
	  get_rx_bytes, NULL },
	{ "ReceivedPackets", VMNET_T_INT, VMNET_U_PACKETS, 3,
	  "packets received, of every kind",
	  get_rx_packets, NULL },
	{ "SentBytes", VMNET_T_INT, VMNET_U_BYTES, 4,
	  "bytes sent",
	  get_tx_bytes, NULL },
	{ "SentPackets", VMNET_T_INT, VMNET_U_PACKETS, 5,
	  "packets sent, of every kind",
	  get_tx_packets, NULL },
	{ "ReceivedDiscardedPackets", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "packets received and dropped",
	  get_rx_dropped, NULL },
	{ "ReceivedPacketErrors", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "packets received with errors",
	  get_rx_errors, NULL },
	{ "OutboundDiscardedPackets", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "packets dropped before they were sent",
	  get_tx_dropped, NULL },
	{ "OutboundPacketErrors", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "packets not sent because of errors",
	  get_tx_errors, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "driver and kind",
	  view_nic_get_description, NULL },
};

const vmnet_noun vmnet_noun_statistics = {
	.name = "NetAdapterStatistics",
	.text = "what a network adapter has counted",
	.fields = statistics_fields,
	.n_fields = G_N_ELEMENTS (statistics_fields),
	.sections = VMNET_S_LINKS,
	.rows = statistics_rows,
};

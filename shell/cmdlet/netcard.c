/*
 * netcard.c - what a network card's driver does and counts: Get-, Enable- and
 * Disable-NetAdapterLso, -Rsc, -Uso and -ChecksumOffload,
 * Get-NetAdapterStatistics. Listed in table.c.
 */
#include "domain.h"
#include "netcard.h"

/* ---- reads ---- */

static const sh_param read_params[] = { NIC_READ_PARAMS };

static gboolean
show (sh_call *call, GError **error)
{
	const vmnet_noun *noun = sh_call_cmdlet (call)->out;
	g_autoptr (GPtrArray) rows = dom_rows (call, noun, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", dom_nic_described, error);
}

const sh_cmdlet cmdlet_get_netadapterstatistics = {
	"Get-NetAdapterStatistics", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_statistics,
	"Shows bytes and packets that interfaces received and sent",
	"Get-NetAdapterStatistics -Name pnic0",
	"Packets are those of every kind: Linux does not count unicast apart. "
	"Directions are the interface's own.",
	NULL, show, NULL,
};

const sh_cmdlet cmdlet_get_netadapterlso = {
	"Get-NetAdapterLso", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_lso,
	"Shows whether interfaces cut long TCP packets themselves",
	"Get-NetAdapterLso -Name pnic0",
	NULL, NULL, show, NULL,
};

const sh_cmdlet cmdlet_get_netadapteruso = {
	"Get-NetAdapterUso", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_uso,
	"Shows whether interfaces cut long UDP packets themselves",
	"Get-NetAdapterUso -Name pnic0",
	"Linux has one switch for IPv4 and IPv6.",
	NULL, show, NULL,
};

const sh_cmdlet cmdlet_get_netadapterchecksumoffload = {
	"Get-NetAdapterChecksumOffload", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_checksum,
	"Shows which checksums interfaces do themselves",
	"Get-NetAdapterChecksumOffload -Name pnic0",
	"Linux has a switch for each direction, and none for each protocol.",
	NULL, show, NULL,
};

HANDLER (get_netadapterrsc);

static const sh_param get_netadapterrsc_params[] = {
	NIC_READ_PARAMS,
	{ "IPv4FailureReason", &sh_type_rsc_reason, SH_LIST | SH_PIPE_NAME, 0,
	  NULL, NULL, "only those with this reason for IPv4" },
	{ "IPv4OperationalState", &sh_type_bool, SH_LIST | SH_PIPE_NAME, 0,
	  NULL, NULL, "only those that do it for IPv4, or not" },
	{ "IPv6FailureReason", &sh_type_rsc_reason, SH_LIST | SH_PIPE_NAME, 0,
	  NULL, NULL, "only those with this reason for IPv6" },
	{ "IPv6OperationalState", &sh_type_bool, SH_LIST | SH_PIPE_NAME, 0,
	  NULL, NULL, "only those that do it for IPv6, or not" },
};

const sh_cmdlet cmdlet_get_netadapterrsc = {
	"Get-NetAdapterRsc", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_netadapterrsc_params), &vmnet_noun_rsc,
	"Shows whether received segments are put together",
	"Get-NetAdapterRsc -Name pnic0",
	"Where the card cannot do it, the kernel does (GRO): Carrier tells "
	"which. Linux has one switch for IPv4 and IPv6.",
	NULL, get_netadapterrsc, NULL,
};

static gboolean
rsc_wanted (sh_call *call, const vmnet_row *row)
{
	static const char *const fields[] = {
		"IPv4FailureReason", "IPv4OperationalState",
		"IPv6FailureReason", "IPv6OperationalState",
	};

	for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
		g_autofree char *text = dom_field (row, fields[i]);

		if (!dom_wanted (sh_arg (call, fields[i]), text ? text : ""))
			return FALSE;
	}
	return dom_nic_described (call, row);
}

static gboolean
get_netadapterrsc (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_rsc, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", rsc_wanted, error);
}

/* ---- on and off ---- */

/* Which settings a noun's parameters stand for; `other` is the same setting
 * for the other IP version, where Linux has two. */
typedef struct {
	const vmnet_noun *noun;
	struct { const char *param; vmnet_nic_setting setting; } of[6];
} offload;

static const offload offloads[] = {
	{ &vmnet_noun_lso, { { "IPv4", VMNET_NIC_LSO4 },
			     { "IPv6", VMNET_NIC_LSO6 } } },
	{ &vmnet_noun_uso, { { "IPv4", VMNET_NIC_USO },
			     { "IPv6", VMNET_NIC_USO } } },
	{ &vmnet_noun_rsc, { { "IPv4", VMNET_NIC_RSC },
			     { "IPv6", VMNET_NIC_RSC } } },
};

/* Without -IPv4 and -IPv6 both are meant. One of the two where Linux has one
 * switch for both changes more than was asked, so that is refused. */
static gboolean
change_family (sh_call *call, const offload *o, const char *nic, gboolean on,
	       GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	gboolean any = sh_arg_on (call, "IPv4") || sh_arg_on (call, "IPv6");

	if (txn == NULL)
		return FALSE;
	if (any && o->of[0].setting == o->of[1].setting
	    && sh_arg_on (call, "IPv4") != sh_arg_on (call, "IPv6")) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "%s: Linux has one switch for IPv4 and IPv6; "
			     "give both, or neither",
			     sh_call_cmdlet (call)->name);
		return FALSE;
	}
	for (guint i = 0; i < 2; i++)
		if ((!any || sh_arg_on (call, o->of[i].param))
		    && !vmnet_nic_set (txn, nic, o->of[i].setting, on, error))
			return FALSE;
	return TRUE;
}

/* Sending or receiving without this protocol alone cannot be had. */
static gboolean
change_checksum (sh_call *call, const char *nic, gboolean on, GError **error)
{
	static const char *const names[] = {
		"IpIPv4", "TcpIPv4", "TcpIPv6", "UdpIPv4", "UdpIPv6",
	};
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	for (guint i = 0; i < G_N_ELEMENTS (names); i++)
		if (sh_arg_on (call, names[i])) {
			g_set_error (error, VMNET_ERROR,
				     VMNET_ERROR_UNSUPPORTED,
				     "%s -%s: Linux has no switch for each "
				     "protocol; leave it out to change all",
				     sh_call_cmdlet (call)->name, names[i]);
			return FALSE;
		}
	return txn != NULL
	       && vmnet_nic_set (txn, nic, VMNET_NIC_TX_CHECKSUM, on, error)
	       && vmnet_nic_set (txn, nic, VMNET_NIC_RX_CHECKSUM, on, error);
}

static gboolean
change_one (sh_call *call, const char *nic, gboolean on, GError **error)
{
	const vmnet_noun *noun = sh_call_cmdlet (call)->out;

	for (guint i = 0; i < G_N_ELEMENTS (offloads); i++)
		if (offloads[i].noun == noun)
			return change_family (call, &offloads[i], nic, on,
					      error);
	return change_checksum (call, nic, on, error);
}

static gboolean
change (sh_call *call, gboolean on, GError **error)
{
	g_autoptr (GPtrArray) nics = dom_nics (call, error);

	for (guint i = 0; nics != NULL && i < nics->len; i++) {
		if (!change_one (call, nics->pdata[i], on, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (
				sh_call_cmdlet (call)->out, nics->pdata[i]));
	}
	return nics != NULL;
}

static gboolean
turn_on (sh_call *call, GError **error)
{
	return change (call, TRUE, error);
}

static gboolean
turn_off (sh_call *call, GError **error)
{
	return change (call, FALSE, error);
}

static const sh_param family_params[] = {
	NIC_CHANGE_PARAMS,
	{ "IPv4", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only for IPv4" },
	{ "IPv6", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only for IPv6" },
};

static const sh_param checksum_params[] = {
	NIC_CHANGE_PARAMS,
	{ "IpIPv4", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only IPv4 headers: Linux cannot, and says so" },
	{ "TcpIPv4", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only TCP over IPv4: Linux cannot, and says so" },
	{ "TcpIPv6", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only TCP over IPv6: Linux cannot, and says so" },
	{ "UdpIPv4", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only UDP over IPv4: Linux cannot, and says so" },
	{ "UdpIPv6", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only UDP over IPv6: Linux cannot, and says so" },
};

#define OFFLOAD(id, verb, noun, params, row, does, run) \
	const sh_cmdlet cmdlet_##id = { \
		verb "-NetAdapter" noun, "NetAdapter", NULL, SH_CHANGES, \
		"ByName", PARAMS (params), row, does, \
		verb "-NetAdapter" noun " -Name pnic0", \
		"It is kept, and set again at boot.", NULL, run, NULL, \
	};

OFFLOAD (enable_netadapterlso, "Enable", "Lso", family_params,
	 &vmnet_noun_lso, "Lets interfaces cut long TCP packets", turn_on)
OFFLOAD (disable_netadapterlso, "Disable", "Lso", family_params,
	 &vmnet_noun_lso, "Lets the kernel cut long TCP packets", turn_off)
OFFLOAD (enable_netadapteruso, "Enable", "Uso", family_params,
	 &vmnet_noun_uso, "Lets interfaces cut long UDP packets", turn_on)
OFFLOAD (disable_netadapteruso, "Disable", "Uso", family_params,
	 &vmnet_noun_uso, "Lets the kernel cut long UDP packets", turn_off)
OFFLOAD (enable_netadapterrsc, "Enable", "Rsc", family_params,
	 &vmnet_noun_rsc, "Puts received segments together", turn_on)
OFFLOAD (disable_netadapterrsc, "Disable", "Rsc", family_params,
	 &vmnet_noun_rsc, "Leaves received segments as they came", turn_off)
OFFLOAD (enable_netadapterchecksumoffload, "Enable", "ChecksumOffload",
	 checksum_params, &vmnet_noun_checksum,
	 "Lets interfaces do the checksums", turn_on)
OFFLOAD (disable_netadapterchecksumoffload, "Disable", "ChecksumOffload",
	 checksum_params, &vmnet_noun_checksum,
	 "Lets the kernel do the checksums", turn_off)

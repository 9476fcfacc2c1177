/*
 * nethardware.c - Get-NetAdapterHardwareInfo; Get-, Enable-, Disable- and
 * Set-NetAdapterRdma; Set-NetAdapter. Listed in table.c.
 */
#include <string.h>

#include "netcard.h"

/* ---- reads ---- */

HANDLER (get_hardware);
HANDLER (get_rdma);

static const sh_param read_params[] = { NIC_READ_PARAMS };

const sh_cmdlet cmdlet_get_netadapterhardwareinfo = {
	"Get-NetAdapterHardwareInfo", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_hardware,
	"Shows where network cards are on the PCI bus, and what they can",
	"Get-NetAdapterHardwareInfo",
	"Interfaces of software have no row; one that is named is an error. "
	"What stands behind the first 64 bytes of a card's configuration space "
	"is shown to root only.",
	NULL, get_hardware, NULL,
};

const sh_cmdlet cmdlet_get_netadapterrdma = {
	"Get-NetAdapterRdma", "NetAdapter", NULL, 0, "ByName",
	PARAMS (read_params), &vmnet_noun_rdma,
	"Shows network adapters with RDMA",
	"Get-NetAdapterRdma",
	"A card's driver makes the RDMA device; one without is not listed, and "
	"an error says why when it is named.",
	NULL, get_rdma, NULL,
};

/* Why a named interface is not among the rows; owned. */
typedef char *(*nic_reason) (const vmnet_row *nic);

static gboolean
has_row (const GPtrArray *rows, const char *key)
{
	for (guint i = 0; i < rows->len; i++)
		if (strcmp (((vmnet_row *) rows->pdata[i])->key, key) == 0)
			return TRUE;
	return FALSE;
}

/* The first plain name that is an interface, and one without a row. */
static gboolean
explain (sh_call *call, const GPtrArray *rows, nic_reason why, GError **error)
{
	sh_value *names = sh_arg (call, "Name");
	g_autoptr (GPtrArray) nics = dom_rows (call, &vmnet_noun_nic, error);

	if (nics == NULL)
		return FALSE;
	for (guint i = 0; names && i < sh_array_length (names); i++) {
		const char *name = sh_text (sh_array_get (names, i));

		for (guint k = 0; k < nics->len; k++) {
			const vmnet_row *nic = nics->pdata[k];
			g_autofree char *text = NULL;

			if (dom_is_pattern (name)
			    || g_ascii_strcasecmp (nic->key, name) != 0
			    || has_row (rows, nic->key))
				continue;
			text = why (nic);
			g_set_error (error, VMNET_ERROR,
				     VMNET_ERROR_UNSUPPORTED,
				     "network adapter '%s': %s", nic->key,
				     text);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
show (sh_call *call, const vmnet_noun *noun, nic_reason why, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, noun, error);

	return rows != NULL && explain (call, rows, why, error)
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", dom_nic_described, error);
}

static char *
no_card (const vmnet_row *nic)
{
	g_autofree char *driver = dom_field (nic, "DriverName");

	return g_strdup_printf ("it is no PCI device (%s): it has no bus, slot "
				"or lanes", driver && *driver ? driver
				: "made of software");
}

static char *
no_rdma (const vmnet_row *nic)
{
	g_autofree char *driver = dom_field (nic, "DriverName");
	g_autofree char *link = dom_field (nic, "InterfaceName");

	if (dom_field_on (nic, "Virtual"))
		return g_strdup ("it is made of software, which has no RDMA; "
				 "rdma link add NAME type rxe netdev INTERFACE "
				 "makes RDMA in software (rdma_rxe)");
	if (!g_file_test ("/sys/class/infiniband", G_FILE_TEST_IS_DIR))
		return g_strdup_printf ("the kernel has no RDMA loaded: "
					"/sys/class/infiniband is not there; "
					"modprobe ib_core and the RDMA module "
					"of its driver %s",
					driver && *driver ? driver : "");
	return g_strdup_printf ("its driver %s has made no RDMA device: "
				"/sys/class/net/%s/device/infiniband is not "
				"there; the card has none, or the driver's "
				"RDMA module (mlx5_ib, irdma, bnxt_re) is not "
				"loaded", driver && *driver ? driver : "", link);
}

static gboolean
get_hardware (sh_call *call, GError **error)
{
	return show (call, &vmnet_noun_hardware, no_card, error);
}

static gboolean
get_rdma (sh_call *call, GError **error)
{
	return show (call, &vmnet_noun_rdma, no_rdma, error);
}

/* ---- RDMA on and off ---- */

HANDLER (enable_rdma);
HANDLER (disable_rdma);
HANDLER (set_rdma);

#define RDMA_PARAMS \
	NIC_CHANGE_COMMON_PARAMS, \
	NIC_DESCRIPTION, \
	NIC_NAME (0)

static const sh_param rdma_params[] = { RDMA_PARAMS };
static const sh_param set_rdma_params[] = {
	RDMA_PARAMS,
	{ "Enabled", &sh_type_bool, 0, 0, NULL, NULL, "on or off" },
};

#define RDMA_NOTE "What is so already is no change. A driver's RDMA is " \
	"switched by devlink and a reload of the card, which takes its " \
	"network away: that is not done here, and said."

const sh_cmdlet cmdlet_enable_netadapterrdma = {
	"Enable-NetAdapterRdma", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (rdma_params), &vmnet_noun_rdma,
	"Sees to it that interfaces have RDMA, or says why not",
	"Enable-NetAdapterRdma -Name none*", RDMA_NOTE, NULL, enable_rdma,
	NULL,
};

const sh_cmdlet cmdlet_disable_netadapterrdma = {
	"Disable-NetAdapterRdma", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (rdma_params), &vmnet_noun_rdma,
	"Sees to it that interfaces have no RDMA, or says how",
	"Disable-NetAdapterRdma -Name none*", RDMA_NOTE, NULL, disable_rdma,
	NULL,
};

const sh_cmdlet cmdlet_set_netadapterrdma = {
	"Set-NetAdapterRdma", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (set_rdma_params), &vmnet_noun_rdma,
	"Says whether interfaces have RDMA",
	"Set-NetAdapterRdma -Name none* -Enabled $true", RDMA_NOTE, NULL,
	set_rdma, NULL,
};

static const vmnet_row *
row_of (const GPtrArray *rows, const char *key)
{
	for (guint i = 0; i < rows->len; i++)
		if (strcmp (((vmnet_row *) rows->pdata[i])->key, key) == 0)
			return rows->pdata[i];
	return NULL;
}

static gboolean
rdma_one (const vmnet_row *nic, const vmnet_row *rdma, gboolean on,
	  GError **error)
{
	g_autofree char *device = rdma ? dom_field (rdma, "RdmaDevice") : NULL;
	g_autofree char *state = rdma ? dom_field (rdma, "PortState") : NULL;
	g_autofree char *why = NULL;

	if (rdma ? dom_field_on (rdma, "Enabled") == on : !on)
		return TRUE;
	if (rdma == NULL)
		why = no_rdma (nic);
	else if (on)
		why = g_strdup_printf ("the port of its RDMA device %s is '%s': "
				       "it follows the link; Enable-NetAdapter "
				       "takes the interface up", device, state);
	else
		why = g_strdup_printf ("its RDMA device %s is switched off by "
				       "its driver alone: devlink dev param set "
				       "DEV name enable_rdma (or enable_roce) "
				       "value false cmode driverinit, then "
				       "devlink dev reload DEV", device);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "network adapter '%s': %s", nic->key, why);
	return FALSE;
}

static gboolean
change_rdma (sh_call *call, gboolean on, GError **error)
{
	g_autoptr (GPtrArray) names = dom_nics (call, error);
	g_autoptr (GPtrArray) nics = dom_rows (call, &vmnet_noun_nic, error);
	g_autoptr (GPtrArray) rows = nics ? dom_rows (
		call, &vmnet_noun_rdma, error) : NULL;

	if (names == NULL || rows == NULL
	    || sh_txn (sh_call_interp (call), error) == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		const vmnet_row *nic = row_of (nics, names->pdata[i]);
		const vmnet_row *rdma = row_of (rows, names->pdata[i]);

		if (nic != NULL && !rdma_one (nic, rdma, on, error))
			return FALSE;
		if (rdma != NULL && sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_rdma,
						     rdma->key));
	}
	return TRUE;
}

static gboolean
enable_rdma (sh_call *call, GError **error)
{
	return change_rdma (call, TRUE, error);
}

static gboolean
disable_rdma (sh_call *call, GError **error)
{
	return change_rdma (call, FALSE, error);
}

static gboolean
set_rdma (sh_call *call, GError **error)
{
	if (sh_given (call, "Enabled"))
		return change_rdma (call, sh_arg_on (call, "Enabled"), error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "Set-NetAdapterRdma needs -Enabled");
	return FALSE;
}

/* ---- Set-NetAdapter ---- */

HANDLER (set_netadapter);

static const sh_param set_netadapter_params[] = {
	NIC_COMMON_PARAMS,
	NIC_HIDDEN ("ByName,ByInstanceID"),
	{ "InputObject", &sh_type_cim_card,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "interfaces, as objects of Get-NetAdapter and its like" },
	{ "InterfaceDescription", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc", "ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "MacAddress", &sh_type_mac, 0, 0, "LinkLayerAddress", NULL,
	  "MAC address that it gets: 02-00-5E-00-53-01" },
	{ "Name", &sh_type_nic_name, SH_MANDATORY | SH_LIST, 1,
	  "ifAlias,InterfaceAlias", "ByName",
	  "names of interfaces; * and ? stand for any" },
	NIC_NO_RESTART,
	NIC_PASS_THRU,
	{ "VlanID", &sh_type_uint16, SH_NOT_YET, 0, NULL, NULL,
	  "a VLAN of the interface itself: give one to the host's adapter with "
	  "Set-VMNetworkAdapterVlan -ManagementOS" },
};

const sh_cmdlet cmdlet_set_netadapter = {
	"Set-NetAdapter", "NetAdapter", NULL, SH_CHANGES, "ByName",
	PARAMS (set_netadapter_params), &vmnet_noun_nic,
	"Gives interfaces another MAC address",
	"Set-NetAdapter -Name pnic1 -MacAddress 02-00-5E-00-53-01 "
	"-Confirm:$false; Reset-NetAdapterAdvancedProperty -Name pnic1 "
	"-DisplayName 'Network Address'",
	"It is kept, and set again at boot. Reset-NetAdapterAdvancedProperty "
	"-DisplayName 'Network Address' gives back the first one. An uplink "
	"whose host adapter has its address keeps it: set that one's.",
	NULL, set_netadapter, NULL,
};

static gboolean
set_netadapter (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *text = sh_arg_text (call, "MacAddress");
	g_autoptr (GPtrArray) nics = txn ? dom_nics (call, error) : NULL;
	guint8 mac[6];

	if (nics == NULL)
		return FALSE;
	if (text == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "Set-NetAdapter needs -MacAddress");
		return FALSE;
	}
	if (!vmnet_mac_parse (text, mac, error))
		return FALSE;
	for (guint i = 0; i < nics->len; i++) {
		if (!vmnet_nic_set_mac (txn, nics->pdata[i], mac, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_nic,
						     nics->pdata[i]));
	}
	return TRUE;
}

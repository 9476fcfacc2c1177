/*
 * netproperty.c - all settings of a network card's driver by keyword or shown
 * name: Get- and Set-NetAdapterAdvancedProperty. Listed in table.c.
 */
#include <string.h>

#include "domain.h"
#include "netcard.h"

HANDLER (get_property);
HANDLER (set_property);

static const sh_param get_property_params[] = {
	NIC_COMMON_PARAMS,
	{ "AllProperties", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "settings without a shown name too: there is none" },
	{ "DisplayName", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "DispN",
	  "ByNameDisplayName,ByInstanceIDDisplayName",
	  "shown names: 'Jumbo Packet'; * and ? stand for any" },
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also interfaces of ours that are hidden otherwise" },
	{ "InterfaceDescription", &sh_type_string, SH_MANDATORY | SH_LIST, 0,
	  "ifDesc,InstanceID",
	  "ByInstanceIDKeyword,ByInstanceIDDisplayName,ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "Name", &sh_type_nic_name, SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias,InterfaceAlias",
	  "ByName,ByNameRegistryKeyword,ByNameDisplayName",
	  "names of interfaces; * and ? stand for any" },
	{ "RegistryKeyword", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "RegKey",
	  "ByNameRegistryKeyword,ByInstanceIDKeyword",
	  "keywords: *JumboPacket; * and ? stand for any" },
};

const sh_cmdlet cmdlet_get_netadapteradvancedproperty = {
	"Get-NetAdapterAdvancedProperty", "NetAdapter", NULL, 0, "ByName",
	PARAMS (get_property_params), &vmnet_noun_property,
	"Shows the settings of an interface's driver",
	"Get-NetAdapterAdvancedProperty -Name pnic0 "
	"-RegistryKeyword *JumboPacket",
	"A driver's settings are those that ethtool and ip know: a setting "
	"that it does not have is not listed.",
	NULL, get_property, NULL,
};

static gboolean
property_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *keyword = dom_field (row, "RegistryKeyword");
	g_autofree char *display = dom_field (row, "DisplayName");

	return dom_wanted (sh_arg (call, "RegistryKeyword"), keyword)
	       && dom_wanted (sh_arg (call, "DisplayName"), display)
	       && dom_nic_described (call, row);
}

static gboolean
get_property (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_property,
					       error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
			    "network adapter", property_wanted, error);
}

/* ---- changes ---- */

static const sh_param set_property_params[] = {
	NIC_CHANGE_COMMON_PARAMS,
	{ "AllProperties", &sh_type_switch, SH_SWITCH, 0, NULL,
	  "ByName,ByInstanceID", "settings without a shown name too" },
	{ "DisplayName", &sh_type_string, SH_LIST | SH_PIPE_NAME, 0, "DispN",
	  "ByName,ByInstanceID", "shown names: 'Jumbo Packet'" },
	{ "DisplayValue", &sh_type_string, SH_PIPE_NAME, 0, NULL, NULL,
	  "Enabled or Disabled, or a number" },
	{ "InterfaceDescription", &sh_type_string, SH_MANDATORY | SH_LIST, 0,
	  "ifDesc,InstanceID", "ByInstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "Name", &sh_type_nic_name, SH_LIST | SH_PIPE_NAME, 1,
	  "ifAlias,InterfaceAlias", "ByName",
	  "names of interfaces; * and ? stand for any" },
	{ "RegistryKeyword", &sh_type_string, SH_LIST | SH_PIPE_NAME, 0,
	  "RegKey", "ByName,ByInstanceID", "keywords: *JumboPacket" },
	{ "RegistryValue", &sh_type_string, SH_LIST | SH_PIPE_NAME, 0, NULL,
	  NULL, "1 or 0, or a number; of *JumboPacket bytes of a frame" },
};

const sh_cmdlet cmdlet_set_netadapteradvancedproperty = {
	"Set-NetAdapterAdvancedProperty", "NetAdapter", NULL, SH_CHANGES,
	"ByName", PARAMS (set_property_params), &vmnet_noun_property,
	"Changes settings of an interface's driver",
	"Set-NetAdapterAdvancedProperty -Name pnic0 "
	"-RegistryKeyword *JumboPacket -RegistryValue 9014 -PassThru",
	"It is kept, and set again at boot. The value is read back: what the "
	"driver makes of it otherwise is an error. *JumboPacket counts the "
	"14 bytes of the Ethernet header, which the kernel's MTU does not.",
	NULL, set_property, NULL,
};

gboolean
netcard_value (guint setting, const char *text, guint64 *out, GError **error)
{
	gboolean on_off = vmnet_nic_settings[setting].on_off;
	guint8 mac[6];

	if (setting == VMNET_NIC_MAC) {
		if (!vmnet_mac_parse (text, mac, error))
			return FALSE;
		*out = vmnet_nic_mac_number (mac);
		return TRUE;
	}
	if (on_off && g_ascii_strcasecmp (text, "Enabled") == 0)
		*out = 1;
	else if (on_off && g_ascii_strcasecmp (text, "Disabled") == 0)
		*out = 0;
	else
		return g_ascii_string_to_unsigned (
			text, 10, on_off ? 0 : 1, on_off ? 1 : G_MAXINT32,
			out, error);
	return TRUE;
}

/* Name and value of that kind, from whichever was given. */
static gboolean
parse_value (sh_call *call, guint setting, guint64 *out, GError **error)
{
	const char *shown = sh_arg_text (call, "DisplayValue");
	sh_value *values = sh_arg (call, "RegistryValue");
	const char *text = values && sh_array_length (values)
				   ? sh_text (sh_array_get (values, 0))
				   : shown;

	if (text == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "Set-NetAdapterAdvancedProperty needs "
			     "-RegistryValue or -DisplayValue");
		return FALSE;
	}
	return netcard_value (setting, text, out, error);
}

gboolean
netcard_setting (const char *keyword, guint *out)
{
	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++)
		if (g_ascii_strcasecmp (vmnet_nic_settings[i].keyword,
					keyword) == 0
		    && !vmnet_nic_settings[i].binding) {
			*out = i;
			return TRUE;
		}
	return FALSE;
}

/* One of the rows that the call is about. */
static gboolean
change_row (sh_call *call, const char *nic, const char *keyword,
	    GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	guint64 value;
	guint i;

	if (txn == NULL || !netcard_setting (keyword, &i))
		return FALSE;
	if (!parse_value (call, i, &value, error)) {
		g_prefix_error (error, "network adapter '%s': %s: ", nic,
				keyword);
		return FALSE;
	}
	if (!vmnet_nic_set (txn, nic, i, value, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru")) {
		g_autofree char *key = g_strconcat (nic, "/", keyword, NULL);

		sh_emit (call, sh_row_later (&vmnet_noun_property, key));
	}
	return TRUE;
}

static gboolean
change_objects (sh_call *call, sh_value *objects, GError **error)
{
	for (guint i = 0; i < sh_array_length (objects); i++) {
		const char *key = sh_row_key (sh_array_get (objects, i));
		const char *slash = strrchr (key, '/');
		g_autofree char *nic = NULL;

		if (slash == NULL) {
			g_set_error (error, SH_ERROR, SH_ERROR_BIND,
				     "Set-NetAdapterAdvancedProperty takes "
				     "objects of "
				     "Get-NetAdapterAdvancedProperty");
			return FALSE;
		}
		nic = g_strndup (key, (gsize) (slash - key));
		if (!change_row (call, nic, slash + 1, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
none_changed (sh_call *call, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "no setting of that name: the driver has none such; "
		     "Get-NetAdapterAdvancedProperty lists what it has");
	return FALSE;
}

static gboolean
set_property (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = NULL;
	guint n = 0;

	if (sh_given (call, "InputObject"))
		return change_objects (call, sh_arg (call, "InputObject"),
				       error);
	if (!sh_given (call, "RegistryKeyword")
	    && !sh_given (call, "DisplayName")) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "Set-NetAdapterAdvancedProperty needs "
			     "-RegistryKeyword or -DisplayName");
		return FALSE;
	}
	rows = dom_rows (call, &vmnet_noun_property, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *nic = dom_field (rows->pdata[i], "Name");
		g_autofree char *keyword = dom_field (rows->pdata[i],
						      "RegistryKeyword");

		if (!dom_wanted (sh_arg (call, "Name"), nic)
		    || !property_wanted (call, rows->pdata[i]))
			continue;
		if (!change_row (call, nic, keyword, error))
			return FALSE;
		n++;
	}
	if (rows == NULL)
		return FALSE;
	return n > 0 || none_changed (call, error);
}

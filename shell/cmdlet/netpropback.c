/*
 * netpropback.c - New-, Remove- and Reset-NetAdapterAdvancedProperty: what they
 * do with keywords of the registry, here with the settings that a driver has.
 * Listed in table.c.
 */
#include <string.h>

#include "netcard.h"

HANDLER (new_property);
HANDLER (remove_property);
HANDLER (reset_property);

static const sh_param new_params[] = {
	NIC_COMMON_PARAMS,
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also interfaces of ours that are hidden otherwise" },
	{ "InterfaceDescription", &sh_type_string, SH_MANDATORY | SH_PIPE_NAME,
	  0, "ifDesc,InstanceID", "InstanceID",
	  "driver and model of the interface, as Get-NetAdapter shows" },
	{ "Name", &sh_type_nic_name, SH_MANDATORY | SH_PIPE_NAME, 1,
	  "ifAlias,InterfaceAlias", "Name", "name of the interface" },
	NIC_NO_RESTART,
	{ "RegistryDataType", &sh_type_reg_data, SH_PIPE_NAME, 0, NULL, NULL,
	  "accepted; a setting has its own kind" },
	{ "RegistryKeyword", &sh_type_string, SH_MANDATORY | SH_PIPE_NAME, 0,
	  NULL, NULL, "keyword: *JumboPacket" },
	{ "RegistryValue", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, NULL, NULL,
	  "1 or 0, or a number; of NetworkAddress a MAC address" },
};

const sh_cmdlet cmdlet_new_netadapteradvancedproperty = {
	"New-NetAdapterAdvancedProperty", "NetAdapter", NULL, SH_CHANGES,
	"Name", PARAMS (new_params), &vmnet_noun_property,
	"Asks for a setting of an interface's driver by its keyword",
	"New-NetAdapterAdvancedProperty -Name pnic1 "
	"-RegistryKeyword *JumboPacket -RegistryValue 1514",
	"A driver of Linux has the settings that it has: a keyword that it "
	"does not know is refused.",
	NULL, new_property, NULL,
};

/* The interface that is named, or described so; owned. */
static char *
one_nic (sh_call *call, GError **error)
{
	const char *name = sh_arg_text (call, "Name");
	const char *described = sh_arg_text (call, "InterfaceDescription");
	g_autoptr (GPtrArray) rows = NULL;

	if (name != NULL)
		return g_strdup (name);
	rows = dom_rows (call, &vmnet_noun_nic, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *text = dom_field (rows->pdata[i],
						   "InterfaceDescription");

		if (text && g_ascii_strcasecmp (text, described) == 0)
			return g_strdup (((vmnet_row *) rows->pdata[i])->key);
	}
	if (rows != NULL)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "no interface is described as '%s'", described);
	return NULL;
}

static gboolean
new_property (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *keyword = sh_arg_text (call, "RegistryKeyword");
	sh_value *values = sh_arg (call, "RegistryValue");
	g_autofree char *nic = txn ? one_nic (call, error) : NULL;
	g_autofree char *key = NULL;
	guint64 value;
	guint i;

	if (nic == NULL)
		return FALSE;
	if (!netcard_setting (keyword, &i)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "network adapter '%s': a driver of Linux takes no "
			     "keyword '%s'; Get-NetAdapterAdvancedProperty "
			     "lists what it has", nic, keyword);
		return FALSE;
	}
	if (!netcard_value (i, sh_text (sh_array_get (values, 0)), &value,
			    error)
	    || !vmnet_nic_set (txn, nic, i, value, error))
		return FALSE;
	key = g_strconcat (nic, "/", vmnet_nic_settings[i].keyword, NULL);
	sh_emit (call, sh_row_later (&vmnet_noun_property, key));
	return TRUE;
}

/* ---- back to what it was ---- */

#define BACK_PARAMS \
	NIC_CHANGE_COMMON_PARAMS, \
	{ "InterfaceDescription", &sh_type_string, SH_MANDATORY | SH_LIST, 0, \
	  "ifDesc,InstanceID", "ByInstanceID", \
	  "driver and model of the interface, as Get-NetAdapter shows" }, \
	NIC_NAME (0)

static const sh_param remove_params[] = {
	BACK_PARAMS,
	{ "AllProperties", &sh_type_switch, SH_SWITCH, 0, NULL,
	  "ByName,ByInstanceID", "settings without a shown name too" },
	{ "RegistryKeyword", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "RegKey",
	  "ByName,ByInstanceID", "keywords: *JumboPacket" },
};

static const sh_param reset_params[] = {
	BACK_PARAMS,
	{ "DisplayName", &sh_type_string,
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "DispN",
	  "ByName,ByInstanceID", "shown names: 'Jumbo Packet'" },
};

#define BACK_NOTE "It is set to what it was before it was first set here, " \
	"and no more kept. What nobody has set stays as it is."

const sh_cmdlet cmdlet_remove_netadapteradvancedproperty = {
	"Remove-NetAdapterAdvancedProperty", "NetAdapter", NULL, SH_CHANGES,
	"ByName", PARAMS (remove_params), &vmnet_noun_property,
	"Asks no more for settings of an interface's driver",
	"Remove-NetAdapterAdvancedProperty -Name pnic1 "
	"-RegistryKeyword *JumboPacket",
	BACK_NOTE, NULL, remove_property, NULL,
};

const sh_cmdlet cmdlet_reset_netadapteradvancedproperty = {
	"Reset-NetAdapterAdvancedProperty", "NetAdapter", NULL, SH_CHANGES,
	"ByName", PARAMS (reset_params), &vmnet_noun_property,
	"Sets settings of an interface's driver to what they were",
	"Set-NetAdapterAdvancedProperty -Name pnic1 -DisplayName 'Jumbo Packet' "
	"-DisplayValue 4014; Reset-NetAdapterAdvancedProperty -Name pnic1 "
	"-DisplayName 'Jumbo Packet'",
	BACK_NOTE, NULL, reset_property, NULL,
};

static gboolean
reset_row (sh_call *call, vmnet_txn *txn, const vmnet_row *row,
	   GError **error)
{
	g_autofree char *nic = dom_field (row, "Name");
	g_autofree char *keyword = dom_field (row, "RegistryKeyword");
	guint i;

	if (!netcard_setting (keyword, &i)
	    || !vmnet_nic_reset (txn, nic, i, NULL, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_row_later (&vmnet_noun_property, row->key));
	return TRUE;
}

/* `by`: the parameter, and the field that it is about. */
static gboolean
row_wanted (sh_call *call, const vmnet_row *row, const char *by)
{
	g_autofree char *nic = dom_field (row, "Name");
	g_autofree char *text = dom_field (row, by);

	return dom_wanted (sh_arg (call, "Name"), nic)
	       && dom_wanted (sh_arg (call, by), text)
	       && dom_nic_described (call, row);
}

static gboolean
go_back (sh_call *call, const char *by, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	sh_value *objects = sh_arg (call, "InputObject");
	g_autoptr (GPtrArray) rows = txn ? dom_rows (
		call, &vmnet_noun_property, error) : NULL;
	guint n = 0;

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		if (objects ? !dom_is_object (objects, rows->pdata[i])
		    : !row_wanted (call, rows->pdata[i], by))
			continue;
		if (!reset_row (call, txn, rows->pdata[i], error))
			return FALSE;
		n++;
	}
	if (rows == NULL || n > 0)
		return rows != NULL;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "no setting of that name: the driver has none such; "
		     "Get-NetAdapterAdvancedProperty lists what it has");
	return FALSE;
}

static gboolean
remove_property (sh_call *call, GError **error)
{
	return go_back (call, "RegistryKeyword", error);
}

static gboolean
reset_property (sh_call *call, GError **error)
{
	return go_back (call, "DisplayName", error);
}

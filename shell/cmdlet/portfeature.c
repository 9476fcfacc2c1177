/*
 * portfeature.c - the published way to policy that a port has by a "feature":
 * an object whose SettingData is changed and which is then given to a port, of
 * a VM, of the host, or the external one of a switch. The one feature that is
 * built is "Ethernet Switch Port Security Settings": guards and mirroring, so
 * the SPAN recipe. Listed in table.c.
 */
#include "domain.h"
#include "portsetting.h"

#include <string.h>

#define FEATURE_TYPE "VMSwitchExtensionPortFeature"

/* Published features of a port; the first is built. */
static const struct {
	const char *name, *id;
} features[] = {
	{ VMNET_PORT_SECURITY, VMNET_PORT_SECURITY_ID },
	{ "Ethernet Switch Port Vlan Settings",
	  "952c5004-4465-451c-8cb8-fa9ab382b773" },
	{ "Ethernet Switch Port ACL Settings",
	  "998bef4a-5d55-492a-9c43-8b2f5eae9f2b" },
	{ "Ethernet Switch Port Bandwidth Settings",
	  "24ad3ce1-69bd-4978-b2ac-daad389d699c" },
	{ "Ethernet Switch Port Offload Settings",
	  "c885bfd1-abb7-418f-8163-9f379c9f7166" },
	{ "Ethernet Switch Port Profile Settings",
	  "9940cd46-8b06-43bb-b9d5-93d50381fd56" },
};

/* ---- features ---- */

static sh_value *
new_feature (const sh_value *port)
{
	sh_value *o = sh_object (FEATURE_TYPE);

	sh_set (o, "Name", sh_string (features[0].name));
	sh_set (o, "Id", sh_string (features[0].id));
	sh_set (o, "ExtensionName", sh_string ("vmnetsh"));
	sh_set (o, "SettingData", port_setting_data (port));
	return o;
}

/* Is feature `i` among -FeatureName and -FeatureId? */
static gboolean
is_wanted (sh_call *call, guint i)
{
	return dom_wanted (sh_arg (call, "FeatureName"), features[i].name) &&
		dom_wanted (sh_arg (call, "FeatureId"), features[i].id);
}

static gboolean
names_one (sh_call *call)
{
	return sh_given (call, "FeatureName") || sh_given (call, "FeatureId");
}

static gboolean
of_extension (sh_call *call)
{
	return dom_wanted (sh_arg (call, "ExtensionName"), "vmnetsh");
}

/* A name that is published, but whose feature is not there. */
static gboolean
feature_missing (sh_call *call, GError **error)
{
	for (guint i = 1; names_one (call) && i < G_N_ELEMENTS (features); i++)
		if (is_wanted (call, i)) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
				     "feature '%s' is published, but not built "
				     "here yet; its settings have cmdlets of "
				     "their own (Get-Command -Noun "
				     "VMNetworkAdapter*)", features[i].name);
			return FALSE;
		}
	if (!names_one (call))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no such feature of a port; there is: '%s' (%s)",
		     features[0].name, features[0].id);
	return FALSE;
}

HANDLER (get_vmsystemswitchextensionportfeature);

static const sh_param get_vmsystemswitchextensionportfeature_params[] = {
	REMOTE_PARAMS (NULL),
	{ "ExtensionName", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "only features of these extensions: vmnetsh is the one there is" },
	{ "FeatureId", &sh_type_guid, SH_LIST, 0, NULL, NULL,
	  "identifiers of features, as published" },
	{ "FeatureName", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "names of features; * and ? stand for any" },
	{ "SystemSwitchExtension", &sh_type_system_extension,
	  SH_LIST | SH_NOT_YET, 0, NULL, NULL,
	  "extensions whose features are meant: theirs come later" },
};

const sh_cmdlet cmdlet_get_vmsystemswitchextensionportfeature = {
	"Get-VMSystemSwitchExtensionPortFeature", "Hyper-V", NULL, 0, NULL,
	PARAMS (get_vmsystemswitchextensionportfeature_params), NULL,
	"Shows features that a port can have, with the settings of a new port",
	"Get-VMSystemSwitchExtensionPortFeature -FeatureName "
	"'Ethernet Switch Port Security Settings'",
	NULL, NULL, get_vmsystemswitchextensionportfeature, NULL,
};

static gboolean
get_vmsystemswitchextensionportfeature (sh_call *call, GError **error)
{
	if (!of_extension (call))
		return TRUE;
	if (!is_wanted (call, 0))
		return feature_missing (call, error);
	sh_emit (call, new_feature (NULL));
	return TRUE;
}

HANDLER (get_vmswitchextensionportfeature);

static const sh_param get_vmswitchextensionportfeature_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS,ExternalPort"),
	{ "Extension", &sh_type_extension, SH_LIST | SH_NOT_YET, 0, NULL, NULL,
	  "extensions whose features are meant: theirs come later" },
	{ "ExtensionName", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "only features of these extensions: vmnetsh is the one there is" },
	{ "ExternalPort", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ExternalPort", "the port that is the uplink of a switch" },
	{ "FeatureId", &sh_type_guid, SH_LIST, 0, NULL, NULL,
	  "identifiers of features, as published" },
	{ "FeatureName", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "names of features; * and ? stand for any" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, "ExternalPort",
	  "name of the switch; without it all" },
	OWNER_PARAMS (SH_MANDATORY),
};

const sh_cmdlet cmdlet_get_vmswitchextensionportfeature = {
	"Get-VMSwitchExtensionPortFeature", "Hyper-V", NULL, 0, "VMName",
	PARAMS (get_vmswitchextensionportfeature_params), NULL,
	"Shows features that ports have: those whose settings are not a new "
	"port's",
	"Get-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0",
	NULL, NULL, get_vmswitchextensionportfeature, NULL,
};

/* The feature of one port, if it has any. It knows its port. */
static void
emit_port (sh_call *call, vmnet_row *row, gboolean external)
{
	g_autoptr (sh_value) port = sh_row (row);
	g_autoptr (sh_value) f = new_feature (port);
	g_autofree char *name = dom_field (row, "Name");

	if (port_setting_is_new (f))
		return;
	if (external) {
		sh_set (f, "SwitchName", sh_string (name));
	} else {
		g_autofree char *vm = dom_field (row, "VMName");

		sh_set (f, "VMName", sh_string (vm ? vm : ""));
		sh_set (f, "VMNetworkAdapterName", sh_string (name));
	}
	sh_emit (call, g_steal_pointer (&f));
}

static gboolean
emit_external (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_switch,
					       error);
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	sh_value *wanted = sh_arg (call, "SwitchName");

	for (guint i = 0; rows && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		g_ptr_array_add (names, row->key);
		if (dom_wanted (wanted, row->key))
			emit_port (call, row, TRUE);
	}
	return rows && dom_check ("switch", wanted, names, error);
}

static gboolean
emit_adapters (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_adapter,
					       error);

	if (rows == NULL || !dom_check_owners (call, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		if (dom_owner_wanted (call, row->key))
			emit_port (call, row, FALSE);
	}
	return TRUE;
}

static gboolean
get_vmswitchextensionportfeature (sh_call *call, GError **error)
{
	if (!of_extension (call))
		return TRUE;
	if (!is_wanted (call, 0))
		return feature_missing (call, error);
	return sh_arg_on (call, "ExternalPort") ? emit_external (call, error)
		: emit_adapters (call, error);
}

/* ---- changes ---- */

/* The ports that a call is about: a switch's external one, or adapters. */
typedef struct {
	GPtrArray *switches;	/* names; or NULL */
	GPtrArray *adapters;	/* dom_adapter *; or NULL */
} ports;

static void
ports_clear (ports *p)
{
	g_clear_pointer (&p->switches, g_ptr_array_unref);
	g_clear_pointer (&p->adapters, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ports, ports_clear)

/* What a feature was read from, where the call names no port. */
static gboolean
ports_of_feature (sh_call *call, const sh_value *f, ports *out,
		  GError **error)
{
	g_autoptr (sh_value) sw = sh_get (f, "SwitchName");
	g_autoptr (sh_value) vm = sh_get (f, "VMName");
	g_autoptr (sh_value) name = sh_get (f, "VMNetworkAdapterName");
	g_autofree char *key = NULL;

	if (sw) {
		out->switches = dom_switches (call, NULL, sw, error);
		return out->switches != NULL;
	}
	if (vm == NULL || name == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: which port? Give -ExternalPort -SwitchName, "
			     "-VMName, -VMNetworkAdapter or -ManagementOS",
			     sh_call_cmdlet (call)->name);
		return FALSE;
	}
	key = g_strdup_printf ("%s/%s", sh_text (vm), sh_text (name));
	out->adapters = g_ptr_array_new_with_free_func
		((GDestroyNotify) dom_adapter_free);
	g_ptr_array_add (out->adapters, dom_adapter_from_key (key));
	return TRUE;
}

static gboolean
ports_of (sh_call *call, const sh_value *feature, ports *out, GError **error)
{
	if (sh_arg_on (call, "ExternalPort")) {
		out->switches = dom_switches (call, NULL,
			sh_arg (call, "SwitchName"), error);
		return out->switches != NULL;
	}
	if (!sh_given (call, "VMName") && !sh_given (call, "VM") &&
	    !sh_given (call, "VMNetworkAdapter") &&
	    !sh_arg_on (call, "ManagementOS"))
		return ports_of_feature (call, feature, out, error);
	out->adapters = dom_adapters (call, "VMNetworkAdapterName", error);
	return out->adapters != NULL;
}

/* An uplink has no guards. */
static gboolean
only_mirrors (const port_settings *s, const char *vswitch, GError **error)
{
	gboolean more = s->spoofing;

	for (guint i = 0; i < VMNET_GUARDS; i++)
		more |= s->c.guards[i].value != 0;
	if (!more)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "external port of switch '%s': guards and MAC address "
		     "spoofing are of a VM's port; of this one MonitorMode and "
		     "what begins with Mirror are", vswitch);
	return FALSE;
}

static gboolean
give (sh_call *call, const ports *p, const port_settings *s, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	for (guint i = 0; txn && p->switches && i < p->switches->len; i++)
		if (!only_mirrors (s, p->switches->pdata[i], error) ||
		    !vmnet_switch_mirror (txn, p->switches->pdata[i],
					  &s->c.mirror, error))
			return FALSE;
	for (guint i = 0; txn && p->adapters && i < p->adapters->len; i++) {
		const dom_adapter *a = p->adapters->pdata[i];

		if (!vmnet_adapter_set (txn, a->vm, a->name, &s->c, error))
			return FALSE;
		dom_iov_notes (call, txn, a->vm, a->name);
	}
	return txn != NULL;
}

static gboolean
give_one (sh_call *call, const sh_value *feature, gboolean fresh,
	  GError **error)
{
	g_autoptr (sh_value) blank = new_feature (NULL);
	g_auto (port_settings) s = { 0 };
	g_auto (ports) p = { 0 };

	return port_settings_read (fresh ? blank : feature, &s, error) &&
		ports_of (call, feature, &p, error) &&
		give (call, &p, &s, error);
}

/* Every feature of the call; `fresh`: as a new port has it. */
static gboolean
give_all (sh_call *call, gboolean fresh, GError **error)
{
	sh_value *list = sh_arg (call, "VMSwitchExtensionFeature");

	for (guint i = 0; i < sh_array_length (list); i++) {
		sh_value *f = sh_array_get (list, i);

		if (!give_one (call, f, fresh, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			sh_emit (call, sh_ref (f));
	}
	return TRUE;
}

HANDLER (add_vmswitchextensionportfeature);

static const sh_param add_vmswitchextensionportfeature_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS,ExternalPort"),
	{ "ExternalPort", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ExternalPort", "the port that is the uplink of a switch" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on the feature" },
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, "ExternalPort",
	  "name of the switch" },
	OWNER_PARAMS (SH_MANDATORY),
	{ "VMSwitchExtensionFeature", &sh_type_port_feature,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, NULL,
	  "features, as objects of Get-VMSystemSwitchExtensionPortFeature" },
};

const sh_cmdlet cmdlet_add_vmswitchextensionportfeature = {
	"Add-VMSwitchExtensionPortFeature", "Hyper-V", NULL, SH_CHANGES,
	"VMName", PARAMS (add_vmswitchextensionportfeature_params), NULL,
	"Gives a feature to ports: the settings of its SettingData",
	"$f = Get-VMSystemSwitchExtensionPortFeature; "
	"$f.SettingData.MonitorMode = 2; Add-VMSwitchExtensionPortFeature "
	"-ExternalPort -SwitchName sw0 -VMSwitchExtensionFeature $f; "
	"Remove-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0 "
	"-VMSwitchExtensionFeature $f",
	"MonitorMode 2 of the external port copies all that passes the uplink "
	"to the switch's ports with -PortMirroring Destination.",
	NULL, add_vmswitchextensionportfeature, NULL,
};

static gboolean
add_vmswitchextensionportfeature (sh_call *call, GError **error)
{
	return give_all (call, FALSE, error);
}

/* Both name what they are about in any way, or let the feature say it. */
#define CHANGE_PARAMS \
	REMOTE_PARAMS (NULL), \
	{ "ExternalPort", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "the port that is the uplink of a switch" }, \
	{ "ManagementOS", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "the host's own adapters instead of a VM's" }, \
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "hand on the feature" }, \
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, NULL, \
	  "name of the switch" }, \
	{ "VM", &sh_type_vm, SH_LIST, 0, NULL, NULL, \
	  "VMs, as objects of Get-VM" }, \
	{ "VMName", &sh_type_vm_name, SH_LIST, 0, NULL, NULL, \
	  "names of VMs; * and ? stand for any" }, \
	{ "VMNetworkAdapter", &sh_type_vmnic_base, SH_LIST, 0, NULL, NULL, \
	  "adapters, as objects of Get-VMNetworkAdapter" }, \
	{ "VMNetworkAdapterName", &sh_type_adapter_name, 0, 0, NULL, NULL, \
	  "name of the adapter; without it all of the VM" }, \
	{ "VMSwitchExtensionFeature", &sh_type_port_feature, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, NULL, \
	  "features, as objects of Get-VMSwitchExtensionPortFeature" }

HANDLER (set_vmswitchextensionportfeature);

static const sh_param set_vmswitchextensionportfeature_params[] = {
	CHANGE_PARAMS,
};

const sh_cmdlet cmdlet_set_vmswitchextensionportfeature = {
	"Set-VMSwitchExtensionPortFeature", "Hyper-V", NULL, SH_CHANGES, NULL,
	PARAMS (set_vmswitchextensionportfeature_params), NULL,
	"Changes a feature of ports to the settings of its SettingData",
	"$f = Get-VMSystemSwitchExtensionPortFeature; "
	"$f.SettingData.StormLimit = 100; Set-VMSwitchExtensionPortFeature "
	"-VMName web1 -VMSwitchExtensionFeature $f; "
	"Set-VMNetworkAdapter web1 -StormLimit 0",
	NULL, NULL, set_vmswitchextensionportfeature, NULL,
};

static gboolean
set_vmswitchextensionportfeature (sh_call *call, GError **error)
{
	return give_all (call, FALSE, error);
}

HANDLER (remove_vmswitchextensionportfeature);

static const sh_param remove_vmswitchextensionportfeature_params[] = {
	CHANGE_PARAMS,
};

const sh_cmdlet cmdlet_remove_vmswitchextensionportfeature = {
	"Remove-VMSwitchExtensionPortFeature", "Hyper-V", NULL, SH_CHANGES,
	NULL, PARAMS (remove_vmswitchextensionportfeature_params), NULL,
	"Takes a feature off ports: they have the settings of a new port",
	"Get-VMSwitchExtensionPortFeature -ExternalPort -SwitchName sw0 | "
	"Remove-VMSwitchExtensionPortFeature",
	NULL, NULL, remove_vmswitchextensionportfeature, NULL,
};

static gboolean
remove_vmswitchextensionportfeature (sh_call *call, GError **error)
{
	return give_all (call, TRUE, error);
}

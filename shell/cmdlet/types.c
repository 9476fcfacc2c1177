/*
 * types.c - parameter types for text, numbers, yes or no and accepted words:
 * parse, range check, what is accepted. Names of live objects and objects
 * themselves: nametypes.c. Called by the binder.
 */
#include "types.h"

#include <math.h>
#include <string.h>

#include "../lang/lang.h"

static sh_value *
refuse (const sh_value *given, const char *accepted, GError **error)
{
	g_autofree char *text = sh_to_text (given);
	const char *kind = NULL;

	switch (sh_value_kind (given)) {
	case SH_NULL:
		kind = "$null";
		break;
	case SH_ROW:
	case SH_OBJECT:
	case SH_HASH:
		kind = sh_type_name (given);
		break;
	case SH_BLOCK:
		kind = "a script block";
		break;
	case SH_ARRAY:
		kind = "an array";
		break;
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
	case SH_STRING:
		break;
	}
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     kind ? "%s was given, accepted is %s"
			  : "'%s' was given, accepted is %s",
		     kind ? kind : text, accepted);
	return NULL;
}

static sh_value *
parse_any (sh_call *call, const sh_value *given, GError **error)
{
	return sh_ref ((sh_value *) given);
}

static sh_value *
parse_string (sh_call *call, const sh_value *given, GError **error)
{
	switch (sh_value_kind (given)) {
	case SH_STRING:
		return sh_ref ((sh_value *) given);
	case SH_NULL:
		return sh_string ("");
	case SH_BOOL:
	case SH_INT:
	case SH_DOUBLE:
		return sh_string_take (sh_to_text (given));
	case SH_ARRAY:
	case SH_HASH:
	case SH_OBJECT:
	case SH_ROW:
	case SH_BLOCK:
		break;
	}
	return refuse (given, "text", error);
}

static sh_value *
parse_bool (sh_call *call, const sh_value *given, GError **error)
{
	switch (sh_value_kind (given)) {
	case SH_BOOL:
		return sh_ref ((sh_value *) given);
	case SH_INT:
	case SH_DOUBLE:
		return sh_bool (sh_truth (given));
	case SH_NULL:
	case SH_STRING:
	case SH_ARRAY:
	case SH_HASH:
	case SH_OBJECT:
	case SH_ROW:
	case SH_BLOCK:
		break;
	}
	return refuse (given, "$true, $false, 1 or 0", error);
}

static sh_value *
parse_port_feature (sh_call *call, const sh_value *given, GError **error)
{
	g_autoptr (sh_value) data = NULL;

	if (sh_value_kind (given) == SH_OBJECT)
		data = sh_get (given, "SettingData");
	if (data)
		return sh_ref ((sh_value *) given);
	return refuse (given, "a feature, as "
		       "Get-VMSystemSwitchExtensionPortFeature shows", error);
}

static sh_value *
parse_block (sh_call *call, const sh_value *given, GError **error)
{
	if (sh_value_kind (given) == SH_BLOCK)
		return sh_ref ((sh_value *) given);
	return refuse (given, "a script block: { … }", error);
}

static sh_value *
parse_hash (sh_call *call, const sh_value *given, GError **error)
{
	if (sh_value_kind (given) == SH_HASH)
		return sh_ref ((sh_value *) given);
	return refuse (given, "a hash table: @{ Name = value }", error);
}

static gboolean
scalar_number (const sh_value *v)
{
	sh_kind k = sh_value_kind (v);

	return k == SH_INT || k == SH_DOUBLE || k == SH_STRING || k == SH_BOOL;
}

static sh_value *
parse_range (const sh_value *given, gint64 low, gint64 high, GError **error)
{
	g_autofree char *accepted = NULL;
	gint64 i;

	if (scalar_number (given) && sh_to_int (given, &i)
	    && i >= low && i <= high)
		return sh_int (i);
	accepted = g_strdup_printf ("a whole number from %" G_GINT64_FORMAT
				    " to %" G_GINT64_FORMAT, low, high);
	return refuse (given, accepted, error);
}

#define RANGE(fn, low, high) \
	static sh_value * \
	fn (sh_call *call, const sh_value *given, GError **error) \
	{ \
		return parse_range (given, low, high, error); \
	}

RANGE (parse_int32, G_MININT32, G_MAXINT32)
RANGE (parse_int64, G_MININT64, G_MAXINT64)
RANGE (parse_uint16, 0, G_MAXUINT16)
RANGE (parse_uint32, 0, G_MAXUINT32)
RANGE (parse_uint64, 0, G_MAXINT64)
RANGE (parse_sbyte, G_MININT8, G_MAXINT8)
RANGE (parse_byte, 0, G_MAXUINT8)
RANGE (parse_percent, 0, 100)
RANGE (parse_vlan, 0, VMNET_VLAN_MAX)

static sh_value *
parse_processor (sh_call *call, const sh_value *given, GError **error)
{
	gint64 last = (gint64) g_get_num_processors () - 1;

	return parse_range (given, 0, MIN (last, G_MAXUINT8), error);
}

static sh_value *
parse_double (sh_call *call, const sh_value *given, GError **error)
{
	double d;

	if (scalar_number (given) && sh_to_double (given, &d))
		return sh_double (d);
	return refuse (given, "a number", error);
}

static sh_value *
parse_seconds (sh_call *call, const sh_value *given, GError **error)
{
	double d;

	if (scalar_number (given) && sh_to_double (given, &d)
	    && d >= 0.01 && d <= 3600)
		return sh_double (d);
	return refuse (given, "seconds from 0.01 to 3600", error);
}

/* The factor of "k", "M", "G", "T" at *p, which is moved behind it. */
static double
si_factor (const char **p)
{
	static const char letters[] = "kmgt";
	const char *at = **p ? strchr (letters, g_ascii_tolower (**p)) : NULL;
	double factor = 1000;

	if (at == NULL)
		return 1;
	(*p)++;
	while (at-- > letters)
		factor *= 1000;
	return factor;
}

gboolean
sh_bits_parse (const char *text, guint64 *out)
{
	static const char *const units[] = {
		"bps", "bit/s", "bit", "b/s", "bits/s", NULL,
	};
	char *end;
	const char *p;
	double d = g_ascii_strtod (text, &end);

	if (end == text || !isfinite (d) || d < 0)
		return FALSE;
	for (p = end; *p == ' '; p++)
		;
	/* A bare "b" in text would be read as bytes by some. */
	d *= si_factor (&p);
	if (*p != '\0') {
		gboolean known = FALSE;

		for (int i = 0; units[i] != NULL; i++)
			known |= g_ascii_strcasecmp (p, units[i]) == 0;
		if (!known)
			return FALSE;
	}
	if (d > (double) G_MAXINT64 / 2)
		return FALSE;
	*out = (guint64) (d + 0.5);
	return TRUE;
}

static sh_value *
parse_bits (sh_call *call, const sh_value *given, GError **error)
{
	guint64 bits;
	gint64 i;

	if (sh_value_kind (given) == SH_STRING
	    && sh_bits_parse (sh_text (given), &bits))
		return sh_int ((gint64) bits);
	if (scalar_number (given) && sh_to_int (given, &i) && i >= 0)
		return sh_int (i);
	return refuse (given, "bits per second: 200000000, 200MB "
		       "(times 1048576), 200Mbps or 1.5Gbps", error);
}

static sh_value *
parse_guid (sh_call *call, const sh_value *given, GError **error)
{
	if (sh_value_kind (given) == SH_STRING
	    && g_uuid_string_is_valid (sh_text (given)))
		return sh_ref ((sh_value *) given);
	return refuse (given, "an identifier such as "
		       "01234567-89ab-cdef-0123-456789abcdef", error);
}

/* Quoted it is text; unquoted, its commas make an array. */
static sh_value *
parse_vlan_list (sh_call *call, const sh_value *given, GError **error)
{
	gboolean many = sh_value_kind (given) == SH_ARRAY;
	guint n = many ? sh_array_length (given) : 1;
	g_autoptr (GString) s = g_string_new (NULL);
	char *list;

	for (guint i = 0; i < n; i++) {
		g_autofree char *one = sh_to_text (
			many ? sh_array_get (given, i) : given);

		g_string_append_printf (s, "%s%s", i ? "," : "", one);
	}
	list = vmnet_vlan_list (s->str, error);
	return list ? sh_string_take (list) : NULL;
}

static sh_value *
parse_mac (sh_call *call, const sh_value *given, GError **error)
{
	g_autoptr (sh_value) text = parse_string (call, given, error);
	guint8 mac[6];

	if (text == NULL || !vmnet_mac_parse (sh_text (text), mac, error))
		return NULL;
	return g_steal_pointer (&text);
}

/* A word of the list, in its published spelling; a prefix is enough when it
 * is the only one, as everywhere in PowerShell. */
static sh_value *
parse_word (const sh_type *t, const sh_value *given, GError **error)
{
	g_autofree char *text = sh_to_text (given);
	g_autofree char *all = NULL;
	g_autofree char *accepted = NULL;
	const char *found = NULL;
	guint n = 0;

	for (const char *const *w = t->accepted; *w != NULL; w++) {
		if (g_ascii_strcasecmp (*w, text) == 0)
			return sh_string (*w);
		if (*text && g_ascii_strncasecmp (*w, text,
						  strlen (text)) == 0) {
			found = *w;
			n++;
		}
	}
	if (n == 1)
		return sh_string (found);
	all = g_strjoinv (", ", (char **) t->accepted);
	accepted = g_strconcat ("one of ", all, t->text ? "; " : NULL,
				t->text, NULL);
	return refuse (given, accepted, error);
}

sh_value *
sh_type_parse (const sh_type *t, sh_call *call, const sh_value *given,
	       GError **error)
{
	/* One value in an array is that value, as from a pipeline. */
	while (sh_value_kind (given) == SH_ARRAY && t != &sh_type_object
	       && t != &sh_type_psobject && sh_array_length (given) == 1)
		given = sh_array_get (given, 0);
	if (t->parse != NULL)
		return t->parse (call, given, error);
	if (t == &sh_type_action && sh_action_word (given) != NULL)
		return sh_string (sh_action_word (given));
	return parse_word (t, given, error);
}

int
sh_type_fit (const sh_type *t, sh_call *call, const sh_value *v)
{
	g_autoptr (sh_value) parsed = NULL;
	gboolean text = strcmp (t->name, "String") == 0
			|| t == &sh_type_object || t == &sh_type_psobject;

	if (sh_value_kind (v) == SH_ARRAY && sh_array_length (v) > 0
	    && t->parse != parse_any)
		v = sh_array_get (v, 0);
	parsed = sh_type_parse (t, call, v, NULL);
	if (parsed == NULL)
		return 0;
	switch (sh_value_kind (v)) {
	case SH_STRING:
		return text ? 2 : 1;
	case SH_INT:
	case SH_DOUBLE:
	case SH_BOOL:
	case SH_NULL:
		return strcmp (t->name, "String") == 0 ? 1 : 2;
	case SH_ARRAY:
	case SH_HASH:
	case SH_OBJECT:
	case SH_ROW:
	case SH_BLOCK:
		break;
	}
	return 2;
}

#define TYPE(id, published, fn, what) \
	const sh_type id = { published, NULL, fn, NULL, what };

TYPE (sh_type_object, "Object", parse_any, "anything")
TYPE (sh_type_psobject, "PSObject", parse_any, "anything")
TYPE (sh_type_string, "String", parse_string, "text")
TYPE (sh_type_wildcard, "WildcardPattern", parse_string,
      "text; * and ? stand for any")
TYPE (sh_type_switch, "SwitchParameter", parse_bool, "no value, or :$false")
TYPE (sh_type_block, "ScriptBlock", parse_block, "{ … }")
TYPE (sh_type_hash, "Hashtable", parse_hash, "@{ Name = value }")
TYPE (sh_type_guid, "Guid", parse_guid, "an identifier of 32 hex digits")
TYPE (sh_type_int32, "Int32", parse_int32, "a whole number")
TYPE (sh_type_int64, "Int64", parse_int64, "a whole number")
TYPE (sh_type_uint16, "UInt16", parse_uint16, "0 to 65535")
TYPE (sh_type_uint32, "UInt32", parse_uint32, "0 to 4294967295")
TYPE (sh_type_uint64, "UInt64", parse_uint64, "a whole number from 0")
TYPE (sh_type_sbyte, "SByte", parse_sbyte, "-128 to 127")
TYPE (sh_type_byte, "Byte", parse_byte, "0 to 255")
TYPE (sh_type_double, "Double", parse_double, "a number")
TYPE (sh_type_vlan, "Int32", parse_vlan, "a VLAN: 0 to 4094")
TYPE (sh_type_vlan_list, "String", parse_vlan_list, "VLANs: 10,20-30")
TYPE (sh_type_weight, "UInt32", parse_percent, "0 to 100")
TYPE (sh_type_flow_weight, "Int64", parse_percent, "0 to 100")
TYPE (sh_type_bits, "Int64", parse_bits,
      "bits per second: 200000000, 200MB, 200Mbps")
TYPE (sh_type_seconds, "Double", parse_seconds, "seconds")
TYPE (sh_type_mac, "String", parse_mac,
      "a MAC address: 00155D010203, 00-15-5D-01-02-03")
TYPE (sh_type_cim_session, "CimSession", parse_any, "a session")
TYPE (sh_type_session, "PSSession", parse_any, "a session")
TYPE (sh_type_credential, "PSCredential", parse_any, "a credential")
TYPE (sh_type_snapshot, "VMSnapshot", parse_any, "a snapshot")
TYPE (sh_type_compatibility, "VMCompatibilityReport", parse_any, "a report")
TYPE (sh_type_extension, "VMSwitchExtension", parse_any, "an extension")
TYPE (sh_type_system_extension, "VMSystemSwitchExtension", parse_any,
      "an extension")
TYPE (sh_type_port_feature, "VMSwitchExtensionPortFeature",
      parse_port_feature, "a feature of a port")

static void
complete_bool (sh_interp *in, GPtrArray *out)
{
	g_ptr_array_add (out, g_strdup ("$true"));
	g_ptr_array_add (out, g_strdup ("$false"));
}

const sh_type sh_type_bool = {
	"Boolean", NULL, parse_bool, complete_bool, "$true or $false",
};

static void
complete_processor (sh_interp *in, GPtrArray *out)
{
	guint n = MIN (g_get_num_processors (), 256);

	for (guint i = 0; i < n; i++)
		g_ptr_array_add (out, g_strdup_printf ("%u", i));
}

const sh_type sh_type_processor = {
	"Byte", NULL, parse_processor, complete_processor,
	"a processor of this host, from 0",
};

#define WORDS(id, published, what, ...) \
	static const char *const id##_words[] = { __VA_ARGS__, NULL }; \
	const sh_type id = { published, id##_words, NULL, NULL, what };

WORDS (sh_type_action, "ActionPreference", NULL, "Continue", "Stop",
       "SilentlyContinue", "Ignore", "Inquire", "Suspend", "Break")
WORDS (sh_type_switch_kind, "VMSwitchType", NULL,
       "Private", "Internal", "External")
WORDS (sh_type_new_switch_kind, "VMSwitchType",
       "an External switch is made with -NetAdapterName",
       "Internal", "Private")
WORDS (sh_type_bw_mode, "VMSwitchBandwidthMode", NULL,
       "Default", "Weight", "Absolute", "None")
WORDS (sh_type_teaming_mode, "VMSwitchTeamingMode", NULL, "SwitchIndependent")
WORDS (sh_type_balancing, "VMSwitchLoadBalancingAlgorithm", NULL,
       "HyperVPort", "Dynamic")
WORDS (sh_type_lbfo_mode, "TeamingModes", NULL, "Static",
       "SwitchIndependent", "Lacp")
WORDS (sh_type_lbfo_algorithm, "LBAlgos", NULL, "TransportPorts",
       "IPAddresses", "MacAddresses", "HyperVPort", "Dynamic")
WORDS (sh_type_lbfo_admin, "AdminModes", NULL, "Active", "Standby")
WORDS (sh_type_lacp_timer, "LacpTimers", NULL, "Slow", "Fast")
WORDS (sh_type_on_off, "OnOffState", NULL, "On", "Off")
WORDS (sh_type_iov_moderation, "IovInterruptModerationValue", NULL,
       "Default", "Adaptive", "Off", "Low", "Medium", "High")
WORDS (sh_type_isolation_mode, "VMNetworkAdapterIsolationMode", NULL, "None",
       "NativeVirtualSubnet", "ExternalVirtualSubnet", "Vlan")
WORDS (sh_type_restart, "RestartType", NULL, "Reset", "Reboot")
WORDS (sh_type_wait_vm, "WaitVMTypes", NULL, "Heartbeat", "IPAddress")
WORDS (sh_type_iov_policy, "IovPolicyValue", NULL, "Keep", "Bypass")
WORDS (sh_type_mirroring, "VMNetworkAdapterPortMirroringMode", NULL,
       "None", "Destination", "Source")
WORDS (sh_type_tunnel, "VMNetworkAdapterMirrorEncapsulation", NULL,
       "Vxlan", "Erspan")
WORDS (sh_type_acl_action, "VMNetworkAdapterAclAction", NULL,
       "Allow", "Deny", "Meter")
WORDS (sh_type_acl_direction, "VMNetworkAdapterAclDirection", NULL,
       "Inbound", "Outbound", "Both")
WORDS (sh_type_extacl_action, "VMNetworkAdapterExtendedAclAction", NULL,
       "Allow", "Deny")
WORDS (sh_type_extacl_direction, "VMNetworkAdapterExtendedAclDirection", NULL,
       "Inbound", "Outbound")
WORDS (sh_type_pool, "VMResourcePoolType", NULL,
       "Ethernet", "Memory", "Processor", "VHD")
WORDS (sh_type_pool_kind, "VMResourcePoolType", NULL,
       "Memory", "Processor", "Ethernet", "VHD", "ISO", "VFD",
       "FibreChannelPort", "FibreChannelConnection", "PciExpress")
WORDS (sh_type_rsc_reason, "FailureReason", NULL, "NoFailure",
       "NicPropertyDisabled", "WFPCompatibility", "NDISCompatibility",
       "ForwardingEnabled", "NetOffloadGlobalDisabled", "Capability",
       "Unknown")
WORDS (sh_type_checksum, "Direction", NULL, "Disabled", "TxEnabled",
       "RxEnabled", "RxTxEnabled")
WORDS (sh_type_rss_profile, "Profile", NULL, "Closest", "ClosestStatic", "NUMA",
       "NUMAStatic", "Conservative")
WORDS (sh_type_reg_data, "RegDataType", NULL, "None", "REG_SZ", "REG_DWORD",
       "REG_MULTI_SZ", "REG_QWORD")
WORDS (sh_type_nat_protocol, "Protocol", NULL, "TCP", "UDP")
WORDS (sh_type_qos_protocol, "Protocol", NULL, "None", "TCP", "UDP", "Both")
WORDS (sh_type_qos_template, "Template", NULL, "None", "Default", "iSCSI",
       "FCoE", "SMB", "NFS", "LiveMigration", "Cluster")
WORDS (sh_type_policy_set, "PolicySet", NULL, "Global", "AdapterSpecific")
WORDS (sh_type_traffic_algorithm, "Algorithm", NULL, "Strict", "ETS")
WORDS (sh_type_network_profile, "NetworkProfile", NULL, "Domain", "Public",
       "Private", "All")
WORDS (sh_type_enabled, "String", NULL, "Enabled", "Disabled")
WORDS (sh_type_address_family, "AddressFamily", NULL, "IPv4", "IPv6")

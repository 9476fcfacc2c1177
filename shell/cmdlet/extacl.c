/*
 * extacl.c - Add-, Get- and Remove-VMNetworkAdapterExtendedAcl, and
 * Get-VMNetworkAdapterConnection: entries with protocol, ports and weight.
 * Listed in table.c.
 */
#include "domain.h"

#include <string.h>

/* ---- Add ---- */

HANDLER (add_vmnetworkadapterextendedacl);

static const sh_param add_vmnetworkadapterextendedacl_params[] = {
	{ "Action", &sh_type_extacl_action, SH_MANDATORY, 2, NULL, NULL,
	  "Allow or Deny" },
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "Direction", &sh_type_extacl_direction, SH_MANDATORY, 3, NULL, NULL,
	  "as the VM sees it" },
	{ "IdleSessionTimeout", &sh_type_int32, 0, 0, NULL, NULL,
	  "seconds after which a silent connection is forgotten; without it "
	  "300" },
	{ "IsolationID", &sh_type_int32, 0, 0, NULL, NULL,
	  "VLAN whose frames the entry matches; without it, or 0, any" },
	{ "LocalIPAddress", &sh_type_string, 0, 4, NULL, NULL,
	  "the VM's own address or prefix; ANY is all" },
	{ "LocalPort", &sh_type_string, 0, 6, NULL, NULL,
	  "the VM's port, a range like 80-90, or ANY" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "Protocol", &sh_type_string, 0, 8, NULL, NULL,
	  "TCP, UDP, ICMP, ICMPv6, a number of 0 to 255, or ANY" },
	{ "RemoteIPAddress", &sh_type_string, 0, 5, NULL, NULL,
	  "address or prefix of the other side; ANY is all" },
	{ "RemotePort", &sh_type_string, 0, 7, NULL, NULL,
	  "the other side's port, a range like 80-90, or ANY" },
	{ "Stateful", &sh_type_bool, 0, 0, NULL, NULL,
	  "answers pass, whatever their own direction says" },
	OWNER_PARAMS (SH_MANDATORY),
	{ "Weight", &sh_type_int32, SH_MANDATORY, 9, NULL, NULL,
	  "the entry of greatest weight that matches decides" },
};

const sh_cmdlet cmdlet_add_vmnetworkadapterextendedacl = {
	"Add-VMNetworkAdapterExtendedAcl", "Hyper-V", NULL, SH_CHANGES,
	"VMName", PARAMS (add_vmnetworkadapterextendedacl_params),
	&vmnet_noun_extacl,
	"Allows or denies by protocol, port and weight what a network adapter "
	"exchanges",
	"Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny "
	"-Direction Inbound -Weight 1; "
	"Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Allow "
	"-Direction Inbound -LocalPort 80 -Protocol TCP -Weight 10 "
	"-Stateful $true",
	"What no entry matches passes, and what is no IP. A frame must pass "
	"the ACL of Add-VMNetworkAdapterAcl as well.",
	NULL, add_vmnetworkadapterextendedacl, NULL,
};

/* A parameter's text is read by `parse`; without it `out` stays "any". */
#define READ(param, parse, out) \
	(sh_arg_text (call, param) == NULL || \
	 parse (sh_arg_text (call, param), out, error) || \
	 (g_prefix_error (error, "%s -%s: ", sh_call_cmdlet (call)->name, \
			  param), FALSE))

/* Not below zero. */
static gboolean
number_of (sh_call *call, const char *param, guint32 *out, GError **error)
{
	gint64 value = 0;

	if (!sh_given (call, param))
		return TRUE;
	if (sh_to_int (sh_arg (call, param), &value) && value >= 0) {
		*out = (guint32) value;
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s -%s: %" G_GINT64_FORMAT " is below zero",
		     sh_call_cmdlet (call)->name, param, value);
	return FALSE;
}

static vmnet_direction
direction_of (sh_call *call)
{
	return strcmp (sh_arg_text (call, "Direction"), "Inbound") == 0
		? VMNET_INBOUND : VMNET_OUTBOUND;
}

static gboolean
entry_of (sh_call *call, vmnet_extacl *e, GError **error)
{
	gboolean deny = strcmp (sh_arg_text (call, "Action"), "Deny") == 0;

	*e = (vmnet_extacl) {
		.action = deny ? VMNET_ACL_DENY : VMNET_ACL_ALLOW,
		.direction = direction_of (call),
		.stateful = sh_arg_on (call, "Stateful"),
	};
	if (e->stateful)
		e->idle = VMNET_IDLE_DEFAULT;
	return READ ("LocalIPAddress", vmnet_prefix_parse, &e->local) &&
		READ ("RemoteIPAddress", vmnet_prefix_parse, &e->remote) &&
		READ ("LocalPort", vmnet_ports_parse, &e->local_port) &&
		READ ("RemotePort", vmnet_ports_parse, &e->remote_port) &&
		READ ("Protocol", vmnet_protocol_parse, &e->protocol) &&
		number_of (call, "IdleSessionTimeout", &e->idle, error) &&
		number_of (call, "IsolationID", &e->isolation, error) &&
		number_of (call, "Weight", &e->weight, error);
}

static const vmnet_extacl *
find_entry (vmnet_txn *txn, const dom_adapter *a, vmnet_direction direction,
	    guint32 weight)
{
	const vmnet_adapter *where =
		vmnet_model_adapter (vmnet_txn_model (txn), a->vm, a->name);

	for (guint i = 0; where != NULL && i < where->extacls->len; i++) {
		const vmnet_extacl *e = where->extacls->pdata[i];

		if (e->direction == direction && e->weight == weight)
			return e;
	}
	return NULL;
}

static void
emit_entry (sh_call *call, const dom_adapter *a, const vmnet_extacl *e)
{
	g_autofree char *owner = dom_adapter_key (a);
	g_autofree char *key = g_strdup_printf ("%s#%u", owner, e->id);

	sh_emit (call, sh_row_later (&vmnet_noun_extacl, key));
}

/* Where the entry may match less than was meant. */
static void
tell_isolation (sh_call *call, vmnet_txn *txn, const dom_adapter *a,
		guint32 id)
{
	const vmnet_adapter *where =
		vmnet_model_adapter (vmnet_txn_model (txn), a->vm, a->name);
	g_autofree char *key = dom_adapter_key (a);

	if (id > VMNET_VLAN_MAX)
		sh_warn (call, "'%s': IsolationID %u is no VLAN, and virtual "
			 "subnets are not built here yet: the entry matches no "
			 "frame", key, id);
	else if (id && where->vlan.mode != VMNET_VLAN_TRUNK &&
		 where->vlan.access != id)
		sh_warn (call, "'%s' is not in VLAN %u: the entry matches "
			 "only frames that carry its tag; see "
			 "Set-VMNetworkAdapterVlan", key, id);
}

/* To one adapter; an entry that is there is told. */
static gboolean
add_to (sh_call *call, vmnet_txn *txn, const dom_adapter *a,
	const vmnet_extacl *e, GError **error)
{
	gboolean there = find_entry (txn, a, e->direction, e->weight) != NULL;

	if (!vmnet_extacl_add (txn, a->vm, a->name, e, error))
		return FALSE;
	if (there) {
		g_autofree char *key = dom_adapter_key (a);
		g_autofree char *text = vmnet_extacl_text (e);

		sh_warn (call, "'%s': the entry %s is there already; nothing "
			 "changes", key, text);
	}
	tell_isolation (call, txn, a, e->isolation);
	dom_iov_notes (call, txn, a->vm, a->name);
	if (sh_arg_on (call, "Passthru"))
		emit_entry (call, a, find_entry (txn, a, e->direction,
						 e->weight));
	return TRUE;
}

static gboolean
add_vmnetworkadapterextendedacl (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) list = NULL;
	vmnet_extacl e;

	if (txn == NULL || !entry_of (call, &e, error))
		return FALSE;
	list = dom_adapters (call, "VMNetworkAdapterName", error);
	for (guint i = 0; list != NULL && i < list->len; i++)
		if (!add_to (call, txn, list->pdata[i], &e, error))
			return FALSE;
	return list != NULL;
}

/* ---- Get ---- */

HANDLER (get_vmnetworkadapterextendedacl);

static const sh_param get_vmnetworkadapterextendedacl_params[] = {
	OWNED_READ_PARAMS,
};

const sh_cmdlet cmdlet_get_vmnetworkadapterextendedacl = {
	"Get-VMNetworkAdapterExtendedAcl", "Hyper-V", NULL, 0, "VMName",
	PARAMS (get_vmnetworkadapterextendedacl_params), &vmnet_noun_extacl,
	"Shows entries with protocol, ports and weight",
	"Get-VMNetworkAdapterExtendedAcl -VMName web1",
	NULL, NULL, get_vmnetworkadapterextendedacl, NULL,
};

static gboolean
get_vmnetworkadapterextendedacl (sh_call *call, GError **error)
{
	return dom_emit_owned (call, &vmnet_noun_extacl, error);
}

HANDLER (get_vmnetworkadapterconnection);

static const sh_param get_vmnetworkadapterconnection_params[] = {
	OWNED_READ_PARAMS,
};

const sh_cmdlet cmdlet_get_vmnetworkadapterconnection = {
	"Get-VMNetworkAdapterConnection", "vmnetsh", NULL, 0, "VMName",
	PARAMS (get_vmnetworkadapterconnection_params),
	&vmnet_noun_connection,
	"Shows the connections that stateful entries let begin, and that live",
	"Get-VMNetworkAdapterConnection -VMName web1",
	"A host keeps 65,536 of them; then the least recently used one goes. "
	"Only stateful entries make any.",
	NULL, get_vmnetworkadapterconnection, NULL,
};

static gboolean
get_vmnetworkadapterconnection (sh_call *call, GError **error)
{
	return dom_emit_owned (call, &vmnet_noun_connection, error);
}

/* ---- Remove ---- */

HANDLER (remove_vmnetworkadapterextendedacl);

static const sh_param remove_vmnetworkadapterextendedacl_params[] = {
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "Direction", &sh_type_extacl_direction, SH_MANDATORY, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "as the VM sees it" },
	{ "InputObject", &sh_type_extacl,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE | SH_PIPE_NAME, 1, NULL,
	  "InputObjectParameter",
	  "entries, as objects of Get-VMNetworkAdapterExtendedAcl" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	OWNER_PARAMS (SH_MANDATORY),
	{ "Weight", &sh_type_int32, SH_MANDATORY, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "that of the entry" },
};

const sh_cmdlet cmdlet_remove_vmnetworkadapterextendedacl = {
	"Remove-VMNetworkAdapterExtendedAcl", "Hyper-V", NULL, SH_CHANGES,
	"VMName", PARAMS (remove_vmnetworkadapterextendedacl_params),
	&vmnet_noun_extacl,
	"Removes entries with protocol, ports and weight",
	"Add-VMNetworkAdapterExtendedAcl -VMName web1 -Action Deny "
	"-Direction Outbound -RemotePort 25 -Protocol TCP -Weight 5; "
	"Remove-VMNetworkAdapterExtendedAcl -VMName web1 -Direction Outbound "
	"-Weight 5",
	"Connections that the entry let begin end with it.",
	NULL, remove_vmnetworkadapterextendedacl, NULL,
};

static gboolean
remove_from (sh_call *call, vmnet_txn *txn, const dom_adapter *a,
	     vmnet_direction direction, guint32 weight, GError **error)
{
	if (!vmnet_extacl_remove (txn, a->vm, a->name, direction, weight,
				  error))
		return FALSE;
	dom_iov_notes (call, txn, a->vm, a->name);
	return TRUE;
}

/* -InputObject: the entry's number is behind the '#' of its key. */
static gboolean
remove_row (sh_call *call, vmnet_txn *txn, sh_value *row, GError **error)
{
	const char *key = sh_row_key (row);
	g_autofree char *owner = dom_entry_owner (key);
	g_autoptr (dom_adapter) a = dom_adapter_from_key (owner);
	const vmnet_adapter *where =
		vmnet_model_adapter (vmnet_txn_model (txn), a->vm, a->name);
	guint64 id = dom_entry_number (key);

	for (guint i = 0; where != NULL && i < where->extacls->len; i++) {
		const vmnet_extacl *e = where->extacls->pdata[i];

		if (e->id != id)
			continue;
		if (sh_arg_on (call, "Passthru"))
			sh_emit (call, sh_ref (row));
		return remove_from (call, txn, a, e->direction, e->weight,
				    error);
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "entry '%s' is not there any more", key);
	return FALSE;
}

static gboolean
remove_described (sh_call *call, vmnet_txn *txn, GError **error)
{
	g_autoptr (GPtrArray) list = NULL;
	guint32 weight = 0;

	if (!number_of (call, "Weight", &weight, error))
		return FALSE;
	list = dom_adapters (call, "VMNetworkAdapterName", error);
	for (guint i = 0; list != NULL && i < list->len; i++)
		if (!remove_from (call, txn, list->pdata[i],
				  direction_of (call), weight, error))
			return FALSE;
	return list != NULL;
}

static gboolean
remove_vmnetworkadapterextendedacl (sh_call *call, GError **error)
{
	sh_value *rows = sh_arg (call, "InputObject");
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (txn == NULL)
		return FALSE;
	if (rows == NULL)
		return remove_described (call, txn, error);
	for (guint i = 0; i < sh_array_length (rows); i++)
		if (!remove_row (call, txn, sh_array_get (rows, i), error))
			return FALSE;
	return TRUE;
}

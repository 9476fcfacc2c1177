/*
 * acl.c - Add-, Get- and Remove-VMNetworkAdapterAcl: allow, deny and meter
 * entries of ports. Listed in table.c.
 */
#include "domain.h"

#include <string.h>

/* ---- the entries that a command line describes ---- */

static const struct {
	const char *param;
	gboolean local, mac;
} address_params[] = {
	{ "RemoteIPAddress", FALSE, FALSE },
	{ "LocalIPAddress", TRUE, FALSE },
	{ "RemoteMacAddress", FALSE, TRUE },
	{ "LocalMacAddress", TRUE, TRUE },
};

static void
add_entry (GArray *out, vmnet_acl acl, const char *direction)
{
	gboolean both = strcmp (direction, "Both") == 0;

	if (both || strcmp (direction, "Inbound") == 0) {
		acl.direction = VMNET_INBOUND;
		g_array_append_val (out, acl);
	}
	if (both || strcmp (direction, "Outbound") == 0) {
		acl.direction = VMNET_OUTBOUND;
		g_array_append_val (out, acl);
	}
}

static vmnet_action
action_of (const char *word)
{
	if (strcmp (word, "Deny") == 0)
		return VMNET_ACL_DENY;
	return strcmp (word, "Meter") == 0 ? VMNET_ACL_METER
					   : VMNET_ACL_ALLOW;
}

/* Addresses of one parameter: ANY is all of IPv4 and all of IPv6. */
static gboolean
add_address (sh_call *call, GArray *out, const char *text, guint kind,
	     GError **error)
{
	static const char *const any[] = { "0.0.0.0/0", "::/0", NULL };
	const char *one[] = { text, NULL };
	gboolean is_any = !address_params[kind].mac
			  && g_ascii_strcasecmp (text, "ANY") == 0;

	for (const char *const *t = is_any ? any : one; *t != NULL; t++) {
		vmnet_acl acl = { .local = address_params[kind].local };

		if (!vmnet_acl_parse (*t, address_params[kind].mac, &acl,
				      error)) {
			g_prefix_error (error, "%s -%s: ",
					sh_call_cmdlet (call)->name,
					address_params[kind].param);
			return FALSE;
		}
		g_array_append_val (out, acl);
	}
	return TRUE;
}

/* Two entries would each name more frames than the two together. */
static gboolean
one_kind (sh_call *call, gboolean local, GError **error)
{
	const char *side = local ? "Local" : "Remote";

	if (!sh_given (call, local ? "LocalIPAddress" : "RemoteIPAddress") ||
	    !sh_given (call, local ? "LocalMacAddress" : "RemoteMacAddress"))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: an entry has one address of each side; give "
		     "-%sIPAddress or -%sMacAddress",
		     sh_call_cmdlet (call)->name, side, side);
	return FALSE;
}

/* All addresses that the command line has for one side. */
static GArray *
addresses_of (sh_call *call, gboolean local, GError **error)
{
	g_autoptr (GArray) out = g_array_new (FALSE, TRUE, sizeof (vmnet_acl));

	if (!one_kind (call, local, error))
		return NULL;

	for (guint k = 0; k < G_N_ELEMENTS (address_params); k++) {
		sh_value *v = sh_arg (call, address_params[k].param);

		if (v == NULL || address_params[k].local != local)
			continue;
		for (guint i = 0; i < sh_array_length (v); i++)
			if (!add_address (call, out,
					  sh_text (sh_array_get (v, i)), k,
					  error))
				return NULL;
	}
	return g_steal_pointer (&out);
}

/* ANY with an address of the other kind stands for what fits. */
static gboolean
is_all (const vmnet_acl *a)
{
	return a->family != VMNET_ADDR_MAC && a->prefix == 0;
}

/* `alone`: nothing else stands for either. */
static gboolean
add_pair (sh_call *call, GArray *out, vmnet_acl local, const vmnet_acl *remote,
	  gboolean alone, GError **error)
{
	g_autoptr (GError) e = NULL;

	if (vmnet_acl_pair (&local, remote, &e)) {
		g_array_append_val (out, local);
		return TRUE;
	}
	if (!alone && (is_all (&local) || is_all (remote)))
		return TRUE;
	g_propagate_prefixed_error (error, g_steal_pointer (&e), "%s: ",
				    sh_call_cmdlet (call)->name);
	return FALSE;
}

/* Each local address with each remote one. */
static GArray *
pairs_of (sh_call *call, const GArray *locals, const GArray *remotes,
	  GError **error)
{
	g_autoptr (GArray) out = g_array_new (FALSE, TRUE, sizeof (vmnet_acl));

	for (guint i = 0; i < locals->len; i++)
		for (guint j = 0; j < remotes->len; j++)
			if (!add_pair (call, out,
				       g_array_index (locals, vmnet_acl, i),
				       &g_array_index (remotes, vmnet_acl, j),
				       locals->len * remotes->len == 1, error))
				return NULL;
	return g_steal_pointer (&out);
}

static GArray *
no_address (sh_call *call, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s needs an address: -RemoteIPAddress, -LocalIPAddress, "
		     "-RemoteMacAddress or -LocalMacAddress",
		     sh_call_cmdlet (call)->name);
	return NULL;
}

/* All entries of the command line, each with its direction; or NULL. */
static GArray *
entries_of (sh_call *call, GError **error)
{
	g_autoptr (GArray) locals = addresses_of (call, TRUE, error);
	g_autoptr (GArray) remotes = locals ? addresses_of (call, FALSE, error)
		: NULL;
	g_autoptr (GArray) pairs = NULL;
	const GArray *named;
	GArray *out;

	if (remotes == NULL)
		return NULL;
	if (locals->len > 0 && remotes->len > 0) {
		pairs = pairs_of (call, locals, remotes, error);
		if (pairs == NULL)
			return NULL;
	}
	named = pairs ? pairs : locals->len > 0 ? locals : remotes;
	if (named->len == 0)
		return no_address (call, error);
	out = g_array_new (FALSE, TRUE, sizeof (vmnet_acl));
	for (guint i = 0; i < named->len; i++) {
		vmnet_acl acl = g_array_index (named, vmnet_acl, i);

		acl.action = action_of (sh_arg_text (call, "Action"));
		add_entry (out, acl, sh_arg_text (call, "Direction"));
	}
	return out;
}

static gboolean
same_entry (const vmnet_acl *a, const vmnet_acl *b)
{
	return a->direction == b->direction && a->action == b->action
	       && a->local == b->local && a->family == b->family
	       && a->prefix == b->prefix && a->pair == b->pair
	       && memcmp (a->addr, b->addr, sizeof (a->addr)) == 0
	       && a->remote_family == b->remote_family
	       && a->remote_prefix == b->remote_prefix
	       && memcmp (a->remote, b->remote, sizeof (a->remote)) == 0;
}

/* No change, said so. */
static void
warn_if_there (sh_call *call, vmnet_txn *txn, const dom_adapter *a,
	       const vmnet_acl *acl)
{
	const vmnet_adapter *where =
		vmnet_model_adapter (vmnet_txn_model (txn), a->vm, a->name);
	g_autofree char *text = vmnet_acl_text (acl);

	for (guint i = 0; where != NULL && i < where->acls->len; i++)
		if (same_entry (where->acls->pdata[i], acl)) {
			sh_warn (call, "'%s' has this entry already: %s",
				 a->name, text);
			return;
		}
}

/* Hands on the entry's row: its number is known to the model only. */
static void
emit_entry (sh_call *call, vmnet_txn *txn, const dom_adapter *a,
	    const vmnet_acl *acl)
{
	const vmnet_adapter *where =
		vmnet_model_adapter (vmnet_txn_model (txn), a->vm, a->name);
	g_autofree char *owner = dom_adapter_key (a);

	for (guint i = 0; where != NULL && i < where->acls->len; i++) {
		const vmnet_acl *e = where->acls->pdata[i];
		g_autofree char *key = NULL;

		if (!same_entry (e, acl))
			continue;
		key = g_strdup_printf ("%s#%u", owner, e->id);
		sh_emit (call, sh_row_later (&vmnet_noun_acl, key));
	}
}

/* ---- Add ---- */

HANDLER (add_vmnetworkadapteracl);

static const sh_param add_vmnetworkadapteracl_params[] = {
	{ "Action", &sh_type_acl_action, SH_MANDATORY, 0, NULL, NULL,
	  "Allow, Deny, or Meter: count the bytes" },
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "Direction", &sh_type_acl_direction, SH_MANDATORY, 0, NULL, NULL,
	  "as the VM sees it; Both makes two entries" },
	{ "LocalIPAddress", &sh_type_ip, SH_LIST, 0, NULL, NULL,
	  "the VM's own addresses or prefixes; ANY is all" },
	{ "LocalMacAddress", &sh_type_mac, SH_LIST, 0, NULL, NULL,
	  "the VM's own MAC addresses" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "RemoteIPAddress", &sh_type_ip, SH_LIST, 0, NULL, NULL,
	  "addresses or prefixes of the other side; ANY is all" },
	{ "RemoteMacAddress", &sh_type_mac, SH_LIST, 0, NULL, NULL,
	  "MAC addresses of the other side" },
	OWNER_PARAMS (SH_MANDATORY),
};

const sh_cmdlet cmdlet_add_vmnetworkadapteracl = {
	"Add-VMNetworkAdapterAcl", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (add_vmnetworkadapteracl_params), &vmnet_noun_acl,
	"Allows, denies or meters what a network adapter exchanges with "
	"addresses",
	"Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 10.0.0.0/8 "
	"-Direction Both -Action Meter",
	"The longest prefix decides; a MAC address is longer than any. With a "
	"local and a remote address an entry names frames between the two: "
	"its longer prefix counts, and among equals the other one. Then Deny "
	"wins; what no entry names passes. Meter entries count apart from "
	"that. ANY stands for 0.0.0.0/0 and ::/0. Addresses are those of the "
	"IP header, whatever tags precede it and whatever extension headers "
	"follow; every fragment has them.",
	NULL, add_vmnetworkadapteracl, NULL,
};

static gboolean
add_to (sh_call *call, vmnet_txn *txn, const dom_adapter *a,
	const GArray *entries, GError **error)
{
	for (guint i = 0; i < entries->len; i++) {
		const vmnet_acl *acl = &g_array_index (entries, vmnet_acl, i);

		warn_if_there (call, txn, a, acl);
		if (!vmnet_acl_add (txn, a->vm, a->name, acl, error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			emit_entry (call, txn, a, acl);
	}
	dom_iov_notes (call, txn, a->vm, a->name);
	return TRUE;
}

static gboolean
add_vmnetworkadapteracl (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) list = NULL;
	g_autoptr (GArray) entries = entries_of (call, error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (entries == NULL || txn == NULL)
		return FALSE;
	list = dom_adapters (call, "VMNetworkAdapterName", error);
	for (guint i = 0; list != NULL && i < list->len; i++)
		if (!add_to (call, txn, list->pdata[i], entries, error))
			return FALSE;
	return list != NULL;
}

/* ---- Get ---- */

HANDLER (get_vmnetworkadapteracl);

static const sh_param get_vmnetworkadapteracl_params[] = {
	OWNED_READ_PARAMS,
};

const sh_cmdlet cmdlet_get_vmnetworkadapteracl = {
	"Get-VMNetworkAdapterAcl", "Hyper-V", NULL, 0, "VMName",
	PARAMS (get_vmnetworkadapteracl_params), &vmnet_noun_acl,
	"Shows allow, deny and meter entries, with what the meters counted",
	"Get-VMNetworkAdapterAcl -VMName web1",
	NULL, NULL, get_vmnetworkadapteracl, NULL,
};

static gboolean
get_vmnetworkadapteracl (sh_call *call, GError **error)
{
	return dom_emit_owned (call, &vmnet_noun_acl, error);
}

/* ---- Remove ---- */

HANDLER (remove_vmnetworkadapteracl);

static const sh_param remove_vmnetworkadapteracl_params[] = {
	{ "Action", &sh_type_acl_action, SH_MANDATORY, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "Allow, Deny, or Meter: count the bytes" },
	REMOTE_PARAMS ("VMName,ManagementOS"),
	{ "Direction", &sh_type_acl_direction, SH_MANDATORY, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "as the VM sees it; Both makes two entries" },
	{ "InputObject", &sh_type_acl,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE | SH_PIPE_NAME, 1, NULL,
	  "InputObjectParameter",
	  "entries, as objects of Get-VMNetworkAdapterAcl" },
	{ "LocalIPAddress", &sh_type_ip, SH_LIST, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "the VM's own addresses or prefixes; ANY is all" },
	{ "LocalMacAddress", &sh_type_mac, SH_LIST, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "the VM's own MAC addresses" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand on what was changed" },
	{ "RemoteIPAddress", &sh_type_ip, SH_LIST, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "addresses or prefixes of the other side; ANY is all" },
	{ "RemoteMacAddress", &sh_type_mac, SH_LIST, 0, NULL,
	  "VMName,ResourceObject,ManagementOS,VMObject",
	  "MAC addresses of the other side" },
	OWNER_PARAMS (SH_MANDATORY),
};

const sh_cmdlet cmdlet_remove_vmnetworkadapteracl = {
	"Remove-VMNetworkAdapterAcl", "Hyper-V", NULL, SH_CHANGES, "VMName",
	PARAMS (remove_vmnetworkadapteracl_params), &vmnet_noun_acl,
	"Removes allow, deny and meter entries",
	"Add-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 198.51.100.7 "
	"-Direction Inbound -Action Deny; "
	"Remove-VMNetworkAdapterAcl -VMName web1 "
	"-RemoteIPAddress 198.51.100.7 -Direction Inbound -Action Deny",
	"A meter's figures go with its entry.",
	NULL, remove_vmnetworkadapteracl, NULL,
};

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

	for (guint i = 0; where != NULL && i < where->acls->len; i++) {
		const vmnet_acl *e = where->acls->pdata[i];
		vmnet_acl copy = *e;

		if (e->id != id)
			continue;
		if (sh_arg_on (call, "Passthru"))
			sh_emit (call, sh_ref (row));
		if (!vmnet_acl_remove (txn, a->vm, a->name, &copy, error))
			return FALSE;
		dom_iov_notes (call, txn, a->vm, a->name);
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "entry '%s' is not there any more", key);
	return FALSE;
}

static gboolean
remove_described (sh_call *call, vmnet_txn *txn, GError **error)
{
	g_autoptr (GArray) entries = entries_of (call, error);
	g_autoptr (GPtrArray) list = NULL;

	if (entries == NULL)
		return FALSE;
	list = dom_adapters (call, "VMNetworkAdapterName", error);
	for (guint i = 0; list != NULL && i < list->len; i++) {
		const dom_adapter *a = list->pdata[i];

		for (guint e = 0; e < entries->len; e++)
			if (!vmnet_acl_remove (txn, a->vm, a->name,
					       &g_array_index (entries,
							       vmnet_acl, e),
					       error))
				return FALSE;
		dom_iov_notes (call, txn, a->vm, a->name);
	}
	return list != NULL;
}

static gboolean
remove_vmnetworkadapteracl (sh_call *call, GError **error)
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

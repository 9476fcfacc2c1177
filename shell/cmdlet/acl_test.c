/*
 * acl_test.c - Test-VMNetworkAdapterAcl: which entry of a port's ACLs decides,
 * and why. Ours. Listed in table.c.
 */
#include "domain.h"

#include <string.h>

HANDLER (test_vmnetworkadapteracl);

static const sh_param test_vmnetworkadapteracl_params[] = {
	{ "Direction", &sh_type_acl_direction, SH_MANDATORY, 0, NULL, NULL,
	  "as the VM sees it; Both tells of both" },
	{ "IsolationID", &sh_type_int32, 0, 0, NULL, NULL,
	  "VLAN of the frame, 0 to 4094, 0: none; without it the adapter's, and "
	  "of a trunk any" },
	{ "LocalIPAddress", &sh_type_ip, 0, 0, NULL, NULL,
	  "the VM's own address" },
	{ "LocalMacAddress", &sh_type_mac, 0, 0, NULL, NULL,
	  "the VM's own MAC address; without it the adapter's" },
	{ "LocalPort", &sh_type_string, 0, 0, NULL, NULL,
	  "the VM's own port, 0 to 65535; for extended entries" },
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ManagementOS", "the host's own adapters instead of a VM's" },
	{ "Protocol", &sh_type_string, 0, 0, NULL, NULL,
	  "TCP, UDP, ICMP, ICMPv6 or a number; for extended entries" },
	{ "RemoteIPAddress", &sh_type_ip, 0, 0, NULL, NULL,
	  "the other side's address" },
	{ "RemoteMacAddress", &sh_type_mac, 0, 0, NULL, NULL,
	  "the other side's MAC address" },
	{ "RemotePort", &sh_type_string, 0, 0, NULL, NULL,
	  "the other side's port, 0 to 65535; for extended entries" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  NULL, "VMName", "names of VMs; * and ? stand for any" },
	{ "VMNetworkAdapterName", &sh_type_adapter_name, 0, 0, NULL, NULL,
	  "name of the adapter; without it all of the VM" },
};

const sh_cmdlet cmdlet_test_vmnetworkadapteracl = {
	"Test-VMNetworkAdapterAcl", "vmnetsh", NULL, 0, "VMName",
	PARAMS (test_vmnetworkadapteracl_params), &vmnet_noun_acl_test,
	"Explains what a port's ACLs say of a frame: which entry decides, and "
	"why",
	"Test-VMNetworkAdapterAcl -VMName web1 -RemoteIPAddress 192.0.2.1 "
	"-Direction Inbound",
	"Not published: ours. Entries that ask for something which was not "
	"given are not looked at, and counted in Reason. InForce says whether "
	"the kernel's maps give the same answer.",
	NULL, test_vmnetworkadapteracl, NULL,
};

static gboolean
one_address (sh_call *call, const char *param, vmnet_end *end, GError **error)
{
	const char *text = sh_arg_text (call, param);
	gboolean mac = strstr (param, "Mac") != NULL;
	vmnet_acl a = { 0 };

	if (text == NULL)
		return TRUE;
	if (!vmnet_acl_parse (text, mac, &a, error))
		return FALSE;
	if (mac) {
		end->has_mac = TRUE;
		memcpy (end->mac, a.addr, sizeof end->mac);
		return TRUE;
	}
	if (a.prefix != (a.family == VMNET_ADDR_IPV4 ? 32 : 128)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s -%s: '%s' is a prefix; a frame has one "
			     "address", sh_call_cmdlet (call)->name, param,
			     text);
		return FALSE;
	}
	end->has_ip = TRUE;
	end->family = a.family;
	memcpy (end->ip, a.addr, sizeof end->ip);
	return TRUE;
}

static gboolean
one_port (sh_call *call, const char *param, vmnet_end *end, GError **error)
{
	const char *text = sh_arg_text (call, param);
	vmnet_ports p;

	if (text == NULL)
		return TRUE;
	if (!vmnet_ports_parse (text, &p, error))
		return FALSE;
	if (!p.given || p.first != p.last) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s -%s: '%s' is more than one port; a frame has "
			     "one", sh_call_cmdlet (call)->name, param, text);
		return FALSE;
	}
	end->has_port = TRUE;
	end->port = p.first;
	return TRUE;
}

static gboolean
protocol_of (sh_call *call, vmnet_frame *f, GError **error)
{
	const char *text = sh_arg_text (call, "Protocol");
	vmnet_opt p = { 0 };

	if (text && !vmnet_protocol_parse (text, &p, error))
		return FALSE;
	f->has_protocol = p.set;
	f->protocol = p.value;
	if (!f->local.has_port && !f->remote.has_port)
		return TRUE;
	if (p.set && vmnet_protocol_has_ports (f->protocol))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: a port wants a protocol with ports; give -Protocol "
		     "TCP or UDP", sh_call_cmdlet (call)->name);
	return FALSE;
}

static gboolean
isolation_of (sh_call *call, vmnet_frame *f, GError **error)
{
	gint64 id = -1;

	if (!sh_given (call, "IsolationID"))
		return TRUE;
	if (sh_to_int (sh_arg (call, "IsolationID"), &id) && id >= 0 &&
	    id <= VMNET_VLAN_MAX) {
		f->has_isolation = TRUE;
		f->isolation = id;
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s -IsolationID: %" G_GINT64_FORMAT " is not in the range "
		     "0 to %d", sh_call_cmdlet (call)->name, id,
		     VMNET_VLAN_MAX);
	return FALSE;
}

static gboolean
frame_of (sh_call *call, vmnet_frame *f, GError **error)
{
	if (!isolation_of (call, f, error))
		return FALSE;
	if (!one_port (call, "LocalPort", &f->local, error) ||
	    !one_port (call, "RemotePort", &f->remote, error) ||
	    !protocol_of (call, f, error))
		return FALSE;
	if (!one_address (call, "LocalIPAddress", &f->local, error) ||
	    !one_address (call, "LocalMacAddress", &f->local, error) ||
	    !one_address (call, "RemoteIPAddress", &f->remote, error) ||
	    !one_address (call, "RemoteMacAddress", &f->remote, error))
		return FALSE;
	if (!f->local.has_ip || !f->remote.has_ip ||
	    f->local.family == f->remote.family)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: no frame is from IPv4 to IPv6; give two addresses of "
		     "one kind", sh_call_cmdlet (call)->name);
	return FALSE;
}

static gboolean
adapter_wanted (sh_call *call, const dom_adapter *a)
{
	if (!dom_wanted (sh_arg (call, "VMNetworkAdapterName"), a->name))
		return FALSE;
	if (sh_arg_on (call, "ManagementOS"))
		return a->vm == NULL;
	return a->vm && dom_wanted (sh_arg (call, "VMName"), a->vm);
}

static void
emit_test (sh_call *call, vmnet_view *view, const dom_adapter *a,
	   vmnet_frame f)
{
	const char *direction = sh_arg_text (call, "Direction");

	if (strcmp (direction, "Outbound") != 0) {
		f.direction = VMNET_INBOUND;
		sh_emit_row (call, vmnet_acl_test (view, a->vm, a->name, &f));
	}
	if (strcmp (direction, "Inbound") != 0) {
		f.direction = VMNET_OUTBOUND;
		sh_emit_row (call, vmnet_acl_test (view, a->vm, a->name, &f));
	}
}

static gboolean
nothing_there (sh_call *call, GError **error)
{
	const char *name = sh_arg_text (call, "VMNetworkAdapterName");

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "%s: there is no such adapter%s%s; see "
		     "Get-VMNetworkAdapter -All",
		     sh_call_cmdlet (call)->name, name ? " " : "",
		     name ? name : "");
	return FALSE;
}

static gboolean
test_vmnetworkadapteracl (sh_call *call, GError **error)
{
	vmnet_view *view = sh_view (sh_call_interp (call),
				    vmnet_noun_acl_test.sections, error);
	g_autoptr (GPtrArray) rows = NULL;
	vmnet_frame f = { 0 };
	guint n = 0;

	if (view == NULL || !frame_of (call, &f, error))
		return FALSE;
	rows = vmnet_view_rows (view, &vmnet_noun_adapter);
	for (guint i = 0; i < rows->len; i++) {
		const vmnet_row *row = rows->pdata[i];
		g_autoptr (dom_adapter) a = dom_adapter_from_key (row->key);

		if (!adapter_wanted (call, a))
			continue;
		emit_test (call, view, a, f);
		n++;
	}
	return n > 0 || nothing_there (call, error);
}

/*
 * nametypes.c - parameter types whose values are live: names of what is there
 * (offered by Tab) and rows of core. Called by the binder and completion.
 */
#include <string.h>

#include "../lang/lang.h"
#include "params.h"
#include "types.h"

static void
add_once (GPtrArray *out, const char *name)
{
	for (guint i = 0; i < out->len; i++)
		if (strcmp (out->pdata[i], name) == 0)
			return;
	g_ptr_array_add (out, g_strdup (name));
}

/* The keys of a noun's rows; behind the '/' for adapters. No privilege or no
 * kernel answer: nothing to offer, and no message into the line. */
static void
complete_noun (sh_interp *in, const vmnet_noun *noun, GPtrArray *out)
{
	g_autoptr (GPtrArray) rows = NULL;
	vmnet_view *view = sh_view (in, noun->sections, NULL);

	if (view == NULL)
		return;
	rows = vmnet_view_rows (view, noun);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const vmnet_row *row = rows->pdata[i];
		const char *slash = strchr (row->key, '/');

		add_once (out, slash && noun == &vmnet_noun_adapter
				       ? slash + 1 : row->key);
	}
}

static void
complete_switch (sh_interp *in, GPtrArray *out)
{
	complete_noun (in, &vmnet_noun_switch, out);
}

static void
complete_vm (sh_interp *in, GPtrArray *out)
{
	complete_noun (in, &vmnet_noun_vm, out);
}

static void
complete_adapter (sh_interp *in, GPtrArray *out)
{
	complete_noun (in, &vmnet_noun_adapter, out);
}

static void
complete_pool (sh_interp *in, GPtrArray *out)
{
	complete_noun (in, &vmnet_noun_pool, out);
}

static void
complete_lbfo (sh_interp *in, GPtrArray *out)
{
	complete_noun (in, &vmnet_noun_lbfo, out);
}

static void
complete_nic (sh_interp *in, GPtrArray *out)
{
	complete_noun (in, &vmnet_noun_nic, out);
}

static void
complete_cmdlet (sh_interp *in, GPtrArray *out)
{
	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++)
		g_ptr_array_add (out, g_strdup ((*c)->name));
}

static sh_value *
parse_name (sh_call *call, const sh_value *given, GError **error)
{
	const vmnet_noun *noun = sh_value_kind (given) == SH_ROW
					 ? sh_row_noun (given) : NULL;

	if (noun != NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "an object (%s) was given, accepted is a name; "
			     "write (…).Name, or the parameter that takes "
			     "the object", noun->name);
		return NULL;
	}
	return sh_type_string.parse (call, given, error);
}

#define NAME(id, fn, what) \
	const sh_type id = { "String", NULL, parse_name, fn, what };

NAME (sh_type_switch_name, complete_switch, "the name of a switch")
NAME (sh_type_vm_name, complete_vm, "the name of a VM")
NAME (sh_type_adapter_name, complete_adapter,
      "the name of a VM's or the host's adapter")
NAME (sh_type_pool_name, complete_pool, "the name of a resource pool")
NAME (sh_type_lbfo_name, complete_lbfo, "the name of a team of the host")
NAME (sh_type_nic_name, complete_nic, "the name of an interface")
NAME (sh_type_interface_name, complete_nic, "the name of an interface")
NAME (sh_type_cmdlet_name, complete_cmdlet, "the name of a cmdlet")
NAME (sh_type_ip, NULL, "an address or prefix: 10.0.0.0/8, 2001:db8::1")

static sh_value *
parse_row (const sh_value *given, const vmnet_noun *const *nouns,
	   const char *by_name, GError **error)
{
	g_autofree char *text = NULL;

	if (sh_value_kind (given) == SH_ROW)
		for (int i = 0; nouns[i] != NULL; i++)
			if (sh_row_noun (given) == nouns[i])
				return sh_ref ((sh_value *) given);
	text = sh_value_kind (given) == SH_ROW
		       ? g_strdup (sh_row_noun (given)->name)
		       : sh_to_text (given);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "'%s' was given, accepted is an object of %s; a name "
		     "goes to %s", text, nouns[0]->name, by_name);
	return NULL;
}

#define ROW(id, published, by_name, what, ...) \
	static sh_value * \
	parse_##id (sh_call *call, const sh_value *given, GError **error) \
	{ \
		static const vmnet_noun *const nouns[] = { \
			__VA_ARGS__, NULL, \
		}; \
		return parse_row (given, nouns, by_name, error); \
	} \
	const sh_type id = { published, NULL, parse_##id, NULL, what };

ROW (sh_type_vm, "VirtualMachine", "-VMName", "an object of Get-VM",
     &vmnet_noun_vm)
ROW (sh_type_vmswitch, "VMSwitch", "-Name or -SwitchName",
     "an object of Get-VMSwitch", &vmnet_noun_switch)
ROW (sh_type_vmnic, "VMNetworkAdapter", "-VMName and -Name",
     "an object of Get-VMNetworkAdapter", &vmnet_noun_adapter)
ROW (sh_type_vmnic_base, "VMNetworkAdapterBase", "-VMName and -Name",
     "an object of Get-VMNetworkAdapter", &vmnet_noun_adapter)
ROW (sh_type_acl, "VMNetworkAdapterAclSetting", "-VMName",
     "an object of Get-VMNetworkAdapterAcl", &vmnet_noun_acl)
ROW (sh_type_extacl, "VMNetworkAdapterExtendedAclSetting", "-VMName",
     "an object of Get-VMNetworkAdapterExtendedAcl", &vmnet_noun_extacl)
ROW (sh_type_cim_vmq, "CimInstance", "-Name",
     "an object of Get-NetAdapterVmq", &vmnet_noun_vmq, &vmnet_noun_nic)
ROW (sh_type_cim_sriov, "CimInstance", "-Name",
     "an object of Get-NetAdapterSriov", &vmnet_noun_sriov, &vmnet_noun_nic)
ROW (sh_type_cim_card, "CimInstance", "-Name",
     "an object of Get-NetAdapter or its like", &vmnet_noun_nic,
     &vmnet_noun_property, &vmnet_noun_lso, &vmnet_noun_rsc, &vmnet_noun_uso,
     &vmnet_noun_checksum, &vmnet_noun_statistics, &vmnet_noun_vmq,
     &vmnet_noun_rss, &vmnet_noun_binding, &vmnet_noun_rdma,
     &vmnet_noun_hardware, &vmnet_noun_nic_qos)
ROW (sh_type_switchext, "VMSwitchExtension", "-Name and -VMSwitchName",
     "an object of Get-VMSwitchExtension", &vmnet_noun_switchext)
ROW (sh_type_cim_nat, "CimInstance", "-Name", "an object of Get-NetNat",
     &vmnet_noun_nat)
ROW (sh_type_cim_natmap, "CimInstance", "-StaticMappingID",
     "an object of Get-NetNatStaticMapping", &vmnet_noun_natmap)
ROW (sh_type_cim_qos_policy, "CimInstance", "-Name",
     "an object of Get-NetQosPolicy", &vmnet_noun_qos_policy)
ROW (sh_type_lbfo_object, "CimInstance", "-Name or -Team",
     "an object of Get-NetLbfoTeam", &vmnet_noun_lbfo)
ROW (sh_type_lbfo_members, "CimInstance", "-Name",
     "an object of Get-NetLbfoTeamMember", &vmnet_noun_lbfo_member)
ROW (sh_type_lbfo_nics, "CimInstance", "-Name",
     "an object of Get-NetLbfoTeamNic", &vmnet_noun_lbfo_nic)
ROW (sh_type_cim_traffic, "CimInstance", "-Name",
     "an object of Get-NetQosTrafficClass", &vmnet_noun_traffic)
ROW (sh_type_cim_flow, "CimInstance", "-Priority",
     "an object of Get-NetQosFlowControl", &vmnet_noun_flow)
ROW (sh_type_cim_dcbx, "CimInstance", "-Willing",
     "an object of Get-NetQosDcbxSetting", &vmnet_noun_dcbx)
ROW (sh_type_cim_route, "CimInstance", "-DestinationPrefix",
     "an object of Get-NetRoute", &vmnet_noun_route)
ROW (sh_type_cim_ipinterface, "CimInstance", "-InterfaceAlias",
     "an object of Get-NetIPInterface or Get-DnsClientServerAddress",
     &vmnet_noun_ipinterface, &vmnet_noun_dns)
ROW (sh_type_cim_address, "CimInstance", "-IPAddress",
     "an object of Get-NetIPAddress", &vmnet_noun_ipaddress)

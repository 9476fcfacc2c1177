/*
 * vm.c - New-, Get- and Remove-VM: the names that adapters and policy belong
 * to. Listed in table.c.
 */
#include "domain.h"

HANDLER (new_vm);

#define QEMU_TEXT "QEMU's matter: vmnetsh manages the network of VMs"

static const sh_param new_vm_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY, 1, "VMName", NULL,
	  "name of the new VM" },
	{ "SwitchName", &sh_type_switch_name, 0, 0, NULL, NULL,
	  "switch that its first adapter is connected to" },
	{ "MemoryStartupBytes", &sh_type_int64, SH_NOT_YET, 2, NULL, NULL,
	  QEMU_TEXT },
	{ "Generation", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  QEMU_TEXT },
	{ "BootDevice", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  QEMU_TEXT },
	{ "NoVHD", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: vmnetsh makes no disks" },
	{ "NewVHDPath", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  QEMU_TEXT },
	{ "NewVHDSizeBytes", &sh_type_int64, SH_NOT_YET, 0, NULL, NULL,
	  QEMU_TEXT },
	{ "VHDPath", &sh_type_string, SH_NOT_YET, 0, NULL, NULL, QEMU_TEXT },
	{ "Path", &sh_type_string, SH_NOT_YET, 0, NULL, NULL, QEMU_TEXT },
	REMOTE_PARAMS (NULL),
};

const sh_cmdlet cmdlet_new_vm = {
	"New-VM", "Hyper-V", NULL, SH_CHANGES, NULL,
	PARAMS (new_vm_params), &vmnet_noun_vm,
	"Makes a VM known, with one network adapter; in the lab it runs at "
	"once",
	"New-VM -Name db1 -SwitchName sw0",
	"In the lab a VM is a network namespace that sees the host's "
	"programs. On a real host the VM itself is QEMU's or libvirt's; its "
	"adapters are taps of ours.",
	NULL, new_vm, NULL,
};

static gboolean
new_vm (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *name = sh_arg_text (call, "Name");
	const char *vswitch = sh_arg_text (call, "SwitchName");
	vmnet_adapter_change none = { 0 };
	gboolean there;

	if (txn == NULL)
		return FALSE;
	/* Of a VM that is there, the adapters may have been renamed or
	 * removed: a dump that is run again brings none of them back. */
	there = vmnet_model_vm (vmnet_txn_model (txn), name) && !vswitch;
	if (!vmnet_vm_add (txn, name, error)
	    || (!there && !vmnet_adapter_add (txn, name, "Network Adapter",
					      vswitch, &none, error)))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_vm, name));
	return TRUE;
}

HANDLER (get_vm);

static const sh_param get_vm_params[] = {
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, NULL,
	  "Name,Id", REMOTE_TEXT },
	{ "ClusterObject", &sh_type_psobject,
	  SH_MANDATORY | SH_PIPE_VALUE | SH_NOT_YET, 1, NULL, "ClusterObject",
	  "clusters come later" },
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0, NULL,
	  "Name,Id", REMOTE_TEXT },
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL,
	  "Name,Id", "who to be on another host: remote hosts come later" },
	{ "Id", &sh_type_guid, SH_PIPE_VALUE | SH_PIPE_NAME, 1, NULL, "Id",
	  "identifier, as Get-VM shows" },
	{ "Name", &sh_type_vm_name, SH_LIST | SH_PIPE_VALUE, 1, "VMName",
	  "Name", "names of VMs; * and ? stand for any" },
};

const sh_cmdlet cmdlet_get_vm = {
	"Get-VM", "Hyper-V", "gvm", 0, "Name",
	PARAMS (get_vm_params), &vmnet_noun_vm,
	"Shows the VMs: those that were made here and those that hold a tap",
	"Get-VM -Name web*",
	NULL, NULL, get_vm, NULL,
};

static gboolean
get_vm (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_vm, error);

	return rows != NULL
	       && dom_emit (call, rows, "Name", sh_arg (call, "Name"), "VM",
			    dom_id_wanted, error);
}

HANDLER (remove_vm);

static const sh_param remove_vm_params[] = {
	{ "Name", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "VMName", "Name", "names of VMs; * and ? stand for any" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL,
	  "VMObject", "VMs, as objects of Get-VM" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "do not ask" },
	REMOTE_PARAMS ("Name"),
};

const sh_cmdlet cmdlet_remove_vm = {
	"Remove-VM", "Hyper-V", NULL, SH_CHANGES | SH_DESTRUCTIVE, "Name",
	PARAMS (remove_vm_params), NULL,
	"Forgets a VM, its network adapters and their policy",
	"New-VM -Name gone; Remove-VM -Name gone -Force",
	"In the lab the VM itself ends too.",
	NULL, remove_vm, NULL,
};

static gboolean
remove_vm (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) names = dom_vms (call, sh_arg (call, "VM"),
					       sh_arg (call, "Name"), error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (names == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++)
		if (!vmnet_vm_remove (txn, names->pdata[i], error))
			return FALSE;
	return TRUE;
}

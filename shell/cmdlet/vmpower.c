/*
 * vmpower.c - Start- and Stop-VM. Listed in table.c.
 */
#include "domain.h"

HANDLER (start_vm);
HANDLER (stop_vm);

#define POWER_PARAMS \
	{ "Name", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, \
	  "VMName", "Name", "names of VMs; * and ? stand for any" }, \
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, \
	  "VMObject", "VMs, as objects of Get-VM" }, \
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "hand on the VMs" }, \
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL, \
	  "run in the background: jobs come later" }, \
	REMOTE_PARAMS ("Name")

static const sh_param start_vm_params[] = { POWER_PARAMS };

const sh_cmdlet cmdlet_start_vm = {
	"Start-VM", "Hyper-V", "sav", SH_CHANGES, "Name",
	PARAMS (start_vm_params), &vmnet_noun_vm,
	"Starts VMs of the lab, and guests of libvirt",
	"Start-VM -Name web1",
	"On a real host libvirt is asked to start its guest of that name (virsh "
	"start); QEMU without libvirt is started with QemuArguments of "
	"Get-VMNetworkAdapter. That one runs already is fine.",
	NULL, start_vm, NULL,
};

static const sh_param stop_vm_params[] = {
	POWER_PARAMS,
	{ "TurnOff", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "do not ask the guest: its power is cut" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: nothing is asked" },
	{ "Save", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "keep its state for the next start (guests of libvirt)" },
};

const sh_cmdlet cmdlet_stop_vm = {
	"Stop-VM", "Hyper-V", "spv", SH_CHANGES, "Name",
	PARAMS (stop_vm_params), &vmnet_noun_vm,
	"Stops VMs",
	"Stop-VM -Name web1; Start-VM -Name web1",
	"A VM of the lab loses its links, and what was started in it ends; "
	"its addresses stay. A guest of QEMU is asked to shut down by its "
	"monitor (-qmp unix:…), which it may take time to do; one of libvirt's "
	"by virsh shutdown, with -TurnOff virsh destroy, with -Save virsh "
	"managedsave.",
	NULL, stop_vm, NULL,
};

static gboolean
stop_one (sh_call *call, vmnet_txn *txn, const char *name, GError **error)
{
	gboolean turn_off = sh_arg_on (call, "TurnOff");

	if (!sh_arg_on (call, "Save"))
		return vmnet_vm_stop (txn, name, turn_off, error);
	if (!turn_off)
		return vmnet_vm_save (txn, name, error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "VM '%s': -Save and -TurnOff exclude each other", name);
	return FALSE;
}

static gboolean
change (sh_call *call, gboolean stop, GError **error)
{
	g_autoptr (GPtrArray) names = dom_vms (call, sh_arg (call, "VM"),
					       sh_arg (call, "Name"), error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	if (names == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];

		if (!(stop ? stop_one (call, txn, name, error)
			   : vmnet_vm_start (txn, name, error)))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			sh_emit (call, sh_row_later (&vmnet_noun_vm, name));
	}
	return TRUE;
}

static gboolean
start_vm (sh_call *call, GError **error)
{
	return change (call, FALSE, error);
}

static gboolean
stop_vm (sh_call *call, GError **error)
{
	return change (call, TRUE, error);
}

/*
 * vmpower.c - Start-, Stop-, Restart-, Save-, Suspend- and Resume-VM. Listed in
 * table.c.
 */
#include "domain.h"

/* As long as Hyper-V gives a guest to shut down. */
#define SHUT_DOWN_SECONDS 300

HANDLER (start_vm);
HANDLER (stop_vm);
HANDLER (restart_vm);
HANDLER (save_vm);
HANDLER (suspend_vm);
HANDLER (resume_vm);

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

static const sh_param power_params[] = { POWER_PARAMS };

const sh_cmdlet cmdlet_start_vm = {
	"Start-VM", "Hyper-V", "sav", SH_CHANGES, "Name",
	PARAMS (power_params), &vmnet_noun_vm,
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
	  "turn it off when it did not shut down in time" },
	{ "Save", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "keep its state for the next start (guests of libvirt)" },
	{ "Timeout", &sh_type_uint16, 0, 0, "TimeoutSec", NULL,
	  "seconds to wait for the guest's end, 300 unless given; 0: do not "
	  "wait (this shell's own)" },
};

const sh_cmdlet cmdlet_stop_vm = {
	"Stop-VM", "Hyper-V", "spv", SH_CHANGES, "Name",
	PARAMS (stop_vm_params), &vmnet_noun_vm,
	"Stops VMs",
	"Stop-VM -Name web1; Start-VM -Name web1",
	"A VM of the lab loses its links, and what was started in it ends; "
	"its addresses stay. A guest of QEMU is asked to shut down by its "
	"monitor (-qmp unix:…), one of libvirt's by virsh shutdown, with "
	"-TurnOff virsh destroy, with -Save virsh managedsave. The command ends "
	"when the guest has.",
	NULL, stop_vm, NULL,
};

static const sh_param restart_vm_params[] = {
	POWER_PARAMS,
	{ "Type", &sh_type_restart, 0, 0, NULL, NULL,
	  "Reset, as unless given, or Reboot: the guest is asked (libvirt's)" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: nothing is asked" },
	{ "Wait", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "till it is up again" },
	{ "For", &sh_type_wait_vm, SH_NOT_YET, 0, NULL, NULL,
	  "what is waited for" },
	{ "Delay", &sh_type_uint16, SH_NOT_YET, 0, NULL, NULL,
	  "seconds between two looks" },
	{ "Timeout", &sh_type_int32, SH_NOT_YET, 0, "TimeoutSec", NULL,
	  "seconds to wait" },
};

const sh_cmdlet cmdlet_restart_vm = {
	"Restart-VM", "Hyper-V", NULL, SH_CHANGES, "Name",
	PARAMS (restart_vm_params), &vmnet_noun_vm,
	"Resets VMs, or asks them to reboot",
	"Restart-VM -Name web1 -Force",
	"As on Hyper-V the power is cut for a moment, unless -Type is Reboot. "
	"Of a VM of the lab the programs end.",
	NULL, restart_vm, NULL,
};

const sh_cmdlet cmdlet_save_vm = {
	"Save-VM", "Hyper-V", NULL, SH_CHANGES, "Name",
	PARAMS (power_params), &vmnet_noun_vm,
	"Saves guests of libvirt, to go on from there when they are started",
	"Save-VM -Name web1",
	"virsh managedsave. The same as Stop-VM -Save.",
	NULL, save_vm, NULL,
};

const sh_cmdlet cmdlet_suspend_vm = {
	"Suspend-VM", "Hyper-V", NULL, SH_CHANGES, "Name",
	PARAMS (power_params), &vmnet_noun_vm,
	"Pauses guests",
	"Suspend-VM -Name web1",
	"virsh suspend; of a guest of QEMU its monitor's stop. It keeps its "
	"links, and answers nothing.",
	NULL, suspend_vm, NULL,
};

const sh_cmdlet cmdlet_resume_vm = {
	"Resume-VM", "Hyper-V", NULL, SH_CHANGES, "Name",
	PARAMS (power_params), &vmnet_noun_vm,
	"Lets paused guests go on",
	"Resume-VM -Name web1",
	"virsh resume; of a guest of QEMU its monitor's cont.",
	NULL, resume_vm, NULL,
};

/* For all VMs that the call names. */
static gboolean
give (sh_call *call, vmnet_power what, GError **error)
{
	g_autoptr (GPtrArray) names = dom_vms (call, sh_arg (call, "VM"),
					       sh_arg (call, "Name"), error);
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	vmnet_opt wait = what == VMNET_POWER_SHUT_DOWN
		? sh_arg_opt (call, "Timeout") : (vmnet_opt) { 0 };
	guint seconds = wait.set ? wait.value : SHUT_DOWN_SECONDS;

	if (names == NULL || txn == NULL)
		return FALSE;
	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];

		if (!vmnet_vm_power (txn, name, what, seconds,
				     what == VMNET_POWER_SHUT_DOWN &&
				     sh_arg_on (call, "Force"), error))
			return FALSE;
		if (sh_arg_on (call, "Passthru"))
			sh_emit (call, sh_row_later (&vmnet_noun_vm, name));
	}
	return TRUE;
}

static gboolean
start_vm (sh_call *call, GError **error)
{
	return give (call, VMNET_POWER_START, error);
}

static gboolean
stop_vm (sh_call *call, GError **error)
{
	gboolean turn_off = sh_arg_on (call, "TurnOff");
	gboolean save = sh_arg_on (call, "Save");

	if (save && turn_off) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "-Save and -TurnOff exclude each other");
		return FALSE;
	}
	return give (call, save ? VMNET_POWER_SAVE
		     : turn_off ? VMNET_POWER_TURN_OFF
		     : VMNET_POWER_SHUT_DOWN, error);
}

static gboolean
restart_vm (sh_call *call, GError **error)
{
	const char *type = sh_arg_text (call, "Type");

	return give (call, g_strcmp0 (type, "Reboot") == 0
		     ? VMNET_POWER_REBOOT : VMNET_POWER_RESET, error);
}

static gboolean
save_vm (sh_call *call, GError **error)
{
	return give (call, VMNET_POWER_SAVE, error);
}

static gboolean
suspend_vm (sh_call *call, GError **error)
{
	return give (call, VMNET_POWER_PAUSE, error);
}

static gboolean
resume_vm (sh_call *call, GError **error)
{
	return give (call, VMNET_POWER_RESUME, error);
}

/*
 * move.c - Move-VM: a VM and its network go to another host. Listed in
 * table.c.
 */
#include "domain.h"

HANDLER (move_vm);

/* The published parameter sets, joined as the parameters need them. */
#define NAME_1 "NameSingleDestination"
#define NAME_1C "NameSingleDestinationAndCimSession"
#define NAME_N "NameMultipleDestinations"
#define NAME_NC "NameMultipleDestinationsAndCimSession"
#define VM_1 "VMSingleDestination"
#define VM_1C "VMSingleDestinationAndCimSession"
#define VM_N "VMMultipleDestinations"
#define VM_NC "VMMultipleDestinationsAndCimSession"
#define BY_NAME NAME_1 "," NAME_1C "," NAME_NC "," NAME_N
#define BY_VM VM_1C "," VM_1 "," VM_N "," VM_NC
#define BY_HOST NAME_1 "," NAME_N "," VM_1 "," VM_N
#define TO_ONE NAME_1 "," NAME_1C "," VM_1C "," VM_1
#define TO_MANY NAME_NC "," NAME_N "," VM_N "," VM_NC

#define SESSION_TEXT "the other host is reached by ssh: -DestinationHost"
#define DISK_TEXT \
	"QEMU's matter: disks lie where both hosts reach them, none is copied"

static const sh_param move_vm_params[] = {
	{ "Name", &sh_type_vm_name, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL,
	  BY_NAME, "name of the VM" },
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL, BY_VM,
	  "the VM, as an object of Get-VM" },
	{ "CompatibilityReport", &sh_type_compatibility,
	  SH_MANDATORY | SH_PIPE_VALUE | SH_NOT_YET, 1, NULL,
	  "CompatibilityReport", "-WhatIf tells what would keep it here" },
	{ "DestinationHost", &sh_type_string, SH_MANDATORY, 2, NULL, BY_HOST,
	  "where it goes: a host as ssh knows it; in a lab another lab" },
	{ "DestinationCimSession", &sh_type_cim_session,
	  SH_MANDATORY | SH_NOT_YET, 2, NULL,
	  NAME_1C "," NAME_NC "," VM_1C "," VM_NC, SESSION_TEXT },
	{ "DestinationSwitch", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "ours: its switches there, as 'here=there', or one for all; "
	  "otherwise those of the same names" },
	{ "Passthru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "emit the VM's name and the host that it is on now" },
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "there are no jobs; write & in the system's shell" },
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, NULL,
	  NAME_1C "," NAME_NC, REMOTE_TEXT },
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0, NULL,
	  NAME_1 "," NAME_N, REMOTE_TEXT },
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL,
	  NAME_1 "," NAME_N,
	  "who to be on another host: remote hosts come later" },
	{ "DestinationCredential", &sh_type_credential, SH_NOT_YET, 0, NULL,
	  BY_HOST, "ssh's own keys and configuration say who to be there" },
	{ "DestinationStoragePath", &sh_type_string, SH_NOT_YET, 0, NULL,
	  TO_ONE, DISK_TEXT },
	{ "IncludeStorage", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL,
	  TO_ONE, DISK_TEXT },
	{ "RemoveSourceUnmanagedVhds", &sh_type_switch,
	  SH_SWITCH | SH_NOT_YET, 0, NULL, BY_NAME "," BY_VM, DISK_TEXT },
	{ "ResourcePoolName", &sh_type_string, SH_NOT_YET, 0, NULL,
	  BY_NAME "," BY_VM, "there are no resource pools to choose from" },
	{ "RetainVhdCopiesOnSource", &sh_type_switch, SH_SWITCH | SH_NOT_YET,
	  0, NULL, BY_NAME "," BY_VM, DISK_TEXT },
	{ "SmartPagingFilePath", &sh_type_string, SH_NOT_YET, 0, NULL,
	  TO_MANY, DISK_TEXT },
	{ "SnapshotFilePath", &sh_type_string, SH_NOT_YET, 0,
	  "CheckpointFileLocation,SnapshotFileLocation", TO_MANY, DISK_TEXT },
	{ "Vhds", &sh_type_hash, SH_LIST | SH_NOT_YET, 0, NULL, TO_MANY,
	  DISK_TEXT },
	{ "VirtualMachinePath", &sh_type_string, SH_NOT_YET, 0, NULL,
	  NAME_NC "," VM_NC "," NAME_N "," VM_N, DISK_TEXT },
};

const sh_cmdlet cmdlet_move_vm = {
	"Move-VM", "Hyper-V", NULL, SH_CHANGES, NAME_1,
	PARAMS (move_vm_params), NULL,
	"Moves a running VM to another host, with its policy and its meters' "
	"totals",
	"Move-VM -Name web1 -DestinationHost hostb",
	"Everything is checked on the other host first: that it has the "
	"switches, no VM of this name, no other adapter with its addresses, "
	"and room for its floors. What it lacks and can be done without "
	"(SR-IOV) is told as a warning. If anything fails, the VM runs on "
	"here as before. See about_migration.",
	NULL, move_vm, NULL,
};

static GStrv
switch_pairs (sh_call *call)
{
	g_autoptr (GStrvBuilder) out = g_strv_builder_new ();
	sh_value *list = sh_arg (call, "DestinationSwitch");

	for (guint i = 0; list && i < sh_array_length (list); i++)
		g_strv_builder_add (out, sh_text (sh_array_get (list, i)));
	return g_strv_builder_end (out);
}

static void
say_moved (sh_call *call, const vmnet_move *m)
{
	sh_value *o = sh_object ("VirtualMachine");

	sh_set (o, "Name", sh_string (m->vm));
	sh_set (o, "ComputerName", sh_string (m->host));
	sh_emit (call, o);
}

static gboolean
move (sh_call *call, const char *vm, GError **error)
{
	g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) warnings =
		g_ptr_array_new_with_free_func (g_free);
	g_auto (GStrv) switches = switch_pairs (call);
	vmnet_move m = {
		vm, sh_arg_text (call, "DestinationHost"),
		(const char *const *) switches, sh_arg_on (call, "WhatIf"),
	};
	gboolean ok = vmnet_vm_move (sh_host (sh_call_interp (call)), &m,
				     steps, warnings, error);

	for (guint i = 0; i < warnings->len; i++)
		sh_warn (call, "host '%s': %s", m.host,
			 (char *) warnings->pdata[i]);
	for (guint i = 0; ok && m.dry_run && i < steps->len; i++)
		sh_emit (call, sh_string_take (g_strconcat (
			"What if: ", steps->pdata[i], NULL)));
	if (ok && !m.dry_run && sh_arg_on (call, "Passthru"))
		say_moved (call, &m);
	return ok;
}

static gboolean
move_vm (sh_call *call, GError **error)
{
	sh_value *row = sh_arg (call, "VM");
	const char *name = row ? sh_row_key (row)
		: sh_arg_text (call, "Name");

	/* The other host, too, must see what was done before this. */
	return sh_commit (sh_call_interp (call), error)
		&& move (call, name, error);
}

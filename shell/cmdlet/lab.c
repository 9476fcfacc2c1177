/*
 * lab.c - Set- and Add-LabAdapter, ours: the speed of a lab's physical adapter,
 * and adapters of the machine that the lab borrows. Listed in table.c.
 */
#include "domain.h"

HANDLER (set_labadapter);

static const sh_param set_labadapter_params[] = {
	{ "Name", &sh_type_nic_name, SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 1,
	  "InterfaceAlias", NULL, "physical adapter of the lab: pnic0" },
	{ "LinkSpeed", &sh_type_bits, SH_MANDATORY, 2, NULL, NULL,
	  "speed in bit/s: 200Mbps, 1Gbps" },
};

const sh_cmdlet cmdlet_set_labadapter = {
	"Set-LabAdapter", "vmnetsh", NULL, SH_CHANGES, NULL,
	PARAMS (set_labadapter_params), NULL,
	"Gives a lab's physical adapter a speed, enforced at the outside end",
	"Set-LabAdapter -Name pnic0 -LinkSpeed 200Mbps",
	"Only in a lab (vmnetsh --lab). The kernel does it at once; it is no "
	"part of the statement's transaction.",
	NULL, set_labadapter, NULL,
};

static gboolean
set_labadapter (sh_call *call, GError **error)
{
	vmnet_opt speed = sh_arg_opt (call, "LinkSpeed");
	sh_value *names = sh_arg (call, "Name");
	vmnet_host *host = sh_host (sh_call_interp (call));

	for (guint i = 0; i < sh_array_length (names); i++) {
		const char *nic = sh_text (sh_array_get (names, i));

		if (sh_arg_on (call, "WhatIf")) {
			sh_emit (call, sh_string_take (g_strdup_printf (
				"What if: adapter '%s' of the lab gets a "
				"speed of %" G_GUINT64_FORMAT " bit/s", nic,
				speed.value)));
			continue;
		}
		if (!vmnet_lab_set_speed (host, nic, speed.value, error))
			return FALSE;
	}
	return TRUE;
}

HANDLER (add_labadapter);

static const sh_param add_labadapter_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 1,
	  "InterfaceAlias", NULL, "physical adapter of the machine" },
	{ "Outside", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "for the outside machine, as a port of its network" },
};

const sh_cmdlet cmdlet_add_labadapter = {
	"Add-LabAdapter", "vmnetsh", NULL, SH_CHANGES, NULL,
	PARAMS (add_labadapter_params), NULL,
	"Lends a physical adapter of the machine to the lab until that is "
	"destroyed",
	"Add-LabAdapter -Name wire0 -Outside -WhatIf",
	"Only in a lab (vmnetsh --lab), and only an adapter on which the "
	"machine has no address. The kernel does it at once; it is no part of "
	"the statement's transaction.",
	NULL, add_labadapter, NULL,
};

static gboolean
add_labadapter (sh_call *call, GError **error)
{
	sh_value *names = sh_arg (call, "Name");
	gboolean outside = sh_arg_on (call, "Outside");
	vmnet_host *host = sh_host (sh_call_interp (call));

	for (guint i = 0; i < sh_array_length (names); i++) {
		const char *nic = sh_text (sh_array_get (names, i));

		if (sh_arg_on (call, "WhatIf"))
			sh_emit (call, sh_string_take (g_strdup_printf (
				"What if: lend adapter '%s' to the lab", nic)));
		else if (!vmnet_lab_lend (host, nic, outside, error))
			return FALSE;
	}
	return TRUE;
}

/*
 * confirm.c - Confirm- and Undo-VMNetworkChange, ours: a commit that takes
 * itself back (netsh commit -ConfirmWithin, -Transaction -ConfirmWithin) is
 * kept, or taken back now. Listed in table.c.
 */
#include "domain.h"

HANDLER (confirm_vmnetworkchange);

const sh_cmdlet cmdlet_confirm_vmnetworkchange = {
	"Confirm-VMNetworkChange", "vmnetsh", NULL, SH_CHANGES, NULL,
	NULL, 0, NULL,
	"Keeps the change that would take itself back",
	"Confirm-VMNetworkChange -WhatIf",
	"The change was committed with -ConfirmWithin. When its time is over it "
	"is too late.",
	NULL, confirm_vmnetworkchange, NULL,
};

/* -WhatIf: says what would be. */
static gboolean
only_told (sh_call *call, const char *what)
{
	gint64 left, until;
	vmnet_unconfirmed now = vmnet_unconfirmed_now
		(sh_host (sh_call_interp (call)), &left, &until);

	sh_emit (call, now == VMNET_UNCONFIRMED_NONE
		 ? sh_string ("What if: nothing waits to be confirmed")
		 : sh_string_take (g_strdup_printf ("What if: %s (%"
			G_GINT64_FORMAT " s are left)", what, left)));
	return TRUE;
}

static gboolean
confirm_vmnetworkchange (sh_call *call, GError **error)
{
	if (sh_arg_on (call, "WhatIf"))
		return only_told (call, "the change is kept");
	return vmnet_confirm (sh_host (sh_call_interp (call)), error);
}

HANDLER (undo_vmnetworkchange);

const sh_cmdlet cmdlet_undo_vmnetworkchange = {
	"Undo-VMNetworkChange", "vmnetsh", NULL, SH_CHANGES, NULL,
	NULL, 0, NULL,
	"Takes back the change that waits to be confirmed, now",
	"Undo-VMNetworkChange -WhatIf",
	"Everything is as it was before the commit with -ConfirmWithin.",
	NULL, undo_vmnetworkchange, NULL,
};

static gboolean
undo_vmnetworkchange (sh_call *call, GError **error)
{
	if (sh_arg_on (call, "WhatIf"))
		return only_told (call, "the change is taken back");
	return vmnet_revert (sh_host (sh_call_interp (call)), error);
}

/*
 * confirm.h - commits that are to be confirmed: see confirm.c. The lock is held
 * by the caller.
 */
#ifndef VMNET_PLAN_CONFIRM_H
#define VMNET_PLAN_CONFIRM_H

#include "host.h"

/* From now on `before` comes back after so many seconds. `session`: whose
 * adapter is touched, and who may go on meanwhile; NULL: it was asked for. */
gboolean confirm_begin (vmnet_host *h, const vmnet_model *before,
			guint seconds, const char *session, GError **error);
/* Something waits, and the caller's session may add to it. */
gboolean confirm_goes_on (const vmnet_host *h);
/* It does not any more. */
void confirm_forget (vmnet_host *h);
/* FALSE with error: nothing else is changed while something waits. */
gboolean confirm_allows (const vmnet_host *h, GError **error);
/* What is to come back; owned. */
vmnet_model *confirm_before (vmnet_host *h, GError **error);

#endif

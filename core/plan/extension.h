/*
 * extension.h - the extensions that a switch is to have, and those that this
 * host has. Inside plan/; also asked by view/extension.c.
 */
#ifndef VMNET_PLAN_EXTENSION_H
#define VMNET_PLAN_EXTENSION_H

#include "host.h"

/* All that are installed on the host: vmnet_switchext *, owned. */
GPtrArray *extensions_installed (const vmnet_host *h);
/* The one of that name, or NULL. */
const vmnet_switchext *extension_named (const GPtrArray *list,
					const char *name);
/* "A, B"; "none" where there are none; owned. */
char *extension_names (const GPtrArray *list);

#endif

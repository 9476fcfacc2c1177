/*
 * check.h - what the edits check in common, and how they say it. Callers:
 * edit_*.c.
 */
#ifndef VMNET_MODEL_CHECK_H
#define VMNET_MODEL_CHECK_H

#include "model/model.h"

/* A name for a new object; `what` is its kind: "switch". */
gboolean check_name (const char *what, const char *name, GError **error);
/* VMNET_ERROR_INVALID: "switch 'x': " and the rest. Returns FALSE. */
gboolean check_invalid (GError **error, const char *what, const char *name,
			const char *format, ...) G_GNUC_PRINTF (4, 5);

/*
 * Lookups that explain: VMNET_ERROR_NOT_FOUND lists what exists (at most ten)
 * and the nearest name.
 */
vmnet_switch *check_switch (const vmnet_model *m, const char *name,
			    GError **error);
vmnet_vm *check_vm (const vmnet_model *m, const char *name, GError **error);
vmnet_pool *check_pool (const vmnet_model *m, const char *name,
			GError **error);
vmnet_adapter *check_adapter (const vmnet_model *m, const char *vm,
			      const char *name, GError **error);
/* The host's adapter with that alias, name or interface name. */
vmnet_adapter *check_interface (const vmnet_model *m, const char *interface,
				GError **error);

/* "network adapter 'web1/Network Adapter'" as messages say it; owned. */
char *check_adapter_text (const char *vm, const char *name);

/*
 * What is asked of a bandwidth, on `sw` (NULL: disconnected): the mode of the
 * switch, and one kind of floor at most.
 */
gboolean check_floors (const char *adapter, const vmnet_switch *sw,
		       vmnet_opt absolute, vmnet_opt weight, GError **error);
gboolean check_rate (const char *object, const char *parameter,
		     vmnet_opt rate, GError **error);

#endif

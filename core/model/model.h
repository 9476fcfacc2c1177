/*
 * model.h - the desired model as a document: made, copied, compared, read
 * from and written to the store. Plain data; no kernel here. Callers: edit.c
 * (changes), plan/ (compares with the kernel), view/ (shows).
 */
#ifndef VMNET_MODEL_H
#define VMNET_MODEL_H

#include "vmnet.h"

vmnet_model *model_new (void);
vmnet_model *model_copy (const vmnet_model *m);
void model_free (vmnet_model *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_model, model_free)
void model_switch_free (vmnet_switch *s);
void model_vm_free (vmnet_vm *v);
void model_adapter_free (vmnet_adapter *a);
void model_nic_free (vmnet_nic *n);
void model_address_free (vmnet_ipaddress *a);

/*
 * The store: state_dir/store.json, a versioned document. Load: a missing file
 * is an empty model; a damaged one an error that names file and line. Save:
 * temp file, fsync, rename, fsync of the folder.
 */
vmnet_model *store_load (const char *state_dir, GError **error);
gboolean store_save (const char *state_dir, const vmnet_model *m,
		     GError **error);
/* An exclusive lock on state_dir/lock; -1 with VMNET_ERROR_BUSY. */
int store_lock (const char *state_dir, guint wait_ms, GError **error);
void store_unlock (int fd);

/*
 * Names that are derived, at most 15 bytes, always the same for the same
 * object; all owned by the caller.
 */
char *names_bridge (const vmnet_switch *s);	/* "sw0" */
char *names_port (const vmnet_adapter *a);	/* port at the bridge: "vp3" */
char *names_host_adapter (const vmnet_adapter *a);	/* its other end */
char *names_alias (const vmnet_adapter *a);	/* "vEthernet (sw0)",
						   "web1/Network Adapter" */
void names_derive_mac (const vmnet_model *m, vmnet_adapter *a);

#endif

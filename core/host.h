/*
 * host.h - what every room of core shares: the opened host. Made by host.c
 * from vmnet_options; the datapath is opened when first needed, because reads
 * without privilege must work.
 */
#ifndef VMNET_HOST_H
#define VMNET_HOST_H

#include "bpf/datapath.h"
#include "kernel/netlink.h"
#include "kernel/sysfs.h"
#include "model/model.h"
#include "vmnet.h"

/* Each host has a folder of its own below: "host", or "lab-NAME" (the real
 * host's store is HOST_STATE itself). */
#define HOST_STATE "/var/lib/vmnetsh"
#define HOST_RUN "/run/vmnetsh"
#define HOST_PINS "/sys/fs/bpf/vmnetsh"

struct vmnet_host {
	char *lab;		/* NULL: the real host */
	gboolean guest;		/* vmnet_options */
	gboolean in_agent;	/* this process is the host's agent */
	char *state_dir;	/* the store: store.json, lock */
	char *run_dir;		/* /run/vmnetsh/host or …/lab-NAME */
	char *sysfs_root;
	char *pin_dir;		/* /sys/fs/bpf/vmnetsh/host or …/lab-NAME */
	kn *nl;			/* of this host's network namespace */
	datapath *dp;		/* NULL until host_datapath */
	vmnet_model *stored;	/* what the store held when it was read or
				 * written last; or NULL */
	store_stamp stamp;	/* of that */
	gboolean clean;		/* no commit was cut off then */
	vmnet_model *spare;	/* little different from `stored`; or NULL */
	gboolean batch;		/* vmnet_host_batch */
	gboolean unsettled;	/* there are commits in the journal */
	gboolean meters_checked;
};

/* FALSE with error: not a lab's name. */
gboolean host_lab_name_ok (const char *lab, GError **error);
/* What the store holds: one reference to a model that nobody changes. Files
 * that are the same as before are not read again: a script has a thousand
 * statements. */
vmnet_model *host_model (vmnet_host *h, GError **error);
/* The store has just been written, or its journal. */
void host_model_written (vmnet_host *h, vmnet_model *m);
/* A copy of `m` to edit, and what became of it when it is not needed any more:
 * it is kept and made equal to the next one that is asked for. */
vmnet_model *host_model_edit (vmnet_host *h, const vmnet_model *m);
void host_model_spare (vmnet_host *h, vmnet_model *m);
/* Opened on first use; not owned. */
datapath *host_datapath (vmnet_host *h, GError **error);
/* The same where it is there already; NULL: nothing was ever configured, or
 * no privilege. */
datapath *host_datapath_if_there (vmnet_host *h);

#endif

/*
 * iov.h - why there is no SR-IOV, or not all of it: an engine that looks at
 * sysfs and procfs (`root`: see kernel/sysfs.h) and answers with reasons. Each
 * has a stable name, what was read where, and the remedy. Called by view/,
 * plan/ and, as lines of text, through vmnet_iov_reasons.
 */
#ifndef VMNET_IOV_H
#define VMNET_IOV_H

#include "kernel/netlink.h"
#include "kernel/pci.h"

/* What a reason stands in the way of. */
enum {
	IOV_STOPS_VFS = 1 << 0,	/* any virtual function at all */
	IOV_STOPS_MORE = 1 << 1,/* one more than there are */
	IOV_STOPS_NAMESPACE = 1 << 2,	/* giving one to a namespace VM */
	IOV_STOPS_GUEST = 1 << 3,	/* giving one to a QEMU/libvirt guest */
	IOV_STOPS_PAIR = 1 << 4,/* its pair with the software adapter */
};

typedef enum {
	/* the adapter */
	IOV_NO_ADAPTER, IOV_NOT_PCI, IOV_IS_VF, IOV_NO_DRIVER,
	IOV_DRIVER_NO_SRIOV, IOV_NO_CAPABILITY, IOV_NOT_READABLE,
	IOV_CARD_FIRMWARE_OFF, IOV_NO_BAR_SPACE, IOV_ALL_VFS_TAKEN,
	IOV_SWITCHED_OFF,	/* by command: known to view/ */
	IOV_HOST_TEAM,		/* see iov_reasons_of_team */
	/* the slot */
	IOV_SLOT_CONVENTIONAL, IOV_SLOT_NO_ARI, IOV_SLOT_NO_BUS,
	IOV_SLOT_NO_ACS,
	/* kernel and firmware */
	IOV_KERNEL_NO_PCI_IOV, IOV_KERNEL_HIDES_SRIOV, IOV_FIRMWARE_NO_IOMMU,
	IOV_KERNEL_NO_IOMMU, IOV_IOMMU_OFF, IOV_KERNEL_NO_VFIO,
	IOV_NO_CAPABLE_ADAPTER,
	/* one virtual function, and whoever gets it */
	IOV_VF_NO_DRIVER, IOV_VF_ON_VFIO, IOV_VF_NOT_ON_VFIO,
	IOV_GUEST_NO_DRIVER, IOV_GUEST_NO_FAILOVER, IOV_GUEST_NO_BONDING,
	IOV_N_KINDS
} iov_kind;

typedef struct {
	iov_kind kind;
	const char *name;	/* "FirmwareNoIommu": stable, for scripts */
	unsigned stops;		/* IOV_STOPS_* */
	const char *remedy;
	char *problem;		/* names the object; owned */
	char *path;		/* the evidence, as the host names it; owned */
	char *content;		/* what was read; NULL: it is missing; owned */
} iov_reason;

void iov_reason_free (iov_reason *r);
/* "NAME: PROBLEM (PATH: CONTENT): REMEDY." in one line; owned. */
char *iov_reason_line (const iov_reason *r);
const char *iov_kind_name (iov_kind kind);

/*
 * Every reason of an adapter, its slot and the machine, in this order; `nic`
 * NULL: the whole host. `taken`: how many of its virtual functions are;
 * -1: those that sysfs shows to be. iov_reason *, freed with the array.
 */
GPtrArray *iov_reasons (const char *root, const char *nic, int taken);
/* Adds, as the first, the one that sysfs does not tell of: `nic` is a team (bond or team) or
 * in one. `nic` NULL: nothing. */
void iov_reasons_of_team (kn *k, const char *nic, GPtrArray *out);
gboolean iov_stops (const GPtrArray *reasons, unsigned what);
/* The first reason that stops any of `what`, or NULL. */
const iov_reason *iov_first (const GPtrArray *reasons, unsigned what);
/* The reasons that stop any of `what`, as lines; owned strings. */
GPtrArray *iov_lines (const GPtrArray *reasons, unsigned what);
/*
 * Why this virtual function cannot be given to a namespace VM, or to a guest
 * of QEMU: `what` is IOV_STOPS_NAMESPACE or IOV_STOPS_GUEST, | IOV_STOPS_PAIR
 * when it is to be paired with the software adapter.
 */
GPtrArray *iov_reasons_vf (const char *root, guint vf, const sysfs_vf *v,
			   unsigned what);
/*
 * What is missing inside the guest that holds the virtual function: its
 * process has these arguments, which stand in the file `where` (proc_args).
 */
GPtrArray *iov_reasons_guest (const char *where, const char *args, gsize len,
			      guint vf, const sysfs_vf *v);

/* ---- between the files of this folder ---- */

/*
 * Evidence: a path as the host names it, "/sys/…", and what is there: its
 * first line, the target of a link, "a folder", or a text of one's own.
 */
#define IOV_MISSING NULL
void iov_add (GPtrArray *out, iov_kind kind, const char *path,
	      const char *content, const char *problem, ...)
	      G_GNUC_PRINTF (5, 6);
void iov_reasons_of_slot (const char *root, const char *nic, GPtrArray *out);
void iov_reasons_of_machine (const char *root, GPtrArray *out);
/* Is there no adapter at all that has it? */
void iov_reasons_of_adapters (const char *root, GPtrArray *out);
/* "/sys/" and the rest, owned. */
char *iov_sys_path (const char *format, ...) G_GNUC_PRINTF (1, 2);

#endif

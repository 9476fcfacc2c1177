/*
 * sysfs.h - the only room that knows sysfs and procfs. `root` is the host's
 * sysfs folder ("/sys", a lab's own mount, or a faked tree in tests).
 */
#ifndef VMNET_KERNEL_SYSFS_H
#define VMNET_KERNEL_SYSFS_H

#include "vmnet.h"

/* One line, stripped; NULL when there is none. */
char *sysfs_read (const char *root, const char *path);
/* On failure errno tells what the kernel said. */
gboolean sysfs_write (const char *root, const char *path, const char *text,
		      GError **error);
gboolean sysfs_exists (const char *root, const char *path);
/* Last part of a link's target: the driver, the bus. NULL: no link. Owned. */
char *sysfs_link_name (const char *root, const char *path);
/* A folder without entries, or none at all. */
gboolean sysfs_is_empty (const char *root, const char *path);

/* SR-IOV of a network device: class/net/NIC/device/sriov_*. -1: has none. */
int sysfs_sriov_total (const char *root, const char *nic);
int sysfs_sriov_count (const char *root, const char *nic);
/* Goes by way of 0 where there are others already: VMs lose those. */
gboolean sysfs_sriov_set (const char *root, const char *nic, int count,
			  GError **error);
/* Whether drivers take virtual functions when these are made. */
gboolean sysfs_sriov_autoprobe (const char *root, const char *nic,
				gboolean on, GError **error);

/* Is there an IOMMU that the kernel uses? */
gboolean sysfs_has_iommu (const char *root);

/* One virtual function, as a PCI device. */
typedef struct {
	char *address;		/* "0000:02:10.0" */
	char *driver;		/* "igbvf", "vfio-pci"; NULL: none has it */
	char *group;		/* IOMMU group "17"; NULL: no IOMMU */
	char *interface;	/* its adapter; NULL: none, or not in the
				 * network namespace that `root` shows */
	gboolean bus_master;	/* a driver, here or in a guest, runs it */
} sysfs_vf;
/* By their numbers; sysfs_vf *. Empty: none have been made. */
GPtrArray *sysfs_vfs (const char *root, const char *nic);
/* Both owned; NULL: no PCI device, no driver. */
char *sysfs_pci_address (const char *root, const char *nic);
char *sysfs_pci_driver (const char *root, const char *address);
gboolean sysfs_pci_unbind (const char *root, const char *address,
			   GError **error);	/* from whatever has it */
/* `driver` NULL: the one that knows such a card. */
gboolean sysfs_pci_bind (const char *root, const char *address,
			 const char *driver, GError **error);

/*
 * Kernel threads whose names begin with `prefix`, for whoever asks again and
 * again: the first call reads all of /proc, the next ones only what is new.
 */
typedef struct proc_scan proc_scan;
typedef struct { int pid; char *name; gint64 time; /* ns */ } proc_thread;
proc_scan *proc_scan_new (const char *prefix);
void proc_scan_free (proc_scan *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (proc_scan, proc_scan_free)
GPtrArray *proc_scan_threads (proc_scan *s);		/* proc_thread * */
/* Processor time of a process or kernel thread, ns; -1: it is gone. */
gint64 proc_time (int pid);

/*
 * A process is known again by pid and start time, so that a number that was
 * given away anew is not taken for it.
 */
guint64 proc_start_time (int pid);	/* clock ticks; 0: gone, or a zombie */
char *proc_name (int pid);		/* comm, new; NULL: it is gone */
/* A process's arguments, NUL between them, new; NULL: it is gone. `where`,
 * owned: the file that holds them. */
char *proc_args (int pid, gsize *len, char **where);
char *proc_cwd (int pid);		/* its folder; new, or NULL */
gboolean proc_has_variable (int pid, const char *variable);	/* environ */
char *proc_variable (int pid, const char *variable);	/* new, or NULL */
/* Pids (int) of those whose first thread is in the namespace, unsorted. */
GArray *proc_in_netns (int netns);

/* Packet scheduler ticks a second, in which tc counts bursts. */
double proc_psched_ticks (void);

/*
 * Guests: processes that hold a tap (fdinfo of /dev/net/tun), one for each
 * tap. `guest`: QEMU's -name, or "PROGRAM-PID" where there is none. Other
 * users' processes are seen by root only.
 */
typedef struct { int pid; char *guest; char *interface; } proc_guest;
/* Those in the caller's network namespace: a lab's are not the machine's. */
GPtrArray *proc_guests (void);			/* proc_guest * */
/* The same for processes that hold a VFIO group, by which a guest has a PCI
 * device; `interface` is the group's number then, "17". */
GPtrArray *proc_vfio_guests (void);
void proc_guest_free (proc_guest *g);
/* The guest's name in a process's arguments (NUL between them), or NULL. */
char *proc_guest_name (const char *args, gsize len);
/* Does a process have that VFIO group open, so the device in it? */
gboolean proc_holds_vfio (const char *group);
int proc_processors (void);			/* online */
/* What tells this machine, till its next boot, from all others; owned; "": the
 * kernel does not say. */
char *proc_boot_id (void);

/*
 * hurry.c: from begin to end the kernel asks all processors instead of waiting
 * for packets in flight. NULL: it cannot be told so, or is told already; `end`
 * takes NULL, and frees. The end of the process ends it, too.
 */
typedef struct kernel_hurry kernel_hurry;
kernel_hurry *kernel_hurry_begin (const char *sysfs_root);
void kernel_hurry_end (kernel_hurry *h);

/* net/… under the caller's own /proc/sys, e.g. "ipv6/conf/x/accept_dad". */
gboolean sysctl_net_write (const char *key, const char *value, GError **error);
/* Its value without the end of line, owned by the caller; NULL: not there. */
char *sysctl_net_read (const char *key);

/* A process of that name (15 bytes at most); 0: none that is to be seen. */
int proc_named (const char *name);

#endif

/*
 * sysfs.h - the only room that knows sysfs and procfs. `root` is the host's
 * sysfs folder ("/sys", a lab's own mount, or a faked tree in tests).
 */
#ifndef VMNET_KERNEL_SYSFS_H
#define VMNET_KERNEL_SYSFS_H

#include "vmnet.h"

/* One line, stripped; NULL when there is none. */
char *sysfs_read (const char *root, const char *path);
gboolean sysfs_write (const char *root, const char *path, const char *text,
		      GError **error);

/* SR-IOV of a network device: class/net/NIC/device/sriov_*. -1: has none. */
int sysfs_sriov_total (const char *root, const char *nic);
int sysfs_sriov_count (const char *root, const char *nic);
gboolean sysfs_sriov_set (const char *root, const char *nic, int count,
			  GError **error);
/* Every reason why there is none, most basic first; empty: there is. */
GPtrArray *sysfs_sriov_reasons (const char *root, const char *nic);

/* Processor time of a kernel thread by name prefix, ns; -1: no such one. */
gint64 proc_thread_time (const char *name, int *pid_out);

/* Guests: processes that hold a tap (fdinfo of /dev/net/tun). */
typedef struct { int pid; char *guest; char *interface; } proc_guest;
GPtrArray *proc_guests (void);			/* proc_guest * */
void proc_guest_free (proc_guest *g);
int proc_processors (void);			/* online */

/* net/… under the caller's own /proc/sys, e.g. "ipv6/conf/x/accept_dad". */
gboolean sysctl_net_write (const char *key, const char *value, GError **error);

#endif

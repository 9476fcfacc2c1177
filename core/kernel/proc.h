/* proc.h - reading procfs, shared by proc.c and proc_process.c only. */
#ifndef VMNET_KERNEL_PROC_H
#define VMNET_KERNEL_PROC_H

#include <sys/stat.h>

#include "sysfs.h"

/* Contents of /proc/PID/FILE, new; procfs gives no size beforehand. */
char *proc_read (int pid, const char *file, gsize *len);
/* Entries of a folder that are numbers: processes, descriptors; int. */
GArray *proc_numbers (const char *path);
/* Field `n` of stat, from 3 on: behind the name, which may hold blanks. */
gboolean proc_stat_field (const char *stat, int n, guint64 *out);

/* `ns`: of a network namespace. */
gboolean proc_is_in_netns (int pid, const struct stat *ns);

#endif

/* proc.h - reading procfs, shared by proc.c and proc_process.c only. */
#ifndef VMNET_KERNEL_PROC_H
#define VMNET_KERNEL_PROC_H

#include "sysfs.h"

/* Contents of /proc/PID/FILE, new; procfs gives no size beforehand. */
char *proc_read (int pid, const char *file, gsize *len);
/* Entries of a folder that are numbers: processes, descriptors; int. */
GArray *proc_numbers (const char *path);
/* Field `n` of stat, from 3 on: behind the name, which may hold blanks. */
gboolean proc_stat_field (const char *stat, int n, guint64 *out);

#endif

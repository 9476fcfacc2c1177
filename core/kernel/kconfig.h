/* kconfig.h - what the kernel was built with. Called by iov/. */
#ifndef VMNET_KERNEL_KCONFIG_H
#define VMNET_KERNEL_KCONFIG_H

#include <glib.h>

/*
 * "CONFIG_PCI_IOV" of the kernel that `root` (see sysfs.h) belongs to: 1 yes
 * or a module, 0 no, -1 when it tells nowhere. `where`, owned: the file.
 */
int kconfig_option (const char *root, const char *option, char **where);
/*
 * Where the files of that kernel begin ("proc/…", "boot/…"): "/", or the
 * faked tree itself.
 */
const char *kconfig_files_of (const char *root);

#endif

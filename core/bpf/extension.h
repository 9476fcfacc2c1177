/*
 * extension.h - the objects of third parties that extend a switch: which are
 * installed, what they say of themselves, whether the kernel would take them.
 * Called by plan/extension.c, edits and view/extension.c; chain.h puts them to
 * work.
 */
#ifndef VMNET_BPF_EXTENSION_H
#define VMNET_BPF_EXTENSION_H

#include "bpf/datapath.h"

/*
 * What an object file says of itself; never NULL. Nothing is loaded; `problem`
 * tells what is wrong with the file or its description.
 */
vmnet_switchext *datapath_extension_read (const char *path);
/*
 * All that are in the folders (NULL-terminated), in the order of their names:
 * vmnet_switchext *, owned. Of two with one name that in the earlier folder.
 */
GPtrArray *datapath_extensions_installed (const char *const *folders);
/*
 * Would the kernel take it? Its verifier looks at the program as a socket
 * filter, which can only read the frame; nothing stays. VMNET_ERROR_INVALID
 * with the verifier's last words.
 */
gboolean datapath_extension_check (const vmnet_switchext *x, GError **error);

#endif

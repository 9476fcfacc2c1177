/*
 * netsh.h - what may come next in a netsh command, for completion.
 */
#ifndef SH_NETSH_H
#define SH_NETSH_H

#include <glib.h>

/*
 * `words` (NULL-terminated): those behind "netsh", the last one half written.
 * Pairs of word and line of help, owned strings; g_ptr_array_unref.
 */
GPtrArray *netsh_next (const char *const *words);

#endif

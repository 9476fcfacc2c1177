/*
 * netsh.h - netsh for the prompt: contexts, and what may come next.
 */
#ifndef SH_NETSH_H
#define SH_NETSH_H

#include <glib.h>

/*
 * `words` (NULL-terminated): those behind "netsh", the last one half written.
 * Pairs of word and line of help, owned strings; g_ptr_array_unref.
 */
GPtrArray *netsh_next (const char *const *words);

/*
 * A line of the prompt in a context: NULL is none, "" netsh itself, else
 * "trace", "vmswitch", …. Returns what is to be run, owned; or NULL when the
 * line only moved to another context (`netsh`, `trace`, `..`, `bye`).
 */
char *netsh_line (char **context, const char *line);
/* The line as netsh's, for completion; owned, or NULL: an ordinary line. */
char *netsh_full_line (const char *context, const char *line);

#endif

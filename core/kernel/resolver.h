/*
 * resolver.h - who is asked for names: systemd-resolved, which has name servers
 * for each interface, or the file resolv.conf, which has them for all. In the
 * file those of an interface stand below a line that names it; servers that
 * were there before are kept as comments as long as an interface has its own.
 * Called by plan/ and view/.
 */
#ifndef VMNET_KERNEL_RESOLVER_H
#define VMNET_KERNEL_RESOLVER_H

#include <glib.h>

/* The servers of one interface; `interface` NULL: those of the system. */
typedef struct {
	char *interface;
	GPtrArray *servers;	/* char * */
} resolver_entry;

/* Is systemd-resolved running, and resolvectl there to tell it? */
gboolean resolver_is_resolved (void);

/* resolver_entry *, of that interface or of all (NULL). */
GPtrArray *resolver_ask (const char *interface, GError **error);
/* An empty list: those that it had by itself again. */
gboolean resolver_tell (const char *interface, const char *const *servers,
			GError **error);

/* The file's text (maybe empty) as entries, and text with those of `entries`
 * (interface not NULL) in their place; owned. */
GPtrArray *resolver_parse (const char *text);
char *resolver_text (const char *text, const GPtrArray *entries);
resolver_entry *resolver_entry_new (const char *interface);
/* The one of that interface, not owned, or NULL. */
const resolver_entry *resolver_of (const GPtrArray *entries,
				   const char *interface);
GPtrArray *resolver_entries (void);	/* an empty array of them */

/* The file as a whole; a missing one is "". */
char *resolver_read (const char *path, GError **error);
/* In place where something is mounted there, else replaced as a whole. */
gboolean resolver_write (const char *path, const char *text, GError **error);
/* FALSE with error: the file is a link to one that another program writes;
 * `own`: it must be one that is mounted there, too. */
gboolean resolver_writable (const char *path, gboolean own, GError **error);

#endif

/*
 * paste.h - bracketed paste: what was pasted, cut into statements. Used by
 * edit.c; pure text but for paste_read.
 */
#ifndef EDIT_PASTE_H
#define EDIT_PASTE_H

#include <glib.h>

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define PASTE_START "\033[200~"
#define PASTE_END "\033[201~"

/* What stands between PASTE_START, which was read, and PASTE_END: with the
 * terminal's carriage returns as new lines. Owned. */
char *paste_read (int fd);
/*
 * The next statement of `text` from *at, whole lines of it; moves *at behind
 * it and counts its lines to *line. NULL: the end, or an unfinished line,
 * where *at stands. Owned.
 */
char *paste_next (const char *text, gsize *at, guint *line);

#endif

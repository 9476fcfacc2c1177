/*
 * history.h - where the user's lines are kept, and which. Used by edit.c.
 */
#ifndef EDIT_HISTORY_H
#define EDIT_HISTORY_H

#include <glib.h>

/* XDG_STATE_HOME/vmnetsh/history, in a folder that only the user can read; its
 * folder is made. Owned; NULL: nowhere to keep it. */
char *edit_history_path (void);
/* Not kept: blank lines, those that begin with a blank, those that look as if
 * they hold a secret. */
gboolean edit_history_wants (const char *statement);

#endif

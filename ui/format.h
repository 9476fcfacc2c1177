/*
 * format.h - figures as short text, always at most UI_FIGURE columns, so that
 * columns of a table never move. Called by the views.
 */
#ifndef UI_FORMAT_H
#define UI_FORMAT_H

#include <glib.h>

#define UI_FIGURE 6

/* A figure that may not be known, and why it is not. */
typedef enum {
	UI_NONE,	/* not given, or nothing that could be measured */
	UI_FIRST,	/* needs a second sample */
	UI_STALE,	/* the last known one: sampling failed since */
	UI_KNOWN,
} ui_state;

typedef struct { ui_state state; double v; } ui_figure;

typedef struct { char s[16]; } ui_text;

/* Three digits and a decimal multiple: "0", "7.50k", "131M", "1.20T". */
ui_text ui_format_count (double v);
/* A rate of `bits` per second, as bits or (when `bytes`) as bytes. */
ui_text ui_format_rate (double bits, gboolean bytes);
ui_text ui_format_percent (double v);
ui_text ui_format_duration (gint64 seconds);	/* "1:02:03", "4d 02h" */

#endif

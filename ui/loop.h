/*
 * loop.h - runs the dashboard: at the terminal, or as one frame of text.
 * Called by dashboard.c.
 */
#ifndef UI_LOOP_H
#define UI_LOOP_H

#include "app.h"

/* Until the user or a signal ends it; the terminal is restored. */
gboolean ui_loop_terminal (ui_app *a, gboolean ascii, gboolean mono,
			   GError **error);
/* Two samples half a second apart, so that there are rates; then a frame of
 * w x h on standard output. */
gboolean ui_loop_once (ui_app *a, int w, int h, gboolean ascii,
		       GError **error);

#endif

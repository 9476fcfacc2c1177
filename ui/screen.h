/*
 * screen.h - the terminal as a place for canvases and a source of keys.
 * screen_curses.c is the only file that knows curses. Called by loop.c.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "canvas.h"

/*
 * Takes the terminal of standard input and output; there is one. It is given
 * back by ui_screen_close, and when the process dies of a fault or an abort.
 */
gboolean ui_screen_open (gboolean mono, GError **error);
void ui_screen_close (void);
void ui_screen_size (int *w, int *h);	/* asked of the terminal */
void ui_screen_show (const ui_canvas *c);
/* Everything is sent again with the next ui_screen_show. */
void ui_screen_forget (void);
/* Gives the terminal back, stops the job, takes the terminal again. */
void ui_screen_suspend (void);
int ui_screen_key (void);		/* see keys.h; -1: none waits */

#endif

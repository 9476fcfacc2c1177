/*
 * app.h - the dashboard without a terminal: keys and samples go in, frames on
 * a canvas come out. Driven by loop.c and by the tests.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include "keys.h"
#include "view.h"

typedef enum {
	UI_APP_STAY,
	UI_APP_QUIT,
	UI_APP_REDRAW,		/* the whole screen, from nothing */
	UI_APP_SUSPEND,
} ui_app_wish;

typedef struct {
	ui_model *model;
	ui_source *source;	/* owned */
	ui_context x;
	int view;		/* index into ui_views */
	ui_table tables[UI_N_VIEWS];
	gboolean help;
	int help_top;		/* first line of it that is shown */
	GString *typing;	/* the filter being typed; NULL: none is */
	double interval;	/* seconds */
	gboolean batch;		/* printed as text: nothing about keys */
	int w, h;		/* of the last layout */
} ui_app;

/* Takes `source` over. */
ui_app *ui_app_new (ui_source *source, const ui_view *first,
		    double interval);
void ui_app_free (ui_app *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ui_app, ui_app_free)

void ui_app_resize (ui_app *a, int w, int h);
void ui_app_sample (ui_app *a);
ui_app_wish ui_app_key (ui_app *a, int key);
/* Draws a frame of the canvas's size, which must be that of ui_app_resize;
 * changes nothing of the dashboard. */
void ui_app_draw (const ui_app *a, ui_canvas *c);

/* help.c: the overlay; its line count is for scrolling. */
int ui_help_lines (const ui_view *view);
void ui_help_draw (const ui_view *view, int top, ui_canvas *c);

#endif

/*
 * view.h - a view of the dashboard: which rows its list has, and what is
 * drawn around the list. A view only reads what was sampled. To add one: a
 * file view_NAME.c with a constant ui_view, and a line in views.c.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "graph.h"
#include "table.h"

typedef struct {
	const char *name;	/* for -View: "ports" */
	const char *title;	/* in the bar on top */
	int key;		/* shows it */
	const char *text;	/* one line for the help overlay */
	const ui_table_class *table;
	/* New array of the rows that are shown; elements not owned. */
	GPtrArray *(*rows) (const ui_context *x);
	/* Where the list is within the body. */
	ui_rect (*area) (const ui_context *x, ui_rect body);
	/* Everything but the list. */
	void (*draw) (const ui_context *x, const ui_table *t, ui_canvas *c,
		      ui_rect body);
} ui_view;

extern const ui_view ui_view_ports, ui_view_queues, ui_view_traces;
extern const ui_view *const ui_views[];		/* NULL-terminated */
#define UI_N_VIEWS 3

const ui_view *ui_view_find (const char *name);	/* NULL: there is none */

/* The switches, as the upper part of a body; height 0 where it is small. */
int ui_switches_height (const ui_context *x, ui_rect body);
void ui_switches_draw (const ui_context *x, ui_canvas *c, ui_rect at);

/* A ruler with a text in it. */
void ui_rule (ui_canvas *c, int x, int y, int w, const char *text);
/* "name value" pairs in a line: draws one, returns where the next begins. */
int ui_pair (ui_canvas *c, int x, int y, int end, const char *name,
	     ui_style style, const char *value);

#endif

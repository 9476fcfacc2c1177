/*
 * table.h - the list that every view is built around: columns that fit the
 * width, sorting, a filter, a cursor that stays on its row by identity.
 * Arranged after a sample, a key or a resize; drawing changes nothing.
 */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include "canvas.h"
#include "model.h"

/* What a view draws from. */
typedef struct {
	const ui_model *m;
	gboolean bytes;		/* rates in bytes instead of bits */
	gboolean detail;	/* show more about the selected row */
	gboolean drops_only;	/* of a trace */
} ui_context;

typedef enum {
	UI_COL_TEXT, UI_COL_RATE, UI_COL_COUNT, UI_COL_PERCENT, UI_COL_DRAWN,
} ui_column_kind;

typedef struct ui_table ui_table;

typedef struct {
	const char *title;
	const char *text;	/* one line for the help overlay */
	ui_column_kind kind;
	int min, max;		/* columns of the screen */
	int rank;		/* 0 stays; the highest goes first */
	gboolean right;		/* a UI_COL_DRAWN that draws figures */
	/* What rows are sorted by, and shown unless UI_COL_DRAWN; one of: */
	const char *(*label) (const ui_context *x, gconstpointer row);
	double (*number) (const ui_context *x, gconstpointer row);
	/* Of a UI_COL_DRAWN; `at` is one line high. */
	void (*draw) (const ui_context *x, const ui_table *t, ui_canvas *c,
		      ui_rect at, gconstpointer row);
	void (*draw_title) (const ui_context *x, const ui_table *t,
			    ui_canvas *c, ui_rect at);
	ui_style style;
} ui_column;

typedef struct {
	const ui_column *columns;
	guint n_columns;
	int sort;		/* column at the start */
	gboolean invert;	/* and that way round */
	gboolean follow;	/* in that order, stay on the last row */
	const char *empty;	/* what is said when there are no rows */
	/* Identity of a row, in `buf` or living as long as the row. */
	const char *(*key) (gconstpointer row, char buf[32]);
	/* History of the row, or NULL. */
	const ui_track *(*track) (const ui_context *x, gconstpointer row);
	/* The texts that a filter looks at, at most 4. */
	guint (*texts) (gconstpointer row, const char *out[4]);
	/* Style of the whole row; NULL: the columns' own. */
	ui_style (*row_style) (const ui_context *x, gconstpointer row);
} ui_table_class;

struct ui_table {
	const ui_table_class *class;
	int sort;
	gboolean invert;
	gboolean follow;
	char *selected;		/* key; NULL: none yet */
	char *filter;		/* folded; NULL: none */
	int cursor, top;	/* row numbers */
	int page;		/* rows that fit */
	int left;		/* columns scrolled out on the left */
	GPtrArray *rows;	/* in order, filtered; not owned */
	guint total;		/* before the filter */
	ui_sample *of;		/* keeps the rows alive */
};

#define UI_MAX_COLUMNS 16
/* Where each column is: width 0 where it has no room. */
typedef struct { int x[UI_MAX_COLUMNS], w[UI_MAX_COLUMNS]; } ui_fit;

void ui_table_init (ui_table *t, const ui_table_class *class);
void ui_table_clear (ui_table *t);
/*
 * `rows` (taken over): all rows of the sample that is shown, in their order.
 * `h`: lines for title and rows.
 */
void ui_table_arrange (ui_table *t, const ui_context *x, GPtrArray *rows,
		       int h);
void ui_table_move (ui_table *t, int by);
void ui_table_scroll (ui_table *t, int by);	/* sideways */
void ui_table_sort_next (ui_table *t, int by);
void ui_table_set_filter (ui_table *t, const char *text); /* NULL: none */
gconstpointer ui_table_selected (const ui_table *t);	/* NULL: none */
ui_fit ui_table_fit (const ui_table *t, int x, int w);
void ui_table_draw (const ui_table *t, const ui_context *x, ui_canvas *c,
		    ui_rect area);

/* A figure, or why there is none, right aligned. */
void ui_put_figure (ui_canvas *c, ui_rect at, ui_style style, ui_figure f,
		    ui_column_kind kind, gboolean bytes);

#endif

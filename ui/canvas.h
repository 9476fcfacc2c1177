/*
 * canvas.h - a grid of W x H character cells that every view draws on. One
 * back end prints it as text (loop.c, -Once), one puts it into curses
 * (screen_curses.c); tests compare it with golden frames. Everything that is
 * drawn is clipped; no coordinate is out of range.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <glib.h>

/* What a cell means; the terminal back end decides how that looks. */
typedef enum {
	UI_NORMAL,
	UI_DIM,			/* secondary, stale, axis */
	UI_STRONG,		/* names */
	UI_TITLE,		/* the bar on top */
	UI_TITLE_ON,		/* the view in it that is shown */
	UI_HEAD,		/* column titles */
	UI_HEAD_SORT,		/* the title that rows are sorted by */
	UI_RULE,		/* frames and rulers */
	UI_KEY,			/* a key's name in help and bottom line */
	UI_ACCENT,		/* outbound; sparklines */
	UI_ACCENT2,		/* inbound */
	UI_GOOD,
	UI_WARN,
	UI_BAD,
	UI_TRACK,		/* the empty part of a bar */
	UI_HEAT0, UI_HEAT1, UI_HEAT2, UI_HEAT3, UI_HEAT4, /* load, rising */
	UI_N_STYLES
} ui_style;

#define UI_SELECTED 0x80	/* or-ed to a style: the row under the cursor */

typedef struct {
	gunichar ch;		/* 0: the right half of a wide character */
	gunichar mark;		/* one combining mark; 0: none */
	guint8 style;		/* ui_style, maybe | UI_SELECTED */
} ui_cell;

typedef struct {
	int w, h;
	gboolean ascii;		/* only 7-bit characters are drawn */
	ui_cell *cells;		/* h rows of w */
} ui_canvas;

typedef struct { int x, y, w, h; } ui_rect;

/* Sizes below 1 count as 1. Free with ui_canvas_free; NULL is fine there. */
ui_canvas *ui_canvas_new (int w, int h, gboolean ascii);
void ui_canvas_resize (ui_canvas *c, int w, int h);	/* clears */
void ui_canvas_clear (ui_canvas *c);
void ui_canvas_free (ui_canvas *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ui_canvas, ui_canvas_free)

/* NULL outside. */
const ui_cell *ui_canvas_at (const ui_canvas *c, int x, int y);

/* Columns that a character or a text takes: 0, 1 or 2 a character. */
int ui_char_width (gunichar ch);
int ui_text_width (const char *text);

/* One character; a wide one that does not fit is drawn as a blank. */
void ui_put_char (ui_canvas *c, int x, int y, ui_style style, gunichar ch);
/*
 * Text (NULL: nothing) in at most `width` columns; what is longer ends in an
 * ellipsis. Control characters and broken UTF-8 are shown as '?', so that a
 * name cannot speak to the terminal. Returns the columns used.
 */
int ui_put (ui_canvas *c, int x, int y, int width, ui_style style,
	    const char *text);
int ui_put_right (ui_canvas *c, int x, int y, int width, ui_style style,
		  const char *text);
int ui_putf (ui_canvas *c, int x, int y, int width, ui_style style,
	     const char *format, ...) G_GNUC_PRINTF (6, 7);
void ui_fill (ui_canvas *c, ui_rect r, ui_style style, gunichar ch);
/* Marks the cells of a row as selected. */
void ui_select (ui_canvas *c, int x, int y, int width);

/* A glyph by meaning: its UTF-8 or its ASCII form. */
typedef enum {
	UI_G_HLINE, UI_G_VLINE, UI_G_CORNER_TL, UI_G_CORNER_TR,
	UI_G_CORNER_BL, UI_G_CORNER_BR,
	UI_G_FLOOR,		/* mark of a floor on a bar */
	UI_G_FLOOR_ASKED,	/* asked, but not what was programmed */
	UI_G_CAP,		/* mark of a cap on a bar */
	UI_G_TRACK,		/* empty part of a bar */
	UI_G_DOT, UI_G_CROSS, UI_G_IN, UI_G_OUT, UI_G_UP, UI_G_DOWN,
	UI_G_ELLIPSIS, UI_G_DIFFERS, UI_G_NEW, UI_G_BULLET, UI_G_DASH,
	UI_N_GLYPHS
} ui_glyph;

gunichar ui_glyph_char (const ui_canvas *c, ui_glyph g);
void ui_put_glyph (ui_canvas *c, int x, int y, ui_style style, ui_glyph g);

/* h lines, trailing blanks cut, each with its line feed; owned. */
char *ui_canvas_text (const ui_canvas *c);
/* The same with one letter for each cell's style (upper case: selected). */
char *ui_canvas_styles (const ui_canvas *c);

#endif

/*
 * canvas.c - the grid of cells that views draw on; see canvas.h.
 */
#include "canvas.h"

#include <string.h>

#define REPLACEMENT '?'

static void
blank_row_part (ui_cell *cell, int n)
{
	for (int i = 0; i < n; i++)
		cell[i] = (ui_cell) { ' ', 0, UI_NORMAL };
}

void
ui_canvas_clear (ui_canvas *c)
{
	blank_row_part (c->cells, c->w * c->h);
}

void
ui_canvas_resize (ui_canvas *c, int w, int h)
{
	c->w = MAX (w, 1);
	c->h = MAX (h, 1);
	c->cells = g_renew (ui_cell, c->cells, (gsize) c->w * c->h);
	ui_canvas_clear (c);
}

ui_canvas *
ui_canvas_new (int w, int h, gboolean ascii)
{
	ui_canvas *c = g_new0 (ui_canvas, 1);

	c->ascii = ascii;
	ui_canvas_resize (c, w, h);
	return c;
}

void
ui_canvas_free (ui_canvas *c)
{
	if (c == NULL)
		return;
	g_free (c->cells);
	g_free (c);
}

static ui_cell *
cell_at (const ui_canvas *c, int x, int y)
{
	if (x < 0 || y < 0 || x >= c->w || y >= c->h)
		return NULL;
	return &c->cells[(gsize) y * c->w + x];
}

const ui_cell *
ui_canvas_at (const ui_canvas *c, int x, int y)
{
	return cell_at (c, x, y);
}

int
ui_char_width (gunichar ch)
{
	if (ch < 0x300)
		return 1;
	if (g_unichar_iszerowidth (ch))
		return 0;
	return g_unichar_iswide (ch) ? 2 : 1;
}

/*
 * The next character of `text` as it will be shown; 0 at the end. Bytes that
 * are no UTF-8 and control characters become one '?' each.
 */
static gunichar
next_char (const char **text)
{
	gunichar ch;

	if (**text == '\0')
		return 0;
	ch = g_utf8_get_char_validated (*text, -1);
	if (ch == (gunichar) -1 || ch == (gunichar) -2) {
		(*text)++;
		return REPLACEMENT;
	}
	*text = g_utf8_next_char (*text);
	return g_unichar_iscntrl (ch) ? REPLACEMENT : ch;
}

int
ui_text_width (const char *text)
{
	int n = 0;
	gunichar ch;

	while (text && (ch = next_char (&text)) != 0)
		n += ui_char_width (ch);
	return n;
}

/* Whoever overwrites one half of a wide character blanks the other. */
static void
break_wide (ui_canvas *c, int x, int y)
{
	ui_cell *at = cell_at (c, x, y), *next = cell_at (c, x + 1, y);

	if (at && at->ch == 0 && x > 0)
		at[-1].ch = ' ', at[-1].mark = 0;
	if (next && next->ch == 0)
		next->ch = ' ';
}

void
ui_put_char (ui_canvas *c, int x, int y, ui_style style, gunichar ch)
{
	ui_cell *cell = cell_at (c, x, y);
	int width = ui_char_width (ch);

	if (cell == NULL || width == 0)
		return;
	break_wide (c, x, y);
	if (c->ascii && ch > 0x7e)
		ch = REPLACEMENT;
	*cell = (ui_cell) { ch, 0, style };
	if (width == 1)
		return;
	if (x + 1 >= c->w) {
		cell->ch = ' ';
		return;
	}
	break_wide (c, x + 1, y);
	cell[1] = (ui_cell) { c->ascii ? ' ' : 0, 0, style };
}

/* A combining mark joins the character before it; others are not drawn. */
static void
put_mark (ui_canvas *c, int x, int y, gunichar ch)
{
	ui_cell *cell = cell_at (c, x - 1, y);

	if (cell && cell->ch == 0)
		cell = cell_at (c, x - 2, y);
	if (cell && cell->mark == 0 && !c->ascii && g_unichar_ismark (ch))
		cell->mark = ch;
}

int
ui_put (ui_canvas *c, int x, int y, int width, ui_style style,
	const char *text)
{
	int used = 0, whole = text ? ui_text_width (text) : 0;
	int room = whole > width ? width - 1 : width;
	gunichar ch;

	if (text == NULL || width <= 0)
		return 0;
	while ((ch = next_char (&text)) != 0) {
		int n = ui_char_width (ch);

		if (used + n > room)
			break;
		if (n == 0 && used > 0)
			put_mark (c, x + used, y, ch);
		else
			ui_put_char (c, x + used, y, style, ch);
		used += n;
	}
	if (whole > width)
		ui_put_glyph (c, x + used++, y, style, UI_G_ELLIPSIS);
	return used;
}

int
ui_put_right (ui_canvas *c, int x, int y, int width, ui_style style,
	      const char *text)
{
	int n = MIN (text ? ui_text_width (text) : 0, width);

	return ui_put (c, x + width - n, y, n, style, text);
}

int
ui_putf (ui_canvas *c, int x, int y, int width, ui_style style,
	 const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start (ap, format);
	text = g_strdup_vprintf (format, ap);
	va_end (ap);
	return ui_put (c, x, y, width, style, text);
}

void
ui_fill (ui_canvas *c, ui_rect r, ui_style style, gunichar ch)
{
	int x2 = MIN (r.x + r.w, c->w), y2 = MIN (r.y + r.h, c->h);

	for (int y = MAX (r.y, 0); y < y2; y++)
		for (int x = MAX (r.x, 0); x < x2; x++)
			ui_put_char (c, x, y, style, ch);
}

void
ui_select (ui_canvas *c, int x, int y, int width)
{
	for (int i = 0; i < width; i++) {
		ui_cell *cell = cell_at (c, x + i, y);

		if (cell)
			cell->style |= UI_SELECTED;
	}
}

static const struct { gunichar utf8; char ascii; } glyphs[UI_N_GLYPHS] = {
	[UI_G_HLINE] = { 0x2500, '-' },
	[UI_G_VLINE] = { 0x2502, '|' },
	[UI_G_CORNER_TL] = { 0x256d, '+' },
	[UI_G_CORNER_TR] = { 0x256e, '+' },
	[UI_G_CORNER_BL] = { 0x2570, '+' },
	[UI_G_CORNER_BR] = { 0x256f, '+' },
	[UI_G_FLOOR] = { 0x2503, '|' },
	[UI_G_FLOOR_ASKED] = { 0x250a, ':' },
	[UI_G_CAP] = { 0x2595, ']' },
	[UI_G_TRACK] = { 0x2500, '-' },
	[UI_G_DOT] = { 0x00b7, '.' },
	[UI_G_CROSS] = { 0x2717, 'x' },
	[UI_G_IN] = { 0x2190, '<' },
	[UI_G_OUT] = { 0x2192, '>' },
	[UI_G_UP] = { 0x25b2, '^' },
	[UI_G_DOWN] = { 0x25bc, 'v' },
	[UI_G_ELLIPSIS] = { 0x2026, '~' },
	[UI_G_DIFFERS] = { 0x2260, '!' },
	[UI_G_NEW] = { 0x002b, '+' },
	[UI_G_BULLET] = { 0x25cf, '*' },
	[UI_G_DASH] = { 0x2013, '-' },
};

gunichar
ui_glyph_char (const ui_canvas *c, ui_glyph g)
{
	return c->ascii ? (gunichar) glyphs[g].ascii : glyphs[g].utf8;
}

void
ui_put_glyph (ui_canvas *c, int x, int y, ui_style style, ui_glyph g)
{
	ui_put_char (c, x, y, style, ui_glyph_char (c, g));
}

static void
trim (GString *s, gsize from)
{
	while (s->len > from && s->str[s->len - 1] == ' ')
		g_string_truncate (s, s->len - 1);
}

char *
ui_canvas_text (const ui_canvas *c)
{
	GString *s = g_string_sized_new ((gsize) c->w * c->h + c->h);

	for (int y = 0; y < c->h; y++) {
		gsize from = s->len;

		for (int x = 0; x < c->w; x++) {
			const ui_cell *cell = cell_at (c, x, y);

			if (cell->ch)
				g_string_append_unichar (s, cell->ch);
			if (cell->mark)
				g_string_append_unichar (s, cell->mark);
		}
		trim (s, from);
		g_string_append_c (s, '\n');
	}
	return g_string_free (s, FALSE);
}

char *
ui_canvas_styles (const ui_canvas *c)
{
	static const char letters[] = " dstnhrlkoigwb-01234";
	GString *s = g_string_new (NULL);

	G_STATIC_ASSERT (sizeof letters - 1 == UI_N_STYLES);
	for (int y = 0; y < c->h; y++) {
		gsize from = s->len;

		for (int x = 0; x < c->w; x++) {
			guint8 style = cell_at (c, x, y)->style;
			char l = letters[style & ~UI_SELECTED];

			if (style & UI_SELECTED)
				l = l == ' ' ? '_' : g_ascii_toupper (l);
			g_string_append_c (s, l);
		}
		trim (s, from);
		g_string_append_c (s, '\n');
	}
	return g_string_free (s, FALSE);
}

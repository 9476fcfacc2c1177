/*
 * table.c - tables and lists as text.
 */
#include <string.h>

#include "format.h"

#define GAP 1			/* blanks between columns */
#define LEAST 5			/* cells that a cut column keeps */

typedef struct {
	GString *out;
	GPtrArray *columns;
	GPtrArray *rows;	/* of char ** with one text for each column */
	guint *widths;
	gboolean wrap;
} table;

static void
append_blanks (GString *out, guint n)
{
	for (guint i = 0; i < n; i++)
		g_string_append_c (out, ' ');
}

/* The part of `text` that fits into `width` cells; returns what follows. */
static const char *
fit (const char *text, guint width)
{
	guint used = 0;

	while (*text != '\0') {
		gunichar c = g_utf8_get_char (text);
		guint w = g_unichar_iszerowidth (c) ? 0
			: g_unichar_iswide (c) ? 2 : 1;

		if (used + w > width)
			break;
		used += w;
		text = g_utf8_next_char (text);
	}
	return text;
}

static void
append_cell (GString *out, const char *text, guint width, gboolean right,
	     gboolean last)
{
	g_autofree char *cut = NULL;
	guint have = sh_text_width (text);

	if (have > width) {
		const char *end = fit (text, width - 1);

		cut = g_strdup_printf ("%.*s…", (int) (end - text), text);
		text = cut;
		have = sh_text_width (text);
	}
	if (right)
		append_blanks (out, width - have);
	g_string_append (out, text);
	if (!right && !last)
		append_blanks (out, width - have);
	if (!last)
		append_blanks (out, GAP);
}

static void
trim_end (GString *out)
{
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate (out, out->len - 1);
}

static void
append_line (table *t, char **cells)
{
	for (guint i = 0; i < t->columns->len; i++) {
		sh_column *c = t->columns->pdata[i];

		append_cell (t->out, cells[i], t->widths[i], c->right,
			     i + 1 == t->columns->len);
	}
	trim_end (t->out);
	g_string_append_c (t->out, '\n');
}

/* -Wrap: what does not fit goes on in the next line. */
static void
append_wrapped (table *t, char **cells)
{
	guint n = t->columns->len;
	g_autofree const char **rest = g_new0 (const char *, n);
	gboolean more = TRUE;

	for (guint i = 0; i < n; i++)
		rest[i] = cells[i];
	while (more) {
		g_autofree char **line = g_new0 (char *, n + 1);

		more = FALSE;
		for (guint i = 0; i < n; i++) {
			const char *end = fit (rest[i], t->widths[i]);

			line[i] = g_strndup (rest[i], (gsize) (end
							       - rest[i]));
			rest[i] = end;
			more |= *end != '\0';
		}
		append_line (t, line);
		for (guint i = 0; i < n; i++)
			g_free (line[i]);
	}
}

static void
append_headers (table *t)
{
	guint n = t->columns->len;
	g_auto (GStrv) heads = g_new0 (char *, n + 1);
	g_auto (GStrv) lines = g_new0 (char *, n + 1);

	for (guint i = 0; i < n; i++) {
		sh_column *c = t->columns->pdata[i];

		heads[i] = g_strdup (c->heading);
		lines[i] = g_strnfill (MIN (sh_text_width (c->heading),
					    t->widths[i]), '-');
	}
	append_line (t, heads);
	append_line (t, lines);
}

/* One line each: an end of line within a cell would break the table. */
static char *
flat (char *text)
{
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	return text;
}

static void
measure (sh_interp *in, table *t, GPtrArray *values, gboolean headers)
{
	guint n = t->columns->len;

	for (guint i = 0; i < n; i++) {
		sh_column *c = t->columns->pdata[i];

		t->widths[i] = headers ? MAX (1, sh_text_width (c->heading))
			: 1;
	}
	for (guint r = 0; r < values->len && !sh_interrupted (in); r++) {
		char **cells = g_new0 (char *, n + 1);

		for (guint i = 0; i < n; i++) {
			sh_column *c = t->columns->pdata[i];
			g_autoptr (sh_value) v = sh_column_value (
				in, c, values->pdata[r]);

			cells[i] = flat (sh_cell_text (v, c->unit));
			t->widths[i] = MAX (t->widths[i],
					    sh_text_width (cells[i]));
		}
		g_ptr_array_add (t->rows, cells);
	}
	for (guint i = 0; i < n; i++) {
		sh_column *c = t->columns->pdata[i];

		if (c->width > 0)
			t->widths[i] = c->width;
	}
}

/* Takes cells from the widest column until the line fits. */
static void
narrow (table *t, guint width)
{
	guint n = t->columns->len, total = (n - 1) * GAP;

	for (guint i = 0; i < n; i++)
		total += t->widths[i];
	while (total > width) {
		guint widest = 0;

		for (guint i = 1; i < n; i++)
			if (t->widths[i] > t->widths[widest])
				widest = i;
		if (t->widths[widest] <= LEAST)
			break;
		t->widths[widest]--;
		total--;
	}
}

void
sh_table (sh_interp *in, GString *out, GPtrArray *values, GPtrArray *columns,
	  guint width, gboolean headers, gboolean wrap)
{
	g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (
		(GDestroyNotify) g_strfreev);
	g_autofree guint *widths = g_new0 (guint, columns->len + 1);
	table t = { out, columns, rows, widths, wrap };

	if (columns->len == 0)
		return;
	measure (in, &t, values, headers);
	if (width > 0)
		narrow (&t, width);
	if (headers)
		append_headers (&t);
	for (guint i = 0; i < rows->len && !sh_interrupted (in); i++) {
		if (wrap)
			append_wrapped (&t, rows->pdata[i]);
		else
			append_line (&t, rows->pdata[i]);
	}
}

static void
list_one (sh_interp *in, GString *out, sh_value *object, GPtrArray *columns,
	  guint label)
{
	for (guint i = 0; i < columns->len; i++) {
		sh_column *c = columns->pdata[i];
		g_autoptr (sh_value) v = sh_column_value (in, c, object);
		g_autofree char *text = sh_cell_text (v, c->unit);

		g_string_append (out, c->heading);
		append_blanks (out, label - sh_text_width (c->heading));
		g_string_append_printf (out, " : %s\n", text);
	}
}

void
sh_list (sh_interp *in, GString *out, GPtrArray *values, GPtrArray *columns,
	 guint width)
{
	guint label = 0;

	for (guint i = 0; i < columns->len; i++) {
		sh_column *c = columns->pdata[i];

		label = MAX (label, sh_text_width (c->heading));
	}
	for (guint i = 0; i < values->len && !sh_interrupted (in); i++) {
		if (i > 0)
			g_string_append_c (out, '\n');
		list_one (in, out, values->pdata[i], columns, label);
	}
}

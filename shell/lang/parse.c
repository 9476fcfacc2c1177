/*
 * parse.c - a source text and its tree: made, kept, positions in it, the
 * message of a syntax error.
 */
#include "parse.h"

#include <string.h>

#define SHOWN 100		/* bytes of a line before the caret */

node *
node_new (parser *ps, node_kind kind, const char *at)
{
	node *n = g_new0 (node, 1);

	n->kind = kind;
	n->at = (guint) (at - ps->s->text);
	n->end = n->at;
	g_ptr_array_add (ps->s->nodes, n);
	return n;
}

node *
node_add (node *n, node *kid)
{
	if (n->kids == NULL)
		n->kids = g_ptr_array_new ();
	g_ptr_array_add (n->kids, kid);
	return n;
}

static void
node_free (gpointer p)
{
	node *n = p;

	g_free (n->text);
	g_free (n->type);
	g_free (n->label);
	sh_unref (n->value);
	if (n->kids != NULL)
		g_ptr_array_unref (n->kids);
	g_free (n);
}

script *
script_ref (script *s)
{
	s->refs++;
	return s;
}

void
script_unref (script *s)
{
	if (s == NULL || --s->refs > 0)
		return;
	g_ptr_array_unref (s->nodes);
	g_array_unref (s->lines);
	g_free (s->text);
	g_free (s->name);
	g_free (s);
}

static script *
script_new (const char *text, const char *name)
{
	script *s = g_new0 (script, 1);
	guint start = 0;

	s->refs = 1;
	s->text = g_strdup (text);
	s->name = g_strdup (name);
	s->nodes = g_ptr_array_new_with_free_func (node_free);
	s->lines = g_array_new (FALSE, FALSE, sizeof (guint));
	g_array_append_val (s->lines, start);
	for (const char *p = s->text; (p = strchr (p, '\n')) != NULL; p++) {
		start = (guint) (p + 1 - s->text);
		g_array_append_val (s->lines, start);
	}
	return s;
}

static guint
line_of (const script *s, guint at)
{
	guint low = 0, high = s->lines->len;

	while (high - low > 1) {
		guint mid = (low + high) / 2;

		if (g_array_index (s->lines, guint, mid) <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

sh_pos
script_pos (const script *s, guint at)
{
	guint line = line_of (s, at);
	guint from = g_array_index (s->lines, guint, line);

	return (sh_pos) {
		(int) line + 1,
		(int) g_utf8_strlen (s->text + from, at - from) + 1,
	};
}

char *
script_where (const script *s, guint at)
{
	sh_pos pos = script_pos (s, at);

	return g_strdup_printf ("%s%s%d:%d", s->name ? s->name : "",
				s->name ? ":" : "", pos.line, pos.column);
}

char *
script_line (const script *s, guint at)
{
	const char *from = s->text + g_array_index (s->lines, guint,
						    line_of (s, at));

	return g_strndup (from, strcspn (from, "\r\n"));
}

/* The line with `at` in it, as much as fits, and a caret under that place. */
static char *
show_line (const script *s, guint at)
{
	guint start = g_array_index (s->lines, guint, line_of (s, at));
	const char *line = s->text + start, *here = s->text + at;
	const char *from = line, *to = here;
	GString *out = g_string_new (NULL);

	while (here - from > SHOWN)
		from = g_utf8_next_char (from);
	while (*to != '\0' && *to != '\n' && *to != '\r'
	       && to - from < 2 * SHOWN)
		to = g_utf8_next_char (to);
	g_string_append (out, from > line ? "…" : "");
	g_string_append_len (out, from, (gssize) (to - from));
	g_string_append (out, from > line ? "\n " : "\n");
	for (const char *p = from; p < here; p = g_utf8_next_char (p)) {
		gunichar c = g_utf8_get_char (p);

		g_string_append (out, c == '\t' ? "\t"
				 : g_unichar_iswide (c) ? "  " : " ");
	}
	g_string_append_c (out, '^');
	return g_string_free (out, FALSE);
}

node *
parse_fail (parser *ps, const char *at, const char *format, ...)
{
	guint offset = (guint) (MIN (at, ps->end) - ps->s->text);
	g_autofree char *what = NULL, *where = NULL, *line = NULL;
	va_list args;

	if (ps->error != NULL)
		return NULL;
	va_start (args, format);
	what = g_strdup_vprintf (format, args);
	va_end (args);
	where = script_where (ps->s, offset);
	line = show_line (ps->s, offset);
	ps->error = g_error_new (SH_ERROR, ps->incomplete
				 ? SH_ERROR_INCOMPLETE : SH_ERROR_SYNTAX,
				 "%s: %s\n%s", where, what, line);
	return NULL;
}

gboolean
parse_enter (parser *ps)
{
	if (ps->error == NULL && ++ps->depth <= PARSE_DEPTH)
		return TRUE;
	parse_fail (ps, ps->p, "nested too deeply: %d levels are the limit",
		    PARSE_DEPTH);
	return FALSE;
}

script *
script_parse (const char *text, const char *name, GError **error)
{
	g_autoptr (script) s = script_new (text, name);
	parser ps = { 0 };
	const char *bad;

	ps.s = s;
	ps.p = s->text;
	ps.end = s->text + strlen (s->text);
	if (!g_utf8_validate (s->text, -1, &bad)) {
		*(char *) bad = '\0';
		ps.end = bad;
		parse_fail (&ps, bad, "this is not UTF-8 text");
	} else {
		s->root = parse_body (&ps, '\0');
		if (ps.error == NULL && ps.p < ps.end)
			parse_fail (&ps, ps.p, "'%.*s' closes nothing",
				    g_utf8_skip[(guchar) *ps.p], ps.p);
	}
	if (ps.error != NULL) {
		g_propagate_error (error, ps.error);
		return NULL;
	}
	return g_steal_pointer (&s);
}

gboolean
sh_incomplete (const char *text)
{
	g_autoptr (GError) error = NULL;
	g_autoptr (script) s = script_parse (text, NULL, &error);

	return s == NULL &&
		g_error_matches (error, SH_ERROR, SH_ERROR_INCOMPLETE);
}

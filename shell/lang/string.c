/*
 * string.c - parses strings with their interpolation, here-strings, bare
 * words and variables.
 */
#include <string.h>

#include "interp.h"
#include "parse.h"

/* What a string is made of while it is read. */
typedef struct {
	node *n;		/* N_EXPAND */
	GString *text;		/* not yet a piece */
	const char *at;
} pieces;

static void
pieces_flush (parser *ps, pieces *x)
{
	if (x->text->len == 0)
		return;
	node_add (x->n, parse_const (ps, x->at, sh_string (x->text->str)));
	g_string_truncate (x->text, 0);
}

/* All text: a constant. */
static node *
pieces_done (parser *ps, pieces *x)
{
	node *n = x->n;

	if (n->kids == NULL) {
		n->kind = N_CONST;
		n->value = sh_string (x->text->str);
	} else {
		pieces_flush (ps, x);
	}
	n->end = (guint) (ps->p - ps->s->text);
	g_string_free (x->text, TRUE);
	return n;
}

static node *
pieces_drop (pieces *x)
{
	g_string_free (x->text, TRUE);
	return NULL;
}

static gboolean
variable_starts (const char *p)
{
	return *p == '$' && (lex_word_char (p + 1)
			     || strchr ("{?$^(:", p[1] ? p[1] : ' '))
		&& !(p[1] == ':' && !lex_word_char (p + 2));
}

/* At `$`: one interpolated piece. */
static gboolean
piece_variable (parser *ps, pieces *x)
{
	node *v;

	pieces_flush (ps, x);
	v = parse_variable (ps);
	if (v == NULL)
		return FALSE;
	node_add (x->n, v);
	x->at = ps->p;
	return TRUE;
}

static node *
unclosed (parser *ps, const char *at, const char *what)
{
	ps->incomplete = TRUE;
	return parse_fail (ps, at, "this string has no end: %s expected", what);
}

static node *
parse_single (parser *ps)
{
	const char *at = ps->p;
	GString *s = g_string_new (NULL);

	ps->p += lex_single (ps->p);
	for (;;) {
		int n = lex_single (ps->p);

		if (*ps->p == '\0') {
			g_string_free (s, TRUE);
			return unclosed (ps, at, "'");
		}
		if (n == 0) {
			g_string_append_c (s, *ps->p++);
			continue;
		}
		ps->p += n;
		n = lex_single (ps->p);
		if (n == 0)
			break;
		g_string_append_len (s, ps->p, n);
		ps->p += n;
	}
	return parse_const (ps, at, sh_string_take (g_string_free (s, FALSE)));
}

static node *
parse_double (parser *ps)
{
	pieces x = { node_new (ps, N_EXPAND, ps->p), g_string_new (NULL),
		     ps->p };
	const char *at = ps->p;
	int n;

	ps->p += lex_double (ps->p);
	for (;;) {
		n = lex_double (ps->p);
		if (*ps->p == '\0') {
			pieces_drop (&x);
			return unclosed (ps, at, "\"");
		} else if (n > 0 && !lex_double (ps->p + n)) {
			ps->p += n;
			return pieces_done (ps, &x);
		} else if (n > 0) {
			ps->p += n;
			n = lex_double (ps->p);
			g_string_append_len (x.text, ps->p, n);
			ps->p += n;
		} else if (*ps->p == '`') {
			ps->p++;
			lex_escape (ps, x.text);
		} else if (variable_starts (ps->p)) {
			if (!piece_variable (ps, &x))
				return pieces_drop (&x);
		} else {
			g_string_append_c (x.text, *ps->p++);
		}
	}
}

node *
parse_string (parser *ps)
{
	return lex_single (ps->p) ? parse_single (ps) : parse_double (ps);
}

/* At the end of a line within a here-string: does the closing mark follow? */
static gboolean
here_ends (const char *p, gboolean single, int *length)
{
	int n;

	if (*p == '\r')
		p++, *length = 1;
	else
		*length = 0;
	if (*p != '\n')
		return FALSE;
	n = single ? lex_single (p + 1) : lex_double (p + 1);
	if (n == 0 || p[1 + n] != '@')
		return FALSE;
	*length += 1 + n + 1;
	return TRUE;
}

static gboolean
here_opens (parser *ps, int quote)
{
	ps->p += 1 + quote;
	while (lex_space (ps->p))
		ps->p += lex_space (ps->p);
	if (*ps->p == '\n')
		return TRUE;
	ps->incomplete = *ps->p == '\0';
	parse_fail (ps, ps->p, "the text of a here-string begins on the next "
		    "line");
	return FALSE;
}

node *
parse_here_string (parser *ps)
{
	const char *at = ps->p;
	int single = lex_single (ps->p + 1), n;
	pieces x;

	if (!here_opens (ps, single ? single : lex_double (at + 1)))
		return NULL;
	/* An empty one closes on the very next line. */
	if (!here_ends (ps->p, single, &n))
		ps->p++;
	x = (pieces) { node_new (ps, N_EXPAND, at), g_string_new (NULL), at };
	for (;;) {
		if (*ps->p == '\0') {
			pieces_drop (&x);
			return unclosed (ps, at, single ? "'@" : "\"@");
		}
		if (here_ends (ps->p, single, &n)) {
			ps->p += n;
			return pieces_done (ps, &x);
		}
		if (!single && *ps->p == '`') {
			ps->p++;
			lex_escape (ps, x.text);
		} else if (!single && variable_starts (ps->p)) {
			if (!piece_variable (ps, &x))
				return pieces_drop (&x);
		} else {
			g_string_append_c (x.text, *ps->p++);
		}
	}
}

/* Quoted text inside a bare word: a"b c"d. */
static gboolean
word_quoted (parser *ps, pieces *x)
{
	node *s = parse_string (ps);

	if (s == NULL)
		return FALSE;
	if (s->kind == N_CONST) {
		g_string_append (x->text, sh_text (s->value));
		return TRUE;
	}
	pieces_flush (ps, x);
	node_add (x->n, s);
	x->at = ps->p;
	return TRUE;
}

node *
parse_word (parser *ps, node *first)
{
	const char *at = first ? ps->s->text + first->at : ps->p;
	pieces x = { node_new (ps, N_EXPAND, at), g_string_new (NULL), ps->p };

	if (first != NULL)
		node_add (x.n, first);
	while (!lex_ends_word (ps, ps->p)) {
		if (lex_single (ps->p) || lex_double (ps->p)) {
			if (!word_quoted (ps, &x))
				return pieces_drop (&x);
		} else if (*ps->p == '`') {
			ps->p++;
			lex_escape (ps, x.text);
		} else if (variable_starts (ps->p)) {
			if (!piece_variable (ps, &x))
				return pieces_drop (&x);
		} else if (lex_dash (ps->p) == 3) {
			g_string_append_c (x.text, '-');
			ps->p += 3;
		} else {
			g_string_append_c (x.text, *ps->p++);
		}
	}
	return pieces_done (ps, &x);
}

static node *
parse_subexpr (parser *ps)
{
	node *n = node_new (ps, N_SUBEXPR, ps->p);
	gboolean raw = ps->raw, no_comma = ps->no_comma;

	ps->p += 2;
	ps->raw = ps->no_comma = FALSE;
	if (!parse_enter (ps))
		return NULL;
	n->a = parse_statements (ps, ')');
	ps->depth--;
	ps->raw = raw;
	ps->no_comma = no_comma;
	n->end = (guint) (ps->p - ps->s->text);
	return n->a ? n : NULL;
}

/* What is known of the name before anything runs. */
static node *
name_variable (node *n)
{
	const char *key;

	if (strchr (n->text, ':') != NULL)
		return n;
	key = var_key (n->text);
	if (strcmp (key, "true") == 0 || strcmp (key, "false") == 0)
		n->value = sh_bool (*key == 't');
	else if (strcmp (key, "null") == 0)
		n->value = sh_null ();
	if (n->value != NULL || !var_is_constant (key))
		n->key = key;
	return n;
}

static node *
parse_braced (parser *ps, node *n)
{
	const char *close = strchr (ps->p, '}');

	if (close == NULL) {
		ps->incomplete = TRUE;
		return parse_fail (ps, ps->p, "} expected behind the "
				   "variable's name");
	}
	n->text = g_strndup (ps->p + 1, (gsize) (close - ps->p - 1));
	ps->p = close + 1;
	n->end = (guint) (ps->p - ps->s->text);
	return name_variable (n);
}

/* At `$`. */
node *
parse_variable (parser *ps)
{
	node *n;
	const char *from;

	if (ps->p[1] == '(')
		return parse_subexpr (ps);
	n = node_new (ps, N_VAR, ps->p);
	ps->p++;
	if (*ps->p == '{')
		return parse_braced (ps, n);
	from = ps->p;
	if (*ps->p && strchr ("?$^", *ps->p)) {
		ps->p++;
	} else {
		while (lex_word_char (ps->p))
			ps->p++;
		if (ps->p > from && ps->p[0] == ':' && ps->p[1] != ':'
		    && lex_word_char (ps->p + 1)) {
			ps->p++;
			while (lex_word_char (ps->p))
				ps->p++;
		}
	}
	if (ps->p == from)
		return parse_fail (ps, from - 1, "a variable's name is "
				   "expected behind $");
	n->text = g_strndup (from, (gsize) (ps->p - from));
	n->end = (guint) (ps->p - ps->s->text);
	return name_variable (n);
}

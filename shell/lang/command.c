/*
 * command.c - parses commands: a name, arguments as they are written on a
 * command line, redirections.
 */
#include <string.h>

#include "parse.h"

static gboolean
is_raw (const char *name)
{
	const sh_cmdlet *c = sh_cmdlet_find (name);

	return c != NULL && (c->flags & SH_RAW);
}

static node *
parse_command_name (parser *ps)
{
	node *n;

	if (lex_single (ps->p) || lex_double (ps->p))
		return parse_string (ps);
	if (*ps->p == '$' || *ps->p == '(' || *ps->p == '{')
		return parse_primary (ps, TRUE);
	n = parse_word (ps, NULL);
	if (n != NULL && n->kind == N_CONST && *sh_text (n->value) == '\0')
		return parse_fail (ps, ps->p, "a command is expected here");
	return n;
}

/* ---- arguments ---- */

/* At a number that is an argument of its own: -First 3, -Limit 10MB. */
static node *
parse_number_argument (parser *ps)
{
	const char *at = ps->p;
	gboolean minus = *at == '-';
	g_autofree char *written = NULL;
	sh_number x;

	if (!sh_number_scan (at + minus, &x)
	    || !lex_ends_word (ps, at + minus + x.length))
		return NULL;
	ps->p += (gsize) minus + x.length;
	written = g_strndup (at, (gsize) (ps->p - at));
	if (!x.is_int)
		return parse_const (ps, at, sh_double (minus ? -x.d : x.d));
	return parse_const (ps, at, sh_int_written (minus ? -x.i : x.i,
						    written));
}

/* One element of an argument, without commas. */
static node *
parse_element (parser *ps, gboolean *bare)
{
	const char *p = ps->p;
	node *n;

	*bare = FALSE;
	if (*p == '(' || *p == '{' || lex_single (p) || lex_double (p)
	    || (*p == '@' && (p[1] == '(' || p[1] == '{' || lex_single (p + 1)
			      || lex_double (p + 1))))
		return ps->raw ? parse_word (ps, NULL)
			: parse_primary (ps, TRUE);
	if (*p == '$' && !ps->raw) {
		n = parse_primary (ps, TRUE);
		if (n == NULL || lex_ends_word (ps, ps->p))
			return n;
		/* $dir\$name.vhdx, $prefix* */
		return parse_word (ps, n);
	}
	n = ps->raw ? NULL : parse_number_argument (ps);
	*bare = TRUE;
	return n ? n : parse_word (ps, NULL);
}

static node *
parse_value (parser *ps, node *arg)
{
	gboolean bare;
	node *first = parse_element (ps, &bare), *list;

	arg->flag |= bare ? ARG_BARE : 0;
	if (first == NULL || ps->raw)
		return first;
	if (*ps->p == '\0' || ps->p[strspn (ps->p, " \t")] != ',')
		return first;
	list = node_new (ps, N_LIST, ps->s->text + first->at);
	node_add (list, first);
	for (lex_blank (ps); lex_char (ps, ','); ) {
		node *next;

		lex_lines (ps);
		if (lex_ends_word (ps, ps->p) && *ps->p != '('
		    && *ps->p != '{') {
			ps->incomplete |= *ps->p == '\0';
			return parse_fail (ps, ps->p, "a value is expected "
					   "behind the comma");
		}
		next = parse_element (ps, &bare);
		if (next == NULL)
			return NULL;
		node_add (list, next);
		if (ps->p[strspn (ps->p, " \t")] == ',')
			lex_blank (ps);
	}
	list->end = (guint) (ps->p - ps->s->text);
	return list;
}

/* -Name, -Name:value */
static node *
parse_named (parser *ps, node *arg)
{
	const char *from;

	ps->p += lex_dash (ps->p);
	from = ps->p;
	while (!lex_ends_word (ps, ps->p) && *ps->p != ':'
	       && !lex_single (ps->p) && !lex_double (ps->p)
	       && *ps->p != '$' && *ps->p != '=')
		ps->p++;
	arg->text = g_strndup (from, (gsize) (ps->p - from));
	if (*ps->p == ':') {
		ps->p++;
		lex_blank (ps);
		arg->flag |= ARG_ATTACHED;
		arg->a = parse_value (ps, arg);
		if (arg->a == NULL)
			return NULL;
	} else if (!lex_ends_word (ps, ps->p)) {
		/* -o=$x of a program: one word. */
		arg->flag |= ARG_BARE;
		ps->p = ps->s->text + arg->at;
		g_clear_pointer (&arg->text, g_free);
		arg->a = parse_word (ps, NULL);
	}
	arg->end = (guint) (ps->p - ps->s->text);
	return arg;
}

static node *
parse_argument (parser *ps)
{
	node *arg = node_new (ps, N_ARG, ps->p);
	int dash = lex_dash (ps->p);

	if (!lex_space (ps->p - 1))
		arg->flag |= ARG_GLUED;
	if (!ps->raw && dash > 0
	    && (g_ascii_isalpha (ps->p[dash]) || ps->p[dash] == '_'
		|| ps->p[dash] == '?'))
		return parse_named (ps, arg);
	if (*ps->p == '@' && lex_word_char (ps->p + 1)) {
		ps->p++;
		arg->text = lex_name (ps);
		arg->flag |= ARG_SPLAT;
		return arg;
	}
	arg->a = parse_value (ps, arg);
	arg->end = (guint) (ps->p - ps->s->text);
	return arg->a ? arg : NULL;
}

/* ---- redirections ---- */

static gboolean
redirect_starts (const char *p)
{
	return *p == '>'
		|| (*p != '\0' && strchr ("123456*", *p) && p[1] == '>');
}

node *
parse_redirect (parser *ps)
{
	node *n = node_new (ps, N_REDIRECT, ps->p);

	n->op = *ps->p == '>' ? '1' : *ps->p++;
	ps->p++;
	n->flag = lex_char (ps, '>');
	if (ps->p[0] == '&' && ps->p[1] == '1') {
		ps->p += 2;
		return n;
	}
	lex_blank (ps);
	if (lex_ends_word (ps, ps->p) && *ps->p != '(') {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "a file is expected behind >");
	}
	{
		gboolean bare;

		n->a = parse_element (ps, &bare);
	}
	return n->a ? n : NULL;
}

static gboolean
command_ends (parser *ps)
{
	return *ps->p == '\0' || strchr ("\n;|)}", *ps->p);
}

node *
parse_command (parser *ps)
{
	node *n = node_new (ps, N_COMMAND, ps->p);
	gboolean raw = ps->raw;

	if (*ps->p == '&' || (*ps->p == '.' && (lex_space (ps->p + 1)
						|| ps->p[1] == '{'
						|| ps->p[1] == '$'))) {
		n->op = *ps->p++;
		lex_blank (ps);
	}
	n->a = parse_command_name (ps);
	if (n->a == NULL)
		return NULL;
	if (n->op == 0 && n->a->kind == N_CONST)
		ps->raw = is_raw (sh_text (n->a->value));
	for (lex_blank (ps); ps->error == NULL && !command_ends (ps);
	     lex_blank (ps)) {
		node *arg = redirect_starts (ps->p) ? parse_redirect (ps)
			: parse_argument (ps);
		const char *stuck = ps->s->text + (arg ? arg->at : 0);

		if (arg != NULL && ps->p == stuck)
			arg = parse_fail (ps, ps->p, "'%c' is not expected "
					  "here", *ps->p);
		if (arg == NULL)
			break;
		node_add (n, arg);
	}
	ps->raw = raw;
	n->end = (guint) (ps->p - ps->s->text);
	return ps->error ? NULL : n;
}

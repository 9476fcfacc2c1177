/*
 * function.c - parses functions, their parameters and bodies with begin,
 * process and end.
 */
#include <string.h>

#include "parse.h"

/* At the `[` of an attribute or a type; an attribute has parentheses. */
static node *
parse_attribute_args (parser *ps, node *n)
{
	ps->p++;
	for (lex_lines (ps); !lex_char (ps, ')'); lex_lines (ps)) {
		node *arg = node_new (ps, N_ARG, ps->p);
		const char *from = ps->p;

		arg->text = lex_name (ps);
		lex_blank (ps);
		if (arg->text == NULL || (*ps->p != '=' && *ps->p != ','
					  && *ps->p != ')')) {
			ps->p = from;
			g_clear_pointer (&arg->text, g_free);
		}
		if (arg->text == NULL || lex_char (ps, '=')) {
			ps->no_comma = TRUE;
			arg->a = parse_expression (ps);
			ps->no_comma = FALSE;
			if (arg->a == NULL)
				return NULL;
		}
		node_add (n, arg);
		lex_lines (ps);
		if (!lex_char (ps, ',') && *ps->p != ')')
			return parse_fail (ps, ps->p, ", or ) expected");
	}
	return n;
}

static node *
parse_attribute (parser *ps)
{
	node *n = node_new (ps, N_ATTRIBUTE, ps->p);
	const char *from = ps->p++;

	lex_blank (ps);
	while (lex_word_char (ps->p) || *ps->p == '.')
		ps->p++;
	n->text = g_strndup (from + 1, (gsize) (ps->p - from - 1));
	if (*ps->p == '(') {
		if (parse_attribute_args (ps, n) == NULL)
			return NULL;
		lex_lines (ps);
		if (!lex_char (ps, ']'))
			return parse_fail (ps, ps->p, "] expected");
		return n;
	}
	ps->p = from;
	g_free (n->text);
	n->text = parse_type_name (ps);
	n->flag = TRUE;		/* a type */
	return n->text ? n : NULL;
}

gboolean
parse_attributes (parser *ps, node *n)
{
	for (lex_lines (ps); *ps->p == '['; lex_lines (ps)) {
		node *a = parse_attribute (ps);

		if (a == NULL)
			return FALSE;
		if (a->flag && n->type == NULL)
			n->type = g_strdup (a->text);
		else if (!a->flag)
			node_add (n, a);
	}
	return TRUE;
}

static node *
parse_parameter (parser *ps)
{
	node *n = node_new (ps, N_PARAM, ps->p);
	node *variable;

	if (!parse_attributes (ps, n))
		return NULL;
	if (*ps->p != '$') {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "a parameter like $Name "
				   "expected");
	}
	variable = parse_variable (ps);
	if (variable == NULL)
		return NULL;
	n->text = g_strdup (variable->text ? variable->text : "");
	lex_lines (ps);
	if (lex_char (ps, '=')) {
		lex_lines (ps);
		ps->no_comma = TRUE;
		n->a = parse_expression (ps);
		ps->no_comma = FALSE;
		if (n->a == NULL)
			return NULL;
		lex_lines (ps);
	}
	return n;
}

/* Behind the `(`, through the `)`. */
gboolean
parse_parameters (parser *ps, node *body)
{
	for (lex_lines (ps); !lex_char (ps, ')'); lex_lines (ps)) {
		node *p = parse_parameter (ps);

		if (p == NULL)
			return FALSE;
		node_add (body, p);
		if (lex_char (ps, ',') || *ps->p == ')')
			continue;
		ps->incomplete |= *ps->p == '\0';
		parse_fail (ps, ps->p, ", or ) expected behind the parameter");
		return FALSE;
	}
	return TRUE;
}

/* [Name(…: an attribute, and neither a type nor a cast. */
static gboolean
at_attribute (const char *p)
{
	if (*p++ != '[')
		return FALSE;
	if (g_ascii_strncasecmp (p, "Flags", 5) == 0)
		return FALSE;	/* that is an enumeration's */
	while (lex_word_char (p) || *p == '.')
		p++;
	return *p == '(' && p[-1] != '[';
}

/* [CmdletBinding()] and param ( … ) at the start of a body. */
static gboolean
parse_head (parser *ps, node *body)
{
	const char *from = ps->p;
	node *ignored = node_new (ps, N_PARAM, ps->p);

	lex_separators (ps);
	if (at_attribute (ps->p) && !parse_attributes (ps, ignored))
		return FALSE;
	body->d = ignored->kids ? ignored : NULL;
	if (!lex_at_keyword (ps, "param")) {
		if (ignored->kids == NULL)
			ps->p = from;
		return TRUE;
	}
	ps->p += strlen ("param");
	lex_lines (ps);
	if (lex_char (ps, '('))
		return parse_parameters (ps, body);
	parse_fail (ps, ps->p, "( expected behind param");
	return FALSE;
}

/* begin { } process { } end { }; FALSE: there are none here, or an error. */
static gboolean
parse_phases (parser *ps, node *body, char close)
{
	gboolean any = FALSE;

	for (lex_separators (ps); ps->error == NULL && *ps->p != close;
	     lex_separators (ps)) {
		node **part = lex_keyword (ps, "begin") ? &body->a
			: lex_keyword (ps, "process") ? &body->b
			: lex_keyword (ps, "end") ? &body->c : NULL;

		if (part == NULL && !any)
			return FALSE;
		if (part == NULL) {
			ps->incomplete |= *ps->p == '\0';
			parse_fail (ps, ps->p, "begin, process, end or %s "
				    "expected", close ? "}" : "the end");
			return FALSE;
		}
		any = TRUE;
		*part = parse_block (ps);
	}
	if (any && ps->error == NULL && close != '\0')
		ps->p++;
	return any && ps->error == NULL;
}

node *
parse_body (parser *ps, char close)
{
	node *n = node_new (ps, N_BODY, ps->p);

	if (!parse_enter (ps) || !parse_head (ps, n))
		return NULL;
	if (!parse_phases (ps, n, close)) {
		if (ps->error)
			return NULL;
		n->c = parse_statements (ps, close);
		if (n->c == NULL)
			return NULL;
	}
	ps->depth--;
	n->end = (guint) (ps->p - ps->s->text);
	return n;
}

node *
parse_function (parser *ps)
{
	node *n = node_new (ps, N_FUNCTION, ps->p);
	g_autoptr (GPtrArray) head = NULL;
	const char *from;

	n->flag = lex_at_keyword (ps, "filter");
	ps->p += n->flag ? strlen ("filter") : strlen ("function");
	lex_blank (ps);
	from = ps->p;
	while (!lex_ends_word (ps, ps->p))
		ps->p++;
	if (ps->p == from)
		return parse_fail (ps, from, "the function's name expected");
	n->text = g_strndup (from, (gsize) (ps->p - from));
	lex_lines (ps);
	if (lex_char (ps, '(')) {
		node *params = node_new (ps, N_BODY, ps->p);

		if (!parse_parameters (ps, params))
			return NULL;
		if (params->kids != NULL)
			head = g_ptr_array_ref (params->kids);
		lex_lines (ps);
	}
	if (!lex_char (ps, '{')) {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "{ expected");
	}
	n->a = parse_body (ps, '}');
	if (n->a == NULL)
		return NULL;
	for (guint i = 0; head != NULL && i < head->len; i++)
		node_add (n->a, head->pdata[i]);
	/* A filter's body runs for each object. */
	if (n->flag && n->a->b == NULL) {
		n->a->b = n->a->c;
		n->a->c = NULL;
	}
	n->end = (guint) (ps->p - ps->s->text);
	return n;
}

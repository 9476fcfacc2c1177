/*
 * classdef.c - parses class and enum: properties, methods, constructors.
 */
#include <string.h>

#include "parse.h"

static node *
expected (parser *ps, const char *what)
{
	ps->incomplete |= *ps->p == '\0';
	return parse_fail (ps, ps->p, "%s expected", what);
}

/* Name (parameters) [: base (arguments)] { … } */
static node *
parse_method (parser *ps, node *m, const char *class_name)
{
	node *params = node_new (ps, N_BODY, ps->p);

	if (!lex_char (ps, '(') || !parse_parameters (ps, params))
		return ps->error ? NULL : expected (ps, "(");
	m->kind = N_FUNCTION;
	lex_lines (ps);
	if (g_ascii_strcasecmp (m->text, class_name) == 0
	    && lex_char (ps, ':')) {
		lex_blank (ps);
		if (!lex_keyword (ps, "base"))
			return expected (ps, "base");
		lex_blank (ps);
		m->b = node_new (ps, N_LIST, ps->p);
		if (*ps->p != '(' || parse_arguments (ps, m->b) == NULL)
			return ps->error ? NULL : expected (ps, "(");
		lex_lines (ps);
	}
	if (!lex_char (ps, '{'))
		return expected (ps, "{");
	m->a = parse_body (ps, '}');
	if (m->a == NULL)
		return NULL;
	if (params->kids != NULL) {
		g_clear_pointer (&m->a->kids, g_ptr_array_unref);
		m->a->kids = g_ptr_array_ref (params->kids);
	}
	return m;
}

static node *
parse_property (parser *ps, node *m)
{
	node *variable = parse_variable (ps);

	if (variable == NULL)
		return NULL;
	if (variable->text == NULL)
		return expected (ps, "a property's name");
	m->text = g_strdup (variable->text);
	lex_blank (ps);
	if (!lex_char (ps, '='))
		return m;
	lex_lines (ps);
	m->a = parse_pipeline (ps);
	return m->a ? m : NULL;
}

static node *
parse_class_member (parser *ps, const char *class_name)
{
	node *m = node_new (ps, N_PARAM, ps->p);

	for (;;) {
		lex_lines (ps);
		if (lex_keyword (ps, "static"))
			m->flag = TRUE;
		else if (!lex_keyword (ps, "hidden")) {
			if (*ps->p != '[' || !parse_attributes (ps, m))
				break;
		}
	}
	if (ps->error)
		return NULL;
	if (*ps->p == '$')
		return parse_property (ps, m);
	m->text = lex_name (ps);
	if (m->text == NULL)
		return expected (ps, "a property like $Name or a method like "
				 "Name ()");
	lex_blank (ps);
	return parse_method (ps, m, class_name);
}

/* Value [= number] */
static node *
parse_enum_member (parser *ps, const char *ignored)
{
	node *m = node_new (ps, N_PARAM, ps->p);

	m->text = lex_name (ps);
	if (m->text == NULL)
		return expected (ps, "a word of the enumeration");
	lex_blank (ps);
	if (!lex_char (ps, '='))
		return m;
	lex_lines (ps);
	m->a = parse_expression (ps);
	return m->a ? m : NULL;
}

static gboolean
parse_class_head (parser *ps, node *n)
{
	lex_blank (ps);
	n->text = lex_name (ps);
	if (n->text == NULL)
		return expected (ps, "a name") != NULL;
	lex_lines (ps);
	if (lex_char (ps, ':')) {
		lex_blank (ps);
		n->type = lex_name (ps);
		if (n->type == NULL)
			return expected (ps, "the base's name") != NULL;
		lex_lines (ps);
	}
	return lex_char (ps, '{') || expected (ps, "{") != NULL;
}

node *
parse_class (parser *ps)
{
	node *n = node_new (ps, N_CLASS, ps->p);
	node *(*member) (parser *ps, const char *name) = parse_class_member;

	n->flag = lex_at_keyword (ps, "enum");
	ps->p += n->flag ? strlen ("enum") : strlen ("class");
	if (n->flag)
		member = parse_enum_member;
	if (!parse_class_head (ps, n))
		return NULL;
	for (lex_separators (ps); !lex_char (ps, '}'); lex_separators (ps)) {
		node *m = *ps->p == '\0' ? expected (ps, "}")
			: member (ps, n->text);

		if (m == NULL)
			return NULL;
		m->end = (guint) (ps->p - ps->s->text);
		node_add (n, m);
		lex_blank (ps);
		if (n->flag && *ps->p && !strchr (";\n}", *ps->p))
			return expected (ps, "; or a new line");
	}
	n->end = (guint) (ps->p - ps->s->text);
	return n;
}

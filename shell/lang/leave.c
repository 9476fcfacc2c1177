/*
 * leave.c - parses try with its catches, trap, and how a block is left:
 * return, exit, throw, break, continue.
 */
#include <string.h>

#include "parse.h"

static node *
parse_catch (parser *ps)
{
	node *n = node_new (ps, N_CATCH, ps->p);

	for (lex_lines (ps); *ps->p == '['; lex_lines (ps)) {
		node *type = node_new (ps, N_TYPE, ps->p);

		type->text = parse_type_name (ps);
		if (type->text == NULL)
			return NULL;
		node_add (n, type);
		lex_blank (ps);
		lex_char (ps, ',');
	}
	n->a = parse_block (ps);
	return n->a ? n : NULL;
}

node *
parse_try (parser *ps, node *n)
{
	n->a = parse_block (ps);
	if (n->a == NULL)
		return NULL;
	while (parse_keyword_follows (ps, "catch")) {
		node *c = parse_catch (ps);

		if (c == NULL)
			return NULL;
		node_add (n, c);
	}
	if (parse_keyword_follows (ps, "finally")) {
		n->b = parse_block (ps);
		if (n->b == NULL)
			return NULL;
	}
	if (n->kids != NULL || n->b != NULL)
		return n;
	lex_lines (ps);
	ps->incomplete |= *ps->p == '\0';
	return parse_fail (ps, ps->p, "catch or finally expected");
}

node *
parse_trap (parser *ps, node *n)
{
	node *c = parse_catch (ps);

	return c ? node_add (n, c) : NULL;
}

static gboolean
statement_ends_here (parser *ps)
{
	lex_blank (ps);
	return *ps->p == '\0' || strchr ("\n;})", *ps->p);
}

node *
parse_leave (parser *ps, node *n)
{
	if (!statement_ends_here (ps)) {
		n->a = parse_pipeline (ps);
		if (n->a == NULL)
			return NULL;
	}
	return n;
}

node *
parse_loop_leave (parser *ps, node *n)
{
	if (!statement_ends_here (ps))
		n->text = lex_name (ps);
	return n;
}

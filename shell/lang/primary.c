/*
 * primary.c - parses what operators work on: literals, groups, casts, and the
 * members, indexes and method calls behind them.
 */
#include <string.h>

#include "parse.h"

node *
parse_const (parser *ps, const char *at, sh_value *v)
{
	node *n = node_new (ps, N_CONST, at);

	n->value = v;
	n->end = (guint) (ps->p - ps->s->text);
	return n;
}

/* ---- literals ---- */

static node *
parse_number (parser *ps)
{
	sh_number x;
	const char *at = ps->p;

	if (!sh_number_scan (at, &x))
		return NULL;
	if (lex_word_char (at + x.length))
		return parse_fail (ps, at + x.length, "a number ends here: an "
				   "operator or a blank expected");
	ps->p += x.length;
	return parse_const (ps, at, x.is_int ? sh_int (x.i)
			    : sh_double (x.d));
}

static node *
parse_paren (parser *ps)
{
	node *n = node_new (ps, N_PAREN, ps->p);
	gboolean no_comma = ps->no_comma, raw = ps->raw;

	ps->p++;
	ps->no_comma = ps->raw = FALSE;
	lex_lines (ps);
	n->a = parse_pipeline (ps);
	ps->no_comma = no_comma;
	ps->raw = raw;
	if (n->a == NULL)
		return NULL;
	lex_lines (ps);
	if (*ps->p != ')') {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, ") expected, for the ( at "
				   "column %d",
				   script_pos (ps->s, n->at).column);
	}
	ps->p++;
	n->end = (guint) (ps->p - ps->s->text);
	return n;
}

static node *
parse_hash_key (parser *ps)
{
	const char *at = ps->p;
	char *name;

	if (lex_single (at) || lex_double (at) || *at == '$' || *at == '('
	    || g_ascii_isdigit (*at))
		return parse_primary (ps, FALSE);
	while (lex_word_char (ps->p) || *ps->p == '-' || *ps->p == '.')
		ps->p++;
	if (ps->p == at)
		return parse_fail (ps, at, "a key or } expected");
	name = g_strndup (at, (gsize) (ps->p - at));
	return parse_const (ps, at, sh_string_take (name));
}

static node *
parse_hash_entries (parser *ps, node *n)
{
	for (lex_separators (ps); *ps->p != '}'; lex_separators (ps)) {
		node *key, *value;

		if (*ps->p == '\0') {
			ps->incomplete = TRUE;
			return parse_fail (ps, ps->p, "} expected, for the "
					   "hash table @{");
		}
		key = parse_hash_key (ps);
		if (key == NULL)
			return NULL;
		lex_blank (ps);
		if (!lex_char (ps, '='))
			return parse_fail (ps, ps->p, "= expected behind the "
					   "key");
		lex_lines (ps);
		value = parse_statement (ps);
		if (value == NULL)
			return NULL;
		node_add (node_add (n, key), value);
		lex_blank (ps);
		if (*ps->p && !strchr ("};\n", *ps->p))
			return parse_fail (ps, ps->p, "; or } or a new line "
					   "expected behind the value");
	}
	ps->p++;
	return n;
}

static node *
parse_at (parser *ps)
{
	node *n;
	gboolean no_comma = ps->no_comma, raw = ps->raw;

	if (lex_single (ps->p + 1) || lex_double (ps->p + 1))
		return parse_here_string (ps);
	n = node_new (ps, ps->p[1] == '{' ? N_HASH : N_ARRAY, ps->p);
	ps->no_comma = ps->raw = FALSE;
	if (ps->p[1] == '{') {
		ps->p += 2;
		n = parse_hash_entries (ps, n);
	} else if (ps->p[1] == '(') {
		ps->p += 2;
		n->a = parse_statements (ps, ')');
		n = n->a ? n : NULL;
	} else {
		return parse_fail (ps, ps->p, "@( ), @{ } or a name to splat "
				   "expected");
	}
	ps->no_comma = no_comma;
	ps->raw = raw;
	if (n != NULL)
		n->end = (guint) (ps->p - ps->s->text);
	return n;
}

static node *
parse_script_block (parser *ps)
{
	node *n = node_new (ps, N_BLOCK, ps->p);
	gboolean no_comma = ps->no_comma, raw = ps->raw;

	ps->p++;
	ps->no_comma = ps->raw = FALSE;
	n->a = parse_body (ps, '}');
	ps->no_comma = no_comma;
	ps->raw = raw;
	n->end = (guint) (ps->p - ps->s->text);
	return n->a ? n : NULL;
}

char *
parse_type_name (parser *ps)
{
	const char *from = ++ps->p;
	int deep = 1;
	char *name;

	while (*ps->p != '\0' && (deep > 1 || *ps->p != ']')) {
		deep += (*ps->p == '[') - (*ps->p == ']');
		if (!lex_word_char (ps->p) && !strchr (".[], +`", *ps->p))
			break;
		ps->p++;
	}
	if (*ps->p != ']') {
		ps->incomplete |= *ps->p == '\0';
		parse_fail (ps, ps->p, "] expected behind the type's name");
		return NULL;
	}
	name = g_strndup (from, (gsize) (ps->p - from));
	ps->p++;
	return g_strstrip (name);
}

/* May an operand of a cast begin here? */
static gboolean
operand_starts (const char *p)
{
	return lex_word_char (p) || lex_single (p) || lex_double (p)
		|| (*p != '\0' && strchr ("$@([{!", *p))
		|| (lex_dash (p) && (g_ascii_isdigit (p[1])
				     || strchr ("$(", p[1])))
		|| (*p == '.' && g_ascii_isdigit (p[1]));
}

static node *
parse_type (parser *ps)
{
	node *n = node_new (ps, N_TYPE, ps->p);

	n->text = parse_type_name (ps);
	if (n->text == NULL)
		return NULL;
	n->end = (guint) (ps->p - ps->s->text);
	if (ps->p[0] == ':' && ps->p[1] == ':')
		return n;
	lex_blank (ps);
	if (!operand_starts (ps->p))
		return n;
	n->kind = N_CAST;
	n->a = parse_unary (ps);
	return n->a ? n : NULL;
}

/* ---- behind a primary ---- */

node *
parse_arguments (parser *ps, node *call)
{
	gboolean no_comma = ps->no_comma, raw = ps->raw;

	ps->p++;
	ps->no_comma = TRUE;
	ps->raw = FALSE;
	lex_lines (ps);
	while (*ps->p != ')') {
		node *arg = parse_expression (ps);

		if (arg == NULL)
			return NULL;
		node_add (call, arg);
		lex_lines (ps);
		if (lex_char (ps, ',')) {
			lex_lines (ps);
		} else if (*ps->p != ')') {
			ps->incomplete |= *ps->p == '\0';
			return parse_fail (ps, ps->p, ", or ) expected");
		}
	}
	ps->p++;
	ps->no_comma = no_comma;
	ps->raw = raw;
	return call;
}

static node *
parse_member_name (parser *ps)
{
	const char *at = ps->p;
	char *name;

	if (*at == '$' || *at == '(')
		return *at == '$' ? parse_variable (ps) : parse_paren (ps);
	if (lex_single (at) || lex_double (at))
		return parse_string (ps);
	name = lex_name (ps);
	if (name == NULL)
		return parse_fail (ps, at, "a property's name expected");
	return parse_const (ps, at, sh_string_take (name));
}

static node *
parse_member (parser *ps, node *left, gboolean is_static)
{
	node *n = node_new (ps, is_static ? N_STATIC : N_MEMBER, ps->p);

	ps->p += is_static ? 2 : 1;
	n->a = left;
	if (is_static)
		n->text = g_strdup (left->text);
	n->b = parse_member_name (ps);
	if (n->b == NULL)
		return NULL;
	/* $list.Where{ … } */
	if (*ps->p == '{' && !is_static) {
		node *block = parse_script_block (ps);

		n->kind = N_METHOD;
		return block ? node_add (n, block) : NULL;
	}
	if (*ps->p != '(')
		return n;
	n->kind = is_static ? N_STATIC_CALL : N_METHOD;
	return parse_arguments (ps, n);
}

static node *
parse_index (parser *ps, node *left)
{
	node *n = node_new (ps, N_INDEX, ps->p);
	gboolean no_comma = ps->no_comma, raw = ps->raw;

	ps->p++;
	ps->no_comma = ps->raw = FALSE;
	lex_lines (ps);
	n->a = left;
	n->b = parse_expression (ps);
	ps->no_comma = no_comma;
	ps->raw = raw;
	if (n->b == NULL)
		return NULL;
	lex_lines (ps);
	if (!lex_char (ps, ']')) {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "] expected behind the index");
	}
	return n;
}

static node *
parse_step_after (parser *ps, node *left)
{
	node *n = node_new (ps, N_STEP, ps->p);

	n->op = *ps->p == '+' ? OP_ADD : OP_SUB;
	n->a = left;
	ps->p += 2;
	return n;
}

static gboolean
member_follows (const char *p)
{
	return *p == '.' && (lex_word_char (p + 1) || lex_single (p + 1)
			     || lex_double (p + 1) || p[1] == '$'
			     || p[1] == '(') && !g_ascii_isdigit (p[1]);
}

/* 'a'. ⏎ Trim(): the name stands in the next line. */
static gboolean
member_below (parser *ps, gboolean argument)
{
	const char *p = ps->p + 1;

	if (*ps->p != '.' || argument)
		return FALSE;
	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	if (*p != '\n')
		return FALSE;
	while (g_ascii_isspace (*p))
		p++;
	if (!lex_word_char (p))
		return FALSE;
	/* As if the dot stood right before it. */
	ps->p = p - 1;
	return TRUE;
}

static node *
parse_postfix (parser *ps, node *n, gboolean argument)
{
	const char *p;

	while (n != NULL && ps->error == NULL) {
		p = ps->p;
		if (member_below (ps, argument)) {
			n = parse_member (ps, n, FALSE);
			continue;
		}
		if (n->kind == N_TYPE && p[0] == ':' && p[1] == ':')
			n = parse_member (ps, n, TRUE);
		else if (member_follows (p))
			n = parse_member (ps, n, FALSE);
		else if (*p == '[')
			n = parse_index (ps, n);
		else if (!argument && p[0] && p[0] == p[1]
			 && (*p == '+' || *p == '-'))
			n = parse_step_after (ps, n);
		else
			break;
		if (n != NULL)
			n->end = (guint) (ps->p - ps->s->text);
	}
	return n;
}

static node *
parse_expected (parser *ps)
{
	if (*ps->p == '\0') {
		ps->incomplete = TRUE;
		return parse_fail (ps, ps->p, "a value is expected here, but "
				   "the text ends");
	}
	if (*ps->p == '\n')
		return parse_fail (ps, ps->p, "a value is expected here, but "
				   "the line ends");
	return parse_fail (ps, ps->p, "a value is expected here");
}

node *
parse_primary (parser *ps, gboolean argument)
{
	const char *p = ps->p;
	node *n;

	if (*p == '$')
		n = parse_variable (ps);
	else if (lex_single (p) || lex_double (p))
		n = parse_string (ps);
	else if (*p == '(')
		n = parse_enter (ps) ? parse_paren (ps) : NULL;
	else if (*p == '@')
		n = parse_enter (ps) ? parse_at (ps) : NULL;
	else if (*p == '{')
		n = parse_enter (ps) ? parse_script_block (ps) : NULL;
	else if (*p == '[')
		n = parse_type (ps);
	else if (g_ascii_isdigit (*p)
		 || (*p == '.' && g_ascii_isdigit (p[1])))
		n = parse_number (ps);
	else
		return parse_expected (ps);
	ps->depth -= *p == '(' || *p == '@' || *p == '{';
	return parse_postfix (ps, n, argument);
}

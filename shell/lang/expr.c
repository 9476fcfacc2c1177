/*
 * expr.c - parses expressions: operators by their published precedence. What
 * they work on is in primary.c.
 */
#include <string.h>

#include "parse.h"

/* ---- operators ---- */

typedef struct {
	const char *name;
	node_op op;
	int level;		/* binds the tighter, the higher */
	gboolean cased;		/* has -c and -i forms */
} operator;

enum { L_LOGIC = 1, L_BITS, L_COMPARE, L_ADD, L_MUL, L_FORMAT, L_RANGE };

static const operator word_ops[] = {
	{ "and", OP_AND, L_LOGIC, FALSE },
	{ "or", OP_OR, L_LOGIC, FALSE },
	{ "xor", OP_XOR, L_LOGIC, FALSE },
	{ "band", OP_BAND, L_BITS, FALSE },
	{ "bor", OP_BOR, L_BITS, FALSE },
	{ "bxor", OP_BXOR, L_BITS, FALSE },
	{ "eq", OP_EQ, L_COMPARE, TRUE },
	{ "ne", OP_NE, L_COMPARE, TRUE },
	{ "gt", OP_GT, L_COMPARE, TRUE },
	{ "ge", OP_GE, L_COMPARE, TRUE },
	{ "lt", OP_LT, L_COMPARE, TRUE },
	{ "le", OP_LE, L_COMPARE, TRUE },
	{ "like", OP_LIKE, L_COMPARE, TRUE },
	{ "notlike", OP_NOTLIKE, L_COMPARE, TRUE },
	{ "match", OP_MATCH, L_COMPARE, TRUE },
	{ "notmatch", OP_NOTMATCH, L_COMPARE, TRUE },
	{ "replace", OP_REPLACE, L_COMPARE, TRUE },
	{ "contains", OP_CONTAINS, L_COMPARE, TRUE },
	{ "notcontains", OP_NOTCONTAINS, L_COMPARE, TRUE },
	{ "in", OP_IN, L_COMPARE, TRUE },
	{ "notin", OP_NOTIN, L_COMPARE, TRUE },
	{ "split", OP_SPLIT, L_COMPARE, TRUE },
	{ "join", OP_JOIN, L_COMPARE, FALSE },
	{ "isnot", OP_ISNOT, L_COMPARE, FALSE },
	{ "is", OP_IS, L_COMPARE, FALSE },
	{ "as", OP_AS, L_COMPARE, FALSE },
	{ "shl", OP_SHL, L_COMPARE, FALSE },
	{ "shr", OP_SHR, L_COMPARE, FALSE },
	{ "f", OP_FORMAT, L_FORMAT, FALSE },
};

static const operator sign_ops[] = {
	{ "..", OP_RANGE, L_RANGE, FALSE },
	{ "+", OP_ADD, L_ADD, FALSE },
	{ "-", OP_SUB, L_ADD, FALSE },
	{ "*", OP_MUL, L_MUL, FALSE },
	{ "/", OP_DIV, L_MUL, FALSE },
	{ "%", OP_MOD, L_MUL, FALSE },
};

/* "-ceq": the length of the whole word, or 0. */
static gsize
match_word_op (const operator *o, const char *word, gsize n, gboolean *cs)
{
	gsize len = strlen (o->name);
	char first = (char) (*word | 0x20);

	*cs = FALSE;
	if (n == len && g_ascii_strncasecmp (word, o->name, n) == 0)
		return n;
	if (!o->cased || n != len + 1 || (first != 'c' && first != 'i'))
		return 0;
	*cs = first == 'c';
	return g_ascii_strncasecmp (word + 1, o->name, len) == 0 ? n : 0;
}

node_op
op_by_name (const char *word, gboolean *match_case)
{
	for (gsize i = 0; i < G_N_ELEMENTS (word_ops); i++)
		if (match_word_op (&word_ops[i], word, strlen (word),
				   match_case))
			return word_ops[i].op;
	return OP_NONE;
}

/* The operator at the cursor; `length` of what it takes. */
static const operator *
peek_word_op (parser *ps, gsize *length, gboolean *cs)
{
	int dash = lex_dash (ps->p);
	const char *word = ps->p + dash;
	gsize n = 0;

	while (g_ascii_isalpha (word[n]))
		n++;
	for (gsize i = 0; n > 0 && i < G_N_ELEMENTS (word_ops); i++)
		if (match_word_op (&word_ops[i], word, n, cs)) {
			*length = (gsize) dash + n;
			return &word_ops[i];
		}
	if (n > 0)
		parse_fail (ps, ps->p, "there is no operator -%.*s",
			    (int) n, word);
	return NULL;
}

static const operator *
peek_operator (parser *ps, gsize *length, gboolean *cs)
{
	int dash = lex_dash (ps->p);

	*cs = FALSE;
	if (dash > 0 && g_ascii_isalpha (ps->p[dash]))
		return peek_word_op (ps, length, cs);
	/* += and its like belong to the assignment. */
	if (*ps->p != '\0' && *ps->p != '.' && ps->p[MAX (dash, 1)] == '=')
		return NULL;
	if (dash > 0) {
		*length = (gsize) dash;
		return &sign_ops[2];
	}
	for (gsize i = 0; i < G_N_ELEMENTS (sign_ops); i++) {
		*length = strlen (sign_ops[i].name);
		if (strncmp (ps->p, sign_ops[i].name, *length) == 0)
			return &sign_ops[i];
	}
	return NULL;
}

/* unary { , unary } */
static node *
parse_list (parser *ps)
{
	node *first = parse_unary (ps);
	node *list;

	if (first == NULL || ps->no_comma)
		return first;
	lex_blank (ps);
	if (*ps->p != ',')
		return first;
	list = node_new (ps, N_LIST, ps->s->text + first->at);
	node_add (list, first);
	while (lex_char (ps, ',')) {
		node *next;

		lex_lines (ps);
		next = parse_unary (ps);
		if (next == NULL)
			return NULL;
		node_add (list, next);
		lex_blank (ps);
	}
	list->end = (guint) (ps->p - ps->s->text);
	return list;
}

static node *
parse_binary (parser *ps, int level)
{
	node *left = parse_list (ps);
	const operator *o;
	gboolean cs;
	gsize n = 0;

	while (left != NULL) {
		node *both;

		lex_blank (ps);
		o = ps->error ? NULL : peek_operator (ps, &n, &cs);
		if (o == NULL || o->level < level)
			break;
		both = node_new (ps, N_BINARY, ps->p);
		ps->p += n;
		lex_lines (ps);
		both->op = (int) o->op;
		both->match_case = cs;
		both->a = left;
		if (!parse_enter (ps))
			return NULL;
		both->b = parse_binary (ps, o->level + 1);
		ps->depth--;
		both->end = (guint) (ps->p - ps->s->text);
		left = both->b ? both : NULL;
	}
	return ps->error ? NULL : left;
}

node *
parse_expression (parser *ps)
{
	node *n;

	if (!parse_enter (ps))
		return NULL;
	lex_blank (ps);
	n = parse_binary (ps, L_LOGIC);
	ps->depth--;
	return n;
}

/* ---- unary operators and casts ---- */

static node_op
peek_unary (const char *p, gsize *length)
{
	static const struct { const char *word; node_op op; } words[] = {
		{ "not", OP_NOT }, { "bnot", OP_BNOT }, { "join", OP_JOIN },
		{ "split", OP_SPLIT },
	};
	int dash = lex_dash (p);

	*length = 1;
	if (*p == '!')
		return OP_NOT;
	if (*p == '+')
		return OP_PLUS;
	if (dash == 0)
		return OP_NONE;
	for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
		gsize n = strlen (words[i].word);

		*length = (gsize) dash + n;
		if (g_ascii_strncasecmp (p + dash, words[i].word, n) == 0
		    && !g_ascii_isalnum (p[*length]))
			return words[i].op;
	}
	*length = (gsize) dash;
	return OP_MINUS;
}

static node *
parse_step_before (parser *ps)
{
	node *n = node_new (ps, N_STEP, ps->p);

	n->op = *ps->p == '+' ? OP_ADD : OP_SUB;
	n->flag = TRUE;
	ps->p += 2;
	lex_blank (ps);
	n->a = parse_unary (ps);
	return n->a ? n : NULL;
}

static node *
parse_unary_inner (parser *ps)
{
	gsize length;
	node_op op = peek_unary (ps->p, &length);
	node *n;

	if (ps->p[0] == ',' && !ps->no_comma) {
		n = node_new (ps, N_LIST, ps->p++);
		lex_lines (ps);
		n->a = parse_unary (ps);
		return n->a ? node_add (n, n->a) : NULL;
	}
	if ((ps->p[0] == '+' || ps->p[0] == '-') && ps->p[1] == ps->p[0])
		return parse_step_before (ps);
	if (op == OP_NONE)
		return parse_primary (ps, FALSE);
	n = node_new (ps, N_UNARY, ps->p);
	n->op = (int) op;
	ps->p += length;
	lex_lines (ps);
	/* -join and -split take a whole list: -join (a, b) and -join a, b. */
	n->a = op == OP_JOIN || op == OP_SPLIT ? parse_list (ps)
		: parse_unary (ps);
	n->end = (guint) (ps->p - ps->s->text);
	return n->a ? n : NULL;
}

node *
parse_unary (parser *ps)
{
	node *n;

	if (!parse_enter (ps))
		return NULL;
	n = parse_unary_inner (ps);
	ps->depth--;
	return n;
}

/* Does a pipeline that stands here begin with an expression? */
gboolean
parse_expression_starts (parser *ps)
{
	const char *p = ps->p;
	int dash = lex_dash (p);
	sh_number x;
	gsize n;

	if (*p != '\0' && strchr ("$@([{!,", *p))
		return TRUE;
	if (lex_single (p) || lex_double (p))
		return TRUE;
	if (dash > 0)
		return (peek_unary (p, &n) != OP_MINUS)
			|| g_ascii_isdigit (p[dash]) || p[dash] == '.'
			|| (p[dash] && strchr ("$(-", p[dash]))
			|| (p[dash] == ' ' && p[dash + 1]
			    && (g_ascii_isdigit (p[dash + 1])
				|| strchr ("$(", p[dash + 1])));
	if (*p == '+')
		return TRUE;
	/* 7z is a program, 7 is a number. */
	return sh_number_scan (p, &x) && !lex_word_char (p + x.length)
		&& (p[x.length] != '.' || p[x.length + 1] == '.'
		    || g_ascii_isalpha (p[x.length + 1]));
}

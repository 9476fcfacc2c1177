/*
 * expr.c - parses expressions: operators by their published precedence,
 * casts, literals, members, indexes and method calls.
 */
#include <string.h>

#include "parse.h"

static node *parse_unary (parser *ps);

node *
parse_const (parser *ps, const char *at, sh_value *v)
{
	node *n = node_new (ps, N_CONST, at);

	n->value = v;
	n->end = (guint) (ps->p - ps->s->text);
	return n;
}

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

static node *
parse_unary (parser *ps)
{
	node *n;

	if (!parse_enter (ps))
		return NULL;
	n = parse_unary_inner (ps);
	ps->depth--;
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

static node *
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

static node *
parse_postfix (parser *ps, node *n, gboolean argument)
{
	const char *p;

	while (n != NULL && ps->error == NULL) {
		p = ps->p;
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
	/* A block is no object of a member: `% { … }.x` is not written. */
	return parse_postfix (ps, n, argument);
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
			|| (p[dash] && strchr ("$(-", p[dash]));
	if (*p == '+')
		return TRUE;
	/* 7z is a program, 7 is a number. */
	return sh_number_scan (p, &x) && !lex_word_char (p + x.length)
		&& (p[x.length] != '.' || p[x.length + 1] == '.');
}

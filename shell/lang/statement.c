/*
 * statement.c - parses statements: pipelines, assignments, conditions, loops,
 * switch, try, and how a block leaves.
 */
#include <string.h>

#include "parse.h"

static void
close_node (parser *ps, node *n)
{
	n->end = (guint) (ps->p - ps->s->text);
}

/* ---- pipelines and assignments ---- */

static int
peek_assign (const char *p, gsize *length)
{
	static const struct { char c; int op; } ops[] = {
		{ '+', OP_ADD }, { '-', OP_SUB }, { '*', OP_MUL },
		{ '/', OP_DIV }, { '%', OP_MOD },
	};

	*length = 1;
	if (*p == '=' && p[1] != '=')
		return OP_EQ;
	for (gsize i = 0; i < G_N_ELEMENTS (ops); i++)
		if (*p == ops[i].c && p[1] == '=') {
			*length = 2;
			return ops[i].op;
		}
	return OP_NONE;
}

static gboolean
assignable (const node *n)
{
	if (n->kind == N_LIST) {
		for (guint i = 0; i < n->kids->len; i++)
			if (!assignable (n->kids->pdata[i]))
				return FALSE;
		return TRUE;
	}
	if (n->kind == N_CAST)
		return assignable (n->a);
	return n->kind == N_VAR || n->kind == N_MEMBER || n->kind == N_INDEX
		|| n->kind == N_STATIC;
}

static node *
parse_assignment (parser *ps, node *target, int op, gsize length)
{
	node *n = node_new (ps, N_ASSIGN, ps->s->text + target->at);

	if (!assignable (target))
		return parse_fail (ps, ps->p, "only a variable, a property or "
				   "an index can be assigned to");
	ps->p += length;
	n->op = op;
	n->a = target;
	lex_lines (ps);
	n->b = parse_statement (ps);
	close_node (ps, n);
	return n->b ? n : NULL;
}

/* A pipe at the end of this line, or at the start of the next one. */
static gboolean
pipe_follows (parser *ps)
{
	const char *p = ps->p;

	while (*p == '\n' || lex_space (p))
		p++;
	if (*p != '|' || p[1] == '|')
		return FALSE;
	ps->p = p + 1;
	lex_lines (ps);
	return TRUE;
}

static node *
parse_element_command (parser *ps)
{
	if (*ps->p == '\0') {
		ps->incomplete = TRUE;
		return parse_fail (ps, ps->p, "a command is expected behind "
				   "the pipe");
	}
	if (parse_expression_starts (ps) && *ps->p != '(' && *ps->p != '$')
		return parse_fail (ps, ps->p, "a value can only stand at the "
				   "start of a pipeline; a command expected");
	return parse_command (ps);
}

/* 'text' > file is 'text' | Write-Output > file. */
static node *
parse_value_to_file (parser *ps, node *n)
{
	node *c = node_new (ps, N_COMMAND, ps->p);
	node *to = parse_redirect (ps);

	if (to == NULL)
		return NULL;
	c->a = parse_const (ps, ps->s->text + c->at,
			    sh_string ("Write-Output"));
	node_add (c, to);
	close_node (ps, n);
	return node_add (n, c);
}

node *
parse_pipeline (parser *ps)
{
	node *n, *first;
	gsize length;
	int op;

	lex_blank (ps);
	n = node_new (ps, N_PIPELINE, ps->p);
	if (parse_expression_starts (ps)) {
		first = parse_expression (ps);
		if (first == NULL)
			return NULL;
		lex_blank (ps);
		op = peek_assign (ps->p, &length);
		if (op != OP_NONE)
			return parse_assignment (ps, first, op, length);
		if (*ps->p == '>')
			return parse_value_to_file (ps, node_add (n, first));
	} else {
		first = parse_command (ps);
	}
	if (first == NULL || ps->error)
		return NULL;
	node_add (n, first);
	while (pipe_follows (ps)) {
		node *next = parse_element_command (ps);

		if (next == NULL)
			return NULL;
		node_add (n, next);
	}
	close_node (ps, n);
	return n;
}

/* ---- blocks ---- */

/* A statement that ends in a block needs nothing behind it. */
static gboolean
ends_itself (const node *n)
{
	switch (n->kind) {
	case N_IF:
	case N_WHILE:
	case N_FOR:
	case N_FOREACH:
	case N_SWITCH:
	case N_FUNCTION:
	case N_CLASS:
	case N_TRAP:
	case N_TRY:
		return TRUE;
	default:
		return FALSE;
	}
}

static gboolean
statement_ended (parser *ps, const node *n, char close)
{
	lex_blank (ps);
	if (*ps->p == close || *ps->p == ';' || *ps->p == '\n'
	    || *ps->p == '\0' || ends_itself (n))
		return TRUE;
	if (*ps->p == ')' || *ps->p == '}') {
		parse_fail (ps, ps->p, "'%c' closes nothing", *ps->p);
		return FALSE;
	}
	parse_fail (ps, ps->p, "the end of the statement is expected before "
		    "'%.*s'", g_utf8_skip[(guchar) *ps->p], ps->p);
	return FALSE;
}

node *
parse_statements (parser *ps, char close)
{
	node *n = node_new (ps, N_STATEMENTS, ps->p);

	for (lex_separators (ps); *ps->p != close && ps->error == NULL;
	     lex_separators (ps)) {
		node *s;

		if (*ps->p == '\0') {
			ps->incomplete = TRUE;
			return parse_fail (ps, ps->p, "%c expected, but the "
					   "text ends", close);
		}
		s = parse_statement (ps);
		if (s == NULL || !statement_ended (ps, s, close))
			return NULL;
		n->flag |= s->kind == N_TRAP;
		node_add (n, s);
	}
	if (ps->error)
		return NULL;
	if (close != '\0')
		ps->p++;
	close_node (ps, n);
	return n;
}

node *
parse_block (parser *ps)
{
	node *n;

	lex_lines (ps);
	if (*ps->p != '{') {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "{ expected");
	}
	ps->p++;
	if (!parse_enter (ps))
		return NULL;
	n = parse_statements (ps, '}');
	ps->depth--;
	return n;
}

/* ( pipeline ) */
static node *
parse_condition (parser *ps)
{
	node *n;

	lex_lines (ps);
	if (!lex_char (ps, '(')) {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "( expected");
	}
	lex_lines (ps);
	n = parse_pipeline (ps);
	if (n == NULL)
		return NULL;
	lex_lines (ps);
	if (!lex_char (ps, ')')) {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, ") expected");
	}
	return n;
}

/* Looks over the ends of lines for `word`; stays where it was without it. */
gboolean
parse_keyword_follows (parser *ps, const char *word)
{
	const char *from = ps->p;

	lex_lines (ps);
	if (ps->error == NULL && lex_keyword (ps, word))
		return TRUE;
	ps->p = from;
	return FALSE;
}

/* ---- conditions and loops ---- */

static node *
parse_if (parser *ps, node *n)
{
	do {
		node *condition = parse_condition (ps);
		node *body = condition ? parse_block (ps) : NULL;

		if (body == NULL)
			return NULL;
		node_add (node_add (n, condition), body);
	} while (parse_keyword_follows (ps, "elseif"));
	if (parse_keyword_follows (ps, "else")) {
		n->b = parse_block (ps);
		if (n->b == NULL)
			return NULL;
	}
	return n;
}

static node *
parse_while (parser *ps, node *n)
{
	n->a = parse_condition (ps);
	n->b = n->a ? parse_block (ps) : NULL;
	return n->b ? n : NULL;
}

static node *
parse_do (parser *ps, node *n)
{
	n->a = parse_block (ps);
	if (n->a == NULL)
		return NULL;
	n->flag = parse_keyword_follows (ps, "until");
	if (!n->flag && !parse_keyword_follows (ps, "while")) {
		lex_lines (ps);
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "while or until expected");
	}
	n->b = parse_condition (ps);
	return n->b ? n : NULL;
}

static gboolean
parse_for_part (parser *ps, node **part, char close)
{
	lex_lines (ps);
	if (*ps->p != close) {
		*part = parse_pipeline (ps);
		if (*part == NULL)
			return FALSE;
		lex_lines (ps);
	}
	if (lex_char (ps, close))
		return TRUE;
	ps->incomplete |= *ps->p == '\0';
	parse_fail (ps, ps->p, "%c expected", close);
	return FALSE;
}

static node *
parse_for (parser *ps, node *n)
{
	lex_lines (ps);
	if (!lex_char (ps, '('))
		return parse_fail (ps, ps->p, "( expected");
	if (!parse_for_part (ps, &n->a, ';')
	    || !parse_for_part (ps, &n->b, ';')
	    || !parse_for_part (ps, &n->c, ')'))
		return NULL;
	n->d = parse_block (ps);
	return n->d ? n : NULL;
}

static node *
parse_foreach (parser *ps, node *n)
{
	node *variable;

	lex_lines (ps);
	if (!lex_char (ps, '('))
		return parse_fail (ps, ps->p, "( expected");
	lex_lines (ps);
	if (*ps->p != '$')
		return parse_fail (ps, ps->p, "a variable expected");
	variable = parse_variable (ps);
	if (variable == NULL)
		return NULL;
	n->text = g_strdup (variable->text);
	n->key = variable->key;
	lex_lines (ps);
	if (!lex_keyword (ps, "in"))
		return parse_fail (ps, ps->p, "in expected");
	lex_lines (ps);
	n->a = parse_pipeline (ps);
	if (n->a == NULL)
		return NULL;
	lex_lines (ps);
	if (!lex_char (ps, ')')) {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, ") expected");
	}
	n->b = parse_block (ps);
	return n->b ? n : NULL;
}

/* ---- switch ---- */

static node *
parse_switch_flags (parser *ps, node *n)
{
	static const struct { const char *name; int flag; } flags[] = {
		{ "regex", SWITCH_REGEX }, { "wildcard", SWITCH_WILDCARD },
		{ "casesensitive", SWITCH_CASE }, { "exact", 0 },
	};

	for (lex_lines (ps); lex_dash (ps->p); lex_lines (ps)) {
		gsize i = 0;

		ps->p += lex_dash (ps->p);
		while (i < G_N_ELEMENTS (flags)
		       && !lex_keyword (ps, flags[i].name))
			i++;
		if (i == G_N_ELEMENTS (flags))
			return parse_fail (ps, ps->p, "switch takes -Regex, "
					   "-Wildcard, -Exact or "
					   "-CaseSensitive");
		n->op |= flags[i].flag;
	}
	return n;
}

static node *
parse_switch_label (parser *ps)
{
	if (parse_expression_starts (ps))
		return parse_primary (ps, TRUE);
	return parse_word (ps, NULL);
}

static node *
parse_switch (parser *ps, node *n)
{
	if (parse_switch_flags (ps, n) == NULL)
		return NULL;
	n->a = parse_condition (ps);
	if (n->a == NULL)
		return NULL;
	lex_lines (ps);
	if (!lex_char (ps, '{'))
		return parse_fail (ps, ps->p, "{ expected");
	for (lex_separators (ps); !lex_char (ps, '}'); lex_separators (ps)) {
		node *label = NULL, *body;

		if (*ps->p == '\0') {
			ps->incomplete = TRUE;
			return parse_fail (ps, ps->p, "} expected");
		}
		if (!lex_keyword (ps, "default")) {
			label = parse_switch_label (ps);
			if (label == NULL)
				return NULL;
		}
		body = parse_block (ps);
		if (body == NULL)
			return NULL;
		if (label == NULL)
			n->b = body;
		else
			node_add (node_add (n, label), body);
	}
	return n;
}

typedef struct {
	const char *word;
	node_kind kind;
	node *(*parse) (parser *ps, node *n);
} keyword;

static const keyword keywords[] = {
	{ "if", N_IF, parse_if },
	{ "while", N_WHILE, parse_while },
	{ "do", N_DO, parse_do },
	{ "for", N_FOR, parse_for },
	{ "foreach", N_FOREACH, parse_foreach },
	{ "switch", N_SWITCH, parse_switch },
	{ "try", N_TRY, parse_try },
	{ "trap", N_TRAP, parse_trap },
	{ "return", N_RETURN, parse_leave },
	{ "exit", N_EXIT, parse_leave },
	{ "throw", N_THROW, parse_leave },
	{ "break", N_BREAK, parse_loop_leave },
	{ "continue", N_CONTINUE, parse_loop_leave },
};

static node *
parse_labelled (parser *ps)
{
	char *label;
	node *n;

	ps->p++;
	label = lex_name (ps);
	lex_lines (ps);
	n = parse_statement (ps);
	if (n != NULL && n->label == NULL)
		n->label = g_steal_pointer (&label);
	g_free (label);
	return n;
}

/* class NAME, enum NAME; the word alone is a command's. */
static gboolean
at_definition (parser *ps, const char *word)
{
	const char *p = ps->p + strlen (word);

	return lex_at_keyword (ps, word) && (*p == ' ' || *p == '\t')
		&& (p += strspn (p, " \t"), lex_word_char (p));
}

/* using namespace X, using module X: names are found without it. */
static gboolean
at_using (parser *ps)
{
	const char *p = ps->p + strlen ("using");

	if (!lex_at_keyword (ps, "using") || (*p != ' ' && *p != '\t'))
		return FALSE;
	p += strspn (p, " \t");
	return g_ascii_strncasecmp (p, "namespace ", 10) == 0
		|| g_ascii_strncasecmp (p, "module ", 7) == 0
		|| g_ascii_strncasecmp (p, "assembly ", 9) == 0;
}

static node *
parse_using (parser *ps)
{
	node *n = node_new (ps, N_PIPELINE, ps->p);

	node_add (n, parse_const (ps, ps->p, sh_void ()));
	ps->p += strcspn (ps->p, ";\n");
	close_node (ps, n);
	return n;
}

/* [Flags()] enum NAME */
static node *
parse_flags (parser *ps)
{
	node *n;

	ps->p += strlen ("[Flags()]");
	lex_lines (ps);
	if (!at_definition (ps, "enum")) {
		ps->incomplete |= *ps->p == '\0';
		return parse_fail (ps, ps->p, "enum NAME expected behind "
				   "[Flags()]");
	}
	n = parse_class (ps);
	if (n != NULL)
		n->match_case = TRUE;
	return n;
}

static node *
parse_statement_inner (parser *ps)
{
	if (*ps->p == ':' && lex_word_char (ps->p + 1))
		return parse_labelled (ps);
	if (lex_at_keyword (ps, "function") || lex_at_keyword (ps, "filter"))
		return parse_function (ps);
	if (at_definition (ps, "class") || at_definition (ps, "enum"))
		return parse_class (ps);
	if (at_using (ps))
		return parse_using (ps);
	if (g_ascii_strncasecmp (ps->p, "[Flags()]", 9) == 0)
		return parse_flags (ps);
	for (gsize i = 0; i < G_N_ELEMENTS (keywords); i++) {
		node *n;

		if (!lex_at_keyword (ps, keywords[i].word))
			continue;
		n = node_new (ps, keywords[i].kind, ps->p);
		ps->p += strlen (keywords[i].word);
		n = keywords[i].parse (ps, n);
		if (n != NULL)
			close_node (ps, n);
		return ps->error ? NULL : n;
	}
	return parse_pipeline (ps);
}

node *
parse_statement (parser *ps)
{
	node *n;

	lex_blank (ps);
	if (!parse_enter (ps))
		return NULL;
	n = parse_statement_inner (ps);
	ps->depth--;
	return ps->error ? NULL : n;
}

/*
 * tree.h - the syntax tree of one source text. The parser makes it, the
 * evaluator walks it, script blocks and functions keep it alive.
 */
#ifndef SH_TREE_H
#define SH_TREE_H

#include "private.h"

typedef enum {
	/* expressions */
	N_CONST,	/* value */
	N_EXPAND,	/* kids: pieces of a string */
	N_VAR,		/* text: name with its scope */
	N_LIST,		/* kids: a, b, c */
	N_ARRAY,	/* @( a ) */
	N_SUBEXPR,	/* $( a ) */
	N_PAREN,	/* ( a ) */
	N_HASH,		/* kids: key, value, key, value */
	N_BLOCK,	/* { a } with a an N_BODY */
	N_MEMBER,	/* a . b */
	N_METHOD,	/* a . b ( kids ) */
	N_STATIC,	/* [text]::b */
	N_STATIC_CALL,	/* [text]::b ( kids ) */
	N_INDEX,	/* a [ b ] */
	N_CAST,		/* [text] a */
	N_TYPE,		/* [text] */
	N_UNARY,	/* op a */
	N_BINARY,	/* a op b */
	N_STEP,		/* ++ and --; op; `flag`: before the operand */
	/* statements */
	N_STATEMENTS,	/* kids */
	N_PIPELINE,	/* kids: the first an expression or all N_COMMAND */
	N_COMMAND,	/* a: name; kids: N_ARG and N_REDIRECT; op: & or . */
	N_ARG,		/* text: -name; a: value; SH_NODE_* flags */
	N_REDIRECT,	/* op: '1', '2' or '*'; flag: append; a: file */
	N_ASSIGN,	/* a op= b */
	N_IF,		/* kids: condition, body, …; b: else */
	N_WHILE,	/* a: condition; b: body */
	N_DO,		/* a: body; b: condition; flag: until */
	N_FOR,		/* a; b; c with the body d */
	N_FOREACH,	/* text in a with the body b */
	N_SWITCH,	/* a; kids: condition, body, …; b: default; op */
	N_FUNCTION,	/* text with a, an N_BODY; flag: filter */
	N_CLASS,	/* text: type; kids: N_PARAM and N_FUNCTION; flag: enum,
			 * match_case: [Flags()], its words are bits;
			 * of those flag: static, b: arguments of base */
	N_BODY,		/* kids: N_PARAM; a begin, b process, c end;
			 * d: N_PARAM with the attributes of all */
	N_PARAM,	/* text; type; a: default; kids: N_ATTRIBUTE */
	N_ATTRIBUTE,	/* text; kids: N_ARG */
	N_RETURN, N_EXIT, N_THROW,	/* a or NULL */
	N_BREAK, N_CONTINUE,		/* text: label or NULL */
	N_TRY,		/* a; kids: N_CATCH; b: finally */
	N_TRAP,		/* kids: an N_CATCH */
	N_CATCH,	/* kids: N_TYPE; a */
} node_kind;

typedef enum {
	OP_NONE,
	OP_EQ, OP_NE, OP_GT, OP_GE, OP_LT, OP_LE,
	OP_LIKE, OP_NOTLIKE, OP_MATCH, OP_NOTMATCH, OP_REPLACE,
	OP_CONTAINS, OP_NOTCONTAINS, OP_IN, OP_NOTIN,
	OP_SPLIT, OP_JOIN, OP_IS, OP_ISNOT, OP_AS,
	OP_BAND, OP_BOR, OP_BXOR, OP_SHL, OP_SHR,
	OP_AND, OP_OR, OP_XOR,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
	OP_FORMAT, OP_RANGE,
	OP_NOT, OP_BNOT, OP_MINUS, OP_PLUS,
} node_op;

enum {
	ARG_BARE = 1 << 0,	/* an unquoted word */
	ARG_ATTACHED = 1 << 1,	/* -Name:value */
	ARG_SPLAT = 1 << 2,	/* @name */
	ARG_GLUED = 1 << 3,	/* no blank before it */
};

enum { SWITCH_REGEX = 1, SWITCH_WILDCARD = 2, SWITCH_CASE = 4 };

typedef struct node node;
struct node {
	node_kind kind;
	guint at, end;		/* bytes in the source */
	int op;
	int flag;
	gboolean match_case;	/* -ceq and its like */
	char *text;
	const char *key;	/* N_VAR, N_FOREACH: var_key, or NULL */
	char *type;
	char *label;		/* of a loop */
	sh_value *value;
	node *a, *b, *c, *d;
	GPtrArray *kids;	/* or NULL */
};

typedef struct {
	int refs;
	char *text;
	char *name;		/* file, or NULL */
	GArray *lines;		/* offset of each line's start */
	GPtrArray *nodes;	/* all of them, owned */
	node *root;		/* N_BODY */
} script;

struct sh_block {
	int refs;
	struct scope *closure;	/* GetNewClosure; or NULL */
	script *from;
	node *body;
	guint at, end;		/* between the braces */
};

/*
 * NULL: SH_ERROR_SYNTAX or SH_ERROR_INCOMPLETE; the message has file, line,
 * column, the line itself and a caret.
 */
script *script_parse (const char *text, const char *name, GError **error);
script *script_ref (script *s);
void script_unref (script *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (script, script_unref)
sh_pos script_pos (const script *s, guint at);	/* column in characters */
/* "ceq" -> OP_EQ with its case; OP_NONE: there is none. */
node_op op_by_name (const char *word, gboolean *match_case);
/* "file:line:column" or "line:column"; owned. */
char *script_line (const script *s, guint at);	/* the whole line; owned */
char *script_where (const script *s, guint at);

#endif

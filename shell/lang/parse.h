/*
 * parse.h - what the files of the parser share. The parser reads characters:
 * what a character means depends on where it stands (expression or argument),
 * so there is no list of tokens between.
 */
#ifndef SH_PARSE_H
#define SH_PARSE_H

#include "tree.h"

typedef struct {
	script *s;
	const char *p;		/* cursor; the text ends with NUL */
	const char *end;
	int depth;
	gboolean raw;		/* words of a SH_RAW command */
	gboolean no_comma;	/* within the arguments of a method */
	gboolean incomplete;
	GError *error;
} parser;

/* Deeper nesting is an error, so that no text can use up the stack. */
#define PARSE_DEPTH 150

node *node_new (parser *ps, node_kind kind, const char *at);
node *node_add (node *n, node *kid);	/* returns n */
/* First error wins; returns NULL so that callers can hand it on. */
node *parse_fail (parser *ps, const char *at, const char *format, ...)
	G_GNUC_PRINTF (3, 4);
gboolean parse_enter (parser *ps);	/* FALSE: too deep */

/* lex.c */
void lex_blank (parser *ps);		/* blanks and comments */
void lex_lines (parser *ps);		/* and ends of lines */
void lex_separators (parser *ps);	/* and semicolons */
int lex_dash (const char *p);		/* bytes of a dash, or 0 */
int lex_single (const char *p);		/* bytes of a single quote, or 0 */
int lex_double (const char *p);		/* bytes of a double quote, or 0 */
int lex_space (const char *p);		/* bytes of a blank, or 0 */
gboolean lex_word_char (const char *p);	/* of a name */
gboolean lex_ends_word (const parser *ps, const char *p);
gboolean lex_keyword (parser *ps, const char *word);	/* consumes it */
gboolean lex_at_keyword (parser *ps, const char *word);
char *lex_name (parser *ps);		/* owned; NULL: none here */
gboolean lex_char (parser *ps, char c);	/* consumes it */
void lex_escape (parser *ps, GString *out);	/* behind a backtick */

/* string.c */
node *parse_string (parser *ps);
node *parse_here_string (parser *ps);
node *parse_word (parser *ps, node *first);	/* a bare word */
node *parse_variable (parser *ps);

/* expr.c and primary.c */
node *parse_expression (parser *ps);
node *parse_unary (parser *ps);
node *parse_primary (parser *ps, gboolean argument);
gboolean parse_expression_starts (parser *ps);
char *parse_type_name (parser *ps);	/* at '['; through ']' */
node *parse_const (parser *ps, const char *at, sh_value *v);

/* command.c */
node *parse_command (parser *ps);
node *parse_redirect (parser *ps);	/* at > or 2> */

/* statement.c */
node *parse_statement (parser *ps);
node *parse_pipeline (parser *ps);
node *parse_statements (parser *ps, char close);	/* consumes `close` */
node *parse_block (parser *ps);		/* { … } as N_STATEMENTS */

/* leave.c: behind the keyword of `n` */
node *parse_try (parser *ps, node *n);
node *parse_trap (parser *ps, node *n);
node *parse_leave (parser *ps, node *n);
node *parse_loop_leave (parser *ps, node *n);
/* Looks over the ends of lines for `word`; stays where it was without it. */
gboolean parse_keyword_follows (parser *ps, const char *word);

/* function.c */
node *parse_body (parser *ps, char close);	/* N_BODY */
node *parse_function (parser *ps);
gboolean parse_parameters (parser *ps, node *body);	/* behind the ( */
gboolean parse_attributes (parser *ps, node *n);	/* at a [ */
node *parse_arguments (parser *ps, node *call);		/* at the ( */

/* classdef.c */
node *parse_class (parser *ps);

#endif

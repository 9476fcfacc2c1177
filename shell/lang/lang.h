/*
 * lang.h - the language: source text to syntax tree to effects. Callers:
 * main.c (scripts, -c, the prompt), cmdlets that take script blocks, edit/
 * (is this input complete? what stands at the cursor?).
 */
#ifndef SH_LANG_H
#define SH_LANG_H

#include <signal.h>

#include "../cmdlet.h"

#define SH_ERROR (sh_error_quark ())
GQuark sh_error_quark (void);
typedef enum {
	SH_ERROR_SYNTAX,	/* exit status 2; nothing has run */
	SH_ERROR_INCOMPLETE,	/* more lines are needed: open quote, … */
	SH_ERROR_BIND,		/* unknown cmdlet or parameter, wrong value */
	SH_ERROR_RUNTIME,
	SH_ERROR_THROWN,	/* throw; value in sh_interp_thrown */
	SH_ERROR_EXIT,		/* exit N */
	SH_ERROR_STOP,		/* a handler wants no more input: no failure */
	SH_ERROR_INTERRUPTED,	/* Ctrl-C */
	/* As SH_ERROR_RUNTIME, each with an exception of its own to catch. */
	SH_ERROR_NO_COMMAND,
	SH_ERROR_NOT_FOUND,	/* a file, an item */
	SH_ERROR_DIVIDE,
	SH_ERROR_CAST,
	SH_ERROR_IO,
} sh_error;

typedef struct { int line, column; } sh_pos;	/* from 1 */

/* One argument of a command as the parser left it and evaluation filled it. */
typedef struct {
	char *name;		/* "-SwitchName" without the dash; or NULL */
	sh_value *value;	/* NULL: a name alone */
	gboolean bare;		/* an unquoted word */
	gboolean attached;	/* -Name:value */
	sh_pos pos;
} sh_arg_in;

typedef struct {
	vmnet_host *host;
	int out_fd, err_fd;
	gboolean interactive;
	/* Text, Json or Csv at the end of the pipeline. */
	enum { SH_OUT_TEXT, SH_OUT_JSON, SH_OUT_CSV } format;
	guint width;		/* of the terminal; 0: not one */
	gboolean colour;
	/* Set by the signal handler of main.c; cleared by sh_run. Or NULL. */
	volatile sig_atomic_t *interrupt;
	/* Takes what would be written to out_fd (the prompt's pager); FALSE:
	 * write it yourself. Or NULL. */
	gboolean (*page) (gpointer user, const char *text);
	gpointer page_user;
} sh_options;
void sh_set_page (sh_interp *in, gboolean (*page) (gpointer user,
						   const char *text),
		  gpointer user);

sh_interp *sh_interp_new (const sh_options *o);
void sh_interp_free (sh_interp *in);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sh_interp, sh_interp_free)

/*
 * Parses all of `text`, then runs it; results go to the end of the pipeline
 * (out_fd). `name` stands in messages (a file name, or NULL). `args`: $args.
 * Returns the exit status of DESIGN section 7; errors have been printed.
 */
int sh_run (sh_interp *in, const char *text, const char *name,
	    const char *const *args);
/* `exit` was met in the last sh_run: the prompt ends with its status. */
gboolean sh_exiting (const sh_interp *in);
/* TRUE when `text` lacks its end (open quote, brace, pipe, backtick). */
gboolean sh_incomplete (const char *text);

sh_value *sh_var_get (sh_interp *in, const char *name);	/* new ref or NULL */
void sh_var_set (sh_interp *in, const char *name, sh_value *v);	/* takes v */
char **sh_var_names (sh_interp *in);
gboolean sh_var_remove (sh_interp *in, const char *name);
/* From here on an assignment to it is an error. */
void sh_var_protect (sh_interp *in, const char *name);
gboolean sh_var_protected (sh_interp *in, const char *name);
void sh_alias_set (sh_interp *in, const char *name, const char *command);

typedef void (*sh_emit_func) (sh_value *v, gpointer user);	/* takes v */

/* ---- api.c ---- */

sh_value *sh_date (gint64 us);		/* microseconds since 1970 */
sh_value *sh_span (gint64 us);
/* A date, or text or ticks that are one. */
gboolean sh_date_us (const sh_value *v, gint64 *us);
char *sh_date_text (gint64 us, const char *format);	/* owned */
/* Where the pattern fits: a list of matches as [regex] has them. */
sh_value *sh_matches (sh_interp *in, const char *text, const char *pattern,
		      GError **error);
/* New-Object: an object of a .NET type or of a script's class. */
sh_value *sh_make (sh_interp *in, const char *type, const sh_value *args,
		   GError **error);
/* Runs text, or a file's, as if it stood here. */
gboolean sh_run_text (sh_interp *in, const char *text, sh_emit_func emit,
		      gpointer user, GError **error);
gboolean sh_source (sh_interp *in, const char *path, GError **error);
sh_value *sh_aliases (sh_interp *in);	/* hash: name to command */
char **sh_function_names (sh_interp *in);
sh_value *sh_function_params (sh_interp *in, const char *name);
gboolean sh_has_function (sh_interp *in, const char *name);
char *sh_program (const char *name);	/* its path, owned; or NULL */
char **sh_method_names (const sh_value *v);	/* g_strfreev */
/* The jobs of this shell; what they are is their cmdlets' alone. */
GPtrArray *sh_jobs (sh_interp *in, GDestroyNotify free_func);
/* What the prompt has run in this session, the oldest first. */
typedef struct {
	guint id;		/* from 1 */
	char *text;
	gint64 began, ended;	/* µs since the epoch */
	gboolean ok;
} sh_line;
GPtrArray *sh_lines (sh_interp *in);	/* sh_line *; not owned */
void sh_line_add (sh_interp *in, const char *text, gint64 began,
		  gint64 ended, gboolean ok);
/* What is printed from here on goes to that file too. */
gboolean sh_transcript_start (sh_interp *in, const char *path,
			      gboolean append, GError **error);
char *sh_transcript_stop (sh_interp *in);	/* its path, owned; or NULL */

/* Was Ctrl-C pressed? Long handlers ask, clean up and return FALSE. */
gboolean sh_interrupted (const sh_interp *in);
/* The same with the error that a handler, or an operator, ends with. */
gboolean sh_interrupted_error (const sh_interp *in, GError **error);
/* Stable, `list` in place: it compares its pointers. FALSE with error: Ctrl-C,
 * and the list is in any order. */
gboolean sh_sort (sh_interp *in, GPtrArray *list,
		  int (*compare) (gconstpointer a, gconstpointer b,
				  gpointer user),
		  gpointer user, GError **error);
/* A wildcard pattern of -like: * ? [a-z], backtick escapes. */
gboolean sh_like (const char *text, const char *pattern, gboolean match_case);
gboolean sh_has_wildcard (const char *pattern);
/* As -eq and -lt see two values: below, equal, above. Numbers as numbers. */
int sh_compare (const sh_value *a, const sh_value *b, gboolean match_case);
/* $object.name: also Count, Length and the members of a list's elements. New
 * reference. */
sh_value *sh_member (sh_value *object, const char *name);
gboolean sh_has_member (sh_value *object, const char *name);
/* $object.Name(args): a method; `args` may be NULL. NULL with error. */
sh_value *sh_invoke (sh_interp *in, sh_value *object, const char *name,
		     sh_value *args, GError **error);
/* `a -op b` as the language has it: "eq", "clike", "notmatch", … NULL with
 * error; an unknown operator is one. */
sh_value *sh_operate (sh_interp *in, const char *op, sh_value *a,
		      sh_value *b, GError **error);
/* The record of the error that a handler is about to return: its exception,
 * category, id and target. Takes `record`. */
void sh_error_give (sh_interp *in, sh_value *record);
/* A record of that message, as errors of ours have it. */
sh_value *sh_error_new (sh_interp *in, const char *message);
/* Text to out_fd as it is; Ctrl-C cuts it short. */
void sh_write (sh_interp *in, const char *text);
/* A line to out_fd (what is waiting to be printed goes first) or err_fd. */
void sh_say (sh_interp *in, const char *text);
void sh_complain (sh_interp *in, const char *text);
void sh_warning (sh_interp *in, const char *text);	/* or where 3> says */
/* "Stop", "Continue", … of a word or its number; NULL: none of them. */
const char *sh_action_word (const sh_value *v);
/* Warnings '3', verbose '4', debug '5' or information '6' that is redirected:
 * TRUE, it went there. */
gboolean sh_stream (sh_interp *in, char stream, const char *text);
/* For -WarningVariable and -InformationVariable of the functions that run. */
void sh_stream_keep (sh_interp *in, char stream, const char *text);
/*
 * Commits what the statement has changed so far: for handlers that need it to
 * be in the kernel now (Invoke-Command). A new transaction begins on demand.
 */
gboolean sh_commit (sh_interp *in, GError **error);

/*
 * A transaction of many statements: from hold on, their changes wait until
 * sh_hold_commit (or go with sh_hold_drop), reads show them, and a statement
 * that fails takes back its own. `wait`: others may commit meanwhile, and then
 * this one can not (a prompt); else it has the lock (a script).
 */
void sh_hold (sh_interp *in, gboolean wait);
gboolean sh_held (const sh_interp *in);
gboolean sh_hold_pending (const sh_interp *in);	/* is there any change? */
/* What the commit would do; as vmnet_txn_describe. */
GPtrArray *sh_hold_describe (sh_interp *in, GError **error);
/* On failure what waits goes on waiting. Either way it stays held. `within`:
 * seconds (a warning says till when) in which it is to be confirmed, or 0. */
gboolean sh_hold_commit (sh_interp *in, guint within, GError **error);
/* "120"; FALSE with error: no such number. */
gboolean sh_confirm_seconds (const char *text, guint *out, GError **error);
void sh_hold_drop (sh_interp *in);
void sh_hold_end (sh_interp *in);	/* drops, and statements are as ever */

/* Calls a block with $_ = item; what it emits goes to `emit`. */
gboolean sh_block_call (sh_interp *in, sh_block *b, sh_value *item,
			const sh_value *args, sh_emit_func emit,
			gpointer user, GError **error);

/* ---- the binder (shell/bind.c), called by the evaluator ---- */

/* Binds the arguments; NULL: error with position in the message's end. */
sh_call *sh_bind (sh_interp *in, const sh_cmdlet *c, const sh_arg_in *args,
		  guint n, gboolean has_pipeline, GError **error);
/* Binds one pipeline object to `call` before its process. */
gboolean sh_bind_input (sh_call *call, sh_value *item, GError **error);
void sh_call_on_emit (sh_call *call, sh_emit_func f, gpointer user);
void sh_call_free (sh_call *call);
/* Adds v (taken) to the variable that the common parameter `param`
 * (-ErrorVariable, …) of this call names; without that, to nothing. */
void sh_call_note (sh_call *call, const char *param, sh_value *v);

/* ---- the end of a pipeline (shell/format/) ---- */

/* Writes values as the default view, or as -OutputFormat says. */
void sh_print (sh_interp *in, GPtrArray *values);
const sh_options *sh_interp_options (const sh_interp *in);

#endif

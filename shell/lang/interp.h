/*
 * interp.h - the evaluator's own state, shared by the files that walk the
 * tree. Nothing outside lang/ includes it.
 */
#ifndef SH_INTERP_H
#define SH_INTERP_H

#include "tree.h"

/* How a block is left, as errors that climb; private numbers of SH_ERROR. */
enum {
	FLOW_BREAK = 100,	/* in->label: of which loop, or NULL */
	FLOW_CONTINUE,
	FLOW_RETURN,
};

typedef struct {
	sh_value *v;
	char *type;		/* [type]$name = …; or NULL */
	gboolean read_only;
} variable;

typedef struct scope {
	int refs;
	struct scope *parent;
	GHashTable *vars;	/* var_key -> variable * */
	gboolean is_script;	/* where $script: looks */
	char *command;		/* what was called; or NULL */
} scope;

/* Where a statement's values go. */
typedef struct {
	sh_emit_func f;
	gpointer user;
	gboolean stopped;	/* wants no more */
	GError *error;		/* what went wrong behind it */
	gboolean direct;	/* programs may write to out_fd themselves */
} sink;

/* A stage's 2>&1, 3> FILE and their like, in force while it runs. */
typedef struct stream_frame {
	struct stream_frame *outer;	/* of what it is called by */
	const node *n;		/* N_COMMAND */
	sink *to;		/* where its output goes, and N>&1 */
	char *paths[5];		/* of 2 to 6: the file; NULL: $null */
	sh_value *kept[5];	/* of 2 to 6: -ErrorVariable's list; or NULL */
	GError *broken;		/* from behind, since it was looked at */
} stream_frame;

typedef struct {
	script *from;
	node *def;		/* N_FUNCTION */
} function;

struct sh_interp {
	sh_options o;
	scope *global, *now;
	const char *underscore;	/* the key of $_ */
	GHashTable *functions;	/* lower case -> function * */
	GHashTable *aliases;	/* lower case -> name */
	GHashTable *classes;	/* lower case -> class of class.c */
	script *script;		/* whose nodes run now */

	vmnet_txn *txn;
	gboolean held;		/* it spans statements: hold.c */
	gboolean hold_waits;	/* … without the lock */
	gboolean marked;	/* this statement has begun to change it */
	vmnet_view *view;
	unsigned view_sections;
	guint epoch;
	gboolean verbose;	/* some stage has -Verbose: say the steps */
	gboolean whatif;	/* some stage of the statement has -WhatIf */
	gboolean ask;		/* before it: -Confirm, or it destroys */
	gboolean unguarded;	/* -Confirm:$false: nothing is asked */
	gboolean txn_failed;	/* a stage has reported an error */
	gboolean in_method;	/* return gives a value and emits nothing */
	sh_value *returned;	/* by it */
	int pipe_depth, eval_depth, call_depth, try_depth;

	sink *top;		/* the terminal's end of the pipeline */
	GPtrArray *pending;	/* values that wait to be printed */
	gboolean gap;		/* an empty line goes before a table */
	GPtrArray *collected;	/* -OutputFormat: all of the run */

	char *label;		/* of FLOW_BREAK and FLOW_CONTINUE */
	sh_value *thrown;	/* the record of SH_ERROR_THROWN */
	sh_value *given;	/* a handler's record for its error; or NULL */
	script *bad_script;	/* where the last error was; or NULL */
	guint bad_at;
	gboolean failed, denied, exiting;
	int out_errno;		/* why results could not be written; or 0 */
	gboolean last_ok;
	stream_frame *streams;	/* the innermost that runs; or NULL */
	const GError *told;	/* a stream has had it already */
	int exit_code;
	GPtrArray *jobs;	/* of core_job.c; or NULL */
	GPtrArray *lines;	/* sh_line *: what the prompt has run */
	guint n_lines;		/* how many there ever were */
	int transcript;		/* while there is a path */
	char *transcript_path;
};

#define EVAL_DEPTH 1500		/* nodes within nodes; guards the C stack */
#define CALL_DEPTH 200

/* interp.c */
sh_value *fail_at (sh_interp *in, const node *n, GError **error,
		   const char *format, ...) G_GNUC_PRINTF (4, 5);
sh_value *fail_as (sh_interp *in, const node *n, sh_error code,
		   GError **error, const char *format, ...)
	G_GNUC_PRINTF (5, 6);
/* streams.c. Is a stream '2' to '6' of the command redirected? */
gboolean streams_redirects (const node *command);
/* Makes the files empty. */
gboolean streams_open (sh_interp *in, stream_frame *f, GError **error);
void streams_close (stream_frame *f);
/* TRUE: a redirection has taken the record (always taken); else the terminal
 * shall have it. */
gboolean streams_send (sh_interp *in, char stream, sh_value *record);
/* Into the lists of all that run, whether it is shown or not. */
void streams_keep (sh_interp *in, char stream, const sh_value *record);
/* guard.c: a commit, and the question whether the administrator still gets
 * here. Seconds that he has without $ConfirmWithinPreference. */
#define GUARD_SECONDS 120
gboolean guarded_commit (sh_interp *in, vmnet_txn *txn, GError **error);
/* Longer than texts may be: an error; Ctrl-C likewise. */
gboolean text_fits (sh_interp *in, const node *n, guint64 length,
		       GError **error);
/* An exception of that type: "System.ArgumentException". */
sh_value *exception_new (const char *type, const char *message);
gboolean is_exception (const sh_value *v);
/* Does a catch of `want` take an exception of type `have`? */
gboolean exception_is (const char *have, const char *want);
/* A record around the exception, which it takes. */
sh_value *record_new (sh_interp *in, sh_value *exception,
		      const char *category, const char *id);
gboolean error_is_flow (const GError *e);	/* not to be reported */
void mark_bad (sh_interp *in, const node *n);	/* unless it is known */
/* An ErrorRecord for $_ and $Error; new reference. */
sh_value *error_record (sh_interp *in, const GError *e);
void error_remember (sh_interp *in, const sh_value *record);
/* Prints, notes in $Error, sets $?. */
void report (sh_interp *in, const GError *e, const char *action);
const char *error_action (sh_interp *in);	/* $ErrorActionPreference */
/* Makes of `e` (taken) what -ErrorAction Stop throws. */
void throw_error (sh_interp *in, GError *e, GError **error);
void flush_pending (sh_interp *in);
/* What was seen is old. */
void drop_view (sh_interp *in);
/* Has this statement a transaction, which it may yet take back? */
gboolean statement_changes (const sh_interp *in);
/* The end of an outermost pipeline: commit, or abort when not `ok`. */
gboolean finish_txn (sh_interp *in, gboolean ok, GError **error);

/* scope.c */
scope *scope_new (scope *parent);
scope *scope_ref (scope *s);
void scope_unref (scope *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (scope, scope_unref)
sh_value *var_get (sh_interp *in, const char *name);	/* new ref or NULL */
void var_set (sh_interp *in, const char *name, sh_value *v);	/* takes */
void scope_set (scope *s, const char *name, sh_value *v);	/* takes */
const char *var_key (const char *name);		/* lives for ever */
void scope_set_key (scope *s, const char *key, sh_value *v);	/* takes */
void scope_set_typed (scope *s, const char *name, const char *type,
		      sh_value *v);	/* takes v */
scope *scope_snapshot (sh_interp *in);
/* Where it is already; takes v. */
void var_set_found (sh_interp *in, const char *name, sh_value *v);
sh_value *var_peek (sh_interp *in, const char *key);	/* not owned */
gboolean var_is_constant (const char *key);
/* To the variable of the N_VAR `n`, with the type that the assignment or an
 * earlier one gives it; takes v. */
gboolean var_assign (sh_interp *in, const node *n, const char *type,
		     sh_value *v, GError **error);
/* The function's body as a block; NULL: there is none. */
sh_value *function_block (sh_interp *in, const char *name);

/* eval.c */
/* A script block of `from`: its text stands from `at` to `end`. */
sh_value *block_of (script *from, node *body, guint at, guint end);
sh_value *eval (sh_interp *in, node *n, GError **error);
/* A statement's values: none is null, one is itself, more are an array. */
sh_value *eval_statement (sh_interp *in, node *n, GError **error);
sh_value *collect (sh_interp *in, node *n, gboolean always_array,
		   GError **error);
sh_value *eval_args (sh_interp *in, GPtrArray *kids, GError **error);

/* assign.c */
gboolean exec_assign (sh_interp *in, node *n, GError **error);
gboolean assign_to (sh_interp *in, node *target, sh_value *v,
		    GError **error);	/* takes v */
sh_value *eval_step (sh_interp *in, node *n, GError **error);

/* ops.c */
sh_value *binary (sh_interp *in, node *n, node_op op, sh_value *a,
		  sh_value *b, GError **error);
sh_value *unary (sh_interp *in, node *n, sh_value *a, GError **error);
sh_value *op_range (sh_interp *in, node *n, sh_value *a, sh_value *b,
		    GError **error);

/* compare.c */
sh_value *op_compare (sh_interp *in, node *n, node_op op, sh_value *a,
		      sh_value *b, GError **error);
gboolean sh_equal (const sh_value *a, const sh_value *b, gboolean cs);

/* regex.c */
sh_value *op_match (sh_interp *in, node *n, node_op op, sh_value *a,
		    sh_value *b, GError **error);
sh_value *op_replace (sh_interp *in, node *n, sh_value *a, sh_value *b,
		      GError **error);
sh_value *op_split (sh_interp *in, node *n, sh_value *a, sh_value *b,
		    GError **error);
/* TRUE: matches; the groups go to `groups` (a hash) when it is not NULL. */
gboolean regex_test (sh_interp *in, node *n, const char *text,
		     const char *pattern, gboolean cs, sh_value **groups,
		     gboolean *hit, GError **error);
/* The first `most` of them; negative: all. */
char *regex_replace (sh_interp *in, node *n, const char *text,
		     const char *pattern, const char *with, gboolean cs,
		     gint64 most, GError **error);
/* One match: its groups from 0, in bytes; -1: it is not there. */
#define REGEX_GROUPS 64
typedef struct {
	guint32 groups;
	gint from[REGEX_GROUPS], to[REGEX_GROUPS];
	const char *names[REGEX_GROUPS];
} regex_hit;
/* Each match in turn until `f` says FALSE; FALSE with error. */
gboolean regex_each (sh_interp *in, node *n, const char *text,
		     const char *pattern, gboolean cs,
		     gboolean (*f) (const regex_hit *hit, const char *text,
				    gpointer user, GError **error),
		     gpointer user, GError **error);
GPtrArray *regex_split (sh_interp *in, node *n, const char *text,
			const char *pattern, gboolean cs, gint64 limit,
			GError **error);	/* of char * */

/* fmt.c */
char *format_text (sh_interp *in, node *n, const char *format,
		   const sh_value *args, GError **error);
char *format_spec (const sh_value *v, const char *spec);	/* or NULL */
char *format_number (const sh_value *v, const char *spec);	/* or NULL */

/* cast.c */
sh_value *cast (sh_interp *in, node *n, const char *type, sh_value *v,
		GError **error);
gboolean is_type (const sh_value *v, const char *type);
/* "System.Int32" -> "int32"; owned. */
char *type_fold (const char *type);

/* member.c */
sh_value *member_get (sh_value *v, const char *name);
gboolean member_set (sh_interp *in, node *n, sh_value *v, const char *name,
		     sh_value *item, GError **error);	/* takes item */
sh_value *index_get (sh_interp *in, node *n, sh_value *v, sh_value *i,
		     GError **error);
sh_value *type_object (const char *name);

/* method.c */
sh_value *method_call (sh_interp *in, node *n, sh_value *v, const char *name,
		       sh_value *args, GError **error);
/* strmethod.c: NULL without error: there is no such method. */
void string_method_names (GPtrArray *out);
/* strsplit.c: the arguments of .Split (…). */
sh_value *string_split (sh_interp *in, const char *text, const sh_value *args,
			GError **error);
sh_value *string_method (sh_interp *in, node *n, const char *s,
			 const char *name, sh_value *args, GError **error);

/* static.c */
sh_value *static_get (sh_interp *in, node *n, const char *type,
		      const char *name, GError **error);
sh_value *static_call (sh_interp *in, node *n, const char *type,
		       const char *name, sh_value *args, GError **error);

/* class.c; *found FALSE: it is no class of a script */
void class_free (gpointer p);
gboolean exec_class (sh_interp *in, node *n, GError **error);
sh_value *class_new (sh_interp *in, node *n, const char *type,
		     const sh_value *args, gboolean *found, GError **error);
sh_value *class_call (sh_interp *in, node *n, sh_value *self,
		      const char *name, const sh_value *args,
		      gboolean *found, GError **error);
sh_value *class_static (sh_interp *in, node *n, const char *type,
			const char *name, const sh_value *args,
			gboolean *found, GError **error);
sh_value *class_static_get (sh_interp *in, const char *type,
			    const char *name);
gboolean class_static_set (sh_interp *in, const char *type,
			   const char *name, sh_value *v);	/* takes v */
sh_value *class_cast (sh_interp *in, node *n, const char *type, sh_value *v,
		      gboolean *known, GError **error);
const char *class_property_type (sh_interp *in, const sh_value *v,
				 const char *name);
gboolean class_is (const sh_value *v, const char *type);

/* exec.c */
gboolean exec (sh_interp *in, node *n, sink *out, GError **error);
gboolean exec_statements (sh_interp *in, node *n, sink *out, GError **error);
gboolean emit_one (sh_interp *in, sink *out, sh_value *v, GError **error);
gboolean emit_each (sh_interp *in, sink *out, sh_value *v, GError **error);
gboolean exec_loop (sh_interp *in, node *n, sink *out, GError **error);
gboolean exec_switch (sh_interp *in, node *n, sink *out, GError **error);
/* The trap of the statements `n` that takes the error: TRUE, and they go on,
 * or FALSE with error. Takes e. */
gboolean exec_trap (sh_interp *in, node *n, GError *e, sink *out,
		    gboolean *taken, GError **error);
gboolean exec_try (sh_interp *in, node *n, sink *out, GError **error);
/* After a loop's body failed: TRUE when the loop takes it (break, continue);
 * `leave` tells which. */
gboolean loop_takes (sh_interp *in, node *loop, GError **error,
		     gboolean *leave);

/* pipeline.c */
gboolean run_pipeline (sh_interp *in, node *n, sink *out, GError **error);

/* command.c's arguments at run time: words.c */
GArray *eval_command_args (sh_interp *in, node *command, GError **error);
void args_in_clear (gpointer p);

/* invoke.c */
typedef struct call call;
struct call {
	sh_interp *in;
	script *from;
	node *body;		/* N_BODY */
	scope *scope;
	sh_value *input;	/* what came by the pipeline without process */
	char *name;		/* for messages */
	GArray *piped;		/* call_piped: bound for each object */
	/* Names of -ErrorVariable, -WarningVariable, -InformationVariable and
	 * -OutVariable; or NULL. */
	char *variables[4];
};
/* A parameter that was not given and that the pipeline may bring. */
typedef struct {
	node *param;
	sh_value *without;	/* its value where an object has none */
	gboolean by_value, by_name, mandatory;
} call_piped;
/* `parent`: of its own scope, where it is not the one that runs; or NULL. */
call *call_new (sh_interp *in, script *from, node *body, scope *parent,
		gboolean own_scope, const GArray *args, const char *name,
		GError **error);
gboolean call_begin (call *c, sink *out, GError **error);
gboolean call_input (call *c, sh_value *item, sink *out, GError **error);
/* process, once, where nothing comes by the pipeline. */
gboolean call_once (call *c, sink *out, GError **error);
gboolean call_end (call *c, sink *out, GError **error);
void call_free (call *c);
/* The body of a class's method: what return says, or nothing. */
gboolean call_method (call *c, sh_value **got, GError **error);
/* funcbind.c: the arguments into the scope of `c`. */
gboolean bind_call (call *c, const GArray *args, const char *name,
		    GError **error);
/* common.c; NULL: there is none of that name. */
typedef struct common_param common_param;
const common_param *common_find (const char *name);
gboolean common_takes (const common_param *p);	/* a value */
void common_set (call *c, const common_param *p, const sh_value *v);
gboolean bind_item (call *c, sh_value *item, GError **error);
gboolean bind_no_item (call *c, GError **error);
/* As the N_PARAM `p` of function `name` takes it: cast and checked. */
sh_value *param_value (sh_interp *in, const char *name, node *p,
		       sh_value *given, GError **error);
/* validate.c: the [Validate…] attributes of `p`. */
gboolean param_check (sh_interp *in, const char *name, node *p,
		      const sh_value *v, GError **error);

/* external.c */
typedef struct program program;
program *program_new (sh_interp *in, const char *path, const GArray *args,
		      node *command, GError **error);
void program_input (program *p, const sh_value *item);
gboolean program_run (program *p, sink *out, GError **error);
void program_free (program *p);
char *program_find (const char *name);	/* owned; NULL: there is none */

#endif

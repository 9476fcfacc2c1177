/*
 * cmdlet.h - a cmdlet is a constant entry that stands directly above its
 * handlers; table.c lists all entries in order. The parameters are written
 * once, in the entry: binder, usage line, Tab, `?`, help and the
 * machine-readable dump all come from it.
 */
#ifndef SH_CMDLET_H
#define SH_CMDLET_H

#include "value.h"

typedef struct sh_interp sh_interp;
typedef struct sh_call sh_call;
typedef struct sh_cmdlet sh_cmdlet;

/*
 * A parameter type owns parse, range check, print and live completion.
 * types.c has them all; names are the published ones ("String", "Int64").
 */
typedef struct sh_type {
	const char *name;
	const char *const *accepted;	/* NULL, or the accepted words */
	/* NULL on error; else a value that handlers can rely on. */
	sh_value *(*parse) (sh_call *call, const sh_value *given,
			    GError **error);
	/* Adds the live names that may stand here (owned strings). */
	void (*complete) (sh_interp *in, GPtrArray *out);
	const char *text;		/* what is accepted, for messages */
} sh_type;

enum {
	SH_MANDATORY = 1 << 0,
	SH_SWITCH = 1 << 1,	  /* SwitchParameter: no value, or -X:$false */
	SH_LIST = 1 << 2,	  /* String[]: always bound as an array */
	SH_PIPE_VALUE = 1 << 3,	  /* from the pipeline by value */
	SH_PIPE_NAME = 1 << 4,	  /* from the pipeline by property name */
	SH_REST = 1 << 5,	  /* takes all remaining arguments */
	SH_NOT_YET = 1 << 6,	  /* published; given, it answers by name */
};

typedef struct {
	const char *name;
	const sh_type *type;
	unsigned flags;
	int position;		/* from 1; 0: named only */
	const char *aliases;	/* "SwitchName,sn" or NULL */
	const char *sets;	/* "VMName,VMObject" or NULL: all sets */
	const char *text;	/* one line; with the unit */
} sh_param;

enum {
	SH_CHANGES = 1 << 0,	/* has -WhatIf and -Confirm; one transaction */
	SH_DESTRUCTIVE = 1 << 1,/* asks at a terminal unless -Force/-Confirm:0 */
	SH_RAW = 1 << 2,	/* gets its words as written (netsh) */
};

struct sh_cmdlet {
	const char *name;	/* "New-VMSwitch" */
	const char *module;	/* "Hyper-V" */
	const char *aliases;	/* "gvs" or NULL */
	unsigned flags;
	const char *default_set;
	const sh_param *params;
	size_t n_params;
	const vmnet_noun *out;	/* what it emits, or NULL */
	const char *text;	/* one line: what it does */
	const char *example;	/* runs in the tests */
	const char *notes;	/* what Linux does differently; or NULL */
	/* Each may be NULL. FALSE with error: a non-terminating error unless
	 * -ErrorAction says otherwise. `process` runs once for each object of
	 * the pipeline, or once without one. */
	gboolean (*begin) (sh_call *call, GError **error);
	gboolean (*process) (sh_call *call, GError **error);
	gboolean (*end) (sh_call *call, GError **error);
};

/* NULL-terminated, in order. */
extern const sh_cmdlet *const sh_cmdlets[];
const sh_cmdlet *sh_cmdlet_find (const char *name);	/* or alias */

/* ---- what a handler sees ---- */

/* Was it given (bound)? An unknown name is a programming error: aborts. */
gboolean sh_given (const sh_call *call, const char *param);
/* The bound value, not owned; NULL when not given. */
sh_value *sh_arg (const sh_call *call, const char *param);
const char *sh_arg_text (const sh_call *call, const char *param); /* or NULL */
gboolean sh_arg_on (const sh_call *call, const char *param); /* switch/bool */
vmnet_opt sh_arg_opt (const sh_call *call, const char *param); /* number */
const char *sh_call_set (const sh_call *call);	/* parameter set in use */
/* The cmdlet to run: the one that was called, or Get-Help for `NAME -?`. */
const sh_cmdlet *sh_call_cmdlet (const sh_call *call);
sh_value *sh_input (const sh_call *call);	/* $_ or NULL; not owned */

void sh_emit (sh_call *call, sh_value *v);	/* takes v */
void sh_emit_row (sh_call *call, vmnet_row *row);	/* takes row */
void sh_warn (sh_call *call, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Own state between begin, process and end. */
void sh_call_set_data (sh_call *call, gpointer data, GDestroyNotify free);
gpointer sh_call_data (const sh_call *call);

sh_interp *sh_call_interp (const sh_call *call);
vmnet_host *sh_host (sh_interp *in);
/*
 * The statement's transaction, begun when first asked for; committed when the
 * pipeline has ended without error. Not owned.
 */
vmnet_txn *sh_txn (sh_interp *in, GError **error);
/* A view with at least these sections, cached for the statement; it shows the
 * statement's transaction when there is one. Not owned. */
vmnet_view *sh_view (sh_interp *in, unsigned sections, GError **error);

#endif

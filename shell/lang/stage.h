/*
 * stage.h - one stage of a pipeline, shared by start.c (what it runs) and
 * pipeline.c (runs it).
 */
#ifndef SH_STAGE_H
#define SH_STAGE_H

#include "interp.h"

typedef struct {
	sh_interp *in;
	node *n;		/* N_COMMAND; NULL: the expression */
	const sh_cmdlet *cmdlet;
	sh_call *call;
	call *fn;		/* a function, script or block */
	program *prog;
	gboolean skipped;	/* Windows alone has it: it does nothing */
	char *action;		/* what a failure does */
	sink input;		/* where the stage before writes */
	sink file;		/* of > FILE */
	GPtrArray *to_file;
	sink *to;
	sink tee;		/* -OutVariable of a function */
	sink *tee_to;
	sh_value *seen;		/* its list; or NULL */
	stream_frame frame;	/* its redirections of the other streams */
	gboolean redirects;	/* there are any */
	GError *broken;		/* from behind, while a handler ran */
	/* Everything runs where the pipeline stands, also when it is called
	 * from within a function that is a stage before. */
	scope *scope;
	script *script;
} stage;

/* Finds and binds what the stage's command names. */
gboolean stage_start (stage *s, gboolean piped, GError **error);
/* Where a cmdlet's results go; `user` is the stage. */
void stage_on_emit (sh_value *v, gpointer user);

#endif

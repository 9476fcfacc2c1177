/*
 * funcbind.h - a call's arguments on their way to a function's parameters:
 * what funcbind.c and paramset.c share.
 */
#ifndef SH_FUNCBIND_H
#define SH_FUNCBIND_H

#include "interp.h"

typedef struct {
	sh_interp *in;
	node *body;
	const char *name;	/* of the function, for messages */
	scope *to;
	sh_value *bound;	/* $PSBoundParameters */
	sh_value *rest;		/* $args */
	gboolean *given;
	call *c;
} binding;

static inline guint
param_count (const binding *b)
{
	return b->body->kids ? b->body->kids->len : 0;
}

static inline node *
param_at (const binding *b, guint i)
{
	return b->body->kids->pdata[i];
}

/* The argument of an attribute: [Parameter(Position = 1)]; "" is the first
 * without a name. NULL: there is none. */
node *attribute_arg (const node *p, const char *attribute, const char *name);
gboolean attribute_named (const node *p, const char *attribute);
/* [Parameter(Mandatory)] and [Parameter(Mandatory = $true)]. */
gboolean attribute_on (sh_interp *in, const node *p, const char *name);
/* Is the parameter one of that set, and must it be given there? A parameter
 * without a set is one of all. */
gboolean param_in_set (const binding *b, guint i, const char *set,
		       gboolean *mandatory);
/* The set that what was given says; owned. NULL with error: they are of
 * different sets. */
char *param_choose_set (const binding *b, GError **error);

#endif

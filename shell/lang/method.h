/*
 * method.h - methods by name: what method.c and listmethod.c share.
 */
#ifndef SH_METHOD_H
#define SH_METHOD_H

#include "dotnet.h"

typedef struct {
	sh_interp *in;
	node *n;
	sh_value *v;
	sh_value *args;
	GError **error;
} method_args;

typedef sh_value *(*method_func) (const method_args *m);

typedef struct {
	const char *name;
	guint least;		/* arguments */
	method_func run;
} method;

static inline sh_value *
arg (const method_args *m, guint i)
{
	return sh_array_get (m->args, i);
}

extern const method list_methods[];
extern const gsize n_list_methods;

/* .ForEach ({ … }), .Where ({ … }) of a list and of anything else. */
sh_value *list_foreach (const method_args *m);
sh_value *list_where (const method_args *m);
sh_value *any_clear (const method_args *m);
sh_value *any_copy (const method_args *m);
/* For sh_block_call: what is emitted is added to the array `user`. */
void method_keep (sh_value *v, gpointer user);

#endif

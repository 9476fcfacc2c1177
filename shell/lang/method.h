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

/* The first of that name; *found FALSE: there is none. */
sh_value *try_methods (const method *list, gsize count, const char *name,
		       const method_args *m, gboolean *found);

/* Of an array or list, by its kind. */
sh_value *list_method (const method_args *m, const char *name,
		       gboolean *found);
void list_method_names (const sh_value *v, GPtrArray *out);
extern const method list_block_methods[], set_methods[], queue_methods[],
	stack_methods[];
extern const gsize n_list_block_methods, n_set_methods, n_queue_methods,
	n_stack_methods;

/* As the list's elements are; NULL with error: it is of another type. */
sh_value *list_convert (const method_args *m, sh_value *item);
/* The first argument; NULL with error: it is no block. */
sh_block *list_block_given (const method_args *m);
/* What the block says of the item, which is $_ and its first argument. */
gboolean list_ask (const method_args *m, sh_block *b, sh_value *item,
		   gboolean *yes);

/* .ForEach ({ … }), .Where ({ … }) of a list and of anything else. */
sh_value *list_foreach (const method_args *m);
sh_value *list_where (const method_args *m);
sh_value *list_sort (const method_args *m);
sh_value *list_clone (const method_args *m);
/* TryGetValue and its likes: `v` (taken; NULL: there is none) goes to the [ref],
 * and whether there was one is the answer. */
sh_value *give_ref (const method_args *m, sh_value *ref, sh_value *v);
sh_value *any_clear (const method_args *m);
sh_value *any_copy (const method_args *m);
/* For sh_block_call: what is emitted is added to the array `user`. */
void method_keep (sh_value *v, gpointer user);

#endif

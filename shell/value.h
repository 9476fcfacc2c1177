/*
 * value.h - values of the language: reference counted, mutable where
 * PowerShell's are (arrays, hashes, objects). A core row is a value too; its
 * properties are the noun's fields.
 */
#ifndef SH_VALUE_H
#define SH_VALUE_H

#include <signal.h>

#include "core/vmnet.h"

typedef enum {
	SH_NULL, SH_BOOL, SH_INT, SH_DOUBLE, SH_STRING,
	SH_ARRAY,	/* of sh_value * */
	SH_HASH,	/* ordered, keys compared without case */
	SH_OBJECT,	/* properties in order, with a type name */
	SH_ROW,		/* one object of core */
	SH_BLOCK,	/* script block */
} sh_kind;

typedef struct sh_value sh_value;
typedef struct sh_block sh_block;	/* lang/: syntax tree and scope */

sh_value *sh_ref (sh_value *v);
void sh_unref (sh_value *v);
/* While `*flag` is set what dies is only put by, and freed a little at a time
 * by what makes values, or by a sweep of some: TRUE, there is more. */
void sh_values_interrupt (const volatile sig_atomic_t *flag);
gboolean sh_values_sweep (guint count);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sh_value, sh_unref)

sh_kind sh_value_kind (const sh_value *v);
sh_value *sh_null (void);
sh_value *sh_bool (gboolean b);
sh_value *sh_int (gint64 i);
sh_value *sh_double (double d);
sh_value *sh_string (const char *s);
sh_value *sh_string_take (char *s);
sh_value *sh_array (void);
sh_value *sh_hash (void);
sh_value *sh_object (const char *type_name);
sh_value *sh_row (vmnet_row *row);		/* takes a new reference */
/*
 * A row that is looked up when it is first read after the statement's commit:
 * what a cmdlet that changes things hands on.
 */
sh_value *sh_row_later (const vmnet_noun *noun, const char *key);
sh_value *sh_from_core (const vmnet_value *v);

gboolean sh_truth (const sh_value *v);
gboolean sh_to_int (const sh_value *v, gint64 *out);	/* as PowerShell */
gboolean sh_to_double (const sh_value *v, double *out);
char *sh_to_text (const sh_value *v);		/* "$v"; owned */
/* SH_STRING only; not owned. */
const char *sh_text (const sh_value *v);

guint sh_array_length (const sh_value *v);	/* 1 for scalars, 0 for null */
sh_value *sh_array_get (const sh_value *v, guint i);	/* not owned */
void sh_array_add (sh_value *array, sh_value *item);	/* takes item */

/* Property of an object, hash or row, without case; new reference or NULL. */
sh_value *sh_get (const sh_value *v, const char *name);
void sh_set (sh_value *v, const char *name, sh_value *item); /* takes item */
/* The property names in order; g_strfreev. */
char **sh_properties (const sh_value *v);
const char *sh_type_name (const sh_value *v);

/* SH_ROW: its noun and key also before it was looked up. */
const vmnet_noun *sh_row_noun (const sh_value *v);
const char *sh_row_key (const sh_value *v);
vmnet_row *sh_row_get (const sh_value *v);	/* not owned; may look up */

sh_block *sh_block_get (const sh_value *v);
char *sh_block_text (const sh_block *b);	/* source between the braces */
/* The names in its $using:NAME, each once, as first written; g_strfreev. */
char **sh_block_using (const sh_block *b);

#endif

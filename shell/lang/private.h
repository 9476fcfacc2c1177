/*
 * private.h - what the files of lang/ and value.c share and nobody else sees:
 * number syntax, blocks, rows that are looked up later.
 */
#ifndef SH_LANG_PRIVATE_H
#define SH_LANG_PRIVATE_H

#include "lang.h"

/* A number at the start of `s`: "12", "1.5e3", "0x1F", "64KB", "-3". */
typedef struct {
	gboolean is_int;
	gint64 i;
	double d;
	gsize length;		/* bytes that belong to it */
} sh_number;
gboolean sh_number_scan (const char *s, sh_number *out);
/* The whole of `s`, blanks around it allowed. */
gboolean sh_number_parse (const char *s, sh_number *out);
char *sh_double_text (double d);	/* 15 digits, as PowerShell 5 */
/* "N2", "yyyy": NULL: it is no such value. */
char *sh_spec_text (const sh_value *v, const char *spec);
char *sh_int_text (const sh_value *v);	/* not as it was written */

/* An argument as it was written ("007") that is a number too. */
sh_value *sh_int_written (gint64 i, const char *text);

/* Later rows of `v` (also inside arrays) are looked up through `in`. */
void sh_value_attach (sh_value *v, sh_interp *in);
/* The statement's epoch: a later row looked up before is looked up again. */
guint sh_interp_epoch (const sh_interp *in);
/* The last that was printed is a table or list. */
gboolean *sh_interp_gap (sh_interp *in);
gboolean sh_interp_in_txn (const sh_interp *in);

/* SH_BOOL and SH_INT to `i`, SH_DOUBLE to `d`; FALSE: another kind. */
gboolean sh_value_raw (const sh_value *v, gint64 *i, double *d);
const char *sh_value_written (const sh_value *v);	/* or NULL */

/* Ctrl-C: what has no error to give breaks off. What is made of it then is not
 * used: see sh_values_interrupt. */
gboolean sh_values_interrupted (void);

/* Lists of .NET are arrays of a kind. Element 0 of a stack is its top; a set
 * has each once. `of`: the type of the elements as type_fold has it, or NULL:
 * any. Whoever adds has converted them. */
typedef enum {
	SH_L_ARRAY, SH_L_ARRAYLIST, SH_L_LIST, SH_L_SET, SH_L_QUEUE, SH_L_STACK,
} sh_list_kind;
sh_value *sh_list_new (sh_list_kind kind, const char *of, gboolean fold);
sh_value *sh_list_like (const sh_value *v);	/* empty, of its kind */
sh_list_kind sh_list_kind_of (const sh_value *v);	/* SH_L_ARRAY: also none */
const char *sh_list_of (const sh_value *v);		/* not owned; or NULL */
/* Of an SH_L_SET. Add takes; FALSE: it was there. */
gboolean sh_set_add (sh_value *set, sh_value *item);
gboolean sh_set_has (const sh_value *set, const sh_value *item);
gboolean sh_set_remove (sh_value *set, const sh_value *item);
/* The first one, out of the list; NULL: it is empty. */
sh_value *sh_list_take (sh_value *list);

gboolean sh_array_set (sh_value *array, guint i, sh_value *item);
gboolean sh_is_shared (const sh_value *v);
/* To an SH_STRING that nobody else has; FALSE: it would be too long. */
gboolean sh_text_append (sh_value *v, const char *more);
void sh_array_insert (sh_value *array, guint at, sh_value *item); /* takes */
void sh_array_cut (sh_value *array, guint length);
void sh_array_drop (sh_value *array, guint at);
void sh_array_reverse (sh_value *array);
gboolean sh_array_sort (sh_value *array, sh_interp *in, GError **error);
gboolean sh_remove (sh_value *v, const char *name);
void sh_clear (sh_value *v);
guint sh_property_count (const sh_value *v);
gboolean sh_has (const sh_value *v, const char *name);
sh_value *sh_copy (const sh_value *v);	/* shallow */
/* As sh_get, of what a script or we have set; not owned. */
sh_value *sh_peek (const sh_value *v, const char *name);
/* A hash table's key that need not be text: .Keys gives it back. */
void sh_set_key (sh_value *hash, const sh_value *key, sh_value *item);
sh_value *sh_hash_part (const sh_value *v, gboolean values);
sh_value *sh_nth (const sh_value *v, guint at);	/* not owned, or NULL */
/* Takes item; `at` is not behind the end, and the key is new. */
void sh_insert_nth (sh_value *hash, guint at, const char *key, sh_value *item);
gboolean sh_remove_nth (sh_value *hash, guint at);
sh_value *sh_hash_ordered (void);	/* [ordered]@{}: takes a number too */
/* As sh_type_name has it; `exact`: its keys are compared with case. */
sh_value *sh_hash_typed (const char *type, gboolean exact);
/* What a method gives that gives nothing: no object of a pipeline. */
sh_value *sh_void (void);
gboolean sh_is_void (const sh_value *v);
sh_value *sh_char (gunichar c);
gboolean sh_is_char (const sh_value *v);
/* Text that has a type of its own. SH_T_PARAM: "-Name" as it came as a
 * parameter's name: @args hands it on as one. */
typedef enum {
	SH_T_PLAIN, SH_T_CHAR, SH_T_PARAM, SH_T_GUID, SH_T_ADDRESS,
} sh_text_kind;
sh_value *sh_text_of (sh_text_kind kind, const char *text);
sh_text_kind sh_text_kind_of (const sh_value *v);	/* also of no text */

/* Longer texts and lists are an error, so that a loop that doubles one ends
 * before the machine's memory does. */
#define TEXT_LIMIT (256u << 20)
#define LIST_LIMIT (16u << 20)

sh_value *sh_block_value (sh_block *b);		/* takes */
void sh_block_unref (sh_block *b);

#endif

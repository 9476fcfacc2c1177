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
char *sh_double_text (double d);	/* shortest that reads back */
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

gboolean sh_array_set (sh_value *array, guint i, sh_value *item);
gboolean sh_remove (sh_value *v, const char *name);
void sh_clear (sh_value *v);
guint sh_property_count (const sh_value *v);
gboolean sh_has (const sh_value *v, const char *name);
sh_value *sh_copy (const sh_value *v);	/* shallow */

sh_value *sh_block_value (sh_block *b);		/* takes */
void sh_block_unref (sh_block *b);

#endif

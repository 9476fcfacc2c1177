/*
 * format.h - values as text: default views, tables, lists, JSON, CSV. Called
 * by the end of a pipeline, by Format-*, Out-* and ConvertTo-*.
 */
#ifndef SH_FORMAT_H
#define SH_FORMAT_H

#include "../lang/lang.h"

/* As the default views show them; `width` 0: nothing is cut. Owned. */
char *sh_format (sh_interp *in, GPtrArray *values, guint width);

/* One column: a property, or a block that makes the value. */
typedef struct {
	char *name;		/* of the property; or NULL */
	char *heading;
	sh_value *block;	/* or NULL */
	vmnet_unit unit;
	gboolean right;
	guint width;		/* 0: as wide as needed */
	char *format;		/* "N2", of @{…; FormatString=…}; or NULL */
} sh_column;

void sh_column_free (sh_column *c);
/* From -Property: names, wildcards, blocks, @{n=;e=;width=;align=}. NULL or
 * empty: all that the first of `values` shows by default. */
GPtrArray *sh_columns (sh_interp *in, const sh_value *property,
		       GPtrArray *values, gboolean list);
/* The column's value of one object; new reference, never NULL. */
sh_value *sh_column_value (sh_interp *in, const sh_column *c,
			   sh_value *object);
/* A value in a cell: units readable, lists in braces. Owned. */
char *sh_cell_text (const sh_value *v, vmnet_unit unit);

void sh_table (sh_interp *in, GString *out, GPtrArray *values,
	       GPtrArray *columns, guint width, gboolean headers,
	       gboolean wrap);
void sh_list (sh_interp *in, GString *out, GPtrArray *values,
	      GPtrArray *columns, guint width);
/* Text that Format-* has made already: an object that prints as itself. */
sh_value *sh_formatted (char *text);	/* takes */

guint sh_text_width (const char *text);		/* cells of a terminal */

/* After Ctrl-C these and those above are no whole. */
char *sh_json (sh_interp *in, const sh_value *v, int depth, gboolean compress);
/* The header line and one line for each; all by the first one's columns. */
char *sh_csv (sh_interp *in, GPtrArray *values, char delimiter, gboolean header);
/* CSV text to objects; the names are `header` or the first record. */
GPtrArray *sh_csv_parse (sh_interp *in, const char *text, char delimiter,
			 const sh_value *header);
/* JSON to values; NULL with error. */
sh_value *sh_json_parse (const char *text, GError **error);

#endif

/*
 * print.c - the end of a pipeline: default views, or one JSON or CSV document.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "../lang/private.h"

#define TABLE_MOST 4		/* properties of an object in a table */
#define FORMATTED "FormattedText"

sh_value *
sh_formatted (char *text)
{
	sh_value *v = sh_object (FORMATTED);

	sh_set (v, "\001text", sh_string_take (text));
	return v;
}

static gboolean
is_formatted (const sh_value *v)
{
	return sh_value_kind (v) == SH_OBJECT
		&& strcmp (sh_type_name (v), FORMATTED) == 0;
}

static gboolean
is_record (const sh_value *v)
{
	sh_kind k = sh_value_kind (v);
	g_autoptr (sh_value) text = NULL;

	if (k == SH_ROW || k == SH_HASH)
		return TRUE;
	if (k != SH_OBJECT)
		return FALSE;
	text = sh_get (v, "\001text");
	return text == NULL;
}

/* May both stand in one table? */
static gboolean
alike (const sh_value *a, const sh_value *b)
{
	g_auto (GStrv) x = NULL, y = NULL;

	if (!is_record (a) || !is_record (b)
	    || sh_value_kind (a) != sh_value_kind (b))
		return FALSE;
	if (sh_value_kind (a) == SH_ROW)
		return sh_row_noun (a) == sh_row_noun (b);
	if (sh_value_kind (a) == SH_HASH)
		return FALSE;
	x = sh_properties (a);
	y = sh_properties (b);
	return g_strv_equal ((const char *const *) x,
			     (const char *const *) y);
}

static sh_value *
entry (const char *name, sh_value *v)
{
	sh_value *e = sh_object ("DictionaryEntry");

	sh_set (e, "Name", sh_string (name));
	sh_set (e, "Value", v);
	return e;
}

static GPtrArray *
entries_of (const sh_value *hash)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	g_auto (GStrv) names = sh_properties (hash);

	for (char **k = names; *k != NULL; k++)
		g_ptr_array_add (out, entry (*k, sh_get (hash, *k)));
	return out;
}

static void
append_records (sh_interp *in, GString *out, GPtrArray *group, guint width)
{
	sh_value *first = group->pdata[0];
	const vmnet_noun *noun = sh_row_noun (first);
	g_autoptr (GPtrArray) hash = NULL;
	g_autoptr (GPtrArray) columns = NULL;
	gboolean list;

	if (sh_value_kind (first) == SH_HASH) {
		hash = entries_of (first);
		group = hash;
	}
	columns = sh_columns (in, NULL, group, FALSE);
	list = noun ? noun->list : columns->len > TABLE_MOST;
	if (list)
		sh_list (in, out, group, columns, width);
	else
		sh_table (in, out, group, columns, width, TRUE, FALSE);
}

static void
append_plain (GString *out, const sh_value *v)
{
	g_autofree char *text = sh_value_kind (v) == SH_ARRAY
		? sh_cell_text (v, VMNET_U_NONE) : sh_to_text (v);

	g_string_append (out, text);
	if (!is_formatted (v))
		g_string_append_c (out, '\n');
}

char *
sh_format (sh_interp *in, GPtrArray *values, guint width)
{
	GString *out = g_string_new (NULL);

	for (guint i = 0; i < values->len && !sh_interrupted (in); ) {
		g_autoptr (GPtrArray) group = NULL;
		guint from = i;

		if (!is_record (values->pdata[i])) {
			append_plain (out, values->pdata[i++]);
			continue;
		}
		group = g_ptr_array_new ();
		do
			g_ptr_array_add (group, values->pdata[i++]);
		while (i < values->len
		       && alike (values->pdata[i - 1], values->pdata[i]));
		if (from > 0)
			g_string_append_c (out, '\n');
		append_records (in, out, group, width);
	}
	return g_string_free (out, FALSE);
}

static char *
as_json (sh_interp *in, GPtrArray *values)
{
	g_autoptr (sh_value) list = sh_array ();
	g_autofree char *text = NULL;

	for (guint i = 0; i < values->len; i++)
		sh_array_add (list, sh_ref (values->pdata[i]));
	text = sh_json (in, list, 4, FALSE);
	return g_strconcat (text, "\n", NULL);
}

/* An empty line between what two statements show as tables. */
static char *
with_gap (sh_interp *in, GPtrArray *values, char *text)
{
	gboolean *gap = sh_interp_gap (in);
	sh_value *first = values->pdata[0];
	sh_value *last = values->pdata[values->len - 1];
	char *out = text;

	if (*gap && (is_record (first) || is_formatted (first))) {
		out = g_strconcat ("\n", text, NULL);
		g_free (text);
	}
	*gap = is_record (last) || is_formatted (last);
	return out;
}

void
sh_print (sh_interp *in, GPtrArray *values)
{
	const sh_options *o = sh_interp_options (in);
	g_autofree char *text = NULL;

	switch (o->format) {
	case SH_OUT_TEXT:
		text = with_gap (in, values, sh_format (in, values,
							o->width));
		break;
	case SH_OUT_JSON:
		text = as_json (in, values);
		break;
	case SH_OUT_CSV:
		text = sh_csv (in, values, ',', TRUE);
		break;
	}
	sh_write (in, text);
}

/*
 * core_format.c - Format-Table, Format-List, Format-Wide, and the data
 * formats: ConvertTo- and ConvertFrom-Json and -Csv.
 */
#include <string.h>

#include "../format/format.h"
#include "core.h"

/* ---- Format-* ---- */

static gboolean table_end (sh_call *call, GError **error);
static gboolean list_end (sh_call *call, GError **error);
static gboolean wide_end (sh_call *call, GError **error);

static const sh_param table_params[] = {
	{ "Property", &sh_type_object, SH_LIST, 1, NULL, NULL,
	  "columns: names, wildcards, blocks, @{n='x';e={…}}" },
	{ "AutoSize", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "as wide as the values; that is the rule here" },
	{ "Wrap", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "long values go on in the next line instead of being cut" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
	{ "HideTableHeaders", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "without the headings" },
	{ "GroupBy", &sh_type_object, 0, 0, NULL, NULL,
	  "property or block: a table of its own for each of its values" },
	CORE_INPUT ("objects to show"),
};

const sh_cmdlet cmdlet_format_table =
	CORE_CMDLET ("Format-Table", "ft", table_params,
		     "Shows objects as a table", "Get-VM | Format-Table Name",
		     NULL, core_gather, table_end);

static const sh_param list_params[] = {
	{ "Property", &sh_type_object, SH_LIST, 1, NULL, NULL,
	  "properties: names, wildcards, blocks, @{n='x';e={…}}" },
	{ "GroupBy", &sh_type_object, 0, 0, NULL, NULL,
	  "property or block: a list of its own for each of its values" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
	CORE_INPUT ("objects to show"),
};

const sh_cmdlet cmdlet_format_list =
	CORE_CMDLET ("Format-List", "fl", list_params,
		     "Shows objects as a list, one property a line",
		     "Get-VMSwitch | Format-List *", NULL, core_gather,
		     list_end);

static const sh_param wide_params[] = {
	{ "Property", &sh_type_object, 0, 1, NULL, NULL,
	  "the one property to show; Name without it" },
	{ "Column", &sh_type_int32, 0, 0, NULL, NULL, "how many columns" },
	{ "AutoSize", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "as many columns as the width takes" },
	CORE_INPUT ("objects to show"),
};

const sh_cmdlet cmdlet_format_wide =
	CORE_CMDLET ("Format-Wide", "fw", wide_params,
		     "Shows one property of objects in several columns",
		     "Get-VM | Format-Wide -Column 3", NULL, core_gather,
		     wide_end);

static guint
width_of (sh_call *call)
{
	return sh_interp_options (sh_call_interp (call))->width;
}

static gboolean
is_plain (const GPtrArray *all)
{
	sh_kind k = sh_value_kind (all->pdata[0]);

	return k != SH_ROW && k != SH_OBJECT && k != SH_HASH;
}

static void
emit_text (sh_call *call, char *text)
{
	sh_emit (call, sh_formatted (text));
}

static void
append_table (sh_call *call, GString *out, GPtrArray *values)
{
	sh_interp *in = sh_call_interp (call);
	g_autoptr (GPtrArray) columns = sh_columns (
		in, sh_arg (call, "Property"), values, FALSE);

	sh_table (in, out, values, columns, width_of (call),
		  !sh_arg_on (call, "HideTableHeaders"),
		  sh_arg_on (call, "Wrap"));
}

static char *
group_key (sh_call *call, sh_value *by, sh_value *item, char **heading)
{
	sh_interp *in = sh_call_interp (call);
	g_autoptr (GPtrArray) one = g_ptr_array_new ();
	g_autoptr (GPtrArray) columns = NULL;
	g_autoptr (sh_value) v = NULL;
	sh_column *c;

	g_ptr_array_add (one, item);
	columns = sh_columns (in, by, one, FALSE);
	c = columns->pdata[0];
	v = sh_column_value (in, c, item);
	if (heading != NULL)
		*heading = g_strdup (c->heading);
	return sh_cell_text (v, c->unit);
}

static void
append_list (sh_call *call, GString *out, GPtrArray *values)
{
	sh_interp *in = sh_call_interp (call);
	g_autoptr (GPtrArray) columns = sh_columns (
		in, sh_arg (call, "Property"), values, TRUE);

	sh_list (in, out, values, columns, width_of (call));
}

typedef void (*append_func) (sh_call *call, GString *out, GPtrArray *values);

static void
append_groups (sh_call *call, GString *out, GPtrArray *all, append_func f)
{
	sh_value *by = sh_arg (call, "GroupBy");

	for (guint i = 0; i < all->len; ) {
		g_autoptr (GPtrArray) group = g_ptr_array_new ();
		g_autofree char *heading = NULL;
		g_autofree char *key = group_key (call, by, all->pdata[i],
						  &heading);

		g_string_append_printf (out, "%s   %s: %s\n\n",
					i ? "\n" : "", heading, key);
		while (i < all->len) {
			g_autofree char *next = group_key (
				call, by, all->pdata[i], NULL);

			if (strcmp (key, next) != 0)
				break;
			g_ptr_array_add (group, all->pdata[i++]);
		}
		f (call, out, group);
	}
}

/* Plain values have no properties: they show as they are, unless columns were
 * asked for. */
static gboolean
shape_end (sh_call *call, append_func f)
{
	GPtrArray *all = core_gathered (call);
	GString *out;

	if (all->len == 0)
		return TRUE;
	if (is_plain (all) && !sh_given (call, "Property")) {
		emit_text (call, sh_format (sh_call_interp (call), all,
					    width_of (call)));
		return TRUE;
	}
	out = g_string_new (NULL);
	if (sh_given (call, "GroupBy"))
		append_groups (call, out, all, f);
	else
		f (call, out, all);
	emit_text (call, g_string_free (out, FALSE));
	return TRUE;
}

static gboolean
table_end (sh_call *call, GError **error)
{
	return shape_end (call, append_table);
}

static gboolean
list_end (sh_call *call, GError **error)
{
	return shape_end (call, append_list);
}

static GPtrArray *
wide_texts (sh_call *call, GPtrArray *all, guint *widest)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (sh_value) name = sh_string ("Name");
	sh_value *by = sh_arg (call, "Property");

	for (guint i = 0; i < all->len; i++) {
		sh_value *item = all->pdata[i];
		char *text = is_plain (all) && by == NULL ? sh_to_text (item)
			: group_key (call, by ? by : name, item, NULL);

		*widest = MAX (*widest, sh_text_width (text));
		g_ptr_array_add (out, text);
	}
	return out;
}

static gboolean
wide_end (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	guint widest = 1, width = width_of (call), columns;
	g_autoptr (GPtrArray) texts = wide_texts (call, all, &widest);
	vmnet_opt asked = sh_arg_opt (call, "Column");
	GString *out;

	if (all->len == 0)
		return TRUE;
	columns = asked.set ? (guint) MAX (asked.value, 1)
		: sh_arg_on (call, "AutoSize")
		? MAX (1, (width ? width : 80) / (widest + 1)) : 2;
	out = g_string_new (NULL);
	for (guint i = 0; i < texts->len; i++) {
		gboolean last = (i + 1) % columns == 0 || i + 1 == texts->len;
		guint pad = widest + 1 - sh_text_width (texts->pdata[i]);

		g_string_append (out, texts->pdata[i]);
		for (guint k = 0; !last && k < pad; k++)
			g_string_append_c (out, ' ');
		if (last)
			g_string_append_c (out, '\n');
	}
	emit_text (call, g_string_free (out, FALSE));
	return TRUE;
}

/* ---- JSON ---- */

static gboolean to_json (sh_call *call, GError **error);
static gboolean to_json_end (sh_call *call, GError **error);
static gboolean from_json_end (sh_call *call, GError **error);

static const sh_param to_json_params[] = {
	{ "Depth", &sh_type_int32, 0, 0, NULL, NULL,
	  "levels of objects within objects, 2 without it" },
	{ "Compress", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "one line without blanks" },
	{ "AsArray", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "a list also of one object" },
	{ "InputObject", &sh_type_psobject, SH_PIPE_VALUE, 1, NULL, NULL,
	  "objects to convert" },
};

const sh_cmdlet cmdlet_convertto_json =
	CORE_CMDLET ("ConvertTo-Json", NULL, to_json_params,
		     "Objects as JSON text, numbers and names as they are",
		     "Get-VMSwitch | ConvertTo-Json", NULL, to_json,
		     to_json_end);

/* A list that comes by the pipeline is one object. */
static gboolean
to_json (sh_call *call, GError **error)
{
	sh_value *item = sh_input (call);

	if (item == NULL)
		item = sh_arg (call, "InputObject");
	if (item != NULL)
		g_ptr_array_add (core_gathered (call), sh_ref (item));
	return TRUE;
}

static gboolean
to_json_end (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	vmnet_opt depth = sh_arg_opt (call, "Depth");
	g_autoptr (sh_value) list = sh_array ();
	gboolean one = all->len == 1 && !sh_arg_on (call, "AsArray");

	for (guint i = 0; i < all->len; i++)
		sh_array_add (list, sh_ref (all->pdata[i]));
	/* A list of objects is no level of its own. */
	sh_emit (call, sh_string_take (sh_json (
		sh_call_interp (call), one ? sh_array_get (list, 0) : list,
		(int) MIN (depth.set ? depth.value : 2, 100) + !one,
		sh_arg_on (call, "Compress"))));
	return TRUE;
}

static const sh_param from_json_params[] = {
	{ "InputObject", &sh_type_psobject, SH_PIPE_VALUE, 1, NULL, NULL,
	  "JSON text; several lines are one text" },
	{ "AsHashtable", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hash tables instead of objects" },
	{ "Depth", &sh_type_int32, 0, 0, NULL, NULL,
	  "accepted: all of it is read" },
};

const sh_cmdlet cmdlet_convertfrom_json =
	CORE_CMDLET ("ConvertFrom-Json", NULL, from_json_params,
		     "JSON text as objects",
		     "'{\"name\": \"sw0\"}' | ConvertFrom-Json", NULL,
		     core_gather, from_json_end);

static char *
joined (GPtrArray *all)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < all->len; i++) {
		g_autofree char *t = sh_to_text (all->pdata[i]);

		g_string_append_printf (s, "%s\n", t);
	}
	return g_string_free (s, FALSE);
}

static sh_value *
as_hash (sh_value *v)
{
	g_auto (GStrv) names = NULL;
	sh_value *out;

	if (sh_value_kind (v) == SH_ARRAY) {
		out = sh_array ();
		for (guint i = 0; i < sh_array_length (v); i++)
			sh_array_add (out, as_hash (sh_array_get (v, i)));
		return out;
	}
	if (sh_value_kind (v) != SH_OBJECT)
		return sh_ref (v);
	out = sh_hash ();
	names = sh_properties (v);
	for (char **n = names; *n != NULL; n++) {
		g_autoptr (sh_value) item = sh_get (v, *n);

		sh_set (out, *n, as_hash (item));
	}
	return out;
}

static gboolean
from_json_end (sh_call *call, GError **error)
{
	g_autofree char *text = joined (core_gathered (call));
	GError *e = NULL;
	sh_value *v = sh_json_parse (text, &e);

	if (v != NULL && sh_arg_on (call, "AsHashtable")) {
		sh_value *h = as_hash (v);

		sh_unref (v);
		v = h;
	}
	if (v != NULL) {
		core_emit_each (call, v);
		return TRUE;
	}
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME, "this is no JSON: %s",
		     e->message);
	g_error_free (e);
	return FALSE;
}

/* ---- CSV ---- */

static gboolean to_csv_end (sh_call *call, GError **error);
static gboolean from_csv_end (sh_call *call, GError **error);

static const sh_param to_csv_params[] = {
	{ "Delimiter", &sh_type_string, 0, 2, NULL, NULL,
	  "character between fields, a comma without it" },
	{ "NoTypeInformation", &sh_type_switch, SH_SWITCH, 0, "NTI", NULL,
	  "without a #TYPE line; there is none here anyway" },
	{ "InputObject", &sh_type_psobject, SH_PIPE_VALUE, 1, NULL, NULL,
	  "objects to convert" },
	{ "UseCulture", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: the culture's character is the comma" },
};

const sh_cmdlet cmdlet_convertto_csv =
	CORE_CMDLET ("ConvertTo-Csv", NULL, to_csv_params,
		     "Objects as CSV text: a line of names, a line for each",
		     "Get-VM | ConvertTo-Csv -NoTypeInformation", NULL,
		     core_gather, to_csv_end);

gboolean
core_delimiter (sh_call *call, char *out, GError **error)
{
	const char *text = sh_arg_text (call, "Delimiter");

	*out = text ? *text : ',';
	if (text == NULL || (text[0] != '\0' && text[1] == '\0'))
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "-Delimiter: '%s' was "
		     "given, accepted is one ASCII character", text);
	return FALSE;
}

static gboolean
to_csv_end (sh_call *call, GError **error)
{
	g_autofree char *text = NULL;
	char delimiter;

	if (!core_delimiter (call, &delimiter, error))
		return FALSE;
	text = sh_csv (sh_call_interp (call), core_gathered (call), delimiter,
		       TRUE);
	/* An end of line within quotes does not end the record. */
	for (char *from = text, *p = text; *p != '\0'; p++) {
		if (*p == '"')
			p = strchr (p + 1, '"');
		if (*p != '\n')
			continue;
		*p = '\0';
		sh_emit (call, sh_string (from));
		from = p + 1;
	}
	return TRUE;
}

static const sh_param from_csv_params[] = {
	{ "Delimiter", &sh_type_string, 0, 2, NULL, NULL,
	  "character between fields, a comma without it" },
	{ "Header", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "names of the fields; the first line is data then" },
	{ "InputObject", &sh_type_psobject, SH_PIPE_VALUE, 1, NULL, NULL,
	  "CSV text, a record in each" },
};

const sh_cmdlet cmdlet_convertfrom_csv =
	CORE_CMDLET ("ConvertFrom-Csv", NULL, from_csv_params,
		     "CSV text as objects",
		     "'Name,Type', 'sw0,Private' | ConvertFrom-Csv", NULL,
		     core_gather, from_csv_end);

static gboolean
from_csv_end (sh_call *call, GError **error)
{
	g_autofree char *text = joined (core_gathered (call));
	g_autoptr (GPtrArray) rows = NULL;
	char delimiter;

	if (!core_delimiter (call, &delimiter, error))
		return FALSE;
	rows = sh_csv_parse (sh_call_interp (call), text, delimiter,
			     sh_arg (call, "Header"));
	for (guint i = 0; i < rows->len; i++)
		sh_emit (call, sh_ref (rows->pdata[i]));
	return TRUE;
}

/*
 * data.c - values as JSON and CSV, and JSON back to values.
 */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "../lang/private.h"
#include "format.h"

/* ---- JSON ---- */

static JsonNode *to_node (sh_interp *in, const sh_value *v, int depth);

static JsonNode *
list_node (sh_interp *in, const sh_value *v, int depth)
{
	JsonNode *n = json_node_new (JSON_NODE_ARRAY);
	JsonArray *a = json_array_new ();

	for (guint i = 0; i < sh_array_length (v) && !sh_interrupted (in);
	     i++)
		json_array_add_element (a, to_node (in, sh_array_get (v, i),
						    depth - 1));
	json_node_take_array (n, a);
	return n;
}

static JsonNode *
record_node (sh_interp *in, const sh_value *v, int depth)
{
	JsonNode *n = json_node_new (JSON_NODE_OBJECT);
	JsonObject *o = json_object_new ();
	g_auto (GStrv) names = sh_properties (v);

	for (char **k = names; *k != NULL; k++) {
		g_autoptr (sh_value) item = sh_get (v, *k);

		json_object_set_member (o, *k, to_node (in, item, depth - 1));
	}
	json_node_take_object (n, o);
	return n;
}

static JsonNode *
number_node (double d)
{
	JsonNode *n = json_node_new (JSON_NODE_VALUE);

	if (!isfinite (d))
		return json_node_init_null (n);
	if (d == floor (d) && fabs (d) < 9e15)
		json_node_set_int (n, (gint64) d);
	else
		json_node_set_double (n, d);
	return n;
}

/* A date as data has it; NULL: it is none. */
static JsonNode *
date_node (const sh_value *v)
{
	JsonNode *n = NULL;
	g_autofree char *text = strcmp (sh_type_name (v), "DateTime") == 0
		? sh_spec_text (v, "yyyy-MM-ddTHH:mm:ss.fffffff") : NULL;
	char *end;

	if (text == NULL)
		return NULL;
	/* No part of a second that is zero. */
	end = text + strlen (text);
	while (end > text && end[-1] == '0')
		*--end = '\0';
	if (end > text && end[-1] == '.')
		*--end = '\0';
	n = json_node_new (JSON_NODE_VALUE);
	json_node_set_string (n, text);
	return n;
}

static JsonNode *
to_node (sh_interp *in, const sh_value *v, int depth)
{
	JsonNode *n;
	g_autoptr (sh_value) text = NULL;
	g_autofree char *plain = NULL;
	gint64 i;
	double d;

	switch (sh_value_kind (v)) {
	case SH_NULL:
		return json_node_new (JSON_NODE_NULL);
	case SH_BOOL:
		n = json_node_new (JSON_NODE_VALUE);
		json_node_set_boolean (n, sh_truth (v));
		return n;
	case SH_INT:
		n = json_node_new (JSON_NODE_VALUE);
		sh_to_int (v, &i);
		json_node_set_int (n, i);
		return n;
	case SH_DOUBLE:
		sh_to_double (v, &d);
		return number_node (d);
	case SH_ARRAY:
		if (depth >= 0)
			return list_node (in, v, depth);
		break;
	case SH_OBJECT:
		if (sh_peek (v, "\001value") != NULL)
			return to_node (in, sh_peek (v, "\001value"), depth);
		n = date_node (v);
		if (n != NULL)
			return n;
		text = sh_get (v, "\001text");
		if (text == NULL && depth >= 0)
			return record_node (in, v, depth);
		break;
	case SH_HASH:
	case SH_ROW:
		if (depth >= 0)
			return record_node (in, v, depth);
		break;
	case SH_STRING:
	case SH_BLOCK:
		break;
	}
	n = json_node_new (JSON_NODE_VALUE);
	plain = sh_to_text (v);
	json_node_set_string (n, plain);
	return n;
}

char *
sh_json (sh_interp *in, const sh_value *v, int depth, gboolean compress)
{
	g_autoptr (JsonNode) n = to_node (in, v, depth);
	g_autoptr (JsonGenerator) g = json_generator_new ();

	json_generator_set_root (g, n);
	json_generator_set_pretty (g, !compress);
	json_generator_set_indent (g, 2);
	return json_generator_to_data (g, NULL);
}

static sh_value *
from_node (JsonNode *n)
{
	sh_value *out;
	JsonObjectIter it;
	const char *name;
	JsonNode *item;
	JsonArray *a;

	switch (json_node_get_node_type (n)) {
	case JSON_NODE_OBJECT:
		out = sh_object ("PSCustomObject");
		json_object_iter_init_ordered (&it, json_node_get_object (n));
		while (json_object_iter_next_ordered (&it, &name, &item))
			sh_set (out, name, from_node (item));
		return out;
	case JSON_NODE_ARRAY:
		out = sh_array ();
		a = json_node_get_array (n);
		for (guint i = 0; i < json_array_get_length (a); i++)
			sh_array_add (out, from_node (
				json_array_get_element (a, i)));
		return out;
	case JSON_NODE_VALUE:
		if (json_node_get_value_type (n) == G_TYPE_BOOLEAN)
			return sh_bool (json_node_get_boolean (n));
		if (json_node_get_value_type (n) == G_TYPE_INT64)
			return sh_int (json_node_get_int (n));
		if (json_node_get_value_type (n) == G_TYPE_DOUBLE)
			return sh_double (json_node_get_double (n));
		return sh_string (json_node_get_string (n));
	case JSON_NODE_NULL:
		break;
	}
	return sh_null ();
}

sh_value *
sh_json_parse (const char *text, GError **error)
{
	g_autoptr (JsonParser) p = json_parser_new_immutable ();
	JsonNode *root;

	if (!json_parser_load_from_data (p, text, -1, error))
		return NULL;
	root = json_parser_get_root (p);
	return root ? from_node (root) : sh_null ();
}

/* ---- CSV ---- */

static void
append_field (GString *s, const char *text)
{
	g_string_append_c (s, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			g_string_append_c (s, '"');
		g_string_append_c (s, *text);
	}
	g_string_append_c (s, '"');
}

static void
append_record (GString *s, sh_value *object, char **names, char delimiter)
{
	for (char **k = names; *k != NULL; k++) {
		g_autoptr (sh_value) v = sh_member (object, *k);
		g_autofree char *text = v ? sh_to_text (v) : g_strdup ("");

		if (k != names)
			g_string_append_c (s, delimiter);
		if (v != NULL && sh_value_kind (v) != SH_NULL)
			append_field (s, text);
	}
	g_string_append_c (s, '\n');
}

/* Text and numbers have their length only, as published. */
static char **
csv_names (const sh_value *v)
{
	static const char *const length[] = { "Length", NULL };
	sh_kind k = sh_value_kind (v);

	if (k == SH_ROW || k == SH_OBJECT || k == SH_HASH)
		return sh_properties (v);
	return g_strdupv ((char **) length);
}

char *
sh_csv (sh_interp *in, GPtrArray *values, char delimiter,
	gboolean header)
{
	GString *s = g_string_new (NULL);
	g_auto (GStrv) names = NULL;

	if (values->len == 0)
		return g_string_free (s, FALSE);
	names = csv_names (values->pdata[0]);
	for (char **k = names; header && *k != NULL; k++) {
		if (k != names)
			g_string_append_c (s, delimiter);
		append_field (s, *k);
	}
	if (header)
		g_string_append_c (s, '\n');
	for (guint i = 0; i < values->len && !sh_interrupted (in); i++)
		append_record (s, values->pdata[i], names, delimiter);
	return g_string_free (s, FALSE);
}

/* One field; *end: it was the last one of its record. */
static const char *
read_field (const char *p, char delimiter, GString *out, gboolean *end)
{
	gboolean quoted = *p == '"';

	g_string_truncate (out, 0);
	for (p += quoted; *p != '\0'; p++) {
		if (quoted && *p == '"' && p[1] == '"') {
			p++;
		} else if (quoted && *p == '"') {
			quoted = FALSE;
			continue;
		} else if (!quoted && (*p == delimiter || *p == '\n')) {
			break;
		}
		if (quoted || *p != '\r')
			g_string_append_c (out, *p);
	}
	*end = *p != delimiter;
	return *p ? p + 1 : p;
}

static sh_value *
read_record (const char **p, char delimiter)
{
	sh_value *out = sh_array ();
	g_autoptr (GString) field = g_string_new (NULL);
	gboolean end = FALSE;

	while (!end) {
		*p = read_field (*p, delimiter, field, &end);
		sh_array_add (out, sh_string (field->str));
	}
	return out;
}

GPtrArray *
sh_csv_parse (sh_interp *in, const char *text, char delimiter,
	      const sh_value *header)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	g_autoptr (sh_value) names = header ? sh_ref ((sh_value *) header)
		: NULL;

	while (*text != '\0' && !sh_interrupted (in)) {
		g_autoptr (sh_value) fields = NULL;
		sh_value *row;

		if (*text == '\n') {
			text++;
			continue;
		}
		fields = read_record (&text, delimiter);
		if (names == NULL) {
			names = g_steal_pointer (&fields);
			continue;
		}
		row = sh_object ("PSCustomObject");
		for (guint k = 0; k < sh_array_length (names); k++) {
			sh_value *v = sh_array_get (fields, k);

			sh_set (row, sh_text (sh_array_get (names, k)),
				v ? sh_ref (v) : sh_null ());
		}
		g_ptr_array_add (out, row);
	}
	return out;
}

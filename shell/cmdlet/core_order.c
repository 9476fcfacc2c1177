/*
 * core_order.c - Sort-Object, Group-Object and Measure-Object.
 */
#include <string.h>

#include "../format/format.h"
#include "core.h"

/* ---- Sort-Object ---- */

static gboolean sort_end (sh_call *call, GError **error);

static const sh_param sort_params[] = {
	{ "Property", &sh_type_object, SH_LIST, 1, NULL, NULL,
	  "properties or blocks to sort by, the first one first" },
	{ "Descending", &sh_type_switch, SH_SWITCH, 0, "Desc", NULL,
	  "the greatest first" },
	{ "Unique", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the same only once" },
	{ "CaseSensitive", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "A and a are not the same" },
	{ "Top", &sh_type_int32, 0, 0, NULL, NULL, "only the first so many" },
	{ "Bottom", &sh_type_int32, 0, 0, NULL, NULL,
	  "only the last so many" },
	CORE_INPUT ("objects to sort"),
};

const sh_cmdlet cmdlet_sort_object =
	CORE_CMDLET ("Sort-Object", "sort", sort_params,
		     "Sorts objects by their properties or by themselves",
		     "3, 1, 2 | Sort-Object -Descending", NULL, core_gather,
		     sort_end);

/* A row to sort is a sh_value **: the item (not owned), then its keys, one a
 * column; without columns the item is its own key. */
typedef struct {
	gboolean down, match_case;
	guint columns;
	gboolean *flip;		/* @{e=…; Descending=$true} */
	sh_interp *in;
} order;

static int
compare_keys (const sh_value *a, const sh_value *b, gboolean match_case)
{
	sh_kind x = sh_value_kind (a), y = sh_value_kind (b);
	gboolean nx = x == SH_INT || x == SH_DOUBLE;
	gboolean ny = y == SH_INT || y == SH_DOUBLE;

	/* Numbers stand before text, whichever comes first. */
	if (nx != ny && x != SH_NULL && y != SH_NULL)
		return nx ? -1 : 1;
	return sh_compare (a, b, match_case);
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer user)
{
	sh_value *const *x = a, *const *y = b;
	const order *o = user;

	if (o->columns == 0) {
		int r = compare_keys (*x, *y, o->match_case);

		return o->down ? -r : r;
	}
	for (guint i = 0; i < o->columns; i++) {
		int r = compare_keys (x[i + 1], y[i + 1], o->match_case);

		if (r != 0)
			return o->down != o->flip[i] ? -r : r;
	}
	return 0;
}

static sh_value *
keys_of (sh_interp *in, GPtrArray *columns, sh_value *item)
{
	sh_value *keys = sh_array ();

	for (guint i = 0; i < columns->len; i++)
		sh_array_add (keys, sh_column_value (in, columns->pdata[i],
						     item));
	if (columns->len == 0)
		sh_array_add (keys, sh_ref (item));
	return keys;
}

static gboolean *
flips_of (const sh_value *property)
{
	guint n = property ? sh_array_length (property) : 0;
	gboolean *flip = g_new0 (gboolean, n + 1);

	for (guint i = 0; i < n; i++) {
		sh_value *p = sh_array_get (property, i);
		g_autoptr (sh_value) down = sh_value_kind (p) == SH_HASH
			? sh_get (p, "Descending") : NULL;

		flip[i] = down != NULL && sh_truth (down);
	}
	return flip;
}

/* All items with their keys, one behind the other; after Ctrl-C some. */
static sh_value **
rows_of (GPtrArray *all, GPtrArray *columns, const order *o, GError **error)
{
	guint n = columns->len;
	sh_value **flat = g_new0 (sh_value *, (gsize) all->len * (n + 1) + 1);
	sh_value **row = flat;

	for (guint i = 0; i < all->len; i++, row += n + 1) {
		if (sh_interrupted_error (o->in, error))
			break;
		row[0] = all->pdata[i];
		for (guint k = 0; k < n; k++)
			row[k + 1] = sh_column_value (o->in, columns->pdata[k],
						      row[0]);
	}
	return flat;
}

static void
rows_free (sh_value **flat, guint rows, guint columns)
{
	for (gsize i = 0; columns > 0 && i < rows; i++)
		for (guint k = 1; k <= columns; k++)
			sh_unref (flat[i * (columns + 1) + k]);
	g_free (flat);
}

static void
emit_rows (sh_call *call, GPtrArray *rows, order *o)
{
	vmnet_opt top = sh_arg_opt (call, "Top");
	vmnet_opt bottom = sh_arg_opt (call, "Bottom");
	gboolean unique = sh_arg_on (call, "Unique");
	guint from = bottom.set && bottom.value < rows->len
		? rows->len - (guint) bottom.value : 0;
	guint to = top.set && top.value < rows->len ? (guint) top.value
		: rows->len;

	for (guint i = from; i < to && !sh_interrupted (o->in); i++) {
		sh_value **row = rows->pdata[i];

		if (unique && i > 0
		    && compare_rows (rows->pdata[i - 1], row, o) == 0)
			continue;
		sh_emit (call, sh_ref (row[0]));
	}
}

static gboolean
sort_end (sh_call *call, GError **error)
{
	sh_value *property = sh_arg (call, "Property");
	g_autofree gboolean *flip = flips_of (property);
	order o = { sh_arg_on (call, "Descending"),
		    sh_arg_on (call, "CaseSensitive"), 0, flip,
		    sh_call_interp (call) };
	GPtrArray *all = core_gathered (call);
	g_autoptr (GPtrArray) columns = property
		? sh_columns (o.in, property, all, FALSE)
		: g_ptr_array_new ();
	g_autoptr (GPtrArray) rows = g_ptr_array_sized_new (all->len);
	sh_value **flat;
	GError *e = NULL;

	o.columns = columns->len;
	flat = rows_of (all, columns, &o, &e);
	for (gsize i = 0; i < all->len; i++)
		g_ptr_array_add (rows, flat + i * (o.columns + 1));
	if (e == NULL && sh_sort (o.in, rows, compare_rows, &o, &e))
		emit_rows (call, rows, &o);
	rows_free (flat, all->len, o.columns);
	if (e != NULL)
		g_propagate_error (error, e);
	return e == NULL;
}

/* ---- Group-Object ---- */

static gboolean group_end (sh_call *call, GError **error);

static const sh_param group_params[] = {
	{ "Property", &sh_type_object, SH_LIST, 1, NULL, NULL,
	  "properties or blocks that make a group" },
	{ "NoElement", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "without the objects themselves" },
	{ "AsHashTable", &sh_type_switch, SH_SWITCH, 0, "AHT", NULL,
	  "one hash table: name of the group to its objects" },
	{ "AsString", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: its keys are text" },
	{ "CaseSensitive", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: a and A are one group" },
	CORE_INPUT ("objects to put into groups"),
};

const sh_cmdlet cmdlet_group_object =
	CORE_CMDLET ("Group-Object", "group", group_params,
		     "Puts objects that agree in a property together",
		     "1..6 | Group-Object { $_ % 2 }", NULL, core_gather,
		     group_end);

static char *
group_name (const sh_value *keys)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < sh_array_length (keys); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (keys, i));

		g_string_append_printf (s, "%s%s", i ? ", " : "", t);
	}
	return g_string_free (s, FALSE);
}

static void
group_emit (sh_call *call, const sh_value *groups)
{
	g_auto (GStrv) names = sh_properties (groups);

	for (char **k = names; *k != NULL; k++) {
		sh_value *list = sh_get (groups, *k);
		sh_value *out = sh_object ("GroupInfo");

		sh_set (out, "Count", sh_int (sh_array_length (list)));
		sh_set (out, "Name", sh_string (*k));
		if (sh_arg_on (call, "NoElement"))
			sh_unref (list);
		else
			sh_set (out, "Group", list);
		sh_emit (call, out);
	}
}

static gboolean
group_end (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	sh_value *property = sh_arg (call, "Property");
	sh_interp *in = sh_call_interp (call);
	g_autoptr (GPtrArray) columns = property
		? sh_columns (in, property, all, FALSE) : g_ptr_array_new ();
	g_autoptr (sh_value) groups = sh_hash ();

	for (guint i = 0; i < all->len; i++) {
		g_autoptr (sh_value) keys = keys_of (in, columns,
						     all->pdata[i]);
		g_autofree char *name = group_name (keys);
		g_autoptr (sh_value) list = sh_get (groups, name);

		if (sh_interrupted_error (in, error))
			return FALSE;
		if (list == NULL) {
			list = sh_array ();
			sh_set (groups, name, sh_ref (list));
		}
		sh_array_add (list, sh_ref (all->pdata[i]));
	}
	if (sh_arg_on (call, "AsHashTable"))
		sh_emit (call, sh_ref (groups));
	else
		group_emit (call, groups);
	return TRUE;
}

/* ---- Measure-Object ---- */

static gboolean measure_end (sh_call *call, GError **error);

static const sh_param measure_params[] = {
	{ "Property", &sh_type_string, SH_LIST, 1, NULL, NULL,
	  "properties to measure; without it the objects themselves" },
	{ "Sum", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "add up" },
	{ "Average", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "the mean" },
	{ "Maximum", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the greatest" },
	{ "Minimum", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "the least" },
	{ "Line", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "count the lines of text" },
	{ "Word", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "count the words of text" },
	{ "Character", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "count the characters of text" },
	CORE_INPUT ("objects to measure"),
};

const sh_cmdlet cmdlet_measure_object =
	CORE_CMDLET ("Measure-Object", "measure", measure_params,
		     "Counts objects, adds up and compares their properties",
		     "1..10 | Measure-Object -Sum", NULL, core_gather,
		     measure_end);

typedef struct {
	guint count;
	double sum;
	gboolean whole;
	sh_value *least, *most;	/* not owned */
} figures;

static sh_value *
number (double d, gboolean whole)
{
	return whole && d > -9e15 && d < 9e15 ? sh_int ((gint64) d)
		: sh_double (d);
}

static void
measure_emit (sh_call *call, const char *property, const figures *f)
{
	sh_value *out = sh_object ("GenericMeasureInfo");

	sh_set (out, "Count", sh_int (f->count));
	sh_set (out, "Average", sh_arg_on (call, "Average") && f->count
		? sh_double (f->sum / f->count) : sh_null ());
	sh_set (out, "Sum", sh_arg_on (call, "Sum")
		? number (f->sum, f->whole) : sh_null ());
	sh_set (out, "Maximum", sh_arg_on (call, "Maximum") && f->most
		? sh_ref (f->most) : sh_null ());
	sh_set (out, "Minimum", sh_arg_on (call, "Minimum") && f->least
		? sh_ref (f->least) : sh_null ());
	sh_set (out, "Property", property ? sh_string (property)
		: sh_null ());
	sh_emit (call, out);
}

static gboolean
measure_value (sh_call *call, sh_value *v, figures *f, GError **error)
{
	g_autofree char *text = NULL;
	double d = 0;

	f->count++;
	if (f->least == NULL || compare_keys (v, f->least, FALSE) < 0)
		f->least = v;
	if (f->most == NULL || compare_keys (v, f->most, FALSE) > 0)
		f->most = v;
	if (!sh_arg_on (call, "Sum") && !sh_arg_on (call, "Average"))
		return TRUE;
	f->whole &= sh_value_kind (v) != SH_DOUBLE;
	if (sh_to_double (v, &d)) {
		f->sum += d;
		return TRUE;
	}
	text = sh_to_text (v);
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
		     "'%s' (%s) is no number to add", text, sh_type_name (v));
	return FALSE;
}

static gboolean
measure_property (sh_call *call, const char *property, GError **error)
{
	GPtrArray *all = core_gathered (call);
	g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	figures f = { .whole = TRUE };

	for (guint i = 0; i < all->len; i++) {
		sh_value *v = property ? sh_member (all->pdata[i], property)
			: sh_ref (all->pdata[i]);

		g_ptr_array_add (held, v);
		if (sh_interrupted_error (sh_call_interp (call), error)
		    || (sh_value_kind (v) != SH_NULL
			&& !measure_value (call, v, &f, error)))
			return FALSE;
	}
	measure_emit (call, property, &f);
	return TRUE;
}

static void
measure_text (sh_call *call)
{
	GPtrArray *all = core_gathered (call);
	gint64 lines = 0, words = 0, characters = 0;
	sh_value *out = sh_object ("TextMeasureInfo");

	for (guint i = 0; i < all->len
	     && !sh_interrupted (sh_call_interp (call)); i++) {
		g_autofree char *text = sh_to_text (all->pdata[i]);

		characters += g_utf8_strlen (text, -1);
		lines++;
		for (const char *p = text; *p != '\0'; p++) {
			lines += *p == '\n' && p[1] != '\0';
			words += !g_ascii_isspace (*p)
				&& (p == text || g_ascii_isspace (p[-1]));
		}
	}
	sh_set (out, "Lines", sh_arg_on (call, "Line") ? sh_int (lines)
		: sh_null ());
	sh_set (out, "Words", sh_arg_on (call, "Word") ? sh_int (words)
		: sh_null ());
	sh_set (out, "Characters", sh_arg_on (call, "Character")
		? sh_int (characters) : sh_null ());
	sh_emit (call, out);
}

static gboolean
measure_end (sh_call *call, GError **error)
{
	sh_value *names = sh_arg (call, "Property");

	if (sh_arg_on (call, "Line") || sh_arg_on (call, "Word")
	    || sh_arg_on (call, "Character")) {
		measure_text (call);
		return TRUE;
	}
	if (names == NULL)
		return measure_property (call, NULL, error);
	for (guint i = 0; i < sh_array_length (names); i++)
		if (!measure_property (call, sh_text (sh_array_get (names, i)),
				       error))
			return FALSE;
	return TRUE;
}

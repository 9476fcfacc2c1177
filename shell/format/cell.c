/*
 * cell.c - columns, their values, and values as the text of a cell.
 */
#include <math.h>
#include <string.h>

#include "../lang/private.h"
#include "format.h"

guint
sh_text_width (const char *text)
{
	guint width = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
		gunichar c = g_utf8_get_char (p);

		if (!g_unichar_iszerowidth (c))
			width += g_unichar_iswide (c) ? 2 : 1;
	}
	return width;
}

void
sh_column_free (sh_column *c)
{
	g_free (c->name);
	g_free (c->heading);
	g_free (c->format);
	sh_unref (c->block);
	g_free (c);
}

/* 120000000 -> "120 Mbps" */
static char *
rate_text (double bits)
{
	static const char *const units[] = {
		"bps", "Kbps", "Mbps", "Gbps", "Tbps",
	};
	gsize i = 0;
	g_autofree char *digits = NULL;

	while (fabs (bits) >= 1000 && i + 1 < G_N_ELEMENTS (units)) {
		bits /= 1000;
		i++;
	}
	digits = sh_double_text (round (bits * 100) / 100);
	return g_strdup_printf ("%s %s", digits, units[i]);
}

static char *
list_text (const sh_value *v)
{
	GString *s = g_string_new ("{");

	for (guint i = 0; i < sh_array_length (v); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (v, i));

		g_string_append_printf (s, "%s%s", i ? ", " : "", t);
	}
	g_string_append_c (s, '}');
	return g_string_free (s, FALSE);
}

static char *
hash_text (const sh_value *v)
{
	GString *s = g_string_new ("{");
	g_auto (GStrv) names = sh_properties (v);

	for (char **k = names; *k != NULL; k++)
		g_string_append_printf (s, "%s%s", k == names ? "" : ", ", *k);
	g_string_append_c (s, '}');
	return g_string_free (s, FALSE);
}

char *
sh_cell_text (const sh_value *v, vmnet_unit unit)
{
	double d;

	switch (sh_value_kind (v)) {
	case SH_ARRAY:
		return list_text (v);
	case SH_HASH:
		return hash_text (v);
	case SH_INT:
	case SH_DOUBLE:
		if (unit == VMNET_U_BITS_PER_SECOND && sh_to_double (v, &d))
			return rate_text (d);
		if (sh_value_kind (v) == SH_INT)
			return sh_int_text (v);
		sh_to_double (v, &d);
		return unit == VMNET_U_NONE ? sh_double_text (d)
			: sh_double_text (round (d * 100) / 100);
	default:
		return sh_to_text (v);
	}
}

/* ---- columns ---- */

static sh_column *
column_new (const char *name, const vmnet_noun *noun)
{
	const vmnet_field *f = noun ? vmnet_noun_field (noun, name) : NULL;
	sh_column *c = g_new0 (sh_column, 1);

	c->name = g_strdup (f ? f->name : name);
	c->heading = g_strdup (f && f->heading ? f->heading : c->name);
	if (f != NULL) {
		c->unit = f->unit;
		c->right = f->type == VMNET_T_INT || f->type == VMNET_T_DOUBLE;
	}
	return c;
}

static int
by_view (gconstpointer a, gconstpointer b)
{
	const vmnet_field *x = *(const vmnet_field *const *) a;
	const vmnet_field *y = *(const vmnet_field *const *) b;

	return x->view - y->view;
}

static void
add_noun_columns (const vmnet_noun *noun, gboolean all, GPtrArray *out)
{
	g_autoptr (GPtrArray) fields = g_ptr_array_new ();

	for (gsize i = 0; i < noun->n_fields; i++)
		if (all || noun->fields[i].view > 0)
			g_ptr_array_add (fields, (gpointer) &noun->fields[i]);
	if (!all)
		g_ptr_array_sort (fields, by_view);
	for (guint i = 0; i < fields->len; i++) {
		const vmnet_field *f = fields->pdata[i];
		sh_column *c = column_new (f->name, noun);

		if (all)
			g_free (c->heading), c->heading = g_strdup (f->name);
		g_ptr_array_add (out, c);
	}
}

static void
add_pattern (sh_value *first, const char *pattern, GPtrArray *out)
{
	const vmnet_noun *noun = first ? sh_row_noun (first) : NULL;
	g_auto (GStrv) names = NULL;

	if (!sh_has_wildcard (pattern) || first == NULL) {
		g_ptr_array_add (out, column_new (pattern, noun));
		return;
	}
	names = sh_properties (first);
	for (char **k = names; *k != NULL; k++)
		if (sh_like (*k, pattern, FALSE))
			g_ptr_array_add (out, column_new (*k, noun));
}

/* The value of a key that may be cut: @{n='x'; e={…}}. */
static sh_value *
part_of (const sh_value *spec, const char *long_name)
{
	g_auto (GStrv) keys = sh_properties (spec);

	for (char **k = keys; *k != NULL; k++)
		if (g_ascii_strncasecmp (*k, long_name, strlen (*k)) == 0)
			return sh_get (spec, *k);
	return NULL;
}

static sh_column *
calculated (const sh_value *spec)
{
	g_autoptr (sh_value) name = part_of (spec, "Name");
	g_autoptr (sh_value) label = part_of (spec, "Label");
	g_autoptr (sh_value) what = part_of (spec, "Expression");
	g_autoptr (sh_value) width = part_of (spec, "Width");
	g_autoptr (sh_value) align = part_of (spec, "Alignment");
	g_autoptr (sh_value) format = part_of (spec, "FormatString");
	sh_column *c = g_new0 (sh_column, 1);
	gint64 cells = 0;

	name = name ? g_steal_pointer (&name) : g_steal_pointer (&label);
	if (what != NULL && sh_value_kind (what) == SH_BLOCK)
		c->block = sh_ref (what);
	else if (what != NULL)
		c->name = sh_to_text (what);
	c->heading = name ? sh_to_text (name) : what ? sh_to_text (what)
		: g_strdup ("");
	if (width != NULL && sh_to_int (width, &cells))
		c->width = (guint) CLAMP (cells, 1, 1000);
	c->format = format ? sh_to_text (format) : NULL;
	c->right = align && sh_text (align)
		? (*sh_text (align) | 0x20) == 'r' : c->format != NULL;
	return c;
}

static void
add_defaults (GPtrArray *values, gboolean list, GPtrArray *out)
{
	sh_value *first = values->len ? values->pdata[0] : NULL;
	const vmnet_noun *noun = first ? sh_row_noun (first) : NULL;
	g_auto (GStrv) names = NULL;
	sh_kind k;

	if (first == NULL)
		return;
	if (noun != NULL) {
		add_noun_columns (noun, list && !noun->list, out);
		if (out->len == 0)
			add_noun_columns (noun, TRUE, out);
		return;
	}
	k = sh_value_kind (first);
	if (k == SH_OBJECT && !list && sh_peek (first, "\001view") != NULL)
		names = g_strsplit (sh_text (sh_peek (first, "\001view")),
				    ",", -1);
	else if (k == SH_HASH || k == SH_OBJECT)
		names = sh_properties (first);
	for (char **n = names; n != NULL && *n != NULL; n++)
		g_ptr_array_add (out, column_new (*n, NULL));
}

/* Numbers stand at the right where all of a column are numbers. */
static void
align (sh_interp *in, GPtrArray *values, GPtrArray *columns)
{
	for (guint i = 0; i < columns->len; i++) {
		sh_column *c = columns->pdata[i];
		gboolean any = FALSE, all = TRUE;

		for (guint r = 0; all && !c->right && c->block == NULL
		     && r < values->len; r++) {
			g_autoptr (sh_value) v = sh_column_value (
				in, c, values->pdata[r]);
			sh_kind k = sh_value_kind (v);

			any |= k == SH_INT || k == SH_DOUBLE;
			all = k == SH_INT || k == SH_DOUBLE || k == SH_NULL;
		}
		c->right |= any && all;
	}
}

GPtrArray *
sh_columns (sh_interp *in, const sh_value *property, GPtrArray *values,
	    gboolean list)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_column_free);
	sh_value *first = values->len ? values->pdata[0] : NULL;

	for (guint i = 0; property && i < sh_array_length (property); i++) {
		sh_value *p = sh_array_get (property, i);
		g_autofree char *text = NULL;
		sh_column *c;

		if (sh_value_kind (p) == SH_HASH) {
			g_ptr_array_add (out, calculated (p));
			continue;
		}
		text = sh_to_text (p);
		if (sh_value_kind (p) == SH_BLOCK) {
			c = g_new0 (sh_column, 1);
			c->heading = g_strdup (g_strstrip (text));
			c->block = sh_ref (p);
			g_ptr_array_add (out, c);
		} else {
			add_pattern (first, text, out);
		}
	}
	if (out->len == 0)
		add_defaults (values, list, out);
	align (in, values, out);
	return out;
}

static void
keep (sh_value *v, gpointer user)
{
	sh_array_add (user, v);
}

/* As the column's FormatString has it. */
static sh_value *
formatted (const sh_column *c, sh_value *v)
{
	char *text = c->format ? sh_spec_text (v, c->format) : NULL;

	if (text == NULL)
		return v;
	sh_unref (v);
	return sh_string_take (text);
}

sh_value *
sh_column_value (sh_interp *in, const sh_column *c, sh_value *object)
{
	g_autoptr (sh_value) got = NULL;
	sh_value *v;

	if (c->block == NULL) {
		v = c->name ? sh_member (object, c->name) : NULL;
		return v ? formatted (c, v) : sh_null ();
	}
	got = sh_array ();
	/* A calculated column that fails is empty, as published. */
	sh_block_call (in, sh_block_get (c->block), object, NULL, keep, got,
		       NULL);
	if (sh_array_length (got) == 1)
		return formatted (c, sh_ref (sh_array_get (got, 0)));
	return sh_array_length (got) ? g_steal_pointer (&got) : sh_null ();
}

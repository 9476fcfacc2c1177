/*
 * net_xml.c - [xml]: a document as objects. An element's children and
 * attributes are its properties, several of one name a list; an element with
 * text alone is that text, as PowerShell shows it.
 */
#include <string.h>

#include "dotnet.h"

#define KIDS "\001kids"		/* the elements in order */
#define NAME "\001name"
#define TEXT "\001inner"

typedef struct {
	GPtrArray *open;	/* sh_value *, the innermost last */
	sh_value *document;
} reading;

static void
add_property (sh_value *to, const char *name, sh_value *v)
{
	sh_value *old = sh_peek (to, name);
	sh_value *list;

	if (old == NULL) {
		sh_set (to, name, v);
		return;
	}
	if (sh_value_kind (old) == SH_ARRAY) {
		sh_array_add (old, v);
		return;
	}
	list = sh_array ();
	sh_array_add (list, sh_ref (old));
	sh_array_add (list, v);
	sh_set (to, name, list);
}

static void
start (GMarkupParseContext *ctx, const char *name, const char **names,
       const char **values, gpointer user, GError **error)
{
	reading *r = user;
	sh_value *e = sh_object ("XmlElement");

	if (r->open->len > 200) {
		g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE,
			     "elements are nested too deeply");
		sh_unref (e);
		return;
	}
	sh_set (e, NAME, sh_string (name));
	sh_set (e, KIDS, sh_array ());
	sh_set (e, TEXT, sh_string (""));
	for (; *names != NULL; names++, values++)
		sh_set (e, *names, sh_string (*values));
	g_ptr_array_add (r->open, e);
}

/* "a": the text; with attributes: '#text' of the element. */
static sh_value *
seen_as (sh_value *e)
{
	sh_value *text = sh_peek (e, TEXT);
	g_auto (GStrv) names = sh_properties (e);

	if (sh_array_length (sh_peek (e, KIDS)) > 0)
		return sh_ref (e);
	if (*names == NULL)
		return sh_ref (text);
	if (*sh_text (text) != '\0')
		sh_set (e, "#text", sh_ref (text));
	return sh_ref (e);
}

static void
end (GMarkupParseContext *ctx, const char *name, gpointer user,
     GError **error)
{
	reading *r = user;
	g_autoptr (sh_value) e = g_ptr_array_steal_index (
		r->open, r->open->len - 1);
	sh_value *parent = r->open->len
		? r->open->pdata[r->open->len - 1] : r->document;

	sh_array_add (sh_peek (parent, KIDS), sh_ref (e));
	if (parent != r->document) {
		g_autofree char *both = g_strconcat (
			sh_text (sh_peek (parent, TEXT)),
			sh_text (sh_peek (e, TEXT)), NULL);

		sh_set (parent, TEXT, sh_string (both));
	}
	add_property (parent, name, seen_as (e));
}

static void
text_in (GMarkupParseContext *ctx, const char *text, gsize length,
	 gpointer user, GError **error)
{
	reading *r = user;
	g_autofree char *plain = g_strndup (text, length);
	sh_value *e;

	if (r->open->len == 0)
		return;
	e = r->open->pdata[r->open->len - 1];
	if (*g_strstrip (plain) != '\0')
		sh_set (e, TEXT, sh_string_take (g_strconcat (
			sh_text (sh_peek (e, TEXT)), plain, NULL)));
}

sh_value *
net_xml (sh_interp *in, node *n, const char *text, GError **error)
{
	static const GMarkupParser parser = { start, end, text_in, NULL,
					      NULL };
	g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	g_autoptr (sh_value) document = sh_object ("XmlDocument");
	reading r = { open, document };
	g_autoptr (GMarkupParseContext) ctx = g_markup_parse_context_new (
		&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &r, NULL);
	g_autoptr (GError) e = NULL;

	while (g_ascii_isspace (*text))
		text++;
	sh_set (document, NAME, sh_string ("#document"));
	sh_set (document, KIDS, sh_array ());
	sh_set (document, TEXT, sh_string (""));
	if (!g_markup_parse_context_parse (ctx, text, -1, &e)
	    || !g_markup_parse_context_end_parse (ctx, &e))
		return fail_as (in, n, SH_ERROR_CAST, error, "this is no XML: "
				"%s", e->message);
	return g_steal_pointer (&document);
}

/* ---- looking into it ---- */

/* The elements below `e` (and `e`'s own with `deep`) that have that name. */
static void
find_named (sh_value *e, const char *name, gboolean deep, sh_value *out)
{
	sh_value *kids = sh_peek (e, KIDS);

	for (guint i = 0; i < sh_array_length (kids); i++) {
		sh_value *kid = sh_array_get (kids, i);

		if (strcmp (name, "*") == 0
		    || strcmp (sh_text (sh_peek (kid, NAME)), name) == 0)
			sh_array_add (out, sh_ref (kid));
		if (deep)
			find_named (kid, name, TRUE, out);
	}
}

/* "a[@name='x']": the elements of `list` for which the condition holds. */
static sh_value *
filtered (sh_value *list, const char *condition)
{
	g_autofree char *plain = g_strdup (condition), *name = NULL;
	char *equals = strchr (plain, '='), *want = NULL;
	sh_value *out = sh_array ();

	if (*plain == '@' && equals != NULL) {
		*equals = '\0';
		want = equals + 1;
		g_strdelimit (want, "'\"]", ' ');
		g_strstrip (want);
		name = g_strstrip (g_strdup (plain + 1));
	}
	for (guint i = 0; i < sh_array_length (list); i++) {
		sh_value *e = sh_array_get (list, i);
		sh_value *have = name ? sh_peek (e, name) : NULL;

		if (have && g_strcmp0 (sh_text (have), want) == 0)
			sh_array_add (out, sh_ref (e));
	}
	return out;
}

/* The paths that scripts use: names, //, *, [@attribute='value']. */
static sh_value *
select_nodes (const net_call *c)
{
	g_autofree char *path = net_text (c, 0);
	g_autoptr (sh_value) found = sh_array ();
	gboolean deep = FALSE;
	g_auto (GStrv) steps = g_strsplit (path, "/", -1);

	sh_array_add (found, sh_ref (c->self));
	for (guint i = 0; steps[i] != NULL; i++) {
		g_autoptr (sh_value) next = sh_array ();
		char *cut = strchr (steps[i], '[');

		if (*steps[i] == '\0') {
			deep = i > 0;
			continue;
		}
		if (cut != NULL)
			*cut = '\0';
		for (guint k = 0; k < sh_array_length (found); k++)
			find_named (sh_array_get (found, k), steps[i], deep,
				    next);
		deep = FALSE;
		sh_unref (found);
		found = cut ? filtered (next, cut + 1)
			: g_steal_pointer (&next);
	}
	return g_steal_pointer (&found);
}

static sh_value *
select_one (const net_call *c)
{
	g_autoptr (sh_value) all = select_nodes (c);

	return sh_array_length (all) ? sh_ref (sh_array_get (all, 0))
		: sh_null ();
}

static sh_value *
by_tag (const net_call *c)
{
	g_autofree char *name = net_text (c, 0);
	sh_value *out = sh_array ();

	find_named (c->self, name, TRUE, out);
	return out;
}

static sh_value *
attribute (const net_call *c)
{
	g_autofree char *name = net_text (c, 0);
	sh_value *v = sh_peek (c->self, name);

	return v && sh_text (v) ? sh_ref (v) : sh_string ("");
}

const net_method net_xml_methods[] = {
	{ "xmldocument", "SelectNodes", 1, select_nodes },
	{ "xmlelement", "SelectNodes", 1, select_nodes },
	{ "xmldocument", "SelectSingleNode", 1, select_one },
	{ "xmlelement", "SelectSingleNode", 1, select_one },
	{ "xmldocument", "GetElementsByTagName", 1, by_tag },
	{ "xmlelement", "GetElementsByTagName", 1, by_tag },
	{ "xmlelement", "GetAttribute", 1, attribute },
	{ NULL, NULL, 0, NULL },
};

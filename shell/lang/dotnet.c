/*
 * dotnet.c - finds the static and instance methods of .NET types by name, and
 * has the types' casts. Called where a cast, a call or a comparison is none
 * of the language's own.
 */
#include <stdarg.h>
#include <string.h>

#include "dotnet.h"

sh_value *
net_arg (const net_call *c, guint i)
{
	return sh_array_get (c->args, i);
}

char *
net_text (const net_call *c, guint i)
{
	sh_value *v = net_arg (c, i);

	return v ? sh_to_text (v) : g_strdup ("");
}

double
net_number (const net_call *c, guint i)
{
	sh_value *v = net_arg (c, i);
	double d = 0;

	if (v != NULL)
		sh_to_double (v, &d);
	return d;
}

gint64
net_int (const net_call *c, guint i, gint64 otherwise)
{
	sh_value *v = net_arg (c, i);
	gint64 out;

	return v && sh_to_int (v, &out) ? out : otherwise;
}

sh_value *
net_fail (const net_call *c, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	return fail_at (c->in, c->n, c->error, "%s", text);
}

/* ---- calls ---- */

static sh_value *
try_list (const net_method *list, const net_call *c, const char *type,
	  const char *name, gboolean *found)
{
	for (; list->type != NULL; list++) {
		if (strcmp (list->type, type) != 0
		    || g_ascii_strcasecmp (list->name, name) != 0)
			continue;
		*found = TRUE;
		if (sh_array_length (c->args) >= list->least)
			return list->run (c);
		return net_fail (c, "%s needs %u arguments, %u were given",
				 list->name, list->least,
				 sh_array_length (c->args));
	}
	return NULL;
}

static sh_value *
exception_made (const net_call *c, const char *type)
{
	g_autofree char *message = net_text (c, 0);
	gboolean full = strchr (type, '.') != NULL;
	g_autofree char *name = full ? g_strdup (type)
		: g_strconcat ("System.", type, NULL);
	sh_value *v = exception_new (name, message);

	if (net_arg (c, 1) != NULL)
		sh_set (v, "InnerException", sh_ref (net_arg (c, 1)));
	return v;
}

sh_value *
net_static (const net_call *c, const char *type, const char *name,
	    gboolean *found)
{
	static const net_method *const lists[] = {
		net_time_statics, net_version_statics, net_regex_statics,
		net_object_statics, net_enum_statics,
		net_math_statics,
	};
	g_autofree char *low = type_fold (type);
	gboolean making = g_ascii_strcasecmp (name, "new") == 0;

	*found = FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
		sh_value *v = try_list (lists[i], c, low, name, found);

		if (*found)
			return v;
	}
	*found = making;
	if (making && g_str_has_suffix (low, "exception"))
		return exception_made (c, type);
	if (making)
		return net_list_new (c, low, found);
	return NULL;
}

sh_value *
net_new (sh_interp *in, node *n, const char *type, sh_value *args,
	 gboolean *found, GError **error)
{
	net_call c = { in, n, NULL, args, error };
	g_autofree char *low = type_fold (type);
	sh_value *v;

	if (strcmp (low, "pscustomobject") == 0
	    || strcmp (low, "object") == 0) {
		*found = TRUE;
		return sh_object ("PSCustomObject");
	}
	v = class_new (in, n, type, args, found, error);
	return *found ? v : net_static (&c, type, "new", found);
}

static const net_method *const method_lists[] = {
	net_time_methods, net_text_methods, net_regex_methods,
	net_xml_methods, net_object_methods, net_enum_methods,
};

void
net_method_names (const sh_value *v, GPtrArray *out)
{
	g_autofree char *low = type_fold (sh_type_name (v));

	for (gsize i = 0; i < G_N_ELEMENTS (method_lists); i++)
		for (const net_method *m = method_lists[i]; m->type; m++)
			if (strcmp (m->type, low) == 0
			    && strcmp (m->name, "ToString") != 0)
				g_ptr_array_add (out, g_strdup (m->name));
}

sh_value *
net_method_call (const net_call *c, const char *name, gboolean *found)
{
	g_autofree char *low = type_fold (sh_type_name (c->self));

	*found = FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS (method_lists); i++) {
		sh_value *v = try_list (method_lists[i], c, low, name, found);

		if (*found)
			return v;
	}
	return NULL;
}

sh_value *
net_static_get (sh_interp *in, const char *type, const char *name)
{
	static const char *const addresses[][2] = {
		{ "Any", "0.0.0.0" }, { "Loopback", "127.0.0.1" },
		{ "Broadcast", "255.255.255.255" }, { "None", "255.255.255.255" },
		{ "IPv6Any", "::" }, { "IPv6Loopback", "::1" },
	};
	g_autofree char *low = type_fold (type);
	gboolean date = strcmp (low, "datetime") == 0;
	gint64 now = g_get_real_time (), second = G_USEC_PER_SEC;

	if (date && (g_ascii_strcasecmp (name, "Now") == 0
		     || g_ascii_strcasecmp (name, "UtcNow") == 0))
		return net_date (now);
	if (date && g_ascii_strcasecmp (name, "Today") == 0) {
		g_autofree char *text = net_date_format (now, "yyyy-MM-dd");

		net_date_parse (text, &now);
		return net_date (now);
	}
	if (date && g_ascii_strcasecmp (name, "MinValue") == 0)
		return net_date (-62135510400 * second);
	if (date && g_ascii_strcasecmp (name, "MaxValue") == 0)
		return net_date (253402214400 * second);
	if (strcmp (low, "timespan") == 0
	    && g_ascii_strcasecmp (name, "Zero") == 0)
		return net_span (0);
	if (strcmp (low, "guid") == 0
	    && g_ascii_strcasecmp (name, "Empty") == 0)
		return sh_text_of (SH_T_GUID,
			"00000000-0000-0000-0000-000000000000");
	for (gsize i = 0; strcmp (low, "ipaddress") == 0
	     && i < G_N_ELEMENTS (addresses); i++)
		if (g_ascii_strcasecmp (name, addresses[i][0]) == 0)
			return sh_text_of (SH_T_ADDRESS, addresses[i][1]);
	if (strcmp (low, "text.encoding") == 0)
		return sh_object ("Encoding");
	return enum_static_get (in, type, name);
}

/* ---- casts ---- */

static sh_value *
cast_date (sh_interp *in, node *n, sh_value *v, GError **error)
{
	gint64 us;
	sh_value *out = net_to_date (v, &us) ? net_date (us) : NULL;
	g_autofree char *text = out ? NULL : sh_to_text (v);

	return out ? out : fail_as (in, n, SH_ERROR_CAST, error,
				    "'%s' (%s) is no date", text,
				    sh_type_name (v));
}

static sh_value *
cast_span (sh_interp *in, node *n, sh_value *v, GError **error)
{
	gint64 us;
	g_autofree char *text = NULL;

	if (net_to_span (v, &us))
		return net_span (us);
	text = sh_to_text (v);
	return fail_as (in, n, SH_ERROR_CAST, error, "'%s' (%s) is no span of "
			"time", text, sh_type_name (v));
}

static sh_value *
cast_version (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autofree char *text = sh_to_text (v);
	sh_value *out = net_version (text);

	return out ? out : fail_as (in, n, SH_ERROR_CAST, error,
				    "'%s' (%s) is no version", text,
				    sh_type_name (v));
}

static sh_value *
cast_regex (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autofree char *text = sh_to_text (v);

	return net_regex (in, n, text, TRUE, error);
}

static sh_value *
cast_xml (sh_interp *in, node *n, sh_value *v, GError **error)
{
	GString *text = g_string_new (NULL);
	sh_value *out;

	/* The lines of Get-Content are one document. */
	for (guint i = 0; i < sh_array_length (v); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (v, i));

		g_string_append_printf (text, "%s\n", t);
	}
	out = net_xml (in, n, text->str, error);
	g_string_free (text, TRUE);
	return out;
}

static const struct {
	const char *type, *made;	/* what it is called when it is made */
	sh_value *(*run) (sh_interp *in, node *n, sh_value *v, GError **error);
} casts[] = {
	{ "datetime", "DateTime", cast_date },
	{ "timespan", "TimeSpan", cast_span },
	{ "version", "Version", cast_version },
	{ "regex", "Regex", cast_regex },
	{ "xml", "XmlDocument", cast_xml },
	{ "xml.xmldocument", "XmlDocument", cast_xml },
};

sh_value *
net_cast (sh_interp *in, node *n, const char *type, sh_value *v,
	  gboolean *known, GError **error)
{
	*known = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS (casts); i++) {
		if (strcmp (casts[i].type, type) != 0)
			continue;
		if (strcmp (sh_type_name (v), casts[i].made) == 0)
			return sh_ref (v);
		return casts[i].run (in, n, v, error);
	}
	if (strcmp (type, "security.principal.windowsprincipal") == 0
	    && sh_value_kind (v) == SH_OBJECT) {
		sh_value *out = sh_object ("WindowsPrincipal");

		sh_set (out, "Identity", sh_ref (v));
		return out;
	}
	/* [System.InvalidOperationException]'text' */
	if (g_str_has_suffix (type, "exception") && sh_text (v) != NULL) {
		g_autoptr (sh_value) args = sh_array ();
		net_call c = { in, n, NULL, args, error };

		sh_array_add (args, sh_ref (v));
		return exception_made (&c, n && n->text ? n->text : type);
	}
	*known = FALSE;
	return NULL;
}

/* ---- order ---- */

gboolean
net_compare (const sh_value *a, const sh_value *b, int *out)
{
	gint64 x, y;
	gboolean ok;

	if (sh_value_kind (a) != SH_OBJECT)
		return FALSE;
	/* Two words of an enumeration, or one and a number. */
	if (sh_value_kind (b) != SH_STRING && enum_number (a, &x)) {
		if (!enum_number (b, &y)
		    && (sh_value_kind (b) != SH_INT || !sh_to_int (b, &y)))
			return FALSE;
		*out = (x > y) - (x < y);
		return TRUE;
	}
	if (strcmp (sh_type_name (a), "Version") == 0)
		return net_version_compare (a, b, out);
	if (net_is_date (a, &x))
		ok = net_to_date (b, &y);
	else
		ok = net_is_span (a, &x) && net_to_span (b, &y);
	if (ok)
		*out = (x > y) - (x < y);
	return ok;
}

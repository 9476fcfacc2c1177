/*
 * member.c - properties and indexes: of objects, of arrays (member
 * enumeration), and those that every value has.
 */
#include <stdio.h>
#include <string.h>

#include "dotnet.h"

sh_value *
type_object (const char *name)
{
	static const char *const written[] = {
		"Int16", "Int32", "Int64", "UInt16", "UInt32", "UInt64",
		"Byte", "SByte", "Double", "Single", "Decimal", "Boolean",
		"String", "Char", "DateTime", "TimeSpan", "Version", "Guid",
		"Hashtable", "ScriptBlock", "Object", "Object[]", "Regex",
		"PSCustomObject", "IPAddress", "Xml",
	};
	sh_value *t = sh_object ("RuntimeType");
	g_autofree char *low = type_fold (name), *full = NULL;
	gboolean plain;

	for (gsize i = 0; i < G_N_ELEMENTS (written); i++)
		if (g_ascii_strcasecmp (written[i], low) == 0)
			name = written[i];
	full = g_strconcat ("System.", name, NULL);
	plain = strchr (name, '.') == NULL;

	sh_set (t, "Name", sh_string (plain ? name : strrchr (name, '.') + 1));
	sh_set (t, "FullName", sh_string (plain ? full : name));
	sh_set (t, "\001text", sh_string (name));
	return t;
}

static void
add_flat (sh_value *out, sh_value *v)
{
	g_autoptr (sh_value) all = v;

	if (sh_value_kind (v) != SH_ARRAY) {
		sh_array_add (out, g_steal_pointer (&all));
		return;
	}
	for (guint i = 0; i < sh_array_length (v); i++)
		sh_array_add (out, sh_ref (sh_array_get (v, i)));
}

/* The property of each element that has it. */
static sh_value *
enumerate (sh_value *v, const char *name)
{
	g_autoptr (sh_value) out = sh_array ();

	for (guint i = 0; i < sh_array_length (v)
	     && !sh_values_interrupted (); i++) {
		sh_value *item = sh_array_get (v, i);
		sh_kind k = sh_value_kind (item);

		if (k == SH_ARRAY || k == SH_NULL
		    || ((k == SH_HASH || k == SH_OBJECT || k == SH_ROW)
			&& !sh_has (item, name)))
			continue;
		add_flat (out, member_get (item, name));
	}
	if (sh_array_length (out) == 0)
		return sh_null ();
	if (sh_array_length (out) == 1)
		return sh_ref (sh_array_get (out, 0));
	return g_steal_pointer (&out);
}

/* $o.PSObject.Properties */
static sh_value *
ps_object (const sh_value *v)
{
	sh_value *out = sh_object ("PSObject"), *list = sh_array ();
	g_auto (GStrv) names = sh_properties (v);

	for (char **k = names; *k != NULL; k++) {
		sh_value *p = sh_object ("PSNoteProperty");

		sh_set (p, "Name", sh_string (*k));
		sh_set (p, "Value", sh_get (v, *k));
		sh_array_add (list, p);
	}
	sh_set (out, "Properties", list);
	sh_set (out, "\001of", sh_ref ((sh_value *) v));
	return out;
}

static gboolean
is (const char *name, const char *want)
{
	return g_ascii_strcasecmp (name, want) == 0;
}

static sh_value *
xml_member (sh_value *v, const char *name)
{
	sh_value *kids = sh_peek (v, "\001kids");

	if (is (name, "InnerText"))
		return sh_ref (sh_peek (v, "\001inner"));
	if (is (name, "Name") || is (name, "LocalName"))
		return sh_ref (sh_peek (v, "\001name"));
	if (is (name, "ChildNodes"))
		return sh_ref (kids);
	if (is (name, "DocumentElement") || is (name, "FirstChild"))
		return sh_array_length (kids) ? sh_ref (sh_array_get (kids, 0))
			: sh_null ();
	return NULL;
}

/* [ipaddress]'1.2.3.4'.Address: the first byte is the lowest. */
static sh_value *
address_number (const char *text)
{
	guint part[4];

	if (sscanf (text, "%u.%u.%u.%u", &part[0], &part[1], &part[2],
		    &part[3]) != 4)
		return sh_null ();
	return sh_int ((gint64) part[0] | (gint64) part[1] << 8
		       | (gint64) part[2] << 16 | (gint64) part[3] << 24);
}

/* Members that are made when they are asked for. */
static sh_value *
computed_member (sh_value *v, const char *name)
{
	const char *type = sh_value_kind (v) == SH_OBJECT ? sh_type_name (v)
		: "";
	const char *text = sh_text (v);
	gint64 us, from = 0;

	if (net_is_date (v, &us) && is (name, "Date")) {
		g_autofree char *day = net_date_format (us, "yyyy-MM-dd");

		net_date_parse (day, &us);
		return net_date (us);
	}
	if (net_is_date (v, &us) && is (name, "TimeOfDay")) {
		g_autofree char *day = net_date_format (us, "yyyy-MM-dd");

		net_date_parse (day, &from);
		return net_span (us - from);
	}
	if (strcmp (type, "Stopwatch") == 0) {
		sh_value *ran = sh_peek (v, "\001ran");

		sh_to_int (sh_peek (v, "\001from"), &from);
		us = g_get_monotonic_time () - from;
		if (ran != NULL)
			sh_to_int (ran, &us);
		if (is (name, "IsRunning"))
			return sh_bool (ran == NULL);
		return is (name, "Elapsed") ? net_span (us)
			: is (name, "ElapsedMilliseconds") ? sh_int (us / 1000)
			: NULL;
	}
	if (strcmp (type, "ParameterList") == 0
	    && (is (name, "Keys") || is (name, "Values")))
		return sh_hash_part (v, is (name, "Values"));
	if (strcmp (type, "ParameterList") == 0 && is (name, "Count"))
		return sh_int (sh_property_count (v));
	if (g_str_has_prefix (type, "Xml"))
		return xml_member (v, name);
	if (text != NULL && is (name, "Guid")
	    && sh_text_kind_of (v) == SH_T_GUID)
		return sh_string (text);
	if (text != NULL && is (name, "Address")
	    && sh_text_kind_of (v) == SH_T_ADDRESS)
		return address_number (text);
	if (text != NULL && is (name, "AddressFamily")
	    && g_hostname_is_ip_address (text))
		return sh_string (strchr (text, ':') ? "InterNetworkV6"
				  : "InterNetwork");
	return NULL;
}

static sh_value *
common_member (sh_value *v, const char *name)
{
	sh_kind k = sh_value_kind (v);
	const char *text = sh_text (v);
	sh_value *own;

	own = computed_member (v, name);
	if (own != NULL)
		return own;
	if (text != NULL && is (name, "Length"))
		return sh_int (g_utf8_strlen (text, -1));
	if (k == SH_HASH && is (name, "Count"))
		return sh_int (sh_property_count (v));
	if (k == SH_HASH && (is (name, "Keys") || is (name, "Values")))
		return sh_hash_part (v, is (name, "Values"));
	if (is (name, "Count") || is (name, "Length"))
		return sh_int (k != SH_NULL);
	if (is (name, "PSObject"))
		return ps_object (v);
	if (k == SH_BOOL && is (name, "IsPresent"))
		return sh_ref (v);
	if (text != NULL && is (name, "IPAddressToString"))
		return sh_string (text);
	return sh_null ();
}

sh_value *
member_get (sh_value *v, const char *name)
{
	sh_value *own;

	if (sh_value_kind (v) == SH_ARRAY) {
		if (is (name, "Count") || is (name, "Length"))
			return sh_int (sh_array_length (v));
		return enumerate (v, name);
	}
	own = sh_get (v, name);
	return own ? own : common_member (v, name);
}

gboolean
member_set (sh_interp *in, node *n, sh_value *v, const char *name,
	    sh_value *item, GError **error)
{
	sh_kind k = sh_value_kind (v);

	if (k == SH_OBJECT && strcmp (sh_type_name (v), "PSReference") == 0) {
		sh_value *var = sh_peek (v, "\001name");

		if (var != NULL)
			var_set_found (in, sh_text (var), sh_ref (item));
	}
	if (k == SH_OBJECT) {
		const char *type = class_property_type (in, v, name);
		g_autoptr (sh_value) given = type ? item : NULL;

		if (type != NULL)
			item = cast (in, n, type, given, error);
		if (item == NULL)
			return FALSE;
	}
	if (k == SH_HASH || k == SH_ROW
	    || (k == SH_OBJECT && sh_has (v, name))) {
		sh_set (v, name, item);
		return TRUE;
	}
	sh_unref (item);
	if (k == SH_OBJECT)
		fail_at (in, n, error, "this %s has no property '%s'; "
			 "Add-Member adds one", sh_type_name (v), name);
	else
		fail_at (in, n, error, "the property '%s' cannot be set on %s",
			 name, k == SH_NULL ? "$null" : sh_type_name (v));
	return FALSE;
}

/* ---- indexes ---- */

static sh_value *
char_at (const char *text, gint64 i)
{
	glong length = g_utf8_strlen (text, -1);
	const char *p;

	i += i < 0 ? length : 0;
	if (i < 0 || i >= length)
		return sh_null ();
	p = g_utf8_offset_to_pointer (text, (glong) i);
	return sh_char (g_utf8_get_char (p));
}

static sh_value *
element (sh_value *v, gint64 i)
{
	guint length = sh_array_length (v);

	if (sh_value_kind (v) == SH_STRING)
		return char_at (sh_text (v), i);
	i += i < 0 ? length : 0;
	if (i < 0 || i >= length)
		return sh_null ();
	return sh_ref (sh_array_get (v, (guint) i));
}

/* $o.PSObject.Properties */
static gboolean
is_property_list (const sh_value *v)
{
	return sh_array_length (v) > 0
		&& strcmp (sh_type_name (sh_array_get (v, 0)),
			   "PSNoteProperty") == 0;
}

static sh_value *
property_named (const sh_value *v, const char *name)
{
	for (guint i = 0; i < sh_array_length (v); i++) {
		sh_value *p = sh_array_get (v, i);
		g_autofree char *own = sh_to_text (sh_peek (p, "Name"));

		if (g_ascii_strcasecmp (own, name) == 0)
			return sh_ref (p);
	}
	return sh_null ();
}

sh_value *
index_get (sh_interp *in, node *n, sh_value *v, sh_value *i, GError **error)
{
	g_autoptr (sh_value) out = NULL;
	g_autofree char *key = NULL;
	sh_kind k = sh_value_kind (v);
	gint64 at;

	if (k == SH_NULL)
		return fail_at (in, n, error, "$null has no index");
	if (sh_value_kind (i) == SH_ARRAY) {
		out = sh_array ();
		for (guint m = 0; m < sh_array_length (i); m++) {
			sh_value *item = index_get (in, n, v, sh_array_get (
				i, m), error);

			if (item == NULL)
				return NULL;
			sh_array_add (out, item);
		}
		return g_steal_pointer (&out);
	}
	if (k == SH_HASH && sh_value_kind (i) == SH_INT
	    && strcmp (sh_type_name (v), "OrderedDictionary") == 0
	    && sh_to_int (i, &at)) {
		gint64 count = sh_property_count (v);
		sh_value *item = at + (at < 0 ? count : 0) < 0 ? NULL
			: sh_nth (v, (guint) (at + (at < 0 ? count : 0)));

		return item ? sh_ref (item) : sh_null ();
	}
	if (k == SH_OBJECT && strcmp (sh_type_name (v), "ParameterList") == 0
	    && sh_value_kind (i) == SH_STRING) {
		out = sh_get (v, sh_text (i));
		return out ? g_steal_pointer (&out) : sh_null ();
	}
	if (k == SH_HASH || (k == SH_OBJECT
			     && sh_value_kind (i) == SH_STRING)) {
		key = sh_to_text (i);
		out = sh_get (v, key);
		return out ? g_steal_pointer (&out) : sh_null ();
	}
	if (sh_to_int (i, &at))
		return element (v, at);
	key = sh_to_text (i);
	if (k == SH_ARRAY && is_property_list (v))
		return property_named (v, key);
	return fail_at (in, n, error, "'%s' is no index of a %s", key,
			sh_type_name (v));
}

sh_value *
sh_member (sh_value *object, const char *name)
{
	return member_get (object, name);
}

gboolean
sh_has_member (sh_value *object, const char *name)
{
	g_autoptr (sh_value) v = NULL;

	if (sh_value_kind (object) != SH_ARRAY && sh_has (object, name))
		return TRUE;
	v = member_get (object, name);
	return sh_value_kind (v) != SH_NULL;
}

/*
 * cast.c - [type]value, -is and -as.
 */
#include <gio/gio.h>
#include <math.h>
#include <string.h>

#include "dotnet.h"

char *
type_fold (const char *type)
{
	static const char *const same[][2] = {
		{ "int", "int32" }, { "long", "int64" }, { "short", "int16" },
		{ "ushort", "uint16" }, { "uint", "uint32" },
		{ "ulong", "uint64" }, { "float", "single" },
		{ "bool", "boolean" }, { "psobject", "pscustomobject" },
		{ "management.automation.pscustomobject", "pscustomobject" },
		{ "management.automation.psobject", "pscustomobject" },
		{ "collections.hashtable", "hashtable" },
		{ "management.automation.scriptblock", "scriptblock" },
		{ "switchparameter", "switch" }, { "array", "object[]" },
		{ "net.ipaddress", "ipaddress" },
		{ "text.regularexpressions.regex", "regex" },
		{ "io.path", "path" }, { "io.file", "file" },
		{ "net.dns", "dns" },
	};
	g_autofree char *low = g_ascii_strdown (type, -1);
	const char *name = low;

	if (g_str_has_prefix (name, "system."))
		name += strlen ("system.");
	for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
		if (strcmp (name, same[i][0]) == 0)
			return g_strdup (same[i][1]);
	return g_strdup (name);
}

typedef struct {
	const char *name;
	gint64 least, most;
} whole;

static const whole wholes[] = {
	{ "byte", 0, 255 }, { "sbyte", -128, 127 },
	{ "int16", G_MININT16, G_MAXINT16 }, { "uint16", 0, G_MAXUINT16 },
	{ "int32", G_MININT32, G_MAXINT32 }, { "uint32", 0, G_MAXUINT32 },
	{ "int64", G_MININT64, G_MAXINT64 }, { "uint64", 0, G_MAXINT64 },
};

static const whole *
find_whole (const char *type)
{
	for (gsize i = 0; i < G_N_ELEMENTS (wholes); i++)
		if (strcmp (wholes[i].name, type) == 0)
			return &wholes[i];
	return NULL;
}

static sh_value *
refuse (sh_interp *in, node *n, const char *type, const sh_value *v,
	GError **error)
{
	g_autofree char *text = sh_to_text (v);

	return fail_as (in, n, SH_ERROR_CAST, error, "'%s' (%s) is no %s",
			text, sh_type_name (v), type);
}

static sh_value *
cast_whole (sh_interp *in, node *n, const whole *w, sh_value *v,
	    GError **error)
{
	g_autofree char *text = NULL;
	gint64 i;

	if (sh_is_char (v))
		i = g_utf8_get_char (sh_text (v));
	else if (!sh_to_int (v, &i))
		return refuse (in, n, w->name, v, error);
	if (i >= w->least && i <= w->most)
		return sh_int (i);
	text = sh_to_text (v);
	return fail_as (in, n, SH_ERROR_CAST, error, "%s does not fit into [%s], which goes "
			"from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
			text, w->name, w->least, w->most);
}

static sh_value *
cast_object (sh_value *v)
{
	g_auto (GStrv) names = NULL;
	sh_value *o;

	if (sh_value_kind (v) != SH_HASH)
		return sh_ref (v);
	o = sh_object ("PSCustomObject");
	names = sh_properties (v);
	for (char **k = names; *k != NULL; k++)
		sh_set (o, *k, sh_get (v, *k));
	return o;
}

/* [ref]$x: its Value is the variable's. The cast of a parameter leaves it as
 * it is. */
static sh_value *
cast_ref (sh_interp *in, const node *n, sh_value *v)
{
	sh_value *out;

	if (strcmp (sh_type_name (v), "PSReference") == 0)
		return sh_ref (v);
	out = sh_object ("PSReference");
	sh_set (out, "Value", sh_ref (v));
	if (n->kind == N_CAST && n->a->kind == N_VAR)
		sh_set (out, "\001name", sh_string (n->a->text));
	return out;
}

static sh_value *
cast_ordered (const sh_value *v)
{
	sh_value *out = sh_hash_ordered ();
	g_auto (GStrv) names = sh_properties (v);

	for (char **k = names; *k != NULL; k++)
		sh_set (out, *k, sh_get (v, *k));
	return out;
}

static sh_value *
cast_char (sh_interp *in, node *n, sh_value *v, GError **error)
{
	gint64 i;

	if (sh_text (v) != NULL && g_utf8_strlen (sh_text (v), -1) == 1)
		return sh_char (g_utf8_get_char (sh_text (v)));
	if (sh_value_kind (v) != SH_INT || !sh_to_int (v, &i) || i < 1
	    || i > 0x10ffff || !g_unichar_validate ((gunichar) i))
		return refuse (in, n, "char", v, error);
	return sh_char ((gunichar) i);
}

static sh_value *
cast_array (sh_interp *in, node *n, const char *type, sh_value *v,
	    GError **error)
{
	g_autofree char *of = g_strndup (type, strlen (type) - 2);
	g_autoptr (sh_value) out = sh_array ();

	for (guint i = 0; i < sh_array_length (v); i++) {
		sh_value *item = cast (in, n, of, sh_array_get (v, i), error);

		if (item == NULL)
			return NULL;
		sh_array_add (out, item);
		if (sh_interrupted_error (in, error))
			return NULL;
	}
	return g_steal_pointer (&out);
}

/* Of text, of bytes or of the number that .Address is; owned. */
static char *
address_text (const sh_value *v)
{
	guint8 bytes[16];
	guint n = sh_array_length (v);
	gint64 i;
	g_autoptr (GInetAddress) a = NULL;

	if (sh_value_kind (v) == SH_INT && sh_to_int (v, &i)
	    && i >= 0 && i <= G_MAXUINT32) {
		for (n = 0; n < 4; n++)
			bytes[n] = (guint8) (i >> (8 * n));
	} else if (sh_value_kind (v) == SH_ARRAY && (n == 4 || n == 16)) {
		for (guint k = 0; k < n; k++) {
			if (!sh_to_int (sh_array_get (v, k), &i) || i < 0
			    || i > 255)
				return sh_to_text (v);
			bytes[k] = (guint8) i;
		}
	} else {
		return sh_to_text (v);
	}
	a = g_inet_address_new_from_bytes (bytes, n == 4
					   ? G_SOCKET_FAMILY_IPV4
					   : G_SOCKET_FAMILY_IPV6);
	return g_inet_address_to_string (a);
}

static sh_value *
cast_address (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autofree char *text = address_text (v);

	if (!g_hostname_is_ip_address (text))
		return refuse (in, n, "IP address", v, error);
	return sh_text_of (SH_T_ADDRESS, text);
}

static sh_value *
cast_guid (sh_interp *in, node *n, sh_value *v, GError **error)
{
	g_autofree char *text = sh_to_text (v);
	gsize length = strlen (text);
	gboolean braced = length == 38 && *text == '{';
	g_autofree char *plain = g_strndup (text + braced,
					    length - 2 * braced);

	if (!g_uuid_string_is_valid (plain))
		return refuse (in, n, "GUID", v, error);
	g_free (text);
	text = g_ascii_strdown (plain, -1);
	return sh_text_of (SH_T_GUID, text);
}

/* Types that name a kind of value: nothing else is turned into one. */
static gboolean
is_kind (const char *type, sh_kind *kind)
{
	if (strcmp (type, "hashtable") == 0 || strcmp (type, "ordered") == 0)
		*kind = SH_HASH;
	else if (strcmp (type, "scriptblock") == 0)
		*kind = SH_BLOCK;
	else
		return FALSE;
	return TRUE;
}

/* Types whose values are what they were, or text. */
static sh_value *
cast_plain (sh_interp *in, node *n, const char *type, sh_value *v,
	    GError **error)
{
	static const char *const as_is[] = {
		"object", "collections.ienumerable", "securestring",
		"security.securestring", "pscredential",
		"management.automation.pscredential", "cimsession",
		"microsoft.management.infrastructure.cimsession",
	};
	static const char *const text[] = {
		"string", "mailaddress", "uri", "type",
		"security.principal.windowsbuiltinrole",
	};
	gboolean known;
	sh_kind kind;
	sh_value *net = net_cast (in, n, type, v, &known, error);

	if (known)
		return net;
	if (strcmp (type, "void") == 0)
		return sh_void ();
	if (strcmp (type, "ref") == 0)
		return cast_ref (in, n, v);
	for (gsize i = 0; i < G_N_ELEMENTS (text); i++)
		if (strcmp (type, text[i]) == 0)
			return sh_string_take (sh_to_text (v));
	for (gsize i = 0; i < G_N_ELEMENTS (as_is); i++)
		if (strcmp (type, as_is[i]) == 0)
			return sh_ref (v);
	if (strcmp (type, "ordered") == 0 && sh_value_kind (v) == SH_HASH)
		return cast_ordered (v);
	if (is_kind (type, &kind))
		return sh_value_kind (v) == kind ? sh_ref (v)
			: refuse (in, n, type, v, error);
	net = class_cast (in, n, type, v, &known, error);
	if (known)
		return net;
	net = enum_cast (in, n, type, v, &known, error);
	if (known)
		return net;
	net = net_list_cast (in, n, type, v, &known, error);
	if (known)
		return net;
	return fail_at (in, n, error, "the type [%s] is not known", type);
}

sh_value *
cast (sh_interp *in, node *n, const char *type, sh_value *v, GError **error)
{
	g_autofree char *name = type_fold (type);
	const whole *w = find_whole (name);
	double d;

	if (g_str_has_suffix (name, "[]"))
		return cast_array (in, n, name, v, error);
	if (w != NULL)
		return cast_whole (in, n, w, v, error);
	if (strcmp (name, "string") == 0 && sh_value_kind (v) == SH_STRING
	    && sh_text_kind_of (v) == SH_T_PLAIN)
		return sh_ref (v);
	if (strcmp (name, "boolean") == 0 || strcmp (name, "switch") == 0)
		return sh_bool (sh_truth (v));
	if (strcmp (name, "double") == 0 || strcmp (name, "single") == 0
	    || strcmp (name, "decimal") == 0)
		return sh_to_double (v, &d) ? sh_double (d)
			: refuse (in, n, name, v, error);
	if (strcmp (name, "pscustomobject") == 0)
		return cast_object (v);
	if (strcmp (name, "char") == 0)
		return cast_char (in, n, v, error);
	if (strcmp (name, "ipaddress") == 0)
		return cast_address (in, n, v, error);
	if (strcmp (name, "guid") == 0)
		return cast_guid (in, n, v, error);
	return cast_plain (in, n, name, v, error);
}

static gboolean
is_collection (const sh_value *v, const char *name)
{
	g_autofree char *of = NULL;
	sh_list_kind kind;
	gboolean list = sh_value_kind (v) == SH_ARRAY;

	if (strcmp (name, "collections.ienumerable") == 0
	    || strcmp (name, "collections.icollection") == 0)
		return TRUE;
	if (strcmp (name, "collections.idictionary") == 0)
		return !list;
	if (strcmp (name, "collections.ilist") == 0)
		return list;
	if (!list)
		return strcmp (name, "hashtable") == 0
			&& strcmp (sh_type_name (v), "Hashtable") == 0;
	if (strcmp (name, "array") == 0 || strcmp (name, "object[]") == 0)
		return sh_list_kind_of (v) == SH_L_ARRAY;
	return net_list_type (name, &kind, &of)
		&& sh_list_kind_of (v) == kind
		&& g_strcmp0 (of, sh_list_of (v)) == 0;
}

gboolean
is_type (const sh_value *v, const char *type)
{
	g_autofree char *name = type_fold (type);
	g_autofree char *have = type_fold (sh_type_name (v));
	sh_kind k = sh_value_kind (v);

	if (k == SH_NULL)
		return FALSE;
	if (strcmp (name, have) == 0 || strcmp (name, "object") == 0)
		return TRUE;
	/* Records are named in full: [System.Management.Automation.…]. */
	if (g_str_has_prefix (name, "management.automation.")
	    && strcmp (strrchr (name, '.') + 1, have) == 0)
		return TRUE;
	if (class_is (v, name))
		return TRUE;
	if (is_exception (v))
		return exception_is (sh_type_name (v), type);
	if (k == SH_ARRAY || k == SH_HASH)
		return is_collection (v, name);
	if (strcmp (name, "int64") == 0)
		return k == SH_INT;
	if (strcmp (name, "pscustomobject") == 0)
		return k == SH_OBJECT || k == SH_ROW;
	return strcmp (name, "valuetype") == 0
		&& (k == SH_INT || k == SH_DOUBLE || k == SH_BOOL);
}

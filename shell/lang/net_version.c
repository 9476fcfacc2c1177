/*
 * net_version.c - [version], and texts that are numbers in disguise:
 * [convert], [guid], [ipaddress], [System.Text.Encoding], [random].
 */
#include <gio/gio.h>
#include <string.h>

#include "dotnet.h"

/* ---- [version] ---- */

static const char *const parts[] = { "Major", "Minor", "Build", "Revision" };

sh_value *
net_version (const char *text)
{
	g_auto (GStrv) words = g_strsplit (text, ".", -1);
	guint n = g_strv_length (words);
	sh_value *v;

	if (n < 2 || n > 4)
		return NULL;
	for (guint i = 0; i < n; i++)
		if (*words[i] == '\0' || strlen (words[i]) > 9
		    || strspn (words[i], "0123456789") != strlen (words[i]))
			return NULL;
	v = sh_object ("Version");
	for (guint i = 0; i < 4; i++)
		sh_set (v, parts[i], sh_int (i < n ? g_ascii_strtoll (
			words[i], NULL, 10) : -1));
	sh_set (v, "\001text", sh_string (text));
	return v;
}

static sh_value *
as_version (const sh_value *v)
{
	g_autofree char *text = NULL;

	if (sh_value_kind (v) == SH_OBJECT
	    && strcmp (sh_type_name (v), "Version") == 0)
		return sh_ref ((sh_value *) v);
	if (sh_value_kind (v) != SH_STRING && sh_value_kind (v) != SH_DOUBLE)
		return NULL;
	text = sh_to_text (v);
	return net_version (text);
}

gboolean
net_version_compare (const sh_value *a, const sh_value *b, int *out)
{
	g_autoptr (sh_value) x = as_version (a), y = as_version (b);

	*out = 0;
	for (guint i = 0; x && y && *out == 0 && i < 4; i++) {
		gint64 m = 0, n = 0;

		sh_to_int (sh_peek (x, parts[i]), &m);
		sh_to_int (sh_peek (y, parts[i]), &n);
		*out = (m > n) - (m < n);
	}
	return x != NULL && y != NULL;
}

static sh_value *
version_new (const net_call *c)
{
	GString *text = g_string_new (NULL);
	sh_value *v;

	for (guint i = 0; i < sh_array_length (c->args); i++) {
		g_autofree char *t = net_text (c, i);

		g_string_append_printf (text, "%s%s", i ? "." : "", t);
	}
	v = net_version (text->str);
	if (v == NULL)
		net_fail (c, "'%s' is no version", text->str);
	g_string_free (text, TRUE);
	return v;
}

/* ---- [convert] ---- */

static sh_value *
convert_int (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);
	gint64 base = net_int (c, 1, 10), i;
	char *end;

	if (sh_array_length (c->args) < 2)
		return sh_to_int (net_arg (c, 0), &i) ? sh_int (i)
			: net_fail (c, "'%s' is no number", text);
	if (base != 2 && base != 8 && base != 10 && base != 16)
		return net_fail (c, "the base is 2, 8, 10 or 16");
	i = g_ascii_strtoll (base == 16 && g_str_has_prefix (text, "0x")
			     ? text + 2 : text, &end, (guint) base);
	return *text && *end == '\0' ? sh_int (i)
		: net_fail (c, "'%s' is no number of base %d", text,
			    (int) base);
}

static sh_value *
convert_text (const net_call *c)
{
	guint64 i = (guint64) net_int (c, 0, 0);
	gint64 base = net_int (c, 1, 10);
	char digits[65], *p = digits + sizeof digits - 1;

	if (base == 10 || sh_value_kind (net_arg (c, 0)) != SH_INT)
		return sh_string_take (net_text (c, 0));
	if (base != 2 && base != 8 && base != 16)
		return net_fail (c, "the base is 2, 8, 10 or 16");
	*p = '\0';
	do {
		*--p = "0123456789abcdef"[i % (guint64) base];
		i /= (guint64) base;
	} while (i > 0);
	return sh_string (p);
}

static sh_value *
convert_bool (const net_call *c)
{
	return sh_bool (sh_truth (net_arg (c, 0)));
}

static sh_value *
convert_double (const net_call *c)
{
	return sh_double (net_number (c, 0));
}

static GByteArray *
bytes_of (const sh_value *list)
{
	GByteArray *out = g_byte_array_new ();

	for (guint i = 0; i < sh_array_length (list); i++) {
		gint64 x = 0;
		guint8 byte;

		sh_to_int (sh_array_get (list, i), &x);
		byte = (guint8) x;
		g_byte_array_append (out, &byte, 1);
	}
	return out;
}

static sh_value *
byte_list (const guint8 *data, gsize n)
{
	sh_value *out = sh_array ();

	for (gsize i = 0; i < n; i++)
		sh_array_add (out, sh_int (data[i]));
	return out;
}

static sh_value *
to_base64 (const net_call *c)
{
	g_autoptr (GByteArray) bytes = bytes_of (net_arg (c, 0));

	return sh_string_take (g_base64_encode (bytes->data, bytes->len));
}

static sh_value *
from_base64 (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);
	gsize n = 0;
	g_autofree guint8 *data = g_base64_decode (text, &n);

	return byte_list (data, n);
}

static sh_value *
encode (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);

	return byte_list ((const guint8 *) text, strlen (text));
}

static sh_value *
decode (const net_call *c)
{
	g_autoptr (GByteArray) bytes = bytes_of (net_arg (c, 0));
	g_autofree char *text = g_strndup ((const char *) bytes->data,
					   bytes->len);

	return sh_string_take (g_utf8_make_valid (text, -1));
}

/* ---- addresses ---- */

static sh_value *
address_bytes (const net_call *c)
{
	g_autoptr (GInetAddress) a = g_inet_address_new_from_string (
		sh_text (c->self));

	if (a == NULL)
		return net_fail (c, "'%s' is no address", sh_text (c->self));
	return byte_list (g_inet_address_to_bytes (a),
			  g_inet_address_get_native_size (a));
}

/* ---- [int]::TryParse and its like ---- */

static sh_value *
try_parse (const net_call *c, const char *type)
{
	g_autoptr (GError) ignored = NULL;
	sh_value *ref = net_arg (c, 1);
	sh_value *v = cast (c->in, c->n, type, net_arg (c, 0), &ignored);

	if (sh_value_kind (ref) == SH_OBJECT)
		member_set (c->in, c->n, ref, "Value",
			    v ? sh_ref (v) : sh_int (0), NULL);
	sh_unref (v);
	return sh_bool (v != NULL);
}

#define TRY(name, type) \
	static sh_value * \
	name (const net_call *c) \
	{ \
		return try_parse (c, type); \
	}

TRY (try_int, "int32")
TRY (try_long, "int64")
TRY (try_double, "double")
TRY (try_address, "ipaddress")
TRY (try_guid, "guid")
TRY (try_version, "version")
TRY (try_date, "datetime")

static sh_value *
bool_parse (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);

	g_strstrip (text);
	if (g_ascii_strcasecmp (text, "true") != 0
	    && g_ascii_strcasecmp (text, "false") != 0)
		return net_fail (c, "'%s' is neither True nor False", text);
	return sh_bool (g_ascii_tolower (*text) == 't');
}

const net_method net_version_statics[] = {
	{ "version", "new", 1, version_new },
	{ "version", "Parse", 1, version_new },
	{ "version", "TryParse", 2, try_version },
	{ "convert", "ToInt32", 1, convert_int },
	{ "convert", "ToInt64", 1, convert_int },
	{ "convert", "ToUInt32", 1, convert_int },
	{ "convert", "ToByte", 1, convert_int },
	{ "convert", "ToString", 1, convert_text },
	{ "convert", "ToBoolean", 1, convert_bool },
	{ "convert", "ToDouble", 1, convert_double },
	{ "convert", "ToBase64String", 1, to_base64 },
	{ "convert", "FromBase64String", 1, from_base64 },
	{ "int32", "TryParse", 2, try_int }, { "int64", "TryParse", 2, try_long },
	{ "double", "TryParse", 2, try_double },
	{ "ipaddress", "TryParse", 2, try_address },
	{ "guid", "TryParse", 2, try_guid },
	{ "datetime", "TryParse", 2, try_date },
	{ "boolean", "Parse", 1, bool_parse },
	{ NULL, NULL, 0, NULL },
};

static sh_value *
builder_append (const net_call *c)
{
	sh_value *text = sh_peek (c->self, "\001text");
	g_autofree char *more = sh_array_length (c->args) ? net_text (c, 0)
		: g_strdup ("");
	sh_value *both;

	if (!text_fits (c->in, c->n, strlen (sh_text (text)) + strlen (more),
			   c->error))
		return NULL;
	both = sh_string_take (g_strconcat (sh_text (text), more, NULL));
	sh_set (c->self, "Length", sh_int (g_utf8_strlen (sh_text (both),
							  -1)));
	sh_set (c->self, "\001text", both);
	return sh_ref (c->self);
}

static sh_value *
builder_line (const net_call *c)
{
	g_autoptr (sh_value) r = builder_append (c);
	g_autoptr (sh_value) end = sh_array ();
	net_call again = *c;

	if (r == NULL)
		return NULL;
	sh_array_add (end, sh_string ("\n"));
	again.args = end;
	return builder_append (&again);
}

static sh_value *
random_next (const net_call *c)
{
	gint64 least = sh_array_length (c->args) > 1 ? net_int (c, 0, 0) : 0;
	gint64 most = sh_array_length (c->args) > 1 ? net_int (c, 1, 1)
		: net_int (c, 0, G_MAXINT32);

	if (least >= most || least < G_MININT32 || most > G_MAXINT32)
		return net_fail (c, "Next: the first must be below the second");
	return sh_int (g_random_int_range ((gint32) least, (gint32) most));
}

const net_method net_text_methods[] = {
	{ "ipaddress", "GetAddressBytes", 0, address_bytes },
	{ "string", "GetAddressBytes", 0, address_bytes },
	{ "stringbuilder", "Append", 1, builder_append },
	{ "stringbuilder", "AppendLine", 0, builder_line },
	{ "encoding", "GetBytes", 1, encode },
	{ "encoding", "GetString", 1, decode },
	{ "random", "Next", 0, random_next },
	{ NULL, NULL, 0, NULL },
};

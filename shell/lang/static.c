/*
 * static.c - [type]::Name and [type]::Name(…), the ones that scripts use.
 */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "dotnet.h"

typedef struct {
	sh_interp *in;
	node *n;
	sh_value *args;
	GError **error;
} static_args;

static char *
text_arg (const static_args *a, guint i)
{
	sh_value *v = sh_array_get (a->args, i);

	return v ? sh_to_text (v) : g_strdup ("");
}

static double
number_arg (const static_args *a, guint i)
{
	sh_value *v = sh_array_get (a->args, i);
	double d = 0;

	if (v != NULL)
		sh_to_double (v, &d);
	return d;
}

static gboolean
whole_arg (const static_args *a, guint i)
{
	sh_value *v = sh_array_get (a->args, i);

	return v != NULL && sh_value_kind (v) == SH_INT;
}

/* ---- math ---- */

static sh_value *
math_round (const static_args *a)
{
	gboolean digits = whole_arg (a, 1);
	double scale = digits ? pow (10, number_arg (a, 1)) : 1;
	double d = number_arg (a, 0) * scale;
	g_autofree char *how = text_arg (a, sh_array_length (a->args) > 2 ? 2
					 : 1);

	if (whole_arg (a, 0))
		return sh_ref (sh_array_get (a->args, 0));
	if (strcmp (how, "AwayFromZero") == 0)
		return sh_double (round (d) / scale);
	if (strcmp (how, "ToZero") == 0)
		return sh_double (trunc (d) / scale);
	return sh_double (rint (d) / scale);
}

static sh_value *
math_floor (const static_args *a)
{
	return sh_double (floor (number_arg (a, 0)));
}

static sh_value *
math_ceiling (const static_args *a)
{
	return sh_double (ceil (number_arg (a, 0)));
}

static sh_value *
math_truncate (const static_args *a)
{
	return sh_double (trunc (number_arg (a, 0)));
}

static sh_value *
math_abs (const static_args *a)
{
	gint64 i;

	if (whole_arg (a, 0) && sh_to_int (sh_array_get (a->args, 0), &i)
	    && i != G_MININT64)
		return sh_int (i < 0 ? -i : i);
	return sh_double (fabs (number_arg (a, 0)));
}

static sh_value *
math_pick (const static_args *a, gboolean most)
{
	double x = number_arg (a, 0), y = number_arg (a, 1);
	gboolean first = most ? x >= y : x <= y;

	return sh_ref (sh_array_get (a->args, first ? 0 : 1));
}

static sh_value *
math_max (const static_args *a)
{
	return math_pick (a, TRUE);
}

static sh_value *
math_min (const static_args *a)
{
	return math_pick (a, FALSE);
}

static sh_value *
math_pow (const static_args *a)
{
	return sh_double (pow (number_arg (a, 0), number_arg (a, 1)));
}

static sh_value *
math_sqrt (const static_args *a)
{
	return sh_double (sqrt (number_arg (a, 0)));
}

static sh_value *
math_log (const static_args *a)
{
	double base = number_arg (a, 1), d = log (number_arg (a, 0));

	return sh_double (sh_array_length (a->args) > 1 ? d / log (base) : d);
}

static sh_value *
math_sign (const static_args *a)
{
	double d = number_arg (a, 0);

	return sh_int ((d > 0) - (d < 0));
}

static sh_value *
math_log10 (const static_args *a)
{
	return sh_double (log10 (number_arg (a, 0)));
}

/* ---- text ---- */

static sh_value *
string_empty (const static_args *a)
{
	g_autofree char *t = text_arg (a, 0);

	return sh_bool (*t == '\0');
}

static sh_value *
string_blank (const static_args *a)
{
	g_autofree char *t = text_arg (a, 0);

	return sh_bool (*g_strstrip (t) == '\0');
}

static sh_value *
string_join (const static_args *a)
{
	g_autofree char *with = text_arg (a, 0);
	GString *s = g_string_new (NULL);
	sh_value *list = sh_array_length (a->args) == 2
		? sh_array_get (a->args, 1) : a->args;
	guint first = list == a->args;

	for (guint i = first; i < sh_array_length (list); i++) {
		g_autofree char *t = sh_to_text (sh_array_get (list, i));

		g_string_append_printf (s, "%s%s", i > first ? with : "", t);
	}
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
string_concat (const static_args *a)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < sh_array_length (a->args); i++) {
		g_autofree char *t = text_arg (a, i);

		g_string_append (s, t);
	}
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
string_format (const static_args *a)
{
	g_autofree char *format = text_arg (a, 0);
	g_autoptr (sh_value) rest = sh_array ();
	char *t;

	for (guint i = 1; i < sh_array_length (a->args); i++)
		sh_array_add (rest, sh_ref (sh_array_get (a->args, i)));
	t = format_text (a->in, a->n, format, rest, a->error);
	return t ? sh_string_take (t) : NULL;
}

/* ---- environment, files, names ---- */

static sh_value *
env_get (const static_args *a)
{
	g_autofree char *name = text_arg (a, 0);
	const char *t = g_getenv (name);

	return t ? sh_string (t) : sh_null ();
}

static sh_value *
path_combine (const static_args *a)
{
	g_autofree char *out = text_arg (a, 0);

	for (guint i = 1; i < sh_array_length (a->args); i++) {
		g_autofree char *t = text_arg (a, i);
		char *both = g_path_is_absolute (t) ? g_strdup (t)
			: g_build_filename (out, t, NULL);

		g_free (out);
		out = both;
	}
	return sh_string (out);
}

static sh_value *
path_temp (const static_args *a)
{
	return sh_string_take (g_strconcat (g_get_tmp_dir (), "/", NULL));
}

static sh_value *
path_file (const static_args *a)
{
	g_autofree char *t = text_arg (a, 0);

	return sh_string_take (g_path_get_basename (t));
}

static sh_value *
path_dir (const static_args *a)
{
	g_autofree char *t = text_arg (a, 0);

	return sh_string_take (g_path_get_dirname (t));
}

static sh_value *
path_extension (const static_args *a)
{
	g_autofree char *t = text_arg (a, 0);
	g_autofree char *base = g_path_get_basename (t);
	const char *dot = strrchr (base, '.');

	return sh_string (dot ? dot : "");
}

static sh_value *
path_stem (const static_args *a)
{
	g_autofree char *t = text_arg (a, 0);
	char *base = g_path_get_basename (t);
	char *dot = strrchr (base, '.');

	if (dot != NULL)
		*dot = '\0';
	return sh_string_take (base);
}

static sh_value *
file_exists (const static_args *a)
{
	g_autofree char *t = text_arg (a, 0);

	return sh_bool (g_file_test (t, G_FILE_TEST_IS_REGULAR));
}

static sh_value *
host_name (const static_args *a)
{
	return sh_string (g_get_host_name ());
}

static sh_value *
guid_new (const static_args *a)
{
	g_autofree char *text = g_uuid_string_random ();

	return sh_text_of (SH_T_GUID, text);
}

static sh_value *
identity (const static_args *a)
{
	sh_value *v = sh_object ("WindowsIdentity");

	sh_set (v, "Name", sh_string (g_get_user_name ()));
	return v;
}

static sh_value *
parse_with (const static_args *a, const char *type)
{
	return cast (a->in, a->n, type, sh_array_get (a->args, 0), a->error);
}

static sh_value *
int_parse (const static_args *a)
{
	return parse_with (a, "int32");
}

static sh_value *
long_parse (const static_args *a)
{
	return parse_with (a, "int64");
}

static sh_value *
double_parse (const static_args *a)
{
	return parse_with (a, "double");
}

static sh_value *
address_parse (const static_args *a)
{
	return parse_with (a, "ipaddress");
}

static sh_value *
guid_parse (const static_args *a)
{
	return parse_with (a, "guid");
}

static const struct {
	const char *type, *name;
	guint least;
	sh_value *(*run) (const static_args *a);
} calls[] = {
	{ "math", "Round", 1, math_round }, { "math", "Floor", 1, math_floor },
	{ "math", "Ceiling", 1, math_ceiling },
	{ "math", "Truncate", 1, math_truncate },
	{ "math", "Abs", 1, math_abs }, { "math", "Max", 2, math_max },
	{ "math", "Min", 2, math_min }, { "math", "Pow", 2, math_pow },
	{ "math", "Sqrt", 1, math_sqrt }, { "math", "Log", 1, math_log },
	{ "math", "Log10", 1, math_log10 },
	{ "math", "Sign", 1, math_sign },
	{ "string", "IsNullOrEmpty", 1, string_empty },
	{ "string", "IsNullOrWhiteSpace", 1, string_blank },
	{ "string", "Join", 2, string_join },
	{ "string", "Concat", 1, string_concat },
	{ "string", "Format", 1, string_format },
	{ "environment", "GetEnvironmentVariable", 1, env_get },
	{ "path", "Combine", 1, path_combine },
	{ "path", "GetTempPath", 0, path_temp },
	{ "path", "GetFileName", 1, path_file },
	{ "path", "GetDirectoryName", 1, path_dir },
	{ "path", "GetExtension", 1, path_extension },
	{ "path", "GetFileNameWithoutExtension", 1, path_stem },
	{ "file", "Exists", 1, file_exists },
	{ "dns", "GetHostName", 0, host_name },
	{ "guid", "NewGuid", 0, guid_new },
	{ "guid", "Parse", 1, guid_parse }, { "guid", "new", 1, guid_parse },
	{ "ipaddress", "new", 1, address_parse },
	{ "security.principal.windowsidentity", "GetCurrent", 0, identity },
	{ "int32", "Parse", 1, int_parse }, { "int64", "Parse", 1, long_parse },
	{ "double", "Parse", 1, double_parse },
	{ "ipaddress", "Parse", 1, address_parse },
};

sh_value *
static_call (sh_interp *in, node *n, const char *type, const char *name,
	     sh_value *args, GError **error)
{
	g_autofree char *low = type_fold (type);
	static_args a = { in, n, args, error };
	gboolean found;
	sh_value *v;

	v = class_static (in, n, type, name, args, &found, error);
	if (found)
		return v;
	for (gsize i = 0; i < G_N_ELEMENTS (calls); i++) {
		if (strcmp (low, calls[i].type) != 0
		    || g_ascii_strcasecmp (calls[i].name, name) != 0)
			continue;
		if (sh_array_length (args) >= calls[i].least)
			return calls[i].run (&a);
		return fail_at (in, n, error, "[%s]::%s needs %u arguments",
				type, calls[i].name, calls[i].least);
	}
	{
		net_call c = { in, n, NULL, args, error };

		v = net_static (&c, type, name, &found);
		if (found)
			return v;
	}
	return fail_at (in, n, error, "there is no [%s]::%s here", type, name);
}

static const struct {
	const char *type, *name;
	gint64 value;
} numbers[] = {
	{ "int32", "MaxValue", G_MAXINT32 },
	{ "int32", "MinValue", G_MININT32 },
	{ "int64", "MaxValue", G_MAXINT64 },
	{ "int64", "MinValue", G_MININT64 },
	{ "uint32", "MaxValue", G_MAXUINT32 },
	{ "uint16", "MaxValue", G_MAXUINT16 }, { "byte", "MaxValue", 255 },
};

sh_value *
static_get (sh_interp *in, node *n, const char *type, const char *name,
	    GError **error)
{
	g_autofree char *low = type_fold (type);
	sh_value *v;

	for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
		if (strcmp (low, numbers[i].type) == 0
		    && g_ascii_strcasecmp (name, numbers[i].name) == 0)
			return sh_int (numbers[i].value);
	if (strcmp (low, "math") == 0 && g_ascii_strcasecmp (name, "PI") == 0)
		return sh_double (G_PI);
	if (strcmp (low, "math") == 0 && g_ascii_strcasecmp (name, "E") == 0)
		return sh_double (G_E);
	if (strcmp (low, "string") == 0)
		return sh_string ("");
	if (strcmp (low, "double") == 0) {
		if (g_ascii_strcasecmp (name, "MaxValue") == 0)
			return sh_double (G_MAXDOUBLE);
		if (g_ascii_strcasecmp (name, "MinValue") == 0)
			return sh_double (-G_MAXDOUBLE);
		if (g_ascii_strcasecmp (name, "NaN") == 0)
			return sh_double (NAN);
		if (g_ascii_strcasecmp (name, "PositiveInfinity") == 0)
			return sh_double (INFINITY);
	}
	if (strcmp (low, "environment") == 0) {
		if (g_ascii_strcasecmp (name, "MachineName") == 0)
			return sh_string (g_get_host_name ());
		if (g_ascii_strcasecmp (name, "UserName") == 0)
			return sh_string (g_get_user_name ());
		if (g_ascii_strcasecmp (name, "NewLine") == 0)
			return sh_string ("\n");
		if (g_ascii_strcasecmp (name, "ProcessorCount") == 0)
			return sh_int (g_get_num_processors ());
	}
	v = class_static_get (in, type, name);
	if (v != NULL)
		return v;
	v = net_static_get (in, type, name);
	if (v != NULL)
		return v;
	/* An enumeration's word is that word. */
	if (strchr (low, '.') != NULL)
		return sh_string (name);
	return fail_at (in, n, error, "there is no [%s]::%s here", type, name);
}

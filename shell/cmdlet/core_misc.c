/*
 * core_misc.c - files, time and objects: Test-Path, Get-Content, Set-Content,
 * Start-Sleep, Get-Date, Get-Member, Get-Variable, New-Object, Add-Member.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "core.h"

gboolean
core_write_file (const char *path, const char *mode, const char *text,
		 GError **error)
{
	FILE *f = fopen (path, mode);
	gboolean ok = f != NULL && fputs (text, f) >= 0;
	int why = errno;

	if (f != NULL && fclose (f) != 0 && ok) {
		ok = FALSE;
		why = errno;
	}
	if (!ok)
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "cannot write '%s': %s", path, g_strerror (why));
	return ok;
}

/* ---- files ---- */

static gboolean test_path (sh_call *call, GError **error);
static gboolean get_content (sh_call *call, GError **error);
static gboolean set_content (sh_call *call, GError **error);

static const sh_param test_path_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "files or folders" },
	{ "PathType", &sh_type_string, 0, 0, "Type", NULL,
	  "Any, Container (a folder) or Leaf (a file)" },
};

const sh_cmdlet cmdlet_test_path =
	CORE_CMDLET ("Test-Path", NULL, test_path_params,
		     "Is there such a file or folder?", "Test-Path /proc",
		     NULL, test_path, NULL);

static gboolean
test_path (sh_call *call, GError **error)
{
	const char *type = sh_arg_text (call, "PathType");
	sh_value *paths = sh_arg (call, "Path");
	GFileTest what = G_FILE_TEST_EXISTS;

	if (type != NULL && g_ascii_strcasecmp (type, "Container") == 0)
		what = G_FILE_TEST_IS_DIR;
	else if (type != NULL && g_ascii_strcasecmp (type, "Leaf") == 0)
		what = G_FILE_TEST_IS_REGULAR;
	else if (type != NULL && g_ascii_strcasecmp (type, "Any") != 0) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "-PathType: '%s' was given, accepted is one of: "
			     "Any, Container, Leaf", type);
		return FALSE;
	}
	for (guint i = 0; i < sh_array_length (paths); i++)
		sh_emit (call, sh_bool (g_file_test (
			sh_text (sh_array_get (paths, i)), what)));
	return TRUE;
}

static const sh_param get_content_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "files to read" },
	{ "Raw", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the whole file is one text" },
	{ "TotalCount", &sh_type_int32, 0, 0, "First,Head", NULL,
	  "how many lines from the start" },
	{ "Tail", &sh_type_int32, 0, 0, "Last", NULL,
	  "how many lines from the end" },
};

const sh_cmdlet cmdlet_get_content =
	CORE_CMDLET ("Get-Content", "gc,cat,type", get_content_params,
		     "Reads files line by line",
		     "Get-Content /proc/version", NULL, get_content, NULL);

static void
emit_lines (sh_call *call, char *text)
{
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
	vmnet_opt first = sh_arg_opt (call, "TotalCount");
	vmnet_opt last = sh_arg_opt (call, "Tail");
	guint n = g_strv_length (lines), from = 0, to;

	/* The end of the last line begins no other one. */
	if (n > 0 && *lines[n - 1] == '\0')
		n--;
	to = first.set ? (guint) MIN (first.value, n) : n;
	if (last.set)
		from = last.value < n ? n - (guint) last.value : 0;
	for (guint i = from; i < to; i++) {
		char *cr = strchr (lines[i], '\r');

		if (cr != NULL && cr[1] == '\0')
			*cr = '\0';
		sh_emit (call, sh_string_take (g_utf8_make_valid (lines[i],
								  -1)));
	}
}

static gboolean
get_content (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *text = NULL;
		GError *e = NULL;

		if (!g_file_get_contents (sh_text (sh_array_get (paths, i)),
					  &text, NULL, &e)) {
			g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
				     "%s", e->message);
			g_error_free (e);
			return FALSE;
		}
		if (sh_arg_on (call, "Raw"))
			sh_emit (call, sh_string_take (
				g_utf8_make_valid (text, -1)));
		else
			emit_lines (call, text);
	}
	return TRUE;
}

static gboolean set_content_end (sh_call *call, GError **error);

static const sh_param set_content_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY, 1, "LiteralPath", NULL,
	  "file to write" },
	{ "Value", &sh_type_object, SH_LIST | SH_PIPE_VALUE, 2, NULL, NULL,
	  "lines of the file" },
	{ "NoNewline", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "no end of line behind each" },
};

const sh_cmdlet cmdlet_set_content =
	CORE_CMDLET ("Set-Content", NULL, set_content_params,
		     "Writes a file; what it had is gone",
		     "Set-Content /tmp/note.txt 'one', 'two'", NULL,
		     set_content, set_content_end);

static gboolean
set_content (sh_call *call, GError **error)
{
	sh_value *v = sh_arg (call, "Value");
	GPtrArray *all = core_gathered (call);

	for (guint i = 0; v != NULL && i < sh_array_length (v); i++)
		g_ptr_array_add (all, sh_ref (sh_array_get (v, i)));
	return TRUE;
}

static gboolean
set_content_end (sh_call *call, GError **error)
{
	GPtrArray *all = core_gathered (call);
	g_autoptr (GString) s = g_string_new (NULL);

	for (guint i = 0; i < all->len; i++) {
		g_autofree char *t = sh_to_text (all->pdata[i]);

		g_string_append (s, t);
		if (!sh_arg_on (call, "NoNewline"))
			g_string_append_c (s, '\n');
	}
	return core_write_file (sh_arg_text (call, "Path"), "we", s->str,
				error);
}

/* ---- time ---- */

static gboolean start_sleep (sh_call *call, GError **error);
static gboolean get_date (sh_call *call, GError **error);

static const sh_param sleep_params[] = {
	{ "Seconds", &sh_type_double, 0, 1, "s", NULL, "how long, in seconds" },
	{ "Milliseconds", &sh_type_int32, 0, 0, "ms", NULL,
	  "how long, in milliseconds" },
};

const sh_cmdlet cmdlet_start_sleep =
	CORE_CMDLET ("Start-Sleep", "sleep", sleep_params,
		     "Waits; Ctrl-C ends it", "Start-Sleep -Milliseconds 10",
		     NULL, start_sleep, NULL);

static gboolean
start_sleep (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	vmnet_opt ms = sh_arg_opt (call, "Milliseconds");
	sh_value *s = sh_arg (call, "Seconds");
	gint64 until = g_get_monotonic_time (), left;
	double seconds = 0;

	if (s != NULL)
		sh_to_double (s, &seconds);
	until += (gint64) (CLAMP (seconds, 0, 1e9) * G_USEC_PER_SEC);
	until += ms.set ? (gint64) ms.value * 1000 : 0;
	/* Nobody is kept out of the store while this one sleeps. */
	if (!sh_commit (in, error))
		return FALSE;
	while ((left = until - g_get_monotonic_time ()) > 0
	       && !sh_interrupted (in))
		poll (NULL, 0, (int) MIN (left / 1000 + 1, 1000));
	return TRUE;
}

static const sh_param date_params[] = {
	{ "Format", &sh_type_string, 0, 0, NULL, NULL,
	  "yyyy-MM-dd HH:mm:ss and its like: text instead of an object" },
	{ "UFormat", &sh_type_string, 0, 0, NULL, NULL,
	  "%Y-%m-%d and its like: text instead of an object" },
};

const sh_cmdlet cmdlet_get_date =
	CORE_CMDLET ("Get-Date", NULL, date_params, "The time, here and now",
		     "Get-Date -Format 'yyyy-MM-dd HH:mm'", NULL, get_date,
		     NULL);

static const struct {
	const char *letters, *format;
} date_parts[] = {
	{ "yyyy", "%Y" }, { "yy", "%y" }, { "MMMM", "%B" }, { "MMM", "%b" },
	{ "MM", "%m" }, { "M", "%-m" }, { "dddd", "%A" }, { "ddd", "%a" },
	{ "dd", "%d" }, { "d", "%-d" }, { "HH", "%H" }, { "H", "%-H" },
	{ "hh", "%I" }, { "h", "%-I" }, { "mm", "%M" }, { "m", "%-M" },
	{ "ss", "%S" }, { "s", "%-S" }, { "tt", "%p" }, { "zzz", "%:z" },
	{ "K", "%:z" },
};

static char *
date_text (GDateTime *now, const char *format)
{
	GString *out = g_string_new (NULL);
	g_autofree char *thousandth = g_strdup_printf (
		"%03d", g_date_time_get_microsecond (now) / 1000);

	if (strcmp (format, "o") == 0)
		format = "yyyy-MM-ddTHH:mm:ss.fffzzz";
	while (*format != '\0') {
		gsize i = 0;

		if (g_str_has_prefix (format, "fff")) {
			g_string_append (out, thousandth);
			format += 3;
			continue;
		}
		while (i < G_N_ELEMENTS (date_parts)
		       && !g_str_has_prefix (format, date_parts[i].letters))
			i++;
		if (i == G_N_ELEMENTS (date_parts)) {
			g_string_append_c (out, *format++);
		} else {
			g_autofree char *t = g_date_time_format (
				now, date_parts[i].format);

			g_string_append (out, t);
			format += strlen (date_parts[i].letters);
		}
	}
	return g_string_free (out, FALSE);
}

static sh_value *
date_object (GDateTime *now)
{
	sh_value *v = sh_object ("DateTime");

	sh_set (v, "Year", sh_int (g_date_time_get_year (now)));
	sh_set (v, "Month", sh_int (g_date_time_get_month (now)));
	sh_set (v, "Day", sh_int (g_date_time_get_day_of_month (now)));
	sh_set (v, "Hour", sh_int (g_date_time_get_hour (now)));
	sh_set (v, "Minute", sh_int (g_date_time_get_minute (now)));
	sh_set (v, "Second", sh_int (g_date_time_get_second (now)));
	sh_set (v, "Millisecond",
		sh_int (g_date_time_get_microsecond (now) / 1000));
	sh_set (v, "DayOfYear", sh_int (g_date_time_get_day_of_year (now)));
	sh_set (v, "Unix", sh_int (g_date_time_to_unix (now)));
	sh_set (v, "\001text", sh_string_take (
		date_text (now, "yyyy-MM-dd HH:mm:ss")));
	return v;
}

static gboolean
get_date (sh_call *call, GError **error)
{
	g_autoptr (GDateTime) now = g_date_time_new_now_local ();
	const char *format = sh_arg_text (call, "Format");
	const char *unix_format = sh_arg_text (call, "UFormat");
	char *text;

	if (format != NULL) {
		sh_emit (call, sh_string_take (date_text (now, format)));
		return TRUE;
	}
	if (unix_format == NULL) {
		sh_emit (call, date_object (now));
		return TRUE;
	}
	unix_format += *unix_format == '+';
	text = g_date_time_format (now, unix_format);
	if (text == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "-UFormat: '%s' is no date format", unix_format);
		return FALSE;
	}
	sh_emit (call, sh_string_take (text));
	return TRUE;
}

/* ---- objects ---- */

static gboolean get_member (sh_call *call, GError **error);
static gboolean get_variable (sh_call *call, GError **error);
static gboolean new_object (sh_call *call, GError **error);
static gboolean add_member (sh_call *call, GError **error);

static const sh_param member_params[] = {
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, NULL,
	  "members to show; wildcards too" },
	CORE_INPUT ("objects to look into"),
};

const sh_cmdlet cmdlet_get_member =
	CORE_CMDLET ("Get-Member", "gm", member_params,
		     "Shows the properties that objects have",
		     "Get-VMSwitch | Get-Member", NULL, get_member, NULL);

static gboolean
name_wanted (const sh_call *call, const char *name)
{
	sh_value *names = sh_arg (call, "Name");

	for (guint i = 0; names && i < sh_array_length (names); i++)
		if (sh_like (name, sh_text (sh_array_get (names, i)), FALSE))
			return TRUE;
	return names == NULL;
}

static sh_value *
member_object (sh_value *item, const char *name)
{
	const vmnet_noun *noun = sh_row_noun (item);
	const vmnet_field *f = noun ? vmnet_noun_field (noun, name) : NULL;
	g_autoptr (sh_value) v = sh_get (item, name);
	sh_value *out = sh_object ("MemberDefinition");

	sh_set (out, "TypeName", sh_string (sh_type_name (item)));
	sh_set (out, "Name", sh_string (name));
	sh_set (out, "MemberType", sh_string (f ? "Property"
					      : "NoteProperty"));
	sh_set (out, "Definition", sh_string (f ? f->text
					      : sh_type_name (v)));
	return out;
}

/* One object of each type is enough. */
static gboolean
get_member (sh_call *call, GError **error)
{
	sh_value *item = core_input (call);
	g_auto (GStrv) names = NULL;
	GHashTable *seen = sh_call_data (call);

	if (seen == NULL) {
		seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					      NULL);
		sh_call_set_data (call, seen,
				  (GDestroyNotify) g_hash_table_unref);
	}
	if (item == NULL
	    || !g_hash_table_add (seen, g_strdup (sh_type_name (item))))
		return TRUE;
	names = sh_properties (item);
	for (char **n = names; *n != NULL; n++)
		if (name_wanted (call, *n))
			sh_emit (call, member_object (item, *n));
	return TRUE;
}

static const sh_param variable_params[] = {
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, NULL,
	  "variables to show; wildcards too" },
	{ "ValueOnly", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the values without the names" },
};

const sh_cmdlet cmdlet_get_variable =
	CORE_CMDLET ("Get-Variable", "gv", variable_params,
		     "Shows variables", "Get-Variable Error*", NULL,
		     get_variable, NULL);

static gboolean
get_variable (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_auto (GStrv) names = sh_var_names (in);

	for (char **n = names; *n != NULL; n++) {
		sh_value *v = name_wanted (call, *n) ? sh_var_get (in, *n)
			: NULL;
		sh_value *out;

		if (v == NULL)
			continue;
		if (sh_arg_on (call, "ValueOnly")) {
			sh_emit (call, v);
			continue;
		}
		out = sh_object ("PSVariable");
		sh_set (out, "Name", sh_string (*n));
		sh_set (out, "Value", v);
		sh_emit (call, out);
	}
	return TRUE;
}

static const sh_param new_object_params[] = {
	{ "TypeName", &sh_type_string, SH_MANDATORY, 1, "Type", NULL,
	  "PSObject, PSCustomObject, ArrayList or Hashtable" },
	{ "Property", &sh_type_hash, 0, 0, NULL, NULL,
	  "hash table of its properties" },
};

const sh_cmdlet cmdlet_new_object =
	CORE_CMDLET ("New-Object", NULL, new_object_params,
		     "Makes an object of your own",
		     "New-Object PSObject -Property @{ Name = 'web1' }", NULL,
		     new_object, NULL);

static gboolean
new_object (sh_call *call, GError **error)
{
	const char *type = sh_arg_text (call, "TypeName");
	const char *name = strrchr (type, '.');
	sh_value *from = sh_arg (call, "Property"), *out;
	g_auto (GStrv) names = from ? sh_properties (from) : NULL;

	name = name ? name + 1 : type;
	if (g_ascii_strcasecmp (name, "ArrayList") == 0) {
		sh_emit (call, sh_array ());
		return TRUE;
	}
	if (g_ascii_strcasecmp (name, "Hashtable") == 0)
		out = sh_hash ();
	else if (g_ascii_strcasecmp (name, "PSObject") == 0
		 || g_ascii_strcasecmp (name, "PSCustomObject") == 0)
		out = sh_object ("PSCustomObject");
	else {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "-TypeName: '%s' was given, accepted is one of: "
			     "PSObject, PSCustomObject, ArrayList, Hashtable",
			     type);
		return FALSE;
	}
	for (char **n = names; n != NULL && *n != NULL; n++)
		sh_set (out, *n, sh_get (from, *n));
	sh_emit (call, out);
	return TRUE;
}

static const sh_param add_member_params[] = {
	{ "MemberType", &sh_type_string, 0, 1, "Type", NULL,
	  "NoteProperty, which is a value" },
	{ "Name", &sh_type_string, SH_MANDATORY, 2, "NotePropertyName", NULL,
	  "name of the property" },
	{ "Value", &sh_type_object, 0, 3, "NotePropertyValue", NULL,
	  "value of the property" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also when the object has it" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand the object on" },
	CORE_INPUT ("object that gets the property"),
};

const sh_cmdlet cmdlet_add_member =
	CORE_CMDLET ("Add-Member", NULL, add_member_params,
		     "Adds a property to an object",
		     "[pscustomobject]@{ a = 1 } | Add-Member NoteProperty b "
		     "2 -PassThru", NULL, add_member, NULL);

static gboolean
add_member (sh_call *call, GError **error)
{
	sh_value *item = core_input (call);
	sh_value *v = sh_arg (call, "Value");
	const char *name = sh_arg_text (call, "Name");
	sh_kind k = item ? sh_value_kind (item) : SH_NULL;

	if (k != SH_OBJECT && k != SH_ROW && k != SH_HASH) {
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "Add-Member: a %s takes no property", item
			     ? sh_type_name (item) : "missing object");
		return FALSE;
	}
	sh_set (item, name, v ? sh_ref (v) : sh_null ());
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_ref (item));
	return TRUE;
}

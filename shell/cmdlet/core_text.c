/*
 * core_text.c - text: Select-String, ConvertFrom-StringData, Invoke-Expression;
 * and secrets, which stay what they are: ConvertTo-SecureString,
 * Get-Credential.
 */
#include <string.h>

#include "core.h"

/* ---- Select-String ---- */

CORE_HANDLER (select_string);
CORE_HANDLER (select_string_end);

static const sh_param select_params[] = {
	{ "Pattern", &sh_type_string, SH_MANDATORY | SH_LIST, 1, NULL, NULL,
	  "regular expressions; one of them must fit" },
	{ "Path", &sh_type_string, SH_LIST | SH_PIPE_NAME, 2,
	  "LiteralPath,FullName", NULL, "files to look into" },
	{ "SimpleMatch", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the pattern is plain text" },
	{ "CaseSensitive", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "A and a are not the same" },
	{ "NotMatch", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "lines that do not fit" },
	{ "Quiet", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only: is there such a line?" },
	{ "List", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only the first of each file" },
	{ "AllMatches", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "all that fits in a line, which is what is found anyway" },
	CORE_INPUT ("text to look into"),
};

const sh_cmdlet cmdlet_select_string =
	CORE_CMDLET ("Select-String", "sls", select_params,
		     "Finds lines that fit a pattern",
		     "Select-String -Path /proc/version -Pattern Linux",
		     NULL, select_string, select_string_end);

/* Where the line fits: a list of matches; NULL: it does not, or an error. */
static sh_value *
line_matches (sh_call *call, const char *line, GError **error)
{
	sh_value *patterns = sh_arg (call, "Pattern");

	for (guint i = 0; i < sh_array_length (patterns); i++) {
		const char *p = sh_text (sh_array_get (patterns, i));
		g_autofree char *plain = sh_arg_on (call, "SimpleMatch")
			? g_regex_escape_string (p, -1) : g_strdup (p);
		g_autofree char *whole = g_strconcat (
			sh_arg_on (call, "CaseSensitive") ? "" : "(?i)",
			plain, NULL);
		sh_value *found = sh_matches (sh_call_interp (call), line,
					      whole, error);

		if (found == NULL || sh_array_length (found) > 0)
			return found;
		sh_unref (found);
	}
	return sh_array ();
}

static gboolean
offer_line (sh_call *call, const char *line, const char *file, int number,
	    gboolean *hit, GError **error)
{
	g_autoptr (sh_value) found = line_matches (call, line, error);
	gboolean fits = found && sh_array_length (found) > 0;
	sh_value *out;

	*hit = fits != sh_arg_on (call, "NotMatch");
	if (found == NULL || !*hit)
		return found != NULL;
	core_gather (call, NULL);	/* something was found */
	if (sh_arg_on (call, "Quiet"))
		return TRUE;
	out = sh_object ("MatchInfo");
	sh_set (out, "LineNumber", sh_int (number));
	sh_set (out, "Line", sh_string (line));
	sh_set (out, "Path", sh_string (file ? file : "InputStream"));
	sh_set (out, "Matches", sh_ref (found));
	sh_set (out, "\001text", file ? sh_string_take (g_strdup_printf (
		"%s:%d:%s", file, number, line)) : sh_string (line));
	sh_emit (call, out);
	return TRUE;
}

static gboolean
search_text (sh_call *call, const char *text, const char *file,
	     GError **error)
{
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

	for (int i = 0; lines[i] != NULL; i++) {
		gboolean hit = FALSE;

		if (lines[i + 1] == NULL && *lines[i] == '\0' && i > 0)
			break;
		if (!offer_line (call, lines[i], file, i + 1, &hit, error))
			return FALSE;
		if (hit && sh_arg_on (call, "List"))
			break;
	}
	return TRUE;
}

static gboolean
search_files (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *path = core_path (sh_text (sh_array_get (
			paths, i)));
		g_autoptr (GPtrArray) all = core_glob (path);

		for (guint k = 0; k < all->len; k++) {
			g_autofree char *text = NULL, *valid = NULL;

			text = core_read_file (call, all->pdata[k], error);
			if (text == NULL)
				return FALSE;
			valid = g_utf8_make_valid (text, -1);
			if (!search_text (call, valid, all->pdata[k], error))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean
select_string (sh_call *call, GError **error)
{
	sh_value *item = core_input (call);
	g_autofree char *text = NULL;

	if (sh_given (call, "Path"))
		return search_files (call, error);
	text = item ? sh_to_text (item) : NULL;
	return text == NULL || search_text (call, text, NULL, error);
}

static gboolean
select_string_end (sh_call *call, GError **error)
{
	if (sh_arg_on (call, "Quiet"))
		sh_emit (call, sh_bool (sh_call_data (call) != NULL));
	return TRUE;
}

/* ---- ConvertFrom-StringData ---- */

CORE_HANDLER (from_stringdata);

static const sh_param stringdata_params[] = {
	{ "StringData", &sh_type_object, SH_MANDATORY | SH_LIST
	  | SH_PIPE_VALUE, 1, NULL, NULL, "lines of name = value" },
};

const sh_cmdlet cmdlet_convertfrom_stringdata =
	CORE_CMDLET ("ConvertFrom-StringData", NULL, stringdata_params,
		     "Lines of name = value as a hash table",
		     "ConvertFrom-StringData 'a = 1'", NULL, from_stringdata,
		     NULL);

static gboolean
from_stringdata (sh_call *call, GError **error)
{
	sh_value *data = sh_arg (call, "StringData");

	for (guint i = 0; i < sh_array_length (data); i++) {
		g_autofree char *text = sh_to_text (sh_array_get (data, i));
		g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
		sh_value *out = sh_hash ();

		for (char **l = lines; *l != NULL; l++) {
			char *cut = strchr (*l, '=');
			g_autofree char *key = NULL;

			g_strstrip (*l);
			if (**l == '\0' || **l == '#' || cut == NULL)
				continue;
			key = g_strstrip (g_strndup (*l, (gsize) (cut - *l)));
			sh_set (out, key, sh_string_take (g_strstrip (
				g_strdup (cut + 1))));
		}
		sh_emit (call, out);
	}
	return TRUE;
}

/* ---- Invoke-Expression ---- */

CORE_HANDLER (invoke_expression);

static const sh_param expression_params[] = {
	{ "Command", &sh_type_string, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL,
	  NULL, "text to run as if it stood here" },
};

const sh_cmdlet cmdlet_invoke_expression =
	CORE_CMDLET ("Invoke-Expression", "iex", expression_params,
		     "Runs text", "Invoke-Expression '1 + 1'", NULL,
		     invoke_expression, NULL);

static void
pass (sh_value *v, gpointer user)
{
	sh_emit (user, v);
}

static gboolean
invoke_expression (sh_call *call, GError **error)
{
	return sh_run_text (sh_call_interp (call), sh_arg_text (
		call, "Command"), pass, call, error);
}

/* ---- secrets ---- */

CORE_HANDLER (to_secure);
CORE_HANDLER (get_credential);

static const sh_param secure_params[] = {
	{ "String", &sh_type_string, SH_MANDATORY | SH_PIPE_VALUE, 1, NULL,
	  NULL, "text to keep" },
	{ "AsPlainText", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the text is not encrypted" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
};

const sh_cmdlet cmdlet_convertto_securestring =
	CORE_CMDLET ("ConvertTo-SecureString", NULL, secure_params,
		     "Text as an object that does not print it",
		     "ConvertTo-SecureString 'x' -AsPlainText -Force", NULL,
		     to_secure, NULL);

sh_value *
core_secure (const char *text)
{
	sh_value *v = sh_object ("SecureString");

	sh_set (v, "Length", sh_int (g_utf8_strlen (text, -1)));
	sh_set (v, "\001plain", sh_string (text));
	sh_set (v, "\001text", sh_string ("System.Security.SecureString"));
	return v;
}

static gboolean
to_secure (sh_call *call, GError **error)
{
	sh_emit (call, core_secure (sh_arg_text (call, "String")));
	return TRUE;
}

static const sh_param credential_params[] = {
	{ "Credential", &sh_type_object, 0, 1, NULL, NULL,
	  "name of the user" },
	{ "UserName", &sh_type_string, 0, 0, NULL, NULL, "name of the user" },
	{ "Message", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: nothing is asked" },
};

const sh_cmdlet cmdlet_get_credential =
	CORE_CMDLET ("Get-Credential", NULL, credential_params,
		     "A credential; ssh and the system check who one is",
		     "Get-Credential admin", NULL, get_credential, NULL);

static gboolean
get_credential (sh_call *call, GError **error)
{
	g_autoptr (sh_value) args = sh_array ();
	sh_value *who = sh_arg (call, "Credential");
	const char *name = sh_arg_text (call, "UserName");
	sh_value *v;

	if (who != NULL && sh_value_kind (who) == SH_OBJECT) {
		sh_emit (call, sh_ref (who));
		return TRUE;
	}
	sh_array_add (args, who ? sh_ref (who) : sh_string (
		name ? name : g_get_user_name ()));
	sh_array_add (args, core_secure (""));
	v = sh_make (sh_call_interp (call), "PSCredential", args, error);
	if (v != NULL)
		sh_emit (call, v);
	return v != NULL;
}

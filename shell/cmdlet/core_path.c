/*
 * core_path.c - paths and the folder that they begin in: Test-Path,
 * Split-Path, Join-Path, Resolve-Path, Get-, Set-, Push- and Pop-Location.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core.h"

/* ---- Test-Path ---- */

CORE_HANDLER (test_path);

static const sh_param test_path_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "LiteralPath,PSPath", NULL, "files or folders; wildcards too" },
	{ "PathType", &sh_type_string, 0, 0, "Type", NULL,
	  "Any, Container (a folder) or Leaf (a file)" },
};

const sh_cmdlet cmdlet_test_path =
	CORE_CMDLET ("Test-Path", NULL, test_path_params,
		     "Is there such a file or folder?", "Test-Path /proc",
		     NULL, test_path, NULL);

static gboolean
drive_has (sh_interp *in, const char *path)
{
	g_autoptr (sh_value) v = sh_drive_item (path);
	const char *name = strchr (path, ':') + 1;

	if (v != NULL)
		return TRUE;
	if (g_ascii_strncasecmp (path, "variable:", 9) == 0)
		v = sh_var_get (in, name + strspn (name, "\\/"));
	else if (g_ascii_strncasecmp (path, "function:", 9) == 0)
		v = sh_var_get (in, path);
	return v != NULL;
}

static gboolean
path_is (sh_interp *in, const char *given, GFileTest what)
{
	g_autofree char *path = core_path (given);
	g_autoptr (GPtrArray) all = NULL;

	if (sh_drive_is (given))
		return drive_has (in, given);
	all = core_glob (path);
	for (guint i = 0; i < all->len; i++)
		if (g_file_test (all->pdata[i], what))
			return TRUE;
	return FALSE;
}

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
		sh_emit (call, sh_bool (path_is (sh_call_interp (call),
			sh_text (sh_array_get (paths, i)), what)));
	return TRUE;
}

/* ---- Split-Path, Join-Path, Resolve-Path ---- */

CORE_HANDLER (split_path);
CORE_HANDLER (join_path);
CORE_HANDLER (resolve_path);

#define PART(name, what) \
	{ name, &sh_type_switch, SH_SWITCH, 0, NULL, NULL, what }

static const sh_param split_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "paths to take apart" },
	PART ("Parent", "the folder, which is the rule"),
	PART ("Leaf", "the last part"),
	PART ("LeafBase", "the last part without its extension"),
	PART ("Extension", "the extension with its dot"),
	PART ("IsAbsolute", "does it begin at the root?"),
	PART ("Qualifier", "the drive; there is none here"),
};

const sh_cmdlet cmdlet_split_path =
	CORE_CMDLET ("Split-Path", NULL, split_params,
		     "Takes a path apart", "Split-Path /tmp/a.txt -Leaf",
		     NULL, split_path, NULL);

static char *
path_part (sh_call *call, const char *path)
{
	g_autofree char *leaf = g_path_get_basename (path);
	g_autofree char *dir = g_path_get_dirname (path);
	char *dot = strrchr (leaf, '.');

	if (sh_arg_on (call, "Leaf"))
		return g_steal_pointer (&leaf);
	if (sh_arg_on (call, "Extension"))
		return g_strdup (dot && dot != leaf ? dot : "");
	if (sh_arg_on (call, "LeafBase")) {
		if (dot != NULL && dot != leaf)
			*dot = '\0';
		return g_steal_pointer (&leaf);
	}
	if (sh_arg_on (call, "Qualifier"))
		return g_strdup ("");
	return g_strdup (strcmp (dir, ".") == 0 && *path != '.' ? "" : dir);
}

static gboolean
split_path (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *path = core_path (sh_text (sh_array_get (
			paths, i)));

		if (sh_arg_on (call, "IsAbsolute"))
			sh_emit (call, sh_bool (*path == '/'));
		else
			sh_emit (call, sh_string_take (path_part (call,
								  path)));
	}
	return TRUE;
}

static const sh_param join_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  NULL, NULL, "the first part" },
	{ "ChildPath", &sh_type_string, SH_MANDATORY, 2, NULL, NULL,
	  "what goes behind it" },
	{ "AdditionalChildPath", &sh_type_string, SH_LIST | SH_REST, 3, NULL,
	  NULL, "and behind that" },
};

const sh_cmdlet cmdlet_join_path =
	CORE_CMDLET ("Join-Path", NULL, join_params,
		     "Puts parts of a path together",
		     "Join-Path /tmp reports", NULL, join_path, NULL);

static gboolean
join_path (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");
	sh_value *more = sh_arg (call, "AdditionalChildPath");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *base = core_path (sh_text (sh_array_get (
			paths, i)));
		g_autofree char *child = core_path (sh_arg_text (
			call, "ChildPath"));
		char *out = g_build_filename (base, child, NULL);

		for (guint k = 0; more && k < sh_array_length (more); k++) {
			g_autofree char *both = out;

			out = g_build_filename (both, sh_text (sh_array_get (
				more, k)), NULL);
		}
		sh_emit (call, sh_string_take (out));
	}
	return TRUE;
}

static sh_value *
path_info (const char *path)
{
	sh_value *v = sh_object ("PathInfo");

	sh_set (v, "Path", sh_string (path));
	sh_set (v, "ProviderPath", sh_string (path));
	sh_set (v, "\001text", sh_string (path));
	return v;
}

static const sh_param resolve_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "paths; wildcards too" },
};

const sh_cmdlet cmdlet_resolve_path =
	CORE_CMDLET ("Resolve-Path", "rvpa,Convert-Path", resolve_params,
		     "The whole path of what is there",
		     "(Resolve-Path .).Path", NULL, resolve_path, NULL);

static gboolean
resolve_path (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *path = core_path (sh_text (sh_array_get (
			paths, i)));
		g_autoptr (GPtrArray) all = core_glob (path);

		for (guint k = 0; k < all->len; k++) {
			g_autofree char *full = g_canonicalize_filename (
				all->pdata[k], NULL);

			if (g_file_test (full, G_FILE_TEST_EXISTS)) {
				sh_emit (call, path_info (full));
				continue;
			}
			g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND,
				     "there is no '%s'", full);
			return FALSE;
		}
	}
	return TRUE;
}

/* ---- locations ---- */

CORE_HANDLER (get_location);
CORE_HANDLER (set_location);
CORE_HANDLER (push_location);
CORE_HANDLER (pop_location);

const sh_cmdlet cmdlet_get_location =
	CORE_PLAIN ("Get-Location", "gl,pwd",
		    "The folder that relative paths begin in",
		    "(Get-Location).Path", get_location);

static gboolean
get_location (sh_call *call, GError **error)
{
	g_autofree char *here = g_get_current_dir ();

	sh_emit (call, path_info (here));
	return TRUE;
}

static const sh_param location_params[] = {
	{ "Path", &sh_type_string, SH_PIPE_VALUE, 1, "LiteralPath", NULL,
	  "folder; the home folder without it" },
};

const sh_cmdlet cmdlet_set_location =
	CORE_CMDLET ("Set-Location", "cd,sl,chdir", location_params,
		     "Changes the folder that relative paths begin in",
		     "Set-Location /tmp", NULL, set_location, NULL);

static gboolean
go_to (const char *given, GError **error)
{
	g_autofree char *path = core_path (given ? given : "~");

	if (chdir (path) == 0)
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_NOT_FOUND,
		     "cannot go to '%s': %s", path, g_strerror (errno));
	return FALSE;
}

static gboolean
set_location (sh_call *call, GError **error)
{
	return go_to (sh_arg_text (call, "Path"), error);
}

const sh_cmdlet cmdlet_push_location =
	CORE_CMDLET ("Push-Location", "pushd", location_params,
		     "Goes to a folder; Pop-Location comes back",
		     "Push-Location /tmp; Pop-Location", NULL, push_location,
		     NULL);

#define STACK "global:__locations"

static gboolean
push_location (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_autoptr (sh_value) old = sh_var_get (in, STACK);
	g_autofree char *here = g_get_current_dir ();
	sh_value *list = sh_array ();

	for (guint i = 0; old && i < sh_array_length (old); i++)
		sh_array_add (list, sh_ref (sh_array_get (old, i)));
	sh_array_add (list, sh_string (here));
	sh_var_set (in, STACK, list);
	return !sh_given (call, "Path")
		|| go_to (sh_arg_text (call, "Path"), error);
}

const sh_cmdlet cmdlet_pop_location =
	CORE_PLAIN ("Pop-Location", "popd",
		    "Goes back to where Push-Location came from",
		    "Push-Location /tmp; Pop-Location", pop_location);

static gboolean
pop_location (sh_call *call, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_autoptr (sh_value) old = sh_var_get (in, STACK);
	guint n = old ? sh_array_length (old) : 0;
	sh_value *list = sh_array ();

	for (guint i = 0; i + 1 < n; i++)
		sh_array_add (list, sh_ref (sh_array_get (old, i)));
	sh_var_set (in, STACK, list);
	return n == 0 || go_to (sh_text (sh_array_get (old, n - 1)), error);
}

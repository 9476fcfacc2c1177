/*
 * core_remove.c - Remove-Item and what drives of the other system stand for:
 * env:, variable:, function:, alias: and the registry.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "core.h"

CORE_HANDLER (remove_item);

static const sh_param remove_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE
	  | SH_PIPE_NAME, 1, "LiteralPath,FullName", NULL,
	  "files or folders; wildcards too" },
	{ "Recurse", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "folders with all that they hold" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also what is hidden or write protected" },
	{ "Confirm", &sh_type_switch, SH_SWITCH, 0, "cf", NULL,
	  "accepted: nothing is asked here" },
	{ "WhatIf", &sh_type_switch, SH_SWITCH, 0, "wi", NULL,
	  "only say what would be removed" },
};

const sh_cmdlet cmdlet_remove_item =
	CORE_CMDLET ("Remove-Item", "rm,del,erase,rd,ri,rmdir", remove_params,
		     "Removes files and folders",
		     "New-Item /tmp/x.txt -Force; Remove-Item /tmp/x.txt",
		     NULL, remove_item, NULL);

static gboolean
fail_remove (const char *path, int why, GError **error)
{
	g_set_error (error, SH_ERROR, why == ENOENT ? SH_ERROR_NOT_FOUND
		     : SH_ERROR_IO, "cannot remove '%s': %s%s", path,
		     g_strerror (why), why == ENOTEMPTY || why == EEXIST
		     ? "; -Recurse takes what it holds too" : "");
	return FALSE;
}

static gboolean
remove_tree (const char *path, gboolean deep, GError **error)
{
	gboolean folder = g_file_test (path, G_FILE_TEST_IS_DIR)
		&& !g_file_test (path, G_FILE_TEST_IS_SYMLINK);
	g_autoptr (GDir) d = folder && deep ? g_dir_open (path, 0, NULL)
		: NULL;
	const char *name;

	while (d != NULL && (name = g_dir_read_name (d)) != NULL) {
		g_autofree char *inner = g_build_filename (path, name, NULL);

		if (!remove_tree (inner, TRUE, error))
			return FALSE;
	}
	if ((folder ? g_rmdir (path) : g_unlink (path)) == 0)
		return TRUE;
	return fail_remove (path, errno, error);
}

static gboolean
remove_drive (sh_call *call, const char *path)
{
	const char *name = strpbrk (path, ":") + 1;

	name += strspn (name, "\\/");
	if (g_ascii_strncasecmp (path, "env:", 4) == 0)
		g_unsetenv (name);
	else if (g_ascii_strncasecmp (path, "variable:", 9) == 0)
		sh_var_remove (sh_call_interp (call), name);
	else
		sh_warn (call, "Remove-Item '%s': there is no registry here",
			 path);
	return TRUE;
}

static void
say_what_if (sh_call *call, const char *path)
{
	g_autofree char *line = g_strdup_printf ("What if: remove %s\n", path);

	sh_say (sh_call_interp (call), line);
}

static gboolean
remove_item (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *path = core_path (sh_text (sh_array_get (
			paths, i)));
		g_autoptr (GPtrArray) all = NULL;

		if (sh_drive_is (path)) {
			remove_drive (call, path);
			continue;
		}
		all = core_glob (path);
		for (guint k = 0; k < all->len; k++)
			if (sh_arg_on (call, "WhatIf"))
				say_what_if (call, all->pdata[k]);
			else if (!remove_tree (all->pdata[k], sh_arg_on (
				    call, "Recurse"), error))
				return FALSE;
	}
	return TRUE;
}

/* ---- drives ---- */

gboolean
sh_drive_is (const char *path)
{
	static const char *const drives[] = {
		"HKLM:", "HKCU:", "HKEY_", "Registry:", "env:", "variable:",
		"function:", "alias:",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (drives); i++)
		if (g_ascii_strncasecmp (path, drives[i],
					 strlen (drives[i])) == 0)
			return TRUE;
	return FALSE;
}

static sh_value *
named (const char *type, const char *name, sh_value *v)
{
	sh_value *o = sh_object (type);

	sh_set (o, "Name", sh_string (name));
	sh_set (o, "Value", v);
	return o;
}

/* The environment is the only drive that lists what it has. */
sh_value *
sh_drive_items (sh_interp *in, const char *path)
{
	sh_value *out;
	g_auto (GStrv) names = NULL;

	if (g_ascii_strncasecmp (path, "env:", 4) != 0)
		return NULL;
	out = sh_array ();
	names = g_listenv ();
	for (char **n = names; *n != NULL; n++)
		sh_array_add (out, named ("DictionaryEntry", *n,
					  sh_string (g_getenv (*n))));
	return out;
}

static const char *
pretty_name (void)
{
	static const char *const key = "PRETTY_NAME";
	g_autofree char *value = g_get_os_info (key);

	return g_intern_string (value ? value : "Linux");
}

/* The one key that scripts ask for; its numbers say that the language and the
 * cmdlets are those of that release. */
static sh_value *
registry (const char *path)
{
	g_autofree char *plain = g_strdup (path);
	sh_value *v;

	g_strdelimit (plain, "\\", '/');
	while (g_str_has_suffix (plain, "/"))
		plain[strlen (plain) - 1] = '\0';
	if (!sh_like (plain, "*/SOFTWARE/Microsoft/Windows NT/CurrentVersion",
		      FALSE))
		return NULL;
	v = sh_object ("RegistryKey");
	sh_set (v, "CurrentBuildNumber", sh_string ("20348"));
	sh_set (v, "CurrentBuild", sh_string ("20348"));
	sh_set (v, "CurrentVersion", sh_string ("6.3"));
	sh_set (v, "CurrentMajorVersionNumber", sh_int (10));
	sh_set (v, "CurrentMinorVersionNumber", sh_int (0));
	sh_set (v, "ReleaseId", sh_string ("2009"));
	sh_set (v, "UBR", sh_int (0));
	sh_set (v, "ProductName", sh_string (pretty_name ()));
	sh_set (v, "InstallationType", sh_string ("Server Core"));
	return v;
}

sh_value *
sh_drive_item (const char *path)
{
	const char *name = strchr (path, ':');
	const char *text;

	if (!sh_drive_is (path))
		return NULL;
	if (g_ascii_strncasecmp (path, "env:", 4) != 0)
		return registry (path);
	name += 1 + strspn (name + 1, "\\/");
	text = g_getenv (name);
	return text ? named ("DictionaryEntry", name, sh_string (text)) : NULL;
}

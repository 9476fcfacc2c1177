/*
 * core_item.c - files and folders as items: Get-Item, Get-ChildItem,
 * New-Item, Copy-Item, Move-Item, Rename-Item and Remove-Item.
 */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core.h"

#define PATHS(flags, text) \
	{ "Path", &sh_type_string, (flags) | SH_LIST | SH_PIPE_VALUE \
	  | SH_PIPE_NAME, 1, "LiteralPath,PSPath,FullName", NULL, text }
#define FORCE \
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "also what is in the way or hidden" }

static gboolean
fail_file (const char *what, const char *path, int why, GError **error)
{
	g_set_error (error, SH_ERROR, why == ENOENT ? SH_ERROR_NOT_FOUND
		     : SH_ERROR_IO, "%s '%s': %s", what, path,
		     g_strerror (why));
	return FALSE;
}

/* The name without \ between folders, and with the home folder for ~. */
char *
core_path (const char *path)
{
	g_autofree char *plain = g_strdup (path);

	/* .\x and "$PSScriptRoot\x" come from the other system. */
	if (strchr (plain, '\\') != NULL
	    && !g_file_test (plain, G_FILE_TEST_EXISTS))
		g_strdelimit (plain, "\\", '/');
	if (plain[0] == '~' && (plain[1] == '/' || plain[1] == '\0'))
		return g_strconcat (g_get_home_dir (), plain + 1, NULL);
	return g_steal_pointer (&plain);
}

static sh_value *
local_time (gint64 seconds)
{
	sh_value *v = sh_date (seconds * G_USEC_PER_SEC);

	return v ? v : sh_null ();
}

sh_value *
core_file_object (const char *path)
{
	g_autofree char *full = g_canonicalize_filename (path, NULL);
	g_autofree char *name = g_path_get_basename (full);
	g_autofree char *dir = g_path_get_dirname (full);
	g_autofree char *stem = g_strdup (name);
	char *dot = strrchr (stem, '.');
	struct stat st;
	gboolean folder;
	sh_value *v;

	if (stat (path, &st) < 0 && lstat (path, &st) < 0)
		return NULL;
	folder = S_ISDIR (st.st_mode);
	v = sh_object (folder ? "DirectoryInfo" : "FileInfo");
	sh_set (v, "Mode", sh_string (folder ? "d----" : "-a---"));
	sh_set (v, "LastWriteTime", local_time (st.st_mtime));
	sh_set (v, "Length", folder ? sh_null () : sh_int (st.st_size));
	sh_set (v, "Name", sh_string (name));
	sh_set (v, "FullName", sh_string (full));
	sh_set (v, "DirectoryName", sh_string (dir));
	sh_set (v, "Extension", sh_string (dot && !folder ? dot : ""));
	if (dot != NULL && dot != stem && !folder)
		*dot = '\0';
	sh_set (v, "BaseName", sh_string (stem));
	sh_set (v, "PSIsContainer", sh_bool (folder));
	sh_set (v, "Exists", sh_bool (TRUE));
	sh_set (v, "\001name", sh_string (full));
	sh_set (v, "\001view", sh_string ("Mode,LastWriteTime,Length,Name"));
	return v;
}

static int
by_name (gconstpointer a, gconstpointer b)
{
	return g_ascii_strcasecmp (*(char *const *) a, *(char *const *) b);
}

static GPtrArray *
names_in (const char *dir)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GDir) d = g_dir_open (dir, 0, NULL);
	const char *name;

	while (d != NULL && (name = g_dir_read_name (d)) != NULL)
		g_ptr_array_add (out, g_strdup (name));
	g_ptr_array_sort (out, by_name);
	return out;
}

/* What `path` stands for: itself, or all that its wildcards fit. */
GPtrArray *
core_glob (const char *path)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autofree char *dir = g_path_get_dirname (path);
	g_autofree char *pattern = g_path_get_basename (path);
	g_autoptr (GPtrArray) dirs = NULL;

	if (!sh_has_wildcard (path)
	    || g_file_test (path, G_FILE_TEST_EXISTS)) {
		g_ptr_array_add (out, g_strdup (path));
		return out;
	}
	dirs = core_glob (dir);
	for (guint i = 0; i < dirs->len; i++) {
		const char *in = dirs->pdata[i];
		g_autoptr (GPtrArray) names = names_in (in);

		for (guint k = 0; k < names->len; k++) {
			if (!sh_like (names->pdata[k], pattern, FALSE))
				continue;
			g_ptr_array_add (out, strcmp (in, ".") == 0
				&& *path != '.' ? g_strdup (names->pdata[k])
				: g_build_filename (in, names->pdata[k],
						    NULL));
		}
	}
	return out;
}

/* Calls `f` for everything that the call's -Path names. */
static gboolean
each_path (sh_call *call, gboolean (*f) (sh_call *call, const char *path,
					 GError **error), GError **error)
{
	sh_value *paths = sh_arg (call, "Path");

	for (guint i = 0; paths && i < sh_array_length (paths); i++) {
		g_autofree char *path = core_path (
			sh_text (sh_array_get (paths, i)));
		g_autoptr (GPtrArray) all = core_glob (path);

		for (guint k = 0; k < all->len; k++)
			if (!f (call, all->pdata[k], error))
				return FALSE;
	}
	return TRUE;
}

/* ---- Get-Item ---- */

CORE_HANDLER (get_item);

static const sh_param get_item_params[] = {
	PATHS (SH_MANDATORY, "files or folders; wildcards too"),
	FORCE,
};

const sh_cmdlet cmdlet_get_item =
	CORE_CMDLET ("Get-Item", "gi", get_item_params,
		     "Shows a file or folder as an object",
		     "(Get-Item /proc/version).Name", NULL, get_item, NULL);

static gboolean
emit_item (sh_call *call, const char *path, GError **error)
{
	sh_value *v = sh_drive_item (path);

	if (v == NULL)
		v = core_file_object (path);
	if (v == NULL)
		return fail_file ("cannot find", path, ENOENT, error);
	sh_emit (call, v);
	return TRUE;
}

static gboolean
get_item (sh_call *call, GError **error)
{
	return each_path (call, emit_item, error);
}

/* ---- Get-ChildItem ---- */

CORE_HANDLER (get_childitem);

static const sh_param get_childitem_params[] = {
	PATHS (0, "folders; this one without it"),
	{ "Filter", &sh_type_string, 0, 2, NULL, NULL,
	  "only names that fit this wildcard pattern" },
	{ "Include", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "only names that fit one of these patterns" },
	{ "Exclude", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "not the names that fit one of these patterns" },
	{ "Recurse", &sh_type_switch, SH_SWITCH, 0, "s", NULL,
	  "the folders in them too" },
	{ "Directory", &sh_type_switch, SH_SWITCH, 0, "ad", NULL,
	  "only folders" },
	{ "File", &sh_type_switch, SH_SWITCH, 0, "af", NULL, "only files" },
	{ "Name", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "only the names" },
	FORCE,
};

const sh_cmdlet cmdlet_get_childitem =
	CORE_CMDLET ("Get-ChildItem", "gci,dir,ls", get_childitem_params,
		     "Lists what folders hold", "Get-ChildItem /sys/class/net",
		     NULL, get_childitem, NULL);

static gboolean
in_list (const sh_value *patterns, const char *name)
{
	for (guint i = 0; patterns && i < sh_array_length (patterns); i++)
		if (sh_like (name, sh_text (sh_array_get (patterns, i)),
			     FALSE))
			return TRUE;
	return FALSE;
}

static gboolean
child_wanted (sh_call *call, const char *name, gboolean folder)
{
	const char *filter = sh_arg_text (call, "Filter");

	if (*name == '.' && !sh_arg_on (call, "Force"))
		return FALSE;
	if ((filter != NULL && !sh_like (name, filter, FALSE))
	    || (sh_given (call, "Include")
		&& !in_list (sh_arg (call, "Include"), name))
	    || in_list (sh_arg (call, "Exclude"), name))
		return FALSE;
	return folder ? !sh_arg_on (call, "File")
		: !sh_arg_on (call, "Directory");
}

static void
emit_child (sh_call *call, const char *path)
{
	g_autofree char *name = g_path_get_basename (path);
	sh_value *v = sh_arg_on (call, "Name") ? sh_string (name)
		: core_file_object (path);

	if (v != NULL)
		sh_emit (call, v);
}

static gboolean
list_folder (sh_call *call, const char *dir, int depth)
{
	g_autoptr (GPtrArray) names = names_in (dir);

	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];
		g_autofree char *path = g_build_filename (dir, name, NULL);
		gboolean folder = g_file_test (path, G_FILE_TEST_IS_DIR);

		if (sh_interrupted (sh_call_interp (call)))
			return TRUE;
		if (child_wanted (call, name, folder))
			emit_child (call, path);
		if (folder && sh_arg_on (call, "Recurse") && depth < 64
		    && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
			list_folder (call, path, depth + 1);
	}
	return TRUE;
}

static gboolean
list_path (sh_call *call, const char *path, GError **error)
{
	g_autoptr (sh_value) drive = sh_drive_items (sh_call_interp (call),
						     path);

	if (drive != NULL) {
		core_emit_each (call, g_steal_pointer (&drive));
		return TRUE;
	}
	if (g_file_test (path, G_FILE_TEST_IS_DIR))
		return list_folder (call, path, 0);
	if (!g_file_test (path, G_FILE_TEST_EXISTS))
		return fail_file ("cannot find", path, ENOENT, error);
	emit_child (call, path);
	return TRUE;
}

static gboolean
get_childitem (sh_call *call, GError **error)
{
	if (!sh_given (call, "Path"))
		return list_path (call, ".", error);
	return each_path (call, list_path, error);
}

/* ---- New-Item ---- */

CORE_HANDLER (new_item);

static const sh_param new_item_params[] = {
	{ "Path", &sh_type_string, SH_LIST | SH_PIPE_NAME, 1, NULL, NULL,
	  "what to make, or the folder that -Name goes into" },
	{ "Name", &sh_type_string, SH_PIPE_NAME, 0, NULL, NULL,
	  "name in the folder -Path" },
	{ "ItemType", &sh_type_string, SH_PIPE_NAME, 0, "Type", NULL,
	  "File, Directory or SymbolicLink" },
	{ "Value", &sh_type_object, SH_PIPE_VALUE, 0, "Target", NULL,
	  "what the file holds, or where the link leads" },
	FORCE,
};

const sh_cmdlet cmdlet_new_item =
	CORE_CMDLET ("New-Item", "ni", new_item_params,
		     "Makes a file or a folder",
		     "New-Item -ItemType Directory -Force /tmp/reports", NULL,
		     new_item, NULL);

const sh_cmdlet cmdlet_mkdir =
	CORE_CMDLET ("mkdir", "md", new_item_params,
		     "Makes a folder and those above it",
		     "mkdir /tmp/reports -Force", NULL, new_item, NULL);

static gboolean
make_folder (sh_call *call, const char *path, GError **error)
{
	if (g_file_test (path, G_FILE_TEST_IS_DIR)
	    && sh_arg_on (call, "Force"))
		return TRUE;
	if (g_file_test (path, G_FILE_TEST_EXISTS))
		return fail_file ("cannot make", path, EEXIST, error);
	if (g_mkdir_with_parents (path, 0777) == 0)
		return TRUE;
	return fail_file ("cannot make", path, errno, error);
}

static gboolean
make_file (sh_call *call, const char *path, GError **error)
{
	g_autofree char *dir = g_path_get_dirname (path);
	sh_value *v = sh_arg (call, "Value");
	g_autofree char *text = v ? sh_to_text (v) : g_strdup ("");

	if (sh_arg_on (call, "Force"))
		g_mkdir_with_parents (dir, 0777);
	else if (g_file_test (path, G_FILE_TEST_EXISTS))
		return fail_file ("cannot make", path, EEXIST, error);
	return core_write_file (path, "we", text, error);
}

static gboolean
make_item (sh_call *call, const char *path, GError **error)
{
	const char *type = sh_arg_text (call, "ItemType");
	sh_value *to = sh_arg (call, "Value");
	g_autofree char *target = to ? sh_to_text (to) : NULL;

	if (type == NULL)
		type = sh_call_cmdlet (call) == &cmdlet_mkdir ? "Directory"
			: "File";
	if (g_ascii_strcasecmp (type, "Directory") == 0
	    || g_ascii_strcasecmp (type, "Container") == 0)
		return make_folder (call, path, error);
	if (g_ascii_strcasecmp (type, "File") == 0
	    || g_ascii_strcasecmp (type, "Leaf") == 0)
		return make_file (call, path, error);
	if (g_ascii_strcasecmp (type, "SymbolicLink") == 0 && target)
		return symlink (target, path) == 0
			|| fail_file ("cannot make", path, errno, error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "-ItemType: '%s' was "
		     "given, accepted is one of: File, Directory, "
		     "SymbolicLink (with -Target)", type);
	return FALSE;
}

static gboolean
new_item (sh_call *call, GError **error)
{
	sh_value *paths = sh_arg (call, "Path");
	const char *name = sh_arg_text (call, "Name");
	g_autoptr (sh_value) here = NULL;

	if (paths == NULL && name == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "New-Item needs -Path or -Name");
		return FALSE;
	}
	if (paths == NULL)
		paths = here = sh_string (".");
	for (guint i = 0; i < sh_array_length (paths); i++) {
		g_autofree char *base = core_path (sh_text (sh_array_get (
			paths, i)));
		g_autofree char *path = name ? g_build_filename (base, name,
								 NULL)
			: g_strdup (base);

		if (sh_drive_is (path)) {
			sh_warn (call, "New-Item '%s': there is no registry "
				 "here; nothing was written", path);
			continue;
		}
		if (!make_item (call, path, error))
			return FALSE;
		sh_emit (call, core_file_object (path));
	}
	return TRUE;
}

/* ---- Copy-, Move-, Rename-Item ---- */

CORE_HANDLER (copy_item);
CORE_HANDLER (move_item);
CORE_HANDLER (rename_item);

#define DESTINATION(flags) \
	{ "Destination", &sh_type_string, flags, 2, NULL, NULL, \
	  "the new name, or the folder that it goes into" }
#define PASS_THRU \
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "hand on what there is now" }

static const sh_param copy_params[] = {
	PATHS (SH_MANDATORY, "files or folders; wildcards too"),
	DESTINATION (0),
	{ "Recurse", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "a folder with all that it holds" },
	FORCE, PASS_THRU,
};

const sh_cmdlet cmdlet_copy_item =
	CORE_CMDLET ("Copy-Item", "cp,copy,cpi", copy_params,
		     "Copies files and folders",
		     "Copy-Item /proc/version /tmp/version.txt", NULL,
		     copy_item, NULL);

static const sh_param move_params[] = {
	PATHS (SH_MANDATORY, "files or folders; wildcards too"),
	DESTINATION (SH_MANDATORY),
	FORCE, PASS_THRU,
};

const sh_cmdlet cmdlet_move_item =
	CORE_CMDLET ("Move-Item", "mv,move,mi", move_params,
		     "Moves files and folders",
		     "New-Item /tmp/one -Force; Move-Item /tmp/one /tmp/two",
		     NULL, move_item, NULL);

static const sh_param rename_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_PIPE_NAME, 1,
	  "LiteralPath,FullName", NULL, "file or folder" },
	{ "NewName", &sh_type_string, SH_MANDATORY, 2, NULL, NULL,
	  "its name from now on, in the same folder" },
	FORCE, PASS_THRU,
};

const sh_cmdlet cmdlet_rename_item =
	CORE_CMDLET ("Rename-Item", "ren,rni", rename_params,
		     "Gives a file or folder another name",
		     "New-Item /tmp/a.txt -Force; Rename-Item /tmp/a.txt b.txt",
		     NULL, rename_item, NULL);

/* In the folder `to`, or `to` itself; owned. */
static char *
place_for (const char *path, const char *to)
{
	g_autofree char *name = g_path_get_basename (path);

	return g_file_test (to, G_FILE_TEST_IS_DIR)
		? g_build_filename (to, name, NULL) : g_strdup (to);
}

static gboolean
copy_one (const char *from, const char *to, gboolean deep, GError **error)
{
	g_autoptr (GFile) a = g_file_new_for_path (from);
	g_autoptr (GFile) b = g_file_new_for_path (to);
	g_autoptr (GError) e = NULL;
	g_autoptr (GPtrArray) names = NULL;

	if (!g_file_test (from, G_FILE_TEST_IS_DIR)) {
		if (g_file_copy (a, b, G_FILE_COPY_OVERWRITE, NULL, NULL,
				 NULL, &e))
			return TRUE;
		g_set_error (error, SH_ERROR, g_error_matches (
			e, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
			? SH_ERROR_NOT_FOUND : SH_ERROR_IO, "%s", e->message);
		return FALSE;
	}
	if (g_mkdir_with_parents (to, 0777) != 0)
		return fail_file ("cannot make", to, errno, error);
	names = deep ? names_in (from) : NULL;
	for (guint i = 0; names != NULL && i < names->len; i++) {
		g_autofree char *x = g_build_filename (from, names->pdata[i],
						       NULL);
		g_autofree char *y = g_build_filename (to, names->pdata[i],
						       NULL);

		if (!copy_one (x, y, TRUE, error))
			return FALSE;
	}
	return TRUE;
}

static void
pass_thru (sh_call *call, const char *path)
{
	sh_value *v = sh_arg_on (call, "PassThru") ? core_file_object (path)
		: NULL;

	if (v != NULL)
		sh_emit (call, v);
}

static char *
destination (sh_call *call)
{
	const char *to = sh_arg_text (call, "Destination");

	return core_path (to ? to : ".");
}

static gboolean
copy_path (sh_call *call, const char *path, GError **error)
{
	g_autofree char *into = destination (call);
	g_autofree char *to = place_for (path, into);

	if (!copy_one (path, to, sh_arg_on (call, "Recurse"), error))
		return FALSE;
	pass_thru (call, to);
	return TRUE;
}

static gboolean
copy_item (sh_call *call, GError **error)
{
	return each_path (call, copy_path, error);
}

static gboolean
move_one (const char *from, const char *to, GError **error)
{
	g_autoptr (GFile) a = g_file_new_for_path (from);
	g_autoptr (GFile) b = g_file_new_for_path (to);
	g_autoptr (GError) e = NULL;

	if (g_file_move (a, b, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &e))
		return TRUE;
	g_set_error (error, SH_ERROR, g_error_matches (
		e, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ? SH_ERROR_NOT_FOUND
		: SH_ERROR_IO, "%s", e->message);
	return FALSE;
}

static gboolean
move_path (sh_call *call, const char *path, GError **error)
{
	g_autofree char *into = destination (call);
	g_autofree char *to = place_for (path, into);

	if (!move_one (path, to, error))
		return FALSE;
	pass_thru (call, to);
	return TRUE;
}

static gboolean
move_item (sh_call *call, GError **error)
{
	return each_path (call, move_path, error);
}

static gboolean
rename_item (sh_call *call, GError **error)
{
	g_autofree char *path = core_path (sh_arg_text (call, "Path"));
	g_autofree char *dir = g_path_get_dirname (path);
	g_autofree char *name = g_path_get_basename (sh_arg_text (call,
								  "NewName"));
	g_autofree char *to = g_build_filename (dir, name, NULL);

	if (!move_one (path, to, error))
		return FALSE;
	pass_thru (call, to);
	return TRUE;
}

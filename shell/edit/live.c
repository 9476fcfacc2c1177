/*
 * live.c - processors, numbers of what is there, files. See live.h.
 */
#include "live.h"

#include <string.h>
#include <unistd.h>

/* A thousand names help nobody. */
#define PATHS_MOST 200

static void
processors (live_func add, gpointer user)
{
	long n = sysconf (_SC_NPROCESSORS_ONLN);

	for (long i = 0; i < n; i++) {
		g_autofree char *text = g_strdup_printf ("%ld", i);

		add (user, text, "processor");
	}
}

/* The values of a field of all that the cmdlet's noun has, once each. */
static void
field_values (sh_interp *in, const vmnet_noun *noun, const char *field,
	      live_func add, gpointer user)
{
	const vmnet_field *f = vmnet_noun_field (noun, field);
	vmnet_view *view = f ? sh_view (in, noun->sections, NULL) : NULL;
	g_autoptr (GPtrArray) rows = view ? vmnet_view_rows (view, noun)
					  : NULL;

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		vmnet_value v = { .type = VMNET_T_NONE };
		g_autoptr (sh_value) shown = NULL;
		g_autofree char *text = NULL;

		f->get (row, &v);
		shown = v.type == VMNET_T_NONE ? NULL : sh_from_core (&v);
		vmnet_value_clear (&v);
		text = shown ? sh_to_text (shown) : NULL;
		if (text != NULL && *text)
			add (user, text, row->key);
	}
}

void
live_values (sh_interp *in, const sh_cmdlet *c, const sh_param *p,
	     live_func add, gpointer user)
{
	const char *name = p->name;

	if (strstr (name, "Processor") && !strstr (name, "Group")
	    && !strstr (name, "Max") && !(p->flags & SH_SWITCH))
		processors (add, user);
	else if (strcmp (name, "MaxProcessorNumber") == 0)
		processors (add, user);
	else if (in != NULL && c->out != NULL && p->type->complete == NULL
		 && p->type->accepted == NULL
		 && strncmp (c->name, "New-", 4) != 0
		 && strncmp (c->name, "Set-", 4) != 0
		 && strncmp (c->name, "Add-", 4) != 0)
		field_values (in, c->out, name, add, user);
}

/* ---- files ---- */

gboolean
live_is_path (const char *word)
{
	return g_str_has_prefix (word, "/") || g_str_has_prefix (word, "./")
	       || g_str_has_prefix (word, "../")
	       || g_str_has_prefix (word, "~/");
}

gboolean
live_takes_path (const sh_param *p)
{
	return strcmp (p->name, "Path") == 0
	       || g_str_has_suffix (p->name, "FilePath")
	       || strcmp (p->name, "LiteralPath") == 0
	       || strcmp (p->name, "Destination") == 0;
}

static gint
by_name (gconstpointer a, gconstpointer b)
{
	return strcmp (*(char *const *) a, *(char *const *) b);
}

static char *
folder_of (const char *half, gsize n)
{
	g_autofree char *dir = g_strndup (half, n);

	if (g_str_has_prefix (dir, "~/"))
		return g_build_filename (g_get_home_dir (), dir + 2, NULL);
	return n ? g_steal_pointer (&dir) : g_strdup (".");
}

void
live_paths (const char *half, live_func add, gpointer user)
{
	const char *slash = strrchr (half, '/');
	gsize n = slash ? (gsize) (slash - half) + 1 : 0;
	g_autofree char *folder = folder_of (half, n);
	g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
	g_autoptr (GPtrArray) found =
		g_ptr_array_new_with_free_func (g_free);
	const char *name;

	while (dir && (name = g_dir_read_name (dir)) != NULL) {
		g_autofree char *full = NULL;

		if (!g_str_has_prefix (name, half + n)
		    || (*name == '.' && half[n] != '.')
		    || !g_utf8_validate (name, -1, NULL))
			continue;
		full = g_build_filename (folder, name, NULL);
		g_ptr_array_add (found, g_strdup_printf (
			"%.*s%s%s", (int) n, half, name,
			g_file_test (full, G_FILE_TEST_IS_DIR) ? "/" : ""));
	}
	g_ptr_array_sort (found, by_name);
	for (guint i = 0; i < found->len && i < PATHS_MOST; i++)
		add (user, found->pdata[i],
		     g_str_has_suffix (found->pdata[i], "/") ? "folder"
		     : "file");
}

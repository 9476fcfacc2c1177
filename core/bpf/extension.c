/*
 * extension.c - the objects of third parties: which are installed, what they
 * say of themselves, and whether the kernel would take them.
 */
#include "bpf/extension.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "bpf/extension/vmnet_extension.h"
#include "bpf/extension_object.h"
#include "model/model.h"

G_STATIC_ASSERT ((int) VMNET_SWITCHEXT_CAPTURE == VMNET_CAPTURE);
G_STATIC_ASSERT ((int) VMNET_SWITCHEXT_FILTER == VMNET_FILTER);
G_STATIC_ASSERT ((int) VMNET_SWITCHEXT_FORWARDING == VMNET_FORWARDING);

void
vmnet_switchext_free (vmnet_switchext *x)
{
	if (x == NULL)
		return;
	g_free (x->path);
	g_free (x->problem);
	g_free (x->id);
	g_free (x->name);
	g_free (x->vendor);
	g_free (x->version);
	g_free (x);
}

const char *
vmnet_switchext_type_text (vmnet_switchext_type type)
{
	switch (type) {
	case VMNET_SWITCHEXT_CAPTURE:
		return "Capture";
	case VMNET_SWITCHEXT_FILTER:
		return "Filter";
	case VMNET_SWITCHEXT_FORWARDING:
		return "Forwarding";
	}
	return "Unknown";
}

static gboolean
bad (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
bad (GError **error, const char *format, ...)
{
	va_list ap;

	va_start (ap, format);
	if (error)
		*error = g_error_new_valist (VMNET_ERROR, VMNET_ERROR_INVALID,
					     format, ap);
	va_end (ap);
	return FALSE;
}

/* ---- the file ---- */

/* What it holds runs in the kernel: nobody else may have put it there. */
static gboolean
only_roots (const char *path, GError **error)
{
	struct stat st;

	if (stat (path, &st) != 0)
		return dp_fail (error, errno, "look at %s", path);
	if ((st.st_uid == 0 || st.st_uid == geteuid ()) &&
	    !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return TRUE;
	return bad (error, "others than root may write %s; chown root it, and "
		    "chmod go-w", path);
}

static GBytes *
read_file (const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname (path);
	g_autoptr (GError) e = NULL;
	char *bytes;
	gsize size;

	if (!only_roots (folder, error) || !only_roots (path, error))
		return NULL;
	if (g_file_get_contents (path, &bytes, &size, &e))
		return g_bytes_new_take (bytes, size);
	bad (error, "%s", e->message);
	return NULL;
}

/* ---- its description ---- */

static char *
take_text (const char *text, gsize size)
{
	gsize n = strnlen (text, size);

	return n > 0 && n < size && g_utf8_validate (text, n, NULL)
		? g_strdup (text) : NULL;
}

static gboolean
take_description (const struct vmnet_extension *v, vmnet_switchext *x,
		  GError **error)
{
	if (v->magic != VMNET_EXTENSION_MAGIC)
		return bad (error, "its section " VMNET_EXTENSION_SECTION
			    " is no description; use VMNET_EXTENSION of "
			    "vmnet_extension.h");
	if (v->abi != VMNET_EXTENSION_ABI)
		return bad (error, "it was compiled with the header of version "
			    "%u; compile it anew with that of version %u",
			    v->abi, VMNET_EXTENSION_ABI);
	x->name = take_text (v->name, sizeof v->name);
	x->vendor = take_text (v->vendor, sizeof v->vendor);
	x->version = take_text (v->version, sizeof v->version);
	x->id = take_text (v->id, sizeof v->id);
	x->type = v->type;
	if (x->name == NULL)
		return bad (error, "its description has no name in UTF-8");
	if (strchr (x->name, '/') != NULL)
		return bad (error, "its name '%s' has a '/' in it", x->name);
	if (x->id == NULL || !g_uuid_string_is_valid (x->id))
		return bad (error, "its description has no GUID");
	if (x->type < VMNET_SWITCHEXT_CAPTURE ||
	    x->type > VMNET_SWITCHEXT_FORWARDING)
		return bad (error, "its description has the type %u; there are "
			    "Capture (1), Filter (2) and Forwarding (3)",
			    x->type);
	return TRUE;
}

static gboolean
read_description (struct bpf_object *o, vmnet_switchext *x, GError **error)
{
	struct bpf_map *m;

	bpf_object__for_each_map (m, o) {
		const char *name = bpf_map__name (m);
		size_t size;
		const void *value = bpf_map__initial_value (m, &size);

		if (value && g_str_has_suffix (VMNET_EXTENSION_SECTION, name) &&
		    size >= sizeof (struct vmnet_extension))
			return take_description (value, x, error);
	}
	return bad (error, "it has no description (section "
		    VMNET_EXTENSION_SECTION "); use VMNET_EXTENSION of "
		    "vmnet_extension.h");
}

/* ---- its program ---- */

static gboolean
check_program (struct bpf_object *o, GError **error)
{
	struct bpf_program *p = bpf_object__next_program (o, NULL);
	struct bpf_map *m;

	if (p == NULL || bpf_object__next_program (o, p) != NULL ||
	    strcmp (bpf_program__name (p), VMNET_EXTENSION_PROGRAM) != 0)
		return bad (error, "it has %s%s; an extension has one, "
			    VMNET_EXTENSION_PROGRAM " (VMNET_FRAME of "
			    "vmnet_extension.h)", p == NULL ? "no program" :
			    bpf_object__next_program (o, p) ?
			    "several programs" : "the program ",
			    p && !bpf_object__next_program (o, p)
			    ? bpf_program__name (p) : "");
	if (bpf_program__type (p) != BPF_PROG_TYPE_SOCKET_FILTER)
		return bad (error, "its program is of the wrong type: section "
			    "\"%s\", and not \"socket\"",
			    bpf_program__section_name (p));
	bpf_object__for_each_map (m, o)
		if (bpf_map__type (m) == BPF_MAP_TYPE_PROG_ARRAY)
			return bad (error, "its map %s is for calls of other "
				    "programs, from which nothing comes back",
				    bpf_map__name (m));
	return TRUE;
}

/* No map of another owner, whatever the object asks for. */
static gboolean
forget_pins (struct bpf_object *o)
{
	struct bpf_map *m;

	bpf_object__for_each_map (m, o)
		if (bpf_map__set_pin_path (m, NULL) != 0)
			return FALSE;
	return TRUE;
}

static dp_object *
open_object (GBytes *bytes, GError **error)
{
	gsize size;
	const void *data = g_bytes_get_data (bytes, &size);
	dp_object *x = NULL;

	if (size < 4 || memcmp (data, "\177ELF", 4) != 0) {
		bad (error, "it is no object file (ELF)");
		return NULL;
	}
	x = dp_object_open (data, size, NULL);
	if (x == NULL)
		bad (error, "libbpf cannot read it: %s; it must be compiled "
		     "with clang -target bpf -O2 -g", g_strerror (errno));
	return x;
}

dp_object *
extension_open (GBytes *bytes, GError **error)
{
	g_autoptr (dp_object) x = open_object (bytes, error);

	if (x == NULL || !check_program (x->o, error))
		return NULL;
	if (forget_pins (x->o))
		return g_steal_pointer (&x);
	bad (error, "its maps' pins cannot be left out");
	return NULL;
}

gboolean
extension_verify (dp_object *x, GError **error)
{
	g_autoptr (GError) e = NULL;

	return dp_object_load (x, "load it as a socket filter", &e) ||
		bad (error, "the kernel's verifier refuses it: %s",
		     e->message);
}

GBytes *
extension_bytes (const vmnet_switchext *x, GError **error)
{
	g_autoptr (GBytes) bytes = read_file (x->path, error);
	gsize size;
	const void *data;

	if (bytes == NULL)
		return NULL;
	data = g_bytes_get_data (bytes, &size);
	if (dp_digest (0, data, size) == x->digest)
		return g_steal_pointer (&bytes);
	bad (error, "the file was changed just now; try again");
	return NULL;
}

static gboolean
say_which (const vmnet_switchext *x, GError **error)
{
	g_prefix_error (error, "extension '%s' (%s): ", x->name, x->path);
	return FALSE;
}

gboolean
datapath_extension_check (const vmnet_switchext *x, GError **error)
{
	g_autoptr (GBytes) bytes = extension_bytes (x, error);
	g_autoptr (dp_object) o = bytes ? extension_open (bytes, error) : NULL;

	return (o && extension_verify (o, error)) || say_which (x, error);
}

static gboolean
fill (vmnet_switchext *x, GError **error)
{
	g_autoptr (GBytes) bytes = read_file (x->path, error);
	g_autoptr (dp_object) o = NULL;
	gsize size;
	const void *data;

	if (bytes == NULL)
		return FALSE;
	data = g_bytes_get_data (bytes, &size);
	x->digest = dp_digest (0, data, size);
	o = open_object (bytes, error);
	return o && read_description (o->o, x, error) &&
		check_program (o->o, error);
}

vmnet_switchext *
datapath_extension_read (const char *path)
{
	vmnet_switchext *x = g_new0 (vmnet_switchext, 1);
	g_autoptr (GError) e = NULL;

	libbpf_set_print (NULL);
	x->path = g_strdup (path);
	if (!fill (x, &e))
		x->problem = g_strdup (e->message);
	if (x->name == NULL)
		x->name = g_path_get_basename (path);
	return x;
}

/* ---- all of them ---- */

static gint
by_name (gconstpointer a, gconstpointer b)
{
	const vmnet_switchext *x = *(vmnet_switchext *const *) a;
	const vmnet_switchext *y = *(vmnet_switchext *const *) b;

	return g_ascii_strcasecmp (x->name, y->name);
}

static gint
by_path (gconstpointer a, gconstpointer b)
{
	return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
is_there (const GPtrArray *all, const vmnet_switchext *x)
{
	for (guint i = 0; i < all->len; i++)
		if (model_name_equal (((vmnet_switchext *)
				       all->pdata[i])->name, x->name))
			return TRUE;
	return FALSE;
}

static void
add_folder (GPtrArray *all, const char *folder)
{
	g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
	g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
		if (g_str_has_suffix (name, ".o"))
			g_ptr_array_add (files, g_build_filename (folder, name,
								  NULL));
	g_ptr_array_sort (files, by_path);
	for (guint i = 0; i < files->len; i++) {
		vmnet_switchext *x = datapath_extension_read (files->pdata[i]);

		if (is_there (all, x))
			vmnet_switchext_free (x);
		else
			g_ptr_array_add (all, x);
	}
}

GPtrArray *
datapath_extensions_installed (const char *const *folders)
{
	GPtrArray *all = g_ptr_array_new_with_free_func
		((GDestroyNotify) vmnet_switchext_free);

	for (; *folders; folders++)
		add_folder (all, *folders);
	g_ptr_array_sort (all, by_name);
	return all;
}

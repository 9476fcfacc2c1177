/*
 * destroy.c - which labs there are, and removing one with everything that it
 * left anywhere. Called through vmnet.h by `vmnetsh --lab --destroy`.
 */
#include "config.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "host.h"
#include "lab/room.h"

#define TREE_FDS 16

/* ---- list ---- */

/* The lab that a namespace belongs to: "vmnetsh-LAB[-outside|-vm-NAME]". */
static char *
lab_of_netns (const char *netns)
{
	const char *lab = netns + strlen (LAB_PREFIX);
	const char *vm = strstr (lab, LAB_VM_INFIX);

	if (vm)
		return g_strndup (lab, (gsize) (vm - lab));
	if (g_str_has_suffix (lab, LAB_OUTSIDE_SUFFIX))
		return g_strndup (lab, strlen (lab) -
				  strlen (LAB_OUTSIDE_SUFFIX));
	return g_strdup (lab);
}

static void
list_add (GPtrArray *out, char *owned)
{
	if (owned[0] == '\0' ||
	    g_ptr_array_find_with_equal_func (out, owned, g_str_equal, NULL))
		g_free (owned);
	else
		g_ptr_array_add (out, owned);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
	return strcmp (*(char *const *) a, *(char *const *) b);
}

/* What a half-failed destroy left behind counts too. */
char **
vmnet_lab_list (void)
{
	g_autoptr (GPtrArray) netns = netns_names (LAB_PREFIX);
	g_autoptr (GDir) dir = g_dir_open (HOST_RUN, 0, NULL);
	GPtrArray *out = g_ptr_array_new ();
	const char *name;

	for (guint i = 0; i < netns->len; i++)
		list_add (out, lab_of_netns (g_ptr_array_index (netns, i)));
	while (dir && (name = g_dir_read_name (dir)) != NULL)
		if (g_str_has_prefix (name, "lab-") && !strchr (name, '.'))
			list_add (out, g_strdup (name + strlen ("lab-")));
	g_ptr_array_sort (out, compare_names);
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_free (out, FALSE);
}

/* ---- destroy ---- */

static int
tree_entry (const char *path, const struct stat *st, int flag,
	    struct FTW *where)
{
	return remove (path);
}

/* Neither through a symbolic link nor into another file system. */
static gboolean
tree_remove (const char *path, GError **error)
{
	if (nftw (path, tree_entry, TREE_FDS,
		  FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 || errno == ENOENT)
		return TRUE;
	return lab_fail (error, errno, "remove folder %s", path);
}

/* Every namespace of the lab, VMs first, the host last. */
static GPtrArray *
destroy_netns (const char *lab)
{
	g_autofree char *prefix = lab_vm_netns_name (lab, "", NULL);
	GPtrArray *out = netns_names (prefix);

	g_ptr_array_add (out, lab_outside_netns (lab));
	g_ptr_array_add (out, lab_host_netns (lab));
	return out;
}

typedef gboolean (*destroy_func) (int fd, const char *what,
				const char *run_dir, GError **error);

static gboolean
destroy_each (const GPtrArray *netns, const char *run_dir, destroy_func func,
	      GError **error)
{
	for (guint i = 0; i < netns->len; i++) {
		const char *name = g_ptr_array_index (netns, i);
		g_autofree char *what = g_strdup_printf
			("network namespace '%s'", name);
		gboolean ok;
		int fd;

		if (!netns_exists (name))
			continue;
		fd = netns_open (name, error);
		if (fd < 0)
			return FALSE;
		ok = func (fd, what, run_dir, error);
		close (fd);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

/* Mounted more than once is possible, after a crash in the middle. */
static gboolean
destroy_sys (const char *run_dir, GError **error)
{
	g_autofree char *path = g_build_filename (run_dir, "sys", NULL);

	while (umount2 (path, MNT_DETACH) == 0)
		;
	if (errno == EINVAL || errno == ENOENT)
		return TRUE;
	return lab_fail (error, errno, "unmount %s", path);
}

/*
 * First everything that may refuse, then what cannot be had back. The run
 * folder goes last, so that a destroy which failed can be run again.
 */
static gboolean
destroy_all (lab_room *l, GError **error)
{
	g_autoptr (GPtrArray) netns = destroy_netns (l->name);
	g_autofree char *pins = lab_dir (HOST_PINS, l->name);
	g_autofree char *state = lab_dir (HOST_STATE, l->name);
	g_autofree char *resolver = lab_resolver_folder (l->name);

	if (!destroy_each (netns, l->run_dir, process_check_netns, error) ||
	    !outside_stop (l->run_dir, error) ||
	    !destroy_each (netns, l->run_dir, process_clear_netns, error) ||
	    !destroy_each (netns, l->run_dir, lend_return, error))
		return FALSE;
	if (g_file_test (pins, G_FILE_TEST_IS_DIR) &&
	    !datapath_remove (pins, error))
		return FALSE;
	if (!destroy_sys (l->run_dir, error))
		return FALSE;
	for (guint i = 0; i < netns->len; i++)
		if (!netns_del (g_ptr_array_index (netns, i), error))
			return FALSE;
	return tree_remove (resolver, error) && tree_remove (state, error) &&
		tree_remove (l->run_dir, error);
}

static gboolean
destroy_is_there (const char *lab, GError **error)
{
	g_auto (GStrv) all = vmnet_lab_list ();
	g_autofree char *state = lab_dir (HOST_STATE, lab);
	g_autofree char *names = NULL;

	if (g_strv_contains ((const char *const *) all, lab) ||
	    g_file_test (state, G_FILE_TEST_IS_DIR))
		return TRUE;
	names = g_strjoinv (", ", all);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "no lab '%s'; %s%s", lab,
		     all[0] ? "there are: " : "there is none", names);
	return FALSE;
}

gboolean
vmnet_lab_destroy (const char *lab, GError **error)
{
	g_autofree char *run_dir = lab_dir (HOST_RUN, lab);
	lab_room l;
	gboolean ok;

	if (!host_lab_name_ok (lab, error) || !lab_name_check (lab, error) ||
	    !lab_privilege (error) || !destroy_is_there (lab, error) ||
	    !lab_room_lock (&l, lab, run_dir, error))
		return FALSE;
	ok = destroy_all (&l, error);
	if (ok)
		lab_room_unlink (&l);
	else
		g_prefix_error (error, "destroy lab '%s': ", lab);
	lab_room_close (&l);
	return ok;
}

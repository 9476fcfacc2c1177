/*
 * guest.c - see guest.h.
 */
#include "move/guest.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "move/qmp.h"

void
guest_clear (guest *g)
{
	g_clear_pointer (&g->argv, g_strfreev);
	g_clear_pointer (&g->cwd, g_free);
	g_clear_pointer (&g->qmp, g_free);
	g_clear_pointer (&g->libvirt, g_free);
}

/* ---- which process ---- */

/* Another namespace may have a tap of the same name. */
static gboolean
is_here (int pid)
{
	int fd = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	g_autoptr (GArray) pids = NULL;
	gboolean here = FALSE;

	if (fd < 0)
		return FALSE;
	pids = proc_in_netns (fd);
	close (fd);
	for (guint i = 0; i < pids->len && !here; i++)
		here = g_array_index (pids, int, i) == pid;
	return here;
}

static gboolean
has_port (const vmnet_model *m, const char *vm, const char *interface)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *port = names_port (a);

		if (model_name_equal (a->vm, vm) &&
		    strcmp (port, interface) == 0)
			return TRUE;
	}
	return FALSE;
}

static int
find_pid (const vmnet_model *m, const char *vm)
{
	g_autoptr (GPtrArray) all = proc_guests ();
	int pid = 0;

	for (guint i = 0; i < all->len && pid == 0; i++) {
		const proc_guest *g = all->pdata[i];

		if (has_port (m, vm, g->interface) && is_here (g->pid))
			pid = g->pid;
	}
	return pid;
}

static GStrv
split_arguments (const char *text, gsize length)
{
	g_autoptr (GStrvBuilder) out = g_strv_builder_new ();

	for (gsize at = 0; at < length; at += strlen (text + at) + 1)
		g_strv_builder_add (out, text + at);
	return g_strv_builder_end (out);
}

char *
guest_qmp_path (const char *const *argv)
{
	for (gsize i = 0; argv[i] && argv[i + 1]; i++) {
		const char *path = argv[i + 1];

		if (strcmp (argv[i], "-qmp") != 0 &&
		    strcmp (argv[i], "--qmp") != 0)
			continue;
		if (g_str_has_prefix (path, "unix:"))
			return g_strndup (path + 5, strcspn (path + 5, ","));
	}
	return NULL;
}

/* libvirt has the monitor of its guests to itself, under this name. */
static gboolean
is_libvirts (const char *const *argv)
{
	for (gsize i = 0; argv[i] && argv[i + 1]; i++)
		if (strcmp (argv[i], "-mon") == 0 &&
		    g_str_has_prefix (argv[i + 1], "chardev=charmonitor,"))
			return TRUE;
	return FALSE;
}

gboolean
guest_find (vmnet_host *h, const vmnet_model *m, const char *vm, guest *out,
	    GError **error)
{
	g_autofree char *text = NULL, *where = NULL;
	gsize length = 0;

	*out = (guest) { .pid = find_pid (m, vm) };
	if (out->pid == 0)
		return TRUE;
	text = proc_args (out->pid, &length, &where);
	if (text == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "VM '%s': its process %d has just ended", vm,
			     out->pid);
		return FALSE;
	}
	out->argv = split_arguments (text, length);
	out->cwd = proc_cwd (out->pid);
	out->qmp = guest_qmp_path ((const char *const *) out->argv);
	if (is_libvirts ((const char *const *) out->argv))
		out->libvirt = proc_guest_name (text, length);
	return TRUE;
}

/* ---- its state ---- */

/* Where libvirt's daemon of the system keeps what it knows of a running guest, and
 * the memory of a saved one (managedsave). */
#define LIBVIRT_STATUS "/run/libvirt/qemu/%s.xml"
#define LIBVIRT_SAVED "/var/lib/libvirt/qemu/save/%s.save"

static gboolean
libvirt_paused (const char *name)
{
	g_autofree char *file = g_strdup_printf (LIBVIRT_STATUS, name);
	g_autofree char *text = NULL;

	return g_file_get_contents (file, &text, NULL, NULL) &&
		strstr (text, "<domstatus state='paused'") != NULL;
}

static gboolean
libvirt_saved (const char *name)
{
	g_autofree char *file = g_strdup_printf (LIBVIRT_SAVED, name);

	return g_file_test (file, G_FILE_TEST_EXISTS);
}

static gboolean
qemu_paused (const char *monitor)
{
	g_autoptr (qmp) q = qmp_glance (monitor);
	g_autofree char *status = q ? qmp_status (q, NULL) : NULL;

	return g_strcmp0 (status, "paused") == 0;
}

const char *
guest_state (const char *name, int pid)
{
	g_auto (GStrv) argv = NULL;
	g_autofree char *text = NULL, *where = NULL, *monitor = NULL;
	gsize length = 0;

	if (pid == 0)
		return libvirt_saved (name) ? "Saved" : "Off";
	text = proc_args (pid, &length, &where);
	argv = text ? split_arguments (text, length) : NULL;
	if (argv == NULL)
		return "Running";
	monitor = guest_qmp_path ((const char *const *) argv);
	if (is_libvirts ((const char *const *) argv)
	    ? libvirt_paused (name) : monitor && qemu_paused (monitor))
		return "Paused";
	return "Running";
}

/* ---- its arguments over there ---- */

/* "tap,id=n0,ifname=vp2,script=no" with the other name; owned. */
static char *
rename_tap (const char *text, GHashTable *ports)
{
	const char *at = strstr (text, "ifname=");
	g_autofree char *name = NULL;
	const char *there;

	if (at == NULL)
		return g_strdup (text);
	at += strlen ("ifname=");
	name = g_strndup (at, strcspn (at, ","));
	there = g_hash_table_lookup (ports, name);
	if (there == NULL)
		return g_strdup (text);
	return g_strdup_printf ("%.*s%s%s", (int) (at - text), text, there,
				at + strlen (name));
}

/* How many words to leave out at this one. */
static gsize
own_start (const char *word)
{
	static const char *const with_value[] = { "-incoming", "-loadvm" };

	for (gsize i = 0; i < G_N_ELEMENTS (with_value); i++)
		if (strcmp (word, with_value[i]) == 0 ||
		    (word[0] == '-' && strcmp (word + 1, with_value[i]) == 0))
			return 2;
	return strcmp (word, "-S") == 0 || strcmp (word, "--S") == 0;
}

static gboolean
is_foreign_tap (const char *word)
{
	return g_str_has_prefix (word, "tap,") &&
		(strstr (word, ",fd=") || strstr (word, ",fds="));
}

GStrv
guest_arguments (const guest *g, GHashTable *ports, GError **error)
{
	g_autoptr (GStrvBuilder) out = g_strv_builder_new ();

	for (gsize i = 0; g->argv[i]; i++) {
		gsize skip = own_start (g->argv[i]);
		g_autofree char *word = NULL;

		if (skip) {
			i += skip == 2 && g->argv[i + 1];
			continue;
		}
		if (is_foreign_tap (g->argv[i])) {
			g_set_error (error, VMNET_ERROR,
				     VMNET_ERROR_UNSUPPORTED,
				     "process %d was given its tap by another "
				     "program; that one has to move it (virsh "
				     "migrate)", g->pid);
			return NULL;
		}
		word = rename_tap (g->argv[i], ports);
		g_strv_builder_add (out, word);
	}
	return g_strv_builder_end (out);
}

/*
 * datapath.c - opens the pinned set of BPF maps and programs of a host, or has
 * load.c make it. Called by host.c; the lab removes the pins of a lab.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <glib/gstdio.h>

#define BPFFS "/sys/fs/bpf"

const char *const dp_map_names[DP_MAPS] = {
	[DP_MAP_VERSION] = "version",
	[DP_MAP_PORTS] = "ports",
	[DP_MAP_FAR_PORTS] = "far_ports",
	[DP_MAP_STATIONS] = "stations",
	[DP_MAP_OUTSIDE] = "outside",
	[DP_MAP_HOME] = "home",
	[DP_MAP_AGREED] = "agreed",
	[DP_MAP_STORMS] = "storms",
	[DP_MAP_ADDRESSES] = "addresses",
	[DP_MAP_PARTNERS] = "partners",
	[DP_MAP_HANDED] = "handed",
	[DP_MAP_ACL_STATE] = "acl_state",
	[DP_MAP_ACL] = "acl",
	[DP_MAP_VERDICTS] = "verdicts",
	[DP_MAP_EXT_STATE] = "ext_state",
	[DP_MAP_EXT] = "ext",
	[DP_MAP_CONNECTIONS] = "connections",
	[DP_MAP_CHAINS] = "chains",
	[DP_MAP_METERS] = "meters",
	[DP_MAP_NEAR_METERS] = "near_meters",
	[DP_MAP_TOTALS] = "totals",
	[DP_MAP_PASSED] = "passed",
	[DP_MAP_READER] = "reader",
	[DP_MAP_DROPS] = "drops",
	[DP_MAP_DROPS_LOST] = "drops_lost",
	[DP_MAP_TEAM_MEMBERS] = "team_members",
	[DP_MAP_TEAM_PORTS] = "team_ports",
	[DP_MAP_TEAM_MACS] = "team_macs",
	[DP_MAP_TEAM_CARDS] = "team_cards",
	[DP_MAP_TEAM_GUESTS] = "team_guests",
	[DP_MAP_TEAM_COUNTS] = "team_counts",
	[DP_MAP_TEAM_LANES] = "team_lanes",
	[DP_MAP_TEAM_LOADS] = "team_loads",
	[DP_MAP_TEAM_FLOWS] = "team_flows",
	[DP_MAP_MIRRORS] = "mirrors",
	[DP_MAP_MIRROR_PORTS] = "mirror_ports",
	[DP_MAP_COPYING] = "copying",
	[DP_MAP_COPIES] = "copies",
	[DP_MAP_QOS_SET] = "qos_set",
	[DP_MAP_QOS_NICS] = "qos_nics",
	[DP_MAP_QOS_COUNTS] = "qos_counts",
	[DP_MAP_VMQ_MACS] = "vmq_macs",
	[DP_MAP_VMQ_QUEUES] = "vmq_queues",
	[DP_MAP_VMQ_STATS] = "vmq_stats",
	[DP_MAP_VMQ_IDS] = "vmq_ids",
};

const char *const dp_prog_names[DP_PROGS] = {
	[DP_PROG_IN] = "vmnet_in",
	[DP_PROG_OUT] = "vmnet_out",
	[DP_PROG_TEAM_IN] = "vmnet_team_in",
	[DP_PROG_TEAM_OUT] = "vmnet_team_out",
	[DP_PROG_UPLINK_IN] = "vmnet_uplink_in",
	[DP_PROG_UPLINK_OUT] = "vmnet_uplink_out",
	[DP_PROG_TUNNEL] = "vmnet_tunnel",
	[DP_PROG_COPY_LOST] = "vmnet_copy_lost",
	[DP_PROG_QOS] = "vmnet_qos",
	[DP_PROG_FDB_UPDATE] = "vmnet_fdb_update",
	[DP_PROG_FDB_DELETE] = "vmnet_fdb_delete",
	[DP_PROG_FDB_ADD] = "vmnet_fdb_add",
	[DP_PROG_FDB_EXTERN] = "vmnet_fdb_extern",
	[DP_PROG_VMQ] = "vmnet_vmq",
	[DP_PROG_VMQ_FULL] = "vmnet_vmq_full",
};

char *
dp_pin_path (const char *pin_dir, const char *folder, const char *name)
{
	return g_build_filename (pin_dir, folder, name, NULL);
}

static vmnet_error
error_code (int err)
{
	if (err == EPERM || err == EACCES)
		return VMNET_ERROR_PERMISSION;
	if (err == ENOSYS || err == EOPNOTSUPP)
		return VMNET_ERROR_UNSUPPORTED;
	return VMNET_ERROR_FAILED;
}

gboolean
dp_fail (GError **error, int err, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list ap;

	err = ABS (err);
	va_start (ap, format);
	what = g_strdup_vprintf (format, ap);
	va_end (ap);
	g_set_error (error, VMNET_ERROR, error_code (err), "%s: %s", what,
		     g_strerror (err));
	return FALSE;
}

static gboolean
is_bpffs (const char *path)
{
	struct statfs fs;

	return statfs (path, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

/* A path counts as below the bpffs when its nearest existing folder is. */
static gboolean
below_bpffs (const char *path)
{
	g_autofree char *p = g_strdup (path);

	while (!g_file_test (p, G_FILE_TEST_EXISTS) && strlen (p) > 1) {
		char *up = g_path_get_dirname (p);

		g_free (p);
		p = up;
	}
	return is_bpffs (p);
}

static gboolean
ensure_bpffs (const char *pin_dir, GError **error)
{
	if (below_bpffs (pin_dir))
		return TRUE;
	if (!g_str_has_prefix (pin_dir, BPFFS "/")) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "pin folder %s: not on a bpf file system; use one "
			     "below " BPFFS, pin_dir);
		return FALSE;
	}
	if (!g_file_test (BPFFS, G_FILE_TEST_IS_DIR)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "mount " BPFFS ": no such folder; the kernel "
			     "needs CONFIG_BPF_SYSCALL, and sysfs on /sys");
		return FALSE;
	}
	if (mount ("bpf", BPFFS, "bpf", 0, "mode=0700") != 0)
		return dp_fail (error, errno, "mount a bpf file system on "
				BPFFS);
	return TRUE;
}

static gboolean
ensure_folders (const char *pin_dir, GError **error)
{
	g_autofree char *maps = dp_pin_path (pin_dir, DP_FOLDER_MAPS, NULL);
	g_autofree char *progs = dp_pin_path (pin_dir, DP_FOLDER_PROGS, NULL);

	if (g_mkdir_with_parents (maps, 0700) != 0 ||
	    g_mkdir_with_parents (progs, 0700) != 0)
		return dp_fail (error, errno, "make pin folder %s", pin_dir);
	return TRUE;
}

static int
open_pin (const datapath *d, const char *folder, const char *name)
{
	g_autofree char *path = dp_pin_path (d->pin_dir, folder, name);

	return bpf_obj_get (path);
}

static gboolean
open_pins (datapath *d)
{
	int i;

	for (i = 0; i < DP_MAPS; i++) {
		d->maps[i] = open_pin (d, DP_FOLDER_MAPS, dp_map_names[i]);
		if (d->maps[i] < 0)
			return FALSE;
	}
	for (i = 0; i < DP_PROGS; i++) {
		d->progs[i] = open_pin (d, DP_FOLDER_PROGS, dp_prog_names[i]);
		if (d->progs[i] < 0)
			return FALSE;
	}
	return TRUE;
}

static void
close_fd (int *fd)
{
	if (*fd >= 0)
		close (*fd);
	*fd = -1;
}

static void
close_all (datapath *d)
{
	int i;

	for (i = 0; i < DP_MAPS; i++)
		close_fd (&d->maps[i]);
	for (i = 0; i < DP_PROGS; i++)
		close_fd (&d->progs[i]);
	for (i = 0; i < DP_SHARDS; i++)
		close_fd (&d->shards[i]);
}

/* The version of the pinned set; layout 0: none, or one not finished. */
static struct dp_version
version_pinned (const datapath *d)
{
	struct dp_version v = { 0 };
	int fd = open_pin (d, DP_FOLDER_MAPS, dp_map_names[DP_MAP_VERSION]);
	guint32 zero = 0;

	if (fd >= 0) {
		if (bpf_map_lookup_elem (fd, &zero, &v) != 0)
			v = (struct dp_version) { 0 };
		close (fd);
	}
	return v;
}

/* The caller holds the lock, so that two processes do not both load. */
static gboolean
open_or_load (datapath *d, GError **error)
{
	struct dp_version there = version_pinned (d);
	struct dp_version ours = dp_version_built ();

	if (there.layout == ours.layout && there.digest == ours.digest &&
	    open_pins (d))
		return TRUE;
	close_all (d);
	return dp_load (d, there.layout == ours.layout, error);
}

gboolean
dp_program_id (int fd, guint32 *id, GError **error)
{
	struct bpf_prog_info info = { 0 };
	guint32 len = sizeof info;

	if (bpf_obj_get_info_by_fd (fd, &info, &len) != 0)
		return dp_fail (error, errno, "look at a BPF program");
	*id = info.id;
	return TRUE;
}

static gboolean
read_ids (datapath *d, GError **error)
{
	for (int i = 0; i < DP_PROGS; i++)
		if (!dp_program_id (d->progs[i], &d->prog_ids[i], error))
			return FALSE;
	return TRUE;
}

static datapath *
datapath_new (const char *pin_dir)
{
	datapath *d = g_new0 (datapath, 1);

	d->pin_dir = g_strdup (pin_dir);
	memset (d->maps, -1, sizeof d->maps);
	memset (d->progs, -1, sizeof d->progs);
	memset (d->shards, -1, sizeof d->shards);
	d->threads = proc_scan_new ("cpumap/");
	d->processors = libbpf_num_possible_cpus ();
	return d;
}

datapath *
datapath_open (const char *pin_dir, GError **error)
{
	g_autoptr (datapath) d = datapath_new (pin_dir);
	gboolean ok;
	int lock;

	libbpf_set_print (NULL);
	if (d->processors <= 0) {
		dp_fail (error, d->processors, "count processors");
		return NULL;
	}
	if (!ensure_bpffs (pin_dir, error) || !ensure_folders (pin_dir, error))
		return NULL;
	lock = open (pin_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock (lock, LOCK_EX) != 0) {
		dp_fail (error, errno, "lock pin folder %s", pin_dir);
		close_fd (&lock);
		return NULL;
	}
	ok = open_or_load (d, error) && read_ids (d, error);
	close (lock);
	return ok ? g_steal_pointer (&d) : NULL;
}

void
datapath_close (datapath *d)
{
	if (d == NULL)
		return;
	close_all (d);
	proc_scan_free (d->threads);
	g_free (d->pin_dir);
	g_free (d);
}

void
dp_remove_folder (const char *path)
{
	g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
		g_autofree char *pin = g_build_filename (path, name, NULL);

		g_unlink (pin);
	}
	g_rmdir (path);
}

gboolean
datapath_remove (const char *pin_dir, GError **error)
{
	g_autoptr (GDir) dir = g_dir_open (pin_dir, 0, NULL);
	const char *name;

	if (dir == NULL)
		return TRUE;
	while ((name = g_dir_read_name (dir)) != NULL) {
		g_autofree char *folder = dp_pin_path (pin_dir, name, NULL);

		dp_remove_folder (folder);
	}
	if (g_rmdir (pin_dir) != 0)
		return dp_fail (error, errno, "remove pin folder %s", pin_dir);
	return TRUE;
}

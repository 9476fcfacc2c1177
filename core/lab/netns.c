/*
 * netns.c - named network namespaces: bind mounts in /run/netns, made the way
 * `ip netns` makes them so that it finds them too. Called by lab.c and vm.c.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lab/room.h"

#define NETNS_DIR "/run/netns"
#define NSFS 0x6e736673		/* NSFS_MAGIC */

static char *
netns_path (const char *name)
{
	return g_build_filename (NETNS_DIR, name, NULL);
}

gboolean
netns_exists (const char *name)
{
	g_autofree char *path = netns_path (name);
	struct statfs fs;

	return statfs (path, &fs) == 0 && fs.f_type == NSFS;
}

int
netns_open (const char *name, GError **error)
{
	g_autofree char *path = netns_path (name);
	int fd = -1;

	if (netns_exists (name))
		fd = open (path, O_RDONLY | O_CLOEXEC);
	else
		errno = ENOENT;
	if (fd < 0)
		lab_fail (error, errno, "open network namespace '%s'", name);
	return fd;
}

/*
 * The folder is a shared mount: otherwise a namespace deleted here would live
 * on in the mount namespaces of others. Held under the lock that iproute2
 * takes as well.
 */
static gboolean
netns_dir_ensure (GError **error)
{
	gboolean ok;
	int fd;

	if (g_mkdir_with_parents (NETNS_DIR, 0755) < 0)
		return lab_fail (error, errno, "make folder " NETNS_DIR);
	fd = open (NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock (fd, LOCK_EX) < 0) {
		lab_fail (error, errno, "lock " NETNS_DIR);
		if (fd >= 0)
			close (fd);
		return FALSE;
	}
	ok = mount ("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL) == 0 ||
		(errno == EINVAL &&
		 mount (NETNS_DIR, NETNS_DIR, "none", MS_BIND | MS_REC,
			NULL) == 0 &&
		 mount ("", NETNS_DIR, "none", MS_SHARED | MS_REC,
			NULL) == 0);
	if (!ok)
		lab_fail (error, errno, "make " NETNS_DIR " a shared mount");
	close (fd);
	return ok;
}

/* In a thread of its own, whose new namespace is bound to the path. */
static gboolean
netns_bind_new (gpointer user, GError **error)
{
	const char *path = user;

	if (unshare (CLONE_NEWNET) < 0) {
		if (errno != EINVAL)
			return lab_fail (error, errno,
					 "make network namespace %s", path);
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "make network namespace %s: the kernel was built "
			     "without CONFIG_NET_NS", path);
		return FALSE;
	}
	if (mount ("/proc/thread-self/ns/net", path, "none", MS_BIND,
		   NULL) < 0)
		return lab_fail (error, errno, "mount network namespace %s",
				 path);
	return TRUE;
}

gboolean
netns_add (const char *name, gboolean *made, GError **error)
{
	g_autofree char *path = netns_path (name);
	gboolean there = netns_exists (name);
	int fd;

	if (made)
		*made = !there;
	if (there)
		return TRUE;
	if (!netns_dir_ensure (error))
		return FALSE;
	fd = open (path, O_RDONLY | O_CREAT | O_CLOEXEC, 0);
	if (fd < 0)
		return lab_fail (error, errno, "make file %s", path);
	close (fd);
	if (netns_run (-1, netns_bind_new, path, error))
		return TRUE;
	unlink (path);
	return FALSE;
}

gboolean
netns_rename (const char *name, const char *new_name, GError **error)
{
	g_autofree char *from = netns_path (name), *to = netns_path (new_name);
	int fd;

	if (netns_exists (new_name))
		return lab_fail (error, EEXIST, "name network namespace '%s' "
				 "'%s'", name, new_name);
	fd = open (to, O_RDONLY | O_CREAT | O_CLOEXEC, 0);
	if (fd < 0)
		return lab_fail (error, errno, "make file %s", to);
	close (fd);
	if (mount (from, to, "none", MS_BIND, NULL) == 0)
		return netns_del (name, error);
	lab_fail (error, errno, "name network namespace '%s' '%s'", name,
		  new_name);
	unlink (to);
	return FALSE;
}

gboolean
netns_del (const char *name, GError **error)
{
	g_autofree char *path = netns_path (name);

	if (umount2 (path, MNT_DETACH) < 0 && errno != EINVAL &&
	    errno != ENOENT)
		return lab_fail (error, errno, "unmount %s", path);
	if (unlink (path) < 0 && errno != ENOENT)
		return lab_fail (error, errno, "remove %s", path);
	return TRUE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
	return strcmp (*(char *const *) a, *(char *const *) b);
}

GPtrArray *
netns_names (const char *prefix)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GDir) dir = g_dir_open (NETNS_DIR, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name (dir)) != NULL)
		if (g_str_has_prefix (name, prefix) && netns_exists (name))
			g_ptr_array_add (out, g_strdup (name));
	g_ptr_array_sort (out, compare_names);
	return out;
}

typedef struct {
	int fd;
	netns_func func;
	gpointer user;
	GError *error;
} netns_job;

static gpointer
netns_thread (gpointer data)
{
	netns_job *job = data;

	if (job->fd >= 0 && setns (job->fd, CLONE_NEWNET) < 0) {
		lab_fail (&job->error, errno, "enter network namespace");
		return NULL;
	}
	return GINT_TO_POINTER (job->func (job->user, &job->error));
}

gboolean
netns_run (int fd, netns_func func, gpointer user, GError **error)
{
	netns_job job = { fd, func, user, NULL };
	GThread *thread = g_thread_try_new ("netns", netns_thread, &job,
					    NULL);
	gboolean ok;

	if (thread == NULL)
		return lab_fail (error, EAGAIN, "start a thread");
	ok = GPOINTER_TO_INT (g_thread_join (thread));
	if (job.error)
		g_propagate_error (error, job.error);
	return ok;
}

/*
 * lab.c - enters a lab, making what is missing of it. Called by host.c.
 *
 * Two processes may enter one lab at once: the first makes it under the lab's
 * lock, the second finds it.
 */
#include "config.h"

#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "lab/room.h"

static int
enter_netns (char *owned_name, gboolean *made, GError **error)
{
	g_autofree char *name = owned_name;

	return netns_add (name, made, error) ? netns_open (name, error) : -1;
}

/* Opens both; those that are new, or of a lab that was never finished, are
 * prepared. `complete`: nothing else is missing either. */
static gboolean
enter_open (lab_room *l, gboolean *complete, GError **error)
{
	gboolean new_host, new_outside;

	l->host = enter_netns (lab_host_netns (l->name), &new_host, error);
	if (l->host < 0)
		return FALSE;
	l->outside = enter_netns (lab_outside_netns (l->name), &new_outside,
				  error);
	if (l->outside < 0)
		return FALSE;
	*complete = !new_host && !new_outside && state_complete (l->run_dir);
	if (!*complete && (!wire_prepare_netns (l->host, FALSE, error) ||
			   !wire_prepare_netns (l->outside, FALSE, error)))
		return FALSE;
	*complete = *complete && wire_complete (l);
	return TRUE;
}

static gboolean
sys_is_mounted (const char *path)
{
	struct statfs fs;

	return statfs (path, &fs) == 0 && fs.f_type == SYSFS_MAGIC;
}

/* Runs in the host namespace: sysfs shows that of whoever mounts it. */
static gboolean
enter_mount_sys (gpointer user, GError **error)
{
	const char *path = user;

	if (g_mkdir_with_parents (path, 0755) < 0)
		return lab_fail (error, errno, "make folder %s", path);
	if (mount ("sysfs", path, "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		   NULL) < 0 ||
	    mount ("", path, "none", MS_PRIVATE, NULL) < 0)
		return lab_fail (error, errno, "mount sysfs on %s", path);
	return TRUE;
}

/* A mount that is left from an earlier lab of that name shows the wrong
 * namespace; destroy removes it, a crash in between may not. */
static gboolean
enter_sys (lab_room *l, gboolean fresh, GError **error)
{
	g_autofree char *path = g_build_filename (l->run_dir, "sys", NULL);

	while (fresh && sys_is_mounted (path))
		if (umount2 (path, MNT_DETACH) < 0)
			return lab_fail (error, errno, "unmount %s", path);
	return sys_is_mounted (path) ||
		netns_run (l->host, enter_mount_sys, path, error);
}

static gboolean
enter_complete (lab_room *l, GError **error)
{
	gboolean complete;

	if (g_mkdir_with_parents (l->run_dir, 0755) < 0)
		return lab_fail (error, errno, "make folder %s", l->run_dir);
	if (!enter_open (l, &complete, error) ||
	    !enter_sys (l, !complete, error))
		return FALSE;
	if (!complete && (!wire_make (l, error) || !speed_apply (l, error)))
		return FALSE;
	return outside_start (l, error) &&
		(complete || state_set_complete (l->run_dir, error));
}

gboolean
lab_enter (const char *lab, const char *run_dir, GError **error)
{
	lab_room l;
	gboolean ok;

	if (!lab_name_check (lab, error) || !lab_privilege (error) ||
	    !lab_room_lock (&l, lab, run_dir, error))
		return FALSE;
	ok = enter_complete (&l, error);
	if (ok && setns (l.host, CLONE_NEWNET) < 0)
		ok = lab_fail (error, errno, "enter lab '%s'", lab);
	else if (!ok)
		g_prefix_error (error, "lab '%s': ", lab);
	lab_room_close (&l);
	return ok;
}

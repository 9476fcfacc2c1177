/*
 * give.c - a VM goes over from one lab of this machine to another: its
 * namespace gets another name, its ports change hosts. What runs in it goes
 * on. Called by plan/handover.c, and by move/ which asks whether it can be.
 */
#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "lab/room.h"

int
lab_host_open (const char *lab, GError **error)
{
	g_autofree char *name = lab_host_netns (lab);

	return netns_open (name, error);
}

guint64
lab_vm_inode (const char *lab, const char *vm)
{
	int fd = lab_vm_netns (lab, vm, NULL);
	struct stat st = { 0 };

	if (fd < 0)
		return 0;
	if (fstat (fd, &st) < 0)
		st.st_ino = 0;
	close (fd);
	return st.st_ino;
}

gboolean
lab_vm_give (const char *lab, const char *vm, const char *to, GError **error)
{
	g_autofree char *from_name = lab_vm_netns_name (lab, vm, error);
	g_autofree char *to_name =
		from_name ? lab_vm_netns_name (to, vm, error) : NULL;

	return to_name && netns_rename (from_name, to_name, error);
}

/* As plan/ has it for a port that it makes: the host says nothing there. */
static gboolean
silence (gpointer user, GError **error)
{
	g_autofree char *key = g_strdup_printf ("ipv6/conf/%s/disable_ipv6",
						(const char *) user);

	/* Without IPv6 there is nothing to silence. */
	sysctl_net_write (key, "1", NULL);
	return TRUE;
}

static gboolean
give_to (kn *k, const char *port, int netns, const char *new_name,
	 GError **error)
{
	g_autoptr (kn) there = kn_open (netns, error);

	return there && kn_link_set_netns (k, port, netns, new_name, error) &&
		netns_run (netns, silence, (gpointer) new_name, error) &&
		kn_clsact_ensure (there, kn_ifindex (there, new_name), error);
}

gboolean
lab_port_give (kn *k, const char *port, const char *to, const char *new_name,
	       GError **error)
{
	int netns = lab_host_open (to, error);
	gboolean ok = netns >= 0 && give_to (k, port, netns, new_name, error);

	if (netns >= 0)
		close (netns);
	return ok;
}

/*
 * lend.c - a real adapter of the machine becomes one of the lab's: of its
 * host, or of the outside machine, until the lab is destroyed. Called through
 * vmnet.h, and by destroy.c.
 */
#include <fcntl.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "iov/assign.h"
#include "lab/room.h"

#define LENT "lent0"		/* its name on the outside machine */

static gboolean
refuse (GError **error, const char *nic, const char *why)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "lend adapter '%s' to the lab: %s", nic, why);
	return FALSE;
}

/* Nothing that the machine itself needs. */
static gboolean
may_lend (kn *birth, const char *nic, GError **error)
{
	g_autoptr (kn_link) l = kn_link_get (birth, nic, error);
	g_autoptr (GPtrArray) addrs = l ? kn_addrs (birth, error) : NULL;

	if (addrs == NULL)
		return FALSE;
	if (l->parent == NULL || l->kind)
		return refuse (error, nic, "it is no physical adapter; give "
			       "one that is (ip -d link)");
	if (l->master)
		return refuse (error, nic, "it is part of a bridge or team; "
			       "take it out there first");
	for (guint i = 0; i < addrs->len; i++) {
		const kn_addr *a = addrs->pdata[i];

		/* 253: link scope, the kernel's own */
		if (a->ifindex == l->ifindex && a->scope != 253)
			return refuse (error, nic, "the machine has an "
				       "address on it; take that away first "
				       "(ip address flush)");
	}
	return TRUE;
}

/* How many virtual functions the card had, for the way back. */
static char *
note_of (const char *run_dir, const char *address)
{
	return g_strdup_printf ("%s/lent-%s", run_dir, address);
}

static char *
functions_of (const char *address)
{
	g_autofree char *path = g_strdup_printf
		("bus/pci/devices/%s/sriov_numvfs", address);

	return sysfs_read ("/sys", path);
}

static gboolean
note_functions (vmnet_host *h, kn *birth, const char *nic, GError **error)
{
	g_autoptr (kn_link) l = kn_link_get (birth, nic, error);
	g_autofree char *count = l ? functions_of (l->parent) : NULL;
	g_autofree char *note = l ? note_of (h->run_dir, l->parent) : NULL;

	return l && (count == NULL ||
		     g_file_set_contents (note, count, -1, error));
}

/* A card that had none has those that the lab's switch made no more. */
static void
return_functions (const char *run_dir, const char *address)
{
	g_autofree char *note = note_of (run_dir, address), *had = NULL;
	g_autofree char *has = functions_of (address);
	g_autofree char *path = g_strdup_printf
		("bus/pci/devices/%s/sriov_numvfs", address);

	if (has && strcmp (has, "0") != 0 &&
	    g_file_get_contents (note, &had, NULL, NULL) &&
	    strcmp (had, "0") == 0)
		sysfs_write ("/sys", path, "0", NULL);
}

static gboolean
to_outside (lab_room *l, kn *birth, const char *nic, GError **error)
{
	g_autoptr (kn) outside = kn_open (l->outside, error);

	/* wire0 and wire1 are there already; the alias is for the way back. */
	return outside &&
		kn_link_set_netns (birth, nic, l->outside, LENT, error) &&
		kn_link_set_alias (outside, LENT, nic, error) &&
		kn_link_set_master (outside, LENT, LAB_LAN, error) &&
		kn_link_set_up (outside, LENT, TRUE, error);
}

static gboolean
to_host (vmnet_host *h, lab_room *l, kn *birth, const char *nic,
	 GError **error)
{
	return kn_link_set_netns (birth, nic, l->host, nic, error) &&
		kn_link_set_up (h->nl, nic, TRUE, error);
}

static int
open_netns (char *owned_name, GError **error)
{
	g_autofree char *name = owned_name;

	return netns_open (name, error);
}

gboolean
vmnet_lab_lend (vmnet_host *h, const char *nic, gboolean outside,
		GError **error)
{
	lab_room l = { .name = h->lab, .host = -1, .outside = -1, .lock = -1 };
	g_autoptr (kn) birth = NULL;
	gboolean ok;

	if (h->lab == NULL)
		return refuse (error, nic, "this is no lab; start with --lab");
	if (!outside && kn_ifindex (h->nl, nic))
		return TRUE;
	birth = iov_birthplace (error);
	if (birth == NULL || !may_lend (birth, nic, error))
		return FALSE;
	l.host = open_netns (lab_host_netns (h->lab), error);
	l.outside = l.host >= 0
		? open_netns (lab_outside_netns (h->lab), error) : -1;
	ok = l.outside >= 0 && note_functions (h, birth, nic, error) &&
		(outside ? to_outside (&l, birth, nic, error)
		 : to_host (h, &l, birth, nic, error));
	if (l.host >= 0)
		close (l.host);
	if (l.outside >= 0)
		close (l.outside);
	return ok;
}

/*
 * What fails here is left to the kernel, which gives an adapter back some time
 * after its namespace is gone, under the name that it has there.
 */
gboolean
lend_return (int netns_fd, const char *what, const char *run_dir,
	     GError **error)
{
	g_autoptr (kn) k = kn_open (netns_fd, NULL);
	g_autoptr (GPtrArray) links = k ? kn_links (k, NULL) : NULL;
	int home = open ("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);

	(void) what, (void) error;
	for (guint i = 0; links && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (l->parent && l->kind == NULL)
			return_functions (run_dir, l->parent);
	}
	for (guint i = 0; links && home >= 0 && i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (l->parent && l->kind == NULL)
			kn_link_set_netns (k, l->name, home,
					   l->alias ? l->alias : l->name, NULL);
	}
	if (home >= 0)
		close (home);
	return TRUE;
}

/*
 * resolver.c - the files of name servers that a lab and its VMs have of their
 * own. That of the lab stands where `ip netns exec` looks for it; that of a VM
 * is what its programs see as /etc/resolv.conf. Called by plan/ipset.c, vm.c
 * and destroy.c.
 */
#include "config.h"

#include <glib/gstdio.h>

#include "lab/room.h"

#define NETNS_FILES "/etc/netns"
#define SYSTEM_FILE "/etc/resolv.conf"

char *
lab_resolver_folder (const char *lab)
{
	g_autofree char *netns = lab_host_netns (lab);

	return g_build_filename (NETNS_FILES, netns, NULL);
}

char *
lab_resolver_file (const char *lab)
{
	g_autofree char *folder = lab_resolver_folder (lab);

	return g_build_filename (folder, "resolv.conf", NULL);
}

static char *
vm_file (const char *run_dir, const char *vm)
{
	g_autofree char *fit = g_uri_escape_string (vm, NULL, TRUE);
	g_autofree char *name = g_strconcat ("resolv-", fit, NULL);

	return g_build_filename (run_dir, name, NULL);
}

/* A new one is a copy of the machine's. */
char *
lab_vm_resolver (const char *run_dir, const char *vm)
{
	g_autofree char *path = vm_file (run_dir, vm);
	g_autofree char *text = NULL;
	gsize length = 0;

	if (g_file_test (path, G_FILE_TEST_EXISTS))
		return g_steal_pointer (&path);
	if (!g_file_get_contents (SYSTEM_FILE, &text, &length, NULL)
	    || !g_file_set_contents (path, text, (gssize) length, NULL))
		return NULL;
	g_chmod (path, 0644);
	return g_steal_pointer (&path);
}

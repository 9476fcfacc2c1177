/*
 * lab.h - the lab: a private host made of network namespaces, named
 * "vmnetsh-LAB" (the host), "vmnetsh-LAB-outside" and "vmnetsh-LAB-vm-NAME" in
 * /run/netns, so that `ip netns exec` finds them too. Called by host.c (enter),
 * plan/ (VM namespaces) and the public functions of vmnet.h.
 */
#ifndef VMNET_LAB_H
#define VMNET_LAB_H

#include "kernel/netlink.h"
#include "vmnet.h"

/*
 * Makes what is missing of the lab (namespaces, pnic0, pnic1, the outside
 * machine and its sink, the sysfs mount at run_dir/sys) and moves the calling
 * process into its host namespace.
 */
gboolean lab_enter (const char *lab, const char *run_dir, GError **error);

/* Where the lab's name servers stand: what `ip netns exec` shows as
 * /etc/resolv.conf; owned. */
char *lab_resolver_file (const char *lab);

/* VM namespaces; NAME is the VM's name, made fit for a file name. */
gboolean lab_vm_add (const char *lab, const char *vm, GError **error);
gboolean lab_vm_remove (const char *lab, const char *vm, GError **error);
/* Ends what was started in it; others' programs there are an error. */
gboolean lab_vm_stop (const char *lab, const char *vm, GError **error);
gboolean lab_vm_exists (const char *lab, const char *vm);
/* Open fd of its namespace, or -1 with error. vm "outside" is known too. */
int lab_vm_netns (const char *lab, const char *vm, GError **error);
/* The names of the VM namespaces that are there. */
GPtrArray *lab_vms (const char *lab);		/* char * */
/* give.c: to another lab of this machine, when a VM moves there. */

/* Open fd of a lab's host namespace, or -1 with error. */
int lab_host_open (const char *lab, GError **error);
/* What names the VM's namespace for the other one: its inode; 0: none. */
guint64 lab_vm_inode (const char *lab, const char *vm);
/* The VM's namespace, with all that runs in it, becomes one of lab `to`. */
gboolean lab_vm_give (const char *lab, const char *vm, const char *to,
		      GError **error);
/*
 * Port `port` of the lab that `k` is in becomes `new_name` of lab `to`: down,
 * silent, and ready for programs. The VM's end stays what it is.
 */
gboolean lab_port_give (kn *k, const char *port, const char *to,
			const char *new_name, GError **error);
/*
 * An adapter in `netns_fd` (-1: the caller's) says nothing unasked once it
 * knows a neighbour: byte counts of tests and demo are exact.
 */
gboolean lab_link_quiet (int netns_fd, const char *link, GError **error);
/* bit/s that the lab gave to its adapter `nic`; 0: not a lab adapter. */
guint64 lab_speed (const char *run_dir, const char *nic);
/* The speed alone; classes on it are vmnet_lab_set_speed's. 0: no limit. */
gboolean lab_speed_set (vmnet_host *host, const char *nic, guint64 rate,
			GError **error);

#endif

/*
 * bpf_net.h - a small network for tests of the data path: nameless network
 * namespaces (they end with the process), a bridge, two "VMs" behind it and an
 * outside machine behind "pnic0". Used by test_bpf_net.c and test_bpf_vmq.c.
 */
#ifndef TESTS_BPF_NET_H
#define TESTS_BPF_NET_H

#include "bpf/internal.h"

enum { NET_HOST, NET_A, NET_B, NET_OUTSIDE, NET_SPACES };

#define SLOT_A 11
#define SLOT_B 12

typedef struct {
	int home;
	int ns[NET_SPACES];
	kn *k[NET_SPACES];
	char *pins;
	datapath *d;
	int port_a, port_b, uplink;	/* ifindexes in NET_HOST */
} net;

/* "vpa", "vpb" and "pnic0" on the bridge, programs on the first two;
 * 10.9.0.1, .2 and .9, fd09::1, ::2 and ::9. Fails the test. */
net *net_new (void);
void net_free (net *n);
/*
 * Frames between A and B go straight, past the bridge, which from now on could
 * not deliver them: `peer` into the namespace, or by the port's interface.
 */
void net_straight (net *n, gboolean peer);
/* One port again, with something else in it. */
void net_port_set (net *n, int ifindex, const datapath_port *p);
datapath_port net_port (net *n, int ifindex);

/* A UDP or TCP socket inside a namespace. */
int net_socket (net *n, int space, int family, int type);
/* A packet socket on "eth0" of a namespace. */
int net_raw (net *n, int space);
void net_enter (net *n, int space);
void net_leave (net *n);

kn_counters net_counters (net *n, const char *link);
void net_mac (net *n, int space, guint8 mac[6]);
/* Sends `count` datagrams of `size` bytes to 10.9.0.HOST (or fd09::HOST). */
void net_udp (net *n, int from, int family, int host, int port, guint count,
	      guint size);
/* TRUE as soon as the condition is, FALSE after five seconds. */
gboolean net_wait (gboolean (*condition) (gpointer data), gpointer data);
vmnet_acl *net_acl (guint32 id, vmnet_direction dir, vmnet_action action,
		    const char *prefix);	/* remote; g_free */

#endif

/*
 * message.h - inside the kernel room only: how link.c, bridge.c, addr.c,
 * tc.c and ethtool.c ask netlink.c to carry their messages.
 */
#ifndef VMNET_KERNEL_MESSAGE_H
#define VMNET_KERNEL_MESSAGE_H

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdarg.h>

#include "kernel/netlink.h"

typedef enum { KN_ROUTE, KN_GENERIC, KN_NETFILTER } kn_bus;

struct kn {
	struct nl_sock *bus[3];	/* by kn_bus; the last is NULL until
				 * kn_open_netfilter */
	char *buffer;		/* of answers */
	int err;		/* errno of the last failure; 0: none */
	char text[256];		/* the kernel's own words about it, or "" */
	double ticks;		/* tc.c: psched ticks a second; 0: not read */
	int ethtool;		/* ethtool.c: family; 0: not asked, -1: none */
};

/* Called for every answer; `out` is the caller's. */
typedef void (*kn_parse) (const struct nlmsghdr *h, gpointer out);

/*
 * A new message with room for every change that this folder makes: 8 KB, and
 * kn_put_text bounds the only attributes of free length, so that putting
 * into it cannot fail.
 */
struct nl_msg *kn_msg (int type, int flags);
/* The same behind an ifinfomsg, for the link of that name (or altname). */
struct nl_msg *kn_msg_link (int type, int flags, const char *name);
/* The same by index. */
struct nl_msg *kn_msg_link_index (int type, int flags, int ifindex,
				  int family);
/* The same behind a tcmsg. */
struct nl_msg *kn_msg_tc (int type, int flags, int ifindex, guint32 parent,
			  guint32 handle);
/* A string; overlong ones stay long enough for the kernel to refuse. */
void kn_put_text (struct nl_msg *m, int attr, const char *text);
/* Names a link: IFLA_IFNAME, or IFLA_ALT_IFNAME when it is a long one. */
void kn_put_link (struct nl_msg *m, const char *name);

/*
 * Sends `m` (which it frees) and waits for the kernel's acknowledgement.
 * `needs`: the kernel option that carries it, named when the kernel does not
 * know such a thing; or NULL. `attempt` and what follows: "add veth %s",
 * formatted on failure only.
 */
gboolean kn_request (kn *k, struct nl_msg *m, GError **error,
		     const char *needs, const char *attempt, ...)
		     G_GNUC_PRINTF (5, 6);
/* The same with answers before the acknowledgement, on either bus. */
gboolean kn_query (kn *k, kn_bus bus, struct nl_msg *m, kn_parse parse,
		   gpointer out, GError **error, const char *attempt, ...)
		   G_GNUC_PRINTF (7, 8);
/* FALSE with errno: this kernel has no such socket, or no privilege. */
gboolean kn_open_netfilter (kn *k);
/*
 * Sends all of them (nl_msg *, the caller's) between the begin and the end of
 * one transaction of nftables: it is in force as a whole, or nothing is.
 */
gboolean kn_batch (kn *k, GPtrArray *messages, GError **error,
		   const char *attempt, ...) G_GNUC_PRINTF (4, 5);
/*
 * Asks for a dump. What changed while it ran is asked for again, a bounded
 * number of times; `restart` empties `out` then.
 */
gboolean kn_dump (kn *k, struct nl_msg *m, kn_parse parse,
		  void (*restart) (gpointer out), gpointer out,
		  GError **error, const char *what);
/* A dump whose parse appends to a new array; NULL on failure. */
GPtrArray *kn_dump_array (kn *k, struct nl_msg *m, kn_parse parse,
			  GDestroyNotify free_element, GError **error,
			  const char *what);
/* A request to ethtool about a link, in the header that the command has; NULL:
 * this kernel has no ethtool over netlink. */
struct nl_msg *kn_msg_ethtool (kn *k, guint8 command, int header_attr,
			       const char *name);
/* The error of k->err and k->text; `ap`: of `attempt`. */
void kn_set_error (kn *k, GError **error, const char *needs,
		   const char *attempt, va_list ap) G_GNUC_PRINTF (4, 0);
vmnet_error kn_error_code (int err);
/* Reports `err` as the outcome of an attempt outside netlink; FALSE. */
gboolean kn_fail (kn *k, int err, GError **error, const char *attempt, ...)
		  G_GNUC_PRINTF (4, 5);

/* The same where the kernel has no such thing at all: names its option. */
gboolean kn_lacks (kn *k, const char *needs, GError **error,
		   const char *attempt, ...) G_GNUC_PRINTF (4, 5);

/* bond.c: what a bond says of its member, from that link's slave data. */
gboolean kn_bond_sees_link (struct nlattr *member);
/* lbfo.c: of a link's own data, and of its slave data. */
void kn_bond_read (struct nlattr *data, kn_bond *out);
void kn_bond_member_read (struct nlattr *data, kn_bond_member *out);
guint16 kn_vlan_read (struct nlattr *data);

/* An ioctl of this socket's network namespace: 0 or -1 with errno. */
int kn_ioctl (kn *k, unsigned long request, void *arg);
/* The name for a message: "vp7", or "interface 7" when it is gone. */
#define KN_NAME 32
const char *kn_name (kn *k, int ifindex, char name[KN_NAME]);
/* open(2) from within this socket's network namespace. */
int kn_open_file (kn *k, const char *path, int flags);

#endif

/*
 * netlink.c - the only file that opens sockets to the kernel: sends a
 * request, waits for its acknowledgement or the end of its dump, and makes
 * one error of errno and the kernel's extended text. The other files of this
 * folder build and parse the messages.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netlink/socket.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

#define MESSAGE_SIZE 8192
#define TEXT_MAX 512		/* above every limit of the kernel's */
#define BUFFER_SIZE (128 * 1024)/* kernels fill at most 32 KB of a dump */
#define DUMP_TRIES 10

/* The state of one exchange: whose answers we wait for. */
typedef struct {
	guint32 seq;
	guint32 since;		/* how many before it count as well */
	kn_parse parse;
	gpointer out;
	gboolean done, interrupted;
} exchange;

/* ---- sockets ---- */

static struct nl_sock *
socket_new (int protocol)
{
	struct nl_sock *s = nl_socket_alloc ();
	int on = 1, fd;

	if (s == NULL || nl_connect (s, protocol) < 0) {
		nl_socket_free (s);
		return NULL;
	}
	fd = nl_socket_get_fd (s);
	setsockopt (fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
	setsockopt (fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
	return s;
}

/* Moves the thread to `netns_fd`; returns the way back or -1 with errno. */
static int
netns_enter (int netns_fd)
{
	int back = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (back < 0)
		return -1;
	if (setns (netns_fd, CLONE_NEWNET) < 0) {
		int saved = errno;

		close (back);
		errno = saved;
		return -1;
	}
	return back;
}

/* FALSE: the thread is stuck in the other namespace. */
static gboolean
netns_leave (int back)
{
	int saved = errno;
	gboolean ok = setns (back, CLONE_NEWNET) == 0;

	close (back);
	if (ok)
		errno = saved;
	return ok;
}

static gboolean
open_buses (kn *k)
{
	k->bus[KN_ROUTE] = socket_new (NETLINK_ROUTE);
	k->bus[KN_GENERIC] = socket_new (NETLINK_GENERIC);
	return k->bus[KN_ROUTE] && k->bus[KN_GENERIC];
}

kn *
kn_open (int netns_fd, GError **error)
{
	g_autoptr (kn) k = g_new0 (kn, 1);
	int back = -1;
	gboolean ok;

	if (netns_fd >= 0 && (back = netns_enter (netns_fd)) < 0) {
		kn_fail (k, errno, error, "enter the network namespace");
		return NULL;
	}
	ok = open_buses (k);
	if (!ok)
		kn_fail (k, errno, error, "open a netlink socket");
	if (back >= 0 && !netns_leave (back)) {
		g_clear_error (error);
		ok = kn_fail (k, errno, error,
			      "return from the network namespace");
	}
	if (!ok)
		return NULL;
	k->buffer = g_malloc (BUFFER_SIZE);
	return g_steal_pointer (&k);
}

void
kn_close (kn *k)
{
	if (k == NULL)
		return;
	nl_socket_free (k->bus[KN_ROUTE]);
	nl_socket_free (k->bus[KN_GENERIC]);
	nl_socket_free (k->bus[KN_NETFILTER]);
	g_free (k->buffer);
	g_free (k);
}

int
kn_ioctl (kn *k, unsigned long request, void *arg)
{
	int r = ioctl (nl_socket_get_fd (k->bus[KN_ROUTE]), request, arg);

	k->err = r < 0 ? errno : 0;
	return r;
}

guint64
kn_netns_cookie (kn *k)
{
	guint64 cookie = 0;
	socklen_t size = sizeof cookie;

	if (getsockopt (nl_socket_get_fd (k->bus[KN_ROUTE]), SOL_SOCKET,
			SO_NETNS_COOKIE, &cookie, &size) < 0)
		return 0;
	return cookie;
}

/* Not with the others: to open one loads the kernel's module. */
gboolean
kn_open_netfilter (kn *k)
{
	int ns, back;

	if (k->bus[KN_NETFILTER])
		return TRUE;
	ns = ioctl (nl_socket_get_fd (k->bus[KN_ROUTE]), SIOCGSKNS);
	if (ns < 0)
		return FALSE;
	back = netns_enter (ns);
	close (ns);
	if (back < 0)
		return FALSE;
	k->bus[KN_NETFILTER] = socket_new (NETLINK_NETFILTER);
	return netns_leave (back) && k->bus[KN_NETFILTER];
}

gboolean
kn_inside (kn *k, void (*f) (gpointer), gpointer data)
{
	/* The socket itself remembers where it was opened. */
	int ns = ioctl (nl_socket_get_fd (k->bus[KN_ROUTE]), SIOCGSKNS);
	int back;

	if (ns < 0)
		return FALSE;
	back = netns_enter (ns);
	close (ns);
	if (back < 0)
		return FALSE;
	f (data);
	return netns_leave (back);
}

typedef struct { const char *path; int flags, fd; } opening;

static void
open_here (gpointer data)
{
	opening *o = data;

	o->fd = open (o->path, o->flags | O_CLOEXEC);
}

int
kn_open_file (kn *k, const char *path, int flags)
{
	opening o = { path, flags, -1 };

	if (!kn_inside (k, open_here, &o) && o.fd >= 0) {
		close (o.fd);
		o.fd = -1;
	}
	return o.fd;
}

/* ---- events ---- */

struct kn_events {
	struct nl_sock *s;
};

static gboolean
join_links (kn_events *e)
{
	e->s = socket_new (NETLINK_ROUTE);
	return e->s && nl_socket_add_membership (e->s, RTNLGRP_LINK) == 0 &&
		nl_socket_set_nonblocking (e->s) == 0;
}

kn_events *
kn_events_open (int netns_fd, GError **error)
{
	g_autoptr (kn_events) e = g_new0 (kn_events, 1);
	int back = -1;
	gboolean ok;

	if (netns_fd >= 0)
		back = netns_enter (netns_fd);
	ok = (netns_fd < 0 || back >= 0) && join_links (e);
	if (back >= 0)
		ok = netns_leave (back) && ok;
	if (ok)
		return g_steal_pointer (&e);
	g_set_error (error, VMNET_ERROR, (int) kn_error_code (errno),
		     "listen to the kernel's link events: %s",
		     g_strerror (errno));
	return NULL;
}

void
kn_events_close (kn_events *e)
{
	if (e)
		nl_socket_free (e->s);
	g_free (e);
}

int
kn_events_fd (const kn_events *e)
{
	return nl_socket_get_fd (e->s);
}

gboolean
kn_events_drain (kn_events *e)
{
	char buffer[8192];
	gboolean any = FALSE;
	ssize_t n;

	do {
		n = recv (kn_events_fd (e), buffer, sizeof buffer,
			  MSG_DONTWAIT);
		any = any || n > 0 || (n < 0 && errno == ENOBUFS);
	} while (n > 0 || (n < 0 && (errno == EINTR || errno == ENOBUFS)));
	return any;
}

/* ---- messages ---- */

struct nl_msg *
kn_msg (int type, int flags)
{
	struct nl_msg *m = nlmsg_alloc_size (MESSAGE_SIZE);

	/* NULL only without memory, where GLib would have ended us too. */
	nlmsg_put (m, NL_AUTO_PORT, NL_AUTO_SEQ, type, 0,
		   NLM_F_REQUEST | flags);
	return m;
}

void
kn_put_text (struct nl_msg *m, int attr, const char *text)
{
	g_autofree char *bounded = g_strndup (text, TEXT_MAX);

	nla_put_string (m, attr, bounded);
}

void
kn_put_link (struct nl_msg *m, const char *name)
{
	gboolean is_long = strlen (name) >= IFNAMSIZ;

	kn_put_text (m, is_long ? IFLA_ALT_IFNAME : IFLA_IFNAME, name);
}

struct nl_msg *
kn_msg_link_index (int type, int flags, int ifindex, int family)
{
	struct nl_msg *m = kn_msg (type, flags);
	struct ifinfomsg ifi = { .ifi_index = ifindex,
				 .ifi_family = (unsigned char) family };

	nlmsg_append (m, &ifi, sizeof ifi, NLMSG_ALIGNTO);
	return m;
}

struct nl_msg *
kn_msg_link (int type, int flags, const char *name)
{
	struct nl_msg *m = kn_msg_link_index (type, flags, 0, AF_UNSPEC);

	kn_put_link (m, name);
	return m;
}

/* ---- exchanges ---- */

G_GNUC_PRINTF (4, 5)
static void
report (kn *k, GError **error, const char *needs, const char *attempt, ...)
{
	va_list ap;

	va_start (ap, attempt);
	kn_set_error (k, error, needs, attempt, ap);
	va_end (ap);
}

static void
keep_text (kn *k, struct nlattr *head, int len)
{
	struct nlattr *a = nla_find (head, len, NLMSGERR_ATTR_MSG);

	if (a)
		nla_strlcpy (k->text, a, sizeof k->text);
}

/* An acknowledgement: errno, and behind it the kernel's own words. */
static void
take_error (kn *k, struct nlmsghdr *h)
{
	struct nlmsgerr *e = nlmsg_data (h);
	int skip = (int) sizeof *e;

	k->err = -e->error;
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(h->nlmsg_flags & NLM_F_CAPPED))
		skip += (int) NLMSG_ALIGN (e->msg.nlmsg_len) -
			(int) sizeof e->msg;
	if (nlmsg_datalen (h) > skip)
		keep_text (k, (struct nlattr *) ((char *) e + skip),
			   nlmsg_datalen (h) - skip);
}

/* The end of a dump carries an errno too. */
static void
take_done (kn *k, struct nlmsghdr *h)
{
	int skip = (int) NLMSG_ALIGN (sizeof (int));

	if (nlmsg_datalen (h) < (int) sizeof (int))
		return;
	k->err = -*(int *) nlmsg_data (h);
	if ((h->nlmsg_flags & NLM_F_ACK_TLVS) && nlmsg_datalen (h) > skip)
		keep_text (k, (struct nlattr *)
			   ((char *) nlmsg_data (h) + skip),
			   nlmsg_datalen (h) - skip);
}

static void
take_message (kn *k, exchange *x, struct nlmsghdr *h)
{
	if (x->seq - h->nlmsg_seq > x->since)
		return;		/* of an exchange that was given up */
	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = TRUE;
	switch (h->nlmsg_type) {
	case NLMSG_ERROR:
		take_error (k, h);
		x->done = TRUE;
		break;
	case NLMSG_DONE:
		take_done (k, h);
		x->done = TRUE;
		break;
	case NLMSG_NOOP:
		break;
	default:
		if (x->parse)
			x->parse (h, x->out);
	}
}

static gboolean
receive (kn *k, int fd, exchange *x)
{
	ssize_t n = recv (fd, k->buffer, BUFFER_SIZE, MSG_TRUNC);
	struct nlmsghdr *h = (struct nlmsghdr *) k->buffer;
	int left = (int) n;

	if (n < 0 && errno == EINTR)
		return TRUE;
	if (n <= 0 || n > BUFFER_SIZE) {
		k->err = n < 0 ? errno : n == 0 ? EPIPE : EMSGSIZE;
		return FALSE;
	}
	for (; nlmsg_ok (h, left) && !x->done; h = nlmsg_next (h, &left))
		take_message (k, x, h);
	return TRUE;
}

/* One request and everything that answers it; k->err tells how it went. */
static void
talk (kn *k, kn_bus bus, struct nl_msg *m, exchange *x)
{
	struct nl_sock *s = k->bus[bus];
	struct nlmsghdr *h = nlmsg_hdr (m);
	int fd = nl_socket_get_fd (s);

	k->err = 0;
	k->text[0] = '\0';
	h->nlmsg_seq = NL_AUTO_SEQ;
	nl_complete_msg (s, m);
	x->seq = h->nlmsg_seq;
	if (send (fd, h, h->nlmsg_len, 0) < 0) {
		k->err = errno;
		return;
	}
	while (!x->done)
		if (!receive (k, fd, x))
			return;
}

gboolean
kn_request (kn *k, struct nl_msg *m, GError **error, const char *needs,
	    const char *attempt, ...)
{
	exchange x = { .parse = NULL };
	va_list ap;

	talk (k, KN_ROUTE, m, &x);
	nlmsg_free (m);
	if (k->err == 0)
		return TRUE;
	va_start (ap, attempt);
	kn_set_error (k, error, needs, attempt, ap);
	va_end (ap);
	return FALSE;
}

gboolean
kn_query (kn *k, kn_bus bus, struct nl_msg *m, kn_parse parse, gpointer out,
	  GError **error, const char *attempt, ...)
{
	exchange x = { .parse = parse, .out = out };
	va_list ap;

	talk (k, bus, m, &x);
	nlmsg_free (m);
	if (k->err == 0)
		return TRUE;
	va_start (ap, attempt);
	kn_set_error (k, error, NULL, attempt, ap);
	va_end (ap);
	return FALSE;
}

/* Waits for what answers each; an error of the begin is one of all. */
static void
talk_batch (kn *k, GByteArray *all, guint32 first, guint n)
{
	int fd = nl_socket_get_fd (k->bus[KN_NETFILTER]);
	exchange x = { .parse = NULL };

	if (send (fd, all->data, all->len, 0) < 0) {
		k->err = errno;
		return;
	}
	for (guint i = 1; i <= n && k->err == 0; i++) {
		x.done = FALSE;
		x.seq = first + i;
		x.since = i;
		while (!x.done)
			if (!receive (k, fd, &x))
				return;
	}
}

static void
append_message (kn *k, GByteArray *all, struct nl_msg *m, gboolean answer)
{
	struct nlmsghdr *h = nlmsg_hdr (m);

	nl_complete_msg (k->bus[KN_NETFILTER], m);
	if (!answer)
		h->nlmsg_flags &= (guint16) ~NLM_F_ACK;
	g_byte_array_append (all, (guint8 *) h, NLMSG_ALIGN (h->nlmsg_len));
}

static void
append_limit (kn *k, GByteArray *all, int type)
{
	struct nl_msg *m = kn_msg (type, 0);
	struct nfgenmsg g = { .res_id = g_htons (NFNL_SUBSYS_NFTABLES) };

	nlmsg_append (m, &g, sizeof g, NLMSG_ALIGNTO);
	append_message (k, all, m, FALSE);
	nlmsg_free (m);
}

gboolean
kn_batch (kn *k, GPtrArray *messages, GError **error, const char *attempt,
	  ...)
{
	g_autoptr (GByteArray) all = g_byte_array_new ();
	va_list ap;

	k->err = kn_open_netfilter (k) ? 0
		: errno == EPERM ? EPERM : EOPNOTSUPP;
	k->text[0] = '\0';
	if (k->err == 0) {
		append_limit (k, all, NFNL_MSG_BATCH_BEGIN);
		for (guint i = 0; i < messages->len; i++)
			append_message (k, all, messages->pdata[i], TRUE);
		append_limit (k, all, NFNL_MSG_BATCH_END);
		talk_batch (k, all,
			    ((struct nlmsghdr *) all->data)->nlmsg_seq,
			    messages->len);
	}
	if (k->err == 0)
		return TRUE;
	va_start (ap, attempt);
	kn_set_error (k, error, "CONFIG_NF_TABLES and CONFIG_NFT_MASQ", attempt,
		   ap);
	va_end (ap);
	return FALSE;
}

gboolean
kn_dump (kn *k, struct nl_msg *m, kn_parse parse,
	 void (*restart) (gpointer out), gpointer out, GError **error,
	 const char *what)
{
	exchange x = { .interrupted = TRUE };

	nlmsg_hdr (m)->nlmsg_flags |= NLM_F_DUMP;
	for (int i = 0; i < DUMP_TRIES && x.interrupted; i++) {
		if (i > 0)
			restart (out);
		x = (exchange) { .parse = parse, .out = out };
		talk (k, KN_ROUTE, m, &x);
		if (k->err)
			break;
	}
	nlmsg_free (m);
	if (k->err == 0 && !x.interrupted)
		return TRUE;
	if (k->err == 0) {
		k->err = EINTR;
		g_strlcpy (k->text, "it changes faster than it can be read",
			   sizeof k->text);
	}
	report (k, error, NULL, "list %s", what);
	return FALSE;
}

static void
empty_array (gpointer out)
{
	g_ptr_array_set_size (out, 0);
}

GPtrArray *
kn_dump_array (kn *k, struct nl_msg *m, kn_parse parse,
	       GDestroyNotify free_element, GError **error, const char *what)
{
	g_autoptr (GPtrArray) a = g_ptr_array_new_with_free_func
		(free_element);

	if (!kn_dump (k, m, parse, empty_array, a, error, what))
		return NULL;
	return g_steal_pointer (&a);
}

/*
 * hook.c - where a port's programs hang. A port whose frames leave by its own
 * interface (a tap) has them straight on the interface (tcx, Linux 6.6): the
 * classifiers of clsact cost a frame a tenth of the whole way between two taps.
 * There the kernel waits for packets in flight (some ms; hurry.c) whenever a
 * program comes or goes; a veth into another namespace, whose frames are handed
 * over past all that, and older kernels have clsact. A program that hangs
 * somewhere is replaced there. Called by port.c and
 * team.c.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

/* BPF_TCX_INGRESS, BPF_TCX_EGRESS; the headers of older systems lack them. */
#define TCX_INGRESS ((enum bpf_attach_type) 46)
#define TCX_EGRESS ((enum bpf_attach_type) 47)
#define TCX_MOST 64		/* programs at a hook; the kernel's own limit */

/* What a port is sent, what a member of a team or a mirrored uplink sends, and
 * copies in a tunnel. */
static gboolean
on_egress (dp_prog prog)
{
	return prog == DP_PROG_IN || prog == DP_PROG_TEAM_OUT ||
		prog == DP_PROG_UPLINK_OUT || prog == DP_PROG_TUNNEL ||
		prog == DP_PROG_QOS;
}

/* Classes are chosen where a frame leaves: behind what may send it elsewhere. */
static guint32
turn_of (dp_prog prog)
{
	return prog == DP_PROG_QOS ? 1 : 0;
}

static enum bpf_attach_type
side_of (dp_prog prog)
{
	return on_egress (prog) ? TCX_EGRESS : TCX_INGRESS;
}

/* A question or a request of bpf(2), which looks the interface up in the
 * network namespace of the caller. */
typedef struct {
	enum { LIST, ATTACH, REPLACE, DETACH } what;
	int ifindex;
	enum bpf_attach_type side;
	int prog, old;		/* fds */
	guint32 ids[TCX_MOST], n;
	int err;		/* the answer: 0 or errno */
} request;

static void
send (gpointer data)
{
	request *r = data;
	LIBBPF_OPTS (bpf_prog_attach_opts, replace, .flags = BPF_F_REPLACE,
		     .replace_prog_fd = r->old);
	int result = 0;

	r->n = TCX_MOST;
	switch (r->what) {
	case LIST:
		result = bpf_prog_query (r->ifindex, r->side, 0, NULL, r->ids,
					 &r->n);
		break;
	case ATTACH:
		result = bpf_prog_attach (r->prog, r->ifindex, r->side, 0);
		break;
	case REPLACE:
		result = bpf_prog_attach_opts (r->prog, r->ifindex, r->side,
					       &replace);
		break;
	case DETACH:
		result = bpf_prog_detach2 (r->old, r->ifindex, r->side);
		break;
	}
	r->err = result == 0 ? 0 : errno;
}

static gboolean
ask (kn *k, request *r)
{
	if (!kn_inside (k, send, r))
		r->err = errno;
	return r->err == 0;
}

static gboolean
fail (kn *k, const request *r, dp_prog prog, GError **error)
{
	g_autoptr (kn_link) l = kn_link_get_index (k, r->ifindex, NULL);

	return dp_fail (error, r->err, "%s BPF program %s %s %s",
			r->what == DETACH ? "detach" : "attach",
			dp_prog_names[prog],
			r->what == DETACH ? "from" : "to",
			l ? l->name : "an interface that is gone");
}

/* The program of an id, when it is this one of ours, of this or of another
 * build; -1: it is not. The caller's. */
static int
open_ours (const datapath *d, dp_prog prog, guint32 id)
{
	struct bpf_prog_info info = { 0 };
	guint32 size = sizeof info;
	int fd = bpf_prog_get_fd_by_id (id);

	if (fd >= 0 && id != d->prog_ids[prog] &&
	    (bpf_obj_get_info_by_fd (fd, &info, &size) != 0 ||
	     strcmp (info.name, dp_prog_names[prog]) != 0)) {
		close (fd);
		fd = -1;
	}
	return fd;
}

/* Ours at the hook, of whatever build and with whatever extensions: its fd, the
 * caller's, and its id; -1: none is there. */
static int
find_ours (datapath *d, kn *k, int ifindex, dp_prog prog, guint32 *id)
{
	request r = { .what = LIST, .ifindex = ifindex,
		      .side = side_of (prog) };
	int fd = -1;

	if (!ask (k, &r))
		return -1;
	for (guint i = 0; i < r.n && fd < 0; i++) {
		fd = open_ours (d, prog, r.ids[i]);
		*id = r.ids[i];
	}
	return fd;
}

/* Is one of ours among the classifiers? 0: none; else its id. */
static guint32
classifier (kn *k, int ifindex, dp_prog prog)
{
	g_autoptr (GPtrArray) filters =
		kn_filters (k, ifindex, on_egress (prog), NULL);

	for (guint i = 0; filters != NULL && i < filters->len; i++) {
		const kn_filter *f = filters->pdata[i];

		if (f->ours && f->turn == turn_of (prog))
			return f->prog_id;
	}
	return 0;
}

static gboolean
classify (kn *k, int ifindex, dp_prog prog, int fd, GError **error)
{
	return kn_clsact_ensure (k, ifindex, error) &&
		kn_filter_bpf_set (k, ifindex, on_egress (prog),
				   turn_of (prog), fd, dp_prog_names[prog],
				   error);
}

gboolean
dp_hook_set (datapath *d, kn *k, int ifindex, dp_prog prog, int fd,
	     gboolean straight, GError **error)
{
	request r = { .what = ATTACH, .ifindex = ifindex,
		      .side = side_of (prog), .prog = fd };
	guint32 there, wanted;

	if (!dp_program_id (fd, &wanted, error))
		return FALSE;
	r.old = find_ours (d, k, ifindex, prog, &there);
	if (r.old >= 0) {
		r.what = REPLACE;
		if (there != wanted)
			ask (k, &r);
		close (r.old);
		return r.err == 0 || fail (k, &r, prog, error);
	}
	if (!straight || classifier (k, ifindex, prog))
		return classify (k, ifindex, prog, fd, error);
	if (ask (k, &r))
		return TRUE;
	/* So says a kernel that knows no such hook. */
	if (r.err == EINVAL)
		return classify (k, ifindex, prog, fd, error);
	return fail (k, &r, prog, error);
}

gboolean
datapath_has_lane (kn *k, int ifindex)
{
	request r = { .what = LIST, .ifindex = ifindex, .side = TCX_INGRESS };

	return ask (k, &r);
}

guint32
dp_hook_id (datapath *d, kn *k, int ifindex, dp_prog prog, gboolean straight)
{
	guint32 id = straight ? 0 : classifier (k, ifindex, prog);
	int fd;

	if (id)
		return id;
	fd = find_ours (d, k, ifindex, prog, &id);
	if (fd < 0)
		return straight ? classifier (k, ifindex, prog) : 0;
	close (fd);
	return id;
}

gboolean
dp_hook_put (datapath *d, kn *k, int ifindex, dp_prog prog, GError **error)
{
	return dp_hook_set (d, k, ifindex, prog, d->progs[prog], FALSE, error);
}

gboolean
dp_hook_tidy (kn *k, int ifindex, GError **error)
{
	g_autoptr (GPtrArray) in = kn_filters (k, ifindex, FALSE, NULL);
	g_autoptr (GPtrArray) out = kn_filters (k, ifindex, TRUE, NULL);

	return !in || !out || in->len || out->len ||
		kn_clsact_drop (k, ifindex, error);
}

gboolean
dp_hook_has (datapath *d, kn *k, int ifindex, dp_prog prog)
{
	return dp_hook_id (d, k, ifindex, prog, FALSE) == d->prog_ids[prog];
}

/* Gone with the interface, or never there: that is what was asked for. */
static gboolean
declassify (kn *k, int ifindex, dp_prog prog, GError **error)
{
	g_autoptr (GError) e = NULL;

	if (kn_filter_bpf_del (k, ifindex, on_egress (prog), turn_of (prog),
			       &e) ||
	    kn_failed_with (k, ENODEV) || kn_failed_with (k, ENOENT) ||
	    kn_failed_with (k, EINVAL))
		return TRUE;
	g_propagate_error (error, g_steal_pointer (&e));
	return FALSE;
}

gboolean
dp_hook_clear (datapath *d, kn *k, int ifindex, dp_prog prog, GError **error)
{
	request r = { .what = DETACH, .ifindex = ifindex,
		      .side = side_of (prog) };
	guint32 id;

	r.old = find_ours (d, k, ifindex, prog, &id);
	if (r.old >= 0) {
		ask (k, &r);
		close (r.old);
	}
	if (r.err != 0 && r.err != ENODEV && r.err != ENOENT)
		return fail (k, &r, prog, error);
	return declassify (k, ifindex, prog, error);
}

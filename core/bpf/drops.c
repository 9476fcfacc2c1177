/*
 * drops.c - the reader of the port programs' dropped frames. Called by the
 * trace; the programs write records only while it is open.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

struct datapath_drops {
	datapath *d;
	struct ring_buffer *ring;
	datapath_drop_func func;	/* NULL: what an earlier one left */
	void *user;
	int lock;
	guint64 lost_before;
};

static int
on_record (void *ctx, void *data, size_t size)
{
	datapath_drops *r = ctx;
	const struct dp_drop *from = data;
	datapath_drop drop;

	if (r->func == NULL || size < sizeof *from)
		return 0;
	drop = (datapath_drop) {
		.time = from->time, .ifindex = from->ifindex,
		.slot = from->slot, .inbound = from->direction == DP_IN,
		.reason = from->reason, .acl = from->acl,
		.length = from->length, .captured = from->captured,
		.data = from->data,
	};
	r->func (&drop, r->user);
	return 0;
}

static guint64
lost_so_far (datapath *d)
{
	guint64 n;

	dp_percpu_sum (d, DP_MAP_DROPS_LOST, 0, &n, 1);
	return n;
}

static gboolean
set_open (datapath *d, gboolean open)
{
	struct dp_reader v = { .open = open };
	guint32 zero = 0;

	return bpf_map_update_elem (d->maps[DP_MAP_READER], &zero, &v,
				    BPF_ANY) == 0;
}

/* Held by a folder of the pins: the kernel gives it up with the process. */
static int
take_lock (datapath *d, GError **error)
{
	g_autofree char *path = dp_pin_path (d->pin_dir, DP_FOLDER_MAPS, NULL);
	int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		dp_fail (error, errno, "open %s", path);
	} else if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
				     "read drops: another trace reads them; "
				     "stop it first");
		else
			dp_fail (error, errno, "lock %s", path);
		close (fd);
		fd = -1;
	}
	return fd;
}

datapath_drops *
datapath_drops_open (datapath *d, datapath_drop_func func, void *user,
		     GError **error)
{
	datapath_drops *r = g_new0 (datapath_drops, 1);

	r->d = d;
	r->lock = take_lock (d, error);
	if (r->lock < 0)
		goto fail;
	r->ring = ring_buffer__new (d->maps[DP_MAP_DROPS], on_record, r, NULL);
	if (r->ring == NULL) {
		dp_fail (error, errno, "open the ring of drops");
		goto fail;
	}
	ring_buffer__consume (r->ring);
	r->func = func;
	r->user = user;
	r->lost_before = lost_so_far (d);
	if (set_open (d, TRUE))
		return r;
	dp_fail (error, errno, "start recording drops");
fail:
	ring_buffer__free (r->ring);
	if (r->lock >= 0)
		close (r->lock);
	g_free (r);
	return NULL;
}

int
datapath_drops_fd (datapath_drops *r)
{
	return ring_buffer__epoll_fd (r->ring);
}

void
datapath_drops_consume (datapath_drops *r)
{
	ring_buffer__consume (r->ring);
}

guint64
datapath_drops_lost (datapath_drops *r)
{
	return lost_so_far (r->d) - r->lost_before;
}

void
datapath_drops_close (datapath_drops *r)
{
	if (r == NULL)
		return;
	set_open (r->d, FALSE);
	ring_buffer__free (r->ring);
	close (r->lock);
	g_free (r);
}

const char *
datapath_drop_text (datapath_drop_reason reason)
{
	switch (reason) {
	case DATAPATH_DROP_ACL:
		return "denied by an ACL entry";
	case DATAPATH_DROP_MAC_SPOOFING:
		return "source MAC is not the adapter's";
	case DATAPATH_DROP_MALFORMED:
		return "malformed IP header";
	case DATAPATH_DROP_EXTENDED_ACL:
		return "denied by an extended ACL entry";
	case DATAPATH_DROP_DHCP_GUARD:
		return "DHCP guard: the VM answers as a DHCP server";
	case DATAPATH_DROP_ROUTER_GUARD:
		return "router guard: the VM speaks as a router";
	case DATAPATH_DROP_NEIGHBOR_GUARD:
		return "neighbour guard: it names another's MAC address";
	case DATAPATH_DROP_ADDRESS_LIMIT:
		return "more IP addresses than its limit";
	case DATAPATH_DROP_STORM_LIMIT:
		return "more frames to all in a second than its limit";
	case DATAPATH_DROP_EXTENSION:
		return "dropped by an extension of the switch";
	case DATAPATH_DROP_LINK_DOWN:
		return "the port's interface is down, or nobody has it open";
	}
	return "unknown reason";
}

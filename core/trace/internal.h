/*
 * internal.h - what capture.c (the trace's life, what is written) and listen.c
 * (handles, drops, which points there are) share.
 */
#ifndef VMNET_TRACE_INTERNAL_H
#define VMNET_TRACE_INTERNAL_H

#include <sys/stat.h>

#include "host.h"
#include "model/model.h"
#include "trace/capture.h"
#include "trace/hold.h"
#include "trace/ids.h"
#include "trace/pcapng.h"
#include "trace/points.h"
#include "trace/ring.h"
#include "trace/stream.h"

#define TRACE_NS G_GINT64_CONSTANT (1000000000)
#define TRACE_MS G_GINT64_CONSTANT (1000000)

typedef struct point point;

/* One direction of a point; its handle is NULL while the link is not there. */
typedef struct {
	point *point;
	gboolean outgoing;	/* what the host sends there */
	stream *stream;
	GError *problem;	/* why it could not be opened */
	guint watch;
	hold_source *held;
	guint64 kept, lost;	/* by handles that no longer read */
} side;

struct point {
	capture *c;
	point_spec *spec;
	const char *name;	/* interned: the ring may outlive us */
	int ifindex;		/* 0: not open */
	gboolean wanted;	/* the model still has it */
	gboolean declared;	/* in the file */
	guint32 id;		/* of the file's interface */
	side in, out;
	GHashTable *queues;	/* MAC → VM queue of an uplink; NULL: none */
};

struct capture {
	vmnet_host *host;
	char *state_dir;
	ring *tail;
	/* as asked */
	char *file, *filter;
	unsigned capture;
	guint snaplen;
	gboolean has_code;
	struct bpf_program code;	/* the filter, for the drops */
	/* what listens */
	GPtrArray *points;	/* point *; they stay until the end */
	GHashTable *by_ifindex;	/* the open ones */
	guint ring_size;
	datapath_drops *drops;
	guint drops_watch, tick, ticks;
	guint scanned;		/* the tick of the last look at the store */
	guint64 drops_lost;	/* once `drops` is closed */
	gint64 offset;		/* CLOCK_REALTIME - CLOCK_MONOTONIC, ns */
	/* the model that names them */
	vmnet_model *model;
	struct stat store;	/* as the model was read */
	GHashTable *verdicts;	/* ACL id → GRefString */
	/* what is written */
	hold *hold;
	ids *ids;
	pcapng *out;		/* NULL: ended */
	GError *failure;	/* why it ended by itself */
	guint64 packets, bytes, dropped;
	gint64 started;		/* ns */
};

/* ---- listen.c ----------------------------------------------------------- */

/* Opens whatever is there. FALSE: not even one handle can be had. */
gboolean listen_start (capture *c, GError **error);
/* Follows the store and the links; at most once in a tick. */
void listen_rescan (capture *c);
/* Tells the file about the points that are open. */
gboolean listen_declare (capture *c, GError **error);
/* Reads all handles and the drops. */
void listen_read (capture *c);
/* Nothing is read after it; the handles are closed in the background. */
void listen_stop (capture *c);
void listen_free (capture *c);
void listen_counts (const point *p, guint64 *kept, guint64 *lost);

/* ---- capture.c ---------------------------------------------------------- */

/* Writes what has been held long enough. */
void capture_pass_on (capture *c);

gint64 trace_now (void);	/* ns since the epoch */

#endif

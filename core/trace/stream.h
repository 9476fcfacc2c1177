/*
 * stream.h - one libpcap handle: the frames of one interface in one direction.
 * The only file that captures with libpcap. Called by capture.c.
 *
 * Two handles for an interface, because libpcap tells a frame's direction only
 * to a filter, not to the reader; the kernel does the telling apart, so no
 * frame is copied twice.
 */
#ifndef VMNET_TRACE_STREAM_H
#define VMNET_TRACE_STREAM_H

#include <pcap/pcap.h>

#include "vmnet.h"

#define STREAM_SNAPLEN 262144	/* whole frames, also segmented later ones */

typedef struct stream stream;

typedef struct {
	const char *link;	/* interface name */
	gboolean outgoing;	/* frames that the host sends there; else those
				   that it receives */
	const char *filter;	/* pcap-filter(7), or NULL */
	guint snaplen;		/* bytes */
	guint ring;		/* bytes of memory shared with the kernel */
} stream_spec;

/* `time`: ns since the epoch. */
typedef void (*stream_func) (gint64 time, guint32 length, guint32 captured,
			     const guint8 *data, gpointer user);

stream *stream_open (const stream_spec *spec, stream_func func, gpointer user,
		     GError **error);
void stream_close (stream *s);
int stream_fd (const stream *s);	/* readable: stream_read */
/* Hands every frame that is there to the function. FALSE: the interface has
 * gone. */
gboolean stream_read (stream *s);
/* Since it was opened: kept, and lost because the reader was too slow. */
void stream_counts (stream *s, guint64 *kept, guint64 *lost);

/*
 * Compiles a filter for frames of no special interface; VMNET_ERROR_INVALID
 * with libpcap's own words. Free with pcap_freecode.
 */
gboolean stream_compile (const char *filter, guint snaplen,
			 struct bpf_program *out, GError **error);

#endif

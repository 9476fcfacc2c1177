/*
 * pcapng.h - writes pcapng files (draft-ietf-opsawg-pcapng): libpcap can read
 * them but not write them. One section; one interface for each capture point,
 * which may come at any time; enhanced packet blocks; statistics at the end.
 * Called by capture.c.
 *
 * Writes are collected in memory; what is on the disk always ends at a block,
 * also after a full disk, so the file can be read at any moment.
 */
#ifndef VMNET_TRACE_PCAPNG_H
#define VMNET_TRACE_PCAPNG_H

#include "vmnet.h"

typedef struct pcapng pcapng;

/*
 * Makes or empties `file` (mode 0600; regular files only) and writes the
 * section header. `max_bytes`: of the file, 0 for no limit.
 */
pcapng *pcapng_create (const char *file, guint64 max_bytes, GError **error);

typedef struct {
	const char *name;	/* "web1/Network Adapter" */
	const char *description;/* or NULL */
	const char *filter;	/* pcap-filter(7) text, or NULL */
	guint64 speed;		/* bit/s; 0: not known */
	guint32 snaplen;	/* bytes; 0: whole frames */
} pcapng_interface;

/* An Ethernet interface with nanoseconds; its number goes to `id`. */
gboolean pcapng_add_interface (pcapng *w, const pcapng_interface *i,
			       guint32 *id, GError **error);

typedef enum {
	PCAPNG_UNKNOWN = 0, PCAPNG_INBOUND = 1, PCAPNG_OUTBOUND = 2,
} pcapng_direction;

typedef struct {
	guint32 interface;	/* from pcapng_add_interface */
	guint64 time;		/* ns since the epoch */
	guint32 captured, length;
	const guint8 *data;
	pcapng_direction direction;
	guint64 id;		/* the same at every point; 0: not known */
	gint64 queue;		/* -1: not known */
	gboolean dropped;	/* by a BPF program of traffic control */
	const char *comment;	/* or NULL */
} pcapng_packet;

/*
 * Fails when the disk is full or the file reached its limit: nothing of this
 * packet is in the file then, and only pcapng_close makes sense after it.
 */
gboolean pcapng_write (pcapng *w, const pcapng_packet *p, GError **error);
/* What interface `id` had received and lost at `time` (ns since the epoch). */
gboolean pcapng_statistics (pcapng *w, guint32 id, guint64 time,
			    guint64 received, guint64 lost, GError **error);
/* Hands everything written so far to the kernel. */
gboolean pcapng_flush (pcapng *w, GError **error);
/* Flushes, closes and frees. FALSE: the last bytes could not be written. */
gboolean pcapng_close (pcapng *w, GError **error);

#endif

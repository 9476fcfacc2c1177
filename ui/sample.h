/*
 * sample.h - one look at the host as plain structs, decoded from the nouns'
 * rows by field name. Immutable once made; the views draw it. Called by
 * model.c.
 *
 * A number that is not known is NAN, a text that is not known NULL.
 */
#ifndef UI_SAMPLE_H
#define UI_SAMPLE_H

#include "source.h"

typedef struct {		/* a switch and its uplink, or its team */
	const char *key;
	const char *name, *type, *uplink;
	const char *mirroring;	/* of the uplink, as a port's */
	const char *label;	/* its name, marked as a port's */
	double link;		/* bit/s of the uplink */
	double in_bytes, out_bytes;	/* from and to the outside */
	double in, out;		/* bit/s */
	double floors;		/* bit/s: sum of the programmed floors */
	guint ports;
} ui_switch;

typedef struct {		/* an adapter of a VM or of the host */
	const char *key;
	const char *label;	/* "web1"; "web1/eth" when it has several; "M>"
				 * before one that is copied, "M<" before one
				 * that gets the copies */
	const char *vm, *name, *vswitch, *mac, *interface;
	double in_bytes, out_bytes;	/* the VM's directions */
	double in_packets, out_packets;
	double in, out;		/* bit/s */
	double in_pps, out_pps;
	double in_dropped, out_dropped;		/* since it was made */
	double asked_floor, asked_cap;		/* bit/s */
	double told_floor, told_cap;		/* read back */
	double measured;	/* bit/s through the class of the floor */
	const char *mirroring;	/* "None", "Source", "Destination" */
	const char *floor_met;	/* "met", "not met", "idle" */
} ui_port;

typedef struct {		/* a VM queue */
	const char *key;
	const char *nic, *vm, *mac;
	const char *processor;	/* "0:3" */
	double id, cpu;
	double load;		/* percent of one processor */
	double pps;
	double packets, drops;
} ui_queue;

typedef struct {
	gint64 time;		/* µs, monotonic */
	gint64 wall;		/* µs since the epoch */
	gint64 own_cpu;		/* µs */
	guint processors;	/* at least the highest one in use + 1 */
	GArray *switches;	/* ui_switch */
	GArray *ports;		/* ui_port */
	GArray *queues;		/* ui_queue */
	gboolean trace_known;
	vmnet_trace_status trace;
	char *trace_problem;	/* why there is nothing known */
	GStringChunk *texts;	/* every text above */
	gatomicrefcount refs;
} ui_sample;

/* Takes what it keeps out of `raw`; the packets stay there. Rates are those
 * since the sample `before`; NULL: there are none yet. */
ui_sample *ui_sample_new (ui_raw *raw, const ui_sample *before);
ui_sample *ui_sample_ref (ui_sample *s);
void ui_sample_unref (ui_sample *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ui_sample, ui_sample_unref)

/*
 * Every field that the dashboard reads: calls `func` with its place and name,
 * so that a test can compare them with the nouns' field tables.
 */
void ui_sample_fields (void (*func) (ui_rows rows, const char *field,
				     gpointer user), gpointer user);

#endif

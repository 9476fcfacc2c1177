/*
 * source.h - where samples come from: the host (source_host.c), or a test's
 * fake. A source only fetches rows; sample.c reads their fields by name.
 */
#ifndef UI_SOURCE_H
#define UI_SOURCE_H

#include "core/vmnet.h"

typedef enum {
	UI_ROWS_SWITCH, UI_ROWS_NIC, UI_ROWS_ADAPTER, UI_ROWS_BANDWIDTH,
	UI_ROWS_QUEUE, UI_N_ROWS
} ui_rows;

/* What one look at the host brought. */
typedef struct {
	gint64 time;		/* µs, monotonic: when it was taken */
	gint64 wall;		/* µs since the epoch */
	gint64 own_cpu;		/* µs of processor time that we have used */
	guint processors;	/* of the host; 0: unknown */
	GPtrArray *rows[UI_N_ROWS];	/* vmnet_row *, owned; NULL: none */
	gboolean trace_known;	/* else `trace_problem` says why not */
	char *trace_problem;	/* owned */
	vmnet_trace_status trace;
	GPtrArray *packets;	/* vmnet_trace_packet *, owned; new ones */
} ui_raw;

void ui_raw_clear (ui_raw *raw);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ui_raw, ui_raw_clear)

typedef struct ui_source ui_source;
struct ui_source {
	/* Fills `out` (zeroed). `serial`: the last trace packet that is known
	 * already. FALSE: nothing could be read; `out` stays empty. */
	gboolean (*take) (ui_source *s, guint64 serial, ui_raw *out,
			  GError **error);
	void (*free) (ui_source *s);
	const char *title;	/* "lab demo"; the host's name */
};

/* The real one; `host` must live longer. Free with ui_source_free. */
ui_source *ui_source_host_new (vmnet_host *host);
void ui_source_free (ui_source *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ui_source, ui_source_free)

/* At most so many packets of a trace are fetched with a sample: a few screens
 * of them; and so many are kept, of those that passed and of drops apart. */
#define UI_FETCH 400
#define UI_PACKETS 1000

#endif

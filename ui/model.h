/*
 * model.h - what the dashboard knows: the last sample, the history of every
 * figure by row key, the last packets of the trace. It grows with every
 * sample, whatever is visible; `shown` stands still while paused. Called by
 * app.c on the timer; the views only read it.
 */
#ifndef UI_MODEL_H
#define UI_MODEL_H

#include "format.h"
#include "sample.h"
#include "series.h"

typedef struct {		/* the history of one row */
	guint64 born, seen;	/* ticks */
	guint64 floor_met, floor_missed;	/* congested samples */
	ui_series out;		/* bit/s; a queue's or processor's load in % */
	ui_series in;
} ui_track;

typedef enum {
	UI_TRACK_SWITCH, UI_TRACK_PORT, UI_TRACK_QUEUE, UI_TRACK_CPU,
	UI_N_TRACKS
} ui_tracks;

/* Whether a floor is kept. */
typedef enum {
	UI_FLOOR_NONE,		/* there is no floor */
	UI_FLOOR_UNKNOWN,	/* not measured */
	UI_FLOOR_IDLE,		/* wants less than its floor */
	UI_FLOOR_MET,
	UI_FLOOR_MISSED,
} ui_floor_state;

typedef struct {
	guint64 tick;		/* of the newest sample; 0: none yet */
	guint64 samples;	/* taken without failure, in a row */
	gint64 last;		/* µs: when the newest tick was */
	ui_sample *sample;	/* the newest; NULL before the first */
	char *problem;		/* why the last sampling failed; NULL: fine */
	GHashTable *tracks[UI_N_TRACKS];	/* key -> ui_track */
	ui_series trace_packets, trace_drops;	/* per second */
	GQueue *passed, *drops;	/* vmnet_trace_packet *, oldest first */
	guint64 serial;		/* of the newest packet */
	double cost;		/* percent of a processor that we use */

	gboolean paused;
	ui_sample *shown;	/* what the views draw; NULL before the first */
	guint64 shown_tick;
	guint64 shown_serial;	/* packets after it are not drawn */
} ui_model;

ui_model *ui_model_new (void);
void ui_model_free (ui_model *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ui_model, ui_model_free)

/* Takes one sample. `interval` in seconds: a sample that comes later than
 * due leaves gaps in the histories. */
void ui_model_take (ui_model *m, ui_source *source, double interval);
void ui_model_pause (ui_model *m, gboolean paused);

/* NULL for a row that was never sampled. */
const ui_track *ui_model_track (const ui_model *m, ui_tracks which,
				const char *key);
/* Is this row a few samples old? */
gboolean ui_model_is_new (const ui_model *m, const ui_track *track);
/* `v` with the reason why it is not known, if it is not. */
ui_figure ui_model_figure (const ui_model *m, const ui_track *track,
			   double v);
ui_floor_state ui_port_floor (const ui_port *p);

#endif

/*
 * ui_fake.h - a source of made-up but always equal samples for the tests of
 * the dashboard, with nouns of its own.
 */
#ifndef TESTS_UI_FAKE_H
#define TESTS_UI_FAKE_H

#include "app.h"

typedef struct {
	guint vms, processors;
	gboolean wide_names;	/* names in Chinese, with marks and controls */
	gboolean nothing_known;	/* every value is VMNET_T_NONE */
	gboolean no_rows;
	gboolean fail;		/* the next sample */
	gboolean trace;
	gboolean trace_refused;
	gint64 step;		/* µs between samples; 0: a second */
	guint64 samples;	/* taken so far; counts up */
	gint64 now;		/* µs since the start; counts up */
	guint64 serial;		/* of the last packet; counts up */
} fake_world;

/* `w` must live longer and may be changed between samples. */
ui_source *fake_source_new (fake_world *w);
/* Every name of a field that the fake nouns have. */
gboolean fake_has_field (ui_rows rows, const char *name);

/* An app with a fake world after `samples` samples. */
ui_app *fake_app_new (fake_world *w, const char *view, int samples);
char *fake_frame (ui_app *a, int w, int h, gboolean ascii);
char *fake_styles (ui_app *a, int w, int h);

#endif

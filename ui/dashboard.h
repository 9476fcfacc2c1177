/*
 * dashboard.h - the live dashboard. Called by shell/main.c.
 */
#ifndef UI_DASHBOARD_H
#define UI_DASHBOARD_H

#include "core/vmnet.h"

typedef struct {
	gboolean once;		/* print one frame as text and return */
	const char *view;	/* "ports", "queues", "traces"; NULL: first */
	guint width, height;	/* of a frame with `once`; 0: 80 x 24 */
	double interval;	/* seconds between samples; 0: 1 */
	gboolean ascii, mono;
} ui_options;

gboolean ui_run (vmnet_host *host, const ui_options *o, GError **error);
extern const char *const ui_view_names[];	/* NULL-terminated */

#endif

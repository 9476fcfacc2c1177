/*
 * dashboard.c - the door of ui/: `vmnetsh dashboard`; see dashboard.h.
 */
#include "dashboard.h"

#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "loop.h"

#define MAX_SIDE 1000		/* columns or lines of a frame */

static gboolean
options_ok (const ui_options *o, GError **error)
{
	g_autofree char *all = NULL;

	if (o->width > MAX_SIDE || o->height > MAX_SIDE) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "dashboard: a frame of %u x %u: at most %d each",
			     o->width, o->height, MAX_SIDE);
		return FALSE;
	}
	if (o->interval < 0) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "dashboard: an interval of %g s: it must be "
			     "positive", o->interval);
		return FALSE;
	}
	if (o->view == NULL || ui_view_find (o->view))
		return TRUE;
	all = g_strjoinv (", ", (char **) ui_view_names);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "dashboard: no view '%s'; there are: %s", o->view, all);
	return FALSE;
}

/* Can somebody watch and press keys? */
static gboolean
is_terminal (void)
{
	const char *name = g_getenv ("TERM");

	return isatty (STDIN_FILENO) && isatty (STDOUT_FILENO)
		&& name && *name && strcmp (name, "dumb") != 0;
}

gboolean
ui_run (vmnet_host *host, const ui_options *o, GError **error)
{
	g_autoptr (ui_app) app = NULL;
	gboolean ascii = o->ascii;
	const ui_view *first = ui_views[0];

	if (!options_ok (o, error))
		return FALSE;
	setlocale (LC_CTYPE, "");
	if (!g_get_charset (NULL))
		ascii = TRUE;
	if (o->view)
		first = ui_view_find (o->view);
	app = ui_app_new (ui_source_host_new (host), first,
			  o->interval > 0 ? o->interval : 1);
	if (o->once || !is_terminal ())
		return ui_loop_once (app, o->width ? (int) o->width : 80,
				     o->height ? (int) o->height : 24, ascii,
				     error);
	return ui_loop_terminal (app, ascii, o->mono, error);
}

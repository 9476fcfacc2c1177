/*
 * ui_fake_main.c - the dashboard at a real terminal with the fake source;
 * run by tests/ui/terminal.sh. Arguments: VIEW VMS PROCESSORS
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "loop.h"
#include "ui_fake.h"

int
main (int argc, char **argv)
{
	fake_world w = { .trace = TRUE, .step = 200000 };
	g_autoptr (ui_app) a = NULL;
	g_autoptr (GError) error = NULL;
	const ui_view *view;

	if (argc != 4 || (view = ui_view_find (argv[1])) == NULL) {
		fprintf (stderr, "usage: %s VIEW VMS PROCESSORS\n", argv[0]);
		return 2;
	}
	setlocale (LC_ALL, "");
	w.vms = (guint) atoi (argv[2]);
	w.processors = (guint) atoi (argv[3]);
	w.wide_names = g_getenv ("WIDE") != NULL;
	a = ui_app_new (fake_source_new (&w), view, 0.2);
	if (ui_loop_terminal (a, !g_get_charset (NULL), FALSE, &error))
		return 0;
	fprintf (stderr, "%s\n", error->message);
	return 1;
}

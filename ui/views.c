/*
 * views.c - the list of all views, and what several of them draw. Called by
 * app.c, dashboard.c and the shell's completion.
 */
#include "view.h"

#include "dashboard.h"

const ui_view *const ui_views[UI_N_VIEWS + 1] = {
	&ui_view_ports, &ui_view_queues, &ui_view_traces, NULL
};

const char *const ui_view_names[] = { "ports", "queues", "traces", NULL };

const ui_view *
ui_view_find (const char *name)
{
	for (int i = 0; ui_views[i]; i++)
		if (g_ascii_strcasecmp (ui_views[i]->name, name) == 0)
			return ui_views[i];
	return NULL;
}

void
ui_rule (ui_canvas *c, int x, int y, int w, const char *text)
{
	for (int i = 0; i < w; i++)
		ui_put_glyph (c, x + i, y, UI_RULE, UI_G_HLINE);
	if (text && w > 6) {
		int n = ui_put (c, x + 3, y, w - 6, UI_STRONG, text);

		ui_put_char (c, x + 2, y, UI_RULE, ' ');
		ui_put_char (c, x + 3 + n, y, UI_RULE, ' ');
	}
}

int
ui_pair (ui_canvas *c, int x, int y, int end, const char *name,
	 ui_style style, const char *value)
{
	int n = ui_text_width (name) + 1 + ui_text_width (value);

	if (x + n > end)
		return end;
	x += ui_put (c, x, y, end - x, UI_DIM, name) + 1;
	x += ui_put (c, x, y, end - x, style, value);
	return x + 2;
}

/*
 * keys.c - the one table of keys; see keys.h. In the order of the help.
 */
#include "keys.h"

const ui_key ui_keys[] = {
	{ UI_DO_NEXT_VIEW, { UI_KEY_TAB, '\t' }, "Tab",
	  "next view", "View", "Tab" },
	{ UI_DO_PREVIOUS_VIEW, { UI_KEY_BACK_TAB }, "Shift-Tab",
	  "previous view", NULL, NULL },
	{ UI_DO_UP, { UI_KEY_UP, 'k' }, "Up k", "row above", NULL, NULL },
	{ UI_DO_DOWN, { UI_KEY_DOWN, 'j' }, "Down j", "row below", NULL,
	  NULL },
	{ UI_DO_LEFT, { UI_KEY_LEFT, 'h' }, "Left h",
	  "processors to the left", NULL, NULL },
	{ UI_DO_RIGHT, { UI_KEY_RIGHT, 'l' }, "Right l",
	  "processors to the right", NULL, NULL },
	{ UI_DO_PAGE_UP, { UI_KEY_PAGE_UP, UI_CTRL ('b') }, "PgUp",
	  "page up", NULL, NULL },
	{ UI_DO_PAGE_DOWN, { UI_KEY_PAGE_DOWN, UI_CTRL ('f') }, "PgDn",
	  "page down", NULL, NULL },
	{ UI_DO_FIRST, { UI_KEY_HOME, 'g' }, "Home g", "first row", NULL,
	  NULL },
	{ UI_DO_LAST, { UI_KEY_END, 'G' }, "End G",
	  "last row; a trace is followed from there", NULL, NULL },
	{ UI_DO_FILTER, { '/', '\\' }, "/", "show only rows with a text",
	  "Filter", "/" },
	{ UI_DO_SORT_LEFT, { '<', ',' }, "<", "sort by the column before",
	  NULL, NULL },
	{ UI_DO_SORT_RIGHT, { '>', '.' }, ">", "sort by the column after",
	  "Sort", "<>" },
	{ UI_DO_INVERT, { 'I' }, "I", "sort the other way round", NULL,
	  NULL },
	{ UI_DO_DETAIL, { UI_KEY_ENTER, '\n', '\r' }, "Enter",
	  "more or less about the selected row", "Detail", "Enter" },
	{ UI_DO_BYTES, { 'b' }, "b", "rates in bits or in bytes", NULL,
	  NULL },
	{ UI_DO_DROPS_ONLY, { 'x' }, "x", "of a trace: drops only, or all",
	  NULL, NULL },
	{ UI_DO_PAUSE, { 'p', ' ' }, "p Space",
	  "hold the picture; sampling goes on", "Pause", "p" },
	{ UI_DO_FASTER, { '+', '=' }, "+", "sample more often", NULL, NULL },
	{ UI_DO_SLOWER, { '-' }, "-", "sample less often", NULL, NULL },
	{ UI_DO_REDRAW, { UI_CTRL ('l') }, "Ctrl-L", "draw all again", NULL,
	  NULL },
	{ UI_DO_SUSPEND, { UI_CTRL ('z') }, "Ctrl-Z", "suspend", NULL, NULL },
	{ UI_DO_HELP, { '?', UI_KEY_F1 }, "? F1", "this help", "Help", "?" },
	{ UI_DO_ESCAPE, { UI_KEY_ESCAPE, UI_KEY_BACKSPACE, 0x7f, '\b' },
	  "Esc", "close the help; clear the filter", NULL, NULL },
	{ UI_DO_QUIT, { 'q', UI_KEY_F10, UI_CTRL ('c') }, "q F10", "quit",
	  "Quit", "q" },
};

const int ui_n_keys = G_N_ELEMENTS (ui_keys);

ui_action
ui_key_action (int key)
{
	for (int k = 0; key != 0 && k < ui_n_keys; k++)
		for (guint i = 0; i < G_N_ELEMENTS (ui_keys[k].keys); i++)
			if (ui_keys[k].keys[i] == key)
				return ui_keys[k].action;
	return UI_DO_NOTHING;
}

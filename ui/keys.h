/*
 * keys.h - the one table of keys: it dispatches, and the help overlay and the
 * bottom line are written from it. Called by app.c and help.c.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <glib.h>

/* A key is a character, or one of these. */
enum {
	UI_KEY_UP = 0x110000, UI_KEY_DOWN, UI_KEY_LEFT, UI_KEY_RIGHT,
	UI_KEY_PAGE_UP, UI_KEY_PAGE_DOWN, UI_KEY_HOME, UI_KEY_END,
	UI_KEY_ENTER, UI_KEY_ESCAPE, UI_KEY_BACKSPACE, UI_KEY_TAB,
	UI_KEY_BACK_TAB, UI_KEY_F1, UI_KEY_F10, UI_KEY_END_OF_KEYS
};

#define UI_CTRL(c) ((c) & 0x1f)

typedef enum {
	UI_DO_NOTHING, UI_DO_QUIT, UI_DO_HELP, UI_DO_ESCAPE, UI_DO_NEXT_VIEW,
	UI_DO_PREVIOUS_VIEW, UI_DO_UP, UI_DO_DOWN, UI_DO_LEFT, UI_DO_RIGHT,
	UI_DO_PAGE_UP, UI_DO_PAGE_DOWN, UI_DO_FIRST, UI_DO_LAST,
	UI_DO_SORT_LEFT, UI_DO_SORT_RIGHT, UI_DO_INVERT, UI_DO_FILTER,
	UI_DO_DETAIL, UI_DO_PAUSE, UI_DO_FASTER, UI_DO_SLOWER, UI_DO_BYTES,
	UI_DO_DROPS_ONLY, UI_DO_REDRAW, UI_DO_SUSPEND,
} ui_action;

typedef struct {
	ui_action action;
	int keys[4];		/* 0: no more */
	const char *label;	/* how they are written: "q F10" */
	const char *text;	/* one line for the help overlay */
	const char *brief;	/* in the bottom line; NULL: not there */
	const char *brief_key;	/* as written there */
} ui_key;

extern const ui_key ui_keys[];
extern const int ui_n_keys;

ui_action ui_key_action (int key);

#endif

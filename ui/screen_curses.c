/*
 * screen_curses.c - the terminal; see screen.h. The only file with curses,
 * and with state of its own: there is one terminal.
 */
#define NCURSES_WIDECHAR 1
#include "config.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "core/vmnet.h"
#include "keys.h"
#include "screen.h"

/* A style as 256 colours, as 8, and without any; -1: the terminal's own. */
typedef struct {
	short fg, bg, fg8, bg8;
	attr_t attr, mono;
} look;

/* Blue, orange and vermilion: told apart by every kind of colour vision. */
static const look looks[UI_N_STYLES] = {
	[UI_NORMAL] = { -1, -1, -1, -1, 0, 0 },
	[UI_DIM] = { 245, -1, -1, -1, 0, A_DIM },
	[UI_STRONG] = { -1, -1, -1, -1, A_BOLD, A_BOLD },
	[UI_TITLE] = { 254, 24, COLOR_WHITE, COLOR_BLUE, 0, A_REVERSE },
	[UI_TITLE_ON] = { 16, 153, COLOR_BLACK, COLOR_CYAN, A_BOLD, A_BOLD },
	[UI_HEAD] = { 250, 237, COLOR_BLACK, COLOR_WHITE, 0, A_UNDERLINE },
	[UI_HEAD_SORT] = { 153, 237, COLOR_BLACK, COLOR_CYAN, A_BOLD,
			   A_UNDERLINE | A_BOLD },
	[UI_RULE] = { 242, -1, COLOR_CYAN, -1, 0, A_DIM },
	[UI_KEY] = { 75, -1, COLOR_CYAN, -1, A_BOLD, A_BOLD },
	[UI_ACCENT] = { 75, -1, COLOR_CYAN, -1, 0, 0 },
	[UI_ACCENT2] = { 180, -1, COLOR_YELLOW, -1, 0, 0 },
	[UI_GOOD] = { 79, -1, COLOR_GREEN, -1, 0, 0 },
	[UI_WARN] = { 214, -1, COLOR_YELLOW, -1, 0, A_BOLD },
	[UI_BAD] = { 209, -1, COLOR_RED, -1, A_BOLD, A_BOLD },
	[UI_TRACK] = { 240, -1, -1, -1, 0, A_DIM },
	[UI_HEAT0] = { 250, 236, -1, -1, 0, 0 },
	[UI_HEAT1] = { 255, 24, COLOR_WHITE, COLOR_BLUE, 0, 0 },
	[UI_HEAT2] = { 16, 37, COLOR_BLACK, COLOR_CYAN, 0, A_BOLD },
	[UI_HEAT3] = { 16, 214, COLOR_BLACK, COLOR_YELLOW, 0, A_REVERSE },
	[UI_HEAT4] = { 255, 160, COLOR_WHITE, COLOR_RED, A_BOLD,
		       A_REVERSE | A_BOLD },
};

#define SELECTED_FG 255
#define SELECTED_BG 238

static struct {
	SCREEN *screen;
	gboolean colour, many;	/* many: 256 of them */
	struct termios before;
	char give_back[256];	/* what a dying process writes */
	size_t give_back_len;
} term;

static int
collect (int ch)
{
	if (term.give_back_len < sizeof term.give_back)
		term.give_back[term.give_back_len++] = (char) ch;
	return ch;
}

static void
prepare_give_back (void)
{
	static const char *const names[] = { "sgr0", "cnorm", "rmkx",
					     "rmcup" };

	term.give_back_len = 0;
	for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
		char *s = tigetstr ((NCURSES_CONST char *) names[i]);

		if (s != NULL && s != (char *) -1)
			tputs (s, 1, collect);
	}
}

/* Only what is safe in a signal handler; endwin is not. */
static void
die_tidily (int sig)
{
	ssize_t n = write (STDOUT_FILENO, term.give_back, term.give_back_len);

	(void) n;
	tcsetattr (STDIN_FILENO, TCSANOW, &term.before);
	raise (sig);
}

static void
guard (gboolean on)
{
	static const int faults[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE,
				      SIGILL };
	struct sigaction sa = { .sa_flags = SA_RESETHAND | SA_NODEFER };

	sa.sa_handler = on ? die_tidily : SIG_DFL;
	sigemptyset (&sa.sa_mask);
	for (size_t i = 0; i < G_N_ELEMENTS (faults); i++)
		sigaction (faults[i], &sa, NULL);
}

/* Greys would sink into the background of the selected row. */
static short
selected_fg (short fg)
{
	return fg == -1 || (fg >= 232 && fg < 250) ? SELECTED_FG : fg;
}

/* Pair s + 1 is style s; the second half are those of the selected row. */
static void
make_pairs (void)
{
	for (int i = 0; i < UI_N_STYLES; i++) {
		const look *l = &looks[i];
		gboolean heat = i >= UI_HEAT0;

		if (!term.many) {
			init_pair (i + 1, l->fg8, l->bg8);
			continue;
		}
		init_pair (i + 1, l->fg, l->bg);
		init_pair (UI_N_STYLES + i + 1, selected_fg (l->fg),
			   heat ? l->bg : SELECTED_BG);
	}
}

static void
start_colours (gboolean mono)
{
	const char *no = g_getenv ("NO_COLOR");

	term.colour = !mono && !(no && *no) && has_colors ();
	if (!term.colour)
		return;
	start_color ();
	use_default_colors ();
	term.many = COLORS >= 256 && COLOR_PAIRS > 2 * UI_N_STYLES;
	make_pairs ();
}

gboolean
ui_screen_open (gboolean mono, GError **error)
{
	const char *name = g_getenv ("TERM");

	tcgetattr (STDIN_FILENO, &term.before);
	term.screen = newterm (NULL, stdout, stdin);
	if (term.screen == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "dashboard: terminal type '%s' is not known here; "
			     "'dashboard -Once' prints a frame as text",
			     name ? name : "");
		return FALSE;
	}
	prepare_give_back ();
	guard (TRUE);
	raw ();
	noecho ();
	nonl ();
	keypad (stdscr, TRUE);
	nodelay (stdscr, TRUE);
	set_escdelay (25);
	curs_set (0);
	start_colours (mono);
	return TRUE;
}

void
ui_screen_close (void)
{
	if (term.screen == NULL)
		return;
	endwin ();
	delscreen (term.screen);
	term.screen = NULL;
	guard (FALSE);
}

void
ui_screen_size (int *w, int *h)
{
	struct winsize ws;

	if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0
	    && ws.ws_row > 0)
		resizeterm (ws.ws_row, ws.ws_col);
	*w = COLS;
	*h = LINES;
}

static attr_t
look_of (guint8 style, short *pair)
{
	gboolean selected = style & UI_SELECTED;
	int s = style & ~UI_SELECTED;
	attr_t a = term.colour ? looks[s].attr : looks[s].mono;

	*pair = 0;
	if (term.colour)
		*pair = s + 1 + (selected && term.many ? UI_N_STYLES : 0);
	if (selected && !term.many)
		a = (a & ~A_DIM) ^ A_REVERSE;
	return a;
}

/* A shade stands for a colour where there is none; here there is one. */
static gboolean
is_shade (const ui_cell *cell)
{
	int s = cell->style & ~UI_SELECTED;

	return s >= UI_HEAT0 && term.colour
		&& (term.many ? looks[s].bg : looks[s].bg8) != -1
		&& (cell->ch == 0x2588
		    || (cell->ch >= 0x2591 && cell->ch <= 0x2593));
}

/* Where the C library disagrees about the width, the row must not shift. */
static void
show_cell (const ui_canvas *c, int x, int y)
{
	const ui_cell *cell = ui_canvas_at (c, x, y);
	int width = ui_char_width (cell->ch);
	wchar_t text[3] = { (wchar_t) cell->ch, (wchar_t) cell->mark, 0 };
	cchar_t cc;
	short pair;
	attr_t a = look_of (cell->style, &pair);

	if (cell->ch == 0)
		return;
	if (is_shade (cell))
		text[0] = L' ';
	if (wcwidth (text[0]) != width)
		text[0] = L'?', text[1] = 0;
	if (text[1] != 0 && wcwidth (text[1]) != 0)
		text[1] = 0;
	setcchar (&cc, text, a, pair, NULL);
	mvadd_wch (y, x, &cc);
	if (width == 2 && text[0] == L'?') {
		setcchar (&cc, L" ", a, pair, NULL);
		mvadd_wch (y, x + 1, &cc);
	}
}

void
ui_screen_show (const ui_canvas *c)
{
	for (int y = 0; y < c->h && y < LINES; y++)
		for (int x = 0; x < c->w && x < COLS; x++)
			show_cell (c, x, y);
	refresh ();
}

void
ui_screen_forget (void)
{
	clearok (curscr, TRUE);
}

void
ui_screen_suspend (void)
{
	endwin ();
	kill (0, SIGTSTP);
	clearok (curscr, TRUE);
	refresh ();
}

static const struct { int curses, key; } special[] = {
	{ KEY_UP, UI_KEY_UP }, { KEY_DOWN, UI_KEY_DOWN },
	{ KEY_LEFT, UI_KEY_LEFT }, { KEY_RIGHT, UI_KEY_RIGHT },
	{ KEY_PPAGE, UI_KEY_PAGE_UP }, { KEY_NPAGE, UI_KEY_PAGE_DOWN },
	{ KEY_HOME, UI_KEY_HOME }, { KEY_END, UI_KEY_END },
	{ KEY_ENTER, UI_KEY_ENTER }, { KEY_BACKSPACE, UI_KEY_BACKSPACE },
	{ KEY_BTAB, UI_KEY_BACK_TAB }, { KEY_F (1), UI_KEY_F1 },
	{ KEY_F (10), UI_KEY_F10 },
};

int
ui_screen_key (void)
{
	wint_t ch;
	int r = get_wch (&ch);

	if (r == ERR)
		return -1;
	if (r != KEY_CODE_YES)
		return ch == 0x1b ? UI_KEY_ESCAPE : (int) ch;
	for (size_t i = 0; i < G_N_ELEMENTS (special); i++)
		if (special[i].curses == (int) ch)
			return special[i].key;
	return 0;
}

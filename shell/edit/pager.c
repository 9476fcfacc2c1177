/*
 * pager.c - stops at each page of a statement's output: space goes on, Enter
 * one line, q ends the statement. See pager.h. Called by edit.c.
 */
#include "pager.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const char question[] =
	"\033[7m-- more: space, Enter: a line, G: the rest, q: end --\033[m";

void
pager_begin (pager *p, sh_interp *in)
{
	struct winsize ws = { 0 };

	*p = (pager) { .in = in };
	if (!isatty (STDIN_FILENO) || !isatty (STDOUT_FILENO)
	    || ioctl (STDOUT_FILENO, TIOCGWINSZ, &ws) != 0 || ws.ws_row < 3)
		return;
	p->rows = ws.ws_row;
	p->columns = ws.ws_col ? ws.ws_col : 80;
}

static void
put (const pager *p, const char *text, gsize n)
{
	while (n > 0 && !sh_interrupted (p->in)) {
		gssize done = write (STDOUT_FILENO, text, n);

		if (done < 0 && errno != EINTR)
			return;
		if (done > 0) {
			text += done;
			n -= (gsize) done;
		}
	}
}

/* One key, with keys that send more as their last byte; 0: Ctrl-C, no more
 * input. */
static char
read_key (void)
{
	char key[8] = "";
	gssize n = read (STDIN_FILENO, key, sizeof key);

	if (n == 1)
		return *key;
	if (n == 3 && strcmp (key, "\033[B") == 0)
		return '\n';
	if (n == 3 && strcmp (key, "\033[F") == 0)
		return 'G';
	return n > 1 ? ' ' : 0;
}

/* Waits for a key that means something. FALSE: the statement ends. */
static gboolean
stop (pager *p)
{
	struct termios before, raw;
	gboolean go = TRUE, asked = FALSE;

	if (tcgetattr (STDIN_FILENO, &before) != 0) {
		p->rest = TRUE;
		return TRUE;
	}
	raw = before;
	raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
	tcsetattr (STDIN_FILENO, TCSADRAIN, &raw);
	put (p, question, strlen (question));
	while (!asked) {
		char key = read_key ();

		asked = key == 0 || strchr (" f\n\rjGqQ", key) != NULL;
		go = key != 0 && key != 'q' && key != 'Q';
		p->rest = key == 'G';
		p->row = strchr ("\n\rj", key) && key ? p->rows - 2 : 0;
	}
	tcsetattr (STDIN_FILENO, TCSADRAIN, &before);
	if (write (STDOUT_FILENO, "\r\033[K", 4) < 0)
		return FALSE;
	return go;
}

/* Moves behind what fits: whole lines, wrapped as the terminal does. */
static const char *
fits (pager *p, const char *text)
{
	for (; *text != '\0'; text = g_utf8_next_char (text)) {
		gboolean line = *text == '\n';

		if (!line && p->column == p->columns) {
			p->column = 0;
			p->row++;
		}
		if (p->row + 1 >= p->rows)
			return text;
		if (line) {
			p->column = 0;
			p->row++;
		} else {
			p->column++;
		}
	}
	return text;
}

gboolean
pager_write (gpointer user, const char *text)
{
	pager *p = user;

	if (p->rows == 0 || p->rest)
		return FALSE;
	while (*text != '\0' && !sh_interrupted (p->in)) {
		const char *end = p->rest ? text + strlen (text)
			: fits (p, text);

		put (p, text, (gsize) (end - text));
		text = end;
		if (*text != '\0' && !stop (p)) {
			*sh_interp_options (p->in)->interrupt = 1;
			break;
		}
	}
	return TRUE;
}

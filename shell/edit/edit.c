/*
 * edit.c - the prompt, with libedit: the only file that includes it. Reads
 * statements over several lines, keeps a history, completes and explains.
 * Called by main.c through edit_loop.
 */
#include <config.h>

#include "edit.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complete.h"

#define HISTORY_LINES 2000
/* More candidates than that are counted and not listed. */
#define LISTED 200

typedef struct {
	sh_interp *in;
	EditLine *el;
	History *history;
	char *history_file;	/* NULL: nowhere to keep it */
	char *prompt;
	GString *pending;	/* lines of the statement so far */
} prompt;

/* ---- what libedit asks ---- */

static prompt *
self_of (EditLine *el)
{
	prompt *p = NULL;

	el_get (el, EL_CLIENTDATA, &p);
	return p;
}

static char *
get_prompt (EditLine *el)
{
	prompt *p = self_of (el);

	return p->pending->len ? (char *) ">> " : p->prompt;
}

/* Ctrl-C ends the read: libedit's own reader would go on waiting. */
static int
get_char (EditLine *el, wchar_t *out)
{
	mbstate_t state = { 0 };
	sh_interp *in = self_of (el)->in;
	char c;

	for (;;) {
		ssize_t n = sh_interrupted (in)
				    ? -1 : read (STDIN_FILENO, &c, 1);

		if (n < 0 && errno == EINTR && !sh_interrupted (in))
			continue;
		if (n <= 0)
			return n < 0 ? -1 : 0;
		switch (mbrtowc (out, &c, 1, &state)) {
		case (size_t) -1:
			memset (&state, 0, sizeof (state));
			continue;
		case (size_t) -2:
			continue;
		default:
			return 1;
		}
	}
}

/* ---- Tab and ? ---- */

/* The statement so far with the line at the cursor; *point is the cursor. */
static char *
text_at_cursor (prompt *p, gsize *point)
{
	const LineInfo *li = el_line (p->el);
	gsize before = (gsize) (li->cursor - li->buffer);
	g_autofree char *line = g_strndup (li->buffer, before);

	*point = p->pending->len + before;
	return g_strconcat (p->pending->str, line, NULL);
}

static void
put_word (prompt *p, const char *text, gsize point, gsize start,
	  const char *word)
{
	glong chars = g_utf8_strlen (text + start, (gssize) (point - start));

	if (chars > 0)
		el_deletestr (p->el, (int) chars);
	el_insertstr (p->el, word);
}

static guint
terminal_width (void)
{
	struct winsize ws;

	if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col >= 20)
		return ws.ws_col;
	return 80;
}

/* One candidate a line with its help, cut to the terminal. */
static void
list_candidates (prompt *p, const edit_completion *c)
{
	g_autoptr (GString) out = g_string_new ("\n");
	guint width = terminal_width ();
	glong widest = 0;

	if (c->usage != NULL)
		g_string_append_printf (out, "%s\n", c->usage);
	for (guint i = 0; i < c->items->len && i < LISTED; i++) {
		edit_candidate *k = c->items->pdata[i];

		widest = MAX (widest, g_utf8_strlen (k->text, -1));
	}
	widest = MIN (widest, 34);
	for (guint i = 0; i < c->items->len && i < LISTED; i++) {
		edit_candidate *k = c->items->pdata[i];
		g_autofree char *line = g_strdup_printf (
			"  %-*s  %s", (int) widest, k->text, k->help);
		glong n = g_utf8_strlen (line, -1);
		const char *end = g_utf8_offset_to_pointer (
			line, MIN (n, (glong) width - 1));

		g_string_append_len (out, line, end - line);
		g_string_append_c (out, '\n');
	}
	if (c->items->len > LISTED)
		g_string_append_printf (out, "  and %u more\n",
					c->items->len - LISTED);
	if (c->items->len == 0 && c->usage == NULL)
		g_string_append (out, "  nothing is known to stand here\n");
	if (write (STDOUT_FILENO, out->str, out->len) < 0)
		return;
}

static unsigned char
on_tab (EditLine *el, int ch)
{
	prompt *p = self_of (el);
	gsize point;
	g_autofree char *text = text_at_cursor (p, &point);
	g_autoptr (edit_completion) c = edit_complete (p->in, text, point);
	g_autofree char *common = edit_common (c);
	const char *typed = text + c->start;

	/* A quote that is closed again only when the word is whole. */
	if (c->items->len == 0)
		return CC_REFRESH_BEEP;
	if (c->items->len == 1) {
		gboolean goes_on = g_str_has_suffix (common, "=");

		put_word (p, text, point, c->start, common);
		if (!goes_on)
			el_insertstr (el, " ");
		return CC_REFRESH;
	}
	if (strlen (common) > strlen (typed)) {
		put_word (p, text, point, c->start, common);
		return CC_REFRESH;
	}
	list_candidates (p, c);
	return CC_REDISPLAY;
}

static unsigned char
on_question (EditLine *el, int ch)
{
	prompt *p = self_of (el);
	gsize point;
	g_autofree char *text = text_at_cursor (p, &point);
	g_autoptr (edit_completion) c = NULL;

	if (!edit_is_question (text, point)) {
		el_insertstr (el, "?");
		return CC_REFRESH;
	}
	c = edit_complete (p->in, text, point);
	list_candidates (p, c);
	return CC_REDISPLAY;
}

/* ---- history ---- */

static char *
history_path (sh_interp *in)
{
	vmnet_host *host = sh_host (in);
	const char *dir = host ? vmnet_host_state_dir (host) : NULL;
	const char *xdg = g_getenv ("XDG_STATE_HOME");
	g_autofree char *own = NULL;

	if (dir != NULL && access (dir, W_OK) == 0)
		return g_build_filename (dir, "history", NULL);
	own = xdg && *xdg ? g_build_filename (xdg, "vmnetsh", NULL)
			  : g_build_filename (g_get_home_dir (), ".local",
					      "state", "vmnetsh", NULL);
	if (g_mkdir_with_parents (own, 0700) < 0)
		return NULL;
	return g_build_filename (own, "history", NULL);
}

static void
history_open (prompt *p)
{
	HistEvent ev;

	p->history = history_init ();
	history (p->history, &ev, H_SETSIZE, HISTORY_LINES);
	history (p->history, &ev, H_SETUNIQUE, 1);
	p->history_file = history_path (p->in);
	if (p->history_file != NULL)
		history (p->history, &ev, H_LOAD, p->history_file);
	el_set (p->el, EL_HIST, history, p->history);
}

/* After each line: a shell that is killed loses nothing. */
static void
history_add (prompt *p, const char *statement)
{
	g_autofree char *line = g_strchomp (g_strdup (statement));
	HistEvent ev;
	mode_t before;

	if (line[strspn (line, " \t\r\n")] == '\0')
		return;
	history (p->history, &ev, H_ENTER, line);
	if (p->history_file == NULL)
		return;
	before = umask (077);
	history (p->history, &ev, H_SAVE, p->history_file);
	umask (before);
}

/* ---- the loop ---- */

static void
prompt_open (prompt *p, sh_interp *in)
{
	const char *lab = vmnet_host_lab (sh_host (in));

	p->in = in;
	p->pending = g_string_new (NULL);
	p->prompt = lab ? g_strdup_printf ("vmnetsh(%s)> ", lab)
			: g_strdup ("vmnetsh> ");
	p->el = el_init ("vmnetsh", stdin, stdout, stderr);
	el_set (p->el, EL_CLIENTDATA, p);
	el_set (p->el, EL_EDITOR, "emacs");
	el_set (p->el, EL_PROMPT, get_prompt);
	el_set (p->el, EL_GETCFN, get_char);
	history_open (p);
	el_set (p->el, EL_ADDFN, "vmnetsh-complete", "complete", on_tab);
	el_set (p->el, EL_ADDFN, "vmnetsh-help", "what may come", on_question);
	el_set (p->el, EL_BIND, "\t", "vmnetsh-complete", NULL);
	el_set (p->el, EL_BIND, "?", "vmnetsh-help", NULL);
	el_set (p->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
	/* What the user's own ~/.editrc says, at the end, so that it wins. */
	el_source (p->el, NULL);
}

static void
prompt_close (prompt *p)
{
	history_end (p->history);
	el_end (p->el);
	g_string_free (p->pending, TRUE);
	g_free (p->history_file);
	g_free (p->prompt);
}

static gboolean
interrupt_done (prompt *p, const char *say)
{
	*sh_interp_options (p->in)->interrupt = 0;
	return write (STDOUT_FILENO, say, strlen (say)) > 0;
}

/* One line more. FALSE: end of input. */
static gboolean
read_line (prompt *p)
{
	int n = 0;
	const char *line;

	/* A Ctrl-C that ended a statement is spent; its ^C has no newline. */
	if (sh_interrupted (p->in) && !interrupt_done (p, "\n"))
		return FALSE;
	line = el_gets (p->el, &n);
	if (line == NULL || n <= 0) {
		if (!sh_interrupted (p->in))
			return FALSE;
		g_string_truncate (p->pending, 0);
		el_reset (p->el);
		return interrupt_done (p, "^C\n");
	}
	g_string_append_len (p->pending, line, n);
	return TRUE;
}

int
edit_loop (sh_interp *in)
{
	prompt p = { 0 };
	int status = 0;

	/* Names are UTF-8 here whatever the locale: in "C" libedit would drop
	 * every letter that is not ASCII. */
	setlocale (LC_CTYPE, "");
	if (strcmp (nl_langinfo (CODESET), "UTF-8") != 0)
		setlocale (LC_CTYPE, "C.UTF-8");
	prompt_open (&p, in);
	while (!sh_exiting (in) && read_line (&p)) {
		g_autofree char *text = NULL;

		if (p.pending->len == 0 || sh_incomplete (p.pending->str))
			continue;
		text = g_strdup (p.pending->str);
		g_string_truncate (p.pending, 0);
		history_add (&p, text);
		status = sh_run (in, text, NULL, NULL);
	}
	/* After Ctrl-D the caller's own prompt begins a line of its own. */
	if (!sh_exiting (in) && write (STDOUT_FILENO, "\n", 1) < 0)
		status = 1;
	prompt_close (&p);
	return status;
}

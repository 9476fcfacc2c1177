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
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../netsh/netsh.h"
#include "complete.h"
#include "history.h"
#include "pager.h"
#include "paste.h"

/* More candidates than that are counted and not listed. */
#define LISTED 200
#define HISTORY_LINES 2000

typedef struct {
	sh_interp *in;
	EditLine *el;
	History *history;
	char *history_file;	/* NULL: nowhere to keep it */
	pager pages;
	char *prompt;
	char *context;		/* of netsh; see netsh.h */
	GString *pending;	/* lines of the statement so far */
	char *pasted;		/* what was pasted and is to run; or NULL */
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

/* While nobody types, what an interrupted statement left is freed. */
static void
tidy_up (void)
{
	struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };

	while (sh_values_sweep (5000) && poll (&keys, 1, 0) == 0)
		;
}

/* Ctrl-C ends the read: libedit's own reader would go on waiting. */
static int
get_char (EditLine *el, wchar_t *out)
{
	mbstate_t state = { 0 };
	sh_interp *in = self_of (el)->in;
	char c;

	tidy_up ();
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

/* What may come: in a context of netsh its words, else any command. `text` and
 * `point` are made those of the whole. */
static edit_completion *
complete_at (prompt *p, char **text, gsize *point)
{
	char *whole = p->pending->len ? NULL
		: netsh_full_line (p->context, *text);
	edit_completion *c;

	if (whole == NULL)
		return edit_complete (p->in, *text, *point);
	c = edit_complete (p->in, whole, strlen (whole));
	if (c->items->len == 0) {
		g_free (whole);
		edit_completion_free (c);
		return edit_complete (p->in, *text, *point);
	}
	*point = strlen (whole);
	g_free (*text);
	*text = whole;
	return c;
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

static struct winsize
terminal_size (void)
{
	struct winsize ws = { 0 };

	if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &ws) != 0 || ws.ws_col < 20
	    || ws.ws_row < 6)
		return (struct winsize) { .ws_col = 80, .ws_row = 24 };
	return ws;
}

/* One candidate a line with its help, cut to the terminal. */
static void
list_candidates (prompt *p, const edit_completion *c)
{
	g_autoptr (GString) out = g_string_new ("\n");
	struct winsize size = terminal_size ();
	/* What scrolls away helps nobody. */
	guint most = MIN (LISTED, size.ws_row - 4u);
	glong widest = 0;

	if (c->usage != NULL)
		g_string_append_printf (out, "%s\n", c->usage);
	for (guint i = 0; i < c->items->len && i < most; i++) {
		edit_candidate *k = c->items->pdata[i];

		widest = MAX (widest, g_utf8_strlen (k->text, -1));
	}
	widest = MIN (widest, 34);
	for (guint i = 0; i < c->items->len && i < most; i++) {
		edit_candidate *k = c->items->pdata[i];
		g_autofree char *line = g_strdup_printf (
			"  %-*s  %s", (int) widest, k->text, k->help);
		glong n = g_utf8_strlen (line, -1);
		const char *end = g_utf8_offset_to_pointer (
			line, MIN (n, (glong) size.ws_col - 1));

		g_string_append_len (out, line, end - line);
		g_string_append_c (out, '\n');
	}
	if (c->items->len > most)
		g_string_append_printf (out, "  and %u more: write a letter "
					"of them\n", c->items->len - most);
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
	g_autoptr (edit_completion) c = complete_at (p, &text, &point);
	g_autofree char *common = edit_common (c);
	const char *typed = text + c->start;

	/* A quote that is closed again only when the word is whole. */
	if (c->items->len == 0)
		return CC_REFRESH_BEEP;
	if (c->items->len == 1) {
		gboolean goes_on = g_str_has_suffix (common, "=") ||
			g_str_has_suffix (common, "/");

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
	c = complete_at (p, &text, &point);
	list_candidates (p, c);
	return CC_REDISPLAY;
}

/* A line goes into the line; more of them end it, and run. */
static unsigned char
on_paste (EditLine *el, int ch)
{
	prompt *p = self_of (el);
	g_autofree char *text = paste_read (STDIN_FILENO);

	if (strchr (text, '\n') == NULL) {
		el_insertstr (el, text);
		return CC_REFRESH;
	}
	g_free (p->pasted);
	p->pasted = g_steal_pointer (&text);
	return CC_NEWLINE;
}

/* ---- history ---- */

static void
history_open (prompt *p)
{
	HistEvent ev;

	p->history = history_init ();
	history (p->history, &ev, H_SETSIZE, HISTORY_LINES);
	history (p->history, &ev, H_SETUNIQUE, 1);
	p->history_file = edit_history_path ();
	if (p->history_file != NULL)
		history (p->history, &ev, H_LOAD, p->history_file);
	el_set (p->el, EL_HIST, history, p->history);
}

static void
history_add (prompt *p, const char *statement)
{
	g_autofree char *line = g_strchomp (g_strdup (statement));
	HistEvent ev;

	if (edit_history_wants (line))
		history (p->history, &ev, H_ENTER, line);
}

/* After each line: a shell that is killed loses nothing. */
static void
history_save (prompt *p)
{
	HistEvent ev;
	mode_t before;

	if (p->history_file == NULL)
		return;
	before = umask (077);
	history (p->history, &ev, H_SAVE, p->history_file);
	umask (before);
}

/* ---- the loop ---- */

/* "vmnetsh(lab) trace (offline, pending)> " */
static void
make_prompt (prompt *p)
{
	const char *lab = vmnet_host_lab (sh_host (p->in));
	GString *s = g_string_new ("vmnetsh");

	if (lab != NULL)
		g_string_append_printf (s, "(%s)", lab);
	if (p->context != NULL)
		g_string_append_printf (s, " %s", *p->context ? p->context
					: "netsh");
	if (sh_held (p->in))
		g_string_append_printf (s, " (offline%s)",
					sh_hold_pending (p->in)
					? ", pending" : "");
	g_string_append (s, "> ");
	g_free (p->prompt);
	p->prompt = g_string_free (s, FALSE);
}

static void
bind_keys (prompt *p)
{
	el_set (p->el, EL_ADDFN, "vmnetsh-complete", "complete", on_tab);
	el_set (p->el, EL_ADDFN, "vmnetsh-help", "what may come", on_question);
	el_set (p->el, EL_ADDFN, "vmnetsh-paste", "paste", on_paste);
	el_set (p->el, EL_BIND, "\t", "vmnetsh-complete", NULL);
	el_set (p->el, EL_BIND, "?", "vmnetsh-help", NULL);
	el_set (p->el, EL_BIND, PASTE_START, "vmnetsh-paste", NULL);
	el_set (p->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
}

static void
prompt_open (prompt *p, sh_interp *in)
{
	p->in = in;
	p->pending = g_string_new (NULL);
	make_prompt (p);
	p->el = el_init ("vmnetsh", stdin, stdout, stderr);
	el_set (p->el, EL_CLIENTDATA, p);
	el_set (p->el, EL_EDITOR, "emacs");
	el_set (p->el, EL_PROMPT, get_prompt);
	el_set (p->el, EL_GETCFN, get_char);
	history_open (p);
	bind_keys (p);
	/* What the user's own ~/.editrc says, at the end, so that it wins. */
	el_source (p->el, NULL);
	sh_set_page (in, pager_write, &p->pages);
}

static void
prompt_close (prompt *p)
{
	sh_set_page (p->in, NULL, NULL);
	history_end (p->history);
	g_free (p->history_file);
	el_end (p->el);
	g_string_free (p->pending, TRUE);
	g_free (p->pasted);
	g_free (p->context);
	g_free (p->prompt);
}

static gboolean
say (const char *text)
{
	return write (STDOUT_FILENO, text, strlen (text)) >= 0;
}

static gboolean
interrupt_done (prompt *p, const char *words)
{
	*sh_interp_options (p->in)->interrupt = 0;
	return say (words);
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
	say (PASTE_ON);
	line = el_gets (p->el, &n);
	say (PASTE_OFF);
	/* A paste may have come on an empty line. */
	if ((line == NULL || n <= 0) && p->pasted == NULL) {
		if (!sh_interrupted (p->in))
			return FALSE;
		g_string_truncate (p->pending, 0);
		el_reset (p->el);
		return interrupt_done (p, "^C\n");
	}
	g_string_append_len (p->pending, line ? line : "", MAX (n, 0));
	return TRUE;
}

static int
run_statement (prompt *p, const char *text)
{
	g_autofree char *own = NULL;
	gint64 began = g_get_real_time ();
	int status;

	history_add (p, text);
	own = netsh_line (&p->context, text);
	if (own == NULL)
		return 0;
	pager_begin (&p->pages, p->in);
	status = sh_run (p->in, own, NULL, NULL);
	sh_line_add (p->in, text, began, g_get_real_time (), status == 0);
	return status;
}

/* All that was pasted, until something fails; what has no end of line yet is
 * put into the next line. */
static int
run_pasted (prompt *p)
{
	g_autofree char *head = NULL, *text = NULL;
	GError *e = NULL;
	gsize at = 0;
	guint line = 0;
	int status = 0;

	/* What was typed before it is its beginning. */
	head = g_strchomp (g_strdup (p->pending->str));
	text = g_strconcat (head, p->pasted, NULL);
	g_clear_pointer (&p->pasted, g_free);
	g_string_truncate (p->pending, 0);
	vmnet_host_batch (sh_host (p->in), TRUE, NULL);
	while (status == 0 && !sh_exiting (p->in)) {
		g_autofree char *one = paste_next (text, &at, &line);

		if (one == NULL)
			break;
		status = run_statement (p, one);
	}
	if (!vmnet_host_batch (sh_host (p->in), FALSE, &e)) {
		g_autofree char *words = g_strconcat (e->message, "\n", NULL);

		sh_complain (p->in, words);
		g_error_free (e);
		status = status ? status : 1;
	}
	if (status != 0 && text[at] != '\0') {
		g_autofree char *words = g_strdup_printf (
			"stopped behind line %u of what was pasted: the rest "
			"was not run\n", line);

		sh_complain (p->in, words);
	} else if (status == 0) {
		el_push (p->el, text + at);
	}
	return status;
}

static int
run_pending (prompt *p)
{
	g_autofree char *text = g_strdup (p->pending->str);

	g_string_truncate (p->pending, 0);
	return run_statement (p, text);
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
		if (p.pasted != NULL)
			status = run_pasted (&p);
		else if (p.pending->len == 0
			 || sh_incomplete (p.pending->str))
			continue;
		else
			status = run_pending (&p);
		history_save (&p);
		make_prompt (&p);
	}
	if (sh_hold_pending (in))
		sh_complain (in, "nothing was changed since netsh set mode "
			     "offline: there was no commit\n");
	sh_hold_end (in);
	/* After Ctrl-D the caller's own prompt begins a line of its own. */
	if (!sh_exiting (in) && !say ("\n"))
		status = 1;
	prompt_close (&p);
	return status;
}

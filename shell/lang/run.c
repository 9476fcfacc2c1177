/*
 * run.c - runs one source text from start to end: a script, a line of the
 * prompt, the text of -c.
 */
#include <errno.h>
#include <string.h>

#include "interp.h"

/* "-Name", "-Name:value" and plain words, as a command line gives them. */
static GArray *
args_from_words (const char *const *words)
{
	GArray *out = g_array_new (FALSE, TRUE, sizeof (sh_arg_in));

	g_array_set_clear_func (out, args_in_clear);
	for (; words != NULL && *words != NULL; words++) {
		const char *colon = strchr (*words, ':');
		sh_arg_in a = { 0 };

		if (**words != '-' || !g_ascii_isalpha ((*words)[1])) {
			a.value = sh_string (*words);
			a.bare = TRUE;
		} else if (colon == NULL) {
			a.name = g_strdup (*words + 1);
		} else {
			a.name = g_strndup (*words + 1, (gsize)
					    (colon - *words - 1));
			a.value = sh_string (colon + 1);
			a.attached = TRUE;
		}
		g_array_append_val (out, a);
	}
	return out;
}

static void
set_place (sh_interp *in, const char *name)
{
	g_autofree char *full = name ? g_canonicalize_filename (name, NULL)
		: NULL;
	g_autofree char *dir = full ? g_path_get_dirname (full)
		: g_strdup ("");

	scope_set (in->global, "PSScriptRoot", sh_string (dir));
	scope_set (in->global, "PSCommandPath", sh_string (full));
}

static gboolean
run_body (sh_interp *in, script *s, const char *name,
	  const char *const *words, GError **error)
{
	g_autoptr (GArray) args = args_from_words (words);
	call *c;
	gboolean ok;

	in->script = s;
	c = call_new (in, s, s->root, NULL, FALSE, args, name ? name : "the script",
		      error);
	ok = c != NULL && call_begin (c, in->top, error)
		&& call_once (c, in->top, error)
		&& call_end (c, in->top, error);
	call_free (c);
	return ok;
}

static int
settle (sh_interp *in, GError *e)
{
	if (g_error_matches (e, SH_ERROR, SH_ERROR_EXIT)) {
		in->exiting = TRUE;
		return in->exit_code;
	}
	if (g_error_matches (e, SH_ERROR, SH_ERROR_INTERRUPTED)) {
		sh_complain (in, "interrupted\n");
		return 1;
	}
	if (g_error_matches (e, SH_ERROR, FLOW_BREAK)
	    || g_error_matches (e, SH_ERROR, FLOW_CONTINUE))
		return in->denied ? 3 : in->failed;
	in->streams = NULL;
	in->told = NULL;
	report (in, e, "Continue");
	return in->denied ? 3 : 1;
}

static void
print_collected (sh_interp *in)
{
	if (in->o.format == SH_OUT_TEXT)
		return;
	if (in->collected->len > 0 || in->o.format == SH_OUT_JSON)
		sh_print (in, in->collected);
	g_ptr_array_set_size (in->collected, 0);
}

/* Results that could not be written, to a full disk, are a failure. A reader
 * that has gone away is none. */
static int
output_status (sh_interp *in, int status)
{
	g_autofree char *line = NULL;

	if (in->out_errno == 0 || in->out_errno == EPIPE)
		return status;
	line = g_strdup_printf ("write the results: %s\n",
				g_strerror (in->out_errno));
	sh_complain (in, line);
	return status ? status : 1;
}

int
sh_run (sh_interp *in, const char *text, const char *name,
	const char *const *args)
{
	g_autoptr (GError) e = NULL;
	g_autoptr (script) s = script_parse (text, name, &e);
	script *before = in->script;
	int status;

	in->failed = in->denied = in->exiting = in->gap = FALSE;
	in->out_errno = 0;
	if (s == NULL) {
		g_autofree char *line = g_strconcat (e->message, "\n", NULL);

		sh_complain (in, line);
		return 2;
	}
	set_place (in, name);
	/* A handler that was cut short by Ctrl-C may have ended well. */
	if (run_body (in, s, name, args, &e) && sh_interrupted (in))
		g_set_error (&e, SH_ERROR, SH_ERROR_INTERRUPTED,
			     "interrupted");
	status = e ? settle (in, e) : in->denied ? 3 : in->failed;
	in->script = before;
	in->pipe_depth = in->eval_depth = in->call_depth = 0;
	in->try_depth = 0;
	flush_pending (in);
	print_collected (in);
	status = output_status (in, status);
	/* It ended this run and not what comes next. */
	if (in->o.interrupt != NULL)
		*in->o.interrupt = 0;
	return status;
}

gboolean
sh_exiting (const sh_interp *in)
{
	return in->exiting;
}

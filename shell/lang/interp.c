/*
 * interp.c - the interpreter's life: made, run, its errors and transactions.
 */
#include "dotnet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (sh-error-quark, sh_error)

static void
function_free (gpointer p)
{
	function *f = p;

	script_unref (f->from);
	g_free (f);
}

static void
top_emit (sh_value *v, gpointer user)
{
	sh_interp *in = user;

	if (sh_value_kind (v) == SH_NULL) {
		sh_unref (v);	/* there is nothing to see */
		return;
	}
	/* Text goes on at once when nothing can take it back; objects wait,
	 * so that a table knows all its rows. */
	g_ptr_array_add (in->pending, v);
	if (!statement_changes (in) && in->o.format == SH_OUT_TEXT
	    && sh_value_kind (v) == SH_STRING)
		flush_pending (in);
}

static void
set_defaults (sh_interp *in)
{
	sh_value *version = sh_hash (), *host = sh_object ("InternalHost");

	sh_set (host, "Name", sh_string ("vmnetsh"));
	sh_set (host, "Version", net_version ("5.1"));
	sh_set (version, "PSVersion", net_version ("5.1"));
	sh_set (version, "PSEdition", sh_string ("Core"));
	sh_set (version, "Platform", sh_string ("Unix"));
	var_set (in, "PSVersionTable", version);
	var_set (in, "Host", host);
	var_set (in, "ErrorActionPreference", sh_string ("Continue"));
	var_set (in, "ConfirmWithinPreference", sh_int (GUARD_SECONDS));
	var_set (in, "Error", sh_list_new (SH_L_ARRAYLIST, NULL, FALSE));
	var_set (in, "args", sh_array ());
	var_set (in, "LASTEXITCODE", sh_int (0));
	var_set (in, "OFS", sh_string (" "));
	var_set (in, "IsLinux", sh_bool (TRUE));
	var_set (in, "IsWindows", sh_bool (FALSE));
}

sh_interp *
sh_interp_new (const sh_options *o)
{
	sh_interp *in = g_new0 (sh_interp, 1);

	in->o = *o;
	in->global = scope_new (NULL);
	in->global->is_script = TRUE;
	in->now = scope_ref (in->global);
	in->underscore = var_key ("_");
	in->functions = g_hash_table_new_full (g_str_hash, g_str_equal,
					       g_free, function_free);
	in->aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					     g_free);
	in->classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					     class_free);
	in->pending = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	in->collected = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	in->top = g_new0 (sink, 1);
	in->top->f = top_emit;
	in->top->user = in;
	in->top->direct = o->format == SH_OUT_TEXT;
	in->last_ok = TRUE;
	in->epoch = 1;
	set_defaults (in);
	return in;
}

void
sh_interp_free (sh_interp *in)
{
	if (in == NULL)
		return;
	g_free (sh_transcript_stop (in));
	g_clear_pointer (&in->jobs, g_ptr_array_unref);
	g_clear_pointer (&in->lines, g_ptr_array_unref);
	vmnet_txn_free (in->txn);
	g_ptr_array_unref (in->pending);
	g_ptr_array_unref (in->collected);
	sh_unref (in->thrown);
	sh_unref (in->given);
	g_hash_table_unref (in->functions);
	g_hash_table_unref (in->aliases);
	g_hash_table_unref (in->classes);
	sh_unref (in->returned);
	scope_unref (in->now);
	scope_unref (in->global);
	script_unref (in->bad_script);
	g_clear_pointer (&in->view, vmnet_view_unref);
	g_free (in->label);
	g_free (in->top);
	g_free (in);
}

const sh_options *
sh_interp_options (const sh_interp *in)
{
	return &in->o;
}

void
sh_set_page (sh_interp *in, gboolean (*page) (gpointer user,
					      const char *text), gpointer user)
{
	in->o.page = page;
	in->o.page_user = user;
}

void
sh_alias_set (sh_interp *in, const char *name, const char *command)
{
	g_hash_table_insert (in->aliases, g_utf8_strdown (name, -1),
			     g_strdup (command));
}

gboolean
sh_interrupted (const sh_interp *in)
{
	return in->o.interrupt != NULL && *in->o.interrupt;
}

gboolean
sh_interrupted_error (const sh_interp *in, GError **error)
{
	if (!sh_interrupted (in))
		return FALSE;
	g_set_error (error, SH_ERROR, SH_ERROR_INTERRUPTED, "interrupted");
	return TRUE;
}

/* ---- output ---- */

static void
write_all (int fd, const char *text)
{
	gsize left = strlen (text);

	while (left > 0) {
		gssize n = write (fd, text, left);

		if (n < 0 && errno != EINTR)
			return;	/* nobody listens any more */
		if (n > 0) {
			text += n;
			left -= (gsize) n;
		}
	}
}

void
sh_write (sh_interp *in, const char *text)
{
	gsize left = strlen (text);

	if (in->transcript_path != NULL)
		write_all (in->transcript, text);
	if (in->o.page != NULL && in->o.page (in->o.page_user, text))
		return;
	while (left > 0 && !sh_interrupted (in)) {
		gssize n = write (in->o.out_fd, text, left);

		if (n < 0 && errno != EINTR) {
			in->out_errno = errno;
			return;
		}
		if (n > 0) {
			text += n;
			left -= (gsize) n;
		}
	}
}

void
flush_pending (sh_interp *in)
{
	g_autoptr (GPtrArray) now = in->pending;

	if (now->len == 0) {
		g_ptr_array_ref (now);
		return;
	}
	in->pending = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	if (in->o.format == SH_OUT_TEXT) {
		sh_print (in, now);
		return;
	}
	/* One document for the whole run. */
	for (guint i = 0; i < now->len; i++)
		g_ptr_array_add (in->collected, sh_ref (now->pdata[i]));
}

void
sh_say (sh_interp *in, const char *text)
{
	/* Standard output is a document then. */
	gboolean data = in->o.format != SH_OUT_TEXT;

	if (!statement_changes (in))
		flush_pending (in);
	if (data)
		write_all (in->o.err_fd, text);
	else
		sh_write (in, text);
}

void
sh_complain (sh_interp *in, const char *text)
{
	if (!statement_changes (in))
		flush_pending (in);
	if (in->transcript_path != NULL)
		write_all (in->transcript, text);
	write_all (in->o.err_fd, text);
}

void
sh_warning (sh_interp *in, const char *text)
{
	g_autofree char *line = NULL;

	if (sh_stream (in, '3', text))
		return;
	line = g_strconcat ("WARNING: ", text, "\n", NULL);
	if (in->transcript_path != NULL)
		write_all (in->transcript, line);
	write_all (in->o.err_fd, line);
}

/* ---- core: transactions and views ---- */

vmnet_host *
sh_host (sh_interp *in)
{
	return in->o.host;
}

guint
sh_interp_epoch (const sh_interp *in)
{
	return in->epoch;
}

gboolean *
sh_interp_gap (sh_interp *in)
{
	return &in->gap;
}

gboolean
sh_interp_in_txn (const sh_interp *in)
{
	return in->txn != NULL;
}

void
drop_view (sh_interp *in)
{
	g_clear_pointer (&in->view, vmnet_view_unref);
	in->view_sections = 0;
	in->epoch++;
}

vmnet_txn *
sh_txn (sh_interp *in, GError **error)
{
	/* Who asks is going to edit: what was seen before is old. */
	drop_view (in);
	/* Handlers ask for this and for that before they look at what failed. */
	if (in->txn == NULL && (error == NULL || *error == NULL))
		in->txn = vmnet_txn_begin (in->o.host, error);
	if (in->txn != NULL && in->held && !in->marked) {
		vmnet_txn_mark (in->txn);
		if (in->hold_waits)
			vmnet_txn_unlock (in->txn);
	}
	in->marked = TRUE;
	return in->txn;
}

vmnet_view *
sh_view (sh_interp *in, unsigned sections, GError **error)
{
	vmnet_view *view;

	if (in->view != NULL && (sections & ~in->view_sections) == 0)
		return in->view;
	sections |= in->view_sections;
	view = vmnet_view_new (in->o.host, in->txn, sections, NULL, error);
	if (view == NULL)
		return NULL;
	g_clear_pointer (&in->view, vmnet_view_unref);
	in->view = view;
	in->view_sections = sections;
	return view;
}

/* What would be done; where that is nothing, what would be stored. */
static GPtrArray *
describe (sh_interp *in, GError **error)
{
	g_autoptr (GPtrArray) steps = vmnet_txn_describe (in->txn, error);

	if (steps && steps->len == 0)
		return vmnet_txn_stored (in->txn);
	return g_steal_pointer (&steps);
}

static gboolean
print_plan (sh_interp *in, GError **error)
{
	g_autoptr (GPtrArray) steps = describe (in, error);

	if (steps == NULL)
		return FALSE;
	if (steps->len == 0)
		sh_say (in, "What if: nothing would change\n");
	for (guint i = 0; i < steps->len; i++) {
		g_autofree char *line = g_strconcat ("What if: ",
						     steps->pdata[i], "\n",
						     NULL);

		sh_say (in, line);
	}
	return TRUE;
}

/* Asks at the terminal with the steps that would be taken. */
static gboolean
confirmed (sh_interp *in, GError **error)
{
	g_autoptr (GPtrArray) steps = NULL;
	char answer[16] = "";

	if (!in->o.interactive) {
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "-Confirm needs a terminal to ask at; nothing was "
			     "changed; leave it away or write -Confirm:$false");
		return FALSE;
	}
	steps = describe (in, error);
	if (steps == NULL)
		return FALSE;
	for (guint i = 0; i < steps->len; i++) {
		g_autofree char *line = g_strconcat ("  ", steps->pdata[i],
						     "\n", NULL);

		write_all (in->o.out_fd, line);
	}
	write_all (in->o.out_fd, "Go on? [y/N] ");
	if (read (STDIN_FILENO, answer, sizeof answer - 1) > 0
	    && (*answer | 0x20) == 'y')
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
		     "not confirmed; nothing was changed");
	return FALSE;
}

/* -Verbose: the steps, as they are about to be taken. */
static void
say_steps (sh_interp *in)
{
	g_autoptr (GPtrArray) steps = vmnet_txn_describe (in->txn, NULL);

	for (guint i = 0; steps != NULL && i < steps->len; i++) {
		g_autofree char *line = g_strconcat (
			"VERBOSE: ", steps->pdata[i], "\n", NULL);

		if (!sh_stream (in, '4', steps->pdata[i]))
			sh_complain (in, line);
	}
}

gboolean
statement_changes (const sh_interp *in)
{
	return in->txn != NULL && (in->marked || !in->held);
}

/* The end of a statement whose transaction goes on. */
static gboolean
end_held (sh_interp *in, gboolean ok, GError **error)
{
	gboolean good = ok;

	if (good && in->whatif)
		good = print_plan (in, error);
	else if (good && in->ask)
		good = confirmed (in, error);
	if (!good || in->whatif) {
		vmnet_txn_back (in->txn);
		g_ptr_array_set_size (in->pending, 0);
	}
	return good;
}

/* Ends the transaction that there is. */
static gboolean
end_txn (sh_interp *in, gboolean ok, GError **error)
{
	vmnet_txn *txn = in->txn;

	drop_view (in);
	if (!statement_changes (in))
		return TRUE;
	if (in->held)
		return end_held (in, ok, error);
	if (ok && in->whatif) {
		ok = print_plan (in, error);
		g_ptr_array_set_size (in->pending, 0);
	} else if (ok && in->ask && !confirmed (in, error)) {
		ok = FALSE;
	} else if (ok) {
		if (in->verbose)
			say_steps (in);
		ok = guarded_commit (in, txn, error);
	}
	in->txn = NULL;
	vmnet_txn_free (txn);
	if (!ok)
		g_ptr_array_set_size (in->pending, 0);
	return ok;
}

gboolean
finish_txn (sh_interp *in, gboolean ok, GError **error)
{
	gboolean good = end_txn (in, ok && !in->txn_failed, error);

	/* A reported error took the changes back, but it was reported. */
	if (!good && ok && in->txn_failed)
		good = TRUE;
	in->txn_failed = FALSE;
	in->marked = FALSE;
	in->whatif = FALSE;
	in->verbose = FALSE;
	in->ask = FALSE;
	in->unguarded = FALSE;
	return good;
}

gboolean
sh_commit (sh_interp *in, GError **error)
{
	return in->txn == NULL || in->whatif || in->held
		|| end_txn (in, TRUE, error);
}

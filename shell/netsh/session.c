/*
 * session.c - what netsh says about the session and not about an object: its
 * mode, what waits, scripts, aliases. Called by netsh.c.
 */
#include "internal.h"

#include <string.h>

/* The variable that holds the aliases: name -> words. */
#define ALIASES "NetshAliases"

static gboolean
usage (const char *text, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID, "usage: netsh %s",
		     text);
	return FALSE;
}

/* Beginnings as short as the mode's first two letters are unique. */
static gboolean
mode_is (const char *word, const char *mode)
{
	return strlen (word) >= 2
	       && g_ascii_strncasecmp (mode, word, strlen (word)) == 0;
}

gboolean
netsh_set_mode (sh_call *call, char **words, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	const char *word = words[0];

	if (word && g_ascii_strncasecmp (word, "mode=", 5) == 0)
		word += 5;
	if (word == NULL || words[1] != NULL
	    || !(mode_is (word, "online") || mode_is (word, "offline")))
		return usage ("set mode online|offline", error);
	if (mode_is (word, "offline")) {
		if (!sh_held (in))
			sh_hold (in, TRUE);
		return TRUE;
	}
	if (sh_hold_pending (in)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
			     "netsh set mode online: changes are waiting; "
			     "commit makes them, abort drops them");
		return FALSE;
	}
	sh_hold_end (in);
	return TRUE;
}

gboolean
netsh_show_mode (sh_call *call, char **words, GError **error)
{
	sh_emit (call, sh_string (sh_held (sh_call_interp (call))
				  ? "offline" : "online"));
	return TRUE;
}

gboolean
netsh_show_pending (sh_call *call, char **words, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_autoptr (GPtrArray) steps = sh_hold_describe (in, error);
	gint64 left, until;

	if (steps == NULL)
		return FALSE;
	if (!sh_held (in))
		sh_emit (call, sh_string ("online: every command is carried "
					  "out at once"));
	else if (steps->len == 0)
		sh_emit (call, sh_string (sh_hold_pending (in)
					  ? "offline: what waits changes "
					    "nothing in the kernel"
					  : "offline: nothing is waiting"));
	for (guint i = 0; i < steps->len; i++)
		sh_emit (call, sh_string (steps->pdata[i]));
	if (vmnet_unconfirmed_now (sh_host (in), &left, &until) !=
	    VMNET_UNCONFIRMED_NONE)
		sh_emit (call, sh_string_take (g_strdup_printf (
			"unconfirmed: the last commit is taken back in %"
			G_GINT64_FORMAT " s", left)));
	return TRUE;
}

gboolean
netsh_confirm (sh_call *call, char **words, GError **error)
{
	if (words[0])
		return usage ("confirm", error);
	return vmnet_confirm (sh_host (sh_call_interp (call)), error);
}

gboolean
netsh_revert (sh_call *call, char **words, GError **error)
{
	if (words[0])
		return usage ("revert", error);
	return vmnet_revert (sh_host (sh_call_interp (call)), error);
}

/* "-ConfirmWithin 120", or "confirmwithin=120". */
static gboolean
confirm_within (char **words, guint *out, GError **error)
{
	static const char name[] = "confirmwithin=";

	if (words[0] == NULL)
		return TRUE;
	if (words[1] == NULL
	    && g_ascii_strncasecmp (words[0], name, strlen (name)) == 0)
		return sh_confirm_seconds (words[0] + strlen (name), out,
					   error);
	if (g_ascii_strcasecmp (words[0], "-ConfirmWithin") == 0
	    && (words[1] == NULL || words[2] == NULL))
		return sh_confirm_seconds (words[1], out, error);
	return usage ("commit [-ConfirmWithin SECONDS]", error);
}

gboolean
netsh_commit (sh_call *call, char **words, GError **error)
{
	guint within = 0;

	if (!confirm_within (words, &within, error))
		return FALSE;
	if (!sh_held (sh_call_interp (call))) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "netsh commit: the mode is online, nothing is "
			     "waiting; netsh set mode offline begins");
		return FALSE;
	}
	return sh_hold_commit (sh_call_interp (call), within, error);
}

gboolean
netsh_abort (sh_call *call, char **words, GError **error)
{
	sh_hold_drop (sh_call_interp (call));
	return TRUE;
}

static void
emit_to (sh_value *v, gpointer user)
{
	sh_emit (user, v);
}

/* A script as dump prints it: ordinary commands, netsh's among them. */
gboolean
netsh_exec (sh_call *call, char **words, GError **error)
{
	g_autoptr (GError) e = NULL;
	g_autofree char *text = NULL;

	if (words[0] == NULL || words[1] != NULL)
		return usage ("exec FILE", error);
	if (!g_file_get_contents (words[0], &text, NULL, &e)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "netsh exec: %s", e->message);
		return FALSE;
	}
	return sh_run_text (sh_call_interp (call), text, emit_to, call,
			    error);
}

/* ---- aliases ---- */

static sh_value *
aliases (sh_interp *in)
{
	sh_value *all = sh_var_get (in, ALIASES);

	if (all != NULL)
		return all;
	all = sh_hash ();
	sh_var_set (in, ALIASES, sh_ref (all));
	return all;
}

gboolean
netsh_alias (sh_call *call, char **words, GError **error)
{
	g_autoptr (sh_value) all = aliases (sh_call_interp (call));

	if (words[0] == NULL)
		return netsh_show_alias (call, words, error);
	if (words[1] == NULL)
		return usage ("alias NAME WORDS", error);
	sh_set (all, words[0],
		sh_string_take (g_strjoinv (" ", words + 1)));
	return TRUE;
}

gboolean
netsh_show_alias (sh_call *call, char **words, GError **error)
{
	g_autoptr (sh_value) all = aliases (sh_call_interp (call));

	g_auto (GStrv) names = sh_properties (all);

	for (char **n = names; n != NULL && *n != NULL; n++) {
		g_autoptr (sh_value) v = sh_get (all, *n);
		g_autofree char *text = v ? sh_to_text (v) : g_strdup ("");

		netsh_say (call, *n, "%s", text);
	}
	return TRUE;
}

GPtrArray *
netsh_alias_expand (sh_call *call, char **words)
{
	g_autoptr (sh_value) all = sh_var_get (sh_call_interp (call), ALIASES);
	g_autoptr (sh_value) v = all && words[0] ? sh_get (all, words[0])
						 : NULL;
	g_autofree char *text = v ? sh_to_text (v) : NULL;
	g_auto (GStrv) own = NULL;
	GPtrArray *out;

	if (text == NULL || *text == '\0')
		return NULL;
	own = g_strsplit (text, " ", -1);
	out = g_ptr_array_new_with_free_func (g_free);
	for (char **w = own; *w != NULL; w++)
		if (**w)
			g_ptr_array_add (out, g_strdup (*w));
	for (char **w = words + 1; *w != NULL; w++)
		g_ptr_array_add (out, g_strdup (*w));
	g_ptr_array_add (out, NULL);
	return out;
}

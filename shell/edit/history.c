/*
 * history.c - where the user's lines are kept, and which. See history.h.
 */
#include "history.h"

#include <string.h>

char *
edit_history_path (void)
{
	const char *xdg = g_getenv ("XDG_STATE_HOME");
	g_autofree char *own = xdg && *xdg
		? g_build_filename (xdg, "vmnetsh", NULL)
		: g_build_filename (g_get_home_dir (), ".local", "state",
				    "vmnetsh", NULL);

	if (g_mkdir_with_parents (own, 0700) < 0)
		return NULL;
	return g_build_filename (own, "history", NULL);
}

gboolean
edit_history_wants (const char *statement)
{
	static const char *const secrets[] = {
		"password", "passwd", "secret", "token", "asplaintext",
		"-credential",
	};
	g_autofree char *low = g_ascii_strdown (statement, -1);

	if (strchr (" \t", *statement) != NULL
	    || statement[strspn (statement, " \t\r\n")] == '\0')
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
		if (strstr (low, secrets[i]) != NULL)
			return FALSE;
	return TRUE;
}

/*
 * context.c - netsh's contexts at the prompt: where a line stands, and what it
 * means there. Called by edit/ through netsh.h.
 */
#include "internal.h"

#include <string.h>

/* The context that a word names; owned, or NULL. */
static char *
context_named (const char *word)
{
	const char *noun = netsh_noun (word, FALSE);

	if (strlen (word) >= 2
	    && g_ascii_strncasecmp ("trace", word, strlen (word)) == 0)
		return g_strdup ("trace");
	return noun ? g_ascii_strdown (noun, -1) : NULL;
}

static char **
words_of (const char *line)
{
	g_auto (GStrv) all = g_strsplit_set (line, " \t\r\n", -1);
	GPtrArray *out = g_ptr_array_new ();

	for (char **w = all; *w != NULL; w++)
		if (**w)
			g_ptr_array_add (out, g_strdup (*w));
	g_ptr_array_add (out, NULL);
	return (char **) g_ptr_array_free (out, FALSE);
}

static void
move (char **context, char *to)
{
	g_free (*context);
	*context = to;
}

/* A cmdlet, an expression, a comment: nothing of netsh's. */
static gboolean
is_ordinary (const char *line)
{
	const char *at = line + strspn (line, " \t");
	gsize n = strcspn (at, " \t\r\n");
	g_autofree char *word = g_strndup (at, n);

	return n == 0 || strchr ("$&({@'\"[#0123456789", *at) != NULL
	       || (*at == '.' && strcmp (word, "..") != 0)
	       || (strchr (word, '-') != NULL && word[0] != '-');
}

/* A command of all contexts, written in one of them. */
static gboolean
is_global (const char *word)
{
	static const char *const words[] = { "abort", "alias", "commit",
					     "confirm", "dump", "exec",
					     "revert", NULL };

	return g_strv_contains (words, word);
}

char *
netsh_full_line (const char *context, const char *line)
{
	g_auto (GStrv) words = NULL;

	if (context == NULL)
		return NULL;
	words = words_of (line);
	if (words[0] == NULL)
		return g_strconcat ("netsh ", context, " ", NULL);
	if (is_ordinary (line))
		return NULL;
	if (*context == '\0' || is_global (words[0])
	    || (strcmp (words[0], "set") == 0 && words[1]
		&& g_ascii_strncasecmp ("mode", words[1],
					strlen (words[1])) == 0)
	    || (strcmp (words[0], "show") == 0 && words[1]
		&& (strcmp (words[1], "mode") == 0
		    || strcmp (words[1], "pending") == 0
		    || strcmp (words[1], "alias") == 0)))
		return g_strconcat ("netsh ", line, NULL);
	return g_strconcat ("netsh ", context, " ", line, NULL);
}

char *
netsh_line (char **context, const char *line)
{
	g_auto (GStrv) words = words_of (line);
	guint n = g_strv_length (words);
	gboolean named = n > 0 && strcmp (words[0], "netsh") == 0;
	char *to = named && n == 2 ? context_named (words[1])
		: *context && **context == '\0' && n == 1
		? context_named (words[0]) : NULL;

	if (to != NULL || (named && n == 1)) {
		move (context, to ? to : g_strdup (""));
		return NULL;
	}
	if (*context == NULL || named)
		return g_strdup (line);
	if (n == 1 && (strcmp (words[0], "bye") == 0
		       || strcmp (words[0], "quit") == 0
		       || strcmp (words[0], "exit") == 0)) {
		move (context, NULL);
		return NULL;
	}
	if (n == 1 && strcmp (words[0], "..") == 0) {
		move (context, **context ? g_strdup ("") : NULL);
		return NULL;
	}
	to = netsh_full_line (*context, line);
	return to ? to : g_strdup (line);
}

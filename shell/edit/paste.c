/*
 * paste.c - bracketed paste. See paste.h.
 */
#include "paste.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../lang/lang.h"

static void
unix_lines (GString *s)
{
	gsize to = 0;

	for (gsize i = 0; i < s->len; i++) {
		if (s->str[i] == '\r' && s->str[i + 1] == '\n')
			continue;
		s->str[to++] = s->str[i] == '\r' ? '\n' : s->str[i];
	}
	g_string_truncate (s, to);
}

char *
paste_read (int fd)
{
	const gsize n = strlen (PASTE_END);
	GString *s = g_string_new (NULL);
	char c;

	/* A byte at a time: what is typed behind it is the editor's. */
	while (s->len < n || strcmp (s->str + s->len - n, PASTE_END) != 0) {
		gssize got = read (fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (c != '\0')
			g_string_append_c (s, c);
	}
	if (g_str_has_suffix (s->str, PASTE_END))
		g_string_truncate (s, s->len - n);
	unix_lines (s);
	return g_string_free (s, FALSE);
}

char *
paste_next (const char *text, gsize *at, guint *line)
{
	gsize from = *at;
	const char *end = text + from;

	while ((end = strchr (end, '\n')) != NULL) {
		g_autofree char *part = NULL;

		end++;
		++*line;
		part = g_strndup (text + from, (gsize) (end - text) - from);
		if (sh_incomplete (part))
			continue;
		*at = (gsize) (end - text);
		return g_steal_pointer (&part);
	}
	return NULL;
}

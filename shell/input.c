/* input.c - texts that are to be run: see input.h. Called by main.c. */
#include "input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

char *
input_read (int fd, const volatile sig_atomic_t *interrupted)
{
	GString *s = g_string_new (NULL);
	char buffer[65536];
	gssize n;

	while ((n = read (fd, buffer, sizeof buffer)) != 0) {
		if (n > 0)
			g_string_append_len (s, buffer, n);
		else if (errno != EINTR || *interrupted)
			break;
	}
	return g_string_free (s, FALSE);
}

char *
input_utf8 (char *text, gsize length)
{
	const char *from = length < 2 ? NULL
		: memcmp (text, "\xff\xfe", 2) == 0 ? "UTF-16LE"
		: memcmp (text, "\xfe\xff", 2) == 0 ? "UTF-16BE" : NULL;
	char *out = from ? g_convert (text + 2, (gssize) length - 2, "UTF-8",
				      from, NULL, NULL, NULL) : NULL;

	if (out == NULL)
		return text;
	g_free (text);
	return out;
}

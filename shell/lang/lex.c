/*
 * lex.c - characters: blanks, comments, quotes and dashes in all their forms,
 * names, escapes. Called by the parser.
 */
#include <string.h>

#include "parse.h"

/* Word processors turn quotes and dashes into these; PowerShell reads them. */
static int
one_of (const char *p, char ascii, const char *const *others)
{
	if (*p == ascii)
		return 1;
	for (; *others != NULL; others++)
		if (strncmp (p, *others, 3) == 0)
			return 3;
	return 0;
}

int
lex_dash (const char *p)
{
	static const char *const dashes[] = {
		"\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95", NULL,
	};

	return one_of (p, '-', dashes);
}

int
lex_single (const char *p)
{
	static const char *const quotes[] = {
		"\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a",
		"\xe2\x80\x9b", NULL,
	};

	return one_of (p, '\'', quotes);
}

int
lex_double (const char *p)
{
	static const char *const quotes[] = {
		"\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e", NULL,
	};

	return one_of (p, '"', quotes);
}

int
lex_space (const char *p)
{
	if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f' || *p == '\v')
		return 1;
	if (strncmp (p, "\xc2\xa0", 2) == 0)
		return 2;
	return strncmp (p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static gboolean
skip_comment (parser *ps)
{
	const char *close;

	if (*ps->p == '#') {
		while (*ps->p != '\0' && *ps->p != '\n')
			ps->p++;
		return TRUE;
	}
	if (ps->p[0] != '<' || ps->p[1] != '#')
		return FALSE;
	close = strstr (ps->p + 2, "#>");
	if (close == NULL) {
		ps->incomplete = TRUE;
		parse_fail (ps, ps->p, "this comment has no end: #> expected");
		ps->p = ps->end;
		return FALSE;
	}
	ps->p = close + 2;
	return TRUE;
}

void
lex_blank (parser *ps)
{
	for (;;) {
		int n = lex_space (ps->p);

		if (n > 0)
			ps->p += n;
		else if (ps->p[0] == '`' && ps->p[1] == '\n')
			ps->p += 2;
		else if (ps->p[0] == '`' && ps->p[1] == '\r'
			 && ps->p[2] == '\n')
			ps->p += 3;
		else if (!skip_comment (ps))
			break;
	}
	if (ps->p[0] == '`' && ps->p[1] == '\0') {
		ps->incomplete = TRUE;
		parse_fail (ps, ps->p, "a line must follow the backtick");
		ps->p++;
	}
}

void
lex_lines (parser *ps)
{
	for (lex_blank (ps); *ps->p == '\n'; lex_blank (ps))
		ps->p++;
}

void
lex_separators (parser *ps)
{
	for (lex_blank (ps); *ps->p == '\n' || *ps->p == ';'; lex_blank (ps))
		ps->p++;
}

gboolean
lex_word_char (const char *p)
{
	return g_ascii_isalnum (*p) || *p == '_'
		|| ((guchar) *p >= 0x80 && !lex_space (p) && !lex_dash (p)
		    && !lex_single (p) && !lex_double (p));
}

/* Where an unquoted word of a command ends. */
gboolean
lex_ends_word (const parser *ps, const char *p)
{
	if (*p == '\0' || *p == '\n' || lex_space (p))
		return TRUE;
	if (ps->raw)
		return strchr (";|&)", *p) != NULL;
	return strchr (";|&(){},<>", *p) != NULL;
}

gboolean
lex_at_keyword (parser *ps, const char *word)
{
	gsize n = strlen (word);
	const char *p = ps->p + n;

	return g_ascii_strncasecmp (ps->p, word, n) == 0
		&& (lex_ends_word (ps, p) || *p == '#' || *p == '[');
}

gboolean
lex_keyword (parser *ps, const char *word)
{
	if (!lex_at_keyword (ps, word))
		return FALSE;
	ps->p += strlen (word);
	return TRUE;
}

char *
lex_name (parser *ps)
{
	const char *from = ps->p;

	while (lex_word_char (ps->p))
		ps->p++;
	return ps->p == from ? NULL : g_strndup (from, (gsize) (ps->p - from));
}

gboolean
lex_char (parser *ps, char c)
{
	if (*ps->p != c || c == '\0')
		return FALSE;
	ps->p++;
	return TRUE;
}

static gboolean
escape_unicode (parser *ps, GString *out)
{
	char *stop;
	guint64 c;

	if (ps->p[0] != 'u' || ps->p[1] != '{')
		return FALSE;
	c = g_ascii_strtoull (ps->p + 2, &stop, 16);
	if (*stop != '}' || c > 0x10ffff || !g_unichar_validate ((gunichar) c))
		return FALSE;
	g_string_append_unichar (out, (gunichar) c);
	ps->p = stop + 1;
	return TRUE;
}

void
lex_escape (parser *ps, GString *out)
{
	static const char from[] = "0abefnrtv";
	static const char to[] = "\0\a\b\033\f\n\r\t\v";
	const char *hit;

	if (*ps->p == '\0' || escape_unicode (ps, out))
		return;
	if (ps->p[0] == '\r' && ps->p[1] == '\n')
		ps->p++;
	hit = strchr (from, *ps->p);
	/* GLib strings end at NUL: `0 is dropped. */
	if (hit == NULL)
		g_string_append_c (out, *ps->p);
	else if (hit != from)
		g_string_append_c (out, to[hit - from]);
	ps->p++;
}

/*
 * scan.c - where in a half-written line the cursor stands. See scan.h.
 */
#include "scan.h"

#include <string.h>

/* One nesting level: the line itself, or what a bracket opened. */
typedef struct {
	char close;		/* the bracket that ends it; 0: the line */
	gsize command;		/* where its current command begins */
	GPtrArray *pipeline;	/* first words of the commands before that */
	gboolean piped;
} level;

typedef struct {
	const char *text;
	gsize end, at;
	GPtrArray *levels;
	char quote;		/* the open one */
	gboolean comment;
} scanner;

static void
level_free (gpointer p)
{
	level *l = p;

	g_ptr_array_unref (l->pipeline);
	g_free (l);
}

static level *
top (scanner *s)
{
	return s->levels->pdata[s->levels->len - 1];
}

static void
push (scanner *s, char close, gsize command)
{
	level *l = g_new0 (level, 1);

	l->close = close;
	l->command = command;
	l->pipeline = g_ptr_array_new_with_free_func (g_free);
	g_ptr_array_add (s->levels, l);
}

static gboolean
is_blank (char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char *
first_word (const char *text, gsize from, gsize to)
{
	gsize n;

	while (from < to && is_blank (text[from]))
		from++;
	for (n = 0; from + n < to && !is_blank (text[from + n])
		    && strchr ("|;(){}", text[from + n]) == NULL; n++)
		;
	return g_strndup (text + from, n);
}

static void
next_command (scanner *s, gboolean pipe)
{
	level *l = top (s);

	if (pipe)
		g_ptr_array_add (l->pipeline, first_word (s->text, l->command,
							  s->at));
	else
		g_ptr_array_set_size (l->pipeline, 0);
	l->piped = pipe;
	l->command = s->at + 1;
}

/* A new line ends a command, but not a pipeline that waits for one. */
static void
next_line (scanner *s)
{
	g_autofree char *word = first_word (s->text, top (s)->command, s->at);

	if (*word != '\0')
		next_command (s, FALSE);
}

static gboolean
at_word_start (const scanner *s)
{
	return s->at == 0 || is_blank (s->text[s->at - 1])
	       || strchr ("|;({,=", s->text[s->at - 1]) != NULL;
}

static void
step_plain (scanner *s, char c)
{
	switch (c) {
	case '`':
		s->at++;
		break;
	case '\'':
	case '"':
		s->quote = c;
		break;
	case '#':
		s->comment = at_word_start (s);
		break;
	case '(':
		push (s, ')', s->at + 1);
		break;
	case '{':
		push (s, '}', s->at + 1);
		break;
	case '[':
		push (s, ']', s->at + 1);
		break;
	case ')':
	case '}':
	case ']':
		if (s->levels->len > 1 && top (s)->close == c)
			g_ptr_array_set_size (s->levels,
					      (int) s->levels->len - 1);
		break;
	case '|':
		next_command (s, TRUE);
		break;
	case ';':
		next_command (s, FALSE);
		break;
	case '\n':
		next_line (s);
		break;
	case '=':
		/* "$x = Get-VM": behind it begins a command. */
		if (s->text[top (s)->command
			    + strspn (s->text + top (s)->command, " \t")]
		    == '$')
			next_command (s, FALSE);
		break;
	default:
		break;
	}
}

static void
walk (scanner *s)
{
	for (; s->at < s->end; s->at++) {
		char c = s->text[s->at];

		if (s->comment && c == '\n') {
			s->comment = FALSE;
			next_line (s);
		} else if (s->comment)
			continue;
		else if (s->quote == '\'')
			s->quote = c == '\'' ? 0 : s->quote;
		else if (s->quote == '"' && c == '`')
			s->at++;
		else if (s->quote == '"')
			s->quote = c == '"' ? 0 : s->quote;
		else
			step_plain (s, c);
	}
}

/* ---- the words of the cursor's command ---- */

static void
word_free (gpointer p)
{
	scan_word *w = p;

	g_free (w->text);
	g_free (w);
}

/* Moves behind a quoted part; its text goes to `out`. TRUE: it has an end. */
static gboolean
take_quoted (const char *text, gsize *at, gsize end, GString *out)
{
	char q = text[(*at)++];

	for (; *at < end; (*at)++) {
		if (text[*at] == q && *at + 1 < end && text[*at + 1] == q)
			(*at)++;
		else if (text[*at] == q) {
			(*at)++;
			return TRUE;
		} else if (q == '"' && text[*at] == '`' && *at + 1 < end)
			(*at)++;
		g_string_append_c (out, text[*at]);
	}
	return FALSE;
}

/* Moves behind a bracketed part, which is taken as it stands. */
static void
take_brackets (const char *text, gsize *at, gsize end, GString *out)
{
	int depth = 0;

	for (; *at < end; (*at)++) {
		if (strchr ("({[", text[*at]))
			depth++;
		if (strchr (")}]", text[*at]))
			depth--;
		g_string_append_c (out, text[*at]);
		if (depth == 0) {
			(*at)++;
			return;
		}
	}
}

static scan_word *
take_word (const char *text, gsize *at, gsize end)
{
	g_autoptr (GString) out = g_string_new (NULL);
	scan_word *w = g_new0 (scan_word, 1);

	w->start = *at;
	w->closed = TRUE;
	if (*at < end && (text[*at] == '\'' || text[*at] == '"'))
		w->quote = text[*at];
	while (*at < end && !is_blank (text[*at])) {
		if (text[*at] == '\'' || text[*at] == '"')
			w->closed = take_quoted (text, at, end, out);
		else if (strchr ("({[", text[*at]))
			take_brackets (text, at, end, out);
		else
			g_string_append_c (out, text[(*at)++]);
	}
	w->text = g_strdup (out->str);
	return w;
}

static GPtrArray *
words_of (const char *text, gsize from, gsize end)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (word_free);
	gsize at = from;

	for (;;) {
		while (at < end && is_blank (text[at]))
			at++;
		g_ptr_array_add (out, take_word (text, &at, end));
		/* The word touches the cursor, or is the empty one there. */
		if (at >= end)
			break;
	}
	return out;
}

static GPtrArray *
copy_texts (const GPtrArray *from)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add (out, g_strdup (from->pdata[i]));
	return out;
}

scan_word *
scan_last (const scan *s)
{
	return s->words->pdata[s->words->len - 1];
}

void
scan_free (scan *s)
{
	if (s == NULL)
		return;
	g_ptr_array_unref (s->words);
	g_ptr_array_unref (s->before);
	g_ptr_array_unref (s->around);
	g_free (s);
}

/* The pipeline around the innermost block: the one that feeds the command
 * that the block is an argument of. */
static GPtrArray *
around_block (const scanner *s)
{
	for (guint i = s->levels->len; i-- > 1;) {
		const level *l = s->levels->pdata[i];

		if (l->close == '}')
			return copy_texts (((level *) s->levels->pdata[i - 1])
						   ->pipeline);
	}
	return g_ptr_array_new_with_free_func (g_free);
}

scan *
scan_line (const char *text, gsize point)
{
	scanner s = { .text = text, .end = point };
	scan *out = g_new0 (scan, 1);

	s.levels = g_ptr_array_new_with_free_func (level_free);
	push (&s, 0, 0);
	walk (&s);
	out->words = words_of (text, MIN (top (&s)->command, point), point);
	out->before = copy_texts (top (&s)->pipeline);
	out->around = around_block (&s);
	out->in_string = s.quote != 0;
	out->in_comment = s.comment;
	for (guint i = 1; i < s.levels->len; i++)
		out->in_block |= ((level *) s.levels->pdata[i])->close == '}';
	out->after_pipe = top (&s)->piped && out->words->len == 1;
	g_ptr_array_unref (s.levels);
	return out;
}

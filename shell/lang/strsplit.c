/*
 * strsplit.c - 'text'.Split (…): at characters or at whole texts, into so many
 * parts, without the empty ones. Called by strmethod.c.
 */
#include <string.h>

#include "interp.h"

typedef struct {
	GPtrArray *at;		/* texts to split at; none: at blanks */
	gint64 most;		/* parts; 0: all */
	gboolean no_empty, trimmed;
} splitting;

static void
add_characters (splitting *s, const char *text)
{
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
		g_ptr_array_add (s->at, g_strndup (
			p, (gsize) (g_utf8_next_char (p) - p)));
}

/* A list's texts are whole ones, a text's characters each are one. */
static void
add_separators (splitting *s, const sh_value *v)
{
	g_autofree char *text = NULL;

	if (sh_value_kind (v) != SH_ARRAY) {
		text = sh_to_text (v);
		add_characters (s, text);
		return;
	}
	for (guint i = 0; i < sh_array_length (v); i++) {
		char *one = sh_to_text (sh_array_get (v, i));

		if (*one != '\0')
			g_ptr_array_add (s->at, one);
		else
			g_free (one);
	}
}

static gboolean
take_option (splitting *s, const sh_value *v)
{
	g_autofree char *text = sh_to_text (v);
	gboolean option = strstr (text, "RemoveEmptyEntries")
		|| strstr (text, "TrimEntries")
		|| (sh_value_kind (v) == SH_OBJECT
		    && strcmp (text, "None") == 0);

	s->no_empty |= strstr (text, "RemoveEmptyEntries") != NULL;
	s->trimmed |= strstr (text, "TrimEntries") != NULL;
	return option;
}

static void
read_arguments (splitting *s, const sh_value *args)
{
	for (guint i = 0; i < sh_array_length (args); i++) {
		sh_value *v = sh_array_get (args, i);

		if (i > 0 && sh_value_kind (v) == SH_INT)
			sh_to_int (v, &s->most);
		else if (i == 0 || (!take_option (s, v)
				    && sh_value_kind (v) != SH_NULL))
			add_separators (s, v);
	}
}

/* The length of the separator at `p`; 0: there is none. */
static gsize
separator_at (const splitting *s, const char *p)
{
	if (s->at->len == 0)
		return g_unichar_isspace (g_utf8_get_char (p))
			? (gsize) (g_utf8_next_char (p) - p) : 0;
	for (guint i = 0; i < s->at->len; i++)
		if (g_str_has_prefix (p, s->at->pdata[i]))
			return strlen (s->at->pdata[i]);
	return 0;
}

static void
add_part (const splitting *s, sh_value *out, const char *from, gsize n)
{
	char *part = g_strndup (from, n);

	if (s->trimmed)
		g_strstrip (part);
	if (s->no_empty && *part == '\0')
		g_free (part);
	else
		sh_array_add (out, sh_string_take (part));
}

sh_value *
string_split (sh_interp *in, const char *text, const sh_value *args,
	      GError **error)
{
	g_autoptr (GPtrArray) at = g_ptr_array_new_with_free_func (g_free);
	splitting s = { at, 0, FALSE, FALSE };
	g_autoptr (sh_value) out = sh_array ();
	const char *from = text;

	read_arguments (&s, args);
	for (const char *p = text; *p != '\0';) {
		gsize n = s.most > 0 && sh_array_length (out) + 1 >= s.most
			? 0 : separator_at (&s, p);

		if (n == 0) {
			p = g_utf8_next_char (p);
			continue;
		}
		add_part (&s, out, from, (gsize) (p - from));
		from = p += n;
		if (sh_interrupted_error (in, error))
			return NULL;
	}
	add_part (&s, out, from, strlen (from));
	return g_steal_pointer (&out);
}

/*
 * strmethod.c - the methods of text.
 */
#include <string.h>

#include "interp.h"

typedef struct {
	sh_interp *in;
	node *n;
	const char *s;
	sh_value *args;
	GError **error;
} text_call;

static char *
arg_text (const text_call *c, guint i)
{
	sh_value *v = sh_array_get (c->args, i);

	return v ? sh_to_text (v) : g_strdup ("");
}

static gint64
arg_int (const text_call *c, guint i, gint64 otherwise)
{
	sh_value *v = sh_array_get (c->args, i);
	gint64 out;

	return v && sh_to_int (v, &out) ? out : otherwise;
}

static gboolean
arg_given (const text_call *c, guint i)
{
	return i < sh_array_length (c->args);
}

static sh_value *
text_lower (const text_call *c)
{
	return sh_string_take (g_utf8_strdown (c->s, -1));
}

static sh_value *
text_upper (const text_call *c)
{
	return sh_string_take (g_utf8_strup (c->s, -1));
}

static sh_value *
text_itself (const text_call *c)
{
	return sh_string (c->s);
}

/* Does an argument say so: a StringComparison or its word? */
static gboolean
without_case (const text_call *c, guint from)
{
	for (guint i = from; i < sh_array_length (c->args); i++) {
		g_autofree char *t = arg_text (c, i);

		if (g_str_has_suffix (t, "IgnoreCase")
		    || (i == from && sh_value_kind (sh_array_get (c->args, i))
			== SH_BOOL && *t == 'T'))
			return TRUE;
	}
	return FALSE;
}

/* As strstr; letters of ASCII without case where `fold`. */
static const char *
find_text (const char *s, const char *t, gboolean fold)
{
	gsize n = strlen (t);

	if (!fold)
		return strstr (s, t);
	for (;; s++) {
		if (g_ascii_strncasecmp (s, t, n) == 0)
			return s;
		if (*s == '\0')
			return NULL;
	}
}

/* All the characters of the arguments; blanks without one. */
static char *
char_set (const text_call *c)
{
	GString *set = g_string_new (NULL);

	for (guint i = 0; i < sh_array_length (c->args); i++) {
		sh_value *v = sh_array_get (c->args, i);

		for (guint k = 0; k < sh_array_length (v); k++) {
			g_autofree char *t = sh_to_text (sh_array_get (v, k));

			g_string_append (set, t);
		}
	}
	return g_string_free (set, FALSE);
}

static gboolean
in_set (gunichar ch, const char *set)
{
	return *set ? g_utf8_strchr (set, -1, ch) != NULL
		: g_unichar_isspace (ch);
}

static sh_value *
trim (const text_call *c, gboolean start, gboolean finish)
{
	g_autofree char *set = char_set (c);
	const char *from = c->s, *to = c->s + strlen (c->s);

	while (start && from < to && in_set (g_utf8_get_char (from), set))
		from = g_utf8_next_char (from);
	while (finish && to > from
	       && in_set (g_utf8_get_char (g_utf8_prev_char (to)), set))
		to = g_utf8_prev_char (to);
	return sh_string_take (g_strndup (from, (gsize) (to - from)));
}

static sh_value *
text_trim (const text_call *c)
{
	return trim (c, TRUE, TRUE);
}

static sh_value *
text_trim_start (const text_call *c)
{
	return trim (c, TRUE, FALSE);
}

static sh_value *
text_trim_end (const text_call *c)
{
	return trim (c, FALSE, TRUE);
}

static sh_value *
text_replace (const text_call *c)
{
	g_autofree char *from = arg_text (c, 0), *to = arg_text (c, 1);
	gsize length = strlen (from);
	const char *rest = c->s, *hit;
	GString *s;

	if (*from == '\0')
		return fail_at (c->in, c->n, c->error, "Replace: the text to "
				"look for is empty");
	s = g_string_new (NULL);
	/* Each hit goes to the end of `s`: glib moves the whole rest. */
	while ((hit = find_text (rest, from, without_case (c, 2))) != NULL) {
		g_string_append_len (s, rest, hit - rest);
		g_string_append (s, to);
		rest = hit + length;
		if (sh_interrupted_error (c->in, c->error)
		    || !text_fits (c->in, c->n, s->len, c->error)) {
			g_string_free (s, TRUE);
			return NULL;
		}
	}
	g_string_append (s, rest);
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
text_contains (const text_call *c)
{
	g_autofree char *t = arg_text (c, 0);

	return sh_bool (find_text (c->s, t, without_case (c, 1)) != NULL);
}

static sh_value *
text_starts (const text_call *c)
{
	g_autofree char *t = arg_text (c, 0);

	return sh_bool (without_case (c, 1)
			? g_ascii_strncasecmp (c->s, t, strlen (t)) == 0
			: g_str_has_prefix (c->s, t));
}

static sh_value *
text_ends (const text_call *c)
{
	g_autofree char *t = arg_text (c, 0);

	if (without_case (c, 1))
		return sh_bool (strlen (t) <= strlen (c->s)
				&& g_ascii_strcasecmp (c->s + strlen (c->s)
						       - strlen (t), t) == 0);
	return sh_bool (g_str_has_suffix (c->s, t));
}

static sh_value *
offset_of (const text_call *c, const char *hit)
{
	return sh_int (hit ? g_utf8_pointer_to_offset (c->s, hit) : -1);
}

static sh_value *
text_index (const text_call *c)
{
	g_autofree char *t = arg_text (c, 0);
	sh_value *second = sh_array_get (c->args, 1);
	gint64 from = second && sh_value_kind (second) == SH_INT
		? arg_int (c, 1, 0) : 0;

	if (from < 0 || from > g_utf8_strlen (c->s, -1))
		return fail_at (c->in, c->n, c->error, "IndexOf: place %"
				G_GINT64_FORMAT " is outside of the text",
				from);
	return offset_of (c, find_text (
		g_utf8_offset_to_pointer (c->s, (glong) from), t,
		without_case (c, 1)));
}

static sh_value *
text_last_index (const text_call *c)
{
	g_autofree char *t = arg_text (c, 0);

	return offset_of (c, g_strrstr (c->s, t));
}

/* FALSE with error: outside of the text. */
static gboolean
piece (const text_call *c, const char **from, const char **to)
{
	glong length = g_utf8_strlen (c->s, -1);
	gint64 start = arg_int (c, 0, -1);
	gint64 count = arg_given (c, 1) ? arg_int (c, 1, -1) : length - start;

	if (start < 0 || count < 0 || start > length
	    || count > length - start) {
		fail_at (c->in, c->n, c->error, "the text has %ld characters; "
			 "start %" G_GINT64_FORMAT " and length %"
			 G_GINT64_FORMAT " are outside of it", length, start,
			 count);
		return FALSE;
	}
	*from = g_utf8_offset_to_pointer (c->s, (glong) start);
	*to = g_utf8_offset_to_pointer (*from, (glong) count);
	return TRUE;
}

static sh_value *
text_substring (const text_call *c)
{
	const char *from, *to;

	if (!piece (c, &from, &to))
		return NULL;
	return sh_string_take (g_strndup (from, (gsize) (to - from)));
}

static sh_value *
text_remove (const text_call *c)
{
	const char *from, *to;
	GString *s;

	if (!piece (c, &from, &to))
		return NULL;
	s = g_string_new_len (c->s, (gssize) (from - c->s));
	g_string_append (s, to);
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
text_insert (const text_call *c)
{
	glong length = g_utf8_strlen (c->s, -1);
	gint64 at = arg_int (c, 0, -1);
	g_autofree char *t = arg_text (c, 1);
	GString *s;

	if (at < 0 || at > length)
		return fail_at (c->in, c->n, c->error, "Insert: place %"
				G_GINT64_FORMAT " is outside of the text",
				at);
	s = g_string_new (c->s);
	g_string_insert (s, g_utf8_offset_to_pointer (c->s, (glong) at)
			 - c->s, t);
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
pad (const text_call *c, gboolean left)
{
	gint64 width = MIN (arg_int (c, 0, 0), 100000);
	g_autofree char *with = arg_text (c, 1);
	GString *s = g_string_new (left ? NULL : c->s);

	for (glong i = g_utf8_strlen (c->s, -1); i < width; i++)
		g_string_append (s, *with ? with : " ");
	if (left)
		g_string_append (s, c->s);
	return sh_string_take (g_string_free (s, FALSE));
}

static sh_value *
text_pad_left (const text_call *c)
{
	return pad (c, TRUE);
}

static sh_value *
text_pad_right (const text_call *c)
{
	return pad (c, FALSE);
}

static sh_value *
text_chars (const text_call *c)
{
	sh_value *out = sh_array ();

	for (const char *p = c->s; *p != '\0' && !sh_interrupted (c->in);
	     p = g_utf8_next_char (p))
		sh_array_add (out, sh_char (g_utf8_get_char (p)));
	if (!sh_interrupted_error (c->in, c->error))
		return out;
	sh_unref (out);
	return NULL;
}

static sh_value *
text_equals (const text_call *c)
{
	g_autofree char *t = arg_text (c, 0);
	g_autofree char *how = arg_text (c, 1);

	if (g_str_has_suffix (how, "IgnoreCase"))
		return sh_bool (g_ascii_strcasecmp (c->s, t) == 0);
	return sh_bool (strcmp (c->s, t) == 0);
}

static sh_value *
text_compare (const text_call *c)
{
	g_autofree char *t = arg_text (c, 0);
	int r = g_utf8_collate (c->s, t);

	return sh_int ((r > 0) - (r < 0));
}

/* The first of these characters. */
static sh_value *
text_index_any (const text_call *c)
{
	g_autofree char *set = char_set (c);
	gint64 i = 0;

	for (const char *p = c->s; *p; p = g_utf8_next_char (p), i++)
		if (*set && in_set (g_utf8_get_char (p), set))
			return sh_int (i);
	return sh_int (-1);
}

static sh_value *
text_char_at (const text_call *c)
{
	gint64 at = arg_int (c, 0, -1);

	if (at < 0 || at >= g_utf8_strlen (c->s, -1))
		return fail_at (c->in, c->n, c->error, "Chars: place %"
				G_GINT64_FORMAT " is outside of the text", at);
	return sh_char (g_utf8_get_char (
		g_utf8_offset_to_pointer (c->s, (glong) at)));
}

static sh_value *
text_normalize (const text_call *c)
{
	return sh_string_take (g_utf8_normalize (c->s, -1,
						 G_NORMALIZE_DEFAULT_COMPOSE));
}

static sh_value *
text_split (const text_call *c)
{
	return string_split (c->in, c->s, c->args, c->error);
}

static const struct {
	const char *name;
	sh_value *(*run) (const text_call *c);
} methods[] = {
	{ "ToLower", text_lower }, { "ToLowerInvariant", text_lower },
	{ "ToUpper", text_upper }, { "ToUpperInvariant", text_upper },
	{ "ToString", text_itself }, { "Clone", text_itself },
	{ "Trim", text_trim }, { "TrimStart", text_trim_start },
	{ "TrimEnd", text_trim_end }, { "Split", text_split },
	{ "Replace", text_replace }, { "Contains", text_contains },
	{ "StartsWith", text_starts }, { "EndsWith", text_ends },
	{ "IndexOf", text_index }, { "LastIndexOf", text_last_index },
	{ "Substring", text_substring }, { "Remove", text_remove },
	{ "Insert", text_insert }, { "PadLeft", text_pad_left },
	{ "PadRight", text_pad_right }, { "ToCharArray", text_chars },
	{ "Equals", text_equals }, { "CompareTo", text_compare },
	{ "IndexOfAny", text_index_any }, { "Chars", text_char_at },
	{ "Normalize", text_normalize },
};

void
string_method_names (GPtrArray *out)
{
	for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
		g_ptr_array_add (out, g_strdup (methods[i].name));
}

sh_value *
string_method (sh_interp *in, node *n, const char *s, const char *name,
	       sh_value *args, GError **error)
{
	text_call c = { in, n, s, args, error };

	for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
		if (g_ascii_strcasecmp (methods[i].name, name) == 0)
			return methods[i].run (&c);
	return NULL;
}

/*
 * net_regex.c - [regex]: its objects, matches and groups. The matching itself
 * is regex.c's.
 */
#include <string.h>

#include "dotnet.h"

sh_value *
net_regex (sh_interp *in, node *n, const char *pattern, gboolean match_case,
	   GError **error)
{
	gboolean hit;
	sh_value *v;

	/* A pattern that is none is told here and not at its first use. */
	if (!regex_test (in, n, "", pattern, match_case, NULL, &hit, error))
		return NULL;
	v = sh_object ("Regex");
	sh_set (v, "\001ignore", sh_bool (!match_case));
	sh_set (v, "\001text", sh_string (pattern));
	return v;
}

/* .NET's RegexOptions as PCRE2 has them in a pattern: "(?ms)"; owned. */
static char *
options_text (const char *how)
{
	static const struct { const char *word; char letter; } words[] = {
		{ "Multiline", 'm' }, { "Singleline", 's' },
		{ "IgnorePatternWhitespace", 'x' }, { "ExplicitCapture", 'n' },
	};
	GString *s = g_string_new (NULL);

	for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
		if (strstr (how, words[i].word) != NULL)
			g_string_append_c (s, words[i].letter);
	if (s->len > 0) {
		g_string_prepend (s, "(?");
		g_string_append_c (s, ')');
	}
	return g_string_free (s, FALSE);
}

/* What a call is about: [regex]::X (text, pattern, …) or $regex.X (text, …). */
typedef struct {
	char *text, *pattern;
	gboolean match_case;
	guint more;		/* the first argument behind them */
} subject;

static void
subject_clear (subject *s)
{
	g_free (s->text);
	g_free (s->pattern);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (subject, subject_clear)

static subject
subject_of (const net_call *c, guint options)
{
	subject s = { net_text (c, 0), NULL, TRUE, 1 };
	g_autofree char *how = NULL, *first = NULL, *plain = NULL;

	if (c->self != NULL) {
		sh_value *ignore = sh_peek (c->self, "\001ignore");
		sh_value *more = sh_peek (c->self, "\001options");

		s.pattern = g_strconcat (more ? sh_text (more) : "", sh_text (
			sh_peek (c->self, "\001text")), NULL);
		s.match_case = ignore == NULL || !sh_truth (ignore);
		return s;
	}
	how = net_text (c, options);
	first = options_text (how);
	plain = net_text (c, 1);
	s.pattern = g_strconcat (first, plain, NULL);
	s.more = 2;
	s.match_case = strstr (how, "IgnoreCase") == NULL;
	return s;
}

static glong
characters (const char *text, gsize bytes)
{
	return g_utf8_strlen (text, (gssize) bytes);
}

static sh_value *
group_object (const regex_hit *hit, const char *text, guint i,
	      const char *type)
{
	sh_value *g = sh_object (type);
	gboolean there = hit->from[i] >= 0;
	g_autofree char *value = there ? g_strndup (
		text + hit->from[i], (gsize) (hit->to[i] - hit->from[i]))
		: g_strdup ("");

	sh_set (g, "Success", sh_bool (there));
	sh_set (g, "Value", sh_string (value));
	sh_set (g, "Index", sh_int (there ? characters (
		text, (gsize) hit->from[i]) : 0));
	sh_set (g, "Length", sh_int (g_utf8_strlen (value, -1)));
	sh_set (g, "\001text", sh_string (value));
	return g;
}

static sh_value *
match_object (const regex_hit *hit, const char *text)
{
	sh_value *m = group_object (hit, text, 0, "Match");
	sh_value *groups = sh_hash_ordered ();

	for (guint i = 0; i < hit->groups; i++) {
		g_autofree char *key = hit->names[i]
			? g_strdup (hit->names[i])
			: g_strdup_printf ("%u", i);

		sh_set (groups, key, group_object (hit, text, i, "Group"));
	}
	sh_set (m, "Groups", groups);
	return m;
}

static sh_value *
no_match (void)
{
	sh_value *m = sh_object ("Match");

	sh_set (m, "Success", sh_bool (FALSE));
	sh_set (m, "Value", sh_string (""));
	sh_set (m, "Index", sh_int (0));
	sh_set (m, "Length", sh_int (0));
	sh_set (m, "Groups", sh_hash_ordered ());
	sh_set (m, "\001text", sh_string (""));
	return m;
}

typedef struct {
	sh_value *list;
	guint limit;
} gathering;

static gboolean
gather (const regex_hit *hit, const char *text, gpointer user,
	GError **error)
{
	gathering *g = user;

	sh_array_add (g->list, match_object (hit, text));
	return g->limit == 0 || sh_array_length (g->list) < g->limit;
}

static sh_value *
matches (const net_call *c, guint limit)
{
	g_auto (subject) s = subject_of (c, 2);
	g_autoptr (sh_value) list = sh_array ();
	gathering g = { list, limit };

	if (!regex_each (c->in, c->n, s.text, s.pattern, s.match_case, gather,
			 &g, c->error))
		return NULL;
	return g_steal_pointer (&list);
}

static sh_value *
regex_match (const net_call *c)
{
	g_autoptr (sh_value) list = matches (c, 1);

	if (list == NULL)
		return NULL;
	return sh_array_length (list) ? sh_ref (sh_array_get (list, 0))
		: no_match ();
}

static sh_value *
regex_matches (const net_call *c)
{
	return matches (c, 0);
}

static sh_value *
regex_is (const net_call *c)
{
	g_auto (subject) s = subject_of (c, 2);
	gboolean hit;

	if (!regex_test (c->in, c->n, s.text, s.pattern, s.match_case, NULL,
			 &hit, c->error))
		return NULL;
	return sh_bool (hit);
}

/* ---- replace, also with a block that makes the new text ---- */

typedef struct {
	const net_call *c;
	sh_block *block;
	GString *out;
	gint copied;
} replacing;

static void
keep (sh_value *v, gpointer user)
{
	sh_array_add (user, v);
}

static gboolean
replace_one (const regex_hit *hit, const char *text, gpointer user,
	     GError **error)
{
	replacing *r = user;
	g_autoptr (sh_value) args = sh_array ();
	g_autoptr (sh_value) got = sh_array ();
	g_autofree char *with = NULL;

	sh_array_add (args, match_object (hit, text));
	if (!sh_block_call (r->c->in, r->block, sh_array_get (args, 0), args,
			    keep, got, error))
		return FALSE;
	with = sh_to_text (got);
	g_string_append_len (r->out, text + r->copied,
			     hit->from[0] - r->copied);
	g_string_append (r->out, with);
	r->copied = hit->to[0];
	return TRUE;
}

static sh_value *
replace_by_block (const net_call *c, const subject *s, sh_block *block)
{
	replacing r = { c, block, g_string_new (NULL), 0 };

	if (!regex_each (c->in, c->n, s->text, s->pattern, s->match_case,
			 replace_one, &r, c->error)) {
		g_string_free (r.out, TRUE);
		return NULL;
	}
	g_string_append (r.out, s->text + r.copied);
	return sh_string_take (g_string_free (r.out, FALSE));
}

static sh_value *
regex_replaced (const net_call *c)
{
	g_auto (subject) s = subject_of (c, 3);
	sh_value *with = net_arg (c, s.more);
	g_autofree char *text = with ? sh_to_text (with) : g_strdup ("");
	char *out;

	if (with != NULL && sh_block_get (with) != NULL)
		return replace_by_block (c, &s, sh_block_get (with));
	out = regex_replace (c->in, c->n, s.text, s.pattern, text,
			     s.match_case, c->self ? net_int (c, 2, -1) : -1,
			     c->error);
	return out ? sh_string_take (out) : NULL;
}

static sh_value *
regex_parts (const net_call *c)
{
	g_auto (subject) s = subject_of (c, 2);
	g_autoptr (GPtrArray) parts = regex_split (
		c->in, c->n, s.text, s.pattern, s.match_case,
		c->self ? net_int (c, 1, 0) : 0, c->error);
	sh_value *out;

	if (parts == NULL)
		return NULL;
	out = sh_array ();
	for (guint i = 0; i < parts->len; i++)
		sh_array_add (out, sh_string (parts->pdata[i]));
	return out;
}

static sh_value *
regex_escape (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);
	GString *out = g_string_new (NULL);

	for (const char *p = text; *p != '\0'; p++) {
		if (strchr ("\\*+?|{[()^$.# ", *p) != NULL)
			g_string_append_c (out, '\\');
		g_string_append_c (out, *p);
	}
	return sh_string_take (g_string_free (out, FALSE));
}

static sh_value *
regex_unescape (const net_call *c)
{
	static const char letters[] = "n\nt\tr\rf\fe\033a\av\v";
	g_autofree char *text = net_text (c, 0);
	GString *out = g_string_new (NULL);

	for (const char *p = text; *p != '\0'; p++) {
		const char *l;

		if (*p != '\\' || p[1] == '\0') {
			g_string_append_c (out, *p);
			continue;
		}
		p++;
		for (l = letters; *l != '\0' && *l != *p; l += 2)
			;
		g_string_append_c (out, *l != '\0' ? l[1] : *p);
	}
	return sh_string_take (g_string_free (out, FALSE));
}

static sh_value *
regex_new (const net_call *c)
{
	g_autofree char *pattern = net_text (c, 0), *how = net_text (c, 1);
	g_autofree char *options = options_text (how);
	sh_value *v = net_regex (c->in, c->n, pattern,
				 strstr (how, "IgnoreCase") == NULL, c->error);

	if (v != NULL && *options != '\0')
		sh_set (v, "\001options", sh_string (options));
	return v;
}

const net_method net_regex_statics[] = {
	{ "regex", "Match", 2, regex_match },
	{ "regex", "Matches", 2, regex_matches },
	{ "regex", "IsMatch", 2, regex_is },
	{ "regex", "Replace", 3, regex_replaced },
	{ "regex", "Split", 2, regex_parts },
	{ "regex", "Escape", 1, regex_escape },
	{ "regex", "Unescape", 1, regex_unescape },
	{ "regex", "new", 1, regex_new },
	{ NULL, NULL, 0, NULL },
};

const net_method net_regex_methods[] = {
	{ "regex", "Match", 1, regex_match },
	{ "regex", "Matches", 1, regex_matches },
	{ "regex", "IsMatch", 1, regex_is },
	{ "regex", "Replace", 2, regex_replaced },
	{ "regex", "Split", 1, regex_parts },
	{ NULL, NULL, 0, NULL },
};

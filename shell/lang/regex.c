/*
 * regex.c - -match, -replace and -split with PCRE2, and .NET's way of writing
 * a replacement ($1, ${name}, $&, $$).
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "interp.h"

typedef struct {
	pcre2_code *code;
	pcre2_match_data *match;
	PCRE2_SIZE *at;		/* pairs of offsets */
	guint32 groups;
} regex;

static void
regex_clear (regex *r)
{
	pcre2_match_data_free (r->match);
	pcre2_code_free (r->code);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (regex, regex_clear)

static gboolean
regex_compile (sh_interp *in, node *n, const char *pattern, gboolean cs,
	       regex *r, GError **error)
{
	int code;
	PCRE2_SIZE at;
	PCRE2_UCHAR text[160];
	guint32 groups = 0;

	r->code = pcre2_compile ((PCRE2_SPTR) pattern, PCRE2_ZERO_TERMINATED,
				 PCRE2_UTF | (cs ? 0 : PCRE2_CASELESS),
				 &code, &at, NULL);
	if (r->code == NULL) {
		pcre2_get_error_message (code, text, sizeof text);
		fail_at (in, n, error, "the regular expression '%s' fails at "
			 "its character %zu: %s", pattern, at + 1,
			 (char *) text);
		return FALSE;
	}
	r->match = pcre2_match_data_create_from_pattern (r->code, NULL);
	r->at = pcre2_get_ovector_pointer (r->match);
	pcre2_pattern_info (r->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	r->groups = groups + 1;
	return TRUE;
}

static gboolean
regex_at (regex *r, const char *text, gsize from)
{
	return pcre2_match (r->code, (PCRE2_SPTR) text, PCRE2_ZERO_TERMINATED,
			    from, 0, r->match, NULL) > 0;
}

/* Behind the last match; an empty one is stepped over. */
static gsize
regex_next (const regex *r, const char *text)
{
	gsize at = r->at[1];

	if (r->at[1] == r->at[0] && text[at] != '\0')
		at = (gsize) (g_utf8_next_char (text + at) - text);
	else if (r->at[1] == r->at[0])
		at++;
	return at;
}

static char *
group_text (const regex *r, const char *text, guint32 i)
{
	if (i >= r->groups || r->at[2 * i] == PCRE2_UNSET)
		return NULL;
	return g_strndup (text + r->at[2 * i],
			  r->at[2 * i + 1] - r->at[2 * i]);
}

static const char *
group_name (const regex *r, guint32 group)
{
	guint32 count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info (r->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info (r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info (r->code, PCRE2_INFO_NAMETABLE, &table);
	for (guint32 i = 0; i < count; i++, table += size)
		if (((guint32) table[0] << 8 | table[1]) == group)
			return (const char *) table + 2;
	return NULL;
}

static void
name_groups (const regex *r, const char *text, sh_value *hash)
{
	guint32 count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info (r->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info (r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info (r->code, PCRE2_INFO_NAMETABLE, &table);
	for (guint32 i = 0; i < count; i++, table += size) {
		guint32 group = (guint32) table[0] << 8 | table[1];
		char *t = group_text (r, text, group);

		if (t != NULL)
			sh_set (hash, (const char *) table + 2,
				sh_string_take (t));
	}
}

static sh_value *
groups_hash (const regex *r, const char *text)
{
	sh_value *h = sh_hash ();

	for (guint32 i = 0; i < r->groups; i++) {
		g_autofree char *key = g_strdup_printf ("%u", i);
		char *t = group_name (r, i) ? NULL : group_text (r, text, i);

		if (t != NULL)
			sh_set (h, key, sh_string_take (t));
	}
	name_groups (r, text, h);
	return h;
}

gboolean
regex_test (sh_interp *in, node *n, const char *text, const char *pattern,
	    gboolean cs, sh_value **groups, gboolean *hit, GError **error)
{
	g_auto (regex) r = { 0 };

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return FALSE;
	*hit = regex_at (&r, text, 0);
	if (*hit && groups != NULL)
		*groups = groups_hash (&r, text);
	return TRUE;
}

sh_value *
op_match (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
	  GError **error)
{
	g_autoptr (sh_value) out = NULL;
	g_autofree char *pattern = sh_to_text (b);
	gboolean many = sh_value_kind (a) == SH_ARRAY, hit = FALSE;
	guint count = many ? sh_array_length (a) : 1;

	out = sh_array ();
	for (guint i = 0; i < count; i++) {
		sh_value *item = many ? sh_array_get (a, i) : a;
		g_autofree char *text = sh_to_text (item);
		sh_value *groups = NULL;

		if (!regex_test (in, n, text, pattern, n->match_case,
				 many ? NULL : &groups, &hit, error))
			return NULL;
		if (groups != NULL)
			var_set (in, "Matches", groups);
		if (hit == (op == OP_MATCH))
			sh_array_add (out, sh_ref (item));
	}
	if (!many)
		return sh_bool (hit == (op == OP_MATCH));
	return g_steal_pointer (&out);
}

/* ---- replace ---- */

/* At a `$` of the replacement; returns what it took, 0: an ordinary `$`. */
static gsize
expand_one (const regex *r, const char *text, const char *p, GString *out)
{
	g_autofree char *name = NULL, *t = NULL;
	gsize n = strspn (p + 1, "0123456789");
	const char *close;

	if (p[1] == '$') {
		g_string_append_c (out, '$');
		return 2;
	}
	if (p[1] == '&' || n > 0) {
		t = group_text (r, text, n ? (guint32) atoi (p + 1) : 0);
		g_string_append (out, t ? t : "");
		return n ? 1 + n : 2;
	}
	close = p[1] == '{' ? strchr (p, '}') : NULL;
	if (close == NULL)
		return 0;
	name = g_strndup (p + 2, (gsize) (close - p - 2));
	if (g_ascii_isdigit (*name)) {
		t = group_text (r, text, (guint32) atoi (name));
	} else {
		g_autoptr (sh_value) h = groups_hash (r, text);
		g_autoptr (sh_value) v = sh_get (h, name);

		t = v ? sh_to_text (v) : NULL;
	}
	g_string_append (out, t ? t : "");
	return (gsize) (close - p) + 1;
}

static void
expand (const regex *r, const char *text, const char *with, GString *out)
{
	for (const char *p = with; *p != '\0'; ) {
		gsize n = *p == '$' ? expand_one (r, text, p, out) : 0;

		if (n == 0)
			g_string_append_c (out, *p++);
		p += n;
	}
}

/* ---- each match, for [regex] ---- */

gboolean
regex_each (sh_interp *in, node *n, const char *text, const char *pattern,
	    gboolean cs,
	    gboolean (*f) (const regex_hit *hit, const char *text,
			   gpointer user, GError **error),
	    gpointer user, GError **error)
{
	g_auto (regex) r = { 0 };
	gsize from = 0, length = strlen (text);
	regex_hit hit = { 0 };
	GError *e = NULL;

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return FALSE;
	hit.groups = MIN (r.groups, REGEX_GROUPS);
	for (guint32 i = 0; i < hit.groups; i++)
		hit.names[i] = group_name (&r, i);
	while (from <= length && regex_at (&r, text, from)) {
		for (guint32 i = 0; i < hit.groups; i++) {
			gboolean no = r.at[2 * i] == PCRE2_UNSET;

			hit.from[i] = no ? -1 : (gint) r.at[2 * i];
			hit.to[i] = no ? -1 : (gint) r.at[2 * i + 1];
		}
		from = regex_next (&r, text);
		if (!f (&hit, text, user, &e))
			break;
	}
	if (e != NULL)
		g_propagate_error (error, e);
	return e == NULL;
}

char *
regex_replace (sh_interp *in, node *n, const char *text, const char *pattern,
	       const char *with, gboolean cs, GError **error)
{
	g_auto (regex) r = { 0 };
	GString *out;
	gsize copied = 0, from = 0, length = strlen (text);

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return NULL;
	out = g_string_new (NULL);
	while (from <= length && regex_at (&r, text, from)) {
		g_string_append_len (out, text + copied,
				     (gssize) (r.at[0] - copied));
		expand (&r, text, with, out);
		copied = r.at[1];
		from = regex_next (&r, text);
	}
	g_string_append (out, text + copied);
	return g_string_free (out, FALSE);
}

sh_value *
op_replace (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	g_autoptr (sh_value) out = sh_array ();
	sh_value *p = sh_array_get (b, 0), *w = sh_array_get (b, 1);
	g_autofree char *pattern = p ? sh_to_text (p) : g_strdup ("");
	g_autofree char *with = w ? sh_to_text (w) : g_strdup ("");
	gboolean many = sh_value_kind (a) == SH_ARRAY;
	guint count = many ? sh_array_length (a) : 1;

	for (guint i = 0; i < count; i++) {
		g_autofree char *text = sh_to_text (many ? sh_array_get (a, i)
						    : a);
		char *t = regex_replace (in, n, text, pattern, with,
					 n->match_case, error);

		if (t == NULL)
			return NULL;
		sh_array_add (out, sh_string_take (t));
	}
	return many ? g_steal_pointer (&out) : sh_ref (sh_array_get (out, 0));
}

/* ---- split ---- */

GPtrArray *
regex_split (sh_interp *in, node *n, const char *text, const char *pattern,
	     gboolean cs, gint64 limit, GError **error)
{
	g_auto (regex) r = { 0 };
	GPtrArray *out;
	gsize copied = 0, from = 0, length = strlen (text);

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return NULL;
	out = g_ptr_array_new_with_free_func (g_free);
	while (from <= length && (limit <= 0 || out->len + 1 < limit)
	       && regex_at (&r, text, from)) {
		g_ptr_array_add (out, g_strndup (text + copied,
						 r.at[0] - copied));
		for (guint32 g = 1; g < r.groups; g++) {
			char *t = group_text (&r, text, g);

			if (t != NULL)
				g_ptr_array_add (out, t);
		}
		copied = r.at[1];
		from = regex_next (&r, text);
	}
	g_ptr_array_add (out, g_strdup (text + copied));
	return out;
}

sh_value *
op_split (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	g_autoptr (sh_value) out = sh_array ();
	sh_value *p = sh_array_get (b, 0), *l = sh_array_get (b, 1);
	g_autofree char *pattern = p ? sh_to_text (p) : g_strdup ("");
	gint64 limit = 0;

	if (l != NULL)
		sh_to_int (l, &limit);
	for (guint i = 0; i < sh_array_length (a); i++) {
		g_autofree char *text = sh_to_text (sh_array_get (a, i));
		g_autoptr (GPtrArray) parts =
			regex_split (in, n, text, pattern, n->match_case,
				     limit, error);

		if (parts == NULL)
			return NULL;
		for (guint k = 0; k < parts->len; k++)
			sh_array_add (out, sh_string (parts->pdata[k]));
	}
	return g_steal_pointer (&out);
}

/*
 * regex.c - -match, -replace and -split with PCRE2, and .NET's way of writing
 * a replacement ($1, ${name}, $&, $$).
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "dotnet.h"

/* What is looked through, and what a match may try, between two looks for
 * Ctrl-C: some milliseconds each. */
#define PIECE (1u << 20)	/* bytes */
#define TRIES (1u << 16)	/* of PCRE2's counts at one place */

typedef struct {
	sh_interp *in;
	node *n;
	const char *pattern;
	gboolean match_case;
	pcre2_code *code;
	pcre2_code *patient;	/* looks for Ctrl-C at each of its items */
	pcre2_match_context *context;
	pcre2_match_data *match;
	PCRE2_SIZE *at;		/* pairs of offsets */
	guint32 groups;
	const char *text;
	gsize length;
	gboolean checked;	/* `text` is known to be UTF-8 */
	GError *failed;
} regex;

static void
regex_clear (regex *r)
{
	pcre2_match_data_free (r->match);
	pcre2_match_context_free (r->context);
	pcre2_code_free (r->code);
	pcre2_code_free (r->patient);
	g_clear_error (&r->failed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (regex, regex_clear)

static pcre2_code *
compile (const regex *r, guint32 options, GError **error)
{
	int code;
	PCRE2_SIZE at;
	PCRE2_UCHAR text[160];
	pcre2_code *out = pcre2_compile (
		(PCRE2_SPTR) r->pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT | options
		| (r->match_case ? 0 : PCRE2_CASELESS), &code, &at, NULL);

	if (out != NULL)
		return out;
	pcre2_get_error_message (code, text, sizeof text);
	fail_at (r->in, r->n, error, "the regular expression '%s' fails at "
		 "its character %zu: %s", r->pattern, at + 1, (char *) text);
	return NULL;
}

/* `pattern` lives as long as `r`. */
static gboolean
regex_compile (sh_interp *in, node *n, const char *pattern, gboolean cs,
	       regex *r, GError **error)
{
	guint32 groups = 0;

	r->in = in;
	r->n = n;
	r->pattern = pattern;
	r->match_case = cs;
	r->code = compile (r, 0, error);
	if (r->code == NULL)
		return FALSE;
	r->context = pcre2_match_context_create (NULL);
	r->match = pcre2_match_data_create_from_pattern (r->code, NULL);
	r->at = pcre2_get_ovector_pointer (r->match);
	pcre2_pattern_info (r->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	r->groups = groups + 1;
	return TRUE;
}

/* Not owned. */
static void
regex_text (regex *r, const char *text)
{
	r->text = text;
	r->length = strlen (text);
	r->checked = FALSE;
}

static int
on_callout (pcre2_callout_block *block G_GNUC_UNUSED, void *user)
{
	return sh_interrupted (user) ? PCRE2_ERROR_CALLOUT : 0;
}

static int
match_with (regex *r, const pcre2_code *code, gsize from)
{
	int n = pcre2_match (code, (PCRE2_SPTR) r->text, r->length, from,
			     r->checked ? PCRE2_NO_UTF_CHECK : 0, r->match,
			     r->context);

	/* It looks at the whole text each time. */
	r->checked |= n > 0 || n == PCRE2_ERROR_NOMATCH;
	return n;
}

/* A match that begins from `from` to `to`; its pairs are in r->at. One that
 * tries long is done again from there, at its leisure. */
static int
match_piece (regex *r, gsize from, gsize to)
{
	int n;

	pcre2_set_offset_limit (r->context, to);
	pcre2_set_match_limit (r->context, TRIES);
	n = match_with (r, r->code, from);
	if (n != PCRE2_ERROR_MATCHLIMIT)
		return n;
	if (r->patient == NULL)
		r->patient = compile (r, PCRE2_AUTO_CALLOUT, &r->failed);
	if (r->patient == NULL)
		return PCRE2_ERROR_CALLOUT;
	pcre2_set_match_limit (r->context, G_MAXUINT32);
	pcre2_set_callout (r->context, on_callout, r->in);
	return match_with (r, r->patient, from);
}

/* FALSE with r->failed: Ctrl-C, or it tried for too long. */
static gboolean
regex_at (regex *r, gsize from)
{
	PCRE2_UCHAR text[160];
	int n = PCRE2_ERROR_NOMATCH;

	for (gsize to = from; n == PCRE2_ERROR_NOMATCH && from <= r->length;
	     from = to + 1) {
		if (sh_interrupted_error (r->in, &r->failed))
			return FALSE;
		to = MIN (from + PIECE, r->length);
		while (to < r->length && (r->text[to + 1] & 0xc0) == 0x80)
			to++;	/* the next one begins with a character */
		n = match_piece (r, from, to);
	}
	if (n > 0)
		return TRUE;
	if (sh_interrupted_error (r->in, &r->failed) || r->failed != NULL
	    || (n != PCRE2_ERROR_MATCHLIMIT && n != PCRE2_ERROR_HEAPLIMIT))
		return FALSE;
	pcre2_get_error_message (n, text, sizeof text);
	fail_at (r->in, r->n, &r->failed, "the regular expression '%s' tries "
		 "too many ways: %s", r->pattern, (char *) text);
	return FALSE;
}

static gboolean
regex_failed (regex *r, GError **error)
{
	if (r->failed == NULL)
		return FALSE;
	g_propagate_error (error, g_steal_pointer (&r->failed));
	return TRUE;
}

/* Behind the last match; an empty one is stepped over. */
static gsize
regex_next (const regex *r)
{
	const char *text = r->text;
	gsize at = r->at[1];

	if (r->at[1] == r->at[0] && text[at] != '\0')
		at = (gsize) (g_utf8_next_char (text + at) - text);
	else if (r->at[1] == r->at[0])
		at++;
	return at;
}

static char *
group_text (const regex *r, guint32 i)
{
	if (i >= r->groups || r->at[2 * i] == PCRE2_UNSET)
		return NULL;
	return g_strndup (r->text + r->at[2 * i],
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
name_groups (const regex *r, sh_value *hash)
{
	guint32 count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info (r->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info (r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info (r->code, PCRE2_INFO_NAMETABLE, &table);
	for (guint32 i = 0; i < count; i++, table += size) {
		guint32 group = (guint32) table[0] << 8 | table[1];
		char *t = group_text (r, group);

		if (t != NULL)
			sh_set (hash, (const char *) table + 2,
				sh_string_take (t));
	}
}

static sh_value *
groups_hash (const regex *r)
{
	sh_value *h = sh_hash ();

	for (guint32 i = 0; i < r->groups; i++) {
		g_autofree char *key = g_strdup_printf ("%u", i);
		char *t = group_name (r, i) ? NULL : group_text (r, i);

		if (t != NULL)
			sh_set (h, key, sh_string_take (t));
	}
	name_groups (r, h);
	return h;
}

static gboolean
test_text (regex *r, const char *text, sh_value **groups, gboolean *hit,
	   GError **error)
{
	regex_text (r, text);
	*hit = regex_at (r, 0);
	if (*hit && groups != NULL)
		*groups = groups_hash (r);
	return !regex_failed (r, error);
}

gboolean
regex_test (sh_interp *in, node *n, const char *text, const char *pattern,
	    gboolean cs, sh_value **groups, gboolean *hit, GError **error)
{
	g_auto (regex) r = { 0 };

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return FALSE;
	return test_text (&r, text, groups, hit, error);
}

sh_value *
op_match (sh_interp *in, node *n, node_op op, sh_value *a, sh_value *b,
	  GError **error)
{
	g_autoptr (sh_value) out = NULL;
	g_autofree char *pattern = sh_to_text (b);
	gboolean many = sh_value_kind (a) == SH_ARRAY, hit = FALSE;
	guint count = many ? sh_array_length (a) : 1;
	g_auto (regex) r = { 0 };

	if (!regex_compile (in, n, pattern, n->match_case, &r, error))
		return NULL;
	out = sh_array ();
	for (guint i = 0; i < count; i++) {
		sh_value *item = many ? sh_array_get (a, i) : a;
		g_autofree char *text = sh_to_text (item);
		sh_value *groups = NULL;

		if (!test_text (&r, text, many ? NULL : &groups, &hit, error))
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
expand_one (const regex *r, const char *p, GString *out)
{
	g_autofree char *name = NULL, *t = NULL;
	gsize n = strspn (p + 1, "0123456789");
	const char *close;

	if (p[1] == '$') {
		g_string_append_c (out, '$');
		return 2;
	}
	if (p[1] == '&' || n > 0) {
		t = group_text (r, n ? (guint32) atoi (p + 1) : 0);
		g_string_append (out, t ? t : "");
		return n ? 1 + n : 2;
	}
	close = p[1] == '{' ? strchr (p, '}') : NULL;
	if (close == NULL)
		return 0;
	name = g_strndup (p + 2, (gsize) (close - p - 2));
	if (g_ascii_isdigit (*name)) {
		t = group_text (r, (guint32) atoi (name));
	} else {
		g_autoptr (sh_value) h = groups_hash (r);
		g_autoptr (sh_value) v = sh_get (h, name);

		t = v ? sh_to_text (v) : NULL;
	}
	g_string_append (out, t ? t : "");
	return (gsize) (close - p) + 1;
}

static void
expand (const regex *r, const char *with, GString *out)
{
	for (const char *p = with; *p != '\0'; ) {
		gsize n = *p == '$' ? expand_one (r, p, out) : 0;

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
	gsize from = 0;
	regex_hit hit = { 0 };
	GError *e = NULL;

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return FALSE;
	hit.groups = MIN (r.groups, REGEX_GROUPS);
	for (guint32 i = 0; i < hit.groups; i++)
		hit.names[i] = group_name (&r, i);
	regex_text (&r, text);
	while (from <= r.length && regex_at (&r, from)) {
		for (guint32 i = 0; i < hit.groups; i++) {
			gboolean no = r.at[2 * i] == PCRE2_UNSET;

			hit.from[i] = no ? -1 : (gint) r.at[2 * i];
			hit.to[i] = no ? -1 : (gint) r.at[2 * i + 1];
		}
		from = regex_next (&r);
		if (!f (&hit, text, user, &e))
			break;
	}
	if (e != NULL)
		g_propagate_error (error, e);
	return e == NULL && !regex_failed (&r, error);
}

static char *
replace_text (regex *r, const char *text, const char *with, gint64 most,
	      GError **error)
{
	GString *out = g_string_new (NULL);
	gsize copied = 0, from = 0;

	regex_text (r, text);
	while (from <= r->length && most-- != 0 && regex_at (r, from)) {
		g_string_append_len (out, text + copied,
				     (gssize) (r->at[0] - copied));
		expand (r, with, out);
		copied = r->at[1];
		from = regex_next (r);
		if (!text_fits (r->in, r->n, out->len, &r->failed))
			break;
	}
	g_string_append (out, text + copied);
	if (!regex_failed (r, error))
		return g_string_free (out, FALSE);
	g_string_free (out, TRUE);
	return NULL;
}

char *
regex_replace (sh_interp *in, node *n, const char *text, const char *pattern,
	       const char *with, gboolean cs, gint64 most, GError **error)
{
	g_auto (regex) r = { 0 };

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return NULL;
	return replace_text (&r, text, with, most, error);
}

/* 'a1' -replace '\d', { [int]$_.Value + 1 } */
static sh_value *
replace_by (sh_interp *in, node *n, sh_value *text, sh_value *pattern,
	    sh_value *block, GError **error)
{
	g_autoptr (sh_value) args = sh_array ();
	net_call c = { in, n, NULL, args, error };
	gboolean found;

	sh_array_add (args, sh_ref (text));
	sh_array_add (args, sh_ref (pattern));
	sh_array_add (args, sh_ref (block));
	sh_array_add (args, sh_string (n->match_case ? "" : "IgnoreCase"));
	return net_static (&c, "regex", "Replace", &found);
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
	g_auto (regex) r = { 0 };

	if (!regex_compile (in, n, pattern, n->match_case, &r, error))
		return NULL;
	for (guint i = 0; w && sh_block_get (w) && i < count; i++) {
		sh_value *t = replace_by (in, n, many ? sh_array_get (a, i)
					  : a, p, w, error);

		if (t == NULL)
			return NULL;
		sh_array_add (out, t);
	}
	for (guint i = sh_array_length (out); i < count; i++) {
		g_autofree char *text = sh_to_text (many ? sh_array_get (a, i)
						    : a);
		char *t = replace_text (&r, text, with, -1, error);

		if (t == NULL)
			return NULL;
		sh_array_add (out, sh_string_take (t));
	}
	return many ? g_steal_pointer (&out) : sh_ref (sh_array_get (out, 0));
}

/* ---- split ---- */

static GPtrArray *
split_text (regex *r, const char *text, gint64 limit, GError **error)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	gsize copied = 0, from = 0;

	regex_text (r, text);
	while (from <= r->length && (limit <= 0 || out->len + 1 < limit)
	       && regex_at (r, from)) {
		g_ptr_array_add (out, g_strndup (text + copied,
						 r->at[0] - copied));
		for (guint32 g = 1; g < r->groups; g++) {
			char *t = group_text (r, g);

			if (t != NULL)
				g_ptr_array_add (out, t);
		}
		copied = r->at[1];
		from = regex_next (r);
	}
	g_ptr_array_add (out, g_strdup (text + copied));
	if (regex_failed (r, error))
		g_clear_pointer (&out, g_ptr_array_unref);
	return out;
}

GPtrArray *
regex_split (sh_interp *in, node *n, const char *text, const char *pattern,
	     gboolean cs, gint64 limit, GError **error)
{
	g_auto (regex) r = { 0 };

	if (!regex_compile (in, n, pattern, cs, &r, error))
		return NULL;
	return split_text (&r, text, limit, error);
}

sh_value *
op_split (sh_interp *in, node *n, sh_value *a, sh_value *b, GError **error)
{
	g_autoptr (sh_value) out = sh_array ();
	sh_value *p = sh_array_get (b, 0), *l = sh_array_get (b, 1);
	g_autofree char *pattern = p ? sh_to_text (p) : g_strdup ("");
	g_auto (regex) r = { 0 };
	gint64 limit = 0;

	if (l != NULL)
		sh_to_int (l, &limit);
	if (!regex_compile (in, n, pattern, n->match_case, &r, error))
		return NULL;
	for (guint i = 0; i < sh_array_length (a); i++) {
		g_autofree char *text = sh_to_text (sh_array_get (a, i));
		g_autoptr (GPtrArray) parts = split_text (&r, text, limit,
							  error);

		if (parts == NULL)
			return NULL;
		for (guint k = 0; k < parts->len; k++)
			sh_array_add (out, sh_string_take (
				g_steal_pointer (&parts->pdata[k])));
	}
	return g_steal_pointer (&out);
}

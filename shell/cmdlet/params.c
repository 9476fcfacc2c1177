/*
 * params.c - looks into entries: parameters by place, name, alias or prefix,
 * and parameter sets. Called by the binder, completion and help.
 */
#include "params.h"

#include <string.h>

#include "../lang/lang.h"
#include "types.h"

#define COMMON(n, t, f, a, x) { n, &t, f, 0, a, NULL, x }

static const sh_param common_params[] = {
	COMMON ("ErrorAction", sh_type_action, 0, "ea",
		"what a failure does: Continue, Stop, SilentlyContinue, …"),
	COMMON ("ErrorVariable", sh_type_string, 0, "ev",
		"variable that gets the errors; +NAME adds to it"),
	COMMON ("WarningAction", sh_type_action, 0, "wa",
		"what a warning does"),
	COMMON ("WarningVariable", sh_type_string, 0, "wv",
		"variable that gets the warnings; +NAME adds to it"),
	COMMON ("InformationAction", sh_type_action, SH_NOT_YET, "infa",
		"what a message does: there is no stream of messages"),
	COMMON ("InformationVariable", sh_type_string, SH_NOT_YET, "iv",
		"variable for messages: there is no stream of messages"),
	COMMON ("OutVariable", sh_type_string, 0, "ov",
		"variable that gets the output as well; +NAME adds"),
	COMMON ("OutBuffer", sh_type_int32, SH_NOT_YET, "ob",
		"objects to gather: they go on one by one"),
	COMMON ("PipelineVariable", sh_type_string, 0, "pv",
		"variable that holds the current object"),
	COMMON ("Verbose", sh_type_switch, SH_SWITCH, "vb",
		"say each step that was taken"),
	COMMON ("Debug", sh_type_switch, SH_SWITCH | SH_NOT_YET, "db",
		"say more than the steps of -Verbose"),
};

static const sh_param change_params[] = {
	COMMON ("WhatIf", sh_type_switch, SH_SWITCH, "wi",
		"print the steps and change nothing"),
	COMMON ("Confirm", sh_type_switch, SH_SWITCH, "cf",
		"ask before the steps are taken; -Confirm:$false never asks"),
};

const sh_param *
sh_param_at (const sh_cmdlet *c, guint i)
{
	if (i < c->n_params)
		return &c->params[i];
	i -= c->n_params;
	if (c->flags & SH_RAW)
		return NULL;
	if (c->flags & (SH_CHANGES | SH_DESTRUCTIVE)) {
		if (i < G_N_ELEMENTS (change_params))
			return &change_params[i];
		i -= G_N_ELEMENTS (change_params);
	}
	return i < G_N_ELEMENTS (common_params) ? &common_params[i] : NULL;
}

gboolean
sh_param_common (const sh_cmdlet *c, const sh_param *p)
{
	return p < c->params || p >= c->params + c->n_params;
}

int
sh_param_index (const sh_cmdlet *c, const char *name)
{
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++)
		if (g_ascii_strcasecmp (p->name, name) == 0)
			return (int) i;
	return -1;
}

char *
sh_param_type_name (const sh_param *p)
{
	return g_strconcat (p->type->name,
			    p->flags & SH_LIST ? "[]" : "", NULL);
}

/* 2: `name` is the parameter's name or alias; 1: a prefix of one; 0: no. */
static int
name_match (const sh_param *p, const char *name)
{
	g_auto (GStrv) aliases = NULL;
	gsize n = strlen (name);
	int best = 0;

	if (g_ascii_strcasecmp (p->name, name) == 0)
		return 2;
	best = g_ascii_strncasecmp (p->name, name, n) == 0;
	if (p->aliases == NULL)
		return best;
	aliases = g_strsplit (p->aliases, ",", -1);
	for (char **a = aliases; *a != NULL; a++) {
		if (g_ascii_strcasecmp (*a, name) == 0)
			return 2;
		if (g_ascii_strncasecmp (*a, name, n) == 0)
			best = 1;
	}
	return best;
}

static const sh_param *
fail_unknown (const sh_cmdlet *c, const char *name, GError **error)
{
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	g_autoptr (GStringChunk) chunk = g_string_chunk_new (256);
	g_autofree char *dashed = g_strconcat ("-", name, NULL);
	g_autofree char *near = NULL;
	g_autofree char *all = NULL;
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++) {
		g_autofree char *d = g_strconcat ("-", p->name, NULL);

		g_ptr_array_add (names, g_string_chunk_insert (chunk, d));
	}
	g_ptr_array_add (names, NULL);
	near = sh_nearest (dashed, (const char *const *) names->pdata);
	if (near == NULL && c->n_params > 0) {
		g_ptr_array_set_size (names, (int) MIN (c->n_params, 12));
		g_ptr_array_add (names, NULL);
		all = g_strjoinv (", ", (char **) names->pdata);
	}
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "%s has no parameter -%s%s%s", c->name, name,
		     near ? "; near it: " : all ? "; it takes " : "",
		     near ? near : all ? all : "");
	return NULL;
}

const sh_param *
sh_param_find (const sh_cmdlet *c, const char *name, GError **error)
{
	g_autoptr (GString) list = g_string_new (NULL);
	const sh_param *p, *found = NULL;
	guint own = 0, common = 0;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++) {
		int m = *name ? name_match (p, name) : 0;

		if (m == 2)
			return p;
		if (m == 0)
			continue;
		if (sh_param_common (c, p) ? common++ + own == 0 : own++ == 0)
			found = p;
		g_string_append_printf (list, "%s-%s",
					list->len ? ", " : "", p->name);
	}
	/* An own parameter wins over the common ones with that prefix, as
	 * -V for a cmdlet of ours that has -View. */
	if (own == 1 || own + common == 1)
		return found;
	if (own + common == 0)
		return fail_unknown (c, name, error);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "%s: -%s can be any of %s; write more of it",
		     c->name, name, list->str);
	return NULL;
}

gboolean
sh_param_in_set (const sh_param *p, const char *set)
{
	g_auto (GStrv) sets = NULL;

	if (p->sets == NULL || set == NULL)
		return TRUE;
	sets = g_strsplit (p->sets, ",", -1);
	return g_strv_contains ((const char *const *) sets, set);
}

static gboolean
same_text (gconstpointer a, gconstpointer b)
{
	return strcmp (a, b) == 0;
}

GPtrArray *
sh_cmdlet_sets (const sh_cmdlet *c)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	if (c->default_set != NULL)
		g_ptr_array_add (out, g_strdup (c->default_set));
	for (gsize i = 0; i < c->n_params; i++) {
		g_auto (GStrv) sets = NULL;

		if (c->params[i].sets == NULL)
			continue;
		sets = g_strsplit (c->params[i].sets, ",", -1);
		for (char **s = sets; *s != NULL; s++)
			if (!g_ptr_array_find_with_equal_func (
				    out, *s, same_text, NULL))
				g_ptr_array_add (out, g_strdup (*s));
	}
	return out;
}

/* Edits (insert, delete, replace, swap) between two words, without case. */
static guint
distance (const char *a, const char *b)
{
	gsize la = strlen (a), lb = strlen (b);
	g_autofree guint *rows = g_new0 (guint, 3 * (lb + 1));
	guint *two = rows, *one = rows + lb + 1, *now = one + lb + 1;

	for (gsize j = 0; j <= lb; j++)
		one[j] = (guint) j;
	for (gsize i = 1; i <= la; i++) {
		guint *swap = two;

		now[0] = (guint) i;
		for (gsize j = 1; j <= lb; j++) {
			char x = g_ascii_tolower (a[i - 1]);
			char y = g_ascii_tolower (b[j - 1]);
			guint best = one[j - 1] + (x != y);

			best = MIN (best, MIN (one[j], now[j - 1]) + 1);
			if (i > 1 && j > 1
			    && x == g_ascii_tolower (b[j - 2])
			    && g_ascii_tolower (a[i - 2]) == y)
				best = MIN (best, two[j - 2] + 1);
			now[j] = best;
		}
		two = one;
		one = now;
		now = swap;
	}
	return one[lb];
}

/* Is `w` in `n`, where a word of the name begins? "vmq" is in
 * Get-NetAdapterVmq, "ping" is not in Get-…Mapping. */
static gboolean
has_word (const char *name, const char *n, const char *w)
{
	for (const char *at = strstr (n, w); at; at = strstr (at + 1, w))
		if (at == n || g_ascii_isupper (name[at - n])
		    || !g_ascii_isalpha (at[-1]))
			return TRUE;
	return FALSE;
}

static guint
farness (const char *word, const char *name)
{
	g_autofree char *w = g_ascii_strdown (word, -1);
	g_autofree char *n = g_ascii_strdown (name, -1);

	if (strlen (w) >= 3 && has_word (name, n, w))
		return 1;
	if (strlen (n) >= 6 && strstr (w, n) != NULL)
		return 2;
	return distance (w, n);
}

char *
sh_nearest (const char *word, const char *const *names)
{
	guint limit = (guint) MIN (4, MAX (1, strlen (word) / 3));
	GString *out = g_string_new (NULL);
	guint found = 0;

	for (guint d = 0; d <= limit && found < 3; d++)
		for (const char *const *n = names; *n && found < 3; n++) {
			if (farness (word, *n) != d)
				continue;
			g_string_append_printf (out, "%s%s",
						found++ ? ", " : "", *n);
		}
	return g_string_free (out, found == 0);
}

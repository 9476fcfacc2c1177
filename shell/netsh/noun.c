/*
 * noun.c - netsh contexts of nouns: `vmswitch add name=sw0 switchtype=Private`
 * is New-VMSwitch -Name sw0 -SwitchType Private, the same handler and the same
 * parameters. Called by netsh.c.
 */
#include "internal.h"

#include <string.h>

#include "../cmdlet/params.h"
#include "../cmdlet/published.h"

/* netsh's verbs where they are not the cmdlet's own in lower case. */
static const struct { const char *word, *verb; } verbs[] = {
	{ "show", "Get" }, { "add", "New" }, { "delete", "Remove" },
};

/* The noun of a cmdlet of the virtual network that works here, or NULL. */
static const char *
noun_of (const sh_cmdlet *c)
{
	const char *dash = strchr (c->name, '-');

	if (dash == NULL || published_only (c)
	    || !(g_str_has_prefix (c->module, "Hyper-V")
		 || g_str_has_prefix (c->module, "Net")))
		return NULL;
	return dash + 1;
}

/* What netsh calls the cmdlet's verb; owned. */
static char *
word_of (const sh_cmdlet *c)
{
	gsize n = strcspn (c->name, "-");

	for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
		if (strlen (verbs[i].verb) == n
		    && strncmp (verbs[i].verb, c->name, n) == 0)
			return g_strdup (verbs[i].word);
	return g_ascii_strdown (c->name, (gssize) n);
}

static gboolean
begins (const char *text, const char *word)
{
	return g_ascii_strncasecmp (text, word, strlen (word)) == 0;
}

/* The shortest noun that begins so. */
static const char *
shortest (const char *word)
{
	const char *found = NULL;

	for (guint i = 0; *word && sh_cmdlets[i] != NULL; i++) {
		const char *noun = noun_of (sh_cmdlets[i]);

		if (noun && begins (noun, word) &&
		    (found == NULL || strlen (noun) < strlen (found)))
			found = noun;
	}
	return found;
}

const char *
netsh_noun (const char *word, gboolean whole)
{
	const char *found = shortest (word);

	if (found && strlen (found) == strlen (word))
		return found;
	/* "vmsw" is VMSwitch, though VMSwitchTeam begins so, too. */
	for (guint i = 0; found && sh_cmdlets[i] != NULL; i++) {
		const char *noun = noun_of (sh_cmdlets[i]);

		if (noun && begins (noun, word) && !begins (noun, found))
			return NULL;
	}
	return whole ? NULL : found;
}

/* The cmdlet of a noun that a verb's word names; `whole`: not cut short. */
static const sh_cmdlet *
find (const char *noun, const char *word, gboolean whole, GError **error)
{
	const sh_cmdlet *found = NULL;

	for (guint i = 0; sh_cmdlets[i] != NULL; i++) {
		const sh_cmdlet *c = sh_cmdlets[i];
		const char *own = noun_of (c);
		g_autofree char *verb = NULL;

		if (own == NULL || g_ascii_strcasecmp (own, noun) != 0)
			continue;
		verb = word_of (c);
		if (g_ascii_strcasecmp (verb, word) == 0)
			return c;
		if (whole || !begins (verb, word))
			continue;
		if (found != NULL) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
				     "netsh %s: '%s' can be more than one "
				     "command; write more of it", noun, word);
			return NULL;
		}
		found = c;
	}
	if (found == NULL)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "netsh %s has no command '%s'; netsh %s ? lists "
			     "them", noun, word, noun);
	return found;
}

static void
put_quoted (GString *out, const char *value)
{
	g_string_append_c (out, '\'');
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '\'')
			g_string_append_c (out, '\'');
		g_string_append_c (out, *p);
	}
	g_string_append_c (out, '\'');
}

static gboolean
is_yes (const char *value)
{
	static const char *const words[] = { "yes", "on", "true", "enabled",
					     "$true", "1" };

	for (guint i = 0; i < G_N_ELEMENTS (words); i++)
		if (g_ascii_strcasecmp (words[i], value) == 0)
			return TRUE;
	return FALSE;
}

static void
put_tag (GString *out, const sh_cmdlet *c, const char *name,
	 const char *value)
{
	const sh_param *p = sh_param_find (c, name, NULL);
	g_auto (GStrv) items = NULL;

	g_string_append_printf (out, " -%s", name);
	if (p && (p->type == &sh_type_bool || p->type == &sh_type_switch)) {
		g_string_append (out, is_yes (value) ? ":$true" : ":$false");
		return;
	}
	g_string_append_c (out, ' ');
	items = p && p->flags & SH_LIST ? g_strsplit (value, ",", -1) : NULL;
	for (guint i = 0; items && items[i] != NULL; i++) {
		g_string_append (out, i ? "," : "");
		put_quoted (out, items[i]);
	}
	if (items == NULL)
		put_quoted (out, value);
}

static void
put_word (GString *out, const sh_cmdlet *c, const char *word)
{
	gsize n = strspn (word, "abcdefghijklmnopqrstuvwxyz"
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	g_autofree char *name = NULL, *value = NULL;

	if (n > 0 && word[n] == '=') {
		name = g_strndup (word, n);
		value = netsh_tag_value (word);
		put_tag (out, c, name, value);
		return;
	}
	g_string_append_c (out, ' ');
	put_quoted (out, word);
}

static void
emit_to (sh_value *v, gpointer user)
{
	sh_emit (user, v);
}

gboolean
netsh_noun_run (sh_call *call, const char *noun, char **words, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	g_autoptr (GString) text = NULL;
	const sh_cmdlet *c;

	if (words[0] == NULL)
		return netsh_noun_list (call, noun);
	c = find (noun, words[0], !sh_interp_options (in)->interactive, error);
	if (c == NULL)
		return FALSE;
	text = g_string_new (c->name);
	for (char **w = words + 1; *w != NULL; w++)
		put_word (text, c, *w);
	return sh_run_text (in, text->str, emit_to, call, error);
}

gboolean
netsh_noun_list (sh_call *call, const char *noun)
{
	for (guint i = 0; sh_cmdlets[i] != NULL; i++) {
		const char *own = noun_of (sh_cmdlets[i]);
		g_autofree char *verb = NULL;

		if (own == NULL || g_ascii_strcasecmp (own, noun) != 0)
			continue;
		verb = word_of (sh_cmdlets[i]);
		netsh_say (call, verb, "%s", sh_cmdlets[i]->text);
	}
	return TRUE;
}

/* ---- completion ---- */

static void
next_tags (GPtrArray *out, const sh_cmdlet *c, const char *half)
{
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++) {
		g_autofree char *low = g_ascii_strdown (p->name, -1);
		g_autofree char *tag = g_strconcat (low, "=", NULL);

		if (!sh_param_common (c, p) && !(p->flags & SH_NOT_YET))
			netsh_offer (out, tag, half, p->text);
		for (const char *const *w = p->type->accepted;
		     w != NULL && *w != NULL && begins (half, tag); w++) {
			g_autofree char *whole = g_strconcat (tag, *w, NULL);

			netsh_offer (out, whole, half, p->text);
		}
	}
}

void
netsh_noun_next (GPtrArray *out, const char *noun, const char *const *words)
{
	guint n = g_strv_length ((char **) words);
	const sh_cmdlet *c = noun && n > 1 ? find (noun, words[0], FALSE, NULL)
					   : NULL;

	if (c != NULL) {
		next_tags (out, c, words[n - 1]);
		return;
	}
	for (guint i = 0; n <= 1 && sh_cmdlets[i] != NULL; i++) {
		const char *own = noun_of (sh_cmdlets[i]);
		g_autofree char *word = NULL, *text = NULL;

		if (own == NULL
		    || (noun && g_ascii_strcasecmp (own, noun) != 0))
			continue;
		word = noun ? word_of (sh_cmdlets[i])
			    : g_ascii_strdown (own, -1);
		text = noun ? g_strdup (sh_cmdlets[i]->text)
			    : g_strdup_printf ("context of %s", own);
		netsh_offer (out, word, words[0] ? words[0] : "", text);
	}
}

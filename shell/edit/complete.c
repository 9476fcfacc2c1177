/*
 * complete.c - candidates for the word at the cursor, from the entries, the
 * nouns and live names. Pure but for those names. See complete.h.
 */
#include "complete.h"

#include <string.h>
#include <unistd.h>

#include "../netsh/netsh.h"
#include "../cmdlet/params.h"
#include "../cmdlet/types.h"
#include "live.h"
#include "scan.h"

typedef struct {
	sh_interp *in;
	const scan *where;
	const scan_word *word;	/* the cursor's */
	edit_completion *out;
} job;

static void
candidate_free (gpointer p)
{
	edit_candidate *c = p;

	g_free (c->text);
	g_free (c->help);
	g_free (c);
}

void
edit_completion_free (edit_completion *c)
{
	if (c == NULL)
		return;
	g_ptr_array_unref (c->items);
	g_free (c->usage);
	g_free (c);
}

static gboolean
starts (const char *text, const char *prefix)
{
	return g_ascii_strncasecmp (text, prefix, strlen (prefix)) == 0;
}

static void
add (job *j, const char *text, const char *help)
{
	edit_candidate *c;

	for (guint i = 0; i < j->out->items->len; i++) {
		c = j->out->items->pdata[i];
		if (strcmp (c->text, text) == 0)
			return;
	}
	c = g_new0 (edit_candidate, 1);
	c->text = g_strdup (text);
	c->help = g_strdup (help ? help : "");
	g_ptr_array_add (j->out->items, c);
}

/* `name` as a word of the line: quoted where it must be, or was begun so. */
static char *
quoted (const char *name, char begun)
{
	static const char special[] = " \t'\"`$(){}[];|&,#@<>";
	GString *out;
	char q = begun ? begun : '\'';

	if (!begun && *name != '\0' && strpbrk (name, special) == NULL)
		return g_strdup (name);
	out = g_string_new (NULL);
	g_string_append_c (out, q);
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == q)
			g_string_append_c (out, q);
		else if (q == '"' && (*p == '$' || *p == '`'))
			g_string_append_c (out, '`');
		g_string_append_c (out, *p);
	}
	g_string_append_c (out, q);
	return g_string_free (out, FALSE);
}

/* A value that the word so far may become; only what is behind the last comma
 * of a list is replaced. */
static void
add_value (job *j, const char *value, const char *help)
{
	const char *comma = j->word->quote ? NULL
					   : strrchr (j->word->text, ',');
	const char *prefix = comma ? comma + 1 : j->word->text;
	g_autofree char *text = NULL;
	g_autofree char *head = NULL;

	if (!starts (value, prefix))
		return;
	text = *value == '$' ? g_strdup (value)
			     : quoted (value, j->word->quote);
	head = comma ? g_strndup (j->word->text, (gsize) (
				  comma + 1 - j->word->text))
		     : g_strdup ("");
	g_autofree char *all = g_strconcat (head, text, NULL);

	add (j, all, help);
}

/* ---- values and names of parameters ---- */

static void
complete_type (job *j, const sh_type *t, const char *help)
{
	g_autoptr (GPtrArray) live = g_ptr_array_new_with_free_func (g_free);

	if (t->accepted != NULL)
		for (const char *const *w = t->accepted; *w != NULL; w++)
			add_value (j, *w, help);
	if (t->complete == NULL)
		return;
	/* Without an interpreter only the types that need none. */
	if (j->in == NULL && t != &sh_type_bool && t != &sh_type_cmdlet_name)
		return;
	t->complete (j->in, live);
	for (guint i = 0; i < live->len; i++)
		add_value (j, live->pdata[i], help);
}

static void
add_live (gpointer user, const char *value, const char *help)
{
	add_value (user, value, help);
}

static void
complete_value (job *j, const sh_cmdlet *c, const sh_param *p)
{
	complete_type (j, p->type, p->text);
	live_values (j->in, c, p, add_live, j);
	if (live_takes_path (p) && !live_is_path (j->word->text))
		live_paths (j->word->text, add_live, j);
}

/* What stands in the command before the cursor, as the binder would see it. */
typedef struct {
	GHashTable *names;	/* of parameters that are given */
	int place;		/* of the last value without a name; 0: none */
	const sh_param *open;	/* its value is at the cursor */
} so_far;

/* Is there a set that `p` and all that is given belong to? */
static gboolean
still_possible (const sh_cmdlet *c, const so_far *f, const sh_param *p)
{
	g_autoptr (GPtrArray) sets = sh_cmdlet_sets (c);

	if (sets->len == 0)
		return TRUE;
	for (guint i = 0; i < sets->len; i++) {
		GHashTableIter it;
		gpointer name;
		gboolean open = sh_param_in_set (p, sets->pdata[i]);

		g_hash_table_iter_init (&it, f->names);
		while (open && g_hash_table_iter_next (&it, &name, NULL))
			open = sh_param_in_set (
				sh_param_find (c, name, NULL),
				sets->pdata[i]);
		if (open)
			return TRUE;
	}
	return FALSE;
}

static gboolean
free_to_give (const sh_cmdlet *c, const so_far *f, const sh_param *p)
{
	return !(p->flags & SH_NOT_YET)
	       && !g_hash_table_contains (f->names, p->name)
	       && still_possible (c, f, p);
}

/* The lowest place behind those that are taken; 0: there is none. */
static int
next_place (const sh_cmdlet *c, const so_far *f)
{
	const sh_param *p;
	int best = 0;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++) {
		gboolean again = p->flags & SH_REST && p->position == f->place;

		if (p->position > 0 && free_to_give (c, f, p)
		    && (p->position > f->place || again)
		    && (best == 0 || p->position < best))
			best = p->position;
	}
	return best;
}

/* A plain word without a name is given to the first parameter of text at its
 * place; an object may go to another one, so it settles nothing. */
static void
take_value (const sh_cmdlet *c, const scan_word *w, so_far *f)
{
	int place = next_place (c, f);
	const sh_param *p;

	f->place = place ? place : f->place;
	if (strchr ("$(@", w->text[0]) != NULL && !w->quote)
		return;
	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++)
		if (place > 0 && p->position == place
		    && free_to_give (c, f, p) && !(p->flags & SH_REST)
		    && strcmp (p->type->name, "String") == 0) {
			g_hash_table_add (f->names, (gpointer) p->name);
			return;
		}
}

static gboolean
is_name (const scan_word *w)
{
	return !w->quote && w->text[0] == '-' && w->text[1] != '\0'
	       && !g_ascii_isdigit (w->text[1]);
}

static void
read_words (const sh_cmdlet *c, const scan *s, so_far *f)
{
	for (guint i = 1; i + 1 < s->words->len; i++) {
		const scan_word *w = s->words->pdata[i];
		g_autofree char *name = NULL;
		const sh_param *p;

		if (!is_name (w)) {
			if (f->open == NULL)
				take_value (c, w, f);
			f->open = NULL;
			continue;
		}
		name = g_strndup (w->text + 1, strcspn (w->text + 1, ":"));
		p = sh_param_find (c, name, NULL);
		f->open = p && !(p->flags & SH_SWITCH)
			  && strchr (w->text, ':') == NULL ? p : NULL;
		if (p != NULL)
			g_hash_table_add (f->names, (gpointer) p->name);
	}
}

static void
complete_params (job *j, const sh_cmdlet *c, const so_far *f)
{
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++) {
		g_autofree char *text = g_strconcat ("-", p->name, NULL);

		/* The common ones only to who has begun to write one. */
		if (sh_param_common (c, p) && j->word->text[0] == '\0')
			continue;
		if (free_to_give (c, f, p) && starts (text, j->word->text))
			add (j, text, p->text);
	}
}

/* The parameters that a value without a name may be for now. */
static void
complete_positional (job *j, const sh_cmdlet *c, const so_far *f)
{
	int place = next_place (c, f);
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (c, i)) != NULL; i++)
		if (place > 0 && p->position == place
		    && free_to_give (c, f, p))
			complete_value (j, c, p);
}

/* ---- properties ---- */

/* What comes out of the last command of `pipeline` that emits rows. */
static const vmnet_noun *
noun_of (const GPtrArray *pipeline)
{
	for (guint i = pipeline->len; i-- > 0;) {
		const sh_cmdlet *c = sh_cmdlet_find (pipeline->pdata[i]);

		if (c != NULL && c->out != NULL)
			return c->out;
	}
	return NULL;
}

static void
complete_properties (job *j, const vmnet_noun *noun)
{
	for (size_t i = 0; noun != NULL && i < noun->n_fields; i++)
		add_value (j, noun->fields[i].name, noun->fields[i].text);
}

static gboolean
takes_properties (const sh_cmdlet *c)
{
	static const char *const names[] = {
		"Select-Object", "Where-Object", "Sort-Object",
		"Format-Table", "Format-List", "Measure-Object",
		"Group-Object", "ForEach-Object", NULL,
	};

	return g_strv_contains (names, c->name);
}

static void
complete_member (job *j)
{
	const vmnet_noun *noun = noun_of (j->where->around);
	const char *prefix = j->word->text + strlen ("$_.");

	for (size_t i = 0; noun != NULL && i < noun->n_fields; i++) {
		g_autofree char *text =
			g_strconcat ("$_.", noun->fields[i].name, NULL);

		if (starts (noun->fields[i].name, prefix))
			add (j, text, noun->fields[i].text);
	}
}

/* ---- the word at the cursor ---- */

static void
complete_command (job *j)
{
	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++)
		if (starts ((*c)->name, j->word->text))
			add (j, (*c)->name, (*c)->text);
}

static void
complete_variable (job *j)
{
	g_auto (GStrv) names = j->in ? sh_var_names (j->in) : NULL;

	for (char **n = names; n != NULL && *n != NULL; n++) {
		g_autofree char *text = g_strconcat ("$", *n, NULL);

		if (starts (text, j->word->text))
			add (j, text, "variable");
	}
}

static void
complete_netsh (job *j)
{
	g_autoptr (GPtrArray) next = NULL;
	GPtrArray *words = g_ptr_array_new ();

	for (guint i = 1; i < j->where->words->len; i++)
		g_ptr_array_add (words, ((scan_word *)
					 j->where->words->pdata[i])->text);
	g_ptr_array_add (words, NULL);
	next = netsh_next ((const char *const *) words->pdata);
	for (guint i = 0; i + 1 < next->len; i += 2)
		add (j, next->pdata[i], next->pdata[i + 1]);
	g_ptr_array_free (words, TRUE);
}

static void
usage_of (job *j, const sh_cmdlet *c, const so_far *f)
{
	if (f->open != NULL)
		j->out->usage = g_strdup_printf ("-%s: %s (%s)", f->open->name,
						 f->open->text,
						 f->open->type->text
						 ? f->open->type->text
						 : f->open->type->name);
	else
		j->out->usage = g_strdup_printf ("%s: %s", c->name, c->text);
}

static void
complete_argument (job *j, const sh_cmdlet *c)
{
	so_far f = { .names = g_hash_table_new (g_str_hash, g_str_equal) };
	const char *text = j->word->text;

	read_words (c, j->where, &f);
	usage_of (j, c, &f);
	if (f.open != NULL) {
		complete_value (j, c, f.open);
		if (takes_properties (c))
			complete_properties (j, noun_of (j->where->before));
	} else if (text[0] == '-' && !j->word->quote) {
		complete_params (j, c, &f);
	} else {
		complete_positional (j, c, &f);
		if (takes_properties (c))
			complete_properties (j, noun_of (j->where->before));
		if (text[0] == '\0' && !j->word->quote)
			complete_params (j, c, &f);
	}
	g_hash_table_destroy (f.names);
}

static void
complete_word (job *j)
{
	const scan_word *first = j->where->words->pdata[0];
	const sh_cmdlet *c;

	if (starts (j->word->text, "$_.") && !j->word->quote) {
		complete_member (j);
		return;
	}
	if (j->word->text[0] == '$' && !j->word->quote) {
		complete_variable (j);
		return;
	}
	if (live_is_path (j->word->text)) {
		live_paths (j->word->text, add_live, j);
		return;
	}
	if (j->where->words->len == 1) {
		if (!j->word->quote)
			complete_command (j);
		return;
	}
	c = sh_cmdlet_find (first->text);
	if (c == NULL)
		return;
	if (c->flags & SH_RAW)
		complete_netsh (j);
	else
		complete_argument (j, c);
}

edit_completion *
edit_complete (sh_interp *in, const char *text, gsize point)
{
	edit_completion *out = g_new0 (edit_completion, 1);
	g_autoptr (scan) s = scan_line (text, point);
	job j = { in, s, scan_last (s), out };

	out->items = g_ptr_array_new_with_free_func (candidate_free);
	out->start = j.word->start;
	if (!s->in_comment)
		complete_word (&j);
	return out;
}

char *
edit_common (const edit_completion *c)
{
	const edit_candidate *first;
	gsize n;

	if (c->items->len == 0)
		return g_strdup ("");
	first = c->items->pdata[0];
	n = strlen (first->text);
	for (guint i = 1; i < c->items->len; i++) {
		const edit_candidate *k = c->items->pdata[i];
		gsize m = 0;

		while (m < n && k->text[m] != '\0'
		       && g_ascii_tolower (k->text[m])
			  == g_ascii_tolower (first->text[m]))
			m++;
		n = m;
	}
	/* Never half a character. */
	while (n > 0 && ((guchar) first->text[n] & 0xc0) == 0x80)
		n--;
	return g_strndup (first->text, n);
}

gboolean
edit_is_question (const char *text, gsize point)
{
	g_autoptr (scan) s = scan_line (text, point);
	const scan_word *w = scan_last (s);

	if (s->in_string || s->in_comment || s->after_pipe)
		return FALSE;
	/* "$_.Name -like web?" and "sw?" in a block are patterns. */
	return !s->in_block || w->text[0] == '\0' || w->text[0] == '-';
}

int
edit_print_completion (sh_interp *in, const char *line, gssize point)
{
	gsize n = strlen (line);
	g_autoptr (edit_completion) c =
		edit_complete (in, line, point < 0 ? n : MIN ((gsize) point,
							      n));
	g_autoptr (GString) out = g_string_new (NULL);

	for (guint i = 0; i < c->items->len; i++) {
		const edit_candidate *k = c->items->pdata[i];

		g_string_append_printf (out, "%s\t%s\n", k->text, k->help);
	}
	if (write (sh_interp_options (in)->out_fd, out->str, out->len) < 0)
		return 1;
	return 0;
}

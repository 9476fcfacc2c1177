/*
 * test_published.c - the whole published table (shell/cmdlet/published.tsv)
 * against the entries, built or not: what they declare, and what the binder
 * takes by it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmdlet/params.h"
#include "cmdlet/published.h"
#include "cmdlet/types.h"
#include "lang/lang.h"

static guint wrong;

enum {
	MODULE, CMDLET, PARAM, TYPE, ALIASES, ACCEPTED, SETS, REQUIRED,
	POSITION, PIPE
};

static void G_GNUC_PRINTF (2, 3)
complain (char *const *row, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start (ap, format);
	text = g_strdup_vprintf (format, ap);
	va_end (ap);
	g_printerr ("# %s -%s: %s\n", row[CMDLET], row[PARAM], text);
	wrong++;
}

static char *
join_accepted (const sh_type *t)
{
	return t->accepted ? g_strjoinv (", ", (char **) t->accepted)
			   : g_strdup ("");
}

/* "VMName, ManagementOS" as the entry writes it: "VMName,ManagementOS". */
static char *
published_sets (const char *text)
{
	g_auto (GStrv) sets = NULL;
	g_autofree char *plain = NULL;

	if (strcmp (text, "(All)") == 0)
		return g_strdup ("");
	sets = g_strsplit (text, " | ", -1);
	plain = g_strjoinv (", ", sets);
	g_strfreev (g_steal_pointer (&sets));
	sets = g_strsplit (plain, " (cdxml)", -1);
	g_free (plain);
	plain = g_strjoinv ("", sets);
	g_strfreev (g_steal_pointer (&sets));
	sets = g_strsplit (plain, ", ", -1);
	return g_strjoinv (",", sets);
}

static void
compare_words (char *const *row, const sh_param *p)
{
	g_auto (GStrv) parts = g_strsplit (row[ALIASES], ", ", -1);
	g_autofree char *aliases = g_strjoinv (",", parts);
	g_autofree char *accepted = join_accepted (p->type);
	g_autofree char *sets = published_sets (row[SETS]);

	if (strcmp (aliases, p->aliases ? p->aliases : "") != 0)
		complain (row, "aliases '%s', published '%s'", p->aliases,
			  aliases);
	if (strcmp (accepted, row[ACCEPTED]) != 0)
		complain (row, "accepted '%s', published '%s'", accepted,
			  row[ACCEPTED]);
	if (strcmp (sets, p->sets ? p->sets : "") != 0)
		complain (row, "sets '%s', published '%s'", p->sets, sets);
}

static void
compare (char *const *row, const sh_cmdlet *c, const sh_param *p)
{
	g_autofree char *type = sh_param_type_name (p);
	int position = strcmp (row[POSITION], "Named") == 0
			       ? 0 : atoi (row[POSITION]) + 1;
	gboolean by_value = strstr (row[PIPE], "ByValue") != NULL;
	gboolean by_name = strstr (row[PIPE], "ByPropertyName") != NULL;

	if (strcmp (type, row[TYPE]) != 0)
		complain (row, "type %s, published %s", type, row[TYPE]);
	if (position != p->position)
		complain (row, "position %d, published %s", p->position,
			  row[POSITION]);
	if ((strcmp (row[REQUIRED], "True") == 0)
	    != !!(p->flags & SH_MANDATORY))
		complain (row, "mandatory differs");
	if (by_value != !!(p->flags & SH_PIPE_VALUE)
	    || by_name != !!(p->flags & SH_PIPE_NAME))
		complain (row, "pipeline differs: %s", row[PIPE]);
	if ((strcmp (row[TYPE], "SwitchParameter") == 0)
	    != !!(p->flags & SH_SWITCH))
		complain (row, "switch differs");
	compare_words (row, p);
}

/* ---- the table ---- */

typedef void (*row_func) (char *const *row, const sh_cmdlet *c,
			  const sh_param *p);

static void
each_row (row_func f)
{
	g_autofree char *path = g_build_filename (
		g_getenv ("TESTS_DIR"), "..", "shell", "cmdlet",
		"published.tsv", NULL);
	g_autofree char *text = NULL;
	g_auto (GStrv) lines = NULL;
	guint n = 0;

	wrong = 0;
	assert_true (g_file_get_contents (path, &text, NULL, NULL));
	lines = g_strsplit (g_strchomp (text), "\n", -1);
	for (char **l = lines + 1; *l != NULL; l++, n++) {
		g_auto (GStrv) row = g_strsplit (*l, "\t", -1);
		const sh_cmdlet *c;
		int i;

		assert_int_equal (g_strv_length (row), PIPE + 1);
		c = sh_cmdlet_find (row[CMDLET]);
		i = c == NULL ? -1 : sh_param_index (c, row[PARAM]);
		if (c == NULL)
			complain (row, "no such cmdlet");
		else if (i < 0)
			complain (row, "no such parameter");
		else
			f (row, c, sh_param_at (c, (guint) i));
	}
	assert_int_equal (n, 2154);
	assert_int_equal (wrong, 0);
}

static void
test_declared (void **state)
{
	each_row (compare);
}

/* ---- what the binder takes ---- */

/* A value of every kind that a type may want. */
static GPtrArray *
samples (void)
{
	static const char *const texts[] = {
		"x", "192.0.2.1", "00155D010203",
		"01234567-89ab-cdef-0123-456789abcdef", NULL,
	};
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) sh_unref);
	sh_value *feature;

	g_ptr_array_add (out, sh_object ("CimInstance"));
	for (const vmnet_noun *const *n = vmnet_nouns; *n != NULL; n++)
		g_ptr_array_add (out, sh_row_later (*n, "x"));
	g_ptr_array_add (out, sh_hash ());
	for (const char *const *t = texts; *t != NULL; t++)
		g_ptr_array_add (out, sh_string (*t));
	g_ptr_array_add (out, sh_int (1));
	g_ptr_array_add (out, sh_bool (TRUE));
	feature = sh_object ("VMSwitchExtensionPortFeature");
	sh_set (feature, "SettingData", sh_object ("CimInstance"));
	g_ptr_array_add (out, feature);
	return out;
}

/* The first sample that the type takes as it is, else one that it converts,
 * else its first word. New reference; NULL: it takes none. */
static sh_value *
sample_for (const sh_param *p)
{
	g_autoptr (GPtrArray) all = samples ();

	if (p->type->accepted != NULL)
		return sh_string (p->type->accepted[0]);
	for (int fit = 2; fit > 0; fit--)
		for (guint i = 0; i < all->len; i++)
			if (sh_type_fit (p->type, NULL, all->pdata[i]) == fit)
				return sh_ref (all->pdata[i]);
	return NULL;
}

static gboolean
one_set (const sh_param *a, const sh_param *b, const char *set)
{
	return set == NULL || (sh_param_in_set (a, set)
			       && sh_param_in_set (b, set));
}

/* A set of `p` in which nothing that is needed is still to be built; NULL:
 * any will do. */
static const char *
set_of (const sh_cmdlet *c, const sh_param *p, const GPtrArray *sets)
{
	const char *found = NULL;

	for (guint i = sets->len; i-- > 0; ) {
		gboolean built = TRUE;

		for (gsize k = 0; k < c->n_params; k++)
			built &= !(c->params[k].flags & SH_MANDATORY
				   && c->params[k].flags & SH_NOT_YET
				   && sh_param_in_set (&c->params[k],
						       sets->pdata[i]));
		if (sh_param_in_set (p, sets->pdata[i])
		    && (found == NULL || built))
			found = sets->pdata[i];
	}
	return found;
}

static void
clear_arg (gpointer at)
{
	sh_arg_in *a = at;

	g_free (a->name);
	sh_unref (a->value);
}

static void
add_argument (GArray *out, const sh_param *p, const char *as)
{
	sh_arg_in one = { g_strdup (as), sample_for (p), FALSE, as != NULL,
			  { 0, 0 } };

	g_array_append_val (out, one);
}

/* By position what the set has at places before that of `p`. */
static void
add_places (GArray *out, const sh_cmdlet *c, const sh_param *p,
	    const char *set)
{
	for (int place = 1; place < p->position; place++)
		for (gsize i = 0; i < c->n_params; i++)
			if (c->params[i].position == place
			    && one_set (p, &c->params[i], set)) {
				add_argument (out, &c->params[i], NULL);
				break;
			}
}

/* `p` by the name `as` (NULL: by position), and what its set needs. */
static GArray *
arguments (const sh_cmdlet *c, const sh_param *p, const char *as,
	   const char *set)
{
	GArray *out = g_array_new (FALSE, TRUE, sizeof (sh_arg_in));

	g_array_set_clear_func (out, clear_arg);
	if (as == NULL)
		add_places (out, c, p, set);
	add_argument (out, p, as);
	for (gsize i = 0; i < c->n_params; i++) {
		const sh_param *q = &c->params[i];
		gboolean placed = as == NULL && q->position > 0
				  && q->position < p->position;

		if (q != p && q->flags & SH_MANDATORY && !placed
		    && !(q->flags & SH_NOT_YET) && one_set (p, q, set))
			add_argument (out, q, q->name);
	}
	return out;
}

/* Has another one at the same place got the value, which takes it as well? A
 * plain text goes to -Name and not to -Id. */
static gboolean
went_beside (sh_call *call, const sh_cmdlet *c, const sh_param *p)
{
	g_autoptr (sh_value) v = sample_for (p);

	for (gsize i = 0; i < c->n_params; i++) {
		const sh_param *q = &c->params[i];

		if (q != p && q->position == p->position
		    && sh_given (call, q->name)
		    && sh_type_fit (q->type, NULL, v)
			       >= sh_type_fit (p->type, NULL, v))
			return TRUE;
	}
	return FALSE;
}

/* It is bound, or refused with the reason that its entry has. */
static void
bind_as (char *const *row, const sh_cmdlet *c, const sh_param *p,
	 const char *as)
{
	g_autoptr (GPtrArray) sets = sh_cmdlet_sets (c);
	const char *set = set_of (c, p, sets);
	g_autoptr (GArray) args = arguments (c, p, as, set);
	g_autoptr (GError) error = NULL;
	sh_call *call = sh_bind (NULL, c, (sh_arg_in *) (void *) args->data,
				 args->len, FALSE, &error);

	if (call != NULL) {
		if (!sh_given (call, p->name)
		    && (as != NULL || !went_beside (call, c, p)))
			complain (row, "given %s, it went elsewhere",
				  as ? as : "by position");
		sh_call_free (call);
		return;
	}
	if (!(p->flags & SH_NOT_YET)
	    || !g_error_matches (error, VMNET_ERROR, VMNET_ERROR_NOT_YET)
	    || strstr (error->message, p->text) == NULL)
		complain (row, "given %s: %s", as ? as : "by position",
			  error->message);
}

static void
bind_row (char *const *row, const sh_cmdlet *c, const sh_param *p)
{
	g_auto (GStrv) aliases = g_strsplit (row[ALIASES], ", ", -1);
	g_autofree char *upper = g_ascii_strup (p->name, -1);
	g_autoptr (sh_value) sample = sample_for (p);

	if (sample == NULL) {
		complain (row, "takes none of the samples");
		return;
	}
	bind_as (row, c, p, upper);
	for (char **a = aliases; *a != NULL; a++)
		bind_as (row, c, p, *a);
	if (p->position > 0 && !(p->flags & SH_NOT_YET))
		bind_as (row, c, p, NULL);
}

static void
test_bound (void **state)
{
	each_row (bind_row);
}

/* Every accepted word in any case; another word is refused with them all. */
static void
take_words (char *const *row, const sh_cmdlet *c, const sh_param *p)
{
	g_auto (GStrv) words = g_strsplit (row[ACCEPTED], ", ", -1);
	g_autoptr (sh_value) other = sh_string ("no-such-word");
	g_autoptr (sh_value) parsed = NULL;
	g_autoptr (GError) error = NULL;

	if (*words == NULL || **words == '\0')
		return;
	for (char **w = words; *w != NULL; w++) {
		g_autofree char *low = g_ascii_strdown (*w, -1);
		g_autoptr (sh_value) given = sh_string (low);
		g_autoptr (sh_value) got = sh_type_parse (p->type, NULL,
							  given, NULL);

		if (got == NULL || strcmp (sh_text (got), *w) != 0)
			complain (row, "does not take %s", low);
	}
	parsed = sh_type_parse (p->type, NULL, other, &error);
	if (parsed != NULL || strstr (error->message, row[ACCEPTED]) == NULL)
		complain (row, "takes no-such-word, or does not say what");
}

static void
test_words (void **state)
{
	each_row (take_words);
}

/* ---- what is not built ---- */

static void
answer (char *const *row, const sh_cmdlet *c, const sh_param *p)
{
	g_autofree char *want = g_strdup_printf (
		"%s (%s): published, but not built here yet", row[CMDLET],
		row[MODULE]);
	g_autoptr (GPtrArray) sets = sh_cmdlet_sets (c);
	g_autoptr (GArray) args = arguments (c, p, p->name,
					     set_of (c, p, sets));
	g_autoptr (GError) error = NULL;
	sh_call *call;

	if (!published_only (c))
		return;
	call = sh_bind (NULL, c, (sh_arg_in *) (void *) args->data, args->len,
			FALSE, NULL);
	assert_non_null (call);
	assert_false (c->begin (call, &error));
	if (strcmp (error->message, want) != 0)
		complain (row, "it says '%s'", error->message);
	sh_call_free (call);
}

static void
test_answer (void **state)
{
	each_row (answer);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_declared),
		cmocka_unit_test (test_bound),
		cmocka_unit_test (test_words),
		cmocka_unit_test (test_answer),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

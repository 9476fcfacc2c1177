/*
 * test_cmdlets.c - every entry of the table against the published facts
 * (tests/data/cmdlets.tsv), and that no text is missing anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmdlet/params.h"
#include "cmdlet/types.h"
#include "cmdlet/usage.h"

enum { CMDLET, PARAM, TYPE, ALIASES, ACCEPTED, SETS, REQUIRED, POSITION, PIPE };

static guint wrong;

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
compare (char *const *row, const sh_param *p)
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

static void
test_published (void **state)
{
	g_autofree char *path = g_build_filename (g_getenv ("TESTS_DIR"),
						  "data", "cmdlets.tsv", NULL);
	g_autofree char *text = NULL;
	g_auto (GStrv) lines = NULL;
	guint n = 0;

	assert_true (g_file_get_contents (path, &text, NULL, NULL));
	lines = g_strsplit (g_strchomp (text), "\n", -1);
	for (char **l = lines + 1; *l != NULL; l++, n++) {
		g_auto (GStrv) row = g_strsplit (*l, "\t", -1);
		const sh_cmdlet *c;
		int i;

		assert_int_equal (g_strv_length (row), PIPE + 1);
		c = sh_cmdlet_find (row[CMDLET]);
		if (c == NULL) {
			complain (row, "no such cmdlet");
			continue;
		}
		i = sh_param_index (c, row[PARAM]);
		if (i < 0)
			complain (row, "no such parameter");
		else
			compare (row, sh_param_at (c, (guint) i));
	}
	assert_int_equal (n, 310);
	assert_int_equal (wrong, 0);
}

static gboolean
is_text (const char *s)
{
	return s != NULL && strlen (s) > 3;
}

static void
check_params (const sh_cmdlet *c)
{
	for (gsize i = 0; i < c->n_params; i++) {
		const sh_param *p = &c->params[i];

		if (!is_text (p->text) || !is_text (p->type->name)) {
			g_printerr ("# %s -%s: no text\n", c->name, p->name);
			wrong++;
		}
		/* A switch takes no value, so it has no list. */
		assert_false (p->flags & SH_SWITCH && p->flags & SH_LIST);
	}
}

static void
test_texts (void **state)
{
	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++) {
		if (!is_text ((*c)->text) || !is_text ((*c)->example)
		    || !is_text ((*c)->module)) {
			g_printerr ("# %s: no text or example\n", (*c)->name);
			wrong++;
		}
		check_params (*c);
	}
	for (const vmnet_noun *const *n = vmnet_nouns; *n != NULL; n++) {
		assert_true (is_text ((*n)->text));
		for (size_t i = 0; i < (*n)->n_fields; i++)
			if (!is_text ((*n)->fields[i].text)) {
				g_printerr ("# %s.%s: no text\n", (*n)->name,
					    (*n)->fields[i].name);
				wrong++;
			}
	}
	assert_int_equal (wrong, 0);
}

/* Names, prefixes and aliases that would hide each other. */
static void
test_unique (void **state)
{
	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++) {
		const sh_param *p;

		assert_ptr_equal (sh_cmdlet_find ((*c)->name), *c);
		for (guint i = 0; (p = sh_param_at (*c, i)) != NULL; i++)
			assert_ptr_equal (sh_param_find (*c, p->name, NULL),
					  p);
	}
}

static void
test_usage (void **state)
{
	const sh_cmdlet *c = sh_cmdlet_find ("New-VMSwitch");
	g_autofree char *line = sh_usage (c, "SwitchType");
	g_autofree char *page = sh_help_page (c);

	assert_string_equal (line, "New-VMSwitch [-Name] <String> "
			     "-SwitchType <VMSwitchType> "
			     "[-EnableIov <Boolean>] "
			     "[-MinimumBandwidthMode <VMSwitchBandwidthMode>] "
			     "[-Notes <String>] [-WhatIf] [-Confirm]");
	assert_non_null (strstr (page, "\nEXAMPLE\n"));
	assert_non_null (strstr (page, "not built yet"));
	assert_non_null (strstr (page, "SwitchType"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_published),
		cmocka_unit_test (test_texts),
		cmocka_unit_test (test_unique),
		cmocka_unit_test (test_usage),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

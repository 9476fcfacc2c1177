/*
 * test_cmdlets.c - no text is missing anywhere in the table of cmdlets, and no
 * name hides another. Against the published facts: test_published.c.
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
#include "cmdlet/usage.h"

static guint wrong;

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
		if (!is_text ((*c)->text) || !is_text ((*c)->module)
		    || (!is_text ((*c)->example) && !published_only (*c))) {
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
			     "[-EnableEmbeddedTeaming <Boolean>] "
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
		cmocka_unit_test (test_texts),
		cmocka_unit_test (test_unique),
		cmocka_unit_test (test_usage),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

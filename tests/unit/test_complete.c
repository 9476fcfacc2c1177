/*
 * test_complete.c - what Tab and `?` offer at a place in a line; without an
 * interpreter, so without live names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "edit/complete.h"

/* "^" in `line` is the cursor. */
static edit_completion *
at (const char *line)
{
	const char *caret = strchr (line, '^');
	g_autofree char *head = NULL;
	g_autofree char *text = NULL;

	assert_non_null (caret);
	head = g_strndup (line, (gsize) (caret - line));
	text = g_strconcat (head, caret + 1, NULL);
	return edit_complete (NULL, text, (gsize) (caret - line));
}

static gboolean
has (const edit_completion *c, const char *text)
{
	for (guint i = 0; i < c->items->len; i++)
		if (strcmp (((edit_candidate *) c->items->pdata[i])->text,
			    text) == 0)
			return TRUE;
	return FALSE;
}

static void
offers (const char *line, const char *text)
{
	g_autoptr (edit_completion) c = at (line);

	if (!has (c, text))
		g_printerr ("# '%s' does not offer '%s' but %u others\n",
			    line, text, c->items->len);
	assert_true (has (c, text));
}

static void
withholds (const char *line, const char *text)
{
	g_autoptr (edit_completion) c = at (line);

	if (has (c, text))
		g_printerr ("# '%s' offers '%s'\n", line, text);
	assert_false (has (c, text));
}

static void
test_commands (void **state)
{
	offers ("^", "New-VMSwitch");
	offers ("get-vms^", "Get-VMSwitch");
	withholds ("get-vms^", "Get-VM");
	offers ("Get-VM | Sel^", "Select-Object");
	offers ("Get-VM; New-VMS^", "New-VMSwitch");
	offers ("$x = Get-VMS^", "Get-VMSwitch");
	offers ("foreach ($v in (Get-VMS^", "Get-VMSwitch");
	offers ("Get-VM\nGet-VMS^", "Get-VMSwitch");
	offers ("Get-VM |\n  Sort^", "Sort-Object");
	withholds ("# Get-VMS^", "Get-VMSwitch");
	withholds ("'Get-VMS^", "Get-VMSwitch");
}

static void
test_params (void **state)
{
	offers ("New-VMSwitch -^", "-Name");
	offers ("New-VMSwitch -swit^", "-SwitchType");
	offers ("New-VMSwitch sw0 ^", "-NetAdapterName");
	offers ("New-VMSwitch -wh^", "-WhatIf");
	/* Given already, of another set, not built, common and not begun. */
	withholds ("New-VMSwitch -Name sw0 -^", "-Name");
	withholds ("New-VMSwitch sw0 -SwitchType Private -^",
		   "-NetAdapterName");
	withholds ("New-VMSwitch sw0 -^", "-CimSession");
	withholds ("New-VMSwitch sw0 ^", "-OutBuffer");
	/* By place: a VM's name is given, its adapter's may follow. */
	withholds ("Get-VMNetworkAdapter web1 -^", "-VMName");
	withholds ("Get-VMNetworkAdapter web1 -^", "-ManagementOS");
	offers ("Get-VMNetworkAdapter web1 -^", "-Name");
	withholds ("Get-VMNetworkAdapter web1 a -^", "-Name");
	offers ("Get-VMNetworkAdapter $x -^", "-VMName");
}

static void
test_values (void **state)
{
	offers ("New-VMSwitch sw0 -SwitchType ^", "Private");
	offers ("New-VMSwitch sw0 -SwitchType pr^", "Private");
	withholds ("New-VMSwitch sw0 -SwitchType pr^", "Internal");
	offers ("Get-VMSwitch -SwitchType Private,In^", "Private,Internal");
	offers ("New-VMSwitch sw0 -EnableIov ^", "$true");
	offers ("Get-Help New-VMS^", "New-VMSwitch");
	offers ("Set-VMNetworkAdapter web1 -MacAddressSpoofing O^", "Off");
	offers ("Set-VMNetworkAdapter web1 -MacAddressSpoofing 'O^", "'Off'");
	withholds ("New-VMSwitch sw0 -SwitchType ^", "-Notes");
}

static void
test_properties (void **state)
{
	offers ("Get-VMSwitch | Select-Object Na^", "Name");
	offers ("Get-VMSwitch | Select-Object Name,Swi^", "Name,SwitchType");
	offers ("Get-VMSwitch | Where-Object { $_.Swi^", "$_.SwitchType");
	offers ("Get-VMSwitch | Where-Object Name -eq x | Sort-Object Sw^",
		"SwitchType");
	withholds ("Get-VMSwitch | Select-Object Na^", "VMName");
}

static void
test_netsh (void **state)
{
	offers ("netsh ^", "trace");
	offers ("netsh trace ^", "start");
	offers ("netsh trace start capturet^", "capturetype=both");
	offers ("netsh tr start ^", "tracefile=");
	withholds ("netsh trace stop ^", "tracefile=");
}

static void
question (const char *line, gboolean want)
{
	const char *caret = strchr (line, '^');
	g_autofree char *text = g_strndup (line, (gsize) (caret - line));

	if (edit_is_question (text, strlen (text)) != want)
		g_printerr ("# '%s'\n", line);
	assert_int_equal (edit_is_question (text, strlen (text)), want);
}

static void
test_question (void **state)
{
	question ("^", TRUE);
	question ("New-VMSwitch ^", TRUE);
	question ("New-VMSwitch -Na^", TRUE);
	question ("New-VMSwitch -Name 'a^", FALSE);
	question ("Get-VM | ^", FALSE);
	question ("Get-VM |^", FALSE);
	question ("Get-VM | Select-Object ^", TRUE);
	question ("Get-VM | Where-Object { $_.Name -like web^", FALSE);
	question ("# what^", FALSE);
}

static void
test_start_and_common (void **state)
{
	g_autoptr (edit_completion) c = at ("New-VMSwitch -SwitchT^");
	g_autoptr (edit_completion) d = at ("New-VMSwitch -Net^");
	g_autofree char *one = edit_common (c);
	g_autofree char *two = edit_common (d);

	assert_int_equal (c->start, strlen ("New-VMSwitch "));
	assert_string_equal (one, "-SwitchType");
	assert_string_equal (two, "-NetAdapter");
	assert_int_equal (d->items->len, 2);
}

/* Whatever is typed, at every place: no crash and no endless loop. */
static void
test_everywhere (void **state)
{
	static const char line[] =
		"$x = @(Get-VM -Name 'a b' | ? { $_.Name -match \"^w$(1)\" }"
		"); New-VMSwitch `\n sw0 -Notes \"x\" # end\nnetsh trace st";

	for (gsize i = 0; i < sizeof (line); i++)
		edit_completion_free (edit_complete (NULL, line, i));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_commands),
		cmocka_unit_test (test_params),
		cmocka_unit_test (test_values),
		cmocka_unit_test (test_properties),
		cmocka_unit_test (test_netsh),
		cmocka_unit_test (test_question),
		cmocka_unit_test (test_start_and_common),
		cmocka_unit_test (test_everywhere),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

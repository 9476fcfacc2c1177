/*
 * test_bind.c - the binder: names, prefixes, positions, sets, types, pipeline
 * input, and what its errors say. The entries are the real ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmdlet/types.h"
#include "lang/lang.h"

/*
 * Binds words: "-X" is a name, "-X:v" a name with its value, "#5" a number,
 * "$true" and "$false" themselves, "@VM:web1" a row, "a,b" an array.
 */
static sh_value *
value_of (const char *word)
{
	static const struct { const char *tag; const vmnet_noun *noun; } rows[]
		= { { "@VM:", &vmnet_noun_vm },
		    { "@NIC:", &vmnet_noun_adapter },
		    { "@SW:", &vmnet_noun_switch } };

	if (word[0] == '#')
		return sh_int (g_ascii_strtoll (word + 1, NULL, 10));
	if (strcmp (word, "$true") == 0 || strcmp (word, "$false") == 0)
		return sh_bool (word[1] == 't');
	for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
		if (g_str_has_prefix (word, rows[i].tag))
			return sh_row_later (rows[i].noun, word
					     + strlen (rows[i].tag));
	if (strchr (word, ',') != NULL) {
		sh_value *list = sh_array ();
		g_auto (GStrv) parts = g_strsplit (word, ",", -1);

		for (char **p = parts; *p != NULL; p++)
			sh_array_add (list, value_of (*p));
		return list;
	}
	return sh_string (word);
}

static void
clear_arg (gpointer p)
{
	sh_arg_in *a = p;

	g_free (a->name);
	if (a->value != NULL)
		sh_unref (a->value);
}

static sh_call *
bind (const char *line, gboolean pipeline, GError **error)
{
	g_auto (GStrv) words = g_strsplit (line, " ", -1);
	g_autoptr (GArray) args = g_array_new (FALSE, TRUE,
					       sizeof (sh_arg_in));

	g_array_set_clear_func (args, clear_arg);
	for (char **w = words + 1; *w != NULL; w++) {
		const char *colon = strchr (*w, ':');
		sh_arg_in a = { .pos = { 1, (int) (w - words) } };

		if ((*w)[0] == '-') {
			a.name = colon ? g_strndup (*w + 1, (gsize) (
						    colon - *w - 1))
				       : g_strdup (*w + 1);
			a.attached = colon != NULL;
			a.value = colon ? value_of (colon + 1) : NULL;
		} else {
			a.value = value_of (*w);
		}
		g_array_append_val (args, a);
	}
	return sh_bind (NULL, sh_cmdlet_find (words[0]),
			(sh_arg_in *) (void *) args->data, args->len, pipeline,
			error);
}

static sh_call *
good (const char *line)
{
	g_autoptr (GError) error = NULL;
	sh_call *call = bind (line, FALSE, &error);

	if (call == NULL)
		g_printerr ("# %s: %s\n", line, error->message);
	assert_non_null (call);
	return call;
}

static void
bad (const char *line, const char *part)
{
	g_autoptr (GError) error = NULL;

	assert_null (bind (line, FALSE, &error));
	if (strstr (error->message, part) == NULL)
		g_printerr ("# %s: '%s' lacks '%s'\n", line, error->message,
			    part);
	assert_non_null (strstr (error->message, part));
}

static void
text_is (sh_call *call, const char *param, const char *want)
{
	g_autofree char *text = NULL;

	assert_non_null (sh_arg (call, param));
	text = sh_to_text (sh_arg (call, param));
	assert_string_equal (text, want);
}

static void
set_is (const char *line, const char *set)
{
	sh_call *call = good (line);

	assert_string_equal (sh_call_set (call), set);
	sh_call_free (call);
}

static void
test_names (void **state)
{
	sh_call *call = good ("NEW-VMSWITCH -name sw0 -netadaptern pnic0 "
			      "-MinimumB weight -wi");

	text_is (call, "Name", "sw0");
	text_is (call, "NetAdapterName", "pnic0");
	text_is (call, "MinimumBandwidthMode", "Weight");
	assert_true (sh_arg_on (call, "WhatIf"));
	assert_false (sh_given (call, "Confirm"));
	sh_call_free (call);
	call = good ("Get-NetAdapter -ifAlias eth0 -ea Stop");
	text_is (call, "Name", "eth0");
	text_is (call, "ErrorAction", "Stop");
	sh_call_free (call);
}

static void
test_name_errors (void **state)
{
	bad ("New-VMSwitch sw0 -NetAdaptorName p", "near it: -NetAdapterName");
	bad ("New-VMSwitch sw0 -Net p", "-NetAdapterInterfaceDescription, "
	     "-NetAdapterName");
	bad ("New-VMSwitch sw0 -SwitchType Internal -Notes", "-Notes needs");
	bad ("New-VMSwitch sw0 -Name sw1 -SwitchType Internal", "too many");
	bad ("New-VMSwitch -Name a -Name b", "given twice");
	bad ("Remove-VMNetworkAdapter web1 -PassTru", "-Passthru");
	bad ("Get-VMSwitch -CimSession x", "not built here yet");
}

static void
test_sets (void **state)
{
	set_is ("New-VMSwitch sw0 -SwitchType Private", "SwitchType");
	set_is ("New-VMSwitch sw0 -NetAdapterName p", "NetAdapterName");
	set_is ("Get-VMNetworkAdapter -ManagementOS", "ManagementOS");
	set_is ("Get-VMNetworkAdapter web1 Front", "VMName");
	set_is ("Set-VMNetworkAdapter @VM:web1 -MacAddressSpoofing On",
		"VMObject");
	set_is ("Set-VMNetworkAdapter @NIC:web1/a -VmqWeight #0",
		"ResourceObject");
	set_is ("Set-VMSwitch sw0 -AllowManagementOS $true",
		"SwitchName_SwitchType");
	set_is ("Connect-VMNetworkAdapter web1 Front sw0", "Name_SwitchName");
	bad ("New-VMSwitch sw0 -NetAdapterName p -SwitchType Private",
	     "-SwitchType cannot stand together with -NetAdapterName");
	bad ("New-VMSwitch sw0", "needs -NetAdapterName");
	bad ("New-VMSwitch sw0", "or -SwitchType");
	bad ("Get-VMNetworkAdapter", "needs -VMName");
}

static void
test_types (void **state)
{
	sh_call *call = good ("Set-VMNetworkAdapter web1 -MaximumBandwidth "
			      "200Mbps -MinimumBandwidthWeight #50 "
			      "-MacAddressSpoofing on");

	assert_int_equal (sh_arg_opt (call, "MaximumBandwidth").value,
			  200000000);
	assert_int_equal (sh_arg_opt (call, "MinimumBandwidthWeight").value,
			  50);
	assert_false (sh_arg_opt (call, "VmqWeight").set);
	text_is (call, "MacAddressSpoofing", "On");
	sh_call_free (call);
	bad ("Set-VMNetworkAdapter web1 -VmqWeight #101",
	     "'101' was given, accepted is a whole number from 0 to 100");
	bad ("Set-VMNetworkAdapter web1 -VmqWeight x", "(line 1, column 2)");
	bad ("Set-VMNetworkAdapter web1 -MaximumBandwidth fast", "200Mbps");
	bad ("Set-VMNetworkAdapter web1 -DhcpGuard Maybe", "");
	bad ("New-VMSwitch sw0 -SwitchType External", "-NetAdapterName");
	bad ("New-VMSwitch sw0 -NetAdapterName p -EnableIov yes", "$true");
	bad ("Get-VMNetworkAdapter -VMName @VM:web1", "(…).Name");
	bad ("Set-VMNetworkAdapter -VM web1", "-VMName");
	bad ("Set-VMNetworkAdapter web1 -StaticMacAddress 00155", "00155");
}

static void
test_switches (void **state)
{
	sh_call *call = good ("Remove-VMSwitch sw0 -Confirm:$false -Force");

	assert_true (sh_given (call, "Confirm"));
	assert_false (sh_arg_on (call, "Confirm"));
	assert_true (sh_arg_on (call, "Force"));
	sh_call_free (call);
	/* A switch does not take the value behind it. */
	call = good ("Remove-VMSwitch -Force sw0,sw1");
	assert_int_equal (sh_array_length (sh_arg (call, "Name")), 2);
	sh_call_free (call);
}

static sh_call *
feed (const char *line, const char *item, const char *want_error)
{
	g_autoptr (GError) error = NULL;
	g_autoptr (sh_value) v = value_of (item);
	sh_call *call = bind (line, TRUE, &error);
	gboolean ok;

	if (call == NULL)
		g_printerr ("# %s: %s\n", line, error->message);
	assert_non_null (call);
	ok = sh_bind_input (call, v, &error);
	if (want_error != NULL) {
		assert_false (ok);
		assert_non_null (strstr (error->message, want_error));
	} else if (!ok) {
		g_printerr ("# %s | %s: %s\n", item, line, error->message);
	}
	assert_true (ok == (want_error == NULL));
	return call;
}

static void
test_pipeline (void **state)
{
	sh_call *call = feed ("Get-VMNetworkAdapter", "@VM:web1", NULL);

	assert_string_equal (sh_call_set (call), "VMObject");
	sh_call_free (call);
	call = feed ("Get-VMNetworkAdapter", "web1", NULL);
	text_is (call, "VMName", "web1");
	sh_call_free (call);
	call = feed ("Remove-VMSwitch -Force", "@SW:sw0", NULL);
	assert_true (sh_given (call, "VMSwitch"));
	sh_call_free (call);
	call = feed ("Set-VMNetworkAdapter -VmqWeight #5", "@NIC:web1/a",
		     NULL);
	assert_string_equal (sh_call_set (call), "ResourceObject");
	sh_call_free (call);
	sh_call_free (feed ("Remove-VMSwitch", "@NIC:web1/a",
			    "from the pipeline"));
	sh_call_free (feed ("New-VM x", "y", "it takes nothing"));
}

/* What one object brought is gone with the next one. */
static void
test_pipeline_again (void **state)
{
	g_autoptr (sh_value) row = value_of ("@VM:web1");
	g_autoptr (sh_value) name = value_of ("web2");
	sh_call *call = bind ("Get-VMNetworkAdapter", TRUE, NULL);

	assert_non_null (call);
	assert_true (sh_bind_input (call, row, NULL));
	assert_true (sh_bind_input (call, name, NULL));
	assert_false (sh_given (call, "VM"));
	text_is (call, "VMName", "web2");
	assert_string_equal (sh_call_set (call), "VMName");
	sh_call_free (call);
}

static void
test_by_property (void **state)
{
	sh_value *o = sh_object ("Row");
	sh_call *call = bind ("New-VMSwitch sw0", TRUE, NULL);

	assert_non_null (call);
	sh_set (o, "InterfaceAlias", sh_string ("pnic0"));
	assert_true (sh_bind_input (call, o, NULL));
	text_is (call, "NetAdapterName", "pnic0");
	assert_string_equal (sh_call_set (call), "NetAdapterName");
	sh_call_free (call);
	sh_unref (o);
}

static void
test_help (void **state)
{
	sh_call *call = good ("New-VMSwitch -?");

	assert_string_equal (sh_call_cmdlet (call)->name, "Get-Help");
	text_is (call, "Name", "New-VMSwitch");
	sh_call_free (call);
}

static void
bits_are (const char *text, guint64 want)
{
	guint64 got = 0;

	assert_true (sh_bits_parse (text, &got));
	assert_int_equal (got, want);
}

static void
test_bits (void **state)
{
	guint64 got;

	bits_are ("200000000", 200000000);
	bits_are ("200Mbps", 200000000);
	bits_are ("1.5 Gbit/s", 1500000000);
	bits_are ("10kbps", 10000);
	assert_false (sh_bits_parse ("fast", &got));
	assert_false (sh_bits_parse ("-5", &got));
	assert_false (sh_bits_parse ("5MB", &got));
	assert_false (sh_bits_parse ("1e30", &got));
	assert_false (sh_bits_parse ("", &got));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_names),
		cmocka_unit_test (test_name_errors),
		cmocka_unit_test (test_sets),
		cmocka_unit_test (test_types),
		cmocka_unit_test (test_switches),
		cmocka_unit_test (test_pipeline),
		cmocka_unit_test (test_pipeline_again),
		cmocka_unit_test (test_by_property),
		cmocka_unit_test (test_help),
		cmocka_unit_test (test_bits),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

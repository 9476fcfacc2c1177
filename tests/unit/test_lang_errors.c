/* test_lang_errors.c - syntax and run-time errors with their places; texts
 * that are too deep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lang_run.h"

static void
syntax (void **state)
{
	static const lang_case cases[] = {
		{ "'open", "1:1: this string has no end" },
		{ "1 +", "1:4: a value is expected" },
		{ "1; (2", "1:6: ) expected" },
		{ "\n\n  foo )", "3:7: ')' closes nothing" },
		{ "if (1) 2", "1:8: { expected" },
		{ "if 1 { }", "1:4: ( expected" },
		{ "@{ a 1 }", "1:6: = expected" },
		{ "foreach ($i of 1) { }", "1:13: in expected" },
		{ "1 -foo 2", "1:3: there is no operator -foo" },
		{ "$x = ", "1:6: " },
		{ "5 = 3", "1:3: only a variable" },
		{ "a | | b", "1:5: a command is expected" },
		{ "a | 5", "1:5: a value can only stand" },
		{ "try { 1 }", "1:10: catch or finally expected" },
		{ "1 2", "1:3: the end of the statement" },
		{ "function { }", "1:10: the function's name" },
		{ "[int", "1:5: ] expected" },
		{ "\"$(\"", "1:4: this string" },
		{ "<# never closed", "1:1: this comment" },
		{ "\xc3\xa4\xc3\xb6 'x", "1:4: this string" },
		{ "\xff", "1:1: this is not UTF-8" },
		{ "Get-VM -Name a,", "1:16: a value is expected" },
		{ "do { } 5", "1:8: while or until" },
	};

	lang_check_errors (cases, G_N_ELEMENTS (cases), 2);
}

static void
shows_line (void **state)
{
	lang_result r = lang_run ("1\n\t$a = (2 +\n3");

	assert_int_equal (r.status, 2);
	assert_string_equal (r.out, "");
	assert_non_null (strstr (r.err, "\n3\n ^"));
	lang_result_clear (&r);
}

static void
run_time (void **state)
{
	static const lang_case cases[] = {
		{ "1\n  1 / 0", "2:5: division by zero" },
		{ "1 + 'x'", "1:3: + needs numbers: 'x'" },
		{ "[int]'x'", "1:1: 'x' (String) is no int32" },
		{ "[byte]300", "1:1: 300 does not fit" },
		{ "$null.Foo()", "1:6: $null has no method Foo" },
		{ "'a'.Nope()", "1:4: a String has no method Nope" },
		{ "$null[0]", "1:6: $null has no index" },
		{ "Get-Nothingness", "1:1: 'Get-Nothingness' is no cmdlet" },
		{ "1; Write-Outptu 5", "1:4: 'Write-Outptu' is no cmdlet, "
		  "function or program; near it: Write-Output" },
		{ "throw 'bad'", "1:1: bad" },
		{ "function f { throw 'in' }\nf", "1:14: in" },
		{ "Write-Error 'e'", "1:1: e" },
		{ "'a' -match '('", "1:5: the regular expression" },
		{ "'{1}' -f 1", "1:7: -f: " },
		{ "@{ a = 1; a = 2 }", "1:11: the key 'a'" },
		{ "function f ([int]$x) { } f abc", "1:26: f -x: 'abc'" },
		{ "function f ($x) { } f -y 1", "1:21: f has no parameter -y" },
		{ "function f { param ([Parameter(Mandatory)] $x) } f", "1:50: f: -x is missing" },
		{ "1..3 | Select-Object -Frist 1", "1:22: Select-Object has no" },
		{ "function r { r } r", "1:14: calls are nested too deeply" },
		{ "'not json' | ConvertFrom-Json", "1:14: this is no JSON" },
	};

	lang_check_errors (cases, G_N_ELEMENTS (cases), 1);
}

static void
goes_on (void **state)
{
	lang_result r = lang_run ("1 / 0; 'next'");

	assert_string_equal (r.out, "next");
	assert_int_equal (r.status, 1);
	lang_result_clear (&r);
	r = lang_run ("throw 'x'; 'next'");
	assert_string_equal (r.out, "");
	assert_int_equal (r.status, 1);
	lang_result_clear (&r);
	r = lang_run ("$ErrorActionPreference = 'Stop'; 1 / 0; 'next'");
	assert_string_equal (r.out, "");
	lang_result_clear (&r);
}

static void
deep (void **state)
{
	static const char *const openers[] = {
		"(", "@(", "$(", "{", "@{a=", "-", "!", "[int]", "if (1) {",
		"\"$(", ",", "$a[", "& {",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (openers); i++) {
		GString *s = g_string_new (NULL);
		lang_result r;

		for (int k = 0; k < 100000; k++)
			g_string_append (s, openers[i]);
		r = lang_run (s->str);
		assert_int_equal (r.status, 2);
		assert_non_null (strstr (r.err, "nested too deeply"));
		assert_true (strlen (r.err) < 1000);
		lang_result_clear (&r);
		g_string_free (s, TRUE);
	}
}

static void
long_chains (void **state)
{
	GString *s = g_string_new ("1");
	lang_result r;

	for (int k = 1; k < 50000; k++)
		g_string_append (s, "+1");
	r = lang_run (s->str);
	assert_string_equal (r.out, "50000");
	lang_result_clear (&r);
	g_string_assign (s, "$a");
	for (int k = 0; k < 50000; k++)
		g_string_append (s, ".b");
	r = lang_run (s->str);
	assert_int_equal (r.status, 1);
	assert_non_null (strstr (r.err, "nested too deeply"));
	lang_result_clear (&r);
	r = lang_run ("$a = 1; foreach ($i in 1..100000) { $a = ,$a }");
	assert_int_equal (r.status, 0);
	lang_result_clear (&r);
	g_string_free (s, TRUE);
}

static void
incomplete (void **state)
{
	static const char *const more[] = {
		"foreach ($i in 1..3) {", "'open", "\"open", "@{", "(1 +",
		"1 |", "a `", "@'\nx", "if (1)", "try { 1 }", "<# c",
	};
	static const char *const whole[] = {
		"1", "1 2", "foo )", "if (1) { }", "", "'a'", "1 -foo 2",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (more); i++)
		assert_true (sh_incomplete (more[i]));
	for (gsize i = 0; i < G_N_ELEMENTS (whole); i++)
		assert_false (sh_incomplete (whole[i]));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (syntax),
		cmocka_unit_test (shows_line),
		cmocka_unit_test (run_time),
		cmocka_unit_test (goes_on),
		cmocka_unit_test (deep),
		cmocka_unit_test (long_chains),
		cmocka_unit_test (incomplete),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

/* test_lang_script.c - statements, functions, pipelines and the language's
 * own cmdlets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lang_run.h"

#define CHECK(list) lang_check (list, G_N_ELEMENTS (list))

static void
statements (void **state)
{
	static const lang_case cases[] = {
		{ "if (1 -gt 2) { 'a' } elseif (2 -gt 1) { 'b' } else { 'c' }", "b" },
		{ "if ($false) { 1 }\nelse\n{ 2 }", "2" },
		{ "foreach ($i in 1..3) { if ($i -eq 2) { continue } $i }", "1\n3" },
		{ "foreach ($i in 1..9) { if ($i -gt 2) { break } $i }", "1\n2" },
		{ "foreach ($i in $null) { 'never' }", "" },
		{ "for ($i = 0; $i -lt 3; $i++) { $i }", "0\n1\n2" },
		{ "$i = 0; while ($i -lt 2) { $i; $i++ }", "0\n1" },
		{ "$i = 0; do { $i++ } until ($i -ge 3); $i", "3" },
		{ "$i = 5; do { $i++ } while ($i -lt 3); $i", "6" },
		{ ":o foreach ($i in 1..3) { foreach ($k in 1..3) { if ($k -eq 2) { continue o } \"$i$k\" } }", "11\n21\n31" },
		{ "switch (2) { 1 { 'one' } 2 { 'two' } default { 'none' } }", "two" },
		{ "switch ('abc') { 'ABC' { 1 } default { 2 } }", "1" },
		{ "switch -Wildcard ('abc') { 'a*' { 1 } 'ab*' { 2; break } '*' { 3 } }", "1\n2" },
		{ "switch -Regex ('vm7') { '(\\d)' { $matches[1] } }", "7" },
		{ "switch (1, 2) { { $_ -gt 1 } { \"big $_\" } default { \"small $_\" } }", "small 1\nbig 2" },
		{ "try { throw 'x' } catch { \"got $_\" } finally { 'end' }", "got x\nend" },
		{ "try { 1 / 0 } catch { $_.Exception.Message }", "division by zero" },
		{ "try { Get-Nothing } catch { 'no such' }", "no such" },
		{ "try { try { throw 'in' } finally { 'f' } } catch { \"out $_\" }", "f\nout in" },
		{ "try { Write-Error 'e' -ErrorAction Stop; 'no' } catch { \"c $_\" }", "c e" },
		{ "$ErrorActionPreference = 'Stop'; try { Write-Error 'e' } catch { 'c' }", "c" },
		{ "Write-Error 'e' -ErrorAction SilentlyContinue; $?; $Error[0].Exception.Message", "False\ne" },
		{ "1; return; 2", "1" },
		{ "$env:VMNETSH_TEST = 'v'; $env:VMNETSH_TEST; \"$env:VMNETSH_TEST!\"", "v\nv!" },
		{ "1 +\n2\n'a' |\n  ForEach-Object { $_ + 'b' }", "3\nab" },
		{ "Write-Output a `\n  b", "a\nb" },
		{ "1..3\n| Measure-Object | ForEach-Object Count", "3" },
		{ "#requires -Version 5\n1", "1" }, { "", "" }, { "   # only this", "" },
		{ "if (1) { 1 } 2", "1\n2" },
	};

	CHECK (cases);
}

static void
functions (void **state)
{
	static const lang_case cases[] = {
		{ "function f { 'x' } f", "x" },
		{ "function f ($a, $b = 2) { $a + $b } f 1; f 1 5; f -b 3 -a 4", "3\n6\n7" },
		{ "function f { param ([int]$Count = 1, [string]$Name, [switch]$All) \"$Count $Name $All\" } f -n x -all 3", "3 x True" },
		{ "function f { $args.Count; $args[1] } f 1 2 3", "3\n2" },
		{ "function f { [CmdletBinding()] param ([Parameter(Mandatory = $true)] [ValidateSet('a', 'b')] $x) $x } f a", "a" },
		{ "function f { return 5; 6 } f", "5" },
		{ "function f { process { $_ * 2 } } 1..3 | f", "2\n4\n6" },
		{ "function f { param ([Parameter(ValueFromPipeline)] $v) begin { 'b' } process { $v } end { 'e' } } 1, 2 | f", "b\n1\n2\ne" },
		{ "filter g { $_ + 1 } 1, 2 | g", "2\n3" },
		{ "function f { $input.Count } 1, 2, 3 | f", "3" },
		{ "$x = 1; function f { $x = 2; $x } f; $x", "2\n1" },
		{ "$x = 1; function f { $script:x = 2 } f; $x", "2" },
		{ "$x = 1; function f { $global:x++ } f; $x", "2" },
		{ "$b = { param ($n) $n * 2 }; & $b 4", "8" },
		{ "& { $args -join '+' } 1 2", "1+2" },
		{ "$x = 1; & { $x = 2 }; $x; . { $x = 3 }; $x", "1\n3" },
		{ "$p = @{ a = 1; b = 2 }; function f ($a, $b) { \"$a-$b\" } f @p", "1-2" },
		{ "$p = 3, 4; function f ($a, $b) { \"$a-$b\" } f @p", "3-4" },
		{ "function fib ($n) { if ($n -lt 2) { $n } else { (fib ($n - 1)) + (fib ($n - 2)) } } fib 12", "144" },
		{ "function f { $PSBoundParameters.Keys } ; function g ($q) { $PSBoundParameters.Keys } g -q 1", "q" },
		{ "function f ($l) { $l | Where-Object { $_ -gt $t } } $t = 2; f (1..4)", "3\n4" },
		{ "{ 1 + 1 }.ToString()", " 1 + 1 " },
		{ "Utility\\Write-Output 4", "4" },
	};

	CHECK (cases);
}

static void
pipelines (void **state)
{
	static const lang_case cases[] = {
		{ "1..5 | Where-Object { $_ -gt 3 }", "4\n5" },
		{ "1..5 | ? { $_ % 2 } | % { $_ * 10 }", "10\n30\n50" },
		{ "'a', 'b' | foreach { \"<$_>\" }", "<a>\n<b>" },
		{ "$o = @{ n = 'x' }, @{ n = 'y' }; $o | where n -eq y | % n", "y" },
		{ "'abc', 'de' | where Length -gt 2", "abc" },
		{ "'abc' | % ToUpper", "ABC" },
		{ "1..3 | % { 'b' } { $_ } { 'e' }", "b\n1\n2\n3\ne" },
		{ "1..1000000 | select -First 2", "1\n2" },
		{ "1..5 | select -Last 2", "4\n5" },
		{ "1..5 | select -Skip 3", "4\n5" },
		{ "1, 1, 2 | select -Unique", "1\n2" },
		{ "[pscustomobject]@{ a = 1; b = 2 } | select b | ConvertTo-Json -Compress", "{\"b\":2}" },
		{ "[pscustomobject]@{ a = 1, 2 } | select -ExpandProperty a", "1\n2" },
		{ "2 | select @{ n = 'd'; e = { $_ * 2 } } | % d", "4" },
		{ "3, 1, 2 | sort", "1\n2\n3" }, { "3, 1, 2 | sort -Descending", "3\n2\n1" },
		{ "'b', 'A', 'c' | sort", "A\nb\nc" },
		{ "10, 9, 'x' | sort", "9\n10\nx" },
		{ "'bb', 'a' | sort Length", "a\nbb" },
		{ "1..4 | Group-Object { $_ % 2 } | % { \"$($_.Name):$($_.Count)\" }", "1:2\n0:2" },
		{ "(1..10 | Measure-Object -Sum).Sum", "55" },
		{ "(1, 2 | measure -Average -Maximum).Average", "1.5" },
		{ "1..3 | Out-Null", "" },
		{ "echo a 'b c' 3", "a\nb c\n3" },
		{ "Write-Output a,b", "a\nb" },
		{ "Write-Host a b; Write-Host -NoNewline x; Write-Host y", "a b\nxy" },
		{ "@{ a = 1; b = @(1, 'x', $null, $true) } | ConvertTo-Json -Compress", "{\"a\":1,\"b\":[1,\"x\",null,true]}" },
		{ "('{\"a\":{\"b\":[1,2]}}' | ConvertFrom-Json).a.b[1]", "2" },
		{ "[pscustomobject]@{ a = 1; b = 'x\"y' } | ConvertTo-Csv", "\"a\",\"b\"\n\"1\",\"x\"\"y\"" },
		{ "('a,b', '1,\"x,y\"' | ConvertFrom-Csv).b", "x,y" },
		{ "[pscustomobject]@{ a = 1; b = 'x' }", "a b\n- -\n1 x" },
		{ "[pscustomobject]@{ a = 1 } | fl", "a : 1" },
		{ "[pscustomobject]@{ a = 1 }; [pscustomobject]@{ b = 2 } | fl", "a\n-\n1\n\nb : 2" },
		{ "[pscustomobject]@{ a = 1; b = 22 } | ft b, @{ n = 'c'; e = { $_.a + 1 } }", " b c\n - -\n22 2" },
		{ "[pscustomobject]@{ a = 1 } | ft -HideTableHeaders", "1" },
		{ "1..4 | fw -Column 2", "1 2\n3 4" },
		{ "1, 'a' | Out-String", "1\na\n" },
		{ "printf 'x\\ny\\n' | % { \"<$_>\" }", "<x>\n<y>" },
		{ "'b', 'a' | /usr/bin/sort", "a\nb" },
		{ "sh -c 'exit 3'; $LASTEXITCODE; $?", "3\nTrue" },
		{ "$l = sh -c 'echo 1; echo 2'; $l.Count", "2" },
		{ "sh -c 'echo err >&2; echo out' 2>$null", "out" },
		{ "$x = sh -c 'echo err >&2' 2>&1; $x", "err" },
		{ "printf '%s|' a,b -x:1 (1, 2)", "a,b|-x:1|1|2|" },
		{ "Test-Path /proc; Test-Path /nowhere", "True\nFalse" },
		{ "(Get-Date -Format yyyy) -match '^20\\d\\d$'", "True" },
		{ "[pscustomobject]@{ a = 1 } | Add-Member -NotePropertyName b -NotePropertyValue 2 -PassThru | % b", "2" },
		{ "1 | % { [pscustomobject]@{ Name = 'q' } } | gm | % Name", "Name" },
		{ "Set-Alias two Write-Output; two 2", "2" },
		{ "Import-Module Hyper-V, NetAdapter; 1", "1" },
		{ "Set-Location /; $PWD", "/" },
		{ "echo 1 2 -OutVariable o | Out-Null; \"$o\"", "1 2" },
		{ "Write-Error x -ea SilentlyContinue -ErrorVariable e; \"$e\"", "x" },
		{ "echo 1 2 -PipelineVariable p | % { $p * 2 }", "2\n4" },
		{ "('a,b', '\"x', 'y\",2' | ConvertFrom-Csv).a", "x\ny" },
		{ "Write-Warning 'w' -WarningAction SilentlyContinue; 1", "1" },
	};

	CHECK (cases);
}

/* What the parameters of a function take from the pipeline, and refuse. */
static void
parameters (void **state)
{
	static const lang_case cases[] = {
		{ "function f { param([Parameter(ValueFromPipelineByPropertyName"
		  ")][string]$Name, [Parameter(ValueFromPipelineByPropertyName)]"
		  "[Alias('sw')]$Vs, [Parameter(ValueFromPipelineByPropertyName"
		  ")][int]$Vlan = 7) process { \"$Name $Vs $($Vlan + 1)\" } }; "
		  "$o = '[{\"name\":\"a\",\"sw\":\"s\",\"vlan\":\"1\"},"
		  "{\"name\":\"b\"}]' | ConvertFrom-Json; $o | f",
		  "a s 2\nb  8" },
		{ "function f { param([Parameter(Mandatory,ValueFromPipeline)]"
		  "[string[]]$N) process { foreach ($i in $N) { \"<$i>\" } } }; "
		  "f -N a, b; 'c', 'd' | f", "<a>\n<b>\n<c>\n<d>" },
		{ "function f { param([ValidateRange(1, 9)][int]$x, "
		  "[ValidatePattern('^a')]$y = 'a', [ValidateScript({ $_ -gt 2 "
		  "})]$z = 3, [ValidateNotNullOrEmpty()]$w = 1) \"$x$y$z$w\" }; "
		  "f 9 ab 4 -w q; try { f 10 } catch { 1 }; try { f 1 b } catch "
		  "{ 2 }; try { f 1 a 2 } catch { 3 }; try { f -w '' } catch "
		  "{ 4 }", "9ab4q\n1\n2\n3\n4" },
		{ "function f { [CmdletBinding(SupportsShouldProcess)] param($v) "
		  "if ($PSCmdlet.ShouldProcess($v, 'make')) { \"made $v\" } }; "
		  "f 1; f 2 -WhatIf; f 3 -Confirm:$false",
		  "made 1\nWhat if: make: 2\nmade 3" },
		{ "$PSVersionTable.PSVersion.Major -ge 5; "
		  "\"$($PSVersionTable.PSVersion)\"", "True\n5.1" },
	};

	CHECK (cases);
}

static void
documents (void **state)
{
	lang_result r = lang_run_as ("1; [pscustomobject]@{ a = 1 }",
				     SH_OUT_JSON);

	assert_string_equal (r.out, "[\n  1,\n  {\n    \"a\" : 1\n  }\n]");
	lang_result_clear (&r);
	r = lang_run_as ("$x = 1", SH_OUT_JSON);
	assert_string_equal (r.out, "[]");
	lang_result_clear (&r);
	r = lang_run_as ("[pscustomobject]@{ a = 1; b = 2 }; "
			 "[pscustomobject]@{ a = 3; b = 4 }", SH_OUT_CSV);
	assert_string_equal (r.out,
			     "\"a\",\"b\"\n\"1\",\"2\"\n\"3\",\"4\"");
	lang_result_clear (&r);
}

static void
exits (void **state)
{
	lang_result r = lang_run ("1; exit 7; 2");

	assert_int_equal (r.status, 7);
	assert_string_equal (r.out, "1");
	lang_result_clear (&r);
	r = lang_run ("function f { 1..3 | % { exit 4 } } f");
	assert_int_equal (r.status, 4);
	lang_result_clear (&r);
}

/* 200,000 objects through three stages: seconds would mean that some stage
 * is not linear. */
static void
long_pipeline (void **state)
{
	gint64 start = g_get_monotonic_time ();
	lang_result r = lang_run ("(1..200000 | ? { $_ % 2 } | % { $_ + 1 } | "
				  "Measure-Object -Sum).Sum");

	assert_string_equal (r.out, "10000100000");
	assert_true (g_get_monotonic_time () - start < 20 * G_USEC_PER_SEC);
	lang_result_clear (&r);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (statements),
		cmocka_unit_test (functions),
		cmocka_unit_test (pipelines),
		cmocka_unit_test (parameters),
		cmocka_unit_test (documents),
		cmocka_unit_test (exits),
		cmocka_unit_test (long_pipeline),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

/* test_lang_expr.c - expressions: text in, printed text out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lang_run.h"

#define CHECK(list) lang_check (list, G_N_ELEMENTS (list))

static void
numbers (void **state)
{
	static const lang_case cases[] = {
		{ "1 + 2 * 3", "7" }, { "(1 + 2) * 3", "9" },
		{ "7 / 2", "3.5" }, { "6 / 2", "3" }, { "7 % 3", "1" },
		{ "-7 % 3", "-1" }, { "2 - -3", "5" }, { "1KB", "1024" },
		{ "1.5MB", "1572864" }, { "0x1F", "31" }, { "2GB", "2147483648" },
		{ "1TB", "1099511627776" }, { "1e3", "1000" },
		{ "9223372036854775807 + 1", "9.22337203685478E+18" },
		{ "0.1 + 0.2", "0.3" }, { ".5 * 2", "1" },
		{ "5 + '3'", "8" }, { "'5' + 3", "53" }, { "'0x10' * 1", "0x10" },
		{ "1 + '0x10'", "17" }, { "-bnot 5", "-6" },
		{ "6 -band 3", "2" }, { "6 -bor 3", "7" }, { "6 -bxor 3", "5" },
		{ "1 -shl 4", "16" }, { "$i = 5; $i++; $i", "6" },
		{ "$i = 5; ($i++)", "5" }, { "$i = 5; (--$i)", "4" },
		{ "$x = 10; $x -= 3; $x *= 2; $x /= 7; $x", "2" },
		{ "[int]'42' + 1", "43" }, { "[int]2.5", "2" }, { "[int]3.5", "4" },
		{ "[double]'1.25'", "1.25" }, { "[byte]255", "255" },
		{ "[math]::Round(10 / 3, 2)", "3.33" },
		{ "[math]::Max(3, 9)", "9" }, { "[math]::Pow(2, 10)", "1024" },
		{ "[math]::Floor(-1.5)", "-2" }, { "[math]::Abs(-4)", "4" },
		{ "[int]::MaxValue", "2147483647" }, { "[int]::Parse('7')", "7" },
		{ "200MB / 1MB", "200" }, { "1 + 2 # three", "3" },
		{ "1 + <# in between #> 2", "3" },
	};

	CHECK (cases);
}

static void
text (void **state)
{
	static const lang_case cases[] = {
		{ "'it''s'", "it's" }, { "\"a`tb\"", "a\tb" },
		{ "$n = 'x'; \"$n-${n}y $($n + 1)\"", "x-xy x1" },
		{ "\"`$n `\"q`\"\"", "$n \"q\"" }, { "\"a\"\"b\"", "a\"b" },
		{ "$a = 1, 2, 3; \"$a\"", "1 2 3" },
		{ "$h = @{ k = 'v' }; \"$($h.k) $($h['k'])\"", "v v" },
		{ "\"$null|\"", "|" }, { "'a' + 'b' * 3", "abbb" },
		{ "\xe2\x80\x9c" "curly\xe2\x80\x9d", "curly" },
		{ "\xe2\x80\x98" "single\xe2\x80\x99", "single" },
		{ "5 \xe2\x80\x93 2", "3" },
		{ "@\"\nline $(1 + 1)\n\"two\"\n\"@", "line 2\n\"two\"" },
		{ "@'\n$raw\n'@", "$raw" }, { "'\xc3\xa4\xc3\xb6'.Length", "2" },
		{ "'abc'.ToUpper()", "ABC" }, { "' x '.Trim() + '|'", "x|" },
		{ "'a,b;c'.Split(',;')", "a\nb\nc" },
		{ "'hello'.Replace('l', 'L')", "heLLo" },
		{ "'hello'.Substring(1, 3)", "ell" }, { "'hello'[0]", "h" },
		{ "'hello'[-1]", "o" }, { "'hello'.IndexOf('l')", "2" },
		{ "'hello'.LastIndexOf('l')", "3" },
		{ "'a.b'.EndsWith('.b')", "True" },
		{ "'7'.PadLeft(3, '0')", "007" }, { "'abc'.Contains('bc')", "True" },
		{ "[string]::Join('-', 1, 2, 3)", "1-2-3" },
		{ "[string]::Join('-', (1, 2))", "1-2" },
		{ "[string]::IsNullOrEmpty('')", "True" },
		{ "[string]::IsNullOrWhiteSpace(' x')", "False" },
		{ "'{0:D2}|{1,5}|{2,-4}|' -f 7, 'ab', 'c'", "07|   ab|c   |" },
		{ "'{0:n2} {0:N0}' -f 1234567.891", "1,234,567.89 1,234,568" },
		{ "'{0:X4} {0:x}' -f 255", "00FF ff" }, { "'{0:P1}' -f 0.125", "12.5%" },
		{ "'{0:0.00} {0:#,##0.#}' -f 1234.5", "1234.50 1,234.5" },
		{ "'{{{0}}}' -f 1", "{1}" }, { "(1234.5).ToString('N1')", "1,234.5" },
		{ "'a-b-c' -split '-'", "a\nb\nc" }, { "'a1b22c' -split '\\d+', 2", "a\nb22c" },
		{ "-split ' a  b '", "a\nb" }, { "1, 2, 3 -join '+'", "1+2+3" },
		{ "-join ('a', 'b')", "ab" },
		{ "'00155D010203' -replace '..(?!$)', '$&-'", "00-15-5D-01-02-03" },
		{ "'John Smith' -replace '(\\w+) (\\w+)', '$2 $1'", "Smith John" },
		{ "'x' -replace '(?<n>x)', '${n}${n}$$'", "xx$" },
		{ "'abc' -replace 'B'", "ac" }, { "'abc' -creplace 'B', 'x'", "abc" },
		{ "'aXbX' -replace 'x', '-'", "a-b-" },
	};

	CHECK (cases);
}

static void
comparisons (void **state)
{
	static const lang_case cases[] = {
		{ "'a' -eq 'A'", "True" }, { "'a' -ceq 'A'", "False" },
		{ "5 -eq '5'", "True" }, { "'5' -eq 5", "True" },
		{ "10 -gt 9", "True" }, { "'10' -gt '9'", "False" },
		{ "$null -eq $null", "True" }, { "$x -eq $null", "True" },
		{ "0 -eq $null", "False" }, { "$true -eq 'x'", "True" },
		{ "'abc' -like 'A*'", "True" }, { "'abc' -like 'a?c'", "True" },
		{ "'abc' -like '[a-c]b[!x]'", "False" }, { "'abc' -clike 'A*'", "False" },
		{ "'abc' -notlike 'x*'", "True" }, { "'vm12' -match '\\d+'", "True" },
		{ "'vm12' -match '(?<n>\\d+)' | Out-Null; $matches['n']", "12" },
		{ "'vm12' -match '([a-z]+)(\\d)' > $null; $matches[2]", "1" },
		{ "'abc' -notmatch '^[^A-Za-z]'", "True" },
		{ "1, 2, 3 -contains 2", "True" }, { "2 -in 1, 2", "True" },
		{ "'B' -in 'a', 'b'", "True" }, { "9 -notin 1, 2", "True" },
		{ "1, 2, 3, 2 -eq 2", "2\n2" }, { "1, 5, 9 -gt 4", "5\n9" },
		{ "'ab', 'cd' -like 'a*'", "ab" }, { "'ab', 'cd' -match 'c'", "cd" },
		{ "(1, 2 -eq 3).Count", "0" }, { "-not $false", "True" },
		{ "!1", "False" }, { "$true -and 'x'", "True" },
		{ "$false -or 0", "False" }, { "1 -xor 1", "False" },
		{ "$true -or (1 / 0)", "True" }, { "$false -and (1 / 0)", "False" },
		{ "5 -is [int]", "True" }, { "'5' -is [int]", "False" },
		{ "'5' -isnot [int]", "True" }, { "'5' -as [int]", "5" },
		{ "('x' -as [int]) -eq $null", "True" }, { "@() -eq $null", "" },
		{ "if (@()) { 1 } else { 2 }", "2" }, { "if (@(0)) { 1 } else { 2 }", "2" },
		{ "if ('0') { 1 }", "1" }, { "if (@(0, 0)) { 1 }", "1" },
	};

	CHECK (cases);
}

static void
lists (void **state)
{
	static const lang_case cases[] = {
		{ "(1, 2, 3).Count", "3" }, { "@().Count", "0" },
		{ "@(1).Count", "1" }, { "(5).Count", "1" }, { "$null.Count", "0" },
		{ "(1..4)[-1]", "4" }, { "(1..9)[2..4]", "3\n4\n5" },
		{ "3..1", "3\n2\n1" }, { "(1, (2, 3)).Count", "2" },
		{ "$a = @(); $a += 1; $a += 2, 3; \"$a\"", "1 2 3" },
		{ "$a = 1, 2; $a[0] = 9; \"$a\"", "9 2" }, { "(,1).Count", "1" },
		{ "$a, $b = 1, 2, 3; \"$a|$b\"", "1|2 3" },
		{ "((1, 2) + (3, 4)) -join ','", "1,2,3,4" },
		{ "((1, 2) * 2) -join ','", "1,2,1,2" },
		{ "$h = @{ a = 1; 'b c' = 2 }; $h.a + $h['b c']", "3" },
		{ "$h = @{}; $h.x = 1; $h['y'] = 2; $h.Keys -join ','", "x,y" },
		{ "$h = @{ a = 1 }; $h.ContainsKey('A')", "True" },
		{ "$h = @{ a = 1 }; $h.Remove('a'); $h.Count", "0" },
		{ "$h = @{ a = 1 } + @{ b = 2 }; $h.Count", "2" },
		{ "@{\n a = 1\n b = 2\n}.Values -join ','", "1,2" },
		{ "$h = [ordered]@{ z = 1; a = 2 }; $h.Keys", "z\na" },
		{ "foreach ($e in @{ k = 7 }.GetEnumerator()) { \"$($e.Key)=$($e.Value)\" }", "k=7" },
		{ "$o = [pscustomobject]@{ n = 'x'; v = 3 }; $o.n + $o.v", "x3" },
		{ "$o = New-Object PSObject -Property @{ a = 1 }; $o.a = 5; $o.a", "5" },
		{ "$s = @{ n = 'a' }, @{ n = 'b' }; $s.n -join ','", "a,b" },
		{ "('ab', 'c').ToUpper() -join ','", "AB,C" },
		{ "('ab', 'c').Length", "2" },
		{ "$l = [System.Collections.ArrayList]::new(); $l.Add(4) | Out-Null; $l.Count", "1" },
		{ "(1..5).Where({ $_ % 2 }) -join ','", "1,3,5" },
		{ "(1..3).ForEach({ $_ * 2 }) -join ','", "2,4,6" },
		{ "'x'.GetType().Name; (1).GetType().Name; @().GetType().Name", "String\nInt32\nObject[]" },
		{ "$x = if ($true) { 'yes' }; $x", "yes" },
		{ "$x = foreach ($i in 1..3) { $i * $i }; $x -join ','", "1,4,9" },
		{ "$d = '/a'; Write-Output $d/b.txt $d*", "/a/b.txt\n/a*" },
		{ "$o = [pscustomobject]@{ a = 1 }; $o.PSObject.Properties.Name", "a" },
	};

	CHECK (cases);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (numbers),
		cmocka_unit_test (text),
		cmocka_unit_test (comparisons),
		cmocka_unit_test (lists),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

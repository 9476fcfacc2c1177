/* make.c - see make.h */
#include "make.h"

typedef struct {
	GRand *rand;
	GString *out;
	int depth;
} maker;

static guint
pick (maker *m, guint n)
{
	return (guint) g_rand_int_range (m->rand, 0, (gint32) n);
}

static void
put (maker *m, const char *text)
{
	g_string_append (m->out, text);
}

static void
one_of (maker *m, const char *const *words, guint n)
{
	put (m, words[pick (m, n)]);
}

#define ONE_OF(m, ...) \
	do { \
		static const char *const w_[] = { __VA_ARGS__ }; \
		one_of (m, w_, G_N_ELEMENTS (w_)); \
	} while (0)

static void make_expr (maker *m);
static void make_statement (maker *m);

static void
make_variable (maker *m)
{
	ONE_OF (m, "$a", "$b", "$c", "$list", "$h", "$o", "$_", "$null",
		"$true", "$false", "$script:s", "$global:g", "${odd name}",
		"$Error", "$args", "$Matches", "$PSVersionTable", "$?",
		"$queue", "$stack", "$set", "$grow", "$dict", "$al");
}

static void
make_literal (maker *m)
{
	ONE_OF (m, "0", "1", "2", "7", "-3", "1.5", "64KB", "0x1F", "1e3",
		"9223372036854775807", "'text'", "'it''s'", "\"a $a b\"",
		"\"$(1 + 2)\"", "\"`t$($list)`n\"", "@()", "@{}", "''",
		"@'\nhere $x\n'@", "@\"\nhere $a\n\"@", "\"ü日\"", "'ß'",
		"[datetime]'2024-02-29'", "[version]'1.2'",
		"[timespan]'01:00:00'", "[char]65", "[guid]::Empty");
}

static void
make_name (maker *m)
{
	ONE_OF (m, "Name", "Count", "Length", "a", "b", "Keys", "Values",
		"Year", "Days", "Exception", "PSObject", "NoSuch");
}

static void
make_method (maker *m)
{
	ONE_OF (m, "ToString()", "ToUpper()", "Trim()", "Split(',')",
		"Substring(1)", "Substring(0, 2)", "Replace('a', 'b')",
		"GetType()", "Add(1)", "Contains('a')", "AddDays(1)",
		"ToString('D3')", "ToString('yyyy')", "ForEach({ $_ })",
		"Where({ $_ })", "IndexOf('x')", "Insert(0, 'x')",
		"Remove(1)", "PadLeft(5)", "ContainsKey('a')", "Reverse()",
		"Sort()", "Clear()", "GetEnumerator()", "NoSuch()",
		"Invoke()", "ToCharArray()", "CompareTo(1)",
		"Enqueue($_)", "Enqueue($a)", "Dequeue()", "Peek()",
		"Push($a)", "Pop()", "Add($a)", "Add($queue)", "Remove('a')",
		"UnionWith($list)", "ExceptWith($set)",
		"SymmetricExceptWith($list)", "IsSubsetOf($list)",
		"RemoveWhere({ $_ })", "FindAll({ $args[0] })",
		"RemoveAll({ $true })", "AddRange($list)", "AddRange($grow)",
		"GetRange(0, 1)", "RemoveAt(0)", "RemoveRange(0, 1)",
		"Where({ $_ }, 'Split')", "Where({ $_ }, 'First', 2)",
		"ForEach('ToString')", "ForEach([string])", "Clone()",
		"Sort({ $args[0] })", "TryDequeue([ref]$a)",
		"TryGetValue('a', [ref]$b)", "HasFlag($a)", "ToArray()",
		"InsertRange(0, $list)", "SetValue($al, 0)",
		"ForEach({ $grow.Clear() })", "Where({ $queue.Dequeue() })",
		"Find({ $al.Clear(); 1 })", "GetEnumNames()");
}

static void
make_type (maker *m)
{
	ONE_OF (m, "[int]", "[string]", "[bool]", "[double]", "[char]",
		"[int[]]", "[string[]]", "[array]", "[hashtable]",
		"[pscustomobject]", "[datetime]", "[timespan]", "[version]",
		"[regex]", "[xml]", "[byte]", "[long]", "[guid]", "[void]",
		"[ordered]", "[NoSuchType]", "[ref]", "[DayOfWeek]",
		"[System.Collections.ArrayList]", "[ipaddress]", "[enum]",
		"[System.Collections.Generic.List[int]]",
		"[System.Collections.Generic.HashSet[string]]",
		"[System.Collections.Generic.Queue[object]]",
		"[System.Collections.Stack]");
}

static void
make_static (maker *m)
{
	ONE_OF (m, "[math]::Round(2.5)", "[math]::Max(1, $a)",
		"[string]::Join(',', $list)", "[string]::IsNullOrEmpty($a)",
		"[int]::MaxValue", "[int]::Parse('7')", "[datetime]::Now",
		"[regex]::Match('ab1', '\\d')", "[regex]::Replace($a, 'x', 'y')",
		"[convert]::ToString(5, 2)", "[guid]::NewGuid()",
		"[System.Collections.ArrayList]::new()",
		"[timespan]::FromSeconds(5)", "[math]::NoSuch(1)",
		"[System.Collections.Queue]::new()", "[DayOfWeek]::Friday",
		"[System.Collections.Generic.Stack[int]]::new($list)",
		"[enum]::GetValues([DayOfWeek])",
		"[enum]::Parse([DayOfWeek], $a)",
		"[StringComparison]::OrdinalIgnoreCase",
		"[array]::Reverse($queue)", "[array]::Sort($grow)",
		"[regex]::Unescape('a\\.b')", "[ipaddress]::Any");
}

static void
make_operator (maker *m)
{
	ONE_OF (m, " + ", " - ", " * ", " / ", " % ", " -eq ", " -ne ",
		" -gt ", " -lt ", " -ge ", " -le ", " -like ", " -match ",
		" -replace ", " -split ", " -join ", " -contains ", " -in ",
		" -notin ", " -and ", " -or ", " -xor ", " -band ", " -bor ",
		" -shl ", " -f ", " -is ", " -as ", " -ceq ", "..", ", ",
		" -notlike ", " -notmatch ", " -isnot ");
}

static void
make_block (maker *m)
{
	put (m, "{ ");
	make_statement (m);
	put (m, " }");
}

static void
make_pipe_stage (maker *m)
{
	switch (pick (m, 12)) {
	case 0:
		put (m, " | Where-Object ");
		make_block (m);
		break;
	case 1:
		put (m, " | ForEach-Object ");
		make_block (m);
		break;
	case 2:
		put (m, " | Sort-Object");
		break;
	case 3:
		put (m, " | Select-Object -First 3");
		break;
	case 4:
		put (m, " | Select-Object @{ n = 'x'; e = ");
		make_block (m);
		put (m, " }");
		break;
	case 5:
		put (m, " | Group-Object ");
		make_block (m);
		break;
	default:
		ONE_OF (m, " | Measure-Object", " | Out-String",
			" | ConvertTo-Json -Compress", " | Out-Null",
			" | Format-Table", " | Format-List",
			" | Select-Object -Unique", " | Get-Member",
			" | Select-Object -Last 2 -Skip 1",
			" | Sort-Object -Descending -Unique",
			" | ConvertTo-Csv", " | % Length", " | ? a -eq 1",
			" | Tee-Object -Variable list", " | Get-Random",
			" | Compare-Object $list", " | Select-String 'a'",
			" | Format-Table -GroupBy Name -Wrap",
			" | ConvertTo-Json | ConvertFrom-Json",
			" | Measure-Object -Sum -Average",
			" | Join-String -Separator ','", " | Get-Unique",
			" | Join-String { $_ } -SingleQuote",
			" | f 2>&1", " | Write-Warning 3>&1",
			" | Write-Error *>&1", " | Write-Output 2>$null");
		break;
	}
}

static void
make_primary (maker *m)
{
	switch (pick (m, 12)) {
	case 0:
		put (m, "(");
		make_expr (m);
		make_pipe_stage (m);
		put (m, ")");
		break;
	case 1:
		put (m, "@(");
		make_statement (m);
		put (m, ")");
		break;
	case 2:
		put (m, "$(");
		make_statement (m);
		put (m, ")");
		break;
	case 3:
		put (m, "@{ a = ");
		make_expr (m);
		put (m, "; b = ");
		make_expr (m);
		put (m, " }");
		break;
	case 4:
		make_block (m);
		break;
	case 5:
		make_static (m);
		break;
	case 6:
		make_type (m);
		make_expr (m);
		break;
	case 7:
		ONE_OF (m, "-", "!", "-not ", ",", "-join ", "-split ",
			"-bnot ", "+");
		make_expr (m);
		break;
	case 8:
	case 9:
		make_literal (m);
		break;
	default:
		make_variable (m);
		break;
	}
}

static void
make_expr (maker *m)
{
	if (++m->depth > 7) {
		make_literal (m);
		m->depth--;
		return;
	}
	make_primary (m);
	switch (pick (m, 6)) {
	case 0:
		put (m, ".");
		make_name (m);
		break;
	case 1:
		put (m, ".");
		make_method (m);
		break;
	case 2:
		put (m, "[");
		make_expr (m);
		put (m, "]");
		break;
	case 3:
	case 4:
		make_operator (m);
		make_expr (m);
		break;
	default:
		break;
	}
	m->depth--;
}

static void
make_target (maker *m)
{
	ONE_OF (m, "$a", "$b", "$c", "$list", "$h", "$o.Name", "$h['k']",
		"$h.x", "$list[0]", "[int]$n", "[string]$a", "$a, $b",
		"$script:s", "$global:g", "$o.PSObject", "$null",
		"[datetime]$d", "$env:VMNETSH_FUZZ");
	ONE_OF (m, " = ", " += ", " -= ", " *= ", " = ", " = ");
}

static void
make_loop (maker *m)
{
	switch (pick (m, 4)) {
	case 0:
		put (m, "foreach ($i in ");
		make_expr (m);
		put (m, ") ");
		break;
	case 1:
		put (m, "for ($i = 0; $i -lt 3; $i++) ");
		break;
	case 2:
		put (m, "$k = 2; while ($k-- -gt 0) ");
		break;
	default:
		put (m, "$k = 2; do ");
		make_block (m);
		put (m, " until (--$k -le 0)");
		return;
	}
	make_block (m);
}

static void
make_command (maker *m)
{
	ONE_OF (m, "Write-Output ", "Write-Host ", "Write-Error ",
		"Write-Warning ", "f ", "g -x ", "New-Object PSObject ",
		"Get-Date ", "& ", "Set-Variable a ", "Get-Variable a ",
		"ConvertTo-Json ", "ConvertFrom-Json ", "Invoke-Expression ",
		"New-TimeSpan ", "Join-Path a ", "Split-Path ",
		"Get-Command ", "Select-Object -InputObject ", "f @h ",
		"Write-Output -NoSuch ", "Format-Table -InputObject ");
	put (m, "(");
	make_expr (m);
	put (m, ")");
	if (pick (m, 4) == 0)
		ONE_OF (m, " 2>&1", " *>&1", " 3>&1", " 2>$null", " *>$null",
			" -ErrorAction 0", " -OutVariable list",
			" -ErrorVariable +e", " 6>&1", " 4>&1 2>&1");
}

static void
make_definition (maker *m)
{
	switch (pick (m, 6)) {
	case 0:
		put (m, "function f ($p, [int]$q = 1) ");
		break;
	case 4:
		put (m, "function f { [CmdletBinding(DefaultParameterSetName "
		     "= 'A')] param ([Parameter(Position = 1, "
		     "ParameterSetName = 'A')]$p, [Parameter(Position = 0)]$q "
		     "= 1, [Parameter(ValueFromRemainingArguments)]$r) "
		     "Write-Warning \"$p\"; Write-Error $q; ");
		make_statement (m);
		put (m, " }");
		return;
	case 5:
		put (m, "[Flags()] enum M { A = 1; B = 2; C = 4 }; "
		     "[M]::A -bor [M]::C; [M]");
		make_expr (m);
		return;
	case 1:
		put (m, "function g { param ([Parameter(ValueFromPipeline)]$x, "
		     "[ValidateSet('a', 'b')]$y) process { $x; ");
		make_statement (m);
		put (m, " } }");
		return;
	case 2:
		put (m, "class K { [int]$N = 1; [object] M($v) { return ");
		make_expr (m);
		put (m, " } }; [K]::new().M(2)");
		return;
	default:
		put (m, "filter g ");
		break;
	}
	make_block (m);
}

static void
make_switch (maker *m)
{
	ONE_OF (m, "switch (", "switch -Wildcard (", "switch -Regex (");
	make_expr (m);
	put (m, ") { 1 ");
	make_block (m);
	put (m, " 'a*' { 'x' } { $_ -gt 1 } ");
	make_block (m);
	put (m, " default ");
	make_block (m);
	put (m, " }");
}

static void
make_statement_inner (maker *m)
{
	switch (pick (m, 14)) {
	case 0:
	case 1:
	case 2:
		make_target (m);
		make_expr (m);
		break;
	case 3:
		put (m, "if (");
		make_expr (m);
		put (m, ") ");
		make_block (m);
		put (m, " else ");
		make_block (m);
		break;
	case 4:
		make_loop (m);
		break;
	case 5:
		put (m, "try ");
		make_block (m);
		put (m, " catch ");
		make_block (m);
		put (m, " finally ");
		make_block (m);
		break;
	case 6:
		make_switch (m);
		break;
	case 7:
		make_definition (m);
		break;
	case 8:
		ONE_OF (m, "break", "continue", "return", "throw 'x'",
			"return 1, 2", "exit 3", "$a++", "--$b",
			"trap { continue }", "throw");
		break;
	case 9:
		make_command (m);
		break;
	case 10:
		make_statement (m);
		put (m, "; ");
		make_statement (m);
		break;
	default:
		make_expr (m);
		make_pipe_stage (m);
		break;
	}
}

static void
make_statement (maker *m)
{
	if (++m->depth > 6)
		make_literal (m);
	else
		make_statement_inner (m);
	m->depth--;
}

char *
make_text (GRand *rand)
{
	maker m = { rand, g_string_new (
		"$a = 'abc'; $b = 2; $list = 1, 'b', 3; $h = @{ a = 1; k = 2 "
		"}; $o = [pscustomobject]@{ Name = 'n'; a = 5 }\n"
		"$queue = [System.Collections.Queue]::new($list); "
		"$stack = [System.Collections.Stack]::new($list); "
		"$set = [System.Collections.Generic.HashSet[object]]::new("
		"$list); $grow = [System.Collections.Generic.List[int]](1..4); "
		"$al = [System.Collections.ArrayList]@(1, 'b'); $dict = "
		"[System.Collections.Generic.Dictionary[string,int]]::new()\n"
		), 0 };

	for (guint i = 1 + pick (&m, 4); i > 0; i--) {
		make_statement (&m);
		put (&m, pick (&m, 2) ? "\n" : "; ");
	}
	return g_string_free (m.out, FALSE);
}

# pages.awk FILE… - writes help/pages.c: what of a cmdlet's help page cannot be
# derived from its entry. Run by make; a page without words fails the build.
#
#	= Get-VMSwitch		a page; two names have two pages
#	Paragraphs.		the description
#	Related: A, B		cmdlets and topics to read as well
#	Skip: why		the entry's example cannot run in a lab
#	Output:			what the entry's example prints; … is any text,
#				a line of it alone any lines that follow
#	    lines
#	Example: what for	one more example
#	    vmnetsh> line
#	    output
#	Skip: why		(behind an Example) that one cannot run

function fail(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	failed = 1
}

function quoted(s) {
	if (s == "")
		return "NULL"
	gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/\n/, "\\n\"\n\t  \"", s)
	return "\"" s "\""
}

function end_example() {
	if (title == "")
		return
	if (body !~ /^vmnetsh> /)
		fail("the example '" title "' has no line 'vmnetsh> …'")
	examples = examples sprintf("\t{ %s,\n\t  %s,\n\t  %s },\n",
		quoted(title), quoted(body), quoted(why))
	title = body = why = ""
}

function end_page(n) {
	end_example()
	if (page == "")
		return
	sub(/\n+$/, "", words)
	if (words == "")
		fail("the page of " page " says nothing")
	if (page in seen)
		fail(page " has two pages")
	seen[page] = 1
	n = ++pages
	printf "static const sh_example examples_%d[] = {\n%s\t{ NULL, NULL, NULL },\n};\n\n",
		n, examples
	list = list sprintf("\t{ %s,\n\t  %s,\n\t  %s,\n\t  %s,\n\t  %s,\n\t  examples_%d },\n",
		quoted(page), quoted(words), quoted(related), quoted(skip),
		quoted(output), n)
	page = words = related = skip = output = examples = ""
}

BEGIN {
	print "/* Made from help/cmdlets by help/pages.awk. */"
	print "#include \"cmdlet/usage.h\"\n"
}

/^#/ { next }
/^= / { end_page(); page = substr($0, 3); at = "words"; next }
/^Related: / { related = substr($0, 10); at = "words"; next }
/^Skip: / {
	if (title != "")
		why = substr($0, 7)
	else
		skip = substr($0, 7)
	next
}
/^Output:$/ { end_example(); at = "output"; next }
/^Example: / { end_example(); title = substr($0, 10); at = "body"; next }
/^    / && at == "output" {
	output = output (output == "" ? "" : "\n") substr($0, 5)
	next
}
/^    / && at == "body" {
	body = body (body == "" ? "" : "\n") substr($0, 5)
	next
}
/^$/ && at != "words" { next }
at == "words" { words = words (words == "" ? "" : "\n") $0; next }
{ fail("'" $0 "' belongs to nothing") }

END {
	end_page()
	printf "const sh_page sh_pages[] = {\n%s\t{ NULL },\n};\n", list
	exit failed
}

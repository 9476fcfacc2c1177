# published.awk - writes the entries of the published cmdlets that have none
# of their own: published_entries.h, included by table.c. Run by make as
#	awk -f published.awk table.c domain.h core.h published.txt \
#		published_sets.tsv published.tsv
# The table's lists (&cmdlet_get_vm, …) tell which cmdlets are built: an entry
# of ours gives way to them by itself. published.txt has a line of text for
# every cmdlet and parameter; where one is missing this fails, and so does the
# build. Columns of published.tsv: module, cmdlet, parameter, type, aliases,
# accepted values, sets, required, position, pipeline input.

BEGIN {
	FS = "\t"
	# Types that types.h has; of the others any object is taken.
	known("String", "string"); known("SwitchParameter", "switch")
	known("Boolean", "bool"); known("Int32", "int32")
	known("Int64", "int64"); known("UInt16", "uint16")
	known("UInt32", "uint32"); known("UInt64", "uint64")
	known("Byte", "byte"); known("SByte", "sbyte"); known("Guid", "guid")
	known("PSObject", "psobject"); known("Hashtable", "hash")
	known("CimSession", "cim_session")
	known("PSCredential", "credential"); known("VMSnapshot", "snapshot")
	known("VirtualMachine", "vm"); known("VMSwitch", "vmswitch")
	known("VMNetworkAdapter", "vmnic")
	known("VMNetworkAdapterBase", "vmnic_base")
	known("VMNetworkAdapterAclSetting", "acl")
	known("VMSwitchExtension", "extension")
	known("WildcardPattern", "wildcard")
	# Text that names something which Tab can offer.
	live["VMName"] = "vm_name"; live["SwitchName"] = "switch_name"
	live["VMSwitchName"] = "switch_name"
	live["VMNetworkAdapterName"] = "adapter_name"
	live["NetAdapterName"] = live["InterfaceAlias"] = "nic_name"
	live["PhysicalNetAdapterName"] = "nic_name"
}

function known(published, id) { type_id[published] = "sh_type_" id }

function fail(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	failed = 1
}

# Which file is read: by its last name.
FNR == 1 { file = FILENAME; sub(/.*\//, "", file) }

file ~ /\.[ch]$/ {
	line = $0
	while (match(line, /&cmdlet_[a-z0-9_]+/)) {
		built[substr(line, RSTART + 8, RLENGTH - 8)] = 1
		line = substr(line, RSTART + RLENGTH)
	}
	next
}

# "Verb-Noun: text", "-Parameter: text", "Verb-Noun -Parameter: text".
file == "published.txt" {
	if ($0 ~ /^#/ || $0 == "")
		next
	at = index($0, ": ")
	if (at == 0)
		fail("no ': ' between a name and its text")
	text[substr($0, 1, at - 1)] = substr($0, at + 2)
	next
}

file == "published_sets.tsv" { default_set[$1] = $2; next }

FNR == 1 { next }

{
	if ($2 != cmdlet)
		start_cmdlet()
	if (symbol in built)
		next
	# -WhatIf and -Confirm come with the flag.
	if ($3 == "WhatIf")
		flags = "SH_CHANGES"
	if ($3 != "WhatIf" && $3 != "Confirm")
		add_param()
}

END {
	end_cmdlet()
	printf "#define PUBLISHED_CMDLETS"
	for (i = 1; i <= n; i++)
		printf " \\\n\t&%s,", entries[i]
	print ""
	exit failed
}

function start_cmdlet() {
	end_cmdlet()
	cmdlet = $2; module = $1
	symbol = tolower(cmdlet); sub(/-/, "_", symbol)
	params = ""; types = ""; flags = "0"
}

function end_cmdlet(set) {
	if (cmdlet == "" || symbol in built)
		return
	if (!(cmdlet in text))
		fail("no text of " cmdlet " in published.txt")
	set = default_set[cmdlet]
	printf "%s\nstatic const sh_param published_%s_params[] = {\n%s};\n\n",
		types, symbol, params
	printf "static const sh_cmdlet published_%s = {\n", symbol
	printf "\t\"%s\", \"%s\", NULL, %s, %s,\n", cmdlet, module, flags,
		quoted(set)
	printf "\tPARAMS (published_%s_params), NULL,\n", symbol
	printf "\t\"%s (not built here yet)\",\n\tNULL, NULL,\n", text[cmdlet]
	printf "\tpublished_answer, NULL, NULL,\n};\n"
	entries[++n] = "published_" symbol
}

function add_param(type, f, sets, aliases, place, words) {
	type = $4; f = ""
	if (sub(/\[\]$/, "", type))
		f = f " | SH_LIST"
	if (type == "SwitchParameter")
		f = f " | SH_SWITCH"
	if ($8 == "True")
		f = f " | SH_MANDATORY"
	if ($10 ~ /ByValue/)
		f = f " | SH_PIPE_VALUE"
	if ($10 ~ /ByPropertyName/)
		f = f " | SH_PIPE_NAME"
	place = $9 == "Named" ? 0 : $9 + 1
	aliases = $5; gsub(/, /, ",", aliases)
	params = params sprintf("\t{ \"%s\", &%s, %s, %d, %s, %s,\n\t  \"%s\" },\n",
		$3, type_of(type, $6), f == "" ? "0" : substr(f, 4), place,
		quoted(aliases), quoted(sets_of($7)), text_of())
}

# "VMName, ManagementOS | InputObject (cdxml)": VMName,ManagementOS,InputObject.
function sets_of(s) {
	gsub(/ \(cdxml\)/, "", s); gsub(/ \| |, /, ",", s)
	return s == "(All)" ? "" : s
}

function type_of(type, accepted, id, words) {
	if (accepted == "" && type == "String" && $3 in live)
		return "sh_type_" live[$3]
	if (accepted == "" && type == "String" && module == "NetAdapter" \
	    && $3 == "Name")
		return "sh_type_nic_name"
	if (accepted == "" && type in type_id)
		return type_id[type]
	if ((type, accepted) in made)
		return made[type, accepted]
	id = "published_type_" ++n_types
	made[type, accepted] = id
	if (accepted != "") {
		words = accepted; gsub(/, /, "\", \"", words)
		types = types sprintf("static const char *const %s_words[] = " \
			"{ \"%s\", NULL };\n", id, words)
		types = types sprintf("static const sh_type %s = {\n\t\"%s\", " \
			"%s_words, NULL, NULL, NULL,\n};\n", id, type, id)
	} else
		types = types sprintf("static const sh_type %s = {\n\t\"%s\", " \
			"NULL, published_%s, NULL,\n\t\"an object of that " \
			"kind\",\n};\n", id, type,
			type == "CimInstance" ? "instance" : "object")
	return id
}

function text_of() {
	if ((cmdlet " -" $3) in text)
		return text[cmdlet " -" $3]
	if ((module " -" $3) in text)
		return text[module " -" $3]
	if (!(("-" $3) in text))
		fail("no text of " cmdlet " -" $3 " in published.txt")
	return text["-" $3]
}

function quoted(s) { return s == "" ? "NULL" : "\"" s "\"" }

/*
 * core_session.c - the session: Import-Module, Get-Module, Set-Alias and what
 * is accepted without an effect; and CSV files: Import-Csv, Export-Csv.
 */
#include <string.h>

#include "../format/format.h"
#include "core.h"

/* ---- Import-Module ---- */

static gboolean import_module (sh_call *call, GError **error);

static const sh_param module_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY | SH_LIST, 1, NULL, NULL,
	  "modules: Hyper-V, NetAdapter and the others that are built in" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also when it is there, which it always is" },
	{ "DisableNameChecking", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: names are not checked" },
	{ "MinimumVersion", &sh_type_object, 0, 0, "Version,RequiredVersion",
	  NULL, "accepted: there is one version of each" },
	{ "Global", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: modules are there for all" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand the module on" },
	{ "Scope", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: modules are there for all" },
};

const sh_cmdlet cmdlet_import_module =
	CORE_CMDLET ("Import-Module", "ipmo", module_params,
		     "Makes sure that a module is there: all are built in",
		     "Import-Module Hyper-V", NULL, import_module, NULL);

/* What scripts import beside ours: its cmdlets are answered one by one. */
static const char *const windows_modules[] = {
	"ServerManager", "FailoverClusters", "Microsoft.PowerShell.Utility",
	"Microsoft.PowerShell.Management", "NetTCPIP", "NetQos", "DcbQos",
	"NetLbfo", "DnsClient", "CimCmdlets", "Storage", "NetNat",
	"NetSecurity", "NetEventPacketCapture", "NetAdapter", "Hyper-V",
};

static gboolean
module_known (const char *name)
{
	for (guint i = 0; sh_cmdlets[i] != NULL; i++)
		if (g_ascii_strcasecmp (sh_cmdlets[i]->module, name) == 0)
			return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS (windows_modules); i++)
		if (g_ascii_strcasecmp (windows_modules[i], name) == 0)
			return TRUE;
	return FALSE;
}

static sh_value *
module_object (const char *name)
{
	sh_value *v = sh_object ("PSModuleInfo");

	sh_set (v, "ModuleType", sh_string ("Binary"));
	sh_set (v, "Version", sh_string ("1.0.0.0"));
	sh_set (v, "Name", sh_string (name));
	sh_set (v, "\001text", sh_string (name));
	return v;
}

static void
fail_module (const char *name, GError **error)
{
	g_autoptr (sh_value) all = sh_hash ();
	g_auto (GStrv) names = NULL;
	g_autofree char *list = NULL;

	for (guint i = 0; sh_cmdlets[i] != NULL; i++)
		sh_set (all, sh_cmdlets[i]->module, sh_null ());
	names = sh_properties (all);
	list = g_strjoinv (", ", names);
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME, "there is no module "
		     "'%s'; built in are %s", name, list);
}

static gboolean
import_module (sh_call *call, GError **error)
{
	sh_value *names = sh_arg (call, "Name");

	for (guint i = 0; i < sh_array_length (names); i++) {
		const char *name = sh_text (sh_array_get (names, i));

		if (g_str_has_suffix (name, ".psm1")
		    || g_str_has_suffix (name, ".ps1")) {
			if (!sh_source (sh_call_interp (call), name, error))
				return FALSE;
			continue;
		}
		if (module_known (name)) {
			if (sh_arg_on (call, "PassThru"))
				sh_emit (call, module_object (name));
			continue;
		}
		fail_module (name, error);
		return FALSE;
	}
	return TRUE;
}

/* ---- Get-Module ---- */

CORE_HANDLER (get_module);

static const sh_param get_module_params[] = {
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, NULL,
	  "only these modules; wildcards too" },
	{ "ListAvailable", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: what there is, is there" },
	{ "All", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: all are shown" },
};

const sh_cmdlet cmdlet_get_module =
	CORE_CMDLET ("Get-Module", "gmo", get_module_params,
		     "Lists the modules, all of them built in",
		     "Get-Module -ListAvailable -Name Hyper-V", NULL,
		     get_module, NULL);

static gboolean
get_module (sh_call *call, GError **error)
{
	g_autoptr (sh_value) seen = sh_hash ();
	sh_value *names = sh_arg (call, "Name");
	g_auto (GStrv) all = NULL;

	for (guint i = 0; sh_cmdlets[i] != NULL; i++)
		sh_set (seen, sh_cmdlets[i]->module, sh_null ());
	all = sh_properties (seen);
	for (char **m = all; *m != NULL; m++) {
		gboolean wanted = names == NULL;

		for (guint i = 0; names && i < sh_array_length (names); i++)
			wanted |= sh_like (*m, sh_text (sh_array_get (
				names, i)), FALSE);
		if (wanted)
			sh_emit (call, module_object (*m));
	}
	return TRUE;
}

/* ---- accepted ---- */

CORE_HANDLER (accept_it);

static const sh_param strict_params[] = {
	{ "Version", &sh_type_object, 0, 0, NULL, NULL,
	  "accepted: a name without a value is $null here" },
	{ "Off", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: that is how it is" },
};

const sh_cmdlet cmdlet_set_strictmode =
	CORE_CMDLET ("Set-StrictMode", NULL, strict_params,
		     "Accepted: a name without a value stays $null",
		     "Set-StrictMode -Version Latest", NULL, accept_it, NULL);

static const sh_param policy_params[] = {
	{ "ExecutionPolicy", &sh_type_string, 0, 1, NULL, NULL,
	  "accepted: scripts run as the system's rights allow" },
	{ "Scope", &sh_type_string, 0, 2, NULL, NULL, "accepted" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
};

const sh_cmdlet cmdlet_set_executionpolicy =
	CORE_CMDLET ("Set-ExecutionPolicy", NULL, policy_params,
		     "Accepted: there is no such policy here",
		     "Set-ExecutionPolicy Bypass -Scope Process -Force", NULL,
		     accept_it, NULL);

static const sh_param progress_params[] = {
	{ "Activity", &sh_type_string, 0, 1, NULL, NULL, "what is going on" },
	{ "Status", &sh_type_string, 0, 2, NULL, NULL, "how it is going" },
	{ "PercentComplete", &sh_type_object, 0, 0, NULL, NULL,
	  "how much is done, in percent" },
	{ "CurrentOperation", &sh_type_string, 0, 0, NULL, NULL,
	  "what is being done now" },
	{ "SecondsRemaining", &sh_type_object, 0, 0, NULL, NULL,
	  "how long it will take, in seconds" },
	{ "Id", &sh_type_int32, 0, 3, NULL, NULL, "which of several" },
	{ "ParentId", &sh_type_int32, 0, 0, NULL, NULL,
	  "which of several it is part of" },
	{ "Completed", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "it has ended" },
};

const sh_cmdlet cmdlet_write_progress =
	CORE_CMDLET ("Write-Progress", NULL, progress_params,
		     "Accepted: no bar is drawn",
		     "Write-Progress -Activity Ports -PercentComplete 50",
		     NULL, accept_it, NULL);

static gboolean
accept_it (sh_call *call, GError **error)
{
	return TRUE;
}

/* ---- transcripts ---- */

CORE_HANDLER (start_transcript);
CORE_HANDLER (stop_transcript);

static const sh_param transcript_params[] = {
	{ "Path", &sh_type_string, 0, 1, "LiteralPath,OutputDirectory", NULL,
	  "file to write; one with the time in the home folder without it" },
	{ "Append", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "add to what the file has" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
	{ "NoClobber", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, "accepted" },
	{ "IncludeInvocationHeader", &sh_type_switch, SH_SWITCH, 0, NULL,
	  NULL, "accepted" },
};

const sh_cmdlet cmdlet_start_transcript =
	CORE_CMDLET ("Start-Transcript", NULL, transcript_params,
		     "What is printed from here on goes to a file too",
		     "Start-Transcript /tmp/t.txt; Stop-Transcript", NULL,
		     start_transcript, NULL);

static gboolean
start_transcript (sh_call *call, GError **error)
{
	const char *given = sh_arg_text (call, "Path");
	g_autofree char *now = sh_date_text (g_get_real_time (),
					     "yyyyMMddHHmmss");
	g_autofree char *path = given ? core_path (given)
		: g_strdup_printf ("%s/PowerShell_transcript.%s.txt",
				   g_get_home_dir (), now);
	g_autofree char *line = g_strdup_printf (
		"Transcript started, output file is %s", path);

	if (!sh_transcript_start (sh_call_interp (call), path,
				  sh_arg_on (call, "Append"), error))
		return FALSE;
	sh_emit (call, sh_string (line));
	return TRUE;
}

const sh_cmdlet cmdlet_stop_transcript =
	CORE_PLAIN ("Stop-Transcript", NULL,
		    "Ends what Start-Transcript began",
		    "Start-Transcript /tmp/t.txt; Stop-Transcript",
		    stop_transcript);

static gboolean
stop_transcript (sh_call *call, GError **error)
{
	g_autofree char *path = sh_transcript_stop (sh_call_interp (call));

	if (path == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "Stop-Transcript: none was started");
		return FALSE;
	}
	sh_emit (call, sh_string_take (g_strdup_printf (
		"Transcript stopped, output file is %s", path)));
	return TRUE;
}

/* ---- Set-Alias ---- */

static gboolean set_alias (sh_call *call, GError **error);

static const sh_param alias_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY, 1, NULL, NULL,
	  "the new name" },
	{ "Value", &sh_type_string, SH_MANDATORY, 2, "Definition", NULL,
	  "the cmdlet, function or program that it stands for" },
	{ "Scope", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: an alias is there for all" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also when the name is taken" },
	{ "Description", &sh_type_string, 0, 0, NULL, NULL, "accepted" },
	{ "Option", &sh_type_string, SH_LIST, 0, NULL, NULL, "accepted" },
};

const sh_cmdlet cmdlet_set_alias =
	CORE_CMDLET ("Set-Alias", "sal,New-Alias", alias_params,
		     "Gives a command another name in this session",
		     "Set-Alias switches Get-VMSwitch; switches", NULL,
		     set_alias, NULL);

static gboolean
set_alias (sh_call *call, GError **error)
{
	sh_alias_set (sh_call_interp (call), sh_arg_text (call, "Name"),
		      sh_arg_text (call, "Value"));
	return TRUE;
}

/* ---- CSV files ---- */

static gboolean export_csv (sh_call *call, GError **error);
static gboolean import_csv (sh_call *call, GError **error);

static const sh_param export_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY, 1, "LiteralPath", NULL,
	  "file to write" },
	{ "NoTypeInformation", &sh_type_switch, SH_SWITCH, 0, "NTI", NULL,
	  "without a #TYPE line; there is none here anyway" },
	{ "Append", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "add records to what the file has" },
	{ "Delimiter", &sh_type_string, 0, 2, NULL, NULL,
	  "character between fields, a comma without it" },
	{ "Encoding", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: files are UTF-8" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted" },
	{ "NoClobber", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "fail when the file is there" },
	CORE_INPUT ("objects to write"),
};

const sh_cmdlet cmdlet_export_csv =
	CORE_CMDLET ("Export-Csv", "epcsv", export_params,
		     "Writes objects to a CSV file",
		     "Get-VM | Export-Csv /tmp/vms.csv", NULL, core_gather,
		     export_csv);

static gboolean
export_csv (sh_call *call, GError **error)
{
	const char *path = sh_arg_text (call, "Path");
	gboolean append = sh_arg_on (call, "Append")
		&& g_file_test (path, G_FILE_TEST_EXISTS);
	g_autofree char *text = NULL;
	char delimiter;

	if (!core_delimiter (call, &delimiter, error))
		return FALSE;
	text = sh_csv (sh_call_interp (call), core_gathered (call), delimiter,
		       !append);
	return !sh_interrupted_error (sh_call_interp (call), error)
		&& core_write_file (path, append ? "ae"
				: sh_arg_on (call, "NoClobber") ? "wxe"
				: "we", text, error);
}

static const sh_param import_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "file to read" },
	{ "Delimiter", &sh_type_string, 0, 2, NULL, NULL,
	  "character between fields, a comma without it" },
	{ "Header", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "names of the fields; the first line is data then" },
	{ "Encoding", &sh_type_string, 0, 0, NULL, NULL,
	  "accepted: files are UTF-8" },
};

const sh_cmdlet cmdlet_import_csv =
	CORE_CMDLET ("Import-Csv", "ipcsv", import_params,
		     "Reads a CSV file as objects",
		     "Get-VM | Export-Csv /tmp/v.csv; Import-Csv /tmp/v.csv",
		     NULL, import_csv, NULL);

static gboolean
import_csv (sh_call *call, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr (GPtrArray) rows = NULL;
	char delimiter;

	if (!core_delimiter (call, &delimiter, error))
		return FALSE;
	text = core_read_file (call, sh_arg_text (call, "Path"), error);
	if (text == NULL)
		return FALSE;
	rows = sh_csv_parse (sh_call_interp (call), text, delimiter, sh_arg (call, "Header"));
	for (guint i = 0; i < rows->len; i++)
		sh_emit (call, sh_ref (rows->pdata[i]));
	return TRUE;
}

/*
 * core_session.c - the session: Import-Module, Set-Alias, Set-Location; and
 * CSV files: Import-Csv, Export-Csv.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../format/format.h"
#include "core.h"

/* ---- Import-Module ---- */

static gboolean import_module (sh_call *call, GError **error);

static const sh_param module_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY | SH_LIST, 1, NULL, NULL,
	  "modules: Hyper-V, NetAdapter and the others that are built in" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also when it is there, which it always is" },
};

const sh_cmdlet cmdlet_import_module =
	CORE_CMDLET ("Import-Module", "ipmo", module_params,
		     "Makes sure that a module is there: all are built in",
		     "Import-Module Hyper-V", NULL, import_module, NULL);

static gboolean
module_known (const char *name)
{
	for (guint i = 0; sh_cmdlets[i] != NULL; i++)
		if (g_ascii_strcasecmp (sh_cmdlets[i]->module, name) == 0)
			return TRUE;
	return FALSE;
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

		if (module_known (name))
			continue;
		fail_module (name, error);
		return FALSE;
	}
	return TRUE;
}

/* ---- Set-Alias ---- */

static gboolean set_alias (sh_call *call, GError **error);

static const sh_param alias_params[] = {
	{ "Name", &sh_type_string, SH_MANDATORY, 1, NULL, NULL,
	  "the new name" },
	{ "Value", &sh_type_string, SH_MANDATORY, 2, "Definition", NULL,
	  "the cmdlet, function or program that it stands for" },
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

/* ---- Set-Location ---- */

static gboolean set_location (sh_call *call, GError **error);

static const sh_param location_params[] = {
	{ "Path", &sh_type_string, SH_PIPE_VALUE, 1, "LiteralPath", NULL,
	  "folder; the home folder without it" },
};

const sh_cmdlet cmdlet_set_location =
	CORE_CMDLET ("Set-Location", "cd,sl,chdir", location_params,
		     "Changes the folder that relative paths begin in",
		     "Set-Location /tmp", NULL, set_location, NULL);

static gboolean
set_location (sh_call *call, GError **error)
{
	const char *path = sh_arg_text (call, "Path");

	if (path == NULL || strcmp (path, "~") == 0)
		path = g_get_home_dir ();
	if (chdir (path) == 0)
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
		     "cannot go to '%s': %s", path, g_strerror (errno));
	return FALSE;
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
	g_autofree char *text = sh_csv (core_gathered (call), ',', !append);

	return core_write_file (path, append ? "ae" : "we", text, error);
}

static const sh_param import_params[] = {
	{ "Path", &sh_type_string, SH_MANDATORY | SH_PIPE_VALUE, 1,
	  "LiteralPath", NULL, "file to read" },
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
	GError *e = NULL;

	if (!g_file_get_contents (sh_arg_text (call, "Path"), &text, NULL,
				  &e)) {
		g_set_error_literal (error, SH_ERROR, SH_ERROR_RUNTIME,
				     e->message);
		g_error_free (e);
		return FALSE;
	}
	rows = sh_csv_parse (text, ',', NULL);
	for (guint i = 0; i < rows->len; i++)
		sh_emit (call, sh_ref (rows->pdata[i]));
	return TRUE;
}

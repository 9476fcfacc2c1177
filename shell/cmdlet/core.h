/*
 * core.h - the language's own cmdlets (core_*.c), for table.c, and what they
 * share.
 */
#ifndef SH_CORE_H
#define SH_CORE_H

#include "../lang/lang.h"
#include "types.h"

#define CORE_INPUT(text) \
	{ "InputObject", &sh_type_psobject, SH_PIPE_VALUE, 0, NULL, NULL, \
	  text }
#define CORE_CMDLET(name, aliases, params, text, example, b, p, e) \
	{ name, "Utility", aliases, 0, NULL, params, G_N_ELEMENTS (params), \
	  NULL, text, example, NULL, b, p, e }

/* Without parameters of its own. */
#define CORE_PLAIN(name, aliases, text, example, p) \
	{ name, "Utility", aliases, 0, NULL, NULL, 0, NULL, text, example, \
	  NULL, NULL, p, NULL }
#define CORE_HANDLER(f) static gboolean f (sh_call *call, GError **error)

/* The object of the pipeline or of -InputObject; NULL: there is none. Not
 * owned. */
sh_value *core_input (const sh_call *call);
/* Gathers the input of all calls of process; for end. Not owned. */
GPtrArray *core_gathered (sh_call *call);
gboolean core_gather (sh_call *call, GError **error);	/* a `process` */
/* Emits each element of an array, or the value itself; takes v. */
void core_emit_each (sh_call *call, sh_value *v);

/* The whole of a file; owned. NULL with error: also one that has no end, and
 * Ctrl-C. */
char *core_read_file (sh_call *call, const char *path, GError **error);
/* `mode` as of fopen. */
gboolean core_write_file (const char *path, const char *mode,
			  const char *text, GError **error);

/* -Delimiter: one character, a comma without it. */
gboolean core_delimiter (sh_call *call, char *out, GError **error);
/* As this system writes it: ~ and \ turned; owned. */
char *core_path (const char *path);
/* Itself, or all that its wildcards fit; owned strings. */
GPtrArray *core_glob (const char *path);
sh_value *core_file_object (const char *path);	/* or NULL */
sh_value *core_alias_object (const char *name, const char *command);
sh_value *core_secure (const char *text);
/* env:, HKLM: and their like. */
gboolean sh_drive_is (const char *path);
sh_value *sh_drive_item (const char *path);	/* or NULL */
sh_value *sh_drive_items (sh_interp *in, const char *path);	/* or NULL */

extern const sh_cmdlet cmdlet_where_object, cmdlet_foreach_object;
extern const sh_cmdlet cmdlet_select_object, cmdlet_sort_object;
extern const sh_cmdlet cmdlet_group_object, cmdlet_measure_object;
extern const sh_cmdlet cmdlet_format_table, cmdlet_format_list;
extern const sh_cmdlet cmdlet_format_wide, cmdlet_out_null;
extern const sh_cmdlet cmdlet_out_string, cmdlet_out_host, cmdlet_out_file;
extern const sh_cmdlet cmdlet_write_host, cmdlet_write_output;
extern const sh_cmdlet cmdlet_write_warning, cmdlet_write_verbose;
extern const sh_cmdlet cmdlet_write_error, cmdlet_convertto_json;
extern const sh_cmdlet cmdlet_convertfrom_json, cmdlet_convertto_csv;
extern const sh_cmdlet cmdlet_convertfrom_csv, cmdlet_start_sleep;
extern const sh_cmdlet cmdlet_get_date, cmdlet_test_path;
extern const sh_cmdlet cmdlet_get_content, cmdlet_set_content;
extern const sh_cmdlet cmdlet_get_member, cmdlet_get_variable;
extern const sh_cmdlet cmdlet_new_object, cmdlet_add_member;
extern const sh_cmdlet cmdlet_read_host, cmdlet_import_module;
extern const sh_cmdlet cmdlet_set_alias, cmdlet_set_location;
extern const sh_cmdlet cmdlet_export_csv, cmdlet_import_csv;

extern const sh_cmdlet cmdlet_get_item, cmdlet_get_childitem, cmdlet_new_item;
extern const sh_cmdlet cmdlet_mkdir, cmdlet_copy_item, cmdlet_move_item;
extern const sh_cmdlet cmdlet_rename_item, cmdlet_remove_item;
extern const sh_cmdlet cmdlet_split_path, cmdlet_join_path;
extern const sh_cmdlet cmdlet_resolve_path, cmdlet_get_location;
extern const sh_cmdlet cmdlet_push_location, cmdlet_pop_location;
extern const sh_cmdlet cmdlet_get_ciminstance, cmdlet_get_wmiobject;
extern const sh_cmdlet cmdlet_get_itemproperty, cmdlet_set_itemproperty;
extern const sh_cmdlet cmdlet_get_host, cmdlet_get_culture;
extern const sh_cmdlet cmdlet_test_connection, cmdlet_select_string;
extern const sh_cmdlet cmdlet_convertfrom_stringdata;
extern const sh_cmdlet cmdlet_invoke_expression;
extern const sh_cmdlet cmdlet_convertto_securestring, cmdlet_get_credential;
extern const sh_cmdlet cmdlet_compare_object, cmdlet_new_timespan;
extern const sh_cmdlet cmdlet_measure_command, cmdlet_get_random;
extern const sh_cmdlet cmdlet_set_variable, cmdlet_new_variable;
extern const sh_cmdlet cmdlet_clear_variable, cmdlet_remove_variable;
extern const sh_cmdlet cmdlet_get_alias, cmdlet_add_content;
extern const sh_cmdlet cmdlet_clear_content, cmdlet_tee_object;
extern const sh_cmdlet cmdlet_get_module, cmdlet_set_strictmode;
extern const sh_cmdlet cmdlet_set_executionpolicy, cmdlet_write_progress;
extern const sh_cmdlet cmdlet_write_information, cmdlet_write_debug;
/* The call's -ScriptBlock with its $using: and -ArgumentList as text for a
 * shell of its own; owned, NULL with error. */
char *sh_child_text (sh_call *call, GError **error);
/* The objects of jobs say how they are now. */
void core_jobs_look (sh_call *call);
extern const sh_cmdlet cmdlet_start_job, cmdlet_get_job, cmdlet_wait_job;
extern const sh_cmdlet cmdlet_receive_job, cmdlet_stop_job;
extern const sh_cmdlet cmdlet_remove_job;
extern const sh_cmdlet cmdlet_get_history, cmdlet_invoke_history;
extern const sh_cmdlet cmdlet_clear_history, cmdlet_join_string;
extern const sh_cmdlet cmdlet_get_unique, cmdlet_new_guid;
extern const sh_cmdlet cmdlet_start_transcript, cmdlet_stop_transcript;

#define CORE_CMDLETS \
	&cmdlet_where_object, &cmdlet_foreach_object, \
	&cmdlet_select_object, &cmdlet_sort_object, &cmdlet_group_object, \
	&cmdlet_measure_object, &cmdlet_format_table, &cmdlet_format_list, \
	&cmdlet_format_wide, &cmdlet_out_null, &cmdlet_out_string, \
	&cmdlet_out_host, &cmdlet_out_file, &cmdlet_write_host, \
	&cmdlet_write_output, &cmdlet_write_warning, &cmdlet_write_verbose, \
	&cmdlet_write_error, &cmdlet_convertto_json, \
	&cmdlet_convertfrom_json, &cmdlet_convertto_csv, \
	&cmdlet_convertfrom_csv, &cmdlet_start_sleep, &cmdlet_get_date, \
	&cmdlet_test_path, &cmdlet_get_content, &cmdlet_set_content, \
	&cmdlet_get_member, &cmdlet_get_variable, &cmdlet_new_object, \
	&cmdlet_add_member, &cmdlet_read_host, &cmdlet_import_module, \
	&cmdlet_set_alias, &cmdlet_set_location, &cmdlet_export_csv, \
	&cmdlet_import_csv, \
	&cmdlet_get_item, &cmdlet_get_childitem, &cmdlet_new_item, \
	&cmdlet_mkdir, &cmdlet_copy_item, &cmdlet_move_item, \
	&cmdlet_rename_item, &cmdlet_remove_item, &cmdlet_split_path, \
	&cmdlet_join_path, &cmdlet_resolve_path, &cmdlet_get_location, \
	&cmdlet_push_location, &cmdlet_pop_location, \
	&cmdlet_get_ciminstance, &cmdlet_get_wmiobject, \
	&cmdlet_get_itemproperty, &cmdlet_set_itemproperty, \
	&cmdlet_get_host, &cmdlet_get_culture, &cmdlet_test_connection, \
	&cmdlet_select_string, &cmdlet_convertfrom_stringdata, \
	&cmdlet_invoke_expression, &cmdlet_convertto_securestring, \
	&cmdlet_get_credential, &cmdlet_compare_object, \
	&cmdlet_new_timespan, &cmdlet_measure_command, &cmdlet_get_random, \
	&cmdlet_set_variable, &cmdlet_new_variable, &cmdlet_clear_variable, \
	&cmdlet_remove_variable, &cmdlet_get_alias, &cmdlet_add_content, \
	&cmdlet_clear_content, &cmdlet_tee_object, &cmdlet_get_module, \
	&cmdlet_set_strictmode, &cmdlet_set_executionpolicy, \
	&cmdlet_write_progress, &cmdlet_write_information, \
	&cmdlet_write_debug, &cmdlet_start_transcript, \
	&cmdlet_stop_transcript, &cmdlet_start_job, &cmdlet_get_job, \
	&cmdlet_wait_job, &cmdlet_receive_job, &cmdlet_stop_job, \
	&cmdlet_remove_job, &cmdlet_get_history, &cmdlet_invoke_history, \
	&cmdlet_clear_history, &cmdlet_join_string, &cmdlet_get_unique, \
	&cmdlet_new_guid

#endif

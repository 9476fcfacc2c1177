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

/* The object of the pipeline or of -InputObject; NULL: there is none. Not
 * owned. */
sh_value *core_input (const sh_call *call);
/* Gathers the input of all calls of process; for end. Not owned. */
GPtrArray *core_gathered (sh_call *call);
gboolean core_gather (sh_call *call, GError **error);	/* a `process` */
/* Emits each element of an array, or the value itself; takes v. */
void core_emit_each (sh_call *call, sh_value *v);

/* `mode` as of fopen. */
gboolean core_write_file (const char *path, const char *mode,
			  const char *text, GError **error);

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
	&cmdlet_import_csv

#endif

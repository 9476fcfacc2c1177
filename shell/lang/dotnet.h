/*
 * dotnet.h - the .NET types that scripts use: their casts, static and instance
 * methods. dotnet.c finds what is called; each net_*.c has some types.
 */
#ifndef SH_DOTNET_H
#define SH_DOTNET_H

#include "interp.h"

typedef struct {
	sh_interp *in;
	node *n;
	sh_value *self;		/* of a method; NULL: a static call */
	sh_value *args;
	GError **error;
} net_call;

typedef struct {
	const char *type;	/* as type_fold has it; a list ends with NULL */
	const char *name;
	guint least;		/* arguments */
	sh_value *(*run) (const net_call *c);
} net_method;

sh_value *net_arg (const net_call *c, guint i);	/* not owned; or NULL */
char *net_text (const net_call *c, guint i);		/* owned, never NULL */
double net_number (const net_call *c, guint i);
gint64 net_int (const net_call *c, guint i, gint64 otherwise);
sh_value *net_fail (const net_call *c, const char *format, ...)
	G_GNUC_PRINTF (2, 3);

extern const net_method net_time_statics[], net_time_methods[];
extern const net_method net_version_statics[];
extern const net_method net_text_methods[];
extern const net_method net_regex_statics[], net_regex_methods[];
extern const net_method net_xml_methods[];
extern const net_method net_math_statics[];
extern const net_method net_enum_statics[], net_enum_methods[];
extern const net_method net_object_statics[], net_object_methods[];

/* *known FALSE: that type has no such cast. NULL with error. */
sh_value *net_cast (sh_interp *in, node *n, const char *type, sh_value *v,
		    gboolean *known, GError **error);
/* A static call; *found FALSE: there is none. */
sh_value *net_static (const net_call *c, const char *type, const char *name,
		      gboolean *found);
sh_value *net_method_call (const net_call *c, const char *name,
			   gboolean *found);
void net_method_names (const sh_value *v, GPtrArray *out);
/* [type]::Name without parentheses; NULL: there is none. */
sh_value *net_static_get (sh_interp *in, const char *type, const char *name);
/* New-Object: [type]::new. */
sh_value *net_new (sh_interp *in, node *n, const char *type, sh_value *args,
		   gboolean *found, GError **error);
/* Dates, spans and versions in their own order; FALSE: these are none. */
gboolean net_compare (const sh_value *a, const sh_value *b, int *out);
/* Dates and spans added and subtracted; *found FALSE: these are none. */
sh_value *net_arithmetic (sh_interp *in, node *n, node_op op, sh_value *a,
			  sh_value *b, gboolean *found, GError **error);

/* net_time.c; microseconds, those of a date since 1970 */
sh_value *net_date (gint64 us);
sh_value *net_span (gint64 us);
gboolean net_is_date (const sh_value *v, gint64 *us);
gboolean net_is_span (const sh_value *v, gint64 *us);
gboolean net_date_parse (const char *text, gint64 *us);
gboolean net_span_parse (const char *text, gint64 *us);
gboolean net_to_date (const sh_value *v, gint64 *us);
gboolean net_to_span (const sh_value *v, gint64 *us);
char *net_span_format (const sh_value *v, const char *format);
/* net_date_text.c */
char *net_date_format (gint64 us, const char *format);	/* or NULL */
gboolean net_date_parse_exact (const char *text, const char *format,
			       gint64 *us);
/* net_version.c */
sh_value *net_version (const char *text);		/* or NULL */
gboolean net_version_compare (const sh_value *a, const sh_value *b, int *out);
/* net_regex.c */
sh_value *net_regex (sh_interp *in, node *n, const char *pattern,
		     gboolean match_case, GError **error);
/* net_enum.c. An enumeration's word is an object that has its number too. */
sh_value *enum_make (const char *type, const char *word, gint64 i,
		     gboolean bits);
gboolean enum_number (const sh_value *v, gint64 *i);	/* FALSE: it is none */
/* A word or number as that enumeration's; *known FALSE: there is none. */
sh_value *enum_cast (sh_interp *in, node *n, const char *type, sh_value *v,
		     gboolean *known, GError **error);
sh_value *enum_static_get (sh_interp *in, const char *type, const char *word);
/* `i` as a word of the enumeration that `like` is of, or as a number. */
sh_value *enum_result (sh_interp *in, const sh_value *like, gint64 i);
sh_value *enum_has_flag (sh_interp *in, node *n, const sh_value *v,
			 const sh_value *flag, GError **error);
/* class.c: word -> object of a script's enumeration; NULL: it is none. */
sh_value *class_enum_words (sh_interp *in, const char *type);
/* net_list.c; `low` as type_fold has it, `of` owned */
gboolean net_list_type (const char *low, sh_list_kind *kind, char **of);
sh_value *net_list_cast (sh_interp *in, node *n, const char *low, sh_value *v,
			 gboolean *known, GError **error);
sh_value *net_list_new (const net_call *c, const char *low, gboolean *found);
/* net_xml.c */
sh_value *net_xml (sh_interp *in, node *n, const char *text, GError **error);

#endif

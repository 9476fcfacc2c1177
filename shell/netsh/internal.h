/*
 * internal.h - what the files of netsh/ share.
 */
#ifndef SH_NETSH_INTERNAL_H
#define SH_NETSH_INTERNAL_H

#include "../cmdlet/domain.h"
#include "netsh.h"

typedef gboolean (*netsh_func) (sh_call *call, char **words, GError **error);

/* netsh.c */
/* A line "What:        text". */
void netsh_say (sh_call *call, const char *what, const char *format, ...)
	G_GNUC_PRINTF (3, 4);
/* Adds word and help, once, when the word begins with `half`. */
void netsh_offer (GPtrArray *out, const char *word, const char *half,
		  const char *text);
gboolean netsh_run (sh_call *call, char **words, GError **error);

/* trace.c */
/* The value of word "tag=value", or NULL; quotes around it are taken off. */
char *netsh_tag_value (const char *word);
gboolean netsh_trace_start (sh_call *call, char **words, GError **error);
gboolean netsh_trace_stop (sh_call *call, char **words, GError **error);
gboolean netsh_trace_show (sh_call *call, char **words, GError **error);
void netsh_trace_tags (GPtrArray *out, const char *half);

/* session.c */
gboolean netsh_set_mode (sh_call *call, char **words, GError **error);
gboolean netsh_show_mode (sh_call *call, char **words, GError **error);
gboolean netsh_show_pending (sh_call *call, char **words, GError **error);
gboolean netsh_confirm (sh_call *call, char **words, GError **error);
gboolean netsh_revert (sh_call *call, char **words, GError **error);
gboolean netsh_commit (sh_call *call, char **words, GError **error);
gboolean netsh_abort (sh_call *call, char **words, GError **error);
gboolean netsh_exec (sh_call *call, char **words, GError **error);
gboolean netsh_alias (sh_call *call, char **words, GError **error);
gboolean netsh_show_alias (sh_call *call, char **words, GError **error);
/* The words with an alias at their start replaced; NULL: it is none. */
GPtrArray *netsh_alias_expand (sh_call *call, char **words);

/* noun.c: a context for each noun that has a cmdlet: vmswitch show */
/* The noun that `word` is, or is the only beginning of; NULL: none. */
const char *netsh_noun (const char *word, gboolean whole);
gboolean netsh_noun_run (sh_call *call, const char *noun, char **words,
			 GError **error);
/* The verbs of a noun, or the tags behind one; nouns where it is NULL. */
void netsh_noun_next (GPtrArray *out, const char *noun,
		      const char *const *words);
gboolean netsh_noun_list (sh_call *call, const char *noun);

#endif

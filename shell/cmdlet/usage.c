/*
 * usage.c - usage lines and help pages, written from the entries. Called by
 * Get-Help and completion.
 */
#include "usage.h"

#include <string.h>

#include "params.h"
#include "published.h"

#define WIDTH 80
/* Where the text of a field stands whose name is too long for its column. */
#define FIELD_INDENT "\n                               "
#define UNBUILT \
	"Published, but not built here yet: it checks what it is given, " \
	"answers so and changes nothing."
/* A blank that is no place to break the line: U+00A0 until it is broken. */
#define GLUE "\xc2\xa0"

char *
sh_wrap (const char *text, const char *indent)
{
	g_auto (GStrv) words = g_strsplit (text, " ", -1);
	GString *out = g_string_new (NULL);
	gsize column = 0;

	for (char **w = words; *w != NULL; w++) {
		gsize n = (gsize) g_utf8_strlen (*w, -1);

		if (column > 0 && column + 1 + n > WIDTH) {
			g_string_append_c (out, '\n');
			column = 0;
		}
		g_string_append (out, column ? " " : indent);
		column += (column ? 1 : strlen (indent)) + n;
		g_string_append (out, *w);
	}
	g_string_append_c (out, '\n');
	return g_string_free (out, FALSE);
}

/* ---- usage lines ---- */

static void
append_param (GString *out, const sh_param *p)
{
	g_autofree char *type = sh_param_type_name (p);
	gboolean must = p->flags & SH_MANDATORY;
	const char *open = p->position ? "[" : "", *close = p->position
							    ? "]" : "";

	g_string_append (out, must ? " " : " [");
	g_string_append_printf (out, "%s-%s%s", open, p->name, close);
	if (!(p->flags & SH_SWITCH))
		g_string_append_printf (out, GLUE "<%s>", type);
	g_string_append (out, must ? "" : "]");
}

static int
usage_rank (const sh_param *p)
{
	if (p->position > 0)
		return p->position;
	return p->flags & SH_MANDATORY ? 1000 : 2000;
}

/* The usage line with GLUE where it must not be broken; owned. */
static char *
glued_usage (const sh_cmdlet *c, const char *set)
{
	GString *out = g_string_new (c->name);

	if (c->flags & SH_RAW)
		g_string_append (out, " <words>");
	for (int rank = 0, next; rank < 3000 && !(c->flags & SH_RAW);
	     rank = next) {
		next = 3000;
		for (gsize i = 0; i < c->n_params; i++) {
			const sh_param *p = &c->params[i];
			int r = usage_rank (p);

			if (p->flags & SH_NOT_YET || !sh_param_in_set (p, set))
				continue;
			if (r == rank)
				append_param (out, p);
			else if (r > rank)
				next = MIN (next, r);
		}
	}
	if (c->flags & (SH_CHANGES | SH_DESTRUCTIVE))
		g_string_append (out, " [-WhatIf] [-Confirm]");
	return g_string_free (out, FALSE);
}

static char *
unglue (const char *text)
{
	g_auto (GStrv) parts = g_strsplit (text, GLUE, -1);

	return g_strjoinv (" ", parts);
}

char *
sh_usage (const sh_cmdlet *c, const char *set)
{
	g_autofree char *line = glued_usage (c, set);

	return unglue (line);
}

/* A set is worth a line when nothing that it needs is still to be built. */
static gboolean
set_is_built (const sh_cmdlet *c, const char *set)
{
	for (gsize i = 0; i < c->n_params; i++) {
		const sh_param *p = &c->params[i];

		if (p->flags & SH_MANDATORY && p->flags & SH_NOT_YET
		    && sh_param_in_set (p, set))
			return FALSE;
	}
	return TRUE;
}

static void
append_syntax (GString *out, const sh_cmdlet *c)
{
	g_autoptr (GPtrArray) sets = sh_cmdlet_sets (c);
	g_autoptr (GHashTable) seen = g_hash_table_new_full (
		g_str_hash, g_str_equal, g_free, NULL);

	if (sets->len == 0)
		g_ptr_array_add (sets, NULL);
	for (guint i = 0; i < sets->len; i++) {
		g_autofree char *line = NULL;
		g_autofree char *wrapped = NULL;
		g_autofree char *plain = NULL;

		if (!set_is_built (c, sets->pdata[i]))
			continue;
		line = glued_usage (c, sets->pdata[i]);
		wrapped = sh_wrap (line, "    ");
		if (!g_hash_table_add (seen, g_steal_pointer (&line)))
			continue;
		plain = unglue (wrapped);
		g_string_append (out, plain);
	}
}

/* ---- the page ---- */

static void
append_wrapped (GString *out, const char *text, const char *indent)
{
	g_autofree char *w = sh_wrap (text, indent);

	g_string_append (out, w);
}

static char *
param_facts (const sh_param *p)
{
	GString *out = g_string_new (NULL);

	if (p->flags & SH_NOT_YET)
		g_string_append (out, "not built yet, ");
	if (p->flags & SH_MANDATORY)
		g_string_append (out, "needed, ");
	if (p->position > 0)
		g_string_append_printf (out, "position %d, ", p->position);
	if (p->aliases != NULL)
		g_string_append_printf (out, "also -%s, ", p->aliases);
	if (p->flags & SH_PIPE_VALUE)
		g_string_append (out, "pipeline by value, ");
	if (p->flags & SH_PIPE_NAME)
		g_string_append (out, "pipeline by property name, ");
	if (out->len > 2)
		g_string_truncate (out, out->len - 2);
	return g_string_free (out, FALSE);
}

char *
sh_help_param (const sh_param *p)
{
	g_autofree char *type = sh_param_type_name (p);
	g_autofree char *facts = param_facts (p);
	g_autofree char *head = NULL;
	GString *out = g_string_new (NULL);

	head = g_strdup_printf ("-%s%s%s%s%s%s%s", p->name,
				p->flags & SH_SWITCH ? "" : " <",
				p->flags & SH_SWITCH ? "" : type,
				p->flags & SH_SWITCH ? "" : ">",
				*facts ? "  (" : "", facts, *facts ? ")" : "");
	append_wrapped (out, head, "    ");
	append_wrapped (out, p->text, "        ");
	if (p->type->accepted != NULL) {
		g_autofree char *all = g_strjoinv (
			", ", (char **) p->type->accepted);
		g_autofree char *line = g_strconcat ("accepted: ", all, NULL);

		append_wrapped (out, line, "        ");
	}
	return g_string_free (out, FALSE);
}

static const char *
unit_name (vmnet_unit unit)
{
	switch (unit) {
	case VMNET_U_NONE:
		return NULL;
	case VMNET_U_BITS_PER_SECOND:
		return "bit/s";
	case VMNET_U_BYTES:
		return "bytes";
	case VMNET_U_PACKETS:
		return "packets";
	case VMNET_U_PERCENT:
		return "percent";
	case VMNET_U_SECONDS:
		return "seconds";
	}
	return NULL;
}

static void
append_output (GString *out, const vmnet_noun *noun)
{
	g_string_append_printf (out, "\nOUTPUT\n    %s: %s\n", noun->name,
				noun->text);
	for (size_t i = 0; i < noun->n_fields; i++) {
		const vmnet_field *f = &noun->fields[i];
		const char *unit = unit_name (f->unit);

		g_string_append_printf (out, "    %-26s%s%s%s%s%s\n", f->name,
					strlen (f->name) < 26
						? " " : FIELD_INDENT,
					f->text, unit ? " (" : "",
					unit ? unit : "", unit ? ")" : "");
	}
}

const sh_page *
sh_page_find (const char *name)
{
	for (const sh_page *p = sh_pages; p->name != NULL; p++)
		if (g_ascii_strcasecmp (p->name, name) == 0)
			return p;
	return NULL;
}

/* A cmdlet that is not built has no page yet. */
static const sh_page *
page_of (const sh_cmdlet *c)
{
	return published_only (c) ? NULL : sh_page_find (c->name);
}

/* Each line of `text` behind four blanks. */
static void
append_indented (GString *out, const char *text)
{
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

	for (char **l = lines; *l != NULL; l++)
		g_string_append_printf (out, "    %s\n", *l);
}

static void
append_skip (GString *out, const char *why)
{
	if (why != NULL)
		g_string_append_printf (out, "    (not tried: %s)\n", why);
}

/* The entry's example, a command a line, and what the page says it prints. */
static void
append_first_example (GString *out, const sh_cmdlet *c, const sh_page *page)
{
	g_auto (GStrv) lines = g_strsplit (c->example, "; ", -1);

	for (char **l = lines; *l != NULL; l++)
		g_string_append_printf (out, "    vmnetsh> %s\n", *l);
	if (page != NULL && page->output != NULL)
		append_indented (out, page->output);
	append_skip (out, page ? page->skip : NULL);
}

char *
sh_help_examples (const sh_cmdlet *c)
{
	const sh_page *page = page_of (c);
	const sh_example *e = page ? page->examples : NULL;
	GString *out = g_string_new ("EXAMPLE\n");

	if (published_only (c))
		g_string_append (out, "    none: it is not built here yet\n");
	else
		append_first_example (out, c, page);
	for (; e != NULL && e->title != NULL; e++) {
		g_string_append_printf (out, "\n    %s:\n", e->title);
		append_indented (out, e->text);
		append_skip (out, e->skip);
	}
	return g_string_free (out, FALSE);
}

/* Paragraphs, which an empty line parts. */
static void
append_paragraphs (GString *out, const char *text)
{
	g_auto (GStrv) parts = g_strsplit (text, "\n\n", -1);

	for (char **p = parts; *p != NULL; p++) {
		g_autofree char *line = g_strdelimit (g_strdup (*p), "\n",
						      ' ');

		g_string_append (out, p == parts ? "" : "\n");
		append_wrapped (out, line, "    ");
	}
}

static void
append_notes (GString *out, const sh_cmdlet *c)
{
	if (c->notes == NULL && !published_only (c))
		return;
	g_string_append (out, "\nNOTES\n");
	if (c->notes != NULL)
		append_wrapped (out, c->notes, "    ");
	if (published_only (c))
		append_wrapped (out, UNBUILT, "    ");
}

char *
sh_help_page (const sh_cmdlet *c)
{
	GString *out = g_string_new (NULL);
	const sh_page *page = page_of (c);
	g_autofree char *examples = sh_help_examples (c);

	g_string_append_printf (out, "NAME\n    %s  (%s)%s%s\n\nSYNOPSIS\n",
				c->name, c->module,
				c->aliases ? "  also " : "",
				c->aliases ? c->aliases : "");
	append_wrapped (out, c->text, "    ");
	g_string_append (out, "\nSYNTAX\n");
	append_syntax (out, c);
	if (page != NULL) {
		g_string_append (out, "\nDESCRIPTION\n");
		append_paragraphs (out, page->text);
	}
	if (c->n_params > 0)
		g_string_append (out, "\nPARAMETERS\n");
	for (gsize i = 0; i < c->n_params; i++) {
		g_autofree char *one = sh_help_param (&c->params[i]);

		g_string_append (out, one);
	}
	if (c->out != NULL)
		append_output (out, c->out);
	g_string_append_printf (out, "\n%s", examples);
	append_notes (out, c);
	if (page != NULL && page->related != NULL) {
		g_string_append (out, "\nRELATED\n");
		append_wrapped (out, page->related, "    ");
	}
	return g_string_free (out, FALSE);
}

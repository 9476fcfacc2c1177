/*
 * mkman.c - run by make when the program is built: writes a man page for each
 * cmdlet and topic into the folder given, from what Get-Help shows, and fails
 * where something has no words.
 */
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "cmdlet/published.h"
#include "cmdlet/usage.h"
#include "cmdlet/windows.h"

static guint missing;

static void G_GNUC_PRINTF (1, 2)
complain (const char *format, ...)
{
	va_list ap;

	va_start (ap, format);
	vfprintf (stderr, format, ap);
	va_end (ap);
	fputc ('\n', stderr);
	missing++;
}

/* ---- what must have words ---- */

static gboolean
said (const char *text)
{
	return text != NULL && *text != '\0';
}

/* The network's cmdlets need words of their own; the language's are
 * PowerShell's, and their entries say enough. */
static gboolean
needs_page (const sh_cmdlet *c)
{
	static const char *const modules[] = {
		"Hyper-V", "NetAdapter", "NetQos", "DcbQos", "NetLbfo",
		"NetEventPacketCapture", "vmnetsh", NULL,
	};

	return !published_only (c) && g_strv_contains (modules, c->module);
}

static void
check_cmdlet (const sh_cmdlet *c)
{
	if (!said (c->text) || !said (c->module))
		complain ("%s: its entry has no text or module", c->name);
	if (!said (c->example) && !published_only (c))
		complain ("%s: its entry has no example", c->name);
	for (size_t i = 0; i < c->n_params; i++)
		if (!said (c->params[i].text))
			complain ("%s -%s: no text", c->name,
				  c->params[i].name);
	if (needs_page (c) && sh_page_find (c->name) == NULL)
		complain ("%s: no page '= %s' in help/cmdlets", c->name,
			  c->name);
}

static gboolean
is_topic (const char *name)
{
	for (const sh_about *a = sh_abouts; a->name != NULL; a++)
		if (strcmp (a->name, name) == 0)
			return TRUE;
	return FALSE;
}

static void
check_page (const sh_page *p)
{
	g_auto (GStrv) related = g_strsplit (p->related ? p->related : "",
					     ", ", -1);

	if (sh_cmdlet_find (p->name) == NULL)
		complain ("help/cmdlets: '%s' is no cmdlet", p->name);
	for (char **r = related; *r != NULL; r++)
		if (sh_cmdlet_find (*r) == NULL && !is_topic (*r))
			complain ("help/cmdlets: %s relates to '%s', which is "
				  "no cmdlet and no topic", p->name, *r);
}

/* ---- the pages ---- */

static void
append_roff (GString *out, const char *line)
{
	if (*line == '.' || *line == '\'')
		g_string_append (out, "\\&");
	for (; *line != '\0'; line++)
		if (*line == '\\')
			g_string_append (out, "\\e");
		else if (*line == '-')
			g_string_append (out, "\\-");
		else
			g_string_append_c (out, *line);
	g_string_append_c (out, '\n');
}

static gboolean
is_heading (const char *line)
{
	return g_ascii_isupper (line[0]) && g_ascii_isupper (line[1])
	       && strchr (line, ' ') == NULL;
}

/* Text as Get-Help shows it, its headings as sections; NAME is left to
 * `name`, which man's index reads. */
static char *
man_page (const char *name, const char *what, const char *section,
	  const char *text)
{
	GString *out = g_string_new (NULL);
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
	gboolean in_name = TRUE;

	g_string_append_printf (out, ".TH %s %s \"\" vmnetsh "
				"\"vmnetsh\"\n.SH NAME\n", name, section);
	g_string_append_printf (out, "%s \\- %s\n", name, what);
	for (char **l = lines; *l != NULL; l++) {
		if (is_heading (*l) && strcmp (*l, "NAME") != 0) {
			g_string_append_printf (out, "%s.SH %s\n.nf\n",
						in_name ? "" : ".fi\n", *l);
			in_name = FALSE;
		} else if (!in_name) {
			append_roff (out, *section == '8'
					  && g_str_has_prefix (*l, "    ")
						  ? *l + 4 : *l);
		}
	}
	return g_string_free (out, FALSE);
}

static gboolean
write_page (const char *dir, const char *name, const char *what,
	    const char *section, const char *text)
{
	g_autofree char *file = g_strdup_printf ("%s/%s.%s", dir, name,
						 section);
	g_autofree char *page = man_page (name, what, section, text);
	g_autoptr (GError) error = NULL;

	if (g_file_set_contents (file, page, -1, &error))
		return TRUE;
	complain ("%s", error->message);
	return FALSE;
}

static void
write_cmdlets (const char *dir)
{
	for (const sh_cmdlet *const *c = sh_cmdlets; *c != NULL; c++) {
		g_autofree char *text = NULL;

		check_cmdlet (*c);
		if (published_only (*c) || missing > 0)
			continue;
		text = sh_help_page (*c);
		write_page (dir, (*c)->name, (*c)->text, "8", text);
	}
}

static void
write_topic (const char *dir, const char *about, const char *all)
{
	const char *body = strchr (all, '\n');
	g_autofree char *what = g_strndup (all, (gsize) (body - all));
	g_autofree char *name = g_strconcat (
		"vmnetsh_", about + strlen ("about_"), NULL);
	g_autofree char *text = g_strconcat ("TOPIC", body, NULL);

	write_page (dir, name, what, "7", text);
}

static void
write_topics (const char *dir)
{
	g_autofree char *windows = sh_windows_topic ();

	for (const sh_about *a = sh_abouts; a->name != NULL; a++)
		write_topic (dir, a->name, a->text);
	write_topic (dir, "about_windows_only", windows);
}

int
main (int argc, char **argv)
{
	if (argc != 2 || g_mkdir_with_parents (argv[1], 0755) != 0) {
		fprintf (stderr, "usage: mkman DIR\n");
		return 2;
	}
	for (const sh_page *p = sh_pages; p->name != NULL; p++)
		check_page (p);
	write_cmdlets (argv[1]);
	write_topics (argv[1]);
	return missing > 0;
}

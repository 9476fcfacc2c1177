/*
 * edit_extension.c - which extensions a switch has. What there are is not the
 * model's to know: plan/edits_extension.c asks the folders first.
 */
#include "model/edit.h"

#include "model/check.h"
#include "model/dump.h"

#define WHAT "switch"

static guint
place_of (char *const *list, const char *name)
{
	guint i = 0;

	for (; list && list[i]; i++)
		if (model_name_equal (list[i], name))
			break;
	return i;
}

gboolean
vmnet_switchext_enabled (const vmnet_switch *s, const char *name)
{
	return s->extensions && s->extensions[place_of (s->extensions, name)];
}

gboolean
model_switchext_enable (vmnet_model *m, const char *vswitch, const char *name,
			GError **error)
{
	vmnet_switch *s = check_switch (m, vswitch, error);
	guint n;

	if (s == NULL)
		return FALSE;
	n = s->extensions ? g_strv_length (s->extensions) : 0;
	if (vmnet_switchext_enabled (s, name))
		return TRUE;
	if (n == VMNET_SWITCHEXTS_MAX)
		return check_invalid (error, WHAT, s->name, "it has %d "
				      "extensions, which is the limit; disable "
				      "one with Disable-VMSwitchExtension",
				      VMNET_SWITCHEXTS_MAX);
	s->extensions = g_renew (char *, s->extensions, n + 2);
	s->extensions[n] = g_strdup (name);
	s->extensions[n + 1] = NULL;
	return TRUE;
}

gboolean
model_switchext_disable (vmnet_model *m, const char *vswitch,
			 const char *name, GError **error)
{
	vmnet_switch *s = check_switch (m, vswitch, error);
	guint at;

	if (s == NULL)
		return FALSE;
	if (!vmnet_switchext_enabled (s, name))
		return TRUE;
	at = place_of (s->extensions, name);
	g_free (s->extensions[at]);
	do
		s->extensions[at] = s->extensions[at + 1];
	while (s->extensions[at++]);
	if (s->extensions[0] == NULL)
		g_clear_pointer (&s->extensions, g_free);
	return TRUE;
}

void
extensions_dump (GString *s, const vmnet_switch *sw)
{
	for (guint i = 0; sw->extensions && sw->extensions[i]; i++) {
		g_string_append (s, "Enable-VMSwitchExtension");
		dump_text (s, "Name", sw->extensions[i]);
		dump_text (s, "VMSwitchName", sw->name);
		g_string_append_c (s, '\n');
	}
}

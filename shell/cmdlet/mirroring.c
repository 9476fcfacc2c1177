/*
 * mirroring.c - see mirroring.h.
 */
#include "mirroring.h"

void
mirror_words_clear (mirror_words *w)
{
	g_clear_pointer (&w->local, g_free);
	g_clear_pointer (&w->remote, g_free);
	g_clear_pointer (&w->to, g_free);
}

char *
mirror_list (const sh_value *v)
{
	g_autoptr (GString) s = g_string_new (NULL);

	if (sh_value_kind (v) != SH_ARRAY)
		return sh_to_text (v);
	for (guint i = 0; i < sh_array_length (v); i++) {
		g_autofree char *one = sh_to_text (sh_array_get (v, i));

		g_string_append_printf (s, "%s%s", i ? "," : "", one);
	}
	return g_strdup (s->str);
}

gboolean
mirror_word (const char *const *words, const char *word, guint *out)
{
	for (guint i = 0; words[i]; i++)
		if (g_ascii_strcasecmp (words[i], word) == 0) {
			*out = i;
			return TRUE;
		}
	return FALSE;
}

void
mirror_of_call (sh_call *call, vmnet_mirror_change *c, mirror_words *w)
{
	const char *mode = sh_arg_text (call, "PortMirroring");
	const char *tunnel = sh_arg_text (call, "MirrorEncapsulation");
	sh_value *local = sh_arg (call, "MirrorLocalIPAddress");
	sh_value *remote = sh_arg (call, "MirrorRemoteIPAddress");
	guint i;

	if (mode && mirror_word (vmnet_mirror_modes, mode, &i)) {
		w->mode = i;
		c->mode = &w->mode;
	}
	if (tunnel && mirror_word (vmnet_tunnels, tunnel, &i)) {
		w->tunnel = i;
		c->tunnel = &w->tunnel;
	}
	c->local = w->local = local ? mirror_list (local) : NULL;
	c->remote = w->remote = remote ? mirror_list (remote) : NULL;
	c->to = sh_arg_text (call, "MirrorDestinationAddress");
	c->snap = sh_arg_opt (call, "MirrorSnapLength");
	c->rate = sh_arg_opt (call, "MirrorRateLimit");
	c->session = sh_arg_opt (call, "MirrorSessionId");
}

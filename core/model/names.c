/*
 * names.c - names that are derived from the objects of the model: interfaces,
 * aliases, dynamic MAC addresses. Called by plan/, view/ and the edits.
 */
#include "model/model.h"

#include <string.h>

#define NAME_MAX_BYTES 15	/* IFNAMSIZ without its NUL */
#define HASH_DIGITS 6
#define TAP "tap"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789_.-"

static gboolean
letters_only (const char *name, gsize max)
{
	gsize n = strlen (name);

	return n > 0 && n <= max && strspn (name, LETTERS) == n;
}

/* Names of our other interfaces, and those that mean something to the
 * kernel's sysctl tree or to a command line, are no names for a bridge. */
static gboolean
reserved (const char *name)
{
	static const char *const words[] = {
		".", "..", "lo", "all", "default", "bonding_masters",
	};

	if (name[0] == '-' || g_str_has_prefix (name, "ve-"))
		return TRUE;
	if (g_str_has_prefix (name, TAP)
	    && name[3 + strspn (name + 3, "0123456789abcdef")] == '\0')
		return TRUE;
	if (g_str_has_prefix (name, "vp")
	    && name[2 + strspn (name + 2, "0123456789")] == '\0')
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
		if (strcmp (name, words[i]) == 0)
			return TRUE;
	return FALSE;
}

/* At most `max` bytes: "my-lan~1f0c2a". */
static char *
slug (const char *name, gsize max)
{
	g_autofree char *sum = g_compute_checksum_for_string (
		G_CHECKSUM_SHA256, name, -1);
	GString *s = g_string_new (NULL);

	for (; *name && s->len < max - HASH_DIGITS - 1; name++) {
		if (g_ascii_isalnum (*name))
			g_string_append_c (s, g_ascii_tolower (*name));
		else if (s->len > 0 && s->str[s->len - 1] != '-')
			g_string_append_c (s, '-');
	}
	if (s->len > 0 && s->str[s->len - 1] == '-')
		g_string_truncate (s, s->len - 1);
	g_string_append_c (s, '~');
	g_string_append_len (s, sum, HASH_DIGITS);
	return g_string_free (s, FALSE);
}

char *
names_fit (const char *name)
{
	return letters_only (name, NAME_MAX_BYTES) && !reserved (name)
		? g_strdup (name) : slug (name, NAME_MAX_BYTES);
}

char *
names_bridge (const vmnet_switch *s)
{
	if (vmnet_switch_has_member (s, s->name))
		return slug (s->name, NAME_MAX_BYTES);
	return names_fit (s->name);
}

char *
names_port (const vmnet_adapter *a)
{
	return g_strdup_printf ("vp%u", a->slot);
}

char *
names_tap (const guint8 mac[6])
{
	g_autofree char *text = vmnet_mac_format (mac, '\0');
	g_autofree char *low = g_ascii_strdown (text, -1);

	return g_strconcat (TAP, low, NULL);
}

char *
names_host_adapter (const vmnet_adapter *a)
{
	gsize max = NAME_MAX_BYTES - strlen ("ve-");
	g_autofree char *fit = letters_only (a->name, max) ?
		g_strdup (a->name) : slug (a->name, max);

	return g_strconcat ("ve-", fit, NULL);
}

char *
names_tunnel (const vmnet_mirror *x)
{
	g_autofree char *what = g_strdup_printf (
		"mirror %s %s %u", vmnet_tunnels[x->tunnel], x->to,
		x->session);

	return slug (what, NAME_MAX_BYTES);
}

char *
names_alias (const vmnet_adapter *a)
{
	if (a->vm == NULL)
		return g_strdup_printf ("vEthernet (%s)", a->name);
	return g_strdup_printf ("%s/%s", a->vm, a->name);
}

static gboolean
mac_taken (const vmnet_model *m, const vmnet_adapter *mine,
	   const guint8 mac[6])
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (a != mine && memcmp (a->mac, mac, 6) == 0)
			return TRUE;
	}
	return FALSE;
}

void
names_derive_mac (const vmnet_model *m, vmnet_adapter *a)
{
	g_autofree char *alias = names_alias (a);
	g_autofree char *folded = g_utf8_casefold (alias, -1);
	g_autofree char *sum = g_compute_checksum_for_string (
		G_CHECKSUM_SHA256, folded, -1);
	guint32 low;
	guint8 mac[6] = { 0x00, 0x15, 0x5d };

	sum[6] = '\0';
	low = g_ascii_strtoull (sum, NULL, 16);
	do {
		mac[3] = low >> 16;
		mac[4] = low >> 8;
		mac[5] = low++;
	} while (mac_taken (m, a, mac));
	memcpy (a->mac, mac, sizeof mac);
}

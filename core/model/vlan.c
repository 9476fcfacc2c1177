/*
 * vlan.c - the VLANs of an adapter: lists of them as people write them, and as
 * sets. Called by the edits, the store and plan/vlan.c.
 */
#include "model/model.h"

#include <string.h>

gboolean
vmnet_vlans_has (const vmnet_vlans *set, guint vlan)
{
	return (set->bits[vlan / 64] >> vlan % 64) & 1;
}

void
vmnet_vlans_add (vmnet_vlans *set, guint vlan)
{
	set->bits[vlan / 64] |= G_GUINT64_CONSTANT (1) << vlan % 64;
}

void
vmnet_vlans_remove (vmnet_vlans *set, guint vlan)
{
	set->bits[vlan / 64] &= ~(G_GUINT64_CONSTANT (1) << vlan % 64);
}

/* "10", or "20-30" with blanks around the numbers. */
static gboolean
parse_range (char *text, guint64 *first, guint64 *last)
{
	char *dash = strchr (text, '-');

	if (dash)
		*dash++ = '\0';
	if (!g_ascii_string_to_unsigned (g_strstrip (text), 10, 1,
					 VMNET_VLAN_MAX, first, NULL))
		return FALSE;
	*last = *first;
	return dash == NULL
	       || g_ascii_string_to_unsigned (g_strstrip (dash), 10, *first,
					      VMNET_VLAN_MAX, last, NULL);
}

static gboolean
parse_list (const char *text, vmnet_vlans *set, GError **error)
{
	g_auto (GStrv) parts = g_strsplit (text ? text : "", ",", -1);
	guint64 first, last;

	for (guint i = 0; parts[i]; i++) {
		g_autofree char *part = g_strdup (parts[i]);

		if (!parse_range (part, &first, &last)) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
				     "'%s' is no VLAN and no range of them; "
				     "give numbers of 1 to %d, as in 10,20-30",
				     g_strstrip (parts[i]), VMNET_VLAN_MAX);
			return FALSE;
		}
		for (guint64 v = first; v <= last; v++)
			vmnet_vlans_add (set, (guint) v);
	}
	if (parts[0])
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "the list is empty; give numbers of 1 to %d, as in "
		     "10,20-30", VMNET_VLAN_MAX);
	return FALSE;
}

char *
vmnet_vlans_text (const vmnet_vlans *set)
{
	GString *s = g_string_new (NULL);

	for (guint v = 1; v <= VMNET_VLAN_MAX; v++) {
		guint first = v;

		if (!vmnet_vlans_has (set, v))
			continue;
		while (v < VMNET_VLAN_MAX && vmnet_vlans_has (set, v + 1))
			v++;
		g_string_append_printf (s, "%s%u", s->len ? "," : "", first);
		if (v > first)
			g_string_append_printf (s, "-%u", v);
	}
	return g_string_free (s, FALSE);
}

char *
vmnet_vlan_list (const char *text, GError **error)
{
	vmnet_vlans set = { 0 };

	return parse_list (text, &set, error) ? vmnet_vlans_text (&set) : NULL;
}

void
model_vlans_add_list (vmnet_vlans *set, const char *list)
{
	if (list)
		parse_list (list, set, NULL);
}

const char *
model_vlan_mode_text (vmnet_vlan_mode mode)
{
	switch (mode) {
	case VMNET_VLAN_UNTAGGED:
		return "Untagged";
	case VMNET_VLAN_ACCESS:
		return "Access";
	case VMNET_VLAN_TRUNK:
		return "Trunk";
	}
	return NULL;
}

guint16
model_vlan_untagged (const vmnet_vlan *v)
{
	return v->mode == VMNET_VLAN_TRUNK ? v->native : v->access;
}

gboolean
model_vlan_equal (const vmnet_vlan *a, const vmnet_vlan *b)
{
	return a->mode == b->mode && a->access == b->access
	       && a->native == b->native
	       && g_strcmp0 (a->allowed, b->allowed) == 0
	       && !a->isolation == !b->isolation;
}

void
model_vlan_copy (vmnet_vlan *to, const vmnet_vlan *from)
{
	char *old = to->allowed;
	vmnet_vlan v = { .mode = from->mode, .isolation = from->isolation };

	if (v.mode == VMNET_VLAN_ACCESS)
		v.access = from->access;
	if (v.mode == VMNET_VLAN_TRUNK) {
		v.native = from->native;
		v.allowed = vmnet_vlan_list (from->allowed, NULL);
	}
	*to = v;
	/* Only now: `from` may point to the same list. */
	g_free (old);
}

char *
model_vlan_text (const vmnet_vlan *v)
{
	const char *mode = model_vlan_mode_text (v->mode);

	switch (v->mode) {
	case VMNET_VLAN_UNTAGGED:
		break;
	case VMNET_VLAN_ACCESS:
		return g_strdup_printf ("%s %u", mode, v->access);
	case VMNET_VLAN_TRUNK:
		return g_strdup_printf ("%s %s native %u", mode, v->allowed,
					v->native);
	}
	return g_strdup (mode);
}

char *
model_vlan_words (const vmnet_vlan *v)
{
	if (v->mode == VMNET_VLAN_UNTAGGED && !v->isolation)
		return NULL;
	if (v->isolation)
		return g_strdup_printf ("-IsolationMode Vlan "
					"-DefaultIsolationID %u "
					"-MultiTenantStack %s",
					model_vlan_untagged (v),
					v->mode == VMNET_VLAN_TRUNK
					? "On" : "Off");
	if (v->mode == VMNET_VLAN_ACCESS)
		return g_strdup_printf ("-Access -VlanId %u", v->access);
	return g_strdup_printf ("-Trunk -AllowedVlanIdList '%s' "
				"-NativeVlanId %u", v->allowed, v->native);
}

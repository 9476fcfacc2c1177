/*
 * guards.c - the guards of an adapter: one table, and what the model does with
 * all of them alike. Called by the other files of model/.
 */
#include "model/guards.h"

#include <string.h>

const vmnet_guard_info vmnet_guards[VMNET_GUARDS] = {
	[VMNET_GUARD_DHCP] = { "DhcpGuard", "dhcp_guard", TRUE, 1 },
	[VMNET_GUARD_ROUTER] = { "RouterGuard", "router_guard", TRUE, 1 },
	[VMNET_GUARD_NEIGHBOR] = { "NeighborGuard", "neighbor_guard", TRUE,
				   1 },
	[VMNET_GUARD_STORM] = { "StormLimit", "storm_limit", FALSE,
				G_MAXUINT32 },
	[VMNET_GUARD_ADDRESSES] = { "DynamicIPAddressLimit", "address_limit",
				    FALSE, VMNET_ADDRESSES_MAX },
};

gboolean
guards_ok (const char *object, const vmnet_opt *asked, GError **error)
{
	for (guint i = 0; i < VMNET_GUARDS; i++) {
		const vmnet_guard_info *g = &vmnet_guards[i];

		if (!asked[i].set || asked[i].value <= g->max)
			continue;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: -%s %" G_GUINT64_FORMAT " is out of range; "
			     "give 1 to %u, or 0 for no limit", object,
			     g->parameter, asked[i].value, g->max);
		return FALSE;
	}
	return TRUE;
}

void
guards_apply (guint32 *guards, const vmnet_opt *asked)
{
	for (guint i = 0; i < VMNET_GUARDS; i++)
		if (asked[i].set)
			guards[i] = asked[i].value;
}

gboolean
guards_equal (const guint32 *a, const guint32 *b)
{
	return memcmp (a, b, VMNET_GUARDS * sizeof *a) == 0;
}

gboolean
guards_on (const guint32 *guards)
{
	static const guint32 none[VMNET_GUARDS];

	return !guards_equal (guards, none);
}

static char *
value_text (vmnet_guard i, guint32 value)
{
	if (vmnet_guards[i].on_off)
		return g_strdup (value ? "On" : "Off");
	return g_strdup_printf ("%u", value);
}

void
guards_differ (GString *s, const guint32 *is, const vmnet_opt *asked)
{
	for (guint i = 0; i < VMNET_GUARDS; i++) {
		g_autofree char *a = value_text (i, is[i]), *b = NULL;

		if (!asked[i].set || asked[i].value == is[i])
			continue;
		b = value_text (i, asked[i].value);
		g_string_append_printf (s, "%s%s %s (asked: %s)",
					s->len ? ", " : "",
					vmnet_guards[i].parameter, a, b);
	}
}

void
guards_dump (GString *s, const guint32 *guards)
{
	for (guint i = 0; i < VMNET_GUARDS; i++) {
		g_autofree char *value = value_text (i, guards[i]);

		if (guards[i])
			g_string_append_printf (s, " -%s %s",
						vmnet_guards[i].parameter,
						value);
	}
}

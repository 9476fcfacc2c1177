/*
 * portsetting.c - SettingData of the feature that portfeature.c has: one table
 * of its members, from a port's row and to a change of it.
 */
#include "portsetting.h"

#include <string.h>

#include "types.h"

void
port_settings_clear (port_settings *s)
{
	mirror_words_clear (&s->w);
}

typedef gboolean (*set_func) (port_settings *s, const sh_value *v, guint which);

static gboolean
number_of (const sh_value *v, vmnet_opt *out)
{
	gint64 i = 0;

	out->set = TRUE;
	if (sh_value_kind (v) == SH_NULL)
		return TRUE;
	if (!sh_to_int (v, &i) || i < 0)
		return FALSE;
	out->value = i;
	return TRUE;
}

static gboolean
set_spoofing (port_settings *s, const sh_value *v, guint which)
{
	s->spoofing = sh_truth (v);
	s->c.spoofing = &s->spoofing;
	return TRUE;
}

static gboolean
set_guard (port_settings *s, const sh_value *v, guint which)
{
	if (!vmnet_guards[which].on_off)
		return number_of (v, &s->c.guards[which]);
	s->c.guards[which].set = TRUE;
	s->c.guards[which].value = sh_truth (v);
	return TRUE;
}

static gboolean
set_mode (port_settings *s, const sh_value *v, guint which)
{
	g_autofree char *text = sh_to_text (v);
	gint64 i;
	guint n;

	s->c.mirror.mode = &s->w.mode;
	if (mirror_word (vmnet_mirror_modes, text, &n))
		s->w.mode = n;
	else if (sh_to_int (v, &i) && i >= VMNET_MIRROR_NONE &&
		 i <= VMNET_MIRROR_SOURCE)
		s->w.mode = i;
	else
		return FALSE;
	return TRUE;
}

/* Sessions would be several groups of destinations on one switch. */
static gboolean
set_monitor_session (port_settings *s, const sh_value *v, guint which)
{
	vmnet_opt n = { 0 };

	return number_of (v, &n) && n.value == 0;
}

static gboolean
set_prefixes (port_settings *s, const sh_value *v, guint local)
{
	char **to = local ? &s->w.local : &s->w.remote;

	*to = mirror_list (v);
	if (local)
		s->c.mirror.local = *to;
	else
		s->c.mirror.remote = *to;
	return TRUE;
}

static gboolean
set_snap (port_settings *s, const sh_value *v, guint which)
{
	return number_of (v, &s->c.mirror.snap);
}

static gboolean
set_rate (port_settings *s, const sh_value *v, guint which)
{
	s->c.mirror.rate.set = TRUE;
	return (sh_value_kind (v) == SH_STRING &&
		sh_bits_parse (sh_text (v), &s->c.mirror.rate.value)) ||
		number_of (v, &s->c.mirror.rate);
}

static gboolean
set_to (port_settings *s, const sh_value *v, guint which)
{
	s->w.to = sh_to_text (v);
	s->c.mirror.to = s->w.to;
	return TRUE;
}

static gboolean
set_tunnel (port_settings *s, const sh_value *v, guint which)
{
	g_autofree char *text = sh_to_text (v);
	guint n;

	if (*text == '\0')
		return TRUE;
	if (!mirror_word (vmnet_tunnels, text, &n))
		return FALSE;
	s->w.tunnel = n;
	s->c.mirror.tunnel = &s->w.tunnel;
	return TRUE;
}

static gboolean
set_session (port_settings *s, const sh_value *v, guint which)
{
	return sh_value_kind (v) == SH_NULL ||
		number_of (v, &s->c.mirror.session);
}

/* `field`: where the port's own row has the value; "Mirroring" is nested. */
static const struct {
	const char *name;
	const char *field;
	gboolean mirroring;
	set_func set;
	guint which;
	const char *accepted;
} members[] = {
	{ "AllowMacSpoofing", "MacAddressSpoofing", FALSE, set_spoofing, 0,
	  "$true or $false" },
	{ "EnableDhcpGuard", "DhcpGuard", FALSE, set_guard,
	  VMNET_GUARD_DHCP, "$true or $false" },
	{ "EnableRouterGuard", "RouterGuard", FALSE, set_guard,
	  VMNET_GUARD_ROUTER, "$true or $false" },
	{ "DynamicIPAddressLimit", "DynamicIPAddressLimit", FALSE, set_guard,
	  VMNET_GUARD_ADDRESSES, "0 to 32" },
	{ "StormLimit", "StormLimit", FALSE, set_guard, VMNET_GUARD_STORM,
	  "a whole number from 0" },
	{ "MonitorMode", "Mode", TRUE, set_mode, 0,
	  "0 (None), 1 (Destination) or 2 (Source)" },
	{ "MonitorSession", NULL, TRUE, set_monitor_session, 0,
	  "0: a switch has one session here" },
	{ "MirrorLocalIPAddress", "LocalIPAddress", TRUE, set_prefixes, TRUE,
	  "prefixes" },
	{ "MirrorRemoteIPAddress", "RemoteIPAddress", TRUE, set_prefixes,
	  FALSE, "prefixes" },
	{ "MirrorSnapLength", "SnapLength", TRUE, set_snap, 0,
	  "bytes, or 0" },
	{ "MirrorRateLimit", "RateLimit", TRUE, set_rate, 0,
	  "bits per second, or 0" },
	{ "MirrorDestinationAddress", "DestinationAddress", TRUE, set_to, 0,
	  "an IP address, or nothing" },
	{ "MirrorEncapsulation", "Encapsulation", TRUE, set_tunnel, 0,
	  "Vxlan or Erspan" },
	{ "MirrorSessionId", "SessionId", TRUE, set_session, 0,
	  "a whole number from 0" },
};

/* What a new port has; a list is not shared by two objects. */
static sh_value *
default_of (guint i)
{
	if (members[i].set == set_prefixes)
		return sh_string ("ANY");
	if (members[i].set == set_to || members[i].set == set_tunnel ||
	    members[i].set == set_session)
		return sh_null ();
	if (members[i].set == set_spoofing ||
	    (members[i].set == set_guard &&
	     vmnet_guards[members[i].which].on_off))
		return sh_bool (FALSE);
	return sh_int (0);
}

/* "On" is $true here, "Source" is 2. */
static sh_value *
published_form (guint i, sh_value *v)
{
	g_autoptr (sh_value) own = v;
	g_autofree char *text = sh_to_text (own);
	guint n;

	if (members[i].set == set_mode &&
	    mirror_word (vmnet_mirror_modes, text, &n))
		return sh_int (n);
	if (sh_value_kind (own) == SH_STRING &&
	    (strcmp (text, "On") == 0 || strcmp (text, "Off") == 0))
		return sh_bool (strcmp (text, "On") == 0);
	return g_steal_pointer (&own);
}

/* `port`: a row of a port, or NULL: a new one's. */
sh_value *
port_setting_data (const sh_value *port)
{
	sh_value *o = sh_object ("Msvm_EthernetSwitchPortSecuritySettingData");
	g_autoptr (sh_value) mirroring = port ? sh_get (port, "Mirroring")
		: NULL;

	for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
		const sh_value *from = members[i].mirroring ? mirroring : port;
		sh_value *v = from && members[i].field
			? sh_get (from, members[i].field) : NULL;

		sh_set (o, members[i].name, v ? published_form (i, v)
			: default_of (i));
	}
	return o;
}

static gboolean
bad_member (const char *name, const sh_value *v, const char *accepted,
	    GError **error)
{
	g_autofree char *text = sh_to_text (v);

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "SettingData.%s: '%s' was given, accepted is %s", name,
		     text, accepted);
	return FALSE;
}

static gboolean
read_member (port_settings *s, const char *name, const sh_value *v, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS (members); i++)
		if (g_ascii_strcasecmp (members[i].name, name) == 0)
			return members[i].set (s, v, members[i].which) ||
				bad_member (name, v, members[i].accepted,
					    error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
		     "SettingData.%s: published or not, it is not built here "
		     "yet", name);
	return FALSE;
}

gboolean
port_settings_read (const sh_value *feature, port_settings *s, GError **error)
{
	g_autoptr (sh_value) data = sh_get (feature, "SettingData");
	g_auto (GStrv) names = data ? sh_properties (data) : NULL;

	for (guint i = 0; names && names[i]; i++) {
		g_autoptr (sh_value) v = sh_get (data, names[i]);

		if (!read_member (s, names[i], v, error))
			return FALSE;
	}
	if (s->w.mode != VMNET_MIRROR_SOURCE || !s->w.to || !*s->w.to) {
		s->c.mirror.tunnel = NULL;
		s->c.mirror.session.set = FALSE;
	}
	return TRUE;
}

gboolean
port_setting_is_new (const sh_value *feature)
{
	g_autoptr (sh_value) data = sh_get (feature, "SettingData");

	for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
		g_autoptr (sh_value) v = sh_get (data, members[i].name);
		g_autoptr (sh_value) d = default_of (i);
		g_autofree char *a = sh_to_text (v), *b = sh_to_text (d);

		if (strcmp (a, b) != 0)
			return FALSE;
	}
	return TRUE;
}

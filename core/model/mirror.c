/*
 * mirror.c - see mirror.h. Called by the other files of model/.
 */
#include "model/mirror.h"

#include <string.h>

#include "model/check.h"
#include "model/reader.h"

const char *const vmnet_mirror_modes[] = {
	[VMNET_MIRROR_NONE] = "None",
	[VMNET_MIRROR_DESTINATION] = "Destination",
	[VMNET_MIRROR_SOURCE] = "Source",
	NULL,
};

const char *const vmnet_tunnels[] = {
	[VMNET_TUNNEL_VXLAN] = "Vxlan",
	[VMNET_TUNNEL_ERSPAN] = "Erspan",
	NULL,
};

#define VXLAN_MAX 0xffffff
#define ERSPAN_MAX 1023

/* ---- lists of prefixes ---- */

static gboolean
is_any (const char *text)
{
	return *text == '\0' || g_ascii_strcasecmp (text, "ANY") == 0;
}

/* In the one way to write them, "10.0.0.0/8,fe80::/10"; owned. NULL with
 * error, or, without it, where any address is meant. */
static char *
canonical (const char *list, GError **error)
{
	g_auto (GStrv) parts = g_strsplit (list, ",", -1);
	g_autoptr (GString) s = g_string_new (NULL);

	if (is_any (list))
		return NULL;
	if (g_strv_length (parts) > VMNET_MIRROR_PREFIXES) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%u prefixes; give at most %d",
			     g_strv_length (parts), VMNET_MIRROR_PREFIXES);
		return NULL;
	}
	for (guint i = 0; parts[i]; i++) {
		vmnet_acl acl = { 0 };
		g_autofree char *text = NULL;

		if (!vmnet_acl_parse (g_strstrip (parts[i]), FALSE, &acl,
				      error))
			return NULL;
		text = vmnet_acl_address (&acl);
		g_string_append_printf (s, "%s%s", i ? "," : "", text);
	}
	return g_strdup (s->str);
}

static gboolean
list_ok (const char *object, const char *parameter, const char *list,
	 GError **error)
{
	g_autoptr (GError) e = NULL;

	if (list)
		g_free (canonical (list, &e));
	if (e == NULL)
		return TRUE;
	g_propagate_prefixed_error (error, g_steal_pointer (&e), "%s: -%s: ",
				    object, parameter);
	return FALSE;
}

/* ---- changes ---- */

static gboolean
refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start (ap, format);
	text = g_strdup_vprintf (format, ap);
	va_end (ap);
	g_set_error_literal (error, VMNET_ERROR, VMNET_ERROR_INVALID, text);
	return FALSE;
}

static gboolean
is_none (const char *to)
{
	return *to == '\0' || g_ascii_strcasecmp (to, "None") == 0;
}

static gboolean
numbers_ok (const char *object, const vmnet_mirror_change *c, GError **error)
{
	if (c->snap.set && c->snap.value &&
	    (c->snap.value < VMNET_MIRROR_SNAP_MIN ||
	     c->snap.value > G_MAXUINT16))
		return refuse (error, "%s: -MirrorSnapLength %"
			       G_GUINT64_FORMAT " is out of range; give %d to "
			       "%d bytes, or 0 for whole frames", object,
			       c->snap.value, VMNET_MIRROR_SNAP_MIN,
			       G_MAXUINT16);
	if (c->rate.set && c->rate.value
	    && c->rate.value < VMNET_MIRROR_RATE_MIN)
		return refuse (error, "%s: -MirrorRateLimit %"
			       G_GUINT64_FORMAT " is out of range; give %d "
			       "bits per second or more, or 0 for no limit",
			       object, c->rate.value, VMNET_MIRROR_RATE_MIN);
	return check_rate (object, "MirrorRateLimit", c->rate, error);
}

/* Of what it is to be, as a whole. */
static gboolean
tunnel_ok (const char *object, const vmnet_mirror *x, GError **error)
{
	gboolean erspan = x->tunnel == VMNET_TUNNEL_ERSPAN;
	guint32 max = erspan ? ERSPAN_MAX : VXLAN_MAX;
	vmnet_acl ip = { 0 };

	if (x->to == NULL)
		return TRUE;
	if (!vmnet_acl_parse (x->to, FALSE, &ip, NULL) ||
	    strchr (x->to, '/'))
		return refuse (error, "%s: -MirrorDestinationAddress '%s' is "
			       "no IP address; give one such as 192.0.2.1, or "
			       "None", object, x->to);
	if (erspan && ip.family != VMNET_ADDR_IPV4)
		return refuse (error, "%s: -MirrorEncapsulation Erspan goes "
			       "to an IPv4 address, not to %s; give one, or "
			       "take Vxlan", object, x->to);
	if (x->session > max)
		return refuse (error, "%s: -MirrorSessionId %u is out of "
			       "range; give 0 to %u for %s", object,
			       x->session, max, vmnet_tunnels[x->tunnel]);
	return TRUE;
}

static gboolean
has_extras (const vmnet_mirror_change *c)
{
	return (c->local && !is_any (c->local)) ||
		(c->remote && !is_any (c->remote)) ||
		(c->snap.set && c->snap.value) ||
		(c->rate.set && c->rate.value) ||
		(c->to && !is_none (c->to)) || c->tunnel || c->session.set;
}

gboolean
mirror_ok (const char *object, const vmnet_mirror *is,
	   const vmnet_mirror_change *c, GError **error)
{
	vmnet_mirror_mode mode = c->mode ? *c->mode : is->mode;
	vmnet_mirror next = *is;
	gboolean ok;

	if (mode != VMNET_MIRROR_SOURCE && has_extras (c))
		return refuse (error, "%s: what is copied and where to is "
			       "said of a source; its -PortMirroring is %s: "
			       "give -PortMirroring Source, too", object,
			       vmnet_mirror_modes[mode]);
	if (!list_ok (object, "MirrorLocalIPAddress", c->local, error) ||
	    !list_ok (object, "MirrorRemoteIPAddress", c->remote, error) ||
	    !numbers_ok (object, c, error))
		return FALSE;
	mirror_own (&next);
	if (c->to) {
		g_free (next.to);
		next.to = is_none (c->to) ? NULL : g_strdup (c->to);
	}
	if (c->tunnel)
		next.tunnel = *c->tunnel;
	if (c->session.set)
		next.session = MIN (c->session.value, G_MAXUINT32);
	ok = next.to || !(c->tunnel || c->session.set) ||
		refuse (error, "%s: -MirrorEncapsulation and -MirrorSessionId "
			"go with -MirrorDestinationAddress", object);
	ok = ok && tunnel_ok (object, &next, error);
	mirror_clear (&next);
	return ok;
}

gboolean
mirror_room (const vmnet_model *m, const vmnet_adapter *a,
	     const char *vswitch, vmnet_mirror_mode mode, GError **error)
{
	g_autofree char *object = NULL;
	guint n = 0;

	if (mode != VMNET_MIRROR_DESTINATION || vswitch == NULL)
		return TRUE;
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *b = m->adapters->pdata[i];

		n += b->mirror.mode == VMNET_MIRROR_DESTINATION &&
			!(model_name_equal (a->vm, b->vm) &&
			  model_name_equal (a->name, b->name)) &&
			model_name_equal (b->vswitch, vswitch);
	}
	if (n < VMNET_MIRROR_DESTINATIONS)
		return TRUE;
	object = check_adapter_text (a->vm, a->name);
	return refuse (error, "%s: switch '%s' has %d mirroring destinations "
		       "already, and has room for no more; give one of them "
		       "-PortMirroring None", object, vswitch,
		       VMNET_MIRROR_DESTINATIONS);
}

static void
set_list (char **to, const char *list)
{
	if (list == NULL)
		return;
	g_free (*to);
	*to = canonical (list, NULL);
}

static void
set_to (vmnet_mirror *x, const vmnet_mirror_change *c)
{
	gboolean had = x->to != NULL;
	vmnet_acl ip = { 0 };

	if (c->to) {
		g_clear_pointer (&x->to, g_free);
		if (!is_none (c->to) &&
		    vmnet_acl_parse (c->to, FALSE, &ip, NULL))
			x->to = vmnet_acl_address (&ip);
	}
	if (c->tunnel)
		x->tunnel = *c->tunnel;
	if (c->session.set)
		x->session = c->session.value;
	else if (x->to && !had)
		x->session = VMNET_MIRROR_SESSION;
	if (x->to == NULL) {
		x->tunnel = VMNET_TUNNEL_VXLAN;
		x->session = 0;
	}
}

void
mirror_apply (vmnet_mirror *x, const vmnet_mirror_change *c)
{
	if (c->mode)
		x->mode = *c->mode;
	if (x->mode != VMNET_MIRROR_SOURCE) {
		vmnet_mirror_mode mode = x->mode;

		mirror_clear (x);
		x->mode = mode;
		return;
	}
	set_list (&x->local, c->local);
	set_list (&x->remote, c->remote);
	if (c->snap.set)
		x->snap = c->snap.value;
	if (c->rate.set)
		x->rate = c->rate.value;
	set_to (x, c);
}

gboolean
mirror_equal (const vmnet_mirror *a, const vmnet_mirror *b)
{
	return a->mode == b->mode && g_strcmp0 (a->local, b->local) == 0 &&
		g_strcmp0 (a->remote, b->remote) == 0 &&
		a->snap == b->snap && a->rate == b->rate &&
		g_strcmp0 (a->to, b->to) == 0 && a->tunnel == b->tunnel &&
		a->session == b->session;
}

void
mirror_clear (vmnet_mirror *x)
{
	g_free (x->local);
	g_free (x->remote);
	g_free (x->to);
	memset (x, 0, sizeof *x);
}

void
mirror_own (vmnet_mirror *x)
{
	x->local = g_strdup (x->local);
	x->remote = g_strdup (x->remote);
	x->to = g_strdup (x->to);
}

/* ---- as text ---- */

char *
mirror_write (const vmnet_mirror *x)
{
	g_autoptr (GString) s = NULL;

	if (x->mode == VMNET_MIRROR_NONE)
		return NULL;
	s = g_string_new (vmnet_mirror_modes[x->mode]);
	if (x->local)
		g_string_append_printf (s, " local=%s", x->local);
	if (x->remote)
		g_string_append_printf (s, " remote=%s", x->remote);
	if (x->snap)
		g_string_append_printf (s, " snap=%u", x->snap);
	if (x->rate)
		g_string_append_printf (s, " rate=%" G_GUINT64_FORMAT,
					x->rate);
	if (x->to)
		g_string_append_printf (s, " to=%s tunnel=%s session=%u",
					x->to, vmnet_tunnels[x->tunnel],
					x->session);
	return g_strdup (s->str);
}

static gboolean
word_of (const char *const *words, const char *word, guint *out)
{
	for (guint i = 0; words[i]; i++)
		if (strcmp (words[i], word) == 0) {
			*out = i;
			return TRUE;
		}
	return FALSE;
}

static gboolean
number_of (const char *text, vmnet_opt *out)
{
	out->set = TRUE;
	return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64,
					   &out->value, NULL);
}

/* "snap=96" of a line. */
static gboolean
take_word (const char *word, vmnet_mirror_change *c, vmnet_tunnel *tunnel)
{
	const char *value = strchr (word, '=');
	guint i;

	if (value++ == NULL)
		return FALSE;
	if (g_str_has_prefix (word, "snap="))
		return number_of (value, &c->snap);
	if (g_str_has_prefix (word, "rate="))
		return number_of (value, &c->rate);
	if (g_str_has_prefix (word, "session="))
		return number_of (value, &c->session);
	if (g_str_has_prefix (word, "tunnel=")) {
		if (!word_of (vmnet_tunnels, value, &i))
			return FALSE;
		*tunnel = i;
		c->tunnel = tunnel;
	} else if (g_str_has_prefix (word, "local=")) {
		c->local = value;
	} else if (g_str_has_prefix (word, "remote=")) {
		c->remote = value;
	} else if (g_str_has_prefix (word, "to=")) {
		c->to = value;
	}
	return TRUE;
}

gboolean
mirror_read (const char *line, vmnet_mirror *out)
{
	g_auto (GStrv) words = g_strsplit (line, " ", -1);
	vmnet_mirror_change c = { 0 };
	vmnet_mirror_mode mode;
	vmnet_tunnel tunnel;
	guint i;

	if (words[0] == NULL || !word_of (vmnet_mirror_modes, words[0], &i))
		return FALSE;
	mode = i;
	c.mode = &mode;
	for (i = 1; words[i]; i++)
		if (!take_word (words[i], &c, &tunnel))
			return FALSE;
	if (!mirror_ok ("", out, &c, NULL))
		return FALSE;
	mirror_apply (out, &c);
	return TRUE;
}

void
mirror_get (reader *r, vmnet_mirror *out)
{
	g_autofree char *line = read_string (r, "mirror");

	if (line && !mirror_read (line, out))
		read_bad (r, "mirror", "'%s' says nothing of mirroring", line);
}

void
mirror_dump (GString *s, const vmnet_mirror *x)
{
	if (x->mode == VMNET_MIRROR_NONE)
		return;
	g_string_append_printf (s, " -PortMirroring %s",
				vmnet_mirror_modes[x->mode]);
	if (x->local)
		g_string_append_printf (s, " -MirrorLocalIPAddress '%s'",
					x->local);
	if (x->remote)
		g_string_append_printf (s, " -MirrorRemoteIPAddress '%s'",
					x->remote);
	if (x->snap)
		g_string_append_printf (s, " -MirrorSnapLength %u", x->snap);
	if (x->rate)
		g_string_append_printf (s, " -MirrorRateLimit %"
					G_GUINT64_FORMAT, x->rate);
	if (x->to)
		g_string_append_printf (s, " -MirrorDestinationAddress '%s' "
					"-MirrorEncapsulation %s "
					"-MirrorSessionId %u", x->to,
					vmnet_tunnels[x->tunnel],
					x->session);
}

/* By SettingData's members, whose names are the parameters'. */
void
mirror_dump_uplink (GString *s, const vmnet_mirror *x, const char *vswitch)
{
	static const char f[] = "$f.SettingData.";

	if (x->mode == VMNET_MIRROR_NONE)
		return;
	g_string_append_printf (s, "$f = Get-VMSystemSwitchExtensionPortFeature "
				"-FeatureName '%s'\n%sMonitorMode = %d\n",
				VMNET_PORT_SECURITY, f, x->mode);
	if (x->local)
		g_string_append_printf (s, "%sMirrorLocalIPAddress = '%s'\n",
					f, x->local);
	if (x->remote)
		g_string_append_printf (s, "%sMirrorRemoteIPAddress = '%s'\n",
					f, x->remote);
	if (x->snap)
		g_string_append_printf (s, "%sMirrorSnapLength = %u\n", f,
					x->snap);
	if (x->rate)
		g_string_append_printf (s, "%sMirrorRateLimit = %"
					G_GUINT64_FORMAT "\n", f, x->rate);
	if (x->to)
		g_string_append_printf (
			s, "%sMirrorDestinationAddress = '%s'\n"
			"%sMirrorEncapsulation = '%s'\n"
			"%sMirrorSessionId = %u\n", f, x->to, f,
			vmnet_tunnels[x->tunnel], f, x->session);
	g_string_append_printf (s, "Add-VMSwitchExtensionPortFeature "
				"-ExternalPort -SwitchName %s "
				"-VMSwitchExtensionFeature $f\n", vswitch);
}

void
mirror_differ (GString *s, const vmnet_mirror *is,
	       const vmnet_mirror_change *asked)
{
	vmnet_mirror next = *is;
	g_autofree char *a = mirror_write (is), *b = NULL;

	mirror_own (&next);
	mirror_apply (&next, asked);
	b = mirror_write (&next);
	if (!mirror_equal (is, &next))
		g_string_append_printf (s, "%sPortMirroring %s (asked: %s)",
					s->len ? ", " : "", a ? a : "None",
					b ? b : "None");
	mirror_clear (&next);
}

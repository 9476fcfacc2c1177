/*
 * extacl.c - entries of extended ACLs as text: what people type, what is shown,
 * dumped and stored. Called by the shell, edit_extacl.c, the store, views and
 * traces.
 */
#include <netinet/in.h>
#include "model/model.h"

#include <string.h>

#define ANY "ANY"

static const struct {
	const char *name;
	guint8 number;
} protocols[] = {
	/* The first one of a number is the one that is shown. */
	{ "ICMP", 1 }, { "ICMPv4", 1 }, { "IGMP", 2 }, { "TCP", 6 },
	{ "UDP", 17 }, { "GRE", 47 }, { "ESP", 50 }, { "AH", 51 },
	{ "ICMPv6", 58 }, { "SCTP", 132 }, { "UDPLite", 136 },
};

static gboolean
is_any (const char *text)
{
	return g_ascii_strcasecmp (text, ANY) == 0 || strcmp (text, "*") == 0;
}

gboolean
vmnet_prefix_parse (const char *text, vmnet_prefix *out, GError **error)
{
	vmnet_acl acl = { 0 };

	memset (out, 0, sizeof *out);
	if (is_any (text))
		return TRUE;
	if (!vmnet_acl_parse (text, FALSE, &acl, error))
		return FALSE;
	out->given = TRUE;
	out->family = acl.family;
	out->prefix = acl.prefix;
	memcpy (out->addr, acl.addr, sizeof out->addr);
	return TRUE;
}

static gboolean
port_read (const char *text, guint16 *out)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &value,
					 NULL))
		return FALSE;
	*out = value;
	return TRUE;
}

gboolean
vmnet_ports_parse (const char *text, vmnet_ports *out, GError **error)
{
	g_auto (GStrv) part = NULL;

	memset (out, 0, sizeof *out);
	if (is_any (text))
		return TRUE;
	part = g_strsplit (text, "-", 2);
	out->given = TRUE;
	if (part[0] == NULL || !port_read (part[0], &out->first) ||
	    !port_read (part[1] ? part[1] : part[0], &out->last)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "port '%s': neither a number of 0 to 65535 nor a "
			     "range like 80-90 nor ANY", text);
		return FALSE;
	}
	if (out->first <= out->last)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "port '%s': the range ends before it begins; write %u-%u",
		     text, out->last, out->first);
	return FALSE;
}

gboolean
vmnet_protocol_parse (const char *text, vmnet_opt *out, GError **error)
{
	guint64 number;

	*out = (vmnet_opt) { FALSE, 0 };
	if (is_any (text))
		return TRUE;
	out->set = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
		if (g_ascii_strcasecmp (protocols[i].name, text) == 0) {
			out->value = protocols[i].number;
			return TRUE;
		}
	if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT8, &number,
					NULL)) {
		out->value = number;
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "protocol '%s': neither TCP, UDP, ICMP, ICMPv6 or another "
		     "known name, nor a number of 0 to 255, nor ANY", text);
	return FALSE;
}

char *
vmnet_prefix_text (const vmnet_prefix *p)
{
	vmnet_acl acl = { .family = p->family, .prefix = p->prefix };

	if (!p->given)
		return g_strdup (ANY);
	memcpy (acl.addr, p->addr, sizeof acl.addr);
	return vmnet_acl_address (&acl);
}

char *
vmnet_ports_text (const vmnet_ports *p)
{
	if (!p->given)
		return g_strdup (ANY);
	if (p->first == p->last)
		return g_strdup_printf ("%u", p->first);
	return g_strdup_printf ("%u-%u", p->first, p->last);
}

gboolean
vmnet_protocol_has_ports (guint8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
		protocol == IPPROTO_SCTP || protocol == IPPROTO_UDPLITE;
}

char *
vmnet_protocol_text (vmnet_opt protocol)
{
	if (!protocol.set)
		return g_strdup (ANY);
	for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
		if (protocols[i].number == protocol.value)
			return g_strdup (protocols[i].name);
	return g_strdup_printf ("%u", (guint) protocol.value);
}

char *
vmnet_extacl_text (const vmnet_extacl *e)
{
	g_autofree char *protocol = vmnet_protocol_text (e->protocol);
	g_autofree char *local = vmnet_prefix_text (&e->local);
	g_autofree char *remote = vmnet_prefix_text (&e->remote);
	g_autofree char *local_port = vmnet_ports_text (&e->local_port);
	g_autofree char *remote_port = vmnet_ports_text (&e->remote_port);
	GString *s = g_string_new (NULL);

	g_string_append_printf (
		s, "%s %s weight %u protocol %s local %s port %s remote %s "
		"port %s", model_direction_text (e->direction),
		model_action_text (e->action), e->weight, protocol, local,
		local_port, remote, remote_port);
	if (e->stateful)
		g_string_append_printf (s, " stateful, idle %u s", e->idle);
	if (e->isolation)
		g_string_append_printf (s, " isolation %u", e->isolation);
	return g_string_free (s, FALSE);
}

static gboolean
prefixes_equal (const vmnet_prefix *a, const vmnet_prefix *b)
{
	if (!a->given || !b->given)
		return !a->given == !b->given;
	return a->family == b->family && a->prefix == b->prefix &&
		memcmp (a->addr, b->addr, sizeof a->addr) == 0;
}

static gboolean
ports_equal (const vmnet_ports *a, const vmnet_ports *b)
{
	return !a->given == !b->given && a->first == b->first &&
		a->last == b->last;
}

gboolean
vmnet_extacl_equal (const vmnet_extacl *a, const vmnet_extacl *b)
{
	return a->direction == b->direction && a->action == b->action &&
		a->weight == b->weight &&
		prefixes_equal (&a->local, &b->local) &&
		prefixes_equal (&a->remote, &b->remote) &&
		a->protocol.set == b->protocol.set &&
		a->protocol.value == b->protocol.value &&
		ports_equal (&a->local_port, &b->local_port) &&
		ports_equal (&a->remote_port, &b->remote_port) &&
		!a->stateful == !b->stateful && a->idle == b->idle &&
		a->isolation == b->isolation;
}

gboolean
model_extacls_same (const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++) {
		const vmnet_extacl *x = a->pdata[i], *y = b->pdata[i];

		if (x->id != y->id || !vmnet_extacl_equal (x, y))
			return FALSE;
	}
	return TRUE;
}

/* ---- as the store has them ---- */

enum {
	W_ID, W_DIRECTION, W_ACTION, W_WEIGHT, W_PROTOCOL, W_LOCAL, W_REMOTE,
	W_LOCAL_PORT, W_REMOTE_PORT, W_IDLE, W_ISOLATION, WORDS
};

/* "12 Inbound Allow 10 TCP ANY 10.0.0.0/8 80 ANY 300 0"; idle 0: stateless. */
char *
model_extacl_write (const vmnet_extacl *e)
{
	g_autofree char *protocol = vmnet_protocol_text (e->protocol);
	g_autofree char *local = vmnet_prefix_text (&e->local);
	g_autofree char *remote = vmnet_prefix_text (&e->remote);
	g_autofree char *local_port = vmnet_ports_text (&e->local_port);
	g_autofree char *remote_port = vmnet_ports_text (&e->remote_port);

	return g_strdup_printf ("%u %s %s %u %s %s %s %s %s %u %u", e->id,
				model_direction_text (e->direction),
				model_action_text (e->action), e->weight,
				protocol, local, remote, local_port,
				remote_port, e->stateful ? e->idle : 0,
				e->isolation);
}

static gboolean
number_read (const char *text, guint64 min, guint64 max, guint32 *out)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned (text, 10, min, max, &value, NULL))
		return FALSE;
	*out = value;
	return TRUE;
}

static gboolean
words_read (char **w, vmnet_extacl *e)
{
	e->direction = strcmp (w[W_DIRECTION], "Inbound") == 0
		? VMNET_INBOUND : VMNET_OUTBOUND;
	e->action = strcmp (w[W_ACTION], "Deny") == 0 ? VMNET_ACL_DENY
		: VMNET_ACL_ALLOW;
	return strcmp (w[W_DIRECTION],
		       model_direction_text (e->direction)) == 0 &&
		strcmp (w[W_ACTION], model_action_text (e->action)) == 0 &&
		number_read (w[W_ID], 1, G_MAXUINT32, &e->id) &&
		number_read (w[W_WEIGHT], 0, G_MAXINT32, &e->weight) &&
		vmnet_protocol_parse (w[W_PROTOCOL], &e->protocol, NULL) &&
		vmnet_prefix_parse (w[W_LOCAL], &e->local, NULL) &&
		vmnet_prefix_parse (w[W_REMOTE], &e->remote, NULL) &&
		vmnet_ports_parse (w[W_LOCAL_PORT], &e->local_port, NULL) &&
		vmnet_ports_parse (w[W_REMOTE_PORT], &e->remote_port, NULL) &&
		number_read (w[W_IDLE], 0, VMNET_IDLE_MAX, &e->idle) &&
		number_read (w[W_ISOLATION], 0, G_MAXINT32, &e->isolation);
}

vmnet_extacl *
model_extacl_read (const char *text)
{
	g_auto (GStrv) w = g_strsplit (text ? text : "", " ", WORDS + 1);
	g_autofree vmnet_extacl *e = g_new0 (vmnet_extacl, 1);

	if (g_strv_length (w) != WORDS || !words_read (w, e))
		return NULL;
	e->stateful = e->idle > 0;
	return g_steal_pointer (&e);
}

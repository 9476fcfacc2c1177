/*
 * natmap.c - static mappings of a NAT: as one line of the store, which is the
 * comment of their rule in the kernel, too. Called by edit, plan and view.
 */
#include "model/edit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "model/check.h"

#define WHAT "static mapping"

/* "7 TCP 0.0.0.0 8080 192.168.7.2 80 0.0.0.0/0" */
char *
vmnet_natmap_text (const vmnet_natmap *p)
{
	return g_strdup_printf ("%u %s %s %u %s %u %s", p->id,
				p->udp ? "UDP" : "TCP", p->external,
				p->external_port, p->internal,
				p->internal_port, p->remote);
}

gboolean
vmnet_natmap_parse (const char *text, vmnet_natmap *out)
{
	char protocol[4];

	memset (out, 0, sizeof *out);
	if (sscanf (text, "%u %3s %15s %hu %15s %hu %18s", &out->id, protocol,
		    out->external, &out->external_port, out->internal,
		    &out->internal_port, out->remote) != 7)
		return FALSE;
	out->udp = strcmp (protocol, "UDP") == 0;
	return out->udp || strcmp (protocol, "TCP") == 0;
}

static gboolean
refuse (GError **error, const char *nat, const char *format, const char *what)
{
	return check_invalid (error, "NAT", nat, format, what);
}

/* One address of IPv4, in canonical form. */
static gboolean
address (const char *nat, char out[16], GError **error)
{
	struct in_addr a;

	if (inet_pton (AF_INET, out, &a) != 1)
		return refuse (error, nat, "'%s' is no address of IPv4", out);
	inet_ntop (AF_INET, &a, out, 16);
	return TRUE;
}

static gboolean
prefix (const char *nat, char out[19], GError **error)
{
	vmnet_acl ip = { 0 };
	g_autofree char *text = NULL;

	if (*out == '\0')
		g_strlcpy (out, "0.0.0.0/0", 19);
	if (!vmnet_acl_parse (out, FALSE, &ip, error))
		return FALSE;
	if (ip.family != VMNET_ADDR_IPV4)
		return refuse (error, nat, "'%s' is not IPv4", out);
	text = g_strdup_printf ("%u.%u.%u.%u/%u", ip.addr[0], ip.addr[1],
				ip.addr[2], ip.addr[3], ip.prefix);
	g_strlcpy (out, text, 19);
	return TRUE;
}

static gboolean
is_inside (const vmnet_nat *n, const vmnet_natmap *p, GError **error)
{
	vmnet_acl net = { 0 };
	guint8 a[4];

	vmnet_acl_parse (n->inside, FALSE, &net, NULL);
	inet_pton (AF_INET, p->internal, a);
	for (guint i = 0; i < net.prefix; i++)
		if ((a[i / 8] ^ net.addr[i / 8]) & 0x80 >> i % 8)
			return check_invalid (error, "NAT", n->name, "%s is "
					      "not in its network %s",
					      p->internal, n->inside);
	return TRUE;
}

/* One that takes the same packets; NULL: none. Overwrites `out`. */
static const vmnet_nat *
rival (const vmnet_model *m, const vmnet_natmap *p, vmnet_natmap *out,
       guint32 *last)
{
	for (guint i = 0; i < m->nats->len; i++) {
		const vmnet_nat *n = m->nats->pdata[i];

		for (guint k = 0; n->maps[k]; k++) {
			if (!vmnet_natmap_parse (n->maps[k], out))
				continue;
			*last = MAX (*last, out->id);
			if (!out->udp == !p->udp
			    && out->external_port == p->external_port
			    && strcmp (out->external, p->external) == 0
			    && strcmp (out->remote, p->remote) == 0)
				return n;
		}
	}
	return NULL;
}

static guint32
last_id (const vmnet_model *m)
{
	const vmnet_natmap none = { .external = "-" };
	vmnet_natmap at;
	guint32 last = 0;

	rival (m, &none, &at, &last);
	return last;
}

gboolean
model_natmap_add (vmnet_model *m, const char *nat, vmnet_natmap *p,
		  GError **error)
{
	vmnet_nat *n = model_nat_find (m, nat);
	const vmnet_nat *other;
	vmnet_natmap there = { 0 };
	guint32 last = 0;
	guint count;

	if (n == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "there is no NAT '%s'; New-NetNat makes one", nat);
		return FALSE;
	}
	if (p->internal_port == 0)
		p->internal_port = p->external_port;
	if (p->external_port == 0)
		return refuse (error, n->name, "-%s is 0; give 1 to 65535",
			       "ExternalPort");
	if (!address (n->name, p->external, error)
	    || !address (n->name, p->internal, error)
	    || !prefix (n->name, p->remote, error)
	    || !is_inside (n, p, error))
		return FALSE;
	other = rival (m, p, &there, &last);
	if (other && strcmp (there.internal, p->internal) == 0
	    && there.internal_port == p->internal_port) {
		*p = there;
		return TRUE;
	}
	if (other) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "NAT '%s': port %u of %s goes to %s:%u already "
			     "(" WHAT " %u of NAT '%s'); remove that with "
			     "Remove-NetNatStaticMapping", n->name,
			     p->external_port, p->external, there.internal,
			     there.internal_port, there.id, other->name);
		return FALSE;
	}
	p->id = last_id (m) + 1;
	count = g_strv_length (n->maps);
	n->maps = g_renew (char *, n->maps, count + 2);
	n->maps[count] = vmnet_natmap_text (p);
	n->maps[count + 1] = NULL;
	return TRUE;
}

gboolean
model_natmap_remove (vmnet_model *m, guint32 id, GError **error)
{
	for (guint i = 0; i < m->nats->len; i++) {
		vmnet_nat *n = m->nats->pdata[i];

		for (guint k = 0; n->maps[k]; k++) {
			vmnet_natmap p;

			if (!vmnet_natmap_parse (n->maps[k], &p) || p.id != id)
				continue;
			g_free (n->maps[k]);
			do
				n->maps[k] = n->maps[k + 1];
			while (n->maps[k++]);
			return TRUE;
		}
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no " WHAT " %u; Get-NetNatStaticMapping lists "
		     "them", id);
	return FALSE;
}

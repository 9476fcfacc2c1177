/*
 * decode.c - see decode.h. Every read goes through take(), which hands out a
 * pointer only when all of the bytes are there.
 */
#include "trace/decode.h"

#include <arpa/inet.h>
#include <string.h>

#define CUT " …"

typedef struct {
	const guint8 *p;
	gsize n;
} bytes;

static const guint8 *
take (bytes *b, gsize n)
{
	const guint8 *p = b->p;

	if (b->n < n)
		return NULL;
	b->p += n;
	b->n -= n;
	return p;
}

static guint
be16 (const guint8 *p)
{
	return p[0] << 8 | p[1];
}

static void
add_mac (GString *out, const guint8 *p)
{
	g_string_append_printf (out, "%02X-%02X-%02X-%02X-%02X-%02X", p[0],
				p[1], p[2], p[3], p[4], p[5]);
}

typedef struct {
	guint number;
	const char *name;
} number_name;

static const char *
known (const number_name *names, guint number)
{
	for (; names->name; names++)
		if (names->number == number)
			return names->name;
	return NULL;
}

/* ---- transport ---------------------------------------------------------- */

/* An address pair, printed once the ports are known, or known to be none. */
typedef struct {
	int family;
	const guint8 *from, *to;
} endpoints;

static void
add_address (GString *out, int family, const guint8 *addr, int port)
{
	char text[INET6_ADDRSTRLEN] = "";
	gboolean brackets = family == AF_INET6 && port >= 0;

	inet_ntop (family, addr, text, sizeof text);
	g_string_append_printf (out, brackets ? "[%s]" : "%s", text);
	if (port >= 0)
		g_string_append_printf (out, ":%d", port);
}

static void
add_endpoints (GString *out, const endpoints *e, int from, int to)
{
	g_string_append (out, e->family == AF_INET ? "IPv4 " : "IPv6 ");
	add_address (out, e->family, e->from, from);
	g_string_append (out, " > ");
	add_address (out, e->family, e->to, to);
}

static void
add_tcp (GString *out, const endpoints *e, bytes b)
{
	static const char *const flags[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR",
	};
	const guint8 *p = take (&b, 14);

	if (p == NULL) {
		add_endpoints (out, e, -1, -1);
		g_string_append (out, " TCP" CUT);
		return;
	}
	add_endpoints (out, e, be16 (p), be16 (p + 2));
	g_string_append (out, " TCP");
	for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
		if (p[13] & 1 << i)
			g_string_append_printf (out, " %s", flags[i]);
}

static void
add_udp (GString *out, const endpoints *e, bytes b)
{
	const guint8 *p = take (&b, 6);
	int length;

	if (p == NULL) {
		add_endpoints (out, e, -1, -1);
		g_string_append (out, " UDP" CUT);
		return;
	}
	add_endpoints (out, e, be16 (p), be16 (p + 2));
	length = (int) be16 (p + 4) - 8;
	g_string_append (out, " UDP");
	if (length >= 0)
		g_string_append_printf (out, " %d bytes", length);
}

static void
add_echo (GString *out, const char *what, bytes b)
{
	const guint8 *p = take (&b, 6);

	g_string_append_printf (out, " %s", what);
	if (p)
		g_string_append_printf (out, " id %u seq %u", be16 (p + 2),
					be16 (p + 4));
	else
		g_string_append (out, CUT);
}

static void
add_icmp_type (GString *out, const char *name, guint type, guint code)
{
	if (name)
		g_string_append_printf (out, " %s", name);
	else
		g_string_append_printf (out, " type %u", type);
	if (code)
		g_string_append_printf (out, " code %u", code);
}

static void
add_icmp (GString *out, const endpoints *e, bytes b)
{
	static const number_name types[] = {
		{ 3, "unreachable" }, { 4, "source quench" },
		{ 5, "redirect" }, { 9, "router advertisement" },
		{ 10, "router solicitation" },
		{ 11, "time exceeded" }, { 12, "bad parameter" },
		{ 0, NULL },
	};
	const guint8 *p = take (&b, 2);

	add_endpoints (out, e, -1, -1);
	g_string_append (out, " ICMP");
	if (p == NULL)
		g_string_append (out, CUT);
	else if (p[0] == 8)
		add_echo (out, "echo request", b);
	else if (p[0] == 0)
		add_echo (out, "echo reply", b);
	else
		add_icmp_type (out, known (types, p[0]), p[0], p[1]);
}

/* The target of a neighbour message lies behind checksum and flags. */
static void
add_neighbour (GString *out, const char *what, bytes b)
{
	const guint8 *p = take (&b, 22);

	g_string_append_printf (out, " %s ", what);
	if (p)
		add_address (out, AF_INET6, p + 6, -1);
	else
		g_string_append (out, "…");
}

static void
add_icmp6 (GString *out, const endpoints *e, bytes b)
{
	static const number_name types[] = {
		{ 1, "unreachable" }, { 2, "packet too big" },
		{ 3, "time exceeded" }, { 4, "bad parameter" },
		{ 130, "listener query" }, { 131, "listener report" },
		{ 132, "listener done" },
		{ 133, "router solicitation" },
		{ 134, "router advertisement" }, { 137, "redirect" },
		{ 143, "listener report" }, { 0, NULL },
	};
	const guint8 *p = take (&b, 2);

	add_endpoints (out, e, -1, -1);
	g_string_append (out, " ICMPv6");
	if (p == NULL)
		g_string_append (out, CUT);
	else if (p[0] == 128)
		add_echo (out, "echo request", b);
	else if (p[0] == 129)
		add_echo (out, "echo reply", b);
	else if (p[0] == 135)
		add_neighbour (out, "neighbour solicitation for", b);
	else if (p[0] == 136)
		add_neighbour (out, "neighbour advertisement of", b);
	else
		add_icmp_type (out, known (types, p[0]), p[0], p[1]);
}

static void
add_other (GString *out, const endpoints *e, guint protocol)
{
	static const number_name names[] = {
		{ 1, "ICMP" }, { 2, "IGMP" },
		{ 4, "IPv4 in IP" }, { 6, "TCP" }, { 17, "UDP" },
		{ 41, "IPv6 in IP" }, { 47, "GRE" },
		{ 50, "ESP" }, { 51, "AH" },
		{ 58, "ICMPv6" }, { 59, "no payload" },
		{ 89, "OSPF" }, { 112, "VRRP" }, { 132, "SCTP" },
		{ 0, NULL },
	};
	const char *name = known (names, protocol);

	add_endpoints (out, e, -1, -1);
	if (name)
		g_string_append_printf (out, " %s", name);
	else
		g_string_append_printf (out, " protocol %u", protocol);
}

static void
add_transport (GString *out, const endpoints *e, guint protocol, bytes b)
{
	if (protocol == IPPROTO_TCP)
		add_tcp (out, e, b);
	else if (protocol == IPPROTO_UDP)
		add_udp (out, e, b);
	else if (protocol == IPPROTO_ICMP && e->family == AF_INET)
		add_icmp (out, e, b);
	else if (protocol == IPPROTO_ICMPV6 && e->family == AF_INET6)
		add_icmp6 (out, e, b);
	else
		add_other (out, e, protocol);
}

/* ---- network ------------------------------------------------------------ */

static void
add_ipv4 (GString *out, bytes b)
{
	const guint8 *p = take (&b, 20);
	endpoints e = { AF_INET, p ? p + 12 : NULL, p ? p + 16 : NULL };
	guint header, offset;

	if (p == NULL) {
		g_string_append (out, "IPv4" CUT);
		return;
	}
	header = (p[0] & 15) * 4;
	offset = (be16 (p + 6) & 0x1fff) * 8;
	if (p[0] >> 4 != 4 || header < 20) {
		g_string_append (out, "IPv4 malformed header");
	} else if (offset > 0) {
		add_other (out, &e, p[9]);
		g_string_append_printf (out, " fragment at %u", offset);
	} else {
		/* Options that are cut off leave no transport header. */
		if (take (&b, header - 20) == NULL)
			b.n = 0;
		add_transport (out, &e, p[9], b);
	}
}

static gboolean
is_extension (guint next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING
		|| next == IPPROTO_DSTOPTS;
}

static void
add_ipv6 (GString *out, bytes b)
{
	const guint8 *p = take (&b, 40), *x;
	endpoints e = { AF_INET6, p ? p + 8 : NULL, p ? p + 24 : NULL };
	guint next, offset = 0;

	if (p == NULL) {
		g_string_append (out, "IPv6" CUT);
		return;
	}
	if (p[0] >> 4 != 6) {
		g_string_append (out, "IPv6 malformed header");
		return;
	}
	next = p[6];
	while (is_extension (next) && (x = take (&b, 8))) {
		next = x[0];
		if (take (&b, x[1] * 8) == NULL)
			b.n = 0;
	}
	if (next == IPPROTO_FRAGMENT && (x = take (&b, 8))) {
		next = x[0];
		offset = be16 (x + 2) & 0xfff8;
	}
	if (offset == 0) {
		add_transport (out, &e, next, b);
	} else {
		add_other (out, &e, next);
		g_string_append_printf (out, " fragment at %u", offset);
	}
}

static void
add_arp (GString *out, bytes b)
{
	const guint8 *p = take (&b, 28);

	g_string_append (out, "ARP");
	if (p == NULL) {
		g_string_append (out, CUT);
	} else if (be16 (p + 2) != 0x0800 || p[4] != 6 || p[5] != 4) {
		g_string_append_printf (out, " for protocol 0x%04x",
					be16 (p + 2));
	} else if (be16 (p + 6) == 1) {
		g_string_append (out, " who has ");
		add_address (out, AF_INET, p + 24, -1);
		g_string_append (out, ", tell ");
		add_address (out, AF_INET, p + 14, -1);
	} else {
		g_string_append (out, " ");
		add_address (out, AF_INET, p + 14, -1);
		g_string_append (out, " is at ");
		add_mac (out, p + 8);
	}
}

/* ---- link --------------------------------------------------------------- */

static void
add_unknown (GString *out, const guint8 *macs, guint type)
{
	static const number_name names[] = {
		{ 0x8809, "LACP" }, { 0x888e, "EAPOL" },
		{ 0x88cc, "LLDP" }, { 0x8847, "MPLS" },
		{ 0x8906, "FCoE" }, { 0x88f7, "PTP" },
		{ 0, NULL },
	};
	const char *name = known (names, type);

	add_mac (out, macs + 6);
	g_string_append (out, " > ");
	add_mac (out, macs);
	if (name)
		g_string_append_printf (out, " %s", name);
	else if (type < 0x600)
		g_string_append_printf (out, " LLC %u bytes", type);
	else
		g_string_append_printf (out, " ethertype 0x%04x", type);
}

static gboolean
is_vlan (guint type)
{
	return type == 0x8100 || type == 0x88a8;
}

char *
decode_frame (const guint8 *data, gsize captured)
{
	GString *out = g_string_new (NULL);
	bytes b = { data, captured };
	const guint8 *eth = take (&b, 14), *tag;
	guint type;

	if (eth == NULL) {
		g_string_append (out, "Ethernet" CUT);
		return g_string_free (out, FALSE);
	}
	type = be16 (eth + 12);
	while (is_vlan (type) && (tag = take (&b, 4))) {
		g_string_append_printf (out, "VLAN %u ", be16 (tag) & 0xfff);
		type = be16 (tag + 2);
	}
	if (type == 0x0800)
		add_ipv4 (out, b);
	else if (type == 0x86dd)
		add_ipv6 (out, b);
	else if (type == 0x0806)
		add_arp (out, b);
	else
		add_unknown (out, eth, type);
	return g_string_free (out, FALSE);
}

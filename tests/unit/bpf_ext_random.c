/* bpf_ext_random.c - see bpf_ext_random.h. Few values, so that they meet. */
#include "bpf_ext_random.h"

#include <arpa/inet.h>
#include <string.h>

#define IDLE 3600

/* ---- random entries ---- */

static void
some_address (ext_dice *t, guint8 *to, guint family)
{
	memset (to, 0, 16);
	to[0] = family == 4 ? 10 : 0xfd;
	to[family == 4 ? 3 : 15] = 1 + pick (&t->dice, 4);
	to[1] = pick (&t->dice, 2);
}

static guint16
some_port (ext_dice *t)
{
	static const guint16 ports[] = { 0, 1, 22, 79, 80, 81, 443, 1024,
		32767, 32768, 65534, 65535 };

	return pick (&t->dice, 3) ? ports[pick (&t->dice,
						G_N_ELEMENTS (ports))]
		: pick (&t->dice, 65536);
}

static guint16
some_vlan (ext_dice *t)
{
	static const guint16 vlans[] = { 1, 7, 8, 0x107, 4094 };

	return vlans[pick (&t->dice, G_N_ELEMENTS (vlans))];
}

static void
some_prefix (ext_dice *t, vmnet_prefix *p, vmnet_family family)
{
	static const guint8 v4[] = { 0, 8, 15, 16, 30, 31, 32 };
	static const guint8 v6[] = { 0, 7, 15, 16, 126, 127, 128 };
	guint i, v4s = family == VMNET_ADDR_IPV4;

	if (pick (&t->dice, 2))
		return;
	p->given = TRUE;
	p->family = family;
	some_address (t, p->addr, v4s ? 4 : 6);
	p->prefix = (v4s ? v4 : v6)[pick (&t->dice, 7)];
	for (i = p->prefix; i < 128; i++)
		p->addr[i / 8] &= ~(0x80 >> i % 8);
}

static void
some_ports (ext_dice *t, vmnet_ports *p)
{
	guint16 a = some_port (t), b = some_port (t);

	if (pick (&t->dice, 2))
		return;
	p->given = TRUE;
	p->first = MIN (a, b);
	p->last = pick (&t->dice, 2) ? MAX (a, b) : p->first;
}

static vmnet_extacl *
some_entry (ext_dice *t, guint32 weight)
{
	static const guint8 protocols[] = { 6, 6, 17, 1, 58, 47 };
	vmnet_family family = pick (&t->dice, 2) ? VMNET_ADDR_IPV4
		: VMNET_ADDR_IPV6;
	vmnet_extacl *e = g_new0 (vmnet_extacl, 1);

	e->id = ++t->next_id;
	e->weight = weight;
	e->direction = pick (&t->dice, 2) ? VMNET_INBOUND : VMNET_OUTBOUND;
	e->action = pick (&t->dice, 2) ? VMNET_ACL_ALLOW : VMNET_ACL_DENY;
	some_prefix (t, &e->local, family);
	some_prefix (t, &e->remote, family);
	if (pick (&t->dice, 3)) {
		e->protocol.set = TRUE;
		e->protocol.value = protocols[pick (&t->dice, 6)];
	}
	if (e->protocol.value == 6 || e->protocol.value == 17) {
		some_ports (t, &e->local_port);
		some_ports (t, &e->remote_port);
	}
	if (e->action == VMNET_ACL_ALLOW && pick (&t->dice, 2)) {
		e->stateful = TRUE;
		e->idle = IDLE;
	}
	if (pick (&t->dice, 3) == 0)
		e->isolation = some_vlan (t);
	return e;
}

GPtrArray *
some_entries (ext_dice *t, guint max)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	guint n = pick (&t->dice, max + 1);

	/* Weights are unlike each other, and in no order. */
	while (n-- > 0)
		g_ptr_array_insert (out, pick (&t->dice, out->len + 1),
				    some_entry (t, n * 7 % 997 + n * 1000));
	return out;
}

/* ---- random frames ---- */

static guint
put_extensions (ext_dice *t, packet *p, guint8 *ip, guint n, gboolean later)
{
	static const guint8 kinds[] = { 0, 43, 60, 51, 44 };
	guint8 *next = ip + 6, *at = ip + 40;

	for (; n > 0; n--) {
		guint8 kind = later && n == 1 ? 44 : kinds[pick (&t->dice, 5)];

		*next = kind;
		next = at;
		at[1] = kind == 44 ? 0 : 1 + pick (&t->dice, 2);
		/* A first fragment; or one with more behind it. */
		at[3] = kind == 44 ? (later && n == 1 ? 0x10 : 1) : 0;
		at += kind == 44 ? 8 : kind == 51 ? (at[1] + 2) * 4
			: (at[1] + 1) * 8;
	}
	*next = p->t.protocol;
	return at - ip;
}

static guint
put_ip (ext_dice *t, packet *p, guint8 *ip, gboolean later)
{
	guint8 *from = p->inbound ? p->t.remote : p->t.local;
	guint8 *to = p->inbound ? p->t.local : p->t.remote;
	guint n;

	if (p->t.family == 4) {
		guint words = pick (&t->dice, 4) ? 5 : 5 + pick (&t->dice, 11);

		ip[0] = 0x40 | words;
		ip[6] = pick (&t->dice, 3) ? 0x40 : 0x20;
		ip[7] = later ? 9 : 0;
		ip[9] = p->t.protocol;
		memcpy (ip + 12, from, 4);
		memcpy (ip + 16, to, 4);
		return words * 4;
	}
	n = pick (&t->dice, 2) ? 0 : pick (&t->dice, 7);
	if (pick (&t->dice, 40) == 0) {
		n = 7;
		p->broken = TRUE;
	} else if (later && n == 0) {
		n = 1;
	}
	ip[0] = 0x60;
	memcpy (ip + 8, from, 16);
	memcpy (ip + 24, to, 16);
	return put_extensions (t, p, ip, n, later && !p->broken);
}

static void
put_upper (ext_dice *t, packet *p, guint8 *at)
{
	gboolean echo = p->t.protocol == (p->t.family == 4 ? 1 : 58);
	guint16 ports[2] = { htons (p->t.local_port),
		htons (p->t.remote_port) };

	p->has_ports = p->t.protocol == 6 || p->t.protocol == 17;
	p->opens = p->answers = TRUE;
	if (p->has_ports) {
		memcpy (at + (p->inbound ? 2 : 0), &ports[0], 2);
		memcpy (at + (p->inbound ? 0 : 2), &ports[1], 2);
		at[12] = 0x50;
		at[13] = 0x10;	/* ACK */
		return;
	}
	p->t.local_port = p->t.remote_port = 0;
	if (!echo)
		return;
	p->t.local_port = p->t.remote_port = 1 + pick (&t->dice, 3);
	at[0] = pick (&t->dice, 3) ? (p->t.family == 4 ? 8 : 128)
		: (p->t.family == 4 ? 0 : 129);
	at[5] = p->t.local_port;
	p->opens = at[0] == 8 || at[0] == 128;
	p->answers = !p->opens;
}

/* Its length. One of VLAN 0, or of a provider, leaves the port's VLAN. */
static guint
put_tag (ext_dice *t, packet *p)
{
	guint kind = pick (&t->dice, 8);
	guint vlan = kind == 0 ? 0 : some_vlan (t);

	p->t.vlan = t->untagged;
	if (kind > 3)
		return 0;
	p->f.data[12] = kind == 1 ? 0x88 : 0x81;
	p->f.data[13] = kind == 1 ? 0xa8 : 0;
	p->f.data[14] = pick (&t->dice, 16) << 4 | vlan >> 8;
	p->f.data[15] = vlan;
	if (kind != 1 && vlan)
		p->t.vlan = vlan;
	return 4;
}

void
some_packet (ext_dice *t, packet *p)
{
	static const guint8 protocols[] = { 6, 6, 6, 17, 17, 1, 58, 47 };
	gboolean later = pick (&t->dice, 12) == 0;
	guint l3 = 14, upper;

	memset (p, 0, sizeof *p);
	p->inbound = pick (&t->dice, 2);
	p->t.family = pick (&t->dice, 2) ? 4 : 6;
	p->t.protocol = protocols[pick (&t->dice, 8)];
	some_address (t, p->t.local, p->t.family);
	some_address (t, p->t.remote, p->t.family);
	p->t.local_port = some_port (t);
	p->t.remote_port = pick (&t->dice, 2) ? 80 : some_port (t);
	memcpy (p->f.data, p->inbound ? t->dice.own : t->dice.peer, 6);
	memcpy (p->f.data + 6, p->inbound ? t->dice.peer : t->dice.own, 6);
	l3 += put_tag (t, p);
	memcpy (p->f.data + l3 - 2, p->t.family == 4 ? "\x08\x00"
		: "\x86\xdd", 2);
	upper = l3 + put_ip (t, p, p->f.data + l3, later);
	if (later || p->broken)
		p->t.local_port = p->t.remote_port = 0;
	else
		put_upper (t, p, p->f.data + upper);
	p->f.len = upper + 60;
	if (p->has_ports && pick (&t->dice, 60) == 0) {
		p->f.len = upper + 3;
		p->broken = TRUE;
	}
}

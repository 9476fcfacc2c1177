/* bpf_random.c - see bpf_random.h. */
#include "bpf_random.h"

#include <string.h>

#define MAX_ACLS 40

const guint8 random_own_mac[6] = { 2, 0x15, 0x5d, 0, 0, 1 };

guint
random_pick (GRand *r, guint n)
{
	return g_rand_int_range (r, 0, n);
}

static void
random_ip (GRand *r, guint8 *to, guint n)
{
	static const guint8 bytes[] = { 10, 11, 0, 128, 255 };
	guint i;

	for (i = 0; i < n; i++)
		to[i] = i < 2 || i >= n - 2 ? bytes[random_pick (r, i ? 5 : 2)] : 0;
}

static void
random_mac (GRand *r, guint8 *to)
{
	memcpy (to, random_own_mac, 6);
	if (random_pick (r, 3) == 0)
		to[5] = random_pick (r, 4);
}

static void
random_address (GRand *r, vmnet_acl *a)
{
	static const guint8 v4[] = { 0, 1, 7, 8, 9, 15, 16, 17, 24, 31, 32 };
	static const guint8 v6[] = { 0, 7, 8, 16, 17, 64, 112, 120, 127, 128 };

	switch (random_pick (r, 8)) {
	case 0:
		a->family = VMNET_ADDR_MAC;
		a->prefix = 48;
		random_mac (r, a->addr);
		break;
	case 1: case 2: case 3:
		a->family = VMNET_ADDR_IPV6;
		a->prefix = v6[random_pick (r, G_N_ELEMENTS (v6))];
		random_ip (r, a->addr, 16);
		break;
	default:
		a->family = VMNET_ADDR_IPV4;
		a->prefix = v4[random_pick (r, G_N_ELEMENTS (v4))];
		random_ip (r, a->addr, 4);
	}
}

/* Every third names both sides. */
static vmnet_acl *
random_acl (GRand *r, guint32 id)
{
	vmnet_acl *a = g_new0 (vmnet_acl, 1), remote = { 0 };

	random_address (r, a);
	if (random_pick (r, 3) == 0) {
		random_address (r, &remote);
		vmnet_acl_pair (a, &remote, NULL);
	}
	a->id = id;
	a->direction = random_pick (r, 2) ? VMNET_INBOUND : VMNET_OUTBOUND;
	a->action = random_pick (r, 3);
	if (!a->pair)
		a->local = random_pick (r, 2);
	return a;
}

GPtrArray *
random_acls (GRand *r, guint32 *id)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	guint n = random_pick (r, MAX_ACLS + 1);

	while (n-- > 0)
		g_ptr_array_add (out, random_acl (r, ++*id));
	return out;
}

static guint
random_ethernet (GRand *r, frame *f)
{
	static const guint16 protocols[] = { 0x0800, 0x0800, 0x0800, 0x86dd,
		0x86dd, 0x0806, 0x88cc, 0x0040 };
	guint at = 12, tags = random_pick (r, 3) ? 0 : random_pick (r, 4);
	guint protocol = protocols[random_pick (r, G_N_ELEMENTS (protocols))];

	random_mac (r, f->data);
	random_mac (r, f->data + 6);
	if (random_pick (r, 10))
		memcpy (f->data + 6, random_own_mac, 6);
	while (tags-- > 0) {
		f->data[at] = random_pick (r, 2) ? 0x81 : 0x88;
		f->data[at + 1] = f->data[at] == 0x81 ? 0 : 0xa8;
		at += 4;
	}
	f->data[at] = protocol >> 8;
	f->data[at + 1] = protocol;
	return at + 2;
}

static void
random_packet (GRand *r, frame *f, guint l3)
{
	guint protocol = f->data[l3 - 2] << 8 | f->data[l3 - 1];
	guint words = random_pick (r, 5) ? 5 : random_pick (r, 16);
	guint8 *ip = f->data + l3;

	if (protocol == 0x0800) {
		ip[0] = (random_pick (r, 30) ? 4 : random_pick (r, 16)) << 4 | words;
		ip[6] = random_pick (r, 5) ? 0x40 : 0x20;	/* fragments */
		ip[7] = random_pick (r, 5) ? 0 : 100;
		ip[9] = random_pick (r, 2) ? 6 : 17;
		random_ip (r, ip + 12, 4);
		random_ip (r, ip + 16, 4);
		ip[words * 4 + 12] = (5 + random_pick (r, 11)) << 4;
	} else if (protocol == 0x86dd) {
		ip[0] = (random_pick (r, 30) ? 6 : random_pick (r, 16)) << 4;
		ip[6] = random_pick (r, 2) ? 6 : 17;
		random_ip (r, ip + 8, 16);
		random_ip (r, ip + 24, 16);
		ip[40 + 12] = (5 + random_pick (r, 11)) << 4;
	}
}

void
random_frame (GRand *r, frame *f)
{
	guint l3;

	memset (f, 0, sizeof *f);
	l3 = random_ethernet (r, f);
	random_packet (r, f, l3);
	f->len = l3 + 60 + random_pick (r, 1400);
	if (random_pick (r, 10) == 0)
		f->len = MAX (15, l3 - 4 + random_pick (r, 50));
	else if (random_pick (r, 5) == 0)
		f->gso_size = 100 + random_pick (r, 600);
}

/* bpf_random.c - see bpf_random.h. Few addresses, so that they meet. */
#include "bpf_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EXTENSIONS 6	/* more than the programs look through */

guint
bpf_test_number (const char *name, guint otherwise)
{
	const char *given = getenv (name);

	return given ? strtoul (given, NULL, 0) : otherwise;
}

dice
dice_new (const guint8 own[6], const guint8 peer[6], guint max_tags)
{
	dice t = { .own = own, .peer = peer, .max_tags = max_tags };

	t.seed = bpf_test_number ("BPF_SEED", 20090722);
	t.r = g_rand_new_with_seed (t.seed);
	printf ("# BPF_SEED=%u\n", t.seed);
	return t;
}

guint
pick (dice *t, guint n)
{
	return g_rand_int_range (t->r, 0, n);
}

static void
random_ip (dice *t, guint8 *to, guint n)
{
	static const guint8 bytes[] = { 10, 11, 0, 128, 255 };
	guint i;

	for (i = 0; i < n; i++)
		to[i] = i < 2 || i >= n - 2 ? bytes[pick (t, i ? 5 : 2)] : 0;
}

static void
random_mac (dice *t, guint8 *to)
{
	memcpy (to, pick (t, 3) ? t->own : t->peer, 6);
	if (pick (t, 8) == 0)
		to[5] = 0xe0 + pick (t, 4);
}

static void
random_address (dice *t, vmnet_acl *a)
{
	static const guint8 v4[] = { 0, 1, 7, 8, 9, 15, 16, 17, 24, 31, 32 };
	static const guint8 v6[] = { 0, 7, 8, 16, 17, 64, 112, 120, 127, 128 };

	switch (pick (t, 8)) {
	case 0:
		a->family = VMNET_ADDR_MAC;
		a->prefix = 48;
		random_mac (t, a->addr);
		break;
	case 1: case 2: case 3:
		a->family = VMNET_ADDR_IPV6;
		a->prefix = v6[pick (t, G_N_ELEMENTS (v6))];
		random_ip (t, a->addr, 16);
		break;
	default:
		a->family = VMNET_ADDR_IPV4;
		a->prefix = v4[pick (t, G_N_ELEMENTS (v4))];
		random_ip (t, a->addr, 4);
	}
}

/* Every third names both sides. */
static vmnet_acl *
random_acl (dice *t, guint32 id)
{
	vmnet_acl *a = g_new0 (vmnet_acl, 1), remote = { 0 };

	random_address (t, a);
	if (pick (t, 3) == 0) {
		random_address (t, &remote);
		vmnet_acl_pair (a, &remote, NULL);
	}
	a->id = id;
	a->direction = pick (t, 2) ? VMNET_INBOUND : VMNET_OUTBOUND;
	a->action = pick (t, 3);
	if (!a->pair)
		a->local = pick (t, 2);
	return a;
}

GPtrArray *
random_acls (dice *t, guint max, guint32 *id)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	guint n = pick (t, max + 1);

	while (n-- > 0)
		g_ptr_array_add (out, random_acl (t, ++*id));
	return out;
}

static guint
random_ethernet (dice *t, frame *f)
{
	static const guint16 protocols[] = { 0x0800, 0x0800, 0x0800, 0x86dd,
		0x86dd, 0x86dd, 0x0806, 0x88cc, 0x0040 };
	guint at = 12, tags = pick (t, 3) ? 0 : pick (t, t->max_tags + 1);
	guint protocol = protocols[pick (t, G_N_ELEMENTS (protocols))];

	random_mac (t, f->data);
	random_mac (t, f->data + 6);
	if (pick (t, 10))
		memcpy (f->data + 6, t->own, 6);
	while (tags-- > 0) {
		f->data[at] = pick (t, 2) ? 0x81 : 0x88;
		f->data[at + 1] = f->data[at] == 0x81 ? 0 : 0xa8;
		f->data[at + 2] = pick (t, 256);
		f->data[at + 3] = pick (t, 256);
		at += 4;
	}
	f->data[at] = protocol >> 8;
	f->data[at + 1] = protocol;
	return at + 2;
}

static guint8
random_upper (dice *t)
{
	static const guint8 upper[] = { 6, 6, 17, 17, 1, 58, 59, 132, 50 };

	return upper[pick (t, G_N_ELEMENTS (upper))];
}

static void
random_ipv4 (dice *t, guint8 *ip)
{
	guint words = pick (t, 5) ? 5 : pick (t, 16);

	ip[0] = (pick (t, 30) ? 4 : pick (t, 16)) << 4 | words;
	ip[6] = pick (t, 5) ? 0x40 : 0x20;	/* fragments */
	ip[7] = pick (t, 5) ? 0 : 100;
	ip[9] = random_upper (t);
	random_ip (t, ip + 12, 4);
	random_ip (t, ip + 16, 4);
	ip[words * 4 + 12] = (5 + pick (t, 11)) << 4;
}

/* Hop-by-hop, routing, destination options, fragment, authentication. */
static void
random_ipv6 (dice *t, guint8 *ip)
{
	static const guint8 kinds[] = { 0, 43, 60, 60, 44, 51 };
	guint n = pick (t, 2) ? 0 : pick (t, MAX_EXTENSIONS + 1);
	guint8 *next = ip + 6, *at = ip + 40;

	ip[0] = (pick (t, 30) ? 6 : pick (t, 16)) << 4;
	random_ip (t, ip + 8, 16);
	random_ip (t, ip + 24, 16);
	for (; n > 0; n--) {
		guint8 kind = kinds[pick (t, G_N_ELEMENTS (kinds))];

		*next = kind;
		next = at;
		at[1] = kind == 44 ? 0 : kind == 51 ? 1 : pick (t, 3);
		if (kind == 44)
			at[3] = pick (t, 2) ? 0 : pick (t, 256);
		at += kind == 51 ? 12 : (at[1] + 1) * 8;
	}
	*next = random_upper (t);
	at[12] = (5 + pick (t, 11)) << 4;
}

void
random_frame (dice *t, frame *f)
{
	guint l3, protocol, cut = pick (t, 50);

	memset (f, 0, sizeof *f);
	l3 = random_ethernet (t, f);
	protocol = f->data[l3 - 2] << 8 | f->data[l3 - 1];
	if (protocol == 0x0800)
		random_ipv4 (t, f->data + l3);
	else if (protocol == 0x86dd)
		random_ipv6 (t, f->data + l3);
	f->len = l3 + 60 + (pick (t, 4) ? pick (t, 200) : pick (t, 1400));
	if (pick (t, 10) == 0)
		f->len = MAX (15, l3 - 4 + cut);
	else if (pick (t, 5) == 0)
		f->gso_size = 100 + pick (t, 600);
}

void
random_garbage (dice *t, frame *f)
{
	guint i, n;

	if (pick (t, 4) == 0) {
		memset (f, 0, sizeof *f);
		f->len = 14 + pick (t, 200);
		for (i = 0; i < f->len; i++)
			f->data[i] = pick (t, 256);
		return;
	}
	random_frame (t, f);
	for (n = 1 + pick (t, 8); n > 0; n--)
		f->data[pick (t, MIN (f->len, 80))] = pick (t, 256);
	if (pick (t, 3) == 0)
		f->len = 14 + pick (t, f->len - 13);
	if (pick (t, 8) == 0)
		f->gso_size = pick (t, 2) ? pick (t, 65536) : pick (t, 10);
}

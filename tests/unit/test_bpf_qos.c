/*
 * test_bpf_qos.c - a property test: random QoS policies in the model, random
 * frames, and a reference that reads the policies as they were asked. The
 * classifier takes the same policy, and does to the frame what that one says;
 * all else of the frame stays. BPF_SEED in the environment changes the seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "bpf/internal.h"
#include "bpf_random.h"
#include "model/qos.h"
#include "plan/traffic.h"

#define LOOPBACK 1
#define CLASS(priority) (0x10000u | (2 + (priority)))

typedef struct {
	char *pins;
	datapath *d;
	dice dice;
	guint taken, none;
	datapath_count counts[VMNET_QOS_POLICIES + 1];
} fixture;

/* A frame, and what is in it. */
typedef struct {
	guint8 data[256];
	guint len, l3;
	gboolean tag, v6, ip, fragment;
	guint type, protocol, sport, dport, tc;
	guint8 src[16], dst[16];
} packet;

/* ---- random ---- */

static const guint ports[] = { 445, 2049, 3260, 3343, 6600, 80, 81, 4791 };

static guint
port (fixture *t)
{
	return ports[pick (&t->dice, G_N_ELEMENTS (ports))];
}

static void
put16 (guint8 *to, guint value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static void
addresses (fixture *t, packet *p)
{
	guint n = p->v6 ? 16 : 4;

	memset (p->src, 0, 16);
	memset (p->dst, 0, 16);
	p->src[0] = 10 + pick (&t->dice, 2);
	p->dst[0] = 10 + pick (&t->dice, 2);
	p->src[n - 1] = pick (&t->dice, 3);
	p->dst[n - 1] = pick (&t->dice, 3);
}

static void
put_ipv4 (fixture *t, packet *p)
{
	guint8 *ip = p->data + p->l3;
	guint sum = 0;

	ip[0] = 0x45;
	ip[1] = p->tc;
	put16 (ip + 2, 20 + 40);
	if (p->fragment)
		ip[7] = 3;
	ip[8] = 64;
	ip[9] = p->protocol;
	memcpy (ip + 12, p->src, 4);
	memcpy (ip + 16, p->dst, 4);
	for (guint i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put16 (ip + 10, ~((sum & 0xffff) + (sum >> 16)));
	put16 (ip + 20, p->sport);
	put16 (ip + 22, p->dport);
	p->len = p->l3 + 60;
}

static void
put_ipv6 (fixture *t, packet *p)
{
	guint8 *ip = p->data + p->l3, *at = ip + 40;

	ip[0] = 0x60 | p->tc >> 4;
	ip[1] = p->tc << 4 | 5;
	put16 (ip + 4, 60);
	ip[6] = p->protocol;
	memcpy (ip + 8, p->src, 16);
	memcpy (ip + 24, p->dst, 16);
	if (p->fragment || pick (&t->dice, 4) == 0) {
		ip[6] = 44;
		at[0] = p->protocol;
		at[3] = p->fragment ? 8 : 0;
		at += 8;
	}
	put16 (at, p->sport);
	put16 (at + 2, p->dport);
	p->len = p->l3 + 100;
}

static void
some_packet (fixture *t, packet *p)
{
	static const guint types[] = { 0x8906, 0x8915, 0x0806 };
	static const guint protocols[] = { 6, 6, 17, 17, 1 };

	memset (p, 0, sizeof *p);
	memcpy (p->data, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	p->tag = pick (&t->dice, 3) == 0;
	p->ip = pick (&t->dice, 6) != 0;
	p->v6 = pick (&t->dice, 2);
	p->fragment = pick (&t->dice, 8) == 0;
	p->tc = pick (&t->dice, 256);
	p->protocol = protocols[pick (&t->dice, 5)];
	p->sport = port (t);
	p->dport = port (t);
	p->type = !p->ip ? types[pick (&t->dice, 3)]
		: p->v6 ? 0x86dd : 0x0800;
	p->l3 = p->tag ? 18 : 14;
	if (p->tag) {
		put16 (p->data + 12, 0x8100);
		put16 (p->data + 14, pick (&t->dice, 65536));
	}
	put16 (p->data + p->l3 - 2, p->type);
	addresses (t, p);
	p->len = 80;
	if (p->ip && p->v6)
		put_ipv6 (t, p);
	else if (p->ip)
		put_ipv4 (t, p);
}

static void
put (vmnet_qos_policy *p, vmnet_qos_number n, guint64 value)
{
	p->n[n] = (vmnet_opt) { TRUE, value };
}

static char *
prefix (fixture *t, gboolean v6)
{
	guint a = 10 + pick (&t->dice, 2), b = pick (&t->dice, 3);

	if (v6)
		return pick (&t->dice, 2)
			? g_strdup_printf ("%x00::%x", a, b)
			: g_strdup_printf ("%x00::/%u", a,
					   4 + pick (&t->dice, 9));
	return pick (&t->dice, 2) ? g_strdup_printf ("%u.0.0.%u", a, b)
		: g_strdup_printf ("%u.0.0.0/%u", a, 4 + pick (&t->dice, 9));
}

static void
some_conditions (fixture *t, vmnet_qos_policy *p)
{
	gboolean v6 = pick (&t->dice, 2);

	if (pick (&t->dice, 2))
		put (p, VMNET_QOS_PROTOCOL, pick (&t->dice, 4));
	if (pick (&t->dice, 3) == 0) {
		put (p, VMNET_QOS_PORT, port (t));
		return;
	}
	for (guint i = VMNET_QOS_SPORT_FIRST; i < VMNET_QOS_RDMA_PORT; i += 2)
		if (pick (&t->dice, 3) == 0) {
			put (p, i, port (t));
			put (p, i + 1, p->n[i].value + pick (&t->dice, 500));
		}
	for (guint i = VMNET_QOS_SRC; i <= VMNET_QOS_DST; i++)
		if (pick (&t->dice, 3) == 0)
			p->text[i] = prefix (t, v6);
}

/* Some break a rule of the model; those are none. */
static void
some_policy (fixture *t, vmnet_model *m)
{
	vmnet_qos_policy p = { 0 };

	p.name = g_strdup_printf ("p%u", m->next_acl);
	put (&p, VMNET_QOS_PRECEDENCE, 126 + pick (&t->dice, 3));
	if (pick (&t->dice, 3) == 0)
		put (&p, VMNET_QOS_TEMPLATE, pick (&t->dice,
						   VMNET_QOS_TEMPLATES));
	else if (pick (&t->dice, 8) == 0)
		put (&p, VMNET_QOS_RDMA_PORT, port (t));
	else
		some_conditions (t, &p);
	if (pick (&t->dice, 2))
		put (&p, VMNET_QOS_PRIORITY, pick (&t->dice, 8));
	if (pick (&t->dice, 2))
		put (&p, VMNET_QOS_DSCP, pick (&t->dice, 64));
	qos_policy_add (m, &p, NULL);
	g_free (p.name);
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		g_free (p.text[i]);
}

/* ---- the reference ---- */

static gboolean
has_ports (const packet *f)
{
	return f->ip && !f->fragment && (f->protocol == 6 ||
					 f->protocol == 17);
}

static gboolean
either (const packet *f, guint want)
{
	return has_ports (f) && (f->sport == want || f->dport == want);
}

static gboolean
fits_template (const packet *f, guint64 template)
{
	switch (template) {
	case VMNET_QOS_DEFAULT:
		return TRUE;
	case VMNET_QOS_ISCSI:
		return f->protocol == 6 && either (f, 3260);
	case VMNET_QOS_FCOE:
		return f->type == 0x8906;
	case VMNET_QOS_SMB:
		return f->protocol == 6 && either (f, 445);
	case VMNET_QOS_NFS:
		return f->protocol == 6 && either (f, 2049);
	case VMNET_QOS_MIGRATION:
		return f->protocol == 6 && either (f, 6600);
	case VMNET_QOS_CLUSTER:
		return either (f, 3343);
	}
	fail ();
	return FALSE;
}

static gboolean
in_range (const packet *f, guint value, const vmnet_opt *n)
{
	return !n->set || (has_ports (f) && value >= n[0].value &&
			   value <= n[1].value);
}

static gboolean
in_prefix (const packet *f, const guint8 *addr, const char *text)
{
	vmnet_acl ip = { 0 };

	if (text == NULL)
		return TRUE;
	assert_true (vmnet_acl_parse (text, FALSE, &ip, NULL));
	if (!f->ip || f->v6 != (ip.family == VMNET_ADDR_IPV6))
		return FALSE;
	for (guint i = 0; i < ip.prefix; i++)
		if ((addr[i / 8] ^ ip.addr[i / 8]) & 0x80 >> i % 8)
			return FALSE;
	return TRUE;
}

static gboolean
fits (const packet *f, const vmnet_qos_policy *p)
{
	const vmnet_opt *n = p->n;
	guint64 protocol = n[VMNET_QOS_PROTOCOL].value;

	if (n[VMNET_QOS_TEMPLATE].set)
		return fits_template (f, n[VMNET_QOS_TEMPLATE].value);
	if (n[VMNET_QOS_RDMA_PORT].set)
		return f->type == 0x8915 ||
			(f->protocol == 17 && has_ports (f) &&
			 f->dport == 4791) ||
			(f->protocol == 6 &&
			 either (f, n[VMNET_QOS_RDMA_PORT].value));
	if (protocol == VMNET_QOS_BOTH && !(f->ip && (f->protocol == 6 ||
						      f->protocol == 17)))
		return FALSE;
	if (protocol == VMNET_QOS_TCP && !(f->ip && f->protocol == 6))
		return FALSE;
	if (protocol == VMNET_QOS_UDP && !(f->ip && f->protocol == 17))
		return FALSE;
	return (!n[VMNET_QOS_PORT].set ||
		either (f, n[VMNET_QOS_PORT].value)) &&
		in_range (f, f->sport, &n[VMNET_QOS_SPORT_FIRST]) &&
		in_range (f, f->dport, &n[VMNET_QOS_DPORT_FIRST]) &&
		in_prefix (f, f->src, p->text[VMNET_QOS_SRC]) &&
		in_prefix (f, f->dst, p->text[VMNET_QOS_DST]);
}

/* How the frame is to leave, written anew. */
static void
expect (fixture *t, const packet *f, const vmnet_qos_policy *p, packet *out)
{
	vmnet_opt dscp = p->n[VMNET_QOS_DSCP];
	vmnet_opt priority = p->n[VMNET_QOS_PRIORITY];
	guint8 *ip = out->data + out->l3;
	guint sum = 0;

	*out = *f;
	if (priority.set && f->tag)
		out->data[14] = (f->data[14] & 0x1f) | priority.value << 5;
	if (!dscp.set || !f->ip)
		return;
	out->tc = dscp.value << 2 | (f->tc & 3);
	ip = out->data + out->l3;
	if (f->v6) {
		ip[0] = 0x60 | out->tc >> 4;
		ip[1] = out->tc << 4 | 5;
		return;
	}
	ip[1] = out->tc;
	put16 (ip + 10, 0);
	for (guint i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put16 (ip + 10, ~((sum & 0xffff) + (sum >> 16)));
}

/* ---- running them ---- */

static void
run (fixture *t, const packet *f, packet *out, struct __sk_buff *ctx)
{
	LIBBPF_OPTS (bpf_test_run_opts, opts, .data_in = f->data,
		     .data_size_in = f->len, .data_out = out->data,
		     .data_size_out = sizeof out->data, .ctx_in = ctx,
		     .ctx_size_in = sizeof *ctx, .ctx_out = ctx,
		     .ctx_size_out = sizeof *ctx);

	assert_int_equal (bpf_prog_test_run_opts (t->d->progs[DP_PROG_QOS],
						  &opts), 0);
	assert_int_equal ((gint32) opts.retval, -1);	/* TC_ACT_UNSPEC */
	out->len = opts.data_size_out;
}

/* Its class where there are classes, and the kernel's priority else. */
static guint32
priority_of (const vmnet_qos_policy *p, gboolean shaped)
{
	guint64 priority = p->n[VMNET_QOS_PRIORITY].value;

	if (!p->n[VMNET_QOS_PRIORITY].set)
		return 7;
	if (!shaped)
		return priority;
	return priority % 2 ? CLASS (priority) : 7;
}

static void
one_frame (fixture *t, const GPtrArray *order, gboolean shaped)
{
	struct __sk_buff ctx = { .priority = 7 };
	const vmnet_qos_policy *p = NULL;
	packet f, got = { 0 }, want;
	datapath_count c, *known;
	guint i;

	some_packet (t, &f);
	want = f;
	for (i = 0; i < order->len && !p; i++)
		if (fits (&f, order->pdata[i]))
			p = order->pdata[i];
	run (t, &f, &got, &ctx);
	if (p)
		expect (t, &f, p, &want);
	assert_int_equal (got.len, f.len);
	assert_memory_equal (got.data, want.data, f.len);
	assert_int_equal (ctx.priority, p ? priority_of (p, shaped) : 7);
	t->none += p == NULL;
	if (p == NULL)
		return;
	t->taken++;
	known = &t->counts[i - 1];
	known->packets++;
	known->bytes += f.len;
	assert_true (datapath_qos_count (t->d, p->id, &c));
	assert_true (c.packets == known->packets && c.bytes == known->bytes);
}

static void
set_nic (fixture *t, gboolean shaped)
{
	struct dp_qos_nic nic = { .shaped = shaped };
	guint32 key = LOOPBACK;

	for (guint i = 1; i < DP_QOS_PRIORITIES; i += 2)
		nic.classid[i] = CLASS (i);
	assert_int_equal (bpf_map_update_elem (t->d->maps[DP_MAP_QOS_NICS],
					       &key, &nic, BPF_ANY), 0);
}

static GPtrArray *
set_policies (fixture *t, const vmnet_model *m)
{
	struct dp_qos_policy all[VMNET_QOS_POLICIES];
	GPtrArray *order = qos_policies_in_order (m);
	g_autoptr (GError) e = NULL;

	for (guint i = 0; i < order->len; i++)
		traffic_policy (order->pdata[i], &all[i]);
	if (!datapath_qos_set (t->d, all, order->len, &e))
		fail_msg ("%s", e->message);
	return order;
}

static void
test_random (void **state)
{
	fixture *t = *state;
	guint n = bpf_test_number ("BPF_FRAMES", 100000), made = 0;
	guint32 next = 1;

	while (made < n) {
		g_autoptr (vmnet_model) m = model_new ();
		g_autoptr (GPtrArray) order = NULL;
		gboolean shaped = pick (&t->dice, 2);

		m->next_acl = next;
		for (guint i = pick (&t->dice, 80); i > 0; i--)
			some_policy (t, m);
		next = m->next_acl;
		memset (t->counts, 0, sizeof t->counts);
		set_nic (t, shaped);
		order = set_policies (t, m);
		for (guint i = 0; i < 200; i++, made++)
			one_frame (t, order, shaped);
	}
	printf ("# %u frames, a policy for %u, none for %u\n", made, t->taken,
		t->none);
	assert_true (t->taken > made / 4 && t->none > made / 20);
}

/* A VM's frames, and what is passed on for others, are not the host's. */
static void
test_not_the_hosts (void **state)
{
	fixture *t = *state;
	g_autoptr (vmnet_model) m = model_new ();
	g_autoptr (GPtrArray) order = NULL;
	vmnet_qos_policy p = { .name = (char *) "all", .id = 1 };
	struct dp_port host = { .slot = 3, .flags = DP_PORT_HOST };
	struct dp_port vm = { .slot = 4 };
	guint32 key = 70;

	put (&p, VMNET_QOS_TEMPLATE, VMNET_QOS_DEFAULT);
	put (&p, VMNET_QOS_PRIORITY, 5);
	assert_true (qos_policy_add (m, &p, NULL));
	set_nic (t, FALSE);
	order = set_policies (t, m);
	for (guint i = 0; i < 4; i++) {
		struct __sk_buff ctx = { .priority = 7,
			.ingress_ifindex = i ? key : 0 };
		const struct dp_port none = { 0 };
		packet f, out;

		some_packet (t, &f);
		assert_int_equal (bpf_map_update_elem (
			t->d->maps[DP_MAP_PORTS], &key,
			i == 1 ? &host : i == 2 ? &vm : &none, BPF_ANY), 0);
		run (t, &f, &out, &ctx);
		assert_int_equal (ctx.priority, i < 2 ? 5 : 7);
	}
}

/* A policy that stays keeps its counter; one that goes and comes back at once,
 * too; then it is forgotten. */
static void
test_counters (void **state)
{
	fixture *t = *state;
	struct dp_qos_policy a[2] = { { .id = 90001 }, { .id = 90002 } };
	packet f = { 0 }, out;
	struct __sk_buff ctx = { 0 };
	datapath_count c;

	set_nic (t, FALSE);
	assert_true (datapath_qos_set (t->d, a, 2, NULL));
	some_packet (t, &f);
	run (t, &f, &out, &ctx);
	a[0].dscp = 1;
	assert_true (datapath_qos_set (t->d, a, 2, NULL));
	assert_true (datapath_qos_count (t->d, 90001, &c));
	assert_true (c.packets == 1 && c.bytes == f.len);
	assert_true (datapath_qos_set (t->d, a + 1, 1, NULL));
	assert_true (datapath_qos_set (t->d, a, 2, NULL));
	assert_true (datapath_qos_count (t->d, 90001, &c));
	assert_int_equal (c.packets, 1);
	assert_true (datapath_qos_set (t->d, a + 1, 1, NULL));
	assert_true (datapath_qos_set (t->d, a + 1, 1, NULL));
	assert_false (datapath_qos_count (t->d, 90001, &c));
}

static int
setup (void **state)
{
	static const guint8 own[6] = { 2 }, peer[6] = { 4 };
	fixture *t = g_new0 (fixture, 1);
	g_autoptr (GError) e = NULL;

	t->dice = dice_new (own, peer, 1);
	t->pins = g_strdup_printf ("/sys/fs/bpf/vmnetsh/test-qos-%d",
				   (int) getpid ());
	t->d = datapath_open (t->pins, &e);
	if (t->d == NULL)
		printf ("# %s\n", e->message);
	*state = t;
	return t->d ? 0 : -1;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	datapath_close (t->d);
	datapath_remove (t->pins, NULL);
	g_rand_free (t->dice.r);
	g_free (t->pins);
	g_free (t);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_random),
		cmocka_unit_test (test_not_the_hosts),
		cmocka_unit_test (test_counters),
	};

	if (getuid () != 0) {
		printf ("1..0 # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests (tests, setup, teardown);
}

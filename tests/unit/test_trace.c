/*
 * test_trace.c - the small parts of a trace: points of a model, names of
 * drops, packet numbers, the ring for the live view, the agent's messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <net/if.h>

#include "agent/wire.h"
#include "model/model.h"
#include "trace/ids.h"
#include "trace/points.h"
#include "trace/ring.h"

#define SECOND 1000000000ll

/* ---- points ------------------------------------------------------------- */

static vmnet_adapter *
add_adapter (vmnet_model *m, const char *vm, const char *vswitch)
{
	vmnet_adapter *a = g_new0 (vmnet_adapter, 1);

	a->vm = g_strdup (vm);
	a->name = g_strdup (vm ? "Network Adapter" : "sw0");
	a->vswitch = g_strdup (vswitch);
	a->slot = m->adapters->len + 1;
	a->acls = g_ptr_array_new_with_free_func (g_free);
	a->extacls = g_ptr_array_new_with_free_func (g_free);
	g_ptr_array_add (m->adapters, a);
	return a;
}

static vmnet_model *
make_model (const char *uplink)
{
	vmnet_model *m = model_new ();
	vmnet_switch *s = g_new0 (vmnet_switch, 1);

	s->name = g_strdup ("sw0");
	s->type = uplink ? VMNET_SWITCH_EXTERNAL : VMNET_SWITCH_PRIVATE;
	s->uplink = g_strdup (uplink);
	g_ptr_array_add (m->switches, s);
	add_adapter (m, "web1", "sw0");
	add_adapter (m, "web2", NULL);	/* disconnected: no port */
	add_adapter (m, NULL, "sw0");
	return m;
}

static void
add_link (GPtrArray *links, const char *name, const char *kind,
	  unsigned flags)
{
	kn_link *l = g_new0 (kn_link, 1);

	g_strlcpy (l->name, name, sizeof l->name);
	l->kind = g_strdup (kind);
	l->altnames = g_ptr_array_new_with_free_func (g_free);
	l->flags = flags;
	g_ptr_array_add (links, l);
}

/* "vp1=web1/Network Adapter pnic0=pnic0^", ^ for an uplink. */
static char *
points_text (const vmnet_model *m, unsigned capture, gboolean lab)
{
	g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func (
		(GDestroyNotify) kn_link_free);
	g_autoptr (GPtrArray) points = NULL;
	GString *out = g_string_new (NULL);

	add_link (links, "lo", NULL, IFF_LOOPBACK);
	add_link (links, "eth0", NULL, IFF_UP);
	add_link (links, "br0", "bridge", IFF_UP);
	add_link (links, "pnic0", "veth", IFF_UP);
	points = points_wanted (m, links, capture, lab);
	for (guint i = 0; i < points->len; i++) {
		const point_spec *p = points->pdata[i];

		g_string_append_printf (out, "%s%s=%s%s", i ? " " : "",
					p->link, p->name,
					p->uplink ? "^" : "");
	}
	return g_string_free (out, FALSE);
}

#define PORTS "vp1=web1/Network Adapter vp3=vEthernet (sw0)"
#define BOTH (VMNET_CAPTURE_PHYSICAL | VMNET_CAPTURE_VMSWITCH)

static void
test_points (void **state)
{
	g_autoptr (vmnet_model) with = make_model ("pnic0");
	g_autoptr (vmnet_model) none = make_model (NULL);
	const struct {
		vmnet_model *m;
		unsigned capture;
		gboolean lab;
		const char *text;
	} cases[] = {
		{ with, VMNET_CAPTURE_VMSWITCH, FALSE, PORTS },
		{ with, VMNET_CAPTURE_PHYSICAL, FALSE, "pnic0=pnic0^" },
		{ with, BOTH, TRUE, PORTS " pnic0=pnic0^" },
		{ none, BOTH, FALSE, PORTS " eth0=eth0^" },
		{ none, VMNET_CAPTURE_PHYSICAL, TRUE,
		  "eth0=eth0^ pnic0=pnic0^" },
	};

	for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autofree char *text = points_text (
			cases[i].m, cases[i].capture, cases[i].lab);

		assert_string_equal (text, cases[i].text);
	}
}

static void
test_verdicts (void **state)
{
	g_autoptr (vmnet_model) m = make_model ("pnic0");
	vmnet_adapter *a = m->adapters->pdata[0];
	vmnet_acl *acl = g_new0 (vmnet_acl, 1);
	g_autofree char *text = NULL, *spoofed = NULL, *extended = NULL;
	vmnet_extacl *e = g_new0 (vmnet_extacl, 1);

	assert_true (vmnet_acl_parse ("10.0.0.0/8", FALSE, acl, NULL));
	acl->id = 7;
	acl->action = VMNET_ACL_DENY;
	acl->direction = VMNET_INBOUND;
	g_ptr_array_add (a->acls, acl);
	text = points_verdict (m, DATAPATH_DROP_ACL, 7);
	assert_string_equal (text, "ACL 7 Deny Inbound Remote 10.0.0.0/8");
	assert_null (points_verdict (m, DATAPATH_DROP_ACL, 8));
	e->id = 8;
	e->action = VMNET_ACL_DENY;
	e->weight = 5;
	g_ptr_array_add (a->extacls, e);
	extended = points_verdict (m, DATAPATH_DROP_EXTENDED_ACL, 8);
	assert_string_equal (extended, "extended ACL 8 Inbound Deny weight 5 "
			     "protocol ANY local ANY port ANY remote ANY "
			     "port ANY");
	assert_null (points_verdict (m, DATAPATH_DROP_EXTENDED_ACL, 7));
	spoofed = points_verdict (m, DATAPATH_DROP_MAC_SPOOFING, 0);
	assert_string_equal (
		spoofed, datapath_drop_text (DATAPATH_DROP_MAC_SPOOFING));
}

/* ---- packet numbers ----------------------------------------------------- */

static ids_packet
packet (const char *data, gint64 time)
{
	return (ids_packet) {
		.time = time, .length = strlen (data),
		.captured = strlen (data), .data = (const guint8 *) data,
	};
}

static void
test_ids (void **state)
{
	ids *t = ids_new ();
	ids_packet a = packet ("one packet of some length", SECOND);
	ids_packet b = packet ("another", SECOND);
	guint64 id = ids_enter (t, &a), other = ids_enter (t, &b);

	assert_int_not_equal (id, 0);
	assert_int_not_equal (id, other);
	a.time += SECOND / 2;
	assert_int_equal (ids_leave (t, &a), id);
	assert_int_equal (ids_leave (t, &b), other);
	a.time += SECOND;	/* too late to be the same one */
	assert_int_equal (ids_leave (t, &a), 0);
	a = packet ("one packet of some lengtH", SECOND);
	assert_int_equal (ids_leave (t, &a), 0);
	ids_free (t);
}

/* ---- the ring ----------------------------------------------------------- */

static void
fill (ring *r, guint n)
{
	GRefString *why = g_ref_string_new ("ACL 7");
	const guint8 frame[200] = { [12] = 0x12, [13] = 0x34 };

	for (guint i = 0; i < n; i++) {
		const ring_packet p = {
			.time = i * 1000, .point = "pnic0", .length = 200,
			.verdict = i % 2 ? why : NULL,
			.captured = sizeof frame, .data = frame,
		};

		ring_add (r, &p);
	}
	g_ref_string_release (why);
}

/* "first-last/count". */
static char *
tail_text (const ring *r, guint64 serial, guint max)
{
	g_autoptr (GPtrArray) t = ring_tail (r, serial, max);
	const vmnet_trace_packet *first, *last;

	if (t->len == 0)
		return g_strdup ("none");
	first = t->pdata[0];
	last = t->pdata[t->len - 1];
	return g_strdup_printf ("%d-%d/%u", (int) first->serial,
				(int) last->serial, t->len);
}

static void
test_ring (void **state)
{
	static const struct {
		guint added, serial, max;
		const char *text;
	} cases[] = {
		{ 0, 0, 10, "none" },
		{ 5, 0, 10, "1-5/5" },
		{ 5, 3, 10, "4-5/2" },
		{ 5, 5, 10, "none" },
		{ 5, 0, 2, "4-5/2" },
		{ 5, 99, 10, "1-5/5" },	/* of an earlier agent */
		{ 50, 0, 100, "2-50/41" },	/* all drops, 16 others */
		{ 50, 40, 100, "41-50/10" },
		{ 50, 0, 0, "none" },
	};

	for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
		ring *r = ring_new (16);
		g_autofree char *text = NULL;

		fill (r, cases[i].added);
		text = tail_text (r, cases[i].serial, cases[i].max);
		assert_string_equal (text, cases[i].text);
		ring_free (r);
	}
}

/* A drop is still told of after many packets that passed. */
static void
test_ring_keeps_drops (void **state)
{
	ring *r = ring_new (16);
	const guint8 frame[64] = { 0 };
	g_autofree char *text = NULL;

	fill (r, 2);
	for (guint i = 0; i < 1000; i++) {
		const ring_packet p = { .point = "pnic0", .length = 64,
					.captured = 64, .data = frame };

		ring_add (r, &p);
	}
	text = tail_text (r, 0, 10);
	assert_string_equal (text, "2-1002/10");
	ring_free (r);
}

static void
test_ring_packet (void **state)
{
	ring *r = ring_new (16);
	g_autoptr (GPtrArray) t = NULL;
	const vmnet_trace_packet *p;

	fill (r, 2);
	t = ring_tail (r, 1, 10);
	p = t->pdata[0];
	assert_int_equal (p->time, 1);
	assert_int_equal (p->length, 200);
	assert_string_equal (p->point, "pnic0");
	assert_string_equal (p->verdict, "ACL 7");
	assert_non_null (strstr (p->summary, "ethertype 0x1234"));
	ring_free (r);
}

/* ---- messages ----------------------------------------------------------- */

static JsonObject *
there_and_back (JsonObject *o)
{
	g_autofree char *line = wire_line (o);
	JsonObject *back;

	assert_true (g_str_has_suffix (line, "\n"));
	back = wire_parse (line, NULL);
	assert_non_null (back);
	json_object_unref (o);
	return back;
}

static void
test_wire_spec (void **state)
{
	const vmnet_trace_spec spec = {
		.file = "/tmp/\"a\nb\"", .capture = BOTH, .snaplen = 96,
		.max_bytes = 5000000000ull, .filter = "tcp port 80",
	};
	g_autoptr (JsonObject) o = json_object_new ();
	vmnet_trace_spec got;

	wire_put_spec (o, &spec);
	o = there_and_back (o);
	wire_get_spec (o, &got);
	assert_string_equal (got.file, spec.file);
	assert_string_equal (got.filter, spec.filter);
	assert_int_equal (got.capture, BOTH);
	assert_int_equal (got.snaplen, 96);
	assert_int_equal (got.max_bytes, spec.max_bytes);
}

static void
test_wire_status (void **state)
{
	vmnet_trace_status got, s = {
		.running = TRUE, .file = (char *) "/tmp/x", .capture = 2,
		.packets = 1, .bytes = 1ull << 40, .drops = 3, .lost = 4,
		.started = 1800000000000000,
	};
	g_autoptr (JsonObject) o = json_object_new ();

	wire_put_status (o, &s);
	o = there_and_back (o);
	wire_get_status (o, &got);
	assert_true (got.running);
	assert_string_equal (got.file, "/tmp/x");
	assert_null (got.ended);
	assert_int_equal (got.bytes, s.bytes);
	assert_int_equal (got.lost, 4);
	assert_int_equal (got.started, s.started);
	vmnet_trace_status_clear (&got);
}

static void
test_wire_error (void **state)
{
	g_autoptr (GError) e = g_error_new (VMNET_ERROR, VMNET_ERROR_EXISTS,
					    "runs already");
	g_autoptr (GError) got = NULL;
	g_autoptr (JsonObject) o = json_object_new ();

	wire_put_error (o, e);
	o = there_and_back (o);
	assert_false (wire_check (o, &got));
	assert_true (g_error_matches (got, VMNET_ERROR, VMNET_ERROR_EXISTS));
	assert_string_equal (got->message, "runs already");
}

static void
test_wire_bad (void **state)
{
	static const char *const lines[] = { "", "[]", "{", "1", "\"x\"" };
	g_autoptr (JsonObject) o = wire_parse (
		"{\"file\": 7, \"max\": \"x\", \"packets\": [1, {}]}", NULL);
	g_autoptr (GPtrArray) packets = NULL;

	for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
		assert_null (wire_parse (lines[i], NULL));
	assert_null (wire_string (o, "file"));
	assert_int_equal (wire_int (o, "max"), 0);
	packets = wire_get_packets (o);
	assert_int_equal (packets->len, 1);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_points),
		cmocka_unit_test (test_verdicts),
		cmocka_unit_test (test_ids),
		cmocka_unit_test (test_ring),
		cmocka_unit_test (test_ring_keeps_drops),
		cmocka_unit_test (test_ring_packet),
		cmocka_unit_test (test_wire_spec),
		cmocka_unit_test (test_wire_status),
		cmocka_unit_test (test_wire_error),
		cmocka_unit_test (test_wire_bad),
	};

	return cmocka_run_group_tests_name ("trace", tests, NULL, NULL);
}

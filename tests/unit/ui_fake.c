/*
 * ui_fake.c - made-up samples for the tests of the dashboard; see ui_fake.h.
 */
#include "ui_fake.h"

#include <math.h>

#define EPOCH G_GINT64_CONSTANT (1700000000)	/* s: 22:13:20 UTC */
#define MEGA 1e6

/* ---- nouns ---- */

typedef struct {
	char *name, *uplink;
	const char *type, *mirroring;
} fake_switch;

typedef struct { char *name; double speed, in, out; } fake_nic;

typedef struct {
	char *vm, *name, *vswitch, *mac, *port;
	double in, out, in_packets, out_packets, in_drops, out_drops;
	double floor, cap, told_floor, told_cap, measured;
	const char *met, *mirroring;
} fake_port;

typedef struct {
	char *nic, *vm, *mac, *cpu;
	double id, load, pps, packets, drops;
} fake_queue;

#define NUMBER(fn, type_, member) \
	static void fn (const vmnet_row *r, vmnet_value *out) \
	{ \
		double v = ((const type_ *) r->told)->member; \
		if (!isnan (v)) { \
			out->type = VMNET_T_DOUBLE; \
			out->d = v; \
		} \
	}
#define TEXT(fn, type_, member) \
	static void fn (const vmnet_row *r, vmnet_value *out) \
	{ \
		const char *s = ((const type_ *) r->told)->member; \
		if (s) { \
			out->type = VMNET_T_STRING; \
			out->s = g_strdup (s); \
		} \
	}

TEXT (sw_name, fake_switch, name)
TEXT (sw_type, fake_switch, type)
TEXT (sw_uplink, fake_switch, uplink)
TEXT (sw_mirroring, fake_switch, mirroring)
NUMBER (nic_speed, fake_nic, speed)
NUMBER (nic_in, fake_nic, in)
NUMBER (nic_out, fake_nic, out)
TEXT (port_vm, fake_port, vm)
TEXT (port_name, fake_port, name)
TEXT (port_switch, fake_port, vswitch)
TEXT (port_mac, fake_port, mac)
TEXT (port_port, fake_port, port)
NUMBER (port_in, fake_port, in)
NUMBER (port_out, fake_port, out)
NUMBER (port_in_packets, fake_port, in_packets)
NUMBER (port_out_packets, fake_port, out_packets)
NUMBER (port_in_drops, fake_port, in_drops)
NUMBER (port_out_drops, fake_port, out_drops)
NUMBER (port_floor, fake_port, floor)
NUMBER (port_cap, fake_port, cap)
NUMBER (port_told_floor, fake_port, told_floor)
NUMBER (port_told_cap, fake_port, told_cap)
NUMBER (port_measured, fake_port, measured)
TEXT (port_met, fake_port, met)
TEXT (port_mirroring, fake_port, mirroring)
TEXT (queue_nic, fake_queue, nic)
TEXT (queue_vm, fake_queue, vm)
TEXT (queue_mac, fake_queue, mac)
NUMBER (queue_id, fake_queue, id)
TEXT (queue_cpu, fake_queue, cpu)
NUMBER (queue_load, fake_queue, load)
NUMBER (queue_pps, fake_queue, pps)
NUMBER (queue_packets, fake_queue, packets)
NUMBER (queue_drops, fake_queue, drops)

#define FIELD(name_, fn) { .name = name_, .get = fn }

static const vmnet_field switch_fields[] = {
	FIELD ("Name", sw_name), FIELD ("SwitchType", sw_type),
	FIELD ("NetAdapterName", sw_uplink),
	FIELD ("PortMirroringMode", sw_mirroring),
};
static const vmnet_field nic_fields[] = {
	FIELD ("Speed", nic_speed),
	FIELD ("ReceivedBytes", nic_in), FIELD ("SentBytes", nic_out),
};
static const vmnet_field adapter_fields[] = {
	FIELD ("VMName", port_vm), FIELD ("Name", port_name),
	FIELD ("SwitchName", port_switch), FIELD ("MacAddress", port_mac),
	FIELD ("InterfaceName", port_port),
	FIELD ("PortMirroringMode", port_mirroring),
	FIELD ("BytesReceived", port_in), FIELD ("BytesSent", port_out),
	FIELD ("PacketsReceived", port_in_packets),
	FIELD ("PacketsSent", port_out_packets),
	FIELD ("DroppedInbound", port_in_drops),
	FIELD ("DroppedOutbound", port_out_drops),
};
static const vmnet_field bandwidth_fields[] = {
	FIELD ("MinimumBandwidth", port_floor),
	FIELD ("MaximumBandwidth", port_cap),
	FIELD ("ProgrammedMinimum", port_told_floor),
	FIELD ("ProgrammedMaximum", port_told_cap),
	FIELD ("MeasuredBandwidth", port_measured),
	FIELD ("FloorMet", port_met),
};
static const vmnet_field queue_fields[] = {
	FIELD ("Name", queue_nic), FIELD ("VmFriendlyName", queue_vm),
	FIELD ("MacAddress", queue_mac), FIELD ("QueueID", queue_id),
	FIELD ("Processor", queue_cpu), FIELD ("Load", queue_load),
	FIELD ("PacketsPerSecond", queue_pps),
	FIELD ("Packets", queue_packets), FIELD ("Drops", queue_drops),
};

#define NOUN(name_, table) \
	{ .name = name_, .fields = table, .n_fields = G_N_ELEMENTS (table) }

static const vmnet_noun nouns[UI_N_ROWS] = {
	[UI_ROWS_SWITCH] = NOUN ("VMSwitch", switch_fields),
	[UI_ROWS_NIC] = NOUN ("NetAdapter", nic_fields),
	[UI_ROWS_ADAPTER] = NOUN ("VMNetworkAdapter", adapter_fields),
	[UI_ROWS_BANDWIDTH] = NOUN ("Bandwidth", bandwidth_fields),
	[UI_ROWS_QUEUE] = NOUN ("NetAdapterVmqQueue", queue_fields),
};

gboolean
fake_has_field (ui_rows rows, const char *name)
{
	return vmnet_noun_field (&nouns[rows], name) != NULL;
}

/* ---- rows: freed here, because they hang on no view ---- */

static void
row_free (gpointer data)
{
	vmnet_row *row = data;

	g_free (row->key);
	row->told_free ((gpointer) row->told);
	g_free (row);
}

static void
free_switch (gpointer p)
{
	fake_switch *sw = p;

	g_free (sw->name);
	g_free (sw->uplink);
	g_free (sw);
}

static void
free_nic (gpointer p)
{
	g_free (((fake_nic *) p)->name);
	g_free (p);
}

static void
free_port (gpointer p)
{
	fake_port *port = p;

	g_free (port->vm);
	g_free (port->name);
	g_free (port->vswitch);
	g_free (port->mac);
	g_free (port->port);
	g_free (port);
}

static void
free_queue (gpointer p)
{
	fake_queue *q = p;

	g_free (q->nic);
	g_free (q->vm);
	g_free (q->mac);
	g_free (q->cpu);
	g_free (q);
}

static void
add_row (ui_raw *out, ui_rows which, char *key, gpointer told,
	 GDestroyNotify told_free)
{
	vmnet_row *row = g_new0 (vmnet_row, 1);

	row->noun = &nouns[which];
	row->key = key;
	row->told = told;
	row->told_free = told_free;
	if (out->rows[which] == NULL)
		out->rows[which] = g_ptr_array_new_with_free_func (row_free);
	g_ptr_array_add (out->rows[which], row);
}

/* ---- figures ---- */

#define MAX_VMS 64

typedef struct {
	ui_source base;
	fake_world *w;
	double nic_in, nic_out;		/* bytes so far */
	double in[MAX_VMS], out[MAX_VMS];
} fake_source;

/* Rises and falls between 0 and 1, otherwise for each row. */
static double
wave (const fake_world *w, guint i)
{
	guint period = 16 + i % 5 * 6;
	guint at = (guint) (w->samples + i * 5) % period;

	return at < period / 2 ? 2.0 * at / period
		: 2.0 - 2.0 * at / period;
}

/* Rates need a second sample, as those of the host do. */
static double
rate (const fake_world *w, double v)
{
	return w->nothing_known || w->samples < 2 ? NAN : v;
}

static double
known (const fake_world *w, double v)
{
	return w->nothing_known ? NAN : v;
}

static char *
vm_name (const fake_world *w, guint i)
{
	static const char *const wide[] = {
		"数据库服务器一号", "bu\xcc\x88ro", "\x1b[31mred", "\xff\xfe",
		"テスト", "e\xe2\x80\x8by"
	};

	if (w->wide_names)
		return g_strdup_printf ("%s%u", wide[i % G_N_ELEMENTS (wide)],
					i);
	return i % 7 == 6 ? g_strdup_printf ("build%u", i)
		: g_strdup_printf ("web%u", i + 1);
}

/* The counter `sum` after one more sample at `rate` bit/s. */
static double
count (const fake_world *w, double *sum, double rate)
{
	*sum += rate / 8 * (w->step ? w->step : G_USEC_PER_SEC)
		/ G_USEC_PER_SEC;
	return known (w, floor (*sum));
}

static void
add_switches (fake_source *s, ui_raw *out)
{
	const fake_world *w = s->w;
	fake_switch *sw0 = g_new0 (fake_switch, 1);
	fake_switch *priv = g_new0 (fake_switch, 1);
	fake_nic *nic = g_new0 (fake_nic, 1);

	sw0->name = g_strdup ("sw0");
	sw0->type = "External";
	sw0->uplink = g_strdup ("pnic0");
	add_row (out, UI_ROWS_SWITCH, g_strdup ("sw0"), sw0, free_switch);
	priv->name = g_strdup ("backup");
	priv->type = "Private";
	add_row (out, UI_ROWS_SWITCH, g_strdup ("backup"), priv,
		 free_switch);
	nic->name = g_strdup ("pnic0");
	nic->speed = known (w, 200 * MEGA);
	nic->out = count (w, &s->nic_out,
			  186 * MEGA * (0.5 + wave (w, 0) / 2));
	nic->in = count (w, &s->nic_in, 12 * MEGA * wave (w, 1));
	add_row (out, UI_ROWS_NIC, g_strdup ("pnic0"), nic, free_nic);
}

/* Every kind of floor: met, missed, idle, not as asked, none. */
static void
set_promises (const fake_world *w, guint i, fake_port *p)
{
	static const char *const met[] = { "met", "not met", "idle", "met",
					   "not met", NULL };

	p->floor = p->cap = p->told_floor = p->told_cap = NAN;
	if (w->nothing_known || i % 6 == 5)
		return;
	p->floor = (40 >> i % 6) * MEGA;
	p->told_floor = i % 6 == 4 ? 12000 : p->floor;
	p->told_cap = 200 * MEGA;
	if (i % 3 == 1)
		p->told_cap = p->cap = 100 * MEGA;
	if (w->samples > 1)
		p->met = met[i % 6];
}

static fake_port *
make_port (fake_source *s, guint i)
{
	const fake_world *w = s->w;
	fake_port *p = g_new0 (fake_port, 1);
	static const double most[] = { 90, 18, 4, 12, 30, 0 };
	double out = most[i % 6] * MEGA * (0.5 + wave (w, i) / 2);

	p->vm = i == 3 ? NULL : vm_name (w, i);
	p->name = g_strdup (i == 3 ? "sw0" : "Network Adapter");
	p->vswitch = i % 6 == 5 ? NULL : g_strdup (i % 6 == 4 ? "backup"
						   : "sw0");
	p->mac = g_strdup_printf ("00155D%06X", i + 1);
	p->port = g_strdup_printf ("vp%u", i + 1);
	p->measured = rate (w, out);
	p->out = count (w, &s->out[i % MAX_VMS], out);
	p->in = count (w, &s->in[i % MAX_VMS], out / 8);
	p->out_packets = floor (p->out / 1500);
	p->in_packets = floor (p->in / 1500);
	p->in_drops = known (w, i % 4 == 1 ? 40 * w->samples : 0);
	p->out_drops = known (w, 0);
	set_promises (w, i, p);
	return p;
}

static fake_port *
copy_port (const fake_port *from)
{
	fake_port *p = g_new (fake_port, 1);

	*p = *from;
	p->vm = g_strdup (from->vm);
	p->name = g_strdup (from->name);
	p->vswitch = g_strdup (from->vswitch);
	p->mac = g_strdup (from->mac);
	p->port = g_strdup (from->port);
	return p;
}

static void
add_ports (fake_source *s, ui_raw *out)
{
	for (guint i = 0; i < s->w->vms; i++) {
		fake_port *p = make_port (s, i);
		char *key = g_strdup_printf ("%s/%s", p->vm ? p->vm : "",
					     p->name);

		add_row (out, UI_ROWS_ADAPTER, key, p, free_port);
		add_row (out, UI_ROWS_BANDWIDTH, g_strdup (key),
			 copy_port (p), free_port);
	}
}

static void
add_queues (const fake_world *w, ui_raw *out)
{
	for (guint i = 0; i < w->vms && w->processors > 0; i += 2) {
		fake_queue *q = g_new0 (fake_queue, 1);

		q->nic = g_strdup ("pnic0");
		q->vm = vm_name (w, i);
		q->mac = g_strdup_printf ("00-15-5D-00-00-%02X", i + 1);
		q->id = i + 1;
		q->cpu = w->nothing_known ? NULL
			: g_strdup_printf ("0:%u", i * 3 % w->processors);
		q->load = rate (w, 90 * wave (w, i * 2) / (1 + i % 3));
		q->pps = rate (w, floor (80000 * wave (w, i * 2)));
		q->packets = known (w, 80000 * w->samples);
		q->drops = known (w, i == 2 ? 7 : 0);
		add_row (out, UI_ROWS_QUEUE,
			 g_strdup_printf ("pnic0#%u", i + 1), q, free_queue);
	}
}

static void
add_packet (fake_world *w, ui_raw *out, guint i)
{
	vmnet_trace_packet *p = g_new0 (vmnet_trace_packet, 1);
	gboolean drop = i % 5 == 3;

	p->serial = ++w->serial;
	p->time = EPOCH * G_USEC_PER_SEC + w->now + i * 1234;
	p->point = i % 2 ? g_strdup ("pnic0")
		: g_strconcat ("web1/Network Adapter", NULL);
	p->summary = g_strdup_printf ("IPv4 10.0.0.%u > 192.0.2.1 ICMP echo "
				      "request, id 7, seq %u", i + 1,
				      (guint) w->serial);
	p->verdict = drop ? g_strdup ("denied by ACL entry 3") : NULL;
	p->length = 98 + i * 100;
	p->inbound = i % 3 == 0;
	g_ptr_array_add (out->packets, p);
}

static void
add_trace (fake_world *w, guint64 serial, ui_raw *out)
{
	if (w->trace_refused) {
		out->trace_problem = g_strdup ("agent: connection refused");
		return;
	}
	out->trace_known = TRUE;
	if (!w->trace)
		return;
	out->trace = (vmnet_trace_status) {
		.running = TRUE, .file = g_strdup ("/tmp/first.pcapng"),
		.capture = VMNET_CAPTURE_PHYSICAL | VMNET_CAPTURE_VMSWITCH,
		.packets = 1250 * w->samples, .bytes = 980000 * w->samples,
		.drops = 3 * w->samples, .lost = 1,
		.started = (EPOCH - 42) * G_USEC_PER_SEC,
	};
	out->packets = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_trace_packet_free);
	for (guint i = 0; i < 9; i++)
		add_packet (w, out, i);
}

static gboolean
fake_take (ui_source *s, guint64 serial, ui_raw *out, GError **error)
{
	fake_world *w = ((fake_source *) s)->w;

	w->now += w->step ? w->step : G_USEC_PER_SEC;
	if (w->fail) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "list links: No buffer space available");
		return FALSE;
	}
	w->samples++;
	out->time = 1 + w->now;
	out->wall = EPOCH * G_USEC_PER_SEC + w->now;
	out->own_cpu = w->now / 250;
	out->processors = w->processors;
	if (!w->no_rows) {
		add_switches ((fake_source *) s, out);
		add_ports ((fake_source *) s, out);
		add_queues (w, out);
	}
	add_trace (w, serial, out);
	return TRUE;
}

static void
fake_free (ui_source *s)
{
	g_free (s);
}

ui_source *
fake_source_new (fake_world *w)
{
	fake_source *s = g_new0 (fake_source, 1);

	s->base.take = fake_take;
	s->base.free = fake_free;
	s->base.title = "lab test";
	s->w = w;
	return &s->base;
}

ui_app *
fake_app_new (fake_world *w, const char *view, int samples)
{
	ui_app *a = ui_app_new (fake_source_new (w), ui_view_find (view), 1);

	while (samples-- > 0)
		ui_app_sample (a);
	return a;
}

static ui_canvas *
draw (ui_app *a, int w, int h, gboolean ascii)
{
	ui_canvas *c = ui_canvas_new (w, h, ascii);

	ui_app_resize (a, w, h);
	ui_app_draw (a, c);
	return c;
}

char *
fake_frame (ui_app *a, int w, int h, gboolean ascii)
{
	g_autoptr (ui_canvas) c = draw (a, w, h, ascii);

	return ui_canvas_text (c);
}

char *
fake_styles (ui_app *a, int w, int h)
{
	g_autoptr (ui_canvas) c = draw (a, w, h, FALSE);

	return ui_canvas_styles (c);
}

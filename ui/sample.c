/*
 * sample.c - from the nouns' rows to plain structs; see sample.h. What is
 * read is written once, in the tables of bindings below.
 */
#include "sample.h"

#include <math.h>
#include <string.h>

typedef struct {
	const char *field;
	size_t offset;		/* of a const char * or a double */
	gboolean text;
} binding;

#define TEXT(type, member, field) \
	{ field, G_STRUCT_OFFSET (type, member), TRUE }
#define NUMBER(type, member, field) \
	{ field, G_STRUCT_OFFSET (type, member), FALSE }
#define MAX_BINDINGS 20

static const binding switch_fields[] = {
	TEXT (ui_switch, name, "Name"),
	TEXT (ui_switch, type, "SwitchType"),
	TEXT (ui_switch, uplink, "NetAdapterName"),
	TEXT (ui_switch, mirroring, "PortMirroringMode"),
	{ NULL, 0, FALSE }
};

/* Of the uplink: its received is what comes from the outside. */
static const binding nic_fields[] = {
	NUMBER (ui_switch, link, "Speed"),
	NUMBER (ui_switch, in_bytes, "ReceivedBytes"),
	NUMBER (ui_switch, out_bytes, "SentBytes"),
	{ NULL, 0, FALSE }
};

static const binding adapter_fields[] = {
	TEXT (ui_port, vm, "VMName"),
	TEXT (ui_port, name, "Name"),
	TEXT (ui_port, vswitch, "SwitchName"),
	TEXT (ui_port, mac, "MacAddress"),
	TEXT (ui_port, interface, "InterfaceName"),
	TEXT (ui_port, mirroring, "PortMirroringMode"),
	NUMBER (ui_port, in_bytes, "BytesReceived"),
	NUMBER (ui_port, out_bytes, "BytesSent"),
	NUMBER (ui_port, in_packets, "PacketsReceived"),
	NUMBER (ui_port, out_packets, "PacketsSent"),
	NUMBER (ui_port, in_dropped, "DroppedInbound"),
	NUMBER (ui_port, out_dropped, "DroppedOutbound"),
	{ NULL, 0, FALSE }
};

static const binding bandwidth_fields[] = {
	NUMBER (ui_port, asked_floor, "MinimumBandwidth"),
	NUMBER (ui_port, asked_cap, "MaximumBandwidth"),
	NUMBER (ui_port, told_floor, "ProgrammedMinimum"),
	NUMBER (ui_port, told_cap, "ProgrammedMaximum"),
	NUMBER (ui_port, measured, "MeasuredBandwidth"),
	TEXT (ui_port, floor_met, "FloorMet"),
	{ NULL, 0, FALSE }
};

static const binding queue_fields[] = {
	TEXT (ui_queue, nic, "Name"),
	TEXT (ui_queue, vm, "VmFriendlyName"),
	TEXT (ui_queue, mac, "MacAddress"),
	NUMBER (ui_queue, id, "QueueID"),
	TEXT (ui_queue, processor, "Processor"),
	NUMBER (ui_queue, load, "Load"),
	NUMBER (ui_queue, pps, "PacketsPerSecond"),
	NUMBER (ui_queue, packets, "Packets"),
	NUMBER (ui_queue, drops, "Drops"),
	{ NULL, 0, FALSE }
};

static const binding *const bindings[UI_N_ROWS] = {
	[UI_ROWS_SWITCH] = switch_fields,
	[UI_ROWS_NIC] = nic_fields,
	[UI_ROWS_ADAPTER] = adapter_fields,
	[UI_ROWS_BANDWIDTH] = bandwidth_fields,
	[UI_ROWS_QUEUE] = queue_fields,
};

void
ui_sample_fields (void (*func) (ui_rows rows, const char *field,
				gpointer user), gpointer user)
{
	for (int i = 0; i < UI_N_ROWS; i++)
		for (const binding *b = bindings[i]; b->field; b++)
			func (i, b->field, user);
}

/* The bindings of one noun with their fields looked up. */
typedef struct {
	const binding *b;
	const vmnet_field *fields[MAX_BINDINGS];
} decoder;

static decoder
decoder_for (const GPtrArray *rows, ui_rows which)
{
	decoder d = { .b = bindings[which] };
	const vmnet_row *first;

	if (rows == NULL || rows->len == 0)
		return d;
	first = g_ptr_array_index (rows, 0);
	for (int i = 0; d.b[i].field; i++) {
		g_assert (i < MAX_BINDINGS);
		d.fields[i] = vmnet_noun_field (first->noun, d.b[i].field);
	}
	return d;
}

static double
value_number (const vmnet_value *v)
{
	switch (v->type) {
	case VMNET_T_BOOL:
		return v->b;
	case VMNET_T_INT:
		return v->i;
	case VMNET_T_DOUBLE:
		return v->d;
	case VMNET_T_NONE:
	case VMNET_T_STRING:
	case VMNET_T_LIST:
	case VMNET_T_RECORD:
		break;
	}
	return NAN;
}

static const char *value_text (ui_sample *s, const vmnet_value *v);

static const char *
list_text (ui_sample *s, const GPtrArray *list)
{
	g_autoptr (GString) all = g_string_new (NULL);

	for (guint i = 0; list && i < list->len; i++) {
		const char *t = value_text (s, g_ptr_array_index (list, i));

		if (t)
			g_string_append_printf (all, "%s%s",
						all->len ? ", " : "", t);
	}
	return all->len ? g_string_chunk_insert_const (s->texts, all->str)
			: NULL;
}

static const char *
value_text (ui_sample *s, const vmnet_value *v)
{
	char number[32];

	switch (v->type) {
	case VMNET_T_STRING:
		return v->s && *v->s
			? g_string_chunk_insert_const (s->texts, v->s) : NULL;
	case VMNET_T_LIST:
		return list_text (s, v->list);
	case VMNET_T_BOOL:
		return v->b ? "True" : "False";
	case VMNET_T_INT:
		g_snprintf (number, sizeof number, "%" G_GINT64_FORMAT, v->i);
		return g_string_chunk_insert_const (s->texts, number);
	case VMNET_T_DOUBLE:
		g_snprintf (number, sizeof number, "%g", v->d);
		return g_string_chunk_insert_const (s->texts, number);
	case VMNET_T_NONE:
	case VMNET_T_RECORD:
		break;
	}
	return NULL;
}

/* A field that the noun has not is a value that is not known. */
static void
decode (ui_sample *s, const decoder *d, const vmnet_row *row, gpointer out)
{
	for (int i = 0; d->b[i].field; i++) {
		gpointer member = G_STRUCT_MEMBER_P (out, d->b[i].offset);
		vmnet_value v = { .type = VMNET_T_NONE };

		if (row && d->fields[i])
			d->fields[i]->get (row, &v);
		if (d->b[i].text)
			*(const char **) member = value_text (s, &v);
		else
			*(double *) member = value_number (&v);
		vmnet_value_clear (&v);
	}
}

static vmnet_row *
row_at (const GPtrArray *rows, guint i)
{
	return g_ptr_array_index (rows, i);
}

static guint
row_count (const GPtrArray *rows)
{
	return rows ? rows->len : 0;
}

/* Rows by key; keys compare as they are written. */
static GHashTable *
index_rows (const GPtrArray *rows)
{
	GHashTable *h = g_hash_table_new (g_str_hash, g_str_equal);

	for (guint i = 0; i < row_count (rows); i++)
		g_hash_table_insert (h, row_at (rows, i)->key,
				     row_at (rows, i));
	return h;
}

/* What the uplink has, or the members of a team have together. */
static void
decode_uplinks (ui_sample *s, const decoder *nic, GHashTable *by_name,
		ui_switch *sw)
{
	g_auto (GStrv) names = g_strsplit (sw->uplink ? sw->uplink : "",
					   ", ", -1);

	decode (s, nic, NULL, sw);	/* not known */
	for (guint i = 0; names[i]; i++) {
		ui_switch one = { .floors = 0 };

		decode (s, nic, g_hash_table_lookup (by_name, names[i]), &one);
		sw->link = i ? sw->link + one.link : one.link;
		sw->in_bytes = i ? sw->in_bytes + one.in_bytes : one.in_bytes;
		sw->out_bytes = i ? sw->out_bytes + one.out_bytes
			: one.out_bytes;
	}
}

/* Where a column is narrow the end of a text goes, so the mark is first. */
static const char *
mirror_mark (const char *mode)
{
	if (g_strcmp0 (mode, "Source") == 0)
		return "M> ";
	return g_strcmp0 (mode, "Destination") == 0 ? "M< " : "";
}

static void
decode_switches (ui_sample *s, ui_raw *raw)
{
	const GPtrArray *rows = raw->rows[UI_ROWS_SWITCH];
	const GPtrArray *nics = raw->rows[UI_ROWS_NIC];
	g_autoptr (GHashTable) by_name = index_rows (nics);
	decoder d = decoder_for (rows, UI_ROWS_SWITCH);
	decoder nic = decoder_for (nics, UI_ROWS_NIC);

	for (guint i = 0; i < row_count (rows); i++) {
		ui_switch sw = { .floors = 0 };
		g_autofree char *label = NULL;

		decode (s, &d, row_at (rows, i), &sw);
		decode_uplinks (s, &nic, by_name, &sw);
		sw.key = g_string_chunk_insert_const (s->texts,
						      row_at (rows, i)->key);
		if (sw.name == NULL)
			sw.name = sw.key;
		label = g_strconcat (mirror_mark (sw.mirroring), sw.name, NULL);
		sw.label = g_string_chunk_insert_const (s->texts, label);
		g_array_append_val (s->switches, sw);
	}
}

/*
 * "web1" where a VM has one adapter, "web1/Adapter" where it has several; the
 * host's own carry their name.
 */
static void
label_ports (ui_sample *s)
{
	g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash,
							g_str_equal);

	for (guint i = 0; i < s->ports->len; i++) {
		ui_port *p = &g_array_index (s->ports, ui_port, i);
		guint n = p->vm ? GPOINTER_TO_UINT (
			g_hash_table_lookup (seen, p->vm)) : 0;

		if (p->vm)
			g_hash_table_insert (seen, (char *) p->vm,
					     GUINT_TO_POINTER (n + 1));
	}
	for (guint i = 0; i < s->ports->len; i++) {
		ui_port *p = &g_array_index (s->ports, ui_port, i);
		g_autofree char *label = NULL, *marked = NULL;

		if (p->vm == NULL)
			label = g_strdup_printf ("(host) %s",
						 p->name ? p->name : p->key);
		else if (GPOINTER_TO_UINT (g_hash_table_lookup (seen, p->vm))
			 > 1)
			label = g_strdup (p->key);
		else
			label = g_strdup (p->vm);
		marked = g_strconcat (mirror_mark (p->mirroring), label, NULL);
		p->label = g_string_chunk_insert_const (s->texts, marked);
	}
}

static void
decode_ports (ui_sample *s, ui_raw *raw)
{
	const GPtrArray *rows = raw->rows[UI_ROWS_ADAPTER];
	const GPtrArray *rates = raw->rows[UI_ROWS_BANDWIDTH];
	g_autoptr (GHashTable) by_key = index_rows (rates);
	decoder d = decoder_for (rows, UI_ROWS_ADAPTER);
	decoder rate = decoder_for (rates, UI_ROWS_BANDWIDTH);

	for (guint i = 0; i < row_count (rows); i++) {
		const vmnet_row *row = row_at (rows, i);
		ui_port p = { .key = g_string_chunk_insert_const (s->texts,
								 row->key) };

		decode (s, &d, row, &p);
		decode (s, &rate, g_hash_table_lookup (by_key, row->key), &p);
		g_array_append_val (s->ports, p);
	}
	label_ports (s);
}

/* "GROUP:NUMBER"; there is one group here. */
static double
processor_number (const char *text)
{
	const char *number = text ? strrchr (text, ':') : NULL;
	guint64 n;

	number = number ? number + 1 : text;
	if (number == NULL
	    || !g_ascii_string_to_unsigned (number, 10, 0, 65535, &n, NULL))
		return NAN;
	return n;
}

static void
decode_queues (ui_sample *s, ui_raw *raw)
{
	const GPtrArray *rows = raw->rows[UI_ROWS_QUEUE];
	decoder d = decoder_for (rows, UI_ROWS_QUEUE);

	for (guint i = 0; i < row_count (rows); i++) {
		const vmnet_row *row = row_at (rows, i);
		ui_queue q = { .key = g_string_chunk_insert_const (s->texts,
								  row->key) };

		decode (s, &d, row, &q);
		q.cpu = processor_number (q.processor);
		if (q.cpu >= s->processors && q.cpu < 65536)
			s->processors = (guint) q.cpu + 1;
		g_array_append_val (s->queues, q);
	}
}

/* Ports and the sum of the programmed floors, by switch. */
static void
count_floors (ui_sample *s)
{
	g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash,
							   g_str_equal);

	for (guint i = 0; i < s->switches->len; i++) {
		ui_switch *sw = &g_array_index (s->switches, ui_switch, i);

		g_hash_table_insert (by_name, (char *) sw->name, sw);
	}
	for (guint i = 0; i < s->ports->len; i++) {
		ui_port *p = &g_array_index (s->ports, ui_port, i);
		ui_switch *sw = p->vswitch
			? g_hash_table_lookup (by_name, p->vswitch) : NULL;

		if (sw == NULL)
			continue;
		sw->ports++;
		if (p->asked_floor > 0 && p->told_floor > 0)
			sw->floors += p->told_floor;
	}
}

/* A counter that fell was begun anew: there is no rate. */
static double
rate_of (double now, double then, double seconds)
{
	return seconds > 0 && now >= then ? (now - then) / seconds : NAN;
}

static void
rate_ports (ui_sample *s, const ui_sample *before, double seconds)
{
	g_autoptr (GHashTable) old = g_hash_table_new (g_str_hash,
						       g_str_equal);

	for (guint i = 0; before && i < before->ports->len; i++) {
		ui_port *p = &g_array_index (before->ports, ui_port, i);

		g_hash_table_insert (old, (char *) p->key, p);
	}
	for (guint i = 0; i < s->ports->len; i++) {
		ui_port *p = &g_array_index (s->ports, ui_port, i);
		const ui_port *b = g_hash_table_lookup (old, p->key);
		double t = b ? seconds : 0;

		b = b ? b : p;
		p->in = 8 * rate_of (p->in_bytes, b->in_bytes, t);
		p->out = 8 * rate_of (p->out_bytes, b->out_bytes, t);
		p->in_pps = rate_of (p->in_packets, b->in_packets, t);
		p->out_pps = rate_of (p->out_packets, b->out_packets, t);
	}
}

/* The same switch on another uplink has no rate yet. */
static void
rate_switches (ui_sample *s, const ui_sample *before, double seconds)
{
	for (guint i = 0; i < s->switches->len; i++) {
		ui_switch *sw = &g_array_index (s->switches, ui_switch, i);

		sw->in = sw->out = NAN;
		for (guint j = 0; before && j < before->switches->len; j++) {
			const ui_switch *b = &g_array_index (before->switches,
							     ui_switch, j);

			if (strcmp (sw->key, b->key) != 0
			    || g_strcmp0 (sw->uplink, b->uplink) != 0)
				continue;
			sw->in = 8 * rate_of (sw->in_bytes, b->in_bytes,
					      seconds);
			sw->out = 8 * rate_of (sw->out_bytes, b->out_bytes,
					       seconds);
		}
	}
}

ui_sample *
ui_sample_new (ui_raw *raw, const ui_sample *before)
{
	ui_sample *s = g_new0 (ui_sample, 1);
	double seconds = before ? (raw->time - before->time) / 1e6 : 0;

	g_atomic_ref_count_init (&s->refs);
	s->time = raw->time;
	s->wall = raw->wall;
	s->own_cpu = raw->own_cpu;
	s->processors = raw->processors;
	s->switches = g_array_new (FALSE, TRUE, sizeof (ui_switch));
	s->ports = g_array_new (FALSE, TRUE, sizeof (ui_port));
	s->queues = g_array_new (FALSE, TRUE, sizeof (ui_queue));
	s->texts = g_string_chunk_new (4096);
	decode_switches (s, raw);
	decode_ports (s, raw);
	decode_queues (s, raw);
	rate_switches (s, before, seconds);
	rate_ports (s, before, seconds);
	count_floors (s);
	s->trace_known = raw->trace_known;
	s->trace = raw->trace;
	raw->trace = (vmnet_trace_status) { 0 };
	s->trace_problem = g_steal_pointer (&raw->trace_problem);
	return s;
}

ui_sample *
ui_sample_ref (ui_sample *s)
{
	g_atomic_ref_count_inc (&s->refs);
	return s;
}

void
ui_sample_unref (ui_sample *s)
{
	if (s == NULL || !g_atomic_ref_count_dec (&s->refs))
		return;
	g_array_unref (s->switches);
	g_array_unref (s->ports);
	g_array_unref (s->queues);
	g_string_chunk_free (s->texts);
	vmnet_trace_status_clear (&s->trace);
	g_free (s->trace_problem);
	g_free (s);
}

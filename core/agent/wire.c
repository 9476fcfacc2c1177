/* wire.c - see wire.h. */
#include "agent/wire.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "kernel/sysfs.h"

char *
wire_path (const vmnet_host *h, const char *leaf)
{
	return g_build_filename (h->run_dir, leaf, NULL);
}

gboolean
wire_fail_errno (GError **error, const char *what, const char *path)
{
	int err = errno;
	vmnet_error code = err == EACCES || err == EPERM
		? VMNET_ERROR_PERMISSION : VMNET_ERROR_FAILED;

	g_set_error (error, VMNET_ERROR, code, "%s %s: %s", what, path,
		     g_strerror (err));
	return FALSE;
}

char *
wire_lock_text (void)
{
	int pid = (int) getpid ();

	return g_strdup_printf ("%d %" G_GUINT64_FORMAT "\n", pid,
				proc_start_time (pid));
}

int
wire_agent_pid (const char *run_dir)
{
	g_autofree char *path = g_build_filename (run_dir, "agent.lock", NULL);
	g_autofree char *text = NULL;
	guint64 start_time;
	int pid;

	if (!g_file_get_contents (path, &text, NULL, NULL) ||
	    sscanf (text, "%d %" G_GUINT64_FORMAT, &pid, &start_time) != 2 ||
	    pid <= 1 || start_time == 0 || proc_start_time (pid) != start_time)
		return 0;
	return pid;
}

char *
wire_line (JsonObject *o)
{
	g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	json_node_set_object (node, o);
	text = json_to_string (node, FALSE);
	return g_strconcat (text, "\n", NULL);
}

JsonObject *
wire_parse (const char *line, GError **error)
{
	g_autoptr (GError) why = NULL;
	g_autoptr (JsonNode) node = json_from_string (line, &why);

	if (node && JSON_NODE_HOLDS_OBJECT (node))
		return json_node_dup_object (node);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "read from the agent's socket: %s",
		     why ? why->message : "not an object");
	return NULL;
}

/* The member when it is a value that can be read as `type`. */
static JsonNode *
value (JsonObject *o, const char *name, GType type)
{
	JsonNode *n = json_object_get_member (o, name);

	if (n && JSON_NODE_HOLDS_VALUE (n)
	    && json_node_get_value_type (n) == type)
		return n;
	return NULL;
}

gint64
wire_int (JsonObject *o, const char *name)
{
	JsonNode *n = value (o, name, G_TYPE_INT64);

	return n ? json_node_get_int (n) : 0;
}

const char *
wire_string (JsonObject *o, const char *name)
{
	JsonNode *n = value (o, name, G_TYPE_STRING);

	return n ? json_node_get_string (n) : NULL;
}

static gboolean
get_bool (JsonObject *o, const char *name)
{
	JsonNode *n = value (o, name, G_TYPE_BOOLEAN);

	return n && json_node_get_boolean (n);
}

static void
put_string (JsonObject *o, const char *name, const char *s)
{
	if (s)
		json_object_set_string_member (o, name, s);
}

void
wire_put_error (JsonObject *o, const GError *e)
{
	gboolean ours = e->domain == VMNET_ERROR;

	json_object_set_boolean_member (o, "ok", FALSE);
	json_object_set_int_member (o, "code",
				    ours ? e->code : VMNET_ERROR_FAILED);
	json_object_set_string_member (o, "message", e->message);
}

gboolean
wire_check (JsonObject *o, GError **error)
{
	const char *message = wire_string (o, "message");

	if (get_bool (o, "ok"))
		return TRUE;
	g_set_error_literal (error, VMNET_ERROR, wire_int (o, "code"),
			     message ? message : "the agent gave no reason");
	return FALSE;
}

void
wire_put_spec (JsonObject *o, const vmnet_trace_spec *s)
{
	put_string (o, "file", s->file);
	put_string (o, "filter", s->filter);
	json_object_set_int_member (o, "capture", s->capture);
	json_object_set_int_member (o, "snaplen", s->snaplen);
	json_object_set_int_member (o, "max", s->max_bytes);
}

void
wire_get_spec (JsonObject *o, vmnet_trace_spec *s)
{
	*s = (vmnet_trace_spec) {
		.file = wire_string (o, "file"),
		.filter = wire_string (o, "filter"),
		.capture = wire_int (o, "capture"),
		.snaplen = wire_int (o, "snaplen"),
		.max_bytes = wire_int (o, "max"),
	};
}

void
wire_put_status (JsonObject *o, const vmnet_trace_status *s)
{
	json_object_set_boolean_member (o, "running", s->running);
	put_string (o, "file", s->file);
	put_string (o, "ended", s->ended);
	json_object_set_int_member (o, "capture", s->capture);
	json_object_set_int_member (o, "packets", s->packets);
	json_object_set_int_member (o, "bytes", s->bytes);
	json_object_set_int_member (o, "drops", s->drops);
	json_object_set_int_member (o, "lost", s->lost);
	json_object_set_int_member (o, "started", s->started);
}

void
wire_get_status (JsonObject *o, vmnet_trace_status *s)
{
	*s = (vmnet_trace_status) {
		.running = get_bool (o, "running"),
		.file = g_strdup (wire_string (o, "file")),
		.ended = g_strdup (wire_string (o, "ended")),
		.capture = wire_int (o, "capture"),
		.packets = wire_int (o, "packets"),
		.bytes = wire_int (o, "bytes"),
		.drops = wire_int (o, "drops"),
		.lost = wire_int (o, "lost"),
		.started = wire_int (o, "started"),
	};
}

static JsonObject *
packet_object (const vmnet_trace_packet *p)
{
	JsonObject *o = json_object_new ();

	json_object_set_int_member (o, "serial", p->serial);
	json_object_set_int_member (o, "time", p->time);
	json_object_set_int_member (o, "length", p->length);
	json_object_set_boolean_member (o, "inbound", p->inbound);
	put_string (o, "point", p->point);
	put_string (o, "summary", p->summary);
	put_string (o, "verdict", p->verdict);
	return o;
}

void
wire_put_packets (JsonObject *o, const GPtrArray *packets)
{
	JsonArray *a = json_array_sized_new (packets->len);

	for (guint i = 0; i < packets->len; i++)
		json_array_add_object_element (
			a, packet_object (packets->pdata[i]));
	json_object_set_array_member (o, "packets", a);
}

static vmnet_trace_packet *
object_packet (JsonObject *o)
{
	vmnet_trace_packet *p = g_new0 (vmnet_trace_packet, 1);

	p->serial = wire_int (o, "serial");
	p->time = wire_int (o, "time");
	p->length = wire_int (o, "length");
	p->inbound = get_bool (o, "inbound");
	p->point = g_strdup (wire_string (o, "point"));
	p->summary = g_strdup (wire_string (o, "summary"));
	p->verdict = g_strdup (wire_string (o, "verdict"));
	return p;
}

GPtrArray *
wire_get_packets (JsonObject *o)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_trace_packet_free);
	JsonNode *n = json_object_get_member (o, "packets");
	JsonArray *a;

	if (n == NULL || !JSON_NODE_HOLDS_ARRAY (n))
		return out;
	a = json_node_get_array (n);
	for (guint i = 0; i < json_array_get_length (a); i++) {
		JsonNode *e = json_array_get_element (a, i);

		if (JSON_NODE_HOLDS_OBJECT (e))
			g_ptr_array_add (out, object_packet (
				json_node_get_object (e)));
	}
	return out;
}

/*
 * trace_tool.c - what trace.sh runs: the traces' public functions from a
 * command line, and a switch set up straight through the rooms. Opened and
 * started again as the agent with the shell's own words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#include "agent/wire.h"
#include "host.h"
#include "model/model.h"

static int
fail (const GError *e)
{
	fprintf (stderr, "%d: %s\n", e->code, e->message);
	return 1;
}

/* ---- setup: a model with an uplink and VMs, and their programs ---------- */

static void
add_adapter (vmnet_model *m, const char *vm, guint32 slot, const char *deny,
	     guint32 id, vmnet_direction direction)
{
	vmnet_adapter *a = g_new0 (vmnet_adapter, 1);
	vmnet_acl *acl = g_new0 (vmnet_acl, 1);
	vmnet_vm *v = g_new0 (vmnet_vm, 1);

	v->name = g_strdup (vm);
	v->namespaced = TRUE;
	g_ptr_array_add (m->vms, v);
	vmnet_acl_parse (deny, FALSE, acl, NULL);
	acl->id = id;
	acl->action = VMNET_ACL_DENY;
	acl->direction = direction;
	a->vm = g_strdup (vm);
	a->name = g_strdup ("Network Adapter");
	a->vswitch = g_strdup ("sw0");
	a->slot = slot;
	a->mac[0] = 2;
	a->mac[5] = slot;
	a->acls = g_ptr_array_new_with_free_func (g_free);
	a->extacls = g_ptr_array_new_with_free_func (g_free);
	g_ptr_array_add (a->acls, acl);
	g_ptr_array_add (m->adapters, a);
}

static vmnet_model *
make_model (guint vms)
{
	vmnet_model *m = model_new ();
	vmnet_switch *s = g_new0 (vmnet_switch, 1);

	s->name = g_strdup ("sw0");
	s->uplink = g_strdup ("pnic0");
	g_ptr_array_add (m->switches, s);
	for (guint i = 1; i <= vms; i++) {
		g_autofree char *name = g_strdup_printf ("web%u", i);

		add_adapter (m, name, i, i == 2 ? "10.9.0.8/29" : "10.9.0.8",
			     i + 6, i == 1 ? VMNET_OUTBOUND : VMNET_INBOUND);
	}
	m->next_slot = vms + 1;
	m->next_acl = vms + 7;
	return m;
}

/* The programs of the ports that are there. */
static gboolean
attach (vmnet_host *h, const vmnet_model *m, GError **error)
{
	datapath *d = host_datapath (h, error);

	for (guint i = 0; d && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		datapath_port port = { .slot = a->slot };
		g_autofree char *name = names_port (a);
		int ifindex = kn_ifindex (h->nl, name);

		memcpy (port.mac, a->mac, 6);
		if (ifindex == 0)
			continue;
		if (!datapath_port_set (d, h->nl, ifindex, &port, error)
		    || !datapath_acl_set (d, a->slot, a->acls, error))
			return FALSE;
	}
	return d != NULL;
}

/* One VM queue on the uplink, for web1. */
static gboolean
add_queue (vmnet_host *h, const vmnet_model *m, GError **error)
{
	const vmnet_adapter *a = m->adapters->pdata[0];
	g_autoptr (GPtrArray) queues = g_ptr_array_new ();
	datapath_queue q = { .slot = a->slot };

	memcpy (q.mac, a->mac, 6);
	g_ptr_array_add (queues, &q);
	return datapath_vmq_set (h->dp, h->nl, kn_ifindex (h->nl, "pnic0"),
				 queues, error);
}

static gboolean
setup (vmnet_host *h, char **words, GError **error)
{
	g_autoptr (vmnet_model) m = make_model (words[0] ? atoi (words[0])
							 : 2);

	g_mkdir_with_parents (vmnet_host_state_dir (h), 0755);
	return attach (h, m, error)
		&& (words[0] == NULL || words[1] == NULL
		    || add_queue (h, m, error))
		&& store_save (vmnet_host_state_dir (h), m, error);
}

/* ---- the public functions ----------------------------------------------- */

static gboolean
start (vmnet_host *h, char **words, GError **error)
{
	vmnet_trace_spec spec = { .file = words[0] };

	if (words[0] && words[1]) {
		spec.capture = atoi (words[1]);
		if (words[2] && *words[2])
			spec.filter = words[2];
		if (words[2] && words[3])
			spec.max_bytes = atoi (words[3]);
	}
	return vmnet_trace_start (h, &spec, error);
}

static void
print_status (const vmnet_trace_status *s)
{
	printf ("running %d\nfile %s\nended %s\npackets %d\nbytes %d\n"
		"drops %d\nlost %d\n", s->running, s->file ? s->file : "",
		s->ended ? s->ended : "", (int) s->packets, (int) s->bytes,
		(int) s->drops, (int) s->lost);
}

static gboolean
tail (vmnet_host *h, char **words, GError **error)
{
	guint64 serial = words[0] ? atoi (words[0]) : 0;
	g_autoptr (GPtrArray) all = vmnet_trace_tail (h, serial, 100, error);

	for (guint i = 0; all && i < all->len; i++) {
		const vmnet_trace_packet *p = all->pdata[i];

		printf ("%d|%s|%s|%d|%s|%s\n", (int) p->serial, p->point,
			p->inbound ? "in" : "out", (int) p->length,
			p->summary, p->verdict ? p->verdict : "");
	}
	return all != NULL;
}

/* A line that no client of ours sends; the agent's answer. */
static gboolean
raw (vmnet_host *h, const char *text, GError **error)
{
	g_autofree char *path = wire_path (h, "agent.sock"), *line = NULL;
	g_autoptr (GSocketAddress) at = g_unix_socket_address_new (path);
	g_autoptr (GSocketClient) client = g_socket_client_new ();
	g_autoptr (GSocketConnection) c = g_socket_client_connect (
		client, G_SOCKET_CONNECTABLE (at), NULL, error);
	g_autoptr (GDataInputStream) in = NULL;

	if (c == NULL)
		return FALSE;
	in = g_data_input_stream_new (
		g_io_stream_get_input_stream (G_IO_STREAM (c)));
	if (!g_output_stream_write_all (
		    g_io_stream_get_output_stream (G_IO_STREAM (c)), text,
		    strlen (text), NULL, NULL, error))
		return FALSE;
	line = g_data_input_stream_read_line (in, NULL, NULL, error);
	printf ("%s\n", line ? line : "");
	return line != NULL;
}

static gboolean
run (vmnet_host *h, const char *word, char **words, GError **error)
{
	vmnet_trace_status s = { 0 };
	gboolean ok;

	if (g_str_equal (word, "agent"))
		return vmnet_agent_run (h, words[0] && words[1]
					? atoi (words[1]) : 0, error);
	if (g_str_equal (word, "setup"))
		return setup (h, words, error);
	if (g_str_equal (word, "raw"))
		return raw (h, words[0], error);
	if (g_str_equal (word, "start"))
		return start (h, words, error);
	if (g_str_equal (word, "tail"))
		return tail (h, words, error);
	ok = g_str_equal (word, "stop") ? vmnet_trace_stop (h, &s, error)
					: vmnet_trace_get (h, &s, error);
	if (ok)
		print_status (&s);
	vmnet_trace_status_clear (&s);
	return ok;
}

/* trace_tool [--lab=NAME] --state DIR WORD… */
int
main (int argc, char **argv)
{
	g_autoptr (vmnet_host) h = NULL;
	g_autoptr (GError) error = NULL;
	vmnet_options o = { 0 };
	int i = 1;

	if (i < argc && g_str_has_prefix (argv[i], "--lab="))
		o.lab = argv[i++] + strlen ("--lab=");
	if (argc < i + 3)
		return 2;
	o.state_dir = argv[i + 1];
	h = vmnet_host_open (&o, &error);
	if (h == NULL || !run (h, argv[i + 2], argv + i + 3, &error))
		return fail (error);
	return 0;
}

/*
 * source_host.c - samples of the opened host, through core's public views.
 * Made by dashboard.c.
 */
#include "source.h"

#include <time.h>

typedef struct {
	ui_source base;
	vmnet_host *host;
	vmnet_view *before;	/* NULL: nothing was read yet */
	char *title;
} host_source;

static const vmnet_noun *const nouns[UI_N_ROWS] = {
	[UI_ROWS_SWITCH] = &vmnet_noun_switch,
	[UI_ROWS_NIC] = &vmnet_noun_nic,
	[UI_ROWS_ADAPTER] = &vmnet_noun_adapter,
	[UI_ROWS_BANDWIDTH] = &vmnet_noun_bandwidth,
	[UI_ROWS_QUEUE] = &vmnet_noun_queue,
};

/* A trace that cannot be asked for is a remark, not the end of the sample. */
static void
take_trace (host_source *s, guint64 serial, ui_raw *out)
{
	g_autoptr (GError) error = NULL;

	out->trace_known = vmnet_trace_get (s->host, &out->trace, &error);
	if (!out->trace_known) {
		out->trace_problem = g_strdup (error->message);
		return;
	}
	if (out->trace.running)
		out->packets = vmnet_trace_tail (s->host, serial, UI_FETCH,
						 NULL);
}

static gint64
own_cpu_time (void)
{
	struct timespec t;

	if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
		return 0;
	return t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

static gboolean
host_take (ui_source *base, guint64 serial, ui_raw *out, GError **error)
{
	host_source *s = (host_source *) base;
	g_autoptr (vmnet_view) view = NULL;
	unsigned sections = 0;

	for (int i = 0; i < UI_N_ROWS; i++)
		sections |= nouns[i]->sections;
	view = vmnet_view_new (s->host, NULL, sections, s->before, error);
	if (view == NULL)
		return FALSE;
	for (int i = 0; i < UI_N_ROWS; i++)
		out->rows[i] = vmnet_view_rows (view, nouns[i]);
	out->time = vmnet_view_time (view);
	out->wall = g_get_real_time ();
	out->own_cpu = own_cpu_time ();
	out->processors = g_get_num_processors ();
	take_trace (s, serial, out);
	vmnet_view_unref (s->before);
	s->before = g_steal_pointer (&view);
	return TRUE;
}

static void
host_free (ui_source *base)
{
	host_source *s = (host_source *) base;

	vmnet_view_unref (s->before);
	g_free (s->title);
	g_free (s);
}

ui_source *
ui_source_host_new (vmnet_host *host)
{
	host_source *s = g_new0 (host_source, 1);
	const char *lab = vmnet_host_lab (host);

	s->base.take = host_take;
	s->base.free = host_free;
	s->host = host;
	s->title = lab ? g_strconcat ("lab ", lab, NULL)
		       : g_strdup (g_get_host_name ());
	s->base.title = s->title;
	return &s->base;
}

/*
 * trace.c - the rows of TraceSession: the running trace, if there is one.
 */
#include "view/view.h"

static void
status_free (gpointer data)
{
	vmnet_trace_status_clear (data);
	g_free (data);
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	vmnet_trace_status *s = g_new0 (vmnet_trace_status, 1);

	if (vmnet_trace_get (v->h, s, NULL) && s->running)
		view_add (out, v, &vmnet_noun_trace, g_strdup (s->file), NULL,
			  s, status_free);
	else
		status_free (s);
}

static const vmnet_trace_status *
of (const vmnet_row *r)
{
	return r->told;
}

static void
get_file (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->file);
}

static void
get_capture (const vmnet_row *r, vmnet_value *v)
{
	switch (of (r)->capture) {
	case VMNET_CAPTURE_PHYSICAL:
		put_text (v, "physical");
		break;
	case VMNET_CAPTURE_VMSWITCH:
		put_text (v, "vmswitch");
		break;
	default:
		put_text (v, "both");
	}
}

static void
get_packets (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->packets);
}

static void
get_bytes (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->bytes);
}

static void
get_drops (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->drops);
}

static void
get_lost (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->lost);
}

static void
get_started (const vmnet_row *r, vmnet_value *v)
{
	g_autoptr (GDateTime) t =
		g_date_time_new_from_unix_local (of (r)->started / 1000000);

	if (t)
		put_take (v, g_date_time_format (t, "%F %T"));
}

static const vmnet_field fields[] = {
	{ "File", VMNET_T_STRING, VMNET_U_NONE, 1, "pcapng file", get_file,
	  NULL },
	{ "CaptureType", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "physical, vmswitch or both", get_capture, NULL },
	{ "Packets", VMNET_T_INT, VMNET_U_PACKETS, 3, "packets in the file",
	  get_packets, NULL },
	{ "Bytes", VMNET_T_INT, VMNET_U_BYTES, 4, "bytes of the file",
	  get_bytes, NULL },
	{ "Drops", VMNET_T_INT, VMNET_U_PACKETS, 5,
	  "packets of them that a policy dropped", get_drops, NULL },
	{ "Lost", VMNET_T_INT, VMNET_U_PACKETS, 6,
	  "packets that the capture itself could not keep", get_lost, NULL },
	{ "Started", VMNET_T_STRING, VMNET_U_NONE, 7, "local time",
	  get_started, NULL },
};

const vmnet_noun vmnet_noun_trace = {
	.name = "TraceSession",
	.text = "the running trace",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_MODEL,
	.rows = rows,
};

/*
 * mirror.c - the record behind `Mirroring` of VMNetworkAdapter and VMSwitch:
 * what was asked, who gets copies, and what became of them.
 */
#include "view/mirror.h"

#include "bpf/mirror.h"

/* What such a row was told; `asked` is the vmnet_mirror. */
typedef struct {
	char *vswitch;		/* or NULL */
	guint32 source;		/* 0: it has no number, so no counters */
} mirror_told;

static void
told_free (gpointer data)
{
	mirror_told *t = data;

	g_free (t->vswitch);
	g_free (t);
}

static const vmnet_mirror *
of (const vmnet_row *r)
{
	return r->asked;
}

static const mirror_told *
told (const vmnet_row *r)
{
	return r->told;
}

static void
no_rows (vmnet_view *v, GPtrArray *out)
{
}

static void
get_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, vmnet_mirror_modes[of (r)->mode]);
}

/* Those of its switch, and the other machine. */
static void
get_destinations (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_model *m = r->view->model;

	put_list (v);
	if (of (r)->mode != VMNET_MIRROR_SOURCE)
		return;
	for (guint i = 0; told (r)->vswitch && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (a->mirror.mode == VMNET_MIRROR_DESTINATION &&
		    model_name_equal (a->vswitch, told (r)->vswitch))
			put_list_add (v, names_alias (a));
	}
	if (of (r)->to)
		put_list_add (v, g_strdup_printf (
			"%s (%s %u)", of (r)->to,
			vmnet_tunnels[of (r)->tunnel], of (r)->session));
}

static void
put_prefixes (vmnet_value *v, const char *list)
{
	g_auto (GStrv) parts = g_strsplit (list ? list : "ANY", ",", -1);

	put_list (v);
	for (guint i = 0; parts[i]; i++)
		put_list_add (v, g_strdup (parts[i]));
}

static void
get_local (const vmnet_row *r, vmnet_value *v)
{
	put_prefixes (v, of (r)->local);
}

static void
get_remote (const vmnet_row *r, vmnet_value *v)
{
	put_prefixes (v, of (r)->remote);
}

static void
get_snap (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->snap);
}

static void
get_rate (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->rate);
}

static void
get_to (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->to);
}

static void
get_tunnel (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->to)
		put_text (v, vmnet_tunnels[of (r)->tunnel]);
}

static void
get_session (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->to)
		put_int (v, of (r)->session);
}

/* FALSE: never a source, or the counters cannot be read. */
static gboolean
copies_of (const vmnet_row *r, datapath_copies *out)
{
	datapath *d = view_datapath (r->view);

	return d && told (r)->source &&
		datapath_copies_get (d, told (r)->source, out);
}

#define COUNTER(name, expression) \
static void \
name (const vmnet_row *r, vmnet_value *v) \
{ \
	datapath_copies c; \
 \
	if (copies_of (r, &c)) \
		put_int (v, expression); \
}

COUNTER (get_packets, c.sent.packets - c.away)
COUNTER (get_bytes, c.sent.bytes)
COUNTER (get_limited, c.limited.packets)
COUNTER (get_uncut, c.uncut.packets)
COUNTER (get_refused, c.refused.packets)
COUNTER (get_away, c.away)
COUNTER (get_lost, c.limited.packets + c.uncut.packets + c.refused.packets +
	 c.away)
COUNTER (get_lost_bytes, c.limited.bytes + c.uncut.bytes + c.refused.bytes)

static const vmnet_field fields[] = {
	{ "Mode", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "None, Destination or Source", get_mode, NULL },
	{ "Destinations", VMNET_T_LIST, VMNET_U_NONE, 2,
	  "who gets the copies of a source", get_destinations, NULL },
	{ "LocalIPAddress", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "only frames with such an address on this side are copied",
	  get_local, NULL },
	{ "RemoteIPAddress", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "only frames with such an address on the other side are copied",
	  get_remote, NULL },
	{ "SnapLength", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "what is longer is cut; 0: nothing", get_snap, NULL },
	{ "RateLimit", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 0,
	  "copies above it are lost; 0: none", get_rate, NULL },
	{ "DestinationAddress", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the other machine that gets copies", get_to, NULL },
	{ "Encapsulation", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "what carries them there: Vxlan or Erspan", get_tunnel, NULL },
	{ "SessionId", VMNET_T_INT, VMNET_U_NONE, 0,
	  "VXLAN's network, or ERSPAN's session", get_session, NULL },
	{ "CopiedPackets", VMNET_T_INT, VMNET_U_PACKETS, 3,
	  "copies that went out, one for each destination", get_packets,
	  NULL },
	{ "CopiedBytes", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "of the frames that were copied, whole, those of LostOnTheWay too", get_bytes, NULL },
	{ "LostRateLimit", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "copies lost to the rate limit", get_limited, NULL },
	{ "LostSnapLength", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "copies lost since they could not be cut as short", get_uncut,
	  NULL },
	{ "LostQueue", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "copies that the destination took no more: its queue was full, or "
	  "it is down", get_refused, NULL },
	{ "LostOnTheWay", VMNET_T_INT, VMNET_U_PACKETS, 0,
	  "copies lost in this host on their way to the other machine: it, or "
	  "the router there, did not answer, or a queue was full", get_away,
	  NULL },
	{ "Lost", VMNET_T_INT, VMNET_U_PACKETS, 4, "all of these", get_lost,
	  NULL },
	{ "LostBytes", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "of the frames whose copies were lost, but not on the way", get_lost_bytes, NULL },
};

static const vmnet_noun noun_mirroring = {
	.name = "VMNetworkAdapterMirroring",
	.text = "what is copied at a port, and what became of the copies",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_MODEL | VMNET_S_METERS,
	.rows = no_rows,
};

void
view_put_mirroring (const vmnet_row *r, const vmnet_switch *s,
		    const vmnet_adapter *a, vmnet_value *v)
{
	mirror_told *t = g_new0 (mirror_told, 1);
	g_autofree char *link = a || !s->uplink ? NULL : s->teaming
		? names_bridge (s) : g_strdup (s->uplink);
	const kn_link *l = link ? view_link (r->view, link) : NULL;

	t->vswitch = g_strdup (a ? a->vswitch : s->name);
	t->source = a ? a->slot : l ? datapath_mirror_uplink (l->ifindex) : 0;
	put_row (v, view_add (NULL, r->view, &noun_mirroring, g_strdup (r->key),
			      a ? &a->mirror : &s->mirror, t, told_free));
}

/* ---- of an adapter ---- */

static const vmnet_adapter *
adapter_of (const vmnet_row *r)
{
	return r->asked;
}

void
mirror_get_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, vmnet_mirror_modes[adapter_of (r)->mirror.mode]);
}

void
mirror_get_mirroring (const vmnet_row *r, vmnet_value *v)
{
	view_put_mirroring (r, NULL, adapter_of (r), v);
}

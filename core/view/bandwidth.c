/*
 * bandwidth.c - the rows of VMNetworkAdapterBandwidth: what was asked, what
 * the kernel was told (read back), and what was measured.
 */
#include "plan/plan.h"
#include "view/adapter_iov.h"
#include "view/vf.h"

/* A floor counts as met from here: HTB keeps it within 1.6 % at the worst
 * (fifty classes), and clocks and bursts blur what two readings see. */
#define MET 0.97

/* A cap as kept up to here, beside the burst that its bucket lets through at
 * once: HTB's is within 2 %. */
#define KEPT 1.05
#define MBIT 1000000

typedef struct {
	gboolean known;
	guint64 value;		/* bit/s; 0: none */
	gboolean iov_known;
	adapter_iov iov;
} asked_floor;

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->adapters->len; i++) {
		const vmnet_adapter *a = v->model->adapters->pdata[i];

		view_add (out, v, &vmnet_noun_bandwidth, view_adapter_key (a),
			  a, g_new0 (asked_floor, 1), g_free);
	}
}

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

static guint64
ask_floor (const vmnet_row *r)
{
	vmnet_view *v = r->view;
	const vmnet_switch *s = of (r)->vswitch
		? vmnet_model_switch (v->model, of (r)->vswitch) : NULL;
	plan_rate rate;

	/* Most have none: the link's speed is a file or an ioctl away. */
	if (!of (r)->min_absolute.set && !of (r)->min_weight.set)
		return 0;
	if (s == NULL || s->uplink == NULL)
		return of (r)->min_absolute.set ? of (r)->min_absolute.value
			: 0;
	return plan_rates (v->model, s, view_link_speed (v, s->teaming
				? model_team_member (s, of (r)) : s->uplink),
			   of (r), &rate, NULL) ? rate.floor : 0;
}

/* What was asked, in bit/s also where it was asked as a weight. That sums up
 * the weights of a whole switch, so it is kept for the next getter. */
static guint64
floor_of (const vmnet_row *r)
{
	asked_floor *f = (asked_floor *) r->told;

	if (!f->known)
		f->value = ask_floor (r);
	f->known = TRUE;
	return f->value;
}

static void
get_min (const vmnet_row *r, vmnet_value *v)
{
	guint64 floor = floor_of (r);

	if (floor)
		put_int (v, floor);
}

static void
get_programmed_min (const vmnet_row *r, vmnet_value *v)
{
	const kn_class *c = view_class (r->view, of (r));

	if (c)
		put_int (v, c->rate);
}

static void
get_max (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, of (r)->max);
}

static const adapter_iov *
iov_of (const vmnet_row *r)
{
	asked_floor *f = (asked_floor *) r->told;

	if (!f->iov_known && of (r)->vm && of (r)->iov_weight)
		adapter_iov_get (r, &f->iov);
	f->iov_known = TRUE;
	return &f->iov;
}

/* A function's frames pass no class. */
static void
get_programmed_max (const vmnet_row *r, vmnet_value *v)
{
	const kn_class *c = view_class (r->view, of (r));

	if (iov_of (r)->carries && iov_of (r)->told_max)
		put_int (v, (gint64) iov_of (r)->told_max * MBIT);
	else if (c && !iov_of (r)->carries)
		put_int (v, c->ceil);
}

/* bit/s that left through the class, or through the port where there is no
 * class; -1: not known (no view before, or it was not there). */
static double
measured (const vmnet_row *r)
{
	vmnet_view *v = r->view;
	const vmnet_view *b = v->before;
	view_rate rate;
	double seconds = view_elapsed (v, VMNET_S_TC);
	const kn_class *c, *c0;
	const kn_link *l, *l0;

	if (b == NULL)
		return -1;
	if (iov_of (r)->carries)
		return view_vf_rate (v, iov_of (r)->address, &rate)
			? rate.sent : -1;
	c = view_class (v, of (r));
	c0 = view_class (b, of (r));
	if (c && c0 && c->bytes >= c0->bytes && seconds > 0)
		return (c->bytes - c0->bytes) * 8 / seconds;
	l = view_port (v, of (r));
	l0 = view_port (b, of (r));
	seconds = view_elapsed (v, VMNET_S_LINKS);
	if (seconds <= 0 || !l || !l0 || l->ifindex != l0->ifindex ||
	    l->counters.rx_bytes < l0->counters.rx_bytes)
		return -1;
	return (l->counters.rx_bytes - l0->counters.rx_bytes) * 8 / seconds;
}

static void
get_measured (const vmnet_row *r, vmnet_value *v)
{
	double rate = measured (r);

	if (rate >= 0)
		put_int (v, rate + 0.5);
}

static void
get_backlog (const vmnet_row *r, vmnet_value *v)
{
	const kn_class *c = view_class (r->view, of (r));

	if (c)
		put_int (v, c->backlog);
}

static void
get_met (const vmnet_row *r, vmnet_value *v)
{
	const kn_class *c = view_class (r->view, of (r));
	double rate = measured (r), floor = floor_of (r);

	if (floor <= 0 || rate < 0)
		return;
	if (rate >= floor * MET)
		put_text (v, "met");
	else if (c && c->backlog == 0)
		put_text (v, "idle");
	else
		put_text (v, "not met");
}

/* bit/s that can be said for certain. A class lets its burst (a tenth of a
 * second, at 5 Mbit/s) through besides its rate, and the kernel's counter is
 * of a moment within its reading. */
static double
certain (const vmnet_row *r, double rate)
{
	const vmnet_view *v = r->view, *b = v->before;
	const kn_class *c = view_class (v, of (r));
	const kn_class *c0 = b ? view_class (b, of (r)) : NULL;

	if (iov_of (r)->carries || !c || !c0 || c->bytes < c0->bytes)
		return rate;
	return MAX (0, (double) (c->bytes - c0->bytes) - c->cburst) * 8e6 /
		(v->classes_end - b->classes_at);
}

/* What is measured says it, whatever a card promised. */
static void
get_cap_kept (const vmnet_row *r, vmnet_value *v)
{
	double rate = measured (r);

	if (!of (r)->max.set || rate < 0)
		return;
	if (certain (r, rate) > of (r)->max.value * KEPT)
		put_text (v, "exceeded");
	else if (iov_of (r)->carries && !iov_of (r)->cap_kept)
		put_text (v, "not kept by the card");
	else
		put_text (v, "kept");
}

static const vmnet_field fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1, "the VM",
	  view_adapter_get_vm, NULL },
	{ "AdapterName", VMNET_T_STRING, VMNET_U_NONE, 2, "its adapter",
	  view_adapter_get_name, NULL },
	{ "SwitchName", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "switch that it is connected to", view_adapter_get_switch, NULL },
	{ "MinimumBandwidth", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 4,
	  "floor that was asked for; a weight as its share of the link",
	  get_min, "Floor" },
	{ "ProgrammedMinimum", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 5,
	  "floor that the kernel has, read back", get_programmed_min,
	  "ProgrammedFloor" },
	{ "MaximumBandwidth", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 6,
	  "cap that was asked for", get_max, "Cap" },
	{ "ProgrammedMaximum", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 7,
	  "cap that the kernel or the card of its virtual function has, read "
	  "back; in a class without one the link's speed", get_programmed_max, "ProgrammedCap" },
	{ "MeasuredBandwidth", VMNET_T_INT, VMNET_U_BITS_PER_SECOND, 8,
	  "sent through the uplink, or by its virtual function; without a "
	  "class of its own: sent by the VM", get_measured, "Measured" },
	{ "Backlog", VMNET_T_INT, VMNET_U_BYTES, 0,
	  "waiting in its class", get_backlog, NULL },
	{ "FloorMet", VMNET_T_STRING, VMNET_U_NONE, 9,
	  "met, not met, or idle (less was offered)", get_met, NULL },
	{ "CapKept", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "kept, exceeded (by what is measured), or known not to be kept by the "
	  "card", get_cap_kept, NULL },
};

const vmnet_noun vmnet_noun_bandwidth = {
	.name = "VMNetworkAdapterBandwidth",
	.text = "floor and cap of an adapter: asked, programmed, measured",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS | VMNET_S_TC | VMNET_S_FUNCTIONS,
	.rows = rows,
};

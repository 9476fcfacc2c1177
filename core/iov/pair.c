/*
 * pair.c - the two ways of an adapter, and taking the better one.
 */
#include "iov/pair.h"

#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "lab/lab.h"
#include "move/announce.h"

static char **
cards_of (const vmnet_switch *sw)
{
	g_autoptr (GStrvBuilder) b = g_strv_builder_new ();
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++)
		g_strv_builder_add (b, nic);
	return g_strv_builder_end (b);
}

iov_pair *
iov_pair_new (const vmnet_model *m, const vmnet_switch *sw,
	      const vmnet_adapter *a)
{
	iov_pair *x = g_new0 (iov_pair, 1);

	x->key = names_alias (a);
	x->vm = model_is_namespaced (m, a) ? g_strdup (a->vm) : NULL;
	x->pf = g_strdup (sw->uplink);
	x->cards = cards_of (sw);
	x->bridge = x->cards[1] ? names_bridge (sw) : NULL;
	x->slot = a->slot;
	x->port = names_port (a);
	memcpy (x->mac, a->mac, 6);
	return x;
}

void
iov_pair_have (iov_pair *x, const char *pf, const iov_function *f)
{
	if (f == NULL)
		return;
	g_free (x->pf);
	x->pf = g_strdup (pf);
	g_free (x->address);
	x->address = g_strdup (f->address);
	g_free (x->group);
	x->group = g_strdup (f->group);
}

void
iov_pair_find (iov_pair *x, const GPtrArray *cards)
{
	const iov_card *card = NULL;
	const iov_function *f = iov_function_in (cards, x->mac, &card);

	if (f)
		iov_pair_have (x, card->pf, f);
}

void
iov_pair_free (iov_pair *x)
{
	if (x == NULL)
		return;
	g_free (x->key);
	g_free (x->vm);
	g_free (x->pf);
	g_strfreev (x->cards);
	g_free (x->bridge);
	g_free (x->port);
	g_free (x->address);
	g_free (x->group);
	g_free (x);
}

static void
add_pairs (vmnet_host *h, const vmnet_model *m, const vmnet_switch *sw,
	   GPtrArray *out)
{
	g_autoptr (GPtrArray) cards = iov_cards (h, NULL, sw, NULL);

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		iov_pair *x;

		if (!iov_asks (sw, a))
			continue;
		x = iov_pair_new (m, sw, a);
		iov_pair_find (x, cards);
		g_ptr_array_add (out, x);
	}
}

GPtrArray *
iov_pairs (vmnet_host *h, const vmnet_model *m)
{
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) iov_pair_free);

	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *sw = m->switches->pdata[i];

		if (sw->iov && sw->uplink)
			add_pairs (h, m, sw, out);
	}
	return out;
}

/* ---- inside the VM ---- */

void
iov_inside_clear (iov_inside *in)
{
	g_clear_pointer (&in->bond, kn_link_free);
	g_clear_pointer (&in->software, kn_link_free);
	g_clear_pointer (&in->vf, kn_link_free);
}

static gboolean
is_kind (const kn_link *l, const char *kind)
{
	return g_strcmp0 (l->kind, kind) == 0;
}

static kn_link *
take_out (GPtrArray *links, guint i)
{
	kn_link *l = links->pdata[i];

	/* The array must not free what is taken out of it. */
	links->pdata[i] = NULL;
	return l;
}

static gboolean
is_software (const kn_link *l, const iov_pair *x, int port)
{
	return port ? is_kind (l, "veth") && l->peer == port &&
			l->link_netnsid >= 0
		: is_kind (l, "veth") && memcmp (l->mac, x->mac, 6) == 0;
}

static gboolean
is_bond (const kn_link *l, const iov_pair *x, const kn_link *software)
{
	if (!is_kind (l, "bond"))
		return FALSE;
	return software && software->master
		? l->ifindex == software->master
		: memcmp (l->mac, x->mac, 6) == 0;
}

gboolean
iov_inside_read (vmnet_host *h, kn *vm, const iov_pair *x, iov_inside *out,
		 GError **error)
{
	g_autoptr (GPtrArray) links = kn_links (vm, error);
	int port = kn_ifindex (h->nl, x->port);

	*out = (iov_inside) { 0 };
	if (links == NULL)
		return FALSE;
	for (guint i = 0; i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (!out->vf && x->address &&
		    g_strcmp0 (l->parent, x->address) == 0)
			out->vf = take_out (links, i);
		else if (!out->software && is_software (l, x, port))
			out->software = take_out (links, i);
	}
	for (guint i = 0; i < links->len && !out->bond; i++)
		if (links->pdata[i] &&
		    is_bond (links->pdata[i], x, out->software))
			out->bond = take_out (links, i);
	return TRUE;
}

kn *
iov_pair_open (vmnet_host *h, const iov_pair *x, GError **error)
{
	int ns;
	kn *k;

	if (x->vm == NULL)
		return NULL;
	ns = lab_vm_netns (h->lab, x->vm, error);
	if (ns < 0)
		return NULL;
	k = kn_open (ns, error);
	close (ns);
	return k;
}

/* ---- the better way ---- */

/* Why the VF is not to be taken; NULL: it is. Owned. */
static char *
against_vf (vmnet_host *h, const iov_pair *x, const iov_inside *in)
{
	g_autoptr (kn_link) pf = kn_link_get (h->nl, x->pf, NULL);

	if (x->address == NULL)
		return g_strdup ("no virtual function");
	if (pf == NULL)
		return g_strdup_printf ("%s is gone", x->pf);
	if (!(pf->flags & IFF_UP) || !pf->carrier)
		return g_strdup_printf ("%s has no link", x->pf);
	if (x->vm == NULL)
		return x->group && proc_holds_vfio (x->group) ? NULL
			: g_strdup ("the guest has not taken its virtual "
				    "function");
	if (in->vf == NULL || in->bond == NULL)
		return g_strdup ("the virtual function is not in the VM");
	if (in->vf->master != in->bond->ifindex)
		return g_strdup ("the virtual function is not part of the "
				 "pair");
	if (!in->vf->bond_link)
		return g_strdup ("the virtual function has no link");
	return NULL;
}

/*
 * A card that takes the address for itself would keep from the wire what the
 * functions of the card send there: all take it, or none.
 */
static gboolean
is_there (kn *k, const iov_pair *x, const char *card)
{
	g_autoptr (kn_link) l = kn_link_get (k, card, NULL);

	/* One of several may have left the switch. */
	return l && (x->bridge == NULL ||
		     l->master == kn_ifindex (k, x->bridge));
}

static gboolean
set_filters (kn *k, const iov_pair *x, gboolean on, GError **error)
{
	for (char **c = x->cards; *c; c++)
		if (is_there (k, x, *c) &&
		    !(on ? kn_filter_mac_ensure (k, *c, x->mac, error)
		      : kn_filter_mac_del (k, *c, x->mac, error)))
			return FALSE;
	return TRUE;
}

gboolean
iov_pair_tell (vmnet_host *h, const iov_pair *x, gboolean vf, GError **error)
{
	datapath *d = x->bridge ? host_datapath (h, error) : NULL;

	if (x->bridge == NULL)
		return TRUE;
	return d && datapath_card_set (d, kn_ifindex (h->nl, x->bridge), x->mac,
				       vf ? kn_ifindex (h->nl, x->pf) : 0,
				       error);
}

static gboolean
is_told (vmnet_host *h, const iov_pair *x, gboolean vf)
{
	datapath *d = x->bridge ? host_datapath_if_there (h) : NULL;
	guint32 card = vf ? kn_ifindex (h->nl, x->pf) : 0;

	return x->bridge == NULL || (d && card == datapath_card_get (
		d, kn_ifindex (h->nl, x->bridge), x->mac));
}

/*
 * By the card, the port is not to be flooded: what goes to everybody comes
 * to the VM by the card already.
 */
gboolean
iov_pair_lead (vmnet_host *h, const iov_pair *x, gboolean vf, GError **error)
{
	kn *k = h->nl;

	if (vf)
		return iov_pair_tell (h, x, TRUE, error) &&
			set_filters (k, x, FALSE, error) &&
			kn_fdb_ensure (k, x->pf, x->mac, error) &&
			kn_port_set_groups (k, x->port, FALSE, error);
	return kn_fdb_ensure (k, x->port, x->mac, error) &&
		kn_port_set_groups (k, x->port, TRUE, error) &&
		set_filters (k, x, TRUE, error) &&
		iov_pair_tell (h, x, FALSE, error);
}

void
iov_pair_announce (vmnet_host *h, const iov_pair *x, gboolean vf)
{
	datapath *d = x->bridge ? host_datapath_if_there (h) : NULL;
	vmnet_adapter a = { .vm = x->vm };
	datapath_way way = { 0 };

	if (d == NULL)
		return;
	memcpy (a.mac, x->mac, 6);
	if (vf)
		way.member = kn_ifindex (h->nl, x->pf);
	else
		datapath_way_get (d, x->slot, &way);
	announce_adapter (h, &a, way.member);
}

static gboolean
activate (kn *vm, const iov_inside *in, gboolean vf, GError **error)
{
	const kn_link *way = vf ? in->vf : in->software;

	if (in->bond == NULL || way == NULL ||
	    in->bond->bond_active == way->ifindex)
		return TRUE;
	/* One whose link the bond has not seen cannot be made active; it will
	 * be by itself when it has one and the other has not. */
	if (!way->bond_link || way->master != in->bond->ifindex)
		return TRUE;
	return kn_bond_set_active (vm, in->bond->name, way->name, error);
}

/*
 * Where neither way has a link the address may still be wanted: a team of the
 * guest's goes on by another function of the card with the same address.
 */
static gboolean
leads_by_card (const iov_inside *in, const char *against, const iov_pair *x)
{
	return against == NULL || (x->address && in->software &&
				   !in->software->carrier);
}

gboolean
iov_pair_settle (vmnet_host *h, kn *vm, const iov_pair *x, gboolean *out,
		 GError **error)
{
	gint64 start = g_get_monotonic_time ();
	g_auto (iov_inside) in = { 0 };
	g_auto (iov_past) past = { 0 };
	g_autofree char *against = NULL, *there = g_strdup_printf
		("the virtual function of %s is there", x->pf);
	gboolean vf;

	if (vm && !iov_inside_read (h, vm, x, &in, error))
		return FALSE;
	against = against_vf (h, x, &in);
	vf = against == NULL;
	if (out)
		*out = vf;
	if (!iov_pair_lead (h, x, leads_by_card (&in, against, x), error) ||
	    (vm && !activate (vm, &in, vf, error)))
		return FALSE;
	iov_past_get (h, x->key, &past);
	if (past.vf == vf)
		return TRUE;
	iov_past_switched (h, x->key, vf,
		(g_get_monotonic_time () - start) / 1000.0,
		!vf ? against : x->bridge ? there
		: "the virtual function is there");
	iov_pair_announce (h, x, vf);
	return TRUE;
}

/* Where the bridge leads the address; FALSE: nowhere, or not for ever. The
 * entries of single VLANs that the port is not in may be anywhere. */
static gboolean
leads_to (vmnet_host *h, const guint8 mac[6], int ifindex)
{
	g_autoptr (GPtrArray) all = kn_fdbs (h->nl, NULL);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_fdb *f = all->pdata[i];

		if (f->is_static && f->vlan == 0 &&
		    memcmp (f->mac, mac, 6) == 0)
			return f->ifindex == ifindex;
	}
	return FALSE;
}

gboolean
iov_pair_is_settled (vmnet_host *h, const iov_pair *x)
{
	g_autoptr (kn) vm = iov_pair_open (h, x, NULL);
	g_auto (iov_inside) in = { 0 };
	g_autofree char *against = NULL;
	const kn_link *way;

	if (vm && !iov_inside_read (h, vm, x, &in, NULL))
		return FALSE;
	against = against_vf (h, x, &in);
	way = against ? in.software : in.vf;
	if (vm && in.bond && way && in.bond->bond_active != way->ifindex)
		return FALSE;
	return is_told (h, x, leads_by_card (&in, against, x)) &&
		leads_to (h, x->mac, kn_ifindex (h->nl,
		leads_by_card (&in, against, x) ? x->pf : x->port));
}

gboolean
iov_pair_is_led (vmnet_host *h, const iov_pair *x)
{
	return leads_to (h, x->mac, kn_ifindex (h->nl, x->pf));
}

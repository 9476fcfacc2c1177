/*
 * speed.c - the link speed of a lab's adapter, enforced at the outside end in
 * both directions: a token bucket on the way out of wireN, and one on ifbN,
 * through which everything goes that comes in on wireN. Called by lab.c and by
 * vmnet_lab_set_speed.
 *
 * The bucket is filled at exactly the speed, in bytes of frames without FCS,
 * as tc sees them. It holds 10 ms, so that a shaper of the same rate in front
 * of it, whose own bursts are shorter, never meets an empty bucket for long;
 * its queue holds 100 ms, so that it does not drop what is only bunched.
 */
#include <linux/pkt_sched.h>
#include <string.h>

#include "host.h"
#include "lab/room.h"

#define FRAME 1514
#define BURST_DIVISOR 100	/* 1 s / 10 ms */
#define QUEUE_DIVISOR 10	/* 1 s / 100 ms */
#define SPEED_MIN 1000000ULL
#define SPEED_MAX 100000000000ULL

static gboolean
bucket_set (kn *k, int ifindex, guint64 rate, GError **error)
{
	guint64 bytes = rate / 8;
	guint32 burst = (guint32) MAX (bytes / BURST_DIVISOR, 2 * FRAME);
	guint32 limit = (guint32) MIN (MAX (bytes / QUEUE_DIVISOR,
					    10 * FRAME), G_MAXINT32);

	return kn_tbf_set (k, ifindex, rate, burst, limit, error);
}

static gboolean
bucket_remove (kn *k, int ifindex, GError **error)
{
	g_autoptr (GPtrArray) all = kn_qdiscs (k, error);

	if (all == NULL)
		return FALSE;
	for (guint i = 0; i < all->len; i++) {
		const kn_qdisc *q = g_ptr_array_index (all, i);

		if (q->ifindex == ifindex && q->parent == TC_H_ROOT &&
		    strcmp (q->kind, "tbf") == 0)
			return kn_qdisc_del (k, ifindex, TC_H_ROOT, q->handle,
					     error);
	}
	return TRUE;
}

/* What comes in on the wire takes the way through the ifb. */
static gboolean
inward_make (kn *k, int wire, const char *ifb, guint64 rate, GError **error)
{
	gboolean there = kn_ifindex (k, ifb) != 0;

	if (!there && !kn_ifb_add (k, ifb, error))
		return FALSE;
	if (!kn_link_set_up (k, ifb, TRUE, error) ||
	    !bucket_set (k, kn_ifindex (k, ifb), rate, error))
		return FALSE;
	return there || kn_ingress_redirect (k, wire, kn_ifindex (k, ifb),
					     error);
}

/* The filter goes with clsact; it must go before what it points to. */
static gboolean
inward_remove (kn *k, int wire, const char *ifb, GError **error)
{
	if (kn_ifindex (k, ifb) == 0)
		return TRUE;
	return kn_qdisc_del (k, wire, TC_H_CLSACT,
			     TC_H_MAKE (TC_H_CLSACT, 0), error) &&
		kn_link_del (k, ifb, error);
}

static gboolean
speed_set (lab_room *l, guint i, guint64 rate, GError **error)
{
	g_autoptr (kn) k = kn_open (l->outside, error);
	g_autofree char *wire = g_strdup_printf ("wire%u", i);
	g_autofree char *ifb = g_strdup_printf ("ifb%u", i);
	int index;

	if (k == NULL)
		return FALSE;
	index = kn_ifindex (k, wire);
	if (rate == 0)
		return inward_remove (k, index, ifb, error) &&
			bucket_remove (k, index, error);
	return bucket_set (k, index, rate, error) &&
		inward_make (k, index, ifb, rate, error);
}

gboolean
speed_apply (lab_room *l, GError **error)
{
	for (guint i = 0; i < LAB_NICS; i++) {
		g_autofree char *nic = g_strdup_printf ("pnic%u", i);
		guint64 rate = state_speed (l->run_dir, nic);

		if (rate && !speed_set (l, i, rate, error))
			return FALSE;
	}
	return TRUE;
}

guint64
lab_speed (const char *run_dir, const char *nic)
{
	return state_speed (run_dir, nic);
}

static gboolean
speed_check (vmnet_host *host, const char *nic, guint64 rate, guint *index,
	     GError **error)
{
	if (host->lab == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "set the speed of '%s': only a lab's adapters "
			     "have one to set; start with --lab", nic);
		return FALSE;
	}
	for (*index = 0; *index < LAB_NICS; ++*index) {
		g_autofree char *name = g_strdup_printf ("pnic%u", *index);

		if (g_ascii_strcasecmp (nic, name) == 0)
			break;
	}
	if (*index == LAB_NICS) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "no lab adapter '%s'; there are pnic0 and pnic1",
			     nic);
		return FALSE;
	}
	if (rate == 0 || (rate >= SPEED_MIN && rate <= SPEED_MAX))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "set the speed of '%s' to %" G_GUINT64_FORMAT " bit/s: "
		     "a lab's adapter has 1 Mbit/s to 100 Gbit/s, or 0 for no "
		     "limit", nic, rate);
	return FALSE;
}

gboolean
lab_speed_set (vmnet_host *host, const char *nic, guint64 rate, GError **error)
{
	g_autofree char *name = NULL, *outside = NULL;
	lab_room l;
	guint i;
	gboolean ok;

	if (!speed_check (host, nic, rate, &i, error) ||
	    !lab_room_lock (&l, host->lab, host->run_dir, error))
		return FALSE;
	name = g_strdup_printf ("pnic%u", i);
	outside = lab_outside_netns (host->lab);
	l.outside = netns_open (outside, error);
	ok = l.outside >= 0 && speed_set (&l, i, rate, error) &&
		state_set_speed (l.run_dir, name, rate, error);
	lab_room_close (&l);
	return ok;
}

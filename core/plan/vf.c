/*
 * vf.c - steps that make virtual functions, program them and hand them on.
 * Called by iov.c.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "lab/lab.h"
#include "plan/iov.h"

#define MBIT 1000000
#define APPEAR_MS 3000		/* until a driver has made its interface */
#define LINK_MS 3000		/* until a VF has heard from its PF */
#define SLICE_MS 10

/* ---- how many ---- */

static gboolean
count_apply (plan *p, step *s, GError **error)
{
	/* Before their driver binds: a function learns its address then. */
	if (!sysfs_sriov_autoprobe (p->h->sysfs_root, s->link, FALSE, error))
		return FALSE;
	if (sysfs_sriov_set (p->h->sysfs_root, s->link, s->n[0], error))
		return sysfs_sriov_autoprobe (p->h->sysfs_root, s->link, TRUE,
					      error);
	sysfs_sriov_autoprobe (p->h->sysfs_root, s->link, TRUE, NULL);
	return FALSE;
}

static void
count_undo (plan *p, step *s)
{
	sysfs_sriov_autoprobe (p->h->sysfs_root, s->link, FALSE, NULL);
	sysfs_sriov_set (p->h->sysfs_root, s->link, s->n[1], NULL);
	sysfs_sriov_autoprobe (p->h->sysfs_root, s->link, TRUE, NULL);
}

void
step_vf_count (plan *p, const char *pf, guint count, guint was)
{
	step *s = count
		? plan_step (p, count_apply, count_undo,
			     "make %u virtual functions of %s", count, pf)
		: plan_step (p, count_apply, count_undo,
			     "remove the %u virtual functions of %s", was, pf);

	s->link = g_strdup (pf);
	step_cuts (s, pf);	/* drivers reset the card for it */
	s->n[0] = count;
	s->n[1] = was;
}

/* ---- what a function is told ---- */

typedef struct {
	iov_pair *pair;
	guint vf;
	guint32 max_rate;	/* Mbit/s; 0: none */
	guint16 vlan;
	gboolean any_source;
	iov_wish wish;
} vf_data;

static void
vf_data_free (gpointer data)
{
	vf_data *x = data;

	iov_pair_free (x->pair);
	g_free (x);
}

static guint32
max_rate_of (const vmnet_adapter *a)
{
	return a->max.set ? (guint32) (a->max.value / MBIT) : 0;
}

/* `access` is zero in any other mode. */
gboolean
vf_differs (const vmnet_adapter *a, const kn_vf *told)
{
	return told->max_rate != max_rate_of (a) ||
		told->vlan != a->vlan.access ||
		told->spoofchk != !iov_any_source (a);
}

iov_wish
vf_wish (const vmnet_adapter *a)
{
	return (iov_wish) { a->iov_queue_pairs, a->iov_moderation };
}

static vf_data *
vf_data_of (const vmnet_adapter *a, iov_pair *x, guint vf)
{
	vf_data *d = g_new0 (vf_data, 1);

	d->pair = x;
	d->vf = vf;
	d->max_rate = max_rate_of (a);
	d->vlan = a->vlan.access;
	d->any_source = iov_any_source (a);
	d->wish = vf_wish (a);
	return d;
}

static gboolean
told_now (kn *k, const char *pf, guint vf, kn_vf *out, GError **error)
{
	g_autoptr (GPtrArray) all = kn_vfs (k, pf, error);
	const kn_vf *told = kn_vf_of (all, vf);

	if (told)
		*out = *told;
	else if (all)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "%s has no virtual function %u", pf, vf);
	return told != NULL;
}

/* His own address, or one that his guest chose and may. */
static gboolean
has_mac (plan *p, const vf_data *d, const kn_vf *now)
{
	return d->any_source
		? iov_is_his (p->h, d->pair->address, now, d->pair->mac)
		: memcmp (now->mac, d->pair->mac, 6) == 0;
}

/* Only what differs: a card may refuse to be told what it does anyway. */
static gboolean
program (plan *p, const vf_data *d, GError **error)
{
	kn *k = p->h->nl;
	const char *pf = d->pair->pf;
	kn_vf now;

	if (!told_now (k, pf, d->vf, &now, error))
		return FALSE;
	if (!has_mac (p, d, &now) &&
	    !kn_vf_set_mac (k, pf, d->vf, d->pair->mac, error))
		return FALSE;
	if (now.vlan != d->vlan &&
	    !kn_vf_set_vlan (k, pf, d->vf, d->vlan, error))
		return FALSE;
	if (now.max_rate != d->max_rate &&
	    !kn_vf_set_rate (k, pf, d->vf, now.min_rate, d->max_rate, error))
		return FALSE;
	if (now.spoofchk == d->any_source &&
	    !kn_vf_set_spoofchk (k, pf, d->vf, !d->any_source, error))
		return FALSE;
	/* Without trust it may send, but not listen, for other addresses. */
	return now.trust == d->any_source ||
		kn_vf_set_trust (k, pf, d->vf, d->any_source,
				 d->any_source ? error : NULL) ||
		!d->any_source;
}

static void
forget (kn *k, const char *pf, guint vf)
{
	static const guint8 none[6];
	kn_vf now;

	if (!told_now (k, pf, vf, &now, NULL))
		return;
	kn_vf_set_mac (k, pf, vf, none, NULL);
	if (now.vlan)
		kn_vf_set_vlan (k, pf, vf, 0, NULL);
	if (now.max_rate)
		kn_vf_set_rate (k, pf, vf, now.min_rate, 0, NULL);
	if (!now.spoofchk)
		kn_vf_set_spoofchk (k, pf, vf, TRUE, NULL);
	if (now.trust)
		kn_vf_set_trust (k, pf, vf, FALSE, NULL);
}

/* ---- into the VM ---- */

static char *
name_with_parent (kn *k, const char *address)
{
	g_autoptr (GPtrArray) all = kn_links (k, NULL);
	const kn_link *l = kn_link_of_parent (all, address);

	return l ? g_strdup (l->name) : NULL;
}

/* The driver makes it, and udev may rename it at the same moment. */
static gboolean
move_in (kn *birth, const char *address, int netns, GError **error)
{
	gint64 end = g_get_monotonic_time () + APPEAR_MS * 1000;

	for (;;) {
		g_autofree char *name = name_with_parent (birth, address);
		gboolean last = g_get_monotonic_time () > end;

		if (name && kn_link_set_netns (birth, name, netns, "vf%d",
					       last ? error : NULL))
			return TRUE;
		if (last && name == NULL)
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
				     "the driver of %s made no interface",
				     address);
		if (last)
			return FALSE;
		g_usleep (SLICE_MS * 1000);
	}
}

/* "eth0" is the pair, "eth0v" its VF; the software one is "eth0s". */
static gboolean
enslave (kn *vm, const iov_inside *in, GError **error)
{
	g_autofree char *want = g_strdup_printf ("%.13sv", in->bond->name);
	const char *name = in->vf->name;

	if (in->vf->master == in->bond->ifindex)
		return (in->vf->flags & IFF_UP) ||
			kn_link_set_up (vm, name, TRUE, error);
	if ((in->vf->flags & IFF_UP) &&
	    !kn_link_set_up (vm, name, FALSE, error))
		return FALSE;
	if (strcmp (name, want) != 0 && kn_ifindex (vm, want) == 0) {
		if (!kn_link_set_name (vm, name, want, error))
			return FALSE;
		name = want;
	}
	/* A bond brings up what joins it. */
	return kn_link_set_master (vm, name, in->bond->name, error);
}

/* A function says "no link" until its PF has answered, and the bond looks at
 * it only then and when. */
static void
wait_link (plan *p, kn *vm, const iov_pair *x)
{
	gint64 end = g_get_monotonic_time () + LINK_MS * 1000;

	while (g_get_monotonic_time () < end) {
		g_auto (iov_inside) in = { 0 };

		if (!iov_inside_read (p->h, vm, x, &in, NULL) || !in.vf ||
		    in.vf->bond_link)
			return;
		g_usleep (SLICE_MS * 1000);
	}
}

static gboolean
into_vm (plan *p, const iov_pair *x, const iov_wish *wish, GError **error)
{
	g_autoptr (kn) vm = iov_pair_open (p->h, x, error);
	g_autoptr (kn) birth = NULL;
	g_auto (iov_inside) in = { 0 };
	int ns;

	if (vm == NULL || !iov_inside_read (p->h, vm, x, &in, error))
		return FALSE;
	if (in.bond == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "inside VM '%s' there is no bond for the pair; a "
			     "kernel with CONFIG_BONDING is needed", x->vm);
		return FALSE;
	}
	if (in.vf == NULL) {
		birth = iov_birthplace (error);
		ns = birth ? lab_vm_netns (p->h->lab, x->vm, error) : -1;
		if (ns < 0)
			return FALSE;
		if (!move_in (birth, x->address, ns, error)) {
			close (ns);
			return FALSE;
		}
		close (ns);
		iov_inside_clear (&in);
		if (!iov_inside_read (p->h, vm, x, &in, error) || !in.vf)
			return FALSE;
	}
	/* Drivers begin anew with other queues: before it carries anything. */
	iov_tune (p->h, vm, x, in.vf, wish);
	if (!enslave (vm, &in, error))
		return FALSE;
	wait_link (p, vm, x);
	return TRUE;
}

/* ---- giving ---- */

static gboolean
fill_in (plan *p, vf_data *d, GError **error)
{
	g_autoptr (GPtrArray) all = sysfs_vfs (p->h->sysfs_root, d->pair->pf);
	const sysfs_vf *v = d->vf < all->len ? all->pdata[d->vf] : NULL;

	if (v == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "%s has no virtual function %u", d->pair->pf,
			     d->vf);
		return FALSE;
	}
	g_free (d->pair->address);
	d->pair->address = g_strdup (v->address);
	g_free (d->pair->group);
	d->pair->group = g_strdup (v->group);
	return TRUE;
}

static gboolean
has_driver (plan *p, const iov_pair *x)
{
	g_autofree char *have =
		sysfs_pci_driver (p->h->sysfs_root, x->address);

	return have && (strcmp (have, "vfio-pci") == 0) == (x->vm == NULL);
}

static gboolean
give (plan *p, vf_data *d, GError **error)
{
	const char *root = p->h->sysfs_root;
	kn_vf now;

	if (!fill_in (p, d, error) ||
	    !told_now (p->h->nl, d->pair->pf, d->vf, &now, error))
		return FALSE;
	/* One that is his already is told what changed while it runs. */
	if (!has_mac (p, d, &now) &&
	    !sysfs_pci_unbind (root, d->pair->address, error))
		return FALSE;
	if (!program (p, d, error))
		return FALSE;
	iov_note_his (p->h, d->pair->address, d->pair->mac);
	if (!has_driver (p, d->pair) &&
	    (!sysfs_pci_unbind (root, d->pair->address, error) ||
	     !sysfs_pci_bind (root, d->pair->address,
			      d->pair->vm ? NULL : "vfio-pci", error)))
		return FALSE;
	return d->pair->vm == NULL || into_vm (p, d->pair, &d->wish, error);
}

static gboolean
settle (plan *p, const iov_pair *x, GError **error)
{
	g_autoptr (kn) vm = iov_pair_open (p->h, x, NULL);

	return iov_pair_settle (p->h, vm, x, NULL, error);
}

static gboolean
take (plan *p, vf_data *d, GError **error);

static gboolean
give_apply (plan *p, step *s, GError **error)
{
	vf_data *d = s->data;
	g_autoptr (GError) why = NULL;

	if (give (p, d, &why)) {
		iov_past_problem (p->h, d->pair->key, NULL);
		return settle (p, d->pair, error);
	}
	/* Never a dead end: the software NIC carries on. */
	iov_past_problem (p->h, d->pair->key, why->message);
	return take (p, d, error);
}

static gboolean
held (plan *p, const iov_pair *x, GError **error)
{
	if (x->vm || !x->group || !proc_holds_vfio (x->group))
		return FALSE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_BUSY,
		     "virtual function %s of '%s' is in use by the guest; "
		     "take it out there first (virsh detach-device, or "
		     "device_del at QEMU's monitor)", x->address, x->key);
	return TRUE;
}

static void
activate_software (plan *p, const iov_pair *x)
{
	g_autoptr (kn) vm = iov_pair_open (p->h, x, NULL);
	g_auto (iov_inside) in = { 0 };

	if (vm && iov_inside_read (p->h, vm, x, &in, NULL) && in.bond &&
	    in.software && in.bond->bond_active != in.software->ifindex)
		kn_bond_set_active (vm, in.bond->name, in.software->name,
				    NULL);
}

/* The software NIC first, so that nothing is lost but what is on its way. */
static gboolean
take (plan *p, vf_data *d, GError **error)
{
	iov_pair *x = d->pair;
	g_auto (iov_past) past = { 0 };
	gint64 start = g_get_monotonic_time ();

	if (!fill_in (p, d, NULL))
		return iov_pair_tell (p->h, x, FALSE, error);	/* its card went */
	if (held (p, x, error))
		return FALSE;
	if (x->vm)
		activate_software (p, x);
	if (kn_ifindex (p->h->nl, x->port) &&
	    !iov_pair_lead (p->h, x, FALSE, error))
		return FALSE;
	iov_past_get (p->h, x->key, &past);
	if (past.vf) {
		iov_past_switched (p->h, x->key, FALSE,
			(g_get_monotonic_time () - start) / 1000.0,
			"its virtual function was taken away");
		iov_pair_announce (p->h, x, FALSE);
	}
	if (!sysfs_pci_unbind (p->h->sysfs_root, x->address, error))
		return FALSE;
	forget (p->h->nl, x->pf, d->vf);
	iov_note_his (p->h, x->address, NULL);
	iov_tune_forget (p->h, x->key);
	return TRUE;
}

static gboolean
take_apply (plan *p, step *s, GError **error)
{
	return take (p, s->data, error);
}

static void
give_undo (plan *p, step *s)
{
	take (p, s->data, NULL);
}

static void
take_undo (plan *p, step *s)
{
	give_apply (p, s, NULL);
}

static void
step_vf (plan *p, const vmnet_adapter *a, iov_pair *x, guint vf,
	 gboolean to)
{
	g_autofree char *cap = a->max.set
		? g_strdup_printf (", at most %u Mbit/s", max_rate_of (a))
		: g_strdup ("");
	step *s = to
		? plan_step (p, give_apply, give_undo,
			     "give virtual function %u of %s to '%s'%s%s", vf,
			     x->pf, x->key, cap,
			     iov_any_source (a) ? ", any source address" : "")
		: plan_step (p, take_apply, take_undo,
			     "take virtual function %u of %s from '%s'", vf,
			     x->pf, x->key);

	s->data = vf_data_of (a, x, vf);
	s->data_free = vf_data_free;
}

void
step_vf_give (plan *p, const vmnet_adapter *a, iov_pair *x, guint vf)
{
	step_vf (p, a, x, vf, TRUE);
}

void
step_vf_take (plan *p, const vmnet_adapter *a, iov_pair *x, guint vf)
{
	step_vf (p, a, x, vf, FALSE);
}

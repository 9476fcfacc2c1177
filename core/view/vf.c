/*
 * vf.c - the virtual functions of an adapter: who has each, found by its MAC
 * or by the process that holds its VFIO group, and where its own adapter is.
 */
#include "view/vf.h"

#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "lab/lab.h"

/* All of one adapter; what the rows point into. */
typedef struct {
	GPtrArray *functions;	/* iov_function * */
	GPtrArray *cards;	/* sysfs_vf *, by the same numbers */
	GPtrArray *guests;	/* proc_guest *; NULL: no VF is on vfio */
	GPtrArray *vfs;		/* view_vf * */
} vf_set;

static void
vf_free (gpointer data)
{
	view_vf *f = data;

	kn_link_free (f->own);
	g_free (f);
}

static void
set_free (gpointer data)
{
	vf_set *s = data;

	g_clear_pointer (&s->functions, g_ptr_array_unref);
	g_clear_pointer (&s->cards, g_ptr_array_unref);
	g_clear_pointer (&s->guests, g_ptr_array_unref);
	g_ptr_array_unref (s->vfs);
	g_free (s);
}

static const proc_guest *
guest_of (vf_set *s, const iov_function *f)
{
	if (f->group == NULL || g_strcmp0 (f->driver, "vfio-pci") != 0)
		return NULL;
	if (s->guests == NULL)
		s->guests = proc_vfio_guests ();
	for (guint i = 0; i < s->guests->len; i++) {
		const proc_guest *g = s->guests->pdata[i];

		if (strcmp (g->interface, f->group) == 0)
			return g;
	}
	return NULL;
}

static vf_set *
read_set (vmnet_view *v, const char *nic)
{
	vf_set *s = g_new0 (vf_set, 1);
	const kn_link *pf = view_link (v, nic);

	s->vfs = g_ptr_array_new_with_free_func (vf_free);
	s->functions = pf ? iov_functions (v->h, nic, NULL) : NULL;
	s->cards = sysfs_vfs (v->h->sysfs_root, nic);
	for (guint i = 0; s->functions && i < s->functions->len; i++) {
		view_vf *f = g_new0 (view_vf, 1);

		f->pf = pf;
		f->f = s->functions->pdata[i];
		f->card = i < s->cards->len ? s->cards->pdata[i] : NULL;
		f->owner = iov_owner (v->model, nic, f->f->mac, NULL);
		f->guest = guest_of (s, f->f);
		g_ptr_array_add (s->vfs, f);
	}
	return s;
}

void
view_vf_each (vmnet_view *v, const char *nic,
	      void (*look) (vmnet_view *v, view_vf *f, gpointer user),
	      gpointer user)
{
	vf_set *s = read_set (v, nic);

	for (guint i = 0; i < s->vfs->len; i++)
		look (v, s->vfs->pdata[i], user);
	set_free (s);
}

const GPtrArray *
view_vfs (vmnet_view *v, const char *nic)
{
	vf_set *s;

	if (v->vfs == NULL)
		v->vfs = g_hash_table_new_full (g_str_hash, g_str_equal,
						g_free, set_free);
	s = g_hash_table_lookup (v->vfs, nic);
	if (s == NULL) {
		s = read_set (v, nic);
		g_hash_table_insert (v->vfs, g_strdup (nic), s);
	}
	return s->vfs;
}

gboolean
view_vf_in_use (const view_vf *f)
{
	return f->owner || f->guest || f->f->busy;
}

/* ---- its own adapter ---- */

static kn_link *
link_in (kn *k, const char *address)
{
	g_autoptr (GPtrArray) all = k ? kn_links (k, NULL) : NULL;
	const kn_link *l = kn_link_of_parent (all, address);
	guint at;

	return l && g_ptr_array_find (all, l, &at)
		? g_ptr_array_steal_index (all, at) : NULL;
}

static kn_link *
link_in_vm (vmnet_view *v, const view_vf *f)
{
	int ns = v->h->lab && f->owner
		? lab_vm_netns (v->h->lab, f->owner->vm, NULL) : -1;
	g_autoptr (kn) k = ns >= 0 ? kn_open (ns, NULL) : NULL;

	if (ns >= 0)
		close (ns);
	return link_in (k, f->f->address);
}

static kn_link *
link_at_birth (const view_vf *f)
{
	g_autoptr (kn) k = iov_birthplace (NULL);

	return link_in (k, f->f->address);
}

const kn_link *
view_vf_link (vmnet_view *v, view_vf *f)
{
	if (f->looked || f->f->address == NULL || f->f->driver == NULL)
		return f->own;
	f->looked = TRUE;
	f->own = link_in (v->h->nl, f->f->address);
	if (f->own == NULL)
		f->own = link_in_vm (v, f);
	if (f->own == NULL && v->h->lab)
		f->own = link_at_birth (f);
	return f->own;
}

void
put_vf_mac (vmnet_value *v, const view_vf *f)
{
	static const guint8 none[6];

	if (memcmp (f->f->told.mac, none, 6) != 0)
		put_mac (v, f->f->told.mac, '-');
}

guint
view_queue_pairs (const kn_link *l)
{
	return MIN (l->rx_queues, l->tx_queues);
}

/*
 * assign.c - the virtual functions of a card, and the claims on them.
 */
#include "iov/assign.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "iov/pair.h"
#include "kernel/sysfs.h"

/* ---- functions ---- */

static void
function_free (gpointer data)
{
	iov_function *f = data;

	g_free (f->address);
	g_free (f->driver);
	g_free (f->group);
	g_free (f);
}

kn *
iov_birthplace (GError **error)
{
	int fd = open ("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);
	kn *k;

	if (fd < 0) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_PERMISSION,
			     "open the machine's own network namespace "
			     "(/proc/1/ns/net): %s; run as root",
			     g_strerror (errno));
		return NULL;
	}
	k = kn_open (fd, error);
	close (fd);
	return k;
}

/*
 * Without a driver nobody uses it. With one: a guest has it (vfio), or its
 * interface is up, or has gone to another network namespace.
 */
static gboolean
is_busy (const sysfs_vf *s, const GPtrArray *born)
{
	const kn_link *l;

	if (s->driver == NULL)
		return FALSE;
	l = kn_link_of_parent (born, s->address);
	return l == NULL || (l->flags & IFF_UP) || l->master;
}

#define GIVEN "given"		/* in iov.json, below the PCI address */

static gboolean
given (vmnet_host *h, const char *address, guint8 mac[6])
{
	g_autofree char *text = iov_past_noted (h, address, GIVEN);

	return text && vmnet_mac_parse (text, mac, NULL);
}

gboolean
iov_is_his (vmnet_host *h, const char *address, const kn_vf *told,
	    const guint8 mac[6])
{
	guint8 noted[6];

	return memcmp (told->mac, mac, 6) == 0 ||
		(told->trust && given (h, address, noted) &&
		 memcmp (noted, mac, 6) == 0);
}

void
iov_note_his (vmnet_host *h, const char *address, const guint8 *mac)
{
	g_autofree char *text = mac ? vmnet_mac_format (mac, ':') : NULL;

	if (mac)
		iov_past_note (h, address, GIVEN, text);
	else
		iov_past_forget (h, address);
}

GPtrArray *
iov_functions (vmnet_host *h, const char *pf, GError **error)
{
	g_autoptr (GPtrArray) cards = sysfs_vfs (h->sysfs_root, pf);
	g_autoptr (GPtrArray) out =
		g_ptr_array_new_with_free_func (function_free);
	g_autoptr (GPtrArray) told = NULL, born = NULL;
	g_autoptr (kn) birth = NULL;

	if (cards->len == 0)
		return g_steal_pointer (&out);
	told = kn_vfs (h->nl, pf, error);
	if (told == NULL)
		return NULL;
	birth = iov_birthplace (NULL);
	born = birth ? kn_links (birth, NULL) : NULL;
	for (guint i = 0; i < cards->len; i++) {
		const sysfs_vf *s = cards->pdata[i];
		const kn_vf *t = kn_vf_of (told, i);
		iov_function *f = g_new0 (iov_function, 1);

		f->vf = i;
		f->address = g_strdup (s->address);
		f->driver = g_strdup (s->driver);
		f->group = g_strdup (s->group);
		f->busy = is_busy (s, born);
		if (t)
			f->told = *t;
		/* Only a trusted one can have chosen another. */
		if (!f->told.trust || !given (h, s->address, f->mac))
			memcpy (f->mac, f->told.mac, 6);
		g_ptr_array_add (out, f);
	}
	return g_steal_pointer (&out);
}

GPtrArray *
iov_functions_new (guint n)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (function_free);

	for (guint i = 0; i < n; i++) {
		iov_function *f = g_new0 (iov_function, 1);

		f->vf = i;
		g_ptr_array_add (out, f);
	}
	return out;
}

iov_function *
iov_function_of (const GPtrArray *functions, const guint8 mac[6])
{
	for (guint i = 0; functions && i < functions->len; i++) {
		iov_function *f = functions->pdata[i];

		if (memcmp (f->mac, mac, 6) == 0)
			return f;
	}
	return NULL;
}

const vmnet_adapter *
iov_owner (const vmnet_model *m, const char *pf, const guint8 mac[6],
	   const vmnet_switch **sw)
{
	for (guint i = 0; m && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		const vmnet_switch *s;

		if (a->vm == NULL || memcmp (a->mac, mac, 6) != 0)
			continue;
		s = a->vswitch ? vmnet_model_switch (m, a->vswitch) : NULL;
		if (s == NULL || g_strcmp0 (s->uplink, pf) != 0)
			continue;
		if (sw)
			*sw = s;
		return a;
	}
	return NULL;
}

gboolean
iov_count_wanted (vmnet_host *h, const vmnet_model *m, const char *pf,
		  guint *out, GError **error)
{
	const vmnet_nic *n = vmnet_model_nic (m, pf);
	int total = sysfs_sriov_total (h->sysfs_root, pf);

	*out = 0;
	if (total <= 0 || (n && n->sriov_off))
		return TRUE;
	*out = (guint) total;
	if (n == NULL || !n->num_vfs.set)
		return TRUE;
	if (n->num_vfs.value > (guint64) total) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "network adapter '%s': %" G_GUINT64_FORMAT
			     " virtual functions were asked for, the card has "
			     "%d (class/net/%s/device/sriov_totalvfs); give "
			     "at most that many", pf, n->num_vfs.value, total,
			     pf);
		return FALSE;
	}
	*out = (guint) n->num_vfs.value;
	return TRUE;
}

/* ---- claims ---- */

static void
claim_free (gpointer data)
{
	iov_claim *c = data;

	g_free (c->why);
	g_free (c);
}

typedef struct {
	const GPtrArray *functions;
} order;

static gint
by_right (gconstpointer pa, gconstpointer pb, gpointer user)
{
	const iov_claim *a = *(iov_claim *const *) pa;
	const iov_claim *b = *(iov_claim *const *) pb;
	const order *o = user;
	gboolean has_a, has_b;

	if (a->adapter->iov_weight != b->adapter->iov_weight)
		return a->adapter->iov_weight > b->adapter->iov_weight ? -1
								       : 1;
	has_a = iov_function_of (o->functions, a->adapter->mac) != NULL;
	has_b = iov_function_of (o->functions, b->adapter->mac) != NULL;
	if (has_a != has_b)
		return has_a ? -1 : 1;
	return a->adapter->slot < b->adapter->slot ? -1 : 1;
}

/* What the adapter itself, or what its VM is, speaks against. Owned. */
static char *
objection (vmnet_host *h, const vmnet_model *m, const vmnet_switch *sw,
	   const vmnet_adapter *a)
{
	const vmnet_nic *n = vmnet_model_nic (m, sw->uplink);
	g_autofree char *bypassed = NULL;

	if (n && n->sriov_off)
		return g_strdup_printf ("SR-IOV of %s is switched off "
					"(Enable-NetAdapterSriov %s switches "
					"it on)", sw->uplink, sw->uplink);
	bypassed = a->iov_bypass ? NULL
		: iov_bypassed_by (h, sw, a);
	if (bypassed)
		return g_strdup_printf ("a virtual function would bypass its "
					"policy (%s): the software adapter "
					"keeps it; -IovPolicy Bypass chooses "
					"otherwise", bypassed);
	if (!model_is_namespaced (m, a) && !sysfs_has_iommu (h->sysfs_root))
		return g_strdup_printf ("a guest cannot have one without an "
					"IOMMU (%s/class/iommu is empty): "
					"switch on VT-d or AMD-Vi in the "
					"firmware and boot with "
					"intel_iommu=on or without "
					"amd_iommu=off", h->sysfs_root);
	return NULL;
}

static int
first_free (const GPtrArray *functions, const gboolean *taken)
{
	for (guint i = 0; i < functions->len; i++) {
		const iov_function *f = functions->pdata[i];

		if (!taken[i] && !f->busy)
			return (int) i;
	}
	return -1;
}

/* Not those that somebody else uses. */
static guint
count_usable (const GPtrArray *claims, const GPtrArray *functions)
{
	guint n = 0;

	for (guint i = 0; i < functions->len; i++)
		n += !((iov_function *) functions->pdata[i])->busy;
	for (guint i = 0; i < claims->len; i++) {
		const iov_claim *c = claims->pdata[i];
		const iov_function *f =
			iov_function_of (functions, c->adapter->mac);

		n += f && f->busy;
	}
	return n;
}

/* Those that have one keep it before anyone looks for a free one. */
static void
keep_owned (GPtrArray *claims, const GPtrArray *functions, gboolean *taken)
{
	guint left = count_usable (claims, functions);

	for (guint i = 0; i < claims->len && left > 0; i++) {
		iov_claim *c = claims->pdata[i];
		iov_function *f;

		if (c->why)
			continue;
		left--;
		f = iov_function_of (functions, c->adapter->mac);
		if (f == NULL)
			continue;
		c->vf = (int) f->vf;
		taken[f->vf] = TRUE;
	}
}

static void
give_free (GPtrArray *claims, const GPtrArray *functions, gboolean *taken,
	   const char *pf)
{
	for (guint i = 0; i < claims->len; i++) {
		iov_claim *c = claims->pdata[i];

		if (c->why || c->vf >= 0)
			continue;
		c->vf = first_free (functions, taken);
		if (c->vf >= 0)
			taken[c->vf] = TRUE;
		else if (functions->len == 0)
			c->why = g_strdup_printf ("%s has no virtual "
				"functions (Get-NetAdapterSriov tells)", pf);
		else
			c->why = g_strdup_printf ("all %u virtual functions "
				"of %s are in use, by adapters of the same or "
				"a higher weight or by somebody else "
				"(Get-NetAdapterSriovVf lists them); a higher "
				"-IovWeight goes first", functions->len, pf);
	}
}

gboolean
iov_asks (const vmnet_switch *sw, const vmnet_adapter *a)
{
	return a->vm && a->iov_weight && model_is_on (sw, a);
}

GPtrArray *
iov_claims (vmnet_host *h, const vmnet_model *m, const vmnet_switch *sw,
	    const GPtrArray *functions)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (claim_free);
	g_autofree gboolean *taken = g_new0 (gboolean, functions->len + 1);
	order o = { functions };

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		iov_claim *c;

		if (!iov_asks (sw, a))
			continue;
		c = g_new0 (iov_claim, 1);
		c->adapter = a;
		c->vf = -1;
		c->why = objection (h, m, sw, a);
		g_ptr_array_add (out, c);
	}
	g_ptr_array_sort_with_data (out, by_right, &o);
	keep_owned (out, functions, taken);
	give_free (out, functions, taken, sw->uplink);
	return out;
}

const iov_claim *
iov_claim_of (const GPtrArray *claims, const vmnet_adapter *a)
{
	for (guint i = 0; claims && i < claims->len; i++) {
		const iov_claim *c = claims->pdata[i];

		if (c->adapter == a)
			return c;
	}
	return NULL;
}

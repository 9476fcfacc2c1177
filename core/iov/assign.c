/*
 * assign.c - the virtual functions of a card, and whose each is.
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
		if (s == NULL || !vmnet_switch_has_member (s, pf))
			continue;
		if (sw)
			*sw = s;
		return a;
	}
	return NULL;
}

gboolean
iov_asks (const vmnet_switch *sw, const vmnet_adapter *a)
{
	return a->vm && a->iov_weight && model_is_on (sw, a);
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

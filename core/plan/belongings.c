/*
 * belongings.c - addresses and routes of an interface, noted and given again.
 */
#include "plan/belongings.h"

#include <glib/gstdio.h>
#include <linux/if_addr.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "belongings"
#define ROUTER 9		/* RTPROT_RA */

void
belongings_clear (belongings *b)
{
	g_clear_pointer (&b->addrs, g_ptr_array_unref);
	g_clear_pointer (&b->routes, g_ptr_array_unref);
}

void
belongings_note (kn *k, int ifindex, belongings *b)
{
	g_autoptr (GPtrArray) addrs = kn_addrs (k, NULL);
	g_autoptr (GPtrArray) routes = kn_routes (k, NULL);

	belongings_clear (b);
	b->addrs = g_ptr_array_new_with_free_func (g_free);
	b->routes = g_ptr_array_new_with_free_func (g_free);
	for (guint i = 0; addrs && i < addrs->len; i++) {
		const kn_addr *a = addrs->pdata[i];

		/* 253: link scope, the kernel's own */
		if (a->ifindex == ifindex && a->scope != 253)
			g_ptr_array_add (b->addrs, g_memdup2 (a, sizeof *a));
	}
	for (guint i = 0; routes && i < routes->len; i++) {
		const kn_route *r = routes->pdata[i];

		/* Protocol 2: the kernel makes these with the address. */
		if (r->ifindex == ifindex && r->protocol != 2)
			g_ptr_array_add (b->routes, g_memdup2 (r, sizeof *r));
	}
}

void
belongings_give (kn *k, const char *link, const belongings *b)
{
	for (guint i = 0; b->addrs && i < b->addrs->len; i++)
		kn_addr_ensure (k, link, b->addrs->pdata[i], NULL);
	for (guint i = 0; b->routes && i < b->routes->len; i++) {
		kn_route r = *(const kn_route *) b->routes->pdata[i];

		r.ifindex = kn_ifindex (k, link);
		kn_route_ensure (k, &r, NULL);
	}
}

/* ---- until later ---- */

static char *
path_of (const char *run_dir, const char *link)
{
	return g_build_filename (run_dir, FOLDER, link, NULL);
}

static void
append (GByteArray *out, guint8 kind, gconstpointer data, gsize size)
{
	g_byte_array_append (out, &kind, 1);
	g_byte_array_append (out, data, (guint) size);
}

static gboolean
lasts (const kn_addr *a)
{
	return (a->flags & IFA_F_PERMANENT) != 0;
}

void
belongings_keep (const char *run_dir, const char *link, const belongings *b,
		 belongings_own own, gconstpointer user)
{
	g_autofree char *path = path_of (run_dir, link);
	g_autofree char *folder = g_path_get_dirname (path);
	g_autoptr (GByteArray) out = g_byte_array_new ();
	g_autofree char *old = NULL;
	gsize length = 0;

	if (g_file_get_contents (path, &old, &length, NULL))
		g_byte_array_append (out, (guint8 *) old, (guint) length);
	for (guint i = 0; b->addrs && i < b->addrs->len; i++) {
		const kn_addr *a = b->addrs->pdata[i];

		if (lasts (a) && !own (user, a, NULL))
			append (out, 'a', a, sizeof *a);
	}
	for (guint i = 0; b->routes && i < b->routes->len; i++) {
		const kn_route *r = b->routes->pdata[i];

		if (r->protocol != ROUTER && !own (user, NULL, r))
			append (out, 'r', r, sizeof *r);
	}
	if (out->len > length
	    && g_mkdir_with_parents (folder, 0700) == 0)
		g_file_set_contents (path, (char *) out->data, out->len, NULL);
}

static GPtrArray *
array_of (GPtrArray **a)
{
	if (*a == NULL)
		*a = g_ptr_array_new_with_free_func (g_free);
	return *a;
}

void
belongings_take (const char *run_dir, const char *link, belongings *b)
{
	g_autofree char *path = path_of (run_dir, link);
	g_autofree char *text = NULL;
	gsize length, size;

	if (!g_file_get_contents (path, &text, &length, NULL))
		return;
	for (gsize at = 0; at < length; at += 1 + size) {
		gboolean route = text[at] == 'r';

		size = route ? sizeof (kn_route) : sizeof (kn_addr);
		if (at + 1 + size > length)
			break;
		g_ptr_array_add (array_of (route ? &b->routes : &b->addrs),
				 g_memdup2 (text + at + 1, size));
	}
	g_unlink (path);
}

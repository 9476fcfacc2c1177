/*
 * belongings.c - addresses and routes of an interface, noted and given again.
 */
#include "plan/belongings.h"

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

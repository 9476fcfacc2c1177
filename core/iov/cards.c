/*
 * cards.c - the cards of a switch: its members, each with its link and its
 * virtual functions. What else asks about the functions of a switch asks here.
 */
#include <net/if.h>

#include "iov/assign.h"
#include "kernel/sysfs.h"

iov_card *
iov_card_new (const char *pf, gboolean up, GPtrArray *functions)
{
	iov_card *c = g_new0 (iov_card, 1);

	c->pf = g_strdup (pf);
	c->up = up;
	c->functions = functions;
	return c;
}

void
iov_card_free (iov_card *c)
{
	g_free (c->pf);
	g_ptr_array_unref (c->functions);
	g_free (c);
}

GPtrArray *
iov_cards_list (void)
{
	return g_ptr_array_new_with_free_func
		((GDestroyNotify) iov_card_free);
}

static GPtrArray *
functions_then (vmnet_host *h, const vmnet_model *m, const char *pf)
{
	guint n = 0;

	iov_count_wanted (h, m, pf, &n, NULL);
	return iov_functions_new (n);
}

GPtrArray *
iov_cards (vmnet_host *h, const vmnet_model *m, const vmnet_switch *sw,
	   GError **error)
{
	g_autoptr (GPtrArray) out = iov_cards_list ();
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++) {
		g_autoptr (kn_link) l = kn_link_get (h->nl, nic, NULL);
		GPtrArray *functions;

		if (l == NULL)
			continue;
		functions = iov_functions (h, nic, error);
		if (functions == NULL)
			return NULL;
		if (m && functions->len == 0) {
			g_ptr_array_unref (functions);
			functions = functions_then (h, m, nic);
		}
		g_ptr_array_add (out, iov_card_new (nic, l->flags & IFF_UP &&
						    l->carrier, functions));
	}
	return g_steal_pointer (&out);
}

iov_function *
iov_function_in (const GPtrArray *cards, const guint8 mac[6],
		 const iov_card **card)
{
	for (guint i = 0; cards && i < cards->len; i++) {
		const iov_card *c = cards->pdata[i];
		iov_function *f = iov_function_of (c->functions, mac);

		if (f && card)
			*card = c;
		if (f)
			return f;
	}
	return NULL;
}

char *
iov_cards_text (const vmnet_switch *sw)
{
	GString *s = g_string_new (NULL);
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++)
		g_string_append_printf (s, "%s%s", i ? ", " : "", nic);
	return g_string_free (s, FALSE);
}

/*
 * nat.c - the rows of NetNat.
 */
#include <string.h>

#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->nats->len; i++) {
		const vmnet_nat *n = v->model->nats->pdata[i];

		view_add (out, v, &vmnet_noun_nat, g_strdup (n->name), n, NULL,
			  NULL);
	}
}

static const vmnet_nat *
of (const vmnet_row *r)
{
	return r->asked;
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->name);
}

static void
get_inside (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->inside);
}

/* In the kernel: told, and not only asked for. */
static void
get_active (const vmnet_row *r, vmnet_value *v)
{
	g_autoptr (GPtrArray) all = kn_nats (r->view->h->nl, NULL);
	gboolean found = FALSE;

	if (all == NULL)
		return;
	for (guint i = 0; i < all->len; i++) {
		const kn_nat *n = all->pdata[i];

		found = found || (!n->bridge && !n->map &&
				  model_name_equal (n->name, of (r)->name));
	}
	put_bool (v, found);
}

static void
get_store (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, "Local");
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "its name", get_name,
	  NULL },
	{ "InternalIPInterfaceAddressPrefix", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "network inside, whose packets leave with this host's address",
	  get_inside, NULL },
	{ "Active", VMNET_T_BOOL, VMNET_U_NONE, 3,
	  "is its rule in nftables, read back", get_active, NULL },
	{ "Store", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "Local: it is kept over a boot", get_store, NULL },
};

const vmnet_noun vmnet_noun_nat = {
	.name = "NetNat",
	.text = "translation of a network's addresses",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_MODEL,
	.rows = rows,
};

/*
 * partners.c - who may be teamed with whom. Called by edit_adapter.c and plan/.
 */
#include "model/partners.h"

#include <stdlib.h>
#include <string.h>

#include "model/model.h"

static gboolean
is_partner (const vmnet_adapter *a, const vmnet_adapter *b)
{
	return b != a && b->teaming && model_name_equal (a->vm, b->vm);
}

static int
by_mac (const void *a, const void *b)
{
	return memcmp (a, b, 6);
}

void
partners_of (const vmnet_model *m, const vmnet_adapter *a,
	     vmnet_partners *out)
{
	*out = (vmnet_partners) { 0 };
	for (guint i = 0; a->teaming && i < m->adapters->len &&
	     out->n < VMNET_PARTNERS; i++) {
		const vmnet_adapter *b = m->adapters->pdata[i];

		if (is_partner (a, b))
			memcpy (out->mac[out->n++], b->mac, 6);
	}
	qsort (out->mac, out->n, sizeof out->mac[0], by_mac);
}

gboolean
partners_equal (const vmnet_partners *a, const vmnet_partners *b)
{
	return a->n == b->n && memcmp (a->mac, b->mac, a->n * 6) == 0;
}

gboolean
partners_ok (const vmnet_model *m, const vmnet_adapter *a,
	     const char *object, GError **error)
{
	guint n = 0;

	for (guint i = 0; i < m->adapters->len; i++)
		n += is_partner (a, m->adapters->pdata[i]);
	if (n <= VMNET_PARTNERS)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: -AllowTeaming On: %u others of the same VM can be "
		     "teamed already, at most %d can; set one of them to "
		     "-AllowTeaming Off", object, n, VMNET_PARTNERS);
	return FALSE;
}

gboolean
partners_roam (const vmnet_model *m, const vmnet_adapter *a)
{
	const vmnet_switch *s = a->teaming && a->vswitch
		? vmnet_model_switch (m, a->vswitch) : NULL;

	return s && !s->iov;
}

gboolean
partners_learn (const vmnet_model *m, const vmnet_adapter *a)
{
	const vmnet_switch *s = a->vswitch
		? vmnet_model_switch (m, a->vswitch) : NULL;

	return a->spoofing || (s && s->iov) || partners_roam (m, a);
}

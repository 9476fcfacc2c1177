/*
 * lists.c - the lists that a model consists of, and how to make one model of
 * another that differs from it in little. Called by plan/txn.c, host.c and the
 * journal.
 */
#include <stddef.h>

#include "model/document.h"

#define LIST(key, kind, later) { #key, offsetof (vmnet_model, key), \
	model_##kind##_same, model_##kind##_copy, later }

const model_list model_lists[MODEL_LISTS] = {
	LIST (switches, switch, FALSE),
	LIST (vms, vm, FALSE),
	LIST (adapters, adapter, FALSE),
	LIST (nics, nic, FALSE),
	LIST (addresses, address, FALSE),
	LIST (routes, route, TRUE),
	LIST (ipinterfaces, ipinterface, TRUE),
	LIST (dns, dns, TRUE),
	LIST (nats, nat, TRUE),
	LIST (pools, pool, TRUE),
	LIST (qos_policies, qos_policy, TRUE),
	LIST (traffic_classes, traffic_class, TRUE),
	LIST (dcb, dcb, TRUE),
	LIST (lbfos, lbfo, TRUE),
};

GPtrArray *
model_list_of (const vmnet_model *m, guint list)
{
	return *(GPtrArray *const *)
		((const char *) m + model_lists[list].offset);
}

gboolean
model_splice_find (guint list, const vmnet_model *old, const vmnet_model *now,
		   model_splice *out)
{
	const GPtrArray *a = model_list_of (old, list);
	const GPtrArray *b = model_list_of (now, list);
	model_same_func same = model_lists[list].same;
	guint most = MIN (a->len, b->len), at = 0, end = 0;

	while (at < most && same (a->pdata[at], b->pdata[at]))
		at++;
	while (end < most - at && same (a->pdata[a->len - 1 - end],
					b->pdata[b->len - 1 - end]))
		end++;
	*out = (model_splice) { at, a->len - at - end, b->len - at - end };
	return out->drop || out->put;
}

void
model_splice_make (GPtrArray *list, guint at, guint drop, GPtrArray *put)
{
	if (drop)
		g_ptr_array_remove_range (list, at, drop);
	for (guint i = 0; i < put->len; i++)
		g_ptr_array_insert (list, (int) (at + i), put->pdata[i]);
	g_ptr_array_set_free_func (put, NULL);
	g_ptr_array_unref (put);
}

void
model_assign (vmnet_model *m, const vmnet_model *from)
{
	m->generation = from->generation;
	m->next_acl = from->next_acl;
	m->next_slot = from->next_slot;
	m->counted = from->counted;
	for (guint i = 0; i < MODEL_LISTS; i++) {
		GPtrArray *put;
		model_splice s;

		if (!model_splice_find (i, m, from, &s))
			continue;
		put = g_ptr_array_new ();
		for (guint j = 0; j < s.put; j++)
			g_ptr_array_add (put, model_lists[i].copy (
				model_list_of (from, i)->pdata[s.at + j],
				NULL));
		model_splice_make (model_list_of (m, i), s.at, s.drop, put);
	}
}

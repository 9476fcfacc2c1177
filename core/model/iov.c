/*
 * iov.c - SR-IOV of a switch in the model, over its one card or those of its
 * team: whose virtual functions are whose, and how many members that join
 * make. Called by team.c, the document and plan/edits*.c.
 */
#include <string.h>

#include "model/edit.h"

gboolean
model_iov_ours (const vmnet_switch *sw, const char *nic)
{
	return sw->iov_made && g_strv_contains
		((const char *const *) sw->iov_made, nic);
}

void
model_iov_set_ours (vmnet_switch *sw, const char *nic, gboolean ours)
{
	g_autoptr (GStrvBuilder) b = g_strv_builder_new ();
	guint n = 0;

	for (char **o = sw->iov_made; o && *o; o++)
		if (strcmp (*o, nic) != 0) {
			g_strv_builder_add (b, *o);
			n++;
		}
	if (ours) {
		g_strv_builder_add (b, nic);
		n++;
	}
	g_strfreev (sw->iov_made);
	sw->iov_made = n ? g_strv_builder_end (b) : NULL;
}

static gboolean
was_member (const GPtrArray *was, const char *nic)
{
	return g_ptr_array_find_with_equal_func ((GPtrArray *) was, nic,
						 g_str_equal, NULL);
}

void
model_iov_members (vmnet_model *m, vmnet_switch *sw, const GPtrArray *was)
{
	const vmnet_nic *first = vmnet_model_nic (m, was->pdata[0]);
	vmnet_sriov_change count = { 0 };
	const char *nic;

	if (first)
		count.num_vfs = first->num_vfs;
	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++) {
		const vmnet_nic *n = vmnet_model_nic (m, nic);

		if (count.num_vfs.set && !was_member (was, nic) &&
		    !(n && n->num_vfs.set))
			model_sriov_set (m, nic, &count, NULL);
	}
	for (guint i = 0; i < was->len; i++)
		if (!vmnet_switch_has_member (sw, was->pdata[i]))
			model_iov_set_ours (sw, was->pdata[i], FALSE);
}

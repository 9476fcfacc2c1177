/* points.c - see points.h. */
#include "trace/points.h"

#include <net/if.h>

#include "kernel/netlink.h"
#include "model/model.h"

void
point_spec_free (point_spec *p)
{
	g_free (p->link);
	g_free (p->name);
	g_free (p->description);
	g_free (p);
}

static void
add_port (GPtrArray *out, const vmnet_adapter *a)
{
	point_spec *p = g_new0 (point_spec, 1);

	p->link = names_port (a);
	p->name = names_alias (a);
	p->description = g_strdup_printf ("port %s of switch %s", p->link,
					  a->vswitch);
	g_ptr_array_add (out, p);
}

static void
add_physical (GPtrArray *out, const char *link, const char *description)
{
	point_spec *p = g_new0 (point_spec, 1);

	p->link = g_strdup (link);
	p->name = g_strdup (link);
	p->description = g_strdup (description);
	p->uplink = TRUE;
	g_ptr_array_add (out, p);
}

static void
add_uplinks (GPtrArray *out, const vmnet_model *m)
{
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];
		g_autofree char *text =
			g_strdup_printf ("uplink of switch %s", s->name);
		const char *nic;

		for (guint j = 0; (nic = vmnet_switch_member (s, j)); j++)
			add_physical (out, nic, text);
	}
}

static gboolean
is_physical (const kn_link *l, gboolean lab)
{
	if (l->flags & IFF_LOOPBACK)
		return FALSE;
	return l->kind == NULL || (lab && g_str_has_prefix (l->name, "pnic"));
}

GPtrArray *
points_wanted (const vmnet_model *m, const GPtrArray *links,
	       unsigned capture, gboolean lab)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) point_spec_free);
	guint ports;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (a->vswitch && capture & VMNET_CAPTURE_VMSWITCH)
			add_port (out, a);
	}
	if (!(capture & VMNET_CAPTURE_PHYSICAL))
		return out;
	ports = out->len;
	add_uplinks (out, m);
	if (out->len > ports)
		return out;
	for (guint i = 0; i < links->len; i++) {
		const kn_link *l = links->pdata[i];

		if (is_physical (l, lab))
			add_physical (out, l->name, "physical adapter");
	}
	return out;
}

static const vmnet_acl *
find_acl (const vmnet_model *m, guint32 id)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		for (guint k = 0; a->acls && k < a->acls->len; k++) {
			const vmnet_acl *acl = a->acls->pdata[k];

			if (acl->id == id)
				return acl;
		}
	}
	return NULL;
}

static const vmnet_extacl *
find_extacl (const vmnet_model *m, guint32 id)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		for (guint k = 0; k < a->extacls->len; k++) {
			const vmnet_extacl *e = a->extacls->pdata[k];

			if (e->id == id)
				return e;
		}
	}
	return NULL;
}

static char *
extacl_verdict (const vmnet_model *m, guint32 id)
{
	const vmnet_extacl *e = find_extacl (m, id);
	g_autofree char *text = e ? vmnet_extacl_text (e) : NULL;

	return e ? g_strdup_printf ("extended ACL %u %s", id, text) : NULL;
}

char *
points_verdict (const vmnet_model *m, datapath_drop_reason reason,
		guint32 id)
{
	const vmnet_acl *acl;
	g_autofree char *address = NULL;

	if (reason == DATAPATH_DROP_EXTENDED_ACL)
		return extacl_verdict (m, id);
	if (reason != DATAPATH_DROP_ACL)
		return g_strdup (datapath_drop_text (reason));
	acl = find_acl (m, id);
	if (acl == NULL)
		return NULL;
	address = vmnet_acl_text (acl);
	return g_strdup_printf ("ACL %u Deny %s %s", id,
				acl->direction == VMNET_INBOUND ? "Inbound"
								: "Outbound",
				address);
}

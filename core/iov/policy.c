/*
 * policy.c - what of an adapter's policy a virtual function keeps by itself:
 * one table. A VF's frames never pass the switch, so that all else is
 * bypassed.
 */
#include "iov/assign.h"
#include "iov/quirk.h"

#define MBIT 1000000		/* cards count their rates in these */

static gboolean
has_acl (const vmnet_adapter *a)
{
	for (guint i = 0; i < a->acls->len; i++)
		if (((vmnet_acl *) a->acls->pdata[i])->action
		    != VMNET_ACL_METER)
			return TRUE;
	return FALSE;
}

static gboolean
has_extacl (const vmnet_adapter *a)
{
	return a->extacls->len > 0;
}

static gboolean
has_meter (const vmnet_adapter *a)
{
	for (guint i = 0; i < a->acls->len; i++)
		if (((vmnet_acl *) a->acls->pdata[i])->action
		    == VMNET_ACL_METER)
			return TRUE;
	return FALSE;
}

static gboolean
has_floor (const vmnet_adapter *a)
{
	return a->min_absolute.set || a->min_weight.set;
}

static gboolean
has_cap (const vmnet_adapter *a)
{
	return a->max.set && a->max.value >= MBIT;
}

static gboolean
has_small_cap (const vmnet_adapter *a)
{
	return a->max.set && a->max.value < MBIT;
}

static gboolean
has_access_vlan (const vmnet_adapter *a)
{
	return a->vlan.mode == VMNET_VLAN_ACCESS;
}

static gboolean
has_trunk (const vmnet_adapter *a)
{
	return a->vlan.mode == VMNET_VLAN_TRUNK;
}

static gboolean
has_guard (const vmnet_adapter *a)
{
	return !a->spoofing && !a->teaming;
}

/* Cards know one address of a VF, or let all pass. */
static gboolean
has_team_guard (const vmnet_adapter *a)
{
	return !a->spoofing && a->teaming;
}

static gboolean
has_mirror (const vmnet_adapter *a)
{
	return a->mirror.mode != VMNET_MIRROR_NONE;
}

#define HAS(name, guard) \
static gboolean \
has_##name (const vmnet_adapter *a) \
{ \
	return a->guards[VMNET_GUARD_##guard] != 0; \
}

HAS (dhcp_guard, DHCP)
HAS (router_guard, ROUTER)
HAS (neighbor_guard, NEIGHBOR)
HAS (storm_limit, STORM)
HAS (address_limit, ADDRESSES)

static const struct {
	iov_policy policy;
	gboolean (*asked) (const vmnet_adapter *a);
} table[] = {
	{ { "MAC address guard", TRUE }, has_guard },
	{ { "MAC address guard of its team", FALSE, .by_choice = TRUE },
	  has_team_guard },
	{ { "DHCP guard", FALSE }, has_dhcp_guard },
	{ { "router guard", FALSE }, has_router_guard },
	{ { "neighbour guard", FALSE }, has_neighbor_guard },
	{ { "storm limit", FALSE }, has_storm_limit },
	{ { "IP address limit", FALSE }, has_address_limit },
	{ { "cap", TRUE, TRUE }, has_cap },
	{ { "cap below 1 Mbit/s", FALSE }, has_small_cap },
	{ { "access VLAN", TRUE }, has_access_vlan },
	{ { "VLAN trunk", FALSE }, has_trunk },
	{ { "floor", FALSE }, has_floor },
	{ { "ACL", FALSE }, has_acl },
	{ { "extended ACL", FALSE }, has_extacl },
	{ { "meter", FALSE }, has_meter },
	{ { "port mirroring", FALSE }, has_mirror },
};

GPtrArray *
iov_policies (const vmnet_adapter *a)
{
	GPtrArray *out = g_ptr_array_new ();

	for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
		if (table[i].asked (a))
			g_ptr_array_add (out, (gpointer) &table[i].policy);
	return out;
}

gboolean
iov_any_source (const vmnet_adapter *a)
{
	return a->spoofing || a->teaming;
}

char *
iov_bypassed (const vmnet_switch *sw, const vmnet_adapter *a)
{
	g_autoptr (GPtrArray) all = iov_policies (a);
	g_autoptr (GString) s = g_string_new (NULL);

	for (guint i = 0; i < all->len; i++) {
		const iov_policy *p = all->pdata[i];

		if (!p->in_nic && !p->by_choice)
			g_string_append_printf (s, "%s%s", s->len ? ", " : "",
						p->what);
	}
	for (guint i = 0; sw->extensions && sw->extensions[i]; i++)
		g_string_append_printf (s, "%sextension '%s'",
					s->len ? ", " : "",
					sw->extensions[i]);
	return s->len ? g_strdup (s->str) : NULL;
}

const char *
iov_cap_not_kept (vmnet_host *h, const char *pf)
{
	g_autofree char *address = sysfs_pci_address (h->sysfs_root, pf);
	const iov_quirk_entry *q = address
		? iov_quirk_of (h->sysfs_root, address, IOV_QUIRK_CAP_NOT_KEPT)
		: NULL;

	return q ? q->source : NULL;
}

static gboolean
any_fails (vmnet_host *h, const vmnet_switch *sw)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (sw, i)); i++)
		if (iov_cap_not_kept (h, nic))
			return TRUE;
	return FALSE;
}

char *
iov_bypassed_by (vmnet_host *h, const vmnet_switch *sw,
		 const vmnet_adapter *a)
{
	char *all = iov_bypassed (sw, a);
	g_autofree char *others = NULL;

	if (!has_cap (a) || !any_fails (h, sw))
		return all;
	others = all;
	return g_strdup_printf ("%s%scap: its card is known not to keep one",
				others ? others : "", others ? ", " : "");
}

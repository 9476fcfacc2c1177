/*
 * adapter_guard.c - what VMNetworkAdapter tells of its guards, and the record
 * of what was dropped at its port, by reason: they add up to its drops.
 */
#include "view/adapter_guard.h"

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

void
guard_get_spoofing (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->spoofing ? "On" : "Off");
}

void
guard_get_teaming (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->teaming ? "On" : "Off");
}

static void
put_guard (const vmnet_row *r, vmnet_value *v, vmnet_guard i)
{
	if (vmnet_guards[i].on_off)
		put_text (v, of (r)->guards[i] ? "On" : "Off");
	else
		put_int (v, of (r)->guards[i]);
}

#define GUARD(name, guard) \
void \
guard_get_##name (const vmnet_row *r, vmnet_value *v) \
{ \
	put_guard (r, v, VMNET_GUARD_##guard); \
}

GUARD (dhcp, DHCP)
GUARD (router, ROUTER)
GUARD (neighbor, NEIGHBOR)
GUARD (storm, STORM)
GUARD (addresses, ADDRESSES)

/* ---- Drops: a record of its own ---- */

static void
no_rows (vmnet_view *v, GPtrArray *out)
{
}

static void
put_reason (const vmnet_row *r, vmnet_value *v, datapath_drop_reason reason)
{
	const datapath_totals *t = view_totals (r->view, of (r));

	if (t)
		put_int (v, t->in_by_reason[reason].packets +
			 t->out_by_reason[reason].packets);
}

#define REASON(name, reason) \
static void \
get_##name (const vmnet_row *r, vmnet_value *v) \
{ \
	put_reason (r, v, DATAPATH_DROP_##reason); \
}

REASON (acl, ACL)
REASON (extended_acl, EXTENDED_ACL)
REASON (spoofed, MAC_SPOOFING)
REASON (malformed, MALFORMED)
REASON (dhcp, DHCP_GUARD)
REASON (router, ROUTER_GUARD)
REASON (neighbor, NEIGHBOR_GUARD)
REASON (addresses, ADDRESS_LIMIT)
REASON (storm, STORM_LIMIT)
REASON (extension, EXTENSION)
REASON (link_down, LINK_DOWN)

static void
get_total (const vmnet_row *r, vmnet_value *v)
{
	const datapath_totals *t = view_totals (r->view, of (r));

	if (t)
		put_int (v, t->in_dropped.packets + t->out_dropped.packets);
}

#define DROPS(name, position, text, getter) \
	{ name, VMNET_T_INT, VMNET_U_PACKETS, position, text, getter, NULL }

static const vmnet_field drop_fields[] = {
	DROPS ("Acl", 1, "denied by an ACL entry", get_acl),
	DROPS ("ExtendedAcl", 2, "denied by an extended ACL entry",
	       get_extended_acl),
	DROPS ("Malformed", 3, "said to be IP and were not", get_malformed),
	DROPS ("MacAddressSpoofing", 4, "from another MAC address",
	       get_spoofed),
	DROPS ("DhcpGuard", 5, "of a DHCP server in the VM", get_dhcp),
	DROPS ("RouterGuard", 6, "of a router in the VM", get_router),
	DROPS ("NeighborGuard", 7, "named another's MAC address",
	       get_neighbor),
	DROPS ("DynamicIPAddressLimit", 8,
	       "from more IP addresses than the VM may use", get_addresses),
	DROPS ("StormLimit", 9, "to all, more in a second than the VM may",
	       get_storm),
	DROPS ("Extension", 10, "by an extension of the switch",
	       get_extension),
	DROPS ("LinkDown", 11, "to a port whose interface was down, or which "
	       "nobody had open", get_link_down),
	DROPS ("Total", 12, "all of these", get_total),
};

static const vmnet_noun noun_drops = {
	.name = "VMNetworkAdapterDrops",
	.text = "what was dropped at an adapter's port, by reason",
	.list = TRUE,
	.fields = drop_fields,
	.n_fields = G_N_ELEMENTS (drop_fields),
	.sections = VMNET_S_MODEL | VMNET_S_METERS,
	.rows = no_rows,
};

void
guard_get_drops (const vmnet_row *r, vmnet_value *v)
{
	put_row (v, view_add (NULL, r->view, &noun_drops, g_strdup (r->key),
			      r->asked, NULL, NULL));
}

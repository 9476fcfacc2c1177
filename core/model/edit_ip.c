/*
 * edit_ip.c - what is asked of IP on the host's interfaces: routes, settings,
 * name servers; and whether an interface is up, and its name. Called by
 * plan/edits_ip.c.
 */
#include "model/edit.h"
#include "model/lbfo.h"

#include <string.h>

#include "model/check.h"

/* ---- an interface that goes, or gets another name ---- */

/* The lists whose items have an interface's name as their first member. */
enum { OWNED = 4 };

static void
owned (const vmnet_model *m, GPtrArray *out[OWNED])
{
	out[0] = m->addresses;
	out[1] = m->routes;
	out[2] = m->ipinterfaces;
	out[3] = m->dns;
}

static char **
interface_of (const GPtrArray *list, guint i)
{
	return (char **) list->pdata[i];
}

static void
rename_in (GPtrArray *list, const char *old, const char *new_name)
{
	for (guint i = 0; i < list->len; i++) {
		char **name = interface_of (list, i);

		if (!model_name_equal (*name, old))
			continue;
		g_free (*name);
		*name = g_strdup (new_name);
	}
}

void
model_interface_drop (vmnet_model *m, const char *interface)
{
	GPtrArray *lists[OWNED];

	owned (m, lists);
	for (guint i = 0; i < OWNED; i++)
		for (guint j = lists[i]->len; j-- > 0;)
			if (model_name_equal (*interface_of (lists[i], j),
					      interface))
				g_ptr_array_remove_index (lists[i], j);
}

void
model_interface_rename (vmnet_model *m, const char *interface,
			const char *new_name)
{
	GPtrArray *lists[OWNED];

	owned (m, lists);
	for (guint i = 0; i < OWNED; i++)
		rename_in (lists[i], interface, new_name);
}

/* ---- up, down, another name ---- */

void
model_nic_set_up (vmnet_model *m, const char *nic, gboolean up)
{
	model_nic_of (m, nic)->up = (vmnet_opt) { TRUE, up };
}

void
model_nic_restart (vmnet_model *m, const char *nic)
{
	model_nic_of (m, nic)->restarts++;
}

void
model_nic_rename (vmnet_model *m, const char *nic, const char *new_name)
{
	g_autofree char *old = g_strdup (nic);
	vmnet_nic *n = model_nic_of (m, nic);

	g_free (n->name);
	n->name = g_strdup (new_name);
	if (n->first_name == NULL)
		n->first_name = g_strdup (old);
	g_free (n->last_name);
	n->last_name = g_strdup (old);
	for (guint i = 0; i < m->switches->len; i++) {
		vmnet_switch *s = m->switches->pdata[i];

		if (vmnet_switch_has_member (s, old))
			model_member_rename (m, s, old, new_name);
	}
	for (guint i = 0; i < m->dcb->len; i++) {
		vmnet_dcb *d = m->dcb->pdata[i];

		if (d->interface && strcmp (d->interface, old) == 0) {
			g_free (d->interface);
			d->interface = g_strdup (new_name);
		}
	}
	lbfo_rename_member (m, old, new_name);
	model_interface_rename (m, old, new_name);
}

/* ---- addresses ---- */

gboolean
model_address_set (vmnet_model *m, const char *interface, const char *address,
		   guint prefix, GError **error)
{
	g_autofree char *alias = model_interface_alias (m, interface);
	g_autofree char *wanted = model_canonical (address);
	guint most = strchr (wanted, ':') ? 128 : 32;

	if (prefix < 1 || prefix > most)
		return check_invalid (error, "address", wanted,
				      "-PrefixLength %u is out of range; give "
				      "1 to %u", prefix, most);
	for (guint i = 0; i < m->addresses->len; i++) {
		vmnet_ipaddress *a = m->addresses->pdata[i];

		if (!model_name_equal (a->interface, alias)
		    || strcmp (a->address, wanted) != 0)
			continue;
		a->prefix = prefix;
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "address '%s': not one that was given to '%s'; "
		     "Get-NetIPAddress lists them", address, alias);
	return FALSE;
}

/* ---- routes ---- */

vmnet_route *
model_route_find (const vmnet_model *m, const char *interface,
		  const char *destination, const char *next_hop)
{
	for (guint i = 0; i < m->routes->len; i++) {
		vmnet_route *r = m->routes->pdata[i];

		if (model_name_equal (r->interface, interface)
		    && strcmp (r->destination, destination) == 0
		    && g_strcmp0 (r->next_hop, next_hop) == 0)
			return r;
	}
	return NULL;
}

/* The same in canonical form; members are owned. "0.0.0.0" and "::" as next
 * hop are the published way to say that there is none. */
static gboolean
canonical_route (const vmnet_model *m, const vmnet_route *r, vmnet_route *out,
		 GError **error)
{
	vmnet_acl to = { 0 }, via = { 0 };

	if (!vmnet_acl_parse (r->destination, FALSE, &to, error)
	    || (r->next_hop
		&& !vmnet_acl_parse (r->next_hop, FALSE, &via, error)))
		return FALSE;
	if (r->next_hop && via.family != to.family)
		return check_invalid (error, "route", r->destination,
				      "the next hop '%s' is of the other IP "
				      "version", r->next_hop);
	if (r->next_hop && strchr (r->next_hop, '/'))
		return check_invalid (error, "route", r->destination,
				      "the next hop '%s' is no single address",
				      r->next_hop);
	out->interface = model_interface_alias (m, r->interface);
	out->destination = vmnet_acl_address (&to);
	if (strchr (out->destination, '/') == NULL) {
		char *host = out->destination;

		out->destination = g_strdup_printf ("%s/%u", host, to.prefix);
		g_free (host);
	}
	out->next_hop = r->next_hop ? vmnet_acl_address (&via) : NULL;
	out->metric = r->metric;
	if (g_strcmp0 (out->next_hop, "0.0.0.0") == 0
	    || g_strcmp0 (out->next_hop, "::") == 0)
		g_clear_pointer (&out->next_hop, g_free);
	return TRUE;
}

/* The new one in canonical form, and the one of the model that it is. */
static vmnet_route *
look_up (const vmnet_model *m, const vmnet_route *r, vmnet_route **found,
	 GError **error)
{
	vmnet_route *own = g_new0 (vmnet_route, 1);

	if (!canonical_route (m, r, own, error)) {
		model_route_free (own);
		return NULL;
	}
	*found = model_route_find (m, own->interface, own->destination,
				   own->next_hop);
	return own;
}

static gboolean
route_missing (const vmnet_route *r, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "route '%s'%s%s: not one that was made on '%s'; "
		     "Get-NetRoute lists them", r->destination,
		     r->next_hop ? " by " : "", r->next_hop ? r->next_hop : "",
		     r->interface);
	return FALSE;
}

gboolean
model_route_add (vmnet_model *m, const vmnet_route *r, GError **error)
{
	vmnet_route *found = NULL;
	vmnet_route *own = look_up (m, r, &found, error);

	if (own == NULL)
		return FALSE;
	if (found == NULL) {
		g_ptr_array_add (m->routes, own);
		return TRUE;
	}
	if (!own->metric.set || (found->metric.set
				 && found->metric.value == own->metric.value)) {
		model_route_free (own);
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "route '%s': exists on '%s' with another metric; change "
		     "it with Set-NetRoute -RouteMetric", own->destination,
		     own->interface);
	model_route_free (own);
	return FALSE;
}

gboolean
model_route_set (vmnet_model *m, const vmnet_route *r, GError **error)
{
	vmnet_route *found = NULL;
	vmnet_route *own = look_up (m, r, &found, error);
	gboolean ok;

	if (own == NULL)
		return FALSE;
	ok = found ? TRUE : route_missing (own, error);
	if (found)
		found->metric = r->metric;
	model_route_free (own);
	return ok;
}

gboolean
model_route_remove (vmnet_model *m, const char *interface,
		    const char *destination, const char *next_hop,
		    GError **error)
{
	vmnet_route r = { (char *) interface, (char *) destination,
			  (char *) next_hop, { 0 } };
	vmnet_route *found = NULL;
	vmnet_route *own = look_up (m, &r, &found, error);
	gboolean ok;

	if (own == NULL)
		return FALSE;
	ok = found ? g_ptr_array_remove (m->routes, found)
		   : route_missing (own, error);
	model_route_free (own);
	return ok;
}

/* ---- settings of IP ---- */

const vmnet_ip_setting_info vmnet_ip_settings[VMNET_IP_SETTINGS] = {
	[VMNET_IP_FORWARDING] = { "Forwarding", "ipv4/conf/%s/forwarding",
				  "ipv6/conf/%s/forwarding", TRUE, FALSE },
	[VMNET_IP_MTU] = { "NlMtuBytes", NULL, "ipv6/conf/%s/mtu", FALSE,
			   FALSE },
	[VMNET_IP_DAD_TRANSMITS] = { "DadTransmits", NULL,
				     "ipv6/conf/%s/dad_transmits", FALSE,
				     FALSE },
	[VMNET_IP_ROUTER_DISCOVERY] = { "RouterDiscovery", NULL,
					"ipv6/conf/%s/accept_ra", TRUE,
					FALSE },
	[VMNET_IP_IGNORE_DEFAULT_ROUTES] = { "IgnoreDefaultRoutes", NULL,
					     "ipv6/conf/%s/accept_ra_defrtr",
					     TRUE, TRUE },
	[VMNET_IP_HOP_LIMIT] = { "CurrentHopLimit", NULL,
				 "ipv6/conf/%s/hop_limit", FALSE, FALSE },
	[VMNET_IP_REACHABLE] = { "BaseReachableTimeMs",
				 "ipv4/neigh/%s/base_reachable_time_ms",
				 "ipv6/neigh/%s/base_reachable_time_ms",
				 FALSE, FALSE },
	[VMNET_IP_RETRANSMIT] = { "RetransmitTimeMs",
				  "ipv4/neigh/%s/retrans_time_ms",
				  "ipv6/neigh/%s/retrans_time_ms", FALSE,
				  FALSE },
};

void
model_ip_set (vmnet_model *m, const char *interface, gboolean v6,
	      vmnet_ip_setting setting, guint64 value)
{
	g_autofree char *alias = model_interface_alias (m, interface);
	vmnet_ipinterface *own = NULL;

	for (guint i = 0; i < m->ipinterfaces->len && own == NULL; i++) {
		vmnet_ipinterface *n = m->ipinterfaces->pdata[i];

		if (!n->v6 == !v6 && model_name_equal (n->interface, alias))
			own = n;
	}
	if (own == NULL) {
		own = g_new0 (vmnet_ipinterface, 1);
		own->interface = g_steal_pointer (&alias);
		own->v6 = v6;
		g_ptr_array_add (m->ipinterfaces, own);
	}
	own->settings[setting] = (vmnet_opt) { TRUE, value };
}

/* ---- name servers ---- */

static void
dns_drop (vmnet_model *m, const char *alias)
{
	for (guint i = m->dns->len; i-- > 0;)
		if (model_name_equal (*interface_of (m->dns, i), alias))
			g_ptr_array_remove_index (m->dns, i);
}

static vmnet_dns *
dns_find (vmnet_model *m, const char *alias)
{
	for (guint i = 0; i < m->dns->len; i++)
		if (model_name_equal (*interface_of (m->dns, i), alias))
			return m->dns->pdata[i];
	return NULL;
}

gboolean
model_dns_set (vmnet_model *m, const char *interface,
	       const char *const *servers, GError **error)
{
	g_autofree char *alias = model_interface_alias (m, interface);
	g_autoptr (GString) all = g_string_new (NULL);
	vmnet_dns *d;

	for (; *servers; servers++) {
		g_autofree char *own = NULL;
		vmnet_acl ip = { 0 };

		if (!vmnet_acl_parse (*servers, FALSE, &ip, error))
			return FALSE;
		own = vmnet_acl_address (&ip);
		if (strchr (own, '/'))
			return check_invalid (error, "name server", own,
					      "one address is needed");
		g_string_append_printf (all, "%s%s", all->len ? "," : "", own);
	}
	if (all->len == 0) {
		dns_drop (m, alias);
		return TRUE;
	}
	d = dns_find (m, alias);
	if (d == NULL) {
		d = g_new0 (vmnet_dns, 1);
		d->interface = g_steal_pointer (&alias);
		g_ptr_array_add (m->dns, d);
	}
	g_free (d->servers);
	d->servers = g_string_free (g_steal_pointer (&all), FALSE);
	return TRUE;
}

/* ---- network address translation ---- */

vmnet_nat *
model_nat_find (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->nats->len; i++) {
		vmnet_nat *n = m->nats->pdata[i];

		if (model_name_equal (n->name, name))
			return n;
	}
	return NULL;
}

static gboolean
overlap (const vmnet_acl *a, const vmnet_acl *b)
{
	guint bits = MIN (a->prefix, b->prefix);

	for (guint i = 0; i < bits; i++)
		if ((a->addr[i / 8] ^ b->addr[i / 8]) & 0x80 >> i % 8)
			return FALSE;
	return TRUE;
}

static gboolean
nat_is_free (const vmnet_model *m, const char *name, const vmnet_acl *inside,
	     GError **error)
{
	for (guint i = 0; i < m->nats->len; i++) {
		const vmnet_nat *n = m->nats->pdata[i];
		vmnet_acl other = { 0 };

		vmnet_acl_parse (n->inside, FALSE, &other, NULL);
		if (overlap (inside, &other))
			return check_invalid (error, "NAT", name, "its network "
					      "overlaps %s of NAT '%s'",
					      n->inside, n->name);
	}
	return TRUE;
}

gboolean
model_nat_add (vmnet_model *m, const char *name, const char *inside,
	       gboolean forwards, GError **error)
{
	const vmnet_nat *old = model_nat_find (m, name);
	g_autofree char *text = NULL;
	vmnet_acl ip = { 0 };
	vmnet_nat *own;

	if (!check_name ("NAT", name, error)
	    || !vmnet_acl_parse (inside, FALSE, &ip, error))
		return FALSE;
	if (ip.family != VMNET_ADDR_IPV4)
		return check_invalid (error, "NAT", name, "'%s' is not IPv4; "
				      "IPv6 networks are routed", inside);
	text = vmnet_acl_address (&ip);
	if (old && strcmp (old->inside, text) == 0)
		return TRUE;
	if (old) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "NAT '%s': exists for %s; remove it with "
			     "Remove-NetNat", name, old->inside);
		return FALSE;
	}
	if (!nat_is_free (m, name, &ip, error))
		return FALSE;
	own = g_new0 (vmnet_nat, 1);
	own->name = g_strdup (name);
	own->inside = g_steal_pointer (&text);
	own->forwards = forwards;
	own->maps = g_new0 (char *, 1);
	g_ptr_array_add (m->nats, own);
	return TRUE;
}

gboolean
model_nat_remove (vmnet_model *m, const char *name, GError **error)
{
	vmnet_nat *n = model_nat_find (m, name);
	gboolean forwards;

	if (n == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "there is no NAT '%s'; Get-NetNat lists them",
			     name);
		return FALSE;
	}
	forwards = n->forwards;
	g_ptr_array_remove (m->nats, n);
	/* Who is left needs it, and takes it away at the end. */
	if (forwards && m->nats->len > 0)
		((vmnet_nat *) m->nats->pdata[0])->forwards = TRUE;
	return TRUE;
}

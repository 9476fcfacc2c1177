/*
 * edits_ip.c - the public edits of IP and of interfaces: the model's own rules
 * (model/edit.h) and what only a look at this host can tell.
 */
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <string.h>

#include "model/edit.h"
#include "model/lbfo.h"
#include "plan/step.h"
#include "plan/txn.h"

static gboolean
is_host_adapter (const vmnet_model *m, const char *interface)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *alias = a->vm ? NULL : names_alias (a);

		if (alias && g_ascii_strcasecmp (alias, interface) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
interface_exists (vmnet_txn *t, const char *what, const char *interface,
		  GError **error)
{
	g_autofree char *team = lbfo_interface (t->model, interface);

	return team || is_host_adapter (t->model, interface) ||
		txn_nic_exists (t->host, what, interface, error);
}

char *
vmnet_ip_interface (vmnet_txn *t, const char *interface)
{
	return plan_interface (t->model, interface);
}

/* ---- addresses ---- */

gboolean
vmnet_address_add (vmnet_txn *t, const vmnet_ipaddress *a, GError **error)
{
	g_autofree char *what = g_strdup_printf ("address %s", a->address);

	if (!interface_exists (t, what, a->interface, error))
		return FALSE;
	if (strchr (a->address, ':')
	    && plan_model_no_ipv6 (t->model, a->interface)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: IPv6 is not bound to '%s'; "
			     "Enable-NetAdapterBinding -Name '%s' -ComponentID "
			     "ms_tcpip6 binds it", what, a->interface,
			     a->interface);
		return FALSE;
	}
	return model_address_add (t->model, a, error);
}

/* The prefix of the interface's address as the kernel has it; -1: it has no
 * such address. */
static int
kernel_prefix (vmnet_host *h, const char *interface, const char *address)
{
	g_autoptr (GPtrArray) all = kn_addrs (h->nl, NULL);
	int index = kn_ifindex (h->nl, interface);
	int family = strchr (address, ':') ? AF_INET6 : AF_INET;
	guint8 want[16] = { 0 };

	if (inet_pton (family, address, want) != 1)
		return -1;
	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (a->ifindex == index && a->family == family &&
		    memcmp (a->addr, want, family == AF_INET ? 4 : 16) == 0)
			return a->prefix;
	}
	return -1;
}

static gboolean
address_known (const vmnet_model *m, const char *interface,
	       const char *address)
{
	for (guint i = 0; i < m->addresses->len; i++) {
		const vmnet_ipaddress *a = m->addresses->pdata[i];

		if (g_ascii_strcasecmp (a->interface, interface) == 0 &&
		    strcmp (a->address, address) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Two names of one interface: an uplink's and its stand-in's, say. */
static gboolean
same_interface (const vmnet_model *m, const char *a, const char *b)
{
	g_autofree char *x = plan_interface (m, a);
	g_autofree char *y = plan_interface (m, b);

	return strcmp (x, y) == 0;
}

/* The name under which the address was given, not owned; or `interface`. */
static const char *
address_owner (const vmnet_model *m, const char *interface,
	       const char *address)
{
	for (guint i = 0; i < m->addresses->len; i++) {
		const vmnet_ipaddress *a = m->addresses->pdata[i];

		if (strcmp (a->address, address) == 0 &&
		    same_interface (m, a->interface, interface))
			return a->interface;
	}
	return interface;
}

static const char *
route_owner (const vmnet_model *m, const vmnet_route *r)
{
	for (guint i = 0; i < m->routes->len; i++) {
		const vmnet_route *o = m->routes->pdata[i];

		if (strcmp (o->destination, r->destination) == 0 &&
		    g_strcmp0 (o->next_hop, r->next_hop) == 0 &&
		    same_interface (m, o->interface, r->interface))
			return o->interface;
	}
	return r->interface;
}

/* What someone else made: in a VM it is taken for ours (TRUE), so that the plan
 * finds it gone or changed; on a host it is left alone. */
static gboolean
may_take (vmnet_txn *t, const char *what, const char *interface,
	  const char *how, GError **error)
{
	if (t->host->guest)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "%s: foreign, '%s' has it from elsewhere; '%s' takes it "
		     "away", what, interface, how);
	return FALSE;
}

/* The address becomes one that was given here; TRUE also where it is so
 * already, or not there at all. */
static gboolean
take_address (vmnet_txn *t, const char *interface, const char *address,
	      GError **error)
{
	int prefix = address_known (t->model, interface, address)
		? -1 : kernel_prefix (t->host, interface, address);
	g_autofree char *what = g_strdup_printf ("address '%s'", address);
	g_autofree char *how = NULL;
	vmnet_ipaddress a = { 0 };

	if (prefix < 0)
		return TRUE;
	how = g_strdup_printf ("ip address del %s/%d dev %s", address, prefix,
			       interface);
	if (!may_take (t, what, interface, how, error))
		return FALSE;
	a.interface = (char *) interface;
	a.address = (char *) address;
	a.prefix = (guint8) prefix;
	return model_address_add (txn_own_base (t), &a, error) &&
		model_address_add (t->model, &a, error);
}

gboolean
vmnet_address_remove (vmnet_txn *t, const char *interface,
		      const char *address, GError **error)
{
	g_autofree char *owner = g_strdup (address_owner (t->model, interface,
							  address));

	return take_address (t, owner, address, error) &&
		model_address_remove (t->model, owner, address, error);
}

gboolean
vmnet_address_set (vmnet_txn *t, const char *interface, const char *address,
		   guint prefix, GError **error)
{
	const char *owner = address_owner (t->model, interface, address);

	return take_address (t, owner, address, error) &&
		model_address_set (t->model, owner, address, prefix, error);
}

/* ---- routes ---- */

static gboolean
same_place (const kn_route *a, const kn_route *b)
{
	return a->family == b->family && a->prefix == b->prefix &&
		!a->has_gateway == !b->has_gateway &&
		memcmp (a->dst, b->dst, 16) == 0 &&
		memcmp (a->gateway, b->gateway, 16) == 0;
}

/* The kernel's route to there through that interface, owned, or NULL. */
static kn_route *
kernel_route (vmnet_txn *t, const vmnet_route *r)
{
	g_autofree char *link = plan_interface (t->model, r->interface);
	g_autoptr (GPtrArray) all = kn_routes (t->host->nl, NULL);
	int index = kn_ifindex (t->host->nl, link);
	kn_route want;

	plan_route_parse (r, &want);
	for (guint i = 0; all && i < all->len; i++) {
		const kn_route *k = all->pdata[i];

		if (k->ifindex == index && same_place (k, &want))
			return g_memdup2 (k, sizeof *k);
	}
	return NULL;
}

/* Does an address that was given here bring it along? */
static gboolean
comes_with_address (const vmnet_model *m, const vmnet_route *r)
{
	for (guint i = 0; i < m->addresses->len; i++) {
		const vmnet_ipaddress *a = m->addresses->pdata[i];

		if (model_name_equal (a->interface, r->interface) &&
		    g_str_has_suffix (r->destination, "/0") &&
		    g_strcmp0 (a->gateway, r->next_hop) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
take_route (vmnet_txn *t, const vmnet_route *r, GError **error)
{
	g_autofree char *what = g_strdup_printf ("route '%s'", r->destination);
	g_autofree char *how = NULL;
	g_autofree kn_route *k = NULL;
	vmnet_route own = *r;

	if (model_route_find (t->model, r->interface, r->destination,
			      r->next_hop) ||
	    !(k = kernel_route (t, r)))
		return TRUE;
	if (comes_with_address (t->model, r)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: it came with an address (-DefaultGateway); "
			     "Remove-NetIPAddress takes both away", what);
		return FALSE;
	}
	how = g_strdup_printf ("ip route del %s%s%s dev %s", r->destination,
			       r->next_hop ? " via " : "",
			       r->next_hop ? r->next_hop : "", r->interface);
	if (!may_take (t, what, r->interface, how, error))
		return FALSE;
	own.metric = (vmnet_opt) { TRUE, k->metric };
	return model_route_add (txn_own_base (t), &own, error) &&
		model_route_add (t->model, &own, error);
}

/* `to` is not owned. */
static gboolean
checked (vmnet_txn *t, const vmnet_route *r, vmnet_route *to, GError **error)
{
	g_autofree char *what = g_strdup_printf ("route %s", r->destination);

	*to = *r;
	return interface_exists (t, what, r->interface, error);
}

gboolean
vmnet_route_add (vmnet_txn *t, const vmnet_route *r, GError **error)
{
	vmnet_route own;

	return checked (t, r, &own, error) &&
		model_route_add (t->model, &own, error);
}

gboolean
vmnet_route_set (vmnet_txn *t, const vmnet_route *r, GError **error)
{
	vmnet_route own = *r;

	own.interface = (char *) route_owner (t->model, r);
	return take_route (t, &own, error) &&
		model_route_set (t->model, &own, error);
}

gboolean
vmnet_route_remove (vmnet_txn *t, const char *interface,
		    const char *destination, const char *next_hop,
		    GError **error)
{
	vmnet_route r = { (char *) interface, (char *) destination,
			  (char *) next_hop, { 0 } };
	g_autofree char *owner = g_strdup (route_owner (t->model, &r));

	r.interface = owner;
	return take_route (t, &r, error) &&
		model_route_remove (t->model, owner, destination, next_hop,
				    error);
}

/* ---- settings of IP ---- */

gboolean
vmnet_ip_set (vmnet_txn *t, const char *interface, gboolean v6,
	      vmnet_ip_setting setting, guint64 value, GError **error)
{
	const vmnet_ip_setting_info *info = &vmnet_ip_settings[setting];

	if (!interface_exists (t, "IP", interface, error))
		return FALSE;
	if ((v6 ? info->v6 : info->v4) == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "interface '%s': Linux has no -%s of %s on an "
			     "interface; give -AddressFamily %s", interface,
			     info->name, v6 ? "IPv6" : "IPv4",
			     v6 ? "IPv4" : "IPv6");
		return FALSE;
	}
	model_ip_set (t->model, interface, v6, setting, value);
	return TRUE;
}

gboolean
vmnet_ip_is_dynamic (vmnet_host *h, const char *interface)
{
	g_autoptr (GPtrArray) all = kn_addrs (h->nl, NULL);
	int index = kn_ifindex (h->nl, interface);

	for (guint i = 0; all && i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (a->ifindex == index && a->family == AF_INET &&
		    !(a->flags & IFA_F_PERMANENT))
			return TRUE;
	}
	return FALSE;
}

/* ---- name servers ---- */

gboolean
vmnet_dns_set (vmnet_txn *t, const char *interface,
	       const char *const *servers, GError **error)
{
	return interface_exists (t, "name servers", interface, error) &&
		model_dns_set (t->model, interface, servers, error);
}

/* ---- network address translation ---- */

gboolean
vmnet_nat_add (vmnet_txn *t, const char *name, const char *inside,
	       GError **error)
{
	guint64 on = 1;

	kn_sysctl_get (t->host->nl, PLAN_FORWARDING, "all", &on);
	return model_nat_add (t->model, name, inside,
			      !on && t->model->nats->len == 0, error);
}

gboolean
vmnet_natmap_add (vmnet_txn *t, const char *nat, vmnet_natmap *p,
		  GError **error)
{
	return model_natmap_add (t->model, nat, p, error);
}

gboolean
vmnet_natmap_remove (vmnet_txn *t, guint32 id, GError **error)
{
	return model_natmap_remove (t->model, id, error);
}

gboolean
vmnet_nat_remove (vmnet_txn *t, const char *name, GError **error)
{
	return model_nat_remove (t->model, name, error);
}

/* ---- interfaces ---- */

gboolean
vmnet_nic_set_up (vmnet_txn *t, const char *nic, gboolean up, GError **error)
{
	if (!interface_exists (t, up ? "enable" : "disable", nic, error))
		return FALSE;
	model_nic_set_up (t->model, nic, up);
	return TRUE;
}

gboolean
vmnet_nic_restart (vmnet_txn *t, const char *nic, GError **error)
{
	if (!interface_exists (t, "restart", nic, error))
		return FALSE;
	if (plan_model_is_down (t->model, nic)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "network adapter '%s': it is disabled; "
			     "Enable-NetAdapter takes it up", nic);
		return FALSE;
	}
	model_nic_restart (t->model, nic);
	return TRUE;
}

/* What the kernel takes for an interface. */
static gboolean
link_name_ok (const char *name)
{
	gsize n = strlen (name);

	if (n == 0 || n > 15 || strcmp (name, ".") == 0 ||
	    strcmp (name, "..") == 0)
		return FALSE;
	for (gsize i = 0; i < n; i++)
		if (g_ascii_isspace (name[i]) || strchr ("/:%", name[i]))
			return FALSE;
	return TRUE;
}

static gboolean
rename_refused (const char *nic, const char *why, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "network adapter '%s': %s", nic, why);
	return FALSE;
}

gboolean
vmnet_nic_rename (vmnet_txn *t, const char *nic, const char *new_name,
		  GError **error)
{
	int there = kn_ifindex (t->host->nl, new_name);

	if (is_host_adapter (t->model, nic))
		return rename_refused (nic, "it is named as its switch's "
				       "adapter; Rename-VMNetworkAdapter "
				       "-ManagementOS gives it another name",
				       error);
	if (lbfo_of_interface (t->model, nic))
		return rename_refused (nic, "it is a team's; "
				       "Rename-NetLbfoTeam gives that another "
				       "name", error);
	if (!txn_nic_exists (t->host, "rename", nic, error))
		return FALSE;
	if (!link_name_ok (new_name))
		return rename_refused (nic, "the new name is none for an "
				       "interface of Linux: give 1 to 15 bytes "
				       "without spaces, '/', ':' and '%'",
				       error);
	if (strcmp (nic, new_name) == 0)
		return TRUE;
	if (there && there != kn_ifindex (t->host->nl, nic))
		return rename_refused (nic, "another interface has the new "
				       "name already", error);
	model_nic_rename (t->model, nic, new_name);
	return TRUE;
}

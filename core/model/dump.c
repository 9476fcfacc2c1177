/*
 * dump.c - the model as a script of the commands that an administrator would
 * have typed. Called by plan/txn.c for `netsh dump`.
 */
#include "model/dump.h"

#include <string.h>

#include "model/guards.h"
#include "model/mirror.h"

#define DEFAULT_ADAPTER "Network Adapter"
#define DEFAULT_VMQ_WEIGHT 100
#define QUIET " -ErrorAction SilentlyContinue"

static gboolean
bare_word (const char *s)
{
	gsize n = strspn (s, "abcdefghijklmnopqrstuvwxyz"
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

	return g_ascii_isalpha (s[0]) && s[n] == '\0';
}

/* The language takes the typographic single quotes for plain ones. */
static gboolean
is_quote (gunichar c)
{
	return c == '\'' || (c >= 0x2018 && c <= 0x201b);
}

static void
put_value (GString *s, const char *value)
{
	if (bare_word (value)) {
		g_string_append (s, value);
		return;
	}
	g_string_append_c (s, '\'');
	for (; *value; value = g_utf8_next_char (value)) {
		gunichar c = g_utf8_get_char (value);

		if (is_quote (c))
			g_string_append_unichar (s, c);
		g_string_append_unichar (s, c);
	}
	g_string_append_c (s, '\'');
}

/* Nothing where the value is NULL. */
static void
put_text (GString *s, const char *parameter, const char *value)
{
	if (value == NULL)
		return;
	g_string_append_printf (s, " -%s ", parameter);
	put_value (s, value);
}

void
dump_text (GString *s, const char *parameter, const char *value)
{
	put_text (s, parameter, value);
}

static void
put_opt (GString *s, const char *parameter, vmnet_opt value)
{
	if (value.set)
		g_string_append_printf (s, " -%s %" G_GUINT64_FORMAT,
					parameter, value.value);
}

static void
put_mac (GString *s, const vmnet_adapter *a)
{
	g_autofree char *mac = vmnet_mac_format (a->mac, '-');

	if (a->mac_static)
		put_text (s, "StaticMacAddress", mac);
}

/* " -VMName web1" or " -ManagementOS" */
static void
put_owner (GString *s, const vmnet_adapter *a)
{
	if (a->vm == NULL)
		g_string_append (s, " -ManagementOS");
	put_text (s, "VMName", a->vm);
}

static void
dump_iov (GString *s, const vmnet_adapter *a)
{
	if (a->iov_weight)
		g_string_append_printf (s, " -IovWeight %u", a->iov_weight);
	put_opt (s, "IovQueuePairsRequested", a->iov_queue_pairs);
	if (a->iov_moderation != VMNET_MODERATION_DEFAULT)
		put_text (s, "IovInterruptModeration",
			  model_moderation_text (a->iov_moderation));
	if (a->iov_bypass)
		g_string_append (s, " -IovPolicy Bypass");
}

static void
dump_settings (GString *s, const vmnet_adapter *a)
{
	g_autoptr (GString) set = g_string_new (NULL);

	if (a->vm)
		put_mac (set, a);
	if (a->spoofing)
		g_string_append (set, " -MacAddressSpoofing On");
	if (a->teaming)
		g_string_append (set, " -AllowTeaming On");
	guards_dump (set, a->guards);
	mirror_dump (set, &a->mirror);
	put_opt (set, "MinimumBandwidthAbsolute", a->min_absolute);
	put_opt (set, "MinimumBandwidthWeight", a->min_weight);
	put_opt (set, "MaximumBandwidth", a->max);
	if (a->vmq_weight != DEFAULT_VMQ_WEIGHT)
		g_string_append_printf (set, " -VmqWeight %u", a->vmq_weight);
	dump_iov (set, a);
	put_text (set, "ResourcePoolName", a->pool);
	if (set->len == 0)
		return;
	g_string_append (s, "Set-VMNetworkAdapter");
	put_owner (s, a);
	put_text (s, "Name", a->name);
	g_string_append_printf (s, "%s\n", set->str);
}

static void
put_address (GString *s, const char *side, vmnet_family family,
	     const char *address)
{
	g_string_append_printf (s, " -%s%s '%s'", side,
				family == VMNET_ADDR_MAC ? "MacAddress"
							 : "IPAddress",
				address);
}

static void
dump_acl (GString *s, const vmnet_adapter *a, const vmnet_acl *acl)
{
	g_autofree char *address = vmnet_acl_address (acl);
	g_autofree char *remote = vmnet_acl_remote (acl);

	g_string_append (s, "Add-VMNetworkAdapterAcl");
	put_owner (s, a);
	put_text (s, "VMNetworkAdapterName", a->name);
	g_string_append_printf (s, " -Action %s -Direction %s",
				model_action_text (acl->action),
				model_direction_text (acl->direction));
	if (acl->local)
		put_address (s, "Local", acl->family, address);
	if (remote)
		put_address (s, "Remote", acl->pair ? acl->remote_family
			     : acl->family, remote);
	g_string_append_c (s, '\n');
}

static void
dump_extacl (GString *s, const vmnet_adapter *a, const vmnet_extacl *e)
{
	g_autofree char *protocol = vmnet_protocol_text (e->protocol);
	g_autofree char *local = vmnet_prefix_text (&e->local);
	g_autofree char *remote = vmnet_prefix_text (&e->remote);
	g_autofree char *local_port = vmnet_ports_text (&e->local_port);
	g_autofree char *remote_port = vmnet_ports_text (&e->remote_port);

	g_string_append (s, "Add-VMNetworkAdapterExtendedAcl");
	put_owner (s, a);
	put_text (s, "VMNetworkAdapterName", a->name);
	put_text (s, "Action", model_action_text (e->action));
	put_text (s, "Direction", model_direction_text (e->direction));
	g_string_append_printf (s, " -Weight %u", e->weight);
	put_text (s, "LocalIPAddress", e->local.given ? local : NULL);
	put_text (s, "RemoteIPAddress", e->remote.given ? remote : NULL);
	put_text (s, "LocalPort", e->local_port.given ? local_port : NULL);
	put_text (s, "RemotePort", e->remote_port.given ? remote_port : NULL);
	put_text (s, "Protocol", e->protocol.set ? protocol : NULL);
	if (e->stateful)
		g_string_append_printf (s, " -Stateful $true "
					"-IdleSessionTimeout %u", e->idle);
	if (e->isolation)
		g_string_append_printf (s, " -IsolationID %u", e->isolation);
	g_string_append_c (s, '\n');
}

static void
dump_vlan (GString *s, const vmnet_adapter *a)
{
	g_autofree char *words = model_vlan_words (&a->vlan);

	if (words == NULL)
		return;
	g_string_append (s, a->vlan.isolation ? "Set-VMNetworkAdapterIsolation"
			 : "Set-VMNetworkAdapterVlan");
	put_owner (s, a);
	put_text (s, "VMNetworkAdapterName", a->name);
	g_string_append_printf (s, " %s\n", words);
}

static void
dump_mapping (GString *s, const vmnet_adapter *a)
{
	if (a->team_mapping == NULL)
		return;
	g_string_append (s, "Set-VMNetworkAdapterTeamMapping");
	put_owner (s, a);
	put_text (s, "VMNetworkAdapterName", a->name);
	put_text (s, "PhysicalNetAdapterName", a->team_mapping);
	if (a->team_stays)
		g_string_append (s, " -DisableFailover On");
	g_string_append_c (s, '\n');
}

static void
dump_policy (GString *s, const vmnet_adapter *a)
{
	dump_settings (s, a);
	dump_vlan (s, a);
	dump_mapping (s, a);
	for (guint i = 0; i < a->acls->len; i++)
		dump_acl (s, a, g_ptr_array_index (a->acls, i));
	for (guint i = 0; i < a->extacls->len; i++)
		dump_extacl (s, a, g_ptr_array_index (a->extacls, i));
}

static void
dump_add (GString *s, const vmnet_adapter *a)
{
	g_string_append (s, "Add-VMNetworkAdapter");
	put_owner (s, a);
	put_text (s, "Name", a->name);
	put_text (s, "SwitchName", a->vswitch);
	if (a->vm == NULL)
		put_mac (s, a);
	g_string_append_c (s, '\n');
}

/* What a command made that the model does not have. */
static void
dump_remove (GString *s, const char *owner, const char *vm, const char *name)
{
	g_string_append_printf (s, "Remove-VMNetworkAdapter %s", owner);
	if (vm) {
		g_string_append_c (s, ' ');
		put_value (s, vm);
	}
	put_text (s, "Name", name);
	g_string_append (s, QUIET "\n");
}

static void
dump_span (GString *s, const vmnet_switch *sw)
{
	g_autoptr (GString) name = g_string_new (NULL);

	put_value (name, sw->name);
	mirror_dump_uplink (s, &sw->mirror, name->str);
}

static void
dump_switch (GString *s, const vmnet_model *m, const vmnet_switch *sw)
{
	gboolean own = model_default_host_adapter (m, sw) != NULL;

	g_string_append (s, "New-VMSwitch");
	put_text (s, "Name", sw->name);
	if (sw->uplink) {
		g_string_append (s, " -NetAdapterName ");
		put_value (s, sw->uplink);
	}
	for (guint i = 1; vmnet_switch_member (sw, i); i++) {
		g_string_append (s, ", ");
		put_value (s, vmnet_switch_member (sw, i));
	}
	if (sw->teaming)
		g_string_append (s, " -EnableEmbeddedTeaming $true");
	if (sw->type == VMNET_SWITCH_EXTERNAL)
		g_string_append_printf (s, " -AllowManagementOS $%s",
					own ? "true" : "false");
	else
		put_text (s, "SwitchType", model_switch_type_text (sw->type));
	if (sw->bw_mode != VMNET_BW_DEFAULT)
		put_text (s, "MinimumBandwidthMode",
			  model_bw_mode_text (sw->bw_mode));
	if (sw->iov)
		g_string_append (s, " -EnableIov $true");
	put_text (s, "Notes", sw->notes);
	g_string_append_c (s, '\n');
	dump_span (s, sw);
	if (sw->spreads) {
		g_string_append (s, "Set-VMSwitchTeam");
		put_text (s, "Name", sw->name);
		g_string_append (s, " -LoadBalancingAlgorithm Dynamic\n");
	}
	if (!sw->default_flow_absolute.set && !sw->default_flow_weight.set)
		return;
	g_string_append (s, "Set-VMSwitch");
	put_text (s, "Name", sw->name);
	put_opt (s, "DefaultFlowMinimumBandwidthAbsolute",
		 sw->default_flow_absolute);
	put_opt (s, "DefaultFlowMinimumBandwidthWeight",
		 sw->default_flow_weight);
	g_string_append_c (s, '\n');
}

static void
dump_mac (GString *s, const char *interface, const char *mac)
{
	g_string_append (s, "Set-NetAdapter");
	put_text (s, "Name", interface);
	put_text (s, "MacAddress", mac);
	g_string_append_c (s, '\n');
}

static void
dump_host_adapters (GString *s, const vmnet_model *m, const vmnet_switch *sw)
{
	const vmnet_adapter *own = model_default_host_adapter (m, sw);

	if (own)
		dump_policy (s, own);
	if (own && own->mac_static) {
		g_autofree char *alias = names_alias (own);
		g_autofree char *mac = vmnet_mac_format (own->mac, '-');

		dump_mac (s, alias, mac);
	}
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (a->vm || a == own
		    || !model_name_equal (a->vswitch, sw->name))
			continue;
		dump_add (s, a);
		dump_policy (s, a);
	}
	if (own == NULL && sw->type == VMNET_SWITCH_INTERNAL)
		dump_remove (s, "-ManagementOS", NULL, sw->name);
}

/* `adapters`: the VM's, or NULL. */
static void
dump_vm (GString *s, const vmnet_vm *v, const GPtrArray *adapters)
{
	const vmnet_adapter *first = NULL;

	for (guint i = 0; adapters && i < adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (adapters, i);

		if (model_name_equal (a->name, DEFAULT_ADAPTER))
			first = a;
	}
	g_string_append (s, "New-VM");
	put_text (s, "Name", v->name);
	if (first)
		put_text (s, "SwitchName", first->vswitch);
	g_string_append_c (s, '\n');
	if (first)
		dump_policy (s, first);
	else
		dump_remove (s, "-VMName", v->name, DEFAULT_ADAPTER);
	for (guint i = 0; adapters && i < adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (adapters, i);

		if (a == first)
			continue;
		dump_add (s, a);
		dump_policy (s, a);
	}
	if (v->metering) {
		g_string_append (s, "Enable-VMResourceMetering");
		put_text (s, "VMName", v->name);
		g_string_append_c (s, '\n');
	}
	if (v->off) {
		g_string_append (s, "Stop-VM");
		put_text (s, "Name", v->name);
		g_string_append_c (s, '\n');
	}
}

static void
dump_nic (GString *s, const vmnet_nic *n)
{
	if (!n->vmq && !n->base_processor.set && !n->max_processor.set
	    && !n->max_processors.set)
		return;
	g_string_append (s, "Set-NetAdapterVmq");
	put_text (s, "Name", n->name);
	g_string_append_printf (s, " -Enabled $%s", n->vmq ? "true" : "false");
	put_opt (s, "BaseProcessorNumber", n->base_processor);
	put_opt (s, "MaxProcessorNumber", n->max_processor);
	put_opt (s, "MaxProcessors", n->max_processors);
	g_string_append_c (s, '\n');
}

/* Before the switches: that is when virtual functions are made. */
static void
dump_sriov (GString *s, const vmnet_nic *n)
{
	if (n->num_vfs.set) {
		g_string_append (s, "Set-NetAdapterSriov");
		put_text (s, "Name", n->name);
		put_opt (s, "NumVFs", n->num_vfs);
		g_string_append_c (s, '\n');
	}
	if (n->sriov_off) {
		g_string_append (s, "Disable-NetAdapterSriov");
		put_text (s, "Name", n->name);
		g_string_append_c (s, '\n');
	}
}

/* What has a cmdlet of its own. */
static gboolean
dump_own_verb (GString *s, const vmnet_nic *n, guint setting)
{
	guint64 value = n->settings[setting].value;
	g_autofree char *text = NULL;
	guint8 mac[6];

	if (setting == VMNET_NIC_MAC) {
		vmnet_nic_mac_bytes (value, mac);
		text = vmnet_mac_format (mac, '-');
		dump_mac (s, n->name, text);
	}
	if (setting == VMNET_NIC_IPV6) {
		g_string_append (s, value ? "Enable-NetAdapterBinding"
				 : "Disable-NetAdapterBinding");
		put_text (s, "Name", n->name);
		put_text (s, "ComponentID", vmnet_nic_settings[setting].keyword);
		g_string_append_c (s, '\n');
	}
	return setting == VMNET_NIC_MAC || setting == VMNET_NIC_IPV6;
}

static void
dump_driver (GString *s, const vmnet_nic *n)
{
	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++) {
		if (!n->settings[i].set || dump_own_verb (s, n, i))
			continue;
		g_string_append (s, "Set-NetAdapterAdvancedProperty");
		put_text (s, "Name", n->name);
		put_text (s, "RegistryKeyword", vmnet_nic_settings[i].keyword);
		put_opt (s, "RegistryValue", n->settings[i]);
		g_string_append_c (s, '\n');
	}
}

/* Before all that is asked of it by the new name. */
static void
dump_rename (GString *s, const vmnet_nic *n)
{
	if (n->first_name == NULL || strcmp (n->first_name, n->name) == 0)
		return;
	g_string_append (s, "Rename-NetAdapter");
	put_text (s, "Name", n->first_name);
	put_text (s, "NewName", n->name);
	g_string_append_c (s, '\n');
}

static void
dump_up (GString *s, const vmnet_nic *n)
{
	if (!n->up.set)
		return;
	g_string_append (s, n->up.value ? "Enable-NetAdapter"
			 : "Disable-NetAdapter");
	put_text (s, "Name", n->name);
	g_string_append (s, n->up.value ? "\n" : " -Confirm:$false\n");
}

static void
dump_route (GString *s, const vmnet_route *r)
{
	g_string_append (s, "New-NetRoute");
	put_text (s, "InterfaceAlias", r->interface);
	put_text (s, "DestinationPrefix", r->destination);
	put_text (s, "NextHop", r->next_hop);
	put_opt (s, "RouteMetric", r->metric);
	g_string_append_c (s, '\n');
}

static void
dump_ipinterface (GString *s, const vmnet_ipinterface *n)
{
	g_string_append (s, "Set-NetIPInterface");
	put_text (s, "InterfaceAlias", n->interface);
	put_text (s, "AddressFamily", n->v6 ? "IPv6" : "IPv4");
	for (guint i = 0; i < VMNET_IP_SETTINGS; i++) {
		const vmnet_ip_setting_info *info = &vmnet_ip_settings[i];

		if (n->settings[i].set && info->on_off)
			put_text (s, info->name, n->settings[i].value
				  ? "Enabled" : "Disabled");
		else
			put_opt (s, info->name, n->settings[i]);
	}
	g_string_append_c (s, '\n');
}

static void
dump_dns (GString *s, const vmnet_dns *d)
{
	g_auto (GStrv) servers = g_strsplit (d->servers, ",", -1);

	g_string_append (s, "Set-DnsClientServerAddress");
	put_text (s, "InterfaceAlias", d->interface);
	g_string_append (s, " -ServerAddresses ");
	for (char **p = servers; *p; p++) {
		g_string_append (s, p == servers ? "" : ",");
		put_value (s, *p);
	}
	g_string_append_c (s, '\n');
}

static void
dump_nat (GString *s, const vmnet_nat *n)
{
	g_string_append (s, "New-NetNat");
	put_text (s, "Name", n->name);
	put_text (s, "InternalIPInterfaceAddressPrefix", n->inside);
	g_string_append_c (s, '\n');
	for (guint i = 0; n->maps[i]; i++)
		dump_natmap (s, n->name, n->maps[i]);
}

static void
dump_ip (GString *s, const vmnet_model *m)
{
	for (guint i = 0; i < m->routes->len; i++)
		dump_route (s, m->routes->pdata[i]);
	for (guint i = 0; i < m->ipinterfaces->len; i++)
		dump_ipinterface (s, m->ipinterfaces->pdata[i]);
	for (guint i = 0; i < m->dns->len; i++)
		dump_dns (s, m->dns->pdata[i]);
	for (guint i = 0; i < m->nats->len; i++)
		dump_nat (s, m->nats->pdata[i]);
}

static void
dump_address (GString *s, const vmnet_ipaddress *a)
{
	g_string_append (s, "New-NetIPAddress");
	put_text (s, "InterfaceAlias", a->interface);
	put_text (s, "IPAddress", a->address);
	g_string_append_printf (s, " -PrefixLength %u", a->prefix);
	put_text (s, "DefaultGateway", a->gateway);
	g_string_append_c (s, '\n');
}

char *
model_dump (const vmnet_model *m)
{
	g_autoptr (GHashTable) by_vm = model_adapters_by_vm (m);
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < m->nics->len; i++)
		dump_rename (s, g_ptr_array_index (m->nics, i));
	for (guint i = 0; i < m->nics->len; i++)
		dump_sriov (s, g_ptr_array_index (m->nics, i));
	dump_lbfos (s, m);
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *sw = g_ptr_array_index (m->switches, i);

		dump_switch (s, m, sw);
		dump_host_adapters (s, m, sw);
		extensions_dump (s, sw);
	}
	dump_pools (s, m);
	for (guint i = 0; i < m->vms->len; i++) {
		const vmnet_vm *v = g_ptr_array_index (m->vms, i);

		dump_vm (s, v, g_hash_table_lookup (by_vm, v->name));
	}
	dump_pools_metering (s, m);
	for (guint i = 0; i < m->nics->len; i++)
		dump_driver (s, g_ptr_array_index (m->nics, i));
	for (guint i = 0; i < m->nics->len; i++)
		dump_nic (s, g_ptr_array_index (m->nics, i));
	for (guint i = 0; i < m->addresses->len; i++)
		dump_address (s, g_ptr_array_index (m->addresses, i));
	dump_ip (s, m);
	dump_qos (s, m);
	for (guint i = 0; i < m->nics->len; i++)
		dump_up (s, g_ptr_array_index (m->nics, i));
	return g_string_free (s, FALSE);
}

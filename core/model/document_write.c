/*
 * document_write.c - the model as text: one JSON document with a version.
 * Called by store.c.
 */
#include "model/document.h"
#include "model/lbfo.h"
#include "model/mirror.h"
#include "model/qos.h"

#include <json-glib/json-glib.h>

static void
put_string (JsonBuilder *b, const char *key, const char *value)
{
	if (value == NULL)
		return;
	json_builder_set_member_name (b, key);
	json_builder_add_string_value (b, value);
}

static void
put_int (JsonBuilder *b, const char *key, gint64 value)
{
	json_builder_set_member_name (b, key);
	json_builder_add_int_value (b, value);
}

static void
put_opt (JsonBuilder *b, const char *key, vmnet_opt value)
{
	if (value.set)
		put_int (b, key, value.value);
}

/* False is what a missing member means. */
static void
put_bool (JsonBuilder *b, const char *key, gboolean value)
{
	if (!value)
		return;
	json_builder_set_member_name (b, key);
	json_builder_add_boolean_value (b, TRUE);
}

/* Nothing where it is NULL. */
static void
put_texts (JsonBuilder *b, const char *key, char *const *texts)
{
	if (texts == NULL)
		return;
	json_builder_set_member_name (b, key);
	json_builder_begin_array (b);
	for (; *texts; texts++)
		json_builder_add_string_value (b, *texts);
	json_builder_end_array (b);
}

static void
put_mirror (JsonBuilder *b, const vmnet_mirror *x)
{
	g_autofree char *line = mirror_write (x);

	put_string (b, "mirror", line);
}

static void
put_switch (JsonBuilder *b, gconstpointer item)
{
	const vmnet_switch *s = item;

	put_string (b, "name", s->name);
	put_string (b, "type", model_switch_type_text (s->type));
	put_string (b, "uplink", s->uplink);
	put_texts (b, "further_uplinks", s->others);
	put_bool (b, "teaming", s->teaming);
	if (s->spreads)
		put_bool (b, "spreads", TRUE);
	put_string (b, "notes", s->notes);
	put_string (b, "bandwidth_mode", model_bw_mode_text (s->bw_mode));
	put_opt (b, "default_flow_absolute", s->default_flow_absolute);
	put_opt (b, "default_flow_weight", s->default_flow_weight);
	put_bool (b, "iov", s->iov);
	put_texts (b, "iov_made_of", s->iov_made);
	put_texts (b, "extensions", s->extensions);
	put_mirror (b, &s->mirror);
}

static void
put_vm (JsonBuilder *b, gconstpointer item)
{
	const vmnet_vm *v = item;

	put_string (b, "name", v->name);
	put_bool (b, "namespaced", v->namespaced);
	put_bool (b, "metering", v->metering);
	put_int (b, "metering_since", v->metering_since);
	put_bool (b, "off", v->off);
}

/* One line for each entry: "7 Inbound Meter Remote 0.0.0.0/0 1500 10 0 0"; the
 * counters' values at the last reset stand there when there are any, and what
 * was counted on other hosts likewise. */
static void
put_acl (JsonBuilder *b, const vmnet_acl *acl)
{
	g_autofree char *addresses = vmnet_acl_text (acl);
	g_autofree char *text = g_strdup_printf (
		"%u %s %s %s", acl->id,
		model_direction_text (acl->direction),
		model_action_text (acl->action), addresses);
	g_autoptr (GString) line = g_string_new (text);
	gboolean carried = acl->carried_bytes || acl->carried_packets;

	if (carried || acl->base_bytes || acl->base_packets)
		g_string_append_printf (
			line, " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
			acl->base_bytes, acl->base_packets);
	if (carried)
		g_string_append_printf (
			line, " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
			acl->carried_bytes, acl->carried_packets);
	json_builder_add_string_value (b, line->str);
}

static void
put_vlan (JsonBuilder *b, const vmnet_vlan *v)
{
	put_bool (b, "vlan_isolation", v->isolation);
	if (v->mode == VMNET_VLAN_UNTAGGED)
		return;
	put_string (b, "vlan_mode", model_vlan_mode_text (v->mode));
	if (v->mode == VMNET_VLAN_ACCESS)
		put_int (b, "vlan_access", v->access);
	if (v->mode == VMNET_VLAN_TRUNK)
		put_int (b, "vlan_native", v->native);
	put_string (b, "vlan_allowed", v->allowed);
}

/* One line for each: see model_extacl_write. */
static void
put_extacls (JsonBuilder *b, const GPtrArray *extacls)
{
	if (extacls->len == 0)
		return;
	json_builder_set_member_name (b, "extended_acls");
	json_builder_begin_array (b);
	for (guint i = 0; i < extacls->len; i++) {
		g_autofree char *line = model_extacl_write (
			g_ptr_array_index (extacls, i));

		json_builder_add_string_value (b, line);
	}
	json_builder_end_array (b);
}

static void
put_adapter (JsonBuilder *b, gconstpointer item)
{
	const vmnet_adapter *a = item;
	g_autofree char *mac = vmnet_mac_format (a->mac, '-');

	put_string (b, "vm", a->vm);
	put_string (b, "name", a->name);
	put_string (b, "switch", a->vswitch);
	put_string (b, "pool", a->pool);
	put_int (b, "slot", a->slot);
	put_string (b, "mac", mac);
	put_bool (b, "mac_static", a->mac_static);
	put_bool (b, "spoofing", a->spoofing);
	put_bool (b, "teaming", a->teaming);
	for (guint i = 0; i < VMNET_GUARDS; i++)
		if (a->guards[i])
			put_int (b, vmnet_guards[i].key, a->guards[i]);
	put_mirror (b, &a->mirror);
	put_opt (b, "min_absolute", a->min_absolute);
	put_opt (b, "min_weight", a->min_weight);
	put_opt (b, "max", a->max);
	put_int (b, "vmq_weight", a->vmq_weight);
	if (a->iov_weight)
		put_int (b, "iov_weight", a->iov_weight);
	put_opt (b, "iov_queue_pairs", a->iov_queue_pairs);
	if (a->iov_moderation != VMNET_MODERATION_DEFAULT)
		put_string (b, "iov_moderation",
			    model_moderation_text (a->iov_moderation));
	put_bool (b, "iov_bypass", a->iov_bypass);
	put_vlan (b, &a->vlan);
	put_string (b, "team_mapping", a->team_mapping);
	put_bool (b, "team_stays", a->team_stays);
	put_string (b, "team_home", a->team_home);
	put_extacls (b, a->extacls);
	if (a->acls->len == 0)
		return;
	json_builder_set_member_name (b, "acls");
	json_builder_begin_array (b);
	for (guint i = 0; i < a->acls->len; i++)
		put_acl (b, g_ptr_array_index (a->acls, i));
	json_builder_end_array (b);
}

static void
put_nic (JsonBuilder *b, gconstpointer item)
{
	const vmnet_nic *n = item;

	put_string (b, "name", n->name);
	put_bool (b, "vmq", n->vmq);
	put_opt (b, "base_processor", n->base_processor);
	put_opt (b, "max_processor", n->max_processor);
	put_opt (b, "max_processors", n->max_processors);
	put_bool (b, "sriov_off", n->sriov_off);
	put_opt (b, "num_vfs", n->num_vfs);
	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++) {
		g_autofree char *first = g_strconcat (
			"first ", vmnet_nic_settings[i].keyword, NULL);

		put_opt (b, vmnet_nic_settings[i].keyword, n->settings[i]);
		put_opt (b, first, n->first[i]);
	}
	put_opt (b, "up", n->up);
	if (n->restarts)
		put_int (b, "restarts", n->restarts);
	put_string (b, "first_name", n->first_name);
	put_string (b, "last_name", n->last_name);
}

static void
put_address (JsonBuilder *b, gconstpointer item)
{
	const vmnet_ipaddress *a = item;

	put_string (b, "interface", a->interface);
	put_string (b, "address", a->address);
	put_int (b, "prefix", a->prefix);
	put_string (b, "gateway", a->gateway);
}

static void
put_route (JsonBuilder *b, gconstpointer item)
{
	const vmnet_route *r = item;

	put_string (b, "interface", r->interface);
	put_string (b, "destination", r->destination);
	put_string (b, "next_hop", r->next_hop);
	put_opt (b, "metric", r->metric);
}

static void
put_ipinterface (JsonBuilder *b, gconstpointer item)
{
	const vmnet_ipinterface *n = item;

	put_string (b, "interface", n->interface);
	put_bool (b, "v6", n->v6);
	for (guint i = 0; i < VMNET_IP_SETTINGS; i++)
		put_opt (b, vmnet_ip_settings[i].name, n->settings[i]);
}

static void
put_dns (JsonBuilder *b, gconstpointer item)
{
	const vmnet_dns *d = item;

	put_string (b, "interface", d->interface);
	put_string (b, "servers", d->servers);
}

static void
put_names (JsonBuilder *b, const char *key, char *const *names)
{
	if (*names == NULL)
		return;
	json_builder_set_member_name (b, key);
	json_builder_begin_array (b);
	for (; *names; names++)
		json_builder_add_string_value (b, *names);
	json_builder_end_array (b);
}

static void
put_nat (JsonBuilder *b, gconstpointer item)
{
	const vmnet_nat *n = item;

	put_string (b, "name", n->name);
	put_string (b, "inside", n->inside);
	put_bool (b, "forwards", n->forwards);
	put_names (b, "maps", n->maps);
}

static void
put_pool (JsonBuilder *b, gconstpointer item)
{
	const vmnet_pool *p = item;

	put_string (b, "name", p->name);
	put_names (b, "parents", p->parents);
	put_names (b, "switches", p->switches);
	put_bool (b, "metering", p->metering);
	put_int (b, "metering_since", p->metering_since);
	if (p->past->len == 0)
		return;
	json_builder_set_member_name (b, "past");
	json_builder_begin_array (b);
	for (guint i = 0; i < p->past->len; i++)
		put_acl (b, g_ptr_array_index (p->past, i));
	json_builder_end_array (b);
}

/* What is known by a name and written as one line, which it takes. */
static void
put_named (JsonBuilder *b, const char *name, char *line)
{
	put_string (b, "name", name);
	put_string (b, "line", line);
	g_free (line);
}

static void
put_qos_policy (JsonBuilder *b, gconstpointer item)
{
	const vmnet_qos_policy *p = item;

	put_named (b, p->name, qos_policy_write (p));
}

static void
put_traffic_class (JsonBuilder *b, gconstpointer item)
{
	const vmnet_traffic_class *c = item;

	put_named (b, c->name, traffic_class_write (c));
}

static void
put_dcb (JsonBuilder *b, gconstpointer item)
{
	const vmnet_dcb *d = item;

	g_autofree char *line = dcb_write (d);

	put_string (b, "interface", d->interface);
	put_string (b, "line", line);
}

static void
put_lbfo (JsonBuilder *b, gconstpointer item)
{
	const vmnet_lbfo *t = item;

	put_named (b, t->name, lbfo_write (t));
}

/* In the order of model_lists. */
static void (*const put_item[MODEL_LISTS]) (JsonBuilder *, gconstpointer) = {
	put_switch, put_vm, put_adapter, put_nic, put_address,
	put_route, put_ipinterface, put_dns, put_nat, put_pool,
	put_qos_policy, put_traffic_class, put_dcb, put_lbfo,
};

static void
put_items (JsonBuilder *b, const vmnet_model *m, guint list, guint at,
	   guint count)
{
	const GPtrArray *items = model_list_of (m, list);

	json_builder_begin_array (b);
	for (guint i = at; i < at + count; i++) {
		json_builder_begin_object (b);
		put_item[list] (b, g_ptr_array_index (items, i));
		json_builder_end_object (b);
	}
	json_builder_end_array (b);
}

static void
put_numbers (JsonBuilder *b, const vmnet_model *m)
{
	put_int (b, "version", DOCUMENT_VERSION);
	put_int (b, "generation", m->generation);
	put_int (b, "next_acl", m->next_acl);
	put_int (b, "next_slot", m->next_slot);
	if (m->counted)
		put_int (b, "counted", m->counted);
}

static void
put_splice (JsonBuilder *b, const vmnet_model *m, guint list,
	    const model_splice *s)
{
	json_builder_set_member_name (b, model_lists[list].key);
	json_builder_begin_object (b);
	put_int (b, "at", s->at);
	put_int (b, "drop", s->drop);
	json_builder_set_member_name (b, "put");
	put_items (b, m, list, s->at, s->put);
	json_builder_end_object (b);
}

static char *
to_text (JsonBuilder *b, gboolean pretty)
{
	g_autoptr (JsonGenerator) g = json_generator_new ();
	g_autoptr (JsonNode) root = json_builder_get_root (b);

	json_generator_set_root (g, root);
	json_generator_set_pretty (g, pretty);
	json_generator_set_indent (g, 1);
	json_generator_set_indent_char (g, '\t');
	return json_generator_to_data (g, NULL);
}

char *
store_to_text (const vmnet_model *m)
{
	g_autoptr (JsonBuilder) b = json_builder_new_immutable ();
	g_autofree char *text = NULL;

	json_builder_begin_object (b);
	put_numbers (b, m);
	for (guint i = 0; i < MODEL_LISTS; i++) {
		json_builder_set_member_name (b, model_lists[i].key);
		put_items (b, m, i, 0, model_list_of (m, i)->len);
	}
	json_builder_end_object (b);
	text = to_text (b, TRUE);
	return g_strconcat (text, "\n", NULL);
}

char *
document_delta (const vmnet_model *old, const vmnet_model *now)
{
	g_autoptr (JsonBuilder) b = json_builder_new_immutable ();
	model_splice s;

	json_builder_begin_object (b);
	put_numbers (b, now);
	for (guint i = 0; i < MODEL_LISTS; i++)
		if (model_splice_find (i, old, now, &s))
			put_splice (b, now, i, &s);
	json_builder_end_object (b);
	return to_text (b, FALSE);
}

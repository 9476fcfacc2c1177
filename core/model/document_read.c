/*
 * document_read.c - the model from text. Everything that is read is checked,
 * because people edit files. Called by store.c.
 */
#include "model/reader.h"

#include <json-glib/json-glib.h>
#include <stdarg.h>
#include <string.h>

void
read_bad (reader *r, const char *key, const char *format, ...)
{
	g_autofree char *text = NULL, *at = NULL;
	va_list args;

	if (r->error)
		return;
	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	at = r->list ? g_strdup_printf ("%s[%u].%s", r->list, r->index, key)
		     : g_strdup (key);
	g_set_error (&r->error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "read the store %s: at %s: %s; mend the file, put a copy "
		     "back, or move it away to begin with an empty store",
		     r->file, at, text);
}

static JsonNode *
take (reader *r, const char *key, GType type)
{
	JsonNode *n = json_object_get_member (r->o, key);

	if (n && json_node_get_value_type (n) == type)
		return n;
	if (n)
		read_bad (r, key, "a value of another type was expected");
	return NULL;
}

char *
read_string (reader *r, const char *key)
{
	JsonNode *n = take (r, key, G_TYPE_STRING);

	return n ? g_strdup (json_node_get_string (n)) : NULL;
}

/* Never NULL. */
static char *
get_name (reader *r, const char *key)
{
	char *s = read_string (r, key);

	if (s && *s)
		return s;
	read_bad (r, key, "it is missing");
	g_free (s);
	return g_strdup ("");
}

static gboolean
get_bool (reader *r, const char *key)
{
	JsonNode *n = take (r, key, G_TYPE_BOOLEAN);

	return n && json_node_get_boolean (n);
}

static vmnet_opt
get_opt (reader *r, const char *key, gint64 max)
{
	JsonNode *n = take (r, key, G_TYPE_INT64);
	gint64 value = n ? json_node_get_int (n) : 0;
	vmnet_opt opt = { n != NULL, value };

	if (value < 0 || value > max)
		read_bad (r, key, "%" G_GINT64_FORMAT " is out of range",
			  value);
	return opt;
}

static gint64
get_int (reader *r, const char *key, gint64 min, gint64 max)
{
	vmnet_opt opt = get_opt (r, key, max);

	if (!opt.set)
		read_bad (r, key, "it is missing");
	else if ((gint64) opt.value < min)
		read_bad (r, key, "%" G_GUINT64_FORMAT " is out of range",
			  opt.value);
	return opt.value;
}

guint
read_word (reader *r, const char *key, const char *text, guint last,
	   const char *(*word) (guint))
{
	for (guint i = 0; text && i <= last; i++)
		if (g_ascii_strcasecmp (word (i), text) == 0)
			return i;
	read_bad (r, key, "'%s' is not one of the accepted words",
		  text ? text : "");
	return 0;
}

static const char *
type_word (guint i)
{
	return model_switch_type_text (i);
}

static const char *
mode_word (guint i)
{
	return model_bw_mode_text (i);
}

static const char *
moderation_word (guint i)
{
	return model_moderation_text (i);
}

/* A list of lines of text; `get` takes NULL for what is no text. */
static void
get_lines (reader *r, const char *key, GPtrArray *out,
	   gpointer (*get) (reader *r, const char *text))
{
	JsonNode *n = json_object_get_member (r->o, key);
	JsonArray *list;

	if (n == NULL)
		return;
	if (!JSON_NODE_HOLDS_ARRAY (n)) {
		read_bad (r, key, "a list was expected");
		return;
	}
	list = json_node_get_array (n);
	for (guint i = 0; i < json_array_get_length (list); i++) {
		JsonNode *e = json_array_get_element (list, i);

		g_ptr_array_add (out, get (
			r, json_node_get_value_type (e) == G_TYPE_STRING ?
			json_node_get_string (e) : NULL));
	}
}

static char **
get_names (reader *r, const char *key)
{
	GPtrArray *names = g_ptr_array_new ();

	get_lines (r, key, names, read_text);
	g_ptr_array_add (names, NULL);
	return (char **) g_ptr_array_free (names, FALSE);
}

/* NULL: none. */
static char **
get_some (reader *r, const char *key, guint max)
{
	g_auto (GStrv) names = get_names (r, key);
	guint n = g_strv_length (names);

	if (n > max)
		read_bad (r, key, "there are %u, and at most %u can be", n,
			  max);
	return n > 0 ? g_steal_pointer (&names) : NULL;
}

static void
get_switch (reader *r, vmnet_model *m)
{
	vmnet_switch *s = g_new0 (vmnet_switch, 1);
	g_autofree char *type = read_string (r, "type");
	g_autofree char *mode = read_string (r, "bandwidth_mode");

	g_ptr_array_add (m->switches, s);
	s->name = get_name (r, "name");
	s->type = read_word (r, "type", type, VMNET_SWITCH_PRIVATE, type_word);
	s->uplink = read_string (r, "uplink");
	s->others = get_some (r, "further_uplinks", VMNET_TEAM_MAX - 1);
	s->teaming = get_bool (r, "teaming");
	s->spreads = get_bool (r, "spreads");
	s->notes = read_string (r, "notes");
	s->bw_mode = read_word (r, "bandwidth_mode", mode, VMNET_BW_NONE,
				mode_word);
	s->default_flow_absolute = get_opt (r, "default_flow_absolute",
					    G_MAXINT64);
	s->default_flow_weight = get_opt (r, "default_flow_weight", 100);
	s->iov = get_bool (r, "iov");
	s->iov_made = get_some (r, "iov_made_of", VMNET_TEAM_MAX);
	/* As it was written while a switch with SR-IOV had one card. */
	if (!s->iov_made && get_bool (r, "iov_made"))
		model_iov_set_ours (s, s->uplink, TRUE);
	s->extensions = get_some (r, "extensions", VMNET_SWITCHEXTS_MAX);
	mirror_get (r, &s->mirror);
	if ((s->type == VMNET_SWITCH_EXTERNAL) != (s->uplink != NULL))
		read_bad (r, "uplink", "an External switch has one, another "
			  "has none");
	if (s->others && !s->teaming)
		read_bad (r, "further_uplinks", "only a team has them");
	if (s->spreads && !s->teaming)
		read_bad (r, "spreads", "only a team does");
}

static void
get_vm (reader *r, vmnet_model *m)
{
	vmnet_vm *v = g_new0 (vmnet_vm, 1);

	g_ptr_array_add (m->vms, v);
	v->name = get_name (r, "name");
	v->namespaced = get_bool (r, "namespaced");
	v->metering = get_bool (r, "metering");
	v->metering_since = get_int (r, "metering_since", 0, G_MAXINT64);
	v->off = get_bool (r, "off");
}

static void
get_iov (reader *r, vmnet_adapter *a)
{
	g_autofree char *moderation = read_string (r, "iov_moderation");

	a->iov_weight = get_opt (r, "iov_weight", 100).value;
	a->iov_queue_pairs = get_opt (r, "iov_queue_pairs", G_MAXUINT16);
	if (moderation)
		a->iov_moderation = read_word (r, "iov_moderation", moderation,
					       VMNET_MODERATION_HIGH,
					       moderation_word);
	a->iov_bypass = get_bool (r, "iov_bypass");
}

static const char *
vlan_word (guint i)
{
	return model_vlan_mode_text (i);
}

static void
get_vlan (reader *r, vmnet_vlan *v)
{
	g_autofree char *mode = read_string (r, "vlan_mode");
	g_autofree char *allowed = NULL;

	v->isolation = get_bool (r, "vlan_isolation");
	if (mode == NULL)
		return;
	v->mode = read_word (r, "vlan_mode", mode, VMNET_VLAN_TRUNK,
			     vlan_word);
	if (v->mode == VMNET_VLAN_ACCESS)
		v->access = get_int (r, "vlan_access", 1, VMNET_VLAN_MAX);
	if (v->mode != VMNET_VLAN_TRUNK)
		return;
	v->native = get_int (r, "vlan_native", 0, VMNET_VLAN_MAX);
	allowed = get_name (r, "vlan_allowed");
	v->allowed = vmnet_vlan_list (allowed, NULL);
	if (v->allowed == NULL)
		read_bad (r, "vlan_allowed", "'%s' is no list of VLANs",
			  allowed);
}

static void
get_adapter (reader *r, vmnet_model *m)
{
	vmnet_adapter *a = g_new0 (vmnet_adapter, 1);
	g_autofree char *mac = read_string (r, "mac");

	g_ptr_array_add (m->adapters, a);
	a->acls = g_ptr_array_new_with_free_func (g_free);
	a->extacls = g_ptr_array_new_with_free_func (g_free);
	a->vm = read_string (r, "vm");
	a->name = get_name (r, "name");
	a->vswitch = read_string (r, "switch");
	a->pool = read_string (r, "pool");
	a->slot = get_int (r, "slot", 1, m->next_slot - 1);
	if (mac == NULL || !vmnet_mac_parse (mac, a->mac, NULL))
		read_bad (r, "mac", "it is not a MAC address");
	a->mac_static = get_bool (r, "mac_static");
	a->spoofing = get_bool (r, "spoofing");
	a->teaming = get_bool (r, "teaming");
	for (guint i = 0; i < VMNET_GUARDS; i++)
		a->guards[i] = get_opt (r, vmnet_guards[i].key,
					vmnet_guards[i].max).value;
	mirror_get (r, &a->mirror);
	a->min_absolute = get_opt (r, "min_absolute", G_MAXINT64);
	a->min_weight = get_opt (r, "min_weight", 100);
	a->max = get_opt (r, "max", G_MAXINT64);
	a->vmq_weight = get_int (r, "vmq_weight", 0, 100);
	get_iov (r, a);
	get_vlan (r, &a->vlan);
	a->team_mapping = read_string (r, "team_mapping");
	a->team_stays = get_bool (r, "team_stays");
	a->team_home = read_string (r, "team_home");
	get_lines (r, "acls", a->acls, read_acl);
	get_lines (r, "extended_acls", a->extacls, read_extacl);
}

static void
get_nic (reader *r, vmnet_model *m)
{
	vmnet_nic *n = g_new0 (vmnet_nic, 1);

	g_ptr_array_add (m->nics, n);
	n->name = get_name (r, "name");
	n->vmq = get_bool (r, "vmq");
	n->base_processor = get_opt (r, "base_processor", G_MAXINT);
	n->max_processor = get_opt (r, "max_processor", G_MAXINT);
	n->max_processors = get_opt (r, "max_processors", G_MAXINT);
	n->sriov_off = get_bool (r, "sriov_off");
	n->num_vfs = get_opt (r, "num_vfs", G_MAXUINT16);
	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++) {
		const char *key = vmnet_nic_settings[i].keyword;
		gint64 max = (1LL << (i == VMNET_NIC_MAC ? 48 : 32)) - 1;
		g_autofree char *first = g_strconcat ("first ", key, NULL);

		n->settings[i] = get_opt (r, key, max);
		n->first[i] = get_opt (r, first, max);
	}
	n->up = get_opt (r, "up", 1);
	n->restarts = get_opt (r, "restarts", G_MAXUINT32).value;
	n->first_name = read_string (r, "first_name");
	n->last_name = read_string (r, "last_name");
}

static void
get_address (reader *r, vmnet_model *m)
{
	vmnet_ipaddress *a = g_new0 (vmnet_ipaddress, 1);
	vmnet_acl ip = { 0 };

	g_ptr_array_add (m->addresses, a);
	a->interface = get_name (r, "interface");
	a->address = get_name (r, "address");
	a->prefix = get_int (r, "prefix", 0, 128);
	a->gateway = read_string (r, "gateway");
	if (!vmnet_acl_parse (a->address, FALSE, &ip, NULL))
		read_bad (r, "address", "it is not an IP address");
}

static void
get_route (reader *r, vmnet_model *m)
{
	vmnet_route *x = g_new0 (vmnet_route, 1);
	vmnet_acl ip = { 0 };

	g_ptr_array_add (m->routes, x);
	x->interface = get_name (r, "interface");
	x->destination = get_name (r, "destination");
	x->next_hop = read_string (r, "next_hop");
	x->metric = get_opt (r, "metric", G_MAXUINT32);
	if (!vmnet_acl_parse (x->destination, FALSE, &ip, NULL))
		read_bad (r, "destination", "it is not an IP prefix");
	if (x->next_hop && !vmnet_acl_parse (x->next_hop, FALSE, &ip, NULL))
		read_bad (r, "next_hop", "it is not an IP address");
}

static void
get_ipinterface (reader *r, vmnet_model *m)
{
	vmnet_ipinterface *x = g_new0 (vmnet_ipinterface, 1);

	g_ptr_array_add (m->ipinterfaces, x);
	x->interface = get_name (r, "interface");
	x->v6 = get_bool (r, "v6");
	for (guint i = 0; i < VMNET_IP_SETTINGS; i++)
		x->settings[i] = get_opt (r, vmnet_ip_settings[i].name,
					  G_MAXINT32);
}

static void
get_dns (reader *r, vmnet_model *m)
{
	vmnet_dns *x = g_new0 (vmnet_dns, 1);

	g_ptr_array_add (m->dns, x);
	x->interface = get_name (r, "interface");
	x->servers = get_name (r, "servers");
}

static void
get_nat (reader *r, vmnet_model *m)
{
	vmnet_nat *n = g_new0 (vmnet_nat, 1);
	vmnet_acl ip = { 0 };

	g_ptr_array_add (m->nats, n);
	n->name = get_name (r, "name");
	n->inside = get_name (r, "inside");
	n->forwards = get_bool (r, "forwards");
	n->maps = get_names (r, "maps");
	if (!vmnet_acl_parse (n->inside, FALSE, &ip, NULL))
		read_bad (r, "inside", "it is not an IP prefix");
}

static void
get_pool (reader *r, vmnet_model *m)
{
	vmnet_pool *p = g_new0 (vmnet_pool, 1);

	g_ptr_array_add (m->pools, p);
	p->past = g_ptr_array_new_with_free_func (g_free);
	p->name = get_name (r, "name");
	p->parents = get_names (r, "parents");
	p->switches = get_names (r, "switches");
	p->metering = get_bool (r, "metering");
	p->metering_since = get_int (r, "metering_since", 0, G_MAXINT64);
	get_lines (r, "past", p->past, read_acl);
}

/* In the order of model_lists. */
static void (*const get_item[MODEL_LISTS]) (reader *, vmnet_model *) = {
	get_switch, get_vm, get_adapter, get_nic, get_address,
	get_route, get_ipinterface, get_dns, get_nat, get_pool,
	qos_policy_get, traffic_class_get, dcb_get, lbfo_get,
};

/* The items in member `member` of `o` to the end of the list of `m`. */
static void
get_items (reader *r, vmnet_model *m, guint list, JsonObject *o,
	   const char *member)
{
	const char *key = model_lists[list].key;
	JsonNode *n = json_object_get_member (o, member);
	reader item = { r->file, key, 0, NULL, NULL };
	JsonArray *array;

	if (n == NULL && model_lists[list].later)
		return;
	if (n == NULL || !JSON_NODE_HOLDS_ARRAY (n)) {
		read_bad (r, key, "a list was expected");
		return;
	}
	array = json_node_get_array (n);
	for (guint i = 0; i < json_array_get_length (array) && !r->error;
	     i++) {
		JsonNode *e = json_array_get_element (array, i);

		item.index = i;
		item.o = JSON_NODE_HOLDS_OBJECT (e) ?
			json_node_get_object (e) : NULL;
		if (item.o)
			get_item[list] (&item, m);
		else
			read_bad (&item, "", "an object was expected");
		r->error = item.error;
	}
}

static void
get_numbers (reader *r, vmnet_model *m)
{
	m->generation = get_int (r, "generation", 0, G_MAXINT64);
	m->next_acl = get_int (r, "next_acl", 1, G_MAXUINT32);
	m->next_slot = get_int (r, "next_slot", 1, MODEL_SLOT_MAX + 1);
	m->counted = get_opt (r, "counted", G_MAXINT64).value;
}

static vmnet_model *
read_model (reader *r)
{
	vmnet_model *m = model_new ();
	gint64 version = get_int (r, "version", 1, G_MAXINT64);

	if (version > DOCUMENT_VERSION)
		read_bad (r, "version", "%" G_GINT64_FORMAT " is newer than "
			  "%d, which this vmnetsh knows; use the newer "
			  "vmnetsh", version, DOCUMENT_VERSION);
	if (r->error)
		return m;
	get_numbers (r, m);
	for (guint i = 0; i < MODEL_LISTS && !r->error; i++)
		get_items (r, m, i, r->o, model_lists[i].key);
	if (!r->error)
		reader_check (r, m);
	return m;
}

/* json-glib names the place as "<data>:LINE:COLUMN: what"; the place stays. */
static void
parse_failed (const char *file, const GError *cause, GError **error)
{
	const char *text = cause->message;

	if (g_str_has_prefix (text, "<data>:"))
		text += strlen ("<data>:");
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "read the store %s:%s; mend the file, put a copy back, "
		     "or move it away to begin with an empty store", file,
		     text);
}

/* The document's object into r->o; the parser must live as long. */
static gboolean
parse (JsonParser *p, const char *text, gssize length, reader *r,
       GError **error)
{
	g_autoptr (GError) cause = NULL;
	JsonNode *root;

	if (!json_parser_load_from_data (p, text, length, &cause)) {
		parse_failed (r->file, cause, error);
		return FALSE;
	}
	root = json_parser_get_root (p);
	if (root && JSON_NODE_HOLDS_OBJECT (root)) {
		r->o = json_node_get_object (root);
		return TRUE;
	}
	read_bad (r, "line 1", "an object was expected");
	g_propagate_error (error, r->error);
	return FALSE;
}

vmnet_model *
store_from_text (const char *text, gssize length, const char *file,
		 GError **error)
{
	g_autoptr (JsonParser) p = json_parser_new_immutable ();
	g_autoptr (vmnet_model) m = NULL;
	reader r = { file, NULL, 0, NULL, NULL };

	if (!parse (p, text, length, &r, error))
		return NULL;
	m = read_model (&r);
	if (r.error == NULL)
		return g_steal_pointer (&m);
	g_propagate_error (error, r.error);
	return NULL;
}

static void
get_splice (reader *r, vmnet_model *m, guint list)
{
	const char *key = model_lists[list].key;
	JsonNode *n = json_object_get_member (r->o, key);
	g_autoptr (vmnet_model) part = model_new ();
	GPtrArray *to = model_list_of (m, list), *put;
	reader s = { r->file, key, 0, NULL, NULL };
	gint64 at, drop;

	if (n == NULL)
		return;
	if (!JSON_NODE_HOLDS_OBJECT (n)) {
		read_bad (r, key, "an object was expected");
		return;
	}
	s.o = json_node_get_object (n);
	part->next_acl = m->next_acl;
	part->next_slot = m->next_slot;
	at = get_int (&s, "at", 0, to->len);
	drop = s.error ? 0 : get_int (&s, "drop", 0, to->len - at);
	if (!s.error)
		get_items (&s, part, list, s.o, "put");
	r->error = s.error;
	if (r->error)
		return;
	put = g_ptr_array_new ();
	g_ptr_array_extend_and_steal (put, g_ptr_array_ref
				      (model_list_of (part, list)));
	model_splice_make (to, at, drop, put);
}

gboolean
document_delta_apply (vmnet_model *m, const char *text, gssize length,
		      const char *file, GError **error)
{
	g_autoptr (JsonParser) p = json_parser_new_immutable ();
	reader r = { file, NULL, 0, NULL, NULL };
	guint64 generation;

	if (!parse (p, text, length, &r, error))
		return FALSE;
	generation = get_int (&r, "generation", 0, G_MAXINT64);
	if (!r.error && generation <= m->generation)
		return TRUE;
	if (!r.error && generation != m->generation + 1)
		read_bad (&r, "generation", "%" G_GUINT64_FORMAT " does not "
			  "follow the store's %" G_GUINT64_FORMAT, generation,
			  m->generation);
	if (!r.error)
		get_numbers (&r, m);
	for (guint i = 0; i < MODEL_LISTS && !r.error; i++)
		get_splice (&r, m, i);
	if (r.error == NULL)
		return TRUE;
	g_propagate_error (error, r.error);
	return FALSE;
}

/*
 * model.c - the desired model in memory: made, copied, freed, looked up.
 * Called by every room of core.
 */
#include "model/document.h"

#include <string.h>

/* Many may look at one model that nobody changes any more. */
typedef struct {
	vmnet_model m;		/* first: the one is the other */
	gatomicrefcount refs;
} counted;

static counted *
counted_of (const vmnet_model *m)
{
	return (counted *) m;
}

vmnet_model *
model_new (void)
{
	counted *c = g_new0 (counted, 1);
	vmnet_model *m = &c->m;

	g_atomic_ref_count_init (&c->refs);
	m->next_acl = 1;
	m->next_slot = 1;
	m->switches = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_switch_free);
	m->vms = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_vm_free);
	m->adapters = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_adapter_free);
	m->nics = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_nic_free);
	m->addresses = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_address_free);
	m->routes = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_route_free);
	m->ipinterfaces = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_ipinterface_free);
	m->dns = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_dns_free);
	m->nats = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_nat_free);
	m->pools = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_pool_free);
	m->qos_policies = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_qos_policy_free);
	m->traffic_classes = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_traffic_class_free);
	m->dcb = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_dcb_free);
	m->lbfos = g_ptr_array_new_with_free_func (
		(GDestroyNotify) model_lbfo_free);
	return m;
}

vmnet_model *
model_ref (vmnet_model *m)
{
	g_atomic_ref_count_inc (&counted_of (m)->refs);
	return m;
}

gboolean
model_shared (const vmnet_model *m)
{
	return !g_atomic_ref_count_compare (&counted_of (m)->refs, 1);
}

void
model_free (vmnet_model *m)
{
	if (m == NULL || !g_atomic_ref_count_dec (&counted_of (m)->refs))
		return;
	g_ptr_array_unref (m->switches);
	g_ptr_array_unref (m->vms);
	g_ptr_array_unref (m->adapters);
	g_ptr_array_unref (m->nics);
	g_ptr_array_unref (m->addresses);
	g_ptr_array_unref (m->routes);
	g_ptr_array_unref (m->ipinterfaces);
	g_ptr_array_unref (m->dns);
	g_ptr_array_unref (m->nats);
	g_ptr_array_unref (m->pools);
	g_ptr_array_unref (m->qos_policies);
	g_ptr_array_unref (m->traffic_classes);
	g_ptr_array_unref (m->dcb);
	g_ptr_array_unref (m->lbfos);
	g_free (counted_of (m));
}

vmnet_model *
model_copy (const vmnet_model *m)
{
	vmnet_model *c = model_new ();

	c->generation = m->generation;
	c->next_acl = m->next_acl;
	c->next_slot = m->next_slot;
	c->counted = m->counted;
	g_ptr_array_extend (c->switches, m->switches, model_switch_copy, NULL);
	g_ptr_array_extend (c->vms, m->vms, model_vm_copy, NULL);
	g_ptr_array_extend (c->adapters, m->adapters, model_adapter_copy, NULL);
	g_ptr_array_extend (c->nics, m->nics, model_nic_copy, NULL);
	g_ptr_array_extend (c->addresses, m->addresses, model_address_copy, NULL);
	g_ptr_array_extend (c->routes, m->routes, model_route_copy, NULL);
	g_ptr_array_extend (c->ipinterfaces, m->ipinterfaces,
			    model_ipinterface_copy, NULL);
	g_ptr_array_extend (c->dns, m->dns, model_dns_copy, NULL);
	g_ptr_array_extend (c->nats, m->nats, model_nat_copy, NULL);
	g_ptr_array_extend (c->pools, m->pools, model_pool_copy, NULL);
	g_ptr_array_extend (c->qos_policies, m->qos_policies,
			    model_qos_policy_copy, NULL);
	g_ptr_array_extend (c->traffic_classes, m->traffic_classes,
			    model_traffic_class_copy, NULL);
	g_ptr_array_extend (c->dcb, m->dcb, model_dcb_copy, NULL);
	g_ptr_array_extend (c->lbfos, m->lbfos, model_lbfo_copy, NULL);
	return c;
}

static gboolean
slot_used (const vmnet_model *m, guint32 slot)
{
	for (guint i = 0; i < m->adapters->len; i++)
		if (((vmnet_adapter *) m->adapters->pdata[i])->slot == slot)
			return TRUE;
	return FALSE;
}

/* Where both have a slot or a name, the other's is known by what it differs
 * in: the port, or whose host adapter it is. */
static void
join_adapter (vmnet_model *m, const vmnet_adapter *other)
{
	gboolean named = vmnet_model_adapter (m, other->vm, other->name) != NULL;
	gboolean used = slot_used (m, other->slot);
	vmnet_adapter *a;

	if (named && used)
		return;
	a = model_adapter_copy (other, NULL);
	g_ptr_array_set_size (a->acls, 0);
	g_ptr_array_set_size (a->extacls, 0);
	if (used)
		a->slot = m->next_slot++;
	if (named) {
		g_free (a->name);
		a->name = g_strdup_printf ("%.80s %u", other->name, a->slot);
	}
	g_ptr_array_add (m->adapters, a);
}

void
model_join (vmnet_model *m, const vmnet_model *other)
{
	m->next_slot = MAX (m->next_slot, other->next_slot);
	m->next_acl = MAX (m->next_acl, other->next_acl);
	for (guint i = 0; i < other->switches->len; i++) {
		const vmnet_switch *s = other->switches->pdata[i];

		if (!vmnet_model_switch (m, s->name))
			g_ptr_array_add (m->switches, model_switch_copy (s, NULL));
	}
	for (guint i = 0; i < other->vms->len; i++) {
		const vmnet_vm *v = other->vms->pdata[i];

		if (!vmnet_model_vm (m, v->name))
			g_ptr_array_add (m->vms, model_vm_copy (v, NULL));
	}
	for (guint i = 0; i < other->nics->len; i++) {
		const vmnet_nic *n = other->nics->pdata[i];

		if (!vmnet_model_nic (m, n->name))
			g_ptr_array_add (m->nics, model_nic_copy (n, NULL));
	}
	for (guint i = 0; i < other->adapters->len; i++)
		join_adapter (m, other->adapters->pdata[i]);
}

static gboolean
folded_equal (const char *a, const char *b)
{
	g_autofree char *fa = g_utf8_casefold (a, -1);
	g_autofree char *fb = g_utf8_casefold (b, -1);

	return strcmp (fa, fb) == 0;
}

/* Folding is slow and most names are ASCII: fold only behind the first byte
 * that is not. */
gboolean
model_name_equal (const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	for (; *a && *b; a++, b++) {
		if ((*a | *b) & 0x80)
			return folded_equal (a, b);
		/* No call for what is the same already. */
		if (*a != *b && g_ascii_tolower (*a) != g_ascii_tolower (*b))
			return FALSE;
	}
	return *a == *b;
}

static gboolean
is_ascii (const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return *s == '\0';
}

guint
model_name_hash (gconstpointer name)
{
	g_autofree char *folded = is_ascii (name) ?
		g_ascii_strdown (name, -1) : g_utf8_casefold (name, -1);

	return g_str_hash (folded);
}

gboolean
model_name_same (gconstpointer a, gconstpointer b)
{
	return model_name_equal (a, b);
}

static void
list_free (gpointer list)
{
	g_ptr_array_unref (list);
}

GHashTable *
model_adapters_by_vm (const vmnet_model *m)
{
	GHashTable *t = g_hash_table_new_full (
		model_name_hash, model_name_same, NULL, list_free);

	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);
		GPtrArray *list = a->vm ? g_hash_table_lookup (t, a->vm)
					: NULL;

		if (a->vm && list == NULL) {
			list = g_ptr_array_new ();
			g_hash_table_insert (t, a->vm, list);
		}
		if (list)
			g_ptr_array_add (list, a);
	}
	return t;
}

/* All lookups run from the end: a script mostly changes what it made last. */
vmnet_switch *
vmnet_model_switch (const vmnet_model *m, const char *name)
{
	for (guint i = m->switches->len; i-- > 0;) {
		vmnet_switch *s = g_ptr_array_index (m->switches, i);

		if (model_name_equal (s->name, name))
			return s;
	}
	return NULL;
}

vmnet_vm *
vmnet_model_vm (const vmnet_model *m, const char *name)
{
	for (guint i = m->vms->len; i-- > 0;) {
		vmnet_vm *v = g_ptr_array_index (m->vms, i);

		if (model_name_equal (v->name, name))
			return v;
	}
	return NULL;
}

vmnet_vm *
model_vm_next (const vmnet_model *m, const char *name, guint *at)
{
	guint n = m->vms->len, from = *at < n ? *at : 0;

	for (guint i = 0; i < n; i++) {
		guint place = from + i < n ? from + i : from + i - n;
		vmnet_vm *v = g_ptr_array_index (m->vms, place);

		if (!model_name_equal (v->name, name))
			continue;
		*at = place;
		return v;
	}
	return NULL;
}

vmnet_adapter *
vmnet_model_adapter (const vmnet_model *m, const char *vm, const char *name)
{
	for (guint i = m->adapters->len; i-- > 0;) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->vm, vm)
		    && model_name_equal (a->name, name))
			return a;
	}
	return NULL;
}

vmnet_nic *
vmnet_model_nic (const vmnet_model *m, const char *name)
{
	for (guint i = m->nics->len; i-- > 0;) {
		vmnet_nic *n = g_ptr_array_index (m->nics, i);

		if (model_name_equal (n->name, name))
			return n;
	}
	return NULL;
}

vmnet_bw_mode
vmnet_switch_bw_mode (const vmnet_switch *sw)
{
	if (sw->bw_mode != VMNET_BW_DEFAULT)
		return sw->bw_mode;
	return sw->iov ? VMNET_BW_NONE : VMNET_BW_WEIGHT;
}

vmnet_adapter *
model_default_host_adapter (const vmnet_model *m, const vmnet_switch *sw)
{
	vmnet_adapter *a = vmnet_model_adapter (m, NULL, sw->name);

	return a && model_name_equal (a->vswitch, sw->name) ? a : NULL;
}

guint
model_host_adapters (const vmnet_model *m, const vmnet_switch *sw)
{
	guint n = 0;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		n += a->vm == NULL
		     && model_name_equal (a->vswitch, sw->name);
	}
	return n;
}

gboolean
model_acl_same_key (const vmnet_acl *a, const vmnet_acl *b)
{
	return a->direction == b->direction && !a->local == !b->local
	       && a->family == b->family && a->prefix == b->prefix
	       && memcmp (a->addr, b->addr, sizeof a->addr) == 0
	       && !a->pair == !b->pair
	       && (!a->pair || (a->remote_family == b->remote_family
		   && a->remote_prefix == b->remote_prefix
		   && memcmp (a->remote, b->remote, sizeof a->remote) == 0));
}

const char *
model_switch_type_text (vmnet_switch_type type)
{
	switch (type) {
	case VMNET_SWITCH_EXTERNAL:
		return "External";
	case VMNET_SWITCH_INTERNAL:
		return "Internal";
	case VMNET_SWITCH_PRIVATE:
		return "Private";
	}
	return NULL;
}

const char *
model_bw_mode_text (vmnet_bw_mode mode)
{
	switch (mode) {
	case VMNET_BW_DEFAULT:
		return "Default";
	case VMNET_BW_WEIGHT:
		return "Weight";
	case VMNET_BW_ABSOLUTE:
		return "Absolute";
	case VMNET_BW_NONE:
		return "None";
	}
	return NULL;
}

const char *
model_action_text (vmnet_action action)
{
	switch (action) {
	case VMNET_ACL_ALLOW:
		return "Allow";
	case VMNET_ACL_DENY:
		return "Deny";
	case VMNET_ACL_METER:
		return "Meter";
	}
	return NULL;
}

const char *
model_direction_text (vmnet_direction direction)
{
	switch (direction) {
	case VMNET_INBOUND:
		return "Inbound";
	case VMNET_OUTBOUND:
		return "Outbound";
	}
	return NULL;
}

const char *
model_moderation_text (vmnet_moderation moderation)
{
	static const char *const text[] = {
		[VMNET_MODERATION_DEFAULT] = "Default",
		[VMNET_MODERATION_ADAPTIVE] = "Adaptive",
		[VMNET_MODERATION_OFF] = "Off",
		[VMNET_MODERATION_LOW] = "Low",
		[VMNET_MODERATION_MEDIUM] = "Medium",
		[VMNET_MODERATION_HIGH] = "High",
	};

	return text[moderation];
}

gboolean
model_is_namespaced (const vmnet_model *m, const vmnet_adapter *a)
{
	const vmnet_vm *v = a->vm ? vmnet_model_vm (m, a->vm) : NULL;

	return v && v->namespaced;
}

gboolean
model_is_on (const vmnet_switch *sw, const vmnet_adapter *a)
{
	return a->vswitch && model_name_equal (a->vswitch, sw->name);
}

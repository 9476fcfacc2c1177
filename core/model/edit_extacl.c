/*
 * edit_extacl.c - changes of the extended ACL of an adapter. Called by
 * plan/edits.c.
 */
#include "model/edit.h"

#include "model/check.h"

static gboolean
refuse (GError **error, vmnet_error code, const vmnet_adapter *a,
	const vmnet_extacl *e, const char *why)
{
	g_autofree char *object = check_adapter_text (a->vm, a->name);
	g_autofree char *entry = vmnet_extacl_text (e);

	g_set_error (error, VMNET_ERROR, code,
		     "%s: extended ACL entry %s: %s", object, entry, why);
	return FALSE;
}

static gboolean
refuse_other (GError **error, const vmnet_adapter *a, const vmnet_extacl *old,
	      const vmnet_extacl *e)
{
	g_autofree char *asked = vmnet_extacl_text (e);
	g_autofree char *why = g_strdup_printf (
		"exists (asked: %s); give another weight, or remove it with "
		"Remove-VMNetworkAdapterExtendedAcl", asked);

	return refuse (error, VMNET_ERROR_EXISTS, a, old, why);
}

static gboolean
of_family (const vmnet_extacl *e, vmnet_family family)
{
	return (e->local.given && e->local.family == family) ||
		(e->remote.given && e->remote.family == family);
}

/* Why the entry cannot be; NULL: it can. */
static const char *
contradiction (const vmnet_extacl *e)
{
	gboolean v4 = of_family (e, VMNET_ADDR_IPV4);
	gboolean v6 = of_family (e, VMNET_ADDR_IPV6);

	if (v4 && v6)
		return "one address is IPv4 and the other IPv6: no frame has "
			"both; make two entries";
	if (v6 && e->protocol.set && e->protocol.value == 1)
		return "ICMP is IPv4's and the address is IPv6; give -Protocol "
			"ICMPv6";
	if (v4 && e->protocol.set && e->protocol.value == 58)
		return "ICMPv6 is IPv6's and the address is IPv4; give "
			"-Protocol ICMP";
	if ((e->local_port.given || e->remote_port.given) &&
	    !(e->protocol.set && vmnet_protocol_has_ports (e->protocol.value)))
		return "only TCP, UDP, SCTP and UDPLite have ports; give one "
			"of them as -Protocol, or no port";
	if (e->stateful && e->action == VMNET_ACL_DENY)
		return "what is denied has no answers; -Stateful is for Allow";
	if (e->stateful && (e->idle < 1 || e->idle > VMNET_IDLE_MAX))
		return "the idle time is 1 to "
			G_STRINGIFY (VMNET_IDLE_MAX) " seconds";
	if (!e->stateful && e->idle)
		return "an idle time needs -Stateful $true";
	if (e->weight > G_MAXINT32)
		return "the weight is 0 to 2147483647";
	return NULL;
}

static vmnet_extacl *
find (const vmnet_adapter *a, vmnet_direction direction, guint32 weight,
      guint *n)
{
	vmnet_extacl *found = NULL;

	*n = 0;
	for (guint i = 0; i < a->extacls->len; i++) {
		vmnet_extacl *e = a->extacls->pdata[i];

		if (e->direction != direction)
			continue;
		++*n;
		if (e->weight == weight)
			found = e;
	}
	return found;
}

gboolean
model_extacl_add (vmnet_model *m, const char *vm, const char *adapter,
		  const vmnet_extacl *e, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, adapter, error);
	const char *why = contradiction (e);
	const vmnet_extacl *old;
	vmnet_extacl *own;
	guint n;

	if (a == NULL)
		return FALSE;
	if (why)
		return refuse (error, VMNET_ERROR_INVALID, a, e, why);
	old = find (a, e->direction, e->weight, &n);
	if (old && vmnet_extacl_equal (old, e))
		return TRUE;
	if (old)
		return refuse_other (error, a, old, e);
	if (n >= VMNET_EXTACLS_MAX)
		return refuse (error, VMNET_ERROR_INVALID, a, e,
			       "an adapter has at most "
			       G_STRINGIFY (VMNET_EXTACLS_MAX)
			       " of them in one direction; join some into "
			       "ranges and prefixes");
	own = g_memdup2 (e, sizeof *e);
	own->id = m->next_acl++;
	g_ptr_array_add (a->extacls, own);
	return TRUE;
}

static gboolean
not_found (const vmnet_adapter *a, vmnet_direction direction, guint32 weight,
	   GError **error)
{
	g_autofree char *object = check_adapter_text (a->vm, a->name);
	g_autoptr (GString) s = g_string_new (NULL);

	for (guint i = 0; i < a->extacls->len; i++) {
		const vmnet_extacl *e = a->extacls->pdata[i];

		if (e->direction == direction && s->len < 200)
			g_string_append_printf (s, "%s%u", s->len ? ", " : "",
						e->weight);
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "%s: no extended ACL entry %s of weight %u; %s%s", object,
		     model_direction_text (direction), weight,
		     s->len ? "there are weights " : "there is none", s->str);
	return FALSE;
}

gboolean
model_extacl_remove (vmnet_model *m, const char *vm, const char *adapter,
		     vmnet_direction direction, guint32 weight, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, adapter, error);
	vmnet_extacl *e;
	guint n;

	if (a == NULL)
		return FALSE;
	e = find (a, direction, weight, &n);
	if (e == NULL)
		return not_found (a, direction, weight, error);
	g_ptr_array_remove (a->extacls, e);
	return TRUE;
}

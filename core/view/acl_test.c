/*
 * acl_test.c - the row of Test-VMNetworkAdapterAcl: which entry decides on a
 * frame, and why; where the ACL lets it through, which extended one. Decided by
 * the plain rules of model/decide.c, then asked from the kernel's maps.
 */
#include <string.h>

#include "model/decide.h"
#include "view/view.h"

typedef struct {
	vmnet_frame f;
	const vmnet_acl *verdict, *next, *meter;
	const vmnet_extacl *extended;	/* not asked where the ACL denies */
	guint open;		/* weightier ones that may match */
} finding;

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

static const finding *
found (const vmnet_row *r)
{
	return r->told;
}

vmnet_row *
vmnet_acl_test (vmnet_view *v, const char *vm, const char *adapter,
		const vmnet_frame *f)
{
	const vmnet_adapter *a = vmnet_model_adapter (v->model, vm, adapter);
	finding *x;

	if (a == NULL)
		return NULL;
	x = g_new0 (finding, 1);
	x->f = *f;
	if (!f->local.has_mac) {
		x->f.local.has_mac = TRUE;
		memcpy (x->f.local.mac, a->mac, sizeof x->f.local.mac);
	}
	/* Of a trunk's frame only who asks knows the tag. */
	if (!f->has_isolation && a->vlan.mode != VMNET_VLAN_TRUNK) {
		x->f.has_isolation = TRUE;
		x->f.isolation = model_vlan_untagged (&a->vlan);
	}
	f = &x->f;
	x->verdict = model_acl_decides (a->acls, f, FALSE, NULL);
	x->next = x->verdict ? model_acl_decides (a->acls, f, FALSE,
						  x->verdict) : NULL;
	x->meter = model_acl_decides (a->acls, f, TRUE, NULL);
	if (x->verdict == NULL || x->verdict->action != VMNET_ACL_DENY)
		x->extended = model_extacl_decides (a->extacls, f, &x->open);
	return view_add (NULL, v, &vmnet_noun_acl_test, view_adapter_key (a),
			 a, x, g_free);
}

static void
no_rows (vmnet_view *v, GPtrArray *out)
{
}

static char *
entry_text (const vmnet_acl *a)
{
	g_autofree char *addresses = vmnet_acl_text (a);

	return g_strdup_printf ("%s %s %s", model_action_text (a->action),
				model_direction_text (a->direction),
				addresses);
}

static void
put_end (vmnet_value *v, const vmnet_end *end)
{
	vmnet_acl a = { .family = end->family, .prefix = 128 };

	if (end->has_ip) {
		if (end->family == VMNET_ADDR_IPV4)
			a.prefix = 32;
		memcpy (a.addr, end->ip, sizeof a.addr);
		put_take (v, vmnet_acl_address (&a));
	} else if (end->has_mac) {
		put_mac (v, end->mac, '\0');
	}
}

static void
get_vm (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->vm ? of (r)->vm : "");
}

static void
get_adapter (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->name);
}

static void
get_direction (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_direction_text (found (r)->f.direction));
}

static void
get_local (const vmnet_row *r, vmnet_value *v)
{
	put_end (v, &found (r)->f.local);
}

static void
get_remote (const vmnet_row *r, vmnet_value *v)
{
	put_end (v, &found (r)->f.remote);
}

static void
get_isolation (const vmnet_row *r, vmnet_value *v)
{
	if (found (r)->f.has_isolation)
		put_int (v, found (r)->f.isolation);
}

static void
get_verdict (const vmnet_row *r, vmnet_value *v)
{
	const finding *x = found (r);

	put_text (v, model_action_text (x->extended ? x->extended->action
		: x->verdict ? x->verdict->action : VMNET_ACL_ALLOW));
}

static void
get_entry (const vmnet_row *r, vmnet_value *v)
{
	if (found (r)->verdict)
		put_take (v, entry_text (found (r)->verdict));
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	if (found (r)->verdict)
		put_int (v, found (r)->verdict->id);
}

static void
get_extended (const vmnet_row *r, vmnet_value *v)
{
	if (found (r)->extended)
		put_take (v, vmnet_extacl_text (found (r)->extended));
}

static void
get_extended_id (const vmnet_row *r, vmnet_value *v)
{
	if (found (r)->extended)
		put_int (v, found (r)->extended->id);
}

/* Entries of this direction that ask for what was not given. */
static guint
not_asked (const vmnet_row *r)
{
	const vmnet_frame *f = &found (r)->f;
	guint n = 0;

	for (guint i = 0; i < of (r)->acls->len; i++) {
		const vmnet_acl *a = of (r)->acls->pdata[i];
		gboolean ip = a->family != VMNET_ADDR_MAC;
		const vmnet_end *end = a->local ? &f->local : &f->remote;
		gboolean open = ip ? !end->has_ip : !end->has_mac;

		if (a->pair)
			open |= a->remote_family != VMNET_ADDR_MAC
				? !f->remote.has_ip : !f->remote.has_mac;
		n += a->direction == f->direction && open;
	}
	return n;
}

static void
compare_with (GString *s, const vmnet_acl *a, const vmnet_acl *next)
{
	g_autofree char *text = entry_text (next);

	if (model_acl_rank (a) >> 8 != model_acl_rank (next) >> 8)
		g_string_append_printf (s, "longer than that of entry %u, %s",
					next->id, text);
	else if (model_acl_rank (a) != model_acl_rank (next))
		g_string_append_printf (s, "as long as that of entry %u, %s, "
					"whose other side is shorter",
					next->id, text);
	else if (a->action != next->action)
		g_string_append_printf (s, "as long as that of entry %u, %s: "
					"Deny goes before Allow", next->id,
					text);
	else
		g_string_append_printf (s, "as long as that of entry %u, "
					"which says the same", next->id);
}

/* Do entries of the other direction let answers of this one through? */
static gboolean
may_answer (const vmnet_row *r)
{
	for (guint i = 0; i < of (r)->extacls->len; i++) {
		const vmnet_extacl *e = of (r)->extacls->pdata[i];

		if (e->stateful && e->direction != found (r)->f.direction)
			return TRUE;
	}
	return FALSE;
}

static void
add_extended (GString *s, const vmnet_row *r)
{
	const finding *x = found (r);
	gboolean denied = x->verdict && x->verdict->action == VMNET_ACL_DENY;

	if (of (r)->extacls->len == 0 || denied)
		return;
	if (x->extended)
		g_string_append_printf (s, "; then extended entry %u decides, "
			"the weightiest that matches", x->extended->id);
	else
		g_string_append (s, "; no extended entry surely matches");
	if (x->open)
		g_string_append_printf (s, ", but %u of greater weight %s for "
			"an address, protocol, port or isolation that was not "
			"given",
			x->open, x->open == 1 ? "asks" : "ask");
	if (x->extended && x->extended->action == VMNET_ACL_DENY &&
	    may_answer (r))
		g_string_append (s, "; an answer within a connection of "
				 "Get-VMNetworkAdapterConnection passes all "
				 "the same");
}

static void
get_reason (const vmnet_row *r, vmnet_value *v)
{
	const finding *x = found (r);
	GString *s = g_string_new (NULL);
	guint open = not_asked (r);

	if (x->verdict == NULL) {
		g_string_append (s, of (r)->acls->len
			? "no entry names it: it passes"
			: of (r)->extacls->len
			? "the adapter has only extended entries"
			: "the adapter has no entries: everything passes");
	} else if (x->next == NULL) {
		g_string_append (s, "no other entry names it");
	} else {
		g_string_append (s, "its prefix is ");
		compare_with (s, x->verdict, x->next);
	}
	if (open)
		g_string_append_printf (s, "; %u not looked at: %s for "
			"addresses that were not given", open,
			open == 1 ? "it asks" : "they ask");
	add_extended (s, r);
	put_take (v, g_string_free (s, FALSE));
}

static void
get_meter (const vmnet_row *r, vmnet_value *v)
{
	if (found (r)->meter)
		put_take (v, entry_text (found (r)->meter));
}

/* Is what the kernel says of extended entries to be compared? */
static gboolean
asked_extended (const finding *x)
{
	return x->open == 0 &&
		(x->verdict == NULL || x->verdict->action != VMNET_ACL_DENY);
}

static void
put_extended_in_force (vmnet_value *v, guint32 kernel, guint32 want)
{
	if (kernel == want)
		put_text (v, "Yes");
	else
		put_take (v, g_strdup_printf ("No: the kernel decides by "
			"extended entry %u; vmnetsh restore puts that right",
			kernel));
}

static void
get_in_force (const vmnet_row *r, vmnet_value *v)
{
	datapath *d = view_datapath (r->view);
	const finding *x = found (r);
	guint32 verdict, meter, extended;
	guint32 want = x->verdict ? x->verdict->id : 0;
	guint32 want_meter = x->meter ? x->meter->id : 0;
	guint32 want_extended = x->extended ? x->extended->id : 0;

	if (d == NULL || view_port (r->view, of (r)) == NULL)
		put_text (v, "the adapter has no port");
	else if (!datapath_acl_ask (d, of (r)->slot, &x->f, &verdict,
				    &meter) ||
		 !datapath_ext_ask (d, of (r)->slot, &x->f, &extended))
		put_text (v, "the kernel's maps cannot be read");
	else if (verdict == want && meter == want_meter && !asked_extended (x))
		put_text (v, "Yes");
	else if (verdict == want && meter == want_meter)
		put_extended_in_force (v, extended, want_extended);
	else
		put_take (v, g_strdup_printf ("No: the kernel decides by "
			"entry %u and meters by %u; vmnetsh restore puts "
			"that right", verdict, meter));
}

static const vmnet_field fields[] = {
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 1, "the VM", get_vm, NULL },
	{ "AdapterName", VMNET_T_STRING, VMNET_U_NONE, 2, "the adapter",
	  get_adapter, NULL },
	{ "Direction", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Inbound (to the VM) or Outbound (from it)", get_direction, NULL },
	{ "LocalAddress", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "the VM's own address", get_local, NULL },
	{ "RemoteAddress", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "the other side's address", get_remote, NULL },
	{ "IsolationID", VMNET_T_INT, VMNET_U_NONE, 6,
	  "the frame's VLAN, 0: none; nothing: it was not given", get_isolation,
	  NULL },
	{ "Verdict", VMNET_T_STRING, VMNET_U_NONE, 7, "Allow or Deny",
	  get_verdict, NULL },
	{ "Entry", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "the entry that decides; nothing: none does", get_entry, NULL },
	{ "EntryId", VMNET_T_INT, VMNET_U_NONE, 9, "its number", get_id,
	  NULL },
	{ "ExtendedEntry", VMNET_T_STRING, VMNET_U_NONE, 10,
	  "the extended entry that decides then; nothing: none does",
	  get_extended, NULL },
	{ "ExtendedEntryId", VMNET_T_INT, VMNET_U_NONE, 11, "its number",
	  get_extended_id, NULL },
	{ "Reason", VMNET_T_STRING, VMNET_U_NONE, 12,
	  "why this one and no other", get_reason, NULL },
	{ "Meter", VMNET_T_STRING, VMNET_U_NONE, 13,
	  "the entry that counts such a frame, if it passes", get_meter,
	  NULL },
	{ "InForce", VMNET_T_STRING, VMNET_U_NONE, 14,
	  "whether the kernel's maps say the same", get_in_force, NULL },
};

const vmnet_noun vmnet_noun_acl_test = {
	.name = "VMNetworkAdapterAclTest",
	.text = "what a port's ACL says of one frame",
	.list = TRUE,
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = no_rows,
};

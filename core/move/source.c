/*
 * source.c - the host that a VM leaves: Move-VM. Asks the other one
 * (target.c) whether everything fits there, then hands over.
 *
 * A lab's VM, a network namespace, goes over to another lab of this machine
 * in one transaction, whose last step is the other host's own: whatever fails
 * is undone, and the VM is back at its port here.
 */
#include <string.h>

#include "lab/lab.h"
#include "model/check.h"
#include "move/identity.h"
#include "move/source.h"

char *
source_export (const source *s, GError **error)
{
	/* Without a transaction the store is asked anew: who changes something
	 * while a guest's memory is on its way changes it for both. */
	g_autoptr (vmnet_model) now = s->txn ? model_copy (s->txn->base)
		: host_model (s->h, error);

	return now ? identity_export (now, s->m->vm, txn_read_counter,
				      host_datapath_if_there (s->h), error)
		: NULL;
}

/* ---- the offer ---- */

static GStrv
ports_here (const source *s)
{
	g_autoptr (GStrvBuilder) out = g_strv_builder_new ();

	for (guint i = 0; i < s->txn->base->adapters->len; i++) {
		const vmnet_adapter *a = s->txn->base->adapters->pdata[i];
		g_autofree char *port = names_port (a), *text = NULL;

		if (!model_name_equal (a->vm, s->m->vm))
			continue;
		text = g_strconcat (a->name, "=", port, NULL);
		g_strv_builder_add (out, text);
	}
	return g_strv_builder_end (out);
}

static JsonObject *
offer_new (source *s, const vmnet_vm *v, const char *document)
{
	JsonObject *o = peer_request (PEER_OFFER);
	g_autofree char *boot = proc_boot_id ();
	g_auto (GStrv) ports = ports_here (s);

	json_object_set_int_member (o, "version", PEER_VERSION);
	json_object_set_string_member (o, "document", document);
	json_object_set_string_member (o, "kind", v->namespaced
				       ? PEER_NAMESPACE : PEER_GUEST);
	json_object_set_string_member (o, "boot", boot);
	peer_put_list (o, "ports", (const char *const *) ports);
	peer_put_list (o, "switches", s->m->switches);
	if (s->h->lab) {
		json_object_set_string_member (o, "lab", s->h->lab);
		json_object_set_int_member (o, "inode", (gint64)
			lab_vm_inode (s->h->lab, v->name));
	}
	return o;
}

static void
take_ports (source *s, JsonObject *reply)
{
	JsonNode *n = json_object_get_member (reply, "ports");
	JsonObject *ports = n && JSON_NODE_HOLDS_OBJECT (n)
		? json_node_get_object (n) : NULL;

	for (guint i = 0; ports && i < s->txn->base->adapters->len; i++) {
		const vmnet_adapter *a = s->txn->base->adapters->pdata[i];
		const char *port = wire_string (ports, a->name);

		if (port && model_name_equal (a->vm, s->m->vm))
			g_hash_table_insert (s->ports,
					     GUINT_TO_POINTER (a->slot),
					     g_strdup (port));
	}
}

static gboolean
offer (source *s, const vmnet_vm *v, GPtrArray *warnings, GError **error)
{
	g_autofree char *document = source_export (s, error);
	g_autoptr (JsonObject) reply = NULL;
	g_auto (GStrv) list = NULL;

	if (document == NULL)
		return FALSE;
	reply = peer_ask (s->peer, offer_new (s, v, document), error);
	if (reply == NULL)
		return FALSE;
	s->lab = g_strdup (wire_string (reply, "lab"));
	take_ports (s, reply);
	list = peer_get_list (reply, "warnings");
	for (gsize i = 0; warnings && list[i]; i++)
		g_ptr_array_add (warnings, g_strdup (list[i]));
	return TRUE;
}

/* ---- a lab's VM ---- */

gboolean
source_send (source *s, const char *verb, GError **error)
{
	g_autofree char *document = source_export (s, error);
	g_autoptr (JsonObject) reply = NULL;
	JsonObject *o;

	if (document == NULL)
		return FALSE;
	o = peer_request (verb);
	json_object_set_string_member (o, "document", document);
	reply = peer_ask (s->peer, o, error);
	return reply != NULL;
}

/* The meters count no more: their programs are gone from the ports. */
static gboolean
take (gpointer user, GError **error)
{
	return source_send (user, PEER_TAKE, error);
}

static void
untake (gpointer user)
{
	source *s = user;
	JsonObject *reply = peer_ask (s->peer, peer_request (PEER_BACK), NULL);

	g_clear_pointer (&reply, json_object_unref);
}

static void
append (GPtrArray *to, const GPtrArray *from)
{
	for (guint i = 0; to && from && i < from->len; i++)
		g_ptr_array_add (to, g_strdup (from->pdata[i]));
}

static gboolean
move_namespace (source *s, GPtrArray *steps, GError **error)
{
	plan_handover leaving = {
		.vm = s->m->vm, .lab = s->lab, .ports = s->ports,
		.take = take, .untake = untake, .user = s,
	};
	g_autoptr (GPtrArray) list = NULL;

	if (!vmnet_vm_remove (s->txn, s->m->vm, error))
		return FALSE;
	s->txn->leaving = &leaving;
	list = vmnet_txn_describe (s->txn, error);
	if (list == NULL)
		return FALSE;
	append (steps, list);
	if (s->m->dry_run)
		return TRUE;
	if (!vmnet_txn_commit (s->txn, error))
		return FALSE;
	peer_tell (s->peer, peer_request (PEER_DONE));
	return TRUE;
}

/* ---- all ---- */

static gboolean
is_elsewhere (const source *s, GError **error)
{
	if (s->h->lab == NULL || strcmp (s->h->lab, s->m->host) != 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "VM '%s': it is on host '%s' already", s->m->vm,
		     s->m->host);
	return FALSE;
}

static gboolean
move (source *s, GPtrArray *steps, GPtrArray *warnings, GError **error)
{
	const vmnet_vm *v = check_vm (s->txn->base, s->m->vm, error);

	if (v == NULL || !is_elsewhere (s, error))
		return FALSE;
	s->peer = peer_dial (s->h, s->m->host, error);
	if (s->peer == NULL || !offer (s, v, warnings, error))
		return FALSE;
	return v->namespaced ? move_namespace (s, steps, error)
		: source_move_guest (s, steps, error);
}

gboolean
vmnet_vm_move (vmnet_host *h, const vmnet_move *m, GPtrArray *steps,
	       GPtrArray *warnings, GError **error)
{
	source s = { .h = h, .m = m };
	gboolean ok;

	s.txn = vmnet_txn_begin (h, error);
	if (s.txn == NULL)
		return FALSE;
	s.ports = g_hash_table_new_full (NULL, NULL, NULL, g_free);
	ok = move (&s, steps, warnings, error);
	vmnet_txn_free (s.txn);
	peer_close (s.peer);
	g_hash_table_unref (s.ports);
	g_free (s.lab);
	return ok;
}

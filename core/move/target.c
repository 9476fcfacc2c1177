/*
 * target.c - the host that a VM comes to: `vmnetsh receive`, started by the
 * host that it leaves (source.c) and asked over standard input. The store's
 * lock is held from the offer until the VM has been taken, so that what was
 * checked is still so then.
 *
 * When the other host falls silent before it has said that all is done, the
 * VM is its own again: what came is given back.
 */
#include <stdarg.h>
#include <string.h>

#include "iov/assign.h"
#include "lab/lab.h"
#include "move/announce.h"
#include "move/guest.h"
#include "move/identity.h"
#include "move/target.h"
#include "plan/step.h"
#include "plan/txn.h"

/* The switches on the wire may have been busy when the first one came. */
#define ANNOUNCES 3
#define ANNOUNCE_MS 50

gboolean
target_refuse (GError **error, vmnet_error code, const char *format, ...)
{
	va_list args;

	va_start (args, format);
	if (error)
		*error = g_error_new_valist (VMNET_ERROR, code, format, args);
	va_end (args);
	return FALSE;
}

/* ---- the offer ---- */

/* A namespace is of one kernel: it goes no further than its labs. */
static gboolean
namespace_comes (target *t, JsonObject *in, GError **error)
{
	g_autofree char *boot = proc_boot_id ();
	guint64 inode;

	if (t->h->lab == NULL || t->lab == NULL)
		return target_refuse (error, VMNET_ERROR_UNSUPPORTED,
			      "VM '%s' is a network namespace of a lab, and "
			      "this host is none; move it to another lab",
			      t->vm);
	inode = lab_vm_inode (t->lab, t->vm);
	if (g_strcmp0 (boot, wire_string (in, "boot")) == 0 && inode != 0 &&
	    inode == (guint64) wire_int (in, "inode"))
		return TRUE;
	return target_refuse (error, VMNET_ERROR_UNSUPPORTED,
		       "VM '%s' is a network namespace, and no kernel can "
		       "give one to another machine; a guest of QEMU moves "
		       "there, or a lab of the same machine", t->vm);
}

static gboolean
kind_ok (target *t, JsonObject *in, GError **error)
{
	if (strcmp (t->kind, PEER_NAMESPACE) == 0)
		return namespace_comes (t, in, error);
	if (t->h->lab == NULL)
		return TRUE;
	return target_refuse (error, VMNET_ERROR_UNSUPPORTED,
		       "VM '%s' is a guest of QEMU, and this host is a lab, "
		       "whose VMs are network namespaces", t->vm);
}

static gboolean
name_free (target *t, GError **error)
{
	if (vmnet_model_vm (t->txn->model, t->vm))
		return target_refuse (error, VMNET_ERROR_EXISTS,
			      "VM '%s': there is one of this name already; "
			      "remove it there with Remove-VM", t->vm);
	/* A namespace that no store tells of is not ours to replace. */
	if (t->h->lab && lab_vm_exists (t->h->lab, t->vm))
		return target_refuse (error, VMNET_ERROR_EXISTS,
			      "VM '%s': a network namespace of this name "
			      "exists there already", t->vm);
	return TRUE;
}

/* NULL: adapter `a` gets a virtual function on `s`. Owned. */
static char *
why_no_function (target *t, const vmnet_switch *s, const vmnet_adapter *a)
{
	const vmnet_model *m = t->txn->model;
	g_autoptr (GPtrArray) cards = NULL, claims = NULL;
	g_autofree char *names = NULL;
	const iov_claim *c;

	if (s == NULL)
		return g_strdup ("it is not connected");
	if (!s->iov)
		return g_strdup_printf ("switch '%s' has no SR-IOV", s->name);
	cards = iov_cards (t->h, m, s, NULL);
	if (cards == NULL) {
		names = iov_cards_text (s);
		return g_strdup_printf ("%s cannot be asked", names);
	}
	claims = iov_claims (t->h, m, s, cards);
	c = iov_claim_of (claims, a);
	return c ? g_strdup (c->why) : NULL;
}

/* What was asked for, and this host cannot give. */
static void
warn_iov (target *t, GStrvBuilder *warnings)
{
	const vmnet_model *m = t->txn->model;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *why = NULL, *text = NULL;

		if (!model_name_equal (a->vm, t->vm) || a->iov_weight == 0)
			continue;
		why = why_no_function (t, plan_switch_of (m, a), a);
		if (why == NULL)
			continue;
		text = g_strdup_printf (
			"adapter '%s/%s' has no virtual function there: %s; "
			"its software network adapter carries it", a->vm,
			a->name, why);
		g_strv_builder_add (warnings, text);
	}
}

/* The names that its ports get here. */
static void
answer_ports (target *t, JsonObject *out)
{
	const vmnet_model *m = t->txn->model;
	JsonObject *ports = json_object_new ();

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *port = names_port (a);

		if (model_name_equal (a->vm, t->vm))
			json_object_set_string_member (ports, a->name, port);
	}
	json_object_set_object_member (out, "ports", ports);
}

static gboolean
read_offer (target *t, JsonObject *in, GError **error)
{
	if (wire_int (in, "version") != PEER_VERSION)
		return target_refuse (error, VMNET_ERROR_UNSUPPORTED,
			      "it speaks version %d of the language of moves, "
			      "the other host version %" G_GINT64_FORMAT
			      "; install the same vmnetsh on both",
			      PEER_VERSION, wire_int (in, "version"));
	t->kind = g_strdup (wire_string (in, "kind"));
	t->lab = g_strdup (wire_string (in, "lab"));
	t->switches = peer_get_list (in, "switches");
	t->ports = peer_get_list (in, "ports");
	if (t->kind && wire_string (in, "document"))
		return TRUE;
	return target_refuse (error, VMNET_ERROR_INVALID,
			      "the offer is not whole");
}

static gboolean
import (target *t, JsonObject *in, GError **error)
{
	const char *text = wire_string (in, "document");
	g_autoptr (vmnet_model) m = text ? identity_parse (text, error) : NULL;
	const vmnet_vm *v;

	if (text == NULL)
		return target_refuse (error, VMNET_ERROR_INVALID,
			      "there is no document of the VM");
	if (m == NULL)
		return FALSE;
	v = m->vms->pdata[0];
	if (t->vm && !model_name_equal (t->vm, v->name))
		return target_refuse (error, VMNET_ERROR_INVALID, "VM '%s' was "
			      "offered, and VM '%s' came", t->vm, v->name);
	if (t->vm == NULL) {
		t->vm = g_strdup (v->name);
		if (!kind_ok (t, in, error) || !name_free (t, error))
			return FALSE;
	}
	return identity_import (t->txn->model, m,
				(const char *const *) t->switches, error);
}

static gboolean
do_offer (target *t, JsonObject *in, JsonObject *out, GError **error)
{
	g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
	g_autoptr (GPtrArray) steps = NULL;
	g_auto (GStrv) list = NULL;

	if (t->vm)
		return target_refuse (error, VMNET_ERROR_INVALID,
			      "VM '%s' was offered already", t->vm);
	if (!read_offer (t, in, error))
		return FALSE;
	t->txn = vmnet_txn_begin (t->h, error);
	if (t->txn == NULL || !import (t, in, error))
		return FALSE;
	/* Whether it fits: floors on the uplink, ports, names. */
	steps = vmnet_txn_describe (t->txn, error);
	/* Programs are loaded now, not while the VM waits for its port. */
	if (steps == NULL || host_datapath (t->h, error) == NULL)
		return FALSE;
	warn_iov (t, warnings);
	list = g_strv_builder_end (warnings);
	peer_put_list (out, "warnings", (const char *const *) list);
	answer_ports (t, out);
	if (t->h->lab)
		json_object_set_string_member (out, "lab", t->h->lab);
	return TRUE;
}

/* ---- taking it, and letting go ---- */

static void
announce (target *t)
{
	g_autoptr (vmnet_model) m = host_model (t->h, NULL);

	if (m)
		announce_vm (t->h, m, t->vm);
}

/* What is in the document becomes so; `connected`: in use, too. */
static gboolean
settle (target *t, JsonObject *in, gboolean connected, GError **error)
{
	plan_handover arriving = { .vm = t->vm, .arrives = TRUE };
	gboolean ok;

	if (t->txn == NULL)
		t->txn = vmnet_txn_begin (t->h, error);
	if (t->txn == NULL || !import (t, in, error))
		return FALSE;
	/* A guest's taps are yet to be made. */
	if (strcmp (t->kind, PEER_NAMESPACE) == 0)
		t->txn->leaving = &arriving;
	if (!connected)
		identity_disconnect (t->txn->model, t->vm);
	ok = vmnet_txn_commit (t->txn, error);
	g_clear_pointer (&t->txn, vmnet_txn_free);
	t->took |= ok;
	return ok;
}

static gboolean
do_take (target *t, JsonObject *in, JsonObject *out, GError **error)
{
	if (t->vm == NULL)
		return target_refuse (error, VMNET_ERROR_INVALID,
				      "no VM was offered");
	if (!settle (t, in, TRUE, error))
		return FALSE;
	announce (t);
	return TRUE;
}

static gboolean
do_prepare (target *t, JsonObject *in, JsonObject *out, GError **error)
{
	if (t->vm == NULL || strcmp (t->kind, PEER_GUEST) != 0)
		return target_refuse (error, VMNET_ERROR_INVALID,
				      "no guest was offered");
	return settle (t, in, FALSE, error);
}

static gboolean
do_runs (target *t, JsonObject *in, JsonObject *out, GError **error)
{
	return target_guest_runs (t, error);
}

/* The name of its port over there; NULL: not known. */
static const char *
port_there (const target *t, const char *adapter)
{
	gsize n = strlen (adapter);

	for (gsize i = 0; t->ports && t->ports[i]; i++)
		if (strncmp (t->ports[i], adapter, n) == 0 &&
		    t->ports[i][n] == '=')
			return t->ports[i] + n + 1;
	return NULL;
}

static GHashTable *
ports_there (const target *t, const vmnet_model *m)
{
	GHashTable *out = g_hash_table_new (NULL, NULL);

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		const char *port = model_name_equal (a->vm, t->vm)
			? port_there (t, a->name) : NULL;

		if (port)
			g_hash_table_insert (out, GUINT_TO_POINTER (a->slot),
					     (gpointer) port);
	}
	return out;
}

/* Forgets the VM; its ports and its namespace go back where they came from. */
static gboolean
let_go (target *t, GError **error)
{
	g_autoptr (vmnet_txn) txn = NULL;
	g_autoptr (GHashTable) ports = NULL;
	plan_handover leaving = { .vm = t->vm, .lab = t->lab };

	g_clear_pointer (&t->txn, vmnet_txn_free);
	target_end_guest (t);
	if (!t->took)
		return TRUE;
	txn = vmnet_txn_begin (t->h, error);
	if (txn == NULL)
		return FALSE;
	leaving.ports = ports = ports_there (t, txn->model);
	if (!vmnet_vm_remove (txn, t->vm, error))
		return FALSE;
	if (strcmp (t->kind, PEER_NAMESPACE) == 0)
		txn->leaving = &leaving;
	if (!vmnet_txn_commit (txn, error))
		return FALSE;
	t->took = FALSE;
	return TRUE;
}

static gboolean
do_back (target *t, JsonObject *in, JsonObject *out, GError **error)
{
	return let_go (t, error);
}

/* ---- the conversation ---- */

static gboolean
answer (target *t, const char *line, int out)
{
	static const struct {
		const char *verb;
		gboolean (*run) (target *, JsonObject *, JsonObject *,
				 GError **);
	} verbs[] = {
		{ PEER_OFFER, do_offer },
		{ PEER_PREPARE, do_prepare },
		{ PEER_START, target_start_guest },
		{ PEER_RUNS, do_runs },
		{ PEER_TAKE, do_take },
		{ PEER_BACK, do_back },
	};
	g_autoptr (JsonObject) o = json_object_new (), in = NULL;
	g_autoptr (GError) e = NULL;
	g_autofree char *text = NULL;
	const char *verb = NULL;
	gboolean ok = FALSE;

	in = wire_parse (line, &e);
	if (in)
		verb = wire_string (in, "do");
	for (gsize i = 0; in && i < G_N_ELEMENTS (verbs); i++)
		if (g_strcmp0 (verb, verbs[i].verb) == 0)
			ok = verbs[i].run (t, in, o, &e);
	if (ok)
		json_object_set_boolean_member (o, "ok", TRUE);
	else if (e == NULL)
		target_refuse (&e, VMNET_ERROR_INVALID, "'%s' is not understood",
			verb ? verb : "");
	if (e)
		wire_put_error (o, e);
	text = wire_line (o);
	return peer_write (out, text);
}

static gboolean
is_done (const char *line)
{
	g_autoptr (JsonObject) o = wire_parse (line, NULL);

	return o && g_strcmp0 (wire_string (o, "do"), PEER_DONE) == 0;
}

static void
target_clear (target *t)
{
	vmnet_txn_free (t->txn);
	g_strfreev (t->switches);
	g_strfreev (t->ports);
	g_free (t->vm);
	g_free (t->kind);
	g_free (t->lab);
	g_free (t->socket);
	g_free (t->qmp);
}

/* TRUE: the other host has said that it is done. */
static gboolean
converse (target *t, int in, int out)
{
	g_autoptr (GString) rest = g_string_new (NULL);
	g_autofree char *line = NULL;

	while ((line = peer_read_line (in, rest, -1)) != NULL) {
		if (is_done (line))
			return TRUE;
		if (!answer (t, line, out))
			return FALSE;
		g_clear_pointer (&line, g_free);
	}
	return FALSE;
}

/* Does libvirt have the guest here, whatever became of the other host? */
static gboolean
is_libvirts (target *t)
{
	g_autoptr (vmnet_model) m = t->took ? host_model (t->h, NULL) : NULL;
	g_auto (guest) g = { 0 };

	return m && guest_find (t->h, m, t->vm, &g, NULL) && g.libvirt;
}

gboolean
vmnet_move_receive (vmnet_host *h, int in, int out, GError **error)
{
	target t = { .h = h };
	gboolean ok = TRUE;

	/* A guest that runs here by now is no longer the other host's. */
	if (!converse (&t, in, out) && !target_guest_is_running (&t) &&
	    !is_libvirts (&t))
		ok = let_go (&t, error);
	for (int i = 1; t.took && i < ANNOUNCES; i++) {
		g_usleep (ANNOUNCE_MS * 1000 * i);
		announce (&t);
	}
	target_clear (&t);
	return ok;
}

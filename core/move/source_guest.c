/*
 * source_guest.c - a guest of QEMU leaves. The other host makes its taps and
 * starts QEMU; QEMU here sends the memory through a second way there while
 * the guest runs on. When all but the rest is over, QEMU pauses the guest:
 * then its ports are connected over there, and it goes on there. Only then is
 * it taken away here. Until then everything can be taken back, and the guest
 * goes on here.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "move/guest.h"
#include "move/qmp.h"
#include "move/source.h"

#define FD_NAME "vmnetsh-move"
#define END_MS 10000		/* until QEMU has ended */
#define SLICE_MS 5

static void
say (GPtrArray *steps, char *owned)
{
	if (steps)
		g_ptr_array_add (steps, owned);
	else
		g_free (owned);
}

static void
say_steps (const source *s, GPtrArray *steps)
{
	const char *vm = s->m->vm, *host = s->m->host;

	say (steps, g_strdup_printf ("make the taps of '%s' on host '%s' and "
				     "start QEMU there", vm, host));
	say (steps, g_strdup_printf ("send the memory of '%s' to host '%s' "
				     "while it runs", vm, host));
	say (steps, g_strdup_printf ("pause it, connect its ports there, and "
				     "let it go on there"));
	say (steps, g_strdup_printf ("take '%s' and its taps away here", vm));
}

/* ---- QEMU over here ---- */

/* name here -> name there; both belong to the table. */
static GHashTable *
port_names (const source *s)
{
	GHashTable *out = g_hash_table_new_full (g_str_hash, g_str_equal,
						 g_free, g_free);

	for (guint i = 0; i < s->txn->base->adapters->len; i++) {
		const vmnet_adapter *a = s->txn->base->adapters->pdata[i];
		const char *there = g_hash_table_lookup (
			s->ports, GUINT_TO_POINTER (a->slot));

		if (there && model_name_equal (a->vm, s->m->vm))
			g_hash_table_insert (out, names_port (a),
					     g_strdup (there));
	}
	return out;
}

static gboolean
is_movable (const source *s, const guest *g, GError **error)
{
	if (g->pid && g->qmp)
		return TRUE;
	if (g->pid == 0)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "VM '%s': no guest holds one of its taps, so "
			     "there is nothing that runs to be moved",
			     s->m->vm);
	else
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "VM '%s': process %d has no monitor to be asked "
			     "at (-qmp unix:PATH,server=on,wait=off), and is "
			     "none of libvirt's", s->m->vm, g->pid);
	return FALSE;
}

static JsonObject *
capability (const char *name)
{
	JsonObject *o = json_object_new ();

	json_object_set_string_member (o, "capability", name);
	json_object_set_boolean_member (o, "state", TRUE);
	return o;
}

static gboolean
set_capabilities (qmp *q, GError **error)
{
	JsonObject *o = json_object_new ();
	JsonArray *a = json_array_new ();

	json_array_add_object_element (a, capability ("events"));
	json_array_add_object_element (a,
				       capability ("pause-before-switchover"));
	json_object_set_array_member (o, "capabilities", a);
	return qmp_do (q, "migrate-set-capabilities", o, NULL, error);
}

static gboolean
start_migration (source *s, qmp *q, const char *socket, peer **memory,
		 GError **error)
{
	JsonObject *o;
	gboolean given;
	int fd;

	if (!set_capabilities (q, error))
		return FALSE;
	*memory = peer_dial_memory (s->h, s->m->host, socket, &fd, error);
	if (*memory == NULL)
		return FALSE;
	given = qmp_give_fd (q, FD_NAME, fd, error);
	close (fd);
	if (!given)
		return FALSE;
	o = json_object_new ();
	json_object_set_string_member (o, "uri", "fd:" FD_NAME);
	return qmp_do (q, "migrate", o, NULL, error);
}

/* Its answer is that the guest was paused, or why it was not. */
static gboolean
reaches (qmp *q, const char *state, const char *but, GError **error)
{
	g_autofree char *now = qmp_wait_migration (q, but, error);
	g_autoptr (JsonObject) o = NULL;
	const char *why = NULL;

	if (now == NULL)
		return FALSE;
	if (strcmp (now, state) == 0)
		return TRUE;
	if (qmp_do (q, "query-migrate", NULL, &o, NULL))
		why = wire_string (o, "error-desc");
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "QEMU's migration has %s%s%s", now, why ? ": " : "",
		     why ? why : "");
	return FALSE;
}

static gboolean
go_on_there (source *s, qmp *q, GError **error)
{
	g_autoptr (JsonObject) runs = NULL;
	JsonObject *o = json_object_new ();

	json_object_set_string_member (o, "state", "pre-switchover");
	if (!qmp_do (q, "migrate-continue", o, NULL, error) ||
	    !reaches (q, "completed", "pre-switchover", error))
		return FALSE;
	runs = peer_ask (s->peer, peer_request (PEER_RUNS), error);
	return runs != NULL;
}

/* Whatever state it is in: here it runs on. */
static void
go_on_here (qmp *q)
{
	g_autofree char *status = NULL;

	qmp_do (q, "migrate_cancel", NULL, NULL, NULL);
	for (int waited = 0; waited < END_MS; waited += SLICE_MS) {
		g_clear_pointer (&status, g_free);
		status = qmp_status (q, NULL);
		if (g_strcmp0 (status, "running") == 0 || status == NULL)
			return;
		qmp_do (q, "cont", NULL, NULL, NULL);
		g_usleep (SLICE_MS * 1000);
	}
}

/* ---- the other host ---- */

static gboolean
start_there (source *s, const guest *g, char **socket, GError **error)
{
	g_autoptr (GHashTable) names = port_names (s);
	g_auto (GStrv) argv = guest_arguments (g, names, error);
	g_autoptr (JsonObject) reply = NULL;
	JsonObject *o;

	if (argv == NULL || !source_send (s, PEER_PREPARE, error))
		return FALSE;
	o = peer_request (PEER_START);
	peer_put_list (o, "argv", (const char *const *) argv);
	if (g->cwd)
		json_object_set_string_member (o, "cwd", g->cwd);
	reply = peer_ask (s->peer, o, error);
	if (reply == NULL)
		return FALSE;
	*socket = g_strdup (wire_string (reply, "socket"));
	return *socket != NULL;
}

static gboolean
migrate (source *s, qmp *q, const guest *g, GError **error)
{
	g_autofree char *socket = NULL;
	g_autoptr (peer) memory = NULL;

	if (!start_there (s, g, &socket, error))
		return FALSE;
	/* Memory takes its time: nobody has to wait for the lock. */
	g_clear_pointer (&s->txn, vmnet_txn_free);
	if (!start_migration (s, q, socket, &memory, error) ||
	    !reaches (q, "pre-switchover", NULL, error))
		return FALSE;
	/* The guest stands still: nothing of it is lost on the way. */
	return source_send (s, PEER_TAKE, error) && go_on_there (s, q, error);
}

/* ---- taking it away here ---- */

static void
end_here (qmp *q, const guest *g)
{
	guint64 start = proc_start_time (g->pid);

	qmp_do (q, "quit", NULL, NULL, NULL);
	for (int waited = 0; waited < END_MS && start &&
	     proc_start_time (g->pid) == start; waited += SLICE_MS)
		g_usleep (SLICE_MS * 1000);
}

/* With what the meters have counted to the end. */
static gboolean
last_totals (gpointer user, GError **error)
{
	return source_send (user, PEER_TAKE, error);
}

static void
nothing_to_undo (gpointer user)
{
}

static gboolean
forget_here (source *s, GError **error)
{
	plan_handover leaving = { .vm = s->m->vm, .take = last_totals,
				  .untake = nothing_to_undo, .user = s };

	s->txn = vmnet_txn_begin (s->h, error);
	if (s->txn == NULL || !vmnet_vm_remove (s->txn, s->m->vm, error))
		return FALSE;
	s->txn->leaving = &leaving;
	return vmnet_txn_commit (s->txn, error);
}

gboolean
source_forget_guest (source *s, GError **error)
{
	gboolean ok = forget_here (s, error);

	if (!ok)
		g_prefix_error (error, "VM '%s' runs on host '%s' now, but "
				"what it was here is left (Remove-VM takes "
				"it away): ", s->m->vm, s->m->host);
	peer_tell (s->peer, peer_request (PEER_DONE));
	return ok;
}

gboolean
source_move_guest (source *s, GPtrArray *steps, GError **error)
{
	g_auto (guest) g = { 0 };
	g_autoptr (JsonObject) back = NULL;
	g_autoptr (qmp) q = NULL;

	if (!guest_find (s->h, s->txn->base, s->m->vm, &g, error))
		return FALSE;
	if (g.libvirt)
		return source_move_libvirt (s, g.libvirt, steps, error);
	if (!is_movable (s, &g, error))
		return FALSE;
	say_steps (s, steps);
	if (s->m->dry_run)
		return TRUE;
	q = qmp_open (g.qmp, error);
	if (q == NULL)
		return FALSE;
	if (migrate (s, q, &g, error)) {
		end_here (q, &g);
		return source_forget_guest (s, error);
	}
	go_on_here (q);
	back = peer_ask (s->peer, peer_request (PEER_BACK), NULL);
	return FALSE;
}

/*
 * orders.c - see orders.h. A guest of libvirt's is told by virsh, one of QEMU's by
 * its monitor; of a lab's VM the programs are ended. Called by txn.c.
 */
#include "plan/orders.h"

#include <errno.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "lab/lab.h"
#include "move/qmp.h"
#include "move/virsh.h"

/* QEMU has ended, and libvirt not yet noticed. */
#define NOTICED_MS 10000
#define LOOK_MS 100

typedef struct {
	vmnet_power what;
	char *vm;
	char *libvirt, *qmp;	/* how to tell; both NULL: a lab's VM */
	int pid;		/* of the guest; 0: none runs */
	guint seconds;
	gboolean force;
} given;

/* By vmnet_power. */
static const struct {
	const char *virsh;
	const char *qmp;	/* NULL: its monitor has none */
	const char *verb, *rest;	/* of that: "VERB the guest of …REST" */
} words[] = {
	[VMNET_POWER_START] = { "start", NULL, NULL, NULL },
	[VMNET_POWER_SHUT_DOWN] = { "shutdown", "system_powerdown", "ask",
				    " to shut down" },
	[VMNET_POWER_TURN_OFF] = { "destroy", "quit", "end", "" },
	[VMNET_POWER_SAVE] = { "managedsave", NULL, NULL, NULL },
	[VMNET_POWER_PAUSE] = { "suspend", "stop", "pause", "" },
	[VMNET_POWER_RESUME] = { "resume", "cont", "resume", "" },
	[VMNET_POWER_RESET] = { "reset", "system_reset", "reset", "" },
	[VMNET_POWER_REBOOT] = { "reboot", NULL, NULL, NULL },
};

static void
given_free (gpointer data)
{
	given *o = data;

	g_free (o->vm);
	g_free (o->libvirt);
	g_free (o->qmp);
	g_free (o);
}

void
orders_add (vmnet_txn *t, const order *in)
{
	given *o = g_new0 (given, 1);

	o->what = in->what;
	o->vm = g_strdup (in->vm);
	o->seconds = in->seconds;
	o->force = in->force;
	/* Of libvirt's guests one has the name of the VM. */
	if (in->what == VMNET_POWER_START)
		o->libvirt = g_strdup (in->vm);
	if (in->to) {
		o->libvirt = g_strdup (in->to->libvirt);
		o->qmp = g_strdup (in->to->qmp);
		o->pid = in->to->pid;
	}
	if (t->orders == NULL)
		t->orders = g_ptr_array_new_with_free_func (given_free);
	g_ptr_array_add (t->orders, o);
}

gboolean
orders_running (const vmnet_txn *t, const char *vm, gboolean now)
{
	for (guint i = 0; i < orders_count (t); i++) {
		const given *o = t->orders->pdata[i];

		if (model_name_equal (o->vm, vm))
			now = o->what != VMNET_POWER_SHUT_DOWN &&
				o->what != VMNET_POWER_TURN_OFF &&
				o->what != VMNET_POWER_SAVE;
	}
	return now;
}

guint
orders_count (const vmnet_txn *t)
{
	return t->orders ? t->orders->len : 0;
}

void
orders_cut (vmnet_txn *t, guint n)
{
	if (n < orders_count (t))
		g_ptr_array_set_size (t->orders, n);
}

static char *
describe (const given *o)
{
	if (o->libvirt)
		return g_strdup_printf ("virsh %s %s", words[o->what].virsh,
					o->libvirt);
	if (o->qmp)
		return g_strdup_printf ("%s the guest of VM '%s'%s",
					words[o->what].verb, o->vm,
					words[o->what].rest);
	return g_strdup_printf ("end what runs in VM '%s'", o->vm);
}

void
orders_describe (const vmnet_txn *t, GPtrArray *steps)
{
	for (guint i = 0; i < orders_count (t); i++)
		g_ptr_array_add (steps, describe (t->orders->pdata[i]));
}

/* ---- told ---- */

static gboolean
tell (const given *o, vmnet_power what, GError **error)
{
	const char *command[] = { words[what].virsh, o->libvirt, NULL };
	g_autoptr (qmp) q = NULL;

	if (o->libvirt) {
		g_autofree char *said = virsh_run (o->vm, command, error);

		return said != NULL;
	}
	q = qmp_open (o->qmp, error);
	return q && qmp_do (q, words[what].qmp, NULL, NULL, error);
}

/* ---- and waited for ---- */

/* 1: the process has ended; 0: not in time; -1: interrupted. */
static int
wait_process (int pid, guint seconds)
{
	gint64 until = g_get_monotonic_time () +
		(gint64) seconds * G_USEC_PER_SEC;
	GPollFD p = { .fd = pidfd_open (pid, 0), .events = G_IO_IN };
	int n = 0;

	if (p.fd < 0)
		return 1;
	while (n == 0) {
		gint64 left = (until - g_get_monotonic_time ()) / 1000;

		if (left < 0)
			break;
		n = g_poll (&p, 1, (int) MIN (left + 1, G_MAXINT));
	}
	close (p.fd);
	return n < 0 ? -1 : n > 0;
}

/* libvirt starts no guest of which it thinks that it runs. */
static void
wait_libvirt (const given *o)
{
	const char *command[] = { "domstate", o->libvirt, NULL };
	gint64 until = g_get_monotonic_time () + NOTICED_MS * 1000;

	while (g_get_monotonic_time () < until) {
		g_autofree char *said = virsh_run (o->vm, command, NULL);

		if (said == NULL || strstr (said, "shut off"))
			return;
		g_usleep (LOOK_MS * 1000);
	}
}

static gboolean
still_runs (const given *o, int ended, GError **error)
{
	if (ended < 0)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "VM '%s': interrupted; its guest was asked to "
			     "shut down, and may still do it", o->vm);
	else
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "VM '%s': its guest was asked to shut down and "
			     "runs after %u s; -Force turns it off then, "
			     "-TurnOff at once", o->vm, o->seconds);
	return FALSE;
}

static gboolean
wait_end (const given *o, GError **error)
{
	int ended = wait_process (o->pid, o->seconds);

	if (ended == 0 && o->force) {
		if (!tell (o, VMNET_POWER_TURN_OFF, error))
			return FALSE;
		ended = wait_process (o->pid, NOTICED_MS / 1000);
	}
	if (ended <= 0)
		return still_runs (o, ended, error);
	if (o->libvirt)
		wait_libvirt (o);
	return TRUE;
}

static gboolean
give (const vmnet_txn *t, const given *o, GError **error)
{
	gboolean ends = o->pid && (o->what == VMNET_POWER_SHUT_DOWN ||
				   o->what == VMNET_POWER_TURN_OFF);

	if (!o->libvirt && !o->qmp)
		return lab_vm_stop (t->host->lab, o->vm, error);
	if (!tell (o, o->what, error))
		return FALSE;
	return !ends || (o->seconds == 0 && !o->force) ||
		wait_end (o, error);
}

gboolean
orders_give (vmnet_txn *t, GError **error)
{
	gboolean ok = TRUE;

	for (guint i = 0; ok && i < orders_count (t); i++)
		ok = give (t, t->orders->pdata[i], error);
	orders_cut (t, 0);
	return ok;
}

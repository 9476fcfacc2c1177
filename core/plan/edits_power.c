/*
 * edits_power.c - VMs started, stopped, paused and reset. A lab's VM is off in the
 * model; a guest is told after the commit (orders.h).
 */
#include "model/check.h"
#include "model/edit.h"
#include "move/guest.h"
#include "move/virsh.h"
#include "plan/orders.h"

static gboolean
unsupported (const char *name, const char *why, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "VM '%s': %s", name, why);
	return FALSE;
}

static gboolean
not_running (const char *name, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "VM '%s' does not run; Start-VM starts it", name);
	return FALSE;
}

/* ---- a lab's ---- */

static gboolean
lab_power (vmnet_txn *t, const order *o, GError **error)
{
	const vmnet_vm *v = check_vm (t->model, o->vm, error);

	if (v == NULL)
		return FALSE;
	switch (o->what) {
	case VMNET_POWER_START:
	case VMNET_POWER_SHUT_DOWN:
	case VMNET_POWER_TURN_OFF:
		return model_vm_set_off (t->model, o->vm,
					 o->what != VMNET_POWER_START, error);
	case VMNET_POWER_RESET:
	case VMNET_POWER_REBOOT:
		if (v->off)
			return not_running (o->vm, error);
		orders_add (t, o);
		return TRUE;
	default:
		return unsupported (o->vm, "a lab's VM is a network namespace, "
				    "which is neither saved nor paused",
				    error);
	}
}

/* ---- a guest ---- */

static gboolean
start_guest (vmnet_txn *t, const order *o, GError **error)
{
	const char *name = o->vm;
	g_autoptr (GError) e = NULL;

	switch (virsh_is_defined (name, name, &e)) {
	case 1:
		orders_add (t, o);
		return TRUE;
	case 0:
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "VM '%s': libvirt has no guest of that name; start "
			     "QEMU with QemuArguments of 'Get-VMNetworkAdapter "
			     "%s', or define it with LibvirtXml", name, name);
		return FALSE;
	default:
		g_propagate_error (error, g_steal_pointer (&e));
		g_prefix_error (error, "its guest is QEMU's or libvirt's to "
				"start: ");
		return FALSE;
	}
}

/* What the monitor of a guest without libvirt cannot be told. */
static gboolean
qemu_can (const order *o, const guest *g, GError **error)
{
	if (o->what == VMNET_POWER_SAVE)
		return unsupported (o->vm, "only a guest of libvirt's is saved "
				    "(virsh managedsave); it is QEMU's, "
				    "without libvirt", error);
	if (o->what == VMNET_POWER_REBOOT)
		return unsupported (o->vm, "QEMU without libvirt asks no guest "
				    "to reboot; -Type Reset resets it", error);
	if (g->qmp)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "VM '%s': its process %d has no monitor to be asked by "
		     "(-qmp unix:PATH,server=on,wait=off), and is none of "
		     "libvirt's", o->vm, g->pid);
	return FALSE;
}

static gboolean
guest_power (vmnet_txn *t, order *o, GError **error)
{
	g_auto (guest) g = { 0 };
	gboolean runs;

	if (!guest_find (t->host, t->model, o->vm, &g, error))
		return FALSE;
	runs = orders_running (t, o->vm, g.pid > 0);
	if (o->what == VMNET_POWER_START)
		return runs || start_guest (t, o, error);
	if (!runs)
		return o->what == VMNET_POWER_SHUT_DOWN ||
			o->what == VMNET_POWER_TURN_OFF ||
			o->what == VMNET_POWER_SAVE ||
			not_running (o->vm, error);
	/* One that this transaction starts has no process yet. */
	if (g.pid == 0)
		g.libvirt = g_strdup (o->vm);
	if (g.libvirt == NULL && !qemu_can (o, &g, error))
		return FALSE;
	o->to = &g;
	orders_add (t, o);
	return TRUE;
}

gboolean
vmnet_vm_power (vmnet_txn *t, const char *name, vmnet_power what,
		guint seconds, gboolean force, GError **error)
{
	const vmnet_vm *v = vmnet_model_vm (t->model, name);
	order o = { .what = what, .vm = name, .seconds = seconds,
		    .force = force };

	return v == NULL || v->namespaced ? lab_power (t, &o, error)
		: guest_power (t, &o, error);
}

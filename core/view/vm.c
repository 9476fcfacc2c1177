/*
 * vm.c - the rows of VM: those that were created here, and the guests whose
 * processes hold a tap.
 */
#include "lab/lab.h"
#include "move/guest.h"
#include "view/view.h"

static void
guest_free (gpointer g)
{
	g_free (g);
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash,
							g_str_equal);

	for (guint i = 0; i < v->model->vms->len; i++) {
		const vmnet_vm *m = v->model->vms->pdata[i];

		view_add (out, v, &vmnet_noun_vm, g_strdup (m->name), m, NULL,
			  NULL);
	}
	for (guint i = 0; v->guests && i < v->guests->len; i++) {
		const proc_guest *g = v->guests->pdata[i];

		if (vmnet_model_vm (v->model, g->guest) ||
		    !g_hash_table_add (seen, g->guest))
			continue;
		view_add (out, v, &vmnet_noun_vm, g_strdup (g->guest), NULL,
			  g_memdup2 (&g->pid, sizeof g->pid), guest_free);
	}
}

/* The process that runs it; 0: none is known. */
static int
pid_of (const vmnet_row *r)
{
	const vmnet_view *v = r->view;

	if (r->told)
		return *(const int *) r->told;
	for (guint i = 0; v->guests && i < v->guests->len; i++) {
		const proc_guest *g = v->guests->pdata[i];

		if (model_name_equal (g->guest, r->key))
			return g->pid;
	}
	return 0;
}

static gboolean
namespaced (const vmnet_row *r)
{
	return r->asked && ((const vmnet_vm *) r->asked)->namespaced;
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->key);
}

static void
get_state (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_vm *m = r->asked;

	if (namespaced (r))
		put_text (v, !m->off && r->view->h->lab &&
			  lab_vm_exists (r->view->h->lab, r->key)
			  ? "Running" : "Off");
	else
		put_text (v, guest_state (r->key, pid_of (r)));
}

static void
get_kind (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, namespaced (r) ? "Namespace"
		  : pid_of (r) ? "Process" : "Known by name");
}

static void
get_pid (const vmnet_row *r, vmnet_value *v)
{
	int pid = pid_of (r);

	if (pid)
		put_int (v, pid);
}

static void
get_metering (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, r->asked && ((const vmnet_vm *) r->asked)->metering);
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_guid ("vm", r->key));
}

static void
get_adapters (const vmnet_row *r, vmnet_value *v)
{
	const GPtrArray *own = view_adapters_of (r->view, r->key);

	put_list (v);
	for (guint i = 0; own && i < own->len; i++) {
		const vmnet_adapter *a = own->pdata[i];

		put_list_add (v, g_strdup (a->name));
	}
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "name of the VM",
	  get_name, NULL },
	{ "State", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "Running, Off, Paused or Saved",
	  get_state, NULL },
	{ "Kind", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Namespace (a lab's), Process (a guest that holds a tap) or only "
	  "known by name", get_kind, NULL },
	{ "ProcessId", VMNET_T_INT, VMNET_U_NONE, 4,
	  "process that runs the guest", get_pid, NULL },
	{ "ResourceMeteringEnabled", VMNET_T_BOOL, VMNET_U_NONE, 5,
	  "is its traffic metered", get_metering, NULL },
	{ "Id", VMNET_T_STRING, VMNET_U_NONE, 0, "GUID, derived from the name",
	  get_id, NULL },
	{ "VMName", VMNET_T_STRING, VMNET_U_NONE, 0, "the same as Name",
	  get_name, NULL },
	{ "NetworkAdapters", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "names of its network adapters", get_adapters, NULL },
};

const vmnet_noun vmnet_noun_vm = {
	.name = "VM",
	.text = "a virtual machine",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_GUESTS,
	.rows = rows,
};

/*
 * domain.c - what the cmdlets of the virtual network share: names with
 * wildcards, rows of a noun, which adapters a command is about.
 */
#include "domain.h"

#include <string.h>

#include "params.h"

gboolean
dom_is_pattern (const char *s)
{
	return sh_has_wildcard (s);
}

gboolean
dom_like (const char *pattern, const char *name)
{
	return sh_like (name, pattern, FALSE);
}

gboolean
dom_wanted (const sh_value *wanted, const char *name)
{
	guint n = wanted ? sh_array_length (wanted) : 0;

	for (guint i = 0; i < n; i++) {
		g_autofree char *w = sh_to_text (sh_array_get (wanted, i));

		/* "vEthernet [x]" written out is no pattern. */
		if (dom_like (w, name) || g_ascii_strcasecmp (w, name) == 0)
			return TRUE;
	}
	return wanted == NULL;
}

static gboolean
among (const char *plain, const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++)
		if (g_ascii_strcasecmp (plain, names->pdata[i]) == 0)
			return TRUE;
	return FALSE;
}

static void
fail_not_found (const char *kind, const char *name, const GPtrArray *names,
		GError **error)
{
	g_autoptr (GString) list = g_string_new (NULL);

	for (guint i = 0; i < names->len && i < 20; i++)
		g_string_append_printf (list, "%s'%s'", i ? ", " : "",
					(char *) names->pdata[i]);
	if (names->len > 20)
		g_string_append_printf (list, " and %u more",
					names->len - 20);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no %s '%s'; there is %s", kind, name,
		     names->len ? list->str : "none at all");
}

gboolean
dom_check (const char *kind, const sh_value *wanted, const GPtrArray *names,
	   GError **error)
{
	guint n = wanted ? sh_array_length (wanted) : 0;

	for (guint i = 0; i < n; i++) {
		g_autofree char *w = sh_to_text (sh_array_get (wanted, i));

		if (dom_is_pattern (w) || among (w, names))
			continue;
		fail_not_found (kind, w, names, error);
		return FALSE;
	}
	return TRUE;
}

/* ---- reads ---- */

static sh_value *
field_value (const vmnet_row *row, const char *name)
{
	const vmnet_field *f = vmnet_noun_field (row->noun, name);
	vmnet_value v = { .type = VMNET_T_NONE };
	sh_value *out;

	if (f == NULL)
		return NULL;
	f->get (row, &v);
	out = v.type == VMNET_T_NONE ? NULL : sh_from_core (&v);
	vmnet_value_clear (&v);
	return out;
}

char *
dom_field (const vmnet_row *row, const char *field)
{
	g_autoptr (sh_value) v = field_value (row, field);

	return v ? sh_to_text (v) : NULL;
}

gboolean
dom_field_on (const vmnet_row *row, const char *field)
{
	g_autoptr (sh_value) v = field_value (row, field);

	return v != NULL && sh_truth (v);
}

gboolean
dom_id_wanted (sh_call *call, const vmnet_row *row)
{
	g_autofree char *id = dom_field (row, "Id");

	return dom_wanted (sh_arg (call, "Id"), id ? id : "");
}

GPtrArray *
dom_rows (sh_call *call, const vmnet_noun *noun, GError **error)
{
	vmnet_view *view = sh_view (sh_call_interp (call), noun->sections,
				    error);

	return view ? vmnet_view_rows (view, noun) : NULL;
}

gboolean
dom_emit (sh_call *call, const GPtrArray *rows, const char *field,
	  const sh_value *wanted, const char *kind, dom_keep keep,
	  GError **error)
{
	g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		char *name = dom_field (row, field);

		if (name == NULL)
			continue;
		g_ptr_array_add (names, name);
		if (dom_wanted (wanted, name)
		    && (keep == NULL || keep (call, row)))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	return dom_check (kind, wanted, names, error);
}

gboolean
dom_row_among (const sh_value *rows, const char *key)
{
	for (guint i = 0; i < sh_array_length (rows); i++)
		if (g_ascii_strcasecmp (sh_row_key (sh_array_get (rows, i)),
					key) == 0)
			return TRUE;
	return FALSE;
}

gboolean
dom_is_object (const sh_value *objects, const vmnet_row *row)
{
	for (guint i = 0; i < sh_array_length (objects); i++)
		if (strcmp (sh_row_key (sh_array_get (objects, i)), row->key)
		    == 0)
			return TRUE;
	return FALSE;
}

gboolean
dom_owner_wanted (sh_call *call, const char *key)
{
	g_autoptr (dom_adapter) a = dom_adapter_from_key (key);

	if (sh_given (call, "VMNetworkAdapter"))
		return dom_row_among (sh_arg (call, "VMNetworkAdapter"), key);
	if (!dom_wanted (sh_arg (call, "VMNetworkAdapterName"), a->name))
		return FALSE;
	if (sh_arg_on (call, "ManagementOS"))
		return a->vm == NULL;
	if (sh_given (call, "VM"))
		return a->vm && dom_row_among (sh_arg (call, "VM"), a->vm);
	if (sh_given (call, "VMName"))
		return a->vm && dom_wanted (sh_arg (call, "VMName"), a->vm);
	return TRUE;
}

gboolean
dom_check_owners (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) vms = NULL;
	g_autoptr (GPtrArray) names = g_ptr_array_new ();

	if (!sh_given (call, "VMName"))
		return TRUE;
	vms = dom_rows (call, &vmnet_noun_vm, error);
	for (guint i = 0; vms != NULL && i < vms->len; i++)
		g_ptr_array_add (names, ((vmnet_row *) vms->pdata[i])->key);
	return vms != NULL && dom_check ("VM", sh_arg (call, "VMName"), names,
					 error);
}

vmnet_view *
dom_measure (sh_call *call, const vmnet_noun *noun, double seconds,
	     GError **error)
{
	vmnet_host *host = sh_host (sh_call_interp (call));
	g_autoptr (vmnet_view) before =
		vmnet_view_new (host, NULL, noun->sections, NULL, error);

	if (before == NULL)
		return NULL;
	g_usleep ((gulong) (seconds * G_USEC_PER_SEC));
	return vmnet_view_new (host, NULL, noun->sections, before, error);
}

/* ---- what a change is about ---- */

const vmnet_model *
dom_model (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);

	return txn ? vmnet_txn_model (txn) : NULL;
}

/* From rows their keys, from names those of `all` that they select. */
static GPtrArray *
pick (const char *kind, const sh_value *rows, const sh_value *names,
      const GPtrArray *all, GError **error)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	guint n = rows ? sh_array_length (rows) : 0;

	for (guint i = 0; i < n; i++)
		g_ptr_array_add (out, g_strdup (sh_row_key (
			sh_array_get (rows, i))));
	if (rows != NULL)
		return g_steal_pointer (&out);
	if (!dom_check (kind, names, all, error))
		return NULL;
	for (guint i = 0; i < all->len; i++)
		if (dom_wanted (names, all->pdata[i]))
			g_ptr_array_add (out, g_strdup (all->pdata[i]));
	return g_steal_pointer (&out);
}

GPtrArray *
dom_vms (sh_call *call, const sh_value *rows, const sh_value *names,
	 GError **error)
{
	const vmnet_model *m = dom_model (call, error);
	g_autoptr (GPtrArray) all = g_ptr_array_new ();

	if (m == NULL)
		return NULL;
	for (guint i = 0; i < m->vms->len; i++)
		g_ptr_array_add (all, ((vmnet_vm *) m->vms->pdata[i])->name);
	return pick ("VM", rows, names, all, error);
}

GPtrArray *
dom_switches (sh_call *call, const sh_value *rows, const sh_value *names,
	      GError **error)
{
	const vmnet_model *m = dom_model (call, error);
	g_autoptr (GPtrArray) all = g_ptr_array_new ();

	if (m == NULL)
		return NULL;
	for (guint i = 0; i < m->switches->len; i++)
		g_ptr_array_add (all,
				 ((vmnet_switch *) m->switches->pdata[i])
					 ->name);
	return pick ("switch", rows, names, all, error);
}

static dom_adapter *
adapter_new (const char *vm, const char *name)
{
	dom_adapter *a = g_new0 (dom_adapter, 1);

	a->vm = g_strdup (vm);
	a->name = g_strdup (name);
	return a;
}

void
dom_adapter_free (dom_adapter *a)
{
	if (a == NULL)
		return;
	g_free (a->vm);
	g_free (a->name);
	g_free (a);
}

char *
dom_adapter_key (const dom_adapter *a)
{
	return g_strconcat (a->vm ? a->vm : "", "/", a->name, NULL);
}

dom_adapter *
dom_adapter_from_key (const char *key)
{
	const char *slash = strchr (key, '/');
	g_autofree char *vm = NULL;

	if (slash == NULL)
		return adapter_new (NULL, key);
	vm = slash > key ? g_strndup (key, (gsize) (slash - key)) : NULL;
	return adapter_new (vm, slash + 1);
}

void
dom_emit_adapter (sh_call *call, const char *vm, const char *name)
{
	dom_adapter a = { (char *) vm, (char *) name };
	g_autofree char *key = dom_adapter_key (&a);

	sh_emit (call, sh_row_later (&vmnet_noun_adapter, key));
}

static gboolean
same_vm (const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return g_ascii_strcasecmp (a, b) == 0;
}

/* The adapters of one VM (NULL: the host) that `wanted` selects. */
static gboolean
add_adapters (GPtrArray *out, const vmnet_model *m, const char *vm,
	      const sh_value *wanted, GError **error)
{
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	g_autofree char *kind = NULL;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (!same_vm (a->vm, vm))
			continue;
		g_ptr_array_add (names, a->name);
		if (dom_wanted (wanted, a->name))
			g_ptr_array_add (out, adapter_new (vm, a->name));
	}
	kind = vm ? g_strdup_printf ("network adapter of VM '%s' named", vm)
		  : g_strdup ("network adapter of the host named");
	return dom_check (kind, wanted, names, error);
}

static GPtrArray *
adapters_from_rows (const sh_value *rows)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) dom_adapter_free);

	for (guint i = 0; i < sh_array_length (rows); i++)
		g_ptr_array_add (out, dom_adapter_from_key (sh_row_key (
			sh_array_get (rows, i))));
	return out;
}

static sh_value *
optional_arg (sh_call *call, const char *param)
{
	return sh_param_index (sh_call_cmdlet (call), param) < 0
		       ? NULL : sh_arg (call, param);
}

/* No adapter at all, though the names were plain ones. */
static gboolean
fail_none (const sh_value *vms, const sh_value *names, GError **error)
{
	g_autofree char *vm = vms ? sh_to_text (vms) : NULL;
	g_autofree char *name = names ? sh_to_text (names) : NULL;

	if ((vm && dom_is_pattern (vm)) || (name && dom_is_pattern (name)))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "%s%s%s has no network adapter; Add-VMNetworkAdapter "
		     "makes one", vm ? "VM '" : "the ", vm ? vm : "host",
		     vm ? "'" : "");
	return FALSE;
}

GPtrArray *
dom_adapters (sh_call *call, const char *name_param, GError **error)
{
	const vmnet_model *m = dom_model (call, error);
	sh_value *rows = optional_arg (call, "VMNetworkAdapter");
	sh_value *vm_rows = optional_arg (call, "VM");
	sh_value *vm_names = optional_arg (call, "VMName");
	sh_value *wanted = sh_arg (call, name_param);
	g_autoptr (GPtrArray) vms = NULL;
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) dom_adapter_free);

	if (m == NULL)
		return NULL;
	if (rows != NULL)
		return adapters_from_rows (rows);
	if (vm_rows == NULL && vm_names == NULL) {
		if (!add_adapters (out, m, NULL, wanted, error))
			return NULL;
	} else {
		vms = dom_vms (call, vm_rows, vm_names, error);
		if (vms == NULL)
			return NULL;
		for (guint i = 0; i < vms->len; i++)
			if (!add_adapters (out, m, vms->pdata[i], wanted,
					   error))
				return NULL;
	}
	if (out->len == 0 && !fail_none (vm_names, wanted, error))
		return NULL;
	return g_steal_pointer (&out);
}

char *
dom_entry_owner (const char *key)
{
	const char *hash = strrchr (key, '#');

	return hash ? g_strndup (key, (gsize) (hash - key)) : g_strdup (key);
}

guint64
dom_entry_number (const char *key)
{
	const char *hash = strrchr (key, '#');

	return hash ? g_ascii_strtoull (hash + 1, NULL, 10) : 0;
}

gboolean
dom_emit_owned (sh_call *call, const vmnet_noun *noun, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, noun, error);

	if (rows == NULL || !dom_check_owners (call, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		g_autofree char *owner = dom_entry_owner (row->key);

		if (dom_owner_wanted (call, owner))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	return TRUE;
}

gboolean
dom_emit_settings (sh_call *call, const vmnet_noun *noun, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, noun, error);
	g_autoptr (GPtrArray) mine = g_ptr_array_new ();

	if (rows == NULL || !dom_check_owners (call, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++)
		if (dom_owner_wanted (call,
				      ((vmnet_row *) rows->pdata[i])->key))
			g_ptr_array_add (mine, rows->pdata[i]);
	return dom_emit (call, mine, "VMNetworkAdapterName",
			 sh_arg (call, "VMNetworkAdapterName"),
			 "network adapter", NULL, error);
}

void
dom_iov_notes (sh_call *call, vmnet_txn *txn, const char *vm,
	       const char *adapter)
{
	g_autoptr (GPtrArray) notes = vmnet_iov_notes (txn, vm, adapter);

	for (guint i = 0; i < notes->len; i++)
		sh_warn (call, "'%s/%s': %s", vm, adapter,
			 (char *) notes->pdata[i]);
}

/* ---- interfaces ---- */

gboolean
dom_nic_described (sh_call *call, const vmnet_row *row)
{
	g_autofree char *text = dom_field (row, "InterfaceDescription");

	return dom_wanted (sh_arg (call, "InterfaceDescription"),
			   text ? text : "");
}

GPtrArray *
dom_nics (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
	sh_value *objects = sh_arg (call, "InputObject");
	sh_value *names = sh_arg (call, "Name");
	g_autoptr (GPtrArray) rows = NULL;

	for (guint i = 0; objects && i < sh_array_length (objects); i++)
		g_ptr_array_add (out, g_strdup (sh_row_key (
			sh_array_get (objects, i))));
	if (objects != NULL)
		return g_steal_pointer (&out);
	rows = dom_rows (call, &vmnet_noun_nic, error);
	if (rows == NULL)
		return NULL;
	for (guint i = 0; i < rows->len; i++) {
		char *name = dom_field (rows->pdata[i], "Name");

		if (name == NULL)
			continue;
		g_ptr_array_add (all, name);
		if (dom_wanted (names, name)
		    && dom_nic_described (call, rows->pdata[i]))
			g_ptr_array_add (out, g_strdup (name));
	}
	if (!dom_check ("network adapter", names, all, error))
		return NULL;
	return g_steal_pointer (&out);
}

GPtrArray *
dom_chosen (sh_call *call, const vmnet_noun *noun, const char *what,
	    GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, noun, error);
	g_autoptr (GPtrArray) all = g_ptr_array_new ();
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_row_unref);
	sh_value *objects = sh_arg (call, "InputObject");
	sh_value *names = sh_arg (call, "Name");

	for (guint i = 0; rows && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		g_ptr_array_add (all, row->key);
		if (row->asked && (objects ? dom_is_object (objects, row)
				   : dom_wanted (names, row->key)))
			g_ptr_array_add (out, vmnet_row_ref (row));
	}
	if (rows == NULL || (!objects && !dom_check (what, names, all, error)))
		return NULL;
	return g_steal_pointer (&out);
}

gboolean
dcb_priorities (sh_call *call, vmnet_opt *out, GError **error)
{
	sh_value *list = sh_arg (call, "Priority");

	for (guint i = 0; list && i < sh_array_length (list); i++) {
		gint64 value = -1;

		sh_to_int (sh_array_get (list, i), &value);
		if (value < 0 || value >= VMNET_PRIORITIES) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
				     "-Priority %" G_GINT64_FORMAT " is out of "
				     "range; give 0 to 7", value);
			return FALSE;
		}
		out->set = TRUE;
		out->value |= 1u << value;
	}
	return TRUE;
}

/*
 * netip.c - the interfaces that a call about IP is about. See netip.h.
 */
#include "netip.h"

#include <string.h>

static gboolean
is_called (const vmnet_row *row, const char *interface)
{
	g_autofree char *name = dom_field (row, "Name");
	g_autofree char *kernel = dom_field (row, "InterfaceName");

	return g_strcmp0 (name, interface) == 0
	       || g_strcmp0 (kernel, interface) == 0;
}

char *
netip_index (sh_call *call, const char *interface, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nic, error);

	for (guint i = 0; rows != NULL && i < rows->len; i++)
		if (is_called (rows->pdata[i], interface))
			return dom_field (rows->pdata[i], "ifIndex");
	return NULL;
}

char *
netip_index_of_ip (sh_call *call, const char *interface, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autofree char *link = txn ? vmnet_ip_interface (txn, interface)
				    : NULL;

	return link ? netip_index (call, link, error) : NULL;
}

static void
no_such_number (const char *wanted, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "there is no interface with number %s; Get-NetAdapter "
		     "shows them", wanted);
}

char *
netip_interface (sh_call *call, GError **error)
{
	const char *alias = sh_arg_text (call, "InterfaceAlias");
	g_autoptr (GPtrArray) rows = NULL;
	g_autofree char *wanted = NULL;

	if (alias != NULL)
		return g_strdup (alias);
	wanted = sh_to_text (sh_arg (call, "InterfaceIndex"));
	rows = dom_rows (call, &vmnet_noun_nic, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		g_autofree char *index = dom_field (rows->pdata[i], "ifIndex");

		if (g_strcmp0 (index, wanted) == 0)
			return dom_field (rows->pdata[i], "Name");
	}
	if (rows != NULL)
		no_such_number (wanted, error);
	return NULL;
}

static GPtrArray *
of_objects (sh_value *objects)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < sh_array_length (objects); i++) {
		vmnet_row *row = sh_row_get (sh_array_get (objects, i));
		char *name = row ? dom_field (row, "InterfaceAlias") : NULL;

		if (name != NULL)
			g_ptr_array_add (out, name);
	}
	return out;
}

/* Each number that was given must be there. */
static gboolean
check_numbers (sh_value *wanted, const GPtrArray *rows, GError **error)
{
	for (guint i = 0; wanted && i < sh_array_length (wanted); i++) {
		g_autofree char *text = sh_to_text (sh_array_get (wanted, i));
		gboolean found = FALSE;

		for (guint j = 0; j < rows->len && !found; j++) {
			g_autofree char *index =
				dom_field (rows->pdata[j], "ifIndex");

			found = g_strcmp0 (index, text) == 0;
		}
		if (found)
			continue;
		no_such_number (text, error);
		return FALSE;
	}
	return TRUE;
}

GPtrArray *
netip_interfaces (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
	sh_value *names = sh_arg (call, "InterfaceAlias");
	sh_value *numbers = sh_arg (call, "InterfaceIndex");
	g_autoptr (GPtrArray) rows = NULL;

	if (sh_given (call, "InputObject"))
		return of_objects (sh_arg (call, "InputObject"));
	rows = dom_rows (call, &vmnet_noun_nic, error);
	if (rows == NULL || !check_numbers (numbers, rows, error))
		return NULL;
	for (guint i = 0; i < rows->len; i++) {
		char *name = dom_field (rows->pdata[i], "Name");
		g_autofree char *index = dom_field (rows->pdata[i], "ifIndex");

		g_ptr_array_add (all, name);
		if (dom_wanted (names, name) && dom_wanted (numbers, index))
			g_ptr_array_add (out, g_strdup (name));
	}
	if (!dom_check ("network adapter", names, all, error))
		return NULL;
	return g_steal_pointer (&out);
}

gboolean
netip_wanted (sh_call *call, const vmnet_row *row, const char *const *names)
{
	for (; *names != NULL; names++) {
		g_autofree char *text = dom_field (row, *names);

		if (!dom_wanted (sh_arg (call, *names), text ? text : ""))
			return FALSE;
	}
	return TRUE;
}

/*
 * check.c - checks that the edits share, with the words of their errors.
 */
#include "model/check.h"

#include <string.h>

#define NAME_BYTES 100		/* an alias of two names must fit in 255 */
#define LISTED 10		/* names in a message */
#define RATE_MIN G_GUINT64_CONSTANT (1000)
#define RATE_MAX G_GUINT64_CONSTANT (10000000000000)

gboolean
check_invalid (GError **error, const char *what, const char *name,
	       const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID, "%s '%s': %s",
		     what, name, text);
	return FALSE;
}

static gboolean
has_control (const char *name)
{
	for (; *name; name = g_utf8_next_char (name))
		if (g_unichar_iscntrl (g_utf8_get_char (name)))
			return TRUE;
	return FALSE;
}

gboolean
check_name (const char *what, const char *name, GError **error)
{
	gsize n = strlen (name);

	if (!g_utf8_validate (name, -1, NULL)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s name: not valid UTF-8", what);
		return FALSE;
	}
	if (n == 0 || n > NAME_BYTES)
		return check_invalid (error, what, name, "a name has 1 to %d "
				      "bytes, not %" G_GSIZE_FORMAT,
				      NAME_BYTES, n);
	if (name[0] == ' ' || name[n - 1] == ' ')
		return check_invalid (error, what, name, "a name does not "
				      "begin or end with a blank");
	if (strchr (name, '/'))
		return check_invalid (error, what, name, "a name has no '/'; "
				      "it stands between VM and adapter");
	if (has_control (name))
		return check_invalid (error, what, name, "a name has no "
				      "control characters");
	return TRUE;
}

/* Levenshtein's distance, without case, of bytes. */
static guint
distance (const char *a, const char *b)
{
	gsize n = strlen (b);
	g_autofree guint *row = g_new (guint, n + 1);

	for (gsize j = 0; j <= n; j++)
		row[j] = j;
	for (gsize i = 0; a[i]; i++) {
		guint diagonal = row[0];

		row[0] = i + 1;
		for (gsize j = 0; j < n; j++) {
			gboolean same = g_ascii_tolower (a[i])
					== g_ascii_tolower (b[j]);
			guint change = diagonal + !same;

			diagonal = row[j + 1];
			row[j + 1] = MIN (change, MIN (diagonal, row[j]) + 1);
		}
	}
	return row[n];
}

static const char *
nearest (const GPtrArray *names, const char *name)
{
	guint best = MAX (strlen (name) / 3, 1) + 1;
	const char *found = NULL;

	for (guint i = 0; i < names->len; i++) {
		const char *n = g_ptr_array_index (names, i);
		guint d = distance (name, n);

		if (d < best) {
			best = d;
			found = n;
		}
	}
	return found;
}

/* `make` is the way out where there are none. */
static void
not_found (GError **error, const char *what, const char *name,
	   const GPtrArray *names, const char *make)
{
	g_autoptr (GString) s = g_string_new (NULL);
	const char *near = nearest (names, name);

	if (names->len == 0)
		g_string_append_printf (s, "; there is none: %s", make);
	else if (near && names->len > 1)
		g_string_append_printf (s, "; did you mean '%s'? there are ",
					near);
	else
		g_string_append_printf (s, "; there %s ",
					names->len == 1 ? "is" : "are");
	for (guint i = 0; i < names->len && i < LISTED; i++)
		g_string_append_printf (s, "%s'%s'", i ? ", " : "",
					(char *) names->pdata[i]);
	if (names->len > LISTED)
		g_string_append_printf (s, " and %u more",
					names->len - LISTED);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "%s '%s': no such %s%s", what, name, what, s->str);
}

vmnet_switch *
check_switch (const vmnet_model *m, const char *name, GError **error)
{
	vmnet_switch *s = vmnet_model_switch (m, name);
	g_autoptr (GPtrArray) names = NULL;

	if (s)
		return s;
	names = g_ptr_array_new ();
	for (guint i = 0; i < m->switches->len; i++) {
		s = g_ptr_array_index (m->switches, i);
		g_ptr_array_add (names, s->name);
	}
	not_found (error, "virtual switch", name, names,
		   "make one with New-VMSwitch");
	return NULL;
}

vmnet_vm *
check_vm (const vmnet_model *m, const char *name, GError **error)
{
	vmnet_vm *v = vmnet_model_vm (m, name);
	g_autoptr (GPtrArray) names = NULL;

	if (v)
		return v;
	names = g_ptr_array_new ();
	for (guint i = 0; i < m->vms->len; i++) {
		v = g_ptr_array_index (m->vms, i);
		g_ptr_array_add (names, v->name);
	}
	not_found (error, "virtual machine", name, names,
		   "make one with New-VM");
	return NULL;
}

vmnet_pool *
check_pool (const vmnet_model *m, const char *name, GError **error)
{
	vmnet_pool *p = vmnet_model_pool (m, name);
	g_autoptr (GPtrArray) names = NULL;

	if (p)
		return p;
	names = g_ptr_array_new ();
	for (guint i = 0; i < m->pools->len; i++) {
		p = g_ptr_array_index (m->pools, i);
		g_ptr_array_add (names, p->name);
	}
	not_found (error, "resource pool", name, names,
		   "make one with New-VMResourcePool");
	return NULL;
}

char *
check_adapter_text (const char *vm, const char *name)
{
	return vm ? g_strdup_printf ("network adapter '%s/%s'", vm, name)
		  : g_strdup_printf ("host adapter '%s'", name);
}

static void
adapter_not_found (const vmnet_model *m, const char *vm, const char *name,
		   GError **error)
{
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	g_autofree char *what = NULL;

	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->vm, vm))
			g_ptr_array_add (names, a->name);
	}
	what = vm ? g_strdup_printf ("network adapter of '%s'", vm)
		  : g_strdup ("host adapter");
	not_found (error, what, name, names,
		   vm ? "add one with Add-VMNetworkAdapter" :
		   "add one with Add-VMNetworkAdapter -ManagementOS");
}

vmnet_adapter *
check_adapter (const vmnet_model *m, const char *vm, const char *name,
	       GError **error)
{
	vmnet_adapter *a;

	if (vm && !check_vm (m, vm, error))
		return NULL;
	a = vmnet_model_adapter (m, vm, name);
	if (a == NULL)
		adapter_not_found (m, vm, name, error);
	return a;
}

static gboolean
adapter_answers_to (const vmnet_adapter *a, const char *interface)
{
	g_autofree char *alias = names_alias (a);
	g_autofree char *name = names_host_adapter (a);

	return model_name_equal (alias, interface)
	       || model_name_equal (a->name, interface)
	       || strcmp (name, interface) == 0;
}

vmnet_adapter *
check_interface (const vmnet_model *m, const char *interface, GError **error)
{
	g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (a->vm)
			continue;
		if (adapter_answers_to (a, interface))
			return a;
		g_ptr_array_add (names, names_alias (a));
	}
	not_found (error, "host adapter", interface, names,
		   "make a switch with New-VMSwitch -AllowManagementOS $true");
	return NULL;
}

static gboolean
wrong_mode (const char *adapter, const vmnet_switch *sw, const char *what,
	    vmnet_bw_mode needed, GError **error)
{
	vmnet_bw_mode mode = vmnet_switch_bw_mode (sw);
	const char *why = mode == VMNET_BW_NONE && sw->iov
			  && sw->bw_mode == VMNET_BW_DEFAULT ?
		" because it was made with -EnableIov" : "";

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: -%s needs a switch of -MinimumBandwidthMode %s; "
		     "switch '%s' has mode %s%s, given when it is made: %s",
		     adapter, what, model_bw_mode_text (needed), sw->name,
		     model_bw_mode_text (mode), why,
		     mode == VMNET_BW_NONE ?
		     "make the switch anew with that mode" :
		     mode == VMNET_BW_WEIGHT ?
		     "give -MinimumBandwidthWeight, or make the switch anew" :
		     "give -MinimumBandwidthAbsolute, or make the switch "
		     "anew");
	return FALSE;
}

gboolean
check_floors (const char *adapter, const vmnet_switch *sw,
	      vmnet_opt absolute, vmnet_opt weight, GError **error)
{
	if (absolute.set && weight.set) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "%s: MinimumBandwidthAbsolute and "
			     "MinimumBandwidthWeight exclude each other; take "
			     "one away by giving it the value 0", adapter);
		return FALSE;
	}
	if (sw == NULL)
		return TRUE;
	if (absolute.set && vmnet_switch_bw_mode (sw) != VMNET_BW_ABSOLUTE)
		return wrong_mode (adapter, sw, "MinimumBandwidthAbsolute",
				   VMNET_BW_ABSOLUTE, error);
	if (weight.set && vmnet_switch_bw_mode (sw) != VMNET_BW_WEIGHT)
		return wrong_mode (adapter, sw, "MinimumBandwidthWeight",
				   VMNET_BW_WEIGHT, error);
	return TRUE;
}

gboolean
check_rate (const char *object, const char *parameter, vmnet_opt rate,
	    GError **error)
{
	if (!rate.set || rate.value == 0
	    || (rate.value >= RATE_MIN && rate.value <= RATE_MAX))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "%s: -%s %" G_GUINT64_FORMAT " is out of range; give "
		     "%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " bits per "
		     "second, or 0 to take it away", object, parameter,
		     rate.value, RATE_MIN, RATE_MAX);
	return FALSE;
}

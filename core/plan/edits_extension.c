/*
 * edits_extension.c - the public edits of a switch's extensions: the model's
 * rules (model/edit.h), and what only a look into the folders can tell.
 */
#include "bpf/extension.h"
#include "model/check.h"
#include "model/edit.h"
#include "plan/extension.h"
#include "plan/txn.h"

static gboolean
refuse (GError **error, vmnet_error code, const char *vswitch,
	const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
refuse (GError **error, vmnet_error code, const char *vswitch,
	const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start (ap, format);
	text = g_strdup_vprintf (format, ap);
	va_end (ap);
	g_set_error (error, VMNET_ERROR, code, "switch '%s': %s", vswitch,
		     text);
	return FALSE;
}

/* As Hyper-V has it: two could not both choose. */
static gboolean
only_forwarder (const vmnet_switch *s, const vmnet_switchext *x,
		const GPtrArray *all, GError **error)
{
	for (guint i = 0; s->extensions && s->extensions[i] &&
	     x->type == VMNET_SWITCHEXT_FORWARDING; i++) {
		const vmnet_switchext *other =
			extension_named (all, s->extensions[i]);

		if (other && other != x && other->type == x->type)
			return refuse (error, VMNET_ERROR_EXISTS, s->name,
				       "it has a forwarding extension, '%s', "
				       "and can have one; disable that first "
				       "(Disable-VMSwitchExtension)",
				       other->name);
	}
	return TRUE;
}

gboolean
vmnet_switchext_enable (vmnet_txn *t, const char *vswitch, const char *name,
			GError **error)
{
	const vmnet_switch *s = check_switch (t->model, vswitch, error);
	g_autoptr (GPtrArray) all = NULL;
	g_autofree char *names = NULL;
	const vmnet_switchext *x;

	if (s == NULL)
		return FALSE;
	all = extensions_installed (t->host);
	names = extension_names (all);
	x = extension_named (all, name);
	if (x == NULL)
		return refuse (error, VMNET_ERROR_NOT_FOUND, s->name,
			       "there is no extension '%s'; there are: %s. An "
			       "object file is installed by putting it into "
			       "%s/extensions", name, names,
			       t->host->state_dir);
	if (x->problem)
		return refuse (error, VMNET_ERROR_INVALID, s->name,
			       "extension '%s' (%s): %s", x->name, x->path,
			       x->problem);
	return only_forwarder (s, x, all, error) &&
		model_switchext_enable (t->model, vswitch, x->name, error);
}

gboolean
vmnet_switchext_disable (vmnet_txn *t, const char *vswitch, const char *name,
			 GError **error)
{
	return model_switchext_disable (t->model, vswitch, name, error);
}

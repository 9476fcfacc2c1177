/*
 * host.c - opens a host: where its store, sockets, pins and netlink socket
 * are. Called by main through vmnet_host_open.
 */
#include "host.h"

#include <errno.h>
#include <string.h>

#include "lab/lab.h"

gboolean
host_lab_name_ok (const char *lab, GError **error)
{
	gsize n = strspn (lab, "abcdefghijklmnopqrstuvwxyz"
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	if (n > 0 && n <= 32 && lab[n] == '\0')
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "lab name '%s': 1 to 32 letters, digits, '-' or '_'",
		     lab);
	return FALSE;
}

vmnet_host *
vmnet_host_open (const vmnet_options *o, GError **error)
{
	g_autoptr (vmnet_host) h = g_new0 (vmnet_host, 1);
	g_autofree char *own = NULL;

	if (o->lab && !host_lab_name_ok (o->lab, error))
		return NULL;
	h->lab = g_strdup (o->lab);
	h->guest = o->guest;
	own = o->lab ? g_strconcat ("lab-", o->lab, NULL) : g_strdup ("host");
	h->run_dir = g_build_filename (HOST_RUN, own, NULL);
	h->pin_dir = g_build_filename (HOST_PINS, own, NULL);
	if (o->state_dir)
		h->state_dir = g_canonicalize_filename (o->state_dir, NULL);
	else if (o->lab)
		h->state_dir = g_build_filename (HOST_STATE, own, NULL);
	else
		h->state_dir = g_strdup (HOST_STATE);
	if (o->sysfs_root)
		h->sysfs_root = g_strdup (o->sysfs_root);
	else if (o->lab)
		h->sysfs_root = g_build_filename (h->run_dir, "sys", NULL);
	else
		h->sysfs_root = g_strdup ("/sys");
	if (o->lab && !lab_enter (o->lab, h->run_dir, error))
		return NULL;
	h->nl = kn_open (-1, error);
	if (h->nl == NULL)
		return NULL;
	return g_steal_pointer (&h);
}

void
vmnet_host_free (vmnet_host *h)
{
	if (h == NULL)
		return;
	if (h->batch)
		vmnet_host_batch (h, FALSE, NULL);
	datapath_close (h->dp);
	kn_close (h->nl);
	g_free (h->lab);
	g_free (h->state_dir);
	g_free (h->run_dir);
	g_free (h->sysfs_root);
	g_free (h->pin_dir);
	model_free (h->stored);
	model_free (h->spare);
	g_free (h);
}

const char *
vmnet_host_lab (const vmnet_host *h)
{
	return h->lab;
}

const char *
vmnet_host_state_dir (const vmnet_host *h)
{
	return h->state_dir;
}

const char *
vmnet_host_run_dir (const vmnet_host *h)
{
	return h->run_dir;
}

vmnet_model *
host_model (vmnet_host *h, GError **error)
{
	store_stamp now = store_stamp_now (h->state_dir);
	vmnet_model *m;

	if (h->stored && store_stamp_equal (&now, &h->stamp))
		return model_ref (h->stored);
	m = store_load (h->state_dir, error);
	if (m == NULL)
		return NULL;
	model_free (h->stored);
	h->stored = model_ref (m);
	h->stamp = now;
	h->clean = FALSE;
	return m;
}

void
host_model_written (vmnet_host *h, vmnet_model *m)
{
	h->stamp = store_stamp_now (h->state_dir);
	model_ref (m);
	model_free (h->stored);
	h->stored = m;
	h->clean = TRUE;
}

vmnet_model *
host_model_edit (vmnet_host *h, const vmnet_model *m)
{
	vmnet_model *copy = g_steal_pointer (&h->spare);

	if (copy == NULL)
		return model_copy (m);
	model_assign (copy, m);
	return copy;
}

void
host_model_spare (vmnet_host *h, vmnet_model *m)
{
	if (m && (h->spare || model_shared (m)))
		model_free (m);
	else if (m)
		h->spare = m;
}

datapath *
host_datapath (vmnet_host *h, GError **error)
{
	if (h->dp == NULL)
		h->dp = datapath_open (h->pin_dir, error);
	return h->dp;
}

datapath *
host_datapath_if_there (vmnet_host *h)
{
	if (h->dp == NULL && g_file_test (h->pin_dir, G_FILE_TEST_IS_DIR))
		h->dp = datapath_open (h->pin_dir, NULL);
	return h->dp;
}

/*
 * host.c - the one row of VMHost: this machine.
 */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "view/vf.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	view_add (out, v, &vmnet_noun_host, g_strdup (g_get_host_name ()),
		  NULL, NULL, NULL);
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->key);
}

static void
get_processors (const vmnet_row *r, vmnet_value *v)
{
	(void) r;
	put_int (v, proc_processors ());
}

static void
get_memory (const vmnet_row *r, vmnet_value *v)
{
	(void) r;
	put_int (v, (gint64) sysconf (_SC_PHYS_PAGES) *
		 sysconf (_SC_PAGESIZE));
}

static void
get_support (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, view_iov_can (r->view, NULL));
}

static void
get_reasons (const vmnet_row *r, vmnet_value *v)
{
	view_iov_put_reasons (r->view, NULL, v);
}

static void
get_kernel (const vmnet_row *r, vmnet_value *v)
{
	struct utsname u;

	(void) r;
	if (uname (&u) == 0)
		put_take (v, g_strdup_printf ("%s %s", u.sysname, u.release));
}

static void
get_state_dir (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->view->h->state_dir);
}

static void
get_lab (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, r->view->h->lab);
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1, "name of the host",
	  get_name, NULL },
	{ "LogicalProcessorCount", VMNET_T_INT, VMNET_U_NONE, 2,
	  "processors that are online", get_processors, NULL },
	{ "MemoryCapacity", VMNET_T_INT, VMNET_U_BYTES, 3, "memory",
	  get_memory, NULL },
	{ "IovSupport", VMNET_T_BOOL, VMNET_U_NONE, 4,
	  "can this host have SR-IOV", get_support, NULL },
	{ "IovSupportReasons", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "every reason why it cannot, or not for every VM", get_reasons,
	  NULL },
	{ "ComputerName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the same as Name", get_name, NULL },
	{ "OperatingSystem", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the running kernel", get_kernel, NULL },
	{ "StatePath", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "folder of what was configured", get_state_dir, NULL },
	{ "Lab", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "the lab that this is; nothing: the machine itself", get_lab,
	  NULL },
};

const vmnet_noun vmnet_noun_host = {
	.name = "VMHost",
	.text = "this host",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_MODEL,
	.rows = rows,
};

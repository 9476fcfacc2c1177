/*
 * switch.c - the rows of VMSwitch.
 */
#include <net/if.h>

#include "view/mirror.h"
#include "view/view.h"

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; i < v->model->switches->len; i++) {
		const vmnet_switch *s = v->model->switches->pdata[i];

		view_add (out, v, &vmnet_noun_switch, g_strdup (s->name), s,
			  NULL, NULL);
	}
}

static const vmnet_switch *
of (const vmnet_row *r)
{
	return r->asked;
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->name);
}

static void
get_type (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_switch_type_text (of (r)->type));
}

static void
get_description (const vmnet_row *r, vmnet_value *v)
{
	/* The published word for the one interface of a team. */
	if (of (r)->teaming)
		put_text (v, "Teamed-Interface");
	else if (of (r)->uplink)
		put_take (v, view_description (r->view, of (r)->uplink));
}

static void
get_descriptions (const vmnet_row *r, vmnet_value *v)
{
	const char *nic;

	put_list (v);
	for (guint i = 0; (nic = vmnet_switch_member (of (r), i)); i++)
		put_list_add (v, view_description (r->view, nic));
}

static void
get_uplink (const vmnet_row *r, vmnet_value *v)
{
	GString *names;
	const char *nic;

	if (of (r)->uplink == NULL)
		return;
	names = g_string_new (of (r)->uplink);
	for (guint i = 1; (nic = vmnet_switch_member (of (r), i)); i++)
		g_string_append_printf (names, ", %s", nic);
	put_take (v, g_string_free (names, FALSE));
}

static void
get_teaming (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->teaming);
}

static void
get_management (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_model *m = r->view->model;

	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];

		if (!a->vm && a->vswitch &&
		    model_name_equal (a->vswitch, of (r)->name)) {
			put_bool (v, TRUE);
			return;
		}
	}
	put_bool (v, FALSE);
}

static void
get_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, model_bw_mode_text (vmnet_switch_bw_mode (of (r))));
}

static void
get_flow_absolute (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, of (r)->default_flow_absolute);
}

static void
get_flow_weight (const vmnet_row *r, vmnet_value *v)
{
	put_opt (v, of (r)->default_flow_weight);
}

static void
get_iov (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, of (r)->iov);
}

static void
get_iov_support (const vmnet_row *r, vmnet_value *v)
{
	gboolean can = of (r)->uplink != NULL;
	const char *nic;

	for (guint i = 0; can && (nic = vmnet_switch_member (of (r), i)); i++)
		can = view_iov_can (r->view, nic);
	put_bool (v, can);
}

static void
get_iov_reasons (const vmnet_row *r, vmnet_value *v)
{
	const char *nic;

	put_list (v);
	for (guint i = 0; (nic = vmnet_switch_member (of (r), i)); i++)
		view_iov_add_reasons (r->view, nic, v);
	if (of (r)->uplink == NULL)
		put_list_add (v, g_strdup (
			"NoUplink: the switch has no physical network "
			"adapter"));
}

/* Of all its cards; of a switch without SR-IOV they are the card's, and none of
 * its own. */
static void
put_count (const vmnet_row *r, gboolean in_use, vmnet_value *v)
{
	gint64 n = 0;
	const char *nic;

	for (guint i = 0; of (r)->iov &&
	     (nic = vmnet_switch_member (of (r), i)); i++)
		n += view_iov_count (r->view, nic, in_use);
	put_int (v, n);
}

static void
get_vf_count (const vmnet_row *r, vmnet_value *v)
{
	put_count (r, FALSE, v);
}

static void
get_vfs_in_use (const vmnet_row *r, vmnet_value *v)
{
	put_count (r, TRUE, v);
}

static void
put_pairs (const vmnet_row *r, gboolean in_use, vmnet_value *v)
{
	gint64 n = 0, of_one;
	const char *nic;

	for (guint i = 0; of (r)->iov &&
	     (nic = vmnet_switch_member (of (r), i)); i++) {
		of_one = view_iov_pairs (r->view, nic, in_use);
		if (of_one < 0)
			return;
		n += of_one;
	}
	put_int (v, n);
}

static void
get_pair_count (const vmnet_row *r, vmnet_value *v)
{
	put_pairs (r, FALSE, v);
}

static void
get_pairs_in_use (const vmnet_row *r, vmnet_value *v)
{
	put_pairs (r, TRUE, v);
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_guid ("switch", of (r)->name));
}

static void
get_notes (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->notes ? of (r)->notes : "");
}

static void
get_bridge (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, names_bridge (of (r)));
}

static void
get_pools (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_model *m = r->view->model;

	put_list (v);
	put_list_add (v, g_strdup (VMNET_POOL_ALL));
	for (guint i = 0; i < m->pools->len; i++) {
		const vmnet_pool *p = m->pools->pdata[i];

		if (g_strcmp0 (p->name, VMNET_POOL_ALL) != 0
		    && vmnet_pool_has_switch (m, p->name, of (r)->name))
			put_list_add (v, g_strdup (p->name));
	}
}

static void
get_status (const vmnet_row *r, vmnet_value *v)
{
	g_autofree char *name = names_bridge (of (r));
	const kn_link *b = view_link (r->view, name);
	guint n = 0, there = 0, up = 0;
	const char *nic;

	for (; (nic = vmnet_switch_member (of (r), n)); n++) {
		const kn_link *l = view_link (r->view, nic);

		there += l && b && l->master == b->ifindex;
		up += l && l->carrier;
	}
	if (b == NULL)
		put_text (v, "Not in the kernel (vmnetsh restore)");
	else if (!(b->flags & IFF_UP))
		put_text (v, "Down");
	else if (there < n)
		put_text (v, of (r)->teaming
			  ? "A member is not connected (vmnetsh restore)"
			  : "Uplink is not connected (vmnetsh restore)");
	else if (n && up == 0)
		put_text (v, "Uplink has no carrier");
	else if (up < n)
		put_take (v, g_strdup_printf ("%u of %u members have a link",
					      up, n));
	else
		put_text (v, of (r)->mirror.mode ? "Ok (uplink mirrored)"
			  : "Ok");
}

static void
get_mirror_mode (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, vmnet_mirror_modes[of (r)->mirror.mode]);
}

static void
get_mirroring (const vmnet_row *r, vmnet_value *v)
{
	view_put_mirroring (r, of (r), NULL, v);
}

/* Who of it is watched, and who watches. */
static void
get_mirrored (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_model *m = r->view->model;

	put_list (v);
	if (of (r)->mirror.mode == VMNET_MIRROR_SOURCE)
		put_list_add (v, g_strdup_printf ("Source: external port (%s)",
						  of (r)->uplink));
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *alias = NULL;

		if (a->mirror.mode == VMNET_MIRROR_NONE ||
		    !model_name_equal (a->vswitch, of (r)->name))
			continue;
		alias = names_alias (a);
		put_list_add (v, g_strdup_printf (
			"%s: %s", vmnet_mirror_modes[a->mirror.mode], alias));
	}
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "name of the switch", get_name, NULL },
	{ "SwitchType", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "External, Internal or Private", get_type, NULL },
	{ "NetAdapterInterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "description of the physical network adapter", get_description,
	  NULL },
	{ "NetAdapterInterfaceDescriptions", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "the same as a list", get_descriptions, NULL },
	{ "NetAdapterName", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "interface name of the physical network adapter; of a team, all of "
	  "them", get_uplink, NULL },
	{ "EmbeddedTeamingEnabled", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "is it a team of physical network adapters", get_teaming, NULL },
	{ "AllowManagementOS", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "has the host an adapter on this switch", get_management, NULL },
	{ "BandwidthReservationMode", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "how minimum bandwidth is given: Weight, Absolute or None",
	  get_mode, NULL },
	{ "DefaultFlowMinimumBandwidthAbsolute", VMNET_T_INT,
	  VMNET_U_BITS_PER_SECOND, 0,
	  "floor of everything without one of its own", get_flow_absolute,
	  NULL },
	{ "DefaultFlowMinimumBandwidthWeight", VMNET_T_INT, VMNET_U_NONE, 0,
	  "weight of everything without one of its own", get_flow_weight,
	  NULL },
	{ "IovEnabled", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "was SR-IOV enabled when the switch was made", get_iov, NULL },
	{ "IovSupport", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "can the physical network adapter do SR-IOV here",
	  get_iov_support, NULL },
	{ "IovSupportReasons", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "every reason why it cannot, or not for every VM",
	  get_iov_reasons, NULL },
	{ "IovVirtualFunctionCount", VMNET_T_INT, VMNET_U_NONE, 0,
	  "virtual functions of the physical network adapter", get_vf_count,
	  NULL },
	{ "IovVirtualFunctionsInUse", VMNET_T_INT, VMNET_U_NONE, 0,
	  "those that somebody has", get_vfs_in_use, NULL },
	{ "IovQueuePairCount", VMNET_T_INT, VMNET_U_NONE, 0,
	  "queue pairs of the virtual functions; nothing: no interface of one "
	  "can be seen", get_pair_count, NULL },
	{ "IovQueuePairsInUse", VMNET_T_INT, VMNET_U_NONE, 0,
	  "queue pairs of those that somebody has", get_pairs_in_use, NULL },
	{ "Status", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "what the kernel has of it", get_status, NULL },
	{ "PortMirroringMode", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "Source: all that passes the uplink is copied; or None",
	  get_mirror_mode, NULL },
	{ "Mirroring", VMNET_T_RECORD, VMNET_U_NONE, 0,
	  "what of the uplink is copied, and what became of the copies",
	  get_mirroring, NULL },
	{ "MirroredPorts", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "its ports that are copied, and those that get the copies",
	  get_mirrored, NULL },
	{ "Id", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "GUID, derived from the name", get_id, NULL },
	{ "ResourcePoolName", VMNET_T_LIST, VMNET_U_NONE, 0,
	  "resource pools that have it", get_pools, NULL },
	{ "Notes", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "free text", get_notes, NULL },
	{ "InterfaceName", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "name of the kernel's bridge", get_bridge, NULL },
};

const vmnet_noun vmnet_noun_switch = {
	.name = "VMSwitch",
	.text = "a virtual switch",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};

/*
 * iov_vport.c - the rows of NetAdapterVPort: the ports of the switch within a
 * card, number 0 its own and one for each virtual function.
 */
#include <net/if.h>

#include "view/vf.h"

typedef struct {
	const kn_link *pf;
	view_vf *vf;		/* NULL: the card's own */
} vport;

static void
add (vmnet_view *v, GPtrArray *out, const kn_link *pf, view_vf *vf)
{
	vport *p = g_new0 (vport, 1);
	guint id = vf ? vf->f->vf + 1 : 0;

	p->pf = pf;
	p->vf = vf;
	view_add (out, v, &vmnet_noun_vport,
		  g_strdup_printf ("%s#%u", pf->name, id), NULL, p, g_free);
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	for (guint i = 0; v->links && i < v->links->len; i++) {
		const kn_link *l = v->links->pdata[i];
		const GPtrArray *vfs = l->kind ? NULL : view_vfs (v, l->name);

		if (vfs == NULL || vfs->len == 0)
			continue;
		add (v, out, l, NULL);
		for (guint j = 0; j < vfs->len; j++)
			add (v, out, l, vfs->pdata[j]);
	}
}

static const vport *
of (const vmnet_row *r)
{
	return r->told;
}

static void
get_pf (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, of (r)->pf->name);
}

static void
get_description (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, view_description (r->view, of (r)->pf->name));
}

static void
get_id (const vmnet_row *r, vmnet_value *v)
{
	put_int (v, of (r)->vf ? of (r)->vf->f->vf + 1 : 0);
}

static void
get_mac (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->vf)
		put_vf_mac (v, of (r)->vf);
	else
		put_mac (v, of (r)->pf->mac, '-');
}

static void
get_vlan (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->vf && of (r)->vf->f->told.vlan)
		put_int (v, of (r)->vf->f->told.vlan);
}

/* Who takes the interrupts of a VF is its VM's business; those of the card
 * are spread over many processors. */
static void
get_mask (const vmnet_row *r, vmnet_value *v)
{
	(void) r;
	v->type = VMNET_T_NONE;
}

static void
get_function (const vmnet_row *r, vmnet_value *v)
{
	if (of (r)->vf)
		put_take (v, g_strdup_printf ("%u", of (r)->vf->f->vf));
	else
		put_text (v, "PF");
}

static void
get_state (const vmnet_row *r, vmnet_value *v)
{
	const vport *p = of (r);
	gboolean on = p->vf ? p->vf->f->driver != NULL
		: (p->pf->flags & IFF_UP) != 0;

	put_text (v, on ? "Activated" : "Deactivated");
}

static void
get_moderation (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_adapter *a = of (r)->vf ? of (r)->vf->owner : NULL;

	if (a)
		put_text (v, model_moderation_text (a->iov_moderation));
}

static void
get_pairs (const vmnet_row *r, vmnet_value *v)
{
	const kn_link *l = of (r)->vf ? view_vf_link (r->view, of (r)->vf)
		: of (r)->pf;

	if (l)
		put_int (v, view_queue_pairs (l));
}

static void
get_switch_id (const vmnet_row *r, vmnet_value *v)
{
	(void) r;
	put_int (v, 0);
}

static const vmnet_field fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "physical network adapter", get_pf, NULL },
	{ "ID", VMNET_T_INT, VMNET_U_NONE, 2,
	  "number of the port; 0: the card's own", get_id, NULL },
	{ "MacAddress", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "frames to this address go there", get_mac, NULL },
	{ "VID", VMNET_T_INT, VMNET_U_NONE, 4,
	  "VLAN that the card tags its frames with; nothing: none", get_vlan,
	  NULL },
	{ "ProcMask", VMNET_T_STRING, VMNET_U_NONE, 5,
	  "nothing: a VM chooses the processors of its interrupts itself",
	  get_mask, NULL },
	{ "FID", VMNET_T_STRING, VMNET_U_NONE, 6,
	  "its function: PF, or the number of the virtual one", get_function,
	  NULL },
	{ "State", VMNET_T_STRING, VMNET_U_NONE, 7,
	  "Activated where a driver has it", get_state, NULL },
	{ "ITR", VMNET_T_STRING, VMNET_U_NONE, 8,
	  "interrupt moderation that its VM's adapter asks for",
	  get_moderation, NULL },
	{ "QPairs", VMNET_T_INT, VMNET_U_NONE, 9,
	  "queue pairs; nothing: its interface is not to be seen", get_pairs,
	  NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "driver and kind of the physical network adapter", get_description,
	  NULL },
	{ "SwitchID", VMNET_T_INT, VMNET_U_NONE, 0,
	  "switch within the card: there is one, 0", get_switch_id, NULL },
};

const vmnet_noun vmnet_noun_vport = {
	.name = "NetAdapterVPort",
	.text = "a port of the switch within a physical network adapter",
	.fields = fields,
	.n_fields = G_N_ELEMENTS (fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};

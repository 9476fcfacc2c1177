/*
 * value.c - values, rows and the list of nouns. Called by the getters of this
 * folder; rows and values are freed by shell/ and ui/ through vmnet.h.
 */
#include "view/view.h"

#include <string.h>

const vmnet_noun *const vmnet_nouns[] = {
	&vmnet_noun_switch,
	&vmnet_noun_vm,
	&vmnet_noun_adapter,
	&vmnet_noun_vlan, &vmnet_noun_isolation,
	&vmnet_noun_acl,
	&vmnet_noun_acl_test,
	&vmnet_noun_extacl,
	&vmnet_noun_connection,
	&vmnet_noun_bandwidth,
	&vmnet_noun_meter,
	&vmnet_noun_measure,
	&vmnet_noun_pool, &vmnet_noun_pool_measure,
	&vmnet_noun_nic,
	&vmnet_noun_vmq, &vmnet_noun_statistics, &vmnet_noun_property,
	&vmnet_noun_lso, &vmnet_noun_rsc, &vmnet_noun_uso, &vmnet_noun_checksum,
	&vmnet_noun_queue,
	&vmnet_noun_sriov,
	&vmnet_noun_vf,
	&vmnet_noun_vport,
	&vmnet_noun_host,
	&vmnet_noun_ipaddress,
	&vmnet_noun_route,
	&vmnet_noun_ipinterface,
	&vmnet_noun_dns,
	&vmnet_noun_nat, &vmnet_noun_natmap,
	&vmnet_noun_qos_policy,
	&vmnet_noun_nic_qos,
	&vmnet_noun_dcbx,
	&vmnet_noun_flow,
	&vmnet_noun_traffic,
	&vmnet_noun_team, &vmnet_noun_team_member, &vmnet_noun_team_mapping,
	&vmnet_noun_lbfo, &vmnet_noun_lbfo_member, &vmnet_noun_lbfo_nic,
	&vmnet_noun_switchext,
	&vmnet_noun_system_switchext,
	&vmnet_noun_rss,
	&vmnet_noun_binding, &vmnet_noun_hardware, &vmnet_noun_rdma,
	&vmnet_noun_trace,
	NULL
};

const vmnet_field *
vmnet_noun_field (const vmnet_noun *noun, const char *name)
{
	for (size_t i = 0; i < noun->n_fields; i++)
		if (g_ascii_strcasecmp (noun->fields[i].name, name) == 0)
			return &noun->fields[i];
	return NULL;
}

vmnet_row *
vmnet_row_ref (vmnet_row *r)
{
	g_atomic_ref_count_inc (&r->refs);
	return r;
}

void
vmnet_row_unref (vmnet_row *r)
{
	if (r == NULL || !g_atomic_ref_count_dec (&r->refs))
		return;
	if (r->told_free)
		r->told_free ((gpointer) r->told);
	vmnet_view_unref (r->view);
	g_free (r->key);
	g_free (r);
}

void
vmnet_value_clear (vmnet_value *v)
{
	switch (v->type) {
	case VMNET_T_STRING:
		g_free (v->s);
		break;
	case VMNET_T_LIST:
		g_ptr_array_unref (v->list);
		break;
	case VMNET_T_RECORD:
		vmnet_row_unref (v->row);
		break;
	case VMNET_T_NONE:
	case VMNET_T_BOOL:
	case VMNET_T_INT:
	case VMNET_T_DOUBLE:
		break;
	}
	memset (v, 0, sizeof *v);
}

void
vmnet_value_free (vmnet_value *v)
{
	if (v == NULL)
		return;
	vmnet_value_clear (v);
	g_free (v);
}

void
put_take (vmnet_value *v, char *s)
{
	if (s == NULL)
		return;
	v->type = VMNET_T_STRING;
	v->s = s;
}

void
put_text (vmnet_value *v, const char *s)
{
	put_take (v, g_strdup (s));
}

void
put_bool (vmnet_value *v, gboolean b)
{
	v->type = VMNET_T_BOOL;
	v->b = b;
}

void
put_int (vmnet_value *v, gint64 i)
{
	v->type = VMNET_T_INT;
	v->i = i;
}

void
put_double (vmnet_value *v, double d)
{
	v->type = VMNET_T_DOUBLE;
	v->d = d;
}

void
put_opt (vmnet_value *v, vmnet_opt o)
{
	if (o.set)
		put_int (v, o.value);
}

void
put_local_of (vmnet_value *v, const vmnet_acl *a)
{
	if (a->local)
		put_take (v, vmnet_acl_address (a));
	else
		put_text (v, "");
}

void
put_remote_of (vmnet_value *v, const vmnet_acl *a)
{
	g_autofree char *remote = vmnet_acl_remote (a);

	put_text (v, remote ? remote : "");
}

void
put_mac (vmnet_value *v, const guint8 mac[6], char separator)
{
	put_take (v, vmnet_mac_format (mac, separator));
}

void
put_list (vmnet_value *v)
{
	v->type = VMNET_T_LIST;
	v->list = g_ptr_array_new_with_free_func
		((GDestroyNotify) vmnet_value_free);
}

void
put_list_add (vmnet_value *v, char *s)
{
	vmnet_value *item = g_new0 (vmnet_value, 1);

	put_take (item, s);
	g_ptr_array_add (v->list, item);
}

void
put_row (vmnet_value *v, vmnet_row *row)
{
	v->type = VMNET_T_RECORD;
	v->row = row;
}

char *
view_rate_text (guint64 rate)
{
	static const char *const units[] = { "bps", "Kbps", "Mbps", "Gbps" };
	double r = rate;
	size_t u = 0;

	while (r >= 1000 && u < G_N_ELEMENTS (units) - 1) {
		r /= 1000;
		u++;
	}
	return g_strdup_printf ("%.4g %s", r, units[u]);
}

char *
view_description (const vmnet_view *v, const char *nic)
{
	g_autofree char *driver = kn_driver (v->h->nl, nic);

	/* The name makes it the description of one adapter only. */
	return g_strdup_printf ("%s network adapter (%s)",
				driver && *driver ? driver : "virtual", nic);
}

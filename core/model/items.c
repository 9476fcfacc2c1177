/*
 * items.c - the objects that a model consists of: freed and copied. Called by
 * model.c, lists.c and the edits.
 */
#include "model/document.h"
#include "model/mirror.h"

void
model_switch_free (vmnet_switch *s)
{
	if (s == NULL)
		return;
	g_free (s->name);
	g_free (s->notes);
	g_free (s->uplink);
	g_strfreev (s->others);
	g_strfreev (s->iov_made);
	g_strfreev (s->extensions);
	mirror_clear (&s->mirror);
	g_free (s);
}

void
model_vm_free (vmnet_vm *v)
{
	if (v == NULL)
		return;
	g_free (v->name);
	g_free (v);
}

void
model_adapter_free (vmnet_adapter *a)
{
	if (a == NULL)
		return;
	g_free (a->vm);
	g_free (a->name);
	g_free (a->vswitch);
	g_free (a->pool);
	g_free (a->vlan.allowed);
	g_free (a->team_mapping);
	g_free (a->team_home);
	mirror_clear (&a->mirror);
	g_ptr_array_unref (a->acls);
	g_ptr_array_unref (a->extacls);
	g_free (a);
}

void
model_nic_free (vmnet_nic *n)
{
	if (n == NULL)
		return;
	g_free (n->name);
	g_free (n->first_name);
	g_free (n->last_name);
	g_free (n);
}

void
model_address_free (vmnet_ipaddress *a)
{
	if (a == NULL)
		return;
	g_free (a->interface);
	g_free (a->address);
	g_free (a->gateway);
	g_free (a);
}

void
model_route_free (vmnet_route *r)
{
	if (r == NULL)
		return;
	g_free (r->interface);
	g_free (r->destination);
	g_free (r->next_hop);
	g_free (r);
}

void
model_ipinterface_free (vmnet_ipinterface *i)
{
	if (i)
		g_free (i->interface);
	g_free (i);
}

void
model_dns_free (vmnet_dns *d)
{
	if (d == NULL)
		return;
	g_free (d->interface);
	g_free (d->servers);
	g_free (d);
}

void
model_nat_free (vmnet_nat *n)
{
	if (n == NULL)
		return;
	g_free (n->name);
	g_free (n->inside);
	g_strfreev (n->maps);
	g_free (n);
}

void
model_pool_free (vmnet_pool *p)
{
	if (p == NULL)
		return;
	g_free (p->name);
	g_strfreev (p->parents);
	g_strfreev (p->switches);
	g_ptr_array_unref (p->past);
	g_free (p);
}

gpointer
model_switch_copy (gconstpointer src, gpointer unused)
{
	vmnet_switch *s = g_memdup2 (src, sizeof *s);

	s->name = g_strdup (s->name);
	s->notes = g_strdup (s->notes);
	s->uplink = g_strdup (s->uplink);
	s->others = g_strdupv (s->others);
	s->iov_made = g_strdupv (s->iov_made);
	s->extensions = g_strdupv (s->extensions);
	mirror_own (&s->mirror);
	return s;
}

gpointer
model_vm_copy (gconstpointer src, gpointer unused)
{
	vmnet_vm *v = g_memdup2 (src, sizeof *v);

	v->name = g_strdup (v->name);
	return v;
}

static gpointer
copy_acl (gconstpointer src, gpointer unused)
{
	return g_memdup2 (src, sizeof (vmnet_acl));
}

static gpointer
copy_extacl (gconstpointer src, gpointer unused)
{
	return g_memdup2 (src, sizeof (vmnet_extacl));
}

gpointer
model_adapter_copy (gconstpointer src, gpointer unused)
{
	vmnet_adapter *a = g_memdup2 (src, sizeof *a);
	GPtrArray *acls = a->acls, *extacls = a->extacls;

	a->vm = g_strdup (a->vm);
	a->name = g_strdup (a->name);
	a->vswitch = g_strdup (a->vswitch);
	a->pool = g_strdup (a->pool);
	a->vlan.allowed = g_strdup (a->vlan.allowed);
	a->team_mapping = g_strdup (a->team_mapping);
	a->team_home = g_strdup (a->team_home);
	mirror_own (&a->mirror);
	a->acls = g_ptr_array_new_full (acls->len, g_free);
	g_ptr_array_extend (a->acls, acls, copy_acl, NULL);
	a->extacls = g_ptr_array_new_full (extacls->len, g_free);
	g_ptr_array_extend (a->extacls, extacls, copy_extacl, NULL);
	return a;
}

gpointer
model_nic_copy (gconstpointer src, gpointer unused)
{
	vmnet_nic *n = g_memdup2 (src, sizeof *n);

	n->name = g_strdup (n->name);
	n->first_name = g_strdup (n->first_name);
	n->last_name = g_strdup (n->last_name);
	return n;
}

gpointer
model_address_copy (gconstpointer src, gpointer unused)
{
	vmnet_ipaddress *a = g_memdup2 (src, sizeof *a);

	a->interface = g_strdup (a->interface);
	a->address = g_strdup (a->address);
	a->gateway = g_strdup (a->gateway);
	return a;
}

gpointer
model_route_copy (gconstpointer src, gpointer unused)
{
	vmnet_route *r = g_memdup2 (src, sizeof *r);

	r->interface = g_strdup (r->interface);
	r->destination = g_strdup (r->destination);
	r->next_hop = g_strdup (r->next_hop);
	return r;
}

gpointer
model_ipinterface_copy (gconstpointer src, gpointer unused)
{
	vmnet_ipinterface *i = g_memdup2 (src, sizeof *i);

	i->interface = g_strdup (i->interface);
	return i;
}

gpointer
model_dns_copy (gconstpointer src, gpointer unused)
{
	vmnet_dns *d = g_memdup2 (src, sizeof *d);

	d->interface = g_strdup (d->interface);
	d->servers = g_strdup (d->servers);
	return d;
}

gpointer
model_nat_copy (gconstpointer src, gpointer unused)
{
	vmnet_nat *n = g_memdup2 (src, sizeof *n);

	n->name = g_strdup (n->name);
	n->inside = g_strdup (n->inside);
	n->maps = g_strdupv (n->maps);
	return n;
}

gpointer
model_pool_copy (gconstpointer src, gpointer unused)
{
	vmnet_pool *p = g_memdup2 (src, sizeof *p);
	GPtrArray *past = p->past;

	p->name = g_strdup (p->name);
	p->parents = g_strdupv (p->parents);
	p->switches = g_strdupv (p->switches);
	p->past = g_ptr_array_new_full (past->len, g_free);
	g_ptr_array_extend (p->past, past, copy_acl, NULL);
	return p;
}

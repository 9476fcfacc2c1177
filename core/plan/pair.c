/*
 * pair.c - steps that make a bond inside a VM stand for an adapter, so that a
 * virtual function can come and go below it. Called by iov.c.
 */
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "lab/lab.h"
#include "plan/belongings.h"
#include "plan/iov.h"

static void
pair_data_free (gpointer data)
{
	iov_pair_free (data);
}

static void
drop_addresses (kn *k, const char *link, const belongings *b)
{
	for (guint i = 0; i < b->addrs->len; i++)
		kn_addr_del (k, link, b->addrs->pdata[i], NULL);
}

/* The bond gets the name by which the VM knows its adapter. */
static gboolean
take_name (kn *vm, const char *bond, const kn_link *software, GError **error)
{
	g_autofree char *aside = g_strdup_printf ("%.13ss", software->name);

	return kn_link_set_up (vm, software->name, FALSE, error) &&
		kn_link_set_name (vm, software->name, aside, error) &&
		kn_link_set_name (vm, bond, software->name, error) &&
		kn_link_set_master (vm, aside, software->name, error);
}

static gboolean
quiet (plan *p, const iov_pair *x, const char *link, GError **error)
{
	int ns = lab_vm_netns (p->h->lab, x->vm, error);
	gboolean ok = ns >= 0 && lab_link_quiet (ns, link, error);

	if (ns >= 0)
		close (ns);
	return ok;
}

static gboolean
bond_up (plan *p, kn *vm, const iov_pair *x, const kn_link *software,
	 GError **error)
{
	g_autofree char *bond =
		g_strdup_printf ("pair%d", software->ifindex);
	g_auto (belongings) b = { 0 };

	if (!kn_bond_add (vm, bond, x->mac, error))
		return FALSE;
	belongings_note (vm, software->ifindex, &b);
	drop_addresses (vm, software->name, &b);
	if (take_name (vm, bond, software, error) &&
	    quiet (p, x, software->name, error) &&
	    kn_link_set_up (vm, software->name, TRUE, error)) {
		belongings_give (vm, software->name, &b);
		return TRUE;
	}
	belongings_give (vm, software->name, &b);
	return FALSE;
}

static gboolean
pair_break (plan *p, const iov_pair *x, GError **error)
{
	g_autoptr (kn) vm = iov_pair_open (p->h, x, NULL);
	g_auto (iov_inside) in = { 0 };
	g_autofree char *name = NULL;
	g_auto (belongings) b = { 0 };

	if (vm == NULL || !iov_inside_read (p->h, vm, x, &in, error))
		return TRUE;	/* gone with its VM */
	if (in.bond == NULL)
		return TRUE;
	name = g_strdup (in.bond->name);
	belongings_note (vm, in.bond->ifindex, &b);
	if (!kn_link_del (vm, name, error)) {
		belongings_give (vm, name, &b);
		return FALSE;
	}
	/* The bond takes those down that it lets go. */
	if (in.software) {
		kn_link_set_up (vm, in.software->name, FALSE, NULL);
		kn_link_set_name (vm, in.software->name, name, NULL);
		kn_link_set_up (vm, name, TRUE, NULL);
	}
	belongings_give (vm, name, &b);
	return TRUE;
}

static gboolean
make_apply (plan *p, step *s, GError **error)
{
	const iov_pair *x = s->data;
	g_autoptr (kn) vm = iov_pair_open (p->h, x, error);
	g_auto (iov_inside) in = { 0 };
	g_autoptr (GError) why = NULL;

	if (vm == NULL || !iov_inside_read (p->h, vm, x, &in, error))
		return FALSE;
	if (in.bond || in.software == NULL)
		return TRUE;
	if (bond_up (p, vm, x, in.software, &why))
		return TRUE;
	/* Without a bond the adapter stays what it is. */
	iov_past_problem (p->h, x->key, why->message);
	return pair_break (p, x, error);
}

static void
make_undo (plan *p, step *s)
{
	pair_break (p, s->data, NULL);
}

static gboolean
break_apply (plan *p, step *s, GError **error)
{
	const iov_pair *x = s->data;

	if (!pair_break (p, x, error))
		return FALSE;
	iov_past_forget (p->h, x->key);
	return TRUE;
}

static void
break_undo (plan *p, step *s)
{
	make_apply (p, s, NULL);
}

static gboolean
settle_apply (plan *p, step *s, GError **error)
{
	const iov_pair *x = s->data;
	g_autoptr (kn) vm = iov_pair_open (p->h, x, NULL);

	return iov_pair_settle (p->h, vm, x, NULL, error);
}

static void
own (step *s, iov_pair *x)
{
	s->data = x;
	s->data_free = pair_data_free;
}

void
step_pair_make (plan *p, iov_pair *x)
{
	own (plan_step (p, make_apply, make_undo,
			"pair '%s' inside its VM, so that a virtual function "
			"can carry it", x->key), x);
}

void
step_pair_break (plan *p, iov_pair *x)
{
	own (plan_step (p, break_apply, break_undo,
			"leave '%s' its software NIC alone", x->key), x);
}

void
step_pair_settle (plan *p, iov_pair *x)
{
	own (plan_step (p, settle_apply, NULL, "lead '%s' by its better way",
			x->key), x);
}

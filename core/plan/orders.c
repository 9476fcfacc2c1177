/*
 * orders.c - the guests of libvirt that a transaction starts and stops. Called by
 * txn.c.
 */
#include "plan/orders.h"

#include "move/virsh.h"

typedef struct {
	char *vm;
	char *verb, *guest;
} order;

static void
order_free (gpointer data)
{
	order *o = data;

	g_free (o->vm);
	g_free (o->verb);
	g_free (o->guest);
	g_free (o);
}

void
orders_add (vmnet_txn *t, const char *vm, const char *verb, const char *guest)
{
	order *o = g_new0 (order, 1);

	o->vm = g_strdup (vm);
	o->verb = g_strdup (verb);
	o->guest = g_strdup (guest);
	if (t->orders == NULL)
		t->orders = g_ptr_array_new_with_free_func (order_free);
	g_ptr_array_add (t->orders, o);
}

guint
orders_count (const vmnet_txn *t)
{
	return t->orders ? t->orders->len : 0;
}

void
orders_cut (vmnet_txn *t, guint n)
{
	if (n < orders_count (t))
		g_ptr_array_set_size (t->orders, n);
}

void
orders_describe (const vmnet_txn *t, GPtrArray *steps)
{
	for (guint i = 0; i < orders_count (t); i++) {
		const order *o = t->orders->pdata[i];

		g_ptr_array_add (steps, g_strdup_printf ("virsh %s %s",
							 o->verb, o->guest));
	}
}

static gboolean
give (const order *o, GError **error)
{
	const char *words[] = { o->verb, o->guest, NULL };
	g_auto (GStrv) command = virsh_command (words, error);
	g_autofree char *said = command ? virsh_ask (
		o->vm, (const char *const *) command, error) : NULL;

	return said != NULL;
}

gboolean
orders_give (vmnet_txn *t, GError **error)
{
	gboolean ok = TRUE;

	for (guint i = 0; ok && i < orders_count (t); i++)
		ok = give (t->orders->pdata[i], error);
	orders_cut (t, 0);
	return ok;
}

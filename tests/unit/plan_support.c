/*
 * plan_support.c - what the tests of plans share. Used by test_plan*.c.
 */
#include "plan_support.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/lab.h"

int
setup (void **state)
{
	fixture *f = g_new0 (fixture, 1);
	vmnet_options o = { 0 };
	g_autoptr (GError) error = NULL;

	f->lab = g_strdup_printf ("plan%d", (int) getpid ());
	f->state = g_dir_make_tmp ("vmnet-plan-XXXXXX", NULL);
	o.lab = f->lab;
	o.state_dir = f->state;
	f->h = vmnet_host_open (&o, &error);
	if (f->h == NULL)
		fail_msg ("%s", error->message);
	*state = f;
	return 0;
}

int
teardown (void **state)
{
	fixture *f = *state;
	g_autoptr (GError) error = NULL;
	g_autofree char *rm = g_strdup_printf ("rm -rf '%s'", f->state);

	vmnet_host_free (f->h);
	if (!vmnet_lab_destroy (f->lab, &error))
		fail_msg ("%s", error->message);
	assert_int_equal (system (rm), 0);
	g_free (f->lab);
	g_free (f->state);
	g_free (f);
	return 0;
}

vmnet_txn *
begin (fixture *f)
{
	g_autoptr (GError) error = NULL;
	vmnet_txn *t = vmnet_txn_begin (f->h, &error);

	if (t == NULL)
		fail_msg ("%s", error->message);
	return t;
}

void
commit (vmnet_txn *t)
{
	g_autoptr (GError) error = NULL;

	if (!vmnet_txn_commit (t, &error))
		fail_msg ("%s", error->message);
	vmnet_txn_free (t);
}

void
edit_all (vmnet_txn *t)
{
	vmnet_switch_spec s = { .name = "sw0", .uplink = "pnic0",
		.type = VMNET_SWITCH_EXTERNAL, .bw_mode = VMNET_BW_ABSOLUTE,
		.allow_management_os = TRUE };
	vmnet_adapter_change c = { .min_absolute = { TRUE, 120000000 } };
	vmnet_adapter_change cap = { .max = { TRUE, 50000000 } };
	gboolean on = TRUE;
	vmnet_vmq_change q = { .enabled = &on };
	vmnet_acl acl = { .direction = VMNET_INBOUND,
		.action = VMNET_ACL_DENY };

	MUST (vmnet_switch_add (t, &s, &error));
	MUST (vmnet_vm_add (t, "web1", &error));
	MUST (vmnet_vm_add (t, "web 2 ü", &error));
	MUST (vmnet_adapter_add (t, "web1", "Network Adapter", "sw0",
				 &c, &error));
	MUST (vmnet_adapter_add (t, "web 2 ü", "Net", "sw0", &cap, &error));
	MUST (vmnet_acl_parse ("10.0.0.0/8", FALSE, &acl, &error));
	MUST (vmnet_acl_add (t, "web1", "Network Adapter", &acl, &error));
	MUST (vmnet_vmq_set (t, "pnic0", &q, &error));
}

static int
by_name (gconstpointer a, gconstpointer b)
{
	return strcmp ((*(kn_link *const *) a)->name,
		       (*(kn_link *const *) b)->name);
}

/* By name and not by number, which another one has after an undo. */
static void
add_vlans (GString *s, const GPtrArray *vlans, const kn_link *l)
{
	if (l->vlan_filtering)
		g_string_append_printf (s, "%s filters VLANs\n", l->name);
	for (guint i = 0; vlans && i < vlans->len; i++) {
		const kn_port_vlans *v = vlans->pdata[i];
		g_autofree char *all = vmnet_vlans_text (&v->member);
		g_autofree char *bare = vmnet_vlans_text (&v->untagged);

		if (v->ifindex == l->ifindex)
			g_string_append_printf (s, "%s VLANs %s bare %s pvid "
						"%u\n", l->name, all, bare,
						v->pvid);
	}
}

char *
kernel_state (fixture *f)
{
	GString *s = g_string_new (NULL);
	g_autoptr (GPtrArray) links = kn_links (f->h->nl, NULL);
	g_autoptr (GPtrArray) addrs = kn_addrs (f->h->nl, NULL);
	g_autoptr (GPtrArray) vlans = kn_port_vlans_all (f->h->nl, NULL);
	g_autoptr (GPtrArray) vms = lab_vms (f->lab);

	g_ptr_array_sort (links, by_name);
	for (guint i = 0; i < links->len; i++) {
		const kn_link *l = links->pdata[i];
		g_autofree char *mac = vmnet_mac_format (l->mac, ':');
		g_autoptr (GPtrArray) classes =
			kn_classes (f->h->nl, l->ifindex, NULL);
		g_autoptr (GPtrArray) in =
			kn_filters (f->h->nl, l->ifindex, FALSE, NULL);
		g_autoptr (GPtrArray) out =
			kn_filters (f->h->nl, l->ifindex, TRUE, NULL);

		g_string_append_printf (s, "%s %s %s up=%d master=%d xdp=%d "
			"alias=%s classes=%u filters=%u\n", l->name,
			l->kind ? l->kind : "-", mac,
			(l->flags & IFF_UP) != 0, l->master != 0,
			l->xdp_prog_id != 0, l->alias ? l->alias : "",
			classes ? classes->len : 0,
			(in ? in->len : 0) + (out ? out->len : 0));
		add_vlans (s, vlans, l);
	}
	for (guint i = 0; i < addrs->len; i++) {
		const kn_addr *a = addrs->pdata[i];
		char name[IF_NAMESIZE] = "?";

		if (a->scope == 253)
			continue;
		if_indextoname (a->ifindex, name);
		g_string_append_printf (s, "addr %s %d.%d/%u\n", name,
					a->addr[0], a->addr[3], a->prefix);
	}
	for (guint i = 0; vms && i < vms->len; i++)
		g_string_append_printf (s, "vm %s\n", (char *) vms->pdata[i]);
	return g_string_free (s, FALSE);
}

void
give_address (fixture *f, const char *link)
{
	kn_addr a = { .family = 2, .addr = { 192, 0, 2, 5 }, .prefix = 24 };

	MUST (kn_link_set_up (f->h->nl, link, TRUE, &error));
	MUST (kn_addr_ensure (f->h->nl, link, &a, &error));
}

gboolean
has_address (fixture *f, const char *link)
{
	g_autoptr (GPtrArray) all = kn_addrs (f->h->nl, NULL);
	int ifindex = kn_ifindex (f->h->nl, link);

	for (guint i = 0; i < all->len; i++) {
		const kn_addr *a = all->pdata[i];

		if (a->ifindex == ifindex && a->addr[0] == 192 &&
		    a->addr[3] == 5)
			return TRUE;
	}
	return FALSE;
}

static gboolean
refuse (plan *p, step *s, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED, "injected");
	return FALSE;
}

guint
fail_at (fixture *f, vmnet_txn *t, guint at)
{
	g_autoptr (GError) error = NULL;
	g_autoptr (plan) p = plan_make (f->h, t->base, NULL, t->model, FALSE,
					&error);
	guint n;

	if (p == NULL)
		fail_msg ("%s", error->message);
	n = p->steps->len;
	if (at <= n) {
		step *s = plan_step (p, refuse, NULL, "fail here");

		g_ptr_array_steal_index (p->steps, p->steps->len - 1);
		g_ptr_array_insert (p->steps, at, s);
		assert_false (plan_apply (p, &error));
		assert_non_null (strstr (error->message, "injected"));
	}
	return n;
}

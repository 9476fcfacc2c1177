/*
 * test_iov_claims.c - which virtual function of which card each adapter of a
 * switch gets: by weight, by the card that it goes by, by what is left and by
 * the cards' links; and whose functions a team's are in the model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "iov/assign.h"
#include "model/edit.h"

typedef struct {
	vmnet_host h;
	vmnet_model *m;
	GPtrArray *cards;
} fixture;

static const vmnet_switch *
sw_of (fixture *t)
{
	return vmnet_model_switch (t->m, "set0");
}

/* Adapter "nic" of a lab's VM, with that weight, on the switch. */
static vmnet_adapter *
add (fixture *t, const char *vm, guint weight)
{
	vmnet_adapter *a;

	assert_true (model_vm_add (t->m, vm, TRUE, NULL));
	assert_non_null (model_adapter_add (t->m, vm, "nic", "set0", NULL,
					    NULL));
	a = vmnet_model_adapter (t->m, vm, "nic");
	a->iov_weight = weight;
	model_team_spread (t->m);
	return a;
}

static iov_card *
card (fixture *t, guint n)
{
	return t->cards->pdata[n];
}

static iov_function *
function (fixture *t, guint n, guint vf)
{
	return card (t, n)->functions->pdata[vf];
}

/* He has it, and uses it. */
static void
give (fixture *t, guint n, guint vf, const vmnet_adapter *a)
{
	memcpy (function (t, n, vf)->mac, a->mac, 6);
	function (t, n, vf)->busy = TRUE;
}

/* "pf1 0", or "why" as far as a ','. */
static void
assert_gets (fixture *t, const vmnet_adapter *a, const char *want)
{
	g_autoptr (GPtrArray) claims = iov_claims (&t->h, t->m, sw_of (t),
						   t->cards);
	const iov_claim *c = iov_claim_of (claims, a);
	g_autofree char *got = NULL;

	assert_non_null (c);
	if (c->function)
		got = g_strdup_printf ("%s %u", c->card->pf, c->function->vf);
	else
		got = g_strndup (c->why, strcspn (c->why, ","));
	assert_string_equal (got, want);
	/* Nobody has what another one has. */
	for (guint i = 0; i < claims->len; i++)
		for (guint j = 0; j < i; j++) {
			const iov_claim *x = claims->pdata[i];
			const iov_claim *y = claims->pdata[j];

			assert_true (!x->function ||
				     x->function != y->function);
		}
}

static void
test_evenly (void **state)
{
	fixture *t = *state;
	const vmnet_adapter *a[4];

	a[0] = add (t, "web0", 50);
	add (t, "soft0", 0);
	a[1] = add (t, "web1", 50);
	add (t, "soft1", 0);
	a[2] = add (t, "web2", 50);
	a[3] = add (t, "web3", 50);
	assert_gets (t, a[0], "pf0 0");
	assert_gets (t, a[1], "pf1 0");
	assert_gets (t, a[2], "pf0 1");
	assert_gets (t, a[3], "pf1 1");
}

/* Who asks only later counts among those that ask. */
static void
test_evenly_later (void **state)
{
	fixture *t = *state;
	vmnet_adapter *a[4];

	for (guint i = 0; i < 4; i++) {
		g_autofree char *name = g_strdup_printf ("web%u", i);

		a[i] = add (t, name, 0);
	}
	a[0]->iov_weight = a[2]->iov_weight = 50;
	model_team_spread (t->m);
	assert_gets (t, a[0], "pf0 0");
	assert_gets (t, a[2], "pf1 0");
	assert_string_equal (model_team_member (sw_of (t), a[1]), "pf1");
	assert_string_equal (model_team_member (sw_of (t), a[3]), "pf0");
}

static void
map (vmnet_adapter *a, const char *nic, gboolean stays)
{
	a->team_mapping = g_strdup (nic);
	a->team_stays = stays;
}

static void
test_mapped (void **state)
{
	fixture *t = *state;
	vmnet_adapter *a[3];

	for (guint i = 0; i < 3; i++) {
		g_autofree char *name = g_strdup_printf ("web%u", i);

		a[i] = add (t, name, 50);
		map (a[i], "pf1", i == 0);
	}
	model_team_spread (t->m);
	assert_gets (t, a[0], "pf1 0");
	assert_gets (t, a[1], "pf1 1");
	assert_gets (t, a[2], "all 2 virtual functions of pf1");
	/* Without its link, those of the other; but who is to stay. */
	card (t, 1)->up = FALSE;
	assert_gets (t, a[0], "pf1 0");
	assert_gets (t, a[1], "pf0 0");
	assert_gets (t, a[2], "pf0 1");
}

static void
test_no_home_left (void **state)
{
	fixture *t = *state;
	const vmnet_adapter *a[3];

	function (t, 0, 0)->busy = TRUE;	/* somebody else's */
	a[0] = add (t, "web0", 50);
	a[1] = add (t, "web1", 50);
	a[2] = add (t, "web2", 50);
	assert_gets (t, a[0], "pf0 1");
	assert_gets (t, a[1], "pf1 0");
	assert_gets (t, a[2], "pf1 1");
	assert_gets (t, add (t, "web3", 90), "pf1 0");
	assert_gets (t, a[2], "all 4 virtual functions of pf0");
}

static void
test_link_lost_and_back (void **state)
{
	fixture *t = *state;
	const vmnet_adapter *a = add (t, "web0", 50), *b = add (t, "web1", 50);

	give (t, 0, 1, a);
	give (t, 1, 0, b);
	assert_gets (t, a, "pf0 1");
	card (t, 0)->up = FALSE;
	assert_gets (t, a, "pf1 1");
	assert_gets (t, b, "pf1 0");
	/* No other has one left: its own is kept, it may come back. */
	function (t, 1, 1)->busy = TRUE;
	assert_gets (t, a, "pf0 1");
	function (t, 1, 1)->busy = FALSE;
	/* Nowhere a link: nothing is gained by going. */
	card (t, 1)->up = FALSE;
	assert_gets (t, a, "pf0 1");
	assert_gets (t, b, "pf1 0");
	/* It went, and goes back. */
	card (t, 1)->up = card (t, 0)->up = TRUE;
	memset (function (t, 0, 1)->mac, 0, 6);
	function (t, 0, 1)->busy = FALSE;
	give (t, 1, 1, a);
	assert_gets (t, a, "pf0 0");
}

/* A heavier one takes it from a lighter one, whose card it is. */
static void
test_heavier_first (void **state)
{
	fixture *t = *state;
	const vmnet_adapter *a[4], *heavy;

	for (guint i = 0; i < 4; i++) {
		g_autofree char *name = g_strdup_printf ("web%u", i);

		a[i] = add (t, name, 50);
		give (t, i % 2, i / 2, a[i]);
	}
	heavy = add (t, "db1", 90);
	assert_string_equal (model_team_member (sw_of (t), heavy), "pf0");
	assert_gets (t, heavy, "pf0 1");
	assert_gets (t, a[0], "pf0 0");
	assert_gets (t, a[1], "pf1 0");
	/* The younger one loses his, wherever that is. */
	assert_gets (t, a[2], "pf1 1");
	assert_gets (t, a[3], "all 4 virtual functions of pf0");
}

static void
test_own_addresses (void **state)
{
	fixture *t = *state;
	vmnet_adapter *a = add (t, "web0", 50);

	a->spoofing = TRUE;
	assert_gets (t, a, "its guest may send from addresses of its own "
		     "(-MacAddressSpoofing On): a switch over several cards "
		     "takes those of a virtual function for somebody outside");
	/* Of one card there is none to mistake. */
	assert_true (model_team_remove (t->m, "set0", (const char *[])
					{ "pf1", NULL }, NULL));
	g_ptr_array_set_size (t->cards, 1);
	assert_gets (t, a, "pf0 0");
}

static void
test_members_made (void **state)
{
	fixture *t = *state;
	vmnet_switch *sw = vmnet_model_switch (t->m, "set0");
	const vmnet_nic *n;

	model_iov_set_ours (sw, "pf0", TRUE);
	model_iov_set_ours (sw, "pf1", TRUE);
	model_iov_set_ours (sw, "pf1", TRUE);
	assert_int_equal (g_strv_length (sw->iov_made), 2);
	assert_true (model_team_add (t->m, "set0", (const char *[])
				     { "pf2", NULL }, NULL));
	/* As many as the first one was asked for. */
	n = vmnet_model_nic (t->m, "pf2");
	assert_non_null (n);
	assert_true (n->num_vfs.set && n->num_vfs.value == 2);
	assert_false (model_iov_ours (sw, "pf2"));
	assert_true (model_team_remove (t->m, "set0", (const char *[])
					{ "pf0", NULL }, NULL));
	assert_false (model_iov_ours (sw, "pf0"));
	assert_true (model_iov_ours (sw, "pf1"));
	model_member_rename (t->m, sw, "pf1", "up1");
	assert_true (model_iov_ours (sw, "up1"));
}

/* A store of before teams had it. */
static void
test_old_store (void **state)
{
	fixture *t = *state;
	vmnet_switch *sw = vmnet_model_switch (t->m, "set0");
	g_autofree char *text = NULL;
	g_autoptr (GString) s = NULL;
	g_autoptr (vmnet_model) m = NULL;

	model_iov_set_ours (sw, "pf0", TRUE);
	text = store_to_text (t->m);
	m = store_from_text (text, -1, "now", NULL);
	assert_non_null (m);
	assert_true (model_equal (m, t->m));
	assert_non_null (strstr (text, "\"iov_made_of\""));
	s = g_string_new (text);
	g_string_replace (s, "\"iov_made_of\"", "\"iov_made\" : true, \"was\"",
			  0);
	model_free (g_steal_pointer (&m));
	m = store_from_text (s->str, -1, "old", NULL);
	assert_non_null (m);
	assert_true (model_iov_ours (vmnet_model_switch (m, "set0"), "pf0"));
}

static int
setup (void **state)
{
	static const char *const others[] = { "pf1", NULL };
	vmnet_switch_spec spec = { "set0", VMNET_SWITCH_EXTERNAL, "pf0",
				   .iov = TRUE, .teaming = TRUE,
				   .iov_vfs = { TRUE, 2 }, .others = others };
	fixture *t = g_new0 (fixture, 1);

	t->h.sysfs_root = g_strdup ("/nonexistent");
	t->m = model_new ();
	assert_true (model_switch_add (t->m, &spec, NULL));
	t->cards = iov_cards_list ();
	for (guint i = 0; i < 2; i++)
		g_ptr_array_add (t->cards, iov_card_new (
			i ? "pf1" : "pf0", TRUE, iov_functions_new (2)));
	*state = t;
	return 0;
}

static int
teardown (void **state)
{
	fixture *t = *state;

	g_ptr_array_unref (t->cards);
	model_free (t->m);
	g_free (t->h.sysfs_root);
	g_free (t);
	return 0;
}

#define T(f) cmocka_unit_test_setup_teardown (f, setup, teardown)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		T (test_evenly),
		T (test_evenly_later),
		T (test_mapped),
		T (test_no_home_left),
		T (test_link_lost_and_back),
		T (test_heavier_first),
		T (test_own_addresses),
		T (test_members_made),
		T (test_old_store),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}

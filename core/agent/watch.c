/*
 * watch.c - hears the kernel's link events on this host, where drivers make
 * their interfaces, and inside each VM with a pair.
 *
 * The better way is taken without the host's lock: it is always chosen from
 * what there is at that moment, and a shell that changes something at the same
 * time makes events of its own. What needs more than that (a function that has
 * come back and belongs to a VM, an uplink that has appeared, functions that are
 * to be had of another card) is a restore. The same goes for the member of a
 * team by which an adapter goes.
 */
#include "agent/watch.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "iov/assign.h"
#include "iov/pair.h"
#include "lab/lab.h"
#include "plan/meters.h"
#include "plan/qos.h"
#include "team/follow.h"

#define GUEST_POLL_MS 250	/* VFIO groups tell of nothing by themselves */
#define CARDS_DELAY_MS 2000	/* making functions takes a card's link, too */
#define CARDS_TRIES 5
#define RESTORE_DELAY_MS 200	/* let a driver and udev come to rest */

typedef struct {
	watch *w;
	iov_pair *pair;
	kn *vm;			/* NULL: a guest */
	kn_events *events;	/* of the VM; or NULL */
	guint source;
} watched;

struct watch {
	vmnet_host *h;
	GPtrArray *pairs;	/* watched * */
	GHashTable *uplinks;	/* of every External switch, owned name -> the
				 * ifindex with which it was tried last; 0 */
	gboolean missing;	/* one of them is not there */
	gboolean metered;	/* there are meters to be saved */
	vmnet_model *teams;	/* where a switch has a team; or NULL */
	char *cards;		/* of switches over several cards with SR-IOV:
				 * their links, as they were seen last */
	char *cards_tried;	/* with these, functions were dealt anew; NULL:
				 * each is where it is to be */
	guint cards_tries;	/* so often */
	kn_events *host, *birth;
	kn *born;		/* where drivers make interfaces */
	guint host_source, birth_source, poll_source, restore_source;
	guint cards_source;
	guint revert_source;	/* something waits to be confirmed */
};

static void
watched_free (gpointer data)
{
	watched *x = data;

	g_clear_handle_id (&x->source, g_source_remove);
	kn_events_close (x->events);
	kn_close (x->vm);
	iov_pair_free (x->pair);
	g_free (x);
}

static void
settle (watched *x)
{
	g_autoptr (GError) error = NULL;

	/* Settling makes events of its own. */
	if (!iov_pair_is_settled (x->w->h, x->pair) &&
	    !iov_pair_settle (x->w->h, x->vm, x->pair, NULL, &error))
		g_debug ("%s: %s", x->pair->key, error->message);
}

static void
settle_all (watch *w)
{
	for (guint i = 0; i < w->pairs->len; i++)
		settle (w->pairs->pdata[i]);
}

/* ---- what has come again ---- */

static void load (watch *w);

static gboolean
on_restore (gpointer user)
{
	watch *w = user;
	g_autoptr (GError) error = NULL;
	g_autoptr (GPtrArray) steps = NULL;

	w->restore_source = 0;
	steps = vmnet_restore (w->h, NULL, &error);
	if (steps == NULL)
		g_message ("restore: %s", error->message);
	load (w);
	return G_SOURCE_REMOVE;
}

static void
restore_soon (watch *w)
{
	if (w->restore_source == 0)
		w->restore_source = g_timeout_add (RESTORE_DELAY_MS,
						   on_restore, w);
}

static gboolean
on_revert (gpointer user)
{
	watch *w = user;
	g_autoptr (GError) error = NULL;
	gint64 left, until;

	w->revert_source = 0;
	if (vmnet_unconfirmed_now (w->h, &left, &until) ==
	    VMNET_UNCONFIRMED_OVER && !vmnet_revert (w->h, &error))
		g_message ("take back what was not confirmed: %s",
			   error->message);
	watch_reload (w);
	return G_SOURCE_REMOVE;
}

/* What could not be taken back is tried again. */
static void
watch_unconfirmed (watch *w)
{
	gint64 left, until;
	vmnet_unconfirmed now = vmnet_unconfirmed_now (w->h, &left, &until);

	g_clear_handle_id (&w->revert_source, g_source_remove);
	if (now != VMNET_UNCONFIRMED_NONE)
		w->revert_source = g_timeout_add_seconds
			((guint) MAX (left, 1), on_revert, w);
}

static gboolean
is_of_pair (const watch *w, const char *parent)
{
	for (guint i = 0; parent && i < w->pairs->len; i++) {
		const watched *x = w->pairs->pdata[i];

		if (g_strcmp0 (x->pair->address, parent) == 0)
			return TRUE;
	}
	return FALSE;
}

/* A function of a pair that is where its driver made it belongs inside. */
static void
look_for_functions (watch *w)
{
	g_autoptr (GPtrArray) all =
		w->born ? kn_links (w->born, NULL) : NULL;

	for (guint i = 0; all && i < all->len; i++) {
		const kn_link *l = all->pdata[i];

		if (l->master == 0 && is_of_pair (w, l->parent)) {
			restore_soon (w);
			return;
		}
	}
}

/*
 * An uplink that is there and in no bridge: it has come later, or again. Once
 * for each time that it comes: when it cannot be restored, what was tried and
 * undone makes events as well.
 */
static void
look_for_uplinks (watch *w)
{
	GHashTableIter i;
	gpointer name, tried;

	w->missing = FALSE;
	g_hash_table_iter_init (&i, w->uplinks);
	while (g_hash_table_iter_next (&i, &name, &tried)) {
		g_autoptr (kn_link) l = kn_link_get (w->h->nl, name, NULL);
		int now = l && l->master == 0 ? l->ifindex : 0;

		w->missing |= l == NULL;
		if (now && now != GPOINTER_TO_INT (tried))
			restore_soon (w);
		g_hash_table_iter_replace (&i, GINT_TO_POINTER (now));
	}
}

/* ---- teams ---- */

static gboolean
has_queues (const vmnet_model *m, const vmnet_switch *s)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++) {
		const vmnet_nic *n = vmnet_model_nic (m, nic);

		if (n && n->vmq)
			return TRUE;
	}
	return FALSE;
}

static gboolean
team_has_more (const vmnet_model *m)
{
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];

		if (s->teaming && (qos_wanted (m, s) || has_queues (m, s)))
			return TRUE;
	}
	return FALSE;
}

/* Floors, caps and VM queues follow the adapters to the member that they go by
 * now. */
static void
follow_teams (watch *w)
{
	if (w->teams && team_follow (w->h, w->teams) &&
	    team_has_more (w->teams))
		restore_soon (w);
}

static void
watch_teams (watch *w, vmnet_model *m)
{
	model_free (w->teams);
	w->teams = model_has_teams (m) ? model_ref (m) : NULL;
	follow_teams (w);
}

/* ---- cards of teams ---- */

static gboolean
has_cards (const vmnet_switch *s)
{
	return s->iov && vmnet_switch_member (s, 1);
}

/* One that somebody has taken down is left so: the pairs go by software. */
static gboolean
is_held_down (watch *w, const char *nic)
{
	g_autoptr (kn_link) l = kn_link_get (w->h->nl, nic, NULL);

	return l && !(l->flags & IFF_UP) &&
		!plan_model_is_down (w->teams, nic);
}

static gboolean
any_held_down (watch *w, const vmnet_switch *s)
{
	const char *nic;

	for (guint i = 0; (nic = vmnet_switch_member (s, i)); i++)
		if (is_held_down (w, nic))
			return TRUE;
	return FALSE;
}

static gboolean
all_dealt (watch *w)
{
	for (guint i = 0; i < w->teams->switches->len; i++) {
		const vmnet_switch *s = w->teams->switches->pdata[i];

		if (has_cards (s) && !any_held_down (w, s) &&
		    !iov_is_dealt (w->h, w->teams, s))
			return FALSE;
	}
	return TRUE;
}

/* A few times with the same links: a function may be in use for a moment still, or
 * somebody have the lock. What cannot be had then is not asked for again. */
static gboolean
on_cards (gpointer user)
{
	watch *w = user;

	w->cards_source = 0;
	if (w->teams == NULL)
		return G_SOURCE_REMOVE;
	if (g_strcmp0 (w->cards, w->cards_tried) != 0) {
		g_free (w->cards_tried);
		w->cards_tried = g_strdup (w->cards);
		w->cards_tries = 0;
	}
	if (all_dealt (w))
		g_clear_pointer (&w->cards_tried, g_free);
	else if (w->cards_tries++ < CARDS_TRIES)
		restore_soon (w);
	return G_SOURCE_REMOVE;
}

/* "pf0 3 1, ": name, ifindex and link of each; owned. */
static char *
cards_text (watch *w)
{
	GString *s = g_string_new (NULL);
	const char *nic;

	for (guint i = 0; w->teams && i < w->teams->switches->len; i++) {
		const vmnet_switch *sw = w->teams->switches->pdata[i];

		for (guint j = 0; has_cards (sw) &&
		     (nic = vmnet_switch_member (sw, j)); j++) {
			g_autoptr (kn_link) l =
				kn_link_get (w->h->nl, nic, NULL);

			g_string_append_printf (s, "%s %d %d, ", nic,
				l ? l->ifindex : 0, l && l->flags & IFF_UP &&
				l->carrier);
		}
	}
	return g_string_free (s, FALSE);
}

/* When their links have come to rest. */
static void
look_at_cards (watch *w, gboolean changed)
{
	g_autofree char *now = cards_text (w);

	if (*now == '\0' || (!changed && g_strcmp0 (now, w->cards) == 0))
		return;
	g_free (w->cards);
	w->cards = g_steal_pointer (&now);
	g_clear_handle_id (&w->cards_source, g_source_remove);
	w->cards_source = g_timeout_add (CARDS_DELAY_MS, on_cards, w);
}

/* ---- events ---- */

static gboolean
on_host (gint fd, GIOCondition condition, gpointer user)
{
	watch *w = user;

	if (kn_events_drain (w->host)) {
		follow_teams (w);
		settle_all (w);
		look_for_uplinks (w);
		look_at_cards (w, FALSE);
	}
	return G_SOURCE_CONTINUE;
}

static gboolean
on_birth (gint fd, GIOCondition condition, gpointer user)
{
	watch *w = user;

	if (kn_events_drain (w->birth))
		look_for_functions (w);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_vm (gint fd, GIOCondition condition, gpointer user)
{
	watched *x = user;

	if (kn_events_drain (x->events))
		settle (x);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_poll (gpointer user)
{
	watch *w = user;

	for (guint i = 0; i < w->pairs->len; i++) {
		watched *x = w->pairs->pdata[i];

		if (x->vm == NULL)
			settle (x);
	}
	return G_SOURCE_CONTINUE;
}

/* ---- what there is ---- */

static void
listen_in_vm (watched *x)
{
	int ns = x->pair->vm
		? lab_vm_netns (x->w->h->lab, x->pair->vm, NULL) : -1;

	if (ns < 0)
		return;
	x->vm = kn_open (ns, NULL);
	x->events = kn_events_open (ns, NULL);
	close (ns);
	if (x->events)
		x->source = g_unix_fd_add (kn_events_fd (x->events), G_IO_IN,
					   on_vm, x);
}

static void
watch_pairs (watch *w, const vmnet_model *m)
{
	g_autoptr (GPtrArray) pairs = iov_pairs (w->h, m);
	gboolean guests = FALSE;

	g_ptr_array_set_size (w->pairs, 0);
	g_clear_handle_id (&w->poll_source, g_source_remove);
	for (guint i = 0; i < pairs->len; i++) {
		watched *x = g_new0 (watched, 1);

		x->w = w;
		x->pair = pairs->pdata[i];
		pairs->pdata[i] = NULL;
		listen_in_vm (x);
		guests = guests || x->pair->vm == NULL;
		g_ptr_array_add (w->pairs, x);
		settle (x);
	}
	if (guests)
		w->poll_source = g_timeout_add (GUEST_POLL_MS, on_poll, w);
}

static void
watch_uplinks (watch *w, const vmnet_model *m)
{
	GHashTable *old = w->uplinks;

	w->uplinks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					    NULL);
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];

		const char *nic;

		for (guint j = 0; (nic = vmnet_switch_member (s, j)); j++)
			g_hash_table_insert (w->uplinks, g_strdup (nic),
					     g_hash_table_lookup (old, nic));
	}
	g_hash_table_unref (old);
	look_for_uplinks (w);
}

static void
load (watch *w)
{
	g_autoptr (vmnet_model) m = host_model (w->h, NULL);

	if (m == NULL)
		return;
	watch_pairs (w, m);
	watch_uplinks (w, m);
	w->metered = meters_any (m);
	watch_teams (w, m);
	look_at_cards (w, TRUE);
	watch_unconfirmed (w);
}

void
watch_reload (watch *w)
{
	g_clear_pointer (&w->cards_tried, g_free);
	load (w);
}

static void
listen_to (watch *w)
{
	int fd = open ("/proc/1/ns/net", O_RDONLY | O_CLOEXEC);

	w->host = kn_events_open (-1, NULL);
	if (w->host)
		w->host_source = g_unix_fd_add (kn_events_fd (w->host),
						G_IO_IN, on_host, w);
	if (fd < 0)
		return;
	w->born = kn_open (fd, NULL);
	w->birth = kn_events_open (fd, NULL);
	close (fd);
	if (w->birth)
		w->birth_source = g_unix_fd_add (kn_events_fd (w->birth),
						 G_IO_IN, on_birth, w);
}

watch *
watch_new (vmnet_host *h)
{
	watch *w = g_new0 (watch, 1);

	w->h = h;
	w->pairs = g_ptr_array_new_with_free_func (watched_free);
	w->uplinks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					    NULL);
	listen_to (w);
	watch_reload (w);
	return w;
}

void
watch_free (watch *w)
{
	if (w == NULL)
		return;
	g_clear_handle_id (&w->host_source, g_source_remove);
	g_clear_handle_id (&w->birth_source, g_source_remove);
	g_clear_handle_id (&w->poll_source, g_source_remove);
	g_clear_handle_id (&w->restore_source, g_source_remove);
	g_clear_handle_id (&w->revert_source, g_source_remove);
	g_clear_handle_id (&w->cards_source, g_source_remove);
	g_free (w->cards);
	g_free (w->cards_tried);
	g_ptr_array_unref (w->pairs);
	g_hash_table_unref (w->uplinks);
	model_free (w->teams);
	kn_events_close (w->host);
	kn_events_close (w->birth);
	kn_close (w->born);
	g_free (w);
}

gboolean
watch_has_work (const watch *w)
{
	return w->pairs->len > 0 || w->missing || w->metered || w->teams ||
		w->revert_source;
}

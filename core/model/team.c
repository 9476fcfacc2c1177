/*
 * team.c - Switch Embedded Teaming in the model: the members of a switch, and
 * which of them each of its adapters belongs to. Called by plan/txn.c through
 * plan/edits_team.c; what is in use at the moment is core/team.
 */
#include <string.h>

#include "model/check.h"
#include "model/edit.h"

#define WHAT "switch"

const char *
vmnet_switch_member (const vmnet_switch *sw, guint n)
{
	if (n == 0 || sw->others == NULL)
		return n == 0 ? sw->uplink : NULL;
	return n <= g_strv_length (sw->others) ? sw->others[n - 1] : NULL;
}

static guint
members_of (const vmnet_switch *sw)
{
	if (sw->uplink == NULL)
		return 0;
	return sw->others ? 1 + g_strv_length (sw->others) : 1;
}

/* Its number; -1: it is none. */
static int
member_number (const vmnet_switch *sw, const char *nic)
{
	const char *name;

	for (guint i = 0; nic && (name = vmnet_switch_member (sw, i)); i++)
		if (strcmp (name, nic) == 0)
			return i;
	return -1;
}

gboolean
vmnet_switch_has_member (const vmnet_switch *sw, const char *nic)
{
	return member_number (sw, nic) >= 0;
}

gboolean
model_same_others (const vmnet_switch *a, const vmnet_switch *b)
{
	if (a->others == NULL || b->others == NULL)
		return a->others == b->others;
	return g_strv_equal ((const char *const *) a->others,
			     (const char *const *) b->others);
}

gboolean
model_team_same (const vmnet_adapter *a, const vmnet_adapter *b)
{
	return g_strcmp0 (a->team_mapping, b->team_mapping) == 0 &&
		!a->team_stays == !b->team_stays &&
		g_strcmp0 (a->team_home, b->team_home) == 0;
}

gboolean
model_has_teams (const vmnet_model *m)
{
	for (guint i = 0; i < m->switches->len; i++)
		if (((vmnet_switch *) m->switches->pdata[i])->teaming)
			return TRUE;
	return FALSE;
}

const char *
model_team_member (const vmnet_switch *sw, const vmnet_adapter *a)
{
	if (!sw->teaming)
		return NULL;
	if (vmnet_switch_has_member (sw, a->team_mapping))
		return a->team_mapping;
	return vmnet_switch_has_member (sw, a->team_home) ? a->team_home
		: NULL;
}

/* ---- members ---- */

static gboolean
nics_ok (const vmnet_model *m, const char *name, const char *const *nics,
	 GError **error)
{
	guint n = g_strv_length ((char **) nics);

	if (n == 0 || n > VMNET_TEAM_MAX)
		return check_invalid (error, WHAT, name, "%u network adapters: "
				      "a team has 1 to %d; remove the switch "
				      "with Remove-VMSwitch where none is to "
				      "stay", n, VMNET_TEAM_MAX);
	for (guint i = 0; i < n; i++) {
		if (!model_uplink_free (m, name, nics[i], error))
			return FALSE;
		for (guint j = 0; j < i; j++)
			if (strcmp (nics[i], nics[j]) == 0)
				return check_invalid (
					error, WHAT, name, "network adapter "
					"'%s' is there twice; give it once",
					nics[i]);
	}
	return TRUE;
}

gboolean
model_team_spec_ok (const vmnet_model *m, const vmnet_switch_spec *spec,
		    GError **error)
{
	g_autoptr (GPtrArray) nics = g_ptr_array_new ();

	if (!spec->teaming && spec->others)
		return check_invalid (error, WHAT, spec->name, "several "
				      "network adapters are a team; give "
				      "-EnableEmbeddedTeaming $true, or one "
				      "of them");
	if (!spec->teaming)
		return TRUE;
	g_ptr_array_add (nics, (char *) spec->uplink);
	for (guint i = 0; spec->others && spec->others[i]; i++)
		g_ptr_array_add (nics, (char *) spec->others[i]);
	g_ptr_array_add (nics, NULL);
	return nics_ok (m, spec->name, (const char *const *) nics->pdata,
			error);
}

static vmnet_switch *
check_team (vmnet_model *m, const char *name, GError **error)
{
	vmnet_switch *sw = check_switch (m, name, error);

	if (sw == NULL || sw->teaming)
		return sw;
	check_invalid (error, WHAT, sw->name, "it was made without "
		       "-EnableEmbeddedTeaming $true and cannot be converted; "
		       "remove it with Remove-VMSwitch and make it again");
	return NULL;
}

static void
rename_text (char **text, const char *old, const char *new_name)
{
	if (g_strcmp0 (*text, old) != 0)
		return;
	/* `old` may be the text itself. */
	g_free (g_steal_pointer (text));
	*text = g_strdup (new_name);
}

static GPtrArray *
members_list (const vmnet_switch *sw)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; vmnet_switch_member (sw, i); i++)
		g_ptr_array_add (out, g_strdup (vmnet_switch_member (sw, i)));
	return out;
}

gboolean
model_team_set (vmnet_model *m, const char *name, const char *const *nics,
		GError **error)
{
	vmnet_switch *sw = check_team (m, name, error);
	g_autoptr (GPtrArray) others = g_ptr_array_new ();
	g_autoptr (GPtrArray) was = NULL;
	const char *first;

	if (sw == NULL || !nics_ok (m, sw->name, nics, error))
		return FALSE;
	was = members_list (sw);
	/* The host's adapter has the first one's address: that one stays. */
	first = g_strv_contains (nics, sw->uplink) ? sw->uplink : nics[0];
	for (guint i = 0; nics[i]; i++)
		if (strcmp (nics[i], first) != 0)
			g_ptr_array_add (others, (char *) nics[i]);
	g_ptr_array_add (others, NULL);
	g_strfreev (sw->others);
	sw->others = others->len > 1 ? g_strdupv ((char **) others->pdata)
		: NULL;
	if (first != sw->uplink)
		rename_text (&sw->uplink, sw->uplink, first);
	if (sw->iov)
		model_iov_members (m, sw, was);
	return TRUE;
}

gboolean
model_team_add (vmnet_model *m, const char *name, const char *const *nics,
		GError **error)
{
	const vmnet_switch *sw = check_team (m, name, error);
	g_autoptr (GPtrArray) list = sw ? members_list (sw) : NULL;

	if (sw == NULL)
		return FALSE;
	for (; *nics; nics++)
		if (!vmnet_switch_has_member (sw, *nics))
			g_ptr_array_add (list, g_strdup (*nics));
	g_ptr_array_add (list, NULL);
	return model_team_set (m, name, (const char *const *) list->pdata,
			       error);
}

gboolean
model_team_remove (vmnet_model *m, const char *name, const char *const *nics,
		   GError **error)
{
	const vmnet_switch *sw = check_team (m, name, error);
	g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

	if (sw == NULL)
		return FALSE;
	for (guint i = 0; nics[i]; i++)
		if (!vmnet_switch_has_member (sw, nics[i]))
			return check_invalid (error, WHAT, sw->name, "network "
					      "adapter '%s' is no member of "
					      "its team; Get-VMSwitchTeam "
					      "lists them", nics[i]);
	for (guint i = 0; vmnet_switch_member (sw, i); i++)
		if (!g_strv_contains (nics, vmnet_switch_member (sw, i)))
			g_ptr_array_add (list, g_strdup (
				vmnet_switch_member (sw, i)));
	g_ptr_array_add (list, NULL);
	return model_team_set (m, name, (const char *const *) list->pdata,
			       error);
}

gboolean
model_team_balance (vmnet_model *m, const char *name, gboolean spreads,
		    GError **error)
{
	vmnet_switch *sw = check_team (m, name, error);

	if (sw)
		sw->spreads = spreads;
	return sw != NULL;
}

void
model_member_rename (vmnet_model *m, vmnet_switch *s, const char *old,
		     const char *new_name)
{
	rename_text (&s->uplink, old, new_name);
	for (char **o = s->others; o && *o; o++)
		rename_text (o, old, new_name);
	for (char **o = s->iov_made; o && *o; o++)
		rename_text (o, old, new_name);
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = m->adapters->pdata[i];

		rename_text (&a->team_mapping, old, new_name);
		rename_text (&a->team_home, old, new_name);
	}
}

/* ---- adapters ---- */

gboolean
model_team_map (vmnet_model *m, const char *vm, const char *adapter,
		const char *nic, gboolean stays, GError **error)
{
	vmnet_adapter *a = check_adapter (m, vm, adapter, error);
	const vmnet_switch *sw = a && a->vswitch
		? vmnet_model_switch (m, a->vswitch) : NULL;
	g_autofree char *object = NULL;

	if (a == NULL)
		return FALSE;
	object = check_adapter_text (a->vm, a->name);
	if (nic && (sw == NULL || !sw->teaming)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "map %s to '%s': %s%s%s has no team; connect it "
			     "to a switch that was made with "
			     "-EnableEmbeddedTeaming $true", object, nic,
			     sw ? "its switch '" : "an adapter without a "
			     "switch", sw ? sw->name : "", sw ? "'" : "");
		return FALSE;
	}
	if (nic && !vmnet_switch_has_member (sw, nic)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "map %s to '%s': it is no member of the team of "
			     "switch '%s'; Get-VMSwitchTeam lists them",
			     object, nic, sw->name);
		return FALSE;
	}
	g_free (a->team_mapping);
	a->team_mapping = g_strdup (nic);
	a->team_stays = nic && stays;
	return TRUE;
}

static void
set_home (vmnet_adapter *a, const char *nic)
{
	if (g_strcmp0 (a->team_home, nic) == 0)
		return;
	g_free (a->team_home);
	a->team_home = g_strdup (nic);
}

static guint
fewest (const guint *count, guint n)
{
	guint best = 0;

	for (guint i = 1; i < n; i++)
		if (count[i] < count[best])
			best = i;
	return best;
}

static guint
most (const guint *count, guint n)
{
	guint best = 0;

	for (guint i = 1; i < n; i++)
		if (count[i] > count[best])
			best = i;
	return best;
}

static gboolean
is_mapped (const vmnet_switch *sw, const vmnet_adapter *a)
{
	return vmnet_switch_has_member (sw, a->team_mapping);
}

/* Does it ask for a function of its member's card? */
static gboolean
asks_card (const vmnet_switch *sw, const vmnet_adapter *a)
{
	return sw->iov && a->vm && a->iov_weight;
}

/* The last one that is free to go from `member`; NULL: none. */
static vmnet_adapter *
movable (const vmnet_model *m, const vmnet_switch *sw, gboolean asks,
	 guint member)
{
	for (guint i = m->adapters->len; i-- > 0;) {
		vmnet_adapter *a = m->adapters->pdata[i];

		if (model_is_on (sw, a) && !is_mapped (sw, a) &&
		    !asks_card (sw, a) == !asks &&
		    member_number (sw, a->team_home) == (int) member)
			return a;
	}
	return NULL;
}

/* Those that ask for a function, or those that do not; the latter even out what
 * there is together. */
static void
spread (vmnet_model *m, const vmnet_switch *sw, gboolean asks)
{
	guint n = members_of (sw), count[VMNET_TEAM_MAX] = { 0 }, from, to;
	vmnet_adapter *a;

	for (guint i = 0; i < m->adapters->len; i++) {
		a = m->adapters->pdata[i];
		if (model_is_on (sw, a) && model_team_member (sw, a) &&
		    (!asks || asks_card (sw, a)))
			count[member_number (sw, model_team_member (sw, a))]++;
	}
	for (guint i = 0; i < m->adapters->len; i++) {
		a = m->adapters->pdata[i];
		if (!model_is_on (sw, a) || model_team_member (sw, a) ||
		    !asks_card (sw, a) != !asks)
			continue;
		to = fewest (count, n);
		set_home (a, vmnet_switch_member (sw, to));
		count[to]++;
	}
	for (;;) {
		from = most (count, n);
		to = fewest (count, n);
		a = count[from] > count[to] + 1 ? movable (m, sw, asks, from)
			: NULL;
		if (a == NULL)
			return;
		set_home (a, vmnet_switch_member (sw, to));
		count[from]--;
		count[to]++;
	}
}

void
model_team_spread (vmnet_model *m)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = m->adapters->pdata[i];
		const vmnet_switch *sw = a->team_home && a->vswitch
			? vmnet_model_switch (m, a->vswitch) : NULL;

		if (a->team_home && (sw == NULL || !sw->teaming))
			set_home (a, NULL);
	}
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *sw = m->switches->pdata[i];

		if (sw->teaming && sw->iov)
			spread (m, sw, TRUE);
		if (sw->teaming)
			spread (m, sw, FALSE);
	}
}

/*
 * netlbfo.c - New-, Get-, Set-, Rename- and Remove-NetLbfoTeam: teams of the
 * host's physical adapters, which are bonds of the kernel's. Listed in table.c.
 */
#include "netlbfo.h"

#include <string.h>

/* ---- what a call is about ---- */

/* NULL: not given, or no parameter of this cmdlet. */
static sh_value *
arg (sh_call *call, const char *name)
{
	const sh_cmdlet *c = sh_call_cmdlet (call);

	for (size_t i = 0; i < c->n_params; i++)
		if (strcmp (c->params[i].name, name) == 0)
			return sh_arg (call, name);
	return NULL;
}

/* The team of the member, or of the interface, of that key; owned. */
static char *
team_of (sh_call *call, const vmnet_noun *noun, const char *key,
	 GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, noun, error);

	for (guint i = 0; rows && i < rows->len; i++) {
		const vmnet_row *row = rows->pdata[i];

		if (g_ascii_strcasecmp (row->key, key) == 0)
			return dom_field (row, "Team");
	}
	if (rows)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "'%s' is in no team any more", key);
	return NULL;
}

/* What -Team, or an object that stands for a team, says; owned; NULL without
 * error: nothing. */
static sh_value *
team_wanted (sh_call *call, GError **error)
{
	static const struct {
		const char *param;
		const vmnet_noun *noun;	/* NULL: the team itself */
	} by[] = {
		{ "MemberOfTheTeam", &vmnet_noun_lbfo_member },
		{ "TeamNicForTheTeam", &vmnet_noun_lbfo_nic },
		{ "TeamOfTheMember", NULL }, { "TeamOfTheTeamNic", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS (by); i++) {
		sh_value *v = arg (call, by[i].param);
		g_autofree char *team = NULL;

		if (v == NULL)
			continue;
		team = by[i].noun ? team_of (call, by[i].noun, sh_row_key (v),
					     error)
			: g_strdup (sh_row_key (v));
		return team ? sh_string (team) : NULL;
	}
	return arg (call, "Team") ? sh_ref (arg (call, "Team")) : NULL;
}

static gboolean
teams_are_there (sh_call *call, const sh_value *wanted, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_lbfo, error);
	g_autoptr (GPtrArray) names = g_ptr_array_new ();

	for (guint i = 0; rows && i < rows->len; i++)
		g_ptr_array_add (names, ((vmnet_row *) rows->pdata[i])->key);
	return rows && dom_check ("team", wanted, names, error);
}

static gboolean
is_chosen (sh_call *call, const vmnet_row *row, const sh_value *team)
{
	sh_value *objects = arg (call, "InputObject");
	g_autofree char *own = dom_field (row, row->noun == &vmnet_noun_lbfo
					  ? "Name" : "Team");

	if (objects)
		return dom_is_object (objects, row);
	return dom_wanted (team, own ? own : "") &&
		dom_wanted (arg (call, "Name"), row->key);
}

GPtrArray *
lbfo_chosen (sh_call *call, const vmnet_noun *noun, const char *what,
	     GError **error)
{
	g_autoptr (GError) why = NULL;
	g_autoptr (sh_value) team = team_wanted (call, &why);
	g_autoptr (GPtrArray) rows = NULL;
	g_autoptr (GPtrArray) names = g_ptr_array_new ();
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_row_unref);

	if (why) {
		g_propagate_error (error, g_steal_pointer (&why));
		return NULL;
	}
	rows = dom_rows (call, noun, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];
		g_autofree char *own = team ? dom_field (row, "Team") : NULL;

		if (own == NULL || dom_wanted (team, own))
			g_ptr_array_add (names, row->key);
		if (is_chosen (call, row, team))
			g_ptr_array_add (out, vmnet_row_ref (row));
	}
	if (rows == NULL || (team && !teams_are_there (call, team, error)) ||
	    !dom_check (what, arg (call, "Name"), names, error))
		return NULL;
	return g_steal_pointer (&out);
}

gboolean
lbfo_emit (sh_call *call, const vmnet_noun *noun, const char *what,
	   GError **error)
{
	g_autoptr (GPtrArray) rows = lbfo_chosen (call, noun, what, error);

	for (guint i = 0; rows && i < rows->len; i++)
		sh_emit_row (call, vmnet_row_ref (rows->pdata[i]));
	return rows != NULL;
}

void
lbfo_pass (sh_call *call, const vmnet_noun *noun, const char *key)
{
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_row_later (noun, key));
}

/* The physical adapters that are like the pattern, to the end of `out`. */
static gboolean
add_like (sh_call *call, const char *pattern, GPtrArray *out, GError **error)
{
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_nic, error);
	guint before = out->len;

	for (guint i = 0; rows && i < rows->len; i++) {
		const vmnet_row *row = rows->pdata[i];

		if (dom_field_on (row, "HardwareInterface") &&
		    dom_like (pattern, row->key))
			g_ptr_array_add (out, g_strdup (row->key));
	}
	if (rows == NULL || out->len > before)
		return rows != NULL;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "no physical network adapter is like '%s'; Get-NetAdapter "
		     "-Physical lists them", pattern);
	return FALSE;
}

GPtrArray *
lbfo_nics (sh_call *call, const char *param, GError **error)
{
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
	sh_value *given = sh_arg (call, param);

	for (guint i = 0; i < sh_array_length (given); i++) {
		g_autofree char *text = sh_to_text (sh_array_get (given, i));

		if (!dom_is_pattern (text))
			g_ptr_array_add (out, g_steal_pointer (&text));
		else if (!add_like (call, text, out, error))
			return NULL;
	}
	g_ptr_array_add (out, NULL);
	return g_steal_pointer (&out);
}

/* The place of a published word. */
static guint
place (const char *const *words, const char *word)
{
	guint i = 0;

	while (words[i] && strcmp (words[i], word) != 0)
		i++;
	return i;
}

/* ---- teams ---- */

HANDLER (new_team);
HANDLER (get_team);
HANDLER (set_team);
HANDLER (rename_team);
HANDLER (remove_team);

#define LBFO_MODE(position) \
	{ "TeamingMode", &sh_type_lbfo_mode, 0, position, "tm", NULL, \
	  "what the switch outside knows of the team" }
#define LBFO_ALGORITHM(position) \
	{ "LoadBalancingAlgorithm", &sh_type_lbfo_algorithm, 0, position, \
	  "lba", NULL, "what decides by which member a frame leaves" }
#define LBFO_TIMER(position) \
	{ "LacpTimer", &sh_type_lacp_timer, 0, position, "lt", NULL, \
	  "how often LACP speaks: Slow each 30 s, Fast each second" }

static const sh_param new_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	LBFO_TIMER (6),
	LBFO_ALGORITHM (5),
	{ "Name", &sh_type_string, SH_MANDATORY, 1, NULL, NULL,
	  "name of the new team, and of its bond where that can be one" },
	{ "TeamMembers", &sh_type_wildcard, SH_MANDATORY | SH_LIST, 2, NULL,
	  NULL, "names of physical interfaces; * and ? stand for any" },
	{ "TeamNicName", &sh_type_string, 0, 3, NULL, NULL,
	  "name of the team's interface; without it that of the team" },
	LBFO_MODE (4),
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_new_netlbfoteam = {
	"New-NetLbfoTeam", "NetLbfo", NULL, SH_CHANGES, NULL,
	PARAMS (new_params), &vmnet_noun_lbfo,
	"Makes a team of physical interfaces",
	"New-NetLbfoTeam -Name Team1 -TeamMembers pnic1 -TeamingMode "
	"SwitchIndependent -Confirm:$false",
	"The team is a bond of the kernel's (ip -d link show Team1). With a "
	"switch on it, one member of a SwitchIndependent team carries, and the "
	"others stand by: a switch with -EnableEmbeddedTeaming uses all of "
	"them.",
	NULL, new_team, NULL,
};

static gboolean
new_team (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *mode = sh_arg_text (call, "TeamingMode");
	const char *algorithm = sh_arg_text (call, "LoadBalancingAlgorithm");
	g_autoptr (GPtrArray) members = txn
		? lbfo_nics (call, "TeamMembers", error) : NULL;
	vmnet_lbfo_spec spec = {
		.name = sh_arg_text (call, "Name"),
		.nic = sh_arg_text (call, "TeamNicName"),
		.mode = mode ? place (vmnet_lbfo_modes, mode)
			: VMNET_LBFO_INDEPENDENT,
		.algorithm = algorithm
			? place (vmnet_lbfo_algorithms, algorithm)
			: VMNET_LBFO_DYNAMIC,
		.fast = g_strcmp0 (sh_arg_text (call, "LacpTimer"), "Fast")
			== 0,
	};

	if (members == NULL)
		return FALSE;
	spec.members = (const char *const *) members->pdata;
	if (!vmnet_lbfo_add (txn, &spec, error))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_lbfo, spec.name));
	return TRUE;
}

#define LBFO_OF_PARTS \
	LBFO_OBJECT ("MemberOfTheTeam", sh_type_lbfo_members, \
		     "ByMemberOfTheTeam", \
		     "the team of an object of Get-NetLbfoTeamMember")
#define LBFO_OF_NIC \
	LBFO_OBJECT ("TeamNicForTheTeam", sh_type_lbfo_nics, \
		     "ByTeamNicForTheTeam", \
		     "the team of an object of Get-NetLbfoTeamNic")

static const sh_param get_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	LBFO_OF_PARTS,
	{ "Name", &sh_type_lbfo_name, SH_LIST | SH_PIPE_NAME, 1, NULL,
	  "ByName", "names of teams; * and ? stand for any" },
	LBFO_OF_NIC,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netlbfoteam = {
	"Get-NetLbfoTeam", "NetLbfo", NULL, 0, "ByName",
	PARAMS (get_params), &vmnet_noun_lbfo,
	"Shows teams of the host: as they were asked, and as the kernel has "
	"them",
	"Get-NetLbfoTeam",
	"Bonds that others made are not listed.",
	NULL, get_team, NULL,
};

static gboolean
get_team (sh_call *call, GError **error)
{
	return lbfo_emit (call, &vmnet_noun_lbfo, "team", error);
}

static const sh_param set_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	LBFO_INPUT (sh_type_lbfo_object, "objects of Get-NetLbfoTeam"),
	LBFO_TIMER (0),
	LBFO_ALGORITHM (0),
	LBFO_OF_PARTS,
	{ "Name", &sh_type_lbfo_name, SH_LIST | SH_PIPE_NAME, 1, NULL, "ByName",
	  "names of teams; * and ? stand for any; without it all" },
	NIC_PASS_THRU,
	LBFO_OF_NIC,
	LBFO_MODE (0),
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_set_netlbfoteam = {
	"Set-NetLbfoTeam", "NetLbfo", NULL, SH_CHANGES, "ByName",
	PARAMS (set_params), NULL,
	"Changes how teams of the host work",
	"Set-NetLbfoTeam -Name Team1 -TeamingMode Lacp -LacpTimer Fast",
	"Another mode takes the bond down, and its members out and in again: "
	"its traffic pauses for that long. Another algorithm does not, where "
	"the mode stays.",
	NULL, set_team, NULL,
};

static gboolean
set_team (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *mode = sh_arg_text (call, "TeamingMode");
	const char *algorithm = sh_arg_text (call, "LoadBalancingAlgorithm");
	const char *timer = sh_arg_text (call, "LacpTimer");
	vmnet_lbfo_mode m = mode ? place (vmnet_lbfo_modes, mode) : 0;
	vmnet_lbfo_algorithm a = algorithm
		? place (vmnet_lbfo_algorithms, algorithm) : 0;
	gboolean fast = g_strcmp0 (timer, "Fast") == 0;
	const vmnet_lbfo_change c = {
		mode ? &m : NULL, algorithm ? &a : NULL, timer ? &fast : NULL,
	};
	g_autoptr (GPtrArray) rows = txn ? lbfo_chosen (
		call, &vmnet_noun_lbfo, "team", error) : NULL;

	for (guint i = 0; rows && i < rows->len; i++) {
		const char *name = ((vmnet_row *) rows->pdata[i])->key;

		if (!vmnet_lbfo_set (txn, name, &c, error))
			return FALSE;
		lbfo_pass (call, &vmnet_noun_lbfo, name);
	}
	return rows != NULL;
}

static const sh_param rename_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Name", &sh_type_lbfo_name, SH_MANDATORY, 1, NULL, NULL,
	  "name that the team has" },
	{ "NewName", &sh_type_string, SH_MANDATORY, 2, NULL, NULL,
	  "name that it gets" },
	NIC_PASS_THRU,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_rename_netlbfoteam = {
	"Rename-NetLbfoTeam", "NetLbfo", NULL, SH_CHANGES, NULL,
	PARAMS (rename_params), NULL,
	"Renames a team of the host, and its bond",
	"Rename-NetLbfoTeam -Name Team1 -NewName Uplink",
	"Its interfaces keep their names; the bond is found by the primary "
	"one's, too. A kernel before 6.2 renames only what is down: traffic "
	"pauses.",
	NULL, rename_team, NULL,
};

static gboolean
rename_team (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *name = sh_arg_text (call, "NewName");

	if (txn == NULL || !vmnet_lbfo_rename (
		    txn, sh_arg_text (call, "Name"), name, error))
		return FALSE;
	lbfo_pass (call, &vmnet_noun_lbfo, name);
	return TRUE;
}

static const sh_param remove_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	LBFO_INPUT (sh_type_lbfo_object, "objects of Get-NetLbfoTeam"),
	{ "Name", &sh_type_lbfo_name, SH_MANDATORY | SH_LIST | SH_PIPE_NAME,
	  1, NULL, "ByName", "names of teams; * and ? stand for any" },
	NIC_PASS_THRU,
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_remove_netlbfoteam = {
	"Remove-NetLbfoTeam", "NetLbfo", NULL, SH_CHANGES | SH_DESTRUCTIVE,
	"ByName", PARAMS (remove_params), NULL,
	"Removes teams of the host; their members are free again",
	"Remove-NetLbfoTeam -Name Team* -Confirm:$false",
	"Addresses that the team had, and that vmnetsh did not give it, go to "
	"its first member.",
	NULL, remove_team, NULL,
};

static gboolean
remove_team (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) rows = txn ? lbfo_chosen (
		call, &vmnet_noun_lbfo, "team", error) : NULL;

	for (guint i = 0; rows && i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		if (!vmnet_lbfo_remove (txn, row->key, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	return rows != NULL;
}

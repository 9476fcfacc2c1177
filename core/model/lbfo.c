/*
 * lbfo.c - teams of the host in the model: freed, copied, compared, looked up,
 * as text of the store and as commands of the dump. See lbfo.h.
 */
#include "model/lbfo.h"

#include <stdio.h>
#include <string.h>

#include "model/document.h"
#include "model/dump.h"
#include "model/reader.h"

const char *const vmnet_lbfo_modes[] = {
	[VMNET_LBFO_INDEPENDENT] = "SwitchIndependent",
	[VMNET_LBFO_STATIC] = "Static",
	[VMNET_LBFO_LACP] = "Lacp",
	NULL
};

const char *const vmnet_lbfo_algorithms[] = {
	[VMNET_LBFO_DYNAMIC] = "Dynamic",
	[VMNET_LBFO_PORTS] = "TransportPorts",
	[VMNET_LBFO_ADDRESSES] = "IPAddresses",
	[VMNET_LBFO_MACS] = "MacAddresses",
	[VMNET_LBFO_HYPERV] = "HyperVPort",
	NULL
};

/* ---- the object ---- */

static void
nic_free (gpointer data)
{
	vmnet_lbfo_nic *n = data;

	g_free (n->name);
	g_free (n);
}

static void
add_nic (vmnet_lbfo *t, guint vlan, const char *name)
{
	vmnet_lbfo_nic *n = g_new0 (vmnet_lbfo_nic, 1);

	n->vlan = vlan;
	n->name = g_strdup (name);
	g_ptr_array_add (t->nics, n);
}

void
model_lbfo_free (vmnet_lbfo *t)
{
	if (t == NULL)
		return;
	g_free (t->name);
	g_strfreev (t->members);
	g_free (t->standby);
	g_ptr_array_unref (t->nics);
	g_free (t);
}

gpointer
model_lbfo_copy (gconstpointer src, gpointer unused)
{
	vmnet_lbfo *t = g_memdup2 (src, sizeof *t);
	const GPtrArray *nics = t->nics;

	t->name = g_strdup (t->name);
	t->members = g_strdupv (t->members);
	t->standby = g_strdup (t->standby);
	t->nics = g_ptr_array_new_with_free_func (nic_free);
	for (guint i = 0; i < nics->len; i++) {
		const vmnet_lbfo_nic *n = nics->pdata[i];

		add_nic (t, n->vlan, n->name);
	}
	return t;
}

static gboolean
same_nic (gconstpointer pa, gconstpointer pb)
{
	const vmnet_lbfo_nic *a = pa, *b = pb;

	return strcmp (a->name, b->name) == 0 && a->vlan == b->vlan;
}

gboolean
model_lbfo_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_lbfo *a = pa, *b = pb;

	return strcmp (a->name, b->name) == 0 && a->id == b->id &&
		g_strv_equal ((const char *const *) a->members,
			      (const char *const *) b->members) &&
		g_strcmp0 (a->standby, b->standby) == 0 &&
		a->mode == b->mode && a->algorithm == b->algorithm &&
		!a->fast == !b->fast &&
		model_list_same (a->nics, b->nics, same_nic);
}

/* ---- names and lookups ---- */

char *
names_lbfo (const vmnet_lbfo *t)
{
	return names_fit (t->name);
}

char *
lbfo_nic_name (const char *team, guint16 vlan)
{
	return g_strdup_printf ("%s - VLAN %u", team, vlan);
}

/* Its own where that can be one, else as Linux names VLANs: "Team1.42". */
char *
names_lbfo_nic (const vmnet_lbfo *t, const vmnet_lbfo_nic *n)
{
	g_autofree char *bond = names_lbfo (t), *own = names_fit (n->name);
	g_autofree char *dotted = NULL;

	if (n->vlan == 0)
		return g_steal_pointer (&bond);
	if (strcmp (own, n->name) == 0 && strcmp (own, bond) != 0)
		return g_steal_pointer (&own);
	dotted = g_strdup_printf ("%s.%u", bond, n->vlan);
	return strlen (dotted) <= 15 ? g_steal_pointer (&dotted)
		: g_steal_pointer (&own);
}

vmnet_lbfo *
vmnet_model_lbfo (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->lbfos->len; i++) {
		vmnet_lbfo *t = m->lbfos->pdata[i];

		if (model_name_equal (t->name, name))
			return t;
	}
	return NULL;
}

vmnet_lbfo *
lbfo_by_id (const vmnet_model *m, guint32 id)
{
	for (guint i = 0; m && i < m->lbfos->len; i++) {
		vmnet_lbfo *t = m->lbfos->pdata[i];

		if (t->id == id)
			return t;
	}
	return NULL;
}

const vmnet_lbfo_nic *
vmnet_lbfo_nic_named (const vmnet_lbfo *t, const char *name)
{
	for (guint i = 0; i < t->nics->len; i++) {
		const vmnet_lbfo_nic *n = t->nics->pdata[i];

		if (model_name_equal (n->name, name))
			return n;
	}
	return NULL;
}

vmnet_lbfo *
lbfo_of_member (const vmnet_model *m, const char *nic)
{
	for (guint i = 0; nic && i < m->lbfos->len; i++) {
		vmnet_lbfo *t = m->lbfos->pdata[i];

		if (g_strv_contains ((const char *const *) t->members, nic))
			return t;
	}
	return NULL;
}

static gboolean
owns (const vmnet_lbfo *t, const char *name)
{
	g_autofree char *bond = names_lbfo (t);

	if (strcmp (bond, name) == 0)
		return TRUE;
	for (guint i = 0; i < t->nics->len; i++) {
		g_autofree char *nic = names_lbfo_nic (t, t->nics->pdata[i]);

		if (strcmp (nic, name) == 0)
			return TRUE;
	}
	return FALSE;
}

vmnet_lbfo *
lbfo_of_interface (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->lbfos->len; i++)
		if (owns (m->lbfos->pdata[i], name))
			return m->lbfos->pdata[i];
	return NULL;
}

char *
lbfo_interface (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->lbfos->len; i++) {
		const vmnet_lbfo *t = m->lbfos->pdata[i];
		const vmnet_lbfo_nic *n = vmnet_lbfo_nic_named (t, name);

		if (n)
			return names_lbfo_nic (t, n);
	}
	return lbfo_of_interface (m, name) ? g_strdup (name) : NULL;
}

static void
rename_text (char **text, const char *old, const char *new_name)
{
	if (g_strcmp0 (*text, old) != 0)
		return;
	g_free (*text);
	*text = g_strdup (new_name);
}

void
lbfo_rename_member (vmnet_model *m, const char *old, const char *new_name)
{
	for (guint i = 0; i < m->lbfos->len; i++) {
		vmnet_lbfo *t = m->lbfos->pdata[i];

		rename_text (&t->standby, old, new_name);
		for (char **o = t->members; *o; o++)
			rename_text (o, old, new_name);
	}
}

const vmnet_switch *
lbfo_switch_on (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = m->switches->pdata[i];

		if (vmnet_switch_has_member (s, name))
			return s;
	}
	return NULL;
}

gboolean
lbfo_has_switch (const vmnet_model *m, const vmnet_lbfo *t)
{
	g_autofree char *bond = names_lbfo (t);

	if (lbfo_switch_on (m, bond))
		return TRUE;
	for (guint i = 0; i < t->nics->len; i++) {
		g_autofree char *nic = names_lbfo_nic (t, t->nics->pdata[i]);

		if (lbfo_switch_on (m, nic))
			return TRUE;
	}
	return FALSE;
}

/* ---- as text ---- */

/* Fields behind tabs, which no name has: "1 Lacp Dynamic Slow eth0,eth1 - " and
 * for each interface its VLAN and its name. */
char *
lbfo_write (const vmnet_lbfo *t)
{
	g_autofree char *members = g_strjoinv (",", t->members);
	GString *s = g_string_new (NULL);

	g_string_append_printf (s, "%u\t%s\t%s\t%s\t%s\t%s", t->id,
				vmnet_lbfo_modes[t->mode],
				vmnet_lbfo_algorithms[t->algorithm],
				t->fast ? "Fast" : "Slow", members,
				t->standby ? t->standby : "");
	for (guint i = 0; i < t->nics->len; i++) {
		const vmnet_lbfo_nic *n = t->nics->pdata[i];

		g_string_append_printf (s, "\t%u %s", n->vlan, n->name);
	}
	return g_string_free (s, FALSE);
}

/* The place of the word; -1: it is none of them. */
static int
place (const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (strcmp (words[i], word) == 0)
			return i;
	return -1;
}

static gboolean
parse_nic (vmnet_lbfo *t, const char *text)
{
	char *end;
	guint64 vlan = g_ascii_strtoull (text, &end, 10);

	if (end == text || *end != ' ' || end[1] == '\0' ||
	    vlan > VMNET_VLAN_MAX)
		return FALSE;
	add_nic (t, vlan, end + 1);
	return TRUE;
}

static gboolean
parse (vmnet_lbfo *t, char *const *f)
{
	int mode, algorithm;

	if (g_strv_length ((char **) f) < 7)
		return FALSE;
	mode = place (vmnet_lbfo_modes, f[1]);
	algorithm = place (vmnet_lbfo_algorithms, f[2]);
	t->id = g_ascii_strtoull (f[0], NULL, 10);
	if (mode < 0 || algorithm < 0 || t->id == 0 || *f[4] == '\0')
		return FALSE;
	t->mode = mode;
	t->algorithm = algorithm;
	t->fast = strcmp (f[3], "Fast") == 0;
	g_strfreev (t->members);
	t->members = g_strsplit (f[4], ",", -1);
	t->standby = *f[5] ? g_strdup (f[5]) : NULL;
	for (f += 6; *f; f++)
		if (!parse_nic (t, *f))
			return FALSE;
	return TRUE;
}

vmnet_lbfo *
lbfo_new (const char *name)
{
	vmnet_lbfo *t = g_new0 (vmnet_lbfo, 1);

	t->name = g_strdup (name);
	t->members = g_new0 (char *, 1);
	t->nics = g_ptr_array_new_with_free_func (nic_free);
	return t;
}

void
lbfo_add_nic (vmnet_lbfo *t, guint16 vlan, const char *name)
{
	add_nic (t, vlan, name);
}

void
lbfo_get (reader *r, vmnet_model *m)
{
	g_autofree char *name = read_string (r, "name");
	g_autofree char *line = read_string (r, "line");
	g_auto (GStrv) fields = g_strsplit (line ? line : "", "\t", -1);
	vmnet_lbfo *t = lbfo_new (name ? name : "");

	g_ptr_array_add (m->lbfos, t);
	if (*t->name == '\0')
		read_bad (r, "name", "it is missing");
	if (!parse (t, fields))
		read_bad (r, "line", "it is no team");
}

/* ---- as commands ---- */

static void
dump_nic (GString *s, const vmnet_lbfo *t, guint i)
{
	const vmnet_lbfo_nic *n = t->nics->pdata[i];
	g_autofree char *usual = lbfo_nic_name (t->name, n->vlan);

	if (i == 0 && n->vlan == 0)
		return;
	g_string_append (s, i == 0 ? "Set-NetLbfoTeamNic"
			 : "Add-NetLbfoTeamNic");
	dump_text (s, "Team", t->name);
	if (i == 0 || strcmp (n->name, usual) != 0)
		dump_text (s, "Name", n->name);
	g_string_append_printf (s, " -VlanID %u -Confirm:$false\n", n->vlan);
}

static void
dump_team (GString *s, const vmnet_lbfo *t)
{
	const vmnet_lbfo_nic *primary = t->nics->pdata[0];

	g_string_append (s, "New-NetLbfoTeam");
	dump_text (s, "Name", t->name);
	for (char **m = t->members; *m; m++) {
		g_autoptr (GString) one = g_string_new (NULL);

		dump_text (one, "TeamMembers", *m);
		g_string_append_printf (s, "%s%s", m == t->members ? "" : ",",
					one->str + (m == t->members ? 0 :
						    strlen (" -TeamMembers ")));
	}
	if (strcmp (primary->name, t->name) != 0)
		dump_text (s, "TeamNicName", primary->name);
	dump_text (s, "TeamingMode", vmnet_lbfo_modes[t->mode]);
	dump_text (s, "LoadBalancingAlgorithm",
		   vmnet_lbfo_algorithms[t->algorithm]);
	if (t->mode == VMNET_LBFO_LACP)
		dump_text (s, "LacpTimer", t->fast ? "Fast" : "Slow");
	g_string_append (s, " -Confirm:$false\n");
	if (t->standby) {
		g_string_append (s, "Set-NetLbfoTeamMember");
		dump_text (s, "Name", t->standby);
		dump_text (s, "Team", t->name);
		g_string_append (s, " -AdministrativeMode Standby "
				 "-Confirm:$false\n");
	}
	for (guint i = 0; i < t->nics->len; i++)
		dump_nic (s, t, i);
}

void
dump_lbfos (GString *s, const vmnet_model *m)
{
	for (guint i = 0; i < m->lbfos->len; i++)
		dump_team (s, m->lbfos->pdata[i]);
}

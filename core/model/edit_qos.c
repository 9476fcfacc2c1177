/*
 * edit_qos.c - changes of QoS policies, and what one may say. Called by
 * plan/edits_qos.c.
 */
#include "model/qos.h"

#include <string.h>

#include "model/check.h"
#include "model/document.h"
#include "model/reader.h"

#define WHAT "QoS policy"

vmnet_qos_policy *
qos_policy_find (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->qos_policies->len; i++) {
		vmnet_qos_policy *p = m->qos_policies->pdata[i];

		if (model_name_equal (p->name, name))
			return p;
	}
	return NULL;
}

static vmnet_qos_policy *
known (const vmnet_model *m, const char *name, GError **error)
{
	vmnet_qos_policy *p = qos_policy_find (m, name);

	if (p == NULL)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "there is no " WHAT " '%s'; Get-NetQosPolicy "
			     "lists them", name);
	return p;
}

static gboolean
in_range (const vmnet_qos_policy *p, GError **error)
{
	for (guint i = 0; i < VMNET_QOS_NUMBERS; i++) {
		const vmnet_qos_number_info *n = &vmnet_qos_numbers[i];

		if (p->n[i].set && (p->n[i].value < n->least ||
				    p->n[i].value > n->most))
			return check_invalid (
				error, WHAT, p->name, "-%s %" G_GUINT64_FORMAT
				" is out of range; give %" G_GUINT64_FORMAT
				" to %" G_GUINT64_FORMAT, n->parameter,
				p->n[i].value, n->least, n->most);
	}
	return TRUE;
}

static gboolean
range_ok (const vmnet_qos_policy *p, vmnet_qos_number first, GError **error)
{
	vmnet_opt a = p->n[first], b = p->n[first + 1];

	if (a.set != b.set)
		return check_invalid (error, WHAT, p->name, "-%s goes with "
				      "-%s", vmnet_qos_numbers[first].parameter,
				      vmnet_qos_numbers[first + 1].parameter);
	if (a.set && a.value > b.value)
		return check_invalid (error, WHAT, p->name, "its port range "
				      "%u-%u ends before it begins",
				      (guint) a.value, (guint) b.value);
	return TRUE;
}

/* The prefixes in canonical form, of one family. */
static gboolean
prefixes_ok (vmnet_qos_policy *p, GError **error)
{
	vmnet_acl ip[2] = { { 0 } };

	for (guint i = VMNET_QOS_SRC; i <= VMNET_QOS_DST; i++) {
		if (p->text[i] == NULL)
			continue;
		if (!vmnet_acl_parse (p->text[i], FALSE, &ip[i], error)) {
			g_prefix_error (error, WHAT " '%s': -%s: ", p->name,
					vmnet_qos_texts[i].parameter);
			return FALSE;
		}
		g_free (p->text[i]);
		p->text[i] = vmnet_acl_address (&ip[i]);
	}
	if (p->text[VMNET_QOS_SRC] && p->text[VMNET_QOS_DST] &&
	    ip[0].family != ip[1].family)
		return check_invalid (error, WHAT, p->name, "%s and %s are "
				      "not of one IP version",
				      p->text[VMNET_QOS_SRC],
				      p->text[VMNET_QOS_DST]);
	return TRUE;
}

/* Those besides `but`; NULL: there is none. */
static const char *
other_condition (const vmnet_qos_policy *p, vmnet_qos_number but)
{
	for (guint i = VMNET_QOS_TEMPLATE; i <= VMNET_QOS_RDMA_PORT; i++)
		if (i != but && i != VMNET_QOS_PRECEDENCE && p->n[i].set)
			return vmnet_qos_numbers[i].parameter;
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		if (p->text[i])
			return vmnet_qos_texts[i].parameter;
	return NULL;
}

static gboolean
alone (const vmnet_qos_policy *p, vmnet_qos_number n, GError **error)
{
	const char *other = p->n[n].set ? other_condition (p, n) : NULL;

	return !other ||
		check_invalid (error, WHAT, p->name, "-%s stands alone: it "
			       "does not go with -%s",
			       n == VMNET_QOS_TEMPLATE ? vmnet_qos_templates
			       [p->n[n].value] : vmnet_qos_numbers[n].parameter,
			       other);
}

/* Either port, and one of them: the published sets are apart. */
static gboolean
ports_ok (const vmnet_qos_policy *p, GError **error)
{
	if (p->n[VMNET_QOS_PORT].set &&
	    (p->n[VMNET_QOS_SPORT_FIRST].set ||
	     p->n[VMNET_QOS_DPORT_FIRST].set || p->text[VMNET_QOS_SRC] ||
	     p->text[VMNET_QOS_DST]))
		return check_invalid (error, WHAT, p->name, "%s does not go "
				      "with another port or a prefix: say "
				      "which port is meant",
				      "-IPPortMatchCondition");
	return range_ok (p, VMNET_QOS_SPORT_FIRST, error) &&
		range_ok (p, VMNET_QOS_DPORT_FIRST, error);
}

/* Where a card may do it by itself, there is but the priority. */
static gboolean
actions_ok (const vmnet_qos_policy *p, GError **error)
{
	gboolean fcoe = p->n[VMNET_QOS_TEMPLATE].value == VMNET_QOS_FCOE;

	if (!fcoe && !p->n[VMNET_QOS_RDMA_PORT].set)
		return TRUE;
	if (p->n[VMNET_QOS_PRIORITY].set && !p->n[VMNET_QOS_DSCP].set &&
	    !p->n[VMNET_QOS_THROTTLE].set && !p->n[VMNET_QOS_WEIGHT].set)
		return TRUE;
	return check_invalid (error, WHAT, p->name, "%s goes with "
			      "-PriorityValue8021Action, and no other action",
			      fcoe ? "-FCOE" : "-NetDirectPortMatchCondition");
}

/* What it is taken to say where it says nothing; then all rules. */
static gboolean
check (vmnet_qos_policy *p, GError **error)
{
	vmnet_opt *template = &p->n[VMNET_QOS_TEMPLATE];

	if (template->value == VMNET_QOS_CONDITIONS)
		template->set = FALSE;
	if (!p->n[VMNET_QOS_PRECEDENCE].set)
		p->n[VMNET_QOS_PRECEDENCE] = (vmnet_opt)
			{ TRUE, VMNET_QOS_PRECEDENCE_DEFAULT };
	if (!in_range (p, error) || !alone (p, VMNET_QOS_TEMPLATE, error) ||
	    !alone (p, VMNET_QOS_RDMA_PORT, error))
		return FALSE;
	if (!template->set && !p->n[VMNET_QOS_RDMA_PORT].set &&
	    !p->n[VMNET_QOS_PROTOCOL].set)
		p->n[VMNET_QOS_PROTOCOL] = (vmnet_opt)
			{ TRUE, VMNET_QOS_BOTH };
	return ports_ok (p, error) && prefixes_ok (p, error) &&
		actions_ok (p, error);
}

/* The lowest that is free: of a class that is there, another has the same. */
static guint
free_place (const vmnet_model *m)
{
	guint64 used = 0;

	for (guint i = 0; i < m->qos_policies->len; i++) {
		const vmnet_qos_policy *p = m->qos_policies->pdata[i];

		used |= G_GUINT64_CONSTANT (1) << p->n[VMNET_QOS_PLACE].value;
	}
	return used + 1 ? (guint) __builtin_ctzll (~used) : 0;
}

gboolean
qos_policy_add (vmnet_model *m, const vmnet_qos_policy *p, GError **error)
{
	const vmnet_qos_policy *old = qos_policy_find (m, p->name);
	vmnet_qos_policy *own = model_qos_policy_copy (p, NULL);
	gboolean same;

	own->id = old ? old->id : m->next_acl;
	own->n[VMNET_QOS_PLACE] = old ? old->n[VMNET_QOS_PLACE]
		: (vmnet_opt) { TRUE, free_place (m) };
	if (!check_name (WHAT, p->name, error) || !check (own, error)) {
		model_qos_policy_free (own);
		return FALSE;
	}
	if (old) {
		g_autofree char *is = qos_policy_write (old);
		g_autofree char *asked = qos_policy_write (own);

		same = strcmp (is, asked) == 0;
		model_qos_policy_free (own);
		if (!same)
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
				     WHAT " '%s': exists and says something "
				     "else (%s; asked: %s); change it with "
				     "Set-NetQosPolicy", old->name, is, asked);
		return same;
	}
	if (m->qos_policies->len >= VMNET_QOS_POLICIES) {
		model_qos_policy_free (own);
		return check_invalid (error, WHAT, p->name, "there are %d "
				      "already, and no more can be",
				      VMNET_QOS_POLICIES);
	}
	m->next_acl++;
	g_ptr_array_add (m->qos_policies, own);
	return TRUE;
}

gboolean
qos_policy_set (vmnet_model *m, const char *name,
		const vmnet_qos_policy *change, guint32 cleared,
		GError **error)
{
	vmnet_qos_policy *p = known (m, name, error), *own;
	guint at;

	if (p == NULL)
		return FALSE;
	own = model_qos_policy_copy (p, NULL);
	for (guint i = 0; i < VMNET_QOS_NUMBERS; i++) {
		if (cleared & 1u << i)
			own->n[i] = (vmnet_opt) { FALSE, 0 };
		if (change->n[i].set)
			own->n[i] = change->n[i];
	}
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		if (change->text[i]) {
			g_free (own->text[i]);
			own->text[i] = *change->text[i]
				? g_strdup (change->text[i]) : NULL;
		}
	if (!check (own, error)) {
		model_qos_policy_free (own);
		return FALSE;
	}
	g_ptr_array_find (m->qos_policies, p, &at);
	m->qos_policies->pdata[at] = own;
	model_qos_policy_free (p);
	return TRUE;
}

gboolean
qos_policy_remove (vmnet_model *m, const char *name, GError **error)
{
	vmnet_qos_policy *p = known (m, name, error);

	return p && g_ptr_array_remove (m->qos_policies, p);
}

void
qos_policy_get (reader *r, vmnet_model *m)
{
	vmnet_qos_policy *p = g_new0 (vmnet_qos_policy, 1);
	g_autofree char *line = read_string (r, "line");

	g_ptr_array_add (m->qos_policies, p);
	p->name = read_string (r, "name");
	if (p->name == NULL || *p->name == '\0')
		read_bad (r, "name", "it is missing");
	if (line == NULL || !qos_policy_read (line, p))
		read_bad (r, "line", "it is no QoS policy");
}

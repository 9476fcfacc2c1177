/*
 * edits_qos.c - the public edits of QoS policies: the model's own rules
 * (model/qos.h), and who a user is on this host.
 */
#include <pwd.h>
#include <string.h>

#include "model/check.h"
#include "model/qos.h"
#include "plan/txn.h"

/* A name that is known here, or a number. */
static gboolean
find_user (const char *policy, const char *user, guint64 *uid, GError **error)
{
	g_autofree char *buffer = g_malloc (16384);
	struct passwd entry, *found = NULL;

	if (g_ascii_string_to_unsigned (user, 10, 0, G_MAXUINT32 - 1, uid,
					NULL))
		return TRUE;
	getpwnam_r (user, &entry, buffer, 16384, &found);
	if (found == NULL || strpbrk (user, " ="))
		return check_invalid (error, "QoS policy", policy, "this host "
				      "has no user '%s'; give a name of "
				      "/etc/passwd (getent passwd lists them) "
				      "or a number", user);
	*uid = found->pw_uid;
	return TRUE;
}

/* `p` with the number of its user; its texts are not owned. */
static gboolean
with_user (const vmnet_qos_policy *p, vmnet_qos_policy *out, GError **error)
{
	const char *user = p->text[VMNET_QOS_USER];

	*out = *p;
	if (user == NULL || *user == '\0')
		return TRUE;
	out->n[VMNET_QOS_UID].set = TRUE;
	return find_user (p->name, user, &out->n[VMNET_QOS_UID].value, error);
}

gboolean
vmnet_qos_add (vmnet_txn *t, const vmnet_qos_policy *p, GError **error)
{
	vmnet_qos_policy own;

	return with_user (p, &own, error) &&
		qos_policy_add (t->model, &own, error);
}

gboolean
vmnet_qos_set (vmnet_txn *t, const char *name, const vmnet_qos_policy *change,
	       guint32 cleared, GError **error)
{
	const char *user = change->text[VMNET_QOS_USER];
	vmnet_qos_policy own;

	if (user && *user == '\0')
		cleared |= 1u << VMNET_QOS_UID;
	return with_user (change, &own, error) &&
		qos_policy_set (t->model, name, &own, cleared, error);
}

gboolean
vmnet_qos_remove (vmnet_txn *t, const char *name, GError **error)
{
	return qos_policy_remove (t->model, name, error);
}

gboolean
vmnet_traffic_add (vmnet_txn *t, const vmnet_traffic_class *c, GError **error)
{
	return traffic_class_add (t->model, c, error);
}

gboolean
vmnet_traffic_set (vmnet_txn *t, const char *name,
		   const vmnet_traffic_change *c, GError **error)
{
	return traffic_class_set (t->model, name, c, error);
}

gboolean
vmnet_traffic_remove (vmnet_txn *t, const char *name, GError **error)
{
	return traffic_class_remove (t->model, name, error);
}

gboolean
vmnet_dcb_set_flow (vmnet_txn *t, guint32 set, guint32 clear, GError **error)
{
	const vmnet_dcb *d = vmnet_model_dcb (t->model, NULL);
	guint64 was = d ? d->flow.value : 0, now = (was & ~clear) | set;

	if (now != was)
		dcb_of (t->model, NULL)->flow = (vmnet_opt) { TRUE, now };
	return TRUE;
}

gboolean
vmnet_dcb_set_willing (vmnet_txn *t, gboolean willing, GError **error)
{
	dcb_of (t->model, NULL)->willing = (vmnet_opt) { TRUE, willing != 0 };
	return TRUE;
}

gboolean
vmnet_dcb_set_enabled (vmnet_txn *t, const char *nic, gboolean on,
		       GError **error)
{
	if (!txn_nic_exists (t->host, "traffic classes", nic, error))
		return FALSE;
	dcb_of (t->model, nic)->enabled = (vmnet_opt) { TRUE, on != 0 };
	return TRUE;
}

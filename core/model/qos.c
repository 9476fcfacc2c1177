/*
 * qos.c - QoS policies in the model: as one line of the store and as a command
 * of the dump, and in which order they are asked. Edits: edit_qos.c. See qos.h.
 */
#include "model/qos.h"

#include <string.h>

#include "model/document.h"
#include "model/dump.h"

const char *const vmnet_qos_templates[] = {
	"None", "Default", "iSCSI", "FCoE", "SMB", "NFS", "LiveMigration",
	"Cluster", NULL,
};

const char *const vmnet_qos_protocols[] = {
	"None", "TCP", "UDP", "Both", NULL,
};

const vmnet_qos_number_info vmnet_qos_numbers[VMNET_QOS_NUMBERS] = {
	[VMNET_QOS_TEMPLATE] = { "template", "TemplateMatchCondition", 0,
				 VMNET_QOS_TEMPLATES - 1 },
	[VMNET_QOS_PRECEDENCE] = { "precedence", "Precedence", 0, 255 },
	[VMNET_QOS_PROTOCOL] = { "protocol", "IPProtocolMatchCondition", 0,
				 VMNET_QOS_BOTH },
	[VMNET_QOS_PORT] = { "port", "IPPortMatchCondition", 1, 65535 },
	[VMNET_QOS_SPORT_FIRST] = { "sport_first",
				    "IPSrcPortStartMatchCondition", 1, 65535 },
	[VMNET_QOS_SPORT_LAST] = { "sport_last",
				   "IPSrcPortEndMatchCondition", 1, 65535 },
	[VMNET_QOS_DPORT_FIRST] = { "dport_first",
				    "IPDstPortStartMatchCondition", 1, 65535 },
	[VMNET_QOS_DPORT_LAST] = { "dport_last",
				   "IPDstPortEndMatchCondition", 1, 65535 },
	[VMNET_QOS_RDMA_PORT] = { "rdma_port", "NetDirectPortMatchCondition",
				  1, 65535 },
	[VMNET_QOS_UID] = { "uid", NULL, 0, G_MAXUINT32 - 1 },
	[VMNET_QOS_PRIORITY] = { "priority", "PriorityValue8021Action", 0, 7 },
	[VMNET_QOS_DSCP] = { "dscp", "DSCPAction", 0, 63 },
	[VMNET_QOS_THROTTLE] = { "throttle", "ThrottleRateActionBitsPerSecond",
				 8000, G_MAXINT64 },
	[VMNET_QOS_WEIGHT] = { "weight", "MinBandwidthWeightAction", 1, 100 },
	[VMNET_QOS_PLACE] = { "place", NULL, 0, VMNET_QOS_POLICIES - 1 },
};

const vmnet_qos_number_info vmnet_qos_texts[VMNET_QOS_TEXTS] = {
	[VMNET_QOS_SRC] = { "src", "IPSrcPrefixMatchCondition", 0, 0 },
	[VMNET_QOS_DST] = { "dst", "IPDstPrefixMatchCondition", 0, 0 },
	[VMNET_QOS_USER] = { "user", "UserMatchCondition", 0, 0 },
};

void
model_qos_policy_free (vmnet_qos_policy *p)
{
	if (p == NULL)
		return;
	g_free (p->name);
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		g_free (p->text[i]);
	g_free (p);
}

gpointer
model_qos_policy_copy (gconstpointer src, gpointer unused)
{
	vmnet_qos_policy *p = g_memdup2 (src, sizeof *p);

	p->name = g_strdup (p->name);
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		p->text[i] = g_strdup (p->text[i]);
	return p;
}

gboolean
model_qos_policy_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_qos_policy *a = pa, *b = pb;
	g_autofree char *x = qos_policy_write (a);
	g_autofree char *y = qos_policy_write (b);

	return g_strcmp0 (a->name, b->name) == 0 && strcmp (x, y) == 0;
}

/* ---- as text ---- */

/* "id=7 precedence=127 template=4 priority=3" */
char *
qos_policy_write (const vmnet_qos_policy *p)
{
	GString *s = g_string_new (NULL);

	g_string_append_printf (s, "id=%u", p->id);
	for (guint i = 0; i < VMNET_QOS_NUMBERS; i++)
		if (p->n[i].set)
			g_string_append_printf (s, " %s=%" G_GUINT64_FORMAT,
						vmnet_qos_numbers[i].key,
						p->n[i].value);
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		if (p->text[i])
			g_string_append_printf (s, " %s=%s",
						vmnet_qos_texts[i].key,
						p->text[i]);
	return g_string_free (s, FALSE);
}

static gboolean
read_number (const char *text, guint64 least, guint64 most, guint64 *out)
{
	return g_ascii_string_to_unsigned (text, 10, least, most, out, NULL);
}

static gboolean
read_word (const char *key, const char *value, vmnet_qos_policy *out)
{
	guint64 id;

	if (strcmp (key, "id") == 0 &&
	    read_number (value, 1, G_MAXUINT32, &id)) {
		out->id = id;
		return TRUE;
	}
	for (guint i = 0; i < VMNET_QOS_NUMBERS; i++) {
		const vmnet_qos_number_info *n = &vmnet_qos_numbers[i];

		if (strcmp (n->key, key) == 0)
			return out->n[i].set = read_number (
				value, n->least, n->most, &out->n[i].value);
	}
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		if (strcmp (vmnet_qos_texts[i].key, key) == 0) {
			g_free (out->text[i]);
			out->text[i] = g_strdup (value);
			return *value != '\0';
		}
	return FALSE;
}

gboolean
qos_policy_read (const char *line, vmnet_qos_policy *out)
{
	g_auto (GStrv) words = g_strsplit (line, " ", -1);
	gboolean ok = TRUE;

	for (guint i = 0; words[i] && ok; i++) {
		char *value = strchr (words[i], '=');

		ok = value != NULL;
		if (ok)
			*value++ = '\0';
		ok = ok && read_word (words[i], value, out);
	}
	return ok && out->id;
}

static void
dump_range (GString *s, const vmnet_qos_policy *p, vmnet_qos_number first,
	    const char *which)
{
	vmnet_opt a = p->n[first], b = p->n[first + 1];

	if (!a.set)
		return;
	if (a.value == b.value)
		g_string_append_printf (s, " -IP%sPortMatchCondition %u",
					which, (guint) a.value);
	else
		g_string_append_printf (s, " -IP%sPortStartMatchCondition %u "
					"-IP%sPortEndMatchCondition %u", which,
					(guint) a.value, which,
					(guint) b.value);
}

static void
dump_policy (GString *s, const vmnet_qos_policy *p)
{
	static const vmnet_qos_number plain[] = {
		VMNET_QOS_PORT, VMNET_QOS_RDMA_PORT, VMNET_QOS_PRIORITY,
		VMNET_QOS_DSCP, VMNET_QOS_THROTTLE, VMNET_QOS_WEIGHT,
		VMNET_QOS_PRECEDENCE,
	};

	g_string_append (s, "New-NetQosPolicy");
	dump_text (s, "Name", p->name);
	if (p->n[VMNET_QOS_TEMPLATE].set)
		g_string_append_printf (s, " -%s", vmnet_qos_templates
					[p->n[VMNET_QOS_TEMPLATE].value]);
	if (p->n[VMNET_QOS_PROTOCOL].set)
		dump_text (s, "IPProtocolMatchCondition", vmnet_qos_protocols
			   [p->n[VMNET_QOS_PROTOCOL].value]);
	dump_range (s, p, VMNET_QOS_SPORT_FIRST, "Src");
	dump_range (s, p, VMNET_QOS_DPORT_FIRST, "Dst");
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		dump_text (s, vmnet_qos_texts[i].parameter, p->text[i]);
	for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
		if (p->n[plain[i]].set)
			g_string_append_printf (
				s, " -%s %" G_GUINT64_FORMAT,
				vmnet_qos_numbers[plain[i]].parameter,
				p->n[plain[i]].value);
	g_string_append_c (s, '\n');
}

void
dump_qos (GString *s, const vmnet_model *m)
{
	for (guint i = 0; i < m->qos_policies->len; i++)
		dump_policy (s, m->qos_policies->pdata[i]);
	dump_dcb (s, m);
}

/* ---- order ---- */

/* How much it asks of a frame. */
static guint
conditions (const vmnet_qos_policy *p)
{
	guint n = 0;

	for (guint i = VMNET_QOS_PROTOCOL; i <= VMNET_QOS_UID; i++)
		n += p->n[i].set;
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		n += p->text[i] != NULL;
	return n + (p->n[VMNET_QOS_TEMPLATE].set ? 1 : 0);
}

/*
 * What is for everything else comes last, whatever its precedence; then the
 * greater precedence goes first, what asks more, and what was there first.
 */
static int
asked_before (gconstpointer x, gconstpointer y)
{
	const vmnet_qos_policy *a = *(vmnet_qos_policy *const *) x;
	const vmnet_qos_policy *b = *(vmnet_qos_policy *const *) y;
	const guint t = VMNET_QOS_TEMPLATE, r = VMNET_QOS_PRECEDENCE;
	gboolean last_a = a->n[t].set && a->n[t].value == VMNET_QOS_DEFAULT;
	gboolean last_b = b->n[t].set && b->n[t].value == VMNET_QOS_DEFAULT;

	if (last_a != last_b)
		return last_a ? 1 : -1;
	if (a->n[r].value != b->n[r].value)
		return a->n[r].value > b->n[r].value ? -1 : 1;
	if (conditions (a) != conditions (b))
		return conditions (a) > conditions (b) ? -1 : 1;
	return a->id < b->id ? -1 : 1;
}

GPtrArray *
qos_policies_in_order (const vmnet_model *m)
{
	GPtrArray *out = g_ptr_array_new ();

	for (guint i = 0; m && i < m->qos_policies->len; i++)
		g_ptr_array_add (out, m->qos_policies->pdata[i]);
	g_ptr_array_sort (out, asked_before);
	return out;
}

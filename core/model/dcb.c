/*
 * dcb.c - traffic classes and the rest of DCB in the model: what one may say of
 * them, as text of the store and as commands of the dump. See qos.h.
 */
#include "model/qos.h"

#include <stdio.h>
#include <string.h>

#include "model/check.h"
#include "model/document.h"
#include "model/dump.h"
#include "model/reader.h"

#define WHAT "traffic class"

void
model_traffic_class_free (vmnet_traffic_class *c)
{
	if (c)
		g_free (c->name);
	g_free (c);
}

gpointer
model_traffic_class_copy (gconstpointer src, gpointer unused)
{
	vmnet_traffic_class *c = g_memdup2 (src, sizeof *c);

	c->name = g_strdup (c->name);
	return c;
}

gboolean
model_traffic_class_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_traffic_class *a = pa, *b = pb;

	return g_strcmp0 (a->name, b->name) == 0 && a->number == b->number &&
		!a->strict == !b->strict && a->bandwidth == b->bandwidth &&
		a->priorities == b->priorities;
}

void
model_dcb_free (vmnet_dcb *d)
{
	if (d)
		g_free (d->interface);
	g_free (d);
}

gpointer
model_dcb_copy (gconstpointer src, gpointer unused)
{
	vmnet_dcb *d = g_memdup2 (src, sizeof *d);

	d->interface = g_strdup (d->interface);
	return d;
}

gboolean
model_dcb_same (gconstpointer pa, gconstpointer pb)
{
	const vmnet_dcb *a = pa, *b = pb;

	return g_strcmp0 (a->interface, b->interface) == 0 &&
		model_opt_same (a->flow, b->flow) &&
		model_opt_same (a->willing, b->willing) &&
		model_opt_same (a->enabled, b->enabled);
}

/* ---- as text ---- */

/* "1 ETS 50 8" */
char *
traffic_class_write (const vmnet_traffic_class *c)
{
	return g_strdup_printf ("%u %s %u %u", c->number,
				c->strict ? "Strict" : "ETS", c->bandwidth,
				c->priorities);
}

void
traffic_class_get (reader *r, vmnet_model *m)
{
	vmnet_traffic_class *c = g_new0 (vmnet_traffic_class, 1);
	g_autofree char *line = read_string (r, "line");
	char algorithm[7] = "";

	g_ptr_array_add (m->traffic_classes, c);
	c->name = read_string (r, "name");
	if (c->name == NULL || *c->name == '\0')
		read_bad (r, "name", "it is missing");
	if (line == NULL || sscanf (line, "%u %6s %u %u", &c->number,
				    algorithm, &c->bandwidth,
				    &c->priorities) != 4 ||
	    c->number < 1 || c->number > VMNET_TRAFFIC_CLASSES ||
	    c->bandwidth > 100 || c->priorities > 255)
		read_bad (r, "line", "it is no traffic class");
	c->strict = strcmp (algorithm, "Strict") == 0;
}

static int
number (vmnet_opt o)
{
	return o.set ? (int) o.value : -1;
}

/* "8 0 -1": flow control, willing, enabled; -1: nothing was said. */
char *
dcb_write (const vmnet_dcb *d)
{
	return g_strdup_printf ("%d %d %d", number (d->flow),
				number (d->willing), number (d->enabled));
}

static vmnet_opt
opt_of (int value)
{
	return (vmnet_opt) { value >= 0, value >= 0 ? (guint64) value : 0 };
}

void
dcb_get (reader *r, vmnet_model *m)
{
	vmnet_dcb *d = g_new0 (vmnet_dcb, 1);
	g_autofree char *line = read_string (r, "line");
	int flow = -1, willing = -1, enabled = -1;

	g_ptr_array_add (m->dcb, d);
	d->interface = read_string (r, "interface");
	if (line == NULL || sscanf (line, "%d %d %d", &flow, &willing,
				    &enabled) != 3 ||
	    flow > 255 || willing > 1 || enabled > 1)
		read_bad (r, "line", "it is nothing of DCB");
	d->flow = opt_of (flow);
	d->willing = opt_of (willing);
	d->enabled = opt_of (enabled);
}

/* "3,4" */
static char *
priorities_text (guint32 priorities)
{
	GString *s = g_string_new (NULL);

	for (guint i = 0; i < VMNET_PRIORITIES; i++)
		if (priorities & 1u << i)
			g_string_append_printf (s, "%s%u", s->len ? "," : "",
						i);
	return g_string_free (s, FALSE);
}

static void
dump_class (GString *s, const vmnet_traffic_class *c)
{
	g_autofree char *priorities = priorities_text (c->priorities);

	g_string_append (s, "New-NetQosTrafficClass");
	dump_text (s, "Name", c->name);
	g_string_append_printf (s, " -Algorithm %s",
				c->strict ? "Strict" : "ETS");
	if (!c->strict)
		g_string_append_printf (s, " -BandwidthPercentage %u",
					c->bandwidth);
	g_string_append_printf (s, " -Priority %s\n", priorities);
}

static void
dump_one (GString *s, const vmnet_dcb *d)
{
	g_autofree char *flow = priorities_text (d->flow.value);

	if (d->flow.set && d->flow.value)
		g_string_append_printf (s, "Enable-NetQosFlowControl -Priority "
					"%s\n", flow);
	if (d->willing.set)
		g_string_append_printf (s, "Set-NetQosDcbxSetting -Willing "
					"$%s -Confirm:$false\n",
					d->willing.value ? "true" : "false");
	if (!d->enabled.set)
		return;
	g_string_append_printf (s, "%s-NetAdapterQos", d->enabled.value
				? "Enable" : "Disable");
	dump_text (s, "Name", d->interface);
	g_string_append_c (s, '\n');
}

void
dump_dcb (GString *s, const vmnet_model *m)
{
	for (guint i = 0; i < m->traffic_classes->len; i++)
		dump_class (s, m->traffic_classes->pdata[i]);
	for (guint i = 0; i < m->dcb->len; i++)
		dump_one (s, m->dcb->pdata[i]);
}

/* ---- classes ---- */

static vmnet_traffic_class *
find (const vmnet_model *m, const char *name)
{
	for (guint i = 0; i < m->traffic_classes->len; i++) {
		vmnet_traffic_class *c = m->traffic_classes->pdata[i];

		if (model_name_equal (c->name, name))
			return c;
	}
	return NULL;
}

static vmnet_traffic_class *
known (const vmnet_model *m, const char *name, GError **error)
{
	vmnet_traffic_class *c = find (m, name);

	if (c == NULL && model_name_equal (name, VMNET_TRAFFIC_DEFAULT))
		check_invalid (error, WHAT, name, "it has the priorities and "
			       "the share that the others leave, and is always "
			       "there; change those");
	else if (c == NULL)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "there is no " WHAT " '%s'; "
			     "Get-NetQosTrafficClass lists them", name);
	return c;
}

const vmnet_traffic_class *
traffic_class_of (const vmnet_model *m, guint priority)
{
	for (guint i = 0; i < m->traffic_classes->len; i++) {
		const vmnet_traffic_class *c = m->traffic_classes->pdata[i];

		if (c->priorities & 1u << priority)
			return c;
	}
	return NULL;
}

guint
traffic_shares (const vmnet_model *m, gboolean *strict)
{
	guint sum = 0;

	*strict = FALSE;
	for (guint i = 0; i < m->traffic_classes->len; i++) {
		const vmnet_traffic_class *c = m->traffic_classes->pdata[i];

		sum += c->strict ? 0 : c->bandwidth;
		*strict |= c->strict;
	}
	return sum;
}

/* `but`: one of the model that `c` replaces, or NULL. */
static gboolean
check (const vmnet_model *m, const vmnet_traffic_class *c,
       const vmnet_traffic_class *but, GError **error)
{
	guint sum = c->bandwidth;

	if (c->priorities == 0 || c->priorities > 255)
		return check_invalid (error, WHAT, c->name, "give it "
				      "priorities (-Priority), 0 to 7");
	if (c->strict && c->bandwidth)
		return check_invalid (error, WHAT, c->name, "Strict goes "
				      "before all shares and has no "
				      "-BandwidthPercentage");
	if (!c->strict && (c->bandwidth < 1 || c->bandwidth > 100))
		return check_invalid (error, WHAT, c->name, "ETS has a "
				      "-BandwidthPercentage of 1 to 100");
	for (guint i = 0; i < m->traffic_classes->len; i++) {
		const vmnet_traffic_class *o = m->traffic_classes->pdata[i];
		g_autofree char *both = priorities_text (o->priorities &
							 c->priorities);

		if (o == but)
			continue;
		if (*both)
			return check_invalid (error, WHAT, c->name, "priority "
					      "%s belongs to '%s'; one belongs "
					      "to one class", both, o->name);
		sum += o->bandwidth;
	}
	if (sum > 100)
		return check_invalid (error, WHAT, c->name, "the shares add up "
				      "to %u percent; lower one of them by at "
				      "least %u", sum, sum - 100);
	return TRUE;
}

static guint
free_number (const vmnet_model *m)
{
	guint used = 1;

	for (guint i = 0; i < m->traffic_classes->len; i++)
		used |= 1u << ((vmnet_traffic_class *)
			       m->traffic_classes->pdata[i])->number;
	return __builtin_ctz (~used);
}

gboolean
traffic_class_add (vmnet_model *m, const vmnet_traffic_class *c,
		   GError **error)
{
	const vmnet_traffic_class *old = find (m, c->name);
	vmnet_traffic_class own = *c;

	if (!check_name (WHAT, c->name, error))
		return FALSE;
	if (model_name_equal (c->name, VMNET_TRAFFIC_DEFAULT))
		return known (m, c->name, error) != NULL;
	own.number = old ? old->number : free_number (m);
	if (old && model_traffic_class_same (old, &own))
		return TRUE;
	if (old) {
		g_autofree char *is = traffic_class_write (old);

		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     WHAT " '%s': exists and is another one (number, "
			     "algorithm, percent, priorities as bits: %s); "
			     "change it with Set-NetQosTrafficClass",
			     old->name, is);
		return FALSE;
	}
	if (own.number > VMNET_TRAFFIC_CLASSES)
		return check_invalid (error, WHAT, c->name, "there are %d "
				      "besides the default one already, and no "
				      "more can be", VMNET_TRAFFIC_CLASSES);
	if (!check (m, &own, NULL, error))
		return FALSE;
	g_ptr_array_add (m->traffic_classes,
			 model_traffic_class_copy (&own, NULL));
	return TRUE;
}

gboolean
traffic_class_set (vmnet_model *m, const char *name,
		   const vmnet_traffic_change *change, GError **error)
{
	vmnet_traffic_class *c = known (m, name, error), own;

	if (c == NULL)
		return FALSE;
	own = *c;
	if (change->strict) {
		own.strict = *change->strict;
		if (own.strict)
			own.bandwidth = 0;
	}
	if (change->bandwidth.set)
		own.bandwidth = change->bandwidth.value;
	if (change->priorities.set)
		own.priorities = change->priorities.value;
	if (!check (m, &own, c, error))
		return FALSE;
	*c = own;
	return TRUE;
}

gboolean
traffic_class_remove (vmnet_model *m, const char *name, GError **error)
{
	vmnet_traffic_class *c = known (m, name, error);

	return c && g_ptr_array_remove (m->traffic_classes, c);
}

/* ---- the rest ---- */

const vmnet_dcb *
vmnet_model_dcb (const vmnet_model *m, const char *interface)
{
	for (guint i = 0; i < m->dcb->len; i++) {
		const vmnet_dcb *d = m->dcb->pdata[i];

		if (model_name_equal (d->interface, interface))
			return d;
	}
	return NULL;
}

vmnet_dcb *
dcb_of (vmnet_model *m, const char *interface)
{
	vmnet_dcb *d = (vmnet_dcb *) vmnet_model_dcb (m, interface);

	if (d)
		return d;
	d = g_new0 (vmnet_dcb, 1);
	d->interface = g_strdup (interface);
	g_ptr_array_add (m->dcb, d);
	return d;
}

gboolean
dcb_enabled (const vmnet_model *m, const char *nic)
{
	const vmnet_dcb *d = vmnet_model_dcb (m, nic);

	return d && d->enabled.set && d->enabled.value;
}

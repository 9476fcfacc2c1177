/*
 * paramset.c - the attributes of a function's parameters, and which parameter
 * set a call is of. Called by funcbind.c.
 */
#include "funcbind.h"

/* The argument of an attribute: [Parameter(Position = 1)]. */
node *
attribute_arg (const node *p, const char *attribute, const char *name)
{
	for (guint i = 0; p->kids != NULL && i < p->kids->len; i++) {
		node *a = p->kids->pdata[i];

		if (g_ascii_strcasecmp (a->text, attribute) != 0)
			continue;
		for (guint k = 0; a->kids != NULL && k < a->kids->len; k++) {
			node *arg = a->kids->pdata[k];

			if (g_strcmp0 (name, "") == 0 && arg->text == NULL)
				return arg;
			if (arg->text != NULL
			    && g_ascii_strcasecmp (arg->text, name) == 0)
				return arg;
		}
	}
	return NULL;
}

gboolean
attribute_named (const node *p, const char *attribute)
{
	for (guint i = 0; p->kids != NULL && i < p->kids->len; i++)
		if (g_ascii_strcasecmp (((node *) p->kids->pdata[i])->text,
					attribute) == 0)
			return TRUE;
	return FALSE;
}

/* [Parameter(Mandatory)] and [Parameter(Mandatory = $true)]. */
gboolean
attribute_on (sh_interp *in, const node *p, const char *name)
{
	node *arg = attribute_arg (p, "Parameter", name);
	g_autoptr (sh_value) v = NULL;

	if (arg == NULL || arg->a == NULL)
		return arg != NULL;
	v = eval (in, arg->a, NULL);
	return v != NULL && sh_truth (v);
}

/* ---- parameter sets ---- */

/* The text of an attribute's argument; owned, or NULL. */
static char *
attribute_text (sh_interp *in, const node *p, const char *attribute,
		const char *name)
{
	node *arg = p ? attribute_arg (p, attribute, name) : NULL;
	g_autoptr (sh_value) v = arg && arg->a ? eval (in, arg->a, NULL)
		: NULL;

	return v ? sh_to_text (v) : NULL;
}

/* Is the parameter one of that set, and must it be given there? A parameter
 * without a set is one of all. */
gboolean
param_in_set (const binding *b, guint i, const char *set, gboolean *mandatory)
{
	const node *p = param_at (b, i);
	gboolean any = FALSE, hit = FALSE;

	*mandatory = FALSE;
	for (guint k = 0; p->kids != NULL && k < p->kids->len; k++) {
		node *one = p->kids->pdata[k];
		GPtrArray list = { (gpointer *) &one, 1 };
		node only = { .kids = &list };
		g_autofree char *own = NULL;

		if (g_ascii_strcasecmp (one->text, "Parameter") != 0)
			continue;
		own = attribute_text (b->in, &only, "Parameter",
				      "ParameterSetName");
		any |= own != NULL;
		if (own != NULL && g_ascii_strcasecmp (own, set) != 0)
			continue;
		hit = TRUE;
		*mandatory |= attribute_on (b->in, &only, "Mandatory");
	}
	return hit || !any;
}

static void
add_set (GPtrArray *out, char *name)
{
	for (guint i = 0; name != NULL && i < out->len; i++)
		if (g_ascii_strcasecmp (out->pdata[i], name) == 0)
			g_clear_pointer (&name, g_free);
	if (name != NULL)
		g_ptr_array_add (out, name);
}

/* The names of all sets, the default one first. */
static GPtrArray *
all_sets (const binding *b)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	add_set (out, attribute_text (b->in, b->body->d, "CmdletBinding",
				      "DefaultParameterSetName"));
	for (guint i = 0; i < param_count (b); i++) {
		const node *p = param_at (b, i);

		for (guint k = 0; p->kids != NULL && k < p->kids->len; k++) {
			node *one = p->kids->pdata[k];
			GPtrArray list = { (gpointer *) &one, 1 };
			node only = { .kids = &list };

			add_set (out, attribute_text (b->in, &only,
						      "Parameter",
						      "ParameterSetName"));
		}
	}
	return out;
}

/* Do all that were given belong to it, and is nothing missing that no
 * pipeline brings? */
static gboolean
set_fits (const binding *b, const char *set, gboolean *whole)
{
	*whole = TRUE;
	for (guint i = 0; i < param_count (b); i++) {
		gboolean mandatory, in = param_in_set (b, i, set, &mandatory);

		if (b->given[i] && !in)
			return FALSE;
		if (in && mandatory && !b->given[i]
		    && !attribute_on (b->in, param_at (b, i),
				      "ValueFromPipeline")
		    && !attribute_on (b->in, param_at (b, i),
				      "ValueFromPipelineByPropertyName"))
			*whole = FALSE;
	}
	return TRUE;
}

/* The set that what was given says; owned. NULL with error: they are of
 * different sets. */
char *
param_choose_set (const binding *b, GError **error)
{
	g_autoptr (GPtrArray) all = NULL;
	const char *fits = NULL;
	gboolean whole, plain = b->body->d == NULL;

	for (guint i = 0; plain && i < param_count (b); i++)
		plain = param_at (b, i)->kids == NULL;
	if (plain)
		return g_strdup ("__AllParameterSets");
	all = all_sets (b);
	if (all->len == 0)
		return g_strdup ("__AllParameterSets");
	for (guint i = 0; i < all->len; i++) {
		if (!set_fits (b, all->pdata[i], &whole))
			continue;
		if (whole)
			return g_strdup (all->pdata[i]);
		fits = fits ? fits : all->pdata[i];
	}
	if (fits != NULL)
		return g_strdup (fits);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "%s: what was given "
		     "belongs to different parameter sets; no set has all of "
		     "it", b->name);
	return NULL;
}

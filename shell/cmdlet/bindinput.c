/*
 * bindinput.c - one object of the pipeline to the parameters that are free: by
 * value, else by the names of its properties. Called by the evaluator.
 */
#include "call.h"

static void
drop_input (sh_call *call)
{
	for (guint i = 0; i < call->n; i++) {
		if (!call->slots[i].from_input)
			continue;
		sh_unref (call->slots[i].value);
		call->slots[i] = (sh_slot) { NULL, FALSE };
	}
	g_clear_pointer (&call->input, sh_unref);
}

static gboolean
bind_from_input (sh_call *call, const sh_param *p, const sh_value *v,
		 GError **error)
{
	if (!bind_value (call, p, v, error))
		return FALSE;
	bind_slot (call, p)->from_input = TRUE;
	return TRUE;
}

/* The free pipeline parameter that takes `v` by value with at least `fit`;
 * the default set's before others. */
static const sh_param *
by_value (sh_call *call, const sh_value *v, int fit)
{
	const sh_param *p, *found = NULL;

	for (guint i = 0; (p = sh_param_at (call->cmdlet, i)) != NULL; i++) {
		if (!(p->flags & SH_PIPE_VALUE) || p->flags & SH_NOT_YET
		    || call->slots[i].value != NULL
		    || !bind_is_open (call, p, call->open)
		    || sh_type_fit (p->type, call, v) < fit)
			continue;
		if (bind_is_open (call, p, call->open & 1))
			return p;
		if (found == NULL)
			found = p;
	}
	return found;
}

/* The property that `p` may take: of its name or one of its aliases. */
static sh_value *
property_for (const sh_param *p, const sh_value *item)
{
	g_auto (GStrv) aliases = NULL;
	sh_value *v = sh_get (item, p->name);

	if (p->aliases == NULL)
		return v;
	aliases = g_strsplit (p->aliases, ",", -1);
	for (char **a = aliases; v == NULL && *a != NULL; a++)
		v = sh_get (item, *a);
	return v;
}

/* Binds what the object's properties offer for the sets in `among`. */
static guint
by_properties (sh_call *call, const sh_value *item, guint32 among)
{
	const sh_param *p;
	guint n = 0;

	for (guint i = 0; (p = sh_param_at (call->cmdlet, i)) != NULL; i++) {
		g_autoptr (sh_value) v = NULL;

		if (!(p->flags & SH_PIPE_NAME) || p->flags & SH_NOT_YET
		    || call->slots[i].value != NULL
		    || !bind_is_open (call, p, call->open & among))
			continue;
		v = property_for (p, item);
		if (v == NULL || sh_value_kind (v) == SH_NULL)
			continue;
		if (bind_from_input (call, p, v, NULL))
			n++;
	}
	return n;
}

static gboolean
has_properties (const sh_value *item)
{
	sh_kind k = sh_value_kind (item);

	return k == SH_ROW || k == SH_OBJECT;
}

static gboolean
fail_input (sh_call *call, const sh_value *item, GError **error)
{
	g_autofree char *text = sh_to_text (item);
	g_autoptr (GString) takes = g_string_new (NULL);
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (call->cmdlet, i)) != NULL; i++)
		if (p->flags & SH_PIPE_VALUE && !(p->flags & SH_NOT_YET))
			g_string_append_printf (takes, "%s%s for -%s",
						takes->len ? ", " : "",
						p->type->text, p->name);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "%s cannot take '%s' (%s) from the pipeline; it takes %s",
		     call->cmdlet->name, text, sh_type_name (item),
		     takes->len ? takes->str : "nothing");
	return FALSE;
}

static gboolean
takes_input (sh_call *call, sh_value *item, GError **error)
{
	const sh_param *p = by_value (call, item, 2);
	guint n = 0;

	if (p != NULL)
		return bind_from_input (call, p, item, error);
	if (has_properties (item)) {
		n += by_properties (call, item, 1);
		n += by_properties (call, item, ~0u);
	}
	if (n > 0)
		return TRUE;
	p = by_value (call, item, 1);
	if (p != NULL)
		return bind_from_input (call, p, item, error);
	return fail_input (call, item, error);
}

gboolean
sh_bind_input (sh_call *call, sh_value *item, GError **error)
{
	guint32 before;
	gboolean ok;

	drop_input (call);
	call->input = sh_ref (item);
	/* The sets are narrowed by this object, not by those before it. */
	before = call->open;
	ok = takes_input (call, item, error)
	     && bind_settle (call, FALSE, error);
	call->open = before;
	return ok;
}

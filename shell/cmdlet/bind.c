/*
 * bind.c - the binder: arguments to the parameters of an entry, by PowerShell's
 * rules (names, aliases, unique prefixes, positions, parameter sets). Objects
 * of the pipeline: bindinput.c. Called by the evaluator.
 */
#include "call.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sh_call, sh_call_free)

/* ---- parameter sets ---- */

/* The sets of `p` as bits; all of them where it names none. */
static guint32
set_mask (const sh_call *call, const sh_param *p)
{
	guint32 all = call->sets->len ? (1u << call->sets->len) - 1 : 1;
	guint32 mask = 0;

	if (p->sets == NULL)
		return all;
	for (guint i = 0; i < call->sets->len; i++)
		if (sh_param_in_set (p, call->sets->pdata[i]))
			mask |= 1u << i;
	return mask;
}

gboolean
bind_is_open (const sh_call *call, const sh_param *p, guint32 open)
{
	return (set_mask (call, p) & open) != 0;
}

/* Among what is bound already, the first that shares no set with `p`. */
static const sh_param *
rival (const sh_call *call, const sh_param *p)
{
	const sh_param *q;

	for (guint i = 0; (q = sh_param_at (call->cmdlet, i)) != NULL; i++)
		if (call->slots[i].value != NULL && q != p
		    && (set_mask (call, q) & set_mask (call, p)) == 0)
			return q;
	return NULL;
}

static gboolean
narrow (sh_call *call, const sh_param *p, GError **error)
{
	guint32 left = call->open & set_mask (call, p);
	const sh_param *q;

	if (left != 0) {
		call->open = left;
		return TRUE;
	}
	q = rival (call, p);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "%s: -%s cannot stand together with %s%s",
		     call->cmdlet->name, p->name, q ? "-" : "the others given",
		     q ? q->name : "");
	return FALSE;
}

/* Is every mandatory parameter of that set there? With `wait`, those that the
 * pipeline may still bring count as there. */
static const sh_param *
missing (const sh_call *call, guint set, gboolean wait)
{
	const sh_param *p;

	for (guint i = 0; (p = sh_param_at (call->cmdlet, i)) != NULL; i++) {
		if (!(p->flags & SH_MANDATORY) || call->slots[i].value != NULL
		    || !(set_mask (call, p) & (1u << set)))
			continue;
		if (wait && p->flags & (SH_PIPE_VALUE | SH_PIPE_NAME)
		    && !(p->flags & SH_NOT_YET))
			continue;
		return p;
	}
	return NULL;
}

/* The set in use: the default one if it is complete, else the only complete
 * one, else the default one or the first that is open, to complain about. */
static guint
choose_set (const sh_call *call, gboolean wait)
{
	guint n = MAX (call->sets->len, 1);
	int first = -1, complete = -1;

	for (guint i = 0; i < n; i++) {
		if (!(call->open & (1u << i)))
			continue;
		if (first < 0)
			first = (int) i;
		if (complete < 0 && missing (call, i, wait) == NULL)
			complete = (int) i;
	}
	return (guint) (complete >= 0 ? complete : MAX (first, 0));
}

/* Other mandatory parameters that would open another set: "or -SwitchType". */
static char *
ways_out (const sh_call *call, guint set, const sh_param *but)
{
	GString *out = g_string_new (NULL);

	for (guint i = 0; i < call->sets->len; i++) {
		const sh_param *p;
		g_autofree char *way = NULL;

		if (i == set || !(call->open & (1u << i)))
			continue;
		p = missing (call, i, FALSE);
		if (p == NULL || p == but || p->flags & SH_NOT_YET)
			continue;
		way = g_strconcat (", or -", p->name, NULL);
		if (strstr (out->str, way) == NULL)
			g_string_append (out, way);
	}
	return g_string_free (out, FALSE);
}

gboolean
bind_settle (sh_call *call, gboolean wait, GError **error)
{
	guint set = choose_set (call, wait);
	const sh_param *p = missing (call, set, wait);
	g_autofree char *ways = NULL;

	call->set = call->sets->len ? call->sets->pdata[set] : NULL;
	if (p == NULL)
		return TRUE;
	ways = ways_out (call, set, p);
	g_set_error (error, SH_ERROR, SH_ERROR_BIND,
		     "%s needs -%s (%s)%s", call->cmdlet->name, p->name,
		     p->text, ways);
	return FALSE;
}

/* ---- one value to one parameter ---- */

static gboolean
refuse_not_yet (sh_call *call, const sh_param *p, GError **error)
{
	if (!(p->flags & SH_NOT_YET))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
		     "%s -%s: published, not built here yet (%s)",
		     call->cmdlet->name, p->name, p->text);
	return FALSE;
}

static sh_value *
parse_list (sh_call *call, const sh_param *p, const sh_value *given,
	    GError **error)
{
	g_autoptr (sh_value) list = sh_array ();
	guint n = sh_array_length (given);

	if (sh_value_kind (given) != SH_ARRAY) {
		sh_value *one = sh_type_parse (p->type, call, given, error);

		if (one == NULL)
			return NULL;
		sh_array_add (list, one);
		return g_steal_pointer (&list);
	}
	for (guint i = 0; i < n; i++) {
		sh_value *one = sh_type_parse (p->type, call,
					       sh_array_get (given, i), error);

		if (one == NULL)
			return NULL;
		sh_array_add (list, one);
	}
	return g_steal_pointer (&list);
}

static gboolean
is_empty (const sh_value *v)
{
	if (sh_value_kind (v) == SH_ARRAY)
		return sh_array_length (v) == 0;
	return sh_value_kind (v) == SH_STRING && *sh_text (v) == '\0';
}

/* Parses for `p`; the error names the parameter. New reference or NULL. */
static sh_value *
parse_for (sh_call *call, const sh_param *p, const sh_value *given,
	   GError **error)
{
	sh_value *v = p->flags & SH_LIST
			      ? parse_list (call, p, given, error)
			      : sh_type_parse (p->type, call, given, error);

	if (v == NULL) {
		g_prefix_error (error, "%s -%s: ", call->cmdlet->name,
				p->name);
		return NULL;
	}
	if (p->flags & SH_MANDATORY && is_empty (v)
	    && p->type != &sh_type_object && p->type != &sh_type_psobject) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "%s -%s: nothing was given, accepted is %s",
			     call->cmdlet->name, p->name, p->type->text);
		sh_unref (v);
		return NULL;
	}
	return v;
}

sh_slot *
bind_slot (const sh_call *call, const sh_param *p)
{
	return &call->slots[sh_param_index (call->cmdlet, p->name)];
}

gboolean
bind_value (sh_call *call, const sh_param *p, const sh_value *given,
	    GError **error)
{
	sh_slot *slot = bind_slot (call, p);

	if (slot->value != NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "%s: -%s is given twice", call->cmdlet->name,
			     p->name);
		return FALSE;
	}
	if (!refuse_not_yet (call, p, error) || !narrow (call, p, error))
		return FALSE;
	slot->value = parse_for (call, p, given, error);
	return slot->value != NULL;
}

static gboolean
at_position (sh_pos pos, GError **error)
{
	if (error == NULL || *error == NULL || pos.line <= 0)
		return FALSE;
	/* The place belongs behind the words: they stay easy to compare. */
	g_autofree char *with = g_strdup_printf ("%s (line %d, column %d)",
						 (*error)->message, pos.line,
						 pos.column);

	g_free ((*error)->message);
	(*error)->message = g_steal_pointer (&with);
	return FALSE;
}

/* ---- arguments by name ---- */

/* Binds args[i], a name, with the value that belongs to it; `taken` marks the
 * arguments that are used up by that. */
static gboolean
bind_named (sh_call *call, const sh_arg_in *args, guint n, guint i,
	    gboolean *taken, GError **error)
{
	const sh_arg_in *a = &args[i];
	const sh_param *p = sh_param_find (call->cmdlet, a->name, error);
	g_autoptr (sh_value) yes = sh_bool (TRUE);
	const sh_value *v = a->value;

	if (p == NULL)
		return at_position (a->pos, error);
	taken[i] = TRUE;
	if (p->flags & SH_SWITCH && !a->attached) {
		taken[i] = v == NULL;	/* the value stands for itself */
		v = yes;
	} else if (v == NULL && i + 1 < n && args[i + 1].name == NULL) {
		taken[i + 1] = TRUE;
		v = args[i + 1].value;
	}
	if (v == NULL) {
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "%s: -%s needs a value: %s", call->cmdlet->name,
			     p->name, p->text);
		return at_position (a->pos, error);
	}
	if (!bind_value (call, p, v, error))
		return at_position (a->pos, error);
	return TRUE;
}

/* ---- arguments by position ---- */

static gboolean
free_position (const sh_call *call, const sh_param *p, guint i)
{
	if (p->position == 0 || !bind_is_open (call, p, call->open))
		return FALSE;
	return call->slots[i].value == NULL || p->flags & SH_REST;
}

/* Does an optional parameter of a set of `p`, which is mandatory, have the
 * same place? "vm switch" of "vm [name] switch" gives the name nothing. */
static gboolean
needs_the_last (const sh_call *call, const sh_param *p)
{
	const sh_param *q;

	if (!(p->flags & SH_MANDATORY))
		return FALSE;
	for (guint i = 0; (q = sh_param_at (call->cmdlet, i)) != NULL; i++)
		if (q != p && q->position == p->position
		    && !(q->flags & SH_MANDATORY)
		    && bind_is_open (call, q,
				     call->open & set_mask (call, p)))
			return TRUE;
	return FALSE;
}

/* The lowest free place above `place`; G_MAXINT: there is none. */
static int
next_place (const sh_call *call, int place)
{
	const sh_param *p;
	int lowest = G_MAXINT;

	for (guint i = 0; (p = sh_param_at (call->cmdlet, i)) != NULL; i++)
		if (p->position > place && free_position (call, p, i))
			lowest = MIN (lowest, p->position);
	return lowest;
}

/* Has a set of `p` places for `left` more values behind it? */
static gboolean
has_room (const sh_call *call, const sh_param *p, guint left)
{
	guint32 sets = call->open & set_mask (call, p);
	const sh_param *q;

	for (guint32 set = 1; set && set <= sets; set <<= 1) {
		guint32 places = 0;
		gboolean rest = FALSE;

		for (guint i = 0; (q = sh_param_at (call->cmdlet, i)); i++) {
			if (!(set & sets & set_mask (call, q))
			    || q->position < p->position
			    || call->slots[i].value != NULL)
				continue;
			places |= 1u << q->position;
			rest |= (q->flags & SH_REST) != 0;
		}
		places &= ~(1u << p->position);
		if (rest || (guint) __builtin_popcount (places) >= left)
			return TRUE;
	}
	return FALSE;
}

/* Of those at `place` the one whose type fits the value best, the default
 * set's before others. `left`: how many values follow; those of a set that has
 * no place for them come behind. */
static const sh_param *
best_at (sh_call *call, int place, const sh_value *v, guint left)
{
	const sh_param *p, *best = NULL;
	int s, score = -1;

	for (guint i = 0; (p = sh_param_at (call->cmdlet, i)) != NULL; i++) {
		if (p->position != place || !free_position (call, p, i))
			continue;
		s = 16 * (left == 0 && needs_the_last (call, p))
		    + 6 * has_room (call, p, left)
		    + 4 * sh_type_fit (p->type, call, v)
		    + 2 * !(p->flags & SH_NOT_YET)
		    + bind_is_open (call, p, call->open & 1);
		if (s > score) {
			score = s;
			best = p;
		}
	}
	return best;
}

/* The parameter for the next positional value: at the lowest free place. An
 * object that nothing there takes goes on to the first place that does: a
 * switch behind a VM's name is no adapter's name. */
static const sh_param *
next_position (sh_call *call, const sh_value *v, guint left)
{
	int place = next_place (call, 0);
	const sh_param *first = best_at (call, place, v, left), *p = first;

	if (sh_value_kind (v) != SH_ROW && sh_value_kind (v) != SH_OBJECT)
		return first;
	while (p != NULL && sh_type_fit (p->type, call, v) == 0) {
		place = next_place (call, place);
		p = best_at (call, place, v, left);
	}
	return p != NULL ? p : first;
}

/* SH_REST: one more value behind those that it has. */
static gboolean
bind_rest (sh_call *call, const sh_param *p, const sh_value *v,
	   GError **error)
{
	sh_slot *slot = bind_slot (call, p);
	sh_value *one;

	if (!refuse_not_yet (call, p, error) || !narrow (call, p, error))
		return FALSE;
	one = sh_type_parse (p->type, call, v, error);
	if (one == NULL) {
		g_prefix_error (error, "%s -%s: ", call->cmdlet->name,
				p->name);
		return FALSE;
	}
	if (slot->value == NULL)
		slot->value = sh_array ();
	sh_array_add (slot->value, one);
	return TRUE;
}

static gboolean
bind_position (sh_call *call, const sh_arg_in *a, guint left,
	       GError **error)
{
	const sh_param *p = next_position (call, a->value, left);
	g_autofree char *text = NULL;
	gboolean ok;

	if (p == NULL) {
		text = sh_to_text (a->value);
		g_set_error (error, SH_ERROR, SH_ERROR_BIND,
			     "%s: '%s' is one value too many; write the name "
			     "of its parameter before it",
			     call->cmdlet->name, text);
		return at_position (a->pos, error);
	}
	ok = p->flags & SH_REST ? bind_rest (call, p, a->value, error)
				: bind_value (call, p, a->value, error);
	return ok || at_position (a->pos, error);
}

static gboolean
bind_positions (sh_call *call, const sh_arg_in *args, guint n,
		const gboolean *taken, GError **error)
{
	guint left = 0;

	for (guint i = 0; i < n; i++)
		left += !taken[i] && args[i].value != NULL;
	for (guint i = 0; i < n; i++)
		if (!taken[i] && args[i].value != NULL
		    && !bind_position (call, &args[i], --left, error))
			return FALSE;
	return TRUE;
}

/* ---- a call ---- */

static sh_call *
call_new (sh_interp *in, const sh_cmdlet *c)
{
	sh_call *call = g_new0 (sh_call, 1);

	call->in = in;
	call->cmdlet = c;
	while (sh_param_at (c, call->n) != NULL)
		call->n++;
	call->slots = g_new0 (sh_slot, call->n);
	call->sets = sh_cmdlet_sets (c);
	call->open = call->sets->len ? (1u << call->sets->len) - 1 : 1;
	return call;
}

/* `NAME -?`: a call of Get-Help with that name. */
static sh_call *
bind_help (sh_interp *in, const sh_cmdlet *c, sh_pos pos, GError **error)
{
	const sh_cmdlet *help = sh_cmdlet_find ("Get-Help");
	g_autoptr (sh_value) name = sh_string (c->name);
	sh_arg_in arg = { NULL, name, FALSE, FALSE, pos };

	if (help == NULL) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
			     "%s -?: there is no help in this build", c->name);
		return NULL;
	}
	return sh_bind (in, help, &arg, 1, FALSE, error);
}

sh_call *
sh_bind (sh_interp *in, const sh_cmdlet *c, const sh_arg_in *args, guint n,
	 gboolean has_pipeline, GError **error)
{
	g_autoptr (sh_call) call = call_new (in, c);
	g_autofree gboolean *taken = g_new0 (gboolean, n + 1);

	for (guint i = 0; i < n; i++)
		if (g_strcmp0 (args[i].name, "?") == 0)
			return bind_help (in, c, args[i].pos, error);
	for (guint i = 0; i < n; i++)
		if (args[i].name != NULL && !taken[i]
		    && !bind_named (call, args, n, i, taken, error))
			return NULL;
	if (!bind_positions (call, args, n, taken, error))
		return NULL;
	if (!bind_settle (call, has_pipeline, error)) {
		at_position (n ? args[0].pos : (sh_pos) { 0, 0 }, error);
		return NULL;
	}
	sh_call_start_variables (call);
	return g_steal_pointer (&call);
}

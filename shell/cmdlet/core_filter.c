/*
 * core_filter.c - Where-Object, ForEach-Object and Select-Object.
 */
#include <string.h>

#include "../format/format.h"
#include "core.h"

sh_value *
core_input (const sh_call *call)
{
	sh_value *v = sh_input (call);

	return v ? v : sh_arg (call, "InputObject");
}

GPtrArray *
core_gathered (sh_call *call)
{
	GPtrArray *all = sh_call_data (call);

	if (all == NULL) {
		all = g_ptr_array_new_with_free_func (
			(GDestroyNotify) sh_unref);
		sh_call_set_data (call, all,
				  (GDestroyNotify) g_ptr_array_unref);
	}
	return all;
}

gboolean
core_gather (sh_call *call, GError **error)
{
	sh_value *v = core_input (call);
	GPtrArray *all = core_gathered (call);
	gboolean list = v != NULL && sh_value_kind (v) == SH_ARRAY;

	for (guint i = 0; v != NULL && i < (list ? sh_array_length (v) : 1);
	     i++)
		g_ptr_array_add (all, sh_ref (list ? sh_array_get (v, i) : v));
	return TRUE;
}

void
core_emit_each (sh_call *call, sh_value *v)
{
	g_autoptr (sh_value) all = v;

	if (sh_value_kind (v) != SH_ARRAY) {
		sh_emit (call, g_steal_pointer (&all));
		return;
	}
	for (guint i = 0; i < sh_array_length (v); i++)
		sh_emit (call, sh_ref (sh_array_get (v, i)));
}

static void
keep (sh_value *v, gpointer user)
{
	sh_array_add (user, v);
}

static void
pass (sh_value *v, gpointer user)
{
	sh_emit (user, v);
}

/* ---- Where-Object ---- */

static gboolean where_process (sh_call *call, GError **error);

#define TEST(name, what) \
	{ name, &sh_type_switch, SH_SWITCH, 0, NULL, "Property", what }

static const sh_param where_params[] = {
	{ "FilterScript", &sh_type_block, SH_MANDATORY, 1, NULL, "Script",
	  "block that says yes or no of $_" },
	{ "Property", &sh_type_string, SH_MANDATORY, 1, NULL, "Property",
	  "property to look at; alone: is it true?" },
	{ "Value", &sh_type_object, 0, 2, NULL, "Property",
	  "what to compare with" },
	TEST ("EQ", "is equal to -Value"),
	TEST ("NE", "is not equal to -Value"),
	TEST ("GT", "is greater than -Value"),
	TEST ("GE", "is not less than -Value"),
	TEST ("LT", "is less than -Value"),
	TEST ("LE", "is not greater than -Value"),
	TEST ("Like", "fits the wildcard pattern"),
	TEST ("NotLike", "does not fit the wildcard pattern"),
	TEST ("Match", "fits the regular expression"),
	TEST ("NotMatch", "does not fit the regular expression"),
	TEST ("Contains", "is a list that has -Value in it"),
	TEST ("NotContains", "is a list without -Value"),
	TEST ("In", "is one of the list -Value"),
	TEST ("NotIn", "is none of the list -Value"),
	TEST ("CEQ", "is equal to -Value, case too"),
	TEST ("CLike", "fits the wildcard pattern, case too"),
	TEST ("CMatch", "fits the regular expression, case too"),
	TEST ("Not", "is false or empty"),
	CORE_INPUT ("objects to choose from"),
};

const sh_cmdlet cmdlet_where_object = {
	"Where-Object", "Utility", "?,where", 0, "Script", where_params,
	G_N_ELEMENTS (where_params), NULL,
	"Lets those objects pass for which the condition is true",
	"1..5 | Where-Object { $_ -gt 3 }", NULL, NULL, where_process, NULL,
};

static const char *
where_operator (const sh_call *call)
{
	static const char *const names[] = {
		"EQ", "NE", "GT", "GE", "LT", "LE", "Like", "NotLike",
		"Match", "NotMatch", "Contains", "NotContains", "In", "NotIn",
		"CEQ", "CLike", "CMatch",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
		if (sh_arg_on (call, names[i]))
			return names[i];
	return NULL;
}

static sh_value *
where_property (sh_call *call, sh_value *item, GError **error)
{
	g_autoptr (sh_value) v = sh_member (item, sh_arg_text (call,
							       "Property"));
	g_autoptr (sh_value) none = sh_null ();
	const char *op = where_operator (call);
	sh_value *with = sh_arg (call, "Value");

	if (op != NULL)
		return sh_operate (sh_call_interp (call), op, v,
				   with ? with : none, error);
	return sh_bool (sh_truth (v) != sh_arg_on (call, "Not"));
}

static gboolean
where_process (sh_call *call, GError **error)
{
	sh_value *item = core_input (call);
	sh_value *block = sh_arg (call, "FilterScript");
	g_autoptr (sh_value) said = NULL;

	if (item == NULL)
		return TRUE;
	if (block != NULL) {
		said = sh_array ();
		if (!sh_block_call (sh_call_interp (call),
				    sh_block_get (block), item, NULL, keep,
				    said, error))
			return FALSE;
	} else {
		said = where_property (call, item, error);
		if (said == NULL)
			return FALSE;
	}
	if (sh_truth (said))
		sh_emit (call, sh_ref (item));
	return TRUE;
}

/* ---- ForEach-Object ---- */

static gboolean each_begin (sh_call *call, GError **error);
static gboolean each_process (sh_call *call, GError **error);
static gboolean each_end (sh_call *call, GError **error);

static const sh_param each_params[] = {
	{ "Process", &sh_type_block, SH_MANDATORY, 1, NULL, "Script",
	  "block that runs for each object, which is $_" },
	{ "MemberName", &sh_type_string, SH_MANDATORY, 1, NULL, "Member",
	  "property to read, or method to call" },
	{ "Begin", &sh_type_block, 0, 0, NULL, "Script",
	  "block that runs before the first object" },
	{ "End", &sh_type_block, 0, 0, NULL, "Script",
	  "block that runs behind the last object" },
	{ "ArgumentList", &sh_type_object, SH_LIST | SH_REST, 2, "Args",
	  "Member", "arguments of the method" },
	{ "RemainingScripts", &sh_type_block, SH_LIST | SH_REST, 2, NULL,
	  "Script", "with two or three blocks: begin, process, end" },
	CORE_INPUT ("objects to go through"),
};

const sh_cmdlet cmdlet_foreach_object = {
	"ForEach-Object", "Utility", "%,foreach", 0, "Script", each_params,
	G_N_ELEMENTS (each_params), NULL,
	"Runs a block for each object, or reads a property of each",
	"1..3 | ForEach-Object { $_ * 2 }", NULL, each_begin, each_process,
	each_end,
};

/* { a } { b } { c } are begin, process, end; { a } { b } without the end. */
static sh_value *
each_block (const sh_call *call, int part)
{
	sh_value *rest = sh_arg (call, "RemainingScripts");
	guint more = rest ? sh_array_length (rest) : 0;
	sh_value *first = sh_arg (call, "Process");

	switch (part) {
	case 0:
		return more ? first : sh_arg (call, "Begin");
	case 1:
		return more ? sh_array_get (rest, 0) : first;
	default:
		return more > 1 ? sh_array_get (rest, 1)
			: sh_arg (call, "End");
	}
}

static gboolean
each_run (sh_call *call, int part, sh_value *item, GError **error)
{
	sh_value *block = each_block (call, part);

	return block == NULL
		|| sh_block_call (sh_call_interp (call), sh_block_get (block),
				  item, NULL, pass, call, error);
}

static gboolean
each_begin (sh_call *call, GError **error)
{
	return each_run (call, 0, NULL, error);
}

static gboolean
each_process (sh_call *call, GError **error)
{
	const char *name = sh_arg_text (call, "MemberName");
	sh_value *item = core_input (call);

	if (name == NULL)
		return each_run (call, 1, item, error);
	if (item == NULL)
		return TRUE;
	if (!sh_given (call, "ArgumentList") && sh_has_member (item, name))
		core_emit_each (call, sh_member (item, name));
	else {
		sh_value *v = sh_invoke (sh_call_interp (call), item, name,
					 sh_arg (call, "ArgumentList"), error);

		if (v == NULL)
			return FALSE;
		core_emit_each (call, v);
	}
	return TRUE;
}

static gboolean
each_end (sh_call *call, GError **error)
{
	return each_run (call, 2, NULL, error);
}

/* ---- Select-Object ---- */

static gboolean select_process (sh_call *call, GError **error);
static gboolean select_end (sh_call *call, GError **error);

static const sh_param select_params[] = {
	{ "Property", &sh_type_object, SH_LIST, 1, NULL, NULL,
	  "properties to keep; wildcards and @{n='x';e={…}} too" },
	{ "ExpandProperty", &sh_type_string, 0, 0, NULL, NULL,
	  "property whose values go on instead of the object" },
	{ "ExcludeProperty", &sh_type_string, SH_LIST, 0, NULL, NULL,
	  "properties to leave out; wildcards too" },
	{ "First", &sh_type_int32, 0, 0, NULL, NULL,
	  "how many from the start" },
	{ "Last", &sh_type_int32, 0, 0, NULL, NULL, "how many from the end" },
	{ "Skip", &sh_type_int32, 0, 0, NULL, NULL,
	  "how many to leave out at the start" },
	{ "SkipLast", &sh_type_int32, 0, 0, NULL, NULL,
	  "how many to leave out at the end" },
	{ "Index", &sh_type_int32, SH_LIST, 0, NULL, NULL,
	  "only those at these places, from 0" },
	{ "Wait", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: what comes before runs on" },
	{ "Unique", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "the same only once" },
	CORE_INPUT ("objects to choose from"),
};

const sh_cmdlet cmdlet_select_object =
	CORE_CMDLET ("Select-Object", "select", select_params,
		     "Keeps some properties of objects, or some of the objects",
		     "1..5 | Select-Object -First 2", NULL, select_process,
		     select_end);

typedef struct {
	guint64 seen, passed;
	GQueue tail;		/* of -Last */
	GHashTable *known;	/* of -Unique */
	GPtrArray *columns;	/* of the objects of `noun`; or NULL */
	const vmnet_noun *noun;
} selection;

static void
selection_free (gpointer p)
{
	selection *s = p;

	g_queue_clear_full (&s->tail, (GDestroyNotify) sh_unref);
	g_hash_table_unref (s->known);
	if (s->columns != NULL)
		g_ptr_array_unref (s->columns);
	g_free (s);
}

static selection *
selection_of (sh_call *call)
{
	selection *s = sh_call_data (call);

	if (s == NULL) {
		s = g_new0 (selection, 1);
		g_queue_init (&s->tail);
		s->known = g_hash_table_new_full (g_str_hash, g_str_equal,
						  g_free, NULL);
		sh_call_set_data (call, s, selection_free);
	}
	return s;
}

static gboolean
excluded (const sh_call *call, const char *name)
{
	sh_value *list = sh_arg (call, "ExcludeProperty");

	for (guint i = 0; list && i < sh_array_length (list); i++)
		if (sh_like (name, sh_text (sh_array_get (list, i)), FALSE))
			return TRUE;
	return FALSE;
}

/* Do the columns hang on what each object has? */
static gboolean
any_pattern (const sh_value *property)
{
	for (guint i = 0; i < sh_array_length (property); i++) {
		const char *t = sh_text (sh_array_get (property, i));

		if (t != NULL && sh_has_wildcard (t))
			return TRUE;
	}
	return FALSE;
}

static GPtrArray *
columns_for (sh_call *call, selection *s, sh_value *item)
{
	g_autoptr (GPtrArray) one = g_ptr_array_new ();
	g_autoptr (sh_value) all = NULL;
	sh_value *property = sh_arg (call, "Property");

	if (s->columns != NULL && s->noun == sh_row_noun (item))
		return g_ptr_array_ref (s->columns);
	if (property == NULL) {
		property = all = sh_array ();
		sh_array_add (all, sh_string ("*"));
	}
	g_ptr_array_add (one, item);
	g_clear_pointer (&s->columns, g_ptr_array_unref);
	s->columns = sh_columns (sh_call_interp (call), property, one, FALSE);
	s->noun = sh_row_noun (item);
	if (any_pattern (property))
		return g_steal_pointer (&s->columns);
	return g_ptr_array_ref (s->columns);
}

static sh_value *
select_properties (sh_call *call, selection *s, sh_value *item)
{
	g_autoptr (GPtrArray) columns = columns_for (call, s, item);
	sh_value *out = sh_object ("PSCustomObject");

	for (guint i = 0; i < columns->len; i++) {
		sh_column *c = columns->pdata[i];
		const char *name = c->block || !c->name ? c->heading
			: c->name;

		/* @{n='x'; e='Name'} has a name of its own. */
		if (c->name && g_strcmp0 (c->name, c->heading) != 0
		    && sh_row_noun (item) == NULL)
			name = c->heading;
		if (!excluded (call, name))
			sh_set (out, name, sh_column_value (
				sh_call_interp (call), c, item));
	}
	return out;
}

static void
select_emit (sh_call *call, selection *s, sh_value *v)
{
	if (sh_arg_on (call, "Unique")) {
		char *key = sh_json (sh_call_interp (call), v, 1, TRUE);

		if (!g_hash_table_add (s->known, key)) {
			sh_unref (v);
			return;
		}
	}
	s->passed++;
	sh_emit (call, v);
}

static void
select_one (sh_call *call, selection *s, sh_value *item)
{
	const char *expand = sh_arg_text (call, "ExpandProperty");
	g_autoptr (sh_value) v = NULL;

	if (expand != NULL) {
		v = sh_member (item, expand);
		for (guint i = 0; i < sh_array_length (v); i++)
			select_emit (call, s, sh_ref (sh_array_get (v, i)));
	} else if (sh_given (call, "Property")
		   || sh_given (call, "ExcludeProperty")) {
		select_emit (call, s, select_properties (call, s, item));
	} else {
		select_emit (call, s, sh_ref (item));
	}
}

static gboolean
index_wanted (sh_call *call, guint64 at)
{
	sh_value *list = sh_arg (call, "Index");

	for (guint i = 0; list && i < sh_array_length (list); i++) {
		gint64 wanted = -1;

		sh_to_int (sh_array_get (list, i), &wanted);
		if (wanted >= 0 && (guint64) wanted == at)
			return TRUE;
	}
	return list == NULL;
}

/* What the end of the list decides: the oldest that must go is passed on, or
 * dropped. */
static void
select_tail (sh_call *call, selection *s, guint64 keep, gboolean pass_on)
{
	sh_value *oldest;

	if (s->tail.length <= keep)
		return;
	oldest = g_queue_pop_head (&s->tail);
	if (pass_on)
		select_one (call, s, oldest);
	sh_unref (oldest);
}

static gboolean
select_process (sh_call *call, GError **error)
{
	selection *s = selection_of (call);
	sh_value *item = core_input (call);
	vmnet_opt skip = sh_arg_opt (call, "Skip");
	vmnet_opt first = sh_arg_opt (call, "First");
	vmnet_opt last = sh_arg_opt (call, "Last");
	vmnet_opt less = sh_arg_opt (call, "SkipLast");

	if (item == NULL || s->seen++ < (skip.set ? skip.value : 0)
	    || !index_wanted (call, s->seen - 1))
		return TRUE;
	if (first.set && s->passed < first.value) {
		select_one (call, s, item);
	} else if (last.set || less.set) {
		g_queue_push_tail (&s->tail, sh_ref (item));
		select_tail (call, s, last.set ? last.value : less.value,
			     less.set);
		return TRUE;
	} else if (!first.set) {
		select_one (call, s, item);
	}
	if (!first.set || last.set || s->passed < first.value)
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_STOP, "enough");
	return FALSE;
}

static gboolean
select_end (sh_call *call, GError **error)
{
	selection *s = selection_of (call);
	gboolean drop = sh_given (call, "SkipLast");
	sh_value *item;

	while ((item = g_queue_pop_head (&s->tail)) != NULL) {
		if (!drop)
			select_one (call, s, item);
		sh_unref (item);
	}
	return TRUE;
}

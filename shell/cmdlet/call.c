/*
 * call.c - what a handler sees of its call: bound values, the pipeline's
 * object, the way out for results and warnings. Filled by bind.c.
 */
#include "call.h"
#include "lang/private.h"

#include <stdarg.h>
#include <string.h>

/* An entry and its handler stand in the same file: a name that the entry does
 * not have is a mistake of ours, found by the first test that gets here. */
static const sh_slot *
slot_of (const sh_call *call, const char *param)
{
	int i = sh_param_index (call->cmdlet, param);

	if (i < 0)
		g_error ("%s has no parameter %s", call->cmdlet->name, param);
	return &call->slots[i];
}

gboolean
sh_given (const sh_call *call, const char *param)
{
	return slot_of (call, param)->value != NULL;
}

sh_value *
sh_arg (const sh_call *call, const char *param)
{
	return slot_of (call, param)->value;
}

const char *
sh_arg_text (const sh_call *call, const char *param)
{
	sh_value *v = sh_arg (call, param);

	if (v == NULL || sh_value_kind (v) != SH_STRING)
		return NULL;
	return sh_text (v);
}

gboolean
sh_arg_on (const sh_call *call, const char *param)
{
	sh_value *v = sh_arg (call, param);

	return v != NULL && sh_truth (v);
}

vmnet_opt
sh_arg_opt (const sh_call *call, const char *param)
{
	sh_value *v = sh_arg (call, param);
	vmnet_opt out = { FALSE, 0 };
	gint64 i;

	if (v != NULL && sh_to_int (v, &i) && i >= 0) {
		out.set = TRUE;
		out.value = (guint64) i;
	}
	return out;
}

const char *
sh_call_set (const sh_call *call)
{
	return call->set;
}

const sh_cmdlet *
sh_call_cmdlet (const sh_call *call)
{
	return call->cmdlet;
}

sh_value *
sh_input (const sh_call *call)
{
	return call->input;
}

sh_interp *
sh_call_interp (const sh_call *call)
{
	return call->in;
}

void
sh_call_on_emit (sh_call *call, sh_emit_func f, gpointer user)
{
	call->emit = f;
	call->emit_user = user;
}

/* ---- variables that common parameters name ---- */

static const char *
variable_name (const sh_call *call, const char *param)
{
	int i = sh_param_index (call->cmdlet, param);
	sh_value *v = i < 0 ? NULL : call->slots[i].value;

	return v != NULL && sh_value_kind (v) == SH_STRING ? sh_text (v)
							    : NULL;
}

void
sh_call_start_variables (sh_call *call)
{
	static const char *const params[] = {
		"OutVariable", "ErrorVariable", "WarningVariable",
	};

	for (guint i = 0; i < G_N_ELEMENTS (params); i++) {
		const char *name = variable_name (call, params[i]);

		if (name != NULL && *name != '+')
			sh_var_set (call->in, name, sh_list_new (
				SH_L_ARRAYLIST, NULL, FALSE));
	}
	call->watched = variable_name (call, "OutVariable") != NULL
		|| variable_name (call, "PipelineVariable") != NULL;
}

void
sh_call_note (sh_call *call, const char *param, sh_value *v)
{
	const char *name = variable_name (call, param);
	g_autoptr (sh_value) item = v;
	g_autoptr (sh_value) old = NULL;
	sh_value *list;

	if (name == NULL)
		return;
	old = sh_var_get (call->in, name + (*name == '+'));
	/* The list that the call began with is its own. */
	if (*name != '+' && old && sh_value_kind (old) == SH_ARRAY) {
		sh_array_add (old, g_steal_pointer (&item));
		return;
	}
	name += *name == '+';
	list = sh_list_new (SH_L_ARRAYLIST, NULL, FALSE);
	for (guint i = 0; old != NULL && i < sh_array_length (old); i++)
		sh_array_add (list, sh_ref (sh_array_get (old, i)));
	sh_array_add (list, g_steal_pointer (&item));
	sh_var_set (call->in, name, list);
}

void
sh_emit (sh_call *call, sh_value *v)
{
	const char *current = call->watched
		? variable_name (call, "PipelineVariable") : NULL;

	if (current != NULL)
		sh_var_set (call->in, current, sh_ref (v));
	if (call->watched)
		sh_call_note (call, "OutVariable", sh_ref (v));
	if (call->emit != NULL)
		call->emit (v, call->emit_user);
	else
		sh_unref (v);
}

void
sh_emit_row (sh_call *call, vmnet_row *row)
{
	sh_emit (call, sh_row (row));
	vmnet_row_unref (row);
}

static gboolean
warnings_hidden (const sh_call *call)
{
	int i = sh_param_index (call->cmdlet, "WarningAction");
	sh_value *v = i < 0 ? NULL : call->slots[i].value;
	g_autoptr (sh_value) prefers = v ? NULL
		: sh_var_get (call->in, "WarningPreference");
	const char *word = v ? sh_text (v)
		: prefers ? sh_action_word (prefers) : NULL;

	return g_strcmp0 (word, "SilentlyContinue") == 0
	       || g_strcmp0 (word, "Ignore") == 0;
}

void
sh_warn (sh_call *call, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start (ap, format);
	text = g_strdup_vprintf (format, ap);
	va_end (ap);
	sh_call_note (call, "WarningVariable", sh_string (text));
	sh_stream_keep (call->in, '3', text);
	if (warnings_hidden (call))
		return;
	sh_warning (call->in, text);
}

void
sh_call_set_data (sh_call *call, gpointer data, GDestroyNotify free_func)
{
	if (call->data_free != NULL && call->data != NULL)
		call->data_free (call->data);
	call->data = data;
	call->data_free = free_func;
}

gpointer
sh_call_data (const sh_call *call)
{
	return call->data;
}

void
sh_call_free (sh_call *call)
{
	if (call == NULL)
		return;
	sh_call_set_data (call, NULL, NULL);
	for (guint i = 0; i < call->n; i++)
		if (call->slots[i].value != NULL)
			sh_unref (call->slots[i].value);
	if (call->input != NULL)
		sh_unref (call->input);
	g_free (call->slots);
	g_ptr_array_unref (call->sets);
	g_free (call);
}

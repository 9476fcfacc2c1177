/*
 * words.c - the arguments of a command at run time: evaluated and splatted.
 */
#include <string.h>

#include "interp.h"

void
args_in_clear (gpointer p)
{
	sh_arg_in *a = p;

	g_free (a->name);
	sh_unref (a->value);
}

static void
add_named (GArray *out, const char *name, sh_value *v, sh_pos pos)
{
	sh_arg_in a = { g_strdup (name), v, FALSE, TRUE, pos };

	g_array_append_val (out, a);
}

/* As it stands in a line, with its value maybe behind it. */
static void
add_name (GArray *out, const char *name, sh_pos pos)
{
	sh_arg_in a = { g_strdup (name), NULL, FALSE, FALSE, pos };

	g_array_append_val (out, a);
}

static void
add_plain (GArray *out, sh_value *v, sh_pos pos)
{
	sh_arg_in a = { NULL, v, FALSE, FALSE, pos };

	g_array_append_val (out, a);
}

/* @params: a hash gives named arguments, an array positional ones. */
static void
splat (sh_interp *in, const node *arg, GArray *out, sh_pos pos)
{
	g_autoptr (sh_value) v = var_get (in, arg->text);
	g_auto (GStrv) names = NULL;

	if (v == NULL)
		return;
	if (sh_value_kind (v) != SH_HASH && sh_value_kind (v) != SH_OBJECT) {
		for (guint i = 0; i < sh_array_length (v); i++) {
			sh_value *item = sh_array_get (v, i);

			if (sh_text_kind_of (item) == SH_T_PARAM)
				add_name (out, sh_text (item) + 1, pos);
			else
				add_plain (out, sh_ref (item), pos);
		}
		return;
	}
	names = sh_properties (v);
	for (char **k = names; *k != NULL; k++)
		add_named (out, *k, sh_get (v, *k), pos);
}

static gboolean
add_argument (sh_interp *in, node *arg, GArray *out, GError **error)
{
	sh_pos pos = script_pos (in->script, arg->at);
	sh_arg_in a = { NULL, NULL, (arg->flag & ARG_BARE) != 0,
			(arg->flag & ARG_ATTACHED) != 0, pos };

	if (arg->flag & ARG_SPLAT) {
		splat (in, arg, out, pos);
		return TRUE;
	}
	if (arg->a != NULL) {
		a.value = eval (in, arg->a, error);
		if (a.value == NULL)
			return FALSE;
	}
	a.name = g_strdup (arg->text);
	g_array_append_val (out, a);
	return TRUE;
}

GArray *
eval_command_args (sh_interp *in, node *command, GError **error)
{
	g_autoptr (GArray) out = g_array_new (FALSE, TRUE,
					      sizeof (sh_arg_in));

	g_array_set_clear_func (out, args_in_clear);
	for (guint i = 0; command->kids && i < command->kids->len; i++) {
		node *arg = command->kids->pdata[i];

		if (arg->kind == N_ARG && !add_argument (in, arg, out, error))
			return NULL;
	}
	return g_steal_pointer (&out);
}

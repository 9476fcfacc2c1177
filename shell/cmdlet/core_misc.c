/*
 * core_misc.c - objects: Get-Member, New-Object and Add-Member.
 */
#include <string.h>

#include "core.h"

static gboolean get_member (sh_call *call, GError **error);
static gboolean new_object (sh_call *call, GError **error);
static gboolean add_member (sh_call *call, GError **error);

static const sh_param member_params[] = {
	{ "Name", &sh_type_string, SH_LIST, 1, NULL, NULL,
	  "members to show; wildcards too" },
	{ "MemberType", &sh_type_string, SH_LIST, 0, "Type", NULL,
	  "Property, NoteProperty, Method, Properties, All" },
	{ "Static", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: what a type has itself is not listed" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "accepted: nothing is hidden" },
	CORE_INPUT ("objects to look into"),
};

const sh_cmdlet cmdlet_get_member =
	CORE_CMDLET ("Get-Member", "gm", member_params,
		     "Shows the properties that objects have",
		     "Get-VMSwitch | Get-Member", NULL, get_member, NULL);

static gboolean
name_wanted (const sh_call *call, const char *name)
{
	sh_value *names = sh_arg (call, "Name");

	for (guint i = 0; names && i < sh_array_length (names); i++)
		if (sh_like (name, sh_text (sh_array_get (names, i)), FALSE))
			return TRUE;
	return names == NULL;
}

static gboolean
kind_wanted (const sh_call *call, const char *kind)
{
	sh_value *kinds = sh_arg (call, "MemberType");

	for (guint i = 0; kinds && i < sh_array_length (kinds); i++) {
		const char *want = sh_text (sh_array_get (kinds, i));

		if (g_ascii_strcasecmp (want, kind) == 0
		    || g_ascii_strcasecmp (want, "All") == 0
		    || (g_ascii_strcasecmp (want, "Properties") == 0
			&& g_str_has_suffix (kind, "Property")))
			return TRUE;
	}
	return kinds == NULL;
}

static void
emit_member (sh_call *call, const sh_value *item, const char *name,
	     const char *kind, const char *definition)
{
	sh_value *out;

	if (!name_wanted (call, name) || !kind_wanted (call, kind))
		return;
	out = sh_object ("MemberDefinition");
	sh_set (out, "TypeName", sh_string (sh_type_name (item)));
	sh_set (out, "Name", sh_string (name));
	sh_set (out, "MemberType", sh_string (kind));
	sh_set (out, "Definition", sh_string (definition));
	sh_emit (call, out);
}

static void
emit_properties (sh_call *call, sh_value *item)
{
	const vmnet_noun *noun = sh_row_noun (item);
	g_auto (GStrv) names = sh_properties (item);

	if (sh_text (item) != NULL)
		emit_member (call, item, "Length", "Property",
			     "int Length {get;}");
	for (char **n = names; *n != NULL; n++) {
		const vmnet_field *f = noun ? vmnet_noun_field (noun, *n)
			: NULL;
		g_autoptr (sh_value) v = sh_get (item, *n);

		emit_member (call, item, *n, f ? "Property" : "NoteProperty",
			     f ? f->text : sh_type_name (v));
	}
}

static void
emit_methods (sh_call *call, sh_value *item)
{
	g_auto (GStrv) names = sh_method_names (item);

	for (char **n = names; *n != NULL; n++) {
		g_autofree char *text = g_strconcat (*n, "()", NULL);

		emit_member (call, item, *n, "Method", text);
	}
}

/* One object of each type is enough. */
static gboolean
get_member (sh_call *call, GError **error)
{
	sh_value *item = core_input (call);
	GHashTable *seen = sh_call_data (call);

	if (seen == NULL) {
		seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
					      NULL);
		sh_call_set_data (call, seen,
				  (GDestroyNotify) g_hash_table_unref);
	}
	if (item == NULL
	    || !g_hash_table_add (seen, g_strdup (sh_type_name (item))))
		return TRUE;
	if (sh_given (call, "MemberType"))
		emit_methods (call, item);
	emit_properties (call, item);
	return TRUE;
}

static const sh_param new_object_params[] = {
	{ "TypeName", &sh_type_string, SH_MANDATORY, 1, "Type", NULL,
	  "PSObject, System.Collections.ArrayList, an exception, a class" },
	{ "ArgumentList", &sh_type_object, SH_LIST, 2, "Args", NULL,
	  "what it is made of" },
	{ "Property", &sh_type_hash, 0, 0, NULL, NULL,
	  "hash table of its properties" },
	{ "ComObject", &sh_type_string, SH_NOT_YET, 0, NULL, NULL,
	  "objects of COM: Windows alone has them" },
};

const sh_cmdlet cmdlet_new_object =
	CORE_CMDLET ("New-Object", NULL, new_object_params,
		     "Makes an object of your own",
		     "New-Object PSObject -Property @{ Name = 'web1' }", NULL,
		     new_object, NULL);

static gboolean
new_object (sh_call *call, GError **error)
{
	sh_value *from = sh_arg (call, "Property");
	g_auto (GStrv) names = from ? sh_properties (from) : NULL;
	sh_value *out = sh_make (sh_call_interp (call),
				 sh_arg_text (call, "TypeName"),
				 sh_arg (call, "ArgumentList"), error);

	if (out == NULL)
		return FALSE;
	for (char **n = names; n != NULL && *n != NULL; n++)
		sh_set (out, *n, sh_get (from, *n));
	sh_emit (call, out);
	return TRUE;
}

static const sh_param add_member_params[] = {
	{ "MemberType", &sh_type_string, 0, 1, "Type", NULL,
	  "NoteProperty, which is a value, or ScriptMethod, a block" },
	{ "Name", &sh_type_object, 0, 2, "NotePropertyName", NULL,
	  "name of the property" },
	{ "Value", &sh_type_object, 0, 3, "NotePropertyValue", NULL,
	  "value of the property" },
	{ "NotePropertyMembers", &sh_type_hash, 0, 0, NULL, NULL,
	  "hash table of several properties" },
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also when the object has it" },
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "hand the object on" },
	CORE_INPUT ("object that gets the property"),
};

const sh_cmdlet cmdlet_add_member =
	CORE_CMDLET ("Add-Member", NULL, add_member_params,
		     "Adds a property to an object",
		     "[pscustomobject]@{ a = 1 } | Add-Member NoteProperty b "
		     "2 -PassThru", NULL, add_member, NULL);

/* `Add-Member NoteProperty b 2` and `Add-Member b 2` name it. */
static char *
member_asked (sh_call *call, sh_value **v, GError **error)
{
	static const char *const kinds[] = {
		"NoteProperty", "ScriptMethod", "AliasProperty",
	};
	const char *type = sh_arg_text (call, "MemberType");
	sh_value *name = sh_arg (call, "Name");

	*v = sh_arg (call, "Value");
	for (gsize i = 0; type != NULL && i < G_N_ELEMENTS (kinds); i++)
		if (g_ascii_strcasecmp (type, kinds[i]) == 0)
			type = NULL;
	if (type == NULL && name != NULL)
		return sh_to_text (name);
	if (type != NULL && *v == NULL && g_ascii_strcasecmp (
		    type, "ScriptProperty") != 0) {
		*v = name;
		return g_strdup (type);
	}
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "Add-Member: a name and "
		     "a value are needed, of a NoteProperty, ScriptMethod or "
		     "AliasProperty");
	return NULL;
}

static gboolean
add_members (sh_call *call, sh_value *item, GError **error)
{
	sh_value *all = sh_arg (call, "NotePropertyMembers"), *v;
	g_auto (GStrv) names = all ? sh_properties (all) : NULL;
	g_autofree char *name = all ? NULL : member_asked (call, &v, error);
	const char *type = sh_arg_text (call, "MemberType");

	for (char **n = names; n != NULL && *n != NULL; n++)
		sh_set (item, *n, sh_get (all, *n));
	if (all != NULL)
		return TRUE;
	if (name == NULL)
		return FALSE;
	if (type && g_ascii_strcasecmp (type, "AliasProperty") == 0
	    && v && sh_text (v))
		sh_set (item, name, sh_member (item, sh_text (v)));
	else
		sh_set (item, name, v ? sh_ref (v) : sh_null ());
	return TRUE;
}

static gboolean
add_member (sh_call *call, GError **error)
{
	sh_value *item = core_input (call);
	sh_kind k = item ? sh_value_kind (item) : SH_NULL;

	if (k != SH_OBJECT && k != SH_ROW && k != SH_HASH) {
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "Add-Member: a %s takes no property", item
			     ? sh_type_name (item) : "missing object");
		return FALSE;
	}
	if (!add_members (call, item, error))
		return FALSE;
	if (sh_arg_on (call, "PassThru"))
		sh_emit (call, sh_ref (item));
	return TRUE;
}

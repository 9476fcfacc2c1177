/*
 * net_object.c - objects that New-Object and [type]::new make: exceptions,
 * credentials, lists, dictionaries, text builders; and the methods of lists
 * that are called on their type.
 */
#include <string.h>
#include <unistd.h>

#include "dotnet.h"

static gboolean
is_list (const net_call *c, const char *method)
{
	if (sh_value_kind (net_arg (c, 0)) == SH_ARRAY
	    && sh_list_kind_of (net_arg (c, 0)) < SH_L_SET)
		return TRUE;
	net_fail (c, "%s needs a list: a %s is none", method,
		  sh_type_name (net_arg (c, 0)));
	return FALSE;
}

static sh_value *
list_reverse (const net_call *c)
{
	if (!is_list (c, "Reverse"))
		return NULL;
	sh_array_reverse (net_arg (c, 0));
	return sh_void ();
}

static sh_value *
list_sort (const net_call *c)
{
	return is_list (c, "Sort")
		&& sh_array_sort (net_arg (c, 0), c->in, c->error) ? sh_void ()
		: NULL;
}

static sh_value *
list_index (const net_call *c)
{
	sh_value *list = net_arg (c, 0);

	for (guint i = 0; i < sh_array_length (list); i++)
		if (sh_equal (sh_array_get (list, i), net_arg (c, 1), TRUE))
			return sh_int (i);
	return sh_int (-1);
}

static sh_value *
builder_new (const net_call *c)
{
	sh_value *v = sh_object ("StringBuilder");
	g_autofree char *text = net_text (c, 0);

	if (net_arg (c, 0) && sh_value_kind (net_arg (c, 0)) == SH_INT)
		*text = '\0';	/* the room that it shall have */
	sh_set (v, "Length", sh_int (g_utf8_strlen (text, -1)));
	sh_set (v, "\001text", sh_string (text));
	return v;
}

static sh_value *
random_new (const net_call *c)
{
	return sh_object ("Random");
}

static sh_value *
credential_new (const net_call *c)
{
	g_autofree char *user = net_text (c, 0);
	sh_value *v = sh_object ("PSCredential");

	sh_set (v, "UserName", sh_string (user));
	sh_set (v, "Password", sh_ref (net_arg (c, 1)));
	sh_set (v, "\001text", sh_string (
		"System.Management.Automation.PSCredential"));
	return v;
}

static sh_value *
credential_plain (const net_call *c)
{
	sh_value *out = sh_object ("NetworkCredential");
	sh_value *secret = sh_peek (c->self, "Password");
	sh_value *plain = secret && sh_value_kind (secret) == SH_OBJECT
		? sh_peek (secret, "\001plain") : NULL;

	sh_set (out, "UserName", sh_ref (sh_peek (c->self, "UserName")));
	sh_set (out, "Password", plain ? sh_ref (plain) : sh_string (""));
	return out;
}

static sh_value *
principal_new (const net_call *c)
{
	sh_value *v = sh_object ("WindowsPrincipal");

	sh_set (v, "Identity", sh_ref (net_arg (c, 0)));
	return v;
}

static sh_value *
principal_role (const net_call *c)
{
	return sh_bool (geteuid () == 0);
}

static sh_value *
key_value (const net_call *c)
{
	g_autofree char *name = net_text (c, 0);
	sh_value *v = sh_peek (c->self, name);

	return v ? sh_ref (v) : sh_null ();
}

static sh_value *
set_env (const net_call *c)
{
	g_autofree char *name = net_text (c, 0), *value = net_text (c, 1);

	if (*value != '\0')
		g_setenv (name, value, TRUE);
	else
		g_unsetenv (name);
	return sh_void ();
}

static sh_value *
folder_exists (const net_call *c)
{
	g_autofree char *name = net_text (c, 0);

	return sh_bool (g_file_test (name, G_FILE_TEST_IS_DIR));
}

static sh_value *
read_text (const net_call *c)
{
	g_autofree char *name = net_text (c, 0), *text = NULL;
	g_autoptr (GError) e = NULL;

	if (!g_file_get_contents (name, &text, NULL, &e))
		return fail_as (c->in, c->n, SH_ERROR_NOT_FOUND, c->error,
				"%s", e->message);
	return sh_string_take (g_utf8_make_valid (text, -1));
}

static sh_value *
block_create (const net_call *c)
{
	g_autofree char *text = net_text (c, 0);
	g_autoptr (script) s = script_parse (text, NULL, c->error);

	return s ? block_of (s, s->root, 0, (guint) strlen (text)) : NULL;
}

static sh_value *
host_addresses (const net_call *c)
{
	sh_value *out = sh_object ("IPHostEntry");

	sh_set (out, "HostName", sh_string (g_get_host_name ()));
	return out;
}

const net_method net_object_statics[] = {
	{ "object[]", "Reverse", 1, list_reverse },
	{ "object[]", "Sort", 1, list_sort },
	{ "object[]", "IndexOf", 2, list_index },
	{ "text.stringbuilder", "new", 0, builder_new },
	{ "random", "new", 0, random_new },
	{ "management.automation.pscredential", "new", 2, credential_new },
	{ "pscredential", "new", 2, credential_new },
	{ "security.principal.windowsprincipal", "new", 1, principal_new },
	{ "environment", "SetEnvironmentVariable", 2, set_env },
	{ "io.directory", "Exists", 1, folder_exists },
	{ "file", "ReadAllText", 1, read_text },
	{ "scriptblock", "Create", 1, block_create },
	{ "dns", "GetHostEntry", 0, host_addresses },
	{ NULL, NULL, 0, NULL },
};

/* $o.PSObject.Copy () */
static sh_value *
object_copy (const net_call *c)
{
	sh_value *of = sh_peek (c->self, "\001of");

	return of ? sh_copy (of) : sh_null ();
}

const net_method net_object_methods[] = {
	{ "pscustomobject", "Copy", 0, object_copy },
	{ "pscredential", "GetNetworkCredential", 0, credential_plain },
	{ "windowsprincipal", "IsInRole", 1, principal_role },
	{ "windowsidentity", "IsInRole", 1, principal_role },
	{ "registrykey", "GetValue", 1, key_value },
	{ NULL, NULL, 0, NULL },
};

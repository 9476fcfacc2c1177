/*
 * virsh.c - asks libvirt. Called by source_libvirt.c, and by plan/orders.c and
 * edits_power.c.
 */
#include "move/virsh.h"

#include "vmnet.h"

GStrv
virsh_command (const char *const *words, GError **error)
{
	const char *given = g_getenv ("VMNETSH_VIRSH");
	g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
	g_auto (GStrv) first = NULL;
	g_autoptr (GError) why = NULL;

	if (given == NULL || *given == '\0')
		given = "virsh";
	if (!g_shell_parse_argv (given, NULL, &first, &why)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "VMNETSH_VIRSH is '%s': %s", given,
			     why->message);
		return NULL;
	}
	g_strv_builder_addv (argv, (const char **) first);
	g_strv_builder_addv (argv, (const char **) words);
	return g_strv_builder_end (argv);
}

char *
virsh_ask (const char *vm, const char *const *command, GError **error)
{
	g_autofree char *out = NULL, *said = NULL;
	g_autoptr (GError) why = NULL;
	int status;

	if (!g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH,
			   NULL, NULL, &out, &said, &status, &why)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "VM '%s': libvirt's virsh cannot be asked: %s", vm,
			     why->message);
		return NULL;
	}
	if (g_spawn_check_wait_status (status, &why))
		return g_steal_pointer (&out);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "VM '%s': %s: %s", vm, command[0],
		     *g_strstrip (said) ? said : why->message);
	return NULL;
}

char *
virsh_run (const char *vm, const char *const *words, GError **error)
{
	g_auto (GStrv) command = virsh_command (words, error);

	return command ? virsh_ask (vm, (const char *const *) command, error)
		: NULL;
}

int
virsh_is_defined (const char *vm, const char *name, GError **error)
{
	static const char *const words[] = {
		"list", "--all", "--persistent", "--name", NULL
	};
	g_autofree char *said = virsh_run (vm, words, error);
	g_auto (GStrv) lines = NULL;

	if (said == NULL)
		return -1;
	lines = g_strsplit (said, "\n", -1);
	return g_strv_contains ((const char *const *) lines, name);
}

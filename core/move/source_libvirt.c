/*
 * source_libvirt.c - a guest of libvirt leaves. The other host makes its taps,
 * unconnected, with its policy; virsh moves the guest, and the hook over there
 * (libvirt.c) gives its interfaces the names of these taps; then they are
 * connected, and it is taken away here.
 */
#include "move/source.h"

static void
say (GPtrArray *steps, char *owned)
{
	if (steps)
		g_ptr_array_add (steps, owned);
	else
		g_free (owned);
}

/* The command of VMNETSH_VIRSH takes the place of virsh. */
static GStrv
virsh (GError **error)
{
	const char *given = g_getenv ("VMNETSH_VIRSH");
	g_auto (GStrv) words = NULL;
	g_autoptr (GError) why = NULL;

	if (given == NULL || *given == '\0')
		given = "virsh";
	if (g_shell_parse_argv (given, NULL, &words, &why))
		return g_steal_pointer (&words);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "VMNETSH_VIRSH is '%s': %s", given, why->message);
	return NULL;
}

/* What it prints; owned. */
static char *
ask (const source *s, const char *const *argv, GError **error)
{
	g_autofree char *out = NULL, *said = NULL;
	g_autoptr (GError) why = NULL;
	int status;

	if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH,
			   NULL, NULL, &out, &said, &status, &why)) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "VM '%s' is libvirt's, and virsh cannot be asked "
			     "to move it: %s", s->m->vm, why->message);
		return NULL;
	}
	if (g_spawn_check_wait_status (status, &why))
		return g_steal_pointer (&out);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "VM '%s': %s: %s", s->m->vm, argv[0],
		     *g_strstrip (said) ? said : why->message);
	return NULL;
}

/* Has libvirt its definition also while it does not run? -1: it did not say. */
static int
is_defined (const source *s, const char *const *words, const char *name,
	    GError **error)
{
	g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
	g_auto (GStrv) all = NULL, lines = NULL;
	g_autofree char *said = NULL;

	g_strv_builder_addv (argv, (const char **) words);
	g_strv_builder_add_many (argv, "list", "--all", "--persistent",
				 "--name", NULL);
	all = g_strv_builder_end (argv);
	said = ask (s, (const char *const *) all, error);
	if (said == NULL)
		return -1;
	lines = g_strsplit (said, "\n", -1);
	return g_strv_contains ((const char *const *) lines, name);
}

/* As Hyper-V's VMs do, it goes with all that it is: its definition, too. */
static GStrv
command (const source *s, const char *name, GError **error)
{
	g_auto (GStrv) words = virsh (error);
	g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
	g_autofree char *uri = NULL;
	int defined = words ? is_defined (s, (const char *const *) words, name,
					  error) : -1;

	if (defined < 0)
		return NULL;
	uri = g_strdup_printf ("qemu+ssh://%s/system", s->m->host);
	g_strv_builder_addv (argv, (const char **) words);
	g_strv_builder_add_many (argv, "migrate", "--live", "--domain", name,
				 "--desturi", uri, NULL);
	if (defined)
		g_strv_builder_add_many (argv, "--persistent",
					 "--undefinesource", NULL);
	return g_strv_builder_end (argv);
}

static void
say_steps (const source *s, const char *const *argv, GPtrArray *steps)
{
	const char *vm = s->m->vm, *host = s->m->host;
	g_autofree char *line = g_strjoinv (" ", (char **) argv);

	say (steps, g_strdup_printf ("make the taps of '%s' on host '%s'", vm,
				     host));
	say (steps, g_steal_pointer (&line));
	say (steps, g_strdup_printf ("connect its ports there"));
	say (steps, g_strdup_printf ("take '%s' and its taps away here", vm));
}

static gboolean
migrate (const source *s, const char *const *argv, GError **error)
{
	g_autofree char *said = ask (s, argv, error);

	return said != NULL;
}

gboolean
source_move_libvirt (source *s, const char *name, GPtrArray *steps,
		     GError **error)
{
	g_auto (GStrv) argv = command (s, name, error);
	g_autoptr (JsonObject) back = NULL;

	if (argv == NULL)
		return FALSE;
	say_steps (s, (const char *const *) argv, steps);
	if (s->m->dry_run)
		return TRUE;
	if (!source_send (s, PEER_PREPARE, error))
		return FALSE;
	/* The hook on either side wants the lock, and memory takes its time. */
	g_clear_pointer (&s->txn, vmnet_txn_free);
	if (migrate (s, (const char *const *) argv, error))
		return source_send (s, PEER_TAKE, error) &&
			source_forget_guest (s, error);
	back = peer_ask (s->peer, peer_request (PEER_BACK), NULL);
	return FALSE;
}

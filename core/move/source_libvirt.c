/*
 * source_libvirt.c - a guest of libvirt leaves. The other host makes its taps,
 * unconnected, with its policy; virsh moves the guest, and the hook over there
 * (libvirt.c) gives its interfaces the names of these taps; then they are
 * connected, and it is taken away here.
 */
#include "move/source.h"
#include "move/virsh.h"

static void
say (GPtrArray *steps, char *owned)
{
	if (steps)
		g_ptr_array_add (steps, owned);
	else
		g_free (owned);
}

/* As Hyper-V's VMs do, it goes with all that it is: its definition, too. */
static GStrv
command (const source *s, const char *name, GError **error)
{
	g_autofree char *uri = g_strdup_printf ("qemu+ssh://%s/system",
						s->m->host);
	int defined = virsh_is_defined (s->m->vm, name, error);
	const char *words[] = {
		"migrate", "--live", "--domain", name, "--desturi", uri,
		defined ? "--persistent" : NULL, "--undefinesource", NULL
	};

	return defined < 0 ? NULL : virsh_command (words, error);
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
	g_autofree char *said = virsh_ask (s->m->vm, argv, error);

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

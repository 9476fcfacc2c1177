/*
 * invoke.c - Invoke-Command: a script block here, or inside VMs of the lab,
 * where a shell of its own has the VM's network as its host. Listed in
 * table.c.
 */
#include <config.h>

#include "domain.h"

#include <gio/gio.h>

#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

HANDLER (invoke_command);

static const sh_param invoke_command_params[] = {
	{ "ScriptBlock", &sh_type_block, SH_MANDATORY, 1, "Command", NULL,
	  "what to run: { … }" },
	{ "VMName", &sh_type_vm_name, SH_MANDATORY | SH_LIST | SH_PIPE_NAME,
	  0, NULL, "VMName", "VMs of the lab to run it in; * and ? stand for "
	  "any" },
	{ "ArgumentList", &sh_type_object, SH_LIST, 0, "Args", NULL,
	  "what $args holds in the block" },
	{ "InputObject", &sh_type_psobject, SH_PIPE_VALUE, 0, NULL, "InProcess",
	  "what $_ is in the block" },
	{ "NoNewScope", &sh_type_switch, SH_SWITCH, 0, NULL, "InProcess",
	  "accepted: a block here sees this shell's variables anyway" },
	{ "ComputerName", &sh_type_string, SH_LIST, 0, "Cn",
	  "ComputerName", "hosts to run it on, over ssh; '.' is this one" },
	{ "Session", &sh_type_session, SH_LIST | SH_NOT_YET, 0, NULL,
	  "Session", REMOTE_TEXT },
	{ "VMId", &sh_type_guid, SH_LIST | SH_NOT_YET, 0, "VMGuid", "VMId",
	  "identifier: VMs are known by name here" },
	{ "HostName", &sh_type_string, SH_LIST, 0, NULL,
	  "SSHHost", "hosts to run it on, over ssh" },
	{ "FilePath", &sh_type_string, SH_NOT_YET, 0, "PSPath", "FilePath",
	  "a script of a file: it comes later" },
	{ "Credential", &sh_type_credential, 0, 0, NULL, NULL,
	  "user name for ssh; its keys say who one is" },
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL,
	  "how many at once on remote hosts, which come later" },
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL,
	  "run in the background: jobs come later" },
};

const sh_cmdlet cmdlet_invoke_command = {
	"Invoke-Command", "Microsoft.PowerShell.Core", "icm", 0, "InProcess",
	PARAMS (invoke_command_params), NULL,
	"Runs a script block, here or inside VMs of the lab",
	"Invoke-Command -VMName web1 -ScriptBlock { Get-NetIPAddress }",
	"Inside a VM the block runs in a shell of its own, with the VM's "
	"interfaces; what it prints comes back as lines of text, and the exit "
	"status as $LASTEXITCODE. $using:x there is the value of $x here.",
	NULL, invoke_command, NULL,
};

/* ---- the child's command line ---- */

static void append_literal (GString *out, const sh_value *v);

static void
append_quoted (GString *out, const char *text)
{
	g_string_append_c (out, '\'');
	for (const char *p = text; *p != '\0'; p++)
		g_string_append_printf (out, *p == '\'' ? "''" : "%c", *p);
	g_string_append_c (out, '\'');
}

static void
append_array (GString *out, const sh_value *v)
{
	g_string_append (out, "@(");
	for (guint i = 0; i < sh_array_length (v); i++) {
		g_string_append (out, i ? ", " : "");
		append_literal (out, sh_array_get (v, i));
	}
	g_string_append_c (out, ')');
}

static void
append_properties (GString *out, const sh_value *v)
{
	g_auto (GStrv) names = sh_properties (v);

	g_string_append (out, sh_value_kind (v) == SH_HASH
				      ? "@{" : "[pscustomobject]@{");
	for (char **n = names; n != NULL && *n != NULL; n++) {
		g_autoptr (sh_value) item = sh_get (v, *n);

		g_string_append (out, n == names ? "" : "; ");
		append_quoted (out, *n);
		g_string_append (out, " = ");
		append_literal (out, item);
	}
	g_string_append_c (out, '}');
}

/* The value in words of the language that make it again: objects and rows as
 * they are now. */
static void
append_literal (GString *out, const sh_value *v)
{
	g_autofree char *text = NULL;

	switch (v ? sh_value_kind (v) : SH_NULL) {
	case SH_NULL:
		g_string_append (out, "$null");
		return;
	case SH_BOOL:
		g_string_append (out, sh_truth (v) ? "$true" : "$false");
		return;
	case SH_ARRAY:
		append_array (out, v);
		return;
	case SH_HASH:
	case SH_OBJECT:
	case SH_ROW:
		append_properties (out, v);
		return;
	case SH_BLOCK:
		text = sh_block_text (sh_block_get (v));
		g_string_append_printf (out, "{%s\n}", text);
		return;
	case SH_INT:
	case SH_DOUBLE:
	case SH_STRING:
		break;
	}
	text = sh_to_text (v);
	if (sh_value_kind (v) == SH_STRING)
		append_quoted (out, text);
	else
		g_string_append (out, text);
}

/* $x = …; for each $using:x of the block: there it is a plain variable. */
static gboolean
append_using (sh_call *call, const sh_block *b, GString *out, GError **error)
{
	g_auto (GStrv) names = sh_block_using (b);

	for (char **n = names; *n != NULL; n++) {
		g_autoptr (sh_value) v =
			sh_var_get (sh_call_interp (call), *n);

		if (v == NULL) {
			g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
				     "Invoke-Command: $using:%s: there is no "
				     "variable '%s' here; give it a value "
				     "first", *n, *n);
			return FALSE;
		}
		g_string_append_printf (out, "${%s} = ", *n);
		append_literal (out, v);
		g_string_append (out, "; ");
	}
	return TRUE;
}

/* A block of its own, so that param () works; its lines stay its lines. NULL
 * with error. */
char *
sh_child_text (sh_call *call, GError **error)
{
	sh_block *block = sh_block_get (sh_arg (call, "ScriptBlock"));
	sh_value *args = sh_arg (call, "ArgumentList");
	g_autoptr (GString) out = g_string_new (NULL);
	g_autofree char *body = sh_block_text (block);

	if (!append_using (call, block, out, error))
		return NULL;
	if (args == NULL && out->len == 0)
		return g_steal_pointer (&body);
	g_string_append_printf (out, "& {%s\n}", body);
	for (guint i = 0; args != NULL && i < sh_array_length (args); i++) {
		g_string_append (out, " (");
		append_literal (out, sh_array_get (args, i));
		g_string_append_c (out, ')');
	}
	return g_string_free (g_steal_pointer (&out), FALSE);
}

/* The child's store is thrown away with everything in it. */
static void
remove_state (const char *dir)
{
	g_autoptr (GDir) d = g_dir_open (dir, 0, NULL);
	const char *name;

	while (d != NULL && (name = g_dir_read_name (d)) != NULL) {
		g_autofree char *path = g_build_filename (dir, name, NULL);

		if (g_file_test (path, G_FILE_TEST_IS_DIR)
		    && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
			remove_state (path);
		else
			g_unlink (path);
	}
	g_rmdir (dir);
}

/* ---- what it says ---- */

/* Hands on whole lines as they come; the last one may lack its end. */
static void
emit_lines (sh_call *call, GString *text, gboolean all)
{
	char *end;

	while ((end = strchr (text->str, '\n')) != NULL) {
		*end = '\0';
		sh_emit (call, sh_string (text->str));
		g_string_erase (text, 0, end - text->str + 1);
	}
	if (all && text->len > 0)
		sh_emit (call, sh_string (text->str));
}

static void
read_lines (sh_call *call, GPid pid, int fd)
{
	g_autoptr (GString) text = g_string_new (NULL);
	char buf[4096];
	ssize_t n;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		gboolean ready = poll (&p, 1, 500) > 0;

		/* At a terminal the child has had its own already. */
		if (sh_interrupted (sh_call_interp (call)))
			kill (pid, SIGINT);
		if (!ready)
			continue;
		n = read (fd, buf, sizeof (buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		g_string_append_len (text, buf, n);
		emit_lines (call, text, FALSE);
	}
	emit_lines (call, text, TRUE);
}

static int
wait_status (GPid pid)
{
	int status = 0;

	while (waitpid (pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return WIFEXITED (status) ? WEXITSTATUS (status)
				  : 128 + WTERMSIG (status);
}

static gboolean
spawn_in (sh_call *call, const char *vm, const char *state, const char *text,
	  int *status, GError **error)
{
	const char *argv[] = {
		"/proc/self/exe", "--guest", "-NoProfile", "-NoLogo",
		"-NonInteractive", "--state", state, "-c", text, NULL,
	};
	sh_interp *in = sh_call_interp (call);
	int fds[2];
	GPid pid;
	gboolean ok;

	if (pipe2 (fds, O_CLOEXEC) < 0) {
		g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
			     "Invoke-Command in VM '%s': no pipe: %s", vm,
			     g_strerror (errno));
		return FALSE;
	}
	ok = vmnet_vm_spawn (sh_host (in), vm, argv, -1, fds[1],
			     sh_interp_options (in)->err_fd, &pid, error);
	close (fds[1]);
	if (ok) {
		read_lines (call, pid, fds[0]);
		*status = wait_status (pid);
	}
	close (fds[0]);
	return ok;
}

static gboolean
invoke_in (sh_call *call, const char *vm, const char *text, GError **error)
{
	g_autofree char *state = g_dir_make_tmp ("vmnetsh-XXXXXX", error);
	int status = 0;
	gboolean ok;

	if (state == NULL)
		return FALSE;
	ok = spawn_in (call, vm, state, text, &status, error);
	remove_state (state);
	if (!ok)
		return FALSE;
	sh_var_set (sh_call_interp (call), "LASTEXITCODE", sh_int (status));
	if (sh_interrupted (sh_call_interp (call))) {
		g_set_error (error, SH_ERROR, SH_ERROR_INTERRUPTED,
			     "interrupted");
		return FALSE;
	}
	if (status == 0)
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
		     "Invoke-Command in VM '%s' ended with status %d", vm,
		     status);
	return FALSE;
}

/* ---- here, or there ---- */

static void
emit_here (sh_value *v, gpointer user)
{
	sh_emit (user, v);
}

static gboolean
named_plainly (const sh_value *wanted, const char *name)
{
	for (guint i = 0; i < sh_array_length (wanted); i++)
		if (g_ascii_strcasecmp (sh_text (sh_array_get (wanted, i)),
					name) == 0)
			return TRUE;
	return FALSE;
}

static GPtrArray *
vm_names (sh_call *call, GError **error)
{
	sh_value *wanted = sh_arg (call, "VMName");
	g_autoptr (GPtrArray) rows = dom_rows (call, &vmnet_noun_vm, error);
	g_autoptr (GPtrArray) all = g_ptr_array_new ();
	g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);

	if (rows == NULL)
		return NULL;
	for (guint i = 0; i < rows->len; i++)
		g_ptr_array_add (all, ((vmnet_row *) rows->pdata[i])->key);
	/* The outside machine of the lab is no VM: only its name gets there,
	 * no wildcard. */
	if (vmnet_host_lab (sh_host (sh_call_interp (call))) != NULL)
		g_ptr_array_add (all, (gpointer) "outside");
	if (!dom_check ("VM", wanted, all, error))
		return NULL;
	for (guint i = 0; i < all->len; i++)
		if (i < rows->len ? dom_wanted (wanted, all->pdata[i])
				  : named_plainly (wanted, all->pdata[i]))
			g_ptr_array_add (out, g_strdup (all->pdata[i]));
	return g_steal_pointer (&out);
}

/* ---- over ssh ---- */

/* The user of -Credential: an object or a plain name; owned, or NULL. */
static char *
user_name (sh_call *call)
{
	sh_value *who = sh_arg (call, "Credential");
	g_autoptr (sh_value) name = who && !sh_text (who)
		? sh_get (who, "UserName") : NULL;

	return name ? sh_to_text (name) : who ? sh_to_text (who) : NULL;
}

/* The text goes in by standard input: no quoting of two shells in a row. */
static gboolean
invoke_on (sh_call *call, const char *computer, const char *text,
	   GError **error)
{
	g_autofree char *user = user_name (call), *out = NULL;
	const char *ssh = g_getenv ("VMNETSH_SSH");
	g_autoptr (GStrvBuilder) b = g_strv_builder_new ();
	g_auto (GStrv) argv = NULL;
	g_autoptr (GSubprocess) p = NULL;
	g_autoptr (GString) lines = NULL;
	int status;

	g_strv_builder_add_many (b, ssh ? ssh : "ssh", "-oBatchMode=yes",
				 NULL);
	if (user != NULL)
		g_strv_builder_add_many (b, "-l", user, NULL);
	g_strv_builder_add_many (b, "--", computer, "vmnetsh", "-NoProfile",
				 "-NoLogo", "-NonInteractive", NULL);
	argv = g_strv_builder_end (b);
	p = g_subprocess_newv ((const char *const *) argv,
			       G_SUBPROCESS_FLAGS_STDIN_PIPE
			       | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
	if (p == NULL || !g_subprocess_communicate_utf8 (p, text, NULL, &out,
							 NULL, error)) {
		g_prefix_error (error, "Invoke-Command on '%s': ", computer);
		return FALSE;
	}
	lines = g_string_new (out);
	emit_lines (call, lines, TRUE);
	status = g_subprocess_get_if_exited (p)
		? g_subprocess_get_exit_status (p) : 127;
	sh_var_set (sh_call_interp (call), "LASTEXITCODE", sh_int (status));
	if (status == 0)
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME, "Invoke-Command on "
		     "'%s' ended with status %d%s", computer, status,
		     status == 255 ? ": ssh could not get there" : "");
	return FALSE;
}

static gboolean
is_this_host (const char *name)
{
	return strcmp (name, ".") == 0
		|| g_ascii_strcasecmp (name, "localhost") == 0
		|| g_ascii_strcasecmp (name, g_get_host_name ()) == 0;
}

static gboolean
invoke_remote (sh_call *call, sh_value *computers, GError **error)
{
	g_autofree char *text = NULL;

	if (!sh_commit (sh_call_interp (call), error))
		return FALSE;
	text = sh_child_text (call, error);
	for (guint i = 0; text && i < sh_array_length (computers); i++) {
		const char *name = sh_text (sh_array_get (computers, i));
		gboolean ok = is_this_host (name)
			? sh_block_call (sh_call_interp (call), sh_block_get (
				sh_arg (call, "ScriptBlock")), NULL,
				sh_arg (call, "ArgumentList"), emit_here,
				call, error)
			: invoke_on (call, name, text, error);

		if (!ok)
			return FALSE;
	}
	return text != NULL;
}

static gboolean
invoke_command (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) vms = NULL;
	g_autofree char *text = NULL;

	if (sh_given (call, "ComputerName") || sh_given (call, "HostName"))
		return invoke_remote (call, sh_given (call, "HostName")
				      ? sh_arg (call, "HostName")
				      : sh_arg (call, "ComputerName"), error);
	if (!sh_given (call, "VMName"))
		return sh_block_call (
			sh_call_interp (call),
			sh_block_get (sh_arg (call, "ScriptBlock")),
			sh_arg (call, "InputObject"),
			sh_arg (call, "ArgumentList"), emit_here, call,
			error);
	/* A VM that this statement has made must be there before. */
	if (!sh_commit (sh_call_interp (call), error))
		return FALSE;
	vms = vm_names (call, error);
	if (vms == NULL)
		return FALSE;
	text = sh_child_text (call, error);
	if (text == NULL)
		return FALSE;
	for (guint i = 0; i < vms->len; i++)
		if (!invoke_in (call, vms->pdata[i], text, error))
			return FALSE;
	return TRUE;
}

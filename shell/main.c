/*
 * main.c - the command line: which host, which options, and what to do: a
 * command, a script, netsh, the dashboard, the agent, restore, completion, or
 * the prompt.
 */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "edit/complete.h"
#include "edit/edit.h"
#include "input.h"
#include "lang/lang.h"
#include "ui/dashboard.h"

enum { OK = 0, FAILED = 1, USAGE = 2, DENIED = 3 };

typedef struct {
	const char *lab, *state;
	const char *command;	/* -Command */
	char **rest;		/* what stands behind the options */
	gboolean destroy, guest, file, non_interactive, no_logo, no_profile;
	gboolean transaction;
	guint within;		/* seconds to confirm it in; 0: it is */
	int format;
} options;

static volatile sig_atomic_t interrupted;

static void
on_interrupt (int signal_number)
{
	interrupted = 1;
}

static const char help_text[] =
"Usage: vmnetsh [options] [-Command TEXT | [-File] SCRIPT [arguments]]\n"
"       vmnetsh [options] netsh WORDS\n"
"       vmnetsh [options] dashboard [-Once] [-View V] [-Width W] [-Height H]\n"
"                                   [-Interval S] [-Ascii] [-Mono]\n"
"       vmnetsh [options] agent [-Idle S] | restore | complete LINE [POINT]\n"
"       vmnetsh [options] receive | hook GUEST OPERATION\n"
"\n"
"The virtual network of this host in the words of Hyper-V. Without a command\n"
"it reads standard input; at a terminal it prompts.\n"
"\n"
"  --lab[=NAME]           a private host made of network namespaces (lab)\n"
"  --destroy              with --lab: takes that host away again\n"
"  --state DIR            folder of the store\n"
"  --guest                inside a VM: every address there may be removed\n"
"  -c, -Command TEXT      runs TEXT\n"
"  -f, -File SCRIPT       runs a script; the arguments behind it are its own\n"
"  -Transaction           with a script or a command: all of it or nothing\n"
"  -ConfirmWithin S       with -Transaction: it is taken back after S seconds,\n"
"                         unless Confirm-VMNetworkChange comes before\n"
"  -OutputFormat F        Text, Json or Csv: how results are printed\n"
"  -NonInteractive        no question is asked, whatever the terminal\n"
"  -NoLogo, -NoProfile    no greeting; no profile is read\n"
"  -ExecutionPolicy P     accepted for scripts that were written elsewhere\n"
"  -h, --help             this text; --version: the version\n"
"\n"
"Exit status: 0 fine, 1 a command failed, 2 syntax or usage, 3 no permission.\n";

static int
usage (const char *what, const char *word)
{
	fprintf (stderr, "vmnetsh: %s%s%s\nvmnetsh --help shows the usage\n",
		 what, word ? ": " : "", word ? word : "");
	return USAGE;
}

static int
complain (const GError *e)
{
	fprintf (stderr, "vmnetsh: %s\n", e->message);
	return g_error_matches (e, VMNET_ERROR, VMNET_ERROR_PERMISSION)
		? DENIED : FAILED;
}

/* ---- options ---- */

/* -OutputFormat and its unique beginnings, with one dash or two. */
static gboolean
is_option (const char *word, const char *name, gsize least)
{
	gsize n;

	if (*word++ != '-')
		return FALSE;
	word += *word == '-';
	n = strlen (word);
	return n >= least && g_ascii_strncasecmp (word, name, n) == 0;
}

static gboolean
read_format (const char *word, int *out)
{
	static const char *const names[] = { "Text", "Json", "Csv" };

	for (int i = 0; word != NULL && i < 3; i++)
		if (g_ascii_strcasecmp (word, names[i]) == 0) {
			*out = i;
			return TRUE;
		}
	return FALSE;
}

/* One option with a value; 0: taken, -1: not one of these. */
static int
value_option (char **arg, options *o)
{
	if (strcmp (arg[0], "--state") == 0)
		o->state = arg[1];
	else if (is_option (arg[0], "Command", 1))
		o->command = arg[1];
	else if (is_option (arg[0], "OutputFormat", 1)) {
		if (!read_format (arg[1], &o->format))
			return usage ("-OutputFormat is Text, Json or Csv",
				      arg[1]);
	} else if (is_option (arg[0], "ConfirmWithin", 4)) {
		if (!sh_confirm_seconds (arg[1], &o->within, NULL))
			return usage ("-ConfirmWithin is seconds, 1 to "
				      G_STRINGIFY (VMNET_CONFIRM_MAX), arg[1]);
	} else if (!is_option (arg[0], "ExecutionPolicy", 2)
		   && strcmp (arg[0], "-ep") != 0)
		return -1;
	return arg[1] ? 0 : usage ("a value is missing behind", arg[0]);
}

static gboolean
plain_option (const char *word, options *o)
{
	if (strcmp (word, "--lab") == 0)
		o->lab = "lab";
	else if (g_str_has_prefix (word, "--lab="))
		o->lab = word + strlen ("--lab=");
	else if (strcmp (word, "--destroy") == 0)
		o->destroy = TRUE;
	else if (strcmp (word, "--guest") == 0)
		o->guest = TRUE;
	else if (is_option (word, "NonInteractive", 4))
		o->non_interactive = TRUE;
	else if (is_option (word, "NoProfile", 3))
		o->no_profile = TRUE;
	else if (is_option (word, "Transaction", 2))
		o->transaction = TRUE;
	else if (is_option (word, "NoLogo", 3))
		o->no_logo = TRUE;
	else
		return FALSE;
	return TRUE;
}

/* -1: go on; else the exit status. */
static int
read_options (char **argv, options *o)
{
	char **arg = argv + 1;

	for (; *arg != NULL && **arg == '-' && arg[0][1] != '\0'; arg++) {
		int r;

		if (is_option (*arg, "help", 1)) {
			fputs (help_text, stdout);
			return OK;
		}
		if (strcmp (*arg, "--version") == 0) {
			puts (PACKAGE_STRING);
			return OK;
		}
		if (is_option (*arg, "File", 1)) {
			o->file = TRUE;
			o->rest = arg + 1;
			return arg[1] ? -1 : usage ("a script is missing "
						    "behind", *arg);
		}
		if (g_str_has_prefix (*arg, "--state=")) {
			o->state = *arg + strlen ("--state=");
			continue;
		}
		if (plain_option (*arg, o))
			continue;
		r = value_option (arg, o);
		if (r != 0)
			return r > 0 ? r : usage ("unknown option", *arg);
		arg++;
		/* All behind -Command is its text, as published. */
		if (is_option (arg[-1], "Command", 1)) {
			arg++;
			break;
		}
	}
	o->rest = arg;
	return -1;
}

/* ---- doing ---- */

static gboolean
colour_wanted (void)
{
	const char *no = g_getenv ("NO_COLOR");
	const char *term = g_getenv ("TERM");

	return (no == NULL || *no == '\0') && isatty (STDERR_FILENO)
		&& isatty (STDOUT_FILENO) && g_strcmp0 (term, "dumb") != 0;
}

static guint
terminal_width (void)
{
	struct winsize size;

	if (!isatty (STDOUT_FILENO)
	    || ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col ? size.ws_col : 80;
}

static sh_interp *
make_interp (vmnet_host *host, const options *o)
{
	sh_options so = {
		.host = host,
		.out_fd = STDOUT_FILENO,
		.err_fd = STDERR_FILENO,
		.interactive = !o->non_interactive && isatty (STDIN_FILENO)
			&& isatty (STDOUT_FILENO),
		.format = (int) o->format,
		.width = terminal_width (),
		.colour = colour_wanted (),
		.interrupt = &interrupted,
	};
	struct sigaction action = { .sa_handler = on_interrupt };

	/* No SA_RESTART: what waits is to notice. */
	sigaction (SIGINT, &action, NULL);
	sh_values_interrupt (&interrupted);
	signal (SIGPIPE, SIG_IGN);
	return sh_interp_new (&so);
}

/* The end of -Transaction, or of a script that left netsh's offline mode open.
 */
static int
settle (sh_interp *in, const options *o, int status)
{
	g_autoptr (GError) e = NULL;
	gboolean pending = sh_hold_pending (in);

	if (o->transaction && status == OK) {
		if (sh_hold_commit (in, o->within, &e))
			return OK;
		status = complain (e);
	}
	sh_hold_end (in);
	if (pending)
		fputs (o->transaction ? "vmnetsh: nothing was changed: the "
		       "transaction is undone as a whole\n"
		       : "vmnetsh: nothing was changed since netsh set mode "
		       "offline: there was no netsh commit\n", stderr);
	return status || !pending ? status : FAILED;
}

/* A text from start to end: its commits are written to the document once. */
static int
run_text (sh_interp *in, const options *o, const char *text, const char *name,
	  const char *const *args)
{
	g_autoptr (GError) e = NULL;
	int status;

	if (o->transaction) {
		sh_hold (in, FALSE);
		/* The first error undoes all: no sense in going on. */
		sh_var_set (in, "ErrorActionPreference", sh_string ("Stop"));
	}
	vmnet_host_batch (sh_host (in), TRUE, NULL);
	status = sh_run (in, text, name, args);
	status = settle (in, o, status);
	if (!vmnet_host_batch (sh_host (in), FALSE, &e))
		status = complain (e);
	return status;
}

static int
run_file (sh_interp *in, const options *o)
{
	char **rest = o->rest;
	g_autofree char *text = NULL;
	g_autoptr (GError) e = NULL;
	gsize length;

	if (strcmp (rest[0], "-") == 0) {
		text = input_read (STDIN_FILENO, &interrupted);
		return run_text (in, o, text, NULL,
				 (const char *const *) rest + 1);
	}
	if (!g_file_get_contents (rest[0], &text, &length, &e)) {
		fprintf (stderr, "vmnetsh: %s\n", e->message);
		return USAGE;
	}
	text = input_utf8 (text, length);
	return run_text (in, o, text, rest[0],
			 (const char *const *) rest + 1);
}

static int
run_command (sh_interp *in, const options *o)
{
	g_autofree char *more = g_strjoinv (" ", o->rest);
	g_autofree char *text = *o->rest
		? g_strconcat (o->command, " ", more, NULL)
		: g_strdup (o->command);

	if (strcmp (o->command, "-") == 0) {
		g_free (text);
		text = input_read (STDIN_FILENO, &interrupted);
	}
	return run_text (in, o, text, NULL, NULL);
}

/* The rest of the line as one netsh command; each word stays one word. */
static int
run_netsh (sh_interp *in, char **rest)
{
	GString *line = g_string_new ("netsh");
	int status;

	for (char **w = rest + 1; *w != NULL; w++) {
		g_auto (GStrv) parts = g_strsplit (*w, "'", -1);
		g_autofree char *quoted = g_strjoinv ("''", parts);

		g_string_append_printf (line, " '%s'", quoted);
	}
	status = sh_run (in, line->str, NULL, NULL);
	g_string_free (line, TRUE);
	return status;
}

static gboolean
read_number (const char *text, double *out)
{
	char *end;

	if (text == NULL)
		return FALSE;
	*out = g_ascii_strtod (text, &end);
	return end != text && *end == '\0' && *out >= 0 && *out <= 100000;
}

static gboolean
view_known (const char *name)
{
	for (const char *const *v = ui_view_names; name && *v != NULL; v++)
		if (g_ascii_strcasecmp (*v, name) == 0)
			return TRUE;
	return FALSE;
}

static int
dashboard_option (char ***arg, ui_options *u)
{
	const char *word = **arg, *value = (*arg)[1];
	double number;

	if (is_option (word, "Once", 1)) {
		u->once = TRUE;
	} else if (is_option (word, "Ascii", 1)) {
		u->ascii = TRUE;
	} else if (is_option (word, "Mono", 1)) {
		u->mono = TRUE;
	} else if (is_option (word, "View", 1)) {
		g_autofree char *all = g_strjoinv (
			", ", (char **) ui_view_names);

		if (!view_known (value))
			return usage ("-View is one of", all);
		u->view = value;
		++*arg;
	} else {
		if (!read_number (value, &number))
			return usage ("dashboard takes -Once, -View V, "
				      "-Width W, -Height H, -Interval S, "
				      "-Ascii, -Mono; not", word);
		if (is_option (word, "Width", 1))
			u->width = (guint) number;
		else if (is_option (word, "Height", 1))
			u->height = (guint) number;
		else if (is_option (word, "Interval", 1))
			u->interval = number;
		else
			return usage ("unknown option", word);
		++*arg;
	}
	return OK;
}

static int
run_dashboard (vmnet_host *host, char **rest)
{
	g_autoptr (GError) e = NULL;
	ui_options u = { 0 };

	for (char **arg = rest + 1; *arg != NULL; arg++) {
		int r = dashboard_option (&arg, &u);

		if (r != OK)
			return r;
	}
	if (!u.once && (!isatty (STDIN_FILENO) || !isatty (STDOUT_FILENO)))
		return usage ("the dashboard needs a terminal; dashboard "
			      "-Once prints one frame", NULL);
	if (g_getenv ("NO_COLOR") && *g_getenv ("NO_COLOR"))
		u.mono = TRUE;
	return ui_run (host, &u, &e) ? OK : complain (e);
}

static int
run_agent (vmnet_host *host, char **rest)
{
	g_autoptr (GError) e = NULL;
	double idle = 0;

	if (rest[1] != NULL && (!is_option (rest[1], "Idle", 1)
				|| !read_number (rest[2], &idle)))
		return usage ("agent takes -Idle SECONDS; not", rest[1]);
	return vmnet_agent_run (host, (guint) idle, &e) ? OK : complain (e);
}

static int
run_restore (vmnet_host *host)
{
	g_autoptr (GError) e = NULL;
	g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) steps = vmnet_restore (host, missing, &e);

	if (steps == NULL)
		return complain (e);
	for (guint i = 0; i < steps->len; i++)
		puts (steps->pdata[i]);
	for (guint i = 0; i < missing->len; i++)
		fprintf (stderr, "%s\n", (char *) missing->pdata[i]);
	return missing->len ? FAILED : OK;
}

/* The other end of Move-VM: started by it on the host that a VM goes to. */
static int
run_receive (vmnet_host *host, char **rest)
{
	g_autoptr (GError) e = NULL;

	signal (SIGPIPE, SIG_IGN);
	if (rest[1] != NULL)
		return vmnet_move_memory (host, rest[1], STDIN_FILENO, &e)
			? OK : complain (e);
	return vmnet_move_receive (host, STDIN_FILENO, STDOUT_FILENO, &e)
		? OK : complain (e);
}

/* What help/libvirt-hook runs; libvirt's two further words say nothing new. */
static int
run_hook (vmnet_host *host, char **rest)
{
	g_autoptr (GError) e = NULL;

	if (rest[1] == NULL || rest[2] == NULL)
		return usage ("hook takes a guest and an operation of libvirt",
			      NULL);
	return vmnet_move_hook (host, rest[1], rest[2], STDIN_FILENO,
				STDOUT_FILENO, &e) ? OK : complain (e);
}

static int
run_complete (sh_interp *in, char **rest)
{
	gssize point = -1;

	if (rest[1] == NULL)
		return usage ("complete takes a line and maybe a place in it",
			      NULL);
	if (rest[2] != NULL)
		point = (gssize) g_ascii_strtoll (rest[2], NULL, 10);
	return edit_print_completion (in, rest[1], point);
}

static int
run_prompt (sh_interp *in, const options *o)
{
	g_autofree char *text = NULL;

	if (!isatty (STDIN_FILENO) || o->non_interactive) {
		text = input_read (STDIN_FILENO, &interrupted);
		return run_text (in, o, text, NULL, NULL);
	}
	if (o->transaction || o->within)
		return usage ("-Transaction takes a script or a command",
			      NULL);
	if (!o->no_logo && isatty (STDOUT_FILENO))
		puts (PACKAGE_STRING ". Get-Help shows what there is; Tab "
		      "completes, ? asks.");
	return edit_loop (in);
}

static int
run_shell (vmnet_host *host, const options *o)
{
	g_autoptr (sh_interp) in = make_interp (host, o);
	const char *word = o->rest[0];

	if (o->command != NULL)
		return run_command (in, o);
	if (word != NULL && o->file)
		return run_file (in, o);
	if (word != NULL && strcmp (word, "netsh") == 0)
		return run_netsh (in, o->rest);
	if (word != NULL && strcmp (word, "complete") == 0)
		return run_complete (in, o->rest);
	if (word != NULL)
		return run_file (in, o);
	return run_prompt (in, o);
}

static int
run (vmnet_host *host, const options *o)
{
	const char *word = o->command || o->file ? NULL : o->rest[0];

	if (g_strcmp0 (word, "dashboard") == 0)
		return run_dashboard (host, o->rest);
	if (g_strcmp0 (word, "agent") == 0)
		return run_agent (host, o->rest);
	if (g_strcmp0 (word, "restore") == 0)
		return run_restore (host);
	if (g_strcmp0 (word, "receive") == 0)
		return run_receive (host, o->rest);
	if (g_strcmp0 (word, "hook") == 0)
		return run_hook (host, o->rest);
	return run_shell (host, o);
}

int
main (int argc, char **argv)
{
	options o = { 0 };
	g_autoptr (GError) e = NULL;
	g_autoptr (vmnet_host) host = NULL;
	vmnet_options v;
	int status;

	setlocale (LC_ALL, "");
	setlocale (LC_NUMERIC, "C");
	status = read_options (argv, &o);
	if (status >= 0)
		return status;
	if (o.destroy) {
		if (o.lab == NULL)
			return usage ("--destroy needs --lab", NULL);
		return vmnet_lab_destroy (o.lab, &e) ? OK : complain (e);
	}
	if (o.within && !o.transaction)
		return usage ("-ConfirmWithin needs -Transaction", NULL);
	v = (vmnet_options) { o.lab, o.state, NULL, o.guest };
	host = vmnet_host_open (&v, &e);
	if (host == NULL)
		return complain (e);
	return run (host, &o);
}

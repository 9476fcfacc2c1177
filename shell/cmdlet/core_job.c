/*
 * core_job.c - jobs: script blocks that run in a shell of their own beside
 * this one. What they give comes back as data, as from a file of JSON.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../format/format.h"
#include "core.h"

typedef struct {
	int id;
	char *name, *command;
	GPid pid;		/* 0: it has ended */
	int out, err;		/* unlinked files */
	gboolean failed, stopped, received;
	sh_value *object;	/* what scripts have of it */
} job;

static void
job_free (gpointer p)
{
	job *j = p;

	if (j->pid > 0) {
		kill (j->pid, SIGTERM);
		waitpid (j->pid, NULL, 0);
	}
	close (j->out);
	close (j->err);
	sh_unref (j->object);
	g_free (j->name);
	g_free (j->command);
	g_free (j);
}

static GPtrArray *
jobs_of (sh_call *call)
{
	return sh_jobs (sh_call_interp (call), job_free);
}

/* Has it ended by now? */
static gboolean
job_ended (job *j)
{
	int status = 0;
	pid_t got = j->pid > 0 ? waitpid (j->pid, &status, WNOHANG) : 0;

	if (got > 0) {
		j->failed = !WIFEXITED (status) || WEXITSTATUS (status) != 0;
		j->pid = 0;
	}
	return j->pid == 0;
}

/* The job's one object, as it is now: $job.State follows. */
static sh_value *
job_object (job *j)
{
	sh_value *v = j->object ? j->object : sh_object ("Job");
	gboolean ended = job_ended (j);

	j->object = v;
	sh_set (v, "Id", sh_int (j->id));
	sh_set (v, "Name", sh_string (j->name));
	sh_set (v, "State", sh_string (!ended ? "Running" : j->stopped
		? "Stopped" : j->failed ? "Failed" : "Completed"));
	sh_set (v, "HasMoreData", sh_bool (!j->received));
	sh_set (v, "Command", sh_string (j->command));
	return sh_ref (v);
}

void
core_jobs_look (sh_call *call)
{
	GPtrArray *jobs = jobs_of (call);

	for (guint i = 0; i < jobs->len; i++)
		sh_unref (job_object (jobs->pdata[i]));
}

static char *
read_all (int fd)
{
	GString *s = g_string_new (NULL);
	char buffer[65536];
	off_t at = 0;
	ssize_t n;

	while ((n = pread (fd, buffer, sizeof buffer, at)) > 0) {
		g_string_append_len (s, buffer, n);
		at += n;
	}
	return g_string_free (s, FALSE);
}

/* ---- Start-Job ---- */

CORE_HANDLER (start_job);

static const sh_param start_params[] = {
	{ "ScriptBlock", &sh_type_block, SH_MANDATORY, 1, "Command", NULL,
	  "what to run: { … }; $using:x is the value of $x here" },
	{ "ArgumentList", &sh_type_object, SH_LIST, 0, "Args", NULL,
	  "what $args holds in the block" },
	{ "Name", &sh_type_string, 0, 0, NULL, NULL,
	  "its name; Job1 and so on without it" },
};

const sh_cmdlet cmdlet_start_job =
	CORE_CMDLET ("Start-Job", "sajb", start_params,
		     "Runs a script block in a shell beside this one",
		     "Start-Job { 1 + 1 } | Wait-Job | Receive-Job", NULL,
		     start_job, NULL);

static int
scratch (GError **error)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp ("vmnetsh-job-XXXXXX", &path, error);

	if (fd >= 0)
		g_unlink (path);
	return fd;
}

static gboolean
job_spawn (sh_call *call, job *j, const char *text, GError **error)
{
	vmnet_host *host = sh_host (sh_call_interp (call));
	const char *lab = host ? vmnet_host_lab (host) : NULL;
	g_autofree char *in_lab = lab ? g_strconcat ("--lab=", lab, NULL)
		: NULL;
	g_autoptr (GStrvBuilder) b = g_strv_builder_new ();
	g_auto (GStrv) argv = NULL;

	g_strv_builder_add (b, "/proc/self/exe");
	if (lab != NULL)
		g_strv_builder_add (b, in_lab);
	if (host != NULL)
		g_strv_builder_add_many (b, "--state",
					 vmnet_host_state_dir (host), NULL);
	g_strv_builder_add_many (b, "-NoProfile", "-NoLogo",
				 "-NonInteractive", "-OutputFormat", "Json",
				 "-c", text, NULL);
	argv = g_strv_builder_end (b);
	return g_spawn_async_with_fds (NULL, argv, NULL,
				       G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
				       &j->pid, -1, j->out, j->err, error);
}

static gboolean
start_job (sh_call *call, GError **error)
{
	GPtrArray *jobs = jobs_of (call);
	const char *name = sh_arg_text (call, "Name");
	job *last = jobs->len ? jobs->pdata[jobs->len - 1] : NULL;
	g_autofree char *text = NULL;
	job *j;

	/* It shall see what the statement has made. */
	if (!sh_commit (sh_call_interp (call), error))
		return FALSE;
	text = sh_child_text (call, error);
	if (text == NULL)
		return FALSE;
	j = g_new0 (job, 1);
	j->id = last ? last->id + 1 : 1;
	j->name = name ? g_strdup (name) : g_strdup_printf ("Job%d", j->id);
	j->command = sh_block_text (sh_block_get (sh_arg (call,
							  "ScriptBlock")));
	j->out = scratch (error);
	j->err = j->out >= 0 ? scratch (error) : -1;
	if (j->err < 0 || !job_spawn (call, j, text, error)) {
		job_free (j);
		return FALSE;
	}
	g_ptr_array_add (jobs, j);
	sh_emit (call, job_object (j));
	return TRUE;
}

/* ---- the others ---- */

CORE_HANDLER (get_job);
CORE_HANDLER (wait_job);
CORE_HANDLER (receive_job);
CORE_HANDLER (stop_job);
CORE_HANDLER (remove_job);

#define WHICH \
	{ "Id", &sh_type_int32, SH_LIST | SH_PIPE_NAME, 1, NULL, NULL, \
	  "only jobs with these numbers" }, \
	{ "Name", &sh_type_string, SH_LIST, 0, NULL, NULL, \
	  "only jobs of these names; wildcards too" }, \
	{ "Job", &sh_type_object, SH_LIST, 1, NULL, NULL, \
	  "jobs, as objects" }

static const sh_param get_params[] = { WHICH };

const sh_cmdlet cmdlet_get_job =
	CORE_CMDLET ("Get-Job", "gjb", get_params, "Lists the jobs",
		     "Start-Job { 1 }; Get-Job", NULL, get_job, NULL);

static const sh_param wait_params[] = {
	WHICH,
	{ "Timeout", &sh_type_int32, 0, 0, "TimeoutSec", NULL,
	  "how long at most, in seconds" },
};

const sh_cmdlet cmdlet_wait_job =
	CORE_CMDLET ("Wait-Job", "wjb", wait_params,
		     "Waits until jobs have ended",
		     "Start-Job { 1 } | Wait-Job", NULL, wait_job, NULL);

static const sh_param receive_params[] = {
	WHICH,
	{ "Keep", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "it can be received again" },
	{ "Wait", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "wait for the end first" },
	{ "AutoRemoveJob", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "take the job away then" },
};

const sh_cmdlet cmdlet_receive_job =
	CORE_CMDLET ("Receive-Job", "rcjb", receive_params,
		     "What jobs have given, and their errors",
		     "Start-Job { 1 + 1 } | Receive-Job -Wait", NULL,
		     receive_job, NULL);

const sh_cmdlet cmdlet_stop_job =
	CORE_CMDLET ("Stop-Job", "spjb", get_params, "Ends jobs",
		     "Start-Job { Start-Sleep 60 } | Stop-Job", NULL,
		     stop_job, NULL);

static const sh_param remove_params[] = {
	WHICH,
	{ "Force", &sh_type_switch, SH_SWITCH, 0, NULL, NULL,
	  "also those that run" },
};

const sh_cmdlet cmdlet_remove_job =
	CORE_CMDLET ("Remove-Job", "rjb", remove_params,
		     "Takes jobs off the list",
		     "Start-Job { 1 } | Wait-Job | Remove-Job", NULL,
		     remove_job, NULL);

static gboolean
job_named (sh_call *call, const job *j)
{
	sh_value *ids = sh_arg (call, "Id"), *names = sh_arg (call, "Name");
	sh_value *objects = sh_arg (call, "Job");
	gint64 id;

	for (guint i = 0; ids && i < sh_array_length (ids); i++)
		if (sh_to_int (sh_array_get (ids, i), &id) && id == j->id)
			return TRUE;
	for (guint i = 0; names && i < sh_array_length (names); i++)
		if (sh_like (j->name, sh_text (sh_array_get (names, i)),
			     FALSE))
			return TRUE;
	for (guint i = 0; objects && i < sh_array_length (objects); i++) {
		g_autoptr (sh_value) v = sh_member (sh_array_get (objects, i),
						    "Id");

		if (sh_to_int (v, &id) && id == j->id)
			return TRUE;
	}
	return ids == NULL && names == NULL && objects == NULL;
}

static GPtrArray *
jobs_named (sh_call *call)
{
	GPtrArray *all = jobs_of (call), *out = g_ptr_array_new ();

	for (guint i = 0; i < all->len; i++)
		if (job_named (call, all->pdata[i]))
			g_ptr_array_add (out, all->pdata[i]);
	return out;
}

static gboolean
get_job (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) jobs = jobs_named (call);

	for (guint i = 0; i < jobs->len; i++)
		sh_emit (call, job_object (jobs->pdata[i]));
	return TRUE;
}

static void
job_wait (sh_call *call, job *j, gint64 until)
{
	while (!job_ended (j) && g_get_monotonic_time () < until
	       && !sh_interrupted (sh_call_interp (call)))
		poll (NULL, 0, 10);
}

static gboolean
wait_job (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) jobs = jobs_named (call);
	vmnet_opt most = sh_arg_opt (call, "Timeout");
	gint64 until = most.set ? g_get_monotonic_time ()
		+ (gint64) most.value * G_USEC_PER_SEC : G_MAXINT64;

	for (guint i = 0; i < jobs->len; i++) {
		job_wait (call, jobs->pdata[i], until);
		if (job_ended (jobs->pdata[i]))
			sh_emit (call, job_object (jobs->pdata[i]));
	}
	core_jobs_look (call);
	return TRUE;
}

static void
receive_one (sh_call *call, job *j)
{
	g_autofree char *out = read_all (j->out), *err = read_all (j->err);
	sh_value *v = job_ended (j) && !j->received
		? sh_json_parse (out, NULL) : NULL;

	if (!j->received && *err != '\0')
		sh_complain (sh_call_interp (call), err);
	if (v != NULL)
		core_emit_each (call, v);
	j->received = job_ended (j) && !sh_arg_on (call, "Keep");
}

static gboolean
receive_job (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) jobs = jobs_named (call);

	for (guint i = 0; i < jobs->len; i++) {
		if (sh_arg_on (call, "Wait"))
			job_wait (call, jobs->pdata[i], G_MAXINT64);
		receive_one (call, jobs->pdata[i]);
		core_jobs_look (call);
		if (sh_arg_on (call, "AutoRemoveJob"))
			g_ptr_array_remove (jobs_of (call), jobs->pdata[i]);
	}
	return TRUE;
}

static gboolean
stop_job (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) jobs = jobs_named (call);

	for (guint i = 0; i < jobs->len; i++) {
		job *j = jobs->pdata[i];

		if (job_ended (j))
			continue;
		j->stopped = TRUE;
		kill (j->pid, SIGTERM);
		waitpid (j->pid, NULL, 0);
		j->pid = 0;
	}
	core_jobs_look (call);
	return TRUE;
}

static gboolean
remove_job (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) jobs = jobs_named (call);

	for (guint i = 0; i < jobs->len; i++) {
		job *j = jobs->pdata[i];

		if (!job_ended (j) && !sh_arg_on (call, "Force")) {
			g_set_error (error, SH_ERROR, SH_ERROR_RUNTIME,
				     "Remove-Job: '%s' runs; Stop-Job ends "
				     "it, -Force does both", j->name);
			return FALSE;
		}
		g_ptr_array_remove (jobs_of (call), j);
	}
	return TRUE;
}

/*
 * external.c - runs programs: words to argv, the pipeline's text to their
 * standard input, their lines back into the pipeline or straight to the
 * terminal, their exit status to $LASTEXITCODE.
 */
#define _GNU_SOURCE 1		/* memfd_create, pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interp.h"

struct program {
	sh_interp *in;
	node *command;
	GPtrArray *argv;	/* NULL-terminated */
	GString *input;		/* NULL: none came */
	gboolean merge, quiet;	/* 2>&1, 2>$null */
	char *err_file;
	gboolean err_append;
};

char *
program_find (const char *name)
{
	char *path = g_find_program_in_path (name);

	if (path != NULL && !g_file_test (path, G_FILE_TEST_IS_DIR))
		return path;
	g_free (path);
	return NULL;
}

static void
add_glob (GPtrArray *argv, const char *word)
{
	glob_t found;

	if (strpbrk (word, "*?[~") == NULL
	    || glob (word, GLOB_NOCHECK | GLOB_TILDE, NULL, &found) != 0) {
		g_ptr_array_add (argv, g_strdup (word));
		return;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		g_ptr_array_add (argv, g_strdup (found.gl_pathv[i]));
	globfree (&found);
}

/* a,b written bare is one word; an array's elements are words of their own. */
static void
add_value (GPtrArray *argv, const sh_arg_in *a, const char *prefix)
{
	guint n = sh_array_length (a->value);
	GString *joined = g_string_new (prefix);

	if (a->bare || *prefix != '\0') {
		for (guint i = 0; i < n; i++) {
			g_autofree char *t = sh_to_text (
				sh_array_get (a->value, i));

			g_string_append_printf (joined, "%s%s",
						i ? "," : "", t);
		}
		if (a->bare)
			add_glob (argv, joined->str);
		else
			g_ptr_array_add (argv, g_strdup (joined->str));
	} else {
		for (guint i = 0; i < n; i++)
			g_ptr_array_add (argv, sh_to_text (
				sh_array_get (a->value, i)));
	}
	g_string_free (joined, TRUE);
}

static void
add_word (GPtrArray *argv, const sh_arg_in *a)
{
	g_autofree char *dashed = a->name
		? g_strconcat ("-", a->name, NULL) : g_strdup ("");

	if (a->name != NULL && a->attached && a->value != NULL) {
		g_autofree char *prefix = g_strconcat (dashed, ":", NULL);

		add_value (argv, a, prefix);
		return;
	}
	if (a->name != NULL)
		g_ptr_array_add (argv, g_strdup (dashed));
	if (a->value != NULL)
		add_value (argv, a, "");
}

static gboolean
read_redirects (program *p, GError **error)
{
	GPtrArray *kids = p->command->kids;

	for (guint i = 0; kids != NULL && i < kids->len; i++) {
		node *r = kids->pdata[i];
		g_autoptr (sh_value) file = NULL;

		if (r->kind != N_REDIRECT || r->op == '1')
			continue;
		if (r->a == NULL || r->op == '*') {
			p->merge = TRUE;
			continue;
		}
		file = eval (p->in, r->a, error);
		if (file == NULL)
			return FALSE;
		p->quiet = sh_value_kind (file) == SH_NULL;
		p->err_append = r->flag;
		if (!p->quiet)
			p->err_file = sh_to_text (file);
	}
	return TRUE;
}

program *
program_new (sh_interp *in, const char *path, const GArray *args,
	     node *command, GError **error)
{
	program *p = g_new0 (program, 1);

	p->in = in;
	p->command = command;
	p->argv = g_ptr_array_new_with_free_func (g_free);
	g_ptr_array_add (p->argv, g_strdup (path));
	for (guint i = 0; i < args->len; i++)
		add_word (p->argv, &g_array_index (args, sh_arg_in, i));
	g_ptr_array_add (p->argv, NULL);
	if (read_redirects (p, error))
		return p;
	program_free (p);
	return NULL;
}

void
program_free (program *p)
{
	if (p == NULL)
		return;
	g_ptr_array_unref (p->argv);
	if (p->input != NULL)
		g_string_free (p->input, TRUE);
	g_free (p->err_file);
	g_free (p);
}

void
program_input (program *p, const sh_value *item)
{
	g_autofree char *text = sh_to_text (item);

	if (p->input == NULL)
		p->input = g_string_new (NULL);
	g_string_append (p->input, text);
	g_string_append_c (p->input, '\n');
}

/* All input is there before the program starts, so a file in memory does and
 * nobody has to write and read at the same time. */
static int
input_fd (program *p)
{
	int fd;

	if (p->input == NULL)
		return dup (STDIN_FILENO);
	fd = memfd_create ("input", MFD_CLOEXEC);
	if (fd >= 0 && (write (fd, p->input->str, p->input->len) < 0
			|| lseek (fd, 0, SEEK_SET) < 0)) {
		close (fd);
		return -1;
	}
	return fd;
}

static int
error_fd (program *p, int out)
{
	int mode = O_WRONLY | O_CREAT | O_CLOEXEC;

	if (p->merge)
		return dup (out);
	if (p->quiet)
		return open ("/dev/null", O_WRONLY | O_CLOEXEC);
	if (p->err_file != NULL)
		return open (p->err_file, mode | (p->err_append ? O_APPEND
						  : O_TRUNC), 0666);
	return dup (p->in->o.err_fd);
}

static gboolean
emit_lines (program *p, int fd, sink *out, GError **error)
{
	g_autoptr (GString) held = g_string_new (NULL);
	char buffer[8192];
	gssize n;
	gboolean ok = TRUE;

	while (ok && (n = read (fd, buffer, sizeof buffer)) != 0) {
		char *end;

		if (n < 0 && errno == EINTR && !sh_interrupted (p->in))
			continue;
		if (n < 0)
			break;
		g_string_append_len (held, buffer, n);
		while (ok && (end = memchr (held->str, '\n', held->len))) {
			gsize length = (gsize) (end - held->str);
			gsize cut = length > 0 && end[-1] == '\r';
			char *line = g_utf8_make_valid (held->str, (gssize)
							(length - cut));

			g_string_erase (held, 0, (gssize) length + 1);
			ok = emit_one (p->in, out, sh_string_take (line),
				       error);
		}
	}
	if (ok && held->len > 0)
		ok = emit_one (p->in, out, sh_string_take (
			g_utf8_make_valid (held->str, (gssize) held->len)),
			error);
	return ok;
}

static gboolean
wait_for (program *p, GPid pid, GError **error)
{
	int status = 0, code;

	while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
		;
	code = WIFEXITED (status) ? WEXITSTATUS (status)
		: 128 + WTERMSIG (status);
	scope_set (p->in->global, "LASTEXITCODE", sh_int (code));
	p->in->last_ok = code == 0;
	if (!sh_interrupted (p->in))
		return TRUE;
	g_set_error (error, SH_ERROR, SH_ERROR_INTERRUPTED, "interrupted");
	return FALSE;
}

static void
close_fds (const int *fds, gsize n)
{
	for (gsize i = 0; i < n; i++)
		if (fds[i] >= 0)
			close (fds[i]);
}

gboolean
program_run (program *p, sink *out, GError **error)
{
	gboolean capture = !out->direct, ok;
	int pipe_fds[2] = { -1, -1 };
	int fds[3] = { -1, -1, -1 };
	GError *e = NULL;
	GPid pid;

	if (capture && pipe2 (pipe_fds, O_CLOEXEC) < 0) {
		fail_at (p->in, p->command, error, "pipe: %s",
			 g_strerror (errno));
		return FALSE;
	}
	if (!capture)
		flush_pending (p->in);
	fds[0] = input_fd (p);
	fds[1] = capture ? pipe_fds[1] : dup (p->in->o.out_fd);
	fds[2] = error_fd (p, fds[1]);
	ok = g_spawn_async_with_fds (NULL, (char **) p->argv->pdata, NULL,
				     G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
				     &pid, fds[0], fds[1], fds[2], error);
	close_fds (fds, 3);
	if (!ok) {
		close_fds (pipe_fds, 1);
		return FALSE;
	}
	if (capture) {
		ok = emit_lines (p, pipe_fds[0], out, &e);
		close (pipe_fds[0]);
	}
	if (!wait_for (p, pid, ok ? &e : NULL))
		ok = FALSE;
	if (e != NULL)
		g_propagate_error (error, e);
	return ok;
}

/*
 * ctrlc.c - ctrlc MS[,MS…] STATEMENT… -- SHELL ARGS…: types each statement into a
 * shell at a terminal of its own, and Ctrl-C MS milliseconds after it says
 * that it runs. Prints a line for each: milliseconds till the prompt is back,
 * and how many of its MS it came to. Of each MS the least of two tries counts,
 * for others work on this machine too; of all of them the most. A statement with ! before it is what comes first: it
 * is waited for. Called by tests/ui/ctrlc.sh.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MARK "say-running"	/* typed in two pieces, so it is no echo */
#define PROMPT "> "
#define TRIES 2

typedef struct {
	int fd;
	char text[1 << 16];	/* what was printed since `seen_none` */
	size_t length;
} terminal;

static double
now_ms (void)
{
	struct timespec t;

	clock_gettime (CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}

static void
seen_none (terminal *t)
{
	t->length = 0;
	t->text[0] = '\0';
}

static int
read_some (terminal *t, int wait_ms)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	ssize_t n;

	if (poll (&p, 1, wait_ms) <= 0)
		return 0;
	if (t->length > sizeof t->text / 2)
		seen_none (t);
	n = read (t->fd, t->text + t->length,
		  sizeof t->text - t->length - 1);
	if (n <= 0)
		return 0;
	for (ssize_t i = 0; i < n; i++)	/* a zero would end the search */
		if (t->text[t->length + (size_t) i] == '\0')
			t->text[t->length + (size_t) i] = ' ';
	t->length += (size_t) n;
	t->text[t->length] = '\0';
	return 1;
}

/* FALSE: not seen in `seconds`. */
static int
wait_for (terminal *t, const char *what, int seconds)
{
	double end = now_ms () + seconds * 1e3;

	while (strstr (t->text, what) == NULL)
		if (now_ms () > end || (!read_some (t, 100)
					&& now_ms () > end))
			return 0;
	return 1;
}

static void
type (terminal *t, const char *text)
{
	size_t left = strlen (text);

	while (left > 0) {
		ssize_t n = write (t->fd, text, left);

		if (n <= 0)
			exit (1);
		text += n;
		left -= (size_t) n;
	}
}

static void
prepare (terminal *t, const char *statement)
{
	seen_none (t);
	type (t, statement);
	type (t, "; Write-Host ('say-' + 'running')\r");
	if (!wait_for (t, MARK, 60)) {
		fprintf (stderr, "ctrlc: it does not end: %s\n", statement);
		exit (1);
	}
	wait_for (t, PROMPT, 1);
}

/* Milliseconds; *stopped: it did not come to its end before. */
static double
try_once (terminal *t, const char *statement, int ms, int *stopped)
{
	char line[4096];
	double from;

	seen_none (t);
	snprintf (line, sizeof line, "Write-Host ('say-' + 'running'); %s\r",
		  statement);
	type (t, line);
	if (!wait_for (t, MARK, 60)) {
		fprintf (stderr, "ctrlc: it does not run: %s\n", statement);
		exit (1);
	}
	seen_none (t);
	from = now_ms () + ms;
	while (now_ms () < from)
		read_some (t, 10);
	from += 100;
	while (read_some (t, 0) && now_ms () < from)
		;
	*stopped = strstr (t->text, PROMPT) == NULL;
	if (!*stopped)
		return 0;
	seen_none (t);
	from = now_ms ();
	type (t, "\003");
	if (!wait_for (t, PROMPT, 60)) {
		fprintf (stderr, "ctrlc: no prompt after: %s; it shows: %s\n",
			 statement, t->text);
		exit (1);
	}
	from = now_ms () - from;
	*stopped = strstr (t->text, "interrupted") != NULL;
	return from;
}

static void
measure (terminal *t, const char *statement, const char *delays)
{
	double most = 0;
	int seen = 0;

	for (const char *p = delays; *p != '\0'; p += strspn (p, ",")) {
		int ms = (int) strtol (p, (char **) &p, 10), stopped = 0;
		double least = 1e9;

		for (int i = 0; i < TRIES; i++) {
			int this_one;
			double d = try_once (t, statement, ms, &this_one);

			stopped += this_one;
			if (this_one && d < least)
				least = d;
		}
		seen += stopped > 0;
		most = stopped > 0 && least > most ? least : most;
	}
	printf ("%.0f %d %s\n", most, seen, statement);
	fflush (stdout);
}

int
main (int argc, char **argv)
{
	terminal t = { .fd = -1 };
	int split = 2, status;
	pid_t pid;

	while (split < argc && strcmp (argv[split], "--") != 0)
		split++;
	if (split + 1 >= argc)
		return 2;
	pid = forkpty (&t.fd, NULL, NULL, NULL);
	if (pid == 0) {
		execv (argv[split + 1], argv + split + 1);
		_exit (127);
	}
	if (pid < 0 || !wait_for (&t, PROMPT, 60))
		return 1;
	for (int i = 2; i < split; i++)
		if (argv[i][0] == '!')
			prepare (&t, argv[i] + 1);
		else
			measure (&t, argv[i], argv[1]);
	type (&t, "exit\r");
	waitpid (pid, &status, 0);
	return 0;
}

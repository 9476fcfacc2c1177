/*
 * fuzz_lang.c - texts of the language's grammar, and texts that are broken on
 * purpose, through parser and evaluator. The same seed gives the same texts.
 *
 *   fuzz_lang [-s SEED] [-n ROUNDS] [-v] FILE…
 *
 * The files are the corpus: each is run once as it is (*.ps1), and all serve
 * as material to break, which is parsed and never run: a changed Remove-Item
 * would do harm. What is generated calls cmdlets that do none.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "lang/lang.h"
#include "make.h"

static volatile sig_atomic_t interrupt;

static void
on_alarm (int signal_number)
{
	interrupt = 1;
}

/* ---- a broken text ---- */

static const char *const scraps[] = {
	"{", "}", "(", ")", "[", "]", "\"", "'", "@", "$", "|", ";", ",", "`",
	"#", "<#", "#>", "-", "..", "::", "@'\n", "\n'@", "@\"\n", "\n\"@",
	"$(", "@{", "@(", "&", "=", "+=", "\n", " ", "\t", "\\", "\xc3\xbc",
	"\xe2\x80\x9c", "\xe2\x80\x93", "\xff", "-eq", "if", "param", "1..",
	"0x", "2>&1", ">", "function", "class", "catch",
};

static void
break_text (GRand *rand, GString *s)
{
	for (int i = g_rand_int_range (rand, 1, 6); i > 0 && s->len; i--) {
		gssize at = g_rand_int_range (rand, 0, (gint32) s->len);
		gssize n = g_rand_int_range (rand, 0, 12);
		const char *scrap = scraps[g_rand_int_range (
			rand, 0, G_N_ELEMENTS (scraps))];

		switch (g_rand_int_range (rand, 0, 5)) {
		case 0:
			g_string_erase (s, at, MIN (n, (gssize) s->len - at));
			break;
		case 1:
			g_string_truncate (s, (gsize) at);
			break;
		case 2:
			s->str[at] = (char) g_rand_int_range (rand, 1, 127);
			break;
		default:
			g_string_insert (s, at, scrap);
			break;
		}
	}
}

/* ---- running ---- */

static char *
read_back (int fd)
{
	off_t n = MIN (lseek (fd, 0, SEEK_END), 1 << 20);
	char *text = g_malloc0 ((gsize) n + 1);

	if (pread (fd, text, (gsize) n, 0) != n)
		*text = '\0';
	return text;
}

/* Is a syntax error told as it should be: L:C: what, the line, a caret? */
static gboolean
well_told (const char *err)
{
	int line = 0, column = 0;

	return sscanf (err, "%d:%d: ", &line, &column) == 2 && line > 0
		&& column > 0 && strchr (err, '^') != NULL
		&& g_utf8_validate (err, -1, NULL);
}

static gboolean
run_text (const char *text)
{
	static const struct itimerval limit = { { 0, 0 }, { 0, 300000 } };
	static const struct itimerval off;
	sh_options o = { 0 };
	g_autofree char *out = NULL, *err = NULL;
	sh_interp *in;
	int status;
	gboolean good;

	o.out_fd = memfd_create ("out", MFD_CLOEXEC);
	o.err_fd = memfd_create ("err", MFD_CLOEXEC);
	o.interrupt = &interrupt;
	interrupt = 0;
	setitimer (ITIMER_REAL, &limit, NULL);
	in = sh_interp_new (&o);
	status = sh_run (in, text, NULL, NULL);
	sh_interp_free (in);
	setitimer (ITIMER_REAL, &off, NULL);
	out = read_back (o.out_fd);
	err = read_back (o.err_fd);
	close (o.out_fd);
	close (o.err_fd);
	good = status >= 0 && status <= 255;
	if (status == 2 && *out == '\0')
		good &= well_told (err);
	return good;
}

/* ---- main ---- */

static gboolean
replay (const char *path)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents (path, &text, NULL, NULL))
		return FALSE;
	if (g_str_has_suffix (path, ".ps1"))
		return run_text (text);
	sh_incomplete (text);
	return TRUE;
}

static void
tell (gboolean good, int n, const char *what, const char *text)
{
	printf ("%s %d - %s\n", good ? "ok" : "not ok", n, what);
	if (!good && text != NULL)
		printf ("# %s\n", text);
	fflush (stdout);
}

/* The text is on the disk before it is tried: what kills the program is kept.
 */
static void
keep (const char *text)
{
	const char *path = g_getenv ("FUZZ_LAST");

	if (path != NULL)
		g_file_set_contents_full (path, text, -1,
					  G_FILE_SET_CONTENTS_NONE, 0644,
					  NULL);
}

int
main (int argc, char **argv)
{
	guint seed = 1, rounds = 2000, bad = 0;
	int opt, n = 0;
	g_autoptr (GRand) rand = NULL;

	while ((opt = getopt (argc, argv, "s:n:")) != -1)
		if (opt == 's')
			seed = (guint) atoi (optarg);
		else
			rounds = (guint) atoi (optarg);
	signal (SIGALRM, on_alarm);
	rand = g_rand_new_with_seed (seed);
	printf ("1..%d\n", argc - optind + 2);
	for (int i = optind; i < argc; i++) {
		g_autofree char *name = g_path_get_basename (argv[i]);

		tell (replay (argv[i]), ++n, name, NULL);
	}
	for (guint i = 0; i < rounds; i++) {
		g_autofree char *text = make_text (rand);

		keep (text);
		if (run_text (text))
			continue;
		bad++;
		printf ("# seed %u round %u:\n# %s\n", seed, i, text);
	}
	tell (bad == 0, ++n, "texts of the grammar", NULL);
	for (guint i = 0; i < rounds; i++) {
		g_autoptr (GString) s = g_string_new (NULL);
		g_autofree char *text = NULL;

		if (optind < argc && i % 2)
			g_file_get_contents (argv[optind + (int) (i / 2)
					     % (argc - optind)], &text, NULL,
					     NULL);
		if (text == NULL)
			text = make_text (rand);
		g_string_assign (s, text);
		break_text (rand, s);
		keep (s->str);
		sh_incomplete (s->str);
	}
	tell (TRUE, ++n, "broken texts are parsed", NULL);
	return bad > 0;
}

/* lang_run.c - see lang_run.h */
#define _GNU_SOURCE 1
#include "lang_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/mman.h>
#include <unistd.h>

static char *
read_back (int fd)
{
	off_t n = lseek (fd, 0, SEEK_END);
	char *text = g_malloc0 ((gsize) n + 1);

	assert_int_equal (pread (fd, text, (gsize) n, 0), n);
	close (fd);
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	return text;
}

lang_result
lang_run_as (const char *text, int format)
{
	sh_options o = { 0 };
	sh_interp *in;
	lang_result r;

	o.out_fd = memfd_create ("out", MFD_CLOEXEC);
	o.err_fd = memfd_create ("err", MFD_CLOEXEC);
	o.format = format;
	in = sh_interp_new (&o);
	r.status = sh_run (in, text, NULL, NULL);
	sh_interp_free (in);
	r.out = read_back (o.out_fd);
	r.err = read_back (o.err_fd);
	return r;
}

lang_result
lang_run (const char *text)
{
	return lang_run_as (text, SH_OUT_TEXT);
}

void
lang_result_clear (lang_result *r)
{
	g_free (r->out);
	g_free (r->err);
}

void
lang_check (const lang_case *cases, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		lang_result r = lang_run (cases[i].text);

		if (g_strcmp0 (r.out, cases[i].want) != 0 || *r.err != '\0')
			print_error ("%s\n got: %s\nwant: %s\n err: %s\n",
				     cases[i].text, r.out, cases[i].want,
				     r.err);
		assert_string_equal (r.err, "");
		assert_string_equal (r.out, cases[i].want);
		assert_int_equal (r.status, 0);
		lang_result_clear (&r);
	}
}

void
lang_check_errors (const lang_case *cases, gsize n, int status)
{
	for (gsize i = 0; i < n; i++) {
		lang_result r = lang_run (cases[i].text);

		if (!g_str_has_prefix (r.err, cases[i].want)
		    || r.status != status)
			print_error ("%s\n err: %s\nwant: %s\nstatus: %d\n",
				     cases[i].text, r.err, cases[i].want,
				     r.status);
		assert_true (g_str_has_prefix (r.err, cases[i].want));
		assert_int_equal (r.status, status);
		lang_result_clear (&r);
	}
}

/* input.h - reads what is to be run, from a file or from standard input. */
#ifndef SHELL_INPUT_H
#define SHELL_INPUT_H

#include <glib.h>
#include <signal.h>

/* All that comes, till the end or till `interrupted`; owned. */
char *input_read (int fd, const volatile sig_atomic_t *interrupted);
/* A script as Windows editors save it: UTF-16 with a mark at its start. The
 * text is taken; another's comes back. */
char *input_utf8 (char *text, gsize length);

#endif

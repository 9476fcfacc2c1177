/*
 * make.h - a text of the language's grammar for the fuzzer. It calls cmdlets
 * that do no harm.
 */
#ifndef FUZZ_MAKE_H
#define FUZZ_MAKE_H

#include <glib.h>

char *make_text (GRand *rand);	/* owned */

#endif

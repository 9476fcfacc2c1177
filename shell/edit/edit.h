/*
 * edit.h - the prompt: line editing, history, completion and `?`. Called by
 * main.c when standard input is a terminal.
 */
#ifndef EDIT_EDIT_H
#define EDIT_EDIT_H

#include "../lang/lang.h"

/*
 * Reads statements and runs them until end of input or exit. Returns the exit
 * status of the last one.
 */
int edit_loop (sh_interp *in);

#endif

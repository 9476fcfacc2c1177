/*
 * pager.h - output that exceeds the screen stops at each page. The prompt's;
 * a script or a pipe never has one.
 */
#ifndef EDIT_PAGER_H
#define EDIT_PAGER_H

#include "../lang/lang.h"

typedef struct {
	sh_interp *in;
	guint rows, columns;	/* of the terminal; 0 rows: no pager */
	guint row, column;	/* where the output stands since the last stop */
	gboolean rest;		/* no more stops */
} pager;

/* Before a statement: a screen of output is free. */
void pager_begin (pager *p, sh_interp *in);
/* For sh_set_page; `user` is the pager. */
gboolean pager_write (gpointer user, const char *text);

#endif

/*
 * scan.h - where in a line the cursor stands: in a string, a block, which
 * command of which pipeline, behind which words. Pure text; the line may be
 * half written, so the parser is of no help. Used by complete.c.
 */
#ifndef EDIT_SCAN_H
#define EDIT_SCAN_H

#include <glib.h>

typedef struct {
	char *text;		/* without its quotes; owned */
	gsize start;		/* offset in the line, at the quote if any */
	char quote;		/* ' or " when it began with one; else 0 */
	gboolean closed;	/* the quote has its end */
} scan_word;

typedef struct {
	GPtrArray *words;	/* of scan_word: of the cursor's command; the
				 * last one is the cursor's, maybe empty */
	GPtrArray *before;	/* char *: first words of the commands that
				 * come before it in the pipeline, in order */
	GPtrArray *around;	/* the same for the pipeline of which the
				 * cursor's innermost block is an argument */
	gboolean in_string, in_comment, in_block;
	gboolean after_pipe;	/* first word behind a | */
} scan;

scan *scan_line (const char *text, gsize point);
void scan_free (scan *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (scan, scan_free)
scan_word *scan_last (const scan *s);

#endif

/*
 * complete.h - what may stand at the cursor: text and cursor to candidates
 * with a line of help each. The prompt's Tab and `?`, and `vmnetsh complete`,
 * all ask here.
 */
#ifndef EDIT_COMPLETE_H
#define EDIT_COMPLETE_H

#include "../lang/lang.h"

typedef struct {
	char *text;		/* as it is put into the line, quoted */
	char *help;		/* one line; may be empty */
} edit_candidate;

typedef struct {
	gsize start;		/* the candidates replace the text from here */
	GPtrArray *items;	/* of edit_candidate */
	char *usage;		/* what the cursor is in; NULL: nothing known */
} edit_completion;

/*
 * `point`: bytes before the cursor. `in` NULL: no live names and no variables.
 * Never fails: no candidates where nothing is known. Free with
 * edit_completion_free.
 */
edit_completion *edit_complete (sh_interp *in, const char *text, gsize point);
void edit_completion_free (edit_completion *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (edit_completion, edit_completion_free)
/* What all candidates begin with; owned. */
char *edit_common (const edit_completion *c);
/* Is a `?` here a question, and not a part of the line? No in strings and
 * comments, and behind a | where it is Where-Object. */
gboolean edit_is_question (const char *text, gsize point);

/* `vmnetsh complete LINE [POINT]`: one "text<TAB>help" for each candidate, to
 * the interpreter's out_fd. `point` below 0: the end of the line. */
int edit_print_completion (sh_interp *in, const char *line, gssize point);

#endif

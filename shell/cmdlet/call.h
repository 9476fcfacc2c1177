/*
 * call.h - one call of a cmdlet: what is bound to its parameters. Shared by
 * bind.c and bindinput.c (fill it) and call.c (answers handlers).
 */
#ifndef SH_CALL_H
#define SH_CALL_H

#include "../lang/lang.h"
#include "params.h"
#include "types.h"

typedef struct {
	sh_value *value;	/* NULL: not given */
	gboolean from_input;	/* by the pipeline: gone with the next object */
} sh_slot;

struct sh_call {
	sh_interp *in;
	const sh_cmdlet *cmdlet;
	guint n;		/* parameters, common ones too */
	sh_slot *slots;
	GPtrArray *sets;	/* names, the default one first; may be empty */
	guint32 open;		/* sets that the arguments leave possible */
	const char *set;	/* the one in use; NULL: the cmdlet has none */
	sh_value *input;	/* the object of the pipeline */
	sh_emit_func emit;
	gpointer emit_user;
	gboolean watched;	/* -OutVariable or -PipelineVariable */
	gpointer data;
	GDestroyNotify data_free;
};

/* Belongs `p` to one of the sets that are bits of `open`? */
gboolean bind_is_open (const sh_call *call, const sh_param *p, guint32 open);
/* Chooses the set; an error names what is missing. `wait`: the pipeline may
 * still bring it. */
gboolean bind_settle (sh_call *call, gboolean wait, GError **error);
sh_slot *bind_slot (const sh_call *call, const sh_param *p);
/* Parses `given`, which closes the sets that `p` is not in. */
gboolean bind_value (sh_call *call, const sh_param *p, const sh_value *given,
		     GError **error);
/* -OutVariable and its like begin empty, but for +NAME. */
void sh_call_start_variables (sh_call *call);

#endif

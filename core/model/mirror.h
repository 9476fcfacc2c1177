/*
 * mirror.h - what the model does with port mirroring, of an adapter's port and
 * of a switch's uplink alike.
 */
#ifndef VMNET_MODEL_MIRROR_H
#define VMNET_MODEL_MIRROR_H

#include "model/model.h"

gboolean mirror_ok (const char *object, const vmnet_mirror *is,
		    const vmnet_mirror_change *asked, GError **error);
/* Of an adapter that becomes, or is, one of `vswitch` (or NULL). */
gboolean mirror_room (const vmnet_model *m, const vmnet_adapter *a,
		      const char *vswitch, vmnet_mirror_mode mode,
		      GError **error);
void mirror_apply (vmnet_mirror *is, const vmnet_mirror_change *asked);
gboolean mirror_equal (const vmnet_mirror *a, const vmnet_mirror *b);
void mirror_clear (vmnet_mirror *x);
/* What is pointed to becomes a copy of its own. */
void mirror_own (vmnet_mirror *x);
/* As one line of the store; owned; NULL: nothing is mirrored, or the line says
 * nothing (FALSE). */
char *mirror_write (const vmnet_mirror *x);
gboolean mirror_read (const char *line, vmnet_mirror *out);
/* Appends " -PortMirroring Source -MirrorSnapLength 96". */
void mirror_dump (GString *s, const vmnet_mirror *x);
/* The lines that make the uplink of `vswitch` a source, or nothing; the name is
 * as a word of the language. */
void mirror_dump_uplink (GString *s, const vmnet_mirror *x,
			 const char *vswitch);
/* Appends ", PortMirroring None (asked: Source)" where it differs. */
void mirror_differ (GString *s, const vmnet_mirror *is,
		    const vmnet_mirror_change *asked);

#endif

/*
 * extension_object.h - what extension.c, link.c and chain.c share: an object of
 * a third party that the verifier has looked at, and the port programs that it
 * becomes a part of.
 */
#ifndef VMNET_BPF_EXTENSION_OBJECT_H
#define VMNET_BPF_EXTENSION_OBJECT_H

#include "bpf/object.h"

/* The object's file, which has the digest of `x`; NULL with error. */
GBytes *extension_bytes (const vmnet_switchext *x, GError **error);
/* Opened and looked into; its maps have no pins. `bytes` must live as long. */
dp_object *extension_open (GBytes *bytes, GError **error);
/* Its program loaded as a socket filter: it may read, and that is all. */
gboolean extension_verify (dp_object *x, GError **error);

/*
 * A port program with extensions in it: the program `port` of `o`, which is
 * loaded, with the programs of `extensions` (dp_object *, loaded) in the
 * places for them, and `types` and `bridge` as constants. Its descriptor, or -1
 * with error.
 */
int link_program (const dp_object *o, dp_prog port,
		  const GPtrArray *extensions, guint64 types, guint32 bridge,
		  GError **error);

#endif

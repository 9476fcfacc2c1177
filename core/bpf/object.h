/*
 * object.h - a BPF object that is being loaded, and what the verifier said of
 * it. Our own ones (load.c) and those of third parties (extension.c).
 */
#ifndef VMNET_BPF_OBJECT_H
#define VMNET_BPF_OBJECT_H

#include <bpf/libbpf.h>

#include "bpf/internal.h"

typedef struct {
	struct bpf_object *o;
	char *log;
} dp_object;

/* `bytes` must live as long. */
dp_object *dp_object_open (const void *bytes, gsize size, GError **error);
/* On failure the error begins with the verifier's last words, if it said any,
 * and then with `attempt`. */
gboolean dp_object_load (dp_object *x, const char *attempt, GError **error);
void dp_object_free (dp_object *x);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (dp_object, dp_object_free)

/* load.c: the port programs, loaded again with the maps that `d` has. */
dp_object *dp_port_object (const datapath *d, GError **error);

/* FNV-1a of `data` behind what came before it (0: nothing). */
guint64 dp_digest (guint64 before, const void *data, gsize size);
/* Is the map of `fd` as `m` is described? */
gboolean dp_same_shape (int fd, const struct bpf_map *m);
/* bpffs renames within itself: the pin is the old or the new object. */
gboolean dp_pin (const datapath *d, int fd, const char *folder,
		 const char *name, GError **error);

#endif

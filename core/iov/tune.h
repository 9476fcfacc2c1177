/*
 * tune.h - queue pairs and interrupt moderation of a virtual function inside
 * its VM, where its driver can. Called by plan/vf.c and view/.
 */
#ifndef VMNET_IOV_TUNE_H
#define VMNET_IOV_TUNE_H

#include "iov/pair.h"

typedef struct {
	vmnet_opt pairs;
	vmnet_moderation moderation;
} iov_wish;

/* Is it so already, or was it refused when the same was asked? */
gboolean iov_is_tuned (vmnet_host *h, kn *vm, const iov_pair *x,
		       const kn_link *vf, const iov_wish *wish);
/* Best effort: what is refused is noted and shown, and stops nothing. */
void iov_tune (vmnet_host *h, kn *vm, const iov_pair *x, const kn_link *vf,
	       const iov_wish *wish);
/* The function was taken away, and its driver begins anew. */
void iov_tune_forget (const vmnet_host *h, const char *key);
/* "queue pairs: asked 4, told …, measured 1" for each that is asked; strings,
 * owned. `vm` NULL: a guest, whose own driver decides. */
GPtrArray *iov_tune_lines (vmnet_host *h, kn *vm, const iov_pair *x,
			   const kn_link *vf, const iov_wish *wish);

#endif

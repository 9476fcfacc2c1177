/*
 * bpf_random.h - random ACLs and frames: of few addresses, so that they meet.
 * Used by test_bpf_acl.c.
 */
#ifndef TESTS_BPF_RANDOM_H
#define TESTS_BPF_RANDOM_H

#include "bpf_reference.h"

/* Mostly the source, often one of the two sides of an entry. */
extern const guint8 random_own_mac[6];

guint random_pick (GRand *r, guint n);		/* below n */
/* Up to 40 entries (vmnet_acl *); `id` is that of the last one before. */
GPtrArray *random_acls (GRand *r, guint32 *id);
void random_frame (GRand *r, frame *f);

#endif

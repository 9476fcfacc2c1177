/*
 * bpf_random.h - random ACLs and random frames that meet each other, for
 * property tests of the port programs. Used by test_bpf_acl.c and
 * test_bpf_wire.c.
 */
#ifndef TESTS_BPF_RANDOM_H
#define TESTS_BPF_RANDOM_H

#include "bpf_reference.h"

typedef struct {
	GRand *r;
	guint32 seed;
	const guint8 *own, *peer;	/* MACs that frames and ACLs use */
	guint max_tags;
} dice;

/* BPF_SEED in the environment, else always the same; printed. */
dice dice_new (const guint8 own[6], const guint8 peer[6], guint max_tags);
guint pick (dice *t, guint n);		/* 0 .. n - 1 */
/* A number of the environment, or `otherwise`. */
guint bpf_test_number (const char *name, guint otherwise);

/* vmnet_acl *, with ids from *id + 1 on; free with g_ptr_array_unref. */
GPtrArray *random_acls (dice *t, guint max, guint32 *id);

/*
 * Ethernet with tags, IPv4 with options and fragments, IPv6 with extension
 * headers, others; some cut short, some of a wrong version, some GSO.
 */
void random_frame (dice *t, frame *f);
/* Garbage: noise from the first byte on, or a frame with bytes broken. */
void random_garbage (dice *t, frame *f);

#endif

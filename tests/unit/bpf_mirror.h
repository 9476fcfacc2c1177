/*
 * bpf_mirror.h - a small network (bpf_net.h) whose third machine's port, pnic0,
 * is a destination of port mirroring. For test_bpf_mirror.c and
 * test_bpf_span.c.
 */
#ifndef TESTS_BPF_MIRROR_H
#define TESTS_BPF_MIRROR_H

#include "bpf/mirror.h"
#include "bpf_net.h"

#define SLOT_C 13
#define MAGIC 0x88b5		/* an ethertype for experiments */
#define FRAMES 50
#define FRAME 200

typedef struct {
	net *n;
	int gun[2];		/* packet sockets of A and B */
	int eye;		/* of C: what its interface gets */
	guint32 bridge;
} fixture;

int mirror_setup (void **state);
int mirror_teardown (void **state);
#define TEST(f) \
	cmocka_unit_test_setup_teardown (f, mirror_setup, mirror_teardown)

/* A port is a source, of all its frames where `m` is NULL. */
void set_source (fixture *t, int ifindex, gboolean on,
		 const datapath_mirror *m);
/* The one destination; NULL: pnic0, which is in no VLAN. */
void set_destination (fixture *t, const datapath_mirror_port *x);
void set_none (fixture *t);
datapath_copies copies_of (fixture *t, guint32 slot);

/* From A (0) or B (1) to the other; `tag` 0: none. Returns its length. */
gsize make_frame (fixture *t, guint8 *f, guint from, guint16 tag,
		  gsize length);
void shoot (fixture *t, guint from, const guint8 *f, gsize length,
	    guint count);

typedef struct {
	gsize length;		/* without the tag */
	int tag;		/* 0: none */
	guint8 bytes[4096];
} seen;

/* The next one of ours that C gets; FALSE: none comes. */
gboolean see (fixture *t, seen *out, int ms);
/* How many come, and nothing more. All are as long as `length`. */
guint count_seen (fixture *t, gsize length, int tag);

#endif

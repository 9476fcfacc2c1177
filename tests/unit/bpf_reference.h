/*
 * bpf_reference.h - a second, naive opinion on what the port programs do with
 * a frame. Used by test_bpf_acl.c and test_bpf_wire.c.
 */
#ifndef TESTS_BPF_REFERENCE_H
#define TESTS_BPF_REFERENCE_H

#include "bpf/datapath.h"

typedef struct {
	guint8 data[2048];
	guint len;
	guint32 gso_size;
} frame;

typedef struct {
	datapath_drop_reason reason;	/* 0: passes */
	guint32 acl, meter;
	guint32 verdict;	/* the entry that decides; 0: none */
	vmnet_frame ends;
	datapath_count size;
} expected;

/* `mac`: the port's; NULL: spoofing is allowed. */
expected reference (const GPtrArray *acls, const frame *f, gboolean inbound,
		    const guint8 *mac);
/* Adds what the port's counters must grow by; `meters`: by entry's id. */
void expected_count (const expected *e, gboolean inbound,
		     datapath_totals *totals, GArray *meters);

#endif

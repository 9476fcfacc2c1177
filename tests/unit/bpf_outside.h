/*
 * bpf_outside.h - bpf_net.h's network, where A sends to an address that the bridge
 * learns at the uplink, and what becomes of it. That a frame went straight is
 * known by what its sender's program noted of the port (`agreed`): it notes
 * nothing else there. Used by test_bpf_outside.c and test_bpf_outside_vlan.c.
 */
#ifndef TESTS_BPF_OUTSIDE_H
#define TESTS_BPF_OUTSIDE_H

#include "bpf_net.h"

#define FRAMES 100
#define FRAME 90

typedef struct {
	net *n;
	int gun, far;		/* packet sockets: A's, outside's */
	guint8 here[6], there[6];	/* A's address, outside's */
	guint16 vlan;		/* that the address is asked for in */
	gboolean up;		/* for a test's own conditions */
} outside_lab;

typedef struct {
	datapath_totals a;
	datapath_count meter;	/* of all that A sends */
	guint64 outside, b;	/* frames that came there */
} outside_sums;

typedef struct {
	gboolean straight;
	guint outside, b;	/* frames that come there, of FRAMES */
} outside_fate;

/* Of a group of tests, whose state it is. */
int outside_setup (void **state);
int outside_teardown (void **state);

/* A command in the host: by another hand than ours. */
void outside_by_hand (outside_lab *t, const char *command);
/* A UDP datagram of FRAME bytes that nobody answers. */
void outside_make_frame (guint8 *f, const guint8 *from, const guint8 *to);
/* Fails the test after half a minute. */
void outside_wait (gboolean (*condition) (gpointer data), gpointer data);
/* When nothing is on its way any more. */
outside_sums outside_sums_now (outside_lab *t);
void outside_forget_agreed (outside_lab *t);
gboolean outside_went_straight (outside_lab *t);
/* What becomes of A's frames of `len` bytes to an address; all are counted. */
void outside_check_to (outside_lab *t, const guint8 *mac, gsize len,
		       outside_fate want);
void outside_check (outside_lab *t, outside_fate want);

/* By which port the address is outside, as far as our map says; 0: not known. */
guint32 outside_known (outside_lab *t);
gboolean outside_is_known (gpointer lab);
gboolean outside_is_forgotten (gpointer lab);
/* One frame from an address there. */
void outside_speak (outside_lab *t, int from, const guint8 *mac);
/* The bridge learns it by such frames; somebody removes it. */
void outside_learn (outside_lab *t);
void outside_forget (outside_lab *t);

#endif

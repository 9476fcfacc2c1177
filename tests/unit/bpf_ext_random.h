/*
 * bpf_ext_random.h - random entries of extended ACLs, and random frames of
 * which is known what they are. Used by test_bpf_ext.c.
 */
#ifndef TESTS_BPF_EXT_RANDOM_H
#define TESTS_BPF_EXT_RANDOM_H

#include "bpf_random.h"

/* What a frame is, as the VM sees it; the key of a connection, too. */
typedef struct {
	guint8 family, protocol;	/* 4, 6 */
	guint8 local[16], remote[16];
	guint16 local_port, remote_port;	/* or an echo's id, twice */
	guint16 vlan;		/* of its tag, else the port's */
} tuple;

typedef struct {
	tuple t;
	gboolean inbound;
	gboolean has_ports, opens, answers;
	gboolean broken;	/* too deep, or cut short */
	frame f;
} packet;

typedef struct {
	dice dice;
	guint32 next_id;
	guint16 untagged;	/* the port's VLAN of frames without a tag */
} ext_dice;

/* vmnet_extacl *, at most `max`, of weights unlike each other. */
GPtrArray *some_entries (ext_dice *t, guint max);
void some_packet (ext_dice *t, packet *p);

#endif

/*
 * bench.h - a lane of the data path's benchmark: one way from a machine to
 * another through a host of its own. lane.c makes it and shoots; datapath.c
 * has what is different on each, and the tables.
 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <sys/socket.h>

#include "bpf/datapath.h"

#define FRAME 60
#define FLOWS 256		/* pairs of addresses, in turn */
#define PREFIXES 9000

enum { LANE_HOST, LANE_A, LANE_B, LANE_SPACES };
/* The bridge; ours by the port's interface; ours into the namespace. */
typedef enum { WAY_BRIDGE, WAY_STRAIGHT, WAY_PEER } lane_way;
extern const guint8 lane_macs[LANE_SPACES][6];

typedef struct lane lane;
struct lane {
	const char *name, *title;
	/* NULL: the plain bridge as it is. FALSE: this machine cannot. */
	gboolean (*prepare) (lane *l);
	guint entries;
	lane_way way;
	gboolean taps;		/* as guests of QEMU have; else veths */
	const char *needs;	/* a program; or NULL */
	gboolean by_name;	/* not run unless it is asked for */
	gboolean base;		/* a bridge that those behind it are measured by */
	guint32 classid;	/* on the uplink; 0: none */
	gboolean outside;	/* the second port is an uplink, which learns */
	/* ---- made by lane_open ---- */
	int home, ns[LANE_SPACES];
	kn *k[LANE_SPACES];
	int port_a, port_b, gun;
	int tap[LANE_SPACES];	/* what QEMU holds */
	datapath *d;
	char *pins;
	guint8 frames[FLOWS][FRAME];
	struct iovec iov[FLOWS][2];	/* a tap's header, the frame */
	struct mmsghdr msgs[FLOWS];
	GArray *costs, *ratios;	/* double */
};

typedef struct {
	guint64 sent, arrived;
	guint64 fourth;		/* of `sent`: those of every fourth flow */
	double seconds;		/* on the clock */
	double cpu;		/* of the processor: syscalls, softirqs */
} shot;

/* Ends the program with a message. */
void lane_must (gboolean ok, const char *what, const GError *e);
#define LANE_MUST(call) do { \
	GError *e = NULL; \
	gboolean ok_ = (call) != 0; \
	lane_must (ok_, #call, e); \
} while (0)

/* FALSE: it cannot be had here; to be closed all the same. */
gboolean lane_open (lane *l, int home);
void lane_close (lane *l);
/* A command in the host of the lane; FALSE: it failed. */
gboolean lane_run (lane *l, const char *command);
/* Fires as fast as it goes. */
shot lane_shoot (lane *l, guint milliseconds);
guint64 lane_arrived (lane *l);
/* Bytes of memory that are free, or would be when asked for. */
guint64 lane_memory (void);
/* Until nothing arrives any more. */
void lane_wait (lane *l);

/* ours (datapath.c) and the peers (peers.c): `prepare` of a lane */
gboolean lane_ours (lane *l);
gboolean lane_nft_rules (lane *l);
gboolean lane_nft_map (lane *l);
gboolean lane_ebtables (lane *l);
gboolean lane_u32 (lane *l);

#endif

/*
 * internal.h - what the files of core/bpf share among themselves: the opened
 * set of maps and programs.
 */
#ifndef VMNET_BPF_INTERNAL_H
#define VMNET_BPF_INTERNAL_H

#include "bpf/datapath.h"
#include "bpf/records.h"
#include "kernel/sysfs.h"

typedef enum {
	DP_MAP_VERSION,
	DP_MAP_PORTS,
	DP_MAP_FAR_PORTS,
	DP_MAP_STATIONS,
	DP_MAP_OUTSIDE,
	DP_MAP_HOME,
	DP_MAP_AGREED,
	DP_MAP_STORMS,
	DP_MAP_ADDRESSES,
	DP_MAP_PARTNERS,
	DP_MAP_HANDED,
	DP_MAP_ACL_STATE,
	DP_MAP_ACL,
	DP_MAP_VERDICTS,
	DP_MAP_EXT_STATE,
	DP_MAP_EXT,
	DP_MAP_CONNECTIONS,
	DP_MAP_CHAINS,
	DP_MAP_METERS,
	DP_MAP_NEAR_METERS,
	DP_MAP_TOTALS,
	DP_MAP_PASSED,
	DP_MAP_READER,
	DP_MAP_DROPS,
	DP_MAP_DROPS_LOST,
	DP_MAP_TEAM_MEMBERS,
	DP_MAP_TEAM_PORTS,
	DP_MAP_TEAM_MACS,
	DP_MAP_TEAM_CARDS,
	DP_MAP_TEAM_GUESTS,
	DP_MAP_TEAM_COUNTS,
	DP_MAP_TEAM_LANES,
	DP_MAP_TEAM_LOADS,
	DP_MAP_TEAM_FLOWS,
	DP_MAP_MIRRORS,
	DP_MAP_MIRROR_PORTS,
	DP_MAP_COPYING,
	DP_MAP_COPIES,
	DP_MAP_QOS_SET,
	DP_MAP_QOS_NICS,
	DP_MAP_QOS_COUNTS,
	DP_MAP_VMQ_MACS,
	DP_MAP_VMQ_QUEUES,
	DP_MAP_VMQ_STATS,
	DP_MAP_VMQ_IDS,
	DP_MAPS
} dp_map;

typedef enum {
	DP_PROG_IN,
	DP_PROG_OUT,
	DP_PROG_TEAM_IN,
	DP_PROG_TEAM_OUT,
	DP_PROG_UPLINK_IN,
	DP_PROG_UPLINK_OUT,
	DP_PROG_TUNNEL,
	DP_PROG_COPY_LOST,
	DP_PROG_QOS,
	DP_PROG_FDB_UPDATE,
	DP_PROG_FDB_DELETE,
	DP_PROG_FDB_ADD,
	DP_PROG_FDB_EXTERN,
	DP_PROG_VMQ,
	DP_PROG_VMQ_FULL,
	DP_PROGS
} dp_prog;

struct datapath {
	char *pin_dir;
	int processors;		/* possible ones: the width of per-CPU values */
	int maps[DP_MAPS];
	int progs[DP_PROGS];
	guint32 prog_ids[DP_PROGS];
	int shards[DP_SHARDS];	/* the ACL's tries; -1: not opened yet */
	proc_scan *threads;	/* of the queues */
	guint64 home;		/* network namespace whose bridges are watched */
};

/* Names in the objects and below pin_dir. */
extern const char *const dp_map_names[DP_MAPS];
extern const char *const dp_prog_names[DP_PROGS];

#define DP_FOLDER_MAPS "maps"
#define DP_FOLDER_PROGS "programs"
#define DP_PIN_LINK "vmnet_vmq_full_link"
#define DP_PIN_LOST "vmnet_copy_lost_link"
/* Path of a pin; owned. bpffs allows no dot in names. */
char *dp_pin_path (const char *pin_dir, const char *folder, const char *name);

/* Removes a folder and the pins in it. */
void dp_remove_folder (const char *path);

/* Sets `error` to "attempt: the kernel's words" and returns FALSE. */
gboolean dp_fail (GError **error, int err, const char *format, ...)
	G_GNUC_PRINTF (3, 4);

/* What this build loads. */
struct dp_version dp_version_built (void);
/*
 * Loads the objects and pins them below d->pin_dir, replacing pins that are
 * there; maps of the same shape are kept where `keep_maps`. Fills d->maps and
 * d->progs. The caller holds the lock of pin_dir.
 */
gboolean dp_load (datapath *d, gboolean keep_maps, GError **error);

/* Makes an element of zeros in a per-CPU map; one that is there stays. */
gboolean dp_percpu_ensure (datapath *d, dp_map map, guint32 key,
			   gsize value_size, GError **error);
/* Adds up the processors' 64-bit words; FALSE and zeros: no such element. */
gboolean dp_percpu_sum (datapath *d, dp_map map, guint32 key, guint64 *words,
			gsize n_words);

/*
 * hook.c: the program `fd`, which is `prog` of a port (with or without
 * extensions) or of a member of a team, comes to an interface, where `straight`
 * (its frames leave by it) without classifiers, if the kernel can; the id of
 * that which is there, 0: none; it goes, in whatever way it was there.
 */
gboolean dp_hook_set (datapath *d, kn *k, int ifindex, dp_prog prog, int fd,
		      gboolean straight, GError **error);
guint32 dp_hook_id (datapath *d, kn *k, int ifindex, dp_prog prog,
		    gboolean straight);
/* The same for programs that are one for all, behind classifiers. */
gboolean dp_hook_put (datapath *d, kn *k, int ifindex, dp_prog prog,
		      GError **error);
gboolean dp_hook_has (datapath *d, kn *k, int ifindex, dp_prog prog);
/* The place of classifiers goes, too, where nobody uses it. */
gboolean dp_hook_tidy (kn *k, int ifindex, GError **error);
gboolean dp_hook_clear (datapath *d, kn *k, int ifindex, dp_prog prog,
			GError **error);

/* The program hears of a tracepoint, whoever goes: its link is pinned. */
gboolean dp_trace (const datapath *d, dp_prog prog, const char *tracepoint,
		   const char *pin, GError **error);
/*
 * outside.c: the programs hear what bridges learn, as far as the kernel tells.
 * Of a namespace they hear from the first port there on; what its bridges know
 * by then is read. And an address that has a port here is not outside.
 */
void dp_outside_watch (const datapath *d);
void dp_outside_at_home (datapath *d, kn *k);
void dp_outside_forget (datapath *d, const struct dp_station *s);
/* Is it a number that a port may have? */
gboolean dp_slot_ok (guint32 slot, GError **error);
/* What the programs know of a port; FALSE: nothing. */
gboolean dp_port_read (datapath *d, guint32 ifindex, struct dp_port *out);
/* NULL forgets it. FALSE with errno. */
gboolean dp_port_write (datapath *d, guint32 ifindex,
			const struct dp_port *p);

/* The id of a loaded program. */
gboolean dp_program_id (int fd, guint32 *id, GError **error);
/*
 * The programs of a bridge's chain, in and out, to be closed; and the bridge
 * whose chain has the programs of these ids, or 0.
 */
gboolean dp_chain_programs (datapath *d, guint32 bridge, int fds[2],
			    GError **error);
guint32 dp_chain_with (datapath *d, guint32 in, guint32 out);

/* What guards know of a slot's past. */
void dp_guards_forget (datapath *d, guint32 slot);
/* A source of mirroring, and what it counted. */
void dp_mirror_forget (datapath *d, guint32 source);

/* The trie that has a slot's ACL; not owned; -1 with errno. */
int dp_trie_of (datapath *d, guint32 slot);

/* An ACL as the tries have it. */
typedef struct {
	struct dp_key key;	/* `set`: DP_KIND; both words in host order */
	struct dp_rule rule;
} dp_acl_element;

/*
 * dp_acl_element array; free with g_array_unref. Longer than DP_ELEMENTS_MAX,
 * and not complete, when too many local prefixes lie within each other.
 */
#define DP_ELEMENTS_MAX (1 << 18)
GArray *dp_acl_compile (const GPtrArray *acls);

/* An extended ACL likewise. */
typedef struct {
	struct dp_key key;	/* `set` holds DP_EXT_KIND only, host order */
	struct dp_ext_value value;
} dp_ext_element;

/* dp_ext_element array, free with g_array_unref; the bits of ext_state. */
GArray *dp_ext_compile (const GPtrArray *entries, guint32 *state);

#endif

/*
 * vmnet.h - the public face of core: the virtual network of one host.
 * shell/ and ui/ include this header and nothing else of core.
 *
 * One host (a network namespace and a store) is opened; reads go through a
 * view (asked + told + measured, side by side); changes go through a
 * transaction (a copy of the desired model, then one plan, then the kernel,
 * then the store).
 *
 * Conventions: rates are bits per second; bytes are those of frames without
 * FCS; directions are the VM's (inbound = to the VM). Functions that can fail
 * take a GError ** and return FALSE or NULL; nothing has changed then. Errors
 * are of VMNET_ERROR. Strings are UTF-8. core never prints and never exits.
 */
#ifndef VMNET_H
#define VMNET_H

#include <glib.h>

#include "nicset.h"
#include <stdint.h>

#include "vmnet_acl.h"

G_BEGIN_DECLS

/* ---- errors ---------------------------------------------------------- */

#define VMNET_ERROR (vmnet_error_quark ())
GQuark vmnet_error_quark (void);

typedef enum {
	VMNET_ERROR_FAILED,	/* the kernel or the system refused */
	VMNET_ERROR_INVALID,	/* a value out of range or contradictory */
	VMNET_ERROR_NOT_FOUND,	/* no such object; message lists what exists */
	VMNET_ERROR_EXISTS,	/* exists with other settings; names them */
	VMNET_ERROR_PERMISSION,	/* privilege is missing; exit status 3 */
	VMNET_ERROR_UNSUPPORTED,/* kernel, driver or card lacks it */
	VMNET_ERROR_NOT_YET,	/* published, but not built here yet */
	VMNET_ERROR_BUSY,	/* someone else holds the lock */
} vmnet_error;

/* ---- a host ---------------------------------------------------------- */

typedef struct vmnet_host vmnet_host;

typedef struct {
	const char *lab;	/* lab name; NULL: the real host */
	const char *state_dir;	/* store folder; NULL: the default one */
	const char *sysfs_root;	/* NULL: "/sys" or the lab's own */
	/* The inside of a VM: no address there is someone else's, so those
	 * that the store does not know may be removed too. */
	gboolean guest;
} vmnet_options;

/*
 * Opens a host. With `lab`, makes that lab if it is not there and moves the
 * calling process into its network namespace. Free with vmnet_host_free.
 */
vmnet_host *vmnet_host_open (const vmnet_options *o, GError **error);
void vmnet_host_free (vmnet_host *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_host, vmnet_host_free)

const char *vmnet_host_lab (const vmnet_host *host);	   /* NULL: real */
const char *vmnet_host_state_dir (const vmnet_host *host); /* the store */
const char *vmnet_host_run_dir (const vmnet_host *host);   /* sockets, pids */

/* Many commits in a row: each is in the kernel and known to every process at
 * once; the store's document is written and synced when this is switched off,
 * or with the host. FALSE: that failed; all is in the journal. */
gboolean vmnet_host_batch (vmnet_host *host, gboolean on, GError **error);

/* ---- values and fields ------------------------------------------------ */

typedef enum {
	VMNET_T_NONE,		/* not given, not known: prints as nothing */
	VMNET_T_BOOL,
	VMNET_T_INT,		/* int64 */
	VMNET_T_DOUBLE,
	VMNET_T_STRING,
	VMNET_T_LIST,		/* GPtrArray of vmnet_value * */
	VMNET_T_RECORD,		/* nested settings: one vmnet_row */
} vmnet_type;

typedef struct vmnet_row vmnet_row;

typedef struct {
	vmnet_type type;
	union {
		gboolean b;
		gint64 i;
		double d;
		char *s;		/* owned */
		GPtrArray *list;	/* owned */
		vmnet_row *row;		/* one reference, owned */
	};
} vmnet_value;

void vmnet_value_clear (vmnet_value *v);
void vmnet_value_free (vmnet_value *v);

typedef enum {
	VMNET_U_NONE,
	VMNET_U_BITS_PER_SECOND,
	VMNET_U_BYTES,
	VMNET_U_PACKETS,
	VMNET_U_PERCENT,
	VMNET_U_SECONDS,
} vmnet_unit;

typedef struct {
	const char *name;	/* as published: "SwitchType" */
	vmnet_type type;
	vmnet_unit unit;
	int view;		/* place in the default view from 1; 0: no */
	const char *text;	/* one line of help */
	void (*get) (const vmnet_row *row, vmnet_value *out);
	const char *heading;	/* default view's column title; NULL: name */
} vmnet_field;

typedef struct vmnet_view vmnet_view;

typedef struct vmnet_noun {
	const char *name;	/* "VMSwitch" */
	const char *text;
	gboolean list;		/* default view is a list, not a table */
	const vmnet_field *fields;
	size_t n_fields;
	/* What of the kernel the rows need (VMNET_S_*). */
	unsigned sections;
	/* Appends one new vmnet_row for each object of `view` to `out`. */
	void (*rows) (vmnet_view *view, GPtrArray *out);
} vmnet_noun;

/* One object: a noun, its key, and the view that it was seen in. */
struct vmnet_row {
	const vmnet_noun *noun;
	char *key;		/* identity within the noun; owned */
	vmnet_view *view;	/* one reference */
	gconstpointer asked;	/* the model's object, or NULL */
	gconstpointer told;	/* the noun's own join with the kernel */
	GDestroyNotify told_free;
	gatomicrefcount refs;
};

vmnet_row *vmnet_row_ref (vmnet_row *row);
void vmnet_row_unref (vmnet_row *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_row, vmnet_row_unref)

/* NULL-terminated list of all nouns, for completion and help. */
extern const vmnet_noun *const vmnet_nouns[];
const vmnet_field *vmnet_noun_field (const vmnet_noun *noun, const char *name);

extern const vmnet_noun vmnet_noun_switch;	/* VMSwitch */
extern const vmnet_noun vmnet_noun_vm;		/* VM */
extern const vmnet_noun vmnet_noun_adapter;	/* VMNetworkAdapter */
extern const vmnet_noun vmnet_noun_vlan;	/* VMNetworkAdapterVlan */
extern const vmnet_noun vmnet_noun_isolation;	/* VMNetworkAdapterIsolation */
extern const vmnet_noun vmnet_noun_acl;		/* VMNetworkAdapterAcl */
extern const vmnet_noun vmnet_noun_acl_test;	/* …AclTest: vmnet_acl_test */
extern const vmnet_noun vmnet_noun_bandwidth;	/* asked/told/measured */
extern const vmnet_noun vmnet_noun_meter;	/* VMNetworkTrafficReport */
extern const vmnet_noun vmnet_noun_nic;		/* NetAdapter */
extern const vmnet_noun vmnet_noun_vmq;		/* NetAdapterVmq */
extern const vmnet_noun vmnet_noun_queue;	/* NetAdapterVmqQueue */
extern const vmnet_noun vmnet_noun_host;	/* VMHost */
extern const vmnet_noun vmnet_noun_measure;	/* VMMeteringReport */
extern const vmnet_noun vmnet_noun_trace;	/* TraceSession */

/* ---- a view: asked, told, measured at one moment ---------------------- */

enum {
	VMNET_S_MODEL = 1 << 0,	   /* the store only: no kernel call */
	VMNET_S_LINKS = 1 << 1,	   /* interfaces with counters */
	VMNET_S_ADDRS = 1 << 2,	   /* addresses */
	VMNET_S_TC = 1 << 3,	   /* qdiscs and classes with counters */
	VMNET_S_METERS = 1 << 4,   /* BPF counters */
	VMNET_S_QUEUES = 1 << 5,   /* VM queues and their processor time */
	VMNET_S_GUESTS = 1 << 6,   /* processes that hold taps */
	VMNET_S_ROUTES = 1 << 7,   /* routes */
	VMNET_S_FUNCTIONS = 1 << 8,	/* what virtual functions carried */
};

typedef struct vmnet_txn vmnet_txn;

/*
 * Reads the model (that of `txn`, or the store's where NULL) and the sections
 * of the kernel. `before`, or NULL: an earlier view of the same host; fields
 * that are measured over time (rates, loads) are measured between the two and
 * are VMNET_T_NONE without it.
 */
vmnet_view *vmnet_view_new (vmnet_host *host, vmnet_txn *txn,
			    unsigned sections, vmnet_view *before,
			    GError **error);
vmnet_view *vmnet_view_ref (vmnet_view *view);
void vmnet_view_unref (vmnet_view *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_view, vmnet_view_unref)

/* New array of references to rows; free with g_ptr_array_unref. */
GPtrArray *vmnet_view_rows (vmnet_view *view, const vmnet_noun *noun);
/* The row with that key (case-insensitive), one reference, or NULL. */
vmnet_row *vmnet_view_row (vmnet_view *view, const vmnet_noun *noun,
			   const char *key);
gint64 vmnet_view_time (const vmnet_view *view); /* g_get_monotonic_time */

/* ---- the desired model ------------------------------------------------ */

typedef enum {
	VMNET_SWITCH_EXTERNAL, VMNET_SWITCH_INTERNAL, VMNET_SWITCH_PRIVATE,
} vmnet_switch_type;

typedef enum {
	VMNET_BW_DEFAULT,	/* Weight, or None on an SR-IOV switch */
	VMNET_BW_WEIGHT, VMNET_BW_ABSOLUTE, VMNET_BW_NONE,
} vmnet_bw_mode;

/* A number that may not have been given: never confused with zero. */
typedef struct { gboolean set; guint64 value; } vmnet_opt;
#include "vmnet_mirror.h"
#include "vmnet_vlan.h"

typedef struct {
	char *name;
	char *notes;			/* or NULL */
	vmnet_switch_type type;
	/* Its physical adapters, by interface name (External only): the first
	 * one, and further members of a team. vmnet_switch_member walks them. */
	char *uplink;
	char **others;			/* or NULL */
	gboolean teaming;		/* given at creation, for ever */
	gboolean spreads;		/* -LoadBalancingAlgorithm Dynamic */
	vmnet_bw_mode bw_mode;
	vmnet_opt default_flow_absolute;/* bit/s */
	vmnet_opt default_flow_weight;	/* 1..100 */
	gboolean iov;			/* given at creation, for ever */
	char **iov_made;		/* cards whose virtual functions are ours,
					 * by interface name; or NULL */
	char **extensions;		/* names, as they were enabled; or NULL */
	vmnet_mirror mirror;		/* of the uplink; never a destination */
} vmnet_switch;

typedef struct {
	char *name;
	gboolean namespaced;	/* a lab VM: a network namespace of ours */
	gboolean metering;	/* Enable-VMResourceMetering */
	gint64 metering_since;	/* µs since the epoch; 0: never reset */
	gboolean off;		/* Stop-VM; of a lab's VM */
} vmnet_vm;

/* What a VM's power button does, and its monitor. */
typedef enum {
	VMNET_POWER_START,
	VMNET_POWER_SHUT_DOWN,	/* the guest is asked */
	VMNET_POWER_TURN_OFF,
	VMNET_POWER_SAVE,	/* off, to go on from there when started */
	VMNET_POWER_PAUSE,
	VMNET_POWER_RESUME,
	VMNET_POWER_RESET,
	VMNET_POWER_REBOOT,	/* the guest is asked */
} vmnet_power;

/* How long a virtual function waits before it interrupts. */
typedef enum {
	VMNET_MODERATION_DEFAULT,	/* the driver's own */
	VMNET_MODERATION_ADAPTIVE, VMNET_MODERATION_OFF,
	VMNET_MODERATION_LOW, VMNET_MODERATION_MEDIUM, VMNET_MODERATION_HIGH,
} vmnet_moderation;

typedef struct {
	char *vm;		/* NULL: the host's own (-ManagementOS) */
	char *name;
	char *vswitch;		/* NULL: disconnected */
	char *pool;		/* resource pool; NULL: Primordial alone */
	guint8 mac[6];
	gboolean mac_static;
	gboolean spoofing, teaming;	/* -MacAddressSpoofing, -AllowTeaming */
	guint32 guards[VMNET_GUARDS];
	vmnet_mirror mirror;
	vmnet_opt min_absolute;	/* bit/s */
	vmnet_opt min_weight;	/* 0..100 */
	vmnet_opt max;		/* bit/s */
	guint32 vmq_weight;	/* 0..100; 0: no queue of its own */
	guint32 iov_weight;	/* 0..100; 0: no virtual function */
	vmnet_opt iov_queue_pairs;	/* asked for, 1.. */
	vmnet_moderation iov_moderation;
	/* Policy that a virtual function cannot keep: bypassed, instead of
	 * keeping the adapter on its software NIC. */
	gboolean iov_bypass;
	vmnet_vlan vlan;
	char *team_mapping;	/* the member that was asked for, or NULL */
	gboolean team_stays;	/* -DisableFailover On: on that one only */
	char *team_home;	/* the member that was chosen; NULL: no team */
	guint32 slot;		/* of BPF maps and HTB classes, 1.. */
	GPtrArray *acls;	/* vmnet_acl * */
	GPtrArray *extacls;	/* vmnet_extacl * */
} vmnet_adapter;

/* What was asked of a physical adapter. */
typedef struct {
	char *name;		/* interface name */
	gboolean vmq;
	vmnet_opt base_processor, max_processor, max_processors;
	gboolean sriov_off;	/* Disable-NetAdapterSriov */
	vmnet_opt num_vfs;	/* to make; unset: all that the card has */
	vmnet_opt settings[VMNET_NIC_SETTINGS];
	vmnet_opt first[VMNET_NIC_SETTINGS];	/* before they were set */
	vmnet_opt up;		/* 1: Enable-NetAdapter, 0: Disable- */
	guint32 restarts;	/* grows with each Restart-NetAdapter */
	char *first_name;	/* before any Rename-NetAdapter; or NULL */
	char *last_name;	/* before the last one; or NULL */
} vmnet_nic;

typedef struct {
	guint64 generation;	/* grows with every commit */
	guint32 next_acl;
	guint32 next_slot;
	GPtrArray *switches;	/* vmnet_switch * */
	GPtrArray *vms;		/* vmnet_vm * */
	GPtrArray *adapters;	/* vmnet_adapter * */
	GPtrArray *nics;	/* vmnet_nic * */
	GPtrArray *addresses;	/* vmnet_ipaddress * */
	GPtrArray *routes;	/* vmnet_route * */
	GPtrArray *ipinterfaces;/* vmnet_ipinterface * */
	GPtrArray *dns;		/* vmnet_dns * */
	GPtrArray *nats;	/* vmnet_nat * */
	GPtrArray *pools;	/* vmnet_pool * */
	GPtrArray *qos_policies;/* vmnet_qos_policy * */
	GPtrArray *traffic_classes;	/* vmnet_traffic_class * */
	GPtrArray *dcb;		/* vmnet_dcb * */
	GPtrArray *lbfos;	/* vmnet_lbfo * */
	guint64 counted;	/* plan/meters.c: counters carried last */
} vmnet_model;

/* Lookups ignore case; NULL when there is none. */
vmnet_switch *vmnet_model_switch (const vmnet_model *m, const char *name);
vmnet_vm *vmnet_model_vm (const vmnet_model *m, const char *name);
vmnet_adapter *vmnet_model_adapter (const vmnet_model *m, const char *vm,
				    const char *name);
vmnet_nic *vmnet_model_nic (const vmnet_model *m, const char *name);
vmnet_bw_mode vmnet_switch_bw_mode (const vmnet_switch *sw); /* resolved */

/* ---- edits of a transaction's model (transactions: vmnet_txn.h) ---------- */

/*
 * Edits of the transaction's model. Each checks everything that can be
 * checked without applying; on failure the model is as before. Making what
 * is there already with the same settings succeeds and changes nothing; with
 * other settings it fails with VMNET_ERROR_EXISTS and names the difference.
 */
typedef struct {
	const char *name;
	vmnet_switch_type type;
	const char *uplink;		/* External */
	const char *notes;		/* or NULL */
	vmnet_bw_mode bw_mode;
	gboolean allow_management_os;	/* makes the host adapter too */
	gboolean iov;
	vmnet_opt iov_vfs;		/* becomes num_vfs of each uplink */
	const char *const *others;	/* further uplinks of a team, or NULL */
	gboolean teaming;		/* -EnableEmbeddedTeaming */
} vmnet_switch_spec;

gboolean vmnet_switch_add (vmnet_txn *txn, const vmnet_switch_spec *spec,
			   GError **error);

typedef struct {			/* NULL or unset: leave as it is */
	const char *notes;
	const vmnet_switch_type *type;
	const char *uplink;
	const gboolean *allow_management_os;
	vmnet_opt default_flow_absolute, default_flow_weight;
} vmnet_switch_change;

gboolean vmnet_switch_set (vmnet_txn *txn, const char *name,
			   const vmnet_switch_change *c, GError **error);
gboolean vmnet_switch_rename (vmnet_txn *txn, const char *name,
			      const char *new_name, GError **error);
gboolean vmnet_switch_remove (vmnet_txn *txn, const char *name,
			      GError **error);

gboolean vmnet_vm_add (vmnet_txn *txn, const char *name, GError **error);
gboolean vmnet_vm_remove (vmnet_txn *txn, const char *name, GError **error);
/*
 * A lab's VM loses its links, and what was started in it ends, which is all that
 * RESET and REBOOT do there; a guest of libvirt's is told by virsh, one of QEMU's by
 * its monitor, once the transaction is committed. What it is already it stays;
 * one that does not run is not paused, resumed or reset. SHUT_DOWN waits `seconds`
 * for the guest's end (0: not at all); one that runs then is a failure, or with
 * `force` turned off. VMNET_ERROR_UNSUPPORTED: it cannot be told that.
 */
gboolean vmnet_vm_power (vmnet_txn *txn, const char *name, vmnet_power what,
			 guint seconds, gboolean force, GError **error);
gboolean vmnet_vm_set_metering (vmnet_txn *txn, const char *name,
				gboolean on, GError **error);
gboolean vmnet_vm_reset_metering (vmnet_txn *txn, const char *name,
				  GError **error);

typedef struct {			/* NULL or unset: leave as it is */
	const guint8 *mac;		/* six bytes; static */
	gboolean mac_dynamic;		/* back to a derived one */
	const gboolean *spoofing, *teaming;
	vmnet_opt guards[VMNET_GUARDS];	/* value 0: off */
	vmnet_mirror_change mirror;
	vmnet_opt min_absolute, min_weight, max; /* value 0: take it away */
	vmnet_opt vmq_weight;
	vmnet_opt iov_weight, iov_queue_pairs;
	const vmnet_moderation *iov_moderation;
	const gboolean *iov_bypass;
	const char *pool;		/* resource pool */
	/* `allowed` may be any list that vmnet_vlan_list takes. */
	const vmnet_vlan *vlan;
} vmnet_adapter_change;

/*
 * vm NULL: the host. name NULL: "Network Adapter", with a number behind it
 * when that one exists. vswitch NULL: disconnected. Returns the adapter's
 * name within the transaction's model (not owned).
 */
const char *vmnet_adapter_add (vmnet_txn *txn, const char *vm,
			       const char *name, const char *vswitch,
			       const vmnet_adapter_change *c, GError **error);
gboolean vmnet_adapter_set (vmnet_txn *txn, const char *vm, const char *name,
			    const vmnet_adapter_change *c, GError **error);
gboolean vmnet_adapter_connect (vmnet_txn *txn, const char *vm,
				const char *name, const char *vswitch,
				GError **error); /* NULL: disconnect */
gboolean vmnet_adapter_rename (vmnet_txn *txn, const char *vm,
			       const char *name, const char *new_name,
			       GError **error);
gboolean vmnet_adapter_remove (vmnet_txn *txn, const char *vm,
			       const char *name, GError **error);

/*
 * A row of vmnet_noun_acl_test: which entry decides on such a frame, why, and
 * whether the kernel's maps say the same. NULL: there is no such adapter.
 */
vmnet_row *vmnet_acl_test (vmnet_view *view, const char *vm,
			   const char *adapter, const vmnet_frame *frame);
gboolean vmnet_acl_add (vmnet_txn *txn, const char *vm, const char *adapter,
			const vmnet_acl *acl, GError **error);
gboolean vmnet_acl_remove (vmnet_txn *txn, const char *vm,
			   const char *adapter, const vmnet_acl *acl,
			   GError **error);

typedef struct {
	const gboolean *enabled;
	vmnet_opt base_processor, max_processor, max_processors;
} vmnet_vmq_change;

gboolean vmnet_vmq_set (vmnet_txn *txn, const char *nic,
			const vmnet_vmq_change *c, GError **error);

/*
 * Makes the kernel equal to the store: `vmnetsh restore`. Returns the steps
 * that were taken (maybe none), or NULL. What waits for a device that is not
 * there is no failure: `missing`, or NULL, gets a sentence for each, and the
 * agent restores it when the device appears.
 */
GPtrArray *vmnet_restore (vmnet_host *host, GPtrArray *missing,
			  GError **error);

/* The store as a script of ordinary commands that rebuilds it; owned. */
char *vmnet_dump (vmnet_host *host, GError **error);

/*
 * A list of VLANs, "20-30, 10,11", as "10-11,20-30"; owned. NULL with
 * VMNET_ERROR_INVALID: it is empty, or something in it is no number or range
 * of 1 to 4094.
 */
char *vmnet_vlan_list (const char *text, GError **error);

/* MAC text: "001122334455", "00-11-…", "00:11:…". */
gboolean vmnet_mac_parse (const char *text, guint8 mac[6], GError **error);
char *vmnet_mac_format (const guint8 mac[6], char separator); /* 0: none */

/* ---- traces: run by the agent, which outlives the shell ---------------- */

enum { VMNET_CAPTURE_PHYSICAL = 1, VMNET_CAPTURE_VMSWITCH = 2 };

typedef struct {
	const char *file;	/* pcapng */
	unsigned capture;	/* VMNET_CAPTURE_* */
	guint snaplen;		/* bytes; 0: whole frames */
	guint64 max_bytes;	/* of the file; 0: no limit */
	const char *filter;	/* pcap-filter(7); NULL: everything */
} vmnet_trace_spec;

typedef struct {
	gboolean running;
	char *file;		/* owned */
	char *ended;		/* why it ended by itself, or NULL; owned */
	unsigned capture;
	guint64 packets, bytes;	/* of frames in the file, whole lengths */
	guint64 drops;		/* those of them that our policy dropped */
	guint64 lost;		/* by the capture itself */
	gint64 started;		/* µs since the epoch */
} vmnet_trace_status;

/*
 * Starts the agent when there is none. A relative file is one of the caller's
 * folder; one that exists is overwritten. VMNET_ERROR_EXISTS: a trace runs
 * already (the message names its file); VMNET_ERROR_INVALID: the filter (with
 * libpcap's words) or the limit.
 */
gboolean vmnet_trace_start (vmnet_host *host, const vmnet_trace_spec *spec,
			    GError **error);
/*
 * Ends the running trace; its last figures overwrite `out` (or NULL). One that
 * ended by itself is reported once. VMNET_ERROR_NOT_FOUND: there is none.
 */
gboolean vmnet_trace_stop (vmnet_host *host, vmnet_trace_status *out,
			   GError **error);
/* The running trace, or the last one; all zero where there was none. `out` is
 * overwritten. */
gboolean vmnet_trace_get (vmnet_host *host, vmnet_trace_status *out,
			  GError **error);
void vmnet_trace_status_clear (vmnet_trace_status *s);

/* One packet or drop of the running trace, decoded for a line of text. */
typedef struct {
	gint64 time;		/* µs since the epoch */
	char *point;		/* "web1/Network Adapter", "pnic0" */
	char *summary;		/* "IPv4 10.0.0.1 > 10.0.0.2 ICMP echo …" */
	char *verdict;		/* NULL: passed; else why it was dropped */
	guint32 length;		/* bytes of the frame */
	gboolean inbound;	/* to the VM, or into the host on an uplink */
	guint64 serial;		/* grows by one with each */
} vmnet_trace_packet;

/*
 * The last ones after `serial`, oldest first, at most `max`; of the running
 * trace or the last one. Free with g_ptr_array_unref.
 */
GPtrArray *vmnet_trace_tail (vmnet_host *host, guint64 serial, guint max,
			     GError **error);
void vmnet_trace_packet_free (vmnet_trace_packet *p);

/*
 * The agent's main loop, run by `vmnetsh agent`; returns when it was told to
 * end or has had nothing to do for a while. `idle_seconds` 0: stay for ever.
 */
gboolean vmnet_agent_run (vmnet_host *host, guint idle_seconds,
			  GError **error);

/* ---- the lab ------------------------------------------------------------ */

gboolean vmnet_lab_destroy (const char *lab, GError **error);
char **vmnet_lab_list (void);			/* names; g_strfreev */
/* The speed of a lab's physical adapter, enforced at the outside end; 0: no
 * limit. Floors that are shares of it follow; one that does not fit any more
 * is VMNET_ERROR_INVALID, and the speed is as before. */
gboolean vmnet_lab_set_speed (vmnet_host *host, const char *nic,
			      guint64 bits_per_second, GError **error);

/*
 * A physical adapter of the machine, on which it has no address, becomes one
 * of the lab's host, or of its outside machine, until the lab is destroyed.
 */
gboolean vmnet_lab_lend (vmnet_host *host, const char *nic, gboolean outside,
			 GError **error);

/*
 * Starts argv inside a VM's network namespace (lab VMs only), with its own
 * /sys. vm "outside": the outside machine. The fds become the child's 0, 1, 2
 * (-1: /dev/null). The caller waits for the pid.
 */
gboolean vmnet_vm_spawn (vmnet_host *host, const char *vm,
			 const char *const *argv, int in, int out, int err,
			 GPid *pid, GError **error);

G_END_DECLS

#include "vmnet_extacl.h"
#include "vmnet_ip.h"
#include "vmnet_iov.h"
#include "vmnet_move.h"
#include "vmnet_pool.h"
#include "vmnet_qos.h"
#include "vmnet_team.h"
#include "vmnet_lbfo.h"
#include "vmnet_txn.h"
#include "vmnet_switchext.h"

#endif

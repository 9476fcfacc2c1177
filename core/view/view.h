/*
 * view.h - inside view/: what a view has read, and the helpers with which the
 * nouns' getters speak. Each noun stands in a file of its own: its rows, its
 * getters, and below them its field table.
 */
#ifndef VMNET_VIEW_H
#define VMNET_VIEW_H

#include "host.h"
#include "model/model.h"

struct vmnet_view {
	gatomicrefcount refs;
	vmnet_host *h;
	vmnet_model *model;
	store_stamp stamp;	/* of the store that it was read from */
	unsigned sections;
	gint64 time;		/* g_get_monotonic_time */
	vmnet_view *before;	/* without a before of its own; or NULL */
	gint64 links_at, classes_at, queues_at;	/* when they were read */
	gint64 classes_end;			/* and when that was done */
	GPtrArray *links;	/* kn_link *; NULL: not asked for */
	GHashTable *by_name, *by_index;	/* -> kn_link */
	GPtrArray *addrs;	/* kn_addr * */
	GPtrArray *routes;	/* kn_route * */
	GHashTable *classes;	/* class key -> kn_class; owns `class_lists` */
	GPtrArray *class_lists;
	GHashTable *queues;	/* interface name -> GPtrArray of stats */
	GPtrArray *guests;	/* proc_guest * */

	/* Made when a getter first asks; NULL until then. */
	GHashTable *by_vm;	/* of model_adapters_by_vm */
	GHashTable *host_ends;	/* interface name -> host's vmnet_adapter */
	GHashTable *totals;	/* slot -> datapath_totals */
	GHashTable *speeds;	/* interface name -> guint64 * */
	GHashTable *iov;	/* interface name -> its iov_reasons */
	GHashTable *cards;	/* adapter_iov.c's own */
	GHashTable *drivers;	/* interface name -> kn_card * */
	GHashTable *vfs;	/* interface name -> its virtual functions */
	GHashTable *vf_bytes, *vf_first;	/* vf_rate.c's own */
	GHashTable *guest_addrs;	/* VM name -> GPtrArray of kn_addr * */
	GHashTable *port_vlans;		/* ifindex -> kn_port_vlans */
	GPtrArray *resolvers;	/* resolver_entry *: name servers */
	datapath *dp;
	gboolean dp_asked;
};

const kn_link *view_link (const vmnet_view *v, const char *name);
const kn_link *view_port (const vmnet_view *v, const vmnet_adapter *a);
/* The physical adapter by which `a` of switch `s` goes at the moment: its only
 * one, or a member of the team, as the kernel has it; NULL: none. Not owned. */
const char *view_way (vmnet_view *v, const vmnet_switch *s,
		      const vmnet_adapter *a);
/*
 * The class of an adapter on its uplink; NULL: none. What is measured over
 * time needs the section; a getter that does not may have it read just now.
 */
const kn_class *view_class (const vmnet_view *v, const vmnet_adapter *a);
const kn_class *view_class_now (vmnet_view *v, const vmnet_adapter *a);
const GPtrArray *view_queues (const vmnet_view *v, const char *nic);
const GPtrArray *view_queues_now (vmnet_view *v, const char *nic);
/*
 * Seconds between the readings of one section (VMNET_S_LINKS, _TC, _QUEUES)
 * here and in the view before; 0: there is none. With a thousand ports the
 * sections of one view are some 10 ms apart.
 */
double view_elapsed (const vmnet_view *v, unsigned section);
/* The adapters of a VM, in order; NULL: none. */
const GPtrArray *view_adapters_of (vmnet_view *v, const char *vm);
/* Addresses inside a lab's VM, one dump for all its adapters; none: not to be
 * seen, any other VM's addresses are its own. */
const GPtrArray *view_guest_addrs (vmnet_view *v, const char *vm);
/* The VLANs of a bridge's port; NULL: it has none. */
const kn_port_vlans *view_port_vlans (vmnet_view *v, int ifindex);
/* The host's adapter with that interface name; NULL: another interface. */
const vmnet_adapter *view_host_adapter (vmnet_view *v, const char *interface);
/* A host adapter is known by "vEthernet (NAME)", everything else by its
 * interface name; owned, or NULL. */
char *view_alias (vmnet_view *v, int ifindex);
/* bit/s, the lab's own where it gave one; 0: not known. */
guint64 view_link_speed (vmnet_view *v, const char *nic);
/* NULL: nothing was ever configured, or no privilege. */
datapath *view_datapath (vmnet_view *v);
/* What passed the adapter's port and what did not; NULL: never had a port. */
const datapath_totals *view_totals (vmnet_view *v, const vmnet_adapter *a);
/* "VM/Adapter": the row key of an adapter; owned. */
char *view_adapter_key (const vmnet_adapter *a);
/* Same GUID for the same object on every host and at every time; owned. */
char *view_guid (const char *kind, const char *key);

/* SR-IOV of an adapter (NULL: of the machine): is there any, and every reason
 * against it as a list of lines (iov.c). */
gboolean view_iov_can (vmnet_view *v, const char *nic);
void view_iov_put_reasons (vmnet_view *v, const char *nic, vmnet_value *out);
/* The same to a list that has those of other adapters: what is the machine's is
 * said once. */
void view_iov_add_reasons (vmnet_view *v, const char *nic, vmnet_value *out);
/* Of VMNET_S_FUNCTIONS: what all functions have counted (vf_rate.c). */
void view_vf_read (vmnet_view *v);
/* Its virtual functions, and their queue pairs (-1: not known): all, or those in
 * use. */
gint64 view_iov_count (vmnet_view *v, const char *nic, gboolean in_use);
gint64 view_iov_pairs (vmnet_view *v, const char *nic, gboolean in_use);

/* Getters of nouns whose rows are of adapters: `asked` is a vmnet_adapter. */
void view_adapter_get_vm (const vmnet_row *r, vmnet_value *v);
void view_adapter_get_name (const vmnet_row *r, vmnet_value *v);
void view_adapter_get_switch (const vmnet_row *r, vmnet_value *v);

/* What a row of a physical adapter was told (nic.c). */
typedef struct {
	const kn_link *link;		/* of the view */
	const vmnet_adapter *adapter;	/* the host's own; or NULL */
	gboolean physical;
} view_nic;
/* A row of `noun` for each physical adapter that `wanted` wants. */
void view_add_nics (vmnet_view *v, GPtrArray *out, const vmnet_noun *noun,
		    gboolean (*wanted) (const vmnet_view *v,
					const kn_link *l));
const view_nic *view_nic_of (const vmnet_row *r);
void view_nic_get_name (const vmnet_row *r, vmnet_value *v);
void view_nic_get_description (const vmnet_row *r, vmnet_value *v);
void view_nic_get_switch (const vmnet_row *r, vmnet_value *v);
/* The driver's settings, read when first asked for (card.c). */
const kn_card *view_card (vmnet_view *v, const char *nic);

/* A new row at the end of `out`; `told` is owned by it. */
vmnet_row *view_add (GPtrArray *out, vmnet_view *v, const vmnet_noun *noun,
		     char *key, gconstpointer asked, gpointer told,
		     GDestroyNotify told_free);

/* Setters of values: NULL or not set is VMNET_T_NONE. */
void put_text (vmnet_value *v, const char *s);
void put_take (vmnet_value *v, char *s);
void put_bool (vmnet_value *v, gboolean b);
void put_int (vmnet_value *v, gint64 i);
void put_double (vmnet_value *v, double d);
void put_opt (vmnet_value *v, vmnet_opt o);
/* The local address of an entry, "" where it names none; and the remote one. */
void put_local_of (vmnet_value *v, const vmnet_acl *a);
void put_remote_of (vmnet_value *v, const vmnet_acl *a);
void put_mac (vmnet_value *v, const guint8 mac[6], char separator);
/* An empty list; put_list_add takes `s`. */
void put_list (vmnet_value *v);
void put_list_add (vmnet_value *v, char *s);
/* A record: takes the row. */
void put_row (vmnet_value *v, vmnet_row *row);

/* Text of a rate as people write it: "200 Mbps"; owned. */
char *view_rate_text (guint64 bits_per_second);
/* What stands for the description of a network adapter; owned. */
char *view_description (const vmnet_view *v, const char *nic);

/*
 * What a Meter entry counted since its last reset. FALSE: its counter cannot
 * be read, which is not the same as nothing (measure.c).
 */
gboolean view_meter (vmnet_view *v, const vmnet_acl *acl,
		     datapath_count *out);
/* What the published reports tell besides, and nobody measures here: fields
 * without a value, which is not zero. */
void view_not_measured (const vmnet_row *r, vmnet_value *v);
#define NOT_MEASURED(name, text) \
	{ name, VMNET_T_INT, VMNET_U_NONE, 0, text ": not measured here, which " \
	  "is not zero", view_not_measured, NULL }
#define MEASURE_NONE_FIELDS \
	NOT_MEASURED ("AvgCPU", "average processor time in MHz"), \
	NOT_MEASURED ("AvgRAM", "average memory"), \
	NOT_MEASURED ("MaxRAM", "most memory"), \
	NOT_MEASURED ("MinRAM", "least memory"), \
	NOT_MEASURED ("TotalDisk", "disk space"), \
	NOT_MEASURED ("AggregatedAverageNormalizedIOPS", "disk operations"), \
	NOT_MEASURED ("AggregatedAverageLatency", "latency of disks"), \
	NOT_MEASURED ("AggregatedDiskDataRead", "bytes read from disks"), \
	NOT_MEASURED ("AggregatedDiskDataWritten", "bytes written to disks")
/* The meter rows of one adapter, appended to `out` (measure.c). */
void view_meters_of (vmnet_view *v, const vmnet_adapter *a, GPtrArray *out);

#endif

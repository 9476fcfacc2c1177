/*
 * model.h - the desired model as a document: made, copied, compared, read
 * from and written to the store. Plain data; no kernel here. Callers: edit*.c
 * (changes), plan/ (compares with the kernel), view/ (shows).
 */
#ifndef VMNET_MODEL_H
#define VMNET_MODEL_H

#include "vmnet.h"

/* HTB's class numbers have 16 bits, and so has tc_index (bpf/marks.h). */
#define MODEL_SLOT_MAX 65000

vmnet_model *model_new (void);
vmnet_model *model_copy (const vmnet_model *m);
/* One that others may look at, too, is changed by nobody; model_free gives one
 * reference back. */
vmnet_model *model_ref (vmnet_model *m);
gboolean model_shared (const vmnet_model *m);
/* Makes `m` equal to `from`; only what differs is copied. */
void model_assign (vmnet_model *m, const vmnet_model *from);
void model_free (vmnet_model *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_model, model_free)
void model_switch_free (vmnet_switch *s);
void model_vm_free (vmnet_vm *v);
void model_adapter_free (vmnet_adapter *a);
void model_nic_free (vmnet_nic *n);
void model_address_free (vmnet_ipaddress *a);
void model_route_free (vmnet_route *r);
void model_ipinterface_free (vmnet_ipinterface *i);
void model_dns_free (vmnet_dns *d);
void model_nat_free (vmnet_nat *n);
void model_pool_free (vmnet_pool *p);
void model_qos_policy_free (vmnet_qos_policy *p);
void model_traffic_class_free (vmnet_traffic_class *c);
void model_dcb_free (vmnet_dcb *d);
void model_lbfo_free (vmnet_lbfo *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_pool, model_pool_free)

/* Adds to `m` the switches, VMs and adapters of `other` that it lacks, without
 * their ACL: what two commits may have made. */
void model_join (vmnet_model *m, const vmnet_model *other);
/* The same objects with the same settings in the same order, and the same next
 * numbers; the generation is not compared. */
gboolean model_equal (const vmnet_model *a, const vmnet_model *b);
/* The rule for all names: without case; NULL is equal to NULL only. */
gboolean model_name_equal (const char *a, const char *b);
/* Both for a GHashTable with names as keys. */
guint model_name_hash (gconstpointer name);
gboolean model_name_same (gconstpointer a, gconstpointer b);
/* VM name (not owned) -> GPtrArray of its vmnet_adapter *, in order. */
GHashTable *model_adapters_by_vm (const vmnet_model *m);
/* Those of a list that vmnet_vlan_list made; NULL: none. */
void model_vlans_add_list (vmnet_vlans *set, const char *list);
/* That of frames without a tag; 0: none. */
guint16 model_vlan_untagged (const vmnet_vlan *v);
gboolean model_vlan_equal (const vmnet_vlan *a, const vmnet_vlan *b);
/* Overwrites `to`, whose list is freed. */
void model_vlan_copy (vmnet_vlan *to, const vmnet_vlan *from);
/* "Access 10", "Trunk 10,20-30 native 5", "Untagged"; owned. */
char *model_vlan_text (const vmnet_vlan *v);
/* The words of the command that makes it so; owned. NULL: as without any. */
char *model_vlan_words (const vmnet_vlan *v);
/* The same direction, side, address and prefix; the action is not compared. */
gboolean model_acl_same_key (const vmnet_acl *a, const vmnet_acl *b);
/* An extended entry as one line of the store; NULL: the line is none. */
char *model_extacl_write (const vmnet_extacl *e);
vmnet_extacl *model_extacl_read (const char *text);
/* The same entries with the same ids, in the same order. */
gboolean model_extacls_same (const GPtrArray *a, const GPtrArray *b);
/* The same names in the same order; NULL: none. */
gboolean model_names_same (char *const *a, char *const *b);
/* Is it an adapter of a VM that is a network namespace of ours? */
gboolean model_is_namespaced (const vmnet_model *m, const vmnet_adapter *a);
/* Is it connected to that switch? */
gboolean model_is_on (const vmnet_switch *sw, const vmnet_adapter *a);
/* The host's own adapter that is named as its switch, or NULL. */
vmnet_adapter *model_default_host_adapter (const vmnet_model *m,
					   const vmnet_switch *sw);
/* team.c: the further members of two switches; an adapter's place in its team,
 * as asked and as chosen. */
gboolean model_same_others (const vmnet_switch *a, const vmnet_switch *b);
gboolean model_team_same (const vmnet_adapter *a, const vmnet_adapter *b);
/*
 * The member that adapter `a` of switch `sw` belongs to: the one it is mapped
 * to, or the one chosen; NULL: no team, or nothing chosen yet. Not owned.
 */
const char *model_team_member (const vmnet_switch *sw, const vmnet_adapter *a);
gboolean model_has_teams (const vmnet_model *m);	/* has any switch one? */
/* iov.c: are the virtual functions of its member `nic` ours to make and to take
 * away, and saying so. */
gboolean model_iov_ours (const vmnet_switch *sw, const char *nic);
void model_iov_set_ours (vmnet_switch *sw, const char *nic, gboolean ours);
/* The functions of those that join are counted as the first member's are;
 * leavers' are nobody's any more. `was`: the members before. */
void model_iov_members (vmnet_model *m, vmnet_switch *sw,
			const GPtrArray *was);
/* How many host adapters the switch has. */
guint model_host_adapters (const vmnet_model *m, const vmnet_switch *sw);

/*
 * What a Meter entry shows: its counter, overwritten, since the last reset,
 * and what other hosts counted. Below the last reset it began anew.
 */
void model_meter_total (const vmnet_acl *acl, guint64 *bytes,
			guint64 *packets);

/* The words of the published enumerations: "External", "Weight", "Deny", …. */
const char *model_switch_type_text (vmnet_switch_type type);
const char *model_bw_mode_text (vmnet_bw_mode mode);
const char *model_action_text (vmnet_action action);
const char *model_direction_text (vmnet_direction direction);
const char *model_moderation_text (vmnet_moderation moderation);
const char *model_vlan_mode_text (vmnet_vlan_mode mode);

/*
 * The store: state_dir/store.json, a versioned document, and beside it maybe
 * state_dir/journal: what commits have changed since the document was written.
 * Load: missing files are an empty model; a damaged one is an error that names
 * file and line. Save: temp file, fsync, rename, fsync of the folder, and the
 * journal is done with; on failure the old one is as before. Folder and files
 * are readable by all, so that reads work without privilege.
 */
vmnet_model *store_load (const char *state_dir, GError **error);
gboolean store_save (const char *state_dir, const vmnet_model *m,
		     GError **error);
/*
 * What the store's files are now, without reading them; every save and every
 * commit makes another one. Equal stamps, taken before a load: the load would
 * give the same.
 */
typedef struct { guint64 inode; gint64 size, seconds, ns; } store_file;
typedef struct { store_file document, journal; } store_stamp;
store_stamp store_stamp_now (const char *state_dir);
gboolean store_stamp_equal (const store_stamp *a, const store_stamp *b);

/*
 * The journal: one line for what a commit is about to change (begin), one for
 * how it ended. It is not synced: a power cut takes it away and the kernel's
 * state as well, and what a process leaves behind it finds. A begin without an
 * end is a commit that was cut off.
 */
gboolean journal_begin (const char *state_dir, const vmnet_model *base,
			const vmnet_model *m, GError **error);
gboolean journal_end (const char *state_dir, gboolean done, GError **error);
/* What commits that were cut off may have made, `now` being what store_load
 * gives; NULL: there was none. */
vmnet_model *journal_leftover (const char *state_dir,
			       const vmnet_model *now);
gboolean journal_there (const char *state_dir);
/* For store.c: applies what is done to `m`; takes it away. */
gboolean journal_replay (const char *state_dir, vmnet_model *m,
			 GError **error);
void journal_remove (const char *state_dir);

/* The document itself; `file` names it in errors. */
char *store_to_text (const vmnet_model *m);
vmnet_model *store_from_text (const char *text, gssize length,
			      const char *file, GError **error);
/*
 * An exclusive lock on state_dir/lock, for which it waits at most `wait_ms`;
 * -1 with VMNET_ERROR_BUSY (who holds it) or VMNET_ERROR_PERMISSION. The
 * folder is made when it is missing. The lock ends with the process, too.
 */
int store_lock (const char *state_dir, guint wait_ms, GError **error);
void store_unlock (int fd);

/*
 * The model as a script of ordinary commands. On a host that has it already
 * the script changes nothing; on an empty one it rebuilds it (with new
 * dynamic MAC addresses, slots and counters). Owned by the caller.
 */
char *model_dump (const vmnet_model *m);

/*
 * Names that are derived, at most 15 bytes, always the same for the same
 * object; all owned by the caller. A switch's bridge has the switch's own
 * name where that is a fit interface name, else a slug and a hash with '~'
 * between them, which no fit name contains.
 */
char *names_fit (const char *name);	/* any free name, made fit */
char *names_bridge (const vmnet_switch *s);	/* "sw0", "my-lan~1f0c2a" */
char *names_port (const vmnet_adapter *a);	/* port at the bridge: "vp3" */
char *names_tap (const guint8 mac[6]);	/* a tap's lasting name, by which it is
					   found on any host: "tap00155d0ae435" */
char *names_host_adapter (const vmnet_adapter *a); /* its end: "ve-sw0" */
char *names_tunnel (const vmnet_mirror *x);	/* "mirror-v~1f0c2a" */
char *names_alias (const vmnet_adapter *a);	/* "vEthernet (sw0)",
						   "web1/Network Adapter" */
/*
 * Sets a->mac to a dynamic address: 00-15-5D and three bytes of a hash of the
 * VM's and the adapter's name, the next free one in `m` where it is taken.
 */
void names_derive_mac (const vmnet_model *m, vmnet_adapter *a);

#endif

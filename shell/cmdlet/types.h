/*
 * types.h - the parameter types that entries name. Each owns parse, range
 * check, accepted words and live completion (types.c, nametypes.c).
 */
#ifndef SH_TYPES_H
#define SH_TYPES_H

#include "../cmdlet.h"

/* Any value, any text, yes or no, blocks. */
extern const sh_type sh_type_object, sh_type_psobject, sh_type_string;
extern const sh_type sh_type_switch, sh_type_bool, sh_type_block;
extern const sh_type sh_type_hash, sh_type_action, sh_type_guid;

/* Whole and real numbers, with their ranges. */
extern const sh_type sh_type_int32, sh_type_int64, sh_type_uint16;
extern const sh_type sh_type_uint32, sh_type_byte, sh_type_double;
extern const sh_type sh_type_uint64, sh_type_sbyte, sh_type_wildcard;
extern const sh_type sh_type_weight;	/* UInt32, 0..100 */
extern const sh_type sh_type_vlan;	/* Int32, 0..4094 */
extern const sh_type sh_type_vlan_list;	/* String: 10,20-30, or an array */
extern const sh_type sh_type_flow_weight;	/* Int64, 0..100 */
/* Int64, bit/s: 200000000, 200MB (PowerShell's number), "200Mbps". */
extern const sh_type sh_type_bits;
extern const sh_type sh_type_processor;	/* Byte: a processor of this host */
extern const sh_type sh_type_seconds;	/* Double, above 0 */

/* Text that names something which may be there; Tab offers what is. */
extern const sh_type sh_type_switch_name, sh_type_vm_name;
extern const sh_type sh_type_adapter_name, sh_type_nic_name;
extern const sh_type sh_type_interface_name, sh_type_cmdlet_name;
extern const sh_type sh_type_pool_name, sh_type_lbfo_name;
extern const sh_type sh_type_mac, sh_type_ip;

/* Objects of core: a row of that noun. */
extern const sh_type sh_type_vm, sh_type_vmswitch, sh_type_vmnic;
extern const sh_type sh_type_vmnic_base, sh_type_acl, sh_type_extacl;
extern const sh_type sh_type_cim_vmq;
extern const sh_type sh_type_cim_address, sh_type_cim_sriov;
extern const sh_type sh_type_cim_card;	/* any noun of an interface */
extern const sh_type sh_type_switchext;
extern const sh_type sh_type_cim_nat, sh_type_cim_route, sh_type_cim_ipinterface;
extern const sh_type sh_type_cim_natmap, sh_type_cim_qos_policy;
extern const sh_type sh_type_lbfo_object, sh_type_lbfo_members;
extern const sh_type sh_type_lbfo_nics;

/* Published, for parameters that are not built yet: any value. */
extern const sh_type sh_type_cim_session, sh_type_credential;
extern const sh_type sh_type_compatibility, sh_type_system_extension;
/* An object with SettingData. */
extern const sh_type sh_type_port_feature;
extern const sh_type sh_type_snapshot, sh_type_extension, sh_type_session;

/* Accepted words. */
extern const sh_type sh_type_switch_kind, sh_type_new_switch_kind;
extern const sh_type sh_type_teaming_mode, sh_type_balancing;
extern const sh_type sh_type_lbfo_mode, sh_type_lbfo_algorithm;
extern const sh_type sh_type_lbfo_admin, sh_type_lacp_timer;
extern const sh_type sh_type_bw_mode, sh_type_on_off, sh_type_iov_moderation;
extern const sh_type sh_type_iov_policy, sh_type_restart, sh_type_wait_vm;
extern const sh_type sh_type_isolation_mode;
extern const sh_type sh_type_mirroring, sh_type_tunnel;
extern const sh_type sh_type_acl_action;
extern const sh_type sh_type_extacl_action, sh_type_extacl_direction;
extern const sh_type sh_type_acl_direction, sh_type_pool;
extern const sh_type sh_type_pool_kind;	/* of all pools there may be */
extern const sh_type sh_type_address_family, sh_type_rsc_reason;
extern const sh_type sh_type_checksum, sh_type_rss_profile;
extern const sh_type sh_type_reg_data, sh_type_nat_protocol;
extern const sh_type sh_type_qos_protocol, sh_type_qos_template;
extern const sh_type sh_type_network_profile, sh_type_policy_set;
extern const sh_type sh_type_traffic_algorithm, sh_type_cim_traffic;
extern const sh_type sh_type_cim_flow, sh_type_cim_dcbx;
extern const sh_type sh_type_enabled;	/* Enabled, Disabled */

/*
 * One value of type `t`, checked and brought into the type's own form (words
 * as published, numbers as numbers). New reference, or NULL with an error
 * that says what was given and what is accepted.
 */
sh_value *sh_type_parse (const sh_type *t, sh_call *call,
			 const sh_value *given, GError **error);
/* How well `v` stands for `t`: 2 as it is, 1 converted, 0 not at all. */
int sh_type_fit (const sh_type *t, sh_call *call, const sh_value *v);

/* "200Mbps", "1.5 Gbit/s", "64000": bits per second. */
gboolean sh_bits_parse (const char *text, guint64 *out);

#endif

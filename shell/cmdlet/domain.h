/*
 * domain.h - what the cmdlets of the virtual network share: names with
 * wildcards, rows of a noun, which adapters a command is about. Included by
 * every file of entries next to table.c.
 */
#ifndef SH_DOMAIN_H
#define SH_DOMAIN_H

#include "../lang/lang.h"
#include "types.h"

#define REMOTE_TEXT \
	"another host to run on: remote hosts come later, run vmnetsh there"
/* The three that most published cmdlets have for another host, side by side
 * in the alphabet; `in`: their parameter sets, or NULL. */
#define REMOTE_PARAMS(in) \
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, NULL, \
	  in, REMOTE_TEXT }, \
	{ "ComputerName", &sh_type_string, SH_LIST | SH_NOT_YET, 0, NULL, in, \
	  REMOTE_TEXT }, \
	{ "Credential", &sh_type_credential, SH_LIST | SH_NOT_YET, 0, NULL, \
	  in, "who to be on another host: remote hosts come later" }
/* Those of the cmdlets about interfaces, which stand in the alphabet too. */
#define NIC_AS_JOB \
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL, \
	  "run in the background: jobs come later" }
#define NIC_CIM_SESSION \
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, \
	  "Session", NULL, REMOTE_TEXT }
#define NIC_HIDDEN(in) \
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, in, \
	  "also interfaces of ours that are hidden otherwise" }
#define NIC_DESCRIPTION \
	{ "InterfaceDescription", &sh_type_string, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc,InstanceID", \
	  "ByInstanceID", \
	  "driver and model of the interface, as Get-NetAdapter shows" }
#define NIC_NAME(mandatory) \
	{ "Name", &sh_type_nic_name, (mandatory) | SH_LIST | SH_PIPE_NAME, 1, \
	  "ifAlias,InterfaceAlias", "ByName", \
	  "names of interfaces; * and ? stand for any" }
#define NIC_NO_RESTART \
	{ "NoRestart", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "accepted; the change never restarts the interface" }
#define NIC_PASS_THRU \
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "hand on what was changed" }
/* Of DcbQos, at the position that each has them; the host's are of all. */
#define DCB_ONE_NIC(position) \
	{ "InterfaceAlias", &sh_type_string, SH_PIPE_NAME | SH_NOT_YET, \
	  position, "IfAlias", "ByIfAlias", \
	  "one adapter with settings of its own: the host's are of all; " \
	  "Enable-NetAdapterQos says where" }, \
	{ "InterfaceIndex", &sh_type_uint32, SH_PIPE_NAME | SH_NOT_YET, \
	  position, "IfIndex", "ByIfIndex", "the same by its number" }
#define NIC_THROTTLE \
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL, \
	  "how many at once on remote hosts, which come later" }
/* Whose adapters: side by side in the alphabet. A change needs -VMName or one
 * of its likes (SH_MANDATORY), a read without any (0) is of all. */
#define OWNER_PARAMS(mandatory) \
	{ "VM", &sh_type_vm, SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, \
	  "VMObject", "VMs, as objects of Get-VM" }, \
	{ "VMName", &sh_type_vm_name, (mandatory) | SH_LIST | SH_PIPE_VALUE, 1, \
	  NULL, "VMName", "names of VMs; * and ? stand for any" }, \
	{ "VMNetworkAdapter", &sh_type_vmnic_base, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 1, NULL, "ResourceObject", \
	  "adapters, as objects of Get-VMNetworkAdapter" }, \
	{ "VMNetworkAdapterName", &sh_type_adapter_name, 0, 0, NULL, \
	  "VMName,ManagementOS,VMObject", \
	  "name of the adapter; without it all of the VM" }
/* All parameters of a read of what belongs to adapters, in order. */
#define OWNED_READ_PARAMS \
	REMOTE_PARAMS ("VMName,ManagementOS"), \
	{ "ManagementOS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL, \
	  "ManagementOS", "the host's own adapters instead of a VM's" }, \
	OWNER_PARAMS (0), \
	{ "VMSnapshot", &sh_type_snapshot, \
	  SH_MANDATORY | SH_PIPE_VALUE | SH_NOT_YET, 1, "VMCheckpoint", \
	  "VMSnapshot", "snapshots hold no network here" }
#define HANDLER(f) static gboolean f (sh_call *call, GError **error)
#define PARAMS(p) p, G_N_ELEMENTS (p)

/* Teams of the host. */
#define LBFO_CMDLETS \
	&cmdlet_new_netlbfoteam, &cmdlet_get_netlbfoteam, \
	&cmdlet_set_netlbfoteam, &cmdlet_rename_netlbfoteam, \
	&cmdlet_remove_netlbfoteam, &cmdlet_add_netlbfoteammember, \
	&cmdlet_get_netlbfoteammember, &cmdlet_set_netlbfoteammember, \
	&cmdlet_remove_netlbfoteammember, &cmdlet_add_netlbfoteamnic, \
	&cmdlet_get_netlbfoteamnic, &cmdlet_set_netlbfoteamnic, \
	&cmdlet_remove_netlbfoteamnic

/* All of them, for table.c. */
#define DOMAIN_CMDLETS \
	&cmdlet_new_vmswitch, &cmdlet_get_vmswitch, &cmdlet_set_vmswitch, \
	&cmdlet_remove_vmswitch, &cmdlet_rename_vmswitch, \
	&cmdlet_get_vmswitchteam, &cmdlet_set_vmswitchteam, \
	&cmdlet_get_vmswitchteammember, &cmdlet_add_vmswitchteammember, \
	&cmdlet_remove_vmswitchteammember, \
	LBFO_CMDLETS, \
	&cmdlet_get_vmnetworkadapterteammapping, \
	&cmdlet_set_vmnetworkadapterteammapping, \
	&cmdlet_remove_vmnetworkadapterteammapping, \
	&cmdlet_get_vmswitchextension, &cmdlet_enable_vmswitchextension, \
	&cmdlet_disable_vmswitchextension, \
	&cmdlet_get_vmsystemswitchextension, \
	&cmdlet_new_vm, &cmdlet_get_vm, &cmdlet_remove_vm, \
	&cmdlet_start_vm, &cmdlet_stop_vm, &cmdlet_restart_vm, \
	&cmdlet_save_vm, &cmdlet_suspend_vm, &cmdlet_resume_vm, \
	&cmdlet_move_vm, \
	&cmdlet_add_vmnetworkadapter, &cmdlet_get_vmnetworkadapter, \
	&cmdlet_set_vmnetworkadapter, &cmdlet_remove_vmnetworkadapter, \
	&cmdlet_rename_vmnetworkadapter, &cmdlet_connect_vmnetworkadapter, \
	&cmdlet_disconnect_vmnetworkadapter, \
	&cmdlet_get_vmsystemswitchextensionportfeature, \
	&cmdlet_get_vmswitchextensionportfeature, \
	&cmdlet_add_vmswitchextensionportfeature, \
	&cmdlet_set_vmswitchextensionportfeature, \
	&cmdlet_remove_vmswitchextensionportfeature, \
	&cmdlet_get_vmnetworkadaptervlan, \
	&cmdlet_set_vmnetworkadaptervlan, \
	&cmdlet_get_vmnetworkadapterisolation, \
	&cmdlet_set_vmnetworkadapterisolation, \
	&cmdlet_add_vmnetworkadapteracl, &cmdlet_get_vmnetworkadapteracl, \
	&cmdlet_remove_vmnetworkadapteracl, \
	&cmdlet_test_vmnetworkadapteracl, \
	&cmdlet_add_vmnetworkadapterextendedacl, \
	&cmdlet_get_vmnetworkadapterextendedacl, \
	&cmdlet_remove_vmnetworkadapterextendedacl, \
	&cmdlet_get_vmnetworkadapterconnection, \
	&cmdlet_enable_vmresourcemetering, \
	&cmdlet_disable_vmresourcemetering, \
	&cmdlet_reset_vmresourcemetering, &cmdlet_measure_vm, \
	&cmdlet_new_vmresourcepool, &cmdlet_get_vmresourcepool, \
	&cmdlet_set_vmresourcepool, &cmdlet_rename_vmresourcepool, \
	&cmdlet_remove_vmresourcepool, &cmdlet_measure_vmresourcepool, \
	&cmdlet_add_vmswitch, \
	&cmdlet_get_vmnetworkadapterbandwidth, \
	&cmdlet_get_netadapter, &cmdlet_get_netadaptervmq, \
	&cmdlet_enable_netadaptervmq, &cmdlet_disable_netadaptervmq, \
	&cmdlet_set_netadaptervmq, &cmdlet_get_netadaptervmqqueue, \
	&cmdlet_get_netadaptersriov, &cmdlet_enable_netadaptersriov, \
	&cmdlet_disable_netadaptersriov, &cmdlet_set_netadaptersriov, \
	&cmdlet_get_netadaptersriovvf, &cmdlet_get_netadaptervport, \
	&cmdlet_get_vmhost, \
	&cmdlet_confirm_vmnetworkchange, &cmdlet_undo_vmnetworkchange, \
	&cmdlet_get_netadapterstatistics, \
	&cmdlet_get_netadapterlso, \
	&cmdlet_get_netadapteruso, \
	&cmdlet_get_netadapterchecksumoffload, \
	&cmdlet_get_netadapterrsc, \
	&cmdlet_enable_netadapterlso, \
	&cmdlet_disable_netadapterlso, \
	&cmdlet_enable_netadapteruso, \
	&cmdlet_disable_netadapteruso, \
	&cmdlet_enable_netadapterrsc, \
	&cmdlet_disable_netadapterrsc, \
	&cmdlet_enable_netadapterchecksumoffload, \
	&cmdlet_disable_netadapterchecksumoffload, \
	&cmdlet_get_netadapteradvancedproperty, \
	&cmdlet_set_netadapteradvancedproperty, \
	&cmdlet_new_netipaddress, &cmdlet_get_netipaddress, \
	&cmdlet_set_netipaddress, &cmdlet_remove_netipaddress, \
	&cmdlet_new_netroute, &cmdlet_get_netroute, &cmdlet_set_netroute, \
	&cmdlet_remove_netroute, \
	&cmdlet_get_netipinterface, &cmdlet_set_netipinterface, \
	&cmdlet_get_dnsclientserveraddress, \
	&cmdlet_set_dnsclientserveraddress, \
	&cmdlet_set_netadapterlso, &cmdlet_set_netadapteruso, \
	&cmdlet_set_netadapterrsc, &cmdlet_set_netadapterchecksumoffload, \
	&cmdlet_get_netadapterrss, &cmdlet_set_netadapterrss, \
	&cmdlet_enable_netadapterrss, &cmdlet_disable_netadapterrss, \
	&cmdlet_get_netadapterbinding, \
	&cmdlet_enable_netadapterbinding, \
	&cmdlet_disable_netadapterbinding, \
	&cmdlet_set_netadapterbinding, \
	&cmdlet_get_netadapterhardwareinfo, \
	&cmdlet_get_netadapterrdma, \
	&cmdlet_enable_netadapterrdma, \
	&cmdlet_disable_netadapterrdma, \
	&cmdlet_set_netadapterrdma, \
	&cmdlet_set_netadapter, \
	&cmdlet_new_netadapteradvancedproperty, \
	&cmdlet_remove_netadapteradvancedproperty, \
	&cmdlet_reset_netadapteradvancedproperty, \
	&cmdlet_add_netnatstaticmapping, \
	&cmdlet_get_netnatstaticmapping, \
	&cmdlet_remove_netnatstaticmapping, \
	&cmdlet_new_netqospolicy, &cmdlet_get_netqospolicy, \
	&cmdlet_set_netqospolicy, &cmdlet_remove_netqospolicy, \
	&cmdlet_new_netqostrafficclass, \
	&cmdlet_get_netqostrafficclass, \
	&cmdlet_set_netqostrafficclass, \
	&cmdlet_remove_netqostrafficclass, \
	&cmdlet_get_netqosflowcontrol, \
	&cmdlet_enable_netqosflowcontrol, \
	&cmdlet_disable_netqosflowcontrol, \
	&cmdlet_set_netqosflowcontrol, \
	&cmdlet_get_netqosdcbxsetting, \
	&cmdlet_set_netqosdcbxsetting, \
	&cmdlet_switch_netqostrafficclass, \
	&cmdlet_switch_netqosflowcontrol, \
	&cmdlet_switch_netqosdcbxsetting, \
	&cmdlet_get_netadapterqos, \
	&cmdlet_set_netadapterqos, \
	&cmdlet_enable_netadapterqos, \
	&cmdlet_disable_netadapterqos, \
	&cmdlet_new_netnat, &cmdlet_get_netnat, &cmdlet_remove_netnat, \
	&cmdlet_enable_netadapter, &cmdlet_disable_netadapter, \
	&cmdlet_restart_netadapter, &cmdlet_rename_netadapter, \
	&cmdlet_invoke_command, &cmdlet_set_labadapter, \
	&cmdlet_add_labadapter, &cmdlet_netsh, \
	&cmdlet_get_help, &cmdlet_get_command

extern const sh_cmdlet cmdlet_new_vmswitch, cmdlet_get_vmswitch;
extern const sh_cmdlet cmdlet_set_vmswitch, cmdlet_remove_vmswitch;
extern const sh_cmdlet cmdlet_rename_vmswitch;
extern const sh_cmdlet cmdlet_get_vmswitchteam, cmdlet_set_vmswitchteam;
extern const sh_cmdlet cmdlet_get_vmswitchteammember;
extern const sh_cmdlet cmdlet_add_vmswitchteammember;
extern const sh_cmdlet cmdlet_remove_vmswitchteammember;
extern const sh_cmdlet cmdlet_new_netlbfoteam, cmdlet_get_netlbfoteam;
extern const sh_cmdlet cmdlet_set_netlbfoteam, cmdlet_rename_netlbfoteam;
extern const sh_cmdlet cmdlet_remove_netlbfoteam;
extern const sh_cmdlet cmdlet_add_netlbfoteammember;
extern const sh_cmdlet cmdlet_get_netlbfoteammember;
extern const sh_cmdlet cmdlet_set_netlbfoteammember;
extern const sh_cmdlet cmdlet_remove_netlbfoteammember;
extern const sh_cmdlet cmdlet_add_netlbfoteamnic;
extern const sh_cmdlet cmdlet_get_netlbfoteamnic;
extern const sh_cmdlet cmdlet_set_netlbfoteamnic;
extern const sh_cmdlet cmdlet_remove_netlbfoteamnic;
extern const sh_cmdlet cmdlet_get_vmnetworkadapterteammapping;
extern const sh_cmdlet cmdlet_set_vmnetworkadapterteammapping;
extern const sh_cmdlet cmdlet_remove_vmnetworkadapterteammapping;
extern const sh_cmdlet cmdlet_get_vmswitchextension;
extern const sh_cmdlet cmdlet_enable_vmswitchextension;
extern const sh_cmdlet cmdlet_disable_vmswitchextension;
extern const sh_cmdlet cmdlet_get_vmsystemswitchextension;
extern const sh_cmdlet cmdlet_new_vm, cmdlet_get_vm, cmdlet_remove_vm;
extern const sh_cmdlet cmdlet_start_vm, cmdlet_stop_vm, cmdlet_move_vm;
extern const sh_cmdlet cmdlet_restart_vm, cmdlet_save_vm;
extern const sh_cmdlet cmdlet_suspend_vm, cmdlet_resume_vm;
extern const sh_cmdlet cmdlet_add_vmnetworkadapter;
extern const sh_cmdlet cmdlet_get_vmnetworkadapter;
extern const sh_cmdlet cmdlet_set_vmnetworkadapter;
extern const sh_cmdlet cmdlet_remove_vmnetworkadapter;
extern const sh_cmdlet cmdlet_rename_vmnetworkadapter;
extern const sh_cmdlet cmdlet_connect_vmnetworkadapter;
extern const sh_cmdlet cmdlet_disconnect_vmnetworkadapter;
extern const sh_cmdlet cmdlet_get_vmsystemswitchextensionportfeature;
extern const sh_cmdlet cmdlet_get_vmswitchextensionportfeature;
extern const sh_cmdlet cmdlet_add_vmswitchextensionportfeature;
extern const sh_cmdlet cmdlet_set_vmswitchextensionportfeature;
extern const sh_cmdlet cmdlet_remove_vmswitchextensionportfeature;
extern const sh_cmdlet cmdlet_get_vmnetworkadaptervlan;
extern const sh_cmdlet cmdlet_set_vmnetworkadaptervlan;
extern const sh_cmdlet cmdlet_get_vmnetworkadapterisolation;
extern const sh_cmdlet cmdlet_set_vmnetworkadapterisolation;
extern const sh_cmdlet cmdlet_add_vmnetworkadapteracl;
extern const sh_cmdlet cmdlet_get_vmnetworkadapteracl;
extern const sh_cmdlet cmdlet_remove_vmnetworkadapteracl;
extern const sh_cmdlet cmdlet_test_vmnetworkadapteracl;
extern const sh_cmdlet cmdlet_confirm_vmnetworkchange;
extern const sh_cmdlet cmdlet_undo_vmnetworkchange;
extern const sh_cmdlet cmdlet_add_vmnetworkadapterextendedacl;
extern const sh_cmdlet cmdlet_get_vmnetworkadapterextendedacl;
extern const sh_cmdlet cmdlet_remove_vmnetworkadapterextendedacl;
extern const sh_cmdlet cmdlet_get_vmnetworkadapterconnection;
extern const sh_cmdlet cmdlet_enable_vmresourcemetering;
extern const sh_cmdlet cmdlet_disable_vmresourcemetering;
extern const sh_cmdlet cmdlet_reset_vmresourcemetering;
extern const sh_cmdlet cmdlet_measure_vm;
extern const sh_cmdlet cmdlet_new_vmresourcepool, cmdlet_get_vmresourcepool;
extern const sh_cmdlet cmdlet_set_vmresourcepool;
extern const sh_cmdlet cmdlet_rename_vmresourcepool;
extern const sh_cmdlet cmdlet_remove_vmresourcepool;
extern const sh_cmdlet cmdlet_measure_vmresourcepool, cmdlet_add_vmswitch;
extern const sh_cmdlet cmdlet_get_vmnetworkadapterbandwidth;
extern const sh_cmdlet cmdlet_get_netadapter, cmdlet_get_netadaptervmq;
extern const sh_cmdlet cmdlet_enable_netadaptervmq;
extern const sh_cmdlet cmdlet_disable_netadaptervmq;
extern const sh_cmdlet cmdlet_set_netadaptervmq;
extern const sh_cmdlet cmdlet_get_netadaptervmqqueue;
extern const sh_cmdlet cmdlet_get_netadaptersriov;
extern const sh_cmdlet cmdlet_enable_netadaptersriov;
extern const sh_cmdlet cmdlet_disable_netadaptersriov;
extern const sh_cmdlet cmdlet_set_netadaptersriov;
extern const sh_cmdlet cmdlet_get_netadaptersriovvf;
extern const sh_cmdlet cmdlet_get_netadaptervport, cmdlet_get_vmhost;
extern const sh_cmdlet cmdlet_get_netadapterstatistics;
extern const sh_cmdlet cmdlet_get_netadapterlso;
extern const sh_cmdlet cmdlet_get_netadapteruso;
extern const sh_cmdlet cmdlet_get_netadapterchecksumoffload;
extern const sh_cmdlet cmdlet_get_netadapterrsc;
extern const sh_cmdlet cmdlet_enable_netadapterlso;
extern const sh_cmdlet cmdlet_disable_netadapterlso;
extern const sh_cmdlet cmdlet_enable_netadapteruso;
extern const sh_cmdlet cmdlet_disable_netadapteruso;
extern const sh_cmdlet cmdlet_enable_netadapterrsc;
extern const sh_cmdlet cmdlet_disable_netadapterrsc;
extern const sh_cmdlet cmdlet_enable_netadapterchecksumoffload;
extern const sh_cmdlet cmdlet_disable_netadapterchecksumoffload;
extern const sh_cmdlet cmdlet_get_netadapteradvancedproperty;
extern const sh_cmdlet cmdlet_set_netadapteradvancedproperty;
extern const sh_cmdlet cmdlet_new_netipaddress, cmdlet_get_netipaddress;
extern const sh_cmdlet cmdlet_set_netipaddress, cmdlet_remove_netipaddress;
extern const sh_cmdlet cmdlet_new_netroute, cmdlet_get_netroute;
extern const sh_cmdlet cmdlet_set_netroute, cmdlet_remove_netroute;
extern const sh_cmdlet cmdlet_get_netipinterface, cmdlet_set_netipinterface;
extern const sh_cmdlet cmdlet_get_dnsclientserveraddress;
extern const sh_cmdlet cmdlet_set_dnsclientserveraddress;
extern const sh_cmdlet cmdlet_set_netadapterlso, cmdlet_set_netadapteruso;
extern const sh_cmdlet cmdlet_set_netadapterrsc;
extern const sh_cmdlet cmdlet_set_netadapterchecksumoffload;
extern const sh_cmdlet cmdlet_get_netadapterrss, cmdlet_set_netadapterrss;
extern const sh_cmdlet cmdlet_enable_netadapterrss;
extern const sh_cmdlet cmdlet_disable_netadapterrss;
extern const sh_cmdlet cmdlet_get_netadapterbinding;
extern const sh_cmdlet cmdlet_enable_netadapterbinding;
extern const sh_cmdlet cmdlet_disable_netadapterbinding;
extern const sh_cmdlet cmdlet_set_netadapterbinding;
extern const sh_cmdlet cmdlet_get_netadapterhardwareinfo;
extern const sh_cmdlet cmdlet_get_netadapterrdma;
extern const sh_cmdlet cmdlet_enable_netadapterrdma;
extern const sh_cmdlet cmdlet_disable_netadapterrdma;
extern const sh_cmdlet cmdlet_set_netadapterrdma;
extern const sh_cmdlet cmdlet_set_netadapter;
extern const sh_cmdlet cmdlet_new_netadapteradvancedproperty;
extern const sh_cmdlet cmdlet_remove_netadapteradvancedproperty;
extern const sh_cmdlet cmdlet_reset_netadapteradvancedproperty;
extern const sh_cmdlet cmdlet_add_netnatstaticmapping;
extern const sh_cmdlet cmdlet_get_netnatstaticmapping;
extern const sh_cmdlet cmdlet_remove_netnatstaticmapping;
extern const sh_cmdlet cmdlet_new_netqospolicy, cmdlet_get_netqospolicy;
extern const sh_cmdlet cmdlet_set_netqospolicy;
extern const sh_cmdlet cmdlet_remove_netqospolicy;
extern const sh_cmdlet cmdlet_new_netqostrafficclass;
extern const sh_cmdlet cmdlet_get_netqostrafficclass;
extern const sh_cmdlet cmdlet_set_netqostrafficclass;
extern const sh_cmdlet cmdlet_remove_netqostrafficclass;
extern const sh_cmdlet cmdlet_get_netqosflowcontrol;
extern const sh_cmdlet cmdlet_enable_netqosflowcontrol;
extern const sh_cmdlet cmdlet_disable_netqosflowcontrol;
extern const sh_cmdlet cmdlet_set_netqosflowcontrol;
extern const sh_cmdlet cmdlet_get_netqosdcbxsetting;
extern const sh_cmdlet cmdlet_set_netqosdcbxsetting;
extern const sh_cmdlet cmdlet_switch_netqostrafficclass;
extern const sh_cmdlet cmdlet_switch_netqosflowcontrol;
extern const sh_cmdlet cmdlet_switch_netqosdcbxsetting;
extern const sh_cmdlet cmdlet_get_netadapterqos;
extern const sh_cmdlet cmdlet_set_netadapterqos;
extern const sh_cmdlet cmdlet_enable_netadapterqos;
extern const sh_cmdlet cmdlet_disable_netadapterqos;
extern const sh_cmdlet cmdlet_new_netnat, cmdlet_get_netnat;
extern const sh_cmdlet cmdlet_remove_netnat;
extern const sh_cmdlet cmdlet_enable_netadapter, cmdlet_disable_netadapter;
extern const sh_cmdlet cmdlet_restart_netadapter, cmdlet_rename_netadapter;
extern const sh_cmdlet cmdlet_invoke_command, cmdlet_set_labadapter;
extern const sh_cmdlet cmdlet_add_labadapter;
extern const sh_cmdlet cmdlet_netsh, cmdlet_get_help, cmdlet_get_command;

/* ---- names ---- */

/* Has it *, ? or [ in it? */
gboolean dom_is_pattern (const char *s);
gboolean dom_like (const char *pattern, const char *name);
/* Is `name` one of `wanted` (text or a list, may hold patterns)? NULL: yes. */
gboolean dom_wanted (const sh_value *wanted, const char *name);
/*
 * FALSE when a plain name in `wanted` is not among `names` (char *); the error
 * says that there is no such `kind` and which there are.
 */
gboolean dom_check (const char *kind, const sh_value *wanted,
		    const GPtrArray *names, GError **error);

/* ---- reads ---- */

/* The field's value as text; NULL: none. Owned. */
char *dom_field (const vmnet_row *row, const char *field);
gboolean dom_field_on (const vmnet_row *row, const char *field);
/* Is the row's Id among those of the call's -Id? */
gboolean dom_id_wanted (sh_call *call, const vmnet_row *row);
/* All rows of a noun in the statement's view; g_ptr_array_unref. */
GPtrArray *dom_rows (sh_call *call, const vmnet_noun *noun, GError **error);
/* Emits the rows whose `field` is wanted and that `keep` (may be NULL) keeps;
 * then complains about plain names that are not there. */
typedef gboolean (*dom_keep) (sh_call *call, const vmnet_row *row);
gboolean dom_emit (sh_call *call, const GPtrArray *rows, const char *field,
		   const sh_value *wanted, const char *kind, dom_keep keep,
		   GError **error);
/*
 * For reads of what belongs to adapters: does the adapter of that key belong to
 * what -VMNetworkAdapter, -VMNetworkAdapterName, -ManagementOS, -VM or -VMName
 * select (none of them: everything), and are there all VMs that are named?
 */
gboolean dom_owner_wanted (sh_call *call, const char *key);
/* Is there an object of that key (in any case of letters), or of that row? */
gboolean dom_row_among (const sh_value *rows, const char *key);
gboolean dom_is_object (const sh_value *objects, const vmnet_row *row);
gboolean dom_check_owners (sh_call *call, GError **error);
/* Of what was asked for, the rows of the call's -Name or -InputObject; NULL with
 * error. `what`: for the error of a name that is not there. */
GPtrArray *dom_chosen (sh_call *call, const vmnet_noun *noun, const char *what,
		       GError **error);
/* -Priority of the call, a bit for each that is given. */
gboolean dcb_priorities (sh_call *call, vmnet_opt *out, GError **error);
/* An entry's key is "VM/Adapter#NUMBER": the adapter's key, owned, and the
 * number; 0: there is none. */
char *dom_entry_owner (const char *key);
guint64 dom_entry_number (const char *key);
/* Emits the noun's entries that belong to what the call selects. */
gboolean dom_emit_owned (sh_call *call, const vmnet_noun *noun,
			 GError **error);
/* The noun's rows, one for each adapter, of those that the call selects; an error
 * names an adapter that is not there. */
gboolean dom_emit_settings (sh_call *call, const vmnet_noun *noun,
			    GError **error);
/* A pair of views `seconds` apart for figures that are measured over time;
 * the later one, one reference. */
vmnet_view *dom_measure (sh_call *call, const vmnet_noun *noun,
			 double seconds, GError **error);

/* ---- what a change is about ---- */

/* The statement's transaction's model. */
const vmnet_model *dom_model (sh_call *call, GError **error);
/* Names of VMs from -VM (rows) or `names` (text, patterns). Owned strings. */
GPtrArray *dom_vms (sh_call *call, const sh_value *rows,
		    const sh_value *names, GError **error);
GPtrArray *dom_switches (sh_call *call, const sh_value *rows,
			 const sh_value *names, GError **error);

/* The physical adapters of -NetAdapterName or -NetAdapterInterfaceDescription,
 * as names, with NULL behind the last one; none where none was given. Owned
 * strings. */
GPtrArray *dom_uplinks (sh_call *call, GError **error);
/* Is the row's InterfaceDescription among those of the call's? */
gboolean dom_nic_described (sh_call *call, const vmnet_row *row);
/* The interfaces that the call is about, from -InputObject (rows), -Name or
 * -InterfaceDescription. Owned strings. */
GPtrArray *dom_nics (sh_call *call, GError **error);

typedef struct {
	char *vm;		/* NULL: the host's */
	char *name;
} dom_adapter;

char *dom_adapter_key (const dom_adapter *a);	/* as core's rows; owned */
dom_adapter *dom_adapter_from_key (const char *key);
void dom_adapter_free (dom_adapter *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (dom_adapter, dom_adapter_free)
/*
 * The adapters that -VMNetworkAdapter, -VM, -VMName or -ManagementOS and the
 * parameter `name_param` select: of dom_adapter. At least one, or an error,
 * unless a wildcard matched nothing.
 */
GPtrArray *dom_adapters (sh_call *call, const char *name_param,
			 GError **error);
void dom_emit_adapter (sh_call *call, const char *vm, const char *name);

/* Warns of what SR-IOV of the adapter comes to (vmnet_iov_notes). */
void dom_iov_notes (sh_call *call, vmnet_txn *txn, const char *vm,
		    const char *adapter);

#endif

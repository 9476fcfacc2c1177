/*
 * netcard.h - the parameters that the cmdlets of a network card's settings
 * share: netcard.c, netproperty.c.
 */
#ifndef SH_NETCARD_H
#define SH_NETCARD_H

#include "domain.h"

/* netproperty.c: the setting of that keyword, and a value of it as text: a
 * number, Enabled or Disabled, a MAC address. */
gboolean netcard_setting (const char *keyword, guint *out);
gboolean netcard_value (guint setting, const char *text, guint64 *out,
			GError **error);

#define NIC_COMMON_PARAMS \
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL, \
	  "run in the background: jobs come later" }, \
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, \
	  "Session", NULL, REMOTE_TEXT }, \
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL, \
	  "how many at once on remote hosts, which come later" }

#define NIC_READ_PARAMS \
	NIC_COMMON_PARAMS, \
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "also interfaces of ours that are hidden otherwise" }, \
	{ "InterfaceDescription", &sh_type_string, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc,InstanceID", \
	  "ByInstanceID", \
	  "driver and model of the interface, as Get-NetAdapter shows" }, \
	{ "Name", &sh_type_nic_name, SH_LIST | SH_PIPE_NAME, 1, \
	  "ifAlias,InterfaceAlias", "ByName", \
	  "names of interfaces; * and ? stand for any" }

/* What every change of a card has besides its interfaces. */
#define NIC_CHANGE_COMMON_PARAMS \
	NIC_COMMON_PARAMS, \
	{ "IncludeHidden", &sh_type_switch, SH_SWITCH, 0, NULL, \
	  "ByName,ByInstanceID", \
	  "also interfaces of ours that are hidden otherwise" }, \
	{ "InputObject", &sh_type_cim_card, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject", \
	  "interfaces, as objects of Get-NetAdapter and its like" }, \
	{ "NoRestart", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "accepted; the change never restarts the interface" }, \
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "hand on what was changed" }

#define NIC_CHANGE_PARAMS \
	NIC_CHANGE_COMMON_PARAMS, \
	{ "InterfaceDescription", &sh_type_string, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 0, "ifDesc,InstanceID", \
	  "ByInstanceID", \
	  "driver and model of the interface, as Get-NetAdapter shows" }, \
	{ "Name", &sh_type_nic_name, \
	  SH_MANDATORY | SH_LIST | SH_PIPE_NAME, 1, \
	  "ifAlias,InterfaceAlias", "ByName", \
	  "names of interfaces; * and ? stand for any" }

#endif

/*
 * netip.h - what the cmdlets of IP on interfaces share: parameters, and the
 * interfaces that a call is about. Used by ipaddress.c, netroute.c,
 * netipinterface.c, dnsclient.c.
 */
#ifndef SH_NETIP_H
#define SH_NETIP_H

#include "domain.h"

#define NETIP_REMOTE_PARAMS \
	{ "CimSession", &sh_type_cim_session, SH_LIST | SH_NOT_YET, 0, \
	  "Session", NULL, REMOTE_TEXT }, \
	{ "ThrottleLimit", &sh_type_int32, SH_NOT_YET, 0, NULL, NULL, \
	  "how many at once on remote hosts, which come later" }, \
	{ "AsJob", &sh_type_switch, SH_SWITCH | SH_NOT_YET, 0, NULL, NULL, \
	  "run in the background: jobs come later" }

#define NETIP_STORE \
	{ "PolicyStore", &sh_type_string, SH_NOT_YET, 0, NULL, NULL, \
	  "there is one store" }

#define NETIP_PASS_THRU \
	{ "PassThru", &sh_type_switch, SH_SWITCH, 0, NULL, NULL, \
	  "hand on what was changed" }

/* The one interface of -InterfaceAlias or -InterfaceIndex; owned. */
char *netip_interface (sh_call *call, GError **error);
/* Its number as text, owned; NULL without error: it is not there yet. */
char *netip_index (sh_call *call, const char *interface, GError **error);
/* The same of the one that an address there is given to. */
char *netip_index_of_ip (sh_call *call, const char *interface,
			 GError **error);
/* The interfaces that -InputObject (rows with InterfaceAlias), -InterfaceAlias
 * (patterns) and -InterfaceIndex select: owned strings, at least one unless a
 * pattern matched nothing. */
GPtrArray *netip_interfaces (sh_call *call, GError **error);
/* Is the row's field of that name among what the parameter of the same name was
 * given, for each of `names` (NULL-terminated)? */
gboolean netip_wanted (sh_call *call, const vmnet_row *row,
		       const char *const *names);

#endif

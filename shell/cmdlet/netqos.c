/*
 * netqos.c - New-, Get-, Set- and Remove-NetQosPolicy: which frames of this
 * host's own traffic get which priority and DSCP. Listed in table.c.
 */
#include <string.h>

#include "domain.h"

HANDLER (new_policy);
HANDLER (get_policy);
HANDLER (set_policy);
HANDLER (remove_policy);

/* There is one store, and it is this host's. */
static gboolean
store_ok (sh_call *call, gboolean read, GError **error)
{
	const char *store = sh_arg_text (call, "PolicyStore");

	if (store == NULL || g_ascii_strcasecmp (store, "localhost") == 0 ||
	    g_ascii_strcasecmp (store, g_get_host_name ()) == 0 ||
	    (read && g_ascii_strcasecmp (store, "ActiveStore") == 0))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "-PolicyStore '%s': policies are kept on this host alone, "
		     "over every boot; leave it out, or give localhost",
		     store);
	return FALSE;
}

static gboolean
profile_ok (sh_call *call, GError **error)
{
	const char *profile = sh_arg_text (call, "NetworkProfile");

	if (profile == NULL || strcmp (profile, "All") == 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "-NetworkProfile %s: Linux has no network profiles; "
		     "policies are of all networks (All)", profile);
	return FALSE;
}

static void
take (sh_call *call, vmnet_qos_policy *p, vmnet_qos_number n,
      const char *parameter)
{
	if (sh_given (call, parameter))
		p->n[n] = sh_arg_opt (call, parameter);
}

/* A single port is a range of one. */
static void
take_range (sh_call *call, vmnet_qos_policy *p, vmnet_qos_number first,
	    const char *one)
{
	take (call, p, first, vmnet_qos_numbers[first].parameter);
	take (call, p, first + 1, vmnet_qos_numbers[first + 1].parameter);
	take (call, p, first, one);
	take (call, p, first + 1, one);
}

/* -1 takes the action away. */
static void
take_action (sh_call *call, vmnet_qos_policy *p, vmnet_qos_number n,
	     guint32 *cleared)
{
	const char *parameter = vmnet_qos_numbers[n].parameter;
	gint64 value;

	if (!sh_given (call, parameter))
		return;
	sh_to_int (sh_arg (call, parameter), &value);
	if (value < 0)
		*cleared |= 1u << n;
	else
		p->n[n] = (vmnet_opt) { TRUE, (guint64) value };
}

/* Here it is 0 that takes it away. */
static void
take_rate (sh_call *call, vmnet_qos_policy *p, vmnet_qos_number n,
	   guint32 *cleared)
{
	take (call, p, n, vmnet_qos_numbers[n].parameter);
	if (p->n[n].set && p->n[n].value == 0) {
		p->n[n].set = FALSE;
		*cleared |= 1u << n;
	}
}

static void
take_protocol (sh_call *call, vmnet_qos_policy *p)
{
	const char *text = sh_arg_text (call, "IPProtocolMatchCondition");

	for (guint i = 0; text && vmnet_qos_protocols[i]; i++)
		if (strcmp (vmnet_qos_protocols[i], text) == 0)
			p->n[VMNET_QOS_PROTOCOL] = (vmnet_opt) { TRUE, i };
}

/* What both New- and Set- have. */
static void
take_common (sh_call *call, vmnet_qos_policy *p, guint32 *cleared)
{
	take (call, p, VMNET_QOS_PRECEDENCE, "Precedence");
	take_protocol (call, p);
	take (call, p, VMNET_QOS_PORT, "IPPortMatchCondition");
	take (call, p, VMNET_QOS_RDMA_PORT, "NetDirectPortMatchCondition");
	take_range (call, p, VMNET_QOS_SPORT_FIRST, "IPSrcPortMatchCondition");
	take_range (call, p, VMNET_QOS_DPORT_FIRST, "IPDstPortMatchCondition");
	take_action (call, p, VMNET_QOS_PRIORITY, cleared);
	take_action (call, p, VMNET_QOS_DSCP, cleared);
	take_rate (call, p, VMNET_QOS_THROTTLE, cleared);
	take_rate (call, p, VMNET_QOS_WEIGHT, cleared);
	for (guint i = 0; i < VMNET_QOS_TEXTS; i++)
		p->text[i] = (char *) sh_arg_text (
			call, vmnet_qos_texts[i].parameter);
}

static const sh_param new_params[] = {
	{ "AppPathNameMatchCondition", &sh_type_string,
	  SH_PIPE_NAME | SH_NOT_YET, 0, "AppPathName,ApplicationName,app",
	  "ByIP5Tuple,ByIPWellKnownPort",
	  "a program by its path: a frame does not tell which one "
	  "sent it; -UserMatchCondition tells by the user" },
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Cluster", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ByCluster", "ready-made filter: port 3343 of TCP and UDP" },
	{ "DSCPAction", &sh_type_sbyte, SH_PIPE_NAME, 0, "DSCPValue,DSCP",
	  "ByIP5Tuple,ByIPWellKnownPort,ByURI,ByCluster,BySMB,"
	  "ByNFS,ByLiveMigration,ByISCSI,ByDefault",
	  "DSCP that packets get, 0 to 63; -1 takes it away" },
	{ "Default", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ByDefault", "everything that no other policy takes" },
	{ "FCOE", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL, "ByFCOE",
	  "ready-made filter: FCoE, Ethernet type 0x8906" },
	{ "IPDstPortEndMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPDstPortEnd", "ByIP5Tuple", "last port of the receiver" },
	{ "IPDstPortMatchCondition", &sh_type_uint16, 0, 0,
	  "IPDstPort,DestinationPort,dp,dstport,destport", "ByIP5Tuple",
	  "port of the receiver" },
	{ "IPDstPortStartMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPDstPortStart", "ByIP5Tuple", "first port of the receiver" },
	{ "IPDstPrefixMatchCondition", &sh_type_string, SH_PIPE_NAME, 0,
	  "IPDstPrefix,DestinationAddress,da,dst,dstaddr,dstip,dest,destaddr,destip",
	  "ByIP5Tuple,ByURI",
	  "addresses of the receiver: 10.1.0.0/16, 2001:db8::1" },
	{ "IPPortMatchCondition", &sh_type_uint16, SH_MANDATORY | SH_PIPE_NAME,
	  0, "IPPort,port", "ByIPWellKnownPort", "port of either side" },
	{ "IPProtocolMatchCondition", &sh_type_qos_protocol, SH_PIPE_NAME, 0,
	  "IPProtocol,Protocol", "ByIP5Tuple,ByIPWellKnownPort",
	  "TCP, UDP or Both, as without it; None: any" },
	{ "IPSrcPortEndMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPSrcPortEnd", "ByIP5Tuple", "last port of the sender" },
	{ "IPSrcPortMatchCondition", &sh_type_uint16, 0, 0,
	  "IPSrcPort,SourcePort,sp,srcport", "ByIP5Tuple",
	  "port of the sender" },
	{ "IPSrcPortStartMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPSrcPortStart", "ByIP5Tuple", "first port of the sender" },
	{ "IPSrcPrefixMatchCondition", &sh_type_string, SH_PIPE_NAME, 0,
	  "IPSrcPrefix,SourceAddress,sa,src,srcaddr,srcip", "ByIP5Tuple",
	  "addresses of the sender: 10.1.0.0/16, 2001:db8::1" },
	{ "LiveMigration", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ByLiveMigration", "ready-made filter: TCP port 6600" },
	{ "MinBandwidthWeightAction", &sh_type_byte, SH_PIPE_NAME,
	  0, "MinBandwidthWeight,minbww,weight",
	  "ByIP5Tuple,ByIPWellKnownPort,ByCluster,BySMB,ByNFS,"
	  "ByLiveMigration,ByISCSI,ByDefault",
	  "share of the link, 1 to 100, in proportion to other " "weights" },
	{ "NFS", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL, "ByNFS",
	  "ready-made filter: TCP port 2049" },
	{ "Name", &sh_type_string, SH_MANDATORY | SH_PIPE_NAME, 1, NULL, NULL,
	  "its name" },
	{ "NetDirectPortMatchCondition", &sh_type_uint16,
	  SH_MANDATORY | SH_PIPE_NAME, 0,
	  "NetDirectPort,ndport,networkdirectport", "ByNetworkDirectPort",
	  "port of RDMA: RoCE, and iWARP by TCP port, as far as the "
	  "kernel sees them" },
	{ "NetworkProfile", &sh_type_network_profile, SH_PIPE_NAME, 0, NULL,
	  NULL, "All: Linux has no network profiles" },
	{ "PolicyStore", &sh_type_string, 0, 0, "store", NULL,
	  "this host alone: its name, or localhost" },
	{ "Precedence", &sh_type_uint32, SH_PIPE_NAME, 0, NULL, NULL,
	  "of two that fit, the greater one is taken: 0 to 255, 127 "
	  "without it" },
	{ "PriorityValue8021Action", &sh_type_sbyte, SH_PIPE_NAME, 0,
	  "PriorityValue,PriorityValue8021,pri,dot1p",
	  "ByIP5Tuple,ByIPWellKnownPort,ByCluster,BySMB,ByNFS,"
	  "ByLiveMigration,ByISCSI,ByDefault,ByNetworkDirectPort," "ByFCOE",
	  "IEEE 802.1p priority that frames get, 0 to 7; -1 takes it "
	  "away" },
	{ "SMB", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL, "BySMB",
	  "ready-made filter: TCP port 445" },
	NIC_THROTTLE,
	{ "ThrottleRateActionBitsPerSecond", &sh_type_uint64,
	  SH_PIPE_NAME, 0,
	  "ThrottleRateAction,ThrottleRate,Throttle,maxbw",
	  "ByIP5Tuple,ByIPWellKnownPort,ByURI,ByCluster,BySMB,"
	  "ByNFS,ByLiveMigration,ByISCSI,ByDefault",
	  "most that it may send, in bit/s" },
	{ "URIMatchCondition", &sh_type_string,
	  SH_MANDATORY | SH_PIPE_NAME | SH_NOT_YET, 0, "URI,url", "ByURI",
	  "address of a web page: a frame does not tell it" },
	{ "URIRecursiveMatchCondition", &sh_type_bool,
	  SH_PIPE_NAME | SH_NOT_YET, 0, "URIRecursive,urlrecursive,recursive",
	  "ByURI", "what is below the page, too" },
	{ "UserMatchCondition", &sh_type_string, SH_PIPE_NAME, 0, "User,sid",
	  "ByIP5Tuple,ByIPWellKnownPort",
	  "user of this host whose programs send it, by name or " "number" },
	{ "iSCSI", &sh_type_switch, SH_MANDATORY | SH_SWITCH, 0, NULL,
	  "ByISCSI", "ready-made filter: TCP port 3260" },
};

const sh_cmdlet cmdlet_new_netqospolicy = {
	"New-NetQosPolicy", "NetQos", NULL, SH_CHANGES, "ByIP5Tuple",
	PARAMS (new_params), &vmnet_noun_qos_policy,
	"Gives frames of this host's own traffic a priority or a DSCP",
	"New-NetQosPolicy -Name backup -IPDstPrefixMatchCondition "
	"198.51.100.0/24 -IPDstPortMatchCondition 873 -DSCPAction 8",
	"Policies are asked on the way out of every physical adapter, about "
	"what this host itself sends; a VM's frames are its own.",
	NULL, new_policy, NULL,
};

static void
take_template (sh_call *call, vmnet_qos_policy *p)
{
	for (guint i = VMNET_QOS_DEFAULT; vmnet_qos_templates[i]; i++)
		if (sh_arg_on (call, vmnet_qos_templates[i]))
			p->n[VMNET_QOS_TEMPLATE] = (vmnet_opt) { TRUE, i };
}

static gboolean
new_policy (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	const char *name = sh_arg_text (call, "Name");
	vmnet_qos_policy p = { .name = (char *) name };
	guint32 none = 0;

	take_common (call, &p, &none);
	take_template (call, &p);
	if (txn == NULL || !store_ok (call, FALSE, error) ||
	    !profile_ok (call, error) || !vmnet_qos_add (txn, &p, error))
		return FALSE;
	sh_emit (call, sh_row_later (&vmnet_noun_qos_policy, name));
	return TRUE;
}

static const sh_param get_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "Name", &sh_type_string, SH_LIST | SH_PIPE_NAME, 1, NULL, NULL,
	  "names of policies; * and ? stand for any" },
	{ "PolicyStore", &sh_type_string, 0, 0, "store", NULL,
	  "this host alone: its name, or localhost" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_get_netqospolicy = {
	"Get-NetQosPolicy", "NetQos", NULL, 0, NULL,
	PARAMS (get_params), &vmnet_noun_qos_policy,
	"Shows QoS policies, where they are in force and what they counted",
	"Get-NetQosPolicy",
	NULL, NULL, get_policy, NULL,
};

static gboolean
get_policy (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) rows = NULL;

	if (!store_ok (call, TRUE, error))
		return FALSE;
	rows = dom_rows (call, &vmnet_noun_qos_policy, error);
	return rows && dom_emit (call, rows, "Name", sh_arg (call, "Name"),
				 "QoS policy", NULL, error);
}

static const sh_param set_params[] = {
	{ "AppPathNameMatchCondition", &sh_type_string,
	  SH_PIPE_NAME | SH_NOT_YET, 0, "AppPathName,ApplicationName,app",
	  NULL, "a program by its path: a frame does not tell which one "
	  "sent it; -UserMatchCondition tells by the user" },
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "DSCPAction", &sh_type_sbyte, SH_PIPE_NAME, 0, "DSCPValue,DSCP",
	  NULL, "DSCP that packets get, 0 to 63; -1 takes it away" },
	{ "IPDstPortEndMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPDstPortEnd", NULL, "last port of the receiver" },
	{ "IPDstPortMatchCondition", &sh_type_uint16, 0, 0,
	  "IPDstPort,DestinationPort,dp,dstport,destport", NULL,
	  "port of the receiver" },
	{ "IPDstPortStartMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPDstPortStart", NULL, "first port of the receiver" },
	{ "IPDstPrefixMatchCondition", &sh_type_string, SH_PIPE_NAME, 0,
	  "IPDstPrefix,DestinationAddress,da,dst,dstaddr,dstip,dest,destaddr,destip",
	  NULL, "addresses of the receiver: 10.1.0.0/16, 2001:db8::1" },
	{ "IPPortMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPPort,port", NULL, "port of either side" },
	{ "IPProtocolMatchCondition", &sh_type_qos_protocol, SH_PIPE_NAME, 0,
	  "IPProtocol,Protocol", NULL,
	  "TCP, UDP or Both, as without it; None: any" },
	{ "IPSrcPortEndMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPSrcPortEnd", NULL, "last port of the sender" },
	{ "IPSrcPortMatchCondition", &sh_type_uint16, 0, 0,
	  "IPSrcPort,SourcePort,sp,srcport", NULL, "port of the sender" },
	{ "IPSrcPortStartMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "IPSrcPortStart", NULL, "first port of the sender" },
	{ "IPSrcPrefixMatchCondition", &sh_type_string, SH_PIPE_NAME, 0,
	  "IPSrcPrefix,SourceAddress,sa,src,srcaddr,srcip", NULL,
	  "addresses of the sender: 10.1.0.0/16, 2001:db8::1" },
	{ "InputObject", &sh_type_cim_qos_policy,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetQosPolicy" },
	{ "MinBandwidthWeightAction", &sh_type_byte, SH_PIPE_NAME,
	  0, "MinBandwidthWeight,minbww,weight", NULL,
	  "share of the link, 1 to 100, in proportion to other " "weights" },
	{ "Name", &sh_type_string, SH_LIST | SH_PIPE_NAME, 1, NULL, "Query",
	  "names of policies; * and ? stand for any" },
	{ "NetDirectPortMatchCondition", &sh_type_uint16, SH_PIPE_NAME, 0,
	  "NetDirectPort,ndport,networkdirectport", NULL,
	  "port of RDMA: RoCE, and iWARP by TCP port, as far as the "
	  "kernel sees them" },
	{ "NetworkProfile", &sh_type_network_profile, SH_PIPE_NAME, 0, NULL,
	  NULL, "All: Linux has no network profiles" },
	NIC_PASS_THRU,
	{ "PolicyStore", &sh_type_string, 0, 0, "store", "Query",
	  "this host alone: its name, or localhost" },
	{ "Precedence", &sh_type_uint32, SH_PIPE_NAME, 0, NULL, NULL,
	  "of two that fit, the greater one is taken: 0 to 255, 127 "
	  "without it" },
	{ "PriorityValue8021Action", &sh_type_sbyte, SH_PIPE_NAME, 0,
	  "PriorityValue,PriorityValue8021,pri,dot1p", NULL,
	  "IEEE 802.1p priority that frames get, 0 to 7; -1 takes it "
	  "away" },
	{ "TemplateMatchCondition", &sh_type_qos_template, SH_PIPE_NAME, 0,
	  "Template", NULL, "ready-made filter" },
	NIC_THROTTLE,
	{ "ThrottleRateActionBitsPerSecond", &sh_type_uint64,
	  SH_PIPE_NAME, 0,
	  "ThrottleRateAction,ThrottleRate,Throttle,maxbw", NULL,
	  "most that it may send, in bit/s" },
	{ "URIMatchCondition", &sh_type_string, SH_PIPE_NAME | SH_NOT_YET, 0,
	  "URI,url", NULL, "address of a web page: a frame does not tell it" },
	{ "URIRecursiveMatchCondition", &sh_type_bool,
	  SH_PIPE_NAME | SH_NOT_YET, 0, "URIRecursive,urlrecursive,recursive",
	  NULL, "what is below the page, too" },
	{ "UserMatchCondition", &sh_type_string, SH_PIPE_NAME, 0, "User,sid",
	  NULL, "user of this host whose programs send it, by name or "
	  "number" },
};

const sh_cmdlet cmdlet_set_netqospolicy = {
	"Set-NetQosPolicy", "NetQos", NULL, SH_CHANGES, "Query",
	PARAMS (set_params), NULL,
	"Changes QoS policies",
	"New-NetQosPolicy -Name voice -IPPortMatchCondition 5060 -DSCPAction "
	"40; Set-NetQosPolicy -Name voice -DSCPAction 46",
	"Counters go on. An empty text takes a prefix or a user away.",
	NULL, set_policy, NULL,
};

static gboolean
set_policy (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) rows = NULL;
	const char *template = sh_arg_text (call, "TemplateMatchCondition");
	vmnet_qos_policy p = { 0 };
	guint32 cleared = 0;

	take_common (call, &p, &cleared);
	for (guint i = 0; template && vmnet_qos_templates[i]; i++)
		if (strcmp (vmnet_qos_templates[i], template) == 0)
			p.n[VMNET_QOS_TEMPLATE] = (vmnet_opt) { TRUE, i };
	if (txn == NULL || !store_ok (call, FALSE, error) ||
	    !profile_ok (call, error) || !(rows = dom_chosen (call, &vmnet_noun_qos_policy,
					 "QoS policy", error)))
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		p.name = ((vmnet_row *) rows->pdata[i])->key;
		if (!vmnet_qos_set (txn, p.name, &p, cleared, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (&vmnet_noun_qos_policy,
						     p.name));
	}
	return TRUE;
}

static const sh_param remove_params[] = {
	NIC_AS_JOB,
	NIC_CIM_SESSION,
	{ "InputObject", &sh_type_cim_qos_policy,
	  SH_MANDATORY | SH_LIST | SH_PIPE_VALUE, 0, NULL, "InputObject",
	  "objects of Get-NetQosPolicy" },
	{ "Name", &sh_type_string, SH_LIST | SH_PIPE_NAME, 1, NULL, "Query",
	  "names of policies; * and ? stand for any; without it all" },
	NIC_PASS_THRU,
	{ "PolicyStore", &sh_type_string, 0, 0, "store", "Query",
	  "this host alone: its name, or localhost" },
	NIC_THROTTLE,
};

const sh_cmdlet cmdlet_remove_netqospolicy = {
	"Remove-NetQosPolicy", "NetQos", NULL, SH_CHANGES | SH_DESTRUCTIVE,
	"Query", PARAMS (remove_params), NULL,
	"Removes QoS policies",
	"Remove-NetQosPolicy -Name none* -Confirm:$false",
	NULL,
	NULL, remove_policy, NULL,
};

static gboolean
remove_policy (sh_call *call, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) rows = NULL;

	if (txn == NULL || !store_ok (call, FALSE, error) ||
	    !(rows = dom_chosen (call, &vmnet_noun_qos_policy,
					 "QoS policy", error)))
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		vmnet_row *row = rows->pdata[i];

		if (!vmnet_qos_remove (txn, row->key, error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit_row (call, vmnet_row_ref (row));
	}
	return TRUE;
}

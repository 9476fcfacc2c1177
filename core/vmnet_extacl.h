/*
 * vmnet_extacl.h - the part of vmnet.h about extended ACLs: entries with
 * protocol, ports and weight, and the connections that stateful ones let
 * answer. Included by vmnet.h; nobody includes it alone.
 */
#ifndef VMNET_EXTACL_H
#define VMNET_EXTACL_H

#include "vmnet.h"

G_BEGIN_DECLS

/* Where no address is named, any is: of IPv4 and of IPv6. */
typedef struct {
	gboolean given;
	vmnet_family family;	/* VMNET_ADDR_IPV4, VMNET_ADDR_IPV6 */
	guint8 addr[16];	/* network order; no bits behind the prefix */
	guint8 prefix;
} vmnet_prefix;

/* Where no port is named, any is, and protocols without ports match too. */
typedef struct {
	gboolean given;
	guint16 first, last;
} vmnet_ports;

#define VMNET_EXTACLS_MAX 512	/* of an adapter, in one direction */
#define VMNET_IDLE_DEFAULT 300	/* seconds */
#define VMNET_IDLE_MAX 604800	/* a week */

/* One entry as published: known by adapter, direction and weight. */
typedef struct {
	guint32 id;		/* of the same numbers as vmnet_acl's */
	vmnet_direction direction;
	vmnet_action action;	/* VMNET_ACL_ALLOW, VMNET_ACL_DENY */
	guint32 weight;		/* the greatest that matches decides */
	vmnet_prefix local, remote;
	vmnet_opt protocol;	/* 0..255; unset: any */
	vmnet_ports local_port, remote_port;
	gboolean stateful;	/* answers pass whatever else is denied */
	guint32 idle;		/* stateful: seconds until it is forgotten */
	guint32 isolation;	/* VLAN of the frames that it matches; 0: any.
				 * Above VMNET_VLAN_MAX (a virtual subnet's)
				 * it matches none: no port has such frames */
} vmnet_extacl;

/*
 * Texts of the published parameters. "ANY" and "*" are any address, port or
 * protocol; addresses are those of vmnet_acl_parse; ports "80" or "80-90";
 * protocols names (TCP, UDP, ICMP, ICMPv6, …) or numbers. Errors:
 * VMNET_ERROR_INVALID.
 */
gboolean vmnet_prefix_parse (const char *text, vmnet_prefix *out,
			     GError **error);
gboolean vmnet_ports_parse (const char *text, vmnet_ports *out,
			    GError **error);
gboolean vmnet_protocol_parse (const char *text, vmnet_opt *out,
			       GError **error);
/* Has it ports that entries may ask for? TCP, UDP, SCTP, UDPLite. */
gboolean vmnet_protocol_has_ports (guint8 protocol);
/* As they are shown and dumped, "ANY" included; owned. */
char *vmnet_prefix_text (const vmnet_prefix *p);
char *vmnet_ports_text (const vmnet_ports *p);
char *vmnet_protocol_text (vmnet_opt protocol);
/* "Inbound Allow weight 10 TCP local ANY:80 remote 10.0.0.0/8:ANY"; owned. */
char *vmnet_extacl_text (const vmnet_extacl *e);
/* Apart from their ids. */
gboolean vmnet_extacl_equal (const vmnet_extacl *a, const vmnet_extacl *b);

/*
 * An entry of that direction and weight which says the same is no change, one
 * that says something else VMNET_ERROR_EXISTS. The id of `e` is not used.
 */
gboolean vmnet_extacl_add (vmnet_txn *txn, const char *vm,
			   const char *adapter, const vmnet_extacl *e,
			   GError **error);
gboolean vmnet_extacl_remove (vmnet_txn *txn, const char *vm,
			      const char *adapter, vmnet_direction direction,
			      guint32 weight, GError **error);

extern const vmnet_noun vmnet_noun_extacl;  /* VMNetworkAdapterExtendedAcl */
extern const vmnet_noun vmnet_noun_connection; /* VMNetworkAdapterConnection */

G_END_DECLS

#endif

/*
 * vmnet_acl.h - a part of vmnet.h: an entry of a port ACL, a frame as an ACL
 * sees it, and guards. Included by vmnet.h alone.
 */
#ifndef VMNET_ACL_H
#define VMNET_ACL_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum { VMNET_ACL_ALLOW, VMNET_ACL_DENY, VMNET_ACL_METER } vmnet_action;
typedef enum { VMNET_INBOUND, VMNET_OUTBOUND } vmnet_direction;
typedef enum { VMNET_ADDR_IPV4, VMNET_ADDR_IPV6, VMNET_ADDR_MAC } vmnet_family;

/* One row as published: one direction; an address, local or remote, or both. */
typedef struct {
	guint32 id;		/* never reused; names the counter and drops */
	vmnet_direction direction;
	vmnet_action action;
	gboolean local;		/* the VM's own address; else the remote one */
	vmnet_family family;
	guint8 addr[16];	/* network order; first 4, 16 or 6 bytes */
	guint8 prefix;		/* bits; 48 for a MAC */
	/* An entry that names both: above is the local one, `local` is set. */
	gboolean pair;
	vmnet_family remote_family;
	guint8 remote[16];
	guint8 remote_prefix;
	guint64 base_bytes;	/* counter at the last reset */
	guint64 base_packets;
	/* Counted since then where the VM was before: on another host. */
	guint64 carried_bytes, carried_packets;
} vmnet_acl;

/*
 * Parses "10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "00-15-5D-01-02-03".
 * "ANY" is two entries and not parsed here. Host bits set below the prefix
 * are an error that names the prefix that was probably meant.
 */
gboolean vmnet_acl_parse (const char *text, gboolean mac, vmnet_acl *out,
			  GError **error);
/* One end of a frame, and the frame, as far as ACLs look at them. */
typedef struct {
	gboolean has_ip, has_mac, has_port;
	vmnet_family family;		/* of `ip` */
	guint8 ip[16], mac[6];
	guint16 port;
} vmnet_end;
typedef struct {
	vmnet_direction direction;
	vmnet_end local, remote;
	gboolean has_protocol;
	guint8 protocol;		/* 0..255, of IP */
	gboolean has_isolation;
	guint32 isolation;		/* its VLAN; 0: none */
} vmnet_frame;
/*
 * Makes one entry of a local and a remote one. FALSE: IPv4 with IPv6.
 */
gboolean vmnet_acl_pair (vmnet_acl *local, const vmnet_acl *remote,
			 GError **error);
char *vmnet_acl_address (const vmnet_acl *acl);	/* "10.0.0.0/8"; owned */
char *vmnet_acl_remote (const vmnet_acl *acl);	/* NULL: names none; owned */
/* "Local 10.0.0.1 Remote 192.0.2.0/24", or one of them; owned. */
char *vmnet_acl_text (const vmnet_acl *acl);

/* What a VM may not send whatever its ACL says. Zero of each: it may. */
typedef enum {
	VMNET_GUARD_DHCP,	/* as a DHCP server; on or off */
	VMNET_GUARD_ROUTER,	/* router advertisements, redirects; on or off */
	/* ARP and neighbour discovery with another's MAC; on or off */
	VMNET_GUARD_NEIGHBOR,
	VMNET_GUARD_STORM,	/* group frames in a second */
	VMNET_GUARD_ADDRESSES,	/* IP addresses that it uses */
	VMNET_GUARDS
} vmnet_guard;
#define VMNET_ADDRESSES_MAX 32

typedef struct {
	const char *parameter;	/* "DhcpGuard"; the field, too */
	const char *key;	/* in the store */
	gboolean on_off;
	guint32 max;
} vmnet_guard_info;
extern const vmnet_guard_info vmnet_guards[VMNET_GUARDS];

G_END_DECLS

#endif

/*
 * vmnet_ip.h - what the host's interfaces are given of IP: addresses, routes,
 * settings, name servers; and whether they are up. A part of vmnet.h, which
 * includes it.
 */
#ifndef VMNET_IP_H
#define VMNET_IP_H

/* An address that was given to one of the host's interfaces. */
typedef struct {
	char *interface;	/* alias or interface name */
	char *address;		/* "192.0.2.5" */
	guint8 prefix;
	char *gateway;		/* or NULL */
} vmnet_ipaddress;

/* A route through one of them. */
typedef struct {
	char *interface;
	char *destination;	/* "10.0.0.0/8"; "0.0.0.0/0": the default */
	char *next_hop;		/* NULL: the destination is on the link */
	vmnet_opt metric;	/* the lower one is taken; unset: the kernel's
				 * own, 0 of IPv4 and 1024 of IPv6 */
} vmnet_route;

/* Settings of IP on an interface, by vmnet_ip_settings. */
typedef enum {
	VMNET_IP_FORWARDING,
	VMNET_IP_MTU,
	VMNET_IP_DAD_TRANSMITS,
	VMNET_IP_ROUTER_DISCOVERY,
	VMNET_IP_IGNORE_DEFAULT_ROUTES,
	VMNET_IP_HOP_LIMIT,
	VMNET_IP_REACHABLE,
	VMNET_IP_RETRANSMIT,
	VMNET_IP_SETTINGS	/* how many there are */
} vmnet_ip_setting;

typedef struct {
	const char *name;	/* as published: "DadTransmits" */
	const char *v4, *v6;	/* below /proc/sys/net, %s: the interface; NULL:
				 * there is none such */
	gboolean on_off;	/* 0 or 1; else a number */
	gboolean inverse;	/* the kernel's has the other meaning */
} vmnet_ip_setting_info;

extern const vmnet_ip_setting_info vmnet_ip_settings[VMNET_IP_SETTINGS];

/* What was asked of IP on an interface. */
typedef struct {
	char *interface;
	gboolean v6;
	vmnet_opt settings[VMNET_IP_SETTINGS];
} vmnet_ipinterface;

/* The name servers that an interface was given. */
typedef struct {
	char *interface;
	char *servers;		/* "192.0.2.53,2001:db8::53" */
} vmnet_dns;

/* The interface name of what is meant: of an uplink that a host adapter stands
 * for it is that adapter's, where addresses are within reach. Owned. */
char *vmnet_ip_interface (vmnet_txn *txn, const char *interface);
gboolean vmnet_address_add (vmnet_txn *txn, const vmnet_ipaddress *a,
			    GError **error);
/* Gives it another prefix length. */
gboolean vmnet_address_set (vmnet_txn *txn, const char *interface,
			    const char *address, guint prefix,
			    GError **error);
gboolean vmnet_address_remove (vmnet_txn *txn, const char *interface,
			       const char *address, GError **error);

/* One that is there with another metric is VMNET_ERROR_EXISTS. */
gboolean vmnet_route_add (vmnet_txn *txn, const vmnet_route *r,
			  GError **error);
/* Gives it another metric. */
gboolean vmnet_route_set (vmnet_txn *txn, const vmnet_route *r,
			  GError **error);
gboolean vmnet_route_remove (vmnet_txn *txn, const char *interface,
			     const char *destination, const char *next_hop,
			     GError **error);

/* Fails where the kernel has no such setting for that IP version. */
gboolean vmnet_ip_set (vmnet_txn *txn, const char *interface, gboolean v6,
		       vmnet_ip_setting setting, guint64 value,
		       GError **error);
/* Has it an address that a DHCP client or a router gave? */
gboolean vmnet_ip_is_dynamic (vmnet_host *host, const char *interface);

/* Packets from a network inside leave with this host's address. */
typedef struct {
	char *name;
	char *inside;		/* "192.168.7.0/24" */
	gboolean forwards;	/* it switched the host's forwarding on */
	char **maps;		/* vmnet_natmap_text of each; NULL at the end */
} vmnet_nat;

/* A port of this host that leads to a network inside. */
typedef struct {
	guint32 id;
	gboolean udp;		/* else TCP */
	char external[16];	/* "0.0.0.0": any address of this host */
	guint16 external_port;
	char internal[16];
	guint16 internal_port;	/* 0: the same */
	char remote[19];	/* "": "0.0.0.0/0", all */
} vmnet_natmap;

char *vmnet_natmap_text (const vmnet_natmap *p);	/* owned */
gboolean vmnet_natmap_parse (const char *text, vmnet_natmap *out);
/* Fills in the number. */
gboolean vmnet_natmap_add (vmnet_txn *txn, const char *nat, vmnet_natmap *p,
			   GError **error);
gboolean vmnet_natmap_remove (vmnet_txn *txn, guint32 id, GError **error);

gboolean vmnet_nat_add (vmnet_txn *txn, const char *name, const char *inside,
			GError **error);
gboolean vmnet_nat_remove (vmnet_txn *txn, const char *name, GError **error);

/* In that order; none: the interface has no name servers of its own. */
gboolean vmnet_dns_set (vmnet_txn *txn, const char *interface,
			const char *const *servers, GError **error);

/* Up or down, kept over a boot. */
gboolean vmnet_nic_set_up (vmnet_txn *txn, const char *nic, gboolean up,
			   GError **error);
/* Down and up with the commit; addresses and routes are given back. */
gboolean vmnet_nic_restart (vmnet_txn *txn, const char *nic, GError **error);
/* Another interface name; what was asked of it goes along. */
gboolean vmnet_nic_rename (vmnet_txn *txn, const char *nic,
			   const char *new_name, GError **error);

extern const vmnet_noun vmnet_noun_ipaddress;	/* NetIPAddress */
extern const vmnet_noun vmnet_noun_route;	/* NetRoute */
extern const vmnet_noun vmnet_noun_ipinterface;	/* NetIPInterface */
extern const vmnet_noun vmnet_noun_dns;		/* DnsClientServerAddress */
extern const vmnet_noun vmnet_noun_nat;		/* NetNat */
extern const vmnet_noun vmnet_noun_natmap;	/* NetNatStaticMapping */

#endif

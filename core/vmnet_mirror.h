/*
 * vmnet_mirror.h - a part of vmnet.h: port mirroring. Included by vmnet.h
 * alone, in its middle: adapters and switches have a vmnet_mirror.
 */
#ifndef VMNET_MIRROR_H
#define VMNET_MIRROR_H

#include "vmnet_acl.h"

G_BEGIN_DECLS

/* The numbers are the published ones of MonitorMode. */
typedef enum {
	VMNET_MIRROR_NONE, VMNET_MIRROR_DESTINATION, VMNET_MIRROR_SOURCE,
} vmnet_mirror_mode;
extern const char *const vmnet_mirror_modes[];	/* their words, then NULL */

typedef enum { VMNET_TUNNEL_VXLAN, VMNET_TUNNEL_ERSPAN } vmnet_tunnel;
extern const char *const vmnet_tunnels[];	/* their words, then NULL */

#define VMNET_MIRROR_PREFIXES 8		/* of one side of a filter */
#define VMNET_MIRROR_DESTINATIONS 8	/* of one switch */
#define VMNET_MIRROR_SNAP_MIN 96	/* bytes: headers stay whole */
#define VMNET_MIRROR_RATE_MIN 8000	/* bit/s */
#define VMNET_MIRROR_SESSION 1		/* where none is given */

/* The feature of a port that says so, too, as published. */
#define VMNET_PORT_SECURITY "Ethernet Switch Port Security Settings"
#define VMNET_PORT_SECURITY_ID "776e0ba7-94a1-41c8-8f28-951f524251b5"

/* All but `mode` is of a Source, and zero else. */
typedef struct {
	vmnet_mirror_mode mode;
	char *local, *remote;	/* "10.0.0.0/8,fe80::/10"; NULL: any */
	guint32 snap;		/* bytes; 0: whole frames */
	guint64 rate;		/* bit/s of copies; 0: any number */
	char *to;		/* IP address of another machine; NULL: none */
	vmnet_tunnel tunnel;
	guint32 session;	/* VXLAN's network, ERSPAN's session */
} vmnet_mirror;

typedef struct {		/* NULL or unset: leave as it is */
	const vmnet_mirror_mode *mode;
	const char *local, *remote;	/* lists; "" or ANY: any address */
	vmnet_opt snap, rate;		/* value 0: take it away */
	const char *to;			/* "" or None: none */
	const vmnet_tunnel *tunnel;
	vmnet_opt session;
} vmnet_mirror_change;

/* What passes the uplink is copied to the switch's destinations, or no more. */
gboolean vmnet_switch_mirror (vmnet_txn *txn, const char *name,
			      const vmnet_mirror_change *c, GError **error);

G_END_DECLS

#endif

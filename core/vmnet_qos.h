/*
 * vmnet_qos.h - a part of vmnet.h: QoS policies of the host's own traffic.
 * Included by vmnet.h; nobody includes it alone.
 */
#ifndef VMNET_QOS_H
#define VMNET_QOS_H

#include "vmnet.h"

G_BEGIN_DECLS

/* Ready-made filters; the words of -TemplateMatchCondition. */
typedef enum {
	VMNET_QOS_CONDITIONS, VMNET_QOS_DEFAULT, VMNET_QOS_ISCSI,
	VMNET_QOS_FCOE, VMNET_QOS_SMB, VMNET_QOS_NFS, VMNET_QOS_MIGRATION,
	VMNET_QOS_CLUSTER, VMNET_QOS_TEMPLATES
} vmnet_qos_template;
extern const char *const vmnet_qos_templates[];	/* their words, then NULL */

typedef enum {
	VMNET_QOS_ANY_PROTOCOL, VMNET_QOS_TCP, VMNET_QOS_UDP, VMNET_QOS_BOTH,
} vmnet_qos_protocol;
extern const char *const vmnet_qos_protocols[];	/* their words, then NULL */

/* What a policy says in numbers, by vmnet_qos_numbers. */
typedef enum {
	VMNET_QOS_TEMPLATE, VMNET_QOS_PRECEDENCE, VMNET_QOS_PROTOCOL,
	VMNET_QOS_PORT,		/* either one */
	VMNET_QOS_SPORT_FIRST, VMNET_QOS_SPORT_LAST,
	VMNET_QOS_DPORT_FIRST, VMNET_QOS_DPORT_LAST,
	VMNET_QOS_RDMA_PORT,
	VMNET_QOS_UID,
	VMNET_QOS_PRIORITY, VMNET_QOS_DSCP,
	VMNET_QOS_THROTTLE,	/* bit/s */
	VMNET_QOS_WEIGHT,
	VMNET_QOS_PLACE,	/* of its class among those of policies */
	VMNET_QOS_NUMBERS	/* how many there are */
} vmnet_qos_number;

typedef enum {
	VMNET_QOS_SRC, VMNET_QOS_DST,	/* prefixes */
	VMNET_QOS_USER,			/* its name or number, as given */
	VMNET_QOS_TEXTS
} vmnet_qos_text;

typedef struct {
	const char *key;	/* in the store */
	const char *parameter;	/* as published; NULL: none of its own */
	guint64 least, most;
} vmnet_qos_number_info;
extern const vmnet_qos_number_info vmnet_qos_numbers[VMNET_QOS_NUMBERS];
extern const vmnet_qos_number_info vmnet_qos_texts[VMNET_QOS_TEXTS];

#define VMNET_QOS_PRECEDENCE_DEFAULT 127
#define VMNET_QOS_POLICIES 64		/* of one host, at most */

typedef struct {
	char *name;
	guint32 id;		/* of its counter; never given again */
	vmnet_opt n[VMNET_QOS_NUMBERS];
	char *text[VMNET_QOS_TEXTS];	/* NULL: not asked */
} vmnet_qos_policy;

/*
 * `p` without id. VMNET_ERROR_EXISTS: one of that name says something else.
 * -UserMatchCondition is looked up among the host's users.
 */
gboolean vmnet_qos_add (vmnet_txn *txn, const vmnet_qos_policy *p,
			GError **error);
/* Numbers and texts that are set replace those there; a number of `cleared` (a
 * bit for each) and a text of "" goes. */
gboolean vmnet_qos_set (vmnet_txn *txn, const char *name,
			const vmnet_qos_policy *change, guint32 cleared,
			GError **error);
gboolean vmnet_qos_remove (vmnet_txn *txn, const char *name, GError **error);

/*
 * A traffic class: of the eight priorities some, and the share of a link that
 * they have together; or Strict: before all that have a share. The default class
 * has what is left, and is no object.
 */
typedef struct {
	char *name;
	guint32 number;		/* 1 to 7; 0 is the default class */
	gboolean strict;
	guint32 bandwidth;	/* percent; 0: strict */
	guint32 priorities;	/* a bit for each */
} vmnet_traffic_class;

#define VMNET_TRAFFIC_CLASSES 7
#define VMNET_PRIORITIES 8
#define VMNET_TRAFFIC_DEFAULT "[Default]"

typedef struct {		/* NULL or unset: leave as it is */
	const gboolean *strict;
	vmnet_opt bandwidth, priorities;
} vmnet_traffic_change;

gboolean vmnet_traffic_add (vmnet_txn *txn, const vmnet_traffic_class *c,
			    GError **error);
gboolean vmnet_traffic_set (vmnet_txn *txn, const char *name,
			    const vmnet_traffic_change *c, GError **error);
gboolean vmnet_traffic_remove (vmnet_txn *txn, const char *name,
			       GError **error);

/* DCB: of the whole host (`interface` NULL), and of a physical adapter. */
typedef struct {
	char *interface;
	vmnet_opt flow;		/* of the host: priorities with flow control,
				 * a bit for each */
	vmnet_opt willing;	/* of the host: the network may set it */
	vmnet_opt enabled;	/* of an adapter: its traffic classes */
} vmnet_dcb;

/* NULL: nothing was said of it. */
const vmnet_dcb *vmnet_model_dcb (const vmnet_model *m, const char *interface);
/* Priorities of `set` on, those of `clear` off. */
gboolean vmnet_dcb_set_flow (vmnet_txn *txn, guint32 set, guint32 clear,
			     GError **error);
gboolean vmnet_dcb_set_willing (vmnet_txn *txn, gboolean willing,
				GError **error);
gboolean vmnet_dcb_set_enabled (vmnet_txn *txn, const char *nic, gboolean on,
				GError **error);

extern const vmnet_noun vmnet_noun_qos_policy;	/* NetQosPolicy */
extern const vmnet_noun vmnet_noun_traffic;	/* NetQosTrafficClass */
extern const vmnet_noun vmnet_noun_flow;	/* NetQosFlowControl */
extern const vmnet_noun vmnet_noun_dcbx;	/* NetQosDcbxSetting */
extern const vmnet_noun vmnet_noun_nic_qos;	/* NetAdapterQos */

G_END_DECLS

#endif

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

extern const vmnet_noun vmnet_noun_qos_policy;	/* NetQosPolicy */

G_END_DECLS

#endif

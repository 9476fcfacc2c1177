/*
 * qos.h - QoS policies in the data path: one classifier on the way out of each
 * physical adapter, and one set of policies for the host. Called by plan/ and
 * view/.
 */
#ifndef VMNET_BPF_QOS_H
#define VMNET_BPF_QOS_H

#include "bpf/datapath.h"
#include "bpf/qos_records.h"

#define DATAPATH_QOS_POLICIES DP_QOS_POLICIES

/*
 * The policies in the order in which they are asked, replaced atomically: a
 * frame meets the old or the new ones. Counters of ids that stay, or that were
 * in the set before, are kept. `n` 0: none. Policies are as the kernel has
 * them (qos_records.h).
 */
gboolean datapath_qos_set (datapath *d, const struct dp_qos_policy *policies,
			   guint n, GError **error);
/* What is there, into an array of DATAPATH_QOS_POLICIES; how many. */
guint datapath_qos_get (datapath *d, struct dp_qos_policy *out);
/* Of a policy, since it was made. FALSE and zeros: never in force. */
gboolean datapath_qos_count (datapath *d, guint32 id, datapath_count *out);

/* The classifier on a physical adapter, and what it has for classes; NULL:
 * takes it away. Idempotent. */
gboolean datapath_qos_nic_set (datapath *d, kn *k, int ifindex,
			       const struct dp_qos_nic *nic, GError **error);
gboolean datapath_qos_nic_get (datapath *d, kn *k, int ifindex,
			       struct dp_qos_nic *out);

#endif

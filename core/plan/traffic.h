/*
 * traffic.h - QoS policies as the data path has them, and on which adapters.
 * Shared by traffic.c and view/.
 */
#ifndef VMNET_PLAN_TRAFFIC_H
#define VMNET_PLAN_TRAFFIC_H

#include "bpf/qos.h"
#include "host.h"
#include "model/model.h"
#include "plan/step.h"

/* What a frame must be for the policy, and what is done to it. */
void traffic_policy (const vmnet_qos_policy *p, struct dp_qos_policy *out);
/* Does the host's own traffic leave by it: hardware, what a lab has for it, and
 * what a switch was given as its uplink. */
gboolean traffic_is_physical (const vmnet_host *h, const vmnet_model *m,
			      const kn_link *l);

/* Is anything of QoS there that is another one now, or on other uplinks? */
gboolean traffic_touched (const plan *p);
/* Those that were or will be physical: kn_link *; g_ptr_array_unref. */
GPtrArray *traffic_nics (plan *p, GError **error);

#endif

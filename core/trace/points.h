/*
 * points.h - where a trace listens, and what a drop is called: both read from
 * the model. Called by capture.c.
 */
#ifndef VMNET_TRACE_POINTS_H
#define VMNET_TRACE_POINTS_H

#include "bpf/datapath.h"
#include "vmnet.h"

typedef struct {
	char *link;		/* interface name: "vp3" */
	char *name;		/* "web1/Network Adapter" */
	char *description;
	gboolean uplink;	/* directions are the host's, not a VM's */
} point_spec;

void point_spec_free (point_spec *p);

/*
 * New array of point_spec *: the ports of all switches and their uplinks, as
 * far as `capture` (VMNET_CAPTURE_*) asks. A host without an uplink is traced
 * at every physical adapter among `links` (kn_link *). `lab`: its physical
 * adapters are the veths named pnic….
 */
GPtrArray *points_wanted (const vmnet_model *m, const GPtrArray *links,
			  unsigned capture, gboolean lab);

/* "ACL 7 Deny Inbound Remote 10.0.0.0/8"; new string. NULL: the model has no
 * such entry. */
char *points_verdict (const vmnet_model *m, datapath_drop_reason reason,
		      guint32 acl);

#endif

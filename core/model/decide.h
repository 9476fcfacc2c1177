/* decide.h - which entry of an ACL decides: see decide.c. */
#ifndef VMNET_MODEL_DECIDE_H
#define VMNET_MODEL_DECIDE_H

#include "vmnet.h"

/* Does the entry name the frame? */
gboolean model_acl_holds (const vmnet_acl *a, const vmnet_frame *f);
/* The longer prefix, then the other one: the higher goes before. */
guint model_acl_rank (const vmnet_acl *a);
/*
 * The entry (not owned) that decides, among those that meter or among those
 * that allow and deny; `but`, or NULL, is left out. NULL: none names the frame.
 */
const vmnet_acl *model_acl_decides (const GPtrArray *acls,
				    const vmnet_frame *f, gboolean meter,
				    const vmnet_acl *but);

/*
 * The extended entry (not owned) of greatest weight that surely matches; NULL:
 * none. `open`: how many of greater weight may match, but ask for an address, a
 * protocol or a port that is not known of the frame.
 */
const vmnet_extacl *model_extacl_decides (const GPtrArray *extacls,
					  const vmnet_frame *f, guint *open);

#endif

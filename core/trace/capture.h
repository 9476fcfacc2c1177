/*
 * capture.h - one trace: listens at all points, joins what it hears with the
 * data path's drops, and writes one file and the ring for the live view. Runs
 * on the default main context of the process. Called by the agent.
 */
#ifndef VMNET_TRACE_CAPTURE_H
#define VMNET_TRACE_CAPTURE_H

#include "host.h"
#include "trace/ring.h"

typedef struct capture capture;

/*
 * `spec->file` must be absolute; `state_dir`: the store of who asked, which
 * need not be the one that `host` was opened with. `host` and `tail` must outlive the capture.
 * Nothing is left, and no file made, when it fails before the file.
 */
capture *capture_start (vmnet_host *host, const char *state_dir,
			const vmnet_trace_spec *spec, ring *tail,
			GError **error);
/*
 * Takes what is still on the way (some 70 ms) and ends the file. Does nothing
 * when it has ended by itself.
 */
void capture_finish (capture *c);
void capture_free (capture *c);
gboolean capture_running (const capture *c);
/* Overwrites *out; free with vmnet_trace_status_clear. */
void capture_status (capture *c, vmnet_trace_status *out);

#endif

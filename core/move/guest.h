/*
 * guest.h - a guest of QEMU as a process: which one has the VM's taps, with
 * which arguments it was started, where its monitor listens. Used by
 * source_guest.c.
 */
#ifndef VMNET_MOVE_GUEST_H
#define VMNET_MOVE_GUEST_H

#include "host.h"

typedef struct {
	int pid;		/* 0: none runs */
	GStrv argv;
	char *cwd;		/* or NULL */
	char *qmp;		/* Unix socket of -qmp; NULL: it has none */
	char *libvirt;		/* its name there; NULL: it is not libvirt's */
} guest;

void guest_clear (guest *g);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (guest, guest_clear)
/* The process of this host that holds a tap of the VM; none is no failure. */
gboolean guest_find (vmnet_host *h, const vmnet_model *m, const char *vm,
		     guest *out, GError **error);
/*
 * What starts it on another host, where its taps have other names: `ports` is
 * name here -> name there. Without what only held for its own start. NULL
 * when its taps are no names but descriptors of another program.
 */
GStrv guest_arguments (const guest *g, GHashTable *ports, GError **error);
/*
 * "Running", "Paused", "Saved" or "Off", in Hyper-V's words: of the guest `name`,
 * whose process is `pid` (0: none). Asks the monitor of a guest of QEMU's, reads
 * the state that libvirt keeps of its own; where neither tells, it runs. Static.
 */
const char *guest_state (const char *name, int pid);
/* PATH of "-qmp unix:PATH,…"; owned, or NULL. */
char *guest_qmp_path (const char *const *argv);

#endif

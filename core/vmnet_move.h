/*
 * vmnet_move.h - the part of vmnet.h about VMs that move to another host. It
 * is included by that one, and by nobody else.
 */
#ifndef VMNET_MOVE_H
#define VMNET_MOVE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	const char *vm;
	const char *host;	/* as ssh knows it; in a lab: another lab */
	/* "here=there" pairs of switch names, or one name for all adapters;
	 * NULL: the switches have the same names. */
	const char *const *switches;
	gboolean dry_run;	/* checks on both hosts, changes neither */
} vmnet_move;

/*
 * Moves a VM's network with all that was asked of it and its meters' totals,
 * and the VM itself where that can be. Everything is checked on the other host
 * first; on failure the VM runs on here as before, and nothing of it is there.
 * `steps`, `warnings`, or NULL: what was done, and what the other host cannot
 * give it; owned strings are appended.
 */
gboolean vmnet_vm_move (vmnet_host *host, const vmnet_move *m,
			GPtrArray *steps, GPtrArray *warnings,
			GError **error);
/* The other end: `vmnetsh receive`, which the first one starts over there. */
gboolean vmnet_move_receive (vmnet_host *host, int in, int out,
			     GError **error);
/* `vmnetsh receive PATH`: a guest's memory, from `in` to QEMU's socket. */
gboolean vmnet_move_memory (vmnet_host *host, const char *path, int in,
			    GError **error);
/*
 * `vmnetsh hook GUEST OPERATION …`, which libvirt calls: makes what a guest
 * that starts needs. One that comes from another host: its XML is read from
 * `in`, and written to `out` where its taps have other names here.
 */
gboolean vmnet_move_hook (vmnet_host *host, const char *guest,
			  const char *operation, int in, int out,
			  GError **error);

G_END_DECLS

#endif

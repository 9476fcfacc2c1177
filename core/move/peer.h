/*
 * peer.h - what two hosts say to each other while a VM moves: one JSON object
 * a line, a request and its answer, in the form of the agent's (agent/wire.h),
 * through the standard input and output of `vmnetsh receive` over there.
 * Used by source.c and target.c, so that each word is written once.
 */
#ifndef VMNET_MOVE_PEER_H
#define VMNET_MOVE_PEER_H

#include "agent/wire.h"

#define PEER_VERSION 1

/* version, document, kind, boot, lab, inode, ports, switches: everything is
 * checked → lab, ports, warnings */
#define PEER_OFFER "offer"
/* A guest only: document: it is known there, its taps are, unconnected */
#define PEER_PREPARE "prepare"
/* A guest only: argv, cwd: QEMU waits for its memory → socket */
#define PEER_START "start"
/* document: the VM lives there; of a guest twice, at last with all totals */
#define PEER_TAKE "take"
#define PEER_RUNS "runs"	/* a guest only: has it begun to run? */
#define PEER_BACK "back"	/* it does not */
#define PEER_DONE "done"	/* no answer */

#define PEER_NAMESPACE "namespace"	/* kinds of VMs */
#define PEER_GUEST "guest"

typedef struct peer peer;

/*
 * Starts `vmnetsh receive` on another host: through the command of
 * VMNETSH_SSH, or ssh; from a lab without VMNETSH_SSH in the lab of that name.
 */
peer *peer_dial (vmnet_host *h, const char *host, GError **error);
/*
 * A second way there, for a guest's memory: what is written to `fd` arrives at
 * the socket `path`. Closed by the caller; the peer ends when it is.
 */
peer *peer_dial_memory (vmnet_host *h, const char *host, const char *path,
			int *fd, GError **error);
/* Says that it is over, and waits until the other one has ended. */
void peer_close (peer *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (peer, peer_close)
/* Takes `request`. NULL: the other host's error, or that it is gone. */
JsonObject *peer_ask (peer *p, JsonObject *request, GError **error);
void peer_tell (peer *p, JsonObject *request);	/* takes it; no answer */

JsonObject *peer_request (const char *verb);
/* One line from `fd` without its end; NULL: it is over. `wait_ms` -1: for
 * ever. `rest` holds what was read too much. */
char *peer_read_line (int fd, GString *rest, int wait_ms);
gboolean peer_write (int fd, const char *text);
/* Lists of text as members. */
void peer_put_list (JsonObject *o, const char *name,
		    const char *const *list);
GStrv peer_get_list (JsonObject *o, const char *name);

#endif

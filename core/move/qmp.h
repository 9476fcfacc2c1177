/*
 * qmp.h - QEMU's own protocol, as far as a migration needs it: a command, its
 * answer, a descriptor handed over, and what becomes of the migration. Used
 * by source_guest.c and target_guest.c.
 */
#ifndef VMNET_MOVE_QMP_H
#define VMNET_MOVE_QMP_H

#include <json-glib/json-glib.h>

#include "vmnet.h"

typedef struct qmp qmp;

/* The Unix socket of a monitor in control mode; one client at a time. */
qmp *qmp_open (const char *path, GError **error);
/* For a look at its status, which may be missed: NULL when it does not answer at
 * once, because another program uses the monitor. */
qmp *qmp_glance (const char *path);
void qmp_close (qmp *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (qmp, qmp_close)
/*
 * Runs `command`; takes `arguments` (NULL: none). `reply`, or NULL: what it
 * returned, a new reference, when that is an object.
 */
gboolean qmp_do (qmp *q, const char *command, JsonObject *arguments,
		 JsonObject **reply, GError **error);
/* The guest has `fd` from now on under `name`. */
gboolean qmp_give_fd (qmp *q, const char *name, int fd, GError **error);
/* "running", "paused", "postmigrate", …; owned. */
char *qmp_status (qmp *q, GError **error);
/* Waits for the migration's next state other than `but` that asks for
 * something: "pre-switchover", "completed", "failed", "cancelled". Owned. */
char *qmp_wait_migration (qmp *q, const char *but, GError **error);

#endif

/*
 * session.h - the remote session that this process was called from. Called by
 * plan/session.c.
 */
#ifndef VMNET_KERNEL_SESSION_H
#define VMNET_KERNEL_SESSION_H

#include <glib.h>

typedef struct {
	char *text;		/* "CLIENT PORT SERVER PORT", as SSH_CONNECTION */
	guint8 server[16];	/* this machine's end; IPv4 as ::ffff:a.b.c.d */
} kernel_session;

/*
 * SSH_CONNECTION of this process, or of the nearest one above it that has it
 * (sudo takes it out of the environment), if that very connection is
 * established in this network namespace: a session that is kept (tmux) has the
 * variable of one that is gone. FALSE: there is none.
 */
gboolean kernel_session_find (kernel_session *out);
void kernel_session_clear (kernel_session *s);

#endif

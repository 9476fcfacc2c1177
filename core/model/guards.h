/*
 * guards.h - what the model does with an adapter's guards, all alike.
 */
#ifndef VMNET_MODEL_GUARDS_H
#define VMNET_MODEL_GUARDS_H

#include "vmnet.h"

/* `object` heads the message about a value out of range. */
gboolean guards_ok (const char *object, const vmnet_opt *asked,
		    GError **error);
void guards_apply (guint32 *guards, const vmnet_opt *asked);
gboolean guards_equal (const guint32 *a, const guint32 *b);
gboolean guards_on (const guint32 *guards);	/* any of them */
/* Appends ", DhcpGuard On (asked: Off)" for each that differs. */
void guards_differ (GString *s, const guint32 *is, const vmnet_opt *asked);
/* Appends " -DhcpGuard On" for each that is on. */
void guards_dump (GString *s, const guint32 *guards);

#endif

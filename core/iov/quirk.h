/*
 * quirk.h - what one driver or card does otherwise than the rest, each written
 * once, with where it is known from. Used by tune.c, policy.c and view/.
 */
#ifndef VMNET_IOV_QUIRK_H
#define VMNET_IOV_QUIRK_H

#include "kernel/sysfs.h"

typedef enum {
	/* Moderation that follows the load is this number of µs. */
	IOV_QUIRK_ADAPTIVE_USECS,
	/* Moderation that was switched off reads back as this many µs. */
	IOV_QUIRK_OFF_READS_USECS,
	/* Takes a cap for a function, tells it, and does not keep it. */
	IOV_QUIRK_CAP_NOT_KEPT,
} iov_quirk;

typedef struct {
	const char *driver;
	const char *subsystem;	/* "0x1af4": of such cards alone; NULL: all */
	iov_quirk quirk;
	guint value;
	const char *source;	/* how it is known */
} iov_quirk_entry;

/* Of the PCI device `address`, by its driver now; NULL: it has none such. */
const iov_quirk_entry *iov_quirk_of (const char *root, const char *address,
				     iov_quirk quirk);

#endif

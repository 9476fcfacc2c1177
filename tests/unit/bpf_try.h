/*
 * bpf_try.h - the objects of extensions that tests use: those of
 * tests/extension, and the examples.
 */
#ifndef TESTS_BPF_TRY_H
#define TESTS_BPF_TRY_H

#include "bpf/extension.h"

/* NAME.o in a folder of the build. */
vmnet_switchext *try_read (const char *folder, const char *name);

/* What one in a bridge's chain was asked about: how often, and the last time;
 * and what it is to say from now on. */
typedef struct {
	guint32 outbound, vswitch, port, bytes, frames, version, protocol;
	guint32 source, destination;
} try_told_of;

guint64 try_seen (datapath *d, int bridge, const vmnet_switchext *x);
try_told_of try_told (datapath *d, int bridge, const vmnet_switchext *x);
void try_says (datapath *d, int bridge, const vmnet_switchext *x,
	       guint32 verdict);

#endif

/*
 * virsh.h - libvirt asked by its own program, whose place the command of
 * VMNETSH_VIRSH takes. libvirt calls vmnetsh's hook meanwhile, which wants the
 * lock: the caller does not have it.
 */
#ifndef VMNET_MOVE_VIRSH_H
#define VMNET_MOVE_VIRSH_H

#include <glib.h>

/* "virsh" and these words, NULL at their end; NULL: VMNETSH_VIRSH is none. */
GStrv virsh_command (const char *const *words, GError **error);
/* Runs it: what it prints, owned. `vm` is for the error, with what it says. */
char *virsh_ask (const char *vm, const char *const *command, GError **error);
/* Both. */
char *virsh_run (const char *vm, const char *const *words, GError **error);
/* Does libvirt know `name` also while it does not run? 1, 0, or -1: error. */
int virsh_is_defined (const char *vm, const char *name, GError **error);

#endif

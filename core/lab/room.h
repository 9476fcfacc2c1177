/*
 * room.h - what the files of the lab room share; nobody else includes it.
 */
#ifndef VMNET_LAB_ROOM_H
#define VMNET_LAB_ROOM_H

#include <sys/types.h>

#include "kernel/netlink.h"
#include "lab/lab.h"

#define LAB_NICS 2		/* pnic0, pnic1 */
#define LAB_QUEUES 4		/* of each end of each of their wires */
#define LAB_LAN "lan0"		/* the outside machine's bridge */
#define LAB_OUTSIDE "outside"	/* the outside machine's name as a VM */

/* Names of namespaces; lab_name_check keeps them unambiguous. */
#define LAB_PREFIX "vmnetsh-"
#define LAB_VM_INFIX "-vm-"
#define LAB_OUTSIDE_SUFFIX "-" LAB_OUTSIDE

/* One lab while it is entered, changed or destroyed. */
typedef struct {
	const char *name, *run_dir;
	int host, outside;	/* its namespaces; -1: not open */
	int lock;		/* -1: not held */
} lab_room;

/*
 * The lab's lock, held until lab_room_close; waits at most 30 seconds. Makes
 * run_dir's parent. The file is /run/vmnetsh/lab-NAME.lock.
 */
gboolean lab_room_lock (lab_room *l, const char *lab, const char *run_dir,
			GError **error);
void lab_room_close (lab_room *l);
/* Takes the lock's file away: the lab is gone. Still held until close. */
void lab_room_unlink (lab_room *l);
/* Replaces the file as a whole. */
gboolean lab_save_text (const char *path, const char *text, GError **error);

/* "EXPLANATION: strerror", of the code that fits to errno `err`. */
gboolean lab_fail (GError **error, int err, const char *format, ...)
	G_GNUC_PRINTF (3, 4);
/* TRUE when `lab` names no namespace that another lab could have too. */
gboolean lab_name_check (const char *lab, GError **error);
/* The capabilities that a lab needs; names the missing one. */
gboolean lab_privilege (GError **error);

/* ---- room.c: names ---- */

char *lab_dir (const char *above, const char *lab);	/* "ABOVE/lab-LAB" */
char *lab_host_netns (const char *lab);		/* "vmnetsh-LAB" */
char *lab_outside_netns (const char *lab);
/* NULL with error when the VM's name is too long for a file name. */
char *lab_vm_netns_name (const char *lab, const char *vm, GError **error);

/* ---- netns.c: named network namespaces, as iproute2 has them ---- */

gboolean netns_exists (const char *name);
int netns_open (const char *name, GError **error);	/* -1: error */
/* `made`, or NULL: whether it was not there. */
gboolean netns_add (const char *name, gboolean *made, GError **error);
gboolean netns_del (const char *name, GError **error);	/* gone is fine */
/* Names that start with `prefix`, sorted; char *. */
GPtrArray *netns_names (const char *prefix);

/* The same namespace under a new name; nothing that runs there notices. */
gboolean netns_rename (const char *name, const char *new_name,
		       GError **error);

typedef gboolean (*netns_func) (gpointer user, GError **error);
/*
 * Runs `func` inside the namespace in a thread of its own, which ends there:
 * so there is no way back that could fail.
 */
gboolean netns_run (int fd, netns_func func, gpointer user, GError **error);

/* ---- wire.c: interfaces of the lab ---- */

/* A new namespace: lo up, nothing spoken that nobody asked for. */
gboolean wire_prepare_netns (int fd, gboolean link_local, GError **error);
gboolean wire_complete (lab_room *l);
gboolean wire_make (lab_room *l, GError **error);

/* ---- state.c: run_dir/lab.json ---- */

gboolean state_complete (const char *run_dir);
gboolean state_set_complete (const char *run_dir, GError **error);
guint64 state_speed (const char *run_dir, const char *nic);
gboolean state_set_speed (const char *run_dir, const char *nic, guint64 rate,
			  GError **error);

/* ---- speed.c ---- */

/* Enforces what state.c has for each adapter, after wires were made. */
gboolean speed_apply (lab_room *l, GError **error);

/* ---- outside.c: the sink ---- */

#define SINK_NAME "vmnetsh-sink"	/* its comm */

gboolean outside_start (lab_room *l, GError **error);	/* or running */
gboolean outside_stop (const char *run_dir, GError **error);

/* ---- resolver.c ---- */

char *lab_resolver_folder (const char *lab);	/* owned */
/* What the VM's programs have as /etc/resolv.conf, made when it is missing;
 * owned, or NULL: this machine has none to begin with. */
char *lab_vm_resolver (const char *run_dir, const char *vm);

/* ---- process.c ---- */

/* Ends it when it is still the one that started then; FALSE: it would not. */
gboolean process_end (pid_t pid, guint64 start_time);
/*
 * Ends those in the namespace `fd` that this program started there. Others:
 * FALSE with an error that names them; nothing is ended then. `run_dir`: of
 * the lab whose agent may be there and is ours too, or NULL.
 */
gboolean process_clear_netns (int fd, const char *what, const char *run_dir,
			      GError **error);
/* Only refuses: FALSE when there are others. */
gboolean process_check_netns (int fd, const char *what, const char *run_dir,
			      GError **error);
/* lend.c: real adapters in the namespace `fd` go back to the machine, under
 * the name that they had there, without virtual functions if they had none.
 * Never fails. */
gboolean lend_return (int fd, const char *what, const char *run_dir,
		      GError **error);
/* Ends those in the namespace that have this name (comm). */
gboolean process_end_named (int fd, const char *name);

/* In the environment of everything that vmnet_vm_spawn starts. */
#define LAB_MARK "VMNETSH_LAB_VM"

#endif

/*
 * vmnet_switchext.h - a part of vmnet.h, which includes it: extensions of a
 * switch, the programs of third parties that are asked about each frame on its
 * ports. How one is written is in core/bpf/extension/vmnet_extension.h.
 *
 * An object file is installed by putting it into a folder: `extensions` in the
 * host's state folder (/var/lib/vmnetsh/extensions), or that of the package
 * (LIBDIR/vmnetsh/extensions). Its name in there ends with ".o"; it and the
 * folder may be written by root only. Where both folders have one of the same
 * name, the host's own counts.
 */
#ifndef VMNET_SWITCHEXT_H
#define VMNET_SWITCHEXT_H

typedef enum {
	VMNET_SWITCHEXT_CAPTURE = 1,	/* sees frames */
	VMNET_SWITCHEXT_FILTER,		/* may drop them */
	VMNET_SWITCHEXT_FORWARDING,	/* and choose the port they go to */
} vmnet_switchext_type;

/* Extensions of one switch, at most. */
#define VMNET_SWITCHEXTS_MAX 8

typedef struct {
	char *path;		/* of the object file; NULL: it is gone */
	char *problem;		/* why it cannot be used, or NULL; then what
				 * follows may not be known */
	char *id;		/* GUID */
	char *name, *vendor, *version;
	vmnet_switchext_type type;
	guint64 digest;		/* of the file */
} vmnet_switchext;

void vmnet_switchext_free (vmnet_switchext *x);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (vmnet_switchext, vmnet_switchext_free)
/* "Capture", "Filter", "Forwarding"; static. */
const char *vmnet_switchext_type_text (vmnet_switchext_type type);

/*
 * Appends to what the switch is extended by; it is asked behind those of its
 * type that are there. One that is enabled already: no change. Errors: it is
 * not installed, its object cannot be used, there is a forwarding extension
 * already, or there are VMNET_SWITCHEXTS_MAX.
 */
gboolean vmnet_switchext_enable (vmnet_txn *txn, const char *vswitch,
				 const char *name, GError **error);
/* One that is installed and not enabled: no change. */
gboolean vmnet_switchext_disable (vmnet_txn *txn, const char *vswitch,
				  const char *name, GError **error);
gboolean vmnet_switchext_enabled (const vmnet_switch *s, const char *name);

extern const vmnet_noun vmnet_noun_switchext;	/* VMSwitchExtension */
extern const vmnet_noun vmnet_noun_system_switchext; /* VMSystemSwitch… */

#endif

/*
 * iov_tree.h - a faked sysfs tree with a card that has SR-IOV, all
 * requirements met: each test breaks one. ens1 is at 0000:01:00.0 behind the
 * root port 0000:00:1c.0.
 */
#ifndef TESTS_IOV_TREE_H
#define TESTS_IOV_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>

#define BRIDGE "devices/pci0000:00/0000:00:1c.0"
#define CARD BRIDGE "/0000:01:00.0"

void tree_put (const char *root, const char *path, const char *data,
	       gssize len);
/* A link to a folder of the tree, which is made. */
void tree_link (const char *root, const char *path, const char *target);
/* A file, a link, or a folder with all that is in it. */
void tree_remove (const char *root, const char *path);
void tree_kconfig (const char *root, const char *text);

/* Configuration space: 4096 bytes of which tests change some. */
typedef struct { guint8 b[4096]; gsize len; } tree_config;
tree_config tree_bridge_config (void);
tree_config tree_card_config (void);
void tree_set16 (tree_config *c, guint at, guint value);
void tree_set32 (tree_config *c, guint at, guint32 value);
void tree_put_config (const char *root, const char *device,
		      const tree_config *c);

/* Virtual function `n` with `driver` (NULL: none) and maybe an adapter. */
void tree_vf (const char *root, int n, const char *driver,
	      gboolean has_adapter);
void tree_vf_count (const char *root, int count);

/* cmocka's set-up and tear-down: *state is the tree's root. */
int tree_new (void **state);
int tree_free (void **state);

#endif

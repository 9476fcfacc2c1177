/*
 * load.c - loads the BPF objects that are built into the program and pins
 * them. Called by datapath.c when the pins are missing or of another build.
 * Every pin is replaced by a rename, and `version` is the last one: a load
 * that was cut short is seen and done again.
 */
#include "bpf/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/object.h"

#include <glib/gstdio.h>

#include "bpf/port.skel.h"
#include "bpf/vmq.skel.h"

struct dp_version
dp_version_built (void)
{
	struct dp_version v = { .layout = DP_LAYOUT };
	size_t size;
	const void *bytes;

	bytes = port_bpf__elf_bytes (&size);
	v.digest = dp_digest (0, bytes, size);
	bytes = vmq_bpf__elf_bytes (&size);
	v.digest = dp_digest (v.digest, bytes, size);
	return v;
}

#define LOAD "load the BPF programs (they need Linux 5.15)"

gboolean
dp_same_shape (int fd, const struct bpf_map *m)
{
	struct bpf_map_info info = { 0 };
	guint32 len = sizeof info;

	return bpf_obj_get_info_by_fd (fd, &info, &len) == 0 &&
		info.type == bpf_map__type (m) &&
		info.key_size == bpf_map__key_size (m) &&
		info.value_size == bpf_map__value_size (m) &&
		info.max_entries == bpf_map__max_entries (m) &&
		info.map_flags == bpf_map__map_flags (m);
}

/* Keeps the pinned maps, and so the counters, of an older set. */
static gboolean
keep_maps_of (const datapath *d, struct bpf_object *o, GError **error)
{
	struct bpf_map *m;

	bpf_object__for_each_map (m, o) {
		g_autofree char *path = dp_pin_path (d->pin_dir,
			DP_FOLDER_MAPS, bpf_map__name (m));
		int fd = bpf_obj_get (path), r = 0;

		if (fd < 0)
			continue;
		if (dp_same_shape (fd, m))
			r = bpf_map__reuse_fd (m, fd);
		close (fd);
		if (r != 0)
			return dp_fail (error, r, "keep BPF map %s",
					bpf_map__name (m));
	}
	return TRUE;
}

static dp_object *
load_object (const datapath *d, const void *bytes, gsize size,
	     gboolean keep_maps, GError **error)
{
	g_autoptr (dp_object) x = dp_object_open (bytes, size, error);

	if (x == NULL || (keep_maps && !keep_maps_of (d, x->o, error)) ||
	    !dp_object_load (x, LOAD, error))
		return NULL;
	return g_steal_pointer (&x);
}

static gboolean
is_of_a_port (const struct bpf_program *p)
{
	const char *name = bpf_program__name (p);

	return strcmp (name, dp_prog_names[DP_PROG_IN]) == 0 ||
		strcmp (name, dp_prog_names[DP_PROG_OUT]) == 0;
}

dp_object *
dp_port_object (const datapath *d, GError **error)
{
	size_t size;
	const void *bytes = port_bpf__elf_bytes (&size);
	g_autoptr (dp_object) x = dp_object_open (bytes, size, error);
	struct bpf_program *p;

	if (x == NULL || !keep_maps_of (d, x->o, error))
		return NULL;
	bpf_object__for_each_program (p, x->o)
		bpf_program__set_autoload (p, is_of_a_port (p));
	if (!dp_object_load (x, LOAD, error))
		return NULL;
	return g_steal_pointer (&x);
}

/* One update for all of them: each would wait for the kernel by itself. */
static gboolean
fill_shards (int acl, GError **error)
{
	LIBBPF_OPTS (bpf_map_create_opts, opts,
		     .map_flags = BPF_F_NO_PREALLOC);
	LIBBPF_OPTS (bpf_map_batch_opts, batch);
	guint32 keys[DP_SHARDS], n = DP_SHARDS, there;
	int fds[DP_SHARDS], made = 0, r = 0;

	keys[0] = 0;
	if (bpf_map_lookup_elem (acl, keys, &there) == 0)
		return TRUE;
	for (; made < DP_SHARDS; made++) {
		keys[made] = made;
		fds[made] = bpf_map_create (BPF_MAP_TYPE_LPM_TRIE, "acl_shard",
			sizeof (struct dp_key), sizeof (struct dp_rule),
			DP_TRIE_ENTRIES, &opts);
		if (fds[made] < 0) {
			r = -errno;
			break;
		}
	}
	if (r == 0)
		r = bpf_map_update_batch (acl, keys, fds, &n, &batch);
	while (made > 0)
		close (fds[--made]);
	return r == 0 || dp_fail (error, r, "make the ACLs' tries");
}

/* bpffs renames within itself: the pin is the old or the new object. */
gboolean
dp_pin (const datapath *d, int fd, const char *folder, const char *name,
     GError **error)
{
	g_autofree char *path = dp_pin_path (d->pin_dir, folder, name);
	g_autofree char *fresh = g_strconcat (path, "_new", NULL);

	g_unlink (fresh);
	if (bpf_obj_pin (fd, fresh) != 0)
		return dp_fail (error, errno, "pin %s", fresh);
	if (g_rename (fresh, path) != 0)
		return dp_fail (error, errno, "replace pin %s", path);
	return TRUE;
}

/* Own descriptors: the object's end with it. */
static void
take_fds (datapath *d, struct bpf_object *o)
{
	struct bpf_program *p;
	struct bpf_map *m;
	int i;

	for (i = 0; i < DP_MAPS; i++) {
		m = bpf_object__find_map_by_name (o, dp_map_names[i]);
		if (m != NULL)
			d->maps[i] = fcntl (bpf_map__fd (m),
					    F_DUPFD_CLOEXEC, 3);
	}
	for (i = 0; i < DP_PROGS; i++) {
		p = bpf_object__find_program_by_name (o, dp_prog_names[i]);
		if (p != NULL)
			d->progs[i] = fcntl (bpf_program__fd (p),
					     F_DUPFD_CLOEXEC, 3);
	}
}

gboolean
dp_trace (const datapath *d, dp_prog prog, const char *tracepoint,
	  const char *pin, GError **error)
{
	int link = bpf_raw_tracepoint_open (tracepoint, d->progs[prog]);
	gboolean ok;

	/* It does already; newer kernels replace that. */
	if (link == -EEXIST)
		return TRUE;
	if (link < 0)
		return dp_fail (error, -link, "attach to tracepoint %s",
				tracepoint);
	ok = dp_pin (d, link, DP_FOLDER_PROGS, pin, error);
	close (link);
	return ok;
}

static gboolean
pin_all (const datapath *d, GError **error)
{
	struct dp_version v = dp_version_built ();
	guint32 zero = 0;
	int i;

	for (i = 0; i < DP_MAPS; i++)
		if (i != DP_MAP_VERSION &&
		    !dp_pin (d, d->maps[i], DP_FOLDER_MAPS, dp_map_names[i],
			  error))
			return FALSE;
	for (i = 0; i < DP_PROGS; i++)
		if (!dp_pin (d, d->progs[i], DP_FOLDER_PROGS, dp_prog_names[i],
			  error))
			return FALSE;
	if (!dp_trace (d, DP_PROG_VMQ_FULL, "xdp_cpumap_enqueue", DP_PIN_LINK,
		       error))
		return FALSE;
	dp_outside_watch (d);
	if (bpf_map_update_elem (d->maps[DP_MAP_VERSION], &zero, &v, 0) != 0)
		return dp_fail (error, errno, "write the data path's version");
	return dp_pin (d, d->maps[DP_MAP_VERSION], DP_FOLDER_MAPS,
		    dp_map_names[DP_MAP_VERSION], error);
}

gboolean
dp_load (datapath *d, gboolean keep_maps, GError **error)
{
	g_autoptr (dp_object) port = NULL, vmq = NULL;
	const void *bytes;
	size_t size;

	bytes = port_bpf__elf_bytes (&size);
	port = load_object (d, bytes, size, keep_maps, error);
	if (port == NULL)
		return FALSE;
	bytes = vmq_bpf__elf_bytes (&size);
	vmq = load_object (d, bytes, size, keep_maps, error);
	if (vmq == NULL)
		return FALSE;
	take_fds (d, port->o);
	take_fds (d, vmq->o);
	return fill_shards (d->maps[DP_MAP_ACL], error) && pin_all (d, error);
}

/*
 * chain.c - port programs with extensions in them: made, pinned, found again.
 *
 * Below the pin folder a bridge has chain_IFINDEX with both programs, and for
 * each extension maps_IFINDEX_DIGEST with its maps. The record in the map
 * `chains` is written last: whoever is killed before that leaves pins that the
 * next one replaces, and ports that have what they had.
 */
#include "bpf/chain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/extension_object.h"

#define CHAIN "chain_%u"
#define MAPS "maps_%u_%016" G_GINT64_MODIFIER "x"

G_STATIC_ASSERT (VMNET_SWITCHEXTS_MAX == DP_EXTENSIONS);

static const dp_prog pair[] = { DP_PROG_IN, DP_PROG_OUT };

static gboolean
read_chain (datapath *d, guint32 bridge, struct dp_chain *c)
{
	return bpf_map_lookup_elem (d->maps[DP_MAP_CHAINS], &bridge, c) == 0;
}

static char *
maps_folder (guint32 bridge, guint64 digest)
{
	return g_strdup_printf (MAPS, bridge, digest);
}

static gboolean
make_folder (const datapath *d, const char *folder, GError **error)
{
	g_autofree char *path = dp_pin_path (d->pin_dir, folder, NULL);

	return g_mkdir_with_parents (path, 0700) == 0 ||
		dp_fail (error, errno, "make pin folder %s", path);
}

static gboolean
has_digest (const struct dp_chain *c, guint64 digest)
{
	for (guint i = 0; i < c->length && i < DP_EXTENSIONS; i++)
		if (c->at[i].digest == digest)
			return TRUE;
	return FALSE;
}

/* ---- an extension's maps ---- */

/* Those of data sections are libbpf's own: bpffs takes no dots in names. */
static gboolean
keep_maps (const datapath *d, const char *folder, dp_object *x,
	   GError **error)
{
	struct bpf_map *m;

	bpf_object__for_each_map (m, x->o) {
		g_autofree char *path = dp_pin_path (d->pin_dir, folder,
						     bpf_map__name (m));
		int old = bpf_map__is_internal (m) ? -1 : bpf_obj_get (path);
		int r = 0;

		if (old < 0)
			continue;
		if (dp_same_shape (old, m))
			r = bpf_map__reuse_fd (m, old);
		close (old);
		if (r != 0)
			return dp_fail (error, r, "keep map %s",
					bpf_map__name (m));
	}
	return TRUE;
}

static gboolean
pin_maps (const datapath *d, guint32 bridge, const vmnet_switchext *e,
	  const dp_object *x, GError **error)
{
	g_autofree char *folder = maps_folder (bridge, e->digest);
	struct bpf_map *m;

	if (!make_folder (d, folder, error))
		return FALSE;
	bpf_object__for_each_map (m, x->o)
		if (!bpf_map__is_internal (m) &&
		    !dp_pin (d, bpf_map__fd (m), folder, bpf_map__name (m),
			     error))
			return FALSE;
	return TRUE;
}

static void
drop_maps (const datapath *d, guint32 bridge, guint64 digest)
{
	g_autofree char *folder = maps_folder (bridge, digest);
	g_autofree char *path = dp_pin_path (d->pin_dir, folder, NULL);

	dp_remove_folder (path);
}

/* ---- link ---- */

typedef struct {
	GPtrArray *bytes;	/* GBytes *, of the objects' files */
	GPtrArray *objects;	/* dp_object *, loaded */
	dp_object *port;
	int fds[G_N_ELEMENTS (pair)];
} work;

static void
work_clear (work *w)
{
	for (guint i = 0; i < G_N_ELEMENTS (pair); i++)
		if (w->fds[i] >= 0)
			close (w->fds[i]);
	dp_object_free (w->port);
	g_clear_pointer (&w->objects, g_ptr_array_unref);
	g_clear_pointer (&w->bytes, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (work, work_clear)

/* Its maps are those that it has on this bridge, where it was there. */
static gboolean
load_extension (datapath *d, guint32 bridge, const struct dp_chain *was,
		const vmnet_switchext *e, work *w, GError **error)
{
	GBytes *bytes = extension_bytes (e, error);
	g_autofree char *folder = maps_folder (bridge, e->digest);
	dp_object *x = bytes ? extension_open (bytes, error) : NULL;

	if (bytes)
		g_ptr_array_add (w->bytes, bytes);
	if (x)
		g_ptr_array_add (w->objects, x);
	if (x && (!has_digest (was, e->digest) ||
		  keep_maps (d, folder, x, error)) &&
	    extension_verify (x, error))
		return TRUE;
	g_prefix_error (error, "extension '%s' (%s): ", e->name, e->path);
	return FALSE;
}

static gboolean
load_all (datapath *d, guint32 bridge, const struct dp_chain *was,
	  const GPtrArray *list, work *w, GError **error)
{
	w->bytes = g_ptr_array_new_with_free_func ((GDestroyNotify)
						   g_bytes_unref);
	w->objects = g_ptr_array_new_with_free_func ((GDestroyNotify)
						     dp_object_free);
	for (guint i = 0; i < list->len; i++)
		if (!load_extension (d, bridge, was, list->pdata[i], w, error))
			return FALSE;
	w->port = dp_port_object (d, error);
	return w->port != NULL;
}

static guint64
types_of (const GPtrArray *list)
{
	guint64 types = 0;

	for (guint i = 0; i < list->len; i++)
		types |= (guint64) ((vmnet_switchext *)
				    list->pdata[i])->type << i * 8;
	return types;
}

static gboolean
link_pair (guint32 bridge, const GPtrArray *list, work *w, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS (pair); i++) {
		w->fds[i] = link_program (w->port, pair[i], w->objects,
					  types_of (list), bridge, error);
		if (w->fds[i] < 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
pin_all (datapath *d, guint32 bridge, const GPtrArray *list, const work *w,
	 GError **error)
{
	g_autofree char *folder = g_strdup_printf (CHAIN, bridge);

	if (!make_folder (d, folder, error))
		return FALSE;
	for (guint i = 0; i < list->len; i++)
		if (!pin_maps (d, bridge, list->pdata[i], w->objects->pdata[i],
			       error))
			return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS (pair); i++)
		if (!dp_pin (d, w->fds[i], folder, dp_prog_names[pair[i]],
			     error))
			return FALSE;
	return TRUE;
}

static gboolean
write_chain (datapath *d, guint32 bridge, const GPtrArray *list,
	     const work *w, struct dp_chain *c, GError **error)
{
	memset (c, 0, sizeof *c);
	c->build = dp_version_built ().digest;
	c->length = list->len;
	if (!dp_program_id (w->fds[0], &c->in, error) ||
	    !dp_program_id (w->fds[1], &c->out, error))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const vmnet_switchext *x = list->pdata[i];

		c->at[i].digest = x->digest;
		c->at[i].type = x->type;
		g_strlcpy (c->at[i].name, x->name, sizeof c->at[i].name);
	}
	return bpf_map_update_elem (d->maps[DP_MAP_CHAINS], &bridge, c,
				    BPF_ANY) == 0 ||
		dp_fail (error, errno, "note the extensions of bridge %u",
			 bridge);
}

static void
drop_maps_but (datapath *d, guint32 bridge, const struct dp_chain *was,
	       const struct dp_chain *now)
{
	for (guint i = 0; i < was->length && i < DP_EXTENSIONS; i++)
		if (!has_digest (now, was->at[i].digest))
			drop_maps (d, bridge, was->at[i].digest);
}

static gboolean
drop_chain (datapath *d, guint32 bridge, const struct dp_chain *was,
	    GError **error)
{
	static const struct dp_chain none;
	g_autofree char *folder = g_strdup_printf (CHAIN, bridge);
	g_autofree char *path = dp_pin_path (d->pin_dir, folder, NULL);

	if (bpf_map_delete_elem (d->maps[DP_MAP_CHAINS], &bridge) != 0 &&
	    errno != ENOENT)
		return dp_fail (error, errno, "forget the extensions of "
				"bridge %u", bridge);
	dp_remove_folder (path);
	drop_maps_but (d, bridge, was, &none);
	return TRUE;
}

gboolean
datapath_chain_set (datapath *d, int bridge, const GPtrArray *list,
		    GError **error)
{
	g_auto (work) w = { .fds = { -1, -1 } };
	struct dp_chain was = { 0 }, now;

	read_chain (d, bridge, &was);
	if (list->len == 0)
		return drop_chain (d, bridge, &was, error);
	if (!load_all (d, bridge, &was, list, &w, error) ||
	    !link_pair (bridge, list, &w, error) ||
	    !pin_all (d, bridge, list, &w, error) ||
	    !write_chain (d, bridge, list, &w, &now, error))
		return FALSE;
	drop_maps_but (d, bridge, &was, &now);
	return TRUE;
}

/* ---- what there is ---- */

static GPtrArray *
list_of (const struct dp_chain *c)
{
	GPtrArray *out = g_ptr_array_new_with_free_func
		((GDestroyNotify) vmnet_switchext_free);

	for (guint i = 0; i < c->length && i < DP_EXTENSIONS; i++) {
		vmnet_switchext *x = g_new0 (vmnet_switchext, 1);

		x->name = g_strndup (c->at[i].name, sizeof c->at[i].name);
		x->type = c->at[i].type;
		x->digest = c->at[i].digest;
		g_ptr_array_add (out, x);
	}
	return out;
}

GPtrArray *
datapath_chain_get (datapath *d, int bridge)
{
	struct dp_chain c = { 0 };

	read_chain (d, bridge, &c);
	return list_of (&c);
}

gboolean
datapath_chain_is (datapath *d, int bridge, const GPtrArray *list)
{
	struct dp_chain c = { .build = dp_version_built ().digest };

	read_chain (d, bridge, &c);
	if (c.length != list->len || c.build != dp_version_built ().digest)
		return FALSE;
	for (guint i = 0; i < c.length; i++)
		if (c.at[i].digest !=
		    ((vmnet_switchext *) list->pdata[i])->digest)
			return FALSE;
	return TRUE;
}

GArray *
datapath_chains (datapath *d)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (guint));
	guint32 key, *last = NULL;

	while (bpf_map_get_next_key (d->maps[DP_MAP_CHAINS], last,
				     &key) == 0) {
		g_array_append_val (out, key);
		last = &key;
	}
	return out;
}

char *
datapath_chain_maps (datapath *d, int bridge, guint64 digest)
{
	g_autofree char *folder = maps_folder (bridge, digest);
	struct dp_chain c = { 0 };

	read_chain (d, bridge, &c);
	return has_digest (&c, digest) ? dp_pin_path (d->pin_dir, folder, NULL)
		: NULL;
}

/* ---- for port.c ---- */

gboolean
dp_chain_programs (datapath *d, guint32 bridge, int fds[2], GError **error)
{
	g_autofree char *folder = g_strdup_printf (CHAIN, bridge);

	for (guint i = 0; i < G_N_ELEMENTS (pair); i++) {
		g_autofree char *path = dp_pin_path (d->pin_dir, folder,
						     dp_prog_names[pair[i]]);

		fds[i] = bpf_obj_get (path);
		if (fds[i] >= 0)
			continue;
		dp_fail (error, errno, "open %s", path);
		if (i > 0)
			close (fds[0]);
		return FALSE;
	}
	return TRUE;
}

guint32
dp_chain_with (datapath *d, guint32 in, guint32 out)
{
	g_autoptr (GArray) all = datapath_chains (d);
	struct dp_chain c;

	for (guint i = 0; i < all->len; i++)
		if (read_chain (d, g_array_index (all, guint, i), &c) &&
		    c.in == in && c.out == out)
			return g_array_index (all, guint, i);
	return 0;
}

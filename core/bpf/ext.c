/*
 * ext.c - writes the extended ACL of a slot into the trie `ext` and switches to
 * it, as acl.c does for the ACL (see there for the marker). Called by plan/.
 */
#include "bpf/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#define BATCH 1024		/* keys of one call */

static struct dp_key
marker_of (guint32 slot, guint32 generation)
{
	struct dp_key k = {
		.prefixlen = DP_SET_BITS + 128,
		.set = htonl (DP_SET (slot, generation, DP_EXT_MARKER)),
	};

	return k;
}

/* Deletes all keys of a set; nothing when it has no marker. */
static void
purge (datapath *d, guint32 slot, guint32 generation)
{
	g_autoptr (GArray) keys = g_array_new (FALSE, FALSE,
					       sizeof (struct dp_key));
	struct dp_key marker = marker_of (slot, generation);
	struct dp_key key = marker, next;
	struct dp_ext_value v;
	int trie = d->maps[DP_MAP_EXT];
	guint i;

	if (bpf_map_lookup_elem (trie, &marker, &v) != 0)
		return;
	while (bpf_map_get_next_key (trie, &key, &next) == 0 &&
	       ntohl (next.set) >> 4 == ntohl (marker.set) >> 4) {
		g_array_append_val (keys, next);
		key = next;
	}
	for (i = 0; i < keys->len; i++)
		bpf_map_delete_elem (trie, &g_array_index (keys,
			struct dp_key, i));
	bpf_map_delete_elem (trie, &marker);
}

static gboolean
write_set (datapath *d, guint32 slot, guint32 generation,
	   const GArray *elements, guint64 digest)
{
	struct dp_key key = marker_of (slot, generation);
	struct dp_ext_value marker = { .digest = digest };
	int trie = d->maps[DP_MAP_EXT];
	guint i;

	if (bpf_map_update_elem (trie, &key, &marker, BPF_ANY) != 0)
		return FALSE;
	for (i = 0; i < elements->len; i++) {
		const dp_ext_element *e = &g_array_index (elements,
			dp_ext_element, i);

		key = e->key;
		key.set = htonl (DP_SET (slot, generation, e->key.set));
		if (bpf_map_update_elem (trie, &key, &e->value, BPF_ANY) != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
replace (datapath *d, guint32 slot, const GArray *elements, guint32 kinds,
	 guint64 digest, GError **error)
{
	int map = d->maps[DP_MAP_EXT_STATE];
	guint64 state = 0, fresh;
	guint32 number, generation, old;

	if (bpf_map_lookup_elem (map, &slot, &state) != 0)
		return dp_fail (error, errno, "read the extended ACL of slot "
				"%u", slot);
	old = DP_STATE_GENERATION (state);
	number = DP_STATE_NUMBER (state) + 1;
	generation = number % DP_GENERATIONS;
	purge (d, slot, generation);
	if (elements->len > 0 &&
	    !write_set (d, slot, generation, elements, digest)) {
		dp_fail (error, errno, "write the extended ACL of slot %u",
			 slot);
		purge (d, slot, generation);
		return FALSE;
	}
	fresh = DP_STATE (number, kinds);
	if (bpf_map_update_elem (map, &slot, &fresh, BPF_ANY) != 0) {
		dp_fail (error, errno, "switch the extended ACL of slot %u",
			 slot);
		purge (d, slot, generation);
		return FALSE;
	}
	purge (d, slot, old);
	return TRUE;
}

gboolean
datapath_ext_set (datapath *d, guint32 slot, const GPtrArray *entries,
		  GError **error)
{
	guint32 kinds;
	g_autoptr (GArray) elements = dp_ext_compile (entries, &kinds);

	if (!dp_slot_ok (slot, error))
		return FALSE;
	return replace (d, slot, elements, kinds,
			datapath_ext_digest (entries), error);
}

guint64
datapath_ext_get_digest (datapath *d, guint32 slot)
{
	guint64 state = 0;
	struct dp_key marker;
	struct dp_ext_value v;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_EXT_STATE], &slot,
				 &state) != 0 || (guint32) state == 0)
		return 0;
	marker = marker_of (slot, DP_STATE_GENERATION (state));
	if (bpf_map_lookup_elem (d->maps[DP_MAP_EXT], &marker, &v) != 0)
		return 0;
	return v.digest;
}

static void
put_prefix (GString *s, const vmnet_prefix *p)
{
	if (!p->given)
		return;
	g_string_append_c (s, p->family);
	g_string_append_c (s, p->prefix);
	g_string_append_len (s, (const char *) p->addr, sizeof p->addr);
}

static gint
by_id (gconstpointer a, gconstpointer b)
{
	const vmnet_extacl *x = *(const vmnet_extacl *const *) a;
	const vmnet_extacl *y = *(const vmnet_extacl *const *) b;

	return x->id < y->id ? -1 : x->id > y->id;
}

guint64
datapath_ext_digest (const GPtrArray *entries)
{
	g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
	g_autoptr (GString) s = g_string_new (NULL);
	guint64 h = 0xcbf29ce484222325;
	guint i;

	if (entries == NULL || entries->len == 0)
		return 0;
	for (i = 0; i < entries->len; i++)
		g_ptr_array_add (sorted, entries->pdata[i]);
	g_ptr_array_sort (sorted, by_id);
	for (i = 0; i < sorted->len; i++) {
		const vmnet_extacl *e = sorted->pdata[i];

		g_string_append_printf (s, "%u %u %u %u %d %d %u-%u %u-%u "
			"%u ", e->id, e->direction, e->action, e->weight,
			e->protocol.set ? (int) e->protocol.value : -1,
			e->local_port.given << 1 | e->remote_port.given,
			e->local_port.first, e->local_port.last,
			e->remote_port.first, e->remote_port.last,
			e->stateful ? e->idle + 1 : 0);
		if (e->isolation)
			g_string_append_printf (s, "i%u ", e->isolation);
		put_prefix (s, &e->local);
		g_string_append_c (s, '/');
		put_prefix (s, &e->remote);
	}
	for (i = 0; i < s->len; i++)
		h = (h ^ (guint8) s->str[i]) * 0x100000001b3;
	return h != 0 ? h : 1;
}

/* ---- connections ---- */

static gboolean
alive (const struct dp_conn *c, gint64 idle)
{
	guint32 timeout = c->timeout;

	if (c->closed == 3)
		timeout = MIN (timeout, DP_CONN_LINGER);
	return idle <= timeout * G_GINT64_CONSTANT (1000000000);
}

static datapath_connection *
connection_of (const struct dp_conn_key *k, const struct dp_conn *c,
	       gint64 now)
{
	datapath_connection *out = g_new0 (datapath_connection, 1);

	out->slot = k->slot;
	out->entry = c->entry;
	out->inbound = c->dir == DP_IN;
	out->closed = c->closed == 3;
	out->family = k->family == DP_IPV4 ? VMNET_ADDR_IPV4
		: VMNET_ADDR_IPV6;
	out->protocol = k->protocol;
	memcpy (out->local, k->local, sizeof out->local);
	memcpy (out->remote, k->remote, sizeof out->remote);
	out->local_port = ntohs (k->local_port);
	out->remote_port = ntohs (k->remote_port);
	out->in.bytes = c->frames[DP_IN].bytes;
	out->in.packets = c->frames[DP_IN].packets;
	out->out.bytes = c->frames[DP_OUT].bytes;
	out->out.packets = c->frames[DP_OUT].packets;
	out->age = now - (gint64) c->begun;
	out->idle = MAX (0, now - (gint64) c->last);
	out->timeout = c->timeout;
	return out;
}

GPtrArray *
datapath_connections (datapath *d)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	g_autofree struct dp_conn_key *keys = g_new (struct dp_conn_key,
						     BATCH);
	g_autofree struct dp_conn *values = g_new (struct dp_conn, BATCH);
	gint64 now = g_get_monotonic_time () * 1000;
	guint32 from = 0, to = 0, n, i;
	gboolean first = TRUE;
	int r;

	do {
		n = BATCH;
		r = bpf_map_lookup_batch (d->maps[DP_MAP_CONNECTIONS],
					  first ? NULL : &from, &to, keys,
					  values, &n, NULL);
		if (r != 0 && errno != ENOENT)
			break;
		for (i = 0; i < n; i++)
			if (alive (&values[i], now - (gint64) values[i].last))
				g_ptr_array_add (out, connection_of (
					&keys[i], &values[i], now));
		from = to;
		first = FALSE;
	} while (r == 0);
	return out;
}

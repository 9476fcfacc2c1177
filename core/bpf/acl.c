/*
 * acl.c - writes the ACL of a slot into its trie and switches to it: see the
 * head of port.bpf.c. Called by plan/.
 *
 * A set's first key in the order of the trie is its marker (kind DP_MARKER,
 * address zero, full length): from there the keys of the set follow each
 * other, and its value is the digest of the set. It is written first and
 * deleted last, so that what a killed process left behind is found.
 */
#include "bpf/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#define FULL_LENGTH (DP_SET_BITS + 128)
#define CHUNK 4096		/* keys read at a time */

static struct dp_key
marker_of (guint32 slot, guint32 generation)
{
	struct dp_key k = {
		.prefixlen = FULL_LENGTH,
		.set = htonl (DP_SET (slot, generation, DP_MARKER)),
	};

	return k;
}

int
dp_trie_of (datapath *d, guint32 slot)
{
	guint32 shard = slot % DP_SHARDS, id;
	int *fd = &d->shards[shard];

	if (*fd < 0 && bpf_map_lookup_elem (d->maps[DP_MAP_ACL], &shard,
					    &id) == 0)
		*fd = bpf_map_get_fd_by_id (id);
	return *fd;
}

static gboolean
same_set (const struct dp_key *a, const struct dp_key *b)
{
	return ntohl (a->set) >> 4 == ntohl (b->set) >> 4;
}

/*
 * Appends the keys of a set that follow its marker. Many at a time: a call for
 * each of ten thousand keys would take most of the time of a replacement.
 */
static void
collect (int trie, const struct dp_key *marker, GArray *keys)
{
	LIBBPF_OPTS (bpf_map_batch_opts, opts);
	g_autofree struct dp_key *some = g_new (struct dp_key, CHUNK);
	g_autofree struct dp_rule *rules = g_new (struct dp_rule, CHUNK);
	struct dp_key at = *marker, next;
	gboolean more = TRUE;

	while (more) {
		guint32 n = CHUNK, i;
		int r = bpf_map_lookup_batch (trie, &at, &next, some, rules,
					      &n, &opts);

		more = r == 0;
		if (r != 0 && r != -ENOENT)
			return;
		for (i = 0; i < n && same_set (&some[i], marker); i++)
			g_array_append_val (keys, some[i]);
		more = more && n > 0 && i == n;
		at = next;
	}
}

/* Deletes all keys of a set; nothing when it has no marker. */
static void
purge (int trie, guint32 slot, guint32 generation)
{
	LIBBPF_OPTS (bpf_map_batch_opts, opts);
	g_autoptr (GArray) keys = g_array_new (FALSE, FALSE,
					       sizeof (struct dp_key));
	struct dp_key marker = marker_of (slot, generation);
	struct dp_rule r;
	guint32 n;

	if (bpf_map_lookup_elem (trie, &marker, &r) != 0)
		return;
	collect (trie, &marker, keys);
	n = keys->len;
	if (n > 0)
		bpf_map_delete_batch (trie, keys->data, &n, &opts);
	bpf_map_delete_elem (trie, &marker);
}

static gboolean
write_set (int trie, guint32 slot, guint32 generation, const GArray *elements,
	   guint64 digest)
{
	LIBBPF_OPTS (bpf_map_batch_opts, opts);
	g_autofree struct dp_key *keys = g_new (struct dp_key, elements->len);
	g_autofree struct dp_rule *rules = g_new (struct dp_rule,
						  elements->len);
	struct dp_key key = marker_of (slot, generation);
	struct dp_rule marker = { .verdict = digest, .meter = digest >> 32 };
	guint32 n = elements->len, i;

	if (bpf_map_update_elem (trie, &key, &marker, BPF_ANY) != 0)
		return FALSE;
	for (i = 0; i < elements->len; i++) {
		const dp_acl_element *e = &g_array_index (elements,
			dp_acl_element, i);

		keys[i] = e->key;
		keys[i].set = htonl (DP_SET (slot, generation, e->key.set));
		keys[i].pair_class = htonl (e->key.pair_class);
		rules[i] = e->rule;
	}
	return bpf_map_update_batch (trie, keys, rules, &n, &opts) == 0;
}

static guint32
kinds_of (const GArray *elements)
{
	guint32 kinds = 0;
	guint i;

	for (i = 0; i < elements->len; i++) {
		const struct dp_key *k = &g_array_index (elements,
			dp_acl_element, i).key;
		guint dir = k->set >> 3;

		kinds |= 1u << (k->pair_class == 0 ? k->set
			: DP_PAIR_BIT (dir, (k->pair_class >> 24) - 1));
	}
	return kinds;
}

static gboolean
make_meters (datapath *d, const GPtrArray *acls, GError **error)
{
	guint i;

	for (i = 0; acls != NULL && i < acls->len; i++) {
		const vmnet_acl *a = acls->pdata[i];

		if (a->action == VMNET_ACL_METER &&
		    !dp_percpu_ensure (d, DP_MAP_METERS, a->id,
				       sizeof (struct dp_count), error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
replace (datapath *d, int trie, guint32 slot, const GArray *elements,
	 guint64 digest, GError **error)
{
	guint64 state = 0, number, fresh;
	guint32 generation, old;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_ACL_STATE], &slot, &state) != 0)
		return dp_fail (error, errno, "read the ACL of slot %u", slot);
	old = DP_STATE_GENERATION (state);
	number = DP_STATE_NUMBER (state) + 1;
	generation = number % DP_GENERATIONS;
	purge (trie, slot, generation);
	if (elements->len > 0 &&
	    !write_set (trie, slot, generation, elements, digest)) {
		dp_fail (error, errno, "write the ACL of slot %u", slot);
		purge (trie, slot, generation);
		return FALSE;
	}
	fresh = DP_STATE (number, kinds_of (elements));
	if (bpf_map_update_elem (d->maps[DP_MAP_ACL_STATE], &slot, &fresh,
				 BPF_ANY) != 0) {
		dp_fail (error, errno, "switch the ACL of slot %u", slot);
		purge (trie, slot, generation);
		return FALSE;
	}
	purge (trie, slot, old);
	return TRUE;
}

gboolean
datapath_acl_set (datapath *d, guint32 slot, const GPtrArray *acls,
		  GError **error)
{
	g_autoptr (GArray) elements = dp_acl_compile (acls);
	int trie;

	if (!dp_slot_ok (slot, error))
		return FALSE;
	if (elements->len > DP_ELEMENTS_MAX) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "ACL of slot %u: %u combinations of local and "
			     "remote prefixes, at most %d; name fewer of them "
			     "in one entry", slot, elements->len,
			     DP_ELEMENTS_MAX);
		return FALSE;
	}
	trie = dp_trie_of (d, slot);
	if (trie < 0)
		return dp_fail (error, errno, "open the ACL of slot %u", slot);
	return make_meters (d, acls, error) &&
		replace (d, trie, slot, elements, datapath_acl_digest (acls),
			 error);
}

guint64
datapath_acl_get_digest (datapath *d, guint32 slot)
{
	guint64 state = 0;
	struct dp_key marker;
	struct dp_rule r;
	int trie;

	if (bpf_map_lookup_elem (d->maps[DP_MAP_ACL_STATE], &slot,
				 &state) != 0 ||
	    DP_STATE_KINDS (state) == 0)
		return 0;
	trie = dp_trie_of (d, slot);
	marker = marker_of (slot, DP_STATE_GENERATION (state));
	if (trie < 0 || bpf_map_lookup_elem (trie, &marker, &r) != 0)
		return 0;
	return (guint64) r.meter << 32 | r.verdict;
}

static gint
by_id (gconstpointer a, gconstpointer b)
{
	const vmnet_acl *x = *(const vmnet_acl *const *) a;
	const vmnet_acl *y = *(const vmnet_acl *const *) b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static guint64
mix (guint64 h, const void *data, gsize size)
{
	const guint8 *p = data;

	for (; size > 0; size--, p++)
		h = (h ^ *p) * 0x100000001b3;
	return h;
}

guint64
datapath_acl_digest (const GPtrArray *acls)
{
	g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
	guint64 h = 0xcbf29ce484222325;
	guint i;

	if (acls == NULL || acls->len == 0)
		return 0;
	for (i = 0; i < acls->len; i++)
		g_ptr_array_add (sorted, acls->pdata[i]);
	g_ptr_array_sort (sorted, by_id);
	for (i = 0; i < sorted->len; i++) {
		const vmnet_acl *a = sorted->pdata[i];
		guint8 small[8] = { a->direction, a->action, a->local != 0,
			a->family, a->prefix, a->pair != 0, a->remote_family,
			a->remote_prefix };

		h = mix (h, &a->id, sizeof a->id);
		h = mix (h, small, sizeof small);
		h = mix (h, a->addr, a->family == VMNET_ADDR_IPV4 ? 4 :
			 a->family == VMNET_ADDR_IPV6 ? 16 : 6);
		if (a->pair)
			h = mix (h, a->remote, sizeof a->remote);
	}
	return h != 0 ? h : 1;
}

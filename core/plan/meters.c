/*
 * meters.c - the file of what meters have counted: state_dir/meters, a line
 * "life N" and a line "ID BYTES PACKETS" for each entry. The life is that of
 * the counters: another one after a boot, and after the maps were made anew.
 */
#include "plan/meters.h"

#include <stdio.h>
#include <string.h>

#include "model/edit.h"

#define FILE_NAME "meters"

gboolean
meters_any (const vmnet_model *m)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		for (guint j = 0; j < a->acls->len; j++)
			if (((vmnet_acl *) a->acls->pdata[j])->action
			    == VMNET_ACL_METER)
				return TRUE;
	}
	return FALSE;
}

/* Fits the store's numbers; never 0 where there are counters. */
static guint64
life_of (datapath *d)
{
	g_autofree char *boot = proc_boot_id ();
	guint32 id = d ? datapath_meters_id (d) : 0;

	return id ? (guint64) (g_str_hash (boot) & G_MAXINT32) << 32 | id : 0;
}

/* ---- the file ---- */

typedef struct {
	guint64 life;		/* 0: there is no file */
	GHashTable *counts;	/* id -> datapath_count *; or NULL */
} saved;

static void
saved_clear (saved *s)
{
	g_clear_pointer (&s->counts, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (saved, saved_clear)

static void
read_line (saved *s, const char *line)
{
	guint64 bytes, packets;
	guint32 id;

	if (sscanf (line, "%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &id,
		    &bytes, &packets) == 3) {
		datapath_count *c = g_new0 (datapath_count, 1);

		c->bytes = bytes;
		c->packets = packets;
		g_hash_table_replace (s->counts, GUINT_TO_POINTER (id), c);
	}
}

static void
saved_read (const char *state_dir, saved *s)
{
	g_autofree char *path = g_build_filename (state_dir, FILE_NAME, NULL);
	g_autofree char *text = NULL;
	g_auto (GStrv) lines = NULL;

	*s = (saved) { 0 };
	if (!g_file_get_contents (path, &text, NULL, NULL)
	    || sscanf (text, "life %" G_GUINT64_FORMAT, &s->life) != 1)
		return;
	s->counts = g_hash_table_new_full (NULL, NULL, NULL, g_free);
	lines = g_strsplit (text, "\n", -1);
	for (guint i = 1; lines[i]; i++)
		read_line (s, lines[i]);
}

static void
put_counts (GString *s, datapath *d, const vmnet_adapter *a)
{
	for (guint i = 0; i < a->acls->len; i++) {
		const vmnet_acl *acl = g_ptr_array_index (a->acls, i);
		datapath_count c;

		if (acl->action == VMNET_ACL_METER
		    && datapath_meter_get (d, acl->id, &c))
			g_string_append_printf (
				s, "%u %" G_GUINT64_FORMAT " %"
				G_GUINT64_FORMAT "\n", acl->id, c.bytes,
				c.packets);
	}
}

gboolean
meters_save (vmnet_host *h, GError **error)
{
	g_autofree char *path = g_build_filename (h->state_dir, FILE_NAME,
						  NULL);
	datapath *d = host_datapath_if_there (h);
	g_autoptr (vmnet_model) m = host_model (h, error);
	g_autoptr (GString) s = g_string_new (NULL);
	guint64 life = life_of (d);
	g_auto (saved) old = { 0 };

	if (m == NULL)
		return FALSE;
	saved_read (h->state_dir, &old);
	if (life == 0 || (old.life && old.life != life
			  && old.life != m->counted))
		return TRUE;
	g_string_append_printf (s, "life %" G_GUINT64_FORMAT "\n", life);
	for (guint i = 0; i < m->adapters->len; i++)
		put_counts (s, d, m->adapters->pdata[i]);
	return g_file_set_contents_full (path, s->str, s->len,
					 G_FILE_SET_CONTENTS_CONSISTENT |
					 G_FILE_SET_CONTENTS_DURABLE, 0644,
					 error);
}

/* ---- a new life ---- */

static void
carry (const saved *s, vmnet_acl *acl)
{
	const datapath_count *c = g_hash_table_lookup
		(s->counts, GUINT_TO_POINTER (acl->id));

	if (c && c->bytes >= acl->base_bytes
	    && c->packets >= acl->base_packets) {
		acl->carried_bytes += c->bytes - acl->base_bytes;
		acl->carried_packets += c->packets - acl->base_packets;
	}
	acl->base_bytes = acl->base_packets = 0;
}

gboolean
meters_take (vmnet_host *h, vmnet_model *m)
{
	datapath *d = host_datapath_if_there (h);
	g_auto (saved) s = { 0 };

	saved_read (h->state_dir, &s);
	if (s.life == 0 || s.life == m->counted || s.life == life_of (d))
		return FALSE;
	for (guint i = 0; i < m->adapters->len; i++) {
		const vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		for (guint j = 0; j < a->acls->len; j++) {
			vmnet_acl *acl = g_ptr_array_index (a->acls, j);

			if (acl->action == VMNET_ACL_METER)
				carry (&s, acl);
		}
	}
	m->counted = s.life;
	return TRUE;
}

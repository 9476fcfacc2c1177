/*
 * past.c - run_dir/iov.json: how often each pair has switched over, and why
 * last. Of this boot only: the folder is gone with it.
 */
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <sys/file.h>
#include <unistd.h>

#include "iov/pair.h"

static char *
past_path (const vmnet_host *h, const char *leaf)
{
	return g_build_filename (h->run_dir, leaf, NULL);
}

/* An empty one where there is none, or none that can be read. */
static JsonObject *
past_load (const vmnet_host *h)
{
	g_autofree char *path = past_path (h, "iov.json");
	g_autoptr (JsonParser) parser = json_parser_new ();
	JsonNode *root;

	if (json_parser_load_from_file (parser, path, NULL)) {
		root = json_parser_get_root (parser);
		if (root && JSON_NODE_HOLDS_OBJECT (root))
			return json_node_dup_object (root);
	}
	return json_object_new ();
}

static void
past_save (const vmnet_host *h, JsonObject *all)
{
	g_autofree char *path = past_path (h, "iov.json"), *text = NULL;
	g_autoptr (JsonNode) root = json_node_init_object
		(json_node_alloc (), all);

	text = json_to_string (root, TRUE);
	g_file_set_contents (path, text, -1, NULL);
}

typedef void (*past_edit) (JsonObject *all, const char *key, gpointer user);

/* The shell and the agent may both have something to say. */
static void
past_change (const vmnet_host *h, const char *key, past_edit edit,
	     gpointer user)
{
	g_autofree char *path = past_path (h, "iov.lock");
	g_autoptr (JsonObject) all = NULL;
	int fd;

	if (g_mkdir_with_parents (h->run_dir, 0755) < 0)
		return;
	fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (flock (fd, LOCK_EX) == 0) {
		all = past_load (h);
		edit (all, key, user);
		past_save (h, all);
	}
	close (fd);
}

static JsonObject *
past_entry (JsonObject *all, const char *key)
{
	JsonObject *o;

	if (!json_object_has_member (all, key))
		json_object_set_object_member (all, key, json_object_new ());
	o = json_object_get_object_member (all, key);
	return o;
}

static void
edit_switched (JsonObject *all, const char *key, gpointer user)
{
	const iov_past *p = user;
	JsonObject *o = past_entry (all, key);
	gint64 n = json_object_get_int_member_with_default (o, "switches", 0);

	json_object_set_boolean_member (o, "vf", p->vf);
	json_object_set_int_member (o, "switches", n + 1);
	json_object_set_double_member (o, "last_ms", p->last_ms);
	json_object_set_string_member (o, "last_reason", p->last_reason);
	json_object_set_int_member (o, "since", g_get_real_time ());
}

void
iov_past_switched (const vmnet_host *h, const char *key, gboolean vf,
		   double ms, const char *reason)
{
	iov_past p = { .vf = vf, .last_ms = ms,
		       .last_reason = (char *) reason };

	past_change (h, key, edit_switched, &p);
}

static void
edit_note (JsonObject *all, const char *key, gpointer user)
{
	const char *const *note = user;
	JsonObject *o = past_entry (all, key);

	if (note[1])
		json_object_set_string_member (o, note[0], note[1]);
	else if (json_object_has_member (o, note[0]))
		json_object_remove_member (o, note[0]);
}

void
iov_past_note (const vmnet_host *h, const char *key, const char *member,
	       const char *text)
{
	const char *note[] = { member, text };

	past_change (h, key, edit_note, note);
}

char *
iov_past_noted (const vmnet_host *h, const char *key, const char *member)
{
	g_autoptr (JsonObject) all = past_load (h);

	return json_object_has_member (all, key)
		? g_strdup (json_object_get_string_member_with_default (
			json_object_get_object_member (all, key), member,
			NULL)) : NULL;
}

void
iov_past_problem (const vmnet_host *h, const char *key, const char *problem)
{
	iov_past_note (h, key, "problem", problem);
}

static void
edit_forget (JsonObject *all, const char *key, gpointer user)
{
	if (json_object_has_member (all, key))
		json_object_remove_member (all, key);
}

void
iov_past_forget (const vmnet_host *h, const char *key)
{
	past_change (h, key, edit_forget, NULL);
}

void
iov_past_get (const vmnet_host *h, const char *key, iov_past *out)
{
	g_autoptr (JsonObject) all = past_load (h);
	JsonObject *o;

	*out = (iov_past) { 0 };
	if (!json_object_has_member (all, key))
		return;
	o = json_object_get_object_member (all, key);
	out->vf = json_object_get_boolean_member_with_default (o, "vf", FALSE);
	out->switches = json_object_get_int_member_with_default
		(o, "switches", 0);
	out->last_ms = json_object_get_double_member_with_default
		(o, "last_ms", 0);
	out->last_reason = g_strdup (json_object_get_string_member_with_default
		(o, "last_reason", NULL));
	out->since = json_object_get_int_member_with_default (o, "since", 0);
	out->problem = g_strdup (json_object_get_string_member_with_default
		(o, "problem", NULL));
}

void
iov_past_clear (iov_past *p)
{
	g_free (p->last_reason);
	g_free (p->problem);
}

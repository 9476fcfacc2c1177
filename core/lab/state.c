/*
 * state.c - run_dir/lab.json: whether the lab was made to its end, and the
 * speed of each adapter. Gone after a reboot, as the lab itself is. Called by
 * lab.c and speed.c, under the lab's lock where it writes.
 */
#include <json-glib/json-glib.h>

#include "lab/room.h"

static char *
state_path (const char *run_dir)
{
	return g_build_filename (run_dir, "lab.json", NULL);
}

/* A damaged or missing file is an empty one: the lab is completed anew. */
static JsonObject *
state_load (const char *run_dir)
{
	g_autofree char *path = state_path (run_dir);
	g_autoptr (JsonParser) parser = json_parser_new ();
	JsonNode *root;

	if (!json_parser_load_from_file (parser, path, NULL))
		return json_object_new ();
	root = json_parser_get_root (parser);
	if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
		return json_object_new ();
	return json_object_ref (json_node_get_object (root));
}

static gboolean
state_save (const char *run_dir, JsonObject *o, GError **error)
{
	g_autofree char *path = state_path (run_dir);
	g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	json_node_set_object (root, o);
	text = json_to_string (root, TRUE);
	return lab_save_text (path, text, error);
}

static JsonObject *
state_member (JsonObject *o, const char *name)
{
	JsonNode *node = json_object_get_member (o, name);

	if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
		json_object_set_object_member (o, name, json_object_new ());
		node = json_object_get_member (o, name);
	}
	return json_node_get_object (node);
}

gboolean
state_complete (const char *run_dir)
{
	g_autoptr (JsonObject) o = state_load (run_dir);

	return json_object_get_boolean_member_with_default (o, "complete",
							    FALSE);
}

gboolean
state_set_complete (const char *run_dir, GError **error)
{
	g_autoptr (JsonObject) o = state_load (run_dir);

	json_object_set_boolean_member (o, "complete", TRUE);
	return state_save (run_dir, o, error);
}

guint64
state_speed (const char *run_dir, const char *nic)
{
	g_autoptr (JsonObject) o = state_load (run_dir);
	gint64 rate = json_object_get_int_member_with_default
		(state_member (o, "speed"), nic, 0);

	return rate > 0 ? (guint64) rate : 0;
}

gboolean
state_set_speed (const char *run_dir, const char *nic, guint64 rate,
		 GError **error)
{
	g_autoptr (JsonObject) o = state_load (run_dir);
	JsonObject *speeds = state_member (o, "speed");

	if (rate)
		json_object_set_int_member (speeds, nic, (gint64) rate);
	else
		json_object_remove_member (speeds, nic);
	return state_save (run_dir, o, error);
}

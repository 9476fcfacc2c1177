/* kernel_support.c - see kernel_support.h. */
#include "config.h"

#include "kernel_support.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
own_network (void **state)
{
	return geteuid () == 0 ? unshare (CLONE_NEWNET) : 0;
}

void
need_root (void)
{
	if (geteuid () == 0)
		return;
	print_message ("# needs root\n");
	skip ();
}

static char *
node_text (JsonNode *node)
{
	JsonArray *found = json_node_get_array (node);
	JsonNode *first;
	GValue v = G_VALUE_INIT, text = G_VALUE_INIT;
	char *s;

	if (json_array_get_length (found) == 0)
		return NULL;
	first = json_array_get_element (found, 0);
	if (!JSON_NODE_HOLDS_VALUE (first))
		return json_to_string (first, FALSE);
	json_node_get_value (first, &v);
	g_value_init (&text, G_TYPE_STRING);
	g_value_transform (&v, &text);
	s = g_value_dup_string (&text);
	g_value_unset (&text);
	g_value_unset (&v);
	return s;
}

char *
said (const char *command, const char *path)
{
	g_autoptr (GError) error = NULL;
	g_autofree char *out = NULL;
	g_autoptr (JsonNode) all = NULL, found = NULL;

	if (!g_spawn_command_line_sync (command, &out, NULL, NULL, &error))
		fail_msg ("%s: %s", command, error->message);
	all = json_from_string (*out ? out : "[]", &error);
	if (all == NULL)
		fail_msg ("%s: %s", command, error->message);
	found = json_path_query (path, all, &error);
	if (found == NULL)
		fail_msg ("%s: %s", path, error->message);
	return node_text (found);
}

void
assert_said (const char *command, const char *path, const char *want)
{
	g_autofree char *got = said (command, path);

	if (got == NULL)
		fail_msg ("%s has no %s", command, path);
	assert_string_equal (got, want);
}

void
make_pair (kn *k, const char *a, const char *b)
{
	worked (kn_veth_add (k, a, NULL, b, NULL, -1, 1, &error));
	worked (kn_link_set_up (k, a, TRUE, &error));
	worked (kn_link_set_up (k, b, TRUE, &error));
}

void
send_frames (kn *k, const char *name, int count, size_t length)
{
	int s = socket (AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = kn_ifindex (k, name),
	};
	unsigned char frame[ETH_FRAME_LEN] = { 2, 0, 0, 0, 0, 1,
					       2, 0, 0, 0, 0, 2,
					       0x88, 0xb5 };

	assert_true (s >= 0);
	for (int i = 0; i < count; i++)
		assert_int_equal (sendto (s, frame, length, 0,
					  (struct sockaddr *) &to,
					  sizeof to), length);
	close (s);
}

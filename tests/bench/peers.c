/*
 * peers.c - what else filters at a bridge: rules that do not match, before the
 * frame passes. What the kernel lacks is left out. Used by datapath.c.
 */
#include <config.h>

#include <stdio.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "bench.h"

static gboolean
write_rules (lane *l, const char *text, const char *command)
{
	g_autofree char *path = NULL;
	gboolean ok;
	int fd = g_file_open_tmp ("bench-XXXXXX", &path, NULL);
	g_autofree char *line = g_strdup_printf (command, path);

	close (fd);
	LANE_MUST (g_file_set_contents (path, text, -1, &e));
	ok = lane_run (l, line);
	g_unlink (path);
	return ok;
}

gboolean
lane_nft_rules (lane *l)
{
	g_autoptr (GString) s = g_string_new ("table bridge t { chain f { type filter "
		"hook forward priority 0; policy accept;\n");

	for (guint i = 0; i < l->entries; i++)
		g_string_append_printf (s, "ip daddr 32.%u.%u.0/24 drop\n",
					i >> 8, i & 255);
	g_string_append (s, "}\n}\n");
	return write_rules (l, s->str, "nft -f %s");
}

gboolean
lane_nft_map (lane *l)
{
	g_autoptr (GString) s = g_string_new ("table bridge t { "
		"map m { type ipv4_addr : "
		"verdict; flags interval; elements = { 10.0.0.0/8 : accept");

	for (guint i = 0; i < l->entries; i++)
		g_string_append_printf (s, ", 32.%u.%u.0/24 : drop", i >> 8,
					i & 255);
	g_string_append (s, " } }\nchain f { type filter hook forward "
		"priority 0; policy accept;\n"
		"ip daddr vmap @m\nip saddr vmap @m\n}\n}\n");
	return write_rules (l, s->str, "nft -f %s");
}

gboolean
lane_ebtables (lane *l)
{
	g_autoptr (GString) s = g_string_new ("*filter\n:FORWARD ACCEPT\n");

	for (guint i = 0; i < l->entries; i++)
		g_string_append_printf (s, "-A FORWARD -p IPv4 --ip-dst "
			"32.%u.%u.0/24 -j DROP\n", i >> 8, i & 255);
	return write_rules (l, s->str, "ebtables-nft-restore < %s");
}

gboolean
lane_u32 (lane *l)
{
	g_autoptr (GString) s = g_string_new ("qdisc add dev vpa clsact\n");

	for (guint i = 0; i < l->entries; i++)
		g_string_append_printf (s, "filter add dev vpa ingress protocol "
			"ip prio 1 u32 match ip dst 32.%u.%u.0/24 "
			"classid 1:1\n",
			i >> 8, i & 255);
	return write_rules (l, s->str, "tc -b %s");
}

/*
 * dump_pool.c - resource pools, and static mappings of NATs, as commands. Called
 * by dump.c.
 */
#include "model/dump.h"

#include <string.h>

#define TYPE "Ethernet"

static void
dump_pool (GString *s, const vmnet_pool *p)
{
	g_string_append (s, "New-VMResourcePool");
	dump_text (s, "Name", p->name);
	dump_text (s, "ResourcePoolType", TYPE);
	for (guint i = 0; p->parents[i]; i++) {
		g_autoptr (GString) one = g_string_new (NULL);

		dump_text (one, "ParentName", p->parents[i]);
		if (i == 0)
			g_string_append (s, one->str);
		else
			g_string_append_printf (
				s, ",%s", one->str + strlen (" -ParentName "));
	}
	g_string_append_c (s, '\n');
	for (guint i = 0; p->switches[i]; i++) {
		g_string_append (s, "Add-VMSwitch");
		dump_text (s, "Name", p->switches[i]);
		dump_text (s, "ResourcePoolName", p->name);
		g_string_append_c (s, '\n');
	}
}

/* Those above it first; `done`: those that are written. */
static void
dump_in_order (GString *s, const vmnet_model *m, const vmnet_pool *p,
	       GHashTable *done)
{
	if (!g_hash_table_add (done, (gpointer) p)
	    || model_name_equal (p->name, VMNET_POOL_ALL))
		return;
	for (guint i = 0; p->parents[i]; i++) {
		const vmnet_pool *above = vmnet_model_pool (m, p->parents[i]);

		if (above)
			dump_in_order (s, m, above, done);
	}
	dump_pool (s, p);
}

void
dump_pools (GString *s, const vmnet_model *m)
{
	g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);

	for (guint i = 0; i < m->pools->len; i++)
		dump_in_order (s, m, m->pools->pdata[i], done);
}

void
dump_pools_metering (GString *s, const vmnet_model *m)
{
	for (guint i = 0; i < m->pools->len; i++) {
		const vmnet_pool *p = m->pools->pdata[i];

		if (!p->metering)
			continue;
		g_string_append (s, "Enable-VMResourceMetering");
		dump_text (s, "ResourcePoolName", p->name);
		dump_text (s, "ResourcePoolType", TYPE);
		g_string_append_c (s, '\n');
	}
}

void
dump_natmap (GString *s, const char *nat, const char *map)
{
	vmnet_natmap p;

	if (!vmnet_natmap_parse (map, &p))
		return;
	g_string_append (s, "Add-NetNatStaticMapping");
	dump_text (s, "NatName", nat);
	dump_text (s, "Protocol", p.udp ? "UDP" : "TCP");
	dump_text (s, "ExternalIPAddress", p.external);
	g_string_append_printf (s, " -ExternalPort %u", p.external_port);
	dump_text (s, "InternalIPAddress", p.internal);
	g_string_append_printf (s, " -InternalPort %u", p.internal_port);
	dump_text (s, "RemoteExternalIPAddressPrefix", p.remote);
	g_string_append_c (s, '\n');
}

/*
 * pci.c - PCI configuration space, addresses, bridges and resources from
 * sysfs; see pci.h.
 */
#include "pci.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS 0x06
#define STATUS_CAPABILITIES 0x10
#define COMMAND 0x04
#define COMMAND_MASTER 0x04
#define HEADER_TYPE 0x0e
#define CAPABILITIES 0x34
#define SUBORDINATE_BUS 0x1a
#define CAP_EXPRESS 0x10
#define EXTENDED 0x100		/* where the extended capabilities begin */

/* ---- configuration space ---- */

gboolean
pci_config_read (const char *root, const char *device, pci_config *out)
{
	g_autofree char *path = g_build_filename (root, device, "config",
						  NULL);
	g_autofree char *text = NULL;
	gsize len;

	memset (out, 0, sizeof *out);
	if (!g_file_get_contents (path, &text, &len, NULL))
		return FALSE;
	out->len = MIN (len, sizeof out->bytes);
	memcpy (out->bytes, text, out->len);
	return TRUE;
}

guint16
pci_get16 (const pci_config *c, guint at)
{
	if (at + 2 > c->len)
		return 0;
	return (guint16) (c->bytes[at] | c->bytes[at + 1] << 8);
}

guint32
pci_get32 (const pci_config *c, guint at)
{
	return at + 4 > c->len ? 0 : pci_get16 (c, at) |
		(guint32) pci_get16 (c, at + 2) << 16;
}

gboolean
pci_has_extended (const pci_config *c)
{
	return c->len > EXTENDED;
}

guint
pci_extended (const pci_config *c, guint16 id)
{
	guint at = EXTENDED;

	/* A broken list may point in circles: no more steps than fit. */
	for (guint i = 0; i < PCI_CONFIG_SIZE / 8; i++) {
		guint32 head = pci_get32 (c, at);

		if (at < EXTENDED || head == 0)
			return 0;
		if ((head & 0xffff) == id)
			return at;
		at = head >> 20 & 0xffc;
	}
	return 0;
}

guint
pci_capability (const pci_config *c, guint8 id)
{
	guint at;

	if (!(pci_get16 (c, STATUS) & STATUS_CAPABILITIES))
		return 0;
	at = c->bytes[CAPABILITIES] & 0xfc;
	for (guint i = 0; i < 64 && at && at + 2 <= c->len; i++) {
		if (c->bytes[at] == id)
			return at;
		at = c->bytes[at + 1] & 0xfc;
	}
	return 0;
}

guint
pci_express (const pci_config *c)
{
	return pci_capability (c, CAP_EXPRESS);
}

gboolean
pci_is_bridge (const pci_config *c)
{
	return (c->bytes[HEADER_TYPE] & 0x7f) == 1;
}

int
pci_port_type (const pci_config *c)
{
	guint at = pci_express (c);

	return at ? pci_get16 (c, at + 2) >> 4 & 0xf : -1;
}

/* Device Capabilities 2, which the first version has not. */
gboolean
pci_forwards_ari (const pci_config *c)
{
	guint at = pci_express (c);

	return at && (pci_get16 (c, at + 2) & 0xf) > 1 &&
		pci_get32 (c, at + 0x24) & 0x20;
}

guint
pci_last_bus (const pci_config *c)
{
	return c->bytes[SUBORDINATE_BUS];
}

gboolean
pci_is_bus_master (const pci_config *c)
{
	return (pci_get16 (c, COMMAND) & COMMAND_MASTER) != 0;
}

gboolean
pci_sriov_read (const pci_config *c, pci_sriov *out)
{
	guint at = pci_extended (c, PCI_EXT_SRIOV);

	memset (out, 0, sizeof *out);
	if (at == 0)
		return FALSE;
	out->total = pci_get16 (c, at + 0x0e);
	out->offset = pci_get16 (c, at + 0x14);
	out->stride = pci_get16 (c, at + 0x16);
	for (guint i = 0; i < G_N_ELEMENTS (out->bar); i++)
		out->bar[i] = pci_get32 (c, at + 0x24 + 4 * i);
	return TRUE;
}

/* ---- where it is ---- */

gboolean
pci_address_parse (const char *address, guint *domain, guint *rid)
{
	unsigned d, bus, device, function;
	int end = 0;

	if (sscanf (address, "%8x:%2x:%2x.%1x%n", &d, &bus, &device,
		    &function, &end) != 4 || address[end] != '\0' ||
	    device > 31 || function > 7)
		return FALSE;
	*domain = d;
	*rid = bus << 8 | device << 3 | function;
	return TRUE;
}

/* The folder itself, whose path names the bridges above; malloc. */
static char *
real_path (const char *root, const char *device)
{
	g_autofree char *path = g_build_filename (root, device, NULL);

	return realpath (path, NULL);
}

char *
pci_address_of (const char *root, const char *nic)
{
	g_autofree char *device = g_build_filename ("class/net", nic,
						    "device", NULL);
	char *real = real_path (root, device);
	g_auto (GStrv) parts = g_strsplit (real ? real : "", "/", -1);
	guint domain, rid;

	free (real);
	/* Itself, or one step below: an adapter of USB is on no PCI card. */
	for (guint n = g_strv_length (parts), i = n; i-- > 0 && i + 2 >= n;)
		if (pci_address_parse (parts[i], &domain, &rid))
			return g_strdup (parts[i]);
	return NULL;
}

GPtrArray *
pci_bridges (const char *root, const char *device)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	char *real = real_path (root, device);
	g_auto (GStrv) parts = g_strsplit (real ? real : "", "/", -1);
	guint domain, rid;

	free (real);
	for (guint i = g_strv_length (parts); i-- > 0;) {
		if (!pci_address_parse (parts[i], &domain, &rid))
			break;
		if (parts[i + 1])
			g_ptr_array_add (out, g_strdup (parts[i]));
	}
	return out;
}

guint64
pci_resource (const char *root, const char *device, guint n)
{
	g_autofree char *path = g_build_filename (root, device, "resource",
						  NULL);
	g_autofree char *text = NULL;
	g_auto (GStrv) lines = NULL;

	if (!g_file_get_contents (path, &text, NULL, NULL))
		return 0;
	lines = g_strsplit (text, "\n", (int) n + 2);
	return g_strv_length (lines) > n
		? g_ascii_strtoull (lines[n], NULL, 16) : 0;
}

char *
pci_device_path (const char *address)
{
	return g_build_filename ("bus/pci/devices", address, NULL);
}

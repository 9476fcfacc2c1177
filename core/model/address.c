/*
 * address.c - MAC addresses and the addresses of ACL entries as text. Called
 * by the shell's parameter types, the store, the views and the dump.
 */
#include "model/model.h"

#include <arpa/inet.h>
#include <string.h>

#define MAC_LENGTH 6

static guint
address_bits (vmnet_family family)
{
	switch (family) {
	case VMNET_ADDR_IPV4:
		return 32;
	case VMNET_ADDR_IPV6:
		return 128;
	case VMNET_ADDR_MAC:
		return 48;
	}
	return 0;
}

static gboolean
mac_read (const char *text, guint8 mac[MAC_LENGTH])
{
	char separator = '\0';

	if (strlen (text) == 3 * MAC_LENGTH - 1
	    && (text[2] == '-' || text[2] == ':'))
		separator = text[2];
	else if (strlen (text) != 2 * MAC_LENGTH)
		return FALSE;
	for (int i = 0; i < MAC_LENGTH; i++) {
		int high = g_ascii_xdigit_value (text[0]);
		int low = high < 0 ? -1 : g_ascii_xdigit_value (text[1]);

		if (low < 0)
			return FALSE;
		mac[i] = high << 4 | low;
		text += 2;
		if (separator && i < MAC_LENGTH - 1 && *text++ != separator)
			return FALSE;
	}
	return TRUE;
}

gboolean
vmnet_mac_parse (const char *text, guint8 mac[6], GError **error)
{
	guint8 out[MAC_LENGTH];

	if (mac_read (text, out)) {
		memcpy (mac, out, sizeof out);
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "MAC address '%s': not twelve hexadecimal digits; write "
		     "00155D010203, 00-15-5D-01-02-03 or 00:15:5D:01:02:03",
		     text);
	return FALSE;
}

char *
vmnet_mac_format (const guint8 mac[6], char separator)
{
	GString *s = g_string_sized_new (3 * MAC_LENGTH);

	for (int i = 0; i < MAC_LENGTH; i++) {
		if (i > 0 && separator)
			g_string_append_c (s, separator);
		g_string_append_printf (s, "%02X", mac[i]);
	}
	return g_string_free (s, FALSE);
}

static char *
ip_format (vmnet_family family, const guint8 *addr, guint prefix)
{
	char text[INET6_ADDRSTRLEN];
	int af = family == VMNET_ADDR_IPV4 ? AF_INET : AF_INET6;

	inet_ntop (af, addr, text, sizeof text);
	if (prefix == address_bits (family))
		return g_strdup (text);
	return g_strdup_printf ("%s/%u", text, prefix);
}

char *
vmnet_acl_address (const vmnet_acl *acl)
{
	if (acl->family == VMNET_ADDR_MAC)
		return vmnet_mac_format (acl->addr, '\0');
	return ip_format (acl->family, acl->addr, acl->prefix);
}

char *
vmnet_acl_remote (const vmnet_acl *acl)
{
	if (!acl->pair)
		return acl->local ? NULL : vmnet_acl_address (acl);
	if (acl->remote_family == VMNET_ADDR_MAC)
		return vmnet_mac_format (acl->remote, '\0');
	return ip_format (acl->remote_family, acl->remote,
			  acl->remote_prefix);
}

char *
vmnet_acl_text (const vmnet_acl *acl)
{
	g_autofree char *address = vmnet_acl_address (acl);
	g_autofree char *remote = vmnet_acl_remote (acl);

	if (acl->pair)
		return g_strdup_printf ("Local %s Remote %s", address,
					remote);
	return g_strdup_printf ("%s %s", acl->local ? "Local" : "Remote",
				address);
}

gboolean
vmnet_acl_pair (vmnet_acl *local, const vmnet_acl *remote, GError **error)
{
	g_autofree char *a = vmnet_acl_address (local);
	g_autofree char *b = vmnet_acl_address (remote);

	if (local->family != remote->family &&
	    local->family != VMNET_ADDR_MAC &&
	    remote->family != VMNET_ADDR_MAC) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "local %s with remote %s: no frame is from IPv4 "
			     "to IPv6; give two of one kind, or two entries",
			     a, b);
		return FALSE;
	}
	local->local = local->pair = TRUE;
	local->remote_family = remote->family;
	local->remote_prefix = remote->prefix;
	memcpy (local->remote, remote->addr, sizeof local->remote);
	return TRUE;
}

static gboolean
mac_entry (const char *text, vmnet_acl *out, GError **error)
{
	guint8 mac[MAC_LENGTH];

	if (!vmnet_mac_parse (text, mac, error))
		return FALSE;
	out->family = VMNET_ADDR_MAC;
	out->prefix = address_bits (VMNET_ADDR_MAC);
	memset (out->addr, 0, sizeof out->addr);
	memcpy (out->addr, mac, sizeof mac);
	return TRUE;
}

static gboolean
not_an_address (const char *text, GError **error)
{
	guint8 mac[MAC_LENGTH];

	if (mac_read (text, mac))
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "address '%s': this is a MAC address; give it "
			     "with -RemoteMacAddress or -LocalMacAddress",
			     text);
	else
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "address '%s': neither IPv4 nor IPv6; write "
			     "192.0.2.1, 10.0.0.0/8, 2001:db8::/32 or ANY",
			     text);
	return FALSE;
}

static gboolean
prefix_read (const char *text, const char *digits, guint bits, guint *out,
	     GError **error)
{
	guint64 value;

	if (g_ascii_string_to_unsigned (digits, 10, 0, bits, &value, NULL)) {
		*out = value;
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "address '%s': the prefix '%s' is not a number of bits "
		     "from 0 to %u", text, digits, bits);
	return FALSE;
}

static void
mask (guint8 *addr, guint prefix, guint bits)
{
	for (guint bit = prefix; bit < bits; bit++)
		addr[bit / 8] &= ~(0x80 >> bit % 8);
}

static gboolean
host_bits (const char *text, const guint8 *given, vmnet_family family,
	   const guint8 *masked, guint prefix, GError **error)
{
	g_autofree char *network = ip_format (family, masked, prefix);
	g_autofree char *host = ip_format (family, given,
					   address_bits (family));

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "address '%s': bits are set behind the prefix; write %s "
		     "for the network, or %s for the one address", text,
		     network, host);
	return FALSE;
}

gboolean
vmnet_acl_parse (const char *text, gboolean mac, vmnet_acl *out,
		 GError **error)
{
	char address[INET6_ADDRSTRLEN + 1];
	const char *slash = text + strcspn (text, "/");
	guint8 given[16] = { 0 }, masked[16];
	vmnet_family family = VMNET_ADDR_IPV4;
	guint bits, prefix;

	if (mac)
		return mac_entry (text, out, error);
	if ((gsize) (slash - text) >= sizeof address)
		return not_an_address (text, error);
	memcpy (address, text, slash - text);
	address[slash - text] = '\0';
	if (strchr (address, ':'))
		family = VMNET_ADDR_IPV6;
	if (inet_pton (family == VMNET_ADDR_IPV4 ? AF_INET : AF_INET6,
		       address, given) != 1)
		return not_an_address (text, error);
	bits = prefix = address_bits (family);
	if (*slash && !prefix_read (text, slash + 1, bits, &prefix, error))
		return FALSE;
	memcpy (masked, given, sizeof masked);
	mask (masked, prefix, bits);
	if (memcmp (masked, given, sizeof masked) != 0)
		return host_bits (text, given, family, masked, prefix, error);
	out->family = family;
	out->prefix = prefix;
	memcpy (out->addr, masked, sizeof masked);
	return TRUE;
}

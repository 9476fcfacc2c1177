/*
 * edit_nic.c - what is asked of physical adapters, and the addresses of the
 * host's own adapters. Called by plan/txn.c.
 */
#include "model/edit.h"

#include <arpa/inet.h>
#include <string.h>

#include "model/check.h"
#include "model/lbfo.h"

#define WHAT "network adapter"
#define PROCESSORS 8192		/* more than any kernel is built for */

vmnet_nic *
model_nic_of (vmnet_model *m, const char *name)
{
	vmnet_nic *n = vmnet_model_nic (m, name);

	if (n == NULL) {
		n = g_new0 (vmnet_nic, 1);
		n->name = g_strdup (name);
		g_ptr_array_add (m->nics, n);
	}
	return n;
}

/* ---- VM queues ---- */

static gboolean
processor_ok (const char *nic, const char *parameter, vmnet_opt value,
	      guint64 min, GError **error)
{
	if (!value.set || (value.value >= min && value.value < PROCESSORS))
		return TRUE;
	return check_invalid (error, WHAT, nic, "-%s %" G_GUINT64_FORMAT
			      " is out of range; give %" G_GUINT64_FORMAT
			      " to %d", parameter, value.value, min,
			      PROCESSORS - 1);
}

static void
take (vmnet_opt *to, vmnet_opt from)
{
	if (from.set)
		*to = from;
}

gboolean
model_vmq_set (vmnet_model *m, const char *nic, const vmnet_vmq_change *c,
	       GError **error)
{
	vmnet_nic *n = vmnet_model_nic (m, nic);
	vmnet_nic next = { 0 };

	if (n)
		next = *n;
	if (c->enabled)
		next.vmq = *c->enabled;
	take (&next.base_processor, c->base_processor);
	take (&next.max_processor, c->max_processor);
	take (&next.max_processors, c->max_processors);
	if (!processor_ok (nic, "BaseProcessorNumber", next.base_processor, 0,
			   error)
	    || !processor_ok (nic, "MaxProcessorNumber", next.max_processor,
			      0, error)
	    || !processor_ok (nic, "MaxProcessors", next.max_processors, 1,
			      error))
		return FALSE;
	if (next.base_processor.set && next.max_processor.set
	    && next.base_processor.value > next.max_processor.value)
		return check_invalid (error, WHAT, nic, "the base processor "
				      "%" G_GUINT64_FORMAT " is above the "
				      "maximum processor %" G_GUINT64_FORMAT
				      "; give both", next.base_processor.value,
				      next.max_processor.value);
	n = model_nic_of (m, nic);
	next.name = n->name;
	*n = next;
	return TRUE;
}

/* ---- settings of the driver ---- */

const vmnet_nic_setting_info vmnet_nic_settings[VMNET_NIC_SETTINGS] = {
	[VMNET_NIC_JUMBO] = { "*JumboPacket", "Jumbo Packet", FALSE },
	[VMNET_NIC_LSO4] = { "*LsoV2IPv4", "Large Send Offload V2 (IPv4)",
			     TRUE },
	[VMNET_NIC_LSO6] = { "*LsoV2IPv6", "Large Send Offload V2 (IPv6)",
			     TRUE },
	[VMNET_NIC_USO] = { "*UsoIPv4", "UDP Segmentation Offload", TRUE },
	[VMNET_NIC_RSC] = { "*RscIPv4", "Recv Segment Coalescing", TRUE },
	[VMNET_NIC_TX_CHECKSUM] = { "TxChecksumOffload",
				    "Checksum Offload (Tx)", TRUE },
	[VMNET_NIC_RX_CHECKSUM] = { "RxChecksumOffload",
				    "Checksum Offload (Rx)", TRUE },
	[VMNET_NIC_RX_BUFFERS] = { "*ReceiveBuffers", "Receive Buffers",
				   FALSE },
	[VMNET_NIC_TX_BUFFERS] = { "*TransmitBuffers", "Transmit Buffers",
				   FALSE },
	[VMNET_NIC_RSS_QUEUES] = { "*NumRssQueues",
				   "Maximum Number of RSS Queues", FALSE },
	[VMNET_NIC_MAC] = { "NetworkAddress", "Network Address", FALSE },
	[VMNET_NIC_IPV6] = { "ms_tcpip6",
			     "Internet Protocol Version 6 (TCP/IPv6)", TRUE,
			     TRUE },
};

guint64
vmnet_nic_mac_number (const guint8 mac[6])
{
	guint64 n = 0;

	for (guint i = 0; i < 6; i++)
		n = n << 8 | mac[i];
	return n;
}

void
vmnet_nic_mac_bytes (guint64 number, guint8 mac[6])
{
	for (guint i = 6; i-- > 0; number >>= 8)
		mac[i] = (guint8) number;
}

void
model_nic_set (vmnet_model *m, const char *nic, vmnet_nic_setting setting,
	       guint64 value)
{
	model_nic_of (m, nic)->settings[setting] = (vmnet_opt) {
		.set = TRUE, .value = value };
}

void
model_nic_first (vmnet_model *m, const char *nic, vmnet_nic_setting setting,
		 guint64 value)
{
	vmnet_nic *n = model_nic_of (m, nic);

	if (!n->first[setting].set)
		n->first[setting] = (vmnet_opt) { TRUE, value };
}

gboolean
model_nic_reset (vmnet_model *m, const char *nic, vmnet_nic_setting setting)
{
	vmnet_nic *n = vmnet_model_nic (m, nic);

	if (n == NULL || !n->settings[setting].set)
		return FALSE;
	n->settings[setting].set = FALSE;
	return TRUE;
}

/* ---- SR-IOV ---- */

gboolean
model_sriov_set (vmnet_model *m, const char *nic, const vmnet_sriov_change *c,
		 GError **error)
{
	vmnet_nic *n;

	if (c->num_vfs.set && c->num_vfs.value > G_MAXUINT16)
		return check_invalid (error, WHAT, nic, "-NumVFs %"
				      G_GUINT64_FORMAT " is out of range; give "
				      "0 (all that the card has) to %d",
				      c->num_vfs.value, G_MAXUINT16);
	n = model_nic_of (m, nic);
	if (c->enabled)
		n->sriov_off = !*c->enabled;
	if (c->num_vfs.set) {
		n->num_vfs.set = c->num_vfs.value > 0;
		n->num_vfs.value = c->num_vfs.value;
	}
	return TRUE;
}

/* ---- addresses ---- */

static gboolean
parse_ip (const char *text, vmnet_acl *out, GError **error)
{
	guint bits;

	if (!vmnet_acl_parse (text, FALSE, out, error))
		return FALSE;
	bits = out->family == VMNET_ADDR_IPV4 ? 32 : 128;
	if (out->prefix == bits)
		return TRUE;
	return check_invalid (error, "address", text, "one address is "
			      "needed; give the length with -PrefixLength");
}

static gboolean
gateway_ok (const vmnet_ipaddress *a, const vmnet_acl *own, GError **error)
{
	vmnet_acl gateway = { 0 };

	if (a->gateway == NULL)
		return TRUE;
	if (!parse_ip (a->gateway, &gateway, error))
		return FALSE;
	if (gateway.family == own->family)
		return TRUE;
	return check_invalid (error, "address", a->address, "the gateway '%s' "
			      "is of the other IP version", a->gateway);
}

static gboolean
address_ok (const vmnet_ipaddress *a, vmnet_acl *own, GError **error)
{
	guint bits;

	if (!parse_ip (a->address, own, error)
	    || !gateway_ok (a, own, error))
		return FALSE;
	bits = own->family == VMNET_ADDR_IPV4 ? 32 : 128;
	if (a->prefix > 0 && a->prefix <= bits)
		return TRUE;
	return check_invalid (error, "address", a->address, "-PrefixLength %u "
			      "is out of range; give 1 to %u", a->prefix,
			      bits);
}

static gboolean
address_same (const vmnet_ipaddress *old, const vmnet_ipaddress *a,
	      const char *interface, const char *gateway, GError **error)
{
	if (model_name_equal (old->interface, interface)
	    && old->prefix == a->prefix
	    && g_strcmp0 (old->gateway, gateway) == 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "address '%s': exists as %s/%u on '%s'%s%s; remove it "
		     "with Remove-NetIPAddress", a->address, old->address,
		     old->prefix, old->interface,
		     old->gateway ? ", gateway " : "",
		     old->gateway ? old->gateway : "");
	return FALSE;
}

char *
model_canonical (const char *text)
{
	vmnet_acl acl = { 0 };

	if (text == NULL || !vmnet_acl_parse (text, FALSE, &acl, NULL))
		return g_strdup (text);
	return vmnet_acl_address (&acl);
}

char *
model_interface_alias (const vmnet_model *m, const char *interface)
{
	const vmnet_adapter *a = check_interface (m, interface, NULL);

	char *team = a ? NULL : lbfo_interface (m, interface);

	if (team)
		return team;
	return a ? names_alias (a) : g_strdup (interface);
}

gboolean
model_address_add (vmnet_model *m, const vmnet_ipaddress *a, GError **error)
{
	g_autofree char *alias = model_interface_alias (m, a->interface);
	g_autofree char *address = NULL, *gateway = NULL;
	vmnet_ipaddress *own;
	vmnet_acl ip = { 0 };

	if (!address_ok (a, &ip, error))
		return FALSE;
	address = vmnet_acl_address (&ip);
	gateway = model_canonical (a->gateway);
	for (guint i = 0; i < m->addresses->len; i++) {
		own = g_ptr_array_index (m->addresses, i);
		if (strcmp (own->address, address) == 0)
			return address_same (own, a, alias, gateway, error);
	}
	own = g_new0 (vmnet_ipaddress, 1);
	own->interface = g_steal_pointer (&alias);
	own->address = g_steal_pointer (&address);
	own->prefix = a->prefix;
	own->gateway = g_steal_pointer (&gateway);
	g_ptr_array_add (m->addresses, own);
	return TRUE;
}

gboolean
model_address_remove (vmnet_model *m, const char *interface,
		      const char *address, GError **error)
{
	g_autofree char *alias = model_interface_alias (m, interface);
	g_autofree char *wanted = model_canonical (address);

	for (guint i = 0; i < m->addresses->len; i++) {
		vmnet_ipaddress *a = g_ptr_array_index (m->addresses, i);

		if (!model_name_equal (a->interface, alias)
		    || strcmp (a->address, wanted) != 0)
			continue;
		g_ptr_array_remove_index (m->addresses, i);
		return TRUE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "address '%s': not one that was given to '%s'; "
		     "Get-NetIPAddress lists them", address, alias);
	return FALSE;
}

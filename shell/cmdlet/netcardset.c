/*
 * netcardset.c - Set-NetAdapterLso, -Uso, -Rsc and -ChecksumOffload: what
 * Enable- and Disable- of netcard.c do, said by value. Listed in table.c.
 */
#include <string.h>

#include "netcard.h"

typedef struct {
	const vmnet_noun *noun;
	vmnet_nic_setting v4, v6;
} family;

static const family families[] = {
	{ &vmnet_noun_lso, VMNET_NIC_LSO4, VMNET_NIC_LSO6 },
	{ &vmnet_noun_uso, VMNET_NIC_USO, VMNET_NIC_USO },
	{ &vmnet_noun_rsc, VMNET_NIC_RSC, VMNET_NIC_RSC },
};

static const family *
family_of (sh_call *call)
{
	const vmnet_noun *noun = sh_call_cmdlet (call)->out;

	for (guint i = 0; i < G_N_ELEMENTS (families); i++)
		if (families[i].noun == noun)
			return &families[i];
	return NULL;
}

static gboolean
needs (sh_call *call, const char *what, GError **error)
{
	g_set_error (error, SH_ERROR, SH_ERROR_BIND, "%s needs %s",
		     sh_call_cmdlet (call)->name, what);
	return FALSE;
}

/* With one switch for both, half of it cannot be had. */
static gboolean
agree (sh_call *call, const family *f, GError **error)
{
	if (!sh_given (call, "IPv4Enabled") && !sh_given (call, "IPv6Enabled"))
		return needs (call, "-IPv4Enabled or -IPv6Enabled", error);
	if (f->v4 != f->v6
	    || (sh_given (call, "IPv4Enabled") && sh_given (call, "IPv6Enabled")
		&& sh_arg_on (call, "IPv4Enabled")
			   == sh_arg_on (call, "IPv6Enabled")))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "%s: Linux has one switch for IPv4 and IPv6; give both "
		     "the same", sh_call_cmdlet (call)->name);
	return FALSE;
}

static gboolean
set_family (sh_call *call, vmnet_txn *txn, const char *nic, GError **error)
{
	const family *f = family_of (call);

	return (!sh_given (call, "IPv4Enabled")
		|| vmnet_nic_set (txn, nic, f->v4,
				  sh_arg_on (call, "IPv4Enabled"), error))
	       && (!sh_given (call, "IPv6Enabled")
		   || vmnet_nic_set (txn, nic, f->v6,
				     sh_arg_on (call, "IPv6Enabled"), error));
}

typedef gboolean (*nic_setter) (sh_call *call, vmnet_txn *txn,
				const char *nic, GError **error);

static gboolean
set_each (sh_call *call, nic_setter f, GError **error)
{
	vmnet_txn *txn = sh_txn (sh_call_interp (call), error);
	g_autoptr (GPtrArray) nics = txn ? dom_nics (call, error) : NULL;

	for (guint i = 0; nics != NULL && i < nics->len; i++) {
		if (!f (call, txn, nics->pdata[i], error))
			return FALSE;
		if (sh_arg_on (call, "PassThru"))
			sh_emit (call, sh_row_later (
				sh_call_cmdlet (call)->out, nics->pdata[i]));
	}
	return nics != NULL;
}

static gboolean
set_families (sh_call *call, GError **error)
{
	return agree (call, family_of (call), error)
	       && set_each (call, set_family, error);
}

#define FAMILY_PARAMS \
	NIC_CHANGE_PARAMS, \
	{ "IPv4Enabled", &sh_type_bool, 0, 0, NULL, NULL, "on for IPv4" }, \
	{ "IPv6Enabled", &sh_type_bool, 0, 0, NULL, NULL, "on for IPv6" }

static const sh_param family_params[] = { FAMILY_PARAMS };
static const sh_param lso_params[] = {
	FAMILY_PARAMS,
	{ "V1IPv4Enabled", &sh_type_bool, SH_NOT_YET, 0, NULL, NULL,
	  "Linux has no first version: there is one" },
};

#define SETTER(id, noun, params, row, does, run, example) \
	const sh_cmdlet cmdlet_##id = { \
		"Set-NetAdapter" noun, "NetAdapter", NULL, SH_CHANGES, \
		"ByName", PARAMS (params), row, does, \
		"Set-NetAdapter" noun " -Name pnic0 " example, \
		"It is kept, and set again at boot.", NULL, run, NULL, \
	};

SETTER (set_netadapterlso, "Lso", lso_params, &vmnet_noun_lso,
	"Says who cuts long TCP packets", set_families, "-IPv4Enabled $true")
SETTER (set_netadapteruso, "Uso", family_params, &vmnet_noun_uso,
	"Says who cuts long UDP packets", set_families,
	"-IPv4Enabled $true -IPv6Enabled $true")
SETTER (set_netadapterrsc, "Rsc", family_params, &vmnet_noun_rsc,
	"Says whether received segments are put together", set_families,
	"-IPv4Enabled $true -IPv6Enabled $true")

/* ---- checksums ---- */

static const char *const protocols[] = {
	"IpIPv4Enabled", "TcpIPv4Enabled", "TcpIPv6Enabled", "UdpIPv4Enabled",
	"UdpIPv6Enabled",
};

#define PROTOCOL(name, text) \
	{ name, &sh_type_checksum, 0, 0, NULL, NULL, text }

static const sh_param checksum_params[] = {
	NIC_CHANGE_PARAMS,
	PROTOCOL ("IpIPv4Enabled", "headers of IPv4: by direction"),
	PROTOCOL ("TcpIPv4Enabled", "TCP over IPv4: by direction"),
	PROTOCOL ("TcpIPv6Enabled", "TCP over IPv6: by direction"),
	PROTOCOL ("UdpIPv4Enabled", "UDP over IPv4: by direction"),
	PROTOCOL ("UdpIPv6Enabled", "UDP over IPv6: by direction"),
};

/* The one word of all that were given; Linux has a switch for each direction,
 * and none for each protocol. */
static const char *
direction_of (sh_call *call, GError **error)
{
	const char *word = NULL;

	for (guint i = 0; i < G_N_ELEMENTS (protocols); i++) {
		const char *one = sh_arg_text (call, protocols[i]);

		if (one == NULL || word == NULL || strcmp (one, word) == 0) {
			word = one ? one : word;
			continue;
		}
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "Set-NetAdapterChecksumOffload -%s: Linux has no "
			     "switch for each protocol; give all the same",
			     protocols[i]);
		return NULL;
	}
	if (word == NULL)
		needs (call, "-IpIPv4Enabled or its like", error);
	return word;
}

static gboolean
set_checksum (sh_call *call, vmnet_txn *txn, const char *nic, GError **error)
{
	const char *word = direction_of (call, error);

	return word != NULL
	       && vmnet_nic_set (txn, nic, VMNET_NIC_TX_CHECKSUM,
				 strstr (word, "Tx") != NULL, error)
	       && vmnet_nic_set (txn, nic, VMNET_NIC_RX_CHECKSUM,
				 strstr (word, "Rx") != NULL, error);
}

static gboolean
set_checksums (sh_call *call, GError **error)
{
	return set_each (call, set_checksum, error);
}

SETTER (set_netadapterchecksumoffload, "ChecksumOffload", checksum_params,
	&vmnet_noun_checksum, "Says who does the checksums", set_checksums,
	"-TcpIPv4Enabled RxTxEnabled")

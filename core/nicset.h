/*
 * nicset.h - the settings of a physical adapter's driver. A part of vmnet.h,
 * which includes it.
 */
#ifndef VMNET_NICSET_H
#define VMNET_NICSET_H

#include <glib.h>

/* Settings of a physical adapter's driver, by vmnet_nic_settings. */
typedef enum {
	VMNET_NIC_JUMBO,	/* bytes of the longest frame without FCS */
	VMNET_NIC_LSO4,
	VMNET_NIC_LSO6,
	VMNET_NIC_USO,
	VMNET_NIC_RSC,
	VMNET_NIC_TX_CHECKSUM,
	VMNET_NIC_RX_CHECKSUM,
	VMNET_NIC_RX_BUFFERS,
	VMNET_NIC_TX_BUFFERS,
	VMNET_NIC_RSS_QUEUES,
	VMNET_NIC_MAC,		/* six bytes as a number */
	VMNET_NIC_IPV6,		/* is IPv6 bound to it */
	VMNET_NIC_SETTINGS	/* how many there are */
} vmnet_nic_setting;

typedef struct {
	const char *keyword;	/* "*JumboPacket" */
	const char *display;	/* "Jumbo Packet" */
	gboolean on_off;	/* 0 or 1; else a number */
	gboolean binding;	/* of the kernel and not of the driver */
} vmnet_nic_setting_info;

extern const vmnet_nic_setting_info vmnet_nic_settings[VMNET_NIC_SETTINGS];

struct vmnet_txn;
struct vmnet_noun;

/* Fails where the driver has no such setting, or not with that value. */
gboolean vmnet_nic_set (struct vmnet_txn *txn, const char *nic,
			vmnet_nic_setting setting, guint64 value,
			GError **error);

/*
 * Back to what it was before it was first set. `given`, or NULL: FALSE where
 * nobody has set it, and nothing changes.
 */
gboolean vmnet_nic_reset (struct vmnet_txn *txn, const char *nic,
			  vmnet_nic_setting setting, gboolean *given,
			  GError **error);
/* The MAC address; of one of the host's adapters, too. */
gboolean vmnet_nic_set_mac (struct vmnet_txn *txn, const char *nic,
			    const guint8 mac[6], GError **error);
/* Six bytes as the number of VMNET_NIC_MAC, and back. */
guint64 vmnet_nic_mac_number (const guint8 mac[6]);
void vmnet_nic_mac_bytes (guint64 number, guint8 mac[6]);

extern const struct vmnet_noun vmnet_noun_binding;	/* NetAdapterBinding */
extern const struct vmnet_noun vmnet_noun_hardware;	/* …HardwareInfo */
extern const struct vmnet_noun vmnet_noun_rdma;		/* NetAdapterRdma */
extern const struct vmnet_noun vmnet_noun_statistics;
extern const struct vmnet_noun vmnet_noun_property;	/* …AdvancedProperty */
extern const struct vmnet_noun vmnet_noun_lso;		/* NetAdapterLso */
extern const struct vmnet_noun vmnet_noun_rsc;		/* NetAdapterRsc */
extern const struct vmnet_noun vmnet_noun_uso;		/* NetAdapterUso */
extern const struct vmnet_noun vmnet_noun_checksum;	/* …ChecksumOffload */
extern const struct vmnet_noun vmnet_noun_rss;		/* NetAdapterRss */

#endif

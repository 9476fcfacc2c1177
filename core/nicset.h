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
	VMNET_NIC_SETTINGS	/* how many there are */
} vmnet_nic_setting;

typedef struct {
	const char *keyword;	/* "*JumboPacket" */
	const char *display;	/* "Jumbo Packet" */
	gboolean on_off;	/* 0 or 1; else a number */
} vmnet_nic_setting_info;

extern const vmnet_nic_setting_info vmnet_nic_settings[VMNET_NIC_SETTINGS];

struct vmnet_txn;
struct vmnet_noun;

/* Fails where the driver has no such setting, or not with that value. */
gboolean vmnet_nic_set (struct vmnet_txn *txn, const char *nic,
			vmnet_nic_setting setting, guint64 value,
			GError **error);

extern const struct vmnet_noun vmnet_noun_statistics;
extern const struct vmnet_noun vmnet_noun_property;	/* …AdvancedProperty */
extern const struct vmnet_noun vmnet_noun_lso;		/* NetAdapterLso */
extern const struct vmnet_noun vmnet_noun_rsc;		/* NetAdapterRsc */
extern const struct vmnet_noun vmnet_noun_uso;		/* NetAdapterUso */
extern const struct vmnet_noun vmnet_noun_checksum;	/* …ChecksumOffload */
extern const struct vmnet_noun vmnet_noun_rss;		/* NetAdapterRss */

#endif

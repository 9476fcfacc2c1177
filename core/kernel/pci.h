/*
 * pci.h - PCI devices as sysfs shows them: configuration space and its
 * capabilities, the bridges above a device. `root` is
 * that of sysfs.h; a device is named by its folder below it ("class/net/ens1/
 * device", "bus/pci/devices/0000:01:00.0"). Files may be cut short or hold
 * anything: nothing is read beyond what is there. Called by iov/ and view/.
 */
#ifndef VMNET_KERNEL_PCI_H
#define VMNET_KERNEL_PCI_H

#include "sysfs.h"

#define PCI_CONFIG_SIZE 4096

typedef struct {
	guint8 bytes[PCI_CONFIG_SIZE];
	gsize len;		/* 64 without privilege, 256 for plain PCI */
} pci_config;

/* FALSE: there is no such file; `out` is all zero then. */
gboolean pci_config_read (const char *root, const char *device,
			  pci_config *out);
/* Little-endian; 0 where nothing was read. */
guint16 pci_get16 (const pci_config *c, guint at);
guint32 pci_get32 (const pci_config *c, guint at);

enum { PCI_EXT_ACS = 0x0d, PCI_EXT_ARI = 0x0e, PCI_EXT_SRIOV = 0x10 };

/* Are the extended capabilities readable? They are to root only. */
gboolean pci_has_extended (const pci_config *c);
/* Where an extended capability begins; 0: there is none. */
guint pci_extended (const pci_config *c, guint16 id);
/* Where a capability of the first 256 bytes begins; 0: there is none, or it
 * cannot be read. */
guint pci_capability (const pci_config *c, guint8 id);
/* Where the PCI Express capability begins; 0: a conventional device. */
guint pci_express (const pci_config *c);

typedef enum {			/* of the PCI Express capability */
	PCI_ROOT_PORT = 4, PCI_UPSTREAM_PORT = 5, PCI_DOWNSTREAM_PORT = 6,
	PCI_TO_CONVENTIONAL = 7, PCI_FROM_CONVENTIONAL = 8,
} pci_port;

gboolean pci_is_bridge (const pci_config *c);
int pci_port_type (const pci_config *c);	/* -1: not PCI Express */
/* Can a port send requests to functions above the eighth (ARI)? */
gboolean pci_forwards_ari (const pci_config *c);
/* The last bus number behind a bridge. */
guint pci_last_bus (const pci_config *c);
/* Has a driver let the device read and write memory by itself? */
gboolean pci_is_bus_master (const pci_config *c);

typedef struct {		/* of the SR-IOV capability */
	guint total;		/* virtual functions at most */
	guint offset, stride;	/* of their numbers, from the PF's on */
	guint32 bar[6];		/* of the virtual functions */
} pci_sriov;

gboolean pci_sriov_read (const pci_config *c, pci_sriov *out);

/* The PCI device that an interface is on, also by way of another bus (virtio);
 * owned; NULL: it is on none. */
char *pci_address_of (const char *root, const char *nic);
/* "0000:01:00.0" in an address; bus and device/function as one number. */
gboolean pci_address_parse (const char *address, guint *domain, guint *rid);
/*
 * The bridges between the host and a device, the nearest first: addresses
 * ("0000:00:1c.0"), owned. Empty: it is on the root bus.
 */
GPtrArray *pci_bridges (const char *root, const char *device);
/* First address of resource `n` (7 on: those of the VFs); 0: none given. */
guint64 pci_resource (const char *root, const char *device, guint n);
/* "bus/pci/devices/ADDRESS", owned. */
char *pci_device_path (const char *address);

#endif

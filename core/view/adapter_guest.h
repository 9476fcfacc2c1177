/*
 * adapter_guest.h - the fields of VMNetworkAdapter that say what to write where
 * its guest is started. Included by adapter.c, whose table they are part of.
 */
#ifndef VMNET_VIEW_ADAPTER_GUEST_H
#define VMNET_VIEW_ADAPTER_GUEST_H

#include "view/view.h"

void guest_get_qemu (const vmnet_row *r, vmnet_value *v);
void guest_get_libvirt (const vmnet_row *r, vmnet_value *v);

#define ADAPTER_GUEST_FIELDS \
	{ "QemuArguments", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "the adapter at QEMU's command line, with its virtual function where " \
	  "it has one", guest_get_qemu, NULL }, \
	{ "LibvirtXml", VMNET_T_STRING, VMNET_U_NONE, 0, \
	  "the adapter in libvirt's XML, with its virtual function where it has " \
	  "one", guest_get_libvirt, NULL }

#endif

/*
 * reasons.c - the table of all reasons and what is done with a list of them;
 * see iov.h.
 */
#include "iov/iov.h"

#include <string.h>

#include "host.h"

#define CONTENT_MAX 100		/* characters of evidence in a line */
#define TEXT_MAX 300		/* and of all else */

/* The remedies are ends of a sentence: the line puts the stop. */
static const struct {
	const char *name;
	unsigned stops;
	const char *remedy;
} kinds[IOV_N_KINDS] = {
	[IOV_NO_ADAPTER] = { "NoAdapter", IOV_STOPS_VFS,
		"choose one that exists (Get-NetAdapter)" },
	[IOV_NOT_PCI] = { "NotPci", IOV_STOPS_VFS,
		"use a PCI Express adapter with SR-IOV" },
	[IOV_IS_VF] = { "IsVirtualFunction", IOV_STOPS_VFS,
		"use the adapter of its physical function" },
	[IOV_NO_DRIVER] = { "NoDriver", IOV_STOPS_VFS,
		"load the card's driver (modprobe) or bind it "
		"(/sys/bus/pci/drivers_probe)" },
	[IOV_DRIVER_NO_SRIOV] = { "DriverNoSriov", IOV_STOPS_VFS,
		"use a newer driver of the card's maker, or the driver's own "
		"module parameter (modinfo)" },
	[IOV_NO_CAPABILITY] = { "NoCapability", IOV_STOPS_VFS,
		"switch SR-IOV on in the card's firmware and the BIOS, or use "
		"another adapter" },
	[IOV_NOT_READABLE] = { "NotReadable", IOV_STOPS_VFS,
		"ask again as root to see whether the card or the kernel "
		"lacks it" },
	[IOV_CARD_FIRMWARE_OFF] = { "CardFirmwareOff", IOV_STOPS_VFS,
		"switch SR-IOV on in the card's firmware (the maker's tool: "
		"mstconfig, bnxtnvm, niccli …) and the BIOS, then reboot" },
	[IOV_NO_BAR_SPACE] = { "NoBarSpace", IOV_STOPS_VFS,
		"switch on SR-IOV and 'Above 4G Decoding' in the BIOS, or "
		"boot with pci=realloc" },
	[IOV_ALL_VFS_TAKEN] = { "AllVfsTaken", IOV_STOPS_MORE,
		"release one, or make more where the card has more "
		"(Set-NetAdapterSriov -NumVFs)" },
	[IOV_SWITCHED_OFF] = { "SwitchedOff", IOV_STOPS_VFS,
		"switch it on with Enable-NetAdapterSriov" },
	[IOV_HOST_TEAM] = { "HostTeam", IOV_STOPS_VFS,
		"choose an adapter that is in no team, or take it out (ip link "
		"set NAME nomaster); a switch with -EnableIov on each, and the "
		"guest teams its adapters (Set-VMNetworkAdapter -AllowTeaming "
		"On)" },
	[IOV_SLOT_CONVENTIONAL] = { "SlotConventional", IOV_STOPS_VFS,
		"put the card into a PCI Express slot" },
	[IOV_SLOT_NO_ARI] = { "SlotNoAri", 0,
		"switch on ARI in the BIOS, or use another slot" },
	[IOV_SLOT_NO_BUS] = { "SlotNoBusNumbers", 0,
		"switch on SR-IOV in the BIOS, or boot with "
		"pci=assign-busses" },
	[IOV_SLOT_NO_ACS] = { "SlotNoAcs", IOV_STOPS_GUEST,
		"switch on ACS in the BIOS, or use another slot" },
	[IOV_KERNEL_NO_PCI_IOV] = { "KernelNoPciIov", IOV_STOPS_VFS,
		"boot a kernel that has it" },
	[IOV_KERNEL_HIDES_SRIOV] = { "KernelHidesSriov", IOV_STOPS_VFS,
		"see what the kernel said about the card (dmesg)" },
	[IOV_FIRMWARE_NO_IOMMU] = { "FirmwareNoIommu", IOV_STOPS_GUEST,
		"switch on VT-d or AMD-Vi in the BIOS (inside a VM: give it "
		"an IOMMU)" },
	[IOV_KERNEL_NO_IOMMU] = { "KernelNoIommu", IOV_STOPS_GUEST,
		"boot a kernel that has it" },
	[IOV_IOMMU_OFF] = { "IommuOff", IOV_STOPS_GUEST,
		"boot with intel_iommu=on (Intel) or without amd_iommu=off "
		"(AMD) and iommu=off" },
	[IOV_KERNEL_NO_VFIO] = { "KernelNoVfio", IOV_STOPS_GUEST,
		"boot a kernel that has it" },
	[IOV_NO_CAPABLE_ADAPTER] = { "NoCapableAdapter", IOV_STOPS_VFS,
		"add one that has it, or mend what Get-NetAdapterSriov says "
		"of each (SriovSupportReasons)" },
	[IOV_VF_NO_DRIVER] = { "VfNoDriver", IOV_STOPS_NAMESPACE,
		"load the driver of the virtual function (modprobe igbvf, "
		"iavf, mlx5_core …) and bind it" },
	[IOV_VF_ON_VFIO] = { "VfBoundToVfio", IOV_STOPS_NAMESPACE,
		"unbind it from vfio-pci, clear its driver_override and "
		"write its address to /sys/bus/pci/drivers_probe" },
	[IOV_VF_NOT_ON_VFIO] = { "VfNotBoundToVfio", IOV_STOPS_GUEST,
		"bind it to vfio-pci (driver_override), or give libvirt the "
		"device with managed='yes'" },
	[IOV_GUEST_NO_DRIVER] = { "GuestNoDriver", IOV_STOPS_GUEST,
		"install the driver of the virtual function in the guest" },
	[IOV_GUEST_NO_FAILOVER] = { "GuestNoFailover", IOV_STOPS_PAIR,
		"give its virtio adapter failover=on (libvirt: <teaming "
		"type='persistent'/>) and the device its failover_pair_id" },
	[IOV_GUEST_NO_BONDING] = { "GuestNoBonding", IOV_STOPS_PAIR,
		"boot a kernel with CONFIG_BONDING" },
};

const char *
iov_kind_name (iov_kind kind)
{
	return kinds[kind].name;
}

/* Files and links may hold anything; a line of text is UTF-8 without
 * controls, and not endless. */
static char *
printable (const char *text, glong max)
{
	char *s = g_utf8_make_valid (text, -1);

	if (g_utf8_strlen (s, -1) > max)
		*g_utf8_offset_to_pointer (s, max) = '\0';
	for (char *p = s; *p; p++)
		if (g_ascii_iscntrl (*p))
			*p = ' ';
	return s;
}

void
iov_add (GPtrArray *out, iov_kind kind, const char *path,
	 const char *content, const char *problem, ...)
{
	iov_reason *r = g_new0 (iov_reason, 1);
	g_autofree char *text = NULL;
	va_list ap;

	r->kind = kind;
	r->name = kinds[kind].name;
	r->stops = kinds[kind].stops;
	r->remedy = kinds[kind].remedy;
	r->path = printable (path, TEXT_MAX);
	r->content = content ? printable (content, CONTENT_MAX) : NULL;
	va_start (ap, problem);
	text = g_strdup_vprintf (problem, ap);
	va_end (ap);
	r->problem = printable (text, TEXT_MAX);
	g_ptr_array_add (out, r);
}

void
iov_reason_free (iov_reason *r)
{
	if (r == NULL)
		return;
	g_free (r->problem);
	g_free (r->path);
	g_free (r->content);
	g_free (r);
}

char *
iov_reason_line (const iov_reason *r)
{
	const char *evidence = r->content == NULL ? "missing"
		: r->content[0] == '\0' ? "empty" : r->content;
	const char *only = r->stops == IOV_STOPS_GUEST
		? "; only guests of QEMU and libvirt need it" : "";

	return g_strdup_printf ("%s: %s (%s: %s): %s%s.", r->name, r->problem,
				r->path, evidence, r->remedy, only);
}

char *
iov_sys_path (const char *format, ...)
{
	g_autofree char *rest = NULL;
	va_list ap;

	va_start (ap, format);
	rest = g_strdup_vprintf (format, ap);
	va_end (ap);
	return g_strconcat ("/sys/", rest, NULL);
}

const iov_reason *
iov_first (const GPtrArray *reasons, unsigned what)
{
	for (guint i = 0; i < reasons->len; i++) {
		const iov_reason *r = reasons->pdata[i];

		if (r->stops & what)
			return r;
	}
	return NULL;
}

gboolean
iov_stops (const GPtrArray *reasons, unsigned what)
{
	return iov_first (reasons, what) != NULL;
}

GPtrArray *
iov_lines (const GPtrArray *reasons, unsigned what)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < reasons->len; i++) {
		const iov_reason *r = reasons->pdata[i];

		if (r->stops & what)
			g_ptr_array_add (out, iov_reason_line (r));
	}
	return out;
}

/* Where there is none at all, what else is in the way is told too. */
GPtrArray *
vmnet_iov_reasons (vmnet_host *h, const char *nic)
{
	g_autoptr (GPtrArray) all = iov_reasons (h->sysfs_root, nic, -1);

	iov_reasons_of_team (h->nl, nic, all);
	return iov_lines (all, iov_stops (all, IOV_STOPS_VFS)
			  ? ~0U : 0);
}

/*
 * windows.c - the table of windows.h. A command is skipped when a script may
 * go on without it, and an error when what comes next counts on its effect.
 */
#include "windows.h"

#define FEATURE "the host needs no roles: switches and cmdlets are there"
#define RESTART "vmnetsh restarts nothing; systemctl reboot does"
#define SERVICE "services are systemd's: systemctl"
#define CLUSTER "clusters are not vmnetsh's: see Pacemaker or Corosync"
#define DISK "disks and images are not vmnetsh's: see qemu-img and lvm2"
#define GUEST "guests' hardware is libvirt's or QEMU's: see virsh"
#define FIREWALL "the host's firewall is nftables'; ports have ACLs: " \
	"Add-VMNetworkAdapterAcl"
#define POWER "power plans: cpupower frequency-set -g performance"
#define REMOTING "remote shells are ssh's: Invoke-Command -ComputerName"

static const sh_windows commands[] = {
	{ "Add-ClusterNode", FALSE, CLUSTER },
	{ "Add-Computer", FALSE, "domains: realm join, of realmd" },
	{ "Add-VMDvdDrive", TRUE, GUEST },
	{ "Add-VMHardDiskDrive", FALSE, GUEST },
	{ "Add-VMScsiController", TRUE, GUEST },
	{ "Add-WindowsFeature", TRUE, FEATURE },
	{ "Checkpoint-Computer", TRUE, "restore points: snapshots of the file "
	  "system" },
	{ "Checkpoint-VM", FALSE, GUEST },
	{ "Clear-Disk", FALSE, DISK },
	{ "Disable-NetFirewallRule", TRUE, FIREWALL },
	{ "Disable-VMIntegrationService", TRUE, GUEST },
	{ "Disable-WindowsOptionalFeature", TRUE, FEATURE },
	{ "Enable-NetFirewallRule", TRUE, FIREWALL },
	{ "Enable-PSRemoting", TRUE, REMOTING },
	{ "Enable-VMIntegrationService", TRUE, GUEST },
	{ "Enable-WindowsOptionalFeature", TRUE, FEATURE },
	{ "Enable-WSManCredSSP", TRUE, REMOTING },
	{ "Enter-PSSession", FALSE, REMOTING },
	{ "Export-VM", FALSE, GUEST },
	{ "Format-Volume", FALSE, DISK },
	{ "Get-Cluster", FALSE, CLUSTER },
	{ "Get-ClusterNetwork", FALSE, CLUSTER },
	{ "Get-ClusterNode", FALSE, CLUSTER },
	{ "Get-Disk", FALSE, DISK },
	{ "Get-EventLog", FALSE, "the log: journalctl" },
	{ "Get-NetFirewallRule", FALSE, FIREWALL },
	{ "Get-PhysicalDisk", FALSE, DISK },
	{ "Get-Service", FALSE, SERVICE },
	{ "Get-SmbBandwidthLimit", FALSE, "SMB is Samba's" },
	{ "Get-SmbMultichannelConnection", FALSE, "SMB is Samba's" },
	{ "Get-VHD", FALSE, DISK },
	{ "Get-VMFirmware", FALSE, GUEST },
	{ "Get-VMHardDiskDrive", FALSE, GUEST },
	{ "Get-VMIntegrationService", FALSE, GUEST },
	{ "Get-VMMemory", FALSE, GUEST },
	{ "Get-VMProcessor", FALSE, GUEST },
	{ "Get-VMSnapshot", FALSE, GUEST },
	{ "Get-Volume", FALSE, DISK },
	{ "Get-WinEvent", FALSE, "the log: journalctl; netsh trace captures" },
	{ "Get-WindowsFeature", FALSE, FEATURE },
	{ "Get-WindowsOptionalFeature", FALSE, FEATURE },
	{ "Import-VM", FALSE, GUEST },
	{ "Initialize-Disk", FALSE, DISK },
	{ "Install-Module", TRUE, "modules are built in" },
	{ "Install-PackageProvider", TRUE, "modules are built in" },
	{ "Install-WindowsFeature", TRUE, FEATURE },
	{ "Mount-VHD", FALSE, DISK },
	{ "New-Cluster", FALSE, CLUSTER },
	{ "New-NetFirewallRule", TRUE, FIREWALL },
	{ "New-Partition", FALSE, DISK },
	{ "New-PSSession", FALSE, REMOTING },
	{ "New-SmbShare", FALSE, "SMB is Samba's" },
	{ "New-VHD", FALSE, DISK },
	{ "New-Volume", FALSE, DISK },
	{ "Optimize-VHD", TRUE, DISK },
	{ "powercfg", TRUE, POWER },
	{ "Register-ScheduledTask", FALSE, "timers: systemd.timer, cron" },
	{ "Remove-WindowsFeature", TRUE, FEATURE },
	{ "Remove-VMSnapshot", FALSE, GUEST },
	{ "Rename-Computer", FALSE, "hostnamectl set-hostname" },
	{ "Resize-VHD", FALSE, DISK },
	{ "Restart-Computer", FALSE, RESTART },
	{ "Restart-Service", TRUE, SERVICE },
	{ "Restore-VMSnapshot", FALSE, GUEST },
	{ "Set-DnsClient", TRUE, "resolving is the system's: resolv.conf, "
	  "resolvectl" },
	{ "Set-MpPreference", TRUE, "there is no Defender here" },
	{ "Set-NetFirewallProfile", TRUE, FIREWALL },
	{ "Set-NetFirewallRule", TRUE, FIREWALL },
	{ "Set-Service", TRUE, SERVICE },
	{ "Set-SmbBandwidthLimit", TRUE, "SMB is Samba's" },
	{ "Set-TimeZone", FALSE, "timedatectl set-timezone" },
	{ "Set-VM", TRUE, GUEST },
	{ "Set-VMBios", TRUE, GUEST },
	{ "Set-VMFirmware", TRUE, GUEST },
	{ "Set-VMHost", TRUE, "paths of images are libvirt's" },
	{ "Set-VMMemory", TRUE, GUEST },
	{ "Set-VMProcessor", TRUE, GUEST },
	{ "Set-WSManQuickConfig", TRUE, REMOTING },
	{ "slmgr", TRUE, "there is nothing to activate" },
	{ "Start-Cluster", FALSE, CLUSTER },
	{ "Start-Service", TRUE, SERVICE },
	{ "Stop-Computer", FALSE, RESTART },
	{ "Stop-Service", TRUE, SERVICE },
	{ "Test-Cluster", FALSE, CLUSTER },
	{ "Uninstall-WindowsFeature", TRUE, FEATURE },
	{ "Add-Type", FALSE, "it compiles C#, which is not here; a class of "
	  "the language does for most" },
	{ "ConvertTo-Xml", FALSE, "ConvertTo-Json writes objects as text" },
	{ "Out-GridView", FALSE, "there is no window: Format-Table, vmnetsh "
	  "dashboard" },
	{ "Register-ObjectEvent", FALSE, "there are no events to wait for" },
};

const sh_windows *
sh_windows_find (const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
		if (g_ascii_strcasecmp (commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void
append_part (GString *out, gboolean skipped)
{
	for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
		if (commands[i].skipped == skipped)
			g_string_append_printf (out, "    %-31s %s\n",
						commands[i].name,
						commands[i].text);
}

char *
sh_windows_topic (void)
{
	GString *out = g_string_new (
		"about_windows_only - commands that Windows alone has\n\n"
		"Skipped: the command takes any parameters, gives a warning "
		"with the\nreason, hands nothing on, and the script goes "
		"on.\n\n");

	append_part (out, TRUE);
	g_string_append (out, "\nAn error, because what comes next counts on "
			 "them:\n\n");
	append_part (out, FALSE);
	g_string_append (out, "\nPublished networking cmdlets that are not "
			 "built yet answer by name\ntoo. The registry has one "
			 "key, that of the release (Get-ItemProperty);\n"
			 "writes to it warn. Credentials are accepted: ssh and "
			 "the system check\nwho one is.\n");
	return g_string_free (out, FALSE);
}

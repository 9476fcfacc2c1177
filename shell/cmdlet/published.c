/*
 * published.c - the names of the published networking cmdlets by module, so
 * that one which is not built yet is answered by name, and never taken for a
 * typing error. Called by the evaluator where no cmdlet is found.
 */
#include "published.h"

#include <string.h>

typedef struct {
	const char *module;
	const char *names;	/* one blank before and behind each */
} module;

static const module modules[] = {
	{ "Hyper-V",
	  " Add-VMNetworkAdapter Add-VMNetworkAdapterAcl"
	  " Add-VMNetworkAdapterExtendedAcl"
	  " Add-VMNetworkAdapterRoutingDomainMapping Add-VMSwitch"
	  " Add-VMSwitchExtensionPortFeature"
	  " Add-VMSwitchExtensionSwitchFeature Add-VMSwitchTeamMember"
	  " Connect-VMNetworkAdapter Disable-VMResourceMetering"
	  " Disable-VMSwitchExtension Disconnect-VMNetworkAdapter"
	  " Enable-VMResourceMetering Enable-VMSwitchExtension Get-VM"
	  " Get-VMNetworkAdapter Get-VMNetworkAdapterAcl"
	  " Get-VMNetworkAdapterExtendedAcl"
	  " Get-VMNetworkAdapterFailoverConfiguration"
	  " Get-VMNetworkAdapterIsolation"
	  " Get-VMNetworkAdapterRoutingDomainMapping"
	  " Get-VMNetworkAdapterTeamMapping Get-VMNetworkAdapterVlan"
	  " Get-VMSwitch Get-VMSwitchExtension Get-VMSwitchExtensionPortData"
	  " Get-VMSwitchExtensionPortFeature Get-VMSwitchExtensionSwitchData"
	  " Get-VMSwitchExtensionSwitchFeature Get-VMSwitchTeam"
	  " Get-VMSystemSwitchExtension"
	  " Get-VMSystemSwitchExtensionPortFeature"
	  " Get-VMSystemSwitchExtensionSwitchFeature Measure-VM Move-VM"
	  " New-VMSwitch Remove-VMNetworkAdapter Remove-VMNetworkAdapterAcl"
	  " Remove-VMNetworkAdapterExtendedAcl"
	  " Remove-VMNetworkAdapterRoutingDomainMapping"
	  " Remove-VMNetworkAdapterTeamMapping Remove-VMSwitch"
	  " Remove-VMSwitchExtensionPortFeature"
	  " Remove-VMSwitchExtensionSwitchFeature Remove-VMSwitchTeamMember"
	  " Rename-VMNetworkAdapter Rename-VMSwitch Reset-VMResourceMetering"
	  " Set-VMNetworkAdapter Set-VMNetworkAdapterFailoverConfiguration"
	  " Set-VMNetworkAdapterIsolation"
	  " Set-VMNetworkAdapterRoutingDomainMapping"
	  " Set-VMNetworkAdapterTeamMapping Set-VMNetworkAdapterVlan"
	  " Set-VMSwitch Set-VMSwitchExtensionPortFeature"
	  " Set-VMSwitchExtensionSwitchFeature Set-VMSwitchTeam"
	  " Test-VMNetworkAdapter " },
	{ "NetAdapter",
	  " Disable-NetAdapter Disable-NetAdapterBinding"
	  " Disable-NetAdapterChecksumOffload"
	  " Disable-NetAdapterEncapsulatedPacketTaskOffload"
	  " Disable-NetAdapterIPsecOffload Disable-NetAdapterLso"
	  " Disable-NetAdapterPowerManagement Disable-NetAdapterQos"
	  " Disable-NetAdapterRdma Disable-NetAdapterRsc"
	  " Disable-NetAdapterRss Disable-NetAdapterSriov"
	  " Disable-NetAdapterUso Disable-NetAdapterVmq Enable-NetAdapter"
	  " Enable-NetAdapterBinding Enable-NetAdapterChecksumOffload"
	  " Enable-NetAdapterEncapsulatedPacketTaskOffload"
	  " Enable-NetAdapterIPsecOffload Enable-NetAdapterLso"
	  " Enable-NetAdapterPowerManagement Enable-NetAdapterQos"
	  " Enable-NetAdapterRdma Enable-NetAdapterRsc Enable-NetAdapterRss"
	  " Enable-NetAdapterSriov Enable-NetAdapterUso Enable-NetAdapterVmq"
	  " Get-NetAdapter Get-NetAdapterAdvancedProperty"
	  " Get-NetAdapterBinding Get-NetAdapterChecksumOffload"
	  " Get-NetAdapterDataPathConfiguration"
	  " Get-NetAdapterEncapsulatedPacketTaskOffload"
	  " Get-NetAdapterHardwareInfo Get-NetAdapterIPsecOffload"
	  " Get-NetAdapterLso Get-NetAdapterPowerManagement"
	  " Get-NetAdapterQos Get-NetAdapterRdma Get-NetAdapterRsc"
	  " Get-NetAdapterRss Get-NetAdapterSriov Get-NetAdapterSriovVf"
	  " Get-NetAdapterStatistics Get-NetAdapterUso Get-NetAdapterVPort"
	  " Get-NetAdapterVmq Get-NetAdapterVmqQueue"
	  " New-NetAdapterAdvancedProperty Remove-NetAdapterAdvancedProperty"
	  " Rename-NetAdapter Reset-NetAdapterAdvancedProperty"
	  " Restart-NetAdapter Set-NetAdapter Set-NetAdapterAdvancedProperty"
	  " Set-NetAdapterBinding Set-NetAdapterChecksumOffload"
	  " Set-NetAdapterDataPathConfiguration"
	  " Set-NetAdapterEncapsulatedPacketTaskOffload"
	  " Set-NetAdapterIPsecOffload Set-NetAdapterLso"
	  " Set-NetAdapterPowerManagement Set-NetAdapterQos"
	  " Set-NetAdapterRdma Set-NetAdapterRsc Set-NetAdapterRss"
	  " Set-NetAdapterSriov Set-NetAdapterUso Set-NetAdapterVmq " },
	{ "NetQos",
	  " Get-NetQosPolicy New-NetQosPolicy Remove-NetQosPolicy"
	  " Set-NetQosPolicy " },
	{ "DcbQos",
	  " Disable-NetQosFlowControl Enable-NetQosFlowControl"
	  " Get-NetQosDcbxSetting Get-NetQosFlowControl"
	  " Get-NetQosTrafficClass New-NetQosTrafficClass"
	  " Remove-NetQosTrafficClass Set-NetQosDcbxSetting"
	  " Set-NetQosFlowControl Set-NetQosTrafficClass"
	  " Switch-NetQosDcbxSetting Switch-NetQosFlowControl"
	  " Switch-NetQosTrafficClass " },
	{ "NetLbfo",
	  " Add-NetLbfoTeamMember Add-NetLbfoTeamNic Get-NetLbfoTeam"
	  " Get-NetLbfoTeamMember Get-NetLbfoTeamNic New-NetLbfoTeam"
	  " Remove-NetLbfoTeam Remove-NetLbfoTeamMember"
	  " Remove-NetLbfoTeamNic Rename-NetLbfoTeam Set-NetLbfoTeam"
	  " Set-NetLbfoTeamMember Set-NetLbfoTeamNic " },
	{ "NetEventPacketCapture",
	  " Add-NetEventNetworkAdapter Add-NetEventPacketCaptureProvider"
	  " Add-NetEventProvider Add-NetEventVFPProvider"
	  " Add-NetEventVmNetworkAdapter Add-NetEventVmSwitch"
	  " Add-NetEventVmSwitchProvider Add-NetEventWFPCaptureProvider"
	  " Get-NetEventNetworkAdapter Get-NetEventPacketCaptureProvider"
	  " Get-NetEventProvider Get-NetEventSession Get-NetEventVFPProvider"
	  " Get-NetEventVmNetworkAdapter Get-NetEventVmSwitch"
	  " Get-NetEventVmSwitchProvider Get-NetEventWFPCaptureProvider"
	  " New-NetEventSession Remove-NetEventNetworkAdapter"
	  " Remove-NetEventPacketCaptureProvider Remove-NetEventProvider"
	  " Remove-NetEventSession Remove-NetEventVFPProvider"
	  " Remove-NetEventVmNetworkAdapter Remove-NetEventVmSwitch"
	  " Remove-NetEventVmSwitchProvider"
	  " Remove-NetEventWFPCaptureProvider"
	  " Set-NetEventPacketCaptureProvider Set-NetEventProvider"
	  " Set-NetEventSession Set-NetEventVFPProvider"
	  " Set-NetEventVmSwitchProvider Set-NetEventWFPCaptureProvider"
	  " Start-NetEventSession Stop-NetEventSession " },
};

const char *
published_module (const char *name)
{
	g_autofree char *word = g_strdup_printf (" %s ", name);
	g_autofree char *low = g_ascii_strdown (word, -1);

	for (gsize i = 0; i < G_N_ELEMENTS (modules); i++) {
		g_autofree char *all = g_ascii_strdown (modules[i].names, -1);

		if (strstr (all, low) != NULL)
			return modules[i].module;
	}
	return NULL;
}

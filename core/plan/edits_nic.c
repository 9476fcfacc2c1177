/*
 * edits_nic.c - the public edits of an interface's settings: the model's own
 * rules, and what its driver and the kernel can.
 */
#include <string.h>

#include "model/check.h"
#include "model/edit.h"
#include "plan/step.h"
#include "plan/txn.h"

static gboolean
lacks (const char *nic, vmnet_nic_setting setting, gboolean there,
       GError **error)
{
	const vmnet_nic_setting_info *info = &vmnet_nic_settings[setting];

	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "network adapter '%s': its %s %s %s; %s lists what can be "
		     "set", nic, info->binding ? "kernel" : "driver",
		     there ? "cannot change" : "has no", info->keyword,
		     info->binding ? "Get-NetAdapterBinding"
		     : "Get-NetAdapterAdvancedProperty");
	return FALSE;
}

/* The host's adapter that stands for an uplink has its address. */
static gboolean
mac_ok (vmnet_txn *t, const char *nic, guint64 value, GError **error)
{
	const vmnet_adapter *a = plan_stand_in (t->model, nic);
	g_autofree char *alias = a ? names_alias (a) : NULL;
	g_autofree char *text = NULL;
	guint8 mac[6];

	vmnet_nic_mac_bytes (value, mac);
	text = vmnet_mac_format (mac, '-');
	if ((mac[0] & 1) || value == 0)
		return check_invalid (error, "network adapter", nic, "%s is "
				      "no address for one adapter (group or "
				      "zero); give one with an even first "
				      "byte", text);
	if (a == NULL)
		return TRUE;
	return check_invalid (error, "network adapter", nic, "'%s' stands for "
			      "it and has its address; set that one's: "
			      "Set-NetAdapter -Name '%s' -MacAddress %s",
			      alias, alias, text);
}

gboolean
vmnet_nic_set (vmnet_txn *t, const char *nic, vmnet_nic_setting setting,
	       guint64 value, GError **error)
{
	const char *keyword = vmnet_nic_settings[setting].keyword;
	g_autofree char *link = plan_interface (t->model, nic);
	kn_card now;

	if (!txn_nic_exists (t->host, "settings", nic, error))
		return FALSE;
	kn_card_read (t->host->nl, link, &now);
	if (!now.value[setting].set
	    || (now.fixed[setting] && now.value[setting].value != value))
		return lacks (nic, setting, now.value[setting].set, error);
	if (now.max[setting] && value > now.max[setting]) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "network adapter '%s': %s %" G_GUINT64_FORMAT
			     " is above what its driver takes; give at most "
			     "%u", nic, keyword, value, now.max[setting]);
		return FALSE;
	}
	if (setting == VMNET_NIC_MAC && !mac_ok (t, nic, value, error))
		return FALSE;
	model_nic_first (t->model, nic, setting, now.value[setting].value);
	model_nic_set (t->model, nic, setting, value);
	return TRUE;
}

gboolean
vmnet_nic_reset (vmnet_txn *t, const char *nic, vmnet_nic_setting setting,
		 gboolean *given, GError **error)
{
	gboolean was;

	if (!txn_nic_exists (t->host, "reset", nic, error))
		return FALSE;
	was = model_nic_reset (t->model, nic, setting);
	if (given)
		*given = was;
	return TRUE;
}

gboolean
vmnet_nic_set_mac (vmnet_txn *t, const char *nic, const guint8 mac[6],
		   GError **error)
{
	const vmnet_adapter *a = check_interface (t->model, nic, NULL);
	const vmnet_adapter_change c = { .mac = mac };

	return a ? model_adapter_set (t->model, NULL, a->name, &c, error)
		: vmnet_nic_set (t, nic, VMNET_NIC_MAC,
				 vmnet_nic_mac_number (mac), error);
}

/*
 * portsetting.h - the settings of a port as an object, for portfeature.c.
 */
#ifndef SH_PORTSETTING_H
#define SH_PORTSETTING_H

#include "mirroring.h"

/* A change, and what it points to. All zero: none. */
typedef struct {
	vmnet_adapter_change c;
	gboolean spoofing;
	mirror_words w;
} port_settings;

void port_settings_clear (port_settings *s);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (port_settings, port_settings_clear)

/* Of a row of a port, or (NULL) of a new one; owned. */
sh_value *port_setting_data (const sh_value *port);
/* A feature's SettingData says nothing that a new port's does not. */
gboolean port_setting_is_new (const sh_value *feature);
/* All members are set, whatever the port has. VMNET_ERROR_INVALID, or
 * VMNET_ERROR_NOT_YET for a member that is not known. */
gboolean port_settings_read (const sh_value *feature, port_settings *s,
			     GError **error);

#endif

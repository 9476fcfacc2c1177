/*
 * dump.h - what the files share that write the model as commands: dump.c,
 * dump_pool.c and edit_extension.c.
 */
#ifndef VMNET_MODEL_DUMP_H
#define VMNET_MODEL_DUMP_H

#include "model/model.h"

/* " -Parameter VALUE", quoted as it needs; nothing where it is NULL. */
void dump_text (GString *s, const char *parameter, const char *value);

/* A static mapping of a NAT. */
void dump_natmap (GString *s, const char *nat, const char *map);

/* QoS of the host (qos.c). */
void dump_qos (GString *s, const vmnet_model *m);

/* Teams of the host (lbfo.c), before the switches on them. */
void dump_lbfos (GString *s, const vmnet_model *m);

/* Resource pools and their switches, which must be there before; and that
 * they are metered, behind the adapters that belong to them. */
void dump_pools (GString *s, const vmnet_model *m);
void dump_pools_metering (GString *s, const vmnet_model *m);

/* The extensions of a switch (edit_extension.c), which is there before. */
void extensions_dump (GString *s, const vmnet_switch *sw);

#endif

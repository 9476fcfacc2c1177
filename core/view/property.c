/*
 * property.c - the rows of NetAdapterAdvancedProperty: each setting that a
 * network adapter's driver has, as it is now.
 */
#include <string.h>

#include "view/view.h"

typedef struct {
	view_nic nic;		/* first: getters of adapters read it */
	vmnet_nic_setting setting;
} property;

static const property *
of (const vmnet_row *r)
{
	return r->told;
}

static const vmnet_nic_setting_info *
info (const vmnet_row *r)
{
	return &vmnet_nic_settings[of (r)->setting];
}

static const kn_card *
card_of (const vmnet_row *r)
{
	return view_card (r->view, of (r)->nic.link->name);
}

static void
add_properties (vmnet_view *v, GPtrArray *out, const vmnet_row *nic)
{
	const view_nic *n = nic->told;
	const kn_card *card = view_card (v, n->link->name);

	for (guint i = 0; i < VMNET_NIC_SETTINGS; i++) {
		property *p;

		if (!card->value[i].set || vmnet_nic_settings[i].binding)
			continue;
		p = g_new0 (property, 1);
		p->nic = *n;
		p->setting = i;
		view_add (out, v, &vmnet_noun_property,
			  g_strconcat (nic->key, "/",
				       vmnet_nic_settings[i].keyword, NULL),
			  NULL, p, g_free);
	}
}

static void
rows (vmnet_view *v, GPtrArray *out)
{
	g_autoptr (GPtrArray) nics = g_ptr_array_new_with_free_func (
		(GDestroyNotify) vmnet_row_unref);

	view_add_nics (v, nics, &vmnet_noun_nic, NULL);
	for (guint i = 0; i < nics->len; i++)
		add_properties (v, out, nics->pdata[i]);
}

static void
get_name (const vmnet_row *r, vmnet_value *v)
{
	put_take (v, g_strndup (r->key, (gsize) (strrchr (r->key, '/')
						 - r->key)));
}

static void
get_display (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, info (r)->display);
}

static guint64
value (const vmnet_row *r)
{
	return card_of (r)->value[of (r)->setting].value;
}

/* An address as Windows keeps it: 020000000001. */
static char *
value_text (const vmnet_row *r)
{
	guint8 mac[6];

	if (of (r)->setting != VMNET_NIC_MAC)
		return g_strdup_printf ("%" G_GUINT64_FORMAT, value (r));
	vmnet_nic_mac_bytes (value (r), mac);
	return vmnet_mac_format (mac, '\0');
}

static void
get_display_value (const vmnet_row *r, vmnet_value *v)
{
	if (info (r)->on_off)
		put_text (v, value (r) ? "Enabled" : "Disabled");
	else
		put_take (v, value_text (r));
}

static void
get_keyword (const vmnet_row *r, vmnet_value *v)
{
	put_text (v, info (r)->keyword);
}

static void
get_value (const vmnet_row *r, vmnet_value *v)
{
	put_list (v);
	put_list_add (v, value_text (r));
}

static void
get_max (const vmnet_row *r, vmnet_value *v)
{
	guint32 max = card_of (r)->max[of (r)->setting];

	if (max)
		put_int (v, max);
}

static void
get_fixed (const vmnet_row *r, vmnet_value *v)
{
	put_bool (v, card_of (r)->fixed[of (r)->setting]);
}

static const vmnet_field property_fields[] = {
	{ "Name", VMNET_T_STRING, VMNET_U_NONE, 1,
	  "interface name",
	  get_name, NULL },
	{ "DisplayName", VMNET_T_STRING, VMNET_U_NONE, 2,
	  "what it is called",
	  get_display, NULL },
	{ "DisplayValue", VMNET_T_STRING, VMNET_U_NONE, 3,
	  "Enabled or Disabled, or the number",
	  get_display_value, NULL },
	{ "RegistryKeyword", VMNET_T_STRING, VMNET_U_NONE, 4,
	  "its keyword: *JumboPacket",
	  get_keyword, NULL },
	{ "RegistryValue", VMNET_T_LIST, VMNET_U_NONE, 5,
	  "1 or 0, or the number",
	  get_value, NULL },
	{ "InterfaceDescription", VMNET_T_STRING, VMNET_U_NONE, 0,
	  "driver and kind",
	  view_nic_get_description, NULL },
	{ "NumericParameterMaxValue", VMNET_T_INT, VMNET_U_NONE, 0,
	  "the most that the driver takes",
	  get_max, NULL },
	{ "ReadOnly", VMNET_T_BOOL, VMNET_U_NONE, 0,
	  "the driver cannot change it",
	  get_fixed, NULL },
};

const vmnet_noun vmnet_noun_property = {
	.name = "NetAdapterAdvancedProperty",
	.text = "a setting of the driver of a network adapter",
	.fields = property_fields,
	.n_fields = G_N_ELEMENTS (property_fields),
	.sections = VMNET_S_LINKS,
	.rows = rows,
};

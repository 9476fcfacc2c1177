/*
 * edit_switch.c - changes of switches, and of the host adapters that come and
 * go with them. Called by plan/txn.c.
 */
#include "model/edit.h"

#include <string.h>

#include "model/check.h"
#include "model/lbfo.h"
#include "model/mirror.h"

#define WHAT "switch"

gboolean
model_uplink_free (const vmnet_model *m, const char *name, const char *uplink,
		   GError **error)
{
	if (uplink == NULL || *uplink == '\0')
		return check_invalid (error, WHAT, name, "an External switch "
				      "needs a network adapter; give "
				      "-NetAdapterName (Get-NetAdapter lists "
				      "them)");
	if (strlen (uplink) > 15)
		return check_invalid (error, WHAT, name, "'%s' is no "
				      "interface name: it has more than 15 "
				      "bytes", uplink);
	if (!lbfo_uplink_ok (m, name, uplink, error))
		return FALSE;
	for (guint i = 0; i < m->switches->len; i++) {
		const vmnet_switch *s = g_ptr_array_index (m->switches, i);

		if (vmnet_switch_has_member (s, uplink)
		    && !model_name_equal (s->name, name))
			return check_invalid (error, WHAT, name, "network "
					      "adapter '%s' belongs to switch "
					      "'%s' already; remove that with "
					      "Remove-VMSwitch or give "
					      "another adapter", uplink,
					      s->name);
	}
	return TRUE;
}

/* May a host adapter of that name be made, or `mine` be renamed to it? */
static gboolean
host_adapter_free (const vmnet_model *m, const char *sw, const char *name,
		   const vmnet_adapter *mine, GError **error)
{
	const vmnet_adapter *a = vmnet_model_adapter (m, NULL, name);

	if (a == NULL || a == mine)
		return TRUE;
	return check_invalid (error, WHAT, sw, "its host adapter would be "
			      "named '%s' as one of switch '%s' is; rename "
			      "that with Rename-VMNetworkAdapter "
			      "-ManagementOS", name, a->vswitch);
}

static gboolean
spec_consistent (const vmnet_model *m, const vmnet_switch_spec *spec,
		 GError **error)
{
	const char *name = spec->name;

	if (spec->type == VMNET_SWITCH_EXTERNAL)
		return model_uplink_free (m, name, spec->uplink, error) &&
			model_team_spec_ok (m, spec, error);
	if (spec->teaming)
		return check_invalid (error, WHAT, name, "a team is made of "
				      "network adapters: "
				      "-EnableEmbeddedTeaming goes with "
				      "-NetAdapterName");
	if (spec->uplink)
		return check_invalid (error, WHAT, name, "only an External "
				      "switch has a network adapter; give "
				      "-NetAdapterName or -SwitchType %s, "
				      "not both",
				      model_switch_type_text (spec->type));
	if (spec->iov)
		return check_invalid (error, WHAT, name, "-EnableIov needs an "
				      "External switch; give -NetAdapterName");
	if (spec->iov_vfs.set && !spec->iov)
		return check_invalid (error, WHAT, name, "-IovVfCount goes "
				      "with -EnableIov $true");
	if (spec->type == VMNET_SWITCH_PRIVATE && spec->allow_management_os)
		return check_invalid (error, WHAT, name, "a Private switch "
				      "has no host adapter; make an Internal "
				      "one, or leave -AllowManagementOS out");
	return TRUE;
}

static void
differs (GString *s, const char *field, const char *is, const char *asked)
{
	if (g_strcmp0 (is, asked) == 0)
		return;
	g_string_append_printf (s, "%s%s '%s' (asked: '%s')",
				s->len ? ", " : "", field,
				is ? is : "", asked ? asked : "");
}

static const char *
bool_text (gboolean b)
{
	return b ? "True" : "False";
}

/* "pnic0, pnic1"; owned. */
static char *
members_text (const vmnet_switch *sw)
{
	GString *s = g_string_new (sw->uplink);

	for (guint i = 1; vmnet_switch_member (sw, i); i++)
		g_string_append_printf (s, ", %s", vmnet_switch_member (sw, i));
	return g_string_free (s, FALSE);
}

/* It is there: are the settings the same? */
static gboolean
switch_same (const vmnet_model *m, const vmnet_switch *sw,
	     const vmnet_switch_spec *spec, GError **error)
{
	g_autoptr (GString) s = g_string_new (NULL);
	vmnet_switch asked = { .bw_mode = spec->bw_mode, .iov = spec->iov,
		.uplink = (char *) spec->uplink,
		.others = (char **) spec->others };
	g_autofree char *is = members_text (sw);
	g_autofree char *want = members_text (&asked);

	differs (s, "SwitchType", model_switch_type_text (sw->type),
		 model_switch_type_text (spec->type));
	differs (s, "NetAdapterName", is, want);
	differs (s, "EmbeddedTeamingEnabled", bool_text (sw->teaming),
		 bool_text (spec->teaming));
	differs (s, "MinimumBandwidthMode",
		 model_bw_mode_text (vmnet_switch_bw_mode (sw)),
		 model_bw_mode_text (vmnet_switch_bw_mode (&asked)));
	differs (s, "IovEnabled", bool_text (sw->iov), bool_text (spec->iov));
	if (spec->type == VMNET_SWITCH_EXTERNAL)
		differs (s, "AllowManagementOS",
			 bool_text (model_default_host_adapter (m, sw) != NULL),
			 bool_text (spec->allow_management_os));
	if (spec->notes)
		differs (s, "Notes", sw->notes ? sw->notes : "", spec->notes);
	if (s->len == 0)
		return TRUE;
	if (sw->iov != spec->iov) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "switch '%s': exists with %s; SR-IOV is chosen "
			     "when a switch is made and can never be converted "
			     "later: remove it with Remove-VMSwitch and make "
			     "it again", sw->name, s->str);
		return FALSE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
		     "switch '%s': exists with %s; change it with Set-VMSwitch "
		     "or remove it with Remove-VMSwitch", sw->name, s->str);
	return FALSE;
}

static char *
text_or_null (const char *s)
{
	return s && *s ? g_strdup (s) : NULL;
}

gboolean
model_switch_add (vmnet_model *m, const vmnet_switch_spec *spec,
		  GError **error)
{
	vmnet_switch *sw = vmnet_model_switch (m, spec->name);
	vmnet_sriov_change vfs = { .num_vfs = spec->iov_vfs };
	gboolean host = spec->type == VMNET_SWITCH_INTERNAL
			|| (spec->type == VMNET_SWITCH_EXTERNAL
			    && spec->allow_management_os);

	if (!check_name (WHAT, spec->name, error)
	    || !spec_consistent (m, spec, error))
		return FALSE;
	if (sw)
		return switch_same (m, sw, spec, error);
	if (host && !host_adapter_free (m, spec->name, spec->name,
					NULL, error))
		return FALSE;
	if (spec->iov_vfs.set && !model_sriov_set (m, spec->uplink, &vfs,
						   error))
		return FALSE;
	for (guint i = 0; spec->iov_vfs.set && spec->others &&
	     spec->others[i]; i++)
		if (!model_sriov_set (m, spec->others[i], &vfs, error))
			return FALSE;
	sw = g_new0 (vmnet_switch, 1);
	sw->name = g_strdup (spec->name);
	sw->notes = text_or_null (spec->notes);
	sw->type = spec->type;
	sw->uplink = g_strdup (spec->uplink);
	sw->others = g_strdupv ((char **) spec->others);
	sw->teaming = spec->teaming;
	sw->bw_mode = spec->bw_mode;
	sw->iov = spec->iov;
	g_ptr_array_add (m->switches, sw);
	if (host)
		model_adapter_append (m, NULL, sw->name, sw->name);
	return TRUE;
}

static void
drop_host_adapters (vmnet_model *m, const vmnet_switch *sw)
{
	for (guint i = m->adapters->len; i-- > 0;) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (a->vm == NULL && model_name_equal (a->vswitch, sw->name))
			model_adapter_drop (m, a);
	}
}

/* The type that the change leads to. */
static vmnet_switch_type
target_type (const vmnet_switch *sw, const vmnet_switch_change *c)
{
	if (c->type)
		return *c->type;
	return c->uplink ? VMNET_SWITCH_EXTERNAL : sw->type;
}

static gboolean
change_type_ok (const vmnet_model *m, const vmnet_switch *sw,
		const vmnet_switch_change *c, GError **error)
{
	vmnet_switch_type type = target_type (sw, c);
	gboolean allow = c->allow_management_os && *c->allow_management_os;

	if (c->uplink && sw->teaming)
		return check_invalid (error, WHAT, sw->name, "it has a team "
				      "of network adapters; change that with "
				      "Set-VMSwitchTeam -NetAdapterName");
	if (type == VMNET_SWITCH_EXTERNAL)
		return model_uplink_free (m, sw->name, c->uplink ? c->uplink
					  : sw->uplink, error);
	if (c->uplink)
		return check_invalid (error, WHAT, sw->name, "only an "
				      "External switch has a network adapter; "
				      "give -NetAdapterName or -SwitchType, "
				      "not both");
	if (sw->iov)
		return check_invalid (error, WHAT, sw->name, "it was made "
				      "with -EnableIov and stays External; "
				      "remove it and make another");
	if (type == VMNET_SWITCH_PRIVATE && allow)
		return check_invalid (error, WHAT, sw->name, "a Private "
				      "switch has no host adapter; give "
				      "-SwitchType Internal");
	if (type == VMNET_SWITCH_INTERNAL && c->allow_management_os && !allow)
		return check_invalid (error, WHAT, sw->name, "an Internal "
				      "switch has a host adapter always; give "
				      "-SwitchType Private");
	return TRUE;
}

static gboolean
change_flow_ok (const vmnet_switch *sw, const vmnet_switch_change *c,
		GError **error)
{
	g_autofree char *object = g_strdup_printf ("switch '%s'", sw->name);
	vmnet_bw_mode mode = vmnet_switch_bw_mode (sw);
	const vmnet_opt *absolute = &c->default_flow_absolute;
	const vmnet_opt *weight = &c->default_flow_weight;

	if (absolute->set && absolute->value && mode != VMNET_BW_ABSOLUTE)
		return check_invalid (error, WHAT, sw->name,
				      "-DefaultFlowMinimumBandwidthAbsolute "
				      "needs -MinimumBandwidthMode Absolute; "
				      "this switch has mode %s, given when it "
				      "is made", model_bw_mode_text (mode));
	if (weight->set && weight->value && mode != VMNET_BW_WEIGHT)
		return check_invalid (error, WHAT, sw->name,
				      "-DefaultFlowMinimumBandwidthWeight "
				      "needs -MinimumBandwidthMode Weight; "
				      "this switch has mode %s, given when it "
				      "is made", model_bw_mode_text (mode));
	if (weight->set && weight->value > 100)
		return check_invalid (error, WHAT, sw->name,
				      "-DefaultFlowMinimumBandwidthWeight "
				      "%" G_GUINT64_FORMAT " is out of range; "
				      "give 1 to 100, or 0 to take it away",
				      weight->value);
	return check_rate (object, "DefaultFlowMinimumBandwidthAbsolute",
			   *absolute, error);
}

/* Does the change end with the adapter that is named as the switch? */
static gboolean
wants_host_adapter (const vmnet_model *m, const vmnet_switch *sw,
		    const vmnet_switch_change *c)
{
	if (target_type (sw, c) == VMNET_SWITCH_INTERNAL)
		return model_host_adapters (m, sw) == 0;
	return c->allow_management_os && *c->allow_management_os
	       && model_host_adapters (m, sw) == 0;
}

static void
set_opt (vmnet_opt *to, vmnet_opt from)
{
	if (!from.set)
		return;
	to->set = from.value != 0;
	to->value = from.value;
}

gboolean
model_switch_set (vmnet_model *m, const char *name,
		  const vmnet_switch_change *c, GError **error)
{
	vmnet_switch *sw = check_switch (m, name, error);
	gboolean adds, drops;

	if (sw == NULL || !change_type_ok (m, sw, c, error)
	    || !change_flow_ok (sw, c, error))
		return FALSE;
	adds = wants_host_adapter (m, sw, c);
	if (adds && !host_adapter_free (m, sw->name, sw->name, NULL, error))
		return FALSE;
	sw->type = target_type (sw, c);
	drops = sw->type == VMNET_SWITCH_PRIVATE
		|| (c->allow_management_os && !*c->allow_management_os);
	if (sw->type != VMNET_SWITCH_EXTERNAL) {
		g_clear_pointer (&sw->others, g_strfreev);
		sw->teaming = sw->spreads = FALSE;
	}
	if (c->uplink || sw->type != VMNET_SWITCH_EXTERNAL) {
		g_free (sw->uplink);
		sw->uplink = g_strdup (c->uplink);
	}
	if (sw->uplink == NULL)
		mirror_clear (&sw->mirror);
	if (c->notes) {
		g_free (sw->notes);
		sw->notes = text_or_null (c->notes);
	}
	set_opt (&sw->default_flow_absolute, c->default_flow_absolute);
	set_opt (&sw->default_flow_weight, c->default_flow_weight);
	if (drops)
		drop_host_adapters (m, sw);
	if (adds)
		model_adapter_append (m, NULL, sw->name, sw->name);
	return TRUE;
}

gboolean
model_switch_mirror (vmnet_model *m, const char *name,
		     const vmnet_mirror_change *c, GError **error)
{
	vmnet_switch *sw = check_switch (m, name, error);
	g_autofree char *object = NULL;

	if (sw == NULL)
		return FALSE;
	if (sw->uplink == NULL && c->mode && *c->mode != VMNET_MIRROR_NONE)
		return check_invalid (error, WHAT, sw->name, "it has no "
				      "external port to mirror: it is %s; make "
				      "it External with Set-VMSwitch "
				      "-NetAdapterName",
				      model_switch_type_text (sw->type));
	if (c->mode && *c->mode == VMNET_MIRROR_DESTINATION)
		return check_invalid (error, WHAT, sw->name, "its external "
				      "port cannot be a mirroring destination: "
				      "copies would go to whoever has the "
				      "address; give a source "
				      "-MirrorDestinationAddress");
	object = g_strdup_printf ("external port of switch '%s'", sw->name);
	if (!mirror_ok (object, &sw->mirror, c, error))
		return FALSE;
	mirror_apply (&sw->mirror, c);
	return TRUE;
}

static void
rename_in_adapters (vmnet_model *m, const char *name, const char *new_name)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (!model_name_equal (a->vswitch, name))
			continue;
		g_free (a->vswitch);
		a->vswitch = g_strdup (new_name);
	}
}

gboolean
model_switch_rename (vmnet_model *m, const char *name, const char *new_name,
		     GError **error)
{
	vmnet_switch *sw = check_switch (m, name, error);
	const vmnet_switch *other = vmnet_model_switch (m, new_name);
	vmnet_adapter *own;
	g_autofree char *old = NULL;

	if (sw == NULL || !check_name (WHAT, new_name, error))
		return FALSE;
	if (other && other != sw) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_EXISTS,
			     "rename switch '%s' to '%s': a switch has that "
			     "name already; give another", sw->name,
			     new_name);
		return FALSE;
	}
	own = model_default_host_adapter (m, sw);
	if (own && !host_adapter_free (m, sw->name, new_name, own, error))
		return FALSE;
	if (own)
		model_adapter_rename_to (m, own, new_name);
	old = g_steal_pointer (&sw->name);
	sw->name = g_strdup (new_name);
	rename_in_adapters (m, old, new_name);
	model_pools_switch (m, old, new_name);
	return TRUE;
}

gboolean
model_switch_remove (vmnet_model *m, const char *name, GError **error)
{
	vmnet_switch *sw = check_switch (m, name, error);

	if (sw == NULL)
		return FALSE;
	drop_host_adapters (m, sw);
	for (guint i = 0; i < m->adapters->len; i++) {
		vmnet_adapter *a = g_ptr_array_index (m->adapters, i);

		if (model_name_equal (a->vswitch, sw->name))
			g_clear_pointer (&a->vswitch, g_free);
	}
	model_pools_switch (m, sw->name, NULL);
	g_ptr_array_remove (m->switches, sw);
	return TRUE;
}

/*
 * ipset.c - the part of a plan that changes settings of IP on interfaces, and
 * the name servers. Called by plan.c.
 */
#include <string.h>

#include "kernel/resolver.h"
#include "lab/lab.h"
#include "plan/step.h"

/* ---- settings ---- */

enum { VALUE, OLD };

static gboolean
setting_apply (plan *p, step *s, GError **error)
{
	s->was = kn_sysctl_get (p->h->nl, s->arg, s->link, &s->n[OLD]);
	return kn_sysctl_set (p->h->nl, s->arg, s->link, s->n[VALUE], error);
}

static void
setting_undo (plan *p, step *s)
{
	if (s->was)
		kn_sysctl_set (p->h->nl, s->arg, s->link, s->n[OLD], NULL);
}

static void
plan_setting (plan *p, const vmnet_ipinterface *n, guint i, const char *link)
{
	const vmnet_ip_setting_info *info = &vmnet_ip_settings[i];
	guint64 value = n->settings[i].value, now;
	const char *path = n->v6 ? info->v6 : info->v4;
	step *s;

	if (info->inverse)
		value = !value;
	if (path == NULL || (kn_sysctl_get (p->h->nl, path, link, &now) &&
			     (info->on_off ? !now == !value : now == value)))
		return;
	s = plan_step (p, setting_apply, setting_undo,
		       "set %s of %s on %s to %" G_GUINT64_FORMAT, info->name,
		       n->v6 ? "IPv6" : "IPv4", link, value);
	s->link = g_strdup (link);
	s->arg = g_strdup (path);
	s->n[VALUE] = value;
}

gboolean
plan_ip_build (plan *p, GError **error)
{
	for (guint i = 0; i < p->desired->ipinterfaces->len; i++) {
		const vmnet_ipinterface *n = p->desired->ipinterfaces->pdata[i];
		g_autofree char *link = plan_interface (p->desired,
							n->interface);

		for (guint j = 0; j < VMNET_IP_SETTINGS; j++)
			if (n->settings[j].set)
				plan_setting (p, n, j, link);
	}
	return TRUE;
}

/* ---- name servers ---- */

#define SYSTEM_FILE "/etc/resolv.conf"

char *
plan_resolver_file (const vmnet_host *h)
{
	return h->lab ? lab_resolver_file (h->lab)
		: g_strdup (SYSTEM_FILE);
}

/* What a lab's programs see before it has a file of its own. */
char *
plan_resolver_text (const vmnet_host *h, const char *path, GError **error)
{
	gboolean own = h->lab && g_file_test (path, G_FILE_TEST_EXISTS);

	return resolver_read (h->lab && !own ? SYSTEM_FILE : path, error);
}

gboolean
plan_by_resolved (const vmnet_host *h)
{
	return h->lab == NULL && !h->guest && resolver_is_resolved ();
}

/* In the file, by the names that the interfaces have in ip. */
static GPtrArray *
wanted (const vmnet_model *m)
{
	GPtrArray *out = resolver_entries ();

	for (guint i = 0; m && i < m->dns->len; i++) {
		const vmnet_dns *d = m->dns->pdata[i];
		g_autofree char *link = plan_interface (m, d->interface);
		g_auto (GStrv) servers = g_strsplit (d->servers, ",", -1);
		resolver_entry *e = resolver_entry_new (link);

		for (char **s = servers; *s; s++)
			g_ptr_array_add (e->servers, g_strdup (*s));
		g_ptr_array_add (out, e);
	}
	return out;
}

static gboolean
file_apply (plan *p, step *s, GError **error)
{
	g_clear_pointer (&s->old, g_free);
	s->old = plan_resolver_text (p->h, s->link, error);
	return s->old && resolver_write (s->link, s->arg, error);
}

static void
file_undo (plan *p, step *s)
{
	resolver_write (s->link, s->old, NULL);
}

static char *
text_of (const GPtrArray *entries)
{
	GString *out = g_string_new (NULL);

	for (guint i = 0; i < entries->len; i++) {
		const resolver_entry *e = entries->pdata[i];

		g_string_append_printf (out, "%s%s:", i ? "; " : "",
					e->interface);
		for (guint j = 0; j < e->servers->len; j++)
			g_string_append_printf (out, " %s",
						(char *) e->servers->pdata[j]);
	}
	return g_string_free (out, FALSE);
}

/* All of them at once: the file is one. */
static gboolean
plan_file (plan *p, GError **error)
{
	g_autofree char *path = plan_resolver_file (p->h);
	g_autofree char *now = plan_resolver_text (p->h, path, error);
	g_autoptr (GPtrArray) want = wanted (p->desired);
	g_autofree char *text = now ? resolver_text (now, want) : NULL;
	g_autofree char *told = text_of (want);
	step *s;

	if (now == NULL)
		return FALSE;
	if (strcmp (now, text) == 0)
		return TRUE;
	if (!resolver_writable (path, p->h->guest, error))
		return FALSE;
	s = plan_step (p, file_apply, file_undo, "set name servers in %s to "
		       "%s", path, *told ? told : "those before");
	s->link = g_strdup (path);
	s->arg = g_steal_pointer (&text);
	return TRUE;
}

static gboolean
tell (const char *link, const char *servers, GError **error)
{
	g_auto (GStrv) list = g_strsplit (servers ? servers : "", ",", -1);

	return resolver_tell (link, (const char *const *) list, error);
}

static gboolean
resolved_apply (plan *p, step *s, GError **error)
{
	return tell (s->link, s->arg, error);
}

static void
resolved_undo (plan *p, step *s)
{
	tell (s->link, s->old, NULL);
}

static char *
joined (const GPtrArray *entries, const char *link)
{
	const resolver_entry *e = resolver_of (entries, link);
	g_autoptr (GString) out = g_string_new (NULL);

	for (guint i = 0; e && i < e->servers->len; i++)
		g_string_append_printf (out, "%s%s", i ? "," : "",
					(char *) e->servers->pdata[i]);
	return out->len ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static void
plan_resolved (plan *p, const char *link, const GPtrArray *now,
	       const GPtrArray *want)
{
	g_autofree char *was = joined (now, link);
	g_autofree char *servers = joined (want, link);
	step *s;

	if (g_strcmp0 (was, servers) == 0)
		return;
	s = plan_step (p, resolved_apply, resolved_undo,
		       "set name servers of %s to %s", link,
		       servers ? servers : "its own");
	s->link = g_strdup (link);
	s->arg = g_steal_pointer (&servers);
	s->old = g_steal_pointer (&was);
}

static gboolean
plan_links (plan *p, GError **error)
{
	g_autoptr (GPtrArray) now = resolver_ask (NULL, error);
	g_autoptr (GPtrArray) want = wanted (p->desired);
	g_autoptr (GPtrArray) before = wanted (p->base);

	if (now == NULL)
		return FALSE;
	for (guint i = 0; i < want->len; i++)
		plan_resolved (p, ((resolver_entry *) want->pdata[i])
			       ->interface, now, want);
	for (guint i = 0; i < before->len; i++) {
		const resolver_entry *e = before->pdata[i];

		if (!resolver_of (want, e->interface) &&
		    kn_ifindex (p->h->nl, e->interface))
			plan_resolved (p, e->interface, now, want);
	}
	return TRUE;
}

gboolean
plan_dns_build (plan *p, GError **error)
{
	if (p->desired->dns->len == 0 && (!p->base || p->base->dns->len == 0))
		return TRUE;
	return plan_by_resolved (p->h) ? plan_links (p, error)
		: plan_file (p, error);
}

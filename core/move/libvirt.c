/*
 * libvirt.c - `vmnetsh hook GUEST OPERATION …`: what libvirt's hook does. A
 * guest that starts finds its taps and its policy in force. One that comes
 * from another host (or out of a file) names taps by what they were called
 * there: libvirt lets the hook change its XML then, and takes it from standard
 * output; nothing printed is no change. A failure cancels what it was about to
 * do.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "model/check.h"
#include "move/peer.h"

/* An interface of the guest's XML. */
typedef struct {
	char *mac, *tap;
	gboolean ours_to_make;	/* libvirt expects the tap to be there */
	guint queues;		/* 0: the XML does not say */
	char *here;		/* the tap's name on this host, or NULL */
} nic;

typedef struct {
	GPtrArray *nics;
	guint at;		/* the next one, when it is written anew */
	GString *out;		/* NULL: only read */
} xml;

static void
nic_free (gpointer data)
{
	nic *n = data;

	g_free (n->mac);
	g_free (n->tap);
	g_free (n->here);
	g_free (n);
}

/* ---- the XML ---- */

static const char *
attribute (const char *name, const char **names, const char **values)
{
	for (gsize i = 0; names[i]; i++)
		if (strcmp (names[i], name) == 0)
			return values[i];
	return NULL;
}

static guint
to_number (const char *text)
{
	guint64 n = 0;

	if (text)
		g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &n, NULL);
	return n;
}

/* Is the element that begins just now a child of an interface? */
static gboolean
in_interface (GMarkupParseContext *c)
{
	const GSList *stack = g_markup_parse_context_get_element_stack (c);

	return stack->next && strcmp (stack->next->data, "interface") == 0;
}

static void
note (xml *x, GMarkupParseContext *c, const char *element,
      const char **names, const char **values)
{
	nic *n = x->nics->len ? x->nics->pdata[x->nics->len - 1] : NULL;

	if (strcmp (element, "interface") == 0) {
		g_ptr_array_add (x->nics, g_new0 (nic, 1));
		return;
	}
	if (n == NULL || !in_interface (c))
		return;
	if (strcmp (element, "mac") == 0 && n->mac == NULL)
		n->mac = g_strdup (attribute ("address", names, values));
	if (strcmp (element, "target") == 0 && n->tap == NULL) {
		n->tap = g_strdup (attribute ("dev", names, values));
		n->ours_to_make = g_strcmp0 (attribute ("managed", names,
							values), "no") == 0;
	}
	if (strcmp (element, "driver") == 0)
		n->queues = to_number (attribute ("queues", names, values));
}

static void
write_element (xml *x, GMarkupParseContext *c, const char *element,
	       const char **names, const char **values)
{
	const nic *n;

	if (strcmp (element, "interface") == 0)
		x->at++;
	n = x->at ? x->nics->pdata[x->at - 1] : NULL;
	g_string_append_printf (x->out, "<%s", element);
	for (gsize i = 0; names[i]; i++) {
		gboolean tap = n && n->here && strcmp (names[i], "dev") == 0 &&
			strcmp (element, "target") == 0 && in_interface (c);
		g_autofree char *text = g_markup_printf_escaped (
			" %s='%s'", names[i], tap ? n->here : values[i]);

		g_string_append (x->out, text);
	}
	g_string_append_c (x->out, '>');
}

static void
on_start (GMarkupParseContext *c, const char *element, const char **names,
	  const char **values, gpointer user, GError **error)
{
	xml *x = user;

	if (x->out)
		write_element (x, c, element, names, values);
	else
		note (x, c, element, names, values);
}

static void
on_end (GMarkupParseContext *c, const char *element, gpointer user,
	GError **error)
{
	xml *x = user;

	if (x->out)
		g_string_append_printf (x->out, "</%s>", element);
}

static void
on_text (GMarkupParseContext *c, const char *text, gsize length,
	 gpointer user, GError **error)
{
	xml *x = user;
	g_autofree char *escaped = g_markup_escape_text (text, length);

	if (x->out)
		g_string_append (x->out, escaped);
}

/* Comments and the like go through as they are. */
static void
on_other (GMarkupParseContext *c, const char *text, gsize length,
	  gpointer user, GError **error)
{
	xml *x = user;

	if (x->out)
		g_string_append_len (x->out, text, length);
}

static gboolean
go_through (xml *x, const GString *text, GError **error)
{
	static const GMarkupParser parser = {
		on_start, on_end, on_text, on_other, NULL
	};
	g_autoptr (GMarkupParseContext) c =
		g_markup_parse_context_new (&parser, 0, x, NULL);
	g_autoptr (GError) why = NULL;

	if (g_markup_parse_context_parse (c, text->str, text->len, &why) &&
	    g_markup_parse_context_end_parse (c, &why))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "read the guest's XML: %s", why->message);
	return FALSE;
}

/* ---- its taps here ---- */

static const vmnet_adapter *
adapter_of (const vmnet_model *m, const char *guest, const nic *n)
{
	for (guint i = 0; n->mac && i < m->adapters->len; i++) {
		const vmnet_adapter *a = m->adapters->pdata[i];
		g_autofree char *mac = vmnet_mac_format (a->mac, ':');

		if (model_name_equal (a->vm, guest) &&
		    g_ascii_strcasecmp (mac, n->mac) == 0)
			return a;
	}
	return NULL;
}

/* Is the tap there, and none that another VM's adapter has here? */
static gboolean
is_free (vmnet_host *h, const vmnet_model *m, const char *tap)
{
	for (guint i = 0; i < m->adapters->len; i++) {
		g_autofree char *port = names_port (m->adapters->pdata[i]);

		if (strcmp (port, tap) == 0)
			return FALSE;
	}
	return kn_ifindex (h->nl, tap) != 0;
}

/* Ours has many queues: the kernel gives it to no program that asks for one, and
 * what libvirt says then is "Invalid argument". */
static gboolean
take_port (vmnet_host *h, const vmnet_adapter *a, const char *guest, nic *n,
	   GError **error)
{
	g_autofree char *port = names_port (a);
	int ifindex = kn_ifindex (h->nl, port);

	if (n->ours_to_make && n->queues < 2) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "guest '%s': its interface %s is a tap of many "
			     "queues, and its XML asks for one; write "
			     "<driver queues='2'/> there, or what LibvirtXml "
			     "of 'Get-VMNetworkAdapter %s' has", guest,
			     n->tap ? n->tap : "?", guest);
		return FALSE;
	}
	/* By another of its names it is the same. */
	if (n->tap == NULL || ifindex == 0 ||
	    kn_ifindex (h->nl, n->tap) != ifindex)
		n->here = g_steal_pointer (&port);
	return TRUE;
}

static gboolean
find_tap (vmnet_host *h, const vmnet_model *m, const char *guest, nic *n,
	  gboolean comes, GError **error)
{
	const vmnet_adapter *a = adapter_of (m, guest, n);

	if (a)
		return take_port (h, a, guest, n, error);
	if (!comes || !n->ours_to_make || n->tap == NULL || is_free (h, m, n->tap))
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_FOUND,
		     "guest '%s': no VM of this host has an adapter with the "
		     "MAC address %s of its interface %s, so it would run "
		     "without its policy; 'Move-VM %s' on the host that it "
		     "leaves brings both", guest, n->mac ? n->mac : "?",
		     n->tap, guest);
	return FALSE;
}

static gboolean
find_taps (vmnet_host *h, const char *guest, xml *x, gboolean comes,
	   gboolean *differs, GError **error)
{
	g_autoptr (vmnet_model) m = host_model (h, error);

	if (m == NULL)
		return FALSE;
	for (guint i = 0; i < x->nics->len; i++) {
		nic *n = x->nics->pdata[i];

		if (!find_tap (h, m, guest, n, comes, error))
			return FALSE;
		*differs |= n->here && g_strcmp0 (n->here, n->tap) != 0;
	}
	return TRUE;
}

/* ---- the hook ---- */

static GString *
read_all (int in, GError **error)
{
	g_autoptr (GString) text = g_string_new (NULL);
	char piece[16384];
	gssize n;

	while ((n = read (in, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
				     "read the guest's XML: %s",
				     g_strerror (errno));
			return NULL;
		}
		g_string_append_len (text, piece, n);
	}
	return g_steal_pointer (&text);
}

/* `comes`: from elsewhere; then libvirt takes a change of it. */
static gboolean
look_at_xml (vmnet_host *h, const char *guest, gboolean comes, int in,
	     int out, GError **error)
{
	g_autoptr (GString) text = read_all (in, error), changed = NULL;
	g_autoptr (GPtrArray) nics = g_ptr_array_new_with_free_func (nic_free);
	xml x = { .nics = nics };
	gboolean differs = FALSE;

	if (text == NULL || !go_through (&x, text, error) ||
	    !find_taps (h, guest, &x, comes, &differs, error))
		return FALSE;
	if (!differs || !comes)
		return TRUE;
	x.out = changed = g_string_new (NULL);
	return go_through (&x, text, error) && peer_write (out, changed->str);
}

static gboolean
is_one_of (const char *const *list, const char *operation)
{
	return g_strv_contains (list, operation);
}

gboolean
vmnet_move_hook (vmnet_host *h, const char *guest, const char *operation,
		 int in, int out, GError **error)
{
	static const char *const starts[] = {
		"prepare", "start", "started", "reconnect", "restore",
		"migrate", NULL
	}, *const comes[] = { "restore", "migrate", NULL };
	gboolean is_new = is_one_of (comes, operation);
	g_autoptr (GPtrArray) steps = NULL;

	if (!is_one_of (starts, operation))
		return TRUE;
	steps = vmnet_restore (h, NULL, error);
	if (steps == NULL)
		return FALSE;
	return (!is_new && strcmp (operation, "prepare") != 0) ||
		look_at_xml (h, guest, is_new, in, out, error);
}

/*
 * trace.c - netsh's context trace: captures of ports and uplinks. Called by
 * netsh.c.
 */
#include "internal.h"

#include <string.h>

#define MIB (1024 * 1024)
#define DEFAULT_MAX_MIB 250

/* ---- tags ---- */

char *
netsh_tag_value (const char *word)
{
	const char *eq = strchr (word, '=');
	gsize n;

	if (eq == NULL)
		return NULL;
	n = strlen (++eq);
	if (n >= 2 && (*eq == '"' || *eq == '\'') && eq[n - 1] == *eq)
		return g_strndup (eq + 1, n - 2);
	return g_strdup (eq);
}

static gboolean
tag_is (const char *word, const char *tag)
{
	gsize n = strlen (tag);

	return g_ascii_strncasecmp (word, tag, n) == 0 && word[n] == '=';
}

/* Published filter tags and the pcap-filter(7) words that say the same. */
static const struct {
	const char *tag, *filter;
} filters[] = {
	{ "Ethernet.Address", "ether host " },
	{ "Ethernet.SourceAddress", "ether src " },
	{ "Ethernet.DestinationAddress", "ether dst " },
	{ "Ethernet.Type", "ether proto " },
	{ "IPv4.Address", "host " },
	{ "IPv4.SourceAddress", "src host " },
	{ "IPv4.DestinationAddress", "dst host " },
	{ "IPv6.Address", "host " },
	{ "IPv6.SourceAddress", "src host " },
	{ "IPv6.DestinationAddress", "dst host " },
	{ "Protocol", "proto " },
};

/* Published tags of event providers: packets are captured without them. */
static const char *const event_tags[] = {
	"scenario", "globalkeywords", "globallevel", "provider", "keywords",
	"level", "report", "persistent", "correlation", "perfmerge",
	"traceformat", "filemode", "buffersize", "capturemultilayer",
	"sessionname", "perf", "overwrite", NULL,
};

typedef struct {
	vmnet_trace_spec spec;
	char *file;
	GString *filter;
} trace_args;

static gboolean
fail_tag (const char *word, const char *accepted, GError **error)
{
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "netsh trace start: '%s' was given, accepted is %s",
		     word, accepted);
	return FALSE;
}

static gboolean
filter_tag (trace_args *t, const char *word, const char *value)
{
	static const char value_chars[] = "0123456789abcdefghijklmnopqrstuvwxyz"
					  "ABCDEFGHIJKLMNOPQRSTUVWXYZ.:/-_";

	for (guint i = 0; i < G_N_ELEMENTS (filters); i++) {
		g_autofree char *v = NULL;

		if (!tag_is (word, filters[i].tag))
			continue;
		if (strspn (value, value_chars) != strlen (value))
			return FALSE;
		v = strcmp (filters[i].tag, "Protocol") == 0
			    ? g_ascii_strdown (value, -1) : g_strdup (value);
		if (g_str_has_prefix (filters[i].filter, "ether ")
		    && !g_str_has_prefix (value, "0x"))
			g_strdelimit (v, "-", ':');
		/* "tcp" and its like are keywords: a backslash makes them
		 * names of protocols. */
		g_string_append_printf (t->filter, "%s%s%s%s",
					t->filter->len ? " and " : "",
					filters[i].filter,
					tag_is (word, "Protocol")
					&& g_ascii_isalpha (*v) ? "\\" : "",
					v);
		return TRUE;
	}
	return FALSE;
}

static gboolean
capture_type (trace_args *t, const char *word, const char *value,
	      GError **error)
{
	if (g_ascii_strcasecmp (value, "physical") == 0)
		t->spec.capture = VMNET_CAPTURE_PHYSICAL;
	else if (g_ascii_strcasecmp (value, "vmswitch") == 0)
		t->spec.capture = VMNET_CAPTURE_VMSWITCH;
	else if (g_ascii_strcasecmp (value, "both") == 0)
		t->spec.capture = VMNET_CAPTURE_PHYSICAL
				  | VMNET_CAPTURE_VMSWITCH;
	else
		return fail_tag (word, "capturetype=physical, vmswitch or "
				 "both", error);
	return TRUE;
}

static gboolean
number_tag (const char *word, const char *value, guint64 max, guint64 *out,
	    GError **error)
{
	g_autofree char *accepted = NULL;

	if (g_ascii_string_to_unsigned (value, 10, 0, max, out, NULL))
		return TRUE;
	accepted = g_strdup_printf ("a whole number from 0 to %"
				    G_GUINT64_FORMAT, max);
	return fail_tag (word, accepted, error);
}

/* capture=no would record events only, which Linux has none of. */
static gboolean
capture_tag (const char *word, const char *value, GError **error)
{
	if (g_ascii_strcasecmp (value, "yes") == 0)
		return TRUE;
	if (g_ascii_strcasecmp (value, "no") != 0)
		return fail_tag (word, "capture=yes or no", error);
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
		     "netsh trace start capture=no: event providers without "
		     "packets are published, not built here yet");
	return FALSE;
}

static gboolean
start_tag (sh_call *call, trace_args *t, const char *word, GError **error)
{
	g_autofree char *value = netsh_tag_value (word);
	guint64 n;

	if (value == NULL || *value == '\0')
		return fail_tag (word, "tag=value", error);
	if (tag_is (word, "capture"))
		return capture_tag (word, value, error);
	if (tag_is (word, "capturetype"))
		return capture_type (t, word, value, error);
	if (tag_is (word, "tracefile")) {
		g_free (t->file);
		t->file = g_canonicalize_filename (value, NULL);
		return TRUE;
	}
	if (tag_is (word, "maxsize")) {
		if (!number_tag (word, value, 1 << 20, &n, error))
			return FALSE;
		t->spec.max_bytes = n * MIB;
		return TRUE;
	}
	if (tag_is (word, "packettruncatebytes")) {
		if (!number_tag (word, value, 262144, &n, error))
			return FALSE;
		t->spec.snaplen = (guint) n;
		return TRUE;
	}
	if (filter_tag (t, word, value))
		return TRUE;
	for (const char *const *e = event_tags; *e != NULL; e++)
		if (tag_is (word, *e)) {
			sh_warn (call, "netsh trace start: %s= has no effect "
				 "here; packets are captured", *e);
			return TRUE;
		}
	return fail_tag (word, "capturetype=, tracefile=, maxsize=, "
			 "packettruncatebytes=, capture=, Ethernet.…=, "
			 "IPv4.…=, IPv6.…= or Protocol=", error);
}

/* ---- trace ---- */

static const char *
capture_name (unsigned capture)
{
	if (capture == VMNET_CAPTURE_PHYSICAL)
		return "physical";
	return capture == VMNET_CAPTURE_VMSWITCH ? "vmswitch" : "both";
}

gboolean
netsh_trace_start (sh_call *call, char **words, GError **error)
{
	g_autoptr (GString) filter = g_string_new (NULL);
	trace_args t = { .filter = filter };
	vmnet_host *host = sh_host (sh_call_interp (call));
	g_autofree char *file = NULL;
	gboolean ok = TRUE;

	t.spec.capture = VMNET_CAPTURE_PHYSICAL;
	t.spec.max_bytes = (guint64) DEFAULT_MAX_MIB * MIB;
	for (; ok && *words != NULL; words++)
		ok = start_tag (call, &t, *words, error);
	file = t.file ? t.file
		      : g_build_filename (vmnet_host_run_dir (host),
					  "NetTrace.pcapng", NULL);
	t.spec.file = file;
	t.spec.filter = filter->len ? filter->str : NULL;
	if (!ok || !vmnet_trace_start (host, &t.spec, error))
		return FALSE;
	netsh_say (call, "Status:", "Running");
	netsh_say (call, "Trace File:", "%s", t.spec.file);
	netsh_say (call, "Capture Type:", "%s", capture_name (t.spec.capture));
	if (t.spec.max_bytes)
		netsh_say (call, "Max Size:", "%u MB",
		     (guint) (t.spec.max_bytes / MIB));
	if (t.spec.snaplen)
		netsh_say (call, "Packet Truncate:", "%u bytes", t.spec.snaplen);
	if (t.spec.filter)
		netsh_say (call, "Filter:", "%s", t.spec.filter);
	return TRUE;
}

static void
say_figures (sh_call *call, const vmnet_trace_status *s)
{
	netsh_say (call, "Trace File:", "%s", s->file ? s->file : "");
	netsh_say (call, "Capture Type:", "%s", capture_name (s->capture));
	netsh_say (call, "Packets:", "%" G_GUINT64_FORMAT, s->packets);
	netsh_say (call, "Bytes:", "%" G_GUINT64_FORMAT, s->bytes);
	netsh_say (call, "Drops recorded:", "%" G_GUINT64_FORMAT, s->drops);
	netsh_say (call, "Lost by capture:", "%" G_GUINT64_FORMAT, s->lost);
}

gboolean
netsh_trace_stop (sh_call *call, char **words, GError **error)
{
	vmnet_trace_status s = { 0 };

	if (!vmnet_trace_stop (sh_host (sh_call_interp (call)), &s, error))
		return FALSE;
	netsh_say (call, "Status:", "Stopped");
	if (s.ended != NULL)
		netsh_say (call, "Ended by itself:", "%s", s.ended);
	say_figures (call, &s);
	vmnet_trace_status_clear (&s);
	return TRUE;
}

gboolean
netsh_trace_show (sh_call *call, char **words, GError **error)
{
	vmnet_trace_status s = { 0 };

	if (!vmnet_trace_get (sh_host (sh_call_interp (call)), &s, error))
		return FALSE;
	netsh_say (call, "Status:", "%s", s.running ? "Running" : "Not running");
	if (s.ended != NULL)
		netsh_say (call, "Ended by itself:", "%s", s.ended);
	if (s.running)
		say_figures (call, &s);
	vmnet_trace_status_clear (&s);
	return TRUE;
}

/* ---- completion ---- */

void
netsh_trace_tags (GPtrArray *out, const char *half)
{
	static const char *const tags[][2] = {
		{ "capturetype=physical", "uplinks only" },
		{ "capturetype=vmswitch", "ports of switches only" },
		{ "capturetype=both", "ports and uplinks" },
		{ "tracefile=", "pcapng file to write" },
		{ "maxsize=", "MB of the file; 0: no limit" },
		{ "packettruncatebytes=", "bytes kept of each packet" },
		{ "capture=yes", "capture packets, as always" },
	};

	for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
		netsh_offer (out, tags[i][0], half, tags[i][1]);
	for (guint i = 0; i < G_N_ELEMENTS (filters); i++) {
		g_autofree char *tag = g_strconcat (filters[i].tag, "=", NULL);

		netsh_offer (out, tag, half, "only such packets");
	}
}

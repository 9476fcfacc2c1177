/*
 * netsh.c - netsh: the rest of the line is one command of its own, with words
 * that may be cut short and tag=value. Listed in table.c.
 */
#include "domain.h"

#include <string.h>

#include "netsh.h"

#define MIB (1024 * 1024)
#define DEFAULT_MAX_MIB 250

HANDLER (netsh);

static const sh_param netsh_params[] = {
	{ "Words", &sh_type_string, SH_LIST | SH_REST, 1, NULL, NULL,
	  "the command: trace start|stop|show status, dump, show helper" },
};

const sh_cmdlet cmdlet_netsh = {
	"netsh", "netsh", NULL, SH_RAW, NULL, PARAMS (netsh_params), NULL,
	"Runs a netsh command: traces of ports and uplinks, the dump of the "
	"configuration",
	"netsh trace show status",
	"netsh trace start [capturetype=physical|vmswitch|both] "
	"[tracefile=FILE] [maxsize=MB] [packettruncatebytes=N] "
	"[IPv4.Address=A] [Protocol=TCP] … writes pcapng, which Wireshark "
	"and tshark read; an agent goes on when the shell ends. "
	"netsh trace stop ends it. netsh dump prints a script that rebuilds "
	"everything. Words may be cut short.",
	NULL, netsh, NULL,
};

static void
say (sh_call *call, const char *what, const char *format, ...)
	G_GNUC_PRINTF (3, 4);

static void
say (sh_call *call, const char *what, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start (ap, format);
	text = g_strdup_vprintf (format, ap);
	va_end (ap);
	sh_emit (call, sh_string_take (g_strdup_printf ("%-20s%s", what,
							text)));
}

/* ---- tags ---- */

/* The value of word "tag=value", or NULL; quotes around it are taken off. */
static char *
tag_value (const char *word)
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
	g_autofree char *value = tag_value (word);
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

static gboolean
trace_start (sh_call *call, char **words, GError **error)
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
	say (call, "Status:", "Running");
	say (call, "Trace File:", "%s", t.spec.file);
	say (call, "Capture Type:", "%s", capture_name (t.spec.capture));
	if (t.spec.max_bytes)
		say (call, "Max Size:", "%u MB",
		     (guint) (t.spec.max_bytes / MIB));
	if (t.spec.snaplen)
		say (call, "Packet Truncate:", "%u bytes", t.spec.snaplen);
	if (t.spec.filter)
		say (call, "Filter:", "%s", t.spec.filter);
	return TRUE;
}

static void
say_figures (sh_call *call, const vmnet_trace_status *s)
{
	say (call, "Trace File:", "%s", s->file ? s->file : "");
	say (call, "Capture Type:", "%s", capture_name (s->capture));
	say (call, "Packets:", "%" G_GUINT64_FORMAT, s->packets);
	say (call, "Bytes:", "%" G_GUINT64_FORMAT, s->bytes);
	say (call, "Drops recorded:", "%" G_GUINT64_FORMAT, s->drops);
	say (call, "Lost by capture:", "%" G_GUINT64_FORMAT, s->lost);
}

static gboolean
trace_stop (sh_call *call, char **words, GError **error)
{
	vmnet_trace_status s = { 0 };

	if (!vmnet_trace_stop (sh_host (sh_call_interp (call)), &s, error))
		return FALSE;
	say (call, "Status:", "Stopped");
	if (s.ended != NULL)
		say (call, "Ended by itself:", "%s", s.ended);
	say_figures (call, &s);
	vmnet_trace_status_clear (&s);
	return TRUE;
}

static gboolean
trace_show (sh_call *call, char **words, GError **error)
{
	vmnet_trace_status s = { 0 };

	if (!vmnet_trace_get (sh_host (sh_call_interp (call)), &s, error))
		return FALSE;
	say (call, "Status:", "%s", s.running ? "Running" : "Not running");
	if (s.ended != NULL)
		say (call, "Ended by itself:", "%s", s.ended);
	if (s.running)
		say_figures (call, &s);
	vmnet_trace_status_clear (&s);
	return TRUE;
}

/* ---- the rest ---- */

static gboolean
dump (sh_call *call, char **words, GError **error)
{
	g_autofree char *text =
		vmnet_dump (sh_host (sh_call_interp (call)), error);
	g_auto (GStrv) lines = NULL;

	if (text == NULL)
		return FALSE;
	lines = g_strsplit (g_strchomp (text), "\n", -1);
	for (char **l = lines; *l != NULL; l++)
		sh_emit (call, sh_string (*l));
	return TRUE;
}

static gboolean list_commands (sh_call *call, char **words, GError **error);

static const struct {
	const char *words, *text;
	gboolean (*run) (sh_call *call, char **words, GError **error);
} commands[] = {
	{ "dump", "print a script that rebuilds everything", dump },
	{ "help", "list the commands", list_commands },
	{ "show helper", "list the commands", list_commands },
	{ "trace show status", "is a trace running, and its figures",
	  trace_show },
	{ "trace start", "capture into a pcapng file: capturetype=, "
	  "tracefile=, …", trace_start },
	{ "trace stop", "end the trace and print its figures", trace_stop },
};

static gboolean
list_commands (sh_call *call, char **words, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
		say (call, commands[i].words, "%s", commands[i].text);
	return TRUE;
}

/* How many of `words` the command's own words take up; 0: not this one. */
static guint
matches (const char *command, char **words)
{
	g_auto (GStrv) own = g_strsplit (command, " ", -1);
	guint n = 0;

	for (; own[n] != NULL; n++)
		if (words[n] == NULL || *words[n] == '\0'
		    || g_ascii_strncasecmp (own[n], words[n],
					    strlen (words[n])) != 0)
			return 0;
	return n;
}

static gboolean
fail_command (char **words, GError **error)
{
	static const char *const contexts[] = {
		"advfirewall", "branchcache", "bridge", "dhcpclient",
		"dnsclient", "firewall", "http", "interface", "ipsec", "lan",
		"mbn", "namespace", "netio", "nlm", "p2p", "ras", "rpc",
		"set", "wfp", "winhttp", "winsock", "wlan", NULL,
	};
	g_autofree char *line = g_strjoinv (" ", words);
	const char *hint = "";

	for (const char *const *c = contexts; *c != NULL; c++) {
		if (strlen (words[0]) < 3
		    || g_ascii_strncasecmp (*c, words[0],
					    strlen (words[0])) != 0)
			continue;
		if (strcmp (*c, "interface") == 0)
			hint = "; Get-NetIPAddress and New-NetIPAddress do "
			       "part of it";
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_NOT_YET,
			     "netsh %s: published, not built here yet%s",
			     *c, hint);
		return FALSE;
	}
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
		     "netsh has no command '%s'; it has dump, show helper, "
		     "trace start, trace stop, trace show status", line);
	return FALSE;
}

static gboolean
run_words (sh_call *call, char **words, GError **error)
{
	int found = -1;

	if (words[0] == NULL || strcmp (words[0], "?") == 0
	    || strcmp (words[0], "/?") == 0)
		return list_commands (call, words, error);
	for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
		if (matches (commands[i].words, words) == 0)
			continue;
		if (found >= 0) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
				     "netsh: '%s' can be '%s' or '%s'; write "
				     "more of it", words[0],
				     commands[found].words, commands[i].words);
			return FALSE;
		}
		found = (int) i;
	}
	if (found < 0)
		return fail_command (words, error);
	return commands[found].run (
		call, words + matches (commands[found].words, words), error);
}

static gboolean
netsh (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
	sh_value *v = sh_arg (call, "Words");

	for (guint i = 0; v != NULL && i < sh_array_length (v); i++)
		g_ptr_array_add (words, sh_to_text (sh_array_get (v, i)));
	g_ptr_array_add (words, NULL);
	return run_words (call, (char **) words->pdata, error);
}

/* ---- completion ---- */

static void
offer (GPtrArray *out, const char *word, const char *half, const char *text)
{
	if (g_ascii_strncasecmp (word, half, strlen (half)) != 0)
		return;
	for (guint i = 0; i < out->len; i += 2)
		if (strcmp (out->pdata[i], word) == 0)
			return;
	g_ptr_array_add (out, g_strdup (word));
	g_ptr_array_add (out, g_strdup (text));
}

static void
offer_tags (GPtrArray *out, const char *half)
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
		offer (out, tags[i][0], half, tags[i][1]);
	for (guint i = 0; i < G_N_ELEMENTS (filters); i++) {
		g_autofree char *tag = g_strconcat (filters[i].tag, "=", NULL);

		offer (out, tag, half, "only such packets");
	}
}

GPtrArray *
netsh_next (const char *const *words)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	guint n = g_strv_length ((char **) words);

	if (n == 0)
		return out;
	for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
		g_auto (GStrv) own = g_strsplit (commands[i].words, " ", -1);
		guint k = 0;

		while (k + 1 < n && own[k] != NULL && *words[k] != '\0'
		       && g_ascii_strncasecmp (own[k], words[k],
					       strlen (words[k])) == 0)
			k++;
		if (k + 1 == n && own[k] != NULL)
			offer (out, own[k], words[k], commands[i].text);
		if (own[k] == NULL && k > 0
		    && commands[i].run == trace_start)
			offer_tags (out, words[n - 1]);
	}
	return out;
}

/*
 * netsh.c - netsh: the rest of the line is one command of its own, with words
 * that may be cut short at the prompt, and tag=value. Listed in table.c.
 */
#include "internal.h"

#include <string.h>

HANDLER (netsh);

static const sh_param netsh_params[] = {
	{ "Words", &sh_type_string, SH_LIST | SH_REST, 1, NULL, NULL,
	  "the command; netsh ? lists them" },
};

const sh_cmdlet cmdlet_netsh = {
	"netsh", "netsh", NULL, SH_RAW, NULL, PARAMS (netsh_params), NULL,
	"Runs a netsh command: traces, objects in netsh's grammar, the dump, "
	"many changes as one",
	"netsh trace show status",
	"netsh trace start [capturetype=physical|vmswitch|both] "
	"[tracefile=FILE] [maxsize=MB] [packettruncatebytes=N] "
	"[IPv4.Address=A] [Protocol=TCP] … writes pcapng, which Wireshark "
	"and tshark read; an agent goes on when the shell ends. "
	"netsh trace stop ends it. netsh dump prints a script that rebuilds "
	"everything, netsh exec FILE runs one. netsh vmswitch add name=sw0 "
	"switchtype=Private is New-VMSwitch; every noun is such a context. "
	"netsh set mode offline lets changes wait, netsh show pending tells "
	"them, netsh commit makes them all or none, netsh abort drops them. "
	"At the prompt words may be cut short, and netsh alone, or with a "
	"context, enters it: .. leaves it, ? lists.",
	NULL, netsh, NULL,
};

void
netsh_say (sh_call *call, const char *what, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start (ap, format);
	text = g_strdup_vprintf (format, ap);
	va_end (ap);
	sh_emit (call, sh_string_take (g_strdup_printf ("%-20s%s", what,
							text)));
}

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
	netsh_func run;
} commands[] = {
	{ "abort", "drop the changes that wait", netsh_abort },
	{ "alias", "NAME WORDS: words that one word stands for", netsh_alias },
	{ "commit", "[-ConfirmWithin SECONDS]: make the changes that wait, "
	  "all or none", netsh_commit },
	{ "confirm", "keep the commit that would take itself back",
	  netsh_confirm },
	{ "dump", "print a script that rebuilds everything", dump },
	{ "exec", "FILE: run a script, as dump prints it", netsh_exec },
	{ "help", "list the commands", list_commands },
	{ "revert", "take back the commit that waits for confirm",
	  netsh_revert },
	{ "set mode", "offline: changes wait for commit; online: they do not",
	  netsh_set_mode },
	{ "show alias", "list the aliases", netsh_show_alias },
	{ "show helper", "list the commands", list_commands },
	{ "show mode", "online or offline", netsh_show_mode },
	{ "show pending", "the steps that commit would take",
	  netsh_show_pending },
	{ "trace show status", "is a trace running, and its figures",
	  netsh_trace_show },
	{ "trace start", "capture into a pcapng file: capturetype=, "
	  "tracefile=, …", netsh_trace_start },
	{ "trace stop", "end the trace and print its figures",
	  netsh_trace_stop },
};

/* All, or those of the context that words name. */
static gboolean
list_commands (sh_call *call, char **words, GError **error)
{
	g_autofree char *context = words[0] ? g_strconcat (words[0], " ", NULL)
					    : g_strdup ("");
	static const char *const none[] = { "", NULL };
	g_autoptr (GPtrArray) nouns = g_ptr_array_new_with_free_func (g_free);

	for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
		if (g_ascii_strncasecmp (commands[i].words, context,
					 strlen (context)) == 0)
			netsh_say (call, commands[i].words
				   + strlen (context), "%s",
				   commands[i].text);
	if (*context)
		return TRUE;
	netsh_noun_next (nouns, NULL, none);
	for (guint i = 0; i + 1 < nouns->len; i += 2)
		netsh_say (call, nouns->pdata[i], "%s",
			   (char *) nouns->pdata[i + 1]);
	return TRUE;
}

/* How many of `words` the command's own words take up; 0: not this one. */
static guint
matches (const char *command, char **words, gboolean whole)
{
	g_auto (GStrv) own = g_strsplit (command, " ", -1);
	guint n = 0;

	for (; own[n] != NULL; n++)
		if (words[n] == NULL || *words[n] == '\0'
		    || g_ascii_strncasecmp (own[n], words[n],
					    strlen (words[n])) != 0
		    || (whole && strlen (own[n]) != strlen (words[n])))
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
		"wfp", "winhttp", "winsock", "wlan", NULL,
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
		     "netsh has no command '%s'; netsh ? lists them: dump, "
		     "trace start, trace stop, trace show status, vmswitch "
		     "show, …", line);
	return FALSE;
}

/* The only command that `words` can be; -1: none, or with error more. */
static int
find_command (char **words, gboolean whole, GError **error)
{
	int found = -1;

	for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
		if (matches (commands[i].words, words, TRUE))
			return (int) i;
		if (!matches (commands[i].words, words, whole))
			continue;
		if (found >= 0) {
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
				     "netsh: '%s' can be '%s' or '%s'; write "
				     "more of it", words[0],
				     commands[found].words, commands[i].words);
			return -1;
		}
		found = (int) i;
	}
	return found;
}

static gboolean
is_question (const char *word)
{
	return strcmp (word, "?") == 0 || strcmp (word, "/?") == 0
	       || g_ascii_strcasecmp (word, "help") == 0;
}

/* `netsh vmswitch ?`: what stands before the question. */
static gboolean
answer (sh_call *call, char **words, guint n, GError **error)
{
	const char *noun = n > 1 ? netsh_noun (words[0], FALSE) : NULL;
	char *one[] = { NULL, NULL };

	if (noun != NULL)
		return netsh_noun_list (call, noun);
	one[0] = n > 1 ? words[0] : NULL;
	return list_commands (call, one, error);
}

gboolean
netsh_run (sh_call *call, char **words, GError **error)
{
	sh_interp *in = sh_call_interp (call);
	gboolean whole = !sh_interp_options (in)->interactive;
	guint n = g_strv_length (words);
	GError *e = NULL;
	const char *noun;
	int found;

	if (n == 0 || is_question (words[n - 1]))
		return answer (call, words, n, error);
	found = find_command (words, whole, &e);
	if (e != NULL) {
		g_propagate_error (error, e);
		return FALSE;
	}
	if (found >= 0)
		return commands[found].run (
			call, words + matches (commands[found].words, words,
					       FALSE), error);
	noun = netsh_noun (words[0], whole);
	return noun ? netsh_noun_run (call, noun, words + 1, error)
		    : fail_command (words, error);
}

static gboolean
netsh (sh_call *call, GError **error)
{
	g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GPtrArray) other = NULL;
	sh_value *v = sh_arg (call, "Words");

	for (guint i = 0; v != NULL && i < sh_array_length (v); i++)
		g_ptr_array_add (words, sh_to_text (sh_array_get (v, i)));
	g_ptr_array_add (words, NULL);
	other = netsh_alias_expand (call, (char **) words->pdata);
	return netsh_run (call, (char **) (other ? other : words)->pdata,
			  error);
}

/* ---- completion ---- */

void
netsh_offer (GPtrArray *out, const char *word, const char *half,
	     const char *text)
{
	if (g_ascii_strncasecmp (word, half, strlen (half)) != 0)
		return;
	for (guint i = 0; i < out->len; i += 2)
		if (strcmp (out->pdata[i], word) == 0)
			return;
	g_ptr_array_add (out, g_strdup (word));
	g_ptr_array_add (out, g_strdup (text));
}

/* How many words of `own` stand in `words`, which has `n`, in full or cut
 * short. */
static guint
taken (char **own, const char *const *words, guint n)
{
	guint k = 0;

	while (k + 1 < n && own[k] != NULL && *words[k] != '\0'
	       && g_ascii_strncasecmp (own[k], words[k],
				       strlen (words[k])) == 0)
		k++;
	return k;
}

GPtrArray *
netsh_next (const char *const *words)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	guint n = g_strv_length ((char **) words);
	const char *noun;

	if (n == 0)
		return out;
	for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
		g_auto (GStrv) own = g_strsplit (commands[i].words, " ", -1);
		guint k = taken (own, words, n);

		if (k + 1 == n && own[k] != NULL)
			netsh_offer (out, own[k], words[k], commands[i].text);
		if (own[k] == NULL && k > 0
		    && commands[i].run == netsh_trace_start)
			netsh_trace_tags (out, words[n - 1]);
		if (own[k] == NULL && k + 1 == n
		    && commands[i].run == netsh_set_mode) {
			netsh_offer (out, "offline", words[k],
				     "changes wait for commit");
			netsh_offer (out, "online", words[k],
				     "changes are made at once");
		}
	}
	noun = n > 1 ? netsh_noun (words[0], FALSE) : NULL;
	if (n == 1 || noun != NULL)
		netsh_noun_next (out, noun, noun ? words + 1 : words);
	return out;
}

/* stream.c - see stream.h. */
#include "trace/stream.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <time.h>

/* A block of the ring is handed over at the latest after this, ms. */
#define BLOCK_TIMEOUT 50
/* Frames of one turn: the others have to be heard too, and the ring of the
 * drops is small. */
#define TURN 2048

struct stream {
	pcap_t *pcap;
	stream_func func;
	gpointer user;
	gint64 since;		/* ns; older ones came before the filter */
	guint64 kept, lost;
};

static vmnet_error
activate_code (int rc)
{
	if (rc == PCAP_ERROR_PERM_DENIED
	    || rc == PCAP_ERROR_PROMISC_PERM_DENIED)
		return VMNET_ERROR_PERMISSION;
	return rc == PCAP_ERROR_NO_SUCH_DEVICE ? VMNET_ERROR_NOT_FOUND
					       : VMNET_ERROR_FAILED;
}

static gboolean
fail (const stream_spec *spec, vmnet_error code, const char *why,
      GError **error)
{
	g_set_error (error, VMNET_ERROR, code, "capture on %s: %s",
		     spec->link, why);
	return FALSE;
}

static gboolean
activate (stream *s, const stream_spec *spec, GError **error)
{
	const char *why;
	int rc;

	pcap_set_snaplen (s->pcap, spec->snaplen);
	pcap_set_promisc (s->pcap, 0);
	pcap_set_timeout (s->pcap, BLOCK_TIMEOUT);
	pcap_set_buffer_size (s->pcap, spec->ring);
	pcap_set_tstamp_precision (s->pcap, PCAP_TSTAMP_PRECISION_NANO);
	rc = pcap_activate (s->pcap);
	if (rc < 0) {
		why = pcap_geterr (s->pcap);
		return fail (spec, activate_code (rc),
			     *why ? why : pcap_statustostr (rc), error);
	}
	if (pcap_datalink (s->pcap) != DLT_EN10MB)
		return fail (spec, VMNET_ERROR_UNSUPPORTED,
			     "not an Ethernet interface", error);
	return TRUE;
}

/*
 * Attached to the socket by ourselves: pcap_setfilter runs the filter over the
 * first block of the ring once more in user space, where a frame's direction
 * is not known, and would lose it whole.
 */
static gboolean
attach_filter (stream *s, const stream_spec *spec, GError **error)
{
	const char *way = spec->outgoing ? "outbound" : "inbound";
	g_autofree char *text = NULL;
	struct bpf_program code;
	struct sock_fprog prog;
	int rc;

	text = spec->filter ? g_strdup_printf ("%s and (%s)", way,
					       spec->filter)
			    : g_strdup (way);
	if (pcap_compile (s->pcap, &code, text, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return fail (spec, VMNET_ERROR_INVALID,
			     pcap_geterr (s->pcap), error);
	prog.len = code.bf_len;
	prog.filter = (struct sock_filter *) code.bf_insns;
	rc = setsockopt (pcap_fileno (s->pcap), SOL_SOCKET, SO_ATTACH_FILTER,
			 &prog, sizeof prog);
	pcap_freecode (&code);
	return rc == 0 || fail (spec, VMNET_ERROR_FAILED,
				g_strerror (errno), error);
}

static gint64
now (void)
{
	struct timespec t;

	clock_gettime (CLOCK_REALTIME, &t);
	return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

stream *
stream_open (const stream_spec *spec, stream_func func, gpointer user,
	     GError **error)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	stream *s = g_new0 (stream, 1);

	s->func = func;
	s->user = user;
	s->pcap = pcap_create (spec->link, text);
	if (s->pcap == NULL)
		fail (spec, VMNET_ERROR_FAILED, text, error);
	else if (activate (s, spec, error)
		 && attach_filter (s, spec, error)) {
		s->since = now ();
		if (pcap_setnonblock (s->pcap, 1, text) == 0)
			return s;
		fail (spec, VMNET_ERROR_FAILED, text, error);
	}
	stream_close (s);
	return NULL;
}

void
stream_close (stream *s)
{
	if (s == NULL)
		return;
	if (s->pcap)
		pcap_close (s->pcap);
	g_free (s);
}

int
stream_fd (const stream *s)
{
	return pcap_get_selectable_fd (s->pcap);
}

static void
on_frame (u_char *user, const struct pcap_pkthdr *h, const u_char *data)
{
	stream *s = (stream *) user;
	gint64 time = h->ts.tv_sec * G_GINT64_CONSTANT (1000000000)
		+ h->ts.tv_usec;	/* ns: as the handle was asked */

	if (time >= s->since)
		s->func (time, h->len, h->caplen, data, s->user);
}

gboolean
stream_read (stream *s)
{
	return pcap_dispatch (s->pcap, TURN, on_frame, (u_char *) s) >= 0;
}

void
stream_counts (stream *s, guint64 *kept, guint64 *lost)
{
	struct pcap_stat st;

	if (pcap_stats (s->pcap, &st) == 0) {
		s->lost = st.ps_drop;
		s->kept = st.ps_recv > st.ps_drop ? st.ps_recv - st.ps_drop
						  : 0;
	}
	*kept = s->kept;
	*lost = s->lost;
}

gboolean
stream_compile (const char *filter, guint snaplen, struct bpf_program *out,
		GError **error)
{
	pcap_t *none = pcap_open_dead (DLT_EN10MB, snaplen);
	gboolean ok;

	ok = pcap_compile (none, out, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!ok)
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_INVALID,
			     "capture filter '%s': %s", filter,
			     pcap_geterr (none));
	pcap_close (none);
	return ok;
}

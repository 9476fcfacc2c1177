/*
 * pcapng.c - see pcapng.h. Blocks are built in place at the end of one buffer,
 * which always begins at a block; native byte order, as the format allows.
 */
#include "trace/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "config.h"

#define BUFFER (1024 * 1024)
#define MAX_FRAME 262144
#define MAX_TEXT 1024		/* of one option */
/* Room for one block, whatever its options are. */
#define MAX_BLOCK (MAX_FRAME + 4 * MAX_TEXT + 256)
/* What the statistics block of one interface takes at the end. */
#define STATISTICS_SIZE 56

enum {
	BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5, BLOCK_PACKET = 6,
};

enum { OPT_END = 0, OPT_COMMENT = 1 };
enum { SHB_HARDWARE = 2, SHB_OS = 3, SHB_USERAPPL = 4 };
enum {
	IF_NAME = 2, IF_DESCRIPTION = 3, IF_SPEED = 8, IF_TSRESOL = 9,
	IF_FILTER = 11,
};
enum { EPB_FLAGS = 2, EPB_PACKETID = 5, EPB_QUEUE = 6, EPB_VERDICT = 7 };
enum { ISB_IFRECV = 4, ISB_IFDROP = 5 };

#define LINKTYPE_ETHERNET 1
#define VERDICT_TC 1		/* the value is one of TC_ACT_* */
#define TC_ACT_SHOT 2

struct pcapng {
	int fd;
	char *file;
	guint64 max, offset;	/* offset: of the buffer's begin */
	guint32 interfaces;
	guint8 *buffer;
	gsize used, block;	/* block: where the open one begins */
};

static void
put (pcapng *w, gconstpointer data, gsize n)
{
	memcpy (w->buffer + w->used, data, n);
	w->used += n;
}

static void
put16 (pcapng *w, guint16 v)
{
	put (w, &v, sizeof v);
}

static void
put32 (pcapng *w, guint32 v)
{
	put (w, &v, sizeof v);
}

static void
put64 (pcapng *w, guint64 v)
{
	put (w, &v, sizeof v);
}

static void
put_time (pcapng *w, guint64 ns)
{
	put32 (w, ns >> 32);
	put32 (w, (guint32) ns);
}

static void
pad (pcapng *w)
{
	while (w->used % 4 != 0)
		w->buffer[w->used++] = 0;
}

static void
put_option (pcapng *w, guint16 code, gconstpointer data, gsize n)
{
	put16 (w, code);
	put16 (w, n);
	put (w, data, n);
	pad (w);
}

/* Two that every packet has, and that need no padding. */
static void
put_option32 (pcapng *w, guint16 code, guint32 v)
{
	put16 (w, code);
	put16 (w, sizeof v);
	put32 (w, v);
}

static void
put_option64 (pcapng *w, guint16 code, guint64 v)
{
	put16 (w, code);
	put16 (w, sizeof v);
	put64 (w, v);
}

/* As much of the text as fits, cut between two characters. */
static void
put_text (pcapng *w, guint16 code, const char *text)
{
	gsize n;

	if (text == NULL)
		return;
	n = strlen (text);
	if (n > MAX_TEXT)
		n = g_utf8_find_prev_char (text, text + MAX_TEXT) - text;
	put_option (w, code, text, n);
}

/*
 * After a short write the file would end within a block: cut it behind the
 * last whole one, so that readers accept what is there.
 */
static void
keep_whole_blocks (pcapng *w, gsize written)
{
	gsize whole = 0;
	guint32 size;

	while (whole + 8 <= written) {
		memcpy (&size, w->buffer + whole + 4, sizeof size);
		if (whole + size > written)
			break;
		whole += size;
	}
	if (ftruncate (w->fd, w->offset + whole) == 0)
		w->offset += whole;
	w->used = 0;
}

gboolean
pcapng_flush (pcapng *w, GError **error)
{
	gsize done = 0;
	int err;

	while (done < w->used) {
		gssize n = write (w->fd, w->buffer + done, w->used - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err = n < 0 ? errno : ENOSPC;
			keep_whole_blocks (w, done);
			g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
				     "write trace file '%s': %s", w->file,
				     g_strerror (err));
			return FALSE;
		}
		done += n;
	}
	w->offset += w->used;
	w->used = 0;
	return TRUE;
}

static gboolean
block_begin (pcapng *w, guint32 type, GError **error)
{
	if (w->used + MAX_BLOCK > BUFFER && !pcapng_flush (w, error))
		return FALSE;
	w->block = w->used;
	put32 (w, type);
	put32 (w, 0);
	return TRUE;
}

/* Ends the block, or takes it back when the file would grow too large. */
static gboolean
block_end (pcapng *w, gsize reserve, GError **error)
{
	guint32 size;

	put32 (w, OPT_END);	/* code and length */
	size = w->used - w->block + 4;
	put32 (w, size);
	memcpy (w->buffer + w->block + 4, &size, sizeof size);
	if (w->max == 0 || w->offset + w->used + reserve <= w->max)
		return TRUE;
	w->used = w->block;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "trace file '%s' reached its limit of %" G_GUINT64_FORMAT
		     " bytes", w->file, w->max);
	return FALSE;
}

static gboolean
write_section (pcapng *w, GError **error)
{
	g_autofree char *os = NULL;
	struct utsname u;

	if (uname (&u) < 0)
		memset (&u, 0, sizeof u);
	os = g_strdup_printf ("%s %s", u.sysname, u.release);
	if (!block_begin (w, BLOCK_SECTION, error))
		return FALSE;
	put32 (w, 0x1a2b3c4d);
	put16 (w, 1);
	put16 (w, 0);
	put64 (w, G_MAXUINT64);		/* the section's length: open */
	put_text (w, SHB_HARDWARE, u.machine);
	put_text (w, SHB_OS, os);
	put_text (w, SHB_USERAPPL, PACKAGE_STRING);
	return block_end (w, 0, error);
}

static vmnet_error
error_code (int err)
{
	if (err == EACCES || err == EPERM || err == EROFS)
		return VMNET_ERROR_PERMISSION;
	return err == ENOENT ? VMNET_ERROR_NOT_FOUND : VMNET_ERROR_FAILED;
}

/*
 * Emptied only after the look at what it is; O_NONBLOCK because opening a
 * FIFO would wait for a reader.
 */
static int
create_file (const char *file, GError **error)
{
	int fd = open (file, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK,
		       0600);
	struct stat st;
	int err = errno;

	if (fd >= 0 && fstat (fd, &st) == 0 && S_ISREG (st.st_mode)
	    && ftruncate (fd, 0) == 0)
		return fd;
	if (fd >= 0) {
		err = EINVAL;
		close (fd);
	}
	g_set_error (error, VMNET_ERROR, error_code (err),
		     "create trace file '%s': %s", file,
		     err == EINVAL || err == ENXIO ? "not a regular file"
						   : g_strerror (err));
	return -1;
}

pcapng *
pcapng_create (const char *file, guint64 max_bytes, GError **error)
{
	int fd = create_file (file, error);
	pcapng *w;

	if (fd < 0)
		return NULL;
	w = g_new0 (pcapng, 1);
	w->fd = fd;
	w->file = g_strdup (file);
	w->max = max_bytes;
	w->buffer = g_malloc (BUFFER);
	if (write_section (w, error) && pcapng_flush (w, error))
		return w;
	pcapng_close (w, NULL);
	return NULL;
}

static void
put_filter (pcapng *w, const char *filter)
{
	g_autofree char *text = NULL;

	if (filter == NULL)
		return;
	/* A zero byte in front: a libpcap filter string. */
	text = g_strconcat (" ", filter, NULL);
	text[0] = 0;
	put_option (w, IF_FILTER, text, MIN (strlen (filter), MAX_TEXT) + 1);
}

gboolean
pcapng_add_interface (pcapng *w, const pcapng_interface *i, guint32 *id,
		      GError **error)
{
	const guint8 nanoseconds = 9;
	gsize reserve = (gsize) (w->interfaces + 1) * STATISTICS_SIZE;

	if (!block_begin (w, BLOCK_INTERFACE, error))
		return FALSE;
	put16 (w, LINKTYPE_ETHERNET);
	put16 (w, 0);
	put32 (w, i->snaplen ? i->snaplen : MAX_FRAME);
	put_text (w, IF_NAME, i->name);
	put_text (w, IF_DESCRIPTION, i->description);
	if (i->speed)
		put_option64 (w, IF_SPEED, i->speed);
	put_option (w, IF_TSRESOL, &nanoseconds, 1);
	put_filter (w, i->filter);
	if (!block_end (w, reserve, error))
		return FALSE;
	*id = w->interfaces++;
	return TRUE;
}

/* epb_flags: direction, and to whom the destination address speaks. */
static guint32
packet_flags (const pcapng_packet *p)
{
	static const guint8 all[6] = { 255, 255, 255, 255, 255, 255 };
	guint32 kind = 1;

	if (p->captured < 6)
		return p->direction;
	if (p->data[0] & 1)
		kind = memcmp (p->data, all, 6) == 0 ? 3 : 2;
	return p->direction | kind << 2;
}

static void
put_packet_options (pcapng *w, const pcapng_packet *p)
{
	const guint64 shot = TC_ACT_SHOT;
	guint8 verdict[9] = { VERDICT_TC };

	put_option32 (w, EPB_FLAGS, packet_flags (p));
	if (p->id)
		put_option64 (w, EPB_PACKETID, p->id);
	if (p->queue >= 0)
		put_option32 (w, EPB_QUEUE, p->queue);
	if (p->dropped) {
		memcpy (verdict + 1, &shot, sizeof shot);
		put_option (w, EPB_VERDICT, verdict, sizeof verdict);
	}
	put_text (w, OPT_COMMENT, p->comment);
}

gboolean
pcapng_write (pcapng *w, const pcapng_packet *p, GError **error)
{
	guint32 captured = MIN (p->captured, MAX_FRAME);

	if (!block_begin (w, BLOCK_PACKET, error))
		return FALSE;
	put32 (w, p->interface);
	put_time (w, p->time);
	put32 (w, captured);
	put32 (w, p->length);
	if (captured > 0)
		put (w, p->data, captured);
	pad (w);
	put_packet_options (w, p);
	return block_end (w, (gsize) w->interfaces * STATISTICS_SIZE, error);
}

gboolean
pcapng_statistics (pcapng *w, guint32 id, guint64 time, guint64 received,
		   guint64 lost, GError **error)
{
	if (!block_begin (w, BLOCK_STATISTICS, error))
		return FALSE;
	put32 (w, id);
	put_time (w, time);
	put_option64 (w, ISB_IFRECV, received);
	put_option64 (w, ISB_IFDROP, lost);
	return block_end (w, 0, error);
}

gboolean
pcapng_close (pcapng *w, GError **error)
{
	gboolean ok = pcapng_flush (w, error);
	int err;

	if (close (w->fd) < 0 && ok) {
		err = errno;
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "close trace file '%s': %s", w->file,
			     g_strerror (err));
		ok = FALSE;
	}
	g_free (w->file);
	g_free (w->buffer);
	g_free (w);
	return ok;
}

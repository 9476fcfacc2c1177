/*
 * udpblast.c - makes traffic for tests and the demo: UDP frames of one size
 * to one address, as many or as long as asked, as fast as it can or at a
 * rate. Prints what it sent. Sizes and rates are those of whole frames:
 * Ethernet header and payload, no VLAN tag, no FCS.
 *
 * udpblast [-n COUNT] [-t SECONDS] [-s FRAME] [-r BITS_PER_SECOND]
 *          [-b SOURCE_ADDRESS [-p SOURCE_PORT]] ADDRESS PORT
 * udpblast -l [-o] [-n COUNT] [-t SECONDS] PORT
 *
 * Each frame carries its number, where it is long enough. The second form
 * takes frames, IPv4 and IPv6, until COUNT have come or SECONDS have passed, and
 * prints the same line. It says "listening" when it
 * is ready. With -o it also says how many senders it heard, and how many frames
 * came behind one that their sender had sent later, or a second time.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ETHERNET 14
#define UDP 8
#define IPV4 20
#define IPV6 40
#define FRAME_MAX 65535
#define BATCH 32
/* Frames sent between two looks at the clock, when there is a rate. */
#define BURST_NS 1000000
#define SENDERS 256		/* that -o tells apart */

typedef union {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
} address;

typedef struct {
	uint16_t port;
	uint64_t next;		/* the number expected at least */
} sender;

typedef struct {
	uint64_t count;		/* frames; 0: no limit */
	double seconds;		/* 0: no limit */
	unsigned frame;
	double rate;		/* bit/s; 0: as fast as it goes */
	const char *source;	/* or NULL */
	unsigned source_port;	/* 0: any */
	int listen, order;
	int fd;
	uint64_t number;	/* of the next frame */
	sender senders[SENDERS];
	unsigned n_senders;
	uint64_t late;
	unsigned payload;
} blast;

static int
address_parse (address *a, socklen_t *length, const char *text, unsigned port)
{
	memset (a, 0, sizeof *a);
	if (inet_pton (AF_INET, text, &a->v4.sin_addr) == 1) {
		a->v4.sin_family = AF_INET;
		a->v4.sin_port = htons ((uint16_t) port);
		*length = sizeof a->v4;
		return 0;
	}
	a->v6.sin6_family = AF_INET6;
	a->v6.sin6_port = htons ((uint16_t) port);
	*length = sizeof a->v6;
	return inet_pton (AF_INET6, text, &a->v6.sin6_addr) == 1 ? 0 : -1;
}

static int64_t
now_ns (void)
{
	struct timespec t;

	clock_gettime (CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int
fail (const char *what)
{
	fprintf (stderr, "udpblast: %s: %s\n", what, strerror (errno));
	return -1;
}

static int
blast_open (blast *b, const char *to, const char *port)
{
	int never = IP_PMTUDISC_DO, never6 = IPV6_PMTUDISC_DO, on = 1;
	address a, from;
	socklen_t length;
	unsigned head;

	errno = EINVAL;
	if (address_parse (&a, &length, to, (unsigned) atoi (port)) < 0)
		return fail (to);
	head = ETHERNET + UDP + (a.sa.sa_family == AF_INET ? IPV4 : IPV6);
	if (b->frame < head || b->frame > FRAME_MAX)
		return fail ("frame size");
	b->payload = b->frame - head;
	b->fd = socket (a.sa.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (b->fd < 0)
		return fail ("socket");
	setsockopt (b->fd, IPPROTO_IP, IP_MTU_DISCOVER, &never, sizeof never);
	setsockopt (b->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &never6,
		    sizeof never6);
	setsockopt (b->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
	if (b->source && (address_parse (&from, &length, b->source,
					 b->source_port) < 0 ||
			  bind (b->fd, &from.sa, length) < 0))
		return fail (b->source);
	return connect (b->fd, &a.sa, length) < 0 ? fail (to) : 0;
}

/* How many may go now; 0: none yet. */
static unsigned
blast_due (const blast *b, uint64_t sent, int64_t elapsed)
{
	uint64_t due = BATCH;

	if (b->rate > 0) {
		uint64_t until = (uint64_t)
			(b->rate * (double) (elapsed + BURST_NS) / 8e9 /
			 b->frame);

		due = until > sent ? until - sent : 0;
	}
	if (b->count && due > b->count - sent)
		due = b->count - sent;
	return due > BATCH ? BATCH : (unsigned) due;
}

static int
blast_send (blast *b, unsigned n)
{
	static char zeros[FRAME_MAX];
	uint64_t numbers[BATCH];
	size_t head = b->payload < sizeof numbers[0] ? 0 : sizeof numbers[0];
	struct iovec iov[BATCH][2];
	struct mmsghdr m[BATCH];
	int rc;

	memset (m, 0, sizeof m);
	for (unsigned i = 0; i < n; i++) {
		numbers[i] = b->number + i;
		iov[i][0] = (struct iovec) { &numbers[i], head };
		iov[i][1] = (struct iovec) { zeros, b->payload - head };
		m[i].msg_hdr.msg_iov = iov[i];
		m[i].msg_hdr.msg_iovlen = 2;
	}
	rc = sendmmsg (b->fd, m, n, 0);
	b->number += rc > 0 ? (uint64_t) rc : 0;
	if (rc < 0 && (errno == EINTR || errno == ENOBUFS ||
		       errno == ECONNREFUSED))
		return 0;
	return rc < 0 ? fail ("send") : rc;
}

static void
blast_report (uint64_t packets, uint64_t bytes, int64_t elapsed)
{
	printf ("packets=%llu bytes=%llu seconds=%.3f bits_per_second=%.0f\n",
		(unsigned long long) packets, (unsigned long long) bytes,
		(double) elapsed / 1e9,
		elapsed ? (double) bytes * 8e9 / (double) elapsed : 0.0);
}

static int
blast_listen (blast *b, const char *port)
{
	address a = { .v6 = { .sin6_family = AF_INET6,
			      .sin6_port = htons ((uint16_t) atoi (port)) } };
	int off = 0, size = 32 << 20;

	b->fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (b->fd < 0)
		return fail ("socket");
	setsockopt (b->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	setsockopt (b->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	if (bind (b->fd, &a.sa, sizeof a.v6) < 0)
		return fail (port);
	puts ("listening");
	fflush (stdout);
	return 0;
}

static void
blast_order (blast *b, const address *from, uint64_t number)
{
	unsigned i = 0;

	while (i < b->n_senders && b->senders[i].port != from->v6.sin6_port)
		i++;
	if (i == SENDERS)
		return;
	if (i == b->n_senders)
		b->senders[b->n_senders++] = (sender) { from->v6.sin6_port, 0 };
	b->late += number < b->senders[i].next;
	if (number >= b->senders[i].next)
		b->senders[i].next = number + 1;
}

/* -1: none came within the time left, or a second. */
static long
blast_receive (blast *b, int64_t left)
{
	struct pollfd p = { .fd = b->fd, .events = POLLIN };
	socklen_t length;
	address from;
	ssize_t n;
	uint64_t number = 0;
	int wait_ms = left > 1000000000 ? 1000 : (int) (left / 1000000) + 1;

	if (poll (&p, 1, wait_ms) != 1)
		return -1;
	length = sizeof from;
	n = recvfrom (b->fd, &number, sizeof number, MSG_TRUNC | MSG_DONTWAIT, &from.sa,
		      &length);
	if (n < 0)
		return -1;
	if (b->order && n >= (ssize_t) sizeof number)
		blast_order (b, &from, number);
	return n + ETHERNET + UDP +
		(IN6_IS_ADDR_V4MAPPED (&from.v6.sin6_addr) ? IPV4 : IPV6);
}

static int
blast_take (blast *b)
{
	int64_t limit = b->seconds > 0 ? (int64_t) (b->seconds * 1e9) :
		INT64_MAX / 2;
	int64_t start = now_ns (), elapsed = 0;
	uint64_t packets = 0, bytes = 0;

	while ((b->count == 0 || packets < b->count) && elapsed < limit) {
		long n = blast_receive (b, limit - elapsed);

		packets += n >= 0;
		bytes += n >= 0 ? (uint64_t) n : 0;
		elapsed = now_ns () - start;
	}
	blast_report (packets, bytes, elapsed);
	if (b->order)
		printf ("senders=%u late=%llu\n", b->n_senders,
			(unsigned long long) b->late);
	return 0;
}

static int
blast_run (blast *b)
{
	struct timespec nap = { .tv_nsec = BURST_NS / 4 };
	int64_t start = now_ns (), elapsed = 0;
	uint64_t sent = 0;

	while ((b->count == 0 || sent < b->count) &&
	       (b->seconds <= 0 || (double) elapsed < b->seconds * 1e9)) {
		unsigned due = blast_due (b, sent, elapsed);
		int n = due ? blast_send (b, due) : 0;

		if (n < 0)
			return 1;
		if (due == 0)
			nanosleep (&nap, NULL);
		sent += (uint64_t) n;
		elapsed = now_ns () - start;
	}
	blast_report (sent, sent * b->frame, elapsed);
	return 0;
}

int
main (int argc, char **argv)
{
	blast b = { .frame = 1514 };
	int c;

	while ((c = getopt (argc, argv, "lon:t:s:r:b:p:")) != -1) {
		switch (c) {
		case 'l':
			b.listen = 1;
			break;
		case 'o':
			b.order = 1;
			break;
		case 'n':
			b.count = strtoull (optarg, NULL, 10);
			break;
		case 't':
			b.seconds = atof (optarg);
			break;
		case 's':
			b.frame = (unsigned) atoi (optarg);
			break;
		case 'r':
			b.rate = atof (optarg);
			break;
		case 'b':
			b.source = optarg;
			break;
		case 'p':
			b.source_port = (unsigned) atoi (optarg);
			break;
		default:
			return 2;
		}
	}
	if (b.listen && argc - optind == 1)
		return blast_listen (&b, argv[optind]) < 0 ? 1 :
			blast_take (&b);
	if (b.listen || argc - optind != 2 ||
	    (b.count == 0 && b.seconds <= 0)) {
		fputs ("usage: udpblast {-n COUNT | -t SECONDS} [-s FRAME] "
		       "[-r BITS_PER_SECOND] [-b SOURCE [-p PORT]] "
		       "ADDRESS PORT\n"
		       "       udpblast -l [-o] [-n COUNT] [-t SECONDS] PORT\n",
		       stderr);
		return 2;
	}
	return blast_open (&b, argv[optind], argv[optind + 1]) < 0 ? 1 :
		blast_run (&b);
}

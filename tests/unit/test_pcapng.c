/* test_pcapng.c - what we write is what libpcap and tshark read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <pcap/pcap.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace/pcapng.h"

#define NS 1000000000ull
#define T0 (1800000000ull * NS + 123456789)
#define COMMENT "dropped: ACL 7 Deny Inbound Remote 10.0.0.0/8"

static char *dir;

static int
setup (void **state)
{
	dir = g_dir_make_tmp ("vmnetsh-pcapng-XXXXXX", NULL);
	return dir ? 0 : -1;
}

static int
teardown (void **state)
{
	g_autofree char *command = g_strdup_printf ("rm -rf '%s'", dir);
	int rc = system (command);

	g_free (dir);
	return rc;
}

static pcapng *
create (const char *name, guint64 max, char **path)
{
	g_autoptr (GError) error = NULL;
	pcapng *w;

	*path = g_build_filename (dir, name, NULL);
	w = pcapng_create (*path, max, &error);
	assert_null (error);
	return w;
}

static const guint8 frame[60] = {
	0, 0x15, 0x5d, 0, 0, 2, 0, 0x15, 0x5d, 0, 0, 1, 0x88, 0xb5, 1, 2, 3,
};

static void
write_two (pcapng *w)
{
	const pcapng_interface port = {
		.name = "web1/Network Adapter", .description = "vp1 of sw0",
		.filter = "not tcp", .speed = 10000000000ull, .snaplen = 128,
	}, uplink = { .name = "pnic0", .snaplen = 128 };
	pcapng_packet p = {
		.time = T0, .captured = 60, .length = 1500, .data = frame,
		.direction = PCAPNG_INBOUND, .id = 77, .queue = 3,
		.dropped = TRUE, .comment = COMMENT,
	};
	guint32 a, b;

	assert_true (pcapng_add_interface (w, &port, &a, NULL));
	p.interface = a;
	assert_true (pcapng_write (w, &p, NULL));
	assert_true (pcapng_add_interface (w, &uplink, &b, NULL));
	p = (pcapng_packet) {
		.interface = b, .time = T0 + 1, .captured = 59, .length = 59,
		.data = frame, .direction = PCAPNG_OUTBOUND, .queue = -1,
	};
	assert_true (pcapng_write (w, &p, NULL));
	assert_true (pcapng_statistics (w, a, T0 + NS, 10, 2, NULL));
	assert_true (pcapng_statistics (w, b, T0 + NS, 20, 0, NULL));
}

static void
test_libpcap_reads (void **state)
{
	char text[PCAP_ERRBUF_SIZE];
	g_autofree char *path = NULL;
	pcapng *w = create ("a.pcapng", 0, &path);
	struct pcap_pkthdr h;
	const guint8 *data;
	pcap_t *in;

	write_two (w);
	assert_true (pcapng_close (w, NULL));
	in = pcap_open_offline_with_tstamp_precision (
		path, PCAP_TSTAMP_PRECISION_NANO, text);
	assert_non_null (in);
	assert_int_equal (pcap_datalink (in), DLT_EN10MB);
	data = pcap_next (in, &h);
	assert_non_null (data);
	assert_int_equal (h.caplen, 60);
	assert_int_equal (h.len, 1500);
	assert_int_equal (h.ts.tv_sec, T0 / NS);
	assert_int_equal (h.ts.tv_usec, T0 % NS);
	assert_memory_equal (data, frame, 60);
	data = pcap_next (in, &h);
	assert_non_null (data);
	assert_int_equal (h.caplen, 59);
	assert_null (pcap_next (in, &h));
	pcap_close (in);
}

static char *
tshark (const char *path, const char *options)
{
	g_autofree char *command = g_strdup_printf (
		"tshark -r '%s' %s", path, options);
	char *out = NULL;
	int status;

	assert_true (g_spawn_command_line_sync (command, &out, NULL, &status,
						NULL));
	assert_int_equal (status, 0);
	return out;
}

static void
test_tshark_reads (void **state)
{
	g_autofree char *path = NULL, *out = NULL, *program = NULL;
	pcapng *w;

	program = g_find_program_in_path ("tshark");
	if (program == NULL)
		skip ();
	w = create ("b.pcapng", 0, &path);
	write_two (w);
	assert_true (pcapng_close (w, NULL));
	out = tshark (path, "-T fields -E separator=| -e frame.interface_name"
		      " -e frame.interface_description -e frame.packet_id"
		      " -e frame.packet_flags_direction"
		      " -e frame.interface_queue"
		      " -e frame.verdict.ebpf_tc -e frame.comment"
		      " -e frame.time_epoch");
	assert_string_equal (out,
		"web1/Network Adapter|vp1 of sw0|77|0x00000001|3|2|" COMMENT
		"|1800000000.123456789\n"
		"pnic0|||0x00000002||||1800000000.123456790\n");
}

static void
test_limit (void **state)
{
	const pcapng_interface i = { .name = "x" };
	const pcapng_packet p = { .captured = 60, .length = 60,
				  .data = frame, .queue = -1 };
	g_autoptr (GError) error = NULL;
	g_autofree char *path = NULL;
	pcapng *w = create ("c.pcapng", 5000, &path);
	struct stat st;
	guint32 id;

	assert_true (pcapng_add_interface (w, &i, &id, NULL));
	while (pcapng_write (w, &p, &error))
		;
	assert_non_null (strstr (error->message, "limit of 5000 bytes"));
	assert_true (pcapng_statistics (w, id, T0, 1, 0, NULL));
	assert_true (pcapng_close (w, NULL));
	assert_int_equal (stat (path, &st), 0);
	assert_in_range (st.st_size, 4800, 5000);
}

/* Writes until the disk is full (here: a limit of the process). */
static int
fill (const char *path)
{
	const struct rlimit limit = { 100001, 100001 };
	const pcapng_interface i = { .name = "x" };
	const pcapng_packet p = { .captured = 60, .length = 60,
				  .data = frame, .queue = -1 };
	g_autoptr (GError) error = NULL;
	pcapng *w;
	guint32 id;

	signal (SIGXFSZ, SIG_IGN);
	setrlimit (RLIMIT_FSIZE, &limit);
	w = pcapng_create (path, 0, NULL);
	pcapng_add_interface (w, &i, &id, NULL);
	while (pcapng_write (w, &p, &error))
		;
	pcapng_close (w, NULL);
	return strstr (error->message, path) ? 0 : 1;
}

static void
test_full_disk (void **state)
{
	char text[PCAP_ERRBUF_SIZE];
	g_autofree char *path = g_build_filename (dir, "d.pcapng", NULL);
	struct pcap_pkthdr *h;
	const guint8 *data;
	int status, rc, n = 0;
	pid_t pid = fork ();
	pcap_t *in;

	if (pid == 0)
		_exit (fill (path));
	waitpid (pid, &status, 0);
	assert_int_equal (status, 0);
	in = pcap_open_offline (path, text);
	assert_non_null (in);
	while ((rc = pcap_next_ex (in, &h, &data)) == 1)
		n++;
	assert_int_equal (rc, PCAP_ERROR_BREAK);
	assert_in_range (n, 800, 1000);
	pcap_close (in);
}

static void
test_refuses (void **state)
{
	g_autoptr (GError) error = NULL;
	g_autofree char *missing = g_build_filename (dir, "no/x", NULL);
	g_autofree char *fifo = g_build_filename (dir, "fifo", NULL);

	assert_null (pcapng_create (missing, 0, &error));
	assert_true (g_error_matches (error, VMNET_ERROR,
				      VMNET_ERROR_NOT_FOUND));
	g_clear_error (&error);
	assert_int_equal (mkfifo (fifo, 0600), 0);
	assert_null (pcapng_create (fifo, 0, &error));
	assert_non_null (strstr (error->message, "not a regular file"));
	g_clear_error (&error);
	assert_null (pcapng_create (dir, 0, &error));
	assert_non_null (strstr (error->message, dir));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_libpcap_reads),
		cmocka_unit_test (test_tshark_reads),
		cmocka_unit_test (test_limit),
		cmocka_unit_test (test_full_disk),
		cmocka_unit_test (test_refuses),
	};

	return cmocka_run_group_tests_name ("pcapng", tests, setup, teardown);
}

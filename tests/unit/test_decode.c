/* test_decode.c - the live view's line of text, for good and for any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trace/decode.h"

/* "00 0c29" → bytes. */
static GByteArray *
from_hex (const char *hex)
{
	GByteArray *out = g_byte_array_new ();
	guint8 b;

	while (*hex) {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		b = g_ascii_xdigit_value (hex[0]) << 4
			| g_ascii_xdigit_value (hex[1]);
		g_byte_array_append (out, &b, 1);
		hex += 2;
	}
	return out;
}

#define ETH "00155d000002 00155d000001 "
#define IP4(proto) "4500 0054 0001 4000 40 " proto " 0000 0a000001 0a000002 "
#define IP6(next) "60000000 0040 " next " 40 20010db8000000000000000000000001" \
	" 20010db8000000000000000000000002 "

static const struct {
	const char *hex, *line;
} frames[] = {
	{ "", "Ethernet …" },
	{ ETH "0800 45", "IPv4 …" },
	{ ETH "0800" IP4 ("01") "0800 0000 0007 0001",
	  "IPv4 10.0.0.1 > 10.0.0.2 ICMP echo request id 7 seq 1" },
	{ ETH "0800" IP4 ("01") "0301 0000",
	  "IPv4 10.0.0.1 > 10.0.0.2 ICMP unreachable code 1" },
	{ ETH "0800" IP4 ("06") "9c40 0050 00000000 00000000 5012",
	  "IPv4 10.0.0.1:40000 > 10.0.0.2:80 TCP SYN ACK" },
	{ ETH "0800" IP4 ("11") "9c40 0035 001c 0000",
	  "IPv4 10.0.0.1:40000 > 10.0.0.2:53 UDP 20 bytes" },
	{ ETH "0800" IP4 ("11") "9c", "IPv4 10.0.0.1 > 10.0.0.2 UDP …" },
	{ ETH "0800 45000054 0001 0010 4011 0000 0a000001 0a000002",
	  "IPv4 10.0.0.1 > 10.0.0.2 UDP fragment at 128" },
	{ ETH "0800 15000054 0001 0010 4011 0000 0a000001 0a000002",
	  "IPv4 malformed header" },
	{ ETH "8100 0064 0800" IP4 ("2f"),
	  "VLAN 100 IPv4 10.0.0.1 > 10.0.0.2 GRE" },
	{ ETH "86dd" IP6 ("3a") "8000 0000 0007 0002",
	  "IPv6 2001:db8::1 > 2001:db8::2 ICMPv6 echo request id 7 seq 2" },
	{ ETH "86dd" IP6 ("06") "9c40 0050 00000000 00000000 5004",
	  "IPv6 [2001:db8::1]:40000 > [2001:db8::2]:80 TCP RST" },
	{ ETH "86dd" IP6 ("00") "3a00 0502 0000 0100 8700 0000 00000000"
	  "20010db8000000000000000000000009",
	  "IPv6 2001:db8::1 > 2001:db8::2 ICMPv6 "
	  "neighbour solicitation for 2001:db8::9" },
	{ ETH "86dd" IP6 ("2c") "1100 0088 00000001",
	  "IPv6 2001:db8::1 > 2001:db8::2 UDP fragment at 136" },
	{ ETH "0806 0001 0800 06 04 0001 00155d000001 0a000001 "
	  "000000000000 0a000002", "ARP who has 10.0.0.2, tell 10.0.0.1" },
	{ ETH "0806 0001 0800 06 04 0002 00155d000001 0a000001 "
	  "00155d000002 0a000002", "ARP 10.0.0.1 is at 00-15-5D-00-00-01" },
	{ ETH "88cc", "00-15-5D-00-00-01 > 00-15-5D-00-00-02 LLDP" },
	{ ETH "0026", "00-15-5D-00-00-01 > 00-15-5D-00-00-02 LLC 38 bytes" },
	{ ETH "1234",
	  "00-15-5D-00-00-01 > 00-15-5D-00-00-02 ethertype 0x1234" },
};

static void
test_lines (void **state)
{
	for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
		g_autoptr (GByteArray) b = from_hex (frames[i].hex);
		g_autofree char *line = decode_frame (b->data, b->len);

		assert_string_equal (line, frames[i].line);
	}
}

/* In a block of exactly that size, so that ASan sees every byte too much. */
static void
decode_exactly (const guint8 *data, gsize n)
{
	g_autofree guint8 *copy = g_malloc (MAX (n, 1));
	g_autofree char *line = NULL;

	memcpy (copy, data, n);
	line = decode_frame (copy, n);
	assert_non_null (line);
	assert_true (g_utf8_validate (line, -1, NULL));
}

static void
test_truncated (void **state)
{
	for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
		g_autoptr (GByteArray) b = from_hex (frames[i].hex);

		for (guint n = 0; n < b->len; n++)
			decode_exactly (b->data, n);
	}
}

static void
test_random (void **state)
{
	static const guint16 types[] = { 0x0800, 0x86dd, 0x0806, 0x8100 };
	g_autoptr (GRand) r = g_rand_new_with_seed (20111);
	guint8 data[160];

	for (guint i = 0; i < 50000; i++) {
		gsize n = g_rand_int_range (r, 0, sizeof data);

		for (guint k = 0; k < sizeof data; k++)
			data[k] = g_rand_int (r);
		if (i % 5) {
			data[12] = types[i % 4] >> 8;
			data[13] = types[i % 4] & 255;
			data[14] = i % 4 ? 0x60 : 0x40 | (data[14] & 15);
		}
		decode_exactly (data, n);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_lines),
		cmocka_unit_test (test_truncated),
		cmocka_unit_test (test_random),
	};

	return cmocka_run_group_tests_name ("decode", tests, NULL, NULL);
}

/* lab_live.c - see lab_live.h. */
#include "tests/unit/lab_live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

void
live_must (gboolean ok, GError *error)
{
	if (!ok)
		fail_msg ("%s", error ? error->message : "no message");
	assert_null (error);
}

vmnet_host *
live_enter (const char *lab)
{
	vmnet_options o = { .lab = lab };
	GError *error = NULL;
	vmnet_host *h = vmnet_host_open (&o, &error);

	live_must (h != NULL, error);
	return h;
}

void
live_address (vmnet_host *h, int family, const char *text, guint8 prefix)
{
	kn_addr a = { .family = family, .prefix = prefix };
	GError *error = NULL;

	inet_pton (family, text, a.addr);
	live_must (kn_addr_ensure (h->nl, "pnic0", &a, &error), error);
}

int
live_connect (int family, int type)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = htons (PORT) };
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons (PORT) };
	struct timeval wait = { .tv_sec = 5 };
	int fd = socket (family, type | SOCK_CLOEXEC, 0);

	assert_true (fd >= 0);
	setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	inet_pton (AF_INET, "192.0.2.1", &v4.sin_addr);
	inet_pton (AF_INET6, "2001:db8::1", &v6.sin6_addr);
	if (family == AF_INET)
		assert_int_equal (connect (fd, (void *) &v4, sizeof v4), 0);
	else
		assert_int_equal (connect (fd, (void *) &v6, sizeof v6), 0);
	return fd;
}

int
live_setup (void **state)
{
	static lab_test t;

	g_snprintf (t.name, sizeof t.name, "ut%d", (int) getpid ());
	g_snprintf (t.second, sizeof t.second, "ut%db", (int) getpid ());
	*state = &t;
	return 0;
}

int
live_teardown (void **state)
{
	lab_test *t = *state;

	vmnet_host_free (t->host);
	vmnet_lab_destroy (t->name, NULL);
	vmnet_lab_destroy (t->second, NULL);
	return 0;
}

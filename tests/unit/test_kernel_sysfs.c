/*
 * test_kernel_sysfs.c - attributes in a faked sysfs tree; guests and threads
 * in procfs.
 */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/sysfs.h"
#include "iov_tree.h"
#include "kernel_support.h"

/* ---- attributes ---- */

static void
test_attributes (void **state)
{
	const char *root = *state;
	g_autofree char *path = g_build_filename (root, "no/such", NULL);
	g_autofree char *want = g_strdup_printf
		("write '1' to %s: No such file or directory", path);
	g_autofree char *text = NULL;

	tree_put (root, "a", "  one line \nand another\n", -1);
	text = sysfs_read (root, "a");
	assert_string_equal (text, "one line");
	assert_null (sysfs_read (root, "no/such"));
	refused (sysfs_write (root, "no/such", "1", &error),
		 VMNET_ERROR_NOT_FOUND, want);
	assert_int_equal (sysfs_sriov_total (root, "ens1"), 7);
	assert_int_equal (sysfs_sriov_count (root, "ens1"), 0);
	assert_int_equal (sysfs_sriov_total (root, "nosuch"), -1);
	worked (sysfs_sriov_set (root, "ens1", 4, &error));
	assert_int_equal (sysfs_sriov_count (root, "ens1"), 4);
	worked (sysfs_sriov_set (root, "ens1", 4, &error));
	tree_remove (root, CARD "/sriov_numvfs");
	assert_false (sysfs_sriov_set (root, "ens1", 2, NULL));
}

/* ---- haste ---- */

static char
haste (const char *root)
{
	g_autofree char *text = sysfs_read (root, "kernel/rcu_expedited");

	return text ? text[0] : '?';
}

/* It ends with the process that made it, however that ends. */
static void
test_hurry (void **state)
{
	const char *root = *state;
	kernel_hurry *h;
	int status;
	pid_t pid;

	assert_null (kernel_hurry_begin (root));
	tree_put (root, "kernel/rcu_expedited", "0\n", -1);
	assert_non_null (h = kernel_hurry_begin (root));
	assert_int_equal (haste (root), '1');
	assert_null (kernel_hurry_begin (root));
	kernel_hurry_end (NULL);
	assert_int_equal (haste (root), '1');
	kernel_hurry_end (h);
	assert_int_equal (haste (root), '0');
	pid = fork ();
	if (pid == 0) {
		kernel_hurry_begin (root);
		if (haste (root) == '1')
			kill (getpid (), SIGKILL);
		_exit (1);
	}
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_true (WIFSIGNALED (status));
	for (int i = 0; i < 500 && haste (root) != '0'; i++)
		g_usleep (10000);
	assert_int_equal (haste (root), '0');
}

/* ---- procfs ---- */

static void
assert_guest (const char *args, gsize len, const char *want)
{
	g_autofree char *got = proc_guest_name (args, len);

	if (want == NULL)
		assert_null (got);
	else
		assert_string_equal (got, want);
}

static void
test_guest_name (void **state)
{
#define ARGS(text) text, sizeof text
	assert_guest (ARGS ("qemu\0-name\0guest=web1,debug-threads=on\0-m"),
		      "web1");
	assert_guest (ARGS ("kvm\0-id\0" "100\0-name\0web2,debug-threads=on"),
		      "web2");
	assert_guest (ARGS ("qemu\0-name\0debug-threads=on,guest=a b"),
		      "a b");
	assert_guest (ARGS ("qemu\0-name\0guest=a,,b"), "a,b");
	assert_guest (ARGS ("qemu\0--name\0x"), "x");
	assert_guest (ARGS ("qemu\0-name"), NULL);
	assert_guest (ARGS ("qemu\0-m\0" "512"), NULL);
	assert_guest ("", 0, NULL);
}

/* How often this process is listed in a network namespace of another's. */
static int
listed_elsewhere (void)
{
	pid_t child = fork ();
	int status, n = 0;

	if (child == 0) {
		g_autoptr (GPtrArray) all = NULL;

		if (unshare (CLONE_NEWNET) < 0)
			_exit (99);
		all = proc_guests ();
		for (guint i = 0; i < all->len; i++)
			n += ((proc_guest *) all->pdata[i])->pid == getppid ();
		_exit (n);
	}
	assert_int_equal (waitpid (child, &status, 0), child);
	return WEXITSTATUS (status);
}

/* This process holds a tap with two queues: it is listed once. */
static void
test_guests (void **state)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI |
					IFF_MULTI_QUEUE };
	g_autoptr (GPtrArray) all = NULL;
	int a, b, found = 0;

	need_root ();
	a = open ("/dev/net/tun", O_RDWR);
	b = open ("/dev/net/tun", O_RDWR);
	assert_true (a >= 0 && b >= 0);
	strcpy (r.ifr_name, "vmtap0");
	assert_int_equal (ioctl (a, TUNSETIFF, &r), 0);
	assert_int_equal (ioctl (b, TUNSETIFF, &r), 0);
	all = proc_guests ();
	for (guint i = 0; i < all->len; i++) {
		const proc_guest *g = all->pdata[i];

		if (g->pid != getpid ())
			continue;
		found++;
		assert_string_equal (g->interface, "vmtap0");
		assert_non_null (strchr (g->guest, '-'));
	}
	assert_int_equal (found, 1);
	assert_int_equal (listed_elsewhere (), 0);
	close (a);
	close (b);
}

/* A folder of devices of this test's own, seen by it alone. */
static int
own_devices (void)
{
	return unshare (CLONE_NEWNS) == 0 &&
		mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		mount ("none", "/dev", "tmpfs", 0, NULL) == 0 &&
		g_mkdir ("/dev/vfio", 0700) == 0 ? 0 : -1;
}

/* This process holds a VFIO group, twice: it is listed once. */
static void
test_vfio_guests (void **state)
{
	g_autoptr (GPtrArray) all = NULL;
	int a, b, found = 0;

	need_root ();
	assert_int_equal (own_devices (), 0);
	assert_false (proc_holds_vfio ("4711"));
	assert_true (g_file_set_contents ("/dev/vfio/4711", "", 0, NULL));
	assert_false (proc_holds_vfio ("4711"));
	a = open ("/dev/vfio/4711", O_RDWR);
	b = open ("/dev/vfio/4711", O_RDWR);
	all = proc_vfio_guests ();
	for (guint i = 0; i < all->len; i++) {
		const proc_guest *g = all->pdata[i];

		found += g->pid == getpid ();
		if (g->pid == getpid ())
			assert_string_equal (g->interface, "4711");
	}
	assert_int_equal (found, 1);
	assert_true (proc_holds_vfio ("4711"));
	assert_false (proc_holds_vfio ("471"));
	close (a);
	close (b);
	assert_false (proc_holds_vfio ("4711"));
}

/* The first processor's, which every machine has. */
static const proc_thread *
find (const GPtrArray *threads, const char *name)
{
	for (guint i = 0; i < threads->len; i++)
		if (strcmp (((proc_thread *) threads->pdata[i])->name,
			    name) == 0)
			return threads->pdata[i];
	return NULL;
}

static void
test_threads (void **state)
{
	g_autoptr (proc_scan) s = proc_scan_new ("ksoftirqd/");
	g_autoptr (proc_scan) none = proc_scan_new ("test_kernel_sys");
	g_autoptr (GPtrArray) first = proc_scan_threads (s), again = NULL;
	g_autoptr (GPtrArray) nothing = proc_scan_threads (none);
	const proc_thread *a = find (first, "ksoftirqd/0"), *b;

	if (a == NULL)
		skip ();	/* in a container of its own pids */
	again = proc_scan_threads (s);
	b = find (again, "ksoftirqd/0");
	assert_non_null (b);
	assert_int_equal (first->len, again->len);
	assert_int_equal (a->pid, b->pid);
	assert_true (a->time > 0 && b->time >= a->time);
	/* A program may take any name; it is no kernel thread. */
	assert_int_equal (nothing->len, 0);
	assert_int_equal (proc_time (G_MAXINT), -1);
	assert_true (proc_time (getpid ()) > 0);
	assert_true (proc_processors () > 0);
}

static void
test_sysctl (void **state)
{
	kn *k;
	g_autofree char *text = NULL;

	need_root ();
	worked (k = kn_open (-1, &error));
	worked (kn_ifb_add (k, "i0", &error));
	worked (sysctl_net_write ("ipv6/conf/i0/accept_dad", "0", &error));
	text = sysfs_read ("/proc/sys", "net/ipv6/conf/i0/accept_dad");
	assert_string_equal (text, "0");
	refused (sysctl_net_write ("ipv6/conf/i9/accept_dad", "0", &error),
		 VMNET_ERROR_NOT_FOUND, "write '0' to "
		 "/proc/sys/net/ipv6/conf/i9/accept_dad: No such file or "
		 "directory");
	kn_close (k);
}

int
main (void)
{
#define TEST(f) cmocka_unit_test_setup_teardown (f, tree_new, tree_free)
	const struct CMUnitTest tests[] = {
		TEST (test_attributes),
		TEST (test_hurry),
		cmocka_unit_test (test_guest_name),
		cmocka_unit_test (test_guests),
		cmocka_unit_test (test_threads),
		cmocka_unit_test (test_sysctl),
		/* The last one: it takes /dev away. */
		cmocka_unit_test (test_vfio_guests),
	};

	return cmocka_run_group_tests (tests, own_network, NULL);
}

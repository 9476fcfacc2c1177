/* bpf_try.c - see bpf_try.h. */
#include "bpf_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>

#include "bpf/chain.h"

vmnet_switchext *
try_read (const char *folder, const char *name)
{
	g_autofree char *build = g_path_get_dirname (g_getenv ("VMNETSH"));
	g_autofree char *path = g_strdup_printf ("%s/%s/%s.o", build, folder,
						 name);

	return datapath_extension_read (path);
}

static int
map_of (datapath *d, int bridge, const vmnet_switchext *x, const char *name)
{
	g_autofree char *folder = datapath_chain_maps (d, bridge, x->digest);
	g_autofree char *path = g_strdup_printf ("%s/%s", folder, name);
	int fd = bpf_obj_get (path);

	assert_true (fd >= 0);
	return fd;
}

static void
look (datapath *d, int bridge, const vmnet_switchext *x, const char *name,
      void *out)
{
	int fd = map_of (d, bridge, x, name);
	guint32 zero = 0;

	assert_int_equal (bpf_map_lookup_elem (fd, &zero, out), 0);
	close (fd);
}

guint64
try_seen (datapath *d, int bridge, const vmnet_switchext *x)
{
	guint64 n;

	look (d, bridge, x, "seen", &n);
	return n;
}

try_told_of
try_told (datapath *d, int bridge, const vmnet_switchext *x)
{
	try_told_of v;

	look (d, bridge, x, "told", &v);
	return v;
}

void
try_says (datapath *d, int bridge, const vmnet_switchext *x, guint32 verdict)
{
	int fd = map_of (d, bridge, x, "says");
	guint32 zero = 0;

	assert_int_equal (bpf_map_update_elem (fd, &zero, &verdict, 0), 0);
	close (fd);
}

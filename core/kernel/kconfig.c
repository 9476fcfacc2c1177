/*
 * kconfig.c - the configuration of the running kernel, from /proc/config.gz
 * or /boot. Called by iov/, which names missing options.
 */
#include "kconfig.h"

#include <gio/gio.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

/* A faked tree has its kernel's files inside itself, the real one beside. */
const char *
kconfig_files_of (const char *root)
{
	struct statfs s;

	return statfs (root, &s) == 0 && s.f_type == SYSFS_MAGIC ? "/" : root;
}

static char *
read_gz (const char *path)
{
	g_autoptr (GFile) file = g_file_new_for_path (path);
	g_autoptr (GFileInputStream) raw = g_file_read (file, NULL, NULL);
	g_autoptr (GConverter) gunzip = NULL;
	g_autoptr (GInputStream) in = NULL;
	g_autoptr (GOutputStream) text = NULL;

	if (raw == NULL)
		return NULL;
	gunzip = G_CONVERTER (g_zlib_decompressor_new
			      (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
	in = g_converter_input_stream_new (G_INPUT_STREAM (raw), gunzip);
	text = g_memory_output_stream_new_resizable ();
	if (g_output_stream_splice (text, in,
				    G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE,
				    NULL, NULL) < 0 ||
	    g_output_stream_write (text, "", 1, NULL, NULL) != 1 ||
	    !g_output_stream_close (text, NULL, NULL))
		return NULL;
	return g_memory_output_stream_steal_data
		(G_MEMORY_OUTPUT_STREAM (text));
}

static char *
read_config (const char *root, char **where)
{
	const char *base = kconfig_files_of (root);
	g_autofree char *gz = g_build_filename (base, "proc/config.gz", NULL);
	g_autofree char *boot = NULL;
	char *text = read_gz (gz);
	struct utsname u;

	if (text) {
		*where = g_steal_pointer (&gz);
		return text;
	}
	if (uname (&u) < 0)
		return NULL;
	boot = g_strdup_printf ("%s/boot/config-%s", strcmp (base, "/") == 0 ?
				"" : base, u.release);
	if (g_file_get_contents (boot, &text, NULL, NULL))
		*where = g_steal_pointer (&boot);
	return text;
}

int
kconfig_option (const char *root, const char *option, char **where)
{
	g_autofree char *text = read_config (root, where);
	g_autofree char *line = g_strdup_printf ("\n%s=", option);
	const char *found = text ? strstr (text, line) : NULL;

	if (text == NULL)
		return -1;
	if (found == NULL)
		return 0;
	found += strlen (line);
	return *found == 'y' || *found == 'm';
}

/* object.c - see object.h. */
#include "bpf/object.h"

#include <errno.h>
#include <string.h>

#define LOG_SIZE ((16 << 20) - 1)	/* a smaller one hides the failure */
#define LOG_TAIL 400		/* of it, for a message */

guint64
dp_digest (guint64 before, const void *data, gsize size)
{
	guint64 h = before ? before : 0xcbf29ce484222325;
	const guint8 *p = data;

	for (; size > 0; size--, p++)
		h = (h ^ *p) * 0x100000001b3;
	return h;
}

dp_object *
dp_object_open (const void *bytes, gsize size, GError **error)
{
	g_autoptr (dp_object) x = g_new0 (dp_object, 1);
	LIBBPF_OPTS (bpf_object_open_opts, opts);

	x->log = g_malloc0 (LOG_SIZE);
	opts.kernel_log_buf = x->log;
	opts.kernel_log_size = LOG_SIZE;
	x->o = bpf_object__open_mem (bytes, size, &opts);
	if (x->o != NULL)
		return g_steal_pointer (&x);
	dp_fail (error, errno, "open the BPF object");
	return NULL;
}

gboolean
dp_object_load (dp_object *x, const char *attempt, GError **error)
{
	int r = bpf_object__load (x->o);
	gsize n;

	if (r == 0)
		return TRUE;
	dp_fail (error, r, "%s", attempt);
	n = strnlen (x->log, LOG_SIZE);
	if (error && n > 0)
		g_prefix_error (error, "%s: ", g_strstrip (x->log + (n >
			LOG_TAIL ? n - LOG_TAIL : 0)));
	return FALSE;
}

void
dp_object_free (dp_object *x)
{
	if (x == NULL)
		return;
	bpf_object__close (x->o);
	g_free (x->log);
	g_free (x);
}

/*
 * report.c - one error of errno, the kernel's own words and the way out.
 * Called by the other files of this folder.
 */
#include <errno.h>
#include <string.h>

#include "message.h"

gboolean
kn_failed_with (const kn *k, int err)
{
	return k->err == err;
}

vmnet_error
kn_error_code (int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return VMNET_ERROR_PERMISSION;
	case ENODEV:
	case ENOENT:
	case ENXIO:
	case ESRCH:
		return VMNET_ERROR_NOT_FOUND;
	case EEXIST:
		return VMNET_ERROR_EXISTS;
	case EOPNOTSUPP:
	case ENOSYS:
		return VMNET_ERROR_UNSUPPORTED;
	case EINVAL:
	case ERANGE:
	case EADDRNOTAVAIL:
		return VMNET_ERROR_INVALID;
	default:
		return VMNET_ERROR_FAILED;
	}
}

static char *
way_out (int err, const char *needs)
{
	if (err == EPERM || err == EACCES)
		return g_strdup ("; run as root (CAP_NET_ADMIN)");
	/* Unknown link kinds are EOPNOTSUPP, unknown tc kinds ENOENT. */
	if (needs && (err == EOPNOTSUPP || err == ENOENT))
		return g_strdup_printf ("; a kernel with %s is needed", needs);
	if (err == ERANGE)
		return g_strdup ("; give a shorter name or smaller number");
	if (err == EXFULL)
		return g_strdup ("; a bridge holds 1023 ports at most");
	return g_strdup ("");
}

void
kn_set_error (kn *k, GError **error, const char *needs, const char *attempt,
	      va_list ap)
{
	g_autofree char *what = NULL, *out = NULL;
	vmnet_error code = kn_error_code (k->err);

	if (error == NULL)
		return;
	what = g_strdup_vprintf (attempt, ap);
	out = way_out (k->err, needs);
	if (needs && k->err == ENOENT)
		code = VMNET_ERROR_UNSUPPORTED;
	g_set_error (error, VMNET_ERROR, (int) code,
		     k->text[0] ? "%s: %s (%s)%s" : "%s: %s%s%s", what,
		     g_strerror (k->err), k->text, out);
}

gboolean
kn_fail (kn *k, int err, GError **error, const char *attempt, ...)
{
	va_list ap;

	k->err = err;
	k->text[0] = '\0';
	va_start (ap, attempt);
	kn_set_error (k, error, NULL, attempt, ap);
	va_end (ap);
	return FALSE;
}

gboolean
kn_lacks (kn *k, const char *needs, GError **error, const char *attempt, ...)
{
	va_list ap;

	k->err = EOPNOTSUPP;
	k->text[0] = '\0';
	va_start (ap, attempt);
	kn_set_error (k, error, needs, attempt, ap);
	va_end (ap);
	return FALSE;
}

/*
 * tap.c - persistent taps for QEMU and libvirt, through /dev/net/tun: there
 * is no rtnetlink request that makes one. Called by plan/.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "message.h"

#define TUN "/dev/net/tun"

/* EXCL: an existing tap of that name would be opened, not refused. */
static gboolean
make_persistent (int fd, const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR |
					IFF_MULTI_QUEUE | IFF_TUN_EXCL };

	g_strlcpy (r.ifr_name, name, sizeof r.ifr_name);
	return ioctl (fd, TUNSETIFF, &r) == 0 &&
		ioctl (fd, TUNSETPERSIST, 1) == 0;
}

gboolean
kn_tap_add (kn *k, const char *name, const guint8 *mac, GError **error)
{
	gboolean ok;
	int fd, err;

	if (strlen (name) >= IFNAMSIZ)
		return kn_fail (k, ERANGE, error, "add tap %s", name);
	fd = kn_open_file (k, TUN, O_RDWR);
	if (fd < 0 && (errno == ENOENT || errno == ENODEV))
		return kn_lacks (k, "CONFIG_TUN", error,
				 "add tap %s: open " TUN, name);
	if (fd < 0)
		return kn_fail (k, errno, error, "add tap %s: open " TUN,
				name);
	ok = make_persistent (fd, name);
	err = errno;
	close (fd);
	if (!ok)
		/* The tun driver says busy for any name that is taken. */
		return kn_fail (k, err == EBUSY ? EEXIST : err, error,
				"add tap %s", name);
	if (kn_noqueue (k, kn_ifindex (k, name), error) &&
	    (mac == NULL || kn_link_set_mac (k, name, mac, error)))
		return TRUE;
	kn_link_del (k, name, NULL);
	return FALSE;
}

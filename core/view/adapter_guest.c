/*
 * adapter_guest.c - what to write at QEMU's command line, or in libvirt's XML, so
 * that a guest has the adapter: its tap by the name that it has on any host,
 * and the virtual function behind it where one was given.
 */
#include <stdio.h>
#include <string.h>

#include "view/adapter_guest.h"
#include "view/adapter_iov.h"

#define TAP_QUEUES 256		/* the most that the kernel gives a tap */

static const vmnet_adapter *
of (const vmnet_row *r)
{
	return r->asked;
}

/* A lab's VM is a namespace, and no program holds a tap of it. */
static gboolean
is_for_guest (const vmnet_row *r)
{
	const vmnet_vm *vm = of (r)->vm
		? vmnet_model_vm (r->view->model, of (r)->vm) : NULL;

	return vm && !vm->namespaced;
}

/* Our taps have many queues, and the kernel opens such a one only to a program
 * that asks for more than one. */
static guint
tap_pairs (const vmnet_adapter *a)
{
	return a->iov_queue_pairs.set
		? CLAMP ((guint) a->iov_queue_pairs.value, 2, TAP_QUEUES) : 2;
}

/* A number of the port's that others of the machine, who count from 0 or 1,
 * are unlikely to have. */
static guint
chassis_of (const vmnet_adapter *a)
{
	return 100 + a->slot % 150;
}

/*
 * With a function: for QEMU's machine q35; net_failover in the guest joins the
 * two. QEMU plugs the function in when the guest has said that it can join
 * them, and the root bus takes nothing while a guest runs: so it has a port of
 * its own.
 */
static char *
qemu_function (const vmnet_adapter *a, const iov_function *f,
	       const char *port)
{
	return g_strdup_printf (
		",failover=on -device pcie-root-port,id=slot-%s,chassis=%u "
		"-device vfio-pci,host=%s,id=vf-%s,bus=slot-%s,"
		"failover_pair_id=net-%s", port, chassis_of (a), f->address,
		port, port, port);
}

void
guest_get_qemu (const vmnet_row *r, vmnet_value *v)
{
	const vmnet_adapter *a = of (r);
	const iov_function *f = adapter_iov_function (r);
	g_autofree char *mac = vmnet_mac_format (a->mac, ':');
	g_autofree char *port = names_port (a), *tap = names_tap (a->mac);
	g_autofree char *function = f ? qemu_function (a, f, port) : NULL;

	if (is_for_guest (r))
		put_take (v, g_strdup_printf (
			"-netdev tap,id=%s,ifname=%s,script=no,downscript=no,"
			"queues=%u -device virtio-net-pci,netdev=%s,id=net-%s,"
			"mac=%s,mq=on,vectors=%u%s", port, tap, tap_pairs (a),
			port, port, mac, 2 * tap_pairs (a) + 2,
			function ? function : ""));
}

/* 0000:02:10.1 as libvirt writes it. */
static char *
libvirt_address (const char *address)
{
	unsigned domain, bus, slot, function;

	if (sscanf (address, "%x:%x:%x.%x", &domain, &bus, &slot, &function)
	    != 4)
		return g_strdup ("");
	return g_strdup_printf ("<address type='pci' domain='0x%04x' "
				"bus='0x%02x' slot='0x%02x' "
				"function='0x%x'/>", domain, bus, slot,
				function);
}

static char *
libvirt_function (const iov_function *f, const char *mac, const char *port)
{
	g_autofree char *address = libvirt_address (f->address);

	return g_strdup_printf (
		"<interface type='hostdev' managed='no'>"
		"<mac address='%s'/><source>%s</source>"
		"<teaming type='transient' persistent='ua-%s'/></interface>",
		mac, address, port);
}

void
guest_get_libvirt (const vmnet_row *r, vmnet_value *v)
{
	const iov_function *f = adapter_iov_function (r);
	g_autofree char *mac = vmnet_mac_format (of (r)->mac, ':');
	g_autofree char *port = names_port (of (r));
	g_autofree char *tap = names_tap (of (r)->mac);
	g_autofree char *function = f ? libvirt_function (f, mac, port) : NULL;
	g_autofree char *pair = f ? g_strdup_printf (
		"<teaming type='persistent'/><alias name='ua-%s'/>", port)
		: NULL;

	if (is_for_guest (r))
		put_take (v, g_strdup_printf (
			"<interface type='ethernet'><mac address='%s'/>"
			"<target dev='%s' managed='no'/><model type='virtio'/>"
			"<driver queues='%u'/>%s</interface>%s", mac, tap,
			tap_pairs (of (r)), pair ? pair : "",
			function ? function : ""));
}

/*
 * vmnet_extension.h - for whoever writes an extension of a virtual switch: a
 * BPF program that is asked about every frame on every port of the switches on
 * which it is enabled (Enable-VMSwitchExtension).
 *
 *	#include <vmnetsh/vmnet_extension.h>
 *
 *	VMNET_EXTENSION (VMNET_FILTER, "2b9d5c1e-…", "No telnet",
 *			 "Contoso", "1.0");
 *
 *	VMNET_FRAME (skb)
 *	{
 *		struct vmnet_transport t;
 *
 *		if (vmnet_transport (skb, &t) && t.protocol == 6 &&
 *		    t.destination == 23)
 *			return VMNET_DROP;
 *		return VMNET_PASS;
 *	}
 *
 *	char LICENSE[] SEC ("license") = "GPL";
 *
 *	clang -target bpf -O2 -g -c telnet.c -o telnet.bpf.o
 *
 * and telnet.bpf.o goes into the folder `extensions` of vmnetsh's state
 * (/var/lib/vmnetsh/extensions). Get-VMSystemSwitchExtension lists it then.
 *
 * What an extension may do is what the kernel's verifier lets a socket filter
 * do (section "socket", BPF_PROG_TYPE_SOCKET_FILTER): read the frame with
 * bpf_skb_load_bytes, read most of struct __sk_buff, keep maps of its own. It
 * can change neither frame nor metadata, whatever its type, and cannot call
 * another program. An object has one such program, called vmnet_frame, and any
 * number of maps; where they can be read, Get-VMSwitchExtension tells (Maps).
 *
 * One program runs for all switches that have the extension enabled, on all
 * processors at once: maps are keyed by what the macros below tell, and
 * counted in atomically or per processor.
 */
#ifndef VMNET_EXTENSION_H
#define VMNET_EXTENSION_H

#include <linux/types.h>

#define VMNET_EXTENSION_MAGIC 0x564d4e58
/* Grows when an object that was compiled with an older header would be wrong;
 * such an object is then refused. */
#define VMNET_EXTENSION_ABI 1
#define VMNET_EXTENSION_SECTION ".rodata.vmnet"
#define VMNET_EXTENSION_PROGRAM "vmnet_frame"

/*
 * Who is asked first: all capture extensions, then filters, then the one for
 * forwarding; of one type, the one that was enabled first. A frame that one
 * drops is shown to none behind it. All come behind what the port itself
 * forbids (guards, ACLs): what that drops, no extension sees.
 */
enum vmnet_extension_type {
	VMNET_CAPTURE = 1,	/* what it returns is of no meaning */
	VMNET_FILTER,		/* VMNET_PASS or VMNET_DROP */
	VMNET_FORWARDING,	/* also VMNET_TO; one to a switch */
};

/* What a program returns. */
#define VMNET_PASS 0
#define VMNET_DROP 1
/*
 * To that port, whatever the frame's address says; `port` is the ifindex of
 * another port of the same switch and VLAN, as VMNET_PORT tells them. Only of
 * an untagged frame that a VM sends (VMNET_OUTBOUND), and only from and to
 * ports that are neither trunks nor may have a virtual function; else, and
 * where there is no such port, the frame is dropped. Of a frame that arrives
 * at its port it means VMNET_PASS.
 */
#define VMNET_TO(port) (0x40000000 | (port))

/* What the object says of itself; text is UTF-8 and ends with a zero byte. */
struct vmnet_extension {
	__u32 magic;
	__u16 abi;
	__u16 type;		/* enum vmnet_extension_type */
	char id[40];		/* GUID, "2b9d5c1e-0b5f-4f0e-9b57-3f0c6e0a4d11" */
	char name[64];		/* by which it is enabled; not empty */
	char vendor[64];
	char version[32];
};

#ifdef __bpf__	/* from here on only for extensions themselves */

#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define VMNET_EXTENSION(type, id, name, vendor, version) \
	const struct vmnet_extension vmnet_extension \
	SEC (VMNET_EXTENSION_SECTION) __attribute__ ((used)) = { \
		VMNET_EXTENSION_MAGIC, VMNET_EXTENSION_ABI, type, id, name, \
		vendor, version \
	}

/* The program's head; `skb` is the name of its argument. */
#define VMNET_FRAME(skb) \
	SEC ("socket") int vmnet_frame (struct __sk_buff *skb)

/* ---- what is told of the frame, besides struct __sk_buff ---- */

/* A word of skb->cb. In assembler, because the compiler likes to reckon with
 * the array's address, and the verifier does not like that. */
static __always_inline __u32
vmnet_told (const struct __sk_buff *skb, const int word)
{
	__u32 value;

	asm ("%[value] = *(u32 *) (%[skb] + %[at])" : [value] "=r" (value)
	     : [skb] "r" (skb), [at] "i" (__builtin_offsetof (
		     struct __sk_buff, cb) + word * 4));
	return value;
}

/*
 * The port's side: a frame from VM to VM is seen twice, once on the sender's
 * port (outbound) and once on the receiver's (inbound), whatever way it takes.
 */
#define VMNET_OUTBOUND(skb) (vmnet_told (skb, 0) & 1)
/* Numbers, the ifindexes of the switch's bridge and of the port: Linux' own
 * (ip link), and as long as these are there. */
#define VMNET_SWITCH(skb) (vmnet_told (skb, 1))
#define VMNET_PORT(skb) (vmnet_told (skb, 2))
/* Bytes and frames on the wire: a segmented (GSO) frame is as many as leave. */
#define VMNET_BYTES(skb) (vmnet_told (skb, 3))
#define VMNET_FRAMES(skb) (vmnet_told (skb, 4) & 0xffff)
/* 4, 6; 0: it is no IP, or not as IP has to be. Behind VLAN tags, too. */
#define VMNET_IP_VERSION(skb) (vmnet_told (skb, 0) >> 16 & 0xff)
/* Offsets in the frame, for bpf_skb_load_bytes: of the IP header, and of what
 * is behind it (IPv6: maybe an extension header, see vmnet_transport). */
#define VMNET_IP_OFFSET(skb) (vmnet_told (skb, 0) >> 24)
#define VMNET_IP_PAYLOAD(skb) (vmnet_told (skb, 4) >> 16)
/* The protocol of that: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6 … */
#define VMNET_IP_PROTOCOL(skb) (vmnet_told (skb, 0) >> 8 & 0xff)

/* ---- a help for many: TCP's and UDP's ports ---- */

struct vmnet_transport {
	__u32 protocol;
	__u32 offset;		/* of the TCP or UDP header */
	__u16 source, destination;	/* ports, in the processor's order */
};

#define VMNET_IPV6_HEADERS 6	/* before TCP or UDP, at most */

/*
 * FALSE: it is not TCP or UDP, or a fragment that has no ports, or out of
 * sight behind more IPv6 headers than an honest frame has.
 */
static __always_inline int
vmnet_transport (struct __sk_buff *skb, struct vmnet_transport *t)
{
	__u32 protocol = VMNET_IP_PROTOCOL (skb);
	__u32 at = VMNET_IP_PAYLOAD (skb);
	__u16 ports[2], fragment;
	__u8 h[4];

	if (!VMNET_IP_VERSION (skb))
		return 0;
	if (VMNET_IP_VERSION (skb) == 4 &&
	    (bpf_skb_load_bytes (skb, VMNET_IP_OFFSET (skb) + 6, &fragment,
				 sizeof fragment) ||
	     fragment & bpf_htons (0x1fff)))
		return 0;
	for (int i = 0; i < VMNET_IPV6_HEADERS; i++) {
		if (VMNET_IP_VERSION (skb) == 4 || protocol == 6 ||
		    protocol == 17)
			break;
		if (protocol != 0 && protocol != 43 && protocol != 44 &&
		    protocol != 60)
			return 0;
		if (bpf_skb_load_bytes (skb, at, h, sizeof h) ||
		    (protocol == 44 && (h[2] | (h[3] & 0xf8))))
			return 0;
		at += protocol == 44 ? 8 : (h[1] + 1) * 8;
		protocol = h[0];
	}
	if ((protocol != 6 && protocol != 17) ||
	    bpf_skb_load_bytes (skb, at, ports, sizeof ports))
		return 0;
	t->protocol = protocol;
	t->offset = at;
	t->source = bpf_ntohs (ports[0]);
	t->destination = bpf_ntohs (ports[1]);
	return 1;
}

#endif
#endif

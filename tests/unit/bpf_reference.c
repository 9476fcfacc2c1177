/*
 * bpf_reference.c - see bpf_reference.h: the plain rule, that walks all
 * entries bit by bit, is core/model's.
 */
#include "bpf_reference.h"

#include <string.h>

#include "model/decide.h"

typedef struct {
	const guint8 *ip;	/* NULL: not IP */
	guint l3, family, header;
	gboolean malformed;
} parsed;

static parsed
reference_parse (const frame *f)
{
	parsed p = { 0 };
	guint at = 12, tags = 0, protocol;

	protocol = f->data[12] << 8 | f->data[13];
	while ((protocol == 0x8100 || protocol == 0x88a8) && tags++ < 2) {
		at += 4;
		if (at + 2 > f->len)
			return p;
		protocol = f->data[at] << 8 | f->data[at + 1];
	}
	p.l3 = at + 2;
	if (protocol == 0x0800) {
		p.family = 4;
		p.malformed = f->len < p.l3 + 20 ||
			f->data[p.l3] >> 4 != 4 ||
			(f->data[p.l3] & 15) < 5 ||
			p.l3 + (f->data[p.l3] & 15) * 4 > f->len;
		p.header = (f->data[p.l3] & 15) * 4;
	} else if (protocol == 0x86dd) {
		p.family = 6;
		p.malformed = f->len < p.l3 + 40 ||
			f->data[p.l3] >> 4 != 6;
		p.header = 40;
	}
	p.ip = p.family && !p.malformed ? f->data + p.l3 : NULL;
	return p;
}

static void
set_end (vmnet_end *end, const frame *f, const parsed *p, gboolean source)
{
	end->has_mac = TRUE;
	memcpy (end->mac, f->data + (source ? 6 : 0), 6);
	if (p->ip == NULL)
		return;
	end->has_ip = TRUE;
	if (p->family == 4) {
		end->family = VMNET_ADDR_IPV4;
		memcpy (end->ip, p->ip + (source ? 12 : 16), 4);
	} else {
		end->family = VMNET_ADDR_IPV6;
		memcpy (end->ip, p->ip + (source ? 8 : 24), 16);
	}
}

/* Looks through four extension headers, then it is not known. */
static guint
reference_upper (const frame *f, const parsed *p, guint *l4)
{
	guint protocol = p->family == 4 ? p->ip[9] : p->ip[6], i;

	*l4 = p->l3 + p->header;
	if (p->family == 4)
		return protocol;
	for (i = 0; i < 4 && (protocol == 0 || protocol == 43 ||
			      protocol == 60); i++) {
		if (*l4 + 2 > f->len)
			return 0;
		protocol = f->data[*l4];
		*l4 += (f->data[*l4 + 1] + 1) * 8;
	}
	return protocol;
}

static datapath_count
reference_size (const frame *f, const parsed *p)
{
	datapath_count c = { .bytes = f->len, .packets = 1 };
	guint l4, header = 0, left, protocol;

	if (f->gso_size == 0 || f->gso_size == 0xffff || p->ip == NULL)
		return c;
	protocol = reference_upper (f, p, &l4);
	if (protocol == 6 && l4 + 13 <= f->len)
		header = l4 + (f->data[l4 + 12] >> 4) * 4;
	else if (protocol == 17)
		header = l4 + 8;
	if (header == 0 || header >= f->len)
		return c;
	c.bytes = c.packets = 0;
	for (left = f->len - header; left > 0;) {
		guint n = MIN (left, f->gso_size);

		c.bytes += header + n;
		c.packets++;
		left -= n;
	}
	return c;
}

static gboolean
has_ip_entries (const GPtrArray *acls, gboolean inbound)
{
	guint i;

	for (i = 0; i < acls->len; i++) {
		const vmnet_acl *a = acls->pdata[i];

		if ((a->direction == VMNET_INBOUND) == inbound &&
		    (a->family != VMNET_ADDR_MAC ||
		     (a->pair && a->remote_family != VMNET_ADDR_MAC)))
			return TRUE;
	}
	return FALSE;
}

expected
reference (const GPtrArray *acls, const frame *f, gboolean inbound,
	   const guint8 *mac)
{
	const vmnet_acl *verdict, *meter;
	parsed p = reference_parse (f);
	vmnet_frame ends = {
		.direction = inbound ? VMNET_INBOUND : VMNET_OUTBOUND,
	};
	expected e = { .size = reference_size (f, &p) };

	if (!inbound && mac && memcmp (f->data + 6, mac, 6) != 0) {
		e.reason = DATAPATH_DROP_MAC_SPOOFING;
		return e;
	}
	set_end (&ends.local, f, &p, !inbound);
	set_end (&ends.remote, f, &p, inbound);
	verdict = model_acl_decides (acls, &ends, FALSE, NULL);
	meter = model_acl_decides (acls, &ends, TRUE, NULL);
	e.meter = meter ? meter->id : 0;
	e.verdict = verdict ? verdict->id : 0;
	e.ends = ends;
	if (verdict && verdict->action == VMNET_ACL_DENY) {
		e.reason = DATAPATH_DROP_ACL;
		e.acl = verdict->id;
	} else if (p.malformed && verdict == NULL &&
		   has_ip_entries (acls, inbound)) {
		e.reason = DATAPATH_DROP_MALFORMED;
	}
	return e;
}

static void
add (datapath_count *to, const datapath_count *c)
{
	to->bytes += c->bytes;
	to->packets += c->packets;
}

void
expected_count (const expected *e, gboolean inbound, datapath_totals *totals,
		GArray *meters)
{
	if (e->reason) {
		add (inbound ? &totals->in_dropped : &totals->out_dropped,
		     &e->size);
		add (inbound ? &totals->in_by_reason[e->reason]
		     : &totals->out_by_reason[e->reason], &e->size);
		return;
	}
	add (inbound ? &totals->in : &totals->out, &e->size);
	if (e->meter)
		add (&g_array_index (meters, datapath_count, e->meter),
		     &e->size);
}

/*
 * decode.h - one line of text for a frame, for the live view of a trace.
 * Called by ring.c; safe for any bytes and any length.
 */
#ifndef VMNET_TRACE_DECODE_H
#define VMNET_TRACE_DECODE_H

#include "vmnet.h"

/*
 * An Ethernet frame of which `captured` bytes are there. New string, for
 * example "IPv4 10.0.0.1:40000 > 10.0.0.2:80 TCP SYN". What is cut off is
 * said by "…" at the end.
 */
char *decode_frame (const guint8 *data, gsize captured);

#endif

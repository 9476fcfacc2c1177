/*
 * mirroring.h - what is typed about port mirroring, as a change of core's.
 * Called by setvmnetworkadapter.c and portfeature.c.
 */
#ifndef SH_MIRRORING_H
#define SH_MIRRORING_H

#include "../cmdlet.h"

/* Its parameters besides -PortMirroring, in the alphabet; vmnetsh's own. */
#define MIRROR_PARAMS \
	{ "MirrorDestinationAddress", &sh_type_string, 0, 0, NULL, NULL, \
	  "IP address of another machine that gets the copies, too; None: " \
	  "nobody does" }, \
	{ "MirrorEncapsulation", &sh_type_tunnel, 0, 0, NULL, NULL, \
	  "what carries them there" }, \
	{ "MirrorLocalIPAddress", &sh_type_string, SH_LIST, 0, NULL, NULL, \
	  "copy only frames with such an address on this side, at most 8 " \
	  "prefixes; ANY: all frames" }, \
	{ "MirrorRateLimit", &sh_type_bits, 0, 0, NULL, NULL, \
	  "bits per second of all its copies; 0: any number" }, \
	{ "MirrorRemoteIPAddress", &sh_type_string, SH_LIST, 0, NULL, NULL, \
	  "copy only frames with such an address on the other side" }, \
	{ "MirrorSessionId", &sh_type_uint32, 0, 0, NULL, NULL, \
	  "VXLAN's network, or ERSPAN's session; 1 where none is given" }, \
	{ "MirrorSnapLength", &sh_type_uint32, 0, 0, NULL, NULL, \
	  "bytes of a copy, 96 to 65535; 0: whole frames" }

/* What a change points to while it is made. */
typedef struct {
	vmnet_mirror_mode mode;
	vmnet_tunnel tunnel;
	char *local, *remote, *to;	/* owned */
} mirror_words;

void mirror_words_clear (mirror_words *w);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (mirror_words, mirror_words_clear)

/* By -PortMirroring and MIRROR_PARAMS of the call. */
void mirror_of_call (sh_call *call, vmnet_mirror_change *c, mirror_words *w);
/* The elements of a list, or a text, with commas between; owned. */
char *mirror_list (const sh_value *v);
/* The place of `word` in `words`, without case; FALSE: it is not there. */
gboolean mirror_word (const char *const *words, const char *word, guint *out);

#endif

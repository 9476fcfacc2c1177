/*
 * document_acl.c - the entries of access control lists in a document: a line of
 * text each, because there are ten thousand of them.
 */
#include <string.h>

#include "model/reader.h"

static const char *
action_word (guint i)
{
	return model_action_text (i);
}

static const char *
direction_word (guint i)
{
	return model_direction_text (i);
}

#define ACL_TEXT_MAX 280
#define ACL_WORDS 12		/* one more than there may be */

/* Into a buffer of the caller: there are ten thousand of these. */
static guint
words (const char *text, char copy[ACL_TEXT_MAX], char *out[ACL_WORDS])
{
	guint n = 0;
	char *rest = copy;

	if (g_strlcpy (copy, text, ACL_TEXT_MAX) >= ACL_TEXT_MAX)
		return 0;
	while (n < ACL_WORDS && (out[n] = strsep (&rest, " ")))
		n++;
	return n;
}

static gboolean
acl_address (const char *text, vmnet_acl *out)
{
	return vmnet_acl_parse (text, strpbrk (text, ".:") == NULL, out, NULL);
}

/* "Local A Remote B": the remote half, behind the first five words. */
static gboolean
acl_remote (char **w, guint n, vmnet_acl *acl)
{
	vmnet_acl remote = { 0 };

	acl->local = strcmp (w[3], "Local") == 0;
	return n < 7 || strcmp (w[5], "Remote") != 0
	       || (acl->local && acl_address (w[6], &remote)
		   && vmnet_acl_pair (acl, &remote, NULL));
}

gpointer
read_acl (reader *r, const char *text)
{
	vmnet_acl *acl = g_new0 (vmnet_acl, 1);
	char copy[ACL_TEXT_MAX], *w[ACL_WORDS];
	guint n = text ? words (text, copy, w) : 0, base;
	guint64 id = 0;

	if (n < 5 || n > 11 || n % 2 == 0
	    || !g_ascii_string_to_unsigned (w[0], 10, 1, G_MAXUINT32, &id,
					    NULL)
	    || !acl_address (w[4], acl) || !acl_remote (w, n, acl)
	    || (n == 11 && !acl->pair)) {
		read_bad (r, "acls", "'%s' is no entry", text ? text : "");
		return acl;
	}
	acl->id = id;
	acl->direction = read_word (r, "acls", w[1], VMNET_OUTBOUND,
				    direction_word);
	acl->action = read_word (r, "acls", w[2], VMNET_ACL_METER,
				 action_word);
	if (!acl->local && strcmp (w[3], "Remote") != 0)
		read_bad (r, "acls", "'%s' is neither Local nor Remote", w[3]);
	base = acl->pair ? 7 : 5;
	if (n >= base + 2) {
		acl->base_bytes = g_ascii_strtoull (w[base], NULL, 10);
		acl->base_packets = g_ascii_strtoull (w[base + 1], NULL, 10);
	}
	if (n >= base + 4) {
		acl->carried_bytes = g_ascii_strtoull (w[base + 2], NULL, 10);
		acl->carried_packets = g_ascii_strtoull (w[base + 3], NULL,
							 10);
	}
	return acl;
}

gpointer
read_extacl (reader *r, const char *text)
{
	vmnet_extacl *e = model_extacl_read (text);

	if (e == NULL)
		read_bad (r, "extended_acls", "'%s' is no entry",
			  text ? text : "");
	return e ? e : g_new0 (vmnet_extacl, 1);
}

gpointer
read_text (reader *r, const char *text)
{
	if (text == NULL || *text == '\0')
		read_bad (r, "names", "a name was expected");
	return g_strdup (text ? text : "");
}

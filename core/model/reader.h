/*
 * reader.h - where the reader of a document is, and what it complains of.
 * Shared by document_read.c, document_acl.c and document_check.c.
 */
#ifndef VMNET_MODEL_READER_H
#define VMNET_MODEL_READER_H

#include <json-glib/json-glib.h>

#include "model/document.h"

/* The first complaint is kept in `error`. */
typedef struct {
	const char *file;
	const char *list;	/* "adapters", or NULL: the document */
	guint index;
	JsonObject *o;
	GError *error;
} reader;

void read_bad (reader *r, const char *key, const char *format, ...)
	G_GNUC_PRINTF (3, 4);
/* The index of `text` among those that `word` gives for 0, 1, …, last. */
guint read_word (reader *r, const char *key, const char *text, guint last,
		 const char *(*word) (guint));
/* document_acl.c: the caller's; NULL, or no entry, is a complaint, too. */
gpointer read_acl (reader *r, const char *text);	/* vmnet_acl * */
/* A name, not empty: a copy. */
gpointer read_text (reader *r, const char *text);
gpointer read_extacl (reader *r, const char *text);	/* vmnet_extacl * */
/* Do the names and numbers of `m` fit to each other? */
void reader_check (reader *r, const vmnet_model *m);

/* The text under that key; owned; NULL: there is none. */
char *read_string (reader *r, const char *key);
void mirror_get (reader *r, vmnet_mirror *out);	/* mirror.c */
void qos_policy_get (reader *r, vmnet_model *m);	/* edit_qos.c */
void traffic_class_get (reader *r, vmnet_model *m);	/* dcb.c */
void dcb_get (reader *r, vmnet_model *m);	/* dcb.c */
void lbfo_get (reader *r, vmnet_model *m);	/* lbfo.c */

#endif

/*
 * value_private.h - what a value is made of, for value.c (kinds), list.c
 * (arrays) and property.c (properties, rows) alone.
 */
#ifndef SH_VALUE_PRIVATE_H
#define SH_VALUE_PRIVATE_H

#include "lang/private.h"
#include "value.h"

typedef struct {
	char *key;
	sh_value *v;
	sh_value *as;		/* the key where it is no text; or NULL */
	guint place;		/* in the list */
} prop;

typedef struct {
	GPtrArray *list;	/* prop *, in order; NULL where one was removed */
	guint holes;
	GHashTable *index;	/* key without case -> prop *; NULL: few */
	gboolean exact;		/* keys with case */
	char *type;		/* SH_OBJECT; "OrderedDictionary" of a hash */
} props;

typedef struct {
	const vmnet_noun *noun;
	char *key;
	vmnet_row *row;
	sh_interp *in;		/* a later row's; NULL until it was emitted */
	guint epoch;
	gboolean later;
	props *extra;		/* what a script has set on it; or NULL */
} rowref;

/* What a list has that is more than an array. */
typedef struct {
	sh_list_kind kind;
	char *of;		/* type of the elements, folded; or NULL */
	guint head;		/* SH_L_QUEUE: places in front that are empty */
	GHashTable *index;	/* SH_L_SET: text -> place */
	gboolean fold;		/* SH_L_SET: without case */
} list_more;

struct sh_value {
	sh_kind kind;
	int refs;
	union {
		gboolean b;
		gint64 i;
		double d;
		char *s;
		GPtrArray *list;
		props *p;
		rowref *r;
		sh_block *block;
	};
	union {
		list_more *more;	/* SH_ARRAY: NULL: an array */
		char *written;	/* SH_INT of an argument; or NULL */
		struct {	/* SH_STRING that grows; room 0: it does not */
			guint32 length, room;
		} grown;
	};
	int special;		/* SH_STRING: sh_text_kind; SH_NULL: TRUE: no
				 * value */
};

sh_value *value_new (sh_kind kind);
props *props_new (const char *type);
/* What dies with them is put on `work` and not freed from there: a deep nest
 * must not become a deep stack. */
void props_free (props *p, GPtrArray *work);
void rowref_free (rowref *r, GPtrArray *work);
void list_more_free (list_more *m);
const char *list_type_name (const sh_value *v);
void value_drop_later (sh_value *v, GPtrArray *work);

#endif

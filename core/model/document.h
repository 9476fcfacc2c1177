/*
 * document.h - what those share that walk the whole model: writer and reader
 * of the store's document and of its journal, and what compares two models.
 */
#ifndef VMNET_MODEL_DOCUMENT_H
#define VMNET_MODEL_DOCUMENT_H

#include "model/model.h"

/* Grows when an older vmnetsh would misread the document. */
#define DOCUMENT_VERSION 1

/* ---- the lists of a model (lists.c) ---- */

typedef gboolean (*model_same_func) (gconstpointer a, gconstpointer b);
/* Item by item, in order. */
gboolean model_list_same (const GPtrArray *a, const GPtrArray *b,
			  model_same_func same);
gboolean model_opt_same (vmnet_opt a, vmnet_opt b);

typedef struct {
	const char *key;	/* in the document */
	gsize offset;		/* of its GPtrArray * in vmnet_model */
	model_same_func same;
	GCopyFunc copy;		/* the second argument is not used */
	gboolean later;		/* documents that are older have none */
} model_list;

/* The order is that of writer's and reader's own tables, too. */
#define MODEL_LISTS 14
#define MODEL_POOLS 9		/* the place of pools in it */
extern const model_list model_lists[MODEL_LISTS];
GPtrArray *model_list_of (const vmnet_model *m, guint list);

/* Where two lists differ: [at, at + drop) of the old one has become
 * [at, at + put) of the new one; what is around it is the same. */
typedef struct { guint at, drop, put; } model_splice;
/* FALSE: they are the same. */
gboolean model_splice_find (guint list, const vmnet_model *old,
			    const vmnet_model *now, model_splice *out);
/* Makes it in `list` with the items of `put`, which are taken. */
void model_splice_make (GPtrArray *list, guint at, guint drop,
			GPtrArray *put);

/* model.c, equal.c */
gpointer model_switch_copy (gconstpointer src, gpointer unused);
gpointer model_vm_copy (gconstpointer src, gpointer unused);
gpointer model_adapter_copy (gconstpointer src, gpointer unused);
gpointer model_nic_copy (gconstpointer src, gpointer unused);
gpointer model_address_copy (gconstpointer src, gpointer unused);
gpointer model_route_copy (gconstpointer src, gpointer unused);
gpointer model_ipinterface_copy (gconstpointer src, gpointer unused);
gpointer model_dns_copy (gconstpointer src, gpointer unused);
gpointer model_nat_copy (gconstpointer src, gpointer unused);
gpointer model_pool_copy (gconstpointer src, gpointer unused);
gpointer model_qos_policy_copy (gconstpointer src, gpointer unused);
gpointer model_dcb_copy (gconstpointer src, gpointer unused);
gpointer model_traffic_class_copy (gconstpointer src, gpointer unused);
gpointer model_lbfo_copy (gconstpointer src, gpointer unused);
gboolean model_switch_same (gconstpointer a, gconstpointer b);
gboolean model_vm_same (gconstpointer a, gconstpointer b);
gboolean model_adapter_same (gconstpointer a, gconstpointer b);
gboolean model_nic_same (gconstpointer a, gconstpointer b);
gboolean model_address_same (gconstpointer a, gconstpointer b);
gboolean model_route_same (gconstpointer a, gconstpointer b);
gboolean model_ipinterface_same (gconstpointer a, gconstpointer b);
gboolean model_dns_same (gconstpointer a, gconstpointer b);
gboolean model_nat_same (gconstpointer a, gconstpointer b);
gboolean model_pool_same (gconstpointer a, gconstpointer b);
gboolean model_qos_policy_same (gconstpointer a, gconstpointer b);
gboolean model_dcb_same (gconstpointer a, gconstpointer b);
gboolean model_traffic_class_same (gconstpointer a, gconstpointer b);
gboolean model_lbfo_same (gconstpointer a, gconstpointer b);

/*
 * As vmnet_model_vm, for who walks a list in the order of the VMs: looks first
 * where it found the last one. `*at` is 0 before the first.
 */
vmnet_vm *model_vm_next (const vmnet_model *m, const char *name, guint *at);

/* ---- what makes `now` of `old`, on one line (the journal's records) ---- */

char *document_delta (const vmnet_model *old, const vmnet_model *now);
/* Applies it to `m`. FALSE with error: it does not fit, `m` is unusable. A
 * delta of a generation that `m` has already does nothing. */
gboolean document_delta_apply (vmnet_model *m, const char *text, gssize length,
			       const char *file, GError **error);
/* Do the names and numbers of `m` fit to each other? */
gboolean document_check (const vmnet_model *m, const char *file,
			 GError **error);

#endif

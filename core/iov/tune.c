/*
 * tune.c - see tune.h. A setting is a number: queue pairs, or µs that the
 * driver waits. What it was before anything was asked is noted in the past of
 * the pair, so that "the driver's own" can be had again.
 */
#include "iov/tune.h"

#include <string.h>

#include "iov/quirk.h"

#define NONE -1
#define ADAPTIVE G_MAXINT	/* µs by the load */

typedef struct {
	vmnet_host *h;
	kn *vm;
	const iov_pair *x;
	const char *name;	/* of the function's interface */
} site;

typedef struct {
	const char *what;	/* and member of the past: why it was refused */
	const char *own;	/* member of the past: the driver's own */
	gint64 (*read) (const site *s, GError **error);	/* NONE: cannot */
	gboolean (*set) (const site *s, gint64 value, GError **error);
	gint64 (*asked) (const iov_wish *w);	/* NONE: the driver's own */
} setting;

/* ---- queue pairs ---- */

static gint64
pairs_read (const site *s, GError **error)
{
	kn_card now;

	kn_card_read (s->vm, s->name, &now);
	if (now.value[VMNET_NIC_RSS_QUEUES].set)
		return (gint64) now.value[VMNET_NIC_RSS_QUEUES].value;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
		     "its driver lets nobody set their number");
	return NONE;
}

static gboolean
pairs_set (const site *s, gint64 value, GError **error)
{
	return kn_card_set (s->vm, s->name, VMNET_NIC_RSS_QUEUES,
			    (guint64) value, error);
}

static gint64
pairs_asked (const iov_wish *w)
{
	return w->pairs.set ? (gint64) w->pairs.value : NONE;
}

/* ---- interrupt moderation ---- */

static const iov_quirk_entry *
quirk (const site *s, iov_quirk q)
{
	return iov_quirk_of (s->h->sysfs_root, s->x->address, q);
}

static gint64
usecs_read (const site *s, GError **error)
{
	const iov_quirk_entry *adaptive = quirk (s, IOV_QUIRK_ADAPTIVE_USECS);
	const iov_quirk_entry *off = quirk (s, IOV_QUIRK_OFF_READS_USECS);
	kn_coalesce c;

	if (!kn_coalesce_read (s->vm, s->name, &c, error))
		return NONE;
	if (!c.there) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "its driver tells of none");
		return NONE;
	}
	if (c.adaptive || (adaptive && c.usecs == adaptive->value))
		return ADAPTIVE;
	return off && c.usecs == off->value ? 0 : c.usecs;
}

static gboolean
usecs_set (const site *s, gint64 value, GError **error)
{
	const iov_quirk_entry *adaptive = quirk (s, IOV_QUIRK_ADAPTIVE_USECS);
	kn_coalesce c;

	if (!kn_coalesce_read (s->vm, s->name, &c, error))
		return FALSE;
	c.adaptive = value == ADAPTIVE && adaptive == NULL;
	if (c.adaptive && !c.can_adapt) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_UNSUPPORTED,
			     "its driver has no moderation by the load");
		return FALSE;
	}
	c.usecs = value != ADAPTIVE ? (guint) value
		: adaptive ? adaptive->value : c.usecs;
	return kn_coalesce_set (s->vm, s->name, &c, error);
}

static gint64
usecs_asked (const iov_wish *w)
{
	static const gint64 usecs[] = {
		[VMNET_MODERATION_DEFAULT] = NONE,
		[VMNET_MODERATION_ADAPTIVE] = ADAPTIVE,
		[VMNET_MODERATION_OFF] = 0,
		[VMNET_MODERATION_LOW] = 20,
		[VMNET_MODERATION_MEDIUM] = 50,
		[VMNET_MODERATION_HIGH] = 125,
	};

	return usecs[w->moderation];
}

static const setting settings[] = {
	{ "queue pairs", "own queue pairs", pairs_read, pairs_set,
	  pairs_asked },
	{ "interrupt moderation", "own interrupt moderation", usecs_read,
	  usecs_set, usecs_asked },
};

/* ---- both ---- */

/* What is asked, or was the driver's own before; NONE: leave it. */
static gint64
wanted (const site *s, const setting *t, const iov_wish *w)
{
	gint64 asked = t->asked (w);
	g_autofree char *own = asked == NONE
		? iov_past_noted (s->h, s->x->key, t->own) : NULL;

	return own ? g_ascii_strtoll (own, NULL, 10) : asked;
}

/* "20: WHY" where 20 was refused. */
static char *
refusal (const site *s, const setting *t, gint64 value)
{
	g_autofree char *noted = iov_past_noted (s->h, s->x->key, t->what);
	g_autofree char *head = g_strdup_printf ("%" G_GINT64_FORMAT ": ",
						 value);

	return noted && g_str_has_prefix (noted, head)
		? g_strdup (noted + strlen (head)) : NULL;
}

static void
note_refusal (const site *s, const setting *t, gint64 value,
	      const GError *why)
{
	g_autofree char *text = why
		? g_strdup_printf ("%" G_GINT64_FORMAT ": %s", value,
				   why->message) : NULL;

	iov_past_note (s->h, s->x->key, t->what, text);
}

static gboolean
change (const site *s, const setting *t, gint64 now, gint64 want,
	GError **error)
{
	g_autofree char *own = iov_past_noted (s->h, s->x->key, t->own);
	g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, now);

	if (own == NULL)
		iov_past_note (s->h, s->x->key, t->own, text);
	if (!t->set (s, want, error))
		return FALSE;
	now = t->read (s, error);
	if (now == want || now == NONE)
		return now == want;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "its driver made %" G_GINT64_FORMAT " of it", now);
	return FALSE;
}

static void
tune_one (const site *s, const setting *t, const iov_wish *w)
{
	gint64 want = wanted (s, t, w), now;
	g_autoptr (GError) why = NULL;

	if (want == NONE)
		return;
	now = t->read (s, &why);
	if (now != NONE && now != want)
		change (s, t, now, want, &why);
	note_refusal (s, t, want, why);
}

gboolean
iov_is_tuned (vmnet_host *h, kn *vm, const iov_pair *x, const kn_link *vf,
	      const iov_wish *wish)
{
	const site s = { h, vm, x, vf->name };

	for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
		gint64 want = wanted (&s, &settings[i], wish);
		g_autofree char *why = want == NONE ? NULL
			: refusal (&s, &settings[i], want);

		if (want != NONE && why == NULL &&
		    settings[i].read (&s, NULL) != want)
			return FALSE;
	}
	return TRUE;
}

void
iov_tune (vmnet_host *h, kn *vm, const iov_pair *x, const kn_link *vf,
	  const iov_wish *wish)
{
	const site s = { h, vm, x, vf->name };

	for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
		tune_one (&s, &settings[i], wish);
}

void
iov_tune_forget (const vmnet_host *h, const char *key)
{
	for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
		iov_past_note (h, key, settings[i].what, NULL);
		iov_past_note (h, key, settings[i].own, NULL);
	}
}

/* ---- what is told of it ---- */

static char *
number (const setting *t, gint64 value)
{
	if (value == NONE)
		return g_strdup ("nothing");
	if (t->read != usecs_read)
		return g_strdup_printf ("%" G_GINT64_FORMAT, value);
	return value == ADAPTIVE ? g_strdup ("by the load")
		: g_strdup_printf ("%" G_GINT64_FORMAT " us", value);
}

static char *
line (const site *s, const setting *t, gint64 asked, const kn_link *vf)
{
	g_autofree char *want = number (t, asked), *why = NULL, *now = NULL;
	gint64 seen = NONE;

	if (s->vm == NULL || vf == NULL)
		return g_strdup_printf ("%s: asked %s, told nothing: %s",
			t->what, want, s->x->vm ? "it has no virtual function"
			: "the driver inside the guest decides");
	why = refusal (s, t, asked);
	seen = t->read (s, NULL);
	if (seen == NONE && t->read == pairs_read)
		seen = MIN (vf->rx_queues, vf->tx_queues);
	now = number (t, seen);
	return g_strdup_printf ("%s: asked %s, told %s, measured %s%s%s",
				t->what, want, why ? "nothing" : want, now,
				why ? ": " : "", why ? why : "");
}

GPtrArray *
iov_tune_lines (vmnet_host *h, kn *vm, const iov_pair *x, const kn_link *vf,
		const iov_wish *wish)
{
	GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
	const site s = { h, vm, x, vf ? vf->name : NULL };

	for (gsize i = 0; i < G_N_ELEMENTS (settings); i++) {
		gint64 asked = settings[i].asked (wish);

		if (asked != NONE)
			g_ptr_array_add (out, line (&s, &settings[i], asked,
						    vf));
	}
	return out;
}

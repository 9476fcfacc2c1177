/*
 * sort.c - a stable sort that Ctrl-C breaks off. Called by Sort-Object and the
 * Sort methods.
 */
#include "interp.h"

typedef struct {
	const sh_interp *in;
	gpointer *from, *room;	/* room: as long as from */
	int (*compare) (gconstpointer a, gconstpointer b, gpointer user);
	gpointer user;
} sort;

static gboolean
merge (sort *s, gsize begin, gsize middle, gsize end)
{
	gsize a = begin, b = middle, to = begin;

	/* In order already, as most lists are in part. */
	if (s->compare (s->from[middle - 1], s->from[middle], s->user) <= 0)
		return !sh_interrupted (s->in);
	while (a < middle && b < end) {
		gboolean first = s->compare (s->from[a], s->from[b],
					     s->user) <= 0;

		s->room[to++] = s->from[first ? a++ : b++];
		if (sh_interrupted (s->in))
			return FALSE;
	}
	while (a < middle)
		s->room[to++] = s->from[a++];
	/* What is left from b on stands where it belongs. */
	for (gsize i = begin; i < to; i++)
		s->from[i] = s->room[i];
	return TRUE;
}

static gboolean
sort_part (sort *s, gsize begin, gsize end)
{
	gsize middle = begin + (end - begin) / 2;

	if (end - begin < 2)
		return TRUE;
	return sort_part (s, begin, middle) && sort_part (s, middle, end)
		&& merge (s, begin, middle, end);
}

gboolean
sh_sort (sh_interp *in, GPtrArray *list,
	 int (*compare) (gconstpointer a, gconstpointer b, gpointer user),
	 gpointer user, GError **error)
{
	g_autofree gpointer *room = g_new (gpointer, list->len + 1);
	sort s = { in, list->pdata, room, compare, user };

	if (sort_part (&s, 0, list->len))
		return TRUE;
	return !sh_interrupted_error (in, error);
}

/*
 * source.c - what every source shares; see source.h.
 */
#include "source.h"

void
ui_raw_clear (ui_raw *raw)
{
	for (int i = 0; i < UI_N_ROWS; i++)
		g_clear_pointer (&raw->rows[i], g_ptr_array_unref);
	g_clear_pointer (&raw->packets, g_ptr_array_unref);
	g_clear_pointer (&raw->trace_problem, g_free);
	vmnet_trace_status_clear (&raw->trace);
	*raw = (ui_raw) { 0 };
}

void
ui_source_free (ui_source *s)
{
	if (s)
		s->free (s);
}

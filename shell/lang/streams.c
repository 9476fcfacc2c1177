/*
 * streams.c - the streams beside the output: errors (2), warnings (3), verbose
 * (4), debug (5) and information (6), and where 2>&1, *>&1, 3> FILE and their
 * like of the stages that run put what they carry. Called by pipeline.c and by
 * whatever says something.
 */
#include <stdio.h>
#include <string.h>

#include "interp.h"

static const node *
redirect_of (const stream_frame *f, char stream)
{
	for (guint i = 0; f->n->kids != NULL && i < f->n->kids->len; i++) {
		const node *r = f->n->kids->pdata[i];

		if (r->kind == N_REDIRECT && r->op != '1'
		    && (r->op == stream || r->op == '*'))
			return r;
	}
	return NULL;
}

gboolean
streams_redirects (const node *command)
{
	const stream_frame f = { .n = command };

	for (char c = '2'; c <= '6'; c++)
		if (redirect_of (&f, c) != NULL)
			return TRUE;
	return FALSE;
}

/* The files are there from the start, also when nothing is said. */
gboolean
streams_open (sh_interp *in, stream_frame *f, GError **error)
{
	for (guint i = 0; f->n->kids != NULL && i < f->n->kids->len; i++) {
		node *r = f->n->kids->pdata[i];
		g_autoptr (sh_value) name = NULL;
		FILE *file;
		char *path;

		if (r->kind != N_REDIRECT || r->a == NULL || r->op < '2'
		    || r->op > '6')
			continue;
		name = eval (in, r->a, error);
		if (name == NULL)
			return FALSE;
		if (sh_value_kind (name) == SH_NULL)
			continue;
		path = sh_to_text (name);
		g_free (f->paths[r->op - '2']);
		f->paths[r->op - '2'] = path;
		file = fopen (path, r->flag ? "ae" : "we");
		if (file == NULL) {
			fail_at (in, r, error, "cannot write '%s': %m", path);
			return FALSE;
		}
		fclose (file);
	}
	return TRUE;
}

void
streams_close (stream_frame *f)
{
	for (gsize i = 0; i < G_N_ELEMENTS (f->kept); i++)
		g_clear_pointer (&f->kept[i], sh_unref);
	for (gsize i = 0; i < G_N_ELEMENTS (f->paths); i++)
		g_clear_pointer (&f->paths[i], g_free);
	g_clear_error (&f->broken);
}

static void
append_line (const char *path, const sh_value *record)
{
	FILE *file = path ? fopen (path, "ae") : NULL;
	g_autofree char *text = NULL;

	if (file == NULL)
		return;
	text = sh_to_text (record);
	fprintf (file, "%s\n", text);
	fclose (file);
}

gboolean
streams_send (sh_interp *in, char stream, sh_value *record)
{
	g_autoptr (sh_value) v = record;
	stream_frame *before = in->streams;

	for (stream_frame *f = before; f != NULL; f = f->outer) {
		const node *r = redirect_of (f, stream);

		if (r == NULL)
			continue;
		if (r->a != NULL && r->op != '*') {
			append_line (f->paths[stream - '2'], v);
			return TRUE;
		}
		/* What takes it is no part of what said it. */
		in->streams = f->outer;
		emit_one (in, f->to, g_steal_pointer (&v),
			  f->broken ? NULL : &f->broken);
		in->streams = before;
		return TRUE;
	}
	return FALSE;
}

void
streams_keep (sh_interp *in, char stream, const sh_value *record)
{
	for (stream_frame *f = in->streams; f != NULL; f = f->outer)
		if (f->kept[stream - '2'] != NULL)
			sh_array_add (f->kept[stream - '2'],
				      sh_ref ((sh_value *) record));
}

static sh_value *
record_of (char stream, const char *text)
{
	static const char *const types[] = {
		"WarningRecord", "VerboseRecord", "DebugRecord",
		"InformationRecord",
	};
	sh_value *v = sh_object (types[stream - '3']);

	sh_set (v, stream == '6' ? "MessageData" : "Message",
		sh_string (text));
	sh_set (v, "\001text", sh_string (text));
	return v;
}

void
sh_stream_keep (sh_interp *in, char stream, const char *text)
{
	g_autoptr (sh_value) record = in->streams ? record_of (stream, text)
		: NULL;

	if (record != NULL)
		streams_keep (in, stream, record);
}

gboolean
sh_stream (sh_interp *in, char stream, const char *text)
{
	return in->streams != NULL
		&& streams_send (in, stream, record_of (stream, text));
}

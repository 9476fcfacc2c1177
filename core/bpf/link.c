/*
 * link.c - puts extensions into a port program. Both are known to the kernel
 * already, so their instructions are final: maps are named by descriptors, and
 * functions call each other by distances, which is all that changes when a
 * function gives its place to a longer one. The verifier looks at the result as
 * at any program: an extension is a global function there.
 *
 * No program of the kernel's own (freplace) is used for it: kernels without
 * trampolines could not, and a call by one costs more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "bpf/extension_object.h"

#define PLACE "extension_"
#define LOG_SIZE (1 << 20)
#define LOG_TAIL 400

typedef struct {
	const struct bpf_insn *code;
	guint length;
} program;

/* One of a program, as it is called (`of`, `start`), and what is there now. */
typedef struct {
	const program *of;
	guint start;
	const program *code;
	guint code_start, length;
	guint32 type;		/* of its BTF */
	guint at;		/* in the new program */
} function;

typedef struct {
	struct btf *btf;	/* a copy, with a type for others' functions */
	guint32 other;		/* that type */
	program port;
	program *extensions;
	guint n_extensions;
	GArray *functions;	/* function */
	GArray *out;		/* struct bpf_insn */
} linker;

static gboolean
is_call (const struct bpf_insn *i)
{
	return i->code == (BPF_JMP | BPF_CALL) && i->src_reg == BPF_PSEUDO_CALL;
}

static gboolean
is_wide (const struct bpf_insn *i)
{
	return i->code == (BPF_LD | BPF_IMM | BPF_DW);
}

/* A function of the same program as an operand: called, or handed on. */
static gboolean
names_function (const struct bpf_insn *i)
{
	return is_call (i) || (is_wide (i) && i->src_reg == BPF_PSEUDO_FUNC);
}

static gint
by_number (gconstpointer a, gconstpointer b)
{
	return *(const guint *) a < *(const guint *) b ? -1 :
		*(const guint *) a > *(const guint *) b;
}

/* Where the functions of a program begin, in order: guint. */
static GArray *
starts_of (const program *p)
{
	GArray *out = g_array_new (FALSE, FALSE, sizeof (guint));
	guint zero = 0, n = 0;

	g_array_append_val (out, zero);
	for (guint i = 0; i < p->length; i++) {
		guint to = i + 1 + p->code[i].imm;

		if (names_function (&p->code[i]) && to < p->length)
			g_array_append_val (out, to);
		i += is_wide (&p->code[i]);
	}
	g_array_sort (out, by_number);
	for (guint i = 0; i < out->len; i++) {
		guint start = g_array_index (out, guint, i);

		if (i == 0 || start != g_array_index (out, guint, n - 1))
			g_array_index (out, guint, n++) = start;
	}
	g_array_set_size (out, n);
	return out;
}

static guint
end_of (const program *p, const GArray *starts, guint n)
{
	return n + 1 < starts->len ? g_array_index (starts, guint, n + 1)
		: p->length;
}

/* ---- functions ---- */

static const program *
place_taken (linker *l, guint32 type)
{
	const struct btf_type *t = btf__type_by_id (l->btf, type);
	const char *name = t ? btf__name_by_offset (l->btf, t->name_off) : "";
	guint n;

	if (!g_str_has_prefix (name, PLACE))
		return NULL;
	n = atoi (name + strlen (PLACE));
	return n < l->n_extensions ? &l->extensions[n] : NULL;
}

static void
add_function (linker *l, const program *p, const GArray *starts, guint n,
	      guint32 type)
{
	function f = { .of = p, .start = g_array_index (starts, guint, n),
		.code = p, .type = type };

	f.code_start = f.start;
	f.length = end_of (p, starts, n) - f.start;
	g_array_append_val (l->functions, f);
}

static void
put_extension (function *f, const program *x)
{
	g_autoptr (GArray) starts = starts_of (x);

	f->code = x;
	f->code_start = 0;
	f->length = end_of (x, starts, 0);
}

/* All but the first, which has taken a place. */
static void
add_others (linker *l, const program *x)
{
	g_autoptr (GArray) starts = starts_of (x);

	for (guint i = 1; i < starts->len; i++)
		add_function (l, x, starts, i, l->other);
}

static gboolean
add_port (linker *l, int fd, GError **error)
{
	g_autoptr (GArray) starts = starts_of (&l->port);
	g_autofree struct bpf_func_info *info =
		g_new0 (struct bpf_func_info, starts->len);
	struct bpf_prog_info i = {
		.nr_func_info = starts->len,
		.func_info_rec_size = sizeof *info,
		.func_info = (guintptr) info,
	};
	guint32 size = sizeof i;

	if (bpf_obj_get_info_by_fd (fd, &i, &size) != 0 ||
	    i.nr_func_info != starts->len)
		return dp_fail (error, errno ? errno : EINVAL,
				"read the functions of the port programs");
	for (guint n = 0; n < starts->len; n++) {
		const program *x = place_taken (l, info[n].type_id);

		add_function (l, &l->port, starts, n, info[n].type_id);
		if (x)
			put_extension (&g_array_index (l->functions, function,
						       n), x);
	}
	for (guint n = 0; n < l->n_extensions; n++)
		add_others (l, &l->extensions[n]);
	return TRUE;
}

/* ---- the new program ---- */

static const function *
called (const linker *l, const program *p, guint start)
{
	for (guint i = 0; i < l->functions->len; i++) {
		const function *f = &g_array_index (l->functions, function, i);

		/* An extension's first function is where its place was. */
		if ((f->of == p && f->start == start) ||
		    (f->code == p && f->code_start == start))
			return f;
	}
	return NULL;
}

static void
emit (linker *l, const function *f)
{
	for (guint i = 0; i < f->length; i++) {
		guint from = f->code_start + i;
		struct bpf_insn insn = f->code->code[from];
		gboolean wide = is_wide (&insn);

		if (names_function (&insn)) {
			const function *to = called (l, f->code,
						     from + 1 + insn.imm);

			insn.imm = to->at - (f->at + i + 1);
		}
		g_array_append_val (l->out, insn);
		if (wide) {
			insn = f->code->code[from + 1];
			g_array_append_val (l->out, insn);
			i++;
		}
	}
}

/* Instead of a number that is as no other there. */
static void
put_number (linker *l, guint64 magic, guint64 number)
{
	for (guint i = 0; i + 1 < l->out->len; i++) {
		struct bpf_insn *low = &g_array_index (l->out, struct bpf_insn,
						       i), *high = low + 1;

		if (!is_wide (low))
			continue;
		if (low->src_reg == 0 && (guint32) low->imm ==
		    (guint32) magic && (guint32) high->imm == magic >> 32) {
			low->imm = number;
			high->imm = number >> 32;
		}
		i++;
	}
}

static void
lay_out (linker *l)
{
	guint at = 0;

	for (guint i = 0; i < l->functions->len; i++) {
		function *f = &g_array_index (l->functions, function, i);

		f->at = at;
		at += f->length;
	}
	for (guint i = 0; i < l->functions->len; i++)
		emit (l, &g_array_index (l->functions, function, i));
}

static int
load (linker *l, const char *name, GError **error)
{
	g_autofree struct bpf_func_info *info =
		g_new0 (struct bpf_func_info, l->functions->len);
	g_autofree char *log = g_malloc0 (LOG_SIZE);
	LIBBPF_OPTS (bpf_prog_load_opts, opts, .log_buf = log,
		     .log_size = LOG_SIZE, .func_info = info,
		     .func_info_rec_size = sizeof *info,
		     .func_info_cnt = l->functions->len,
		     .prog_btf_fd = btf__fd (l->btf));
	gsize n;
	int fd;

	for (guint i = 0; i < l->functions->len; i++) {
		const function *f = &g_array_index (l->functions, function, i);

		info[i].insn_off = f->at;
		info[i].type_id = f->type;
	}
	fd = bpf_prog_load (BPF_PROG_TYPE_SCHED_CLS, name, "GPL",
			    (const struct bpf_insn *) l->out->data,
			    l->out->len, &opts);
	if (fd >= 0)
		return fd;
	dp_fail (error, errno, "load the port programs with them");
	n = strnlen (log, LOG_SIZE);
	if (n > 0)
		g_prefix_error (error, "%s: ", g_strstrip (
			log + (n > LOG_TAIL ? n - LOG_TAIL : 0)));
	return -1;
}

static gboolean
describe (linker *l, const struct bpf_object *o, GError **error)
{
	guint32 size;
	const void *raw = btf__raw_data (bpf_object__btf (o), &size);
	int proto;

	l->btf = btf__new (raw, size);
	if (l->btf == NULL)
		return dp_fail (error, errno, "read the port programs' types");
	proto = btf__add_func_proto (l->btf, 0);
	l->other = btf__add_func (l->btf, PLACE "part", BTF_FUNC_STATIC,
				  proto);
	return btf__load_into_kernel (l->btf) == 0 ||
		dp_fail (error, errno, "load the port programs' types");
}

static program
program_of (const struct bpf_program *p)
{
	return (program) { bpf_program__insns (p), bpf_program__insn_cnt (p) };
}

static void
linker_clear (linker *l)
{
	btf__free (l->btf);
	g_free (l->extensions);
	g_array_unref (l->functions);
	g_array_unref (l->out);
}

int
link_program (const dp_object *o, dp_prog port, const GPtrArray *extensions,
	      guint64 types, guint32 bridge, GError **error)
{
	struct bpf_program *p = bpf_object__find_program_by_name
		(o->o, dp_prog_names[port]);
	linker l = { .port = program_of (p), .n_extensions = extensions->len };
	int fd = -1;

	l.functions = g_array_new (FALSE, FALSE, sizeof (function));
	l.out = g_array_new (FALSE, FALSE, sizeof (struct bpf_insn));
	l.extensions = g_new0 (program, extensions->len);
	for (guint i = 0; i < extensions->len; i++) {
		const dp_object *x = extensions->pdata[i];

		l.extensions[i] = program_of (bpf_object__next_program
					      (x->o, NULL));
	}
	if (describe (&l, o->o, error) &&
	    add_port (&l, bpf_program__fd (p), error)) {
		lay_out (&l);
		put_number (&l, DP_LINK_TYPES, types);
		put_number (&l, DP_LINK_SWITCH, bridge);
		fd = load (&l, dp_prog_names[port], error);
	}
	linker_clear (&l);
	return fd;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* engine/notes.c: nothing here is an error; all of it is worth a word before somebody relies on it.
 */
#include "engine/notes.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/mount_options.h"
#include "model/plan.h"
#include "model/spec.h"

enum { TOGETHER_MIN = 4, SHOWN_MAX = 256, PATH_BYTES_MAX = 4095 };

int notes_add(struct ctx *cx, struct notes *notes, const char *text)
{
	if (!text || mem_grow(&notes->list, &notes->cap, notes->n + 1, sizeof(*notes->list)) < 0)
		return fail_nomem(cx);
	notes->list[notes->n++] = text;
	return 0;
}

void notes_done(struct notes *notes)
{
	mem_free(notes->list);
	mem_free(notes->private);
}

/* Why the file is there, in brackets. NULL when memory is out. */
static const char *private_reason(const struct graph *g, const struct edge *e, struct arena *a)
{
	if (!e)
		return "";
	if (e->from != GRAPH_ROOT)
		return arena_printf(a, " (because of '%s')", g->nodes[e->from].path);
	return arena_printf(a, " (%s)", e->detail ? e->detail : rule_name(e->rule));
}

int notes_private(
	struct ctx *cx, const struct graph *g, uint32_t node, struct arena *a, struct notes *ret)
{
	const struct node *n = &g->nodes[node];
	const struct edge *e = n->edge == GRAPH_NONE ? NULL : &g->edges[n->edge];
	struct private_file file = { .node = node, .from = GRAPH_NONE };
	const char *why;

	if (n->kind != NODE_FILE || n->mode & 0115)
		return 0;
	why = private_reason(g, e, a);
	if (why)
		file.text = arena_printf(a,
			"'%s' is not readable by everybody here (mode %04o), and goes in%s",
			n->path, n->mode & 0777, why);
	if (!file.text || mem_grow(&ret->private, &ret->cap_private, ret->n_private + 1,
				  sizeof(*ret->private)) < 0)
		return fail_nomem(cx);
	if (e && e->rule == RULE_INCLUDE && e->from != GRAPH_ROOT)
		file.from = e->from;
	ret->private[ret->n_private++] = file;
	return 0;
}

/* Ambient ones would stay, and are never given: see engine/runtime_config. */
int notes_capabilities(
	struct ctx *cx, const struct spec *spec, uint32_t uid, struct arena *a, struct notes *ret)
{
	if (!uid || !spec->n_capabilities)
		return 0;
	return notes_add(cx, ret,
		arena_printf(a,
			"capabilities have no effect for user %u: the kernel drops them when a "
			"program%s starts",
			uid, spec->no_new_privileges ? "" : " without file capabilities"));
}

enum reach {
	EXACTLY,  /* the path itself */
	BELOW,    /* the path and all below it */
	ANYWHERE, /* every path whose last component it is */
};

static const struct {
	const char *path;
	enum reach reach;
	const char *gain; /* NULL: harmless */
} sources[] = {
	{ "/", EXACTLY, "see every file of the host" },
	{ "/etc", EXACTLY, "see the accounts, password hashes and keys of the host" },
	{ "/proc", BELOW, "see the processes and the kernel of the host" },
	{ "/sys", BELOW, "see the devices and the kernel of the host" },
	{ "/dev/full", EXACTLY, NULL },
	{ "/dev/null", EXACTLY, NULL },
	{ "/dev/random", EXACTLY, NULL },
	{ "/dev/urandom", EXACTLY, NULL },
	{ "/dev/zero", EXACTLY, NULL },
	{ "/dev", BELOW, "see the devices of the host" },
	{ "/run", EXACTLY, "control the daemons of the host whose sockets lie there" },
	{ "/run/containerd", EXACTLY, "control the containerd daemon of the host" },
	{ "/run/crio", EXACTLY, "control the CRI-O daemon of the host" },
	{ "/run/podman", EXACTLY, "control podman on the host" },
	{ "docker.sock", ANYWHERE, "control the docker daemon of the host" },
	{ "containerd.sock", ANYWHERE, "control the containerd daemon of the host" },
	{ "crio.sock", ANYWHERE, "control the CRI-O daemon of the host" },
	{ "podman.sock", ANYWHERE, "control podman on the host" },
};

/* File systems of the kernel that containers share, or that are only safe where the runtime masks
 * parts of them. */
static const struct {
	const char *type, *gain;
} types[] = {
	{ "bpf", "see the programs that are loaded into the kernel of the host" },
	{ "configfs", "change the kernel of the host" },
	{ "debugfs", "see and change the kernel of the host" },
	{ "devtmpfs", "see the devices of the host" },
	{ "efivarfs", "see and change the firmware of the host" },
	{ "proc", "reach what is masked and read-only in '/proc'" },
	{ "securityfs", "see and change the security modules of the host" },
	{ "sysfs", "reach what is masked and read-only in '/sys'" },
	{ "tracefs", "see and change the kernel of the host" },
};

static const char *source_gain(const char *path)
{
	static const char var[] = "/var";

	/* A link, or the same file system, on every system of today. */
	if (path_within(path, "/var/run"))
		path += sizeof(var) - 1;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const char *at = sources[i].reach == ANYWHERE ? path_base(path) : path;

		if (!strcmp(at, sources[i].path) ||
			(sources[i].reach == BELOW && path_within(path, sources[i].path)))
			return sources[i].gain;
	}
	return NULL;
}

static const char *type_gain(const char *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].type, type))
			return types[i].gain;
	return NULL;
}

/* What the container can do by the mount. NULL means "nothing to speak of". */
static const char *find_gain(const struct mount *m, const char *path)
{
	if (path)
		return source_gain(path);
	return m->type ? type_gain(m->type) : NULL;
}

static int judge(struct ctx *cx, const struct mount *m, struct arena *a, struct notes *ret)
{
	const char *path = NULL;
	const char *gain;

	if (mount_is_bind(m)) {
		if (!m->source || m->source[0] != '/' || strlen(m->source) > PATH_BYTES_MAX)
			return 0;
		path = path_resolve(a, "/", m->source);
		if (!path)
			return fail_nomem(cx);
	}
	gain = find_gain(m, path);
	if (!gain && path && !strcmp(m->destination, "/dev"))
		return notes_add(cx, ret,
			arena_printf(a,
				"mount '/dev' of source '%.*s': it takes the place of the "
				"runtime's, which makes directories in it for those below",
				SHOWN_MAX, path));
	if (!gain)
		return 0;
	return notes_add(cx, ret,
		arena_printf(a, "mount '%.*s' of %s '%.*s': the container can %s", SHOWN_MAX,
			m->destination, path ? "source" : "type", SHOWN_MAX, path ? path : m->type,
			gain));
}

int notes_mounts(struct ctx *cx, const struct spec *spec, struct arena *a, struct notes *ret)
{
	int r = 0;

	for (size_t i = 0; i < spec->n_mounts && r == 0; i++)
		r = judge(cx, &spec->mounts[i], a, ret);
	return r;
}

static const char *device_gain(const struct device *d)
{
	/* mem, kmem, port (which has all of the hardware) and the kernel's old core. */
	static const uint32_t memory[] = { 1, 2, 4, 6 };
	enum { MEMORY_MAJOR = 1 };

	if (d->type == 'b')
		return "read and write a disk of the host";
	for (size_t i = 0; i < sizeof(memory) / sizeof(memory[0]); i++)
		if (d->major == MEMORY_MAJOR && d->minor == memory[i])
			return "read and write the memory of the host";
	return NULL;
}

int notes_devices(struct ctx *cx, const struct spec *spec, struct arena *a, struct notes *ret)
{
	int r = 0;

	for (size_t i = 0; i < spec->n_devices && r == 0; i++) {
		const struct device *d = &spec->devices[i];
		const char *gain = device_gain(d);

		if (gain)
			r = notes_add(cx, ret,
				arena_printf(a, "device '%.*s': the container can %s", SHOWN_MAX,
					d->path, gain));
	}
	return r;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_private(const void *a, const void *b)
{
	const struct private_file *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* How many of the files, sorted, come with the first. */
static size_t count_together(const struct private_file *files, size_t n)
{
	size_t i = 1;

	while (i < n && files[i].from == files[0].from)
		i++;
	return i;
}

/* The names of the first three and the number of all. NULL when memory is out. */
static const char *text_together(
	const struct graph *g, const struct private_file *files, size_t n, struct arena *a)
{
	const char *dir = g->nodes[files[0].from].path;
	const char *names[TOGETHER_MIN - 1];

	for (size_t i = 0; i < TOGETHER_MIN - 1; i++) {
		const char *path = g->nodes[files[i].node].path;

		names[i] = path_within(path, dir) && dir[1] ? path + strlen(dir) + 1 : path;
	}
	return arena_printf(a,
		"%zu files of '%s' are not readable by everybody here, and go in: '%s', '%s', '%s' "
		"and %zu more",
		n, dir, names[0], names[1], names[2], n - (TOGETHER_MIN - 1));
}

/* One note for many files of one directory, else each its own. told has room for all. */
static int tell_private(struct ctx *cx, const struct notes *notes, struct plan *plan)
{
	size_t n;

	for (size_t i = 0; i < notes->n_private; i += n) {
		const struct private_file *files = notes->private + i;

		n = files->from == GRAPH_NONE ? 1 : count_together(files, notes->n_private - i);
		if (n >= TOGETHER_MIN) {
			const char *text = text_together(plan->graph, files, n, &plan->arena);

			if (!text)
				return fail_nomem(cx);
			plan->told[plan->n_told++] = text;
			continue;
		}
		for (size_t k = 0; k < n; k++)
			plan->told[plan->n_told++] = files[k].text;
	}
	return 0;
}

int notes_freeze(struct ctx *cx, struct notes *notes, struct plan *plan)
{
	const struct graph *g = plan->graph;
	size_t n = g->n_notes + notes->n + notes->n_private;
	int r;

	plan->notes = arena_array(&plan->arena, n, sizeof(*plan->notes));
	plan->told = arena_array(&plan->arena, n, sizeof(*plan->told));
	if (!plan->notes || !plan->told)
		return fail_nomem(cx);
	for (size_t i = 0; i < g->n_notes; i++)
		plan->notes[plan->n_notes++] = plan->told[plan->n_told++] = g->notes[i];
	for (size_t i = 0; i < notes->n; i++)
		plan->notes[plan->n_notes++] = plan->told[plan->n_told++] = notes->list[i];
	for (size_t i = 0; i < notes->n_private; i++)
		plan->notes[plan->n_notes++] = notes->private[i].text;
	if (notes->n_private)
		qsort(notes->private, notes->n_private, sizeof(*notes->private), compare_private);
	r = tell_private(cx, notes, plan);
	if (r < 0)
		return r;
	qsort(plan->notes, plan->n_notes, sizeof(*plan->notes), compare_texts);
	qsort(plan->told, plan->n_told, sizeof(*plan->told), compare_texts);
	return 0;
}

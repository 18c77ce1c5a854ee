/* SPDX-License-Identifier: Apache-2.0 */
/* source/files.c: the files of a root tree, and what each of them needs by its own words. */
#include "source/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/skeleton.h"
#include "model/spec.h"
#include "source/dpkg_db.h"

enum { COMPLAINT_MAX = 2048 };

extern const struct source_ops source_files;

struct root_dir {
	int fd;
	char *name;
};

static void root_dir_free(void *p)
{
	struct root_dir *root = p;

	if (!root)
		return;
	fd_close(root->fd);
	mem_free(root->name);
	mem_free(root);
}

static struct files *files_of(struct source *s)
{
	return (struct files *)s;
}

int files_root_fd(const struct files *fs)
{
	return fs->root->fd;
}

bool files_is_kernel(const char *path)
{
	return path_within(path, "/proc") || path_within(path, "/sys") || path_within(path, "/dev");
}

int files_complain(
	struct ctx *cx, struct facts *f, int code, const char *subject, const char *format, ...)
{
	char text[COMPLAINT_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (code)
		return blame_program(cx, fail(cx, code, "%s", text), OCIT_PROGRAM_NOT_EXECUTABLE);
	return facts_note(cx, f, "'%s': %s", subject, text);
}

void files_close(struct source *s)
{
	struct files *fs = files_of(s);

	packages_close(fs->packages);
	lookup_done(&fs->lookup);
	dpkg_db_close(fs->db);
	if (!fs->handed)
		root_dir_free(fs->root);
	mem_free(fs->spots);
	map_done(&fs->index);
	map_done(&fs->loaded);
	map_done(&fs->hinted);
	map_done(&fs->cache_index);
	map_done(&fs->scripts);
	map_done(&fs->scopes);
	map_done(&fs->modules);
	arena_done(&fs->arena);
	mem_free(fs);
}

/* "/." follows a link that stands for the tree. */
static int open_root(struct ctx *cx, struct files *fs, const char *name)
{
	const char *path = arena_printf(&fs->arena, "%s/.", name);
	int r;

	fs->root = mem_alloc(sizeof(*fs->root));
	if (!fs->root || !path)
		return fail_nomem(cx);
	fs->root->fd = -1;
	fs->root->name = mem_strdup(name);
	if (!fs->root->name)
		return fail_nomem(cx);
	r = within(cx, file_open_dir(cx, AT_FDCWD, path, FILE_ANYWHERE, &fs->root->fd),
		"root directory");
	lookup_init(&fs->lookup, fs->root->fd);
	return r;
}

int files_open(
	struct ctx *cx, const struct spec *spec, const struct source_ops *ops, struct files **ret)
{
	AUTO(files) struct files *fs = mem_alloc(sizeof(*fs));
	const char *root = spec->root && *spec->root ? spec->root : "/";
	int r;

	if (!fs)
		return fail_nomem(cx);
	fs->source.ops = ops;
	lookup_init(&fs->lookup, -1);
	arena_init(&fs->arena);
	map_init(&fs->index);
	map_init(&fs->loaded);
	map_init(&fs->hinted);
	fs->spec = spec;
	fs->gconv = spec->gconv;
	fs->args = spec->args;
	fs->n_args = spec->n_args;
	fs->env = spec->env;
	fs->n_env = spec->n_env;
	fs->base = spec->cwd ? spec->cwd : spec->directory;
	fs->base_is_cwd = spec->cwd;
	map_init(&fs->cache_index);
	map_init(&fs->scripts);
	map_init(&fs->scopes);
	map_init(&fs->modules);
	fs->search_path = arena_str(&fs->arena, spec_path(spec));
	if (!fs->search_path)
		return fail_nomem(cx);
	r = open_root(cx, fs, root);
	if (r < 0)
		return r;
	*ret = take(&fs);
	return 0;
}

bool files_claims(const struct source *s, const char *path)
{
	(void)s;
	return path_is_clean(path) && !files_is_kernel(path);
}

int files_probe(struct ctx *cx, struct source *s, const char *path, struct probe *ret)
{
	static const enum probe_kind kinds[] = {
		[TRAIL_ABSENT] = PROBE_ABSENT,
		[TRAIL_FILE] = PROBE_REGULAR,
		[TRAIL_DIR] = PROBE_DIR,
		[TRAIL_OTHER] = PROBE_OTHER,
		[TRAIL_KERNEL] = PROBE_OTHER,
		[TRAIL_ELSEWHERE] = PROBE_ELSEWHERE,
		[TRAIL_LOOP] = PROBE_LOOP,
	};
	struct files *fs = files_of(s);
	struct trail t;
	int r = files_walk(cx, fs, NULL, path, 0, &t);

	if (r < 0)
		return r;
	*ret = (struct probe){ .kind = kinds[t.end] };
	if (t.end == TRAIL_FILE)
		ret->executable = fs->spots[t.spot].info.mode & 0111;
	if (t.end != TRAIL_ELSEWHERE)
		return 0;
	ret->elsewhere = mem_strdup(t.at);
	return ret->elsewhere ? 0 : fail_nomem(cx);
}

/* From the first fact on, the tree must stay open for as long as the graph is there. */
static int hand_root(struct ctx *cx, struct files *fs, struct facts *f)
{
	int r;

	if (fs->handed)
		return 0;
	fs->handed = true;
	r = graph_own(cx, f->graph, fs->root, root_dir_free);
	return r < 0 ? r : facts_place(cx, f, fs->root->fd, fs->root->name, &fs->place);
}

static int fail_missing(struct ctx *cx, const struct want *want, const struct trail *t)
{
	if (!strcmp(t->at, want->path))
		return fail(cx, OCIT_E_NOT_FOUND, "'%s' does not exist", want->path);
	return fail(
		cx, OCIT_E_NOT_FOUND, "'%s' does not exist: it leads to '%s'", want->path, t->at);
}

static unsigned roles_of(const struct files *fs, const struct facts *f, const struct want *want)
{
	const struct node *from = facts_get(f, want->from);
	uint32_t spot;

	switch (want->rule) {
	case RULE_PROGRAM:
		return ROLE_WANTED | ROLE_NAMED | ROLE_PROGRAM | ROLE_COMMAND | ROLE_ROOT;
	case RULE_ARGUMENT:
		return ROLE_WANTED | ROLE_NAMED | ROLE_ROOT;
	case RULE_INCLUDE:
		return ROLE_WANTED | ROLE_NAMED;
	case RULE_NEEDED:
	case RULE_DLOPEN:
	case RULE_INTERPRETER:
		return 0;
	case RULE_SHEBANG:
		if (from && map_find(&fs->index, from->path, strlen(from->path), &spot))
			return ROLE_WANTED | (fs->spots[spot].roles & ROLE_PROGRAM);
		return ROLE_WANTED;
	case RULE_IMPORT:
		return ROLE_WANTED | ROLE_IMPORTED;
	case RULE_PAM:
		return ROLE_WANTED | ROLE_PAM;
	default:
		return ROLE_WANTED;
	}
}

/* Who comes by a link has to do with the packages at both ends of it. */
static int reach_packages(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t,
	const struct want *want)
{
	int r = packages_reach(cx, fs, f, t->spot, want);

	for (size_t i = 0; i < t->n_links && r == 0; i++)
		if (!t->links[i].on_way)
			r = packages_reach(cx, fs, f, t->links[i].spot, want);
	return r;
}

/* What was looked at already may have more to it in a new role. */
static int take_role(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, unsigned roles)
{
	struct spot *s = &fs->spots[spot];
	bool again = s->expanded &&
		     roles & ~s->roles & (ROLE_NAMED | ROLE_PROGRAM | ROLE_IMPORTED | ROLE_PAM);

	s->roles |= roles;
	return again ? files_op_expand(cx, &fs->source, f, s->node) : 0;
}

static int resolve_file(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t,
	const struct want *want)
{
	unsigned roles = roles_of(fs, f, want);
	bool dropped;
	struct want why;
	uint32_t node;
	int r = packages_drops(cx, fs, f, t->spot, want, &dropped);

	if (r < 0 || dropped)
		return r;
	r = files_push_links(cx, fs, f, t, want, &why);
	if (r == 0)
		r = files_push_spot(cx, fs, f, t->spot, &node);
	if (r < 0)
		return r;
	r = facts_edge(cx, f, why.from, node, why.rule, why.detail);
	if (r == 0)
		r = reach_packages(cx, fs, f, t, want);
	return r < 0 ? r : take_role(cx, fs, f, t->spot, roles);
}

static int resolve_dir(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t,
	const struct want *want)
{
	struct want why;
	int r;

	if (want->rule != RULE_INCLUDE && want->rule != RULE_SKELETON && want->rule != RULE_HINT &&
		want->rule != RULE_IMPORT) {
		if (fs->spots[t->spot].roles & ROLE_WANTED || skeleton_has_dir(t->at))
			return 0;
		return facts_note(
			cx, f, "directory '%s' is not included: use --include or -v", t->at);
	}
	r = files_push_links(cx, fs, f, t, want, &why);
	if (r < 0)
		return r;
	why.rule = want->rule;
	return files_push_tree(cx, fs, f, t->spot, &why);
}

static int resolve_elsewhere(struct ctx *cx, struct files *fs, struct facts *f,
	const struct trail *t, const struct want *want)
{
	struct want next;
	int r = files_push_links(cx, fs, f, t, want, &next);

	next.path = t->at;
	return r < 0 ? r : facts_want(cx, f, &next);
}

/* There is something, but nothing that could be taken. */
static int refuse(struct ctx *cx, struct facts *f, const struct trail *t, const struct want *want)
{
	char text[64];

	if (t->end == TRAIL_LOOP)
		snprintf(text, sizeof(text), "symlink loop: more than %d on the way",
			FILES_LINKS_MAX);
	else
		snprintf(text, sizeof(text), "neither a file, a directory nor a symlink");
	if (want->optional)
		return facts_note(cx, f, "'%s' is left out: %s", want->path, text);
	return fail(cx, OCIT_E_FORMAT, "'%s': %s", want->path, text);
}

int files_resolve_trail(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t,
	const struct want *want)
{
	struct want ignored;

	switch (t->end) {
	case TRAIL_FILE:
		return resolve_file(cx, fs, f, t, want);
	case TRAIL_DIR:
		return resolve_dir(cx, fs, f, t, want);
	case TRAIL_ELSEWHERE:
		return resolve_elsewhere(cx, fs, f, t, want);
	case TRAIL_KERNEL:
		return files_push_links(cx, fs, f, t, want, &ignored);
	case TRAIL_ABSENT:
		return want->optional ? 0 : fail_missing(cx, want, t);
	case TRAIL_LOOP:
	case TRAIL_OTHER:
		break;
	}
	return refuse(cx, f, t, want);
}

int files_resolve(struct ctx *cx, struct files *fs, struct facts *f, const struct want *want)
{
	struct trail t;
	int r = hand_root(cx, fs, f);

	if (r == 0)
		r = files_walk(cx, fs, f, want->path, want->hops, &t);
	if (r == OCIT_E_SYSTEM && want->optional && (cx->sys == EACCES || cx->sys == EPERM)) {
		r = facts_note(cx, f, "'%s' is left out: %s", want->path, ctx_message(cx));
		ctx_clear(cx);
		return r;
	}
	return r < 0 ? r : files_resolve_trail(cx, fs, f, &t, want);
}

/* What the loaders of glibc expect, and what programs ask for about where they run. */
static int want_skeleton(struct ctx *cx, struct files *fs, struct facts *f, uint32_t from)
{
	static const char *const paths[] = { "/usr/lib/locale/C.utf8", "/etc/os-release",
		"/etc/localtime" };
	int r = 0;

	if (fs->skeleton)
		return 0;
	fs->skeleton = true;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && r == 0; i++) {
		const struct want want = {
			.path = paths[i],
			.from = from,
			.rule = RULE_SKELETON,
			.optional = true,
		};

		r = facts_want(cx, f, &want);
	}
	return r;
}

static bool is_glibc_loader(const char *path)
{
	const char *name = path_base(path);

	return text_starts(name, "ld-linux") || text_starts(name, "ld64.so") ||
	       text_starts(name, "ld.so") || text_starts(name, "ld-2.");
}

static const char *complaint(const struct files *fs, const struct trail *t)
{
	switch (t->end) {
	case TRAIL_FILE:
		return fs->spots[t->spot].info.mode & 0111 ? NULL : "is not executable";
	case TRAIL_ELSEWHERE:
		return NULL;
	case TRAIL_ABSENT:
		return "does not exist";
	case TRAIL_DIR:
		return "is a directory";
	case TRAIL_LOOP:
		return "is a loop of symlinks";
	case TRAIL_KERNEL:
	case TRAIL_OTHER:
		break;
	}
	return "is no file";
}

static int complaint_code(const struct trail *t)
{
	return t->end == TRAIL_ABSENT ? OCIT_E_NOT_FOUND : OCIT_E_FORMAT;
}

int files_need_interpreter(struct ctx *cx, struct files *fs, struct facts *f,
	const struct want *want, bool fatal, bool *ret_there)
{
	struct trail t;
	int r = files_walk(cx, fs, f, want->path, 0, &t);

	*ret_there = false;
	if (r < 0)
		return r;
	if (complaint(fs, &t))
		return files_complain(cx, f, fatal ? complaint_code(&t) : 0,
			facts_get(f, want->from)->path, "interpreter '%s' %s", want->path,
			complaint(fs, &t));
	r = files_resolve(cx, fs, f, want);
	if (r < 0)
		return r;
	*ret_there = true;
	if (want->rule != RULE_INTERPRETER || t.end != TRAIL_FILE || !is_glibc_loader(want->path))
		return 0;
	return want_skeleton(cx, fs, f, fs->spots[t.spot].node);
}

int files_op_resolve(struct ctx *cx, struct source *s, struct facts *f, const struct want *want)
{
	return files_resolve(cx, files_of(s), f, want);
}

/* Of the command everything must be right; of all else it is said what is not. */
static int check_object(
	struct ctx *cx, struct facts *f, const struct spot *s, const struct object *o)
{
	if (o->broken)
		return files_complain(cx, f, s->roles & ROLE_PROGRAM ? OCIT_E_FORMAT : 0, s->path,
			"what it needs is not known: %s", o->broken);
	if (o->kind == OBJECT_DATA && s->roles & ROLE_COMMAND)
		return advise(cx,
			files_complain(cx, f, OCIT_E_FORMAT, s->path,
				"neither an ELF file nor a script with '#!'"),
			"a shell would run it: put the shell's name before it");
	return 0;
}

static int expand_script(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	const struct spot *s = &fs->spots[spot];
	int r;

	/* What nobody executes and nobody named is data. */
	if (!(s->info.mode & 0111) && !(s->roles & ROLE_NAMED))
		return 0;
	/* Who imports a module interprets it, whatever its first line says. */
	if (s->roles & ROLE_IMPORTED && !(s->roles & (ROLE_NAMED | ROLE_PROGRAM)))
		return 0;
	r = files_expand_script(cx, fs, f, spot);
	return r < 0 ? r : files_scan_script(cx, fs, f, spot);
}

/* Programs that are texts, and names in those that the description names. */
static int expand_text(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, const struct object *o)
{
	int r = o->kind == OBJECT_SCRIPT ? expand_script(cx, fs, f, spot) : 0;

	if (r < 0 || !o->text)
		return r;
	if (fs->spots[spot].roles & ROLE_PAM)
		r = files_expand_pam(cx, fs, f, spot);
	if (r == 0)
		r = files_scan_imports(cx, fs, f, spot);
	if (r == 0 && fs->spots[spot].roles & ROLE_NAMED)
		r = files_scan_text(cx, fs, f, spot);
	return r;
}

static int expand_object(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, const struct object *o)
{
	int r = check_object(cx, f, &fs->spots[spot], o);

	if (r < 0 || o->broken || !(fs->spots[spot].roles & ROLE_WANTED))
		return r;
	r = files_expand_application(cx, fs, f, spot);
	if (r < 0)
		return r;
	if (o->kind != OBJECT_ELF)
		return expand_text(cx, fs, f, spot, o);
	r = files_expand_elf(cx, fs, f, spot);
	return r < 0 ? r : files_expand_interpreter(cx, fs, f, spot);
}

/* What the words behind it say. */
static int expand_command(struct ctx *cx, struct files *fs, struct facts *f, uint32_t node)
{
	int r = files_scan_command(cx, fs, f, node);

	if (r == 0)
		r = files_scan_import_options(cx, fs, f, node);
	return r < 0 ? r : files_hint_zone(cx, fs, f, node);
}

/* Of what came with its package only programs and libraries need anything: the rest is not even
 * opened. */
static bool is_plain(const struct spot *s)
{
	return s->roles == (ROLE_WANTED | ROLE_PACKAGED) && !(s->info.mode & 0111) &&
	       !strstr(path_base(s->path), ".so");
}

int files_op_expand(struct ctx *cx, struct source *s, struct facts *f, uint32_t node)
{
	struct files *fs = files_of(s);
	const struct node *n = facts_get(f, node);
	struct object *o;
	uint32_t spot;
	int r;

	if (n->kind != NODE_FILE)
		return 0;
	if (!map_find(&fs->index, n->path, strlen(n->path), &spot))
		return fail(cx, OCIT_E_BUG, "'%s' is not of this source", n->path);
	fs->spots[spot].expanded = true;
	if (is_plain(&fs->spots[spot]))
		return 0;
	r = files_object(cx, fs, spot, &o);
	if (r == 0)
		r = expand_object(cx, fs, f, spot, o);
	return r == 0 && fs->spots[spot].roles & ROLE_COMMAND ? expand_command(cx, fs, f, node) : r;
}

int files_settle(struct ctx *cx, struct source *s, struct facts *f)
{
	struct files *fs = files_of(s);
	/* Where nothing of the tree is in, nothing of it is looked for. */
	int r = fs->handed ? files_push_services(cx, fs, f) : 0;

	return r < 0 || !fs->handed || f->next_want < f->n_wants ? r
								 : files_push_accounts(cx, fs, f);
}

static int open_files(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	struct files *fs;
	int r = files_open(cx, spec, &source_files, &fs);

	if (r == 0)
		*ret = &fs->source;
	return r;
}

const struct source_ops source_files = {
	.name = "files",
	.summary = "the files of this machine, or of a tree given with --root",
	.open = open_files,
	.claims = files_claims,
	.probe = files_probe,
	.resolve = files_op_resolve,
	.expand = files_op_expand,
	.scan = NULL,
	.settle = files_settle,
	.close = files_close,
};

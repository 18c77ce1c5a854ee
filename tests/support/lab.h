/* SPDX-License-Identifier: Apache-2.0 */
/* tests/support/lab.h: a small store and host in a temporary directory, and a plan made from them
 * by hand. */
#ifndef TESTS_SUPPORT_LAB_H
#define TESTS_SUPPORT_LAB_H

#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/plan.h"
#include "os/tree.h"
#include "sink/sink.h"

#define LAB_HELLO  "/nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0"
#define LAB_FILE   "/nix/store/1c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-one-file"
#define LAB_LINK   "/nix/store/2c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-link"
#define LAB_ODD    "odd \"name\" $x\t\xff"
#define LAB_PASSWD "root:x:0:0:root:/root:/bin/sh\n"
#define LAB_CONFIG "{\n  \"ociVersion\": \"1.0.0\"\n}\n"

enum { LAB_ENTRIES_MAX = 64, LAB_TIME = 86400, LAB_TEXT_MAX = 1 << 20 };

/* Everything is made once; tests spoil it before they emit. */
struct lab {
	char dir[64]; /* store/ and host/ below it; outputs go to out/ */
	int fd, store, host, out;
	struct ctx cx;
	struct graph *graph;
	struct plan *plan;
};

extern char **environ;

/* Run a program; its standard output goes to the file named out, when that is not NULL. */
static inline int lab_run(const char *const argv[], const char *out)
{
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t pid;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	if (out)
		posix_spawn_file_actions_addopen(
			&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(
		posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static inline void lab_write(int dirfd, const char *name, mode_t mode, const char *text)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* A file as a string; free it. */
static inline char *lab_read(int dirfd, const char *name, size_t *ret_len)
{
	char *text = calloc(1, LAB_TEXT_MAX + 1);
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	assert_non_null(text);
	if (fd < 0)
		print_error("%s: %s\n", name, strerror(errno));
	assert_true(fd >= 0);
	while ((n = read(fd, text + len, LAB_TEXT_MAX - len)) > 0)
		len += n;
	close(fd);
	if (ret_len)
		*ret_len = len;
	return text;
}

static inline int lab_dir(int dirfd, const char *name)
{
	int fd;

	assert_int_equal(mkdirat(dirfd, name, 0755), 0);
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static inline bool lab_exists(int dirfd, const char *name)
{
	struct stat st;

	return !fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW);
}

static inline void lab_fill(struct lab *l)
{
	const char *hello = path_base(LAB_HELLO);
	int tree = lab_dir(l->store, hello);

	close(lab_dir(tree, "bin"));
	close(lab_dir(tree, "lib"));
	close(lab_dir(tree, "share"));
	lab_write(tree, "bin/hello", 0755, "#!/bin/sh\necho hello\n");
	assert_int_equal(symlinkat("hello", tree, "bin/hi"), 0);
	lab_write(tree, "lib/empty", 0644, "");
	lab_write(tree, "share/" LAB_ODD, 0644, "odd");
	lab_write(tree, "share/-dash", 0600, "content");
	close(tree);
	lab_write(l->store, path_base(LAB_FILE), 0644, "one file\n");
	assert_int_equal(symlinkat(hello, l->store, path_base(LAB_LINK)), 0);
	lab_write(l->host, "tool", 0755, "tool of the host\n");
	lab_write(l->host, "state", 0640, "state\n");
}

static inline void lab_open_dirs(struct lab *l)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(l->dir, sizeof(l->dir), "%.40s/ocit-sink-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(l->dir));
	l->fd = open(l->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(l->fd >= 0);
	l->store = lab_dir(l->fd, "store");
	l->host = lab_dir(l->fd, "host");
	l->out = lab_dir(l->fd, "out");
}

/* The graph: args[0] is the link /usr/bin/t to a tool of the host; args[1] is in the store. */
static inline uint32_t lab_unit(
	struct lab *l, const char *id, const char *name, const char *version, uint64_t size)
{
	struct unit u = {
		.id = id,
		.name = name,
		.version = version,
		.source = id[0] == '/' ? "nix" : "dpkg",
		.size = size,
	};
	uint32_t at;

	assert_int_equal(graph_add_unit(&l->cx, l->graph, &u, &at, NULL), 0);
	return at;
}

static inline uint32_t lab_node(
	struct lab *l, const char *path, enum node_kind kind, uint32_t unit, uint64_t size)
{
	struct node n = {
		.path = path,
		.kind = kind,
		.unit = unit,
		.size = size,
		.target = kind == NODE_LINK ? "tool" : NULL,
		.where = path_base(path),
		.place = kind == NODE_TREE ? 0 : 1,
		.mode = 0755,
	};
	uint32_t at;

	assert_int_equal(graph_add_node(&l->cx, l->graph, &n, &at, NULL), 0);
	return at;
}

static inline void lab_edge(
	struct lab *l, uint32_t from, uint32_t to, enum rule rule, const char *detail)
{
	struct edge e = { .from = from, .to = to, .rule = rule, .detail = detail };

	assert_int_equal(graph_add_edge(&l->cx, l->graph, &e), 0);
}

static inline void lab_graph(struct lab *l)
{
	uint32_t tool, t, hello, file, link, state, place;

	assert_int_equal(graph_new(&l->cx, &l->graph), 0);
	assert_int_equal(graph_add_place(&l->cx, l->graph, l->store, "store", &place), 0);
	assert_int_equal(graph_add_place(&l->cx, l->graph, l->host, "host", &place), 0);
	tool = lab_node(
		l, "/usr/bin/tool", NODE_FILE, lab_unit(l, "tool:all", "tool", "2.1", 17), 17);
	state = lab_node(l, "/var/lib/tool/state", NODE_FILE, l->graph->nodes[tool].unit, 6);
	t = lab_node(l, "/usr/bin/t", NODE_LINK, GRAPH_NONE, 0);
	hello = lab_node(
		l, LAB_HELLO, NODE_TREE, lab_unit(l, LAB_HELLO, "hello", "1.0", 1608), 1608);
	file = lab_node(l, LAB_FILE, NODE_TREE, lab_unit(l, LAB_FILE, "one-file", NULL, 128), 128);
	link = lab_node(l, LAB_LINK, NODE_TREE, lab_unit(l, LAB_LINK, "link", NULL, 160), 160);
	lab_edge(l, GRAPH_ROOT, t, RULE_PROGRAM, "args[0]");
	lab_edge(l, t, tool, RULE_SYMLINK, NULL);
	lab_edge(l, tool, state, RULE_TEXT, NULL);
	lab_edge(l, GRAPH_ROOT, hello, RULE_ARGUMENT, "args[1]");
	lab_edge(l, hello, file, RULE_REFERENCE, NULL);
	lab_edge(l, file, link, RULE_REFERENCE, NULL);
	assert_int_equal(graph_freeze(&l->cx, l->graph), 0);
}

static inline struct entry *lab_entry(struct lab *l, const char *path, enum node_kind kind)
{
	struct entry *e = &l->plan->entries[l->plan->n_entries++];
	const struct node *n = graph_find(l->graph, path);

	assert_true(l->plan->n_entries <= LAB_ENTRIES_MAX);
	*e = (struct entry){
		.path = arena_str(&l->plan->arena, path),
		.kind = kind,
		.origin = n ? ORIGIN_NODE : ORIGIN_PARENT,
		.node = n ? (uint32_t)(n - l->graph->nodes) : GRAPH_NONE,
		.mode = 0755,
		.mtime = LAB_TIME,
		.size = n ? n->size : 0,
	};
	if (n) {
		e->place = n->place;
		e->where = n->where;
	}
	return e;
}

static inline void lab_tree(struct lab *l, const char *path, const char *hash)
{
	struct entry *e = lab_entry(l, path, NODE_TREE);

	assert_true(digest_parse(hash, strlen(hash), &e->expect));
}

static inline int lab_compare(const void *a, const void *b)
{
	return plan_path_compare(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static inline void lab_sort(struct lab *l)
{
	qsort(l->plan->entries, l->plan->n_entries, sizeof(*l->plan->entries), lab_compare);
	l->plan->bytes = 0;
	for (size_t i = 0; i < l->plan->n_entries; i++)
		l->plan->bytes += l->plan->entries[i].size;
}

static inline struct entry *lab_find(struct lab *l, const char *path)
{
	for (size_t i = 0; i < l->plan->n_entries; i++)
		if (!strcmp(l->plan->entries[i].path, path))
			return &l->plan->entries[i];
	return NULL;
}

static inline void lab_plan_dirs(struct lab *l)
{
	static const char *const parents[] = { "/", "/nix", "/nix/store", "/usr", "/usr/bin",
		"/var", "/var/lib" };

	for (size_t i = 0; i < ARRAY_LEN(parents); i++)
		lab_entry(l, parents[i], NODE_DIR);
	lab_entry(l, "/data", NODE_DIR)->origin = ORIGIN_MOUNT;
	lab_entry(l, "/etc", NODE_DIR)->origin = ORIGIN_SKELETON;
	lab_entry(l, "/var/lib/tool", NODE_DIR)->mode = 0750;
	*lab_find(l, "/var/lib/tool") = (struct entry){
		.path = "/var/lib/tool",
		.kind = NODE_DIR,
		.origin = ORIGIN_PARENT,
		.node = GRAPH_NONE,
		.mode = 0750,
		.uid = 100,
		.gid = 101,
		.mtime = LAB_TIME + 7,
	};
	lab_entry(l, "/tmp", NODE_DIR)->mode = 01777;
	lab_entry(l, "/locked", NODE_DIR)->mode = 0555;
	lab_entry(l, "/locked/in", NODE_DIR)->mode = 0500;
}

/* The hashes are those of nix-store --dump over the same trees. */
static inline void lab_plan(struct lab *l)
{
	static const char *args[] = { "/usr/bin/t", LAB_HELLO "/bin/hello", "" };
	static const char *notes[] = { "tool: set-user-ID was cleared" };
	struct entry *e;

	l->plan = plan_alloc(l->graph);
	assert_non_null(l->plan);
	l->plan->entries = arena_array(&l->plan->arena, LAB_ENTRIES_MAX, sizeof(*l->plan->entries));
	assert_non_null(l->plan->entries);
	l->plan->config = LAB_CONFIG;
	l->plan->config_len = strlen(LAB_CONFIG);
	l->plan->args = args;
	l->plan->n_args = ARRAY_LEN(args);
	l->plan->notes = notes;
	l->plan->n_notes = ARRAY_LEN(notes);
	l->plan->timestamp = LAB_TIME;
	lab_plan_dirs(l);
	e = lab_entry(l, "/etc/passwd", NODE_FILE);
	e->origin = ORIGIN_SYNTHESIZED;
	e->mode = 0644;
	e->bytes = LAB_PASSWD;
	e->size = strlen(LAB_PASSWD);
	e = lab_entry(l, "/bin", NODE_LINK);
	e->origin = ORIGIN_SKELETON;
	e->target = "usr/bin";
	lab_entry(l, "/usr/bin/t", NODE_LINK)->target = "tool";
	lab_entry(l, "/usr/bin/tool", NODE_FILE)->mtime = 1234567;
	e = lab_entry(l, "/var/lib/tool/state", NODE_FILE);
	e->mode = 04750;
	e->uid = 100;
	lab_tree(l, LAB_HELLO,
		"sha256:fe544428521b69b6fe5889a6cdfed8f26231d252d9d7256b7122e49d0bbd79f7");
	lab_tree(l, LAB_FILE,
		"sha256:72d88b156e09c505bbe0f16991f838a9af0b54e66bf59a1f00f9e9a0fe22384d");
	lab_tree(l, LAB_LINK,
		"sha256:3ac9721aa4b1daf74a087e0b24f4045e60f6f5e3d236e5cf98b3fbc0ef60b703");
	lab_sort(l);
}

static inline int lab_setup(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	assert_int_equal(ctx_init(&l->cx, NULL), 0);
	lab_open_dirs(l);
	lab_fill(l);
	lab_graph(l);
	lab_plan(l);
	*state = l;
	return 0;
}

static inline int lab_teardown(void **state)
{
	struct lab *l = *state;

	plan_free(l->plan);
	graph_unref(l->graph);
	close(l->store);
	close(l->host);
	close(l->out);
	close(l->fd);
	assert_int_equal(ctx_init(&l->cx, NULL), 0); /* a test may have cancelled it */
	assert_int_equal(tree_remove(&l->cx, AT_FDCWD, l->dir), 0);
	free(l);
	return 0;
}

static inline ocit_target lab_target(const struct lab *l, const char *transport, const char *name)
{
	ocit_target t = OCIT_TARGET_INIT;

	t.transport = transport;
	t.name = name;
	t.dirfd = l->out;
	return t;
}

/* Emit one target that must succeed. */
static inline ocit_target lab_emit(struct lab *l, const char *transport, const char *name)
{
	ocit_target t = lab_target(l, transport, name);
	int r = sink_emit(&l->cx, l->plan, &t, 1);

	if (r < 0)
		print_error("%s\n", ctx_message(&l->cx));
	assert_int_equal(r, 0);
	return t;
}

/* How many names are in out/, stages included. */
static inline size_t lab_count_outputs(const struct lab *l)
{
	struct tree_item item;
	struct tree *tree = NULL;
	struct ctx cx;
	size_t n = 0;

	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(tree_open(&cx, l->fd, "out", 0, &tree), 0);
	while (!tree_next(&cx, tree, &item) && item.event != TREE_END)
		n += item.depth == 1 && item.event != TREE_LEAVE;
	tree_close(tree);
	return n;
}

/* A path below the laboratory, for programs; of four at a time. */
static inline const char *lab_path(const struct lab *l, const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", l->dir, name);
	return path;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_planner.c: every entry of the output: nodes, skeleton, written files,
 * mount points, working directory; and what is refused. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "engine/mount_points.h"
#include "plan_items.h"

static const struct item just_a[] = { { "/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
	{ 0 } };

static const struct {
	const char *path;
	enum node_kind kind;
	enum origin origin;
	uint32_t mode;
	const char *text; /* of a link or a written file */
} minimal[] = {
	{ "/", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/bin", NODE_DIR, ORIGIN_PARENT, 0755, NULL },
	{ "/bin/a", NODE_FILE, ORIGIN_NODE, 0755, NULL },
	{ "/dev", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/etc", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/etc/group", NODE_FILE, ORIGIN_SYNTHESIZED, 0644, "root:*:0:\nnogroup:*:65534:\n" },
	{ "/etc/hostname", NODE_FILE, ORIGIN_SYNTHESIZED, 0644, "container\n" },
	{ "/etc/hosts", NODE_FILE, ORIGIN_SYNTHESIZED, 0644,
		"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
		"127.0.1.1\tcontainer\n" },
	{ "/etc/nsswitch.conf", NODE_FILE, ORIGIN_SYNTHESIZED, 0644, NULL },
	{ "/etc/passwd", NODE_FILE, ORIGIN_SYNTHESIZED, 0644,
		"root:*:0:0:root:/root:/sbin/nologin\n"
		"nobody:*:65534:65534:nobody:/:/sbin/nologin\n" },
	{ "/etc/resolv.conf", NODE_FILE, ORIGIN_SYNTHESIZED, 0644, "" },
	{ "/proc", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/root", NODE_DIR, ORIGIN_SKELETON, 0700, NULL },
	{ "/run", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/run/lock", NODE_DIR, ORIGIN_SKELETON, 01777, NULL },
	{ "/sys", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/tmp", NODE_DIR, ORIGIN_SKELETON, 01777, NULL },
	{ "/usr", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/var", NODE_DIR, ORIGIN_SKELETON, 0755, NULL },
	{ "/var/lock", NODE_LINK, ORIGIN_SKELETON, 0777, "/run/lock" },
	{ "/var/run", NODE_LINK, ORIGIN_SKELETON, 0777, "/run" },
	{ "/var/tmp", NODE_DIR, ORIGIN_SKELETON, 01777, NULL },
};

static void a_plan_of_one_file_has_the_skeleton_around_it(void **state)
{
	AUTO(plan) struct plan *p = NULL;
	uint64_t bytes = 0;

	(void)state;
	assert_int_equal(plan_items(just_a, &p), 0);
	assert_int_equal(p->n_entries, ARRAY_LEN(minimal));
	for (size_t i = 0; i < p->n_entries; i++) {
		const struct entry *e = &p->entries[i];

		assert_string_equal(e->path, minimal[i].path);
		assert_int_equal(e->kind, minimal[i].kind);
		assert_int_equal(e->origin, minimal[i].origin);
		assert_int_equal(e->mode, minimal[i].mode);
		assert_int_equal(e->mtime, 1000);
		if (e->kind == NODE_LINK)
			assert_string_equal(e->target, minimal[i].text);
		else if (minimal[i].text)
			assert_string_equal(e->bytes, minimal[i].text);
		if (e->bytes)
			assert_int_equal(e->size, strlen(e->bytes));
		assert_int_equal(e->node == GRAPH_NONE, e->origin != ORIGIN_NODE);
		bytes += e->size;
	}
	assert_int_equal(p->bytes, bytes);
	assert_int_equal(p->n_notes, 0);
	assert_int_equal(p->n_args, 2);
	assert_string_equal(p->args[1], "x");
	assert_int_equal(p->timestamp, 1000);
	assert_true(p->config_len > 2 && p->config[0] == '{');
	assert_int_equal(entry_of(p, "/bin/a")->uid, 5);
	assert_int_equal(entry_of(p, "/bin/a")->gid, 6);
	assert_string_equal(entry_of(p, "/bin/a")->where, "bin/a");
	assert_int_equal(entry_of(p, "/bin/a")->place, 0);
}

static void plans_are_sorted_and_every_parent_is_a_directory(void **state)
{
	static const struct item items[] = {
		{ "/usr/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0, NULL, NULL },
		{ "/usr/bin-x/a", NODE_FILE, NULL, RULE_PROGRAM, 0, NULL, NULL },
		{ "/usr/bin.d", NODE_DIR, NULL, RULE_PROGRAM, 0750, NULL, NULL },
		{ "/store/t", NODE_TREE, NULL, RULE_PROGRAM, 0, NULL, NULL },
		{ "/bin", NODE_LINK, "usr/bin", RULE_PROGRAM, 0, NULL, NULL },
		{ "/usr", NODE_DIR, NULL, RULE_PROGRAM, 0711, NULL, NULL },
		{ 0 },
	};
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	assert_int_equal(plan_items(items, &p), 0);
	assert_string_equal(p->entries[0].path, "/");
	for (size_t i = 1; i < p->n_entries; i++) {
		char parent[256];
		const struct entry *up;

		assert_true(plan_path_compare(p->entries[i - 1].path, p->entries[i].path) < 0);
		snprintf(parent, sizeof(parent), "%s", p->entries[i].path);
		*strrchr(parent, '/') = '\0';
		up = entry_of(p, *parent ? parent : "/");
		assert_non_null(up);
		assert_int_equal(up->kind, NODE_DIR);
	}
	/* What the closure knows of a directory stays. */
	assert_int_equal(entry_of(p, "/usr")->mode, 0711);
	assert_int_equal(entry_of(p, "/usr")->origin, ORIGIN_NODE);
	assert_int_equal(entry_of(p, "/usr/bin.d")->mode, 0750);
	assert_int_equal(entry_of(p, "/store/t")->mtime, 1);
	assert_int_equal(entry_of(p, "/store/t")->size, 500);
	assert_int_equal(entry_of(p, "/store/t")->expect.bytes[0], 7);
	assert_string_equal(entry_of(p, "/bin")->target, "usr/bin");
}

static void root_gets_a_shell_when_there_is_one(void **state)
{
	static const struct item items[] = {
		{ "/bin", NODE_LINK, "usr/bin", RULE_PROGRAM, 0, NULL, NULL },
		{ "/usr/bin/sh", NODE_LINK, "dash", RULE_PROGRAM, 0, NULL, NULL },
		{ "/usr/bin/dash", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ 0 },
	};
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	spec->user = "1000";
	assert_int_equal(plan_items(items, &p), 0);
	assert_string_equal(entry_of(p, "/etc/passwd")->bytes,
		"root:*:0:0:root:/root:/bin/sh\nuser:*:1000:1000:user:/:/bin/sh\n"
		"nobody:*:65534:65534:nobody:/:/sbin/nologin\n");
	assert_non_null(strstr(p->config, "1000"));
	spec->user = NULL;
}

static void written_files_win_but_for_includes(void **state)
{
	static const struct item items[] = {
		{ "/etc/hosts", NODE_FILE, NULL, RULE_ARGUMENT, 0600, NULL, NULL },
		{ "/etc/resolv.conf", NODE_LINK, "../run/x", RULE_TEXT, 0, NULL, NULL },
		{ "/etc/group", NODE_FILE, NULL, RULE_INCLUDE, 0640, NULL, NULL },
		{ "/etc/group", NODE_FILE, NULL, RULE_TEXT, 0640, NULL, NULL },
		{ 0 },
	};
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	assert_int_equal(plan_items(items, &p), 0);
	assert_int_equal(entry_of(p, "/etc/hosts")->origin, ORIGIN_SYNTHESIZED);
	assert_int_equal(entry_of(p, "/etc/hosts")->mode, 0644);
	assert_int_equal(entry_of(p, "/etc/hosts")->uid, 0);
	assert_int_equal(entry_of(p, "/etc/resolv.conf")->kind, NODE_FILE);
	assert_null(entry_of(p, "/etc/resolv.conf")->target);
	assert_int_equal(entry_of(p, "/etc/group")->origin, ORIGIN_NODE);
	assert_int_equal(entry_of(p, "/etc/group")->mode, 0640);
}

static void skeleton_follows_links_of_the_closure(void **state)
{
	static const struct item items[] = {
		{ "/var", NODE_LINK, "data/var", RULE_PROGRAM, 0, NULL, NULL },
		{ "/data/var/run", NODE_DIR, NULL, RULE_PROGRAM, 0700, NULL, NULL },
		{ "/tmp", NODE_LINK, "/data/tmp", RULE_PROGRAM, 0, NULL, NULL },
		{ "/etc", NODE_LINK, "/data/etc", RULE_PROGRAM, 0, NULL, NULL },
		{ 0 },
	};
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	assert_int_equal(plan_items(items, &p), 0);
	assert_int_equal(entry_of(p, "/var")->kind, NODE_LINK);
	assert_int_equal(entry_of(p, "/tmp")->kind, NODE_LINK);
	assert_int_equal(entry_of(p, "/data/var/run")->kind, NODE_DIR);
	assert_int_equal(entry_of(p, "/data/var/run")->mode, 0700);
	assert_int_equal(entry_of(p, "/data/var/tmp")->mode, 01777);
	assert_non_null(entry_of(p, "/data/etc/passwd"));
	assert_null(entry_of(p, "/etc/passwd"));
}

static void case_125_set_id_bits_are_cleared_and_noted(void **state)
{
	static const struct item items[] = {
		{ "/bin/su", NODE_FILE, NULL, RULE_PROGRAM, 06755, NULL, NULL },
		{ "/srv", NODE_DIR, NULL, RULE_PROGRAM, 03775, NULL, NULL },
		{ 0 },
	};
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	assert_int_equal(plan_items(items, &p), 0);
	assert_int_equal(entry_of(p, "/bin/su")->mode, 0755);
	assert_int_equal(entry_of(p, "/srv")->mode, 01775);
	assert_int_equal(p->n_notes, 1);
	assert_string_equal(p->notes[0], "set-id bits of '/bin/su' are cleared: mode 6755");
}

static void case_185_set_id_bits_are_kept_on_request(void **state)
{
	static const struct item items[] = {
		{ "/bin/su", NODE_FILE, NULL, RULE_PROGRAM, 06755, NULL, NULL },
		{ "/srv", NODE_DIR, NULL, RULE_PROGRAM, 03775, NULL, NULL },
		{ 0 },
	};
	struct plan *p = NULL;

	(void)state;
	spec->keep_setuid = true;
	assert_int_equal(plan_items(items, &p), 0);
	assert_int_equal(entry_of(p, "/bin/su")->mode, 06755);
	assert_int_equal(entry_of(p, "/srv")->mode, 03775);
	assert_int_equal(p->n_notes, 1);
	assert_string_equal(p->notes[0], "set-id bits of '/bin/su' are kept: mode 6755, and do "
					 "nothing without --no-new-privileges=false");
	plan_free(p);
	/* It was asked for. */
	spec->strict = true;
	assert_int_equal(plan_items(items, &p), 0);
	assert_int_equal(p->n_notes, 0);
	plan_free(p);
}

static void an_empty_mount_over_what_the_command_names_is_noted(void **state)
{
	static const struct item items[] = {
		{ "/tmp/x/run.sh", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ "/tmpfile", NODE_FILE, NULL, RULE_ARGUMENT, 0644, NULL, NULL },
		{ 0 },
	};
	AUTO(graph) struct graph *g = NULL;
	struct mount m = { .destination = "/tmp", .type = "tmpfs" };
	const struct edge *e;

	(void)state;
	g = make_graph(items);
	e = mount_points_hide(&m, g);
	assert_non_null(e);
	assert_string_equal(g->nodes[e->to].path, "/tmp/x/run.sh");
	m = (struct mount){ .destination = "/tmp", .type = "bind", .source = "/other" };
	assert_non_null(mount_points_hide(&m, g));
	m.source = "/tmp"; /* it shows the same file */
	assert_null(mount_points_hide(&m, g));
	m = (struct mount){ .destination = "/run", .type = "tmpfs" };
	assert_null(mount_points_hide(&m, g));
}

static int plan_mount(const struct item *items, struct mount mount, struct plan **ret)
{
	static const char *options[] = { "bind" };
	int r;

	mount.type = "none";
	mount.source = "/host";
	mount.options = options;
	mount.n_options = 1;
	mount.has_options = true;
	spec->mounts = &mount;
	spec->n_mounts = 1;
	r = plan_items(items, ret);
	spec->mounts = NULL;
	spec->n_mounts = 0;
	return r;
}

static void case_040_mount_points_are_made_beforehand(void **state)
{
	static const struct {
		const char *destination, *entry;
		bool file;
		enum node_kind kind;
		enum origin origin;
	} rows[] = {
		{ "/data/deep", "/data/deep", false, NODE_DIR, ORIGIN_MOUNT },
		{ "/data/deep", "/data", false, NODE_DIR, ORIGIN_PARENT },
		{ "/data/file", "/data/file", true, NODE_FILE, ORIGIN_MOUNT },
		{ "/tmp", "/tmp", false, NODE_DIR, ORIGIN_SKELETON },
		{ "/etc/resolv.conf", "/etc/resolv.conf", true, NODE_FILE, ORIGIN_SYNTHESIZED },
		{ "/bin/a", "/bin/a", true, NODE_FILE, ORIGIN_NODE },
		{ "/dev", "/dev", false, NODE_DIR, ORIGIN_SKELETON },
	};

	(void)state;
	spec->readonly = true;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(plan) struct plan *p = NULL;
		const struct mount m = { .destination = rows[i].destination,
			.source_is_file = rows[i].file };

		assert_int_equal(plan_mount(just_a, m, &p), 0);
		assert_non_null(entry_of(p, rows[i].entry));
		assert_int_equal(entry_of(p, rows[i].entry)->kind, rows[i].kind);
		assert_int_equal(entry_of(p, rows[i].entry)->origin, rows[i].origin);
		if (rows[i].origin == ORIGIN_MOUNT && rows[i].file)
			assert_string_equal(entry_of(p, rows[i].entry)->bytes, "");
	}
}

static void mount_points_inside_dev_are_not_ours(void **state)
{
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	assert_int_equal(plan_mount(just_a, (struct mount){ .destination = "/dev/x" }, &p), 0);
	assert_null(entry_of(p, "/dev/x"));
	assert_null(entry_of(p, "/dev/pts"));
	assert_null(entry_of(p, "/sys/fs"));
}

static const struct item with_links[] = {
	{ "/abs", NODE_LINK, "/real", RULE_PROGRAM, 0, NULL, NULL },
	{ "/real/rel", NODE_LINK, "../other", RULE_PROGRAM, 0, NULL, NULL },
	{ "/out", NODE_LINK, "../../../x", RULE_PROGRAM, 0, NULL, NULL },
	{ "/loop", NODE_LINK, "loop", RULE_PROGRAM, 0, NULL, NULL },
	{ "/store/t", NODE_TREE, NULL, RULE_PROGRAM, 0, NULL, NULL },
	{ "/file", NODE_FILE, NULL, RULE_PROGRAM, 0, NULL, NULL },
	{ "/dir/x", NODE_FILE, NULL, RULE_PROGRAM, 0, NULL, NULL },
	{ 0 },
};

struct bad_mount {
	const char *destination;
	bool file;
	const char *message, *hint;
};

static void assert_mounts_refused(const struct bad_mount *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct plan *p = NULL;
		const struct mount m = { .destination = rows[i].destination,
			.source_is_file = rows[i].file };

		assert_int_equal(plan_mount(with_links, m, &p), OCIT_E_FORMAT);
		assert_string_equal(ctx_message(&cx), rows[i].message);
		assert_string_equal(cx.hint, rows[i].hint);
		assert_null(p);
	}
}

static void case_031_mounts_through_symlinks_are_refused(void **state)
{
	static const struct bad_mount rows[] = {
		{ "/abs/x", false, "mount '/abs/x': '/abs' is a symlink", "mount it at '/real/x'" },
		{ "/abs", false, "mount '/abs': '/abs' is a symlink", "mount it at '/real'" },
		{ "/real/rel/x/y", true, "mount '/real/rel/x/y': '/real/rel' is a symlink",
			"mount it at '/other/x/y'" },
		{ "/out/x", false, "mount '/out/x': '/out' is a symlink", "mount it at '/x/x'" },
		{ "/loop/x", false, "mount '/loop/x': '/loop' is a symlink", "" },
		{ "/var/run/x", false, "mount '/var/run/x': '/var/run' is a symlink",
			"mount it at '/run/x'" },
	};

	(void)state;
	assert_mounts_refused(rows, ARRAY_LEN(rows));
}

static void case_032_mounts_onto_the_wrong_kind_are_refused(void **state)
{
	static const struct bad_mount rows[] = {
		{ "/file", false, "mount '/file': '/file' is a file, a directory is needed", "" },
		{ "/file/x", true, "mount '/file/x': '/file' is a file, a directory is needed",
			"" },
		{ "/dir", true,
			"mount '/dir': it is a directory, the source of the mount is a file", "" },
		{ "/store/t/x", false,
			"mount '/store/t/x': '/store/t' is a store path, nothing can be made in it",
			"" },
	};

	(void)state;
	assert_mounts_refused(rows, ARRAY_LEN(rows));
}

static void mounts_without_a_source_yet_take_what_is_there(void **state)
{
	AUTO(plan) struct plan *p = NULL;
	const struct mount m = { .destination = "/file", .source_missing = true };

	(void)state;
	assert_int_equal(plan_mount(with_links, m, &p), 0);
	assert_int_equal(entry_of(p, "/file")->origin, ORIGIN_NODE);
}

static void symlinks_for_the_kernels_directories_are_refused(void **state)
{
	static const struct item items[] = {
		{ "/dev", NODE_LINK, "/elsewhere", RULE_PROGRAM, 0, NULL, NULL }, { 0 }
	};
	struct plan *p = NULL;

	(void)state;
	assert_int_equal(plan_items(items, &p), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "mount '/dev': '/dev' is a symlink");
}

static void files_where_the_skeleton_needs_directories_are_refused(void **state)
{
	static const struct item items[] = {
		{ "/tmp", NODE_FILE, NULL, RULE_PROGRAM, 0, NULL, NULL }, { 0 }
	};
	static const struct item under_link[] = { { "/a", NODE_LINK, "b", RULE_PROGRAM, 0, NULL,
							  NULL },
		{ "/a/x", NODE_FILE, NULL, RULE_PROGRAM, 0, NULL, NULL }, { 0 } };
	static const struct item etc_dir[] = {
		{ "/etc/hosts", NODE_DIR, NULL, RULE_PROGRAM, 0, NULL, NULL }, { 0 }
	};
	struct plan *p = NULL;

	(void)state;
	assert_int_equal(plan_items(items, &p), OCIT_E_FORMAT);
	assert_string_equal(
		ctx_message(&cx), "skeleton '/tmp': '/tmp' is a file, a directory is needed");
	assert_int_equal(plan_items(under_link, &p), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "'/a/x': '/a' is a symlink, a directory is needed");
	assert_int_equal(plan_items(etc_dir, &p), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "'/etc/hosts': it is a directory, a file is needed");
}

static const struct {
	const char *cwd, *message; /* NULL: fine */
	enum origin origin;
} cwds[] = {
	{ "/new/deep", NULL, ORIGIN_CWD },
	{ "/dir", NULL, ORIGIN_CWD },
	{ "/tmp/", NULL, ORIGIN_SKELETON },
	{ "/abs", "'cwd': '/abs': '/abs' is a symlink", 0 },
	{ "/real/rel/x", "'cwd': '/real/rel/x': '/real/rel' is a symlink", 0 },
	{ "/file", "'cwd': '/file': '/file' is a file, a directory is needed", 0 },
	{ "/file/x", "'cwd': '/file/x': '/file' is a file, a directory is needed", 0 },
	{ "/store/t/x", "'cwd': '/store/t/x': it is no directory of the store path it lies in", 0 },
	{ "/proc/self/cwd", "cwd '/proc/self/cwd' lies in '/proc', which belongs to the kernel",
		0 },
	{ "x", "cwd 'x' is not absolute", 0 },
};

static void case_034_the_working_directory_is_a_real_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cwds); i++) {
		AUTO(plan) struct plan *p = NULL;
		char clean[64];
		int r;

		spec->cwd = cwds[i].cwd;
		r = plan_items(with_links, &p);
		if (cwds[i].message) {
			assert_int_equal(r, OCIT_E_FORMAT);
			assert_string_equal(ctx_message(&cx), cwds[i].message);
			continue;
		}
		assert_int_equal(r, 0);
		snprintf(clean, sizeof(clean), "%s", cwds[i].cwd);
		if (clean[strlen(clean) - 1] == '/')
			clean[strlen(clean) - 1] = '\0';
		assert_non_null(entry_of(p, clean));
		assert_int_equal(entry_of(p, clean)->kind, NODE_DIR);
		assert_int_equal(entry_of(p, clean)->origin, cwds[i].origin);
		assert_non_null(strstr(p->config, clean));
	}
}

static void the_callers_directory_is_made_when_arguments_are_relative(void **state)
{
	static const char *args[] = { "./a" };
	AUTO(graph) struct graph *g = make_graph(just_a);
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	spec->args = args;
	spec->n_args = 1;
	spec->directory = "/home/u";
	assert_int_equal(planner_run(&cx, spec, g, &p), 0);
	assert_null(entry_of(p, "/home/u"));
	plan_free(take(&p));
	g->relative_args = true;
	assert_int_equal(planner_run(&cx, spec, g, &p), 0);
	assert_int_equal(entry_of(p, "/home/u")->origin, ORIGIN_CWD);
	plan_free(take(&p));
	spec->directory = "/store/t/sub";
	{
		AUTO(graph) struct graph *links = make_graph(with_links);

		links->relative_args = links->cwd_is_dir = true;
		assert_int_equal(planner_run(&cx, spec, links, &p), 0);
	}
	spec->directory = NULL;
}

static void directories_that_arguments_pass_through_are_made(void **state)
{
	static const char *args[] = { "/x/y/../../bin/a", "/abs/../bin/a", "/x/../nowhere" };
	AUTO(plan) struct plan *p = NULL;
	static const struct item items[] = {
		{ "/bin/a", NODE_FILE, NULL, RULE_PROGRAM, 0755, NULL, NULL },
		{ "/abs", NODE_LINK, "/real/sub", RULE_PROGRAM, 0, NULL, NULL },
		{ 0 },
	};

	(void)state;
	spec->args = args;
	spec->n_args = 1;
	assert_int_equal(plan_items(just_a, &p), 0);
	assert_int_equal(entry_of(p, "/x/y")->kind, NODE_DIR);
	spec->n_args = 2;
	plan_free(take(&p));
	/* Behind the link ".." leads to /real/bin/a, which is not what was looked up. */
	assert_int_equal(plan_items(items, &p), OCIT_E_FORMAT);
	assert_string_equal(
		ctx_message(&cx), "args[1]: '/abs' is a symlink, a directory is needed");
	spec->args = args + 2;
	spec->n_args = 1;
	assert_int_equal(plan_items(just_a, &p), 0);
	assert_null(entry_of(p, "/x"));
}

static void strict_turns_notes_into_an_error(void **state)
{
	static const struct item items[] = {
		{ "/a", NODE_FILE, NULL, RULE_PROGRAM, 04755, NULL, NULL },
		{ "/b", NODE_FILE, NULL, RULE_PROGRAM, 04755, NULL, NULL },
		{ "/c", NODE_FILE, NULL, RULE_PROGRAM, 04755, NULL, NULL },
		{ "/d", NODE_FILE, NULL, RULE_PROGRAM, 04755, NULL, NULL },
		{ 0 },
	};
	AUTO(plan) struct plan *p = NULL;

	(void)state;
	spec->strict = true;
	assert_int_equal(plan_items(items, &p), OCIT_E_POLICY);
	assert_string_equal(ctx_message(&cx),
		"strict: set-id bits of '/a' are cleared: mode 4755; "
		"set-id bits of '/b' are cleared: mode 4755; "
		"set-id bits of '/c' are cleared: mode 4755; and 1 more");
	assert_int_equal(plan_items(just_a, &p), 0);
}

static void limits_are_kept(void **state)
{
	struct plan *p = NULL;

	(void)state;
	cx.max_files = ARRAY_LEN(minimal) - 1;
	assert_int_equal(plan_items(just_a, &p), OCIT_E_LIMIT);
	cx.max_files = ARRAY_LEN(minimal);
	cx.max_bytes = 100;
	assert_int_equal(plan_items(just_a, &p), OCIT_E_LIMIT);
	assert_non_null(strstr(ctx_message(&cx), "bytes in one output, limit 100"));
	cx.max_bytes = 10000;
	assert_int_equal(plan_items(just_a, &p), 0);
	plan_free(p);
	p = NULL;
	atomic_store(cx.cancel, 1);
	{
		AUTO(graph) struct graph *g = NULL;

		atomic_store(cx.cancel, 0);
		g = make_graph(just_a);
		atomic_store(cx.cancel, 1);
		assert_int_equal(planner_run(&cx, spec, g, &p), OCIT_E_CANCELLED);
	}
	assert_null(p);
}

static void graphs_that_are_not_frozen_are_a_bug(void **state)
{
	AUTO(graph) struct graph *g = NULL;
	struct plan *p = NULL;

	(void)state;
	assert_int_equal(graph_new(&cx, &g), 0);
	assert_int_equal(planner_run(&cx, spec, g, &p), OCIT_E_BUG);
}

static void assert_same_plan(const struct plan *a, const struct plan *b)
{
	assert_int_equal(a->n_entries, b->n_entries);
	for (size_t i = 0; i < a->n_entries; i++) {
		assert_string_equal(a->entries[i].path, b->entries[i].path);
		assert_int_equal(a->entries[i].origin, b->entries[i].origin);
		assert_int_equal(a->entries[i].node, b->entries[i].node);
		assert_int_equal(a->entries[i].mode, b->entries[i].mode);
	}
	assert_int_equal(a->config_len, b->config_len);
	assert_memory_equal(a->config, b->config, a->config_len);
}

static void the_same_inputs_give_the_same_plan(void **state)
{
	struct item items[ARRAY_LEN(with_links)];
	AUTO(plan) struct plan *first = NULL;
	unsigned seed = 3;

	(void)state;
	memcpy(items, with_links, sizeof(items));
	assert_int_equal(plan_items(items, &first), 0);
	for (unsigned round = 0; round < 20; round++) {
		AUTO(plan) struct plan *p = NULL;

		for (size_t i = ARRAY_LEN(items) - 1; i > 1; i--) {
			size_t k = (size_t)rand_r(&seed) % i;
			struct item swap = items[i - 1];

			items[i - 1] = items[k];
			items[k] = swap;
		}
		assert_int_equal(plan_items(items, &p), 0);
		assert_same_plan(first, p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_plan_of_one_file_has_the_skeleton_around_it),
		T(plans_are_sorted_and_every_parent_is_a_directory),
		T(root_gets_a_shell_when_there_is_one),
		T(written_files_win_but_for_includes),
		T(skeleton_follows_links_of_the_closure),
		T(case_125_set_id_bits_are_cleared_and_noted),
		T(case_185_set_id_bits_are_kept_on_request),
		T(an_empty_mount_over_what_the_command_names_is_noted),
		T(case_040_mount_points_are_made_beforehand),
		T(mount_points_inside_dev_are_not_ours),
		T(case_031_mounts_through_symlinks_are_refused),
		T(case_032_mounts_onto_the_wrong_kind_are_refused),
		T(mounts_without_a_source_yet_take_what_is_there),
		T(symlinks_for_the_kernels_directories_are_refused),
		T(files_where_the_skeleton_needs_directories_are_refused),
		T(case_034_the_working_directory_is_a_real_one),
		T(the_callers_directory_is_made_when_arguments_are_relative),
		T(directories_that_arguments_pass_through_are_made),
		T(strict_turns_notes_into_an_error),
		T(limits_are_kept),
		T(graphs_that_are_not_frozen_are_a_bug),
		T(the_same_inputs_give_the_same_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

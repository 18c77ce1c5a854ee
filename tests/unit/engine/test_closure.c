/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_closure.c: the fixed point over fake sources: nodes with their reasons,
 * refusals, and the same graph for every order of facts. */
#include "base/buf.h"
#include "engine/engine.h"
#include "model/spec.h"

#include "fake_source.h"

struct expected {
	const char *path, *chain;
};

struct closure_case {
	const char *name;
	const char *world;
	const char *args[6];
	struct expected nodes[10];
	const char *note;
};

static const struct closure_case cases[] = {
	{ "one file", "file /bin/a 10 x", { "/bin/a" }, { { "/bin/a", "program" } }, NULL },
	{ "along PATH", "dir /usr/bin\nfile /usr/bin/a 10 x\nfile /bin/a 10 x", { "a" },
		{ { "/usr/bin/a", "program" } }, NULL },
	{ "links on the way", "link /bin usr/bin\nlink /usr/bin/sh dash\nfile /usr/bin/dash 100 x",
		{ "/bin/sh" },
		{ { "/bin", "program" },
			{ "/usr/bin/dash", "symlink /usr/bin/sh < symlink /bin < program" },
			{ "/usr/bin/sh", "symlink /bin < program" } },
		NULL },
	{ "diamond",
		"file /a 1 x\nfile /l 1\nfile /m 1\nfile /deep 1\n"
		"need /a needed /l\nneed /a needed /m\nneed /l needed /deep\nneed /m needed /deep",
		{ "/a" },
		{ { "/a", "program" }, { "/deep", "needed /l < needed /a < program" },
			{ "/l", "needed /a < program" }, { "/m", "needed /a < program" } },
		NULL },
	{ "cycle",
		"file /a 1 x\nfile /b 1\nneed /a needed /b\nneed /b needed /a\nneed /b needed /b",
		{ "/a" }, { { "/a", "program" }, { "/b", "needed /a < program" } }, NULL },
	{ "optional and absent",
		"file /a 1 x\nneed /a feature /b optional\nneed /a feature /c optional\nfile /c 1",
		{ "/a" }, { { "/a", "program" }, { "/c", "feature /a < program" } }, NULL },
	{ "shortest reason wins",
		"file /a 1 x\nfile /far 1\nfile /x 1\nneed /a needed /x\nneed /x needed /far\n"
		"need /a needed /far",
		{ "/a" },
		{ { "/a", "program" }, { "/far", "needed /a < program" },
			{ "/x", "needed /a < program" } },
		NULL },
	{ "store path in the middle of an argument",
		"tree /store/sh 50\ntree /store/tool 60\nneed /store/sh reference /store/libc\n"
		"tree /store/libc 7",
		{ "/store/sh/bin/sh", "-c", "PATH=x:/store/tool/bin:y tool" },
		{ { "/store/libc", "reference /store/sh < program" }, { "/store/sh", "program" },
			{ "/store/tool", "argument" } },
		NULL },
	{ "one source hands over to another",
		"link /home/result /store/app\ntree /store/app 50\ntext /store/app see /etc/x\n"
		"need /store/app text /etc/conf\nfile /etc/conf 5\nlink /etc/alt /store/other\n"
		"need /etc/conf reference /etc/alt\ntree /store/other 5",
		{ "/home/result/bin/app" },
		{ { "/etc/alt", "reference /etc/conf < text /store/app < symlink /home/result < "
				"program" },
			{ "/etc/conf", "text /store/app < symlink /home/result < program" },
			{ "/home/result", "program" },
			{ "/store/app", "symlink /home/result < program" },
			{ "/store/other",
				"symlink /etc/alt < reference /etc/conf < text /store/app < "
				"symlink /home/result < program" } },
		NULL },
	{ "the text of a file is read by other sources",
		"file /run.sh 20 x\ntext /run.sh exec /store/tool/bin/tool\ntree /store/tool 9",
		{ "/run.sh" },
		{ { "/run.sh", "program" }, { "/store/tool", "text /run.sh < program" } }, NULL },
	{ "arguments that name files",
		"file /bin/cat 1 x\nfile /etc/x 1\nfile /tmp/y 2\nfile /proc/z 1\nfile /dev/null "
		"1\n"
		"dir /etc",
		{ "/bin/cat", "/etc/x", "/tmp/y", "/proc/z", "/dev/null", "--file=/etc/x" },
		{ { "/bin/cat", "program" }, { "/etc/x", "argument" }, { "/tmp/y", "argument" } },
		NULL },
	{ "directories only get a note", "file /bin/ls 1 x\ndir /etc\ndir /proc",
		{ "/bin/ls", "/etc", "/proc", "/", "etc" }, { { "/bin/ls", "program" } },
		"directory '/etc' is named by args[1] but directories are not included: use "
		"--include or -v" },
	{ "what cannot be looked at gets a note", "file /bin/ls 1 x\ndeny /root",
		{ "/bin/ls", "/root/x" }, { { "/bin/ls", "program" } },
		"args[1] was not looked up: open '/root/x': Permission denied" },
	{ "the kernel's files are the container's own",
		"file /a 1 x\nlink /etc/mtab ../proc/self/mounts\nneed /a text /etc/mtab\n"
		"need /a text /dev/null",
		{ "/a" }, { { "/a", "program" }, { "/etc/mtab", "text /a < program" } }, NULL },
};

static void spec_args(struct spec *spec, const char *const *args)
{
	memset(spec, 0, sizeof(*spec));
	spec->args = (const char **)args;
	while (spec->n_args < 6 && args[spec->n_args])
		spec->n_args++;
}

static void assert_nodes(const struct closure_case *c, const struct graph *g)
{
	size_t n = 0;

	for (; n < ARRAY_LEN(c->nodes) && c->nodes[n].path; n++) {
		assert_true(n < g->n_nodes);
		assert_string_equal(g->nodes[n].path, c->nodes[n].path);
		assert_string_equal(chain_of(g, c->nodes[n].path), c->nodes[n].chain);
	}
	assert_int_equal(g->n_nodes, n);
	assert_int_equal(g->n_notes, c->note ? 1 : 0);
	if (c->note)
		assert_string_equal(g->notes[0], c->note);
}

static void closures_are_complete_and_explained_in_every_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (unsigned seed = 0; seed < 20; seed++) {
			AUTO(graph) struct graph *g = NULL;
			struct spec spec;
			struct ctx cx;
			int r;

			assert_int_equal(ctx_init(&cx, NULL), 0);
			spec_args(&spec, cases[i].args);
			world_make(cases[i].world, seed);
			r = closure_find(&cx, &spec, fake_table, ARRAY_LEN(fake_table), &g);
			if (r < 0)
				print_error("%s: %s\n", cases[i].name, ctx_message(&cx));
			assert_int_equal(r, 0);
			assert_true(g->frozen);
			assert_nodes(&cases[i], g);
			/* Every node is asked what it needs exactly once. */
			assert_int_equal(fake_world.expands, g->n_nodes);
			world_done();
		}
	}
}

static const struct {
	const char *world;
	const char *args[3];
	const char *source;
	int code;
	const char *message;
} refusals[] = {
	{ "file /a 1 x\nneed /a needed /lib/x", { "/a" }, NULL, OCIT_E_NOT_FOUND,
		"needed of '/a': '/lib/x' does not exist" },
	{ "file /a 1 x\nlink /l /m\nlink /m /l\nneed /a needed /l", { "/a" }, NULL, OCIT_E_FORMAT,
		"symlink of '/m': '/l': more than 40 symlinks on the way" },
	{ "file /a 1 x", { "/a" }, "nix", OCIT_E_USAGE,
		"source 'nix' is unknown, there are auto, store, files" },
	{ "tree /store/a 1\nneed /store/a reference /etc/x\nfile /etc/x 1", { "/store/a/x" },
		"store", OCIT_E_NOT_FOUND, "reference of '/store/a': no source knows '/etc/x'" },
	{ "file /a 1 x\ntree /store/a 1", { "/a", "/store/b" }, NULL, OCIT_E_NOT_FOUND,
		"args[1]: '/store/b' does not exist" },
};

static void closures_that_are_not_whole_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		for (unsigned seed = 0; seed < 5; seed++) {
			struct graph *g = NULL;
			struct spec spec;
			struct ctx cx;

			assert_int_equal(ctx_init(&cx, NULL), 0);
			spec_args(&spec, refusals[i].args);
			spec.source = refusals[i].source;
			world_make(refusals[i].world, seed);
			assert_int_equal(
				closure_find(&cx, &spec, fake_table, ARRAY_LEN(fake_table), &g),
				refusals[i].code);
			if (!strstr(refusals[i].message, "'/m'"))
				assert_string_equal(ctx_message(&cx), refusals[i].message);
			else
				assert_non_null(strstr(ctx_message(&cx), "more than 40 symlinks"));
			assert_null(g);
			world_done();
		}
	}
}

static void a_named_source_is_asked_alone(void **state)
{
	static const char *const args[6] = { "/store/a/x", "/etc/x" };
	AUTO(graph) struct graph *g = NULL;
	struct spec spec;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	spec_args(&spec, args);
	spec.source = "store";
	world_make("tree /store/a 1\nfile /etc/x 1", 0);
	assert_int_equal(closure_find(&cx, &spec, fake_table, ARRAY_LEN(fake_table), &g), 0);
	assert_int_equal(g->n_nodes, 1);
	world_done();
}

static int open_not_here(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	(void)cx;
	(void)spec;
	*ret = NULL;
	return 0;
}

static int open_broken(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	(void)spec;
	(void)ret;
	return fail(cx, OCIT_E_FORMAT, "database is no database");
}

static const struct source_ops not_here = { .name = "absent", .open = open_not_here };
static const struct source_ops broken = { .name = "broken", .open = open_broken };

static void sources_that_are_not_here_are_left_out(void **state)
{
	static const char *const args[6] = { "/a" };
	static const struct source_ops *const table[] = { &not_here, &fake_files, &broken };
	AUTO(graph) struct graph *g = NULL;
	struct spec spec;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	spec_args(&spec, args);
	world_make("file /a 1 x", 0);
	assert_int_equal(closure_find(&cx, &spec, table, 2, &g), 0);
	assert_int_equal(g->n_nodes, 1);
	graph_unref(take(&g));
	assert_int_equal(closure_find(&cx, &spec, table, 1, &g), OCIT_E_NOT_FOUND);
	assert_string_equal(ctx_message(&cx), "source 'auto' finds nothing here");
	/* Those that were opened before it are closed: world_done() looks. */
	assert_int_equal(closure_find(&cx, &spec, table, 3, &g), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "source 'broken': database is no database");
	world_done();
}

static int resolve_nothing(
	struct ctx *cx, struct source *s, struct facts *f, const struct want *want)
{
	(void)cx;
	(void)s;
	(void)f;
	(void)want;
	return 0;
}

static int open_forgetful(struct ctx *cx, const struct spec *spec, struct source **ret);

static const struct source_ops forgetful = {
	.name = "forgetful",
	.open = open_forgetful,
	.claims = claims_all,
	.probe = fake_probe,
	.resolve = resolve_nothing,
	.close = fake_close,
};

static int open_forgetful(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	(void)cx;
	(void)spec;
	return fake_open(ret, &forgetful);
}

static void a_closure_without_its_command_is_refused(void **state)
{
	static const char *const args[6] = { "/a" };
	static const struct source_ops *const table[] = { &forgetful };
	struct graph *g = NULL;
	struct spec spec;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	spec_args(&spec, args);
	world_make("file /a 1 x", 0);
	assert_int_equal(closure_find(&cx, &spec, table, 1, &g), OCIT_E_NOT_FOUND);
	assert_string_equal(
		ctx_message(&cx), "args[0]: '/a' was there and is not among what was found");
	world_done();
}

static void limits_and_cancelling_stop_the_search(void **state)
{
	static const char *const args[6] = { "/a" };
	struct graph *g = NULL;
	struct spec spec;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	spec_args(&spec, args);
	world_make("file /a 1 x\nfile /b 1\nfile /c 1\nneed /a needed /b\nneed /b needed /c", 0);
	cx.max_files = 2;
	assert_int_equal(
		closure_find(&cx, &spec, fake_table, ARRAY_LEN(fake_table), &g), OCIT_E_LIMIT);
	assert_string_equal(ctx_message(&cx), "3 files and directories, limit 2");
	cx.max_files = 3;
	atomic_store(cx.cancel, 1);
	assert_int_equal(
		closure_find(&cx, &spec, fake_table, ARRAY_LEN(fake_table), &g), OCIT_E_CANCELLED);
	atomic_store(cx.cancel, 0);
	assert_int_equal(closure_find(&cx, &spec, fake_table, ARRAY_LEN(fake_table), &g), 0);
	graph_unref(g);
	world_done();
}

static void chain_of_5000_needs_no_recursion(void **state)
{
	static const char *const args[6] = { "/n/0" };
	AUTO(graph) struct graph *g = NULL;
	AUTO(buf) struct buf world;
	struct spec spec;
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	spec_args(&spec, args);
	buf_init(&world, 1 << 20);
	for (unsigned i = 0; i < 5000; i++)
		buf_printf(&world, "file /n/%u 1 x\nneed /n/%u needed /n/%u%s\n", i, i, i + 1,
			i == 4999 ? " optional" : "");
	world_make(world.data, 3);
	assert_int_equal(closure_find(&cx, &spec, fake_table, ARRAY_LEN(fake_table), &g), 0);
	assert_int_equal(g->n_nodes, 5000);
	assert_int_equal(graph_find(g, "/n/4999")->distance, 4999);
	assert_int_equal(g->units[0].added, 5000);
	world_done();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closures_are_complete_and_explained_in_every_order),
		cmocka_unit_test(closures_that_are_not_whole_are_refused),
		cmocka_unit_test(a_named_source_is_asked_alone),
		cmocka_unit_test(sources_that_are_not_here_are_left_out),
		cmocka_unit_test(a_closure_without_its_command_is_refused),
		cmocka_unit_test(limits_and_cancelling_stop_the_search),
		cmocka_unit_test(chain_of_5000_needs_no_recursion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

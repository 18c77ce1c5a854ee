/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_roots.c: which file is the command, which arguments count, what is refused
 * before anything is read. */
#include "base/buf.h"
#include "engine/cwd.h"
#include "engine/engine.h"
#include "engine/probe.h"
#include "engine/roots.h"
#include "model/spec.h"

#include "fake_source.h"

static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* What roots_push() does to a fresh graph; wants as lines "rule path detail". */
struct outcome {
	struct ctx cx;
	int code;
	const char *program;
	const char *wants;
	const char *notes;
	bool relative_args, cwd_is_dir;
};

static const char *wants_text(struct facts *f)
{
	char *text = arena_str(&fake_world.arena, "");
	struct want w;

	while (facts_next(f, &w)) {
		assert_int_equal(w.from, GRAPH_ROOT);
		text = arena_printf(&fake_world.arena, "%s%s %s %s\n", text, rule_name(w.rule),
			w.path, w.detail ? w.detail : "-");
	}
	return text;
}

static const char *notes_text(const struct graph *g)
{
	char *text = arena_str(&fake_world.arena, "");

	for (size_t i = 0; i < g->n_notes; i++)
		text = arena_printf(&fake_world.arena, "%s%s\n", text, g->notes[i]);
	return text;
}

static void push_roots(struct outcome *o, const char *world, const struct spec *spec)
{
	AUTO(graph) struct graph *g = NULL;
	struct source *sources[2];
	struct facts f;

	memset(o, 0, sizeof(*o));
	assert_int_equal(ctx_init(&o->cx, NULL), 0);
	world_make(world, 0);
	assert_int_equal(graph_new(&o->cx, &g), 0);
	facts_init(&f, g);
	f.sources = sources;
	f.n_sources = ARRAY_LEN(sources);
	assert_int_equal(fake_store.open(&o->cx, spec, &sources[0]), 0);
	assert_int_equal(fake_files.open(&o->cx, spec, &sources[1]), 0);
	o->code = roots_push(&o->cx, spec, &f, &o->program);
	if (o->code == 0)
		o->program = arena_str(&fake_world.arena, o->program);
	o->wants = wants_text(&f);
	o->notes = notes_text(g);
	o->relative_args = g->relative_args;
	o->cwd_is_dir = g->cwd_is_dir;
	assert_int_equal(fake_world.reads, 0);
	fake_close(sources[0]);
	fake_close(sources[1]);
	facts_done(&f);
}

static struct spec spec_of(const char *const *args)
{
	struct spec spec = { .args = (const char **)args };

	while (args[spec.n_args])
		spec.n_args++;
	return spec;
}

struct found {
	const char *world, *arg, *directory, *cwd;
	const char *program;
	bool relative;
};

static const struct found found[] = {
	{ "file /bin/a 1 x", "a", NULL, NULL, "/bin/a", false },
	{ "file /bin/a 1 x\nfile /usr/bin/a 1 x", "a", NULL, NULL, "/usr/bin/a", false },
	{ "file /usr/bin/a 1\nfile /bin/a 1 x", "a", NULL, NULL, "/bin/a", false },
	{ "dir /usr/bin/a\nfile /bin/a 1 x", "a", NULL, NULL, "/bin/a", false },
	{ "deny /usr/sbin\nfile /bin/a 1 x", "a", NULL, NULL, "/bin/a", false },
	{ "link /bin usr/bin2\nfile /usr/bin2/a 1 x", "a", NULL, NULL, "/bin/a", false },
	{ "link /bin /store/env/bin\ntree /store/env 1", "a", NULL, NULL, "/bin/a", false },
	{ "file /bin/a 1 x", "/bin/a", NULL, NULL, "/bin/a", false },
	{ "file /bin/a 1 x", "//bin/./a", NULL, NULL, "/bin/a", false },
	{ "file /bin/a 1 x", "bin/a", NULL, NULL, "/bin/a", false },
	{ "file /w/a 1 x", "./a", "/w", NULL, "/w/a", true },
	{ "file /w/a 1 x", "../w/a", "/w/", NULL, "/w/a", true },
	{ "file /w/a 1 x", "./a", "/other", "/w", "/w/a", false },
	{ "file /w/a 1 x", "/w/a", "/w", NULL, "/w/a", false },
};

static void the_command_is_found_as_the_container_will(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(found); i++) {
		const char *args[] = { found[i].arg, NULL };
		struct spec spec = spec_of(args);
		struct outcome o;

		spec.directory = found[i].directory;
		spec.cwd = found[i].cwd;
		push_roots(&o, found[i].world, &spec);
		if (o.code < 0)
			print_error("row %zu: %s\n", i, ctx_message(&o.cx));
		assert_int_equal(o.code, 0);
		assert_string_equal(o.program, found[i].program);
		assert_int_equal(o.relative_args, found[i].relative);
		world_done();
	}
}

static const struct {
	const char *world, *arg, *directory;
	int code;
	const char *message; /* %s: the PATH */
	const char *hint;
} refused[] = {
	{ "", "a", NULL, OCIT_E_NOT_FOUND, "args[0] 'a' is not in PATH '%s'", "" },
	{ "file /w/a 1 x", "a", "/w", OCIT_E_NOT_FOUND, "args[0] 'a' is not in PATH '%s'",
		"write './a' for the file in '/w'" },
	{ "file /bin/a 1\ndir /sbin/a", "a", NULL, OCIT_E_FORMAT,
		"args[0] 'a': '/sbin/a' is a directory, searched in PATH '%s'", "" },
	{ "deny /bin", "a", NULL, OCIT_E_FORMAT,
		"args[0] 'a': '/bin/a' cannot be looked at, searched in PATH '%s'", "" },
	{ "", "", NULL, OCIT_E_NOT_FOUND, "args[0] is empty", "" },
	{ "", "/x/y", NULL, OCIT_E_NOT_FOUND, "args[0] '/x/y' does not exist", "" },
	{ "dir /x", "/x", NULL, OCIT_E_FORMAT, "args[0] '/x' is a directory", "" },
	{ "file /x 1", "/x", NULL, OCIT_E_FORMAT, "args[0] '/x' is not executable", "" },
	{ "fifo /x 1", "/x", NULL, OCIT_E_FORMAT, "args[0] '/x' is neither a file nor a directory",
		"" },
	{ "link /x y\nlink /y x", "/x", NULL, OCIT_E_FORMAT, "args[0] '/x' is a loop of symlinks",
		"" },
	{ "link /x /store/y\nlink /store/y /x", "/x", NULL, OCIT_E_FORMAT,
		"args[0] '/x' is a loop of symlinks", "" },
	{ "link /x /outside", "/x", NULL, OCIT_E_NOT_FOUND, "args[0] '/x' does not exist", "" },
	{ "deny /x", "/x/y", NULL, OCIT_E_SYSTEM, "args[0] '/x/y': open '/x/y': Permission denied",
		"" },
	{ "file /proc/self/exe 1 x", "/proc/self/exe", NULL, OCIT_E_FORMAT,
		"args[0] '/proc/self/exe' lies in '/proc', which belongs to the kernel", "" },
	{ "", "./a\nb", "/w", OCIT_E_FORMAT, "args[0] './a\\x0ab' has a newline", "" },
	{ "", "./a", "relative", OCIT_E_FORMAT, "caller's directory 'relative' is not absolute",
		"" },
};

static void case_036_what_cannot_be_executed_is_refused_before_anything_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const char *args[] = { refused[i].arg, "/store/x", NULL };
		struct spec spec = spec_of(args);
		struct outcome o;
		char *message;

		spec.directory = refused[i].directory;
		push_roots(&o, refused[i].world, &spec);
		message = arena_str(&fake_world.arena, refused[i].message);
		if (strstr(message, "%s"))
			message = arena_printf(&fake_world.arena, "%.*s%s'",
				(int)(strstr(message, "%s") - message), message, default_path);
		assert_string_equal(ctx_message(&o.cx), message);
		assert_int_equal(o.code, refused[i].code);
		assert_string_equal(o.cx.hint, refused[i].hint);
		assert_string_equal(o.wants, "");
		world_done();
	}
}

static void the_path_of_the_description_is_searched(void **state)
{
	static const char *const args[] = { "a", NULL };
	static const char *env[] = { "PATH=relative::/x/../opt:/opt/bin" };
	struct spec spec = spec_of(args);
	struct outcome o;

	(void)state;
	spec.env = env;
	spec.n_env = 1;
	push_roots(&o, "file /opt/bin/a 1 x\nfile /bin/a 1 x\nfile /relative/a 1 x", &spec);
	assert_int_equal(o.code, 0);
	assert_string_equal(o.program, "/opt/bin/a");
	world_done();
}

static void long_command_names_are_refused(void **state)
{
	static char name[200001];
	static const char *const args[] = { name, NULL };
	struct spec spec = spec_of(args);
	struct outcome o;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	push_roots(&o, "", &spec);
	assert_int_equal(o.code, OCIT_E_NOT_FOUND);
	assert_true(strlen(ctx_message(&o.cx)) < 400);
	world_done();
	name[0] = '/';
	push_roots(&o, "", &spec);
	assert_int_equal(o.code, OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&o.cx), "args[0] of 200000 bytes is no path, limit 4095");
	world_done();
}

static void no_args_are_refused(void **state)
{
	static const char *const args[] = { NULL };
	struct spec spec = spec_of(args);
	struct outcome o;

	(void)state;
	push_roots(&o, "", &spec);
	assert_int_equal(o.code, OCIT_E_USAGE);
	world_done();
}

static void arguments_environment_and_includes_become_wants(void **state)
{
	static char long_text[100000];
	static const char *const args[] = { "/bin/a", "conf", "-x", "", "/etc/y",
		"/store/t:/store/u", long_text, "line\nbreak", "../up", "/etc/absent", "/run/pipe",
		NULL };
	static const char *env[] = { "A=/store/v", "B=/etc/y", "C" };
	static struct include includes[] = { { .path = "/inc" }, { .path = "rel/dir" } };
	struct spec spec = spec_of(args);
	struct outcome o;

	(void)state;
	memset(long_text, 'z', sizeof(long_text) - 1);
	spec.directory = "/w";
	spec.env = env;
	spec.n_env = ARRAY_LEN(env);
	spec.includes = includes;
	spec.n_includes = ARRAY_LEN(includes);
	push_roots(&o,
		"file /bin/a 1 x\nfile /w/conf 1\nfile /etc/y 1\nfile /up 1\ndir /inc\n"
		"fifo /run/pipe 1\ndir /w",
		&spec);
	assert_int_equal(o.code, 0);
	assert_string_equal(o.wants, "program /bin/a args[0]\n"
				     "argument /w/conf args[1]\n"
				     "argument /etc/y args[4]\n"
				     "argument /up args[8]\n"
				     "include /inc include[0]\n"
				     "include /w/rel/dir include[1]\n"
				     "argument /store/t args[5]\n"
				     "argument /store/u args[5]\n"
				     "environment /store/v env 'A'\n");
	assert_string_equal(o.notes, "");
	assert_true(o.relative_args);
	assert_true(o.cwd_is_dir);
	world_done();
}

static void relative_arguments_need_a_directory(void **state)
{
	static const char *const args[] = { "/bin/a", "conf", NULL };
	struct spec spec = spec_of(args);
	struct outcome o;

	(void)state;
	push_roots(&o, "file /bin/a 1 x\nfile /conf 1", &spec);
	assert_int_equal(o.code, 0);
	assert_string_equal(o.wants, "program /bin/a args[0]\n");
	assert_false(o.relative_args);
	world_done();
	/* With a working directory they are what the command will see there. */
	spec.cwd = "/";
	push_roots(&o, "file /bin/a 1 x\nfile /conf 1", &spec);
	assert_string_equal(o.wants, "program /bin/a args[0]\nargument /conf args[1]\n");
	assert_false(o.relative_args);
	world_done();
}

static void directories_that_come_another_way_get_no_note(void **state)
{
	static const char *const args[] = { "/bin/a", "/data/x", "/inc", "/store/d", "word",
		"./word", "/moved", "/plain", NULL };
	static char endless[5000];
	static struct mount mounts[] = { { .destination = "/data/" }, { .destination = endless } };
	static struct include includes[] = { { .path = "/inc" },
		{ .path = "/elsewhere", .destination = "/moved" } };
	struct spec spec = spec_of(args);
	struct outcome o;

	(void)state;
	spec.directory = "/w";
	memset(endless, '/', sizeof(endless) - 1);
	spec.mounts = mounts;
	spec.n_mounts = ARRAY_LEN(mounts);
	spec.includes = includes;
	spec.n_includes = ARRAY_LEN(includes);
	push_roots(&o,
		"file /bin/a 1 x\ndir /data/x\ndir /inc\ndir /store/d\ndir /w/word\ndir /moved\n"
		"dir /plain",
		&spec);
	assert_int_equal(o.code, 0);
	assert_string_equal(o.notes,
		"directory '/w/word' is named by args[5] but directories are not included: use "
		"--include or -v\n"
		"directory '/plain' is named by args[7] but directories are not included: use "
		"--include or -v\n");
	world_done();
}

static const struct {
	struct include include;
	int code;
	const char *message;
} bad_includes[] = {
	{ { .path = "rel" }, OCIT_E_USAGE, "include 'rel' is not absolute" },
	{ { .path = "/a\nb" }, OCIT_E_FORMAT, "include '/a\\x0ab' has a newline" },
	{ { .path = "/proc/x" }, OCIT_E_FORMAT,
		"include '/proc/x' lies in '/proc', which belongs to the kernel" },
};

static void includes_that_cannot_be_are_refused(void **state)
{
	static const char *const args[] = { "/bin/a", NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_includes); i++) {
		struct include include = bad_includes[i].include;
		struct spec spec = spec_of(args);
		struct outcome o;

		spec.includes = &include;
		spec.n_includes = 1;
		push_roots(&o, "file /bin/a 1 x", &spec);
		assert_int_equal(o.code, bad_includes[i].code);
		assert_string_equal(ctx_message(&o.cx), bad_includes[i].message);
		world_done();
	}
}

static const struct {
	const char *cwd, *message;
} bad_cwds[] = {
	{ "relative", "cwd 'relative' is not absolute" },
	{ "", "cwd '' is not absolute" },
	{ "/proc/self/fd/7", "cwd '/proc/self/fd/7' lies in '/proc', which belongs to the kernel" },
	{ "/proc/self/cwd", "cwd '/proc/self/cwd' lies in '/proc', which belongs to the kernel" },
	{ "/a/../b", "cwd '/a/../b' has a '..'" },
	{ "/a\nb", "cwd '/a\\x0ab' has a newline" },
};

static void case_034_bad_working_directories_are_refused(void **state)
{
	static char deep[5001];
	AUTO(arena) struct arena a;
	struct graph g = { .frozen = true };
	struct spec spec = { .cwd = deep };
	const char *cwd = NULL;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(bad_cwds); i++) {
		spec.cwd = bad_cwds[i].cwd;
		assert_int_equal(cwd_decide(&cx, &spec, &g, &a, &cwd), OCIT_E_FORMAT);
		assert_string_equal(ctx_message(&cx), bad_cwds[i].message);
	}
	memset(deep, '/', sizeof(deep) - 1);
	spec.cwd = deep;
	assert_int_equal(cwd_decide(&cx, &spec, &g, &a, &cwd), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&cx), "cwd of 5000 bytes, limit 4095");
	assert_null(cwd);
}

static void the_working_directory_is_decided_by_what_was_used(void **state)
{
	AUTO(arena) struct arena a;
	struct graph g = { .frozen = true };
	struct spec spec = { .directory = "/w" };
	const char *cwd = NULL;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(cwd_decide(&cx, &spec, &g, &a, &cwd), 0);
	assert_string_equal(cwd, "/");
	g.relative_args = true;
	assert_int_equal(cwd_decide(&cx, &spec, &g, &a, &cwd), 0);
	assert_string_equal(cwd, "/w");
	spec.cwd = "/c//d/";
	assert_int_equal(cwd_decide(&cx, &spec, &g, &a, &cwd), 0);
	assert_string_equal(cwd, "/c/d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_is_found_as_the_container_will),
		cmocka_unit_test(
			case_036_what_cannot_be_executed_is_refused_before_anything_is_read),
		cmocka_unit_test(the_path_of_the_description_is_searched),
		cmocka_unit_test(long_command_names_are_refused),
		cmocka_unit_test(no_args_are_refused),
		cmocka_unit_test(arguments_environment_and_includes_become_wants),
		cmocka_unit_test(relative_arguments_need_a_directory),
		cmocka_unit_test(directories_that_come_another_way_get_no_note),
		cmocka_unit_test(includes_that_cannot_be_are_refused),
		cmocka_unit_test(case_034_bad_working_directories_are_refused),
		cmocka_unit_test(the_working_directory_is_decided_by_what_was_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

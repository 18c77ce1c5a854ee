/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/api/test_mount_sources.c: which mount points are files, seen through links. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/mount_sources.h"
#include "base/ctx.h"
#include "model/spec.h"
#include "os/tree.h"
#include "support/test.h"

struct seen {
	unsigned notes;
	char last[512];
};

static int count_note(const ocit_event *event, void *user)
{
	struct seen *seen = user;

	assert_int_equal(event->kind, OCIT_EVENT_NOTE);
	assert_int_equal(event->phase, OCIT_PHASE_PLAN);
	seen->notes++;
	snprintf(seen->last, sizeof(seen->last), "%s", event->subject);
	return 0;
}

static void make_file(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

/* file, dir, dir/sub, dir/inner, deep -> dir/sub, link -> file, far -> /TOP/link, up ->
 * ../NAME/dir, loop -> loop, fifo */
static void make_tree(char *top)
{
	char target[128];

	assert_non_null(mkdtemp(top));
	assert_int_equal(chdir(top), 0);
	assert_int_equal(mkdir("dir", 0700), 0);
	assert_int_equal(mkdir("dir/sub", 0700), 0);
	make_file("file");
	make_file("dir/inner");
	assert_int_equal(symlink("dir/sub", "deep"), 0);
	assert_int_equal(symlink("file", "link"), 0);
	snprintf(target, sizeof(target), "%s/link", top);
	assert_int_equal(symlink(target, "far"), 0);
	snprintf(target, sizeof(target), "..%s/dir", strrchr(top, '/'));
	assert_int_equal(symlink(target, "up"), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(chdir("/"), 0);
}

static void bind_mounts_are_looked_through(void **state)
{
	static const struct {
		const char *name; /* below the tree; "" is the tree itself */
		bool is_file;
		unsigned notes;
	} cases[] = {
		{ "file", true, 0 },
		{ "link", true, 0 },
		{ "far", true, 0 },
		{ "dir", false, 0 },
		{ "up", false, 0 },
		{ "up/../file", true, 0 },
		{ "deep/../file", false, 1 },
		{ "deep/../inner", true, 0 },
		{ "", false, 0 },
		{ "loop", false, 0 },
		{ "fifo", true, 0 },
		{ "missing", false, 1 },
		{ "missing/below", false, 1 },
		{ "file/below", false, 1 },
	};
	struct seen seen = { 0 };
	ocit_config config = OCIT_CONFIG_INIT;
	char top[] = "/tmp/ocitools-test-XXXXXX";
	struct ctx cx;

	(void)state;
	make_tree(top);
	config.on_event = count_note;
	config.user = &seen;
	assert_int_equal(ctx_init(&cx, &config), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(spec) struct spec *spec = NULL;
		AUTO(arena) struct arena a;
		struct mount *mounts;
		char text[256];

		arena_init(&a);
		seen.notes = 0;
		snprintf(text, sizeof(text), "%s/%s:/m", top, cases[i].name);
		assert_int_equal(spec_new(&cx, &spec), 0);
		assert_int_equal(spec_option(&cx, spec, "volume", text), 0);
		assert_int_equal(mount_sources_look(&cx, spec, &a, &mounts), 0);
		assert_string_equal(ctx_message(&cx), "");
		assert_int_equal(mounts[0].source_is_file, cases[i].is_file);
		assert_false(spec->mounts[0].source_is_file);
		assert_int_equal(seen.notes, cases[i].notes);
		if (seen.notes)
			assert_non_null(strstr(seen.last, cases[i].name));
	}
	assert_int_equal(tree_remove(&cx, AT_FDCWD, top), 0);
}

static void only_bind_mounts_with_whole_paths_have_a_source_here(void **state)
{
	static const char *const cases[] = {
		"type=tmpfs,src=/etc/passwd,dst=/m",
		"type=bind,src=etc/passwd,dst=/m",
		"type=none,src=/etc/passwd,dst=/m",
	};
	struct ctx cx;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(spec) struct spec *spec = NULL;
		AUTO(arena) struct arena a;
		struct mount *mounts;

		arena_init(&a);
		assert_int_equal(spec_new(&cx, &spec), 0);
		assert_int_equal(spec_option(&cx, spec, "mount", cases[i]), 0);
		assert_int_equal(mount_sources_look(&cx, spec, &a, &mounts), 0);
		assert_false(mounts[0].source_is_file);
	}
}

static void rbind_and_the_type_bind_count_too(void **state)
{
	AUTO(spec) struct spec *spec = NULL;
	AUTO(arena) struct arena a;
	struct mount *mounts;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(spec_new(&cx, &spec), 0);
	assert_int_equal(
		spec_option(&cx, spec, "mount", "type=none,src=/etc/passwd,dst=/a,rbind"), 0);
	assert_int_equal(spec_option(&cx, spec, "mount", "type=bind,src=/etc/passwd,dst=/b"), 0);
	assert_int_equal(spec_option(&cx, spec, "mount", "type=bind,src=/etc,dst=/c"), 0);
	assert_int_equal(mount_sources_look(&cx, spec, &a, &mounts), 0);
	assert_true(mounts[0].source_is_file);
	assert_true(mounts[1].source_is_file);
	assert_false(mounts[2].source_is_file);
}

static void sources_with_dots_are_looked_at_where_the_caller_stands(void **state)
{
	AUTO(spec) struct spec *spec = NULL;
	AUTO(arena) struct arena a;
	struct mount *mounts;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(spec_new(&cx, &spec), 0);
	assert_int_equal(spec_option(&cx, spec, "volume", "./passwd:/a"), 0);
	assert_int_equal(spec_option(&cx, spec, "volume", ".:/b"), 0);
	assert_int_equal(spec_option(&cx, spec, "volume", "passwd:/c"), 0);
	assert_int_equal(spec_option(&cx, spec, "directory", "/etc"), 0);
	assert_int_equal(mount_sources_look(&cx, spec, &a, &mounts), 0);
	assert_true(mounts[0].source_is_file);
	assert_string_equal(mounts[0].source, "/etc/passwd");
	assert_false(mounts[1].source_is_file);
	assert_string_equal(mounts[1].source, "/etc");
	assert_false(mounts[2].source_is_file);
}

static void no_mounts_are_fine(void **state)
{
	AUTO(spec) struct spec *spec = NULL;
	AUTO(arena) struct arena a;
	struct mount *mounts = NULL;
	struct ctx cx;

	(void)state;
	arena_init(&a);
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(spec_new(&cx, &spec), 0);
	assert_int_equal(mount_sources_look(&cx, spec, &a, &mounts), 0);
	assert_non_null(mounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bind_mounts_are_looked_through),
		cmocka_unit_test(only_bind_mounts_with_whole_paths_have_a_source_here),
		cmocka_unit_test(rbind_and_the_type_bind_count_too),
		cmocka_unit_test(sources_with_dots_are_looked_at_where_the_caller_stands),
		cmocka_unit_test(no_mounts_are_fine),
	};

	return cmocka_run_group_tests_name("api/mount_sources", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_publish.c: what may be replaced, and how it is: in one step, or not at all. */
#include "lab.h"

#include "base/mem.h"
#include "os/publish.h"
#include "os/stage.h"

static void put_dir(struct lab *lab, const char *name)
{
	assert_int_equal(mkdirat(lab->fd, name, 0755), 0);
}

/* A bundle is told by what lies in it. */
static void put_bundle(struct lab *lab, const char *name, const char *config)
{
	char path[300];

	put_dir(lab, name);
	snprintf(path, sizeof(path), "%s/rootfs", name);
	put_dir(lab, path);
	snprintf(path, sizeof(path), "%s/config.json", name);
	lab_put(lab, path, config);
}

static void put_rootfs(struct lab *lab, const char *name)
{
	static const char *const dirs[] = { "dev", "etc", "proc", "sys" };
	char path[300];

	put_dir(lab, name);
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", name, dirs[i]);
		put_dir(lab, path);
	}
}

static int try_stage(struct lab *lab, const char *name, unsigned flags)
{
	AUTO(stage) struct stage *st = NULL;

	ctx_clear(&lab->cx);
	return stage_open(&lab->cx, lab->fd, name, flags | STAGE_REPLACE, &st);
}

static void case_017_only_what_looks_like_ours_is_replaced(void **state)
{
	struct lab *lab = *state;
	static const struct {
		const char *name;
		unsigned flags;
		const char *message; /* NULL: fine */
	} rows[] = {
		{ "none", STAGE_DIRECTORY, NULL },
		{ "none", 0, NULL },
		{ "bundle", STAGE_DIRECTORY, NULL },
		{ "root", STAGE_DIRECTORY, NULL },
		{ "file", 0, NULL },
		{ "bundle", 0, "'bundle' is a directory, and a file would take its place" },
		{ "file", STAGE_DIRECTORY, "'file' is a file, and a directory would" },
		{ "home", STAGE_DIRECTORY, "'home' is neither a bundle nor a root file system" },
		{ "link", STAGE_DIRECTORY, "'link' is a symlink: it is not replaced" },
		{ "link", 0, "'link' is a symlink" },
		{ "fifo", 0, "'fifo' is neither a file nor a directory" },
		{ "half", STAGE_DIRECTORY, "'half' is neither a bundle" },
	};

	put_bundle(lab, "bundle", "{}");
	put_rootfs(lab, "root");
	put_dir(lab, "home");
	put_bundle(lab, "half", "{}");
	assert_int_equal(unlinkat(lab->fd, "half/config.json", 0), 0);
	assert_int_equal(symlinkat("bundle", lab->fd, "half/config.json"), 0);
	lab_put(lab, "file", "1");
	assert_int_equal(symlinkat("bundle", lab->fd, "link"), 0);
	assert_int_equal(mkfifoat(lab->fd, "fifo", 0600), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int r = try_stage(lab, rows[i].name, rows[i].flags);

		assert_int_equal(r, rows[i].message ? OCIT_E_EXISTS : 0);
		if (rows[i].message)
			assert_non_null(strstr(ctx_message(&lab->cx), rows[i].message));
	}
	assert_int_equal(lab_count(lab, "."), 7);
}

static struct stage *stage_bundle(struct lab *lab, unsigned flags)
{
	struct stage *st = NULL;
	int fd;

	assert_int_equal(
		stage_open(&lab->cx, lab->fd, "x", STAGE_DIRECTORY | STAGE_REPLACE | flags, &st),
		0);
	assert_int_equal(mkdirat(stage_fd(st), "out", 0755), 0);
	fd = openat(stage_fd(st), "out/new", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	close(fd);
	return st;
}

static void a_bundle_takes_the_place_of_another(void **state)
{
	struct lab *lab = *state;

	for (unsigned flags = 0; flags <= STAGE_SYNC; flags += STAGE_SYNC) {
		struct stage *st;

		put_bundle(lab, "x", "old");
		st = stage_bundle(lab, flags);
		assert_true(lab_holds(lab, "x/config.json", "old"));
		assert_int_equal(stage_publish(&lab->cx, st), 0);
		assert_int_equal(faccessat(lab->fd, "x/new", F_OK, 0), 0);
		assert_int_equal(lab_count(lab, "x"), 1);
		stage_close(st);
		assert_int_equal(lab_count(lab, "."), 1);
		assert_int_equal(unlinkat(lab->fd, "x/new", 0), 0);
		assert_int_equal(unlinkat(lab->fd, "x", AT_REMOVEDIR), 0);
	}
}

static void what_was_replaced_can_come_back(void **state)
{
	struct lab *lab = *state;
	struct stage *st;

	put_bundle(lab, "x", "old");
	st = stage_bundle(lab, 0);
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	stage_withdraw(st);
	assert_true(lab_holds(lab, "x/config.json", "old"));
	stage_close(st);
	assert_true(lab_holds(lab, "x/config.json", "old"));
	assert_int_equal(lab_count(lab, "."), 1);
}

static void what_came_there_meanwhile_stays(void **state)
{
	struct lab *lab = *state;
	struct stage *st;

	put_bundle(lab, "x", "old");
	st = stage_bundle(lab, 0);
	assert_int_equal(renameat(lab->fd, "x", lab->fd, "elsewhere"), 0);
	put_bundle(lab, "x", "another");
	assert_int_equal(stage_publish(&lab->cx, st), OCIT_E_EXISTS);
	assert_string_equal(ctx_message(&lab->cx), "'x' is not what was to be replaced");
	stage_close(st);
	assert_true(lab_holds(lab, "x/config.json", "another"));
	assert_true(lab_holds(lab, "elsewhere/config.json", "old"));
	assert_int_equal(lab_count(lab, "."), 2);
}

static void what_has_gone_meanwhile_is_an_error(void **state)
{
	struct lab *lab = *state;
	struct stage *st;

	put_bundle(lab, "x", "old");
	st = stage_bundle(lab, 0);
	assert_int_equal(renameat(lab->fd, "x", lab->fd, "elsewhere"), 0);
	assert_true(stage_publish(&lab->cx, st) < 0);
	stage_close(st);
	assert_int_equal(lab_count(lab, "."), 1);
}

static void files_are_replaced(void **state)
{
	struct lab *lab = *state;
	struct stage *st = NULL;
	int fd;

	lab_put(lab, "x", "old");
	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", STAGE_REPLACE, &st), 0);
	fd = openat(stage_fd(st), "out", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_int_equal(write(fd, "new", 3), 3);
	close(fd);
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	assert_true(lab_holds(lab, "x", "new"));
	stage_close(st);
	assert_int_equal(lab_count(lab, "."), 1);
}

static int replace_without_flags(struct lab *lab)
{
	struct stage *st = NULL;
	int fd;

	CHECK(lab_forbid(EINVAL) == 0);
	CHECK(stage_open(&lab->cx, lab->fd, "x", STAGE_REPLACE, &st) == 0);
	fd = openat(stage_fd(st), "out", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	CHECK(write(fd, "new", 3) == 3 && close(fd) == 0);
	CHECK(stage_publish(&lab->cx, st) == 0);
	CHECK(lab_holds(lab, "x", "new"));
	stage_withdraw(st);
	CHECK(lab_holds(lab, "x", "old"));
	stage_close(st);

	CHECK(stage_open(&lab->cx, lab->fd, "b", STAGE_REPLACE | STAGE_DIRECTORY, &st) == 0);
	CHECK(mkdirat(stage_fd(st), "out", 0755) == 0);
	CHECK(stage_publish(&lab->cx, st) == OCIT_E_UNSUPPORTED);
	stage_close(st);
	CHECK(lab_holds(lab, "b/config.json", "old"));
	CHECK(lab_count(lab, ".") == 2);
	return 0;
}

static void case_199_without_rename_flags_files_only(void **state)
{
	struct lab *lab = *state;

	lab_put(lab, "x", "old");
	put_bundle(lab, "b", "old");
	file_force_no_openat2(true);
	assert_int_equal(lab_child(lab, replace_without_flags), 0);
	file_force_no_openat2(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONCE(case_017_only_what_looks_like_ours_is_replaced),
		BOTH(a_bundle_takes_the_place_of_another),
		ONCE(what_was_replaced_can_come_back),
		ONCE(what_came_there_meanwhile_stays),
		ONCE(what_has_gone_meanwhile_is_an_error),
		ONCE(files_are_replaced),
		ONCE(case_199_without_rename_flags_files_only),
	};

	return cmocka_run_group_tests_name("os/publish", tests, NULL, NULL);
}

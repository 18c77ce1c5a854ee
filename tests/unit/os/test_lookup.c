/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_lookup.c: directories that stay open for the names in them. */
#include "lab.h"

#include "os/lookup.h"

struct case_of_path {
	const char *path, *name, *in; /* in: a file that is there and nowhere else */
};

static const struct case_of_path paths[] = {
	{ "d/f", "f", "in-d" },
	{ "f", "f", "in-root" },
	{ "d/e/f", "f", "in-e" },
	{ "d/g", "g", "in-d" },
	{ "l/f", "f", "in-d" },
	{ "abs/f", "f", "in-e" },
	{ "up/f", "f", "in-d" },
	{ "d/e/nowhere", "nowhere", "in-e" },
};

static void build(const struct lab *lab)
{
	lab_dir(lab, "d");
	lab_dir(lab, "d/e");
	lab_put(lab, "in-root", "");
	lab_put(lab, "d/in-d", "");
	lab_put(lab, "d/e/in-e", "");
	lab_link(lab, "l", "d");
	lab_link(lab, "abs", "/d/e");
	lab_link(lab, "up", "../../d");
}

/* The second time each of them is one that is open. */
static void names_are_found_in_their_directories(void **state)
{
	struct lab *lab = *state;
	struct lookup l;

	build(lab);
	lookup_init(&l, lab->fd);
	for (size_t i = 0; i < 2 * ARRAY_LEN(paths); i++) {
		const struct case_of_path *c = &paths[i % ARRAY_LEN(paths)];
		struct file_info info;
		const char *name;
		int fd;

		assert_int_equal(lookup_dir(&lab->cx, &l, c->path, &fd, &name), 0);
		assert_string_equal(name, c->name);
		assert_int_equal(file_look(&lab->cx, fd, c->in, FILE_IN_ROOT, &info), 0);
	}
	lookup_done(&l);
}

static void more_directories_than_stay_open_are_found_again(void **state)
{
	enum { DIRS = 3 * LOOKUP_DIRS };
	struct lab *lab = *state;
	int before = lab_count_open();
	struct lookup l;

	lookup_init(&l, lab->fd);
	for (int i = 0; i < DIRS; i++) {
		char path[16];

		snprintf(path, sizeof(path), "d%d", i);
		lab_dir(lab, path);
		snprintf(path, sizeof(path), "d%d/f%d", i, i);
		lab_put(lab, path, "");
	}
	for (int i = 0; i < 2 * DIRS; i++) {
		char path[16];
		struct file_info info;
		const char *name;
		int fd;

		snprintf(path, sizeof(path), "d%d/f%d", i % DIRS, i % DIRS);
		assert_int_equal(lookup_dir(&lab->cx, &l, path, &fd, &name), 0);
		assert_int_equal(file_look(&lab->cx, fd, name, FILE_IN_ROOT, &info), 0);
		assert_true(lab_count_open() <= before + LOOKUP_DIRS);
	}
	lookup_done(&l);
}

static void what_is_no_directory_is_missing(void **state)
{
	static const char *const missing[] = { "nowhere/f", "file/f", "dangling/f", "file/d/f" };
	struct lab *lab = *state;
	struct lookup l;

	lab_put(lab, "file", "");
	lab_link(lab, "dangling", "nowhere");
	lab_link(lab, "loop", "loop");
	lookup_init(&l, lab->fd);
	for (size_t i = 0; i < ARRAY_LEN(missing); i++) {
		const char *name;
		int fd;

		assert_int_equal(
			lookup_dir(&lab->cx, &l, missing[i], &fd, &name), OCIT_E_NOT_FOUND);
		ctx_clear(&lab->cx);
		assert_int_equal(lookup_dir(&lab->cx, &l, "loop/f", &fd, &name), OCIT_E_LIMIT);
		ctx_clear(&lab->cx);
	}
	lookup_done(&l);
}

/* A directory that may be entered and not read is enough. */
static int look_into_closed(struct lab *lab)
{
	struct file_info info;
	struct lookup l;
	const char *name;
	int fd;

	lookup_init(&l, lab->fd);
	CHECK(lookup_dir(&lab->cx, &l, "closed/f", &fd, &name) == 0);
	CHECK(file_look(&lab->cx, fd, name, FILE_IN_ROOT, &info) == 0);
	lookup_done(&l);
	return 0;
}

static void directories_need_not_be_readable(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "closed");
	lab_put(lab, "closed/f", "");
	assert_int_equal(fchmodat(lab->fd, "closed", 0711, 0), 0);
	assert_int_equal(lab_as_user(lab, look_into_closed), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(names_are_found_in_their_directories),
		BOTH(more_directories_than_stay_open_are_found_again),
		BOTH(what_is_no_directory_is_missing),
		BOTH(directories_need_not_be_readable),
	};

	return cmocka_run_group_tests_name("os/lookup", tests, NULL, NULL);
}

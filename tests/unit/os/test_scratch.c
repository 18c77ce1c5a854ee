/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/os/test_scratch.c: private, and gone before anybody can use its name. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ctx.h"
#include "os/file.h"
#include "os/scratch.h"
#include "support/test.h"

static void a_scratch_directory_is_private(void **state)
{
	struct scratch a = SCRATCH_NONE, b = SCRATCH_NONE;
	struct ctx cx;
	struct stat st;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(scratch_open(&cx, &a), 0);
	assert_int_equal(scratch_open(&cx, &b), 0);
	assert_string_not_equal(a.name, b.name);
	assert_int_equal(fstatat(a.parent, a.name, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
	assert_int_equal(st.st_uid, geteuid());
	scratch_close(&a);
	scratch_close(&b);
	assert_int_equal(a.fd, -1);
	scratch_close(&a);
}

static void names_go_and_open_files_stay(void **state)
{
	struct scratch s = SCRATCH_NONE;
	char name[sizeof(s.name)], text[3];
	struct ctx cx;
	int fd, dir, file;

	(void)state;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(scratch_open(&cx, &s), 0);
	snprintf(name, sizeof(name), "%s", s.name);
	dir = dup(s.parent);
	assert_int_equal(file_create(&cx, s.fd, "a", 0600, &file), 0);
	assert_int_equal(write(file, "abc", 3), 3);
	close(file);
	file = openat(s.fd, "a", O_RDONLY | O_CLOEXEC);
	fd = scratch_keep(&s);
	assert_true(fd >= 0);
	assert_int_equal(faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(pread(file, text, 3, 0), 3);
	/* What was removed is empty for ever: nothing can be put there. */
	assert_int_equal(openat(fd, "b", O_WRONLY | O_CREAT | O_CLOEXEC, 0600), -1);
	assert_int_equal(errno, ENOENT);
	close(file);
	close(dir);
	close(fd);
	scratch_close(&s);
}

/* Descriptors run out at every point: each of them leaves /tmp as it was. */
static void without_descriptors_nothing_is_left(void **state)
{
	struct rlimit before, limit;
	int opened = 0;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (unsigned room = 0; room < 4; room++) {
		struct scratch s = SCRATCH_NONE;
		char name[sizeof(s.name)] = "none";
		struct ctx cx;
		int file = -1, next = dup(0), dir;

		dir = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(next);
		limit = before;
		limit.rlim_cur = (rlim_t)next + room + 1;
		assert_int_equal(ctx_init(&cx, NULL), 0);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		if (scratch_open(&cx, &s) == 0) {
			snprintf(name, sizeof(name), "%s", s.name);
			if (file_create(&cx, s.fd, "a", 0600, &file) == 0)
				opened++;
		}
		scratch_close(&s);
		fd_close(file);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		assert_int_equal(faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW), -1);
		close(dir);
	}
	assert_true(opened > 0 && opened < 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scratch_directory_is_private),
		cmocka_unit_test(names_go_and_open_files_stay),
		cmocka_unit_test(without_descriptors_nothing_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

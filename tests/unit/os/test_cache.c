/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_cache.c: files that can be made again: there and whole, or not there. */
#include "lab.h"

#include "base/buf.h"
#include "base/mem.h"
#include "os/cache.h"

enum { READ_MAX = 100 };

/* The text of a file of the cache; "" is none. */
static const char *text_of(struct lab *lab, const char *dir, const char *name)
{
	static char text[READ_MAX + 1];
	AUTO(buf) struct buf buf;

	buf_init(&buf, READ_MAX);
	assert_int_equal(cache_read(&lab->cx, dir, name, &buf), 0);
	assert_string_equal(ctx_message(&lab->cx), "");
	snprintf(text, sizeof(text), "%.*s", (int)buf.len, buf.len ? buf.data : "");
	return text;
}

static const char *path_in(const struct lab *lab, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", lab->path, name);
	return path;
}

static void what_is_written_is_read(void **state)
{
	struct lab *lab = *state;
	const char *dir = path_in(lab, "a/b/c");

	assert_string_equal(text_of(lab, dir, "f"), "");
	cache_write(&lab->cx, dir, "f", "one", 3);
	assert_string_equal(text_of(lab, dir, "f"), "one");
	cache_write(&lab->cx, dir, "f", "another", 7);
	assert_string_equal(text_of(lab, dir, "f"), "another");
	assert_int_equal(lab_count(lab, "a/b/c"), 1);
	assert_string_equal(text_of(lab, NULL, "f"), "");
	cache_write(&lab->cx, NULL, "f", "x", 1);
}

/* A killed run leaves a part under another name. */
static void what_a_killed_run_left_is_in_nobodys_way(void **state)
{
	struct lab *lab = *state;
	const char *dir = path_in(lab, "a");

	lab_dir(lab, "a");
	lab_put(lab, "a/f.partial", "half");
	assert_string_equal(text_of(lab, dir, "f"), "");
	cache_write(&lab->cx, dir, "f", "whole", 5);
	assert_string_equal(text_of(lab, dir, "f"), "whole");
	assert_int_equal(lab_count(lab, "a"), 1);
}

static void mode(const struct lab *lab, const char *name, mode_t mode)
{
	assert_int_equal(fchmodat(lab->fd, name, mode, 0), 0);
}

static void what_others_could_have_written_is_not_read(void **state)
{
	struct lab *lab = *state;
	const char *dir = path_in(lab, "a");

	cache_write(&lab->cx, dir, "f", "text", 4);
	mode(lab, "a/f", 0622);
	assert_string_equal(text_of(lab, dir, "f"), "");
	mode(lab, "a/f", 0644);
	assert_string_equal(text_of(lab, dir, "f"), "text");
	mode(lab, "a", 0777);
	assert_string_equal(text_of(lab, dir, "f"), "");
	cache_write(&lab->cx, dir, "g", "text", 4);
	assert_false(lab_has(lab, "a/g"));
	mode(lab, "a", 0700);
	if (geteuid() == 0) {
		assert_int_equal(fchownat(lab->fd, "a/f", 1, 1, 0), 0);
		assert_string_equal(text_of(lab, dir, "f"), "");
		assert_int_equal(fchownat(lab->fd, "a", 1, 1, 0), 0);
		assert_int_equal(fchownat(lab->fd, "a/f", 0, 0, 0), 0);
		assert_string_equal(text_of(lab, dir, "f"), "");
	}
}

static void links_and_what_is_no_file_are_none(void **state)
{
	struct lab *lab = *state;
	const char *dir = path_in(lab, "a");

	lab_dir(lab, "a");
	lab_put(lab, "real", "text");
	lab_link(lab, "a/link", "../real");
	lab_dir(lab, "a/dir");
	assert_int_equal(mkfifoat(lab->fd, "a/fifo", 0600), 0);
	assert_string_equal(text_of(lab, dir, "link"), "");
	assert_string_equal(text_of(lab, dir, "dir"), "");
	assert_string_equal(text_of(lab, dir, "fifo"), "");
	cache_write(&lab->cx, dir, "link", "new", 3);
	assert_true(lab_holds(lab, "real", "text"));
	assert_string_equal(text_of(lab, dir, "link"), "new");
	cache_write(&lab->cx, dir, "dir", "new", 3);
	assert_string_equal(text_of(lab, dir, "dir"), "");
	lab_put(lab, "file", "");
	cache_write(&lab->cx, path_in(lab, "file"), "f", "x", 1);
	assert_true(lab_holds(lab, "file", ""));
}

static void what_is_too_large_is_none(void **state)
{
	struct lab *lab = *state;
	const char *dir = path_in(lab, "a");
	char large[READ_MAX + 1];

	memset(large, 'x', sizeof(large));
	cache_write(&lab->cx, dir, "f", large, sizeof(large));
	assert_string_equal(text_of(lab, dir, "f"), "");
	cache_write(&lab->cx, dir, "f", large, READ_MAX);
	assert_int_equal(strlen(text_of(lab, dir, "f")), READ_MAX);
}

struct told {
	char text[128];
	int answer;
};

static int tell(struct ctx *cx, void *user, const char *name, uint64_t bytes)
{
	struct told *t = user;
	size_t len = strlen(t->text);

	(void)cx;
	snprintf(t->text + len, sizeof(t->text) - len, "%s %d,", name, (int)bytes);
	return t->answer ? fail(cx, t->answer, "enough") : 0;
}

static void a_visit_tells_files_and_removes_them(void **state)
{
	struct lab *lab = *state;
	const char *dir = path_in(lab, "a");
	struct told told = { "", 0 };

	assert_int_equal(cache_visit(&lab->cx, dir, true, tell, &told), 0);
	assert_int_equal(cache_visit(&lab->cx, NULL, true, tell, &told), 0);
	cache_write(&lab->cx, dir, "g", "12", 2);
	cache_write(&lab->cx, dir, "f", "123", 3);
	lab_dir(lab, "a/dir");
	assert_int_equal(cache_visit(&lab->cx, dir, false, tell, &told), 0);
	assert_string_equal(told.text, "f 3,g 2,");
	told = (struct told){ "", OCIT_E_CANCELLED };
	assert_int_equal(cache_visit(&lab->cx, dir, true, tell, &told), OCIT_E_CANCELLED);
	assert_string_equal(told.text, "f 3,");
	assert_false(lab_has(lab, "a/f"));
	assert_true(lab_has(lab, "a/g"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONCE(what_is_written_is_read),
		ONCE(what_a_killed_run_left_is_in_nobodys_way),
		ONCE(what_others_could_have_written_is_not_read),
		ONCE(links_and_what_is_no_file_are_none),
		ONCE(what_is_too_large_is_none),
		ONCE(a_visit_tells_files_and_removes_them),
	};

	return cmocka_run_group_tests_name("os/cache", tests, NULL, NULL);
}

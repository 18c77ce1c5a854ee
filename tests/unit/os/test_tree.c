/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_tree.c: order, limits and changes under a walk; removal of what does not want to go.
 */
#include "lab.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/mem.h"
#include "os/tree.h"

#define NAME_50  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define NAME_255 NAME_50 NAME_50 NAME_50 NAME_50 NAME_50 "12345"

/* What an item says, in one line. */
static void describe(const struct tree_item *t, struct buf *ret)
{
	static const char *const words[] = { "end", "enter", "leave", "file", "link", "other" };

	buf_printf(ret, "%s %u '%s' %s", words[t->event], t->depth, t->path, t->name);
	if (t->event == TREE_FILE)
		buf_printf(ret, " %d%s", (int)t->info.size, t->fd >= 0 ? " open" : "");
	if (t->event == TREE_LINK)
		buf_printf(ret, " -> %s", t->target);
	buf_char(ret, '\n');
}

/* The whole walk as text; the code of the failure, or 0. */
static int walk(struct lab *lab, const char *name, int contents, struct buf *ret)
{
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item;
	int r = tree_open(&lab->cx, lab->fd, name, contents, &t);

	while (!r) {
		r = tree_next(&lab->cx, t, &item);
		if (r < 0 || item.event == TREE_END)
			return r;
		describe(&item, ret);
	}
	return r;
}

static void assert_walk(struct lab *lab, const char *name, int contents, const char *expected)
{
	AUTO(buf) struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(walk(lab, name, contents, &text), 0);
	assert_string_equal(text.data, expected);
}

static void assert_no_walk(struct lab *lab, const char *name, int code)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, 1 << 20);
	r = walk(lab, name, 1, &text);
	if (r != code)
		print_error("'%s': %s\n", name, ctx_message(&lab->cx));
	assert_int_equal(r, code);
}

static void entries_come_in_byte_order(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "s");
	lab_dir(lab, "s/b");
	lab_dir(lab, "s/a");
	lab_put(lab, "s/a.x", "1");
	lab_put(lab, "s/a-x", "22");
	lab_put(lab, "s/\xc3\xa4", "");
	lab_put(lab, "s/Z", "");
	lab_put(lab, "s/a/f", "333");
	lab_link(lab, "s/b/l", "../a");
	lab_dir(lab, "s/b/empty");
	assert_walk(lab, "s", 0,
		"enter 0 '' s\n"
		"file 1 'Z' Z 0\n"
		"enter 1 'a' a\n"
		"file 2 'a/f' f 3\n"
		"leave 1 'a' a\n"
		"file 1 'a-x' a-x 2\n"
		"file 1 'a.x' a.x 1\n"
		"enter 1 'b' b\n"
		"enter 2 'b/empty' empty\n"
		"leave 2 'b/empty' empty\n"
		"link 2 'b/l' l -> ../a\n"
		"leave 1 'b' b\n"
		"file 1 '\xc3\xa4' \xc3\xa4 0\n"
		"leave 0 '' s\n");
}

static void a_start_may_be_anything(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "d");
	lab_put(lab, "d/f", "1");
	lab_link(lab, "d/l", "nowhere");
	lab_dir(lab, "d/e");
	assert_int_equal(mkfifoat(lab->fd, "d/p", 0600), 0);
	assert_walk(lab, "d/f", 1, "file 0 '' f 1 open\n");
	assert_walk(lab, "d/f", 0, "file 0 '' f 1\n");
	assert_walk(lab, "d/l", 1, "link 0 '' l -> nowhere\n");
	assert_walk(lab, "d/p", 1, "other 0 '' p\n");
	assert_walk(lab, "d/e", 1, "enter 0 '' e\nleave 0 '' e\n");
	assert_walk(lab, ".", 0,
		"enter 0 '' .\nenter 1 'd' d\nenter 2 'd/e' e\nleave 2 'd/e' e\n"
		"file 2 'd/f' f 1\nlink 2 'd/l' l -> nowhere\nother 2 'd/p' p\nleave 1 'd' d\n"
		"leave 0 '' .\n");
}

static void a_start_stays_below(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "d");
	lab_dir(lab, "d/e");
	lab_link(lab, "l", "d");
	assert_no_walk(lab, "l/e", OCIT_E_FORMAT);
	assert_no_walk(lab, "..", OCIT_E_FORMAT);
	assert_no_walk(lab, "d/..", OCIT_E_FORMAT);
	assert_no_walk(lab, "d/../d", OCIT_E_FORMAT);
	assert_no_walk(lab, "/etc", OCIT_E_FORMAT);
	assert_no_walk(lab, "/", OCIT_E_FORMAT);
	assert_no_walk(lab, "d/", OCIT_E_FORMAT);
	assert_no_walk(lab, "", OCIT_E_FORMAT);
	assert_no_walk(lab, "nowhere", OCIT_E_NOT_FOUND);
	assert_no_walk(lab, "nowhere/x", OCIT_E_NOT_FOUND);
	assert_no_walk(lab, NAME_255 "6", OCIT_E_LIMIT);
}

static void contents_are_open_for_reading(void **state)
{
	struct lab *lab = *state;
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item;
	char bytes[8];

	lab_dir(lab, "s");
	lab_put(lab, "s/f", "hello");
	assert_int_equal(tree_open(&lab->cx, lab->fd, "s", 1, &t), 0);
	assert_int_equal(tree_next(&lab->cx, t, &item), 0);
	assert_int_equal(item.dirfd, lab->fd);
	assert_int_equal(tree_next(&lab->cx, t, &item), 0);
	assert_int_equal(item.event, TREE_FILE);
	assert_int_equal(read(item.fd, bytes, sizeof(bytes)), 5);
	assert_memory_equal(bytes, "hello", 5);
	assert_int_equal(faccessat(item.dirfd, "f", F_OK, 0), 0);
	assert_true(fcntl(item.fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(item.dirfd, F_GETFD) & FD_CLOEXEC);
}

static void a_walk_can_be_dropped_at_any_item(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "s");
	lab_dir(lab, "s/d");
	lab_put(lab, "s/d/f", "1");
	for (int items = 0; items < 8; items++) {
		AUTO(tree) struct tree *t = NULL;
		struct tree_item item;

		assert_int_equal(tree_open(&lab->cx, lab->fd, "s", 1, &t), 0);
		for (int i = 0; i < items; i++)
			assert_int_equal(tree_next(&lab->cx, t, &item), 0);
		if (items > 5)
			assert_int_equal(item.event, TREE_END);
	}
	tree_close(NULL);
}

static void many_names_of_full_length_are_sorted(void **state)
{
	struct lab *lab = *state;
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item;
	char name[256] = NAME_255, before[256] = "";
	int dir, count = 0;

	lab_dir(lab, "s");
	dir = openat(lab->fd, "s", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(name, 5, "%04u", i * 7919 % 10000);
		name[4] = 'x';
		assert_int_equal(symlinkat("t", dir, name), 0);
	}
	close(dir);
	assert_int_equal(tree_open(&lab->cx, lab->fd, "s", 0, &t), 0);
	for (;;) {
		assert_int_equal(tree_next(&lab->cx, t, &item), 0);
		if (item.event == TREE_END)
			break;
		if (item.event != TREE_LINK)
			continue;
		assert_true(strcmp(before, item.name) < 0);
		assert_int_equal(strlen(item.name), 255);
		memcpy(before, item.name, 256);
		count++;
	}
	assert_int_equal(count, 2000);
}

static void entries_count_against_the_limit(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "s");
	lab_put(lab, "s/a", "");
	lab_put(lab, "s/b", "");
	lab->cx.max_files = 2;
	assert_no_walk(lab, "s", 0);
	lab->cx.max_files = 1;
	assert_no_walk(lab, "s", OCIT_E_LIMIT);
	assert_string_equal(ctx_message(&lab->cx), "directory 's' has more than 1 entries");
}

/* Directories below one another: the last has this depth, counted from top. */
static void make_deep(const struct lab *lab, const char *top, const char *name, int depth)
{
	int fd;

	lab_dir(lab, top);
	fd = openat(lab->fd, top, O_PATH | O_CLOEXEC);
	for (int i = 0; i < depth; i++) {
		int next;

		assert_int_equal(mkdirat(fd, name, 0755), 0);
		next = openat(fd, name, O_PATH | O_CLOEXEC);
		assert_true(next >= 0);
		close(fd);
		fd = next;
	}
	close(fd);
}

static void depth_has_a_limit(void **state)
{
	struct lab *lab = *state;

	make_deep(lab, "exact", "d", TREE_DEPTH_MAX);
	make_deep(lab, "over", "d", TREE_DEPTH_MAX + 1);
	make_deep(lab, "long", NAME_255, TREE_DEPTH_MAX);
	assert_no_walk(lab, "exact", 0);
	assert_no_walk(lab, "long", 0);
	assert_no_walk(lab, "over", OCIT_E_LIMIT);
	assert_non_null(strstr(ctx_message(&lab->cx), "depth 129, limit 128"));
	for (int i = 0; i < 3; i++)
		assert_int_equal(
			tree_remove(&lab->cx, lab->fd, i ? i == 1 ? "over" : "long" : "exact"), 0);
	assert_int_equal(lab_count(lab, "."), 0);
}

static int walk_with_few_descriptors(struct lab *lab)
{
	const struct rlimit limit = { 24, 24 };
	AUTO(buf) struct buf text;

	buf_init(&text, 1 << 20);
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(walk(lab, "s", 0, &text) == OCIT_E_SYSTEM);
	CHECK(strstr(ctx_message(&lab->cx), "Too many open files"));
	CHECK(strstr(lab->cx.hint, "the limit is 24"));
	ctx_clear(&lab->cx);
	CHECK(tree_remove(&lab->cx, lab->fd, "shallow") == 0);
	CHECK(!lab_has(lab, "shallow"));
	return 0;
}

static void case_026_running_out_of_descriptors_names_the_limit(void **state)
{
	struct lab *lab = *state;

	make_deep(lab, "s", "d", 40);
	make_deep(lab, "shallow", "d", 10);
	assert_int_equal(lab_child(lab, walk_with_few_descriptors), 0);
}

/* Between two items of a walk somebody puts something else in the place of the next one. */
static void replace_and_go_on(struct lab *lab, const char *name, int dir, const char *link)
{
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item;

	assert_int_equal(tree_open(&lab->cx, lab->fd, "s", 1, &t), 0);
	assert_int_equal(tree_next(&lab->cx, t, &item), 0);
	assert_int_equal(unlinkat(lab->fd, name, dir ? AT_REMOVEDIR : 0), 0);
	if (link)
		lab_link(lab, name, link);
	else
		assert_int_equal(mkfifoat(lab->fd, name, 0644), 0);
	assert_int_equal(tree_next(&lab->cx, t, &item), OCIT_E_INTEGRITY);
	assert_string_equal(ctx_message(&lab->cx), "'x' changed while it was read");
	assert_int_equal(unlinkat(lab->fd, name, 0), 0);
}

static void what_is_replaced_is_not_followed(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "canary");
	lab_put(lab, "canary/f", "1");
	lab_dir(lab, "s");
	lab_dir(lab, "s/x");
	replace_and_go_on(lab, "s/x", 1, "../canary");
	lab_dir(lab, "s/x");
	replace_and_go_on(lab, "s/x", 1, NULL);
	lab_put(lab, "s/x", "1");
	replace_and_go_on(lab, "s/x", 0, "../canary/f");
	lab_put(lab, "s/x", "1");
	replace_and_go_on(lab, "s/x", 0, NULL);
	assert_true(lab_holds(lab, "canary/f", "1"));
}

static void what_vanishes_is_not_found(void **state)
{
	struct lab *lab = *state;
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item;

	lab_dir(lab, "s");
	lab_put(lab, "s/x", "1");
	assert_int_equal(tree_open(&lab->cx, lab->fd, "s", 1, &t), 0);
	assert_int_equal(tree_next(&lab->cx, t, &item), 0);
	assert_int_equal(unlinkat(lab->fd, "s/x", 0), 0);
	assert_int_equal(tree_next(&lab->cx, t, &item), OCIT_E_NOT_FOUND);
}

static void walks_can_be_cancelled(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "s");
	atomic_store(lab->cx.cancel, 1);
	assert_no_walk(lab, "s", OCIT_E_CANCELLED);
	assert_int_equal(tree_remove(&lab->cx, lab->fd, "s"), OCIT_E_CANCELLED);
	assert_true(lab_has(lab, "s"));
}

static int walk_unreadable(struct lab *lab)
{
	AUTO(buf) struct buf text;

	buf_init(&text, 1000);
	CHECK(mkdirat(lab->fd, "s", 0700) == 0);
	CHECK(mkdirat(lab->fd, "s/locked", 0) == 0);
	CHECK(walk(lab, "s", 1, &text) == OCIT_E_SYSTEM);
	CHECK(lab->cx.sys == EACCES);
	CHECK(!strcmp(ctx_message(&lab->cx), "open directory 'locked': Permission denied"));
	return 0;
}

static void directories_that_cannot_be_listed_are_errors(void **state)
{
	assert_int_equal(lab_as_user(*state, walk_unreadable), 0);
}

static void removal_takes_everything_and_follows_nothing(void **state)
{
	struct lab *lab = *state;

	lab_dir(lab, "canary");
	lab_put(lab, "canary/f", "1");
	lab_dir(lab, "s");
	lab_dir(lab, "s/d");
	lab_put(lab, "s/d/f", "1");
	lab_link(lab, "s/d/l", "../../canary");
	lab_link(lab, "s/dangling", "nowhere");
	lab_dir(lab, "s/d/e");
	assert_int_equal(mkfifoat(lab->fd, "s/p", 0600), 0);
	assert_int_equal(linkat(lab->fd, "canary/f", lab->fd, "s/hard", 0), 0);
	lab_link(lab, "l", "canary");
	assert_int_equal(tree_remove(&lab->cx, lab->fd, "s/"), 0);
	assert_int_equal(tree_remove(&lab->cx, lab->fd, "l"), 0);
	assert_false(lab_has(lab, "s"));
	assert_false(lab_has(lab, "l"));
	assert_true(lab_holds(lab, "canary/f", "1"));
	assert_int_equal(lab_count(lab, "."), 1);
}

static void removal_of_nothing_is_fine(void **state)
{
	struct lab *lab = *state;

	assert_int_equal(tree_remove(&lab->cx, lab->fd, "nowhere"), 0);
	assert_int_equal(tree_remove(&lab->cx, lab->fd, "nowhere/x"), 0);
	assert_int_equal(lab->cx.code, 0);
}

static void removal_checks_its_name(void **state)
{
	static const char *const names[] = { "", ".", "..", "/", "//", "a/.", "a/..", "a/../",
		"a//b", "//a", "./", "../.." };
	struct lab *lab = *state;

	lab_dir(lab, "a");
	lab_dir(lab, "a/b");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(tree_remove(&lab->cx, lab->fd, names[i]), OCIT_E_USAGE);
	assert_true(lab_has(lab, "a/b"));
	assert_int_equal(tree_remove(&lab->cx, lab->fd, NAME_255 "6"), OCIT_E_LIMIT);
}

static void absolute_names_are_removed(void **state)
{
	struct lab *lab = *state;
	char name[100];

	lab_dir(lab, "s");
	lab_put(lab, "s/f", "");
	snprintf(name, sizeof(name), "%s/s", lab->path);
	assert_int_equal(tree_remove(&lab->cx, -1, name), 0);
	assert_false(lab_has(lab, "s"));
}

static void clearing_leaves_the_directory(void **state)
{
	struct lab *lab = *state;
	AUTO(fd) int fd = -1;

	lab_dir(lab, "s");
	lab_dir(lab, "s/d");
	lab_put(lab, "s/d/f", "");
	fd = openat(lab->fd, "s", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(tree_clear(&lab->cx, fd, "s", NULL), 0);
	assert_int_equal(tree_clear(&lab->cx, fd, "s", NULL), 0);
	assert_int_equal(lab_count(lab, "s"), 0);
}

static int remove_locked(struct lab *lab)
{
	static const char *const names[] = { "s", "s/0000", "s/0000/in", "s/0555", "s/0555/in",
		"s/0444", "s/0444/in", "s/0111", "s/0111/in", "s/0300", "s/0300/in" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		CHECK(mkdirat(lab->fd, names[i], 0755) == 0);
	for (size_t i = 1; i < ARRAY_LEN(names); i += 2) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "%s/f", names[i]);
		fd = openat(lab->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0);
		CHECK(fd >= 0);
		close(fd);
		CHECK(fchmodat(lab->fd, names[i + 1], 0, 0) == 0);
		CHECK(fchmodat(lab->fd, names[i], (mode_t)strtol(names[i] + 2, NULL, 8), 0) == 0);
	}
	CHECK(fchmodat(lab->fd, "s", 0, 0) == 0);
	CHECK(tree_remove(&lab->cx, lab->fd, "s") == 0);
	CHECK(!lab_has(lab, "s"));
	return 0;
}

static int remove_locked_without_openat2(struct lab *lab)
{
	return lab_forbid(ENOSYS) ? 98 : remove_locked(lab);
}

static void directories_without_permissions_are_removed(void **state)
{
	assert_int_equal(lab_as_user(*state, remove_locked), 0);
	assert_int_equal(lab_as_user(*state, remove_locked_without_openat2), 0);
}

static int remove_of_others(struct lab *lab)
{
	CHECK(tree_remove(&lab->cx, lab->fd, "s") == OCIT_E_SYSTEM);
	CHECK(lab->cx.sys == EACCES);
	CHECK(strstr(ctx_message(&lab->cx), "'s/d/f'"));
	return 0;
}

static void directories_of_others_stay(void **state)
{
	struct lab *lab = *state;

	if (geteuid() != 0) {
		test_skip("giving files away needs root");
		return;
	}
	lab_dir(lab, "s");
	lab_dir(lab, "s/d");
	lab_put(lab, "s/d/f", "1");
	assert_int_equal(fchownat(lab->fd, "s", 65534, 65534, 0), 0);
	assert_int_equal(lab_as_user(lab, remove_of_others), 0);
	assert_true(lab_holds(lab, "s/d/f", "1"));
}

static int remove_deep(struct lab *lab)
{
	const struct rlimit limit = { 64, 64 };

	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(tree_remove(&lab->cx, lab->fd, "s") == 0);
	return 0;
}

/* Deeper than descriptors and longer than any path; names that removal itself would use lie about.
 */
static void any_depth_is_removed_with_few_descriptors(void **state)
{
	struct lab *lab = *state;

	make_deep(lab, "s", NAME_255, 1000);
	lab_dir(lab, "s/.hoisted-0");
	lab_put(lab, "s/.hoisted-0/f", "");
	lab_put(lab, "s/.hoisted-1", "");
	assert_int_equal(lab_child(lab, remove_deep), 0);
	assert_false(lab_has(lab, "s"));
}

static int remove_deep_locked(struct lab *lab)
{
	int fd = lab->fd;

	for (int i = 0; i < 100; i++) {
		int next;

		CHECK(mkdirat(fd, "s", 0755) == 0);
		next = openat(fd, "s", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		CHECK(next >= 0);
		if (fd != lab->fd)
			CHECK(fchmod(fd, 0555) == 0);
		fd = next;
	}
	CHECK(tree_remove(&lab->cx, lab->fd, "s") == 0);
	CHECK(!lab_has(lab, "s"));
	return 0;
}

static void deep_read_only_directories_are_removed(void **state)
{
	assert_int_equal(lab_as_user(*state, remove_deep_locked), 0);
}

static int mount_at(const struct lab *lab, const char *name, const char *what)
{
	char from[100], to[100];

	snprintf(from, sizeof(from), "%s/%s", lab->path, what ? what : "");
	snprintf(to, sizeof(to), "%s/%s", lab->path, name);
	return what ? mount(from, to, NULL, MS_BIND, NULL) : mount("tmpfs", to, "tmpfs", 0, NULL);
}

/* Descriptors from before see the old mounts. */
static int private_mounts(struct lab *lab)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	close(lab->fd);
	lab->fd = open(lab->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return lab->fd < 0 ? -1 : 0;
}

static int remove_mounted(struct lab *lab)
{
	if (private_mounts(lab))
		return 77;
	if (mount_at(lab, "s/bind", "canary") || mount_at(lab, "s/tmpfs", NULL) ||
		mount_at(lab, "s/file", "canary/f"))
		return 77;
	CHECK(tree_remove(&lab->cx, lab->fd, "s") == OCIT_E_POLICY);
	CHECK(!strcmp(ctx_message(&lab->cx),
		"'s/bind': something is mounted there, nothing below it is removed"));
	CHECK(!strcmp(lab->cx.hint, "unmount it first"));
	CHECK(tree_remove(&lab->cx, lab->fd, "s/tmpfs") == OCIT_E_POLICY);
	CHECK(tree_remove(&lab->cx, lab->fd, "s/file") == OCIT_E_POLICY);
	CHECK(lab_holds(lab, "canary/f", "1"));
	CHECK(lab_has(lab, "s/tmpfs"));
	return 0;
}

static void case_202_what_is_mounted_inside_stays(void **state)
{
	struct lab *lab = *state;
	int r;

	lab_dir(lab, "canary");
	lab_put(lab, "canary/f", "1");
	lab_dir(lab, "s");
	lab_dir(lab, "s/bind");
	lab_dir(lab, "s/tmpfs");
	lab_put(lab, "s/file", "");
	r = lab_child(lab, remove_mounted);
	if (r == 77) {
		test_skip("mounting needs privileges");
		return;
	}
	assert_int_equal(r, 0);
	assert_true(lab_holds(lab, "canary/f", "1"));
}

static int walk_mounted(struct lab *lab)
{
	AUTO(buf) struct buf text;
	struct file_info info;

	buf_init(&text, 1000);
	if (private_mounts(lab) || mount_at(lab, "store/one", "canary"))
		return 77;
	CHECK(walk(lab, "store/one", 0, &text) == 0);
	CHECK(!strcmp(text.data, "enter 0 '' one\nfile 1 'f' f 1\nleave 0 '' one\n"));
	CHECK(file_look(&lab->cx, lab->fd, "store/one/f", FILE_BENEATH, &info) == 0);
	return 0;
}

/* In a Nix sandbox each store path is a bind mount. */
static void mounted_store_paths_are_walked(void **state)
{
	struct lab *lab = *state;
	int r;

	lab_dir(lab, "canary");
	lab_put(lab, "canary/f", "1");
	lab_dir(lab, "store");
	lab_dir(lab, "store/one");
	r = lab_child(lab, walk_mounted);
	if (r == 77) {
		test_skip("mounting needs privileges");
		return;
	}
	assert_int_equal(r, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONCE(entries_come_in_byte_order),
		BOTH(a_start_may_be_anything),
		BOTH(a_start_stays_below),
		ONCE(contents_are_open_for_reading),
		ONCE(a_walk_can_be_dropped_at_any_item),
		ONCE(many_names_of_full_length_are_sorted),
		ONCE(entries_count_against_the_limit),
		BOTH(depth_has_a_limit),
		BOTH(case_026_running_out_of_descriptors_names_the_limit),
		BOTH(what_is_replaced_is_not_followed),
		ONCE(what_vanishes_is_not_found),
		ONCE(walks_can_be_cancelled),
		ONCE(directories_that_cannot_be_listed_are_errors),
		BOTH(removal_takes_everything_and_follows_nothing),
		BOTH(removal_of_nothing_is_fine),
		ONCE(removal_checks_its_name),
		ONCE(absolute_names_are_removed),
		BOTH(clearing_leaves_the_directory),
		ONCE(directories_without_permissions_are_removed),
		BOTH(directories_of_others_stay),
		BOTH(any_depth_is_removed_with_few_descriptors),
		BOTH(deep_read_only_directories_are_removed),
		BOTH(case_202_what_is_mounted_inside_stays),
		BOTH(mounted_store_paths_are_walked),
	};

	return cmocka_run_group_tests_name("os/tree", tests, NULL, NULL);
}

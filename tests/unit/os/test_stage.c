/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_stage.c: outputs appear whole, under a free name, or not at all. */
#include "lab.h"

#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/xattr.h>

#include "base/mem.h"
#include "os/stage.h"

#define NAME_50  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define NAME_255 NAME_50 NAME_50 NAME_50 NAME_50 NAME_50 "12345"

static void put_out(const struct stage *st, const char *text)
{
	int fd = openat(
		stage_fd(st), stage_entry(st), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void make_out(const struct stage *st, const char *text)
{
	int fd;

	assert_int_equal(mkdirat(stage_fd(st), stage_entry(st), 0755), 0);
	fd = openat(stage_fd(st), "out/f", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void refuse(struct lab *lab, const char *name, int code)
{
	struct stage *st = NULL;
	int r = stage_open(&lab->cx, lab->fd, name, 0, &st);

	if (r != code)
		print_error("'%s': %s\n", name, ctx_message(&lab->cx));
	assert_int_equal(r, code);
	assert_null(st);
}

/* The staging directory, if there is exactly one. */
static bool find_hidden(const struct lab *lab, char ret[64])
{
	DIR *d = fdopendir(openat(lab->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	const struct dirent *e;
	int n = 0;

	while ((e = readdir(d)))
		if (!strncmp(e->d_name, ".ocitools-", 10)) {
			snprintf(ret, 64, "%.63s", e->d_name);
			n++;
		}
	closedir(d);
	return n == 1;
}

static void a_stage_is_private_locked_and_marked(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;
	char hidden[64] = "", marker[100];
	struct file_info info;
	int fd;

	assert_int_equal(stage_open(&lab->cx, lab->fd, "target", 0, &st), 0);
	assert_true(find_hidden(lab, hidden));
	assert_int_equal(strlen(hidden), strlen(".ocitools-0123456789abcdef.partial"));
	assert_int_equal(strspn(hidden + 10, "0123456789abcdef"), 16);
	assert_string_equal(hidden + 26, ".partial");
	assert_int_equal(file_look_fd(&lab->cx, stage_fd(st), hidden, &info), 0);
	assert_int_equal(info.mode, 0700);
	snprintf(marker, sizeof(marker), "%s/marker", hidden);
	assert_true(lab_holds(lab, marker, "target"));
	fd = openat(lab->fd, hidden, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_SH | LOCK_NB), -1);
	assert_true(fcntl(stage_fd(st), F_GETFD) & FD_CLOEXEC);
	assert_false(lab_has(lab, "target"));
	st = stage_close(st);
	assert_null(st);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
	assert_int_equal(lab_count(lab, "."), 0);
}

static void case_016_names_that_name_nothing_are_refused(void **state)
{
	static const char *const names[] = { "", ".", "..", "/", "//", "./", "../", "a/.", "a/..",
		"a/./", "a//b", "a//b/", "//a", "/.." };
	struct lab *lab = *state;

	lab_dir(lab, "a");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		refuse(lab, names[i], OCIT_E_USAGE);
	assert_int_equal(lab_count(lab, "a"), 0);
	assert_int_equal(lab_count(lab, "."), 1);
}

static void case_016_trailing_slashes_are_trimmed(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;

	lab_dir(lab, "a");
	assert_int_equal(stage_open(&lab->cx, lab->fd, "a/b//", 0, &st), 0);
	put_out(st, "x");
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	assert_true(lab_holds(lab, "a/b", "x"));
	st = stage_close(st);
	assert_int_equal(lab_count(lab, "a"), 1);
}

static void build_existing(const struct lab *lab)
{
	lab_put(lab, "file", "1");
	lab_dir(lab, "empty");
	lab_dir(lab, "full");
	lab_put(lab, "full/f", "1");
	lab_link(lab, "todir", "empty");
	lab_link(lab, "dangling", "nowhere");
	assert_int_equal(mkfifoat(lab->fd, "fifo", 0644), 0);
}

static const char *const existing[] = { "file", "empty", "empty/", "full", "todir", "todir/",
	"dangling", "fifo" };

static void case_017_what_exists_is_not_replaced(void **state)
{
	struct lab *lab = *state;

	build_existing(lab);
	for (size_t i = 0; i < ARRAY_LEN(existing); i++)
		refuse(lab, existing[i], OCIT_E_EXISTS);
	assert_string_equal(ctx_message(&lab->cx), "'fifo' exists already");
	assert_int_equal(lab_count(lab, "."), 6);
}

static int parent_not_writable(struct lab *lab)
{
	struct stage *st = NULL;

	CHECK(mkdirat(lab->fd, "ro", 0555) == 0);
	CHECK(mkdirat(lab->fd, "no", 0) == 0);
	CHECK(stage_open(&lab->cx, lab->fd, "ro/x", 0, &st) == OCIT_E_SYSTEM);
	CHECK(lab->cx.sys == EACCES);
	CHECK(strstr(ctx_message(&lab->cx), "beside 'ro/x'"));
	CHECK(stage_open(&lab->cx, lab->fd, "no/x", 0, &st) == OCIT_E_SYSTEM);
	CHECK(lab->cx.sys == EACCES);
	return 0;
}

static void case_018_each_bad_parent_has_its_error(void **state)
{
	struct lab *lab = *state;

	lab_put(lab, "file", "1");
	lab_link(lab, "dangling", "nowhere");
	lab_link(lab, "loop", "loop");
	refuse(lab, "nowhere/x", OCIT_E_NOT_FOUND);
	refuse(lab, "nowhere/y/x", OCIT_E_NOT_FOUND);
	refuse(lab, "dangling/x", OCIT_E_NOT_FOUND);
	refuse(lab, "file/x", OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&lab->cx), "'file/': not a directory");
	refuse(lab, "file/y/x", OCIT_E_FORMAT);
	refuse(lab, "loop/x", OCIT_E_FORMAT);
	assert_int_equal(lab_as_user(lab, parent_not_writable), 0);
}

/* In a directory such as /tmp: the link's owner, the directory's, and the answer to user 65534. */
static int links_of_others(struct lab *lab)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = { { "sticky/theirs/x", OCIT_E_POLICY }, { "sticky/deep/x", OCIT_E_POLICY },
		{ "sticky/mine/x", 0 }, { "sticky/owners/x", 0 }, { "open/theirs/x", 0 },
		{ "mine/x", 0 } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(stage) struct stage *st = NULL;

		CHECK(stage_open(&lab->cx, lab->fd, rows[i].name, 0, &st) == rows[i].code);
		CHECK(rows[i].code != OCIT_E_POLICY ||
			strstr(ctx_message(&lab->cx),
				"leads through the symlink 'theirs' of user 3"));
	}
	return 0;
}

static void give(const struct lab *lab, const char *name, uid_t owner)
{
	assert_int_equal(fchownat(lab->fd, name, owner, owner, AT_SYMLINK_NOFOLLOW), 0);
}

static void case_018_links_of_others_in_a_sticky_directory_are_not_followed(void **state)
{
	static const struct {
		const char *name, *target;
		uid_t owner;
	} links[] = { { "sticky/theirs", "../good", 3 }, { "sticky/mine", "../good", 65534 },
		{ "sticky/owners", "../good", 4 }, { "sticky/deep", "theirs/.", 65534 },
		{ "open/theirs", "../good", 3 }, { "mine", "sticky/mine", 65534 } };
	struct lab *lab = *state;

	if (geteuid() != 0)
		skip();
	lab_dir(lab, "sticky");
	lab_dir(lab, "open");
	lab_dir(lab, "good");
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		lab_link(lab, links[i].name, links[i].target);
		give(lab, links[i].name, links[i].owner);
	}
	give(lab, "good", 65534);
	give(lab, "sticky", 4);
	assert_int_equal(fchmodat(lab->fd, "sticky", 01777, 0), 0);
	assert_int_equal(fchmodat(lab->fd, "open", 0777, 0), 0);
	assert_int_equal(lab_as_user(lab, links_of_others), 0);
}

static void case_020_a_name_of_255_bytes_works(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;

	assert_int_equal(stage_open(&lab->cx, lab->fd, NAME_255, 0, &st), 0);
	make_out(st, "x");
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	assert_true(lab_holds(lab, NAME_255 "/f", "x"));
	refuse(lab, NAME_255 "6", OCIT_E_LIMIT);
	assert_non_null(strstr(ctx_message(&lab->cx), "name of 256 bytes, limit 255"));
}

static void directories_and_files_are_published(void **state)
{
	struct lab *lab = *state;

	for (int file = 0; file < 2; file++) {
		const char *name = file ? "file" : "dir";
		AUTO(stage) struct stage *st = NULL;

		assert_int_equal(stage_open(&lab->cx, lab->fd, name, 0, &st), 0);
		if (file)
			put_out(st, "content");
		else
			make_out(st, "content");
		assert_int_equal(stage_publish(&lab->cx, st), 0);
		assert_int_equal(stage_publish(&lab->cx, st), OCIT_E_BUG);
		st = stage_close(st);
		assert_int_equal(lab_count(lab, "."), file + 1);
	}
	assert_true(lab_holds(lab, "file", "content"));
	assert_true(lab_holds(lab, "dir/f", "content"));
	assert_int_equal(lab_count(lab, "dir"), 1);
	assert_int_equal(lab_count(lab, "."), 2);
}

static void absolute_names_and_links_in_the_parent_work(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;
	char name[100];

	lab_dir(lab, "d");
	lab_link(lab, "l", "d");
	snprintf(name, sizeof(name), "%s/l/x", lab->path);
	assert_int_equal(stage_open(&lab->cx, -1, name, 0, &st), 0);
	put_out(st, "1");
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	assert_true(lab_holds(lab, "d/x", "1"));
}

static void more_than_the_entry_in_a_stage_goes(void **state)
{
	struct lab *lab = *state;
	struct stage *st = NULL;

	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &st), 0);
	put_out(st, "1");
	assert_int_equal(mkdirat(stage_fd(st), "scratch", 0), 0);
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	stage_close(st);
	assert_int_equal(lab_count(lab, "."), 1);
	assert_true(lab_holds(lab, "x", "1"));
}

static void publishing_nothing_is_an_error(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;

	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &st), 0);
	assert_int_equal(stage_publish(&lab->cx, st), OCIT_E_NOT_FOUND);
	assert_false(lab_has(lab, "x"));
}

static void closing_removes_what_was_not_published(void **state)
{
	struct lab *lab = *state;
	struct stage *st = NULL;

	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &st), 0);
	make_out(st, "1");
	assert_int_equal(symlinkat(lab->path, stage_fd(st), "out/l"), 0);
	lab_put(lab, "canary", "1");
	atomic_store(lab->cx.cancel, 1);
	assert_int_equal(poll_cancel(&lab->cx), OCIT_E_CANCELLED);
	stage_close(st);
	assert_null(stage_close(NULL));
	assert_true(lab_holds(lab, "canary", "1"));
	assert_int_equal(lab_count(lab, "."), 1);
	assert_string_equal(ctx_message(&lab->cx), "cancelled");
}

static int close_locked(struct lab *lab)
{
	struct stage *st = NULL;

	umask(0777);
	CHECK(stage_open(&lab->cx, lab->fd, "x", 0, &st) == 0);
	CHECK(mkdirat(stage_fd(st), "out", 0755) == 0);
	stage_close(st);
	CHECK(lab_count(lab, ".") == 0);
	return 0;
}

static void case_025_any_umask_will_do(void **state)
{
	assert_int_equal(lab_as_user(*state, close_locked), 0);
}

static void the_parent_s_group_bit_does_not_spread(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;
	struct file_info info;

	if (geteuid() == 0)
		assert_int_equal(fchown(lab->fd, -1, 4321), 0);
	assert_int_equal(fchmod(lab->fd, 02770), 0);
	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &st), 0);
	assert_int_equal(file_look_fd(&lab->cx, stage_fd(st), "stage", &info), 0);
	assert_int_equal(info.mode, 0700);
	make_out(st, "1");
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	assert_int_equal(file_look(&lab->cx, lab->fd, "x", FILE_BENEATH, &info), 0);
	assert_int_equal(info.mode, 0755);
	assert_int_equal(info.gid, getegid());
}

/* user::rwx user:1234:rwx group::--- mask::rwx other::--- as the kernel stores it */
static const unsigned char default_acl[] = { 2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 7, 0,
	0xd2, 4, 0, 0, 4, 0, 0, 0, 255, 255, 255, 255, 16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 0, 0,
	255, 255, 255, 255 };

static void the_parent_s_default_acl_does_not_spread(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;
	AUTO(fd) int fd = -1;
	struct file_info info;

	if (fsetxattr(lab->fd, "system.posix_acl_default", default_acl, sizeof(default_acl), 0) <
		0) {
		test_skip("the file system has no ACLs");
		return;
	}
	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &st), 0);
	make_out(st, "1");
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	assert_int_equal(file_open_dir(&lab->cx, lab->fd, "x", FILE_BENEATH, &fd), 0);
	assert_int_equal(file_look_fd(&lab->cx, fd, "x", &info), 0);
	assert_int_equal(info.mode, 0755);
	assert_int_equal(flistxattr(fd, NULL, 0), 0);
}

static void put_existing(struct lab *lab, int kind)
{
	switch (kind) {
	case 0:
		lab_put(lab, "x", "theirs");
		return;
	case 1:
		lab_dir(lab, "x");
		return;
	case 2:
		lab_link(lab, "x", "nowhere");
		return;
	default:
		assert_int_equal(mkfifoat(lab->fd, "x", 0644), 0);
	}
}

/* Each kind of thing, created after the stage was opened, meets a directory and a file. */
static int lose_to_latecomers(struct lab *lab)
{
	for (int i = 0; i < 8; i++) {
		int kind = i / 2;
		struct stage *st = NULL;

		CHECK(stage_open(&lab->cx, lab->fd, "x", 0, &st) == 0);
		if (i % 2)
			put_out(st, "ours");
		else
			make_out(st, "ours");
		put_existing(lab, kind);
		CHECK(stage_publish(&lab->cx, st) == OCIT_E_EXISTS);
		CHECK(!strcmp(ctx_message(&lab->cx), "'x' exists already"));
		stage_withdraw(st);
		stage_close(st);
		CHECK(lab_count(lab, ".") == 1);
		CHECK(kind != 0 || lab_holds(lab, "x", "theirs"));
		CHECK(unlinkat(lab->fd, "x", kind == 1 ? AT_REMOVEDIR : 0) == 0);
	}
	return 0;
}

static void case_209_a_name_taken_meanwhile_is_not_replaced(void **state)
{
	assert_int_equal(lose_to_latecomers(*state), 0);
}

static void of_two_stages_one_wins(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *first = NULL, *second = NULL;

	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &first), 0);
	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &second), 0);
	make_out(first, "first");
	make_out(second, "second");
	assert_int_equal(stage_publish(&lab->cx, second), 0);
	assert_int_equal(stage_publish(&lab->cx, first), OCIT_E_EXISTS);
	assert_true(lab_holds(lab, "x/f", "second"));
	first = stage_close(first);
	second = stage_close(second);
	assert_int_equal(lab_count(lab, "."), 1);
}

static int race(struct lab *lab)
{
	AUTO(stage) struct stage *st = NULL;
	int r = stage_open(&lab->cx, lab->fd, "x", 0, &st);

	if (r == 0) {
		make_out(st, "racer");
		r = stage_publish(&lab->cx, st);
	}
	return r == 0 ? 0 : r == OCIT_E_EXISTS ? 1 : 2;
}

static void of_many_processes_one_wins(void **state)
{
	struct lab *lab = *state;
	pid_t pids[8];
	int won = 0, lost = 0;

	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(race(lab));
	}
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		int r = lab_wait(pids[i]);

		won += r == 0;
		lost += r == 1;
	}
	assert_int_equal(won, 1);
	assert_int_equal(lost, 7);
	assert_int_equal(lab_count(lab, "."), 1);
	assert_int_equal(lab_count(lab, "x"), 1);
}

static void what_was_published_can_be_withdrawn(void **state)
{
	struct lab *lab = *state;

	for (int file = 0; file < 2; file++) {
		AUTO(stage) struct stage *st = NULL;

		assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &st), 0);
		if (file)
			put_out(st, "1");
		else
			make_out(st, "1");
		stage_withdraw(st);
		assert_int_equal(lab_count(lab, "."), 1);
		assert_int_equal(stage_publish(&lab->cx, st), 0);
		stage_withdraw(st);
		assert_false(lab_has(lab, "x"));
		assert_int_equal(
			lab_count(lab, "."), 1); /* the stage, and in it what was visible */
		stage_withdraw(st);
		st = stage_close(st);
		assert_int_equal(lab_count(lab, "."), 0);
	}
	assert_int_equal(lab_count(lab, "."), 0);
}

static void what_somebody_put_there_since_is_not_withdrawn(void **state)
{
	struct lab *lab = *state;
	AUTO(stage) struct stage *st = NULL;

	assert_int_equal(stage_open(&lab->cx, lab->fd, "x", 0, &st), 0);
	put_out(st, "ours");
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	assert_int_equal(renameat(lab->fd, "x", lab->fd, "kept"), 0);
	lab_put(lab, "x", "theirs");
	stage_withdraw(st);
	assert_true(lab_holds(lab, "x", "theirs"));
	assert_true(lab_holds(lab, "kept", "ours"));
}

/* The parent's name leads elsewhere by now, the staging directory's to somebody else's. */
static void case_208_work_goes_on_where_it_began(void **state)
{
	struct lab *lab = *state;
	struct stage *st = NULL, *dropped = NULL;
	char hidden[64];

	lab_dir(lab, "d");
	lab_dir(lab, "evil");
	assert_int_equal(stage_open(&lab->cx, lab->fd, "d/x", 0, &st), 0);
	assert_int_equal(renameat(lab->fd, "d", lab->fd, "moved"), 0);
	lab_link(lab, "d", "evil");
	put_out(st, "1");
	assert_int_equal(stage_publish(&lab->cx, st), 0);
	stage_close(st);
	assert_true(lab_holds(lab, "moved/x", "1"));
	assert_int_equal(lab_count(lab, "evil"), 0);

	lab_put(lab, "evil/f", "canary");
	assert_int_equal(stage_open(&lab->cx, lab->fd, "y", 0, &dropped), 0);
	assert_true(find_hidden(lab, hidden));
	assert_int_equal(renameat(lab->fd, hidden, lab->fd, "away"), 0);
	lab_link(lab, hidden, "evil");
	stage_close(dropped);
	assert_true(lab_holds(lab, "evil/f", "canary"));
	assert_int_equal(lab_count(lab, "away"), 0);
}

/* Take every descriptor there is, but leave some. */
static void use_up(int left)
{
	int fds[64], n = 0;

	while (n < 64 && (fds[n] = fcntl(0, F_DUPFD_CLOEXEC, 3)) >= 0)
		n++;
	while (left-- > 0)
		close(fds[--n]);
}

/* Deeper than there are descriptors. */
static int clean_up_without_descriptors(struct lab *lab)
{
	struct stage *st = NULL;
	const struct rlimit few = { .rlim_cur = 40, .rlim_max = 40 };

	CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
	CHECK(stage_open(&lab->cx, lab->fd, "x", 0, &st) == 0);
	CHECK(mkdirat(stage_fd(st), "out", 0755) == 0);
	CHECK(mkdirat(stage_fd(st), "out/a", 0755) == 0);
	CHECK(mkdirat(stage_fd(st), "out/a/b", 0755) == 0);
	CHECK(mkdirat(stage_fd(st), "out/a/b/c", 0755) == 0);
	CHECK(mkdirat(stage_fd(st), "out/a/b/c/d", 0755) == 0);
	CHECK(mkdirat(stage_fd(st), "out/a/b/e", 0555) == 0);
	CHECK(fchmodat(stage_fd(st), "out/a/b", 0555, 0) == 0);
	use_up(0);
	stage_close(st);
	use_up(1); /* for the count */
	CHECK(unlinkat(lab->fd, "x", 0) < 0 && errno == ENOENT);
	return 0;
}

static void staging_goes_when_descriptors_have_run_out(void **state)
{
	struct lab *lab = *state;

	assert_int_equal(lab_child(lab, clean_up_without_descriptors), 0);
	assert_int_equal(lab_count(lab, "."), 0);
}

/* Case 202. */
static int clean_up_around_a_mount(struct lab *lab)
{
	struct stage *st = NULL;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 77;
	/* Descriptors stay with the mounts of the old namespace. */
	CHECK(chdir(lab->path) == 0);
	CHECK(stage_open(&lab->cx, AT_FDCWD, "x", 0, &st) == 0);
	make_out(st, "1");
	CHECK(fchdir(stage_fd(st)) == 0);
	if (mount("tmpfs", "out", "tmpfs", 0, NULL) < 0)
		return 77;
	fail(&lab->cx, OCIT_E_FORMAT, "something else");
	stage_close(st);
	CHECK(!strcmp(ctx_message(&lab->cx), "something else"));
	CHECK(strstr(lab->cx.hint, ".partial' beside 'x' is left ("));
	CHECK(strstr(lab->cx.hint, "mounted"));
	CHECK(umount2("out", MNT_DETACH) == 0);
	return 0;
}

static void what_cannot_be_removed_is_told(void **state)
{
	struct lab *lab = *state;
	int r = lab_child(lab, clean_up_around_a_mount);
	char hidden[64];

	if (r == 77) {
		test_skip("mounting is not allowed here");
		return;
	}
	assert_int_equal(r, 0);
	assert_true(find_hidden(lab, hidden));
}

static void the_name_of_a_stage_is_no_output(void **state)
{
	struct lab *lab = *state;

	refuse(lab, ".ocitools-0123456789abcdef.partial", OCIT_E_USAGE);
	refuse(lab, "./.ocitools-0123456789abcdef.partial/", OCIT_E_USAGE);
	assert_int_equal(lab_count(lab, "."), 0);
}

/* File systems without flags for renameat2, old kernels, and filters. */
static int publish_all(struct lab *lab)
{
	const char *names[] = { "dir", "file" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct stage *st = NULL;

		CHECK(stage_open(&lab->cx, lab->fd, names[i], 0, &st) == 0);
		if (i)
			put_out(st, "1");
		else
			make_out(st, "1");
		CHECK(stage_publish(&lab->cx, st) == 0);
		stage_close(st);
	}
	CHECK(lab_count(lab, ".") == 2);
	CHECK(lab_holds(lab, "file", "1"));
	CHECK(lab_holds(lab, "dir/f", "1"));
	CHECK(unlinkat(lab->fd, "file", 0) == 0);
	CHECK(unlinkat(lab->fd, "dir/f", 0) == 0);
	CHECK(unlinkat(lab->fd, "dir", AT_REMOVEDIR) == 0);
	return lose_to_latecomers(lab);
}

static int publish_under_einval(struct lab *lab)
{
	return lab_forbid(EINVAL) ? 98 : publish_all(lab);
}

static int publish_under_enosys(struct lab *lab)
{
	return lab_forbid(ENOSYS) ? 98 : publish_all(lab);
}

static int publish_under_eperm(struct lab *lab)
{
	return lab_forbid(EPERM) ? 98 : publish_all(lab);
}

static void case_199_publishing_works_without_rename_flags(void **state)
{
	struct lab *lab = *state;

	/* EINVAL is no answer of openat2 that would make us walk. */
	file_force_no_openat2(true);
	assert_int_equal(lab_child(lab, publish_under_einval), 0);
	file_force_no_openat2(false);
	assert_int_equal(lab_child(lab, publish_under_enosys), 0);
	assert_int_equal(lab_child(lab, publish_under_eperm), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_stage_is_private_locked_and_marked),
		ONCE(case_016_names_that_name_nothing_are_refused),
		ONCE(case_016_trailing_slashes_are_trimmed),
		BOTH(case_017_what_exists_is_not_replaced),
		ONCE(case_018_each_bad_parent_has_its_error),
		ONCE(case_018_links_of_others_in_a_sticky_directory_are_not_followed),
		BOTH(case_020_a_name_of_255_bytes_works),
		BOTH(directories_and_files_are_published),
		ONCE(absolute_names_and_links_in_the_parent_work),
		BOTH(more_than_the_entry_in_a_stage_goes),
		ONCE(publishing_nothing_is_an_error),
		BOTH(closing_removes_what_was_not_published),
		BOTH(case_025_any_umask_will_do),
		ONCE(the_parent_s_group_bit_does_not_spread),
		ONCE(the_parent_s_default_acl_does_not_spread),
		ONCE(case_209_a_name_taken_meanwhile_is_not_replaced),
		ONCE(of_two_stages_one_wins),
		BOTH(of_many_processes_one_wins),
		BOTH(what_was_published_can_be_withdrawn),
		ONCE(what_somebody_put_there_since_is_not_withdrawn),
		BOTH(case_208_work_goes_on_where_it_began),
		ONCE(case_199_publishing_works_without_rename_flags),
		BOTH(staging_goes_when_descriptors_have_run_out),
		ONCE(what_cannot_be_removed_is_told),
		ONCE(the_name_of_a_stage_is_no_output),
	};

	return cmocka_run_group_tests_name("os/stage", tests, NULL, NULL);
}

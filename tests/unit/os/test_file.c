/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_file.c: opening without leaving, looking, reading, creating. */
#include "lab.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/mem.h"

#define NAME_50  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define NAME_255 NAME_50 NAME_50 NAME_50 NAME_50 NAME_50 "12345"

static void build_chain(const struct lab *lab, int links)
{
	char name[16], target[16];

	for (int i = 1; i <= links; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		snprintf(target, sizeof(target), i == 1 ? "d/f" : "c%d", i - 1);
		lab_link(lab, name, target);
	}
}

static void build_hostile(const struct lab *lab)
{
	lab_dir(lab, "d");
	lab_put(lab, "d/f", "inside");
	lab_link(lab, "l", "d");
	lab_link(lab, "lf", "d/f");
	lab_link(lab, "d/back", "../lf");
	lab_link(lab, "abs", "/d/f");
	lab_link(lab, "d/abs", "/d/f");
	lab_link(lab, "slash", "d/");
	lab_link(lab, "up", "../../../../../../../../d/f");
	lab_link(lab, "dangling", "nowhere");
	lab_link(lab, "loop", "loop");
	lab_link(lab, "host", "/etc/passwd");
	build_chain(lab, 41);
	assert_int_equal(mkfifoat(lab->fd, "fifo", 0644), 0);
}

struct attempt {
	const char *name;
	enum file_scope scope;
	int code;
};

static const struct attempt openings[] = {
	{ "d/f", FILE_BENEATH, 0 },
	{ "./d/f", FILE_BENEATH, 0 },
	{ "d//f", FILE_BENEATH, 0 },
	{ "d/./f", FILE_BENEATH, 0 },
	{ "", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "nowhere", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "d/nowhere", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "nowhere/f", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "d/f/x", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "d/f/", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "d", FILE_BENEATH, OCIT_E_FORMAT },
	{ "d/", FILE_BENEATH, OCIT_E_FORMAT },
	{ "d/.", FILE_BENEATH, OCIT_E_FORMAT },
	{ ".", FILE_BENEATH, OCIT_E_FORMAT },
	{ "fifo", FILE_BENEATH, OCIT_E_FORMAT },
	{ "./fifo", FILE_BENEATH, OCIT_E_FORMAT },
	{ "lf", FILE_BENEATH, OCIT_E_FORMAT },
	{ "./lf", FILE_BENEATH, OCIT_E_FORMAT },
	{ "l/f", FILE_BENEATH, OCIT_E_FORMAT },
	{ "d/back", FILE_BENEATH, OCIT_E_FORMAT },
	{ "dangling", FILE_BENEATH, OCIT_E_FORMAT },
	{ "loop", FILE_BENEATH, OCIT_E_FORMAT },
	{ "..", FILE_BENEATH, OCIT_E_FORMAT },
	{ "../etc/passwd", FILE_BENEATH, OCIT_E_FORMAT },
	{ "d/../d/f", FILE_BENEATH, OCIT_E_FORMAT },
	{ "d/..", FILE_BENEATH, OCIT_E_FORMAT },
	{ "/etc/passwd", FILE_BENEATH, OCIT_E_FORMAT },
	{ "//etc/passwd", FILE_BENEATH, OCIT_E_FORMAT },
	{ NAME_255, FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ NAME_255 "6", FILE_BENEATH, OCIT_E_LIMIT },
	{ "d/" NAME_255 "6", FILE_BENEATH, OCIT_E_LIMIT },
	{ "d/" NAME_255 "6/x", FILE_BENEATH, OCIT_E_LIMIT },

	{ "d/f", FILE_IN_ROOT, 0 },
	{ "/d/f", FILE_IN_ROOT, 0 },
	{ "//d//f", FILE_IN_ROOT, 0 },
	{ "l/f", FILE_IN_ROOT, 0 },
	{ "slash/f", FILE_IN_ROOT, 0 },
	{ "lf", FILE_IN_ROOT, 0 },
	{ "abs", FILE_IN_ROOT, 0 },
	{ "d/abs", FILE_IN_ROOT, 0 },
	{ "up", FILE_IN_ROOT, 0 },
	{ "d/back", FILE_IN_ROOT, 0 },
	{ "l/back", FILE_IN_ROOT, 0 },
	{ "../../d/f", FILE_IN_ROOT, 0 },
	{ "l/../d/f", FILE_IN_ROOT, 0 },
	{ "d/../../d/f", FILE_IN_ROOT, 0 },
	{ "c39", FILE_IN_ROOT, 0 },
	{ "c40", FILE_IN_ROOT, 0 },
	{ "c41", FILE_IN_ROOT, OCIT_E_LIMIT },
	{ "loop", FILE_IN_ROOT, OCIT_E_LIMIT },
	{ "loop/x", FILE_IN_ROOT, OCIT_E_LIMIT },
	{ "", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "host", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "dangling", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "dangling/x", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "lf/x", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "lf/", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "lf/..", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "nowhere/../d/f", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "/", FILE_IN_ROOT, OCIT_E_FORMAT },
	{ "..", FILE_IN_ROOT, OCIT_E_FORMAT },
	{ "l", FILE_IN_ROOT, OCIT_E_FORMAT },
	{ "fifo", FILE_IN_ROOT, OCIT_E_FORMAT },
	{ NAME_255, FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ NAME_255 "6", FILE_IN_ROOT, OCIT_E_LIMIT },

	{ "d/f", FILE_ANYWHERE, 0 },
	{ "l/f", FILE_ANYWHERE, 0 },
	{ "d/../d/f", FILE_ANYWHERE, 0 },
	{ "/etc/passwd", FILE_ANYWHERE, 0 },
	{ "lf", FILE_ANYWHERE, OCIT_E_FORMAT },
	{ "fifo", FILE_ANYWHERE, OCIT_E_FORMAT },
	{ "/dev/null", FILE_ANYWHERE, OCIT_E_FORMAT },
	{ "nowhere", FILE_ANYWHERE, OCIT_E_NOT_FOUND },
};

static void names_open_what_they_may_and_nothing_else(void **state)
{
	struct lab *lab = *state;

	build_hostile(lab);
	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		const struct attempt *a = &openings[i];
		struct file_info info;
		int fd = -7, r = file_open(&lab->cx, lab->fd, a->name, a->scope, &fd, &info);

		if (r != a->code)
			print_error("row %zu '%s': %s\n", i, a->name, ctx_message(&lab->cx));
		assert_int_equal(r, a->code);
		assert_true(r ? fd == -7 : fd >= 0);
		if (!r && a->name[1] != 'e')
			assert_int_equal(info.size, 6);
		if (!r)
			close(fd);
	}
}

static const struct attempt looks[] = {
	{ "d/f", FILE_BENEATH, FILE_REGULAR },
	{ "lf", FILE_BENEATH, FILE_SYMLINK },
	{ "d/back", FILE_BENEATH, FILE_SYMLINK },
	{ ".", FILE_BENEATH, FILE_DIR },
	{ "d/", FILE_BENEATH, FILE_DIR },
	{ "fifo", FILE_BENEATH, FILE_OTHER },
	{ "./fifo", FILE_BENEATH, FILE_OTHER },
	{ "l/f", FILE_BENEATH, OCIT_E_FORMAT },
	{ "l/", FILE_BENEATH, OCIT_E_FORMAT },
	{ "", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "d/f/x", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "..", FILE_BENEATH, OCIT_E_FORMAT },
	{ "l/f", FILE_IN_ROOT, FILE_REGULAR },
	{ "lf", FILE_IN_ROOT, FILE_SYMLINK },
	{ "l/back", FILE_IN_ROOT, FILE_SYMLINK },
	{ "l/", FILE_IN_ROOT, FILE_DIR },
	{ "l/.", FILE_IN_ROOT, FILE_DIR },
	{ "/", FILE_IN_ROOT, FILE_DIR },
	{ "..", FILE_IN_ROOT, FILE_DIR },
	{ "loop", FILE_IN_ROOT, FILE_SYMLINK },
	{ "loop/x", FILE_IN_ROOT, OCIT_E_LIMIT },
	{ "d/nowhere", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "", FILE_IN_ROOT, OCIT_E_NOT_FOUND },
	{ "lf", FILE_ANYWHERE, FILE_SYMLINK },
	{ "/dev/null", FILE_ANYWHERE, FILE_OTHER },
};

static void looking_does_not_follow_the_last_component(void **state)
{
	struct lab *lab = *state;

	build_hostile(lab);
	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		const struct attempt *a = &looks[i];
		struct file_info info;
		int r = file_look(&lab->cx, lab->fd, a->name, a->scope, &info);

		if ((r ? r : (int)info.kind) != a->code)
			print_error("row %zu '%s': %s\n", i, a->name, ctx_message(&lab->cx));
		assert_int_equal(r ? r : (int)info.kind, a->code);
	}
}

static const struct attempt dirs[] = {
	{ "d", FILE_BENEATH, 0 },
	{ "./d/", FILE_BENEATH, 0 },
	{ ".", FILE_BENEATH, 0 },
	{ "l", FILE_BENEATH, OCIT_E_FORMAT },
	{ "./l", FILE_BENEATH, OCIT_E_FORMAT },
	{ "l/", FILE_BENEATH, OCIT_E_FORMAT },
	{ "d/f", FILE_BENEATH, OCIT_E_FORMAT },
	{ "..", FILE_BENEATH, OCIT_E_FORMAT },
	{ "nowhere", FILE_BENEATH, OCIT_E_NOT_FOUND },
	{ "l", FILE_IN_ROOT, 0 },
	{ "/", FILE_IN_ROOT, 0 },
	{ "../..", FILE_IN_ROOT, 0 },
	{ "lf", FILE_IN_ROOT, OCIT_E_FORMAT },
	{ "fifo", FILE_IN_ROOT, OCIT_E_FORMAT },
	{ "l", FILE_ANYWHERE, OCIT_E_FORMAT },
	{ "l/", FILE_ANYWHERE, 0 },
};

static void directories_open_within_the_same_bounds(void **state)
{
	struct lab *lab = *state;

	build_hostile(lab);
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		const struct attempt *a = &dirs[i];
		int fd = -7, r = file_open_dir(&lab->cx, lab->fd, a->name, a->scope, &fd);

		if (r != a->code)
			print_error("row %zu '%s': %s\n", i, a->name, ctx_message(&lab->cx));
		assert_int_equal(r, a->code);
		if (!r)
			close(fd);
	}
}

/* "..", however often, and links upwards lead to the root of the walk, not of the machine. */
static void the_root_of_a_root_is_itself(void **state)
{
	static const char *const names[] = { "..", "/", "../../..", "d/../..", "top", "d/top" };
	struct lab *lab = *state;
	struct file_info root, info;

	lab_dir(lab, "d");
	lab_link(lab, "top", "/");
	lab_link(lab, "d/top", "../../../..");
	assert_int_equal(file_look_fd(&lab->cx, lab->fd, "root", &root), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int fd = -1;

		assert_int_equal(file_open_dir(&lab->cx, lab->fd, names[i], FILE_IN_ROOT, &fd), 0);
		assert_int_equal(file_look_fd(&lab->cx, fd, "it", &info), 0);
		assert_true(info.dev == root.dev && info.ino == root.ino);
		close(fd);
	}
}

static void long_paths_are_refused(void **state)
{
	struct lab *lab = *state;
	char name[5000];
	int fd;

	memset(name, 'x', sizeof(name));
	for (size_t i = 1; i < sizeof(name); i += 2)
		name[i] = '/';
	name[4999] = '\0';
	for (int scope = FILE_ANYWHERE; scope <= FILE_IN_ROOT; scope++)
		assert_int_equal(
			file_open(&lab->cx, lab->fd, name, (enum file_scope)scope, &fd, NULL),
			OCIT_E_LIMIT);
	assert_non_null(strstr(ctx_message(&lab->cx), "path of 4999 bytes, limit 4095"));
}

static void what_proc_makes_up_is_not_a_link(void **state)
{
	static const char *const names[] = { "proc/self/exe", "proc/self/root/etc/passwd",
		"proc/self/cwd/x", "proc/thread-self/fd/0", "proc/self/ns/mnt" };
	struct lab *lab = *state;
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(
			file_open(&lab->cx, root, names[i], FILE_IN_ROOT, &fd, NULL), OCIT_E_LIMIT);
	/* "self" and "mounts" are links like others. */
	assert_int_equal(file_open(&lab->cx, root, "proc/mounts", FILE_IN_ROOT, &fd, NULL), 0);
	close(fd);
	close(root);
}

static void sockets_and_devices_are_not_regular(void **state)
{
	struct lab *lab = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", lab->path);
	assert_int_equal(bind(s, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(
		file_open(&lab->cx, lab->fd, "socket", FILE_BENEATH, &fd, NULL), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&lab->cx), "'socket' is not a regular file");
	close(s);
	if (geteuid() == 0 && mknodat(lab->fd, "zero", S_IFCHR | 0644, makedev(1, 5)) == 0)
		assert_int_equal(file_open(&lab->cx, lab->fd, "./zero", FILE_BENEATH, &fd, NULL),
			OCIT_E_FORMAT);
}

static void names_in_messages_are_escaped(void **state)
{
	struct lab *lab = *state;
	int fd;

	assert_int_equal(file_open(&lab->cx, lab->fd, "a\n\033[2J", FILE_BENEATH, &fd, NULL),
		OCIT_E_NOT_FOUND);
	assert_string_equal(
		ctx_message(&lab->cx), "open 'a\\x0a\\x1b[2J': No such file or directory");
}

/* A second process exchanges a directory and a link to elsewhere while names are resolved. */
static void case_208_no_swap_leads_outside(void **state)
{
	struct lab *lab = *state;
	pid_t pid;
	int opened = 0;

	lab_dir(lab, "root");
	lab_dir(lab, "root/a");
	lab_dir(lab, "root/a/b");
	lab_put(lab, "root/a/b/f", "inside");
	lab_dir(lab, "outside");
	lab_dir(lab, "outside/b");
	lab_put(lab, "outside/b/f", "secret");
	lab_link(lab, "root/l", "../outside");
	pid = fork();
	if (pid == 0)
		for (prctl(PR_SET_PDEATHSIG, SIGKILL);;)
			(void)renameat2(lab->fd, "root/a", lab->fd, "root/l", RENAME_EXCHANGE);
	for (int i = 0; i < 4000; i++) {
		enum file_scope scope = i % 2 ? FILE_BENEATH : FILE_IN_ROOT;
		AUTO(buf) struct buf text;
		AUTO(fd) int root = openat(lab->fd, "root", O_PATH | O_CLOEXEC);

		buf_init(&text, 100);
		if (file_read(&lab->cx, root, i % 3 ? "a/b/f" : "./a/b/f", scope, &text) == 0) {
			assert_string_equal(text.data, "inside");
			opened++;
		}
	}
	kill(pid, SIGKILL);
	assert_int_equal(lab_wait(pid), 128 + SIGKILL);
	assert_true(opened > 0);
}

/* Filters of container runtimes answer ENOSYS or EPERM. */
static int open_hostile(struct lab *lab)
{
	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		const struct attempt *a = &openings[i];
		int fd = -1;

		CHECK(file_open(&lab->cx, lab->fd, a->name, a->scope, &fd, NULL) == a->code);
		fd_close(fd);
	}
	return 0;
}

static int open_under_enosys(struct lab *lab)
{
	return lab_forbid(ENOSYS) ? 98 : open_hostile(lab);
}

static int open_under_eperm(struct lab *lab)
{
	return lab_forbid(EPERM) ? 98 : open_hostile(lab);
}

static void a_filter_over_openat2_changes_no_verdict(void **state)
{
	struct lab *lab = *state;

	build_hostile(lab);
	assert_int_equal(lab_child(lab, open_under_enosys), 0);
	assert_int_equal(lab_child(lab, open_under_eperm), 0);
}

static void info_says_what_the_inode_says(void **state)
{
	struct lab *lab = *state;
	struct timespec times[2] = { { .tv_sec = 5 }, { .tv_sec = 12345, .tv_nsec = 678 } };
	struct file_info info;

	lab_put(lab, "f", "four");
	assert_int_equal(fchmodat(lab->fd, "f", 04751, 0), 0);
	assert_int_equal(linkat(lab->fd, "f", lab->fd, "g", 0), 0);
	assert_int_equal(utimensat(lab->fd, "f", times, 0), 0);
	assert_int_equal(file_look(&lab->cx, lab->fd, "f", FILE_BENEATH, &info), 0);
	assert_int_equal(info.kind, FILE_REGULAR);
	assert_int_equal(info.mode, 04751);
	assert_int_equal(info.size, 4);
	assert_int_equal(info.nlink, 2);
	assert_int_equal(info.uid, geteuid());
	assert_int_equal(info.mtime, 12345);
	assert_int_equal(info.mtime_ns, 678);
	assert_true(info.ino != 0);
}

static void link_texts_are_read(void **state)
{
	struct lab *lab = *state;
	AUTO(arena) struct arena a;
	char *text = NULL;

	arena_init(&a);
	build_hostile(lab);
	assert_int_equal(file_readlink(&lab->cx, lab->fd, "d/back", FILE_BENEATH, &a, &text), 0);
	assert_string_equal(text, "../lf");
	assert_int_equal(file_readlink(&lab->cx, lab->fd, "l/back", FILE_IN_ROOT, &a, &text), 0);
	assert_string_equal(text, "../lf");
	assert_int_equal(file_readlink(&lab->cx, lab->fd, "loop", FILE_IN_ROOT, &a, &text), 0);
	assert_string_equal(text, "loop");
	assert_int_equal(
		file_readlink(&lab->cx, lab->fd, "l/back", FILE_BENEATH, &a, &text), OCIT_E_FORMAT);
	assert_int_equal(
		file_readlink(&lab->cx, lab->fd, "d", FILE_BENEATH, &a, &text), OCIT_E_FORMAT);
	assert_int_equal(
		file_readlink(&lab->cx, lab->fd, "d/f", FILE_BENEATH, &a, &text), OCIT_E_FORMAT);
	assert_string_equal(ctx_message(&lab->cx), "'d/f' is not a symlink");
	assert_int_equal(file_readlink(&lab->cx, lab->fd, "d/no", FILE_BENEATH, &a, &text),
		OCIT_E_NOT_FOUND);
	assert_int_equal(
		file_readlink(&lab->cx, lab->fd, "", FILE_BENEATH, &a, &text), OCIT_E_NOT_FOUND);
	assert_string_equal(text, "loop");
}

static void reading_keeps_to_the_limit_of_the_buffer(void **state)
{
	struct lab *lab = *state;
	AUTO(buf) struct buf exact, tight, more;

	lab_put(lab, "f", "12345");
	buf_init(&exact, 5);
	buf_init(&tight, 4);
	buf_init(&more, 10000);
	assert_int_equal(file_read(&lab->cx, lab->fd, "f", FILE_BENEATH, &exact), 0);
	assert_string_equal(exact.data, "12345");
	assert_int_equal(file_read(&lab->cx, lab->fd, "f", FILE_BENEATH, &tight), OCIT_E_LIMIT);
	assert_string_equal(ctx_message(&lab->cx), "'f': more than 4 bytes");
	buf_str(&more, "x");
	assert_int_equal(file_read(&lab->cx, lab->fd, "f", FILE_BENEATH, &more), 0);
	assert_string_equal(more.data, "x12345");
	/* A full buffer and an empty file go together. */
	lab_put(lab, "empty", "");
	assert_int_equal(file_read(&lab->cx, lab->fd, "empty", FILE_BENEATH, &exact), 0);
}

static void files_that_hide_their_size_are_read_whole(void **state)
{
	struct lab *lab = *state;
	AUTO(buf) struct buf text, tight;

	buf_init(&text, 100000);
	buf_init(&tight, 10);
	assert_int_equal(
		file_read(&lab->cx, AT_FDCWD, "/proc/self/status", FILE_ANYWHERE, &text), 0);
	assert_true(text.len > 100);
	assert_int_equal(file_read(&lab->cx, AT_FDCWD, "/proc/self/status", FILE_ANYWHERE, &tight),
		OCIT_E_LIMIT);
}

static void the_head_of_a_file_is_what_there_is(void **state)
{
	struct lab *lab = *state;
	AUTO(fd) int fd = -1;
	char bytes[8];
	size_t n = 99;

	lab_put(lab, "f", "12345");
	assert_int_equal(file_open(&lab->cx, lab->fd, "f", FILE_BENEATH, &fd, NULL), 0);
	assert_int_equal(file_head(&lab->cx, fd, "f", bytes, 3, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(file_head(&lab->cx, fd, "f", bytes, sizeof(bytes), &n), 0);
	assert_int_equal(n, 5);
	assert_memory_equal(bytes, "12345", 5);
	assert_int_equal(file_head(&lab->cx, -1, "f", bytes, 3, &n), OCIT_E_SYSTEM);
}

static void ranges_are_whole_or_an_error(void **state)
{
	struct lab *lab = *state;
	AUTO(fd) int fd = -1;
	struct ranged_fd r;
	struct file_info info;
	char bytes[8];

	lab_put(lab, "f", "12345");
	assert_int_equal(file_open(&lab->cx, lab->fd, "f", FILE_BENEATH, &fd, &info), 0);
	ranged_fd_init(&r, fd, info.size, "f");
	assert_int_equal(r.ranged.read_at(&lab->cx, &r.ranged, 1, bytes, 4), 0);
	assert_memory_equal(bytes, "2345", 4);
	assert_int_equal(r.ranged.read_at(&lab->cx, &r.ranged, 5, bytes, 0), 0);
	assert_int_equal(r.ranged.read_at(&lab->cx, &r.ranged, 1, bytes, 5), OCIT_E_FORMAT);
	assert_int_equal(
		r.ranged.read_at(&lab->cx, &r.ranged, UINT64_MAX, bytes, 2), OCIT_E_FORMAT);
	lab_put(lab, "f", "12");
	assert_int_equal(r.ranged.read_at(&lab->cx, &r.ranged, 1, bytes, 4), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&lab->cx), "was cut off while it was read"));
}

static void out_streams_count_what_they_wrote(void **state)
{
	struct lab *lab = *state;
	AUTO(fd) int fd = -1, full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct out_fd o;

	assert_int_equal(file_create(&lab->cx, lab->fd, "f", 0600, &fd), 0);
	out_fd_init(&o, fd, "f");
	assert_int_equal(out_write(&lab->cx, &o.out, "ab", 2), 0);
	assert_int_equal(out_write(&lab->cx, &o.out, "", 0), 0);
	assert_int_equal(out_write(&lab->cx, &o.out, "cde", 3), 0);
	assert_int_equal(o.written, 5);
	assert_true(lab_holds(lab, "f", "abcde"));
	out_fd_init(&o, full, "full");
	assert_int_equal(out_write(&lab->cx, &o.out, "x", 1), OCIT_E_SYSTEM);
	assert_int_equal(lab->cx.sys, ENOSPC);
	assert_int_equal(o.written, 0);
}

static int create_any(struct lab *lab, int what, const char *name)
{
	int fd = -1, r;

	if (what == 2)
		return link_create(&lab->cx, lab->fd, name, "t");
	if (what == 3)
		return hard_link_create(&lab->cx, lab->fd, name, lab->fd, "d/f");
	r = what ? dir_create(&lab->cx, lab->fd, name, 0755, &fd)
		 : file_create(&lab->cx, lab->fd, name, 0644, &fd);
	fd_close(fd);
	return r;
}

static void nothing_is_created_over_or_through_anything(void **state)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = {
		{ "d", OCIT_E_EXISTS },
		{ "d/f", OCIT_E_EXISTS },
		{ "dangling", OCIT_E_EXISTS },
		{ "loop", OCIT_E_EXISTS },
		{ "fifo", OCIT_E_EXISTS },
		{ "l/new", OCIT_E_FORMAT },
		{ "../new", OCIT_E_FORMAT },
		{ "d/../new", OCIT_E_FORMAT },
		{ "/new", OCIT_E_FORMAT },
		{ "d/f/new", OCIT_E_FORMAT },
		{ "nowhere/new", OCIT_E_NOT_FOUND },
		{ "", OCIT_E_NOT_FOUND },
		{ NAME_255 "6", OCIT_E_LIMIT },
		{ "d/" NAME_255 "6", OCIT_E_LIMIT },
		{ NAME_255, 0 },
		{ "d/new", 0 },
		{ "new", 0 },
	};
	struct lab *lab = *state;

	build_hostile(lab);
	for (int what = 0; what < 4; what++) {
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			int r = create_any(lab, what, rows[i].name);

			if (r != rows[i].code)
				print_error("'%s': %s\n", rows[i].name, ctx_message(&lab->cx));
			assert_int_equal(r, rows[i].code);
		}
		assert_int_equal(unlinkat(lab->fd, NAME_255, what == 1 ? AT_REMOVEDIR : 0), 0);
		assert_int_equal(unlinkat(lab->fd, "d/new", what == 1 ? AT_REMOVEDIR : 0), 0);
		assert_int_equal(unlinkat(lab->fd, "new", what == 1 ? AT_REMOVEDIR : 0), 0);
	}
	assert_true(lab_holds(lab, "d/f", "inside"));
	assert_false(lab_has(lab, "nowhere"));
}

static void links_need_a_text_that_fits(void **state)
{
	struct lab *lab = *state;
	char text[5001];

	memset(text, 'x', sizeof(text) - 1);
	text[5000] = '\0';
	assert_int_equal(link_create(&lab->cx, lab->fd, "l", text), OCIT_E_LIMIT);
	assert_non_null(strstr(ctx_message(&lab->cx), "5000 bytes, limit 4095"));
	assert_int_equal(link_create(&lab->cx, lab->fd, "l", ""), OCIT_E_FORMAT);
}

static void attributes_end_as_they_were_given(void **state)
{
	struct lab *lab = *state;
	bool root = process_is_root();
	struct file_attrs attrs = {
		.own = root, .uid = 1234, .gid = 2345, .mode = 06755, .mtime = 1
	};
	struct file_info info;
	int fd;

	assert_int_equal(file_create(&lab->cx, lab->fd, "f", 0600, &fd), 0);
	assert_int_equal(file_set_attrs(&lab->cx, fd, "f", &attrs), 0);
	assert_int_equal(fd_finish(&lab->cx, fd, "f"), 0);
	assert_int_equal(file_look(&lab->cx, lab->fd, "f", FILE_BENEATH, &info), 0);
	assert_int_equal(info.mode, 06755);
	assert_int_equal(info.uid, root ? 1234 : geteuid());
	assert_int_equal(info.mtime, 1);
	assert_int_equal(info.mtime_ns, 0);

	lab_dir(lab, "d");
	assert_int_equal(link_create(&lab->cx, lab->fd, "d/l", "../f"), 0);
	attrs.uid = 77;
	attrs.mtime = 2;
	assert_int_equal(link_set_attrs(&lab->cx, lab->fd, "d/l", &attrs), 0);
	assert_int_equal(file_look(&lab->cx, lab->fd, "d/l", FILE_BENEATH, &info), 0);
	assert_int_equal(info.uid, root ? 77 : geteuid());
	assert_int_equal(info.mtime, 2);
	assert_int_equal(file_look(&lab->cx, lab->fd, "f", FILE_BENEATH, &info), 0);
	assert_int_equal(info.mtime, 1);
}

static void a_mode_of_all_ones_is_left_alone(void **state)
{
	struct lab *lab = *state;
	struct file_attrs attrs = { .mode = UINT32_MAX, .mtime = 9 };
	struct file_info info;
	int fd;

	assert_int_equal(dir_create(&lab->cx, lab->fd, "d", 0700, &fd), 0);
	assert_int_equal(file_set_attrs(&lab->cx, fd, "d", &attrs), 0);
	assert_int_equal(file_look_fd(&lab->cx, fd, "d", &info), 0);
	assert_int_equal(info.mode, 0700);
	assert_int_equal(info.mtime, 9);
	close(fd);
	assert_int_equal(dir_create(&lab->cx, lab->fd, "e", 0700, NULL), 0);
	assert_true(lab_has(lab, "e"));
}

static int see_umask(struct lab *lab)
{
	umask(027);
	CHECK(process_umask() == 027);
	umask(0777);
	CHECK(process_umask() == 0777);
	CHECK(umask(0) == 0777);
	CHECK(process_umask() == 0);
	return 0;
}

static void the_umask_is_read_and_not_touched(void **state)
{
	assert_int_equal(lab_child(*state, see_umask), 0);
}

static int without_root(struct lab *lab)
{
	int fd = -1;

	CHECK(!process_is_root());
	CHECK(fchmod(lab->fd, 0) == 0);
	CHECK(file_create(&lab->cx, lab->fd, "f", 0600, &fd) == OCIT_E_SYSTEM);
	CHECK(lab->cx.sys == EACCES);
	CHECK(fchmod(lab->fd, 0700) == 0);
	return 0;
}

static void refusals_keep_their_errno(void **state)
{
	assert_int_equal(lab_as_user(*state, without_root), 0);
}

static void closing_reports(void **state)
{
	struct lab *lab = *state;
	int fd = dup(lab->fd);

	fd_close(-1);
	assert_int_equal(fd_finish(&lab->cx, fd, "f"), 0);
	assert_int_equal(fd_finish(&lab->cx, fd, "f"), OCIT_E_SYSTEM);
	assert_int_equal(lab->cx.sys, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(names_open_what_they_may_and_nothing_else),
		BOTH(looking_does_not_follow_the_last_component),
		BOTH(directories_open_within_the_same_bounds),
		BOTH(the_root_of_a_root_is_itself),
		BOTH(long_paths_are_refused),
		BOTH(what_proc_makes_up_is_not_a_link),
		BOTH(sockets_and_devices_are_not_regular),
		BOTH(names_in_messages_are_escaped),
		BOTH(case_208_no_swap_leads_outside),
		ONCE(a_filter_over_openat2_changes_no_verdict),
		BOTH(info_says_what_the_inode_says),
		BOTH(link_texts_are_read),
		BOTH(reading_keeps_to_the_limit_of_the_buffer),
		ONCE(files_that_hide_their_size_are_read_whole),
		ONCE(the_head_of_a_file_is_what_there_is),
		ONCE(ranges_are_whole_or_an_error),
		ONCE(out_streams_count_what_they_wrote),
		BOTH(nothing_is_created_over_or_through_anything),
		ONCE(links_need_a_text_that_fits),
		BOTH(attributes_end_as_they_were_given),
		BOTH(a_mode_of_all_ones_is_left_alone),
		ONCE(the_umask_is_read_and_not_touched),
		ONCE(refusals_keep_their_errno),
		ONCE(closing_reports),
	};

	return cmocka_run_group_tests_name("os/file", tests, NULL, NULL);
}

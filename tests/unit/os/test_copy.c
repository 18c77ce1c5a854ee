/* SPDX-License-Identifier: Apache-2.0 */
/* unit/os/test_copy.c: exact sizes, both ways of copying, and descriptors that do not behave. */
#include "lab.h"

#include <signal.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "os/copy.h"

enum { LARGE = 3 * COPY_BUFFER + 4321 };

/* A file of len bytes that are not all the same. */
static int make(const struct lab *lab, const char *name, size_t len)
{
	int fd = openat(lab->fd, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	AUTO(mem) char *bytes = mem_alloc(len);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 7 + i / 1000);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Does fd hold exactly the first len bytes of what make() writes? */
static bool holds(int fd, size_t len)
{
	AUTO(mem) char *bytes = mem_alloc(len + 1);

	if (pread(fd, bytes, len + 1, 0) != (ssize_t)len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != (char)(i * 7 + i / 1000))
			return false;
	return true;
}

/* flags O_APPEND: the kernel refuses to copy, so it is done by hand. */
static void copy_sizes(struct lab *lab, int flags)
{
	static const size_t sizes[] = { 0, 1, 4096, 16384, 16385, LARGE };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		AUTO(fd) int in = make(lab, "in", sizes[i]);
		AUTO(fd)
		int out = openat(
			lab->fd, "out", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0600);

		assert_int_equal(copy_range(&lab->cx, in, out, sizes[i], "in"), 0);
		assert_true(holds(out, sizes[i]));
	}
}

static void all_bytes_arrive(void **state)
{
	copy_sizes(*state, 0);
}

static void all_bytes_arrive_where_the_kernel_refuses(void **state)
{
	copy_sizes(*state, O_APPEND);
}

static void all_bytes_arrive_on_another_file_system(void **state)
{
	struct lab *lab = *state;
	int out = open("/dev/shm", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	AUTO(fd) int in = -1;

	if (out < 0) {
		test_skip("there is no other file system");
		return;
	}
	in = make(lab, "in", LARGE);
	assert_int_equal(copy_range(&lab->cx, in, out, LARGE, "in"), 0);
	assert_true(holds(out, LARGE));
	close(out);
}

static void a_longer_source_is_cut_at_the_known_size(void **state)
{
	struct lab *lab = *state;
	AUTO(fd) int in = make(lab, "in", 50000), out = make(lab, "out", 0);

	assert_int_equal(copy_range(&lab->cx, in, out, 30000, "in"), 0);
	assert_true(holds(out, 30000));
	assert_int_equal(lseek(in, 0, SEEK_CUR), 30000);
}

static void a_shorter_source_changed(void **state)
{
	struct lab *lab = *state;

	for (int flags = 0; flags <= O_APPEND; flags += O_APPEND) {
		AUTO(fd) int in = make(lab, "in", 20000);
		AUTO(fd)
		int out = openat(
			lab->fd, "out", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0600);

		assert_int_equal(
			copy_range(&lab->cx, in, out, 20001, "the file"), OCIT_E_INTEGRITY);
		assert_string_equal(ctx_message(&lab->cx),
			"'the file' changed while it was read: 20000 of 20001 bytes were there");
	}
}

static void copying_stops_on_failures(void **state)
{
	struct lab *lab = *state;
	AUTO(fd) int in = make(lab, "in", LARGE), read_only = make(lab, "x", 0), full = -1;

	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_int_equal(copy_range(&lab->cx, in, full, LARGE, "in"), OCIT_E_SYSTEM);
	assert_int_equal(lab->cx.sys, ENOSPC);
	fd_close(read_only);
	read_only = openat(lab->fd, "x", O_RDONLY | O_CLOEXEC);
	assert_int_equal(lseek(in, 0, SEEK_SET), 0);
	assert_int_equal(copy_range(&lab->cx, in, read_only, LARGE, "in"), OCIT_E_SYSTEM);
	assert_int_equal(lab->cx.sys, EBADF);
	assert_int_equal(copy_range(&lab->cx, lab->fd, full, 5, "dir"), OCIT_E_SYSTEM);
	assert_int_equal(lab->cx.sys, EISDIR);
}

static int beyond_the_file_size(struct lab *lab)
{
	const struct rlimit limit = { 10000, 10000 };
	AUTO(fd) int in = make(lab, "in", 50000), out = make(lab, "out", 0);

	signal(SIGXFSZ, SIG_IGN);
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK(copy_range(&lab->cx, in, out, 50000, "in") == OCIT_E_SYSTEM);
	CHECK(lab->cx.sys == EFBIG);
	return 0;
}

static void case_026_file_size_limit_is_an_error(void **state)
{
	assert_int_equal(lab_child(*state, beyond_the_file_size), 0);
}

struct pieces {
	size_t count, bytes, largest;
	int answer;
};

static int take_piece(struct ctx *cx, void *user, const void *bytes, size_t len)
{
	struct pieces *p = user;

	(void)bytes;
	p->count++;
	p->bytes += len;
	p->largest = len > p->largest ? len : p->largest;
	return p->answer ? fail(cx, p->answer, "enough") : 0;
}

static int through(struct lab *lab, int in, uint64_t size, void *buffer, struct pieces *p)
{
	const struct copy_source src = { .fd = in, .size = size, .name = "in" };

	return copy_through(&lab->cx, &src, buffer, take_piece, p);
}

static void pieces_fit_the_buffer(void **state)
{
	struct lab *lab = *state;
	AUTO(mem) void *buffer = mem_alloc(COPY_BUFFER);
	AUTO(fd) int in = make(lab, "in", LARGE);
	struct pieces p = { 0 };

	assert_int_equal(through(lab, in, LARGE, buffer, &p), 0);
	assert_int_equal(p.bytes, LARGE);
	assert_int_equal(p.largest, COPY_BUFFER);
	assert_int_equal(p.count, 4);
	p = (struct pieces){ 0 };
	assert_int_equal(through(lab, in, 0, buffer, &p), 0);
	assert_int_equal(p.count, 0);
	assert_int_equal(through(lab, in, 1, buffer, &p), OCIT_E_INTEGRITY);
}

static void a_callback_can_stop(void **state)
{
	struct lab *lab = *state;
	AUTO(mem) void *buffer = mem_alloc(COPY_BUFFER);
	AUTO(fd) int in = make(lab, "in", LARGE);
	struct pieces p = { .answer = OCIT_E_POLICY };

	assert_int_equal(through(lab, in, LARGE, buffer, &p), OCIT_E_POLICY);
	assert_int_equal(p.count, 1);
	assert_string_equal(ctx_message(&lab->cx), "enough");
}

static void copying_can_be_cancelled(void **state)
{
	struct lab *lab = *state;
	AUTO(mem) void *buffer = mem_alloc(COPY_BUFFER);
	AUTO(fd) int in = make(lab, "in", LARGE);
	AUTO(fd) int out = openat(lab->fd, "out", O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0600);
	struct pieces p = { 0 };

	atomic_store(lab->cx.cancel, 1);
	assert_int_equal(through(lab, in, LARGE, buffer, &p), OCIT_E_CANCELLED);
	assert_int_equal(copy_range(&lab->cx, in, out, LARGE, "in"), OCIT_E_CANCELLED);
	assert_int_equal(p.count, 0);
}

/* A slow reader at the other end of a pipe that does not block. */
static void a_full_pipe_is_waited_for(void **state)
{
	struct lab *lab = *state;
	AUTO(mem) char *bytes = mem_alloc(LARGE);
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	pid = fork();
	if (pid == 0) {
		size_t got = 0;
		ssize_t n;

		close(ends[1]);
		usleep(20000);
		while ((n = read(ends[0], bytes, LARGE)) > 0)
			got += (size_t)n;
		_exit(got == LARGE ? 0 : 1);
	}
	close(ends[0]);
	assert_int_equal(write_all(&lab->cx, ends[1], "pipe", bytes, LARGE), 0);
	close(ends[1]);
	assert_int_equal(lab_wait(pid), 0);
}

static void waiting_for_a_pipe_ends_when_cancelled(void **state)
{
	struct lab *lab = *state;
	AUTO(mem) char *bytes = mem_alloc(LARGE);
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	atomic_store(lab->cx.cancel, 1);
	assert_int_equal(write_all(&lab->cx, ends[1], "pipe", bytes, LARGE), OCIT_E_CANCELLED);
	close(ends[0]);
	close(ends[1]);
}

static int into_a_closed_pipe(struct lab *lab)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	CHECK(pipe(ends) == 0);
	close(ends[0]);
	CHECK(write_all(&lab->cx, ends[1], "stdout", "x", 1) == OCIT_E_SYSTEM);
	CHECK(lab->cx.sys == EPIPE);
	return 0;
}

static void case_027_a_closed_pipe_is_an_error(void **state)
{
	assert_int_equal(lab_child(*state, into_a_closed_pipe), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONCE(all_bytes_arrive),
		ONCE(all_bytes_arrive_where_the_kernel_refuses),
		ONCE(all_bytes_arrive_on_another_file_system),
		ONCE(a_longer_source_is_cut_at_the_known_size),
		ONCE(a_shorter_source_changed),
		ONCE(copying_stops_on_failures),
		ONCE(case_026_file_size_limit_is_an_error),
		ONCE(pieces_fit_the_buffer),
		ONCE(a_callback_can_stop),
		ONCE(copying_can_be_cancelled),
		ONCE(a_full_pipe_is_waited_for),
		ONCE(waiting_for_a_pipe_ends_when_cancelled),
		ONCE(case_027_a_closed_pipe_is_an_error),
	};

	return cmocka_run_group_tests_name("os/copy", tests, NULL, NULL);
}

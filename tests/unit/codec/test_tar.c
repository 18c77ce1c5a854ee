/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_tar.c: what we write is what other readers of tar see. */
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "codec/stream.h"
#include "codec/tar.h"
#include "support/test.h"

extern char **environ;

struct sink {
	struct out out;
	struct buf buf;
	size_t fail_at; /* writes from here on fail */
};

static int sink_write(struct ctx *cx, struct out *out, const void *bytes, size_t len)
{
	struct sink *s = (struct sink *)out;

	if (s->fail_at && s->buf.len + len >= s->fail_at)
		return fail(cx, OCIT_E_SYSTEM, "no space left");
	buf_add(&s->buf, bytes, len);
	return buf_check(cx, &s->buf);
}

struct archive {
	struct ctx cx;
	struct sink sink;
	struct tar tar;
};

static void archive_start(struct archive *a)
{
	ctx_init(&a->cx, NULL);
	a->sink = (struct sink){ .out.write = sink_write };
	buf_init(&a->sink.buf, 1 << 20);
	tar_init(&a->tar, &a->sink.out);
}

static void archive_done(struct archive *a)
{
	buf_done(&a->sink.buf);
}

static void add_entry(struct archive *a, const struct tar_entry *e)
{
	assert_int_equal(tar_entry(&a->cx, &a->tar, e), 0);
}

static void add_file(struct archive *a, const struct tar_entry *e, const char *content)
{
	struct tar_entry file = *e;

	file.size = strlen(content);
	add_entry(a, &file);
	assert_int_equal(tar_data(&a->cx, &a->tar, content, file.size), 0);
	assert_int_equal(tar_entry_end(&a->cx, &a->tar), 0);
}

/* A path of exactly len bytes, of components of width bytes. */
static void make_path(char *to, size_t len, size_t width)
{
	for (size_t i = 0; i < len; i++)
		to[i] = i % (width + 1) == width && i + 1 < len
				? '/'
				: (char)('a' + i / (width + 1) % 26);
	to[len] = '\0';
}

static const size_t path_lengths[] = { 1, 99, 100, 101, 155, 156, 200, 254, 255, 256, 257, 300,
	1000, 4000 };

/* Everything a reader must agree on. */
static void write_sample(struct archive *a)
{
	struct tar_entry e = { .kind = TAR_DIR, .path = ".", .mode = 0755, .mtime = 1 };
	char path[4096], target[4096];

	add_entry(a, &e);
	for (size_t i = 0; i < ARRAY_LEN(path_lengths); i++) {
		make_path(path, path_lengths[i], 40);
		e = (struct tar_entry){ .path = path, .mode = 0644, .mtime = 1700000000 };
		add_file(a, &e, i % 2 ? "content\n" : "");
		path[0] = 'D';
		e = (struct tar_entry){ .kind = TAR_DIR, .path = path, .mode = 01777, .mtime = 1 };
		add_entry(a, &e);
		path[0] = 'L';
		make_path(target, path_lengths[i], 200);
		e = (struct tar_entry){
			.kind = TAR_LINK, .path = path, .target = target, .mode = 0777, .mtime = 1
		};
		add_entry(a, &e);
		path[0] = 'H';
		make_path(target, path_lengths[i], 40);
		e = (struct tar_entry){ .kind = TAR_HARDLINK,
			.path = path,
			.target = target,
			.mode = 0644,
			.mtime = 1 };
		add_entry(a, &e);
	}
	make_path(path, 150, 149); /* one component that no cut fits */
	e = (struct tar_entry){ .path = path, .mode = 04755, .uid = 2097151, .gid = 2097152 };
	add_file(a, &e, "x");
	e = (struct tar_entry){
		.path = "ids", .uid = UINT32_MAX, .gid = UINT32_MAX - 1, .mode = 0, .mtime = -5
	};
	add_file(a, &e, "y");
	e = (struct tar_entry){ .path = "old", .mtime = INT64_C(-62135596800), .mode = 0600 };
	add_file(a, &e, "");
	e = (struct tar_entry){ .path = "late", .mtime = INT64_C(8589934592), .mode = 0600 };
	add_file(a, &e, "");
	e = (struct tar_entry){ .path = "odd \\ \"name\n\x1b[31m\xc3\xa4", .mode = 0600 };
	add_file(a, &e, "");
	assert_int_equal(tar_finish(&a->cx, &a->tar), 0);
}

/* The fields of the header at offset, as text. */
static uint64_t octal_at(const struct archive *a, size_t offset, size_t len)
{
	char text[16] = { 0 };

	assert_true(len < sizeof(text) && offset + len <= a->sink.buf.len);
	memcpy(text, a->sink.buf.data + offset, len);
	return strtoull(text, NULL, 8);
}

static void a_short_entry_is_one_ustar_header(void **state)
{
	const struct tar_entry e = {
		.path = "bin/sh", .mode = 0755, .uid = 1, .gid = 2, .mtime = 1700000000
	};
	struct archive a;
	const char *h;
	unsigned sum = 0;

	(void)state;
	archive_start(&a);
	add_file(&a, &e, "text");
	assert_int_equal(a.sink.buf.len, 1024);
	h = a.sink.buf.data;
	assert_string_equal(h, "bin/sh");
	assert_memory_equal(
		h + 100, "0000755\0000000001\0000000002\00000000000004\00014524770400", 48);
	assert_int_equal(h[156], '0');
	assert_memory_equal(h + 257, "ustar\00000", 8);
	assert_memory_equal(h + 329, "0000000\0000000000\0", 16);
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)h[i];
	assert_int_equal(octal_at(&a, 148, 6), sum);
	assert_memory_equal(h + 154, "\0 ", 2);
	assert_memory_equal(h + 512, "text\0\0\0", 8);
	archive_done(&a);
}

static void paths_are_cut_at_a_slash_before_pax_is_used(void **state)
{
	struct archive a;
	char path[4096];
	const struct tar_entry e = { .path = path };

	(void)state;
	archive_start(&a);
	make_path(path, 200, 40);
	add_file(&a, &e, "");
	assert_int_equal(a.sink.buf.len, 512);
	assert_memory_equal(a.sink.buf.data + 345, path, 122);
	assert_memory_equal(a.sink.buf.data, path + 123, 77);
	archive_done(&a);

	archive_start(&a);
	make_path(path, 300, 40);
	add_file(&a, &e, "");
	assert_int_equal(a.sink.buf.len, 3 * 512);
	assert_int_equal(a.sink.buf.data[156], 'x');
	assert_memory_equal(a.sink.buf.data + 512, "310 path=aaaa", 13);
	assert_int_equal(a.sink.buf.data[512 + 309], '\n');
	archive_done(&a);
}

static void pax_lengths_count_themselves(void **state)
{
	char path[4096];
	const struct tar_entry e = { .path = path };

	(void)state;
	for (size_t len = 257; len < 1100; len++) {
		struct archive a;
		size_t record;
		char *end;

		archive_start(&a);
		make_path(path, len, 300);
		add_file(&a, &e, "");
		record = strtoul(a.sink.buf.data + 512, &end, 10);
		assert_int_equal(record, octal_at(&a, 124, 11));
		assert_int_equal(a.sink.buf.data[512 + record - 1], '\n');
		assert_int_equal(512 + record - 1 - len, end + 6 - a.sink.buf.data);
		archive_done(&a);
	}
}

static void a_size_over_8_gib_is_in_pax(void **state)
{
	const struct tar_entry e = { .path = "big", .size = UINT64_C(8) << 30, .mode = 0644 };
	const struct tar_entry below = { .path = "big", .size = (UINT64_C(8) << 30) - 1 };
	struct archive a;

	(void)state;
	archive_start(&a);
	add_entry(&a, &e);
	assert_int_equal(a.sink.buf.len, 3 * 512);
	assert_string_equal(a.sink.buf.data + 512, "19 size=8589934592\n");
	assert_int_equal(octal_at(&a, 1024 + 124, 11), 0);
	archive_done(&a);
	archive_start(&a);
	add_entry(&a, &below);
	assert_int_equal(a.sink.buf.len, 512);
	assert_true(octal_at(&a, 124, 11) == (UINT64_C(8) << 30) - 1);
	archive_done(&a);
}

static void records_come_in_one_order(void **state)
{
	char path[4096], target[4096];
	const struct tar_entry e = { .kind = TAR_LINK,
		.path = path,
		.target = target,
		.uid = UINT32_MAX,
		.gid = 2097152,
		.mtime = -1 };
	static const char *const keys[] = { " path=", " linkpath=", " uid=4294967295\n",
		" gid=2097152\n", " mtime=-1\n" };
	struct archive a;
	const char *at;

	(void)state;
	archive_start(&a);
	make_path(path, 120, 119);
	make_path(target, 101, 100);
	add_entry(&a, &e);
	at = a.sink.buf.data + 512;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		at = strstr(at, keys[i]);
		assert_non_null(at);
	}
	archive_done(&a);
}

static void the_end_is_padded_to_20_blocks(void **state)
{
	const struct tar_entry e = { .path = "f" };

	(void)state;
	for (int n = 0; n < 45; n++) {
		struct archive a;

		archive_start(&a);
		for (int i = 0; i < n; i++)
			add_file(&a, &e, "");
		assert_int_equal(tar_finish(&a.cx, &a.tar), 0);
		assert_int_equal(a.sink.buf.len, (n + 2 + 19) / 20 * 10240);
		for (size_t i = (size_t)n * 512; i < a.sink.buf.len; i++)
			assert_int_equal(a.sink.buf.data[i], 0);
		archive_done(&a);
	}
}

static void the_same_entries_give_the_same_bytes(void **state)
{
	struct archive a, b;

	(void)state;
	archive_start(&a);
	archive_start(&b);
	write_sample(&a);
	write_sample(&b);
	assert_int_equal(a.sink.buf.len, b.sink.buf.len);
	assert_memory_equal(a.sink.buf.data, b.sink.buf.data, a.sink.buf.len);
	archive_done(&a);
	archive_done(&b);
}

static void content_must_match_the_header(void **state)
{
	const struct tar_entry e = { .path = "f", .size = 4 };
	struct archive a;

	(void)state;
	archive_start(&a);
	add_entry(&a, &e);
	assert_int_equal(tar_data(&a.cx, &a.tar, "12", 2), 0);
	assert_int_equal(tar_data(&a.cx, &a.tar, "345", 3), OCIT_E_BUG);
	assert_int_equal(tar_entry_end(&a.cx, &a.tar), OCIT_E_BUG);
	assert_int_equal(tar_entry(&a.cx, &a.tar, &e), OCIT_E_BUG);
	assert_int_equal(tar_finish(&a.cx, &a.tar), OCIT_E_BUG);
	assert_int_equal(tar_data(&a.cx, &a.tar, "34", 2), 0);
	assert_int_equal(tar_finish(&a.cx, &a.tar), OCIT_E_BUG);
	assert_int_equal(tar_entry_end(&a.cx, &a.tar), 0);
	assert_int_equal(tar_finish(&a.cx, &a.tar), 0);
	archive_done(&a);
}

static void entries_that_cannot_be_are_refused(void **state)
{
	static const struct tar_entry rows[] = {
		{ .path = "" },
		{ .path = "/abs" },
		{ .path = "end/" },
		{ .path = "f", .target = "t" },
		{ .kind = TAR_DIR, .path = "d", .target = "t" },
		{ .kind = TAR_LINK, .path = "l" },
		{ .kind = TAR_LINK, .path = "l", .target = "" },
		{ .kind = TAR_HARDLINK, .path = "h" },
	};
	struct archive a;

	(void)state;
	archive_start(&a);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(tar_entry(&a.cx, &a.tar, &rows[i]), OCIT_E_BUG);
	assert_int_equal(a.sink.buf.len, 0);
	archive_done(&a);
}

static void a_failed_write_is_passed_on(void **state)
{
	char path[4096];
	const struct tar_entry e = { .path = path, .size = 1 };

	(void)state;
	make_path(path, 300, 40);
	for (size_t at = 512; at <= 4 * 512; at += 512) {
		struct archive a;
		int r;

		archive_start(&a);
		a.sink.fail_at = at;
		r = tar_entry(&a.cx, &a.tar, &e);
		if (!r)
			r = tar_data(&a.cx, &a.tar, "x", 1);
		if (!r)
			r = tar_entry_end(&a.cx, &a.tar);
		assert_int_equal(r, OCIT_E_SYSTEM);
		assert_string_equal(ctx_message(&a.cx), "no space left");
		archive_done(&a);
	}
}

/* Run a reader with the archive as its input; what it prints goes to out. False: not installed. */
static bool run_reader(const char *const argv[], const char *archive, struct buf *out)
{
	posix_spawn_file_actions_t actions;
	char chunk[4096];
	int fds[2], status = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, archive, O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
	status = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (status) {
		close(fds[0]);
		return false;
	}
	while ((n = read(fds[0], chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return true;
}

/* One line for each entry of write_sample(): its type, mode, ids, size, time, name and target. */
static void expect_line(struct buf *b, const struct tar_entry *e)
{
	buf_printf(b, "%c %o %u %u %" PRIu64 " %" PRId64 " %s%s%s\n", "flDh"[e->kind], e -> mode,
		e -> uid, e -> gid, e -> size, e -> mtime, e -> path, e -> target ? " " : "",
		e->target ? e->target : "");
}

static const char reader_script[] =
	"import sys, tarfile\n"
	"tar = tarfile.open(fileobj=sys.stdin.buffer, mode='r|')\n"
	"for m in tar:\n"
	"    kind = 'D' if m.isdir() else 'l' if m.issym() else 'h' if m.islnk() else 'f'\n"
	"    assert not m.uname and not m.gname and not m.devmajor and not m.devminor\n"
	"    line = '%s %o %d %d %d %d %s' % (kind, m.mode, m.uid, m.gid, m.size, m.mtime, "
	"m.name)\n"
	"    line += ' ' + m.linkname if m.linkname else ''\n"
	"    sys.stdout.buffer.write(line.encode('utf-8', 'surrogateescape') + b'\\n')\n";

static void expect_sample(struct buf *b)
{
	struct tar_entry e = { .kind = TAR_DIR, .path = ".", .mode = 0755, .mtime = 1 };
	char path[4096], target[4096];

	expect_line(b, &e);
	for (size_t i = 0; i < ARRAY_LEN(path_lengths); i++) {
		make_path(path, path_lengths[i], 40);
		e = (struct tar_entry){
			.path = path, .mode = 0644, .mtime = 1700000000, .size = i % 2 ? 8 : 0
		};
		expect_line(b, &e);
		path[0] = 'D';
		e = (struct tar_entry){ .kind = TAR_DIR, .path = path, .mode = 01777, .mtime = 1 };
		expect_line(b, &e);
		path[0] = 'L';
		make_path(target, path_lengths[i], 200);
		e = (struct tar_entry){
			.kind = TAR_LINK, .path = path, .target = target, .mode = 0777, .mtime = 1
		};
		expect_line(b, &e);
		path[0] = 'H';
		make_path(target, path_lengths[i], 40);
		e = (struct tar_entry){ .kind = TAR_HARDLINK,
			.path = path,
			.target = target,
			.mode = 0644,
			.mtime = 1 };
		expect_line(b, &e);
	}
	make_path(path, 150, 149);
	buf_printf(b, "f 4755 2097151 2097152 1 0 %s\n", path);
	buf_str(b, "f 0 4294967295 4294967294 1 -5 ids\n"
		   "f 600 0 0 0 -62135596800 old\n"
		   "f 600 0 0 0 8589934592 late\n"
		   "f 600 0 0 0 0 odd \\ \"name\n\x1b[31m\xc3\xa4\n");
}

struct scratch {
	char dir[64];
	char archive[80];
};

/* Put the archive into a file below a directory of its own. */
static void scratch_make(struct scratch *s, const struct archive *a)
{
	const char *tmp = getenv("TMPDIR");
	FILE *f;

	snprintf(s->dir, sizeof(s->dir), "%s/test_tar.XXXXXX",
		tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->archive, sizeof(s->archive), "%s/a.tar", s->dir);
	f = fopen(s->archive, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(a->sink.buf.data, 1, a->sink.buf.len, f), a->sink.buf.len);
	assert_int_equal(fclose(f), 0);
}

static void scratch_remove(const struct scratch *s)
{
	unlink(s->archive);
	rmdir(s->dir);
}

static void python_sees_what_was_written(void **state)
{
	static const char *const argv[] = { "python3", "-c", reader_script, NULL };
	AUTO(buf) struct buf got, expected;
	struct scratch s;
	struct archive a;
	bool found;

	(void)state;
	buf_init(&got, 1 << 20);
	buf_init(&expected, 1 << 20);
	archive_start(&a);
	write_sample(&a);
	scratch_make(&s, &a);
	archive_done(&a);
	found = run_reader(argv, s.archive, &got);
	scratch_remove(&s);
	if (!found) {
		print_message("# skipped: python3 is not installed\n");
		return;
	}
	expect_sample(&expected);
	assert_string_equal(got.data, expected.data);
}

/* Names as GNU tar and bsdtar list them, up to the odd one, which each shows in its own way. */
static void expect_names(struct buf *b)
{
	char path[4096];

	buf_str(b, "./\n");
	for (size_t i = 0; i < ARRAY_LEN(path_lengths); i++) {
		make_path(path, path_lengths[i], 40);
		buf_printf(b, "%s\n", path);
		path[0] = 'D';
		buf_printf(b, "%s/\n", path);
		path[0] = 'L';
		buf_printf(b, "%s\n", path);
		path[0] = 'H';
		buf_printf(b, "%s\n", path);
	}
	make_path(path, 150, 149);
	buf_printf(b, "%s\nids\nold\nlate\nodd", path);
}

static void lists_the_names(const char *program)
{
	const char *const argv[] = { program, "-tf", "-", NULL };
	AUTO(buf) struct buf got, expected;
	struct scratch s;
	struct archive a;
	bool found;

	buf_init(&got, 1 << 20);
	buf_init(&expected, 1 << 20);
	archive_start(&a);
	write_sample(&a);
	scratch_make(&s, &a);
	archive_done(&a);
	found = run_reader(argv, s.archive, &got);
	scratch_remove(&s);
	if (!found) {
		print_message("# skipped: %s is not installed\n", program);
		return;
	}
	expect_names(&expected);
	assert_true(got.len > expected.len);
	assert_memory_equal(got.data, expected.data, expected.len);
}

static void gnu_tar_lists_the_names(void **state)
{
	(void)state;
	lists_the_names("tar");
}

static void bsdtar_lists_the_names(void **state)
{
	(void)state;
	lists_the_names("bsdtar");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_entry_is_one_ustar_header),
		cmocka_unit_test(paths_are_cut_at_a_slash_before_pax_is_used),
		cmocka_unit_test(pax_lengths_count_themselves),
		cmocka_unit_test(a_size_over_8_gib_is_in_pax),
		cmocka_unit_test(records_come_in_one_order),
		cmocka_unit_test(the_end_is_padded_to_20_blocks),
		cmocka_unit_test(the_same_entries_give_the_same_bytes),
		cmocka_unit_test(content_must_match_the_header),
		cmocka_unit_test(entries_that_cannot_be_are_refused),
		cmocka_unit_test(a_failed_write_is_passed_on),
		cmocka_unit_test(python_sees_what_was_written),
		cmocka_unit_test(gnu_tar_lists_the_names),
		cmocka_unit_test(bsdtar_lists_the_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

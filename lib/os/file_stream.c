/* SPDX-License-Identifier: Apache-2.0 */
/* os/file_stream.c: the bytes of open files: whole, the head, at an offset, and in push streams. */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "os/copy.h"
#include "os/file.h"

enum { PIECE_MIN = 4096 };

static ssize_t read_some(int fd, void *bytes, size_t max)
{
	ssize_t n;

	do
		n = read(fd, bytes, max);
	while (n < 0 && errno == EINTR);
	return n;
}

static int fail_too_large(struct ctx *cx, const char *name, const struct buf *buf)
{
	return fail(cx, OCIT_E_LIMIT, "'%s': more than %zu bytes", name, buf->max);
}

/* The buffer is full: that is fine if the file is at its end too. */
static int expect_end(struct ctx *cx, int fd, const char *name, const struct buf *buf)
{
	char byte;
	ssize_t n = read_some(fd, &byte, 1);

	if (n < 0)
		return fail_errno(cx, "read", name);
	return n == 0 ? 0 : fail_too_large(cx, name, buf);
}

/* Files of /proc say that they have 0 bytes, so the size is a hint for the buffer only. */
static int read_to_end(struct ctx *cx, int fd, const char *name, uint64_t left, struct buf *buf)
{
	for (;;) {
		size_t room = buf->max - buf->len;
		size_t want = left + 1 > PIECE_MIN ? (size_t)left + 1 : PIECE_MIN;
		char *to;
		ssize_t n;

		if (room == 0)
			return expect_end(cx, fd, name, buf);
		if (want > room)
			want = room;
		to = buf_reserve(buf, want);
		if (!to)
			return buf_check(cx, buf);
		n = read_some(fd, to, want);
		if (n < 0)
			return fail_errno(cx, "read", name);
		if (n == 0)
			return 0;
		buf_commit(buf, (size_t)n);
		/* As many as there were when it was opened, and no more: no need to ask again. */
		if (left && (uint64_t)n == left && (size_t)n < want)
			return 0;
		left = left > (size_t)n ? left - (size_t)n : 0;
	}
}

int file_read(struct ctx *cx, int dirfd, const char *name, enum file_scope scope, struct buf *buf)
{
	AUTO(fd) int fd = -1;
	struct file_info info;
	int r = buf_check(cx, buf);

	if (r < 0)
		return r;
	r = file_open(cx, dirfd, name, scope, &fd, &info);
	if (r < 0)
		return r;
	if (info.size > buf->max - buf->len)
		return fail_too_large(cx, name, buf);
	return read_to_end(cx, fd, name, info.size, buf);
}

/* How many of max bytes there are at offset, or -1. */
static ssize_t read_at(int fd, void *bytes, size_t max, uint64_t offset)
{
	size_t got = 0;

	while (got < max) {
		ssize_t n = pread(fd, (char *)bytes + got, max - got, (off_t)(offset + got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

int file_head(struct ctx *cx, int fd, const char *name, void *bytes, size_t max, size_t *ret_len)
{
	ssize_t n = read_at(fd, bytes, max, 0);

	if (n < 0)
		return fail_errno(cx, "read", name);
	*ret_len = (size_t)n;
	return 0;
}

static int ranged_fd_read(
	struct ctx *cx, struct ranged *ranged, uint64_t offset, void *bytes, size_t len)
{
	const struct ranged_fd *r = (const struct ranged_fd *)ranged;
	ssize_t n;

	if (offset > ranged->size || len > ranged->size - offset)
		return fail(cx, OCIT_E_FORMAT,
			"'%s': %zu bytes at offset %" PRIu64 " reach beyond the end at %" PRIu64,
			r->name, len, offset, ranged->size);
	n = read_at(r->fd, bytes, len, offset);
	if (n < 0)
		return within(cx, fail_errno(cx, "read", r->name), "%zu bytes at offset %" PRIu64,
			len, offset);
	if ((size_t)n < len)
		return fail(cx, OCIT_E_FORMAT,
			"'%s' was cut off while it was read: %zd of %zu bytes at offset %" PRIu64,
			r->name, n, len, offset);
	return 0;
}

void ranged_fd_init(struct ranged_fd *r, int fd, uint64_t size, const char *name)
{
	*r = (struct ranged_fd){
		.ranged = { .size = size, .read_at = ranged_fd_read },
		.fd = fd,
		.name = name,
	};
}

static int out_fd_write(struct ctx *cx, struct out *out, const void *bytes, size_t len)
{
	struct out_fd *o = (struct out_fd *)out;
	int r = write_all(cx, o->fd, o->name, bytes, len);

	if (r < 0)
		return r;
	o->written += len;
	return 0;
}

void out_fd_init(struct out_fd *o, int fd, const char *name)
{
	*o = (struct out_fd){ .out = { .write = out_fd_write }, .fd = fd, .name = name };
}

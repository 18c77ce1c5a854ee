/* SPDX-License-Identifier: Apache-2.0 */
/* os/copy.c: content of known size, moved by the kernel where it can. */
#include "os/copy.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/mem.h"

enum { SMALL_COPY = 16 << 10, POLL_MS = 100 };

/* So much between two looks at the cancel flag; a multiple of any block size, so that it reflinks.
 */
static const uint64_t kernel_piece = UINT64_C(128) << 20;

static size_t smaller(uint64_t a, uint64_t b)
{
	return (size_t)(a < b ? a : b);
}

static int fail_short(struct ctx *cx, const struct copy_source *src, uint64_t left)
{
	return fail(cx, OCIT_E_INTEGRITY,
		"'%s' changed while it was read: %" PRIu64 " of %" PRIu64 " bytes were there",
		src->name, src->size - left, src->size);
}

/* Somebody gave us a descriptor that does not block: wait, but not beyond a cancellation. */
static int wait_writable(struct ctx *cx, int fd, const char *name)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (poll(&p, 1, POLL_MS) < 0 && errno != EINTR)
		return fail_errno(cx, "wait for", name);
	return poll_cancel(cx);
}

int write_all(struct ctx *cx, int fd, const char *name, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t n = write(fd, at, len);
		int r = 0;

		if (n > 0) {
			at += n;
			len -= (size_t)n;
			continue;
		}
		if (n == 0)
			return fail(cx, OCIT_E_SYSTEM, "write '%s': nothing was taken", name);
		if (errno == EAGAIN)
			r = wait_writable(cx, fd, name);
		else if (errno == EINTR)
			r = poll_cancel(cx);
		else
			return fail_errno(cx, "write", name);
		if (r < 0)
			return r;
	}
	return 0;
}

struct pieces {
	void *buffer;
	size_t room; /* of buffer */
	copy_fn *fn;
	void *user;
};

/* The call that set errno failed offset bytes into the source. */
static int fail_at(struct ctx *cx, const char *op, const char *name, uint64_t offset)
{
	char what[64];
	int why = errno;

	snprintf(what, sizeof(what), "%s at offset %" PRIu64 " of", op, offset);
	errno = why;
	return fail_errno(cx, what, name);
}

/* Read up to max bytes, left from the end; *ret_len is 0 at the end. */
static int read_piece(struct ctx *cx, const struct copy_source *src, uint64_t left,
	const struct pieces *p, size_t *ret_len)
{
	ssize_t n;
	int r = poll_cancel(cx);

	if (r < 0)
		return r;
	do
		n = read(src->fd, p->buffer, smaller(left, p->room));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail_at(cx, "read", src->name, src->size - left);
	*ret_len = (size_t)n;
	return 0;
}

static int copy_pieces(
	struct ctx *cx, const struct copy_source *src, uint64_t left, const struct pieces *p)
{
	while (left) {
		size_t n = 0;
		int r = read_piece(cx, src, left, p, &n);

		if (r < 0)
			return r;
		if (n == 0)
			return fail_short(cx, src, left);
		r = p->fn(cx, p->user, p->buffer, n);
		if (r < 0)
			return r;
		left -= n;
	}
	return 0;
}

int copy_through(
	struct ctx *cx, const struct copy_source *src, void *buffer, copy_fn *fn, void *user)
{
	struct pieces p = { .buffer = buffer, .room = COPY_BUFFER, .fn = fn, .user = user };

	return copy_pieces(cx, src, src->size, &p);
}

struct written_fd {
	int fd;
	const char *name;
};

static int write_piece(struct ctx *cx, void *user, const void *bytes, size_t len)
{
	const struct written_fd *out = user;

	return write_all(cx, out->fd, out->name, bytes, len);
}

/* Most files are small: they need no allocation. */
static int copy_by_hand(struct ctx *cx, const struct copy_source *src, int out, uint64_t left)
{
	struct written_fd to = { .fd = out, .name = src->name };
	AUTO(mem) void *large = NULL;
	char small[SMALL_COPY];
	struct pieces p = {
		.buffer = small, .room = sizeof(small), .fn = write_piece, .user = &to
	};

	if (left > sizeof(small)) {
		large = mem_alloc(COPY_BUFFER);
		if (!large)
			return fail_nomem(cx);
		p.buffer = large;
		p.room = COPY_BUFFER;
	}
	return copy_pieces(cx, src, left, &p);
}

/* Refusals that say "not between these two files", not "this file is broken". A descriptor opened
 * with O_APPEND is EBADF; some filters answer EPERM. */
static bool kernel_refuses(int error)
{
	return error == EXDEV || error == EINVAL || error == ENOSYS || error == EOPNOTSUPP ||
	       error == EPERM || error == EBADF;
}

int copy_range(struct ctx *cx, int in, int out, uint64_t size, const char *name)
{
	const struct copy_source src = { .fd = in, .size = size, .name = name };
	uint64_t left = size;

	while (left) {
		ssize_t n = copy_file_range(in, NULL, out, NULL, smaller(left, kernel_piece), 0);
		int r;

		/* Some kernels say 0 for files that they cannot copy: reading tells. */
		if (n == 0 || (n < 0 && kernel_refuses(errno)))
			return copy_by_hand(cx, &src, out, left);
		if (n < 0 && errno != EINTR)
			return fail_at(cx, "copy", name, size - left);
		left -= n > 0 ? (uint64_t)n : 0;
		r = left ? poll_cancel(cx) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

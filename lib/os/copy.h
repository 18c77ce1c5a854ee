/* SPDX-License-Identifier: Apache-2.0 */
/* os/copy.h: bytes from one open file to another, or to a callback, without reading twice. */
#ifndef OS_COPY_H
#define OS_COPY_H

#include <stddef.h>
#include <stdint.h>

struct ctx;

enum { COPY_BUFFER = 256 << 10 };

/* Copy exactly size bytes with copy_file_range (which also reflinks), else read and write. A
 * shorter source is OCIT_E_INTEGRITY "changed while it was read". */
int copy_range(struct ctx *cx, int in, int out, uint64_t size, const char *name);

/* What is read: fd is borrowed, name is for messages. */
struct copy_source {
	int fd;
	uint64_t size; /* exact */
	const char *name;
};

/* Read exactly src->size bytes in pieces of at most COPY_BUFFER through buffer (COPY_BUFFER bytes,
 * the caller's) and hand each to fn. */
typedef int copy_fn(struct ctx *cx, void *user, const void *bytes, size_t len);
int copy_through(
	struct ctx *cx, const struct copy_source *src, void *buffer, copy_fn *fn, void *user);
/* Write everything: EINTR, short writes and descriptors that do not block are handled. */
int write_all(struct ctx *cx, int fd, const char *name, const void *bytes, size_t len);

#endif

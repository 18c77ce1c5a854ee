/* SPDX-License-Identifier: Apache-2.0 */
/* os/listing.c: directories are read with getdents64 alone: the type comes with the name. */
#include "os/listing.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"

enum { RAW_SIZE = 32 << 10, NAMES_RESERVED = 16 << 10, ENTRIES_RESERVED = 512 };

void listing_done(struct listing *l)
{
	mem_free(l->names);
	mem_free(l->entries);
	mem_free(l->raw);
	*l = (struct listing){ 0 };
}

int listing_reserve(struct ctx *cx, struct listing *l)
{
	if (!l->raw)
		l->raw = mem_alloc(RAW_SIZE);
	if (!l->raw || mem_grow(&l->names, &l->cap, NAMES_RESERVED, 1) < 0 ||
		mem_grow(&l->entries, &l->cap_entries, ENTRIES_RESERVED, sizeof(*l->entries)) < 0)
		return fail_nomem(cx);
	return 0;
}

struct listing_mark listing_mark(const struct listing *l)
{
	return (struct listing_mark){ .len = l->len, .count = l->count };
}

void listing_reset(struct listing *l, struct listing_mark mark)
{
	l->len = mark.len;
	l->count = mark.count;
}

const char *listing_name(const struct listing *l, size_t entry)
{
	return l->names + l->entries[entry].name;
}

static int add_name(struct ctx *cx, struct listing *l, const char *name, unsigned char type)
{
	size_t n = strlen(name);

	if (n > NAME_MAX)
		return fail(
			cx, OCIT_E_LIMIT, "'%s': name of %zu bytes, limit %d", name, n, NAME_MAX);
	/* A file system in user space may say anything. */
	if (!n || strchr(name, '/'))
		return fail(cx, OCIT_E_FORMAT, "'%s' is not a file name", name);
	if (mem_grow(&l->names, &l->cap, l->len + n + 1, 1) < 0 ||
		mem_grow(&l->entries, &l->cap_entries, l->count + 1, sizeof(*l->entries)) < 0)
		return fail_nomem(cx);
	memcpy(l->names + l->len, name, n + 1);
	l->entries[l->count++] = (struct listed){ .name = l->len, .type = type };
	l->len += n + 1;
	return 0;
}

static bool is_dot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static int add_raw(struct ctx *cx, struct listing *l, size_t len)
{
	char *at = l->raw;

	for (size_t done = 0; done < len;) {
		const struct dirent64 *d = (const void *)(at + done);
		int r = is_dot(d->d_name) ? 0 : add_name(cx, l, d->d_name, d->d_type);

		if (r < 0)
			return r;
		done += d->d_reclen;
	}
	return 0;
}

static int compare(const void *a, const void *b, void *names)
{
	const struct listed *x = a, *y = b;
	const char *base = names;

	return strcmp(base + x->name, base + y->name);
}

static int add_all(struct ctx *cx, struct listing *l, int fd, const char *name)
{
	size_t before = l->count;

	for (;;) {
		ssize_t n = getdents64(fd, l->raw, RAW_SIZE);
		int r = poll_cancel(cx);

		if (r < 0)
			return r;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(cx, "list", name);
		if (n == 0)
			return 0;
		r = add_raw(cx, l, (size_t)n);
		if (r < 0)
			return within(cx, r, "directory '%s'", name);
		if (l->count - before > cx->max_files)
			return fail(cx, OCIT_E_LIMIT,
				"directory '%s' has more than %" PRIu64 " entries", name,
				cx->max_files);
	}
}

int listing_add(struct ctx *cx, struct listing *l, int fd, const char *name)
{
	size_t before = l->count;
	int r;

	if (!l->raw)
		l->raw = mem_alloc(RAW_SIZE);
	if (!l->raw)
		return fail_nomem(cx);
	r = add_all(cx, l, fd, name);
	if (r < 0)
		return r;
	if (l->count > before)
		qsort_r(l->entries + before, l->count - before, sizeof(*l->entries), compare,
			l->names);
	return 0;
}

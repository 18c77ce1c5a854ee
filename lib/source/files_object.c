/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_object.c: what a file is by its first bytes, read once. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "source/files.h"

enum { HEAD_MAX = 4096, LINE_BYTES = 256, TEXT_MAX = 16 << 20 };

/* A file whose first bytes were read already: headers and small tables cost no further call. */
struct headed {
	struct ranged ranged;
	struct ranged_fd file;
	char head[HEAD_MAX];
	size_t head_len;
};

static int headed_read_at(
	struct ctx *cx, struct ranged *r, uint64_t offset, void *bytes, size_t len)
{
	struct headed *h = (struct headed *)r;

	if (offset > h->head_len || len > h->head_len - offset)
		return h->file.ranged.read_at(cx, &h->file.ranged, offset, bytes, len);
	memcpy(bytes, h->head + offset, len);
	return 0;
}

static int open_headed(
	struct ctx *cx, struct files *fs, const struct spot *s, int *ret_fd, struct headed *ret)
{
	AUTO(fd) int fd = -1;
	struct file_info info;
	int r = file_open(cx, files_root_fd(fs), s->path + 1, FILE_IN_ROOT, &fd, &info);

	if (r == 0)
		r = file_head(cx, fd, s->path, ret->head, sizeof(ret->head), &ret->head_len);
	if (r < 0)
		return r;
	ret->ranged = (struct ranged){ .size = info.size, .read_at = headed_read_at };
	ranged_fd_init(&ret->file, fd, info.size, s->path);
	*ret_fd = take_fd(&fd);
	return 0;
}

static int parse(struct ctx *cx, struct files *fs, struct headed *h, struct object *o)
{
	if (elf_is(h->head, h->head_len)) {
		o->kind = OBJECT_ELF;
		return elf_read(cx, &h->ranged, &fs->arena, &o->elf);
	}
	o->text = h->head_len && !memchr(h->head, '\0', h->head_len);
	if (!shebang_is(h->head, h->head_len))
		return 0;
	o->kind = OBJECT_SCRIPT;
	return shebang_read(cx, h->head, h->head_len < LINE_BYTES ? h->head_len : LINE_BYTES,
		&fs->arena, &o->shebang);
}

static int read_object(struct ctx *cx, struct files *fs, const struct spot *s, struct object *o)
{
	AUTO(fd) int fd = -1;
	struct headed h = { .head_len = 0 };
	int r = open_headed(cx, fs, s, &fd, &h);

	if (r < 0)
		return r;
	r = parse(cx, fs, &h, o);
	if (r != OCIT_E_FORMAT && r != OCIT_E_LIMIT)
		return r;
	/* Only the command and what it cannot start without make this an error. */
	o->broken = arena_str(&fs->arena, ctx_message(cx));
	if (!o->broken)
		return fail_nomem(cx);
	ctx_clear(cx);
	return 0;
}

int files_object(struct ctx *cx, struct files *fs, uint32_t spot, struct object **ret)
{
	struct spot *s = &fs->spots[spot];
	struct object *o = s->object;
	int r;

	if (!o) {
		o = arena_alloc(&fs->arena, sizeof(*o));
		if (!o)
			return fail_nomem(cx);
		r = read_object(cx, fs, s, o);
		if (r < 0)
			return r;
		s->object = o;
	}
	*ret = o;
	return 0;
}

static bool somebody_scans(const struct facts *f)
{
	for (size_t i = 0; i < f->n_sources; i++)
		if (f->sources[i]->ops->scan)
			return true;
	return false;
}

int files_scan_text(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot)
{
	const struct spot *s = &fs->spots[spot];
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, TEXT_MAX);
	if (!somebody_scans(f))
		return 0;
	if (s->info.size > TEXT_MAX)
		return facts_note(cx, f, "'%s' is not searched for names: %llu bytes, limit %d",
			s->path, (unsigned long long)s->info.size, TEXT_MAX);
	r = file_read(cx, files_root_fd(fs), s->path + 1, FILE_IN_ROOT, &text);
	if (r < 0 || !text.len)
		return r;
	return facts_text(cx, f, s->node, text.data, text.len);
}

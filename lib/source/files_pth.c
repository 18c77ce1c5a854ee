/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_pth.c: directories of Python's modules that files beside the modules name: *.pth. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "os/listing.h"
#include "source/files_imports.h"

enum { TEXT_MAX = 64 << 10, ADDED_MAX = 64 };

struct reading {
	struct ctx *cx;
	struct files *fs;
	const struct facts *f;
	struct interpreter *in;
	const char *file, *dir; /* that is read, and where it lies */
};

static int add_dir(struct reading *p, const char *path)
{
	struct interpreter *in = p->in;
	struct trail t;
	int r = modules_walk(p->cx, p->fs, p->f, path, &t);

	if (r < 0 || t.end != TRAIL_DIR || in->n_added == ADDED_MAX)
		return r;
	for (size_t i = 0; i < in->n_added; i++)
		if (!strcmp(in->added[i].dir, path))
			return 0;
	if (!in->added)
		in->added = arena_array(&p->fs->arena, ADDED_MAX, sizeof(*in->added));
	if (!in->added)
		return fail_nomem(p->cx);
	in->added[in->n_added++] = (struct added_dir){ .dir = path, .file = p->file };
	return 0;
}

static bool is_program(const char *line)
{
	return text_starts(line, "import ") || text_starts(line, "import\t");
}

/* A directory, absolute or beside the file; "import" begins a program, and "#" a remark. */
static int read_line(struct reading *p, const char *line, size_t len)
{
	static const char finder[] = "__editable__";
	const char *path;

	while (len && strchr(" \t\r", line[len - 1]))
		len--;
	if (!len || line[0] == '#' || len + strlen(p->dir) + 1 >= FILES_PATH_MAX)
		return 0;
	path = arena_copy(&p->fs->arena, line, len);
	if (!path)
		return fail_nomem(p->cx);
	if (is_program(path)) {
		if (strstr(path, finder))
			p->in->finder = p->file;
		return 0;
	}
	path = path_resolve(&p->fs->arena, p->dir, path);
	if (!path)
		return fail_nomem(p->cx);
	return path_is_clean(path) ? add_dir(p, path) : 0;
}

/* The text in ret; what is no file, is too large, or not for this user to read has none. */
static int read_text(struct reading *p, struct buf *ret)
{
	struct trail t;
	int r = modules_walk(p->cx, p->fs, p->f, p->file, &t);

	if (r < 0 || t.end != TRAIL_FILE || p->fs->spots[t.spot].info.size > TEXT_MAX)
		return r;
	r = file_read(
		p->cx, files_root_fd(p->fs), p->fs->spots[t.spot].path + 1, FILE_IN_ROOT, ret);
	return r < 0 ? modules_pass_over(p->cx, r) : 0;
}

static int read_file(struct reading *p)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, TEXT_MAX);
	r = read_text(p, &text);
	for (const char *line = text.data; r == 0 && line && *line;) {
		size_t len = strcspn(line, "\n");

		r = read_line(p, line, len);
		line += len + (line[len] == '\n');
	}
	return within(p->cx, r, "'%s'", p->file);
}

static int read_dir(struct reading *p)
{
	AUTO(listing) struct listing l = { 0 };
	struct trail t;
	int r = modules_walk(p->cx, p->fs, p->f, p->dir, &t);

	if (r == 0 && t.end == TRAIL_DIR)
		r = files_list(p->cx, p->fs, p->fs->spots[t.spot].path, &l);
	for (size_t i = 0; i < l.count && r == 0; i++) {
		const char *name = listing_name(&l, i);

		if (name[0] == '.' || !text_ends(name, ".pth"))
			continue;
		p->file = arena_printf(&p->fs->arena, "%s/%s", p->dir, name);
		r = p->file ? read_file(p) : fail_nomem(p->cx);
	}
	return r;
}

int interpreter_read_pth(
	struct ctx *cx, struct files *fs, const struct facts *f, struct interpreter *in)
{
	struct reading p = { .cx = cx, .fs = fs, .f = f, .in = in };
	int r = 0;

	for (size_t i = 0; i < in->dirs.n && r == 0; i++) {
		p.dir = in->dirs.list[i];
		if (text_ends(p.dir, "-packages"))
			r = read_dir(&p);
	}
	return r;
}

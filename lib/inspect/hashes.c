/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/hashes.c: one walk over rootfs; each entry is looked up in the record, and what was never
 * met is missing. */
#include "inspect/hashes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "inspect/bundle.h"
#include "inspect/fields.h"
#include "model/id_map.h"
#include "model/report.h"
#include "os/copy.h"
#include "os/file.h"
#include "os/tree.h"
#include "os/tree_hash.h"

/* Which file it is; links 0: it was not met. */
struct seen_id {
	uint64_t dev, ino;
	uint32_t links;
};

struct comparison {
	const struct bundle *bundle;
	struct report *report;
	void *buffer;        /* COPY_BUFFER bytes */
	bool *seen_files;    /* by index in the record */
	struct seen_id *ids; /* likewise, of files */
	bool *seen_units;
	bool owners;  /* they were set, so they count */
	uint32_t top; /* who the bundle belongs to */
	struct arena arena;
	struct id_maps uid_maps, gid_maps; /* of config.json */
	struct buf path;                   /* of the current item, absolute */
	struct buf inside; /* the tree that was hashed as a whole; its items are skipped */
};

static void auto_comparison(struct comparison *c)
{
	mem_free(c->buffer);
	mem_free(c->seen_files);
	mem_free(c->ids);
	mem_free(c->seen_units);
	arena_done(&c->arena);
	buf_done(&c->path);
	buf_done(&c->inside);
}

static int tell(struct ctx *cx, struct comparison *c, const char *format, ...) PRINTF(3, 4);

static int tell(struct ctx *cx, struct comparison *c, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return report_error(cx, c->report, "record", c->path.data, "%s", text);
}

static enum recorded_kind kind_of(const struct tree_item *item)
{
	return item->event == TREE_FILE   ? RECORDED_FILE
	       : item->event == TREE_LINK ? RECORDED_LINK
					  : RECORDED_DIR;
}

static const char *kind_name(enum recorded_kind kind)
{
	static const char *const names[] = { "file", "symlink", "directory", "store path" };

	return names[kind];
}

/* Recorded are ids of the container. Whoever built it without being root could only give files to
 * himself, which cannot be told when he is the container's root. */
static bool has_owner(
	const struct comparison *c, const struct recorded_file *f, const struct file_info *info)
{
	if (c->uid_maps.n && info->uid == c->top)
		return true;
	return info->uid == id_outside(&c->uid_maps, f->uid) &&
	       info->gid == id_outside(&c->gid_maps, f->gid);
}

/* Mode, owner and time are of the entry itself; a symlink has no mode. */
static int compare_attributes(struct ctx *cx, struct comparison *c, const struct recorded_file *f,
	const struct file_info *info)
{
	int r = 0;

	if (f->kind != RECORDED_LINK && info->mode != f->mode)
		r = tell(cx, c, "has mode %04o, recorded is %04o", info->mode, f->mode);
	if (!r && c->owners && !has_owner(c, f, info))
		r = tell(cx, c, "belongs to %u:%u, recorded is %u:%u", info->uid, info->gid, f->uid,
			f->gid);
	if (!r && info->mtime != f->mtime)
		r = tell(
			cx, c, "has time %" PRId64 ", recorded is %" PRId64, info->mtime, f->mtime);
	return r;
}

static int compare_content(struct ctx *cx, struct comparison *c, const struct recorded_file *f,
	const struct tree_item *item)
{
	struct copy_source src = { .fd = -1, .size = f->size, .name = c->path.data };
	AUTO(fd) int fd = -1;
	struct digest now;
	int r;

	if (item->info.size != f->size)
		return tell(cx, c, "has %" PRIu64 " bytes, recorded are %" PRIu64, item->info.size,
			f->size);
	if (f->digest.algo == DIGEST_NONE)
		return 0;
	r = file_open(cx, item->dirfd, item->name, FILE_BENEATH, &fd, NULL);
	src.fd = fd;
	if (!r)
		r = file_hash(cx, &src, DIGEST_SHA256, c->buffer, &now);
	if (r < 0)
		return r;
	return digest_equal(&now, &f->digest) ? 0 : tell(cx, c, "has other content than recorded");
}

/* Names of one file follow the first of them, which the record names, in the order of the walk. */
static int compare_names(struct ctx *cx, struct comparison *c, const struct recorded_file *f,
	const struct file_info *info)
{
	const struct record_view *record = &c->bundle->record;
	const struct recorded_file *first = f->hard ? record_find(record, f->hard) : NULL;
	const struct seen_id *id = first ? &c->ids[first - record->files] : NULL;

	c->ids[f - record->files] = (struct seen_id){ info->dev, info->ino, info->nlink };
	if (!f->hard || (id && !id->links))
		return 0; /* the first one is missing, which is said of it */
	if (id && id->dev == info->dev && id->ino == info->ino)
		return 0;
	return tell(cx, c, "is not the same file as '%s', as recorded", f->hard);
}

static int compare_item(struct ctx *cx, struct comparison *c, const struct recorded_file *f,
	const struct tree_item *item)
{
	enum recorded_kind kind = kind_of(item);
	struct file_info info;
	int r;

	if (kind != f->kind)
		return tell(
			cx, c, "is a %s, recorded is a %s", kind_name(kind), kind_name(f->kind));
	if (item->depth)
		r = file_look(cx, item->dirfd, item->name, FILE_ANYWHERE, &info);
	else
		r = file_look_fd(cx, c->bundle->rootfs, "rootfs", &info);
	if (r < 0)
		return r;
	r = compare_attributes(cx, c, f, &info);
	if (!r && kind == RECORDED_LINK && strcmp(item->target, f->target) != 0)
		r = tell(cx, c, "leads to '%s', recorded is '%s'", item->target, f->target);
	if (!r && kind == RECORDED_FILE)
		r = compare_names(cx, c, f, &info);
	if (!r && kind == RECORDED_FILE)
		r = compare_content(cx, c, f, item);
	return r;
}

/* A store path counts as a whole. */
static int compare_tree(struct ctx *cx, struct comparison *c, const struct recorded_unit *u,
	const struct tree_item *item)
{
	struct digest now;
	uint64_t size;
	int r;

	buf_clear(&c->inside);
	buf_str(&c->inside, c->path.data);
	r = buf_check(cx, &c->inside);
	if (r < 0 || u->nar.algo == DIGEST_NONE)
		return r;
	r = tree_nar_hash(cx, item->dirfd, item->name, c->buffer, &now, &size);
	if (r < 0)
		return r;
	if (digest_equal(&now, &u->nar))
		return 0;
	return tell(cx, c,
		"its NAR hash is not the recorded one (%" PRIu64 " bytes, %" PRIu64
		" are recorded)",
		size, u->size);
}

static bool is_inside_tree(const struct comparison *c)
{
	return c->inside.len && path_within(c->path.data, c->inside.data);
}

static int compare_one(struct ctx *cx, struct comparison *c, const struct tree_item *item)
{
	const struct record_view *record = &c->bundle->record;
	const struct recorded_file *f = record_find(record, c->path.data);
	const struct recorded_unit *u;

	if (item->event == TREE_LEAVE || is_inside_tree(c))
		return 0;
	if (item->event == TREE_OTHER)
		return tell(cx, c, "is neither a file, a directory nor a symlink");
	if (f) {
		c->seen_files[f - record->files] = true;
		if (f->kind == RECORDED_TREE)
			return compare_tree(cx, c, record_find_unit(record, f->unit), item);
		return compare_item(cx, c, f, item);
	}
	u = record_find_unit(record, c->path.data);
	if (!u || u->listed)
		return tell(cx, c, "is not in the record");
	c->seen_units[u - record->units] = true;
	return compare_tree(cx, c, u, item);
}

static int walk(struct ctx *cx, struct comparison *c)
{
	AUTO(tree) struct tree *t = NULL;
	struct tree_item item;
	int r = tree_open(cx, c->bundle->rootfs, ".", 0, &t);

	while (!r) {
		r = poll_cancel(cx);
		if (!r)
			r = tree_next(cx, t, &item);
		if (r < 0 || item.event == TREE_END)
			break;
		buf_clear(&c->path);
		buf_char(&c->path, '/');
		buf_str(&c->path, item.path);
		r = buf_check(cx, &c->path);
		if (!r)
			r = compare_one(cx, c, &item);
	}
	return r;
}

/* A unit that has no files of its own is a store path in its place, or is no path. */
static bool is_tree(const struct recorded_unit *u)
{
	return u->id[0] == '/' && !u->listed;
}

static int tell_missing(struct ctx *cx, struct comparison *c)
{
	const struct record_view *record = &c->bundle->record;
	int r = 0;

	for (size_t i = 0; !r && i < record->n_files; i++)
		if (!c->seen_files[i])
			r = report_error(cx, c->report, "record", record->files[i].path,
				"is recorded and missing");
	for (size_t i = 0; !r && i < record->n_units; i++)
		if (!c->seen_units[i] && is_tree(&record->units[i]))
			r = report_error(cx, c->report, "record", record->units[i].id,
				"is recorded and missing");
	return r;
}

static int check_config(struct ctx *cx, const struct comparison *c)
{
	struct hasher hasher;
	struct digest now;

	hasher_init(&hasher, DIGEST_SHA256);
	hasher_add(&hasher, c->bundle->text.data, c->bundle->text.len);
	hasher_end(&hasher, &now);
	if (digest_equal(&now, &c->bundle->record.config))
		return 0;
	return report_error(
		cx, c->report, "record", "config.json", "was changed since it was recorded");
}

/* A map that is none was told about by the schema. */
static int read_map(struct ctx *cx, struct comparison *c, const char *key, struct id_maps *ret)
{
	const struct json_value *list = field_array(
		field_object(json_root(c->bundle->config), "linux"), key);
	size_t n = field_count(list);

	ret->list = arena_array(&c->arena, n, sizeof(*ret->list));
	if (!ret->list)
		return fail_nomem(cx);
	for (size_t i = 0; i < n; i++) {
		const struct json_value *v = json_at(list, i);

		ret->list[ret->n++] = (struct id_map){
			.container = (uint32_t)field_int(v, "containerID", 0),
			.host = (uint32_t)field_int(v, "hostID", 0),
			.size = (uint32_t)field_int(v, "size", 0),
		};
	}
	return 0;
}

static int read_maps(struct ctx *cx, struct comparison *c)
{
	int r = read_map(cx, c, "uidMappings", &c->uid_maps);

	return r < 0 ? r : read_map(cx, c, "gidMappings", &c->gid_maps);
}

static int prepare(struct ctx *cx, struct comparison *c)
{
	const struct record_view *record = &c->bundle->record;
	struct file_info info;
	int r = file_look_fd(cx, c->bundle->fd, c->bundle->name, &info);

	if (r < 0)
		return r;
	arena_init(&c->arena);
	r = read_maps(cx, c);
	if (r < 0)
		return r;
	c->top = info.uid;
	c->owners = info.uid == id_outside(&c->uid_maps, 0);
	buf_init(&c->path, 1 << 20);
	buf_init(&c->inside, 1 << 20);
	c->buffer = mem_alloc(COPY_BUFFER);
	c->seen_files = mem_array(record->n_files, sizeof(*c->seen_files));
	c->ids = mem_array(record->n_files, sizeof(*c->ids));
	c->seen_units = mem_array(record->n_units, sizeof(*c->seen_units));
	return c->buffer && c->seen_files && c->ids && c->seen_units ? 0 : fail_nomem(cx);
}

int hashes_check(struct ctx *cx, const struct bundle *b, struct report *report)
{
	AUTO(comparison) struct comparison c = { .bundle = b, .report = report };
	int r;

	if (!b->record_doc)
		return report_info(cx, report, "record", ".ocitools/record.json",
			"is missing: nothing says what the bundle should hold");
	r = prepare(cx, &c);
	if (!r)
		r = check_config(cx, &c);
	if (!r && b->rootfs >= 0)
		r = within(cx, walk(cx, &c), "bundle '%s'", b->name);
	if (!r && b->rootfs >= 0)
		r = tell_missing(cx, &c);
	return r;
}

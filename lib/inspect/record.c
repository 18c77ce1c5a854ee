/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/record.c: the record is input like any other: everything is checked before it is used. */
#include "inspect/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "inspect/fields.h"

enum { NAME_MAX_BYTES = 4096 };

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A name that is no UTF-8 stands as "<key>Hex" beside its replacement. */
static char *unhex(struct arena *a, const char *hex)
{
	size_t n = strlen(hex) / 2;
	char *name = strlen(hex) % 2 ? NULL : arena_alloc(a, n + 1);

	for (size_t i = 0; name && i < n; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0 || !(high | low))
			return NULL;
		name[i] = (char)(high << 4 | low);
	}
	return name;
}

/* NULL: absent, or not well-formed. */
static const char *name_of(const struct json_value *v, const char *key, struct arena *a)
{
	char hex_key[16];
	const char *hex;

	snprintf(hex_key, sizeof(hex_key), "%sHex", key);
	hex = field_string(v, hex_key);
	return hex ? unhex(a, hex) : field_string(v, key);
}

static bool octal(const char *s, uint32_t *ret)
{
	uint32_t n = 0;

	if (!s || strlen(s) != 4 || s[strspn(s, "01234567")])
		return false;
	for (; *s; s++)
		n = n << 3 | (uint32_t)(*s - '0');
	*ret = n;
	return true;
}

static bool u32(const struct json_value *v, const char *key, uint32_t *ret)
{
	int64_t n = field_int(v, key, -1);

	*ret = (uint32_t)n;
	return n >= 0 && n <= UINT32_MAX;
}

/* Absent is fine, anything else must be a digest. */
static bool digest_of(const struct json_value *v, const char *key, struct digest *ret)
{
	const char *text = field_string(v, key);

	*ret = (struct digest){ .algo = DIGEST_NONE };
	return text ? digest_parse(text, strlen(text), ret) : !v || !json_member(v, key);
}

static bool read_kind(const struct json_value *v, struct arena *a, struct recorded_file *f)
{
	const char *kind = field_string(v, "kind");
	int64_t size = field_int(v, "size", -1);

	if (!kind)
		return false;
	if (!strcmp(kind, "directory")) {
		f->kind = RECORDED_DIR;
		return true;
	}
	if (!strcmp(kind, "symlink")) {
		f->kind = RECORDED_LINK;
		f->target = name_of(v, "target", a);
		return f->target;
	}
	if (!strcmp(kind, "store-path")) {
		f->kind = RECORDED_TREE;
		return f->unit;
	}
	f->kind = RECORDED_FILE;
	f->size = (uint64_t)size;
	f->hard = name_of(v, "hardLink", a);
	return !strcmp(kind, "file") && size >= 0;
}

/* Names may have any byte, and a tree may be deeper than a path may be long. */
static bool is_clean(const char *path)
{
	if (path[0] != '/')
		return false;
	for (const char *s = path + 1; path[1]; s++) {
		size_t len = strcspn(s, "/");

		if (!len || (len <= 2 && strspn(s, ".") >= len))
			return false;
		s += len;
		if (!*s)
			break;
	}
	return true;
}

static bool read_file(const struct json_value *v, struct arena *a, struct recorded_file *f)
{
	if (json_type(v) != JSON_OBJECT)
		return false;
	f->path = name_of(v, "path", a);
	f->unit = name_of(v, "unit", a);
	f->mtime = field_int(v, "mtime", 0);
	return f->path && is_clean(f->path) && read_kind(v, a, f) &&
	       octal(field_string(v, "mode"), &f->mode) && u32(v, "uid", &f->uid) &&
	       u32(v, "gid", &f->gid) && digest_of(v, "digest", &f->digest);
}

static int compare_files(const void *a, const void *b)
{
	const struct recorded_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int read_files(
	struct ctx *cx, const struct json_value *doc, struct arena *a, struct record_view *ret)
{
	const struct json_value *list = field_array(doc, "files");
	size_t n = field_count(list);

	if (!n)
		return fail(cx, OCIT_E_FORMAT, "files: is missing or empty");
	ret->files = arena_array(a, n, sizeof(*ret->files));
	if (!ret->files)
		return fail_nomem(cx);
	for (size_t i = 0; i < n; i++)
		if (!read_file(json_at(list, i), a, &ret->files[i]))
			return fail(
				cx, OCIT_E_FORMAT, "files[%zu]: is no description of a file", i);
	ret->n_files = n;
	qsort(ret->files, n, sizeof(*ret->files), compare_files);
	for (size_t i = 1; i < n; i++)
		if (!compare_files(&ret->files[i - 1], &ret->files[i]))
			return fail(cx, OCIT_E_FORMAT, "files: '%s' is there twice",
				ret->files[i].path);
	return 0;
}

/* "needed libc.so.6 /usr/bin/bash": the words of the reason, as they stand. */
static const char *reason_text(const struct json_value *unit, struct arena *a)
{
	const struct json_value *reason = field_object(unit, "reason");
	const char *rule = field_string(reason, "rule"), *from = field_string(reason, "from");
	const char *detail = field_string(reason, "detail");

	return arena_printf(a, "%s%s%s%s%s", rule ? rule : "unknown", detail ? " " : "",
		detail ? detail : "", from ? " of " : "", from ? from : "");
}

static bool read_unit(const struct json_value *v, struct arena *a, struct recorded_unit *u)
{
	int64_t size = field_int(v, "size", -1);

	if (json_type(v) != JSON_OBJECT)
		return false;
	u->id = name_of(v, "id", a);
	u->name = field_string(v, "name");
	u->version = field_string(v, "version");
	u->source = field_string(v, "source");
	u->size = (uint64_t)size;
	u->reason = reason_text(v, a);
	return u->id && u->name && u->source && u->reason && size >= 0 &&
	       digest_of(v, "narHash", &u->nar);
}

static int compare_units(const void *a, const void *b)
{
	const struct recorded_unit *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static int read_units(
	struct ctx *cx, const struct json_value *doc, struct arena *a, struct record_view *ret)
{
	const struct json_value *list = field_array(doc, "units");
	size_t n = field_count(list);

	if (!list)
		return fail(cx, OCIT_E_FORMAT, "units: is missing");
	ret->units = arena_array(a, n, sizeof(*ret->units));
	if (!ret->units)
		return fail_nomem(cx);
	for (size_t i = 0; i < n; i++)
		if (!read_unit(json_at(list, i), a, &ret->units[i]))
			return fail(
				cx, OCIT_E_FORMAT, "units[%zu]: is no description of a unit", i);
	ret->n_units = n;
	qsort(ret->units, n, sizeof(*ret->units), compare_units);
	for (size_t i = 1; i < n; i++)
		if (!compare_units(&ret->units[i - 1], &ret->units[i]))
			return fail(
				cx, OCIT_E_FORMAT, "units: '%s' is there twice", ret->units[i].id);
	return 0;
}

/* Whose place is written down, and is every moved store path one of the units? */
static int link_files(struct ctx *cx, struct record_view *ret)
{
	for (size_t i = 0; i < ret->n_files; i++) {
		const struct recorded_file *f = &ret->files[i];
		const struct recorded_unit *u = f->unit ? record_find_unit(ret, f->unit) : NULL;

		if (u)
			ret->units[u - ret->units].listed = true;
		else if (f->kind == RECORDED_TREE)
			return fail(cx, OCIT_E_FORMAT, "files: '%s' is of no unit", f->path);
	}
	return 0;
}

int record_read(
	struct ctx *cx, const struct json_value *doc, struct arena *a, struct record_view *ret)
{
	const struct json_value *config = field_object(doc, "config");
	int64_t version = field_int(doc, "schemaVersion", -1);
	int r;

	*ret = (struct record_view){ .n_files = 0 };
	if (version != 1)
		return fail(cx, version < 0 ? OCIT_E_FORMAT : OCIT_E_UNSUPPORTED,
			"schemaVersion: is not 1");
	if (!digest_of(config, "digest", &ret->config) || ret->config.algo == DIGEST_NONE)
		return fail(cx, OCIT_E_FORMAT, "config.digest: is missing or no digest");
	r = read_files(cx, doc, a, ret);
	if (!r)
		r = read_units(cx, doc, a, ret);
	if (!r)
		r = link_files(cx, ret);
	return r;
}

const struct recorded_file *record_find(const struct record_view *r, const char *path)
{
	const struct recorded_file key = { .path = path };

	return r->n_files ? bsearch(&key, r->files, r->n_files, sizeof(key), compare_files) : NULL;
}

const struct recorded_unit *record_find_unit(const struct record_view *r, const char *id)
{
	const struct recorded_unit key = { .id = id };

	return r->n_units ? bsearch(&key, r->units, r->n_units, sizeof(key), compare_units) : NULL;
}

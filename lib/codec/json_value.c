/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_value.c: the reader's front: limits first, then the tree, and looking at values. */
#include "codec/json.h"

#include <assert.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/json_scan.h"
#include "codec/json_tree.h"

int json_parse_limited(struct ctx *cx, const void *text, size_t len, const char *name,
	const struct json_limits *limits, struct json **ret)
{
	struct json_text t = { .text = text, .len = len, .name = name, .wide = limits->wide };
	AUTO(json) struct json *doc = NULL;
	size_t members;
	int r = json_text_scan(cx, &t, limits, &members);

	if (r < 0)
		return r;
	doc = mem_alloc(sizeof(*doc));
	if (!doc)
		return fail_nomem(cx);
	r = json_tree_build(cx, &t, members, doc);
	if (r < 0)
		return r;
	*ret = take(&doc);
	return 0;
}

int json_parse(struct ctx *cx, const void *text, size_t len, const char *name, struct json **ret)
{
	static const struct json_limits limits = { .bytes = JSON_BYTES_MAX,
		.members = JSON_MEMBERS_MAX };

	return json_parse_limited(cx, text, len, name, &limits, ret);
}

void json_free(struct json *doc)
{
	if (!doc)
		return;
	json_tree_done(doc);
	mem_free(doc);
}

const struct json_value *json_root(const struct json *doc)
{
	return doc->nodes;
}

enum json_type json_type(const struct json_value *v)
{
	return (enum json_type)v->type;
}

const char *json_type_name(enum json_type type)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",
		[JSON_BOOL] = "boolean",
		[JSON_INT] = "integer",
		[JSON_REAL] = "real number",
		[JSON_STRING] = "string",
		[JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object",
		[JSON_BIG] = "integer",
	};

	return names[type];
}

bool json_bool(const struct json_value *v)
{
	assert(v->type == JSON_BOOL);
	return v->integer != 0;
}

int64_t json_int(const struct json_value *v)
{
	assert(v->type == JSON_INT);
	return v->integer;
}

const char *json_string(const struct json_value *v)
{
	assert(v->type == JSON_STRING);
	return v->string;
}

bool json_big(const struct json_value *v, uint64_t *ret)
{
	assert(v->type == JSON_BIG);
	return text_u64(v->string, strlen(v->string), UINT64_MAX, ret);
}

const char *json_number(const struct json_value *v)
{
	assert(v->type == JSON_REAL || v->type == JSON_BIG);
	return v->string;
}

size_t json_count(const struct json_value *v)
{
	return v->count;
}

const struct json_value *json_at(const struct json_value *array, size_t i)
{
	assert(array->type == JSON_ARRAY && i < array->count);
	return &array->items[i];
}

static const struct json_value *find_sorted(const struct json_value *object, const char *key)
{
	size_t low = 0, high = object->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, object->sorted[middle]->key);

		if (!order)
			return object->sorted[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct json_value *json_member(const struct json_value *object, const char *key)
{
	assert(object->type == JSON_OBJECT);
	if (object->sorted)
		return find_sorted(object, key);
	for (size_t i = 0; i < object->count; i++)
		if (strcmp(object->items[i].key, key) == 0)
			return &object->items[i];
	return NULL;
}

const struct json_value *json_member_at(
	const struct json_value *object, size_t i, const char **ret_key)
{
	assert(object->type == JSON_OBJECT && i < object->count);
	*ret_key = object->items[i].key;
	return &object->items[i];
}

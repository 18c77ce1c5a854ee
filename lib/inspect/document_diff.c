/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/document_diff.c: two JSON documents, member by member; no deeper than the reader allows.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "codec/json.h"
#include "codec/json_limits.h"
#include "inspect/diff.h"
#include "model/report.h"

enum { PATH_MAX_BYTES = 1 << 20 };

struct comparison {
	struct report *report;
	struct buf path; /* of the members at hand */
};

static void auto_comparison(struct comparison *c)
{
	buf_done(&c->path);
}

/* A value in a few words. */
static void put_value(struct buf *to, const struct json_value *v)
{
	switch (json_type(v)) {
	case JSON_STRING:
		buf_printf(to, "\"%.200s\"", json_string(v));
		break;
	case JSON_INT:
		buf_printf(to, "%" PRId64, json_int(v));
		break;
	case JSON_REAL:
	case JSON_BIG:
		buf_str(to, json_number(v));
		break;
	case JSON_BOOL:
		buf_str(to, json_bool(v) ? "true" : "false");
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_printf(to, "%s of %zu", json_type_name(json_type(v)), json_count(v));
		break;
	default:
		buf_str(to, json_type_name(json_type(v)));
	}
}

/* NULL: absent there. */
static int tell(struct ctx *cx, struct comparison *c, const struct json_value *a,
	const struct json_value *b)
{
	AUTO(buf) struct buf words;
	int r;

	buf_init(&words, PATH_MAX_BYTES);
	if (a)
		put_value(&words, a);
	else
		buf_str(&words, "only in the second: ");
	if (a && b)
		buf_str(&words, " in the first, ");
	if (b)
		put_value(&words, b);
	buf_str(&words, a && b ? " in the second" : a ? ": only in the first" : "");
	r = buf_check(cx, &words);
	if (!r)
		r = buf_check(cx, &c->path);
	return r < 0 ? r
		     : report_error(cx, c->report, "config", c->path.len ? c->path.data : "", "%s",
			       words.data);
}

static bool same_scalar(const struct json_value *a, const struct json_value *b)
{
	switch (json_type(a)) {
	case JSON_STRING:
		return !strcmp(json_string(a), json_string(b));
	case JSON_INT:
		return json_int(a) == json_int(b);
	case JSON_REAL:
	case JSON_BIG:
		return !strcmp(json_number(a), json_number(b));
	case JSON_BOOL:
		return json_bool(a) == json_bool(b);
	default:
		return true;
	}
}

static int compare(struct ctx *cx, struct comparison *c, const struct json_value *a,
	const struct json_value *b, unsigned depth);

static void cut(struct buf *path, size_t len)
{
	path->len = len;
	if (path->data)
		path->data[len] = '\0';
}

static int compare_members(struct ctx *cx, struct comparison *c, const struct json_value *a,
	const struct json_value *b, unsigned depth)
{
	size_t len = c->path.len;
	int r = 0;

	for (size_t i = 0; !r && i < json_count(a); i++) {
		const char *key;
		const struct json_value *v = json_member_at(a, i, &key);

		buf_printf(&c->path, "%s%s", len ? "." : "", key);
		r = compare(cx, c, v, json_member(b, key), depth);
		cut(&c->path, len);
	}
	for (size_t i = 0; !r && i < json_count(b); i++) {
		const char *key;
		const struct json_value *v = json_member_at(b, i, &key);

		if (json_member(a, key))
			continue;
		buf_printf(&c->path, "%s%s", len ? "." : "", key);
		r = compare(cx, c, NULL, v, depth);
		cut(&c->path, len);
	}
	return r;
}

static int compare_elements(struct ctx *cx, struct comparison *c, const struct json_value *a,
	const struct json_value *b, unsigned depth)
{
	size_t n = json_count(a) > json_count(b) ? json_count(a) : json_count(b);
	size_t len = c->path.len;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		buf_printf(&c->path, "[%zu]", i);
		r = compare(cx, c, i < json_count(a) ? json_at(a, i) : NULL,
			i < json_count(b) ? json_at(b, i) : NULL, depth);
		cut(&c->path, len);
	}
	return r;
}

static int compare(struct ctx *cx, struct comparison *c, const struct json_value *a,
	const struct json_value *b, unsigned depth)
{
	if (!a || !b || json_type(a) != json_type(b) || depth > JSON_DEPTH_MAX)
		return tell(cx, c, a, b);
	if (json_type(a) == JSON_OBJECT)
		return compare_members(cx, c, a, b, depth + 1);
	if (json_type(a) == JSON_ARRAY)
		return compare_elements(cx, c, a, b, depth + 1);
	return same_scalar(a, b) ? 0 : tell(cx, c, a, b);
}

int document_diff(struct ctx *cx, const struct json_value *a, const struct json_value *b,
	struct report *report)
{
	AUTO(comparison) struct comparison c = { .report = report };

	buf_init(&c.path, PATH_MAX_BYTES);
	return compare(cx, &c, a, b, 0);
}

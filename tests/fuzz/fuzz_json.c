/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_json.c: our reader takes what jansson takes, and reads the same again from our
 * writer. */
#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "codec/json_limits.h"
#include "codec/json_out.h"
#include "codec/json_scan.h"
#include "codec/json_tree.h"
#include "fuzz/fuzz.h"

/* jansson's enumerators have the names of ours, so that codec/json.h cannot be seen here. */
static const json_type types[] = { JSON_NULL, JSON_FALSE, JSON_INTEGER, JSON_REAL, JSON_STRING,
	JSON_ARRAY, JSON_OBJECT };

/* wide: integers of any size. */
static int read_text(struct ctx *cx, const char *text, size_t len, bool wide, struct json *ret)
{
	const struct json_limits limits = {
		.bytes = JSON_BYTES_MAX,
		.members = JSON_MEMBERS_MAX,
		.wide = wide,
	};
	const struct json_text t = { .text = text, .len = len, .name = "t" };
	size_t members = 0;
	int r = json_text_scan(cx, &t, &limits, &members);

	FUZZ_CHECK(members <= len);
	return r < 0 ? r : json_tree_build(cx, &t, members, ret);
}

static void write_value(struct json_out *o, const struct json_value *v);

/* The reader limits the depth, and with it this recursion. */
static void write_items(struct json_out *o, const struct json_value *v) // NOLINT(misc-no-recursion)
{
	for (size_t i = 0; i < v->count; i++) {
		if (v->items[i].key)
			json_out_key(o, v->items[i].key);
		write_value(o, &v->items[i]);
	}
}

static void write_value(struct json_out *o, const struct json_value *v) // NOLINT(misc-no-recursion)
{
	if (types[v->type] == JSON_OBJECT) {
		json_out_object(o);
		write_items(o, v);
		json_out_end_object(o);
	} else if (types[v->type] == JSON_ARRAY) {
		json_out_array(o);
		write_items(o, v);
		json_out_end_array(o);
	} else if (types[v->type] == JSON_INTEGER) {
		json_out_i64(o, v->integer);
	} else if (types[v->type] == JSON_FALSE) {
		json_out_bool(o, v->integer);
	} else { /* null and reals have no writer */
		json_out_string(o, v->string ? v->string : "other");
	}
}

static void write_text(const struct json *doc, unsigned indent, struct buf *ret)
{
	struct json_out o;

	buf_init(ret, 64 << 20);
	json_out_init(&o, ret, indent);
	write_value(&o, doc->nodes);
	json_out_finish(&o);
	FUZZ_CHECK(ret->error == 0);
}

/* Written, read and written again, without white space and with: the same text. */
static void check_round(const struct json *doc)
{
	AUTO(buf) struct buf plain, wide, again;
	struct json second = { 0 };
	struct ctx cx;

	write_text(doc, 0, &plain);
	write_text(doc, 2, &wide);
	fuzz_ctx(&cx);
	FUZZ_CHECK(read_text(&cx, wide.data, wide.len, false, &second) == 0);
	write_text(&second, 0, &again);
	FUZZ_CHECK(plain.len == again.len && !memcmp(plain.data, again.data, plain.len));
	json_tree_done(&second);
}

static void check_same(const struct json_value *ours, json_t *theirs) // NOLINT(misc-no-recursion)
{
	void *member = json_object_iter(theirs);

	FUZZ_CHECK(types[ours->type] == (json_is_true(theirs) ? JSON_FALSE : json_typeof(theirs)));
	FUZZ_CHECK(json_is_real(theirs) || fuzz_same(ours->string, json_string_value(theirs)));
	FUZZ_CHECK(!json_is_integer(theirs) || ours->integer == json_integer_value(theirs));
	FUZZ_CHECK(!json_is_boolean(theirs) || ours->integer == json_is_true(theirs));
	FUZZ_CHECK(ours->count == json_object_size(theirs) + json_array_size(theirs));
	for (size_t i = 0; i < ours->count; i++) {
		FUZZ_CHECK(fuzz_same(ours->items[i].key, json_object_iter_key(member)));
		check_same(&ours->items[i],
			member ? json_object_iter_value(member) : json_array_get(theirs, i));
		member = json_object_iter_next(theirs, member);
	}
}

/* May we refuse what jansson takes? It loses a NUL behind a number. */
static bool is_stricter(const struct ctx *cx, const uint8_t *bytes, size_t len)
{
	return cx->code == OCIT_E_LIMIT || memchr(bytes, 0, len) ||
	       strstr(ctx_message(cx), "'-0' is not an integer");
}

/* Reading wide takes more, and of the rest the same. */
static void check_wide(const char *text, size_t len, int r, json_t *theirs)
{
	struct json doc = { 0 };
	struct ctx cx;
	int wide;

	fuzz_ctx(&cx);
	wide = read_text(&cx, text, len, true, &doc);
	fuzz_judge(&cx, wide);
	FUZZ_CHECK(r < 0 || wide == 0);
	if (r == 0)
		check_same(doc.nodes, theirs);
	json_tree_done(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct json doc = { 0 };
	json_t *theirs = json_loadb(
		(const char *)bytes, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	struct ctx cx;
	int r;

	fuzz_ctx(&cx);
	r = read_text(&cx, (const char *)bytes, len, false, &doc);
	fuzz_judge(&cx, r);
	FUZZ_CHECK((r == 0) == (theirs != NULL) || (r < 0 && is_stricter(&cx, bytes, len)));
	if (r == 0) {
		check_same(doc.nodes, theirs);
		check_round(&doc);
	}
	check_wide((const char *)bytes, len, r, theirs);
	json_tree_done(&doc);
	json_decref(theirs);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json.c: jansson reads the text; its tree becomes ours. The one user of jansson. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json_scan.h"
#include "codec/json_tree.h"

/* Objects of up to this many members are searched from front to back. */
enum { LINEAR_MAX = 8, SHOWN_MAX = 64 };

static int fail_duplicate(struct ctx *cx, const char *token, size_t len)
{
	json_t *key = json_loadb(token, len, JSON_DECODE_ANY, NULL);
	int r;

	if (!key)
		return fail_nomem(cx);
	r = fail(cx, OCIT_E_FORMAT, "duplicate member '%s'", json_string_value(key));
	json_decref(key);
	return r;
}

/* Say what jansson found, where possible in our words. */
static int fail_token(struct ctx *cx, const json_error_t *e, const char *token, size_t len)
{
	switch (json_error_code(e)) {
	case json_error_unknown: /* jansson sets nothing when an allocation fails */
	case json_error_out_of_memory:
		return fail_nomem(cx);
	case json_error_duplicate_key:
		return fail_duplicate(cx, token, len);
	case json_error_numeric_overflow:
		return fail(cx, OCIT_E_FORMAT, "number '%.*s' is out of range",
			(int)(len < SHOWN_MAX ? len : SHOWN_MAX), token);
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return fail(cx, OCIT_E_FORMAT, "NUL not allowed in a string");
	case json_error_end_of_input_expected:
		return fail(cx, OCIT_E_FORMAT, "text after the end of the document");
	default:
		return fail(cx, OCIT_E_FORMAT, "%s", e->text);
	}
}

static int fail_syntax(struct ctx *cx, const struct json_text *t, const json_error_t *e)
{
	bool cut = json_error_code(e) == json_error_premature_end_of_input;
	bool inside = !cut && e->position > 0 && (size_t)e->position <= t->len;
	size_t end = inside ? (size_t)e->position : t->len;
	size_t start = cut ? t->len : json_text_token(t, end);

	return json_text_at(cx, t, start, fail_token(cx, e, t->text + start, end - start));
}

static int compare_keys(const void *a, const void *b)
{
	const struct json_value *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static void sort_members(struct json *doc, struct json_value *object)
{
	const struct json_value **sorted = doc->sorted + (object->items - doc->nodes);

	if (object->count <= LINEAR_MAX)
		return;
	for (size_t i = 0; i < object->count; i++)
		sorted[i] = &object->items[i];
	qsort(sorted, object->count, sizeof(*sorted), compare_keys);
	object->sorted = sorted;
}

static void copy_scalar(struct json_value *v, const json_t *from)
{
	static const uint8_t types[] = {
		[JSON_NULL] = TREE_NULL,
		[JSON_FALSE] = TREE_BOOL,
		[JSON_TRUE] = TREE_BOOL,
		[JSON_INTEGER] = TREE_INT,
		[JSON_REAL] = TREE_REAL,
		[JSON_STRING] = TREE_STRING,
		[JSON_ARRAY] = TREE_ARRAY,
		[JSON_OBJECT] = TREE_OBJECT,
	};

	v->type = types[json_typeof(from)];
	v->string = json_string_value(from);
	v->integer = json_is_true(from) ? 1 : json_integer_value(from);
	v->count = json_object_size(from) + json_array_size(from);
}

/* Give the container its members: the next free nodes. from[] has the jansson value of each node.
 */
static void add_items(struct json *doc, struct json_value *container, json_t **from)
{
	json_t *value = from[container - doc->nodes];
	struct json_value *items = doc->nodes + doc->n_nodes;
	json_t **values = from + doc->n_nodes;
	size_t n = 0;

	container->items = items;
	doc->n_nodes += container->count;
	for (; n < json_array_size(value); n++)
		values[n] = json_array_get(value, n);
	for (void *m = json_object_iter(value); m; m = json_object_iter_next(value, m), n++) {
		items[n].key = json_object_iter_key(m);
		values[n] = json_object_iter_value(m);
	}
	if (container->type == TREE_OBJECT)
		sort_members(doc, container);
}

/* Level by level, so that the members of one container lie side by side and nothing recurses. */
static int add_nodes(struct ctx *cx, struct json *doc, size_t capacity, json_t **from)
{
	from[0] = doc->owner;
	doc->n_nodes = 1;
	for (size_t i = 0; i < doc->n_nodes; i++) {
		struct json_value *v = &doc->nodes[i];

		copy_scalar(v, from[i]);
		if (v->count > capacity - doc->n_nodes)
			return fail(
				cx, OCIT_E_BUG, "more members than the %zu counted", capacity - 1);
		if (v->count)
			add_items(doc, v, from);
	}
	return 0;
}

int json_tree_build(struct ctx *cx, const struct json_text *t, size_t members, struct json *doc)
{
	AUTO(mem) json_t **from = NULL;
	json_error_t error = { 0 };

	doc->owner = json_loadb(t->text, t->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!doc->owner)
		return fail_syntax(cx, t, &error);
	doc->nodes = mem_array(members + 1, sizeof(*doc->nodes));
	doc->sorted = mem_array(members + 1, sizeof(*doc->sorted));
	from = mem_array(members + 1, sizeof(*from));
	if (!doc->nodes || !doc->sorted || !from)
		return fail_nomem(cx);
	return add_nodes(cx, doc, members + 1, from);
}

void json_tree_done(struct json *doc)
{
	json_decref(doc->owner);
	mem_free(doc->nodes);
	mem_free(doc->sorted);
}

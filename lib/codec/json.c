/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json.c: a text becomes a tree in three allocations, none of which grows; nothing recurses.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json.h"
#include "codec/json_scan.h"
#include "codec/json_token.h"
#include "codec/json_tree.h"

/* Objects of up to this many members are searched from front to back. */
enum { LINEAR_MAX = 8 };

/* A value in document order: what is in a container follows it. */
struct item {
	struct json_value value;
	size_t behind; /* index of the first item that is not in it */
	size_t at;     /* where its key stands, or it itself */
};

struct reader {
	struct json_tokens tokens;
	struct item *items;
	size_t n, room;
	size_t open[JSON_DEPTH_MAX]; /* the containers around what is read now */
	size_t depth;
};

static struct item *innermost(struct reader *r)
{
	return &r->items[r->open[r->depth - 1]];
}

static bool in_object(struct reader *r)
{
	return r->depth && innermost(r)->value.type == JSON_OBJECT;
}

static char closing(struct reader *r)
{
	return in_object(r) ? '}' : ']';
}

static int item_add(struct ctx *cx, struct reader *r, struct item **ret)
{
	if (r->n == r->room) /* the scan has not counted what cannot be one */
		return json_token_expected(
			cx, &r->tokens, in_object(r) ? "string or '}'" : "value or ']'");
	if (r->depth)
		innermost(r)->value.count++;
	*ret = &r->items[r->n++];
	(*ret)->at = r->tokens.at;
	(*ret)->behind = r->n;
	return 0;
}

static int read_key(struct ctx *cx, struct reader *r, struct item *item)
{
	int e;

	if (json_token_peek(&r->tokens) != '"')
		return json_token_expected(cx, &r->tokens, "string or '}'");
	e = json_token_string(cx, &r->tokens, &item->value.key);
	if (e < 0)
		return e;
	if (json_token_peek(&r->tokens) != ':')
		return json_token_expected(cx, &r->tokens, "':'");
	r->tokens.at++;
	return 0;
}

/* A member or an element; of a container only its beginning. */
static int read_value(struct ctx *cx, struct reader *r)
{
	struct item *item = NULL;
	char first = json_token_peek(&r->tokens);
	int e = item_add(cx, r, &item);

	if (!e && in_object(r)) {
		e = read_key(cx, r, item);
		first = json_token_peek(&r->tokens);
	}
	if (e < 0)
		return e;
	if (first == '"') {
		item->value.type = JSON_STRING;
		return json_token_string(cx, &r->tokens, &item->value.string);
	}
	if (first != '[' && first != '{')
		return json_token_word(cx, &r->tokens, &item->value);
	item->value.type = first == '[' ? JSON_ARRAY : JSON_OBJECT;
	r->tokens.at++;
	/* The scan has counted the levels. */
	r->open[r->depth++] = r->n - 1;
	return 0;
}

/* Behind a value, or at the beginning of a container: what ends here, and is there more? */
static int read_between(struct ctx *cx, struct reader *r, bool *ret_more)
{
	*ret_more = false;
	while (r->depth) {
		char next = json_token_peek(&r->tokens);

		if (next == closing(r)) {
			innermost(r)->behind = r->n;
			r->depth--;
			r->tokens.at++;
			continue;
		}
		*ret_more = true;
		if (!innermost(r)->value.count)
			return 0;
		if (next != ',')
			return json_token_expected(cx, &r->tokens, in_object(r) ? "'}'" : "']'");
		r->tokens.at++;
		return 0;
	}
	return 0;
}

static int read_document(struct ctx *cx, struct reader *r)
{
	bool more = true;
	int e = 0;

	while (!e && more) {
		e = read_value(cx, r);
		if (!e)
			e = read_between(cx, r, &more);
	}
	return e < 0 ? e : json_token_end(cx, &r->tokens);
}

/* Equal keys stay in document order. */
static int compare_keys(const void *a, const void *b)
{
	const struct json_value *const *x = a, *const *y = b;
	int order = strcmp((*x)->key, (*y)->key);

	return order ? order : (*x > *y) - (*x < *y);
}

/* The member that repeats the name of an earlier one and comes first; NULL: none does. */
static const struct json_value *find_duplicate(
	const struct json_value **sorted, const struct json_value *object)
{
	const struct json_value *found = NULL;

	for (size_t i = 0; i < object->count; i++)
		sorted[i] = &object->items[i];
	qsort(sorted, object->count, sizeof(*sorted), compare_keys);
	for (size_t i = 1; i < object->count; i++)
		if (!strcmp(sorted[i - 1]->key, sorted[i]->key) && (!found || sorted[i] < found))
			found = sorted[i];
	return found;
}

/* Give the container its members: the next free nodes. from[] has the item of each node. */
static const struct json_value *add_items(
	struct json *doc, struct json_value *container, const struct item *items, size_t *from)
{
	const struct json_value **sorted = doc->sorted + doc->n_nodes;
	struct json_value *nodes = doc->nodes + doc->n_nodes;
	size_t *numbers = from + doc->n_nodes;
	size_t next = from[container - doc->nodes] + 1;

	for (size_t i = 0; i < container->count; i++) {
		numbers[i] = next;
		nodes[i] = items[next].value;
		next = items[next].behind;
	}
	container->items = nodes;
	doc->n_nodes += container->count;
	if (container->type != JSON_OBJECT)
		return NULL;
	if (container->count > LINEAR_MAX)
		container->sorted = sorted;
	return find_duplicate(sorted, container);
}

/* Level by level, so that the members of one container lie side by side. */
static int add_nodes(
	struct ctx *cx, struct json *doc, const struct json_text *t, const struct reader *r)
{
	AUTO(mem) size_t *from = mem_array(r->n, sizeof(*from));

	if (!from)
		return fail_nomem(cx);
	doc->nodes[0] = r->items[0].value;
	doc->n_nodes = 1;
	for (size_t i = 0; i < doc->n_nodes; i++) {
		const struct json_value *twice = add_items(doc, &doc->nodes[i], r->items, from);

		if (twice)
			return json_text_at(cx, t, r->items[from[twice - doc->nodes]].at,
				fail(cx, OCIT_E_FORMAT, "duplicate member '%s'", twice->key));
	}
	return 0;
}

int json_tree_build(struct ctx *cx, const struct json_text *t, size_t members, struct json *doc)
{
	AUTO(mem) struct item *items = mem_array(members + 1, sizeof(*items));
	struct reader r = { .tokens = { .t = t }, .items = items, .room = members + 1 };
	int e;

	/* A string without its quotes and with its NUL is shorter than it is written; behind a
	 * number, something else comes before the next. */
	doc->owner = mem_alloc(t->len + 1);
	doc->nodes = mem_array(members + 1, sizeof(*doc->nodes));
	doc->sorted = mem_array(members + 1, sizeof(*doc->sorted));
	if (!items || !doc->owner || !doc->nodes || !doc->sorted)
		return fail_nomem(cx);
	r.tokens.strings = doc->owner;
	e = read_document(cx, &r);
	return e < 0 ? e : add_nodes(cx, doc, t, &r);
}

void json_tree_done(struct json *doc)
{
	mem_free(doc->owner);
	mem_free(doc->nodes);
	mem_free(doc->sorted);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_tree.h: a parsed document in memory; part of codec/json. */
#ifndef CODEC_JSON_TREE_H
#define CODEC_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;
struct json_text;

struct json_value {
	uint8_t type;                     /* enum json_type */
	const char *key;                  /* of a member; else NULL */
	const char *string;               /* JSON_STRING; read wide, the text of other numbers */
	int64_t integer;                  /* JSON_INT; JSON_BOOL: 0 or 1 */
	size_t count;                     /* of items */
	const struct json_value *items;   /* members or elements in document order */
	const struct json_value **sorted; /* members by key; NULL when there are few */
};

struct json {
	void *owner;              /* what the strings lie in */
	struct json_value *nodes; /* the root, then the members level by level */
	const struct json_value **sorted;
	size_t n_nodes;
};

/* Read a text that holds at most that many members into doc, which is all zero. On failure doc may
 * be half filled. */
int json_tree_build(struct ctx *cx, const struct json_text *t, size_t members, struct json *doc);
/* Free what build made. */
void json_tree_done(struct json *doc);

#endif

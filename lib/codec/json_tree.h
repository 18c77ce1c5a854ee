/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_tree.h: a parsed document in memory; part of codec/json, free of jansson's names. */
#ifndef CODEC_JSON_TREE_H
#define CODEC_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctx;
struct json_text;

/* The values of enum json_type. jansson.h uses the same names for others, so that the file which
 * includes it cannot see codec/json.h. */
enum tree_type {
	TREE_NULL,
	TREE_BOOL,
	TREE_INT,
	TREE_REAL,
	TREE_STRING,
	TREE_ARRAY,
	TREE_OBJECT,
};

struct json_value {
	uint8_t type;                     /* enum tree_type */
	const char *key;                  /* of a member; else NULL */
	const char *string;               /* TREE_STRING */
	int64_t integer;                  /* TREE_INT; TREE_BOOL: 0 or 1 */
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

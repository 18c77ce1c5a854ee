/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json.h: a strict JSON reader. */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/json_limits.h"
#include "codec/json_type.h"

struct ctx;
struct json;       /* a whole document, owned */
struct json_value; /* a value inside it, borrowed */

/*
 * Parse exactly one document (RFC 8259). Errors, all OCIT_E_FORMAT or OCIT_E_LIMIT with
 * "name:line:column": empty text, a byte-order mark, bad UTF-8, duplicate members (named), depth
 * over 64, size over 16 MiB, over 65,536 members and elements, NUL inside a string, trailing text,
 * numbers out of range, the integer -0. Depth, size and member count are checked before a tree is
 * built.
 */
int json_parse(struct ctx *cx, const void *text, size_t len, const char *name, struct json **ret);
/* The same with other limits for size and members, or with numbers of any size. */
int json_parse_limited(struct ctx *cx, const void *text, size_t len, const char *name,
	const struct json_limits *limits, struct json **ret);
void json_free(struct json *doc);
const struct json_value *json_root(const struct json *doc);

enum json_type json_type(const struct json_value *v);
const char *json_type_name(enum json_type type); /* "string", "array", ... */
bool json_bool(const struct json_value *v);
int64_t json_int(const struct json_value *v);
/* The value of a JSON_BIG; false when it is negative or above UINT64_MAX. */
bool json_big(const struct json_value *v, uint64_t *ret);
/* A JSON_REAL or JSON_BIG as it was written; NULL unless the limits are wide. */
const char *json_number(const struct json_value *v);
/* jansson, which tests link, exports a json_string of its own: no link order may pick that one. */
#define json_string json_value_string
/* NUL-terminated UTF-8, never holding a NUL inside. Borrowed. */
const char *json_string(const struct json_value *v);
size_t json_count(const struct json_value *v); /* of an array or object */
const struct json_value *json_at(const struct json_value *array, size_t i);
/* NULL means "none". */
const struct json_value *json_member(const struct json_value *object, const char *key);
/* The i-th member in document order, in constant time. */
const struct json_value *json_member_at(
	const struct json_value *object, size_t i, const char **ret_key);

static inline void auto_json(struct json **p)
{
	json_free(*p);
}

#endif

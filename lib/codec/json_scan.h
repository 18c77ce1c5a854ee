/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_scan.h: one pass over a JSON text that keeps it within limits; part of codec/json. */
#ifndef CODEC_JSON_SCAN_H
#define CODEC_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct json_limits;

/* A text as it was given, for reading and for messages. */
struct json_text {
	const char *text;
	size_t len;
	const char *name;
	bool wide; /* as in struct json_limits */
};

/* Put "name:line:column" before the message of r. Columns count characters, from 1. */
int json_text_at(struct ctx *cx, const struct json_text *t, size_t offset, int r);
/* A byte of a number or a literal, as far as finding the token's ends goes. */
bool json_text_is_word(char c);
/*
 * Check encoding, size, depth and the number of members without allocating anything. Of a
 * well-formed text *ret_members is exactly how many members and elements it has; errors of grammar
 * are left to the reader.
 */
int json_text_scan(struct ctx *cx, const struct json_text *t, const struct json_limits *limits,
	size_t *ret_members);

#endif

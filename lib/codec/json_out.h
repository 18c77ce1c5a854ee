/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_out.h: an ordered JSON writer that cannot produce invalid output. */
#ifndef CODEC_JSON_OUT_H
#define CODEC_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * Members appear in the order they are written. Integers are exact over 64 bits. Bytes that are not
 * UTF-8 are written as U+FFFD; everything that must be escaped is, with the short form where one
 * exists. indent 0 writes no white space; else each level is indented by that many spaces, one
 * value a line.
 */
struct json_out {
	struct buf *buf; /* not owned; its sticky error is the writer's */
	unsigned indent;
	unsigned depth;
	bool first;        /* nothing was written yet at this depth */
	bool after_key;    /* the next value belongs to a key */
	uint64_t is_array; /* bit per open level, the outermost lowest; for assertions */
};

void json_out_init(struct json_out *o, struct buf *buf, unsigned indent);
void json_out_object(struct json_out *o);     /* { */
void json_out_end_object(struct json_out *o); /* } */
void json_out_array(struct json_out *o);      /* [ */
void json_out_end_array(struct json_out *o);  /* ] */
void json_out_key(struct json_out *o, const char *key);
void json_out_string(struct json_out *o, const char *s);
void json_out_bytes(struct json_out *o, const char *s, size_t len);
void json_out_u64(struct json_out *o, uint64_t v);
void json_out_i64(struct json_out *o, int64_t v);
void json_out_bool(struct json_out *o, bool v);
/* A number as it was read, or "null": text is taken as it is. */
void json_out_literal(struct json_out *o, const char *text);
/* key and value in one call */
void json_out_key_string(struct json_out *o, const char *key, const char *s);
void json_out_key_u64(struct json_out *o, const char *key, uint64_t v);
void json_out_key_bool(struct json_out *o, const char *key, bool v);
/* The document is complete: asserts balance, adds a final newline when indent is set. */
void json_out_finish(struct json_out *o);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_token.h: the words of a JSON text, one after the other; part of codec/json. */
#ifndef CODEC_JSON_TOKEN_H
#define CODEC_JSON_TOKEN_H

#include <stddef.h>

struct ctx;
struct json_text;
struct json_value;

/* A place in a text that json_text_scan() has passed: it is UTF-8 without NUL. */
struct json_tokens {
	const struct json_text *t;
	size_t at;
	char *strings; /* where the next decoded string goes: there is room for all */
};

/* The first byte of the next token; NUL at the end of the text. Skips white space. */
char json_token_peek(struct json_tokens *s);
/* Read the string that begins here. *ret is NUL-terminated. */
int json_token_string(struct ctx *cx, struct json_tokens *s, const char **ret);
/* Read null, true, false or a number into type, integer and, of a wide text, string of ret. */
int json_token_word(struct ctx *cx, struct json_tokens *s, struct json_value *ret);
/* Nothing but white space may follow. */
int json_token_end(struct ctx *cx, struct json_tokens *s);
/* Fail: what was expected where the next token is. */
int json_token_expected(struct ctx *cx, struct json_tokens *s, const char *what);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* sink/print.h: names and sizes in reports: safe for terminals, exact in JSON. */
#ifndef SINK_PRINT_H
#define SINK_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct digest;
struct json_out;

enum { PRINT_SIZE_MAX = 16, PRINT_COUNT_MAX = 32 };

/* Names come from file systems: control bytes are written as \xNN, so no name moves a cursor. */
void print_safe(struct buf *out, const char *s);
/* "512 B", "12.3 kB", "1.0 GB". */
void print_size(uint64_t bytes, char ret[PRINT_SIZE_MAX]);
/* "125,401,234". */
void print_count(uint64_t n, char ret[PRINT_COUNT_MAX]);
/* A member for a path or link text. JSON holds UTF-8 only: other bytes are added as KEYHex. */
void print_json_name(struct json_out *o, const char *key, const char *name);
/* A member "sha256:...", unless d is NULL or unknown. */
void print_json_digest(struct json_out *o, const char *key, const struct digest *d);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema_run.h: one check under way; part of model/schema. */
#ifndef MODEL_SCHEMA_RUN_H
#define MODEL_SCHEMA_RUN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/ctx.h"

struct json_value;
struct report;
struct schema_row;

struct schema_run {
	struct ctx *cx;
	struct report *report;
	struct buf *path; /* to the value that is looked at */
	unsigned version; /* what was used until now needs this one */
	unsigned unknown; /* members that the specification does not have */
};

enum { SCHEMA_SHOWN_MAX = 64 };

/* Copy at most that many bytes, whole characters, with "..." when s was longer. */
void schema_shorten(const char *s, char ret[SCHEMA_SHOWN_MAX + 4]);
/* A violation by the value that is looked at. */
int schema_error(struct schema_run *run, const char *format, ...) PRINTF(2, 3);
/* Note that the document needs a version. */
void schema_needs(struct schema_run *run, unsigned version);
/* Check a value alone, without its members. */
int schema_value_check(
	struct schema_run *run, const struct schema_row *row, const struct json_value *v);
/* What a config says of itself as a whole, once all of it was looked at. */
int schema_config_rules(struct schema_run *run, const struct json_value *config);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema.h: is a JSON document what a specification says: every member, type and value. */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include <stdbool.h>

#include "model/schema_kind.h"

struct ctx;
struct json_value;
struct report;

/* The kind of a name: "config", "descriptor", "index", "layout", "manifest", "image-config". */
bool schema_kind_find(const char *name, enum schema_kind *ret);

/*
 * Check a document, which should have been read wide (codec/json.h), and append what is found:
 *
 *   error "schema"          a type, a value, or a member that is missing; subject is the path, such
 *                           as process.rlimits[0].hard
 *   info  "unknown-member"  one that the specification does not have; runtimes ignore them
 *   info  "platform"        of a config: what is for another system than Linux
 *   info  "version"         of a config: ociVersion is not the version of what is used
 *
 * *ret_version, unless it is NULL, becomes the lowest version of the runtime specification that has
 * all known members and values of a config; "1.0.0" for other kinds.
 */
int schema_check(struct ctx *cx, enum schema_kind kind, const struct json_value *document,
	struct report *report, const char **ret_version);

#endif

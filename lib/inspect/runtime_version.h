/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/runtime_version.h: which version of a runtime learned which member of config.json. */
#ifndef INSPECT_RUNTIME_VERSION_H
#define INSPECT_RUNTIME_VERSION_H

#include <stddef.h>

struct ctx;
struct json_value;
struct report;

enum { RUNTIME_VERSION_MAX = 32 };

/* The version in what "RUNTIME --version" prints: its first word that starts with a digit, with
 * what a distribution appended cut off. "": there is none. */
void runtime_version_parse(const char *text, char ret[RUNTIME_VERSION_MAX]);
/* Add an error for each member that this version of the runtime passes over. Of runtimes other than
 * runc and crun nothing is known. */
int runtime_version_check(struct ctx *cx, const struct json_value *config, const char *name,
	const char *version, struct report *report);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/runtime.h: what a certain runtime would make of a bundle. */
#ifndef INSPECT_RUNTIME_H
#define INSPECT_RUNTIME_H

#include <stdbool.h>

struct bundle;
struct ctx;
struct json_value;
struct report;

struct runtime {
	const char *name;
	const char *version; /* what "NAME --version" prints; NULL: not known */
};

/* Is it one that we know: runc, crun, youki, systemd-nspawn? */
bool runtime_is_known(const char *name);
/*
 * Add findings of the rule "runtime": an error for what it refuses or cannot do, information for
 * what it leaves out or may do otherwise. features: what the runtime says of itself (runtime-spec,
 * features.md); NULL: nothing, then only what is known of its version is looked at, and a finding
 * says so.
 */
int runtime_check(struct ctx *cx, const struct bundle *b, const struct runtime *runtime,
	const struct json_value *features, struct report *report);

#endif

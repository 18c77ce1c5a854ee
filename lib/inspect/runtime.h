/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/runtime.h: what a certain runtime would make of a bundle. */
#ifndef INSPECT_RUNTIME_H
#define INSPECT_RUNTIME_H

#include <stdbool.h>

struct bundle;
struct ctx;
struct json_value;
struct report;

/* Is it one that we know: runc, crun, youki, systemd-nspawn? */
bool runtime_is_known(const char *name);
/*
 * Add findings of the rule "runtime": an error for what it refuses or cannot do, information for
 * what it leaves out or may do otherwise. features: what the runtime says of itself (runtime-spec,
 * features.md); NULL: nothing, then only what is known of it in general is looked at, and a finding
 * says so.
 */
int runtime_check(struct ctx *cx, const struct bundle *b, const char *name,
	const struct json_value *features, struct report *report);

#endif

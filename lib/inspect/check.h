/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/check.h: everything that can be said of a bundle without starting it. */
#ifndef INSPECT_CHECK_H
#define INSPECT_CHECK_H

#include <stddef.h>

struct bundle;
struct ctx;
struct report;
struct source_ops;

/* What to leave out. */
enum { CHECK_NO_HASHES = 1 };

/*
 * Add the findings of all groups to report, in a fixed order: config, root, mount, complete,
 * record, hardening. Only what keeps us from looking is a failure.
 */
int bundle_check(struct ctx *cx, const struct bundle *b, const struct source_ops *const *table,
	size_t table_len, unsigned flags, struct report *report);

#endif

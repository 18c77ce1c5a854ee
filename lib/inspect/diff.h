/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/diff.h: what distinguishes two bundles, by their records. */
#ifndef INSPECT_DIFF_H
#define INSPECT_DIFF_H

struct bundle;
struct ctx;
struct json_value;
struct report;

/*
 * Append an error for each difference: units (rule "unit"), entries of rootfs ("file"), members of
 * config.json ("config"), each in byte order. What is on the disk is not read again: the records
 * count. A bundle without a record is OCIT_E_FORMAT.
 */
int bundle_diff(
	struct ctx *cx, const struct bundle *a, const struct bundle *b, struct report *report);
/* The members of two documents that differ, with their paths, such as process.args[1]. */
int document_diff(struct ctx *cx, const struct json_value *a, const struct json_value *b,
	struct report *report);

#endif

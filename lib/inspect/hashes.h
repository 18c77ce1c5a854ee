/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/hashes.h: what lies in a bundle against what its record says. */
#ifndef INSPECT_HASHES_H
#define INSPECT_HASHES_H

struct bundle;
struct ctx;
struct report;

/*
 * Read everything in rootfs once and compare it with the record: kind, mode, owner (where root made
 * the bundle), time, size, target and digest of each entry, the NAR hash of each store path, the
 * digest of config.json. Differences, what is missing and what is there beyond it are errors with
 * the rule "record". A bundle without a record gets one finding.
 */
int hashes_check(struct ctx *cx, const struct bundle *b, struct report *report);

#endif

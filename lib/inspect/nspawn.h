/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/nspawn.h: what systemd-nspawn --oci-bundle takes, which is less than the specification.
 */
#ifndef INSPECT_NSPAWN_H
#define INSPECT_NSPAWN_H

struct bundle;
struct ctx;
struct report;

/* Add findings of the rule "runtime": an error for what it refuses, information for what it passes
 * over. Holds for systemd 242, the first that takes bundles, to 260; version is "" when it is not
 * known. */
int nspawn_check(
	struct ctx *cx, const struct bundle *b, const char *version, struct report *report);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_merge.h: values that were read, written again, and a merge patch over them. */
#ifndef CODEC_JSON_MERGE_H
#define CODEC_JSON_MERGE_H

struct json_out;
struct json_value;

/* Write a value as it was read; numbers of a wide document keep their text. */
void json_out_value(struct json_out *o, const struct json_value *v);
/*
 * Write what RFC 7396 makes of target (NULL: nothing is there) and patch: members that the patch
 * has as null go, objects are merged, all else is replaced. Members keep target's order; new ones
 * follow in patch's. Neither is deeper than its reader allows, so the result is not either.
 */
void json_out_merged(
	struct json_out *o, const struct json_value *target, const struct json_value *patch);

#endif

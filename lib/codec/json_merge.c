/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_merge.c: nothing is built: two documents are walked side by side and written. Calls
 * itself once for each level, of which a reader allows JSON_DEPTH_MAX. */
#include "codec/json_merge.h"

#include "codec/json.h"
#include "codec/json_out.h"

static void write_object(struct json_out *o, const struct json_value *v)
{
	json_out_object(o);
	for (size_t i = 0; i < json_count(v); i++) {
		const char *key;
		const struct json_value *m = json_member_at(v, i, &key);

		json_out_key(o, key);
		json_out_value(o, m);
	}
	json_out_end_object(o);
}

static void write_array(struct json_out *o, const struct json_value *v)
{
	json_out_array(o);
	for (size_t i = 0; i < json_count(v); i++)
		json_out_value(o, json_at(v, i));
	json_out_end_array(o);
}

void json_out_value(struct json_out *o, const struct json_value *v)
{
	switch (json_type(v)) {
	case JSON_NULL:
		json_out_literal(o, "null");
		break;
	case JSON_BOOL:
		json_out_bool(o, json_bool(v));
		break;
	case JSON_INT:
		json_out_i64(o, json_int(v));
		break;
	case JSON_REAL:
	case JSON_BIG:
		json_out_literal(o, json_number(v));
		break;
	case JSON_STRING:
		json_out_string(o, json_string(v));
		break;
	case JSON_ARRAY:
		write_array(o, v);
		break;
	case JSON_OBJECT:
		write_object(o, v);
		break;
	}
}

static const struct json_value *member(const struct json_value *v, const char *key)
{
	return v && json_type(v) == JSON_OBJECT ? json_member(v, key) : NULL;
}

static void merge_old(
	struct json_out *o, const struct json_value *target, const struct json_value *patch)
{
	for (size_t i = 0; i < json_count(target); i++) {
		const char *key;
		const struct json_value *old = json_member_at(target, i, &key);
		const struct json_value *new = json_member(patch, key);

		if (new &&json_type(new) == JSON_NULL)
			continue;
		json_out_key(o, key);
		if (new)
			json_out_merged(o, old, new);
		else
			json_out_value(o, old);
	}
}

static void merge_new(
	struct json_out *o, const struct json_value *target, const struct json_value *patch)
{
	for (size_t i = 0; i < json_count(patch); i++) {
		const char *key;
		const struct json_value *new = json_member_at(patch, i, &key);

		if (json_type(new) == JSON_NULL || member(target, key))
			continue;
		json_out_key(o, key);
		json_out_merged(o, NULL, new);
	}
}

void json_out_merged(
	struct json_out *o, const struct json_value *target, const struct json_value *patch)
{
	if (json_type(patch) != JSON_OBJECT) {
		json_out_value(o, patch);
		return;
	}
	json_out_object(o);
	if (target && json_type(target) == JSON_OBJECT)
		merge_old(o, target, patch);
	merge_new(o, target, patch);
	json_out_end_object(o);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/fields.c: one place that knows what to do about a wrong type: nothing. */
#include "inspect/fields.h"

#include <string.h>

static const struct json_value *member(
	const struct json_value *v, const char *key, enum json_type type)
{
	const struct json_value *m;

	if (!v || json_type(v) != JSON_OBJECT)
		return NULL;
	m = json_member(v, key);
	return m && json_type(m) == type ? m : NULL;
}

const struct json_value *field_object(const struct json_value *v, const char *key)
{
	return member(v, key, JSON_OBJECT);
}

const struct json_value *field_array(const struct json_value *v, const char *key)
{
	return member(v, key, JSON_ARRAY);
}

const char *field_string(const struct json_value *v, const char *key)
{
	const struct json_value *m = member(v, key, JSON_STRING);

	return m ? json_string(m) : NULL;
}

int64_t field_int(const struct json_value *v, const char *key, int64_t otherwise)
{
	const struct json_value *m = member(v, key, JSON_INT);

	return m ? json_int(m) : otherwise;
}

bool field_bool(const struct json_value *v, const char *key, bool otherwise)
{
	const struct json_value *m = member(v, key, JSON_BOOL);

	return m ? json_bool(m) : otherwise;
}

size_t field_count(const struct json_value *array)
{
	return array ? json_count(array) : 0;
}

const char *field_string_at(const struct json_value *array, size_t i)
{
	const struct json_value *v = i < field_count(array) ? json_at(array, i) : NULL;

	return v && json_type(v) == JSON_STRING ? json_string(v) : NULL;
}

bool field_has_string(const struct json_value *array, const char *s)
{
	for (size_t i = 0; i < field_count(array); i++) {
		const char *t = field_string_at(array, i);

		if (t && !strcmp(t, s))
			return true;
	}
	return false;
}

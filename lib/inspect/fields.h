/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/fields.h: members of documents that may be anything: what is absent or of another type
 * is simply not there, the schema check tells about types. */
#ifndef INSPECT_FIELDS_H
#define INSPECT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/json.h"

/* NULL for a NULL or other value, an absent member, or one of another type. */
const struct json_value *field_object(const struct json_value *v, const char *key);
const struct json_value *field_array(const struct json_value *v, const char *key);
const char *field_string(const struct json_value *v, const char *key);
/* otherwise when it is not there. */
int64_t field_int(const struct json_value *v, const char *key, int64_t otherwise);
bool field_bool(const struct json_value *v, const char *key, bool otherwise);
/* How many elements; 0 for NULL. */
size_t field_count(const struct json_value *array);
/* The i-th element if it is there and a string, else NULL. */
const char *field_string_at(const struct json_value *array, size_t i);
/* Is the string among the elements? */
bool field_has_string(const struct json_value *array, const char *s);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/field_path.h: all values of a document that a path such as "mounts[].options[]" means. */
#ifndef INSPECT_FIELD_PATH_H
#define INSPECT_FIELD_PATH_H

struct json_value;

enum { FIELD_SUBJECT_MAX = 160 };

/* Told of each value; subject is its own path, "mounts[3].options[0]". Anything but 0 ends it. */
typedef int field_visit(void *data, const struct json_value *v, const char *subject);

/*
 * path: names of members with '.' between them, each with "[]" behind it for every element of an
 * array; "": the document itself. What is absent or of another type is passed over. Returns what
 * visit returned last, 0 for no value.
 */
int field_each(const struct json_value *root, const char *path, field_visit *visit, void *data);

#endif

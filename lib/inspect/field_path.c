/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/field_path.c: a walk as deep as the path is long. */
#include "inspect/field_path.h"

#include <stdio.h>
#include <string.h>

#include "inspect/fields.h"

enum { NAME_MAX_BYTES = 64 };

struct search {
	field_visit *visit;
	void *data;
};

static int descend(
	const struct search *s, const struct json_value *v, const char *path, const char *subject);

/* The elements of v, and what rest says of each. */
static int each_element(
	const struct search *s, const struct json_value *v, const char *rest, const char *subject)
{
	int r = 0;

	for (size_t i = 0; json_type(v) == JSON_ARRAY && i < json_count(v) && !r; i++) {
		char inner[FIELD_SUBJECT_MAX];

		snprintf(inner, sizeof(inner), "%s[%zu]", subject, i);
		r = descend(s, json_at(v, i), rest, inner);
	}
	return r;
}

static int each_member(
	const struct search *s, const struct json_value *v, const char *path, const char *subject)
{
	size_t len = strcspn(path, ".[");
	const struct json_value *member;
	char name[NAME_MAX_BYTES], inner[FIELD_SUBJECT_MAX];

	if (json_type(v) != JSON_OBJECT || len >= sizeof(name))
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)len, path);
	member = json_member(v, name);
	if (!member)
		return 0;
	snprintf(inner, sizeof(inner), "%s%s%s", subject, *subject ? "." : "", name);
	return descend(s, member, path + len, inner);
}

static int descend(
	const struct search *s, const struct json_value *v, const char *path, const char *subject)
{
	if (!*path)
		return s->visit(s->data, v, subject);
	if (*path == '[')
		return each_element(s, v, path + strlen("[]"), subject);
	return each_member(s, v, *path == '.' ? path + 1 : path, subject);
}

int field_each(const struct json_value *root, const char *path, field_visit *visit, void *data)
{
	const struct search s = { .visit = visit, .data = data };

	return root ? descend(&s, root, path, "") : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/dlopen_note.c: all of a note is judged before anything of it is told. */
#include "codec/dlopen_note.h"

#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json.h"

enum { MEMBERS_MAX = 4096 };

struct entry {
	const char *sonames[DLOPEN_SONAMES_MAX];
	struct dlopen_want want;
};

static int read_sonames(struct ctx *cx, const struct json_value *object, struct entry *ret)
{
	const struct json_value *sonames = json_member(object, "soname");
	size_t n;

	if (!sonames || json_type(sonames) != JSON_ARRAY || !json_count(sonames))
		return fail(cx, OCIT_E_FORMAT, "'soname' is no array of names");
	n = json_count(sonames);
	if (n > DLOPEN_SONAMES_MAX)
		return fail(
			cx, OCIT_E_LIMIT, "%zu names in 'soname', limit %d", n, DLOPEN_SONAMES_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct json_value *name = json_at(sonames, i);

		if (json_type(name) != JSON_STRING || !*json_string(name))
			return fail(cx, OCIT_E_FORMAT, "'soname' has something that is no name");
		ret->sonames[i] = json_string(name);
	}
	ret->want.sonames = ret->sonames;
	ret->want.n_sonames = n;
	return 0;
}

/* *ret stays NULL when there is none. */
static int read_text(
	struct ctx *cx, const struct json_value *object, const char *key, const char **ret)
{
	const struct json_value *value = json_member(object, key);

	if (!value)
		return 0;
	if (json_type(value) != JSON_STRING)
		return fail(cx, OCIT_E_FORMAT, "'%s' is no string", key);
	*ret = json_string(value);
	return 0;
}

static enum dlopen_priority judge(const char *priority)
{
	if (priority && !strcmp(priority, "required"))
		return DLOPEN_REQUIRED;
	return priority && !strcmp(priority, "suggested") ? DLOPEN_SUGGESTED : DLOPEN_RECOMMENDED;
}

static int read_entry(struct ctx *cx, const struct json_value *object, struct entry *ret)
{
	const char *priority = NULL;
	int r;

	ret->want = (struct dlopen_want){ .n_sonames = 0 };
	if (json_type(object) != JSON_OBJECT)
		return fail(cx, OCIT_E_FORMAT, "an entry is no object");
	r = read_sonames(cx, object, ret);
	if (r == 0)
		r = read_text(cx, object, "feature", &ret->want.feature);
	if (r == 0)
		r = read_text(cx, object, "description", &ret->want.description);
	if (r == 0)
		r = read_text(cx, object, "priority", &priority);
	ret->want.priority = judge(priority);
	return r;
}

/* fn NULL: only judge. */
static int read_entries(struct ctx *cx, const struct json_value *array, dlopen_fn *fn, void *data)
{
	struct entry entry;
	int r = 0;

	for (size_t i = 0; i < json_count(array) && !r; i++) {
		r = read_entry(cx, json_at(array, i), &entry);
		if (!r && fn)
			r = fn(data, &entry.want);
	}
	return r;
}

int dlopen_note_read(struct ctx *cx, const void *note, size_t len, dlopen_fn *fn, void *data)
{
	static const struct json_limits limits = { .bytes = DLOPEN_NOTE_MAX,
		.members = MEMBERS_MAX };
	AUTO(json) struct json *doc = NULL;
	int r;

	while (len && !((const char *)note)[len - 1])
		len--;
	r = json_parse_limited(cx, note, len, "dlopen note", &limits, &doc);
	if (r < 0)
		return r;
	if (json_type(json_root(doc)) != JSON_ARRAY)
		return fail(cx, OCIT_E_FORMAT, "dlopen note: no array");
	r = within(cx, read_entries(cx, json_root(doc), NULL, NULL), "dlopen note");
	return r < 0 ? r : read_entries(cx, json_root(doc), fn, data);
}

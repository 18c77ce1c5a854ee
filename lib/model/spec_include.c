/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_include.c: files and directories put in beside what the command needs. */
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "model/spec_fields.h"

enum { MODE_MAX = 0777, MODE_DIGITS_MAX = 5 };

static int path_fail(struct spec_input *in, const char *destination)
{
	return input_fail(in,
		"destination '%s' is not absolute and free of '//', '.', '..' and a final '/'",
		destination);
}

static int check_destination(struct spec_input *in, const char *destination)
{
	/* Inside these the runtime mounts its own: a file put there would never be seen. */
	static const char *const runtime[] = { "/proc", "/sys", "/dev" };

	if (!path_is_clean(destination) || !destination[1])
		return path_fail(in, destination);
	for (size_t i = 0; i < sizeof(runtime) / sizeof(runtime[0]); i++)
		if (path_within(destination, runtime[i]))
			return input_fail(
				in, "destination '%s' is a place of the runtime", destination);
	return 0;
}

/* Octal, as chmod(1) takes it; set-id and sticky bits are nobody's to give here. */
static int mode_parse(struct spec_input *in, const char *text, struct include *include)
{
	size_t len = strlen(text);
	uint32_t mode = 0;

	if (!len || len > MODE_DIGITS_MAX || strspn(text, "01234567") != len)
		return input_fail(in, "mode '%s' is not octal, such as 0640", text);
	for (size_t i = 0; i < len; i++)
		mode = mode * 8 + (uint32_t)(text[i] - '0');
	if (mode > MODE_MAX)
		return input_fail(in, "mode '%s' has bits beyond 0777", text);
	include->mode = mode;
	include->has_mode = true;
	return 0;
}

static int include_add(struct spec_input *in, const struct include *include)
{
	struct include *slot;
	int r = 0;

	if (!*include->path)
		return input_fail(in, "the path is empty");
	if (include->destination)
		r = check_destination(in, include->destination);
	if (r < 0)
		return r;
	slot = list_add(in, &in->spec->includes, &in->spec->n_includes, sizeof(*slot));
	if (!slot)
		return fail_nomem(in->cx);
	*slot = *include;
	return 0;
}

static int owner_copy(struct spec_input *in, const char *text, const char **ret)
{
	return *text ? value_copy(in, text, ret) : input_fail(in, "the owner is empty");
}

/* One of "mode=MODE" and "owner=USER[:GROUP]". */
static int text_attribute(struct spec_input *in, struct include *include, const char *text)
{
	static const char mode[] = "mode=", owner[] = "owner=";
	bool is_mode = text_starts(text, mode);

	if (!is_mode && !text_starts(text, owner))
		return advise(in->cx,
			input_fail(
				in, "expected mode=MODE or owner=USER[:GROUP], found '%s'", text),
			"a path with ':' can be given in a document (--spec)");
	if (is_mode ? include->has_mode : include->owner != NULL)
		return input_fail(in, "'%s' is given twice", is_mode ? "mode" : "owner");
	return is_mode ? mode_parse(in, text + strlen(mode), include)
		       : owner_copy(in, text + strlen(owner), &include->owner);
}

/* Attributes with commas between them. */
static int text_attributes(struct spec_input *in, struct include *include, const char *text)
{
	int r = 0;

	for (;;) {
		size_t len = strcspn(text, ",");
		const char *one = arena_copy(&in->spec->arena, text, len);

		r = one ? text_attribute(in, include, one) : fail_nomem(in->cx);
		if (r < 0 || !text[len])
			return r;
		text += len + 1;
	}
}

/* What is before the next colon; *rest is behind it, NULL at the end. */
static int cut(struct spec_input *in, const char **rest, const char **ret)
{
	size_t len = strcspn(*rest, ":");

	*ret = arena_copy(&in->spec->arena, *rest, len);
	*rest = (*rest)[len] ? *rest + len + 1 : NULL;
	return *ret ? 0 : fail_nomem(in->cx);
}

int text_include(struct spec_input *in, const char *text)
{
	struct include include = { .path = NULL };
	const char *rest = text;
	int r = cut(in, &rest, &include.path);

	if (r == 0 && rest)
		r = cut(in, &rest, &include.destination);
	if (r < 0)
		return r;
	if (rest && !*include.destination)
		include.destination = NULL; /* PATH::mode=... */
	if (rest)
		r = text_attributes(in, &include, rest);
	return r < 0 ? r : include_add(in, &include);
}

static int check_members(struct spec_input *in, const struct json_value *v)
{
	static const char *const known[] = { "path", "destination", "mode", "owner" };

	for (size_t i = 0; i < json_count(v); i++) {
		const char *key;
		const struct json_value *member = json_member_at(v, i, &key);
		size_t at = input_enter(in, key), k = 0;
		int r = 0;

		while (k < sizeof(known) / sizeof(known[0]) && strcmp(key, known[k]) != 0)
			k++;
		if (k == sizeof(known) / sizeof(known[0]))
			r = advise(in->cx, input_fail(in, "is not a known member"),
				"known are path, destination, mode and owner");
		else if (json_type(member) != JSON_STRING)
			r = input_fail(
				in, "expected string, found %s", json_type_name(json_type(member)));
		input_leave(in, at);
		if (r < 0)
			return r;
	}
	return json_member(v, "path") ? 0 : input_fail(in, "'path' is missing");
}

static int json_attributes(
	struct spec_input *in, const struct json_value *v, struct include *include)
{
	const struct json_value *mode = json_member(v, "mode"), *owner = json_member(v, "owner");
	size_t at = input_enter(in, "mode");
	int r = mode ? mode_parse(in, json_string(mode), include) : 0;

	input_leave(in, at);
	if (r < 0 || !owner)
		return r;
	at = input_enter(in, "owner");
	r = owner_copy(in, json_string(owner), &include->owner);
	input_leave(in, at);
	return r;
}

int json_include_object(struct spec_input *in, const struct json_value *v)
{
	struct include include = { .path = NULL };
	const struct json_value *destination;
	int r = check_members(in, v);

	if (r < 0)
		return r;
	destination = json_member(v, "destination");
	r = value_copy(in, json_string(json_member(v, "path")), &include.path);
	if (r == 0 && destination)
		r = value_copy(in, json_string(destination), &include.destination);
	if (r == 0)
		r = json_attributes(in, v, &include);
	return r < 0 ? r : include_add(in, &include);
}

int json_include_path(struct spec_input *in, const char *path)
{
	struct include include = { .path = NULL };
	int r = value_copy(in, path, &include.path);

	return r < 0 ? r : include_add(in, &include);
}

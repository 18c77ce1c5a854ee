/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_json.c: fields from a JSON document. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "model/spec_fields.h"

enum { NAME_MAX_BYTES = 128 };

static int expect(struct spec_input *in, const struct json_value *v, enum json_type want)
{
	enum json_type found = json_type(v);

	if (found == want)
		return 0;
	if (want == JSON_INT && found == JSON_BIG)
		return input_fail(in, "the integer %s is out of range", json_number(v));
	return input_fail(in, "expected %s, found %s", json_type_name(want), json_type_name(found));
}

int json_text(struct spec_input *in, const struct json_value *v)
{
	int r = expect(in, v, JSON_STRING);

	return r < 0 ? r : in->field->text(in, json_string(v));
}

int json_flag(struct spec_input *in, const struct json_value *v)
{
	int r = expect(in, v, JSON_BOOL);

	return r < 0 ? r : in->field->text(in, json_bool(v) ? "true" : "false");
}

/* Call each for every element of an array. */
static int elements(struct spec_input *in, const struct json_value *v,
	int (*each)(struct spec_input *in, const struct json_value *v))
{
	int r = expect(in, v, JSON_ARRAY);

	for (size_t i = 0; !r && i < json_count(v); i++) {
		size_t at = input_enter_index(in, i);

		r = each(in, json_at(v, i));
		input_leave(in, at);
	}
	return r;
}

/* Call each for every member of an object. */
static int members(struct spec_input *in, const struct json_value *v,
	int (*each)(struct spec_input *in, const char *key, const struct json_value *v))
{
	int r = expect(in, v, JSON_OBJECT);

	for (size_t i = 0; !r && i < json_count(v); i++) {
		const char *key;
		const struct json_value *member = json_member_at(v, i, &key);
		size_t at = input_enter(in, key);

		r = each(in, key, member);
		input_leave(in, at);
	}
	return r;
}

/* A member that no object of its kind has. */
static int unknown_member(struct spec_input *in, const char *known)
{
	return advise(in->cx, input_fail(in, "is not a known member"), "known are %s", known);
}

int json_list(struct spec_input *in, const struct json_value *v)
{
	return elements(in, v, json_text);
}

int json_args(struct spec_input *in, const struct json_value *v)
{
	int r = json_list(in, v);

	if (!r && !json_count(v))
		return input_fail(in, "is empty: at least one string is needed");
	return r;
}

int json_quantity(struct spec_input *in, const struct json_value *v)
{
	char text[32];

	if (json_type(v) == JSON_STRING)
		return in->field->text(in, json_string(v));
	if (json_type(v) == JSON_BIG)
		return expect(in, v, JSON_INT);
	if (json_type(v) != JSON_INT)
		return input_fail(
			in, "expected integer or string, found %s", json_type_name(json_type(v)));
	snprintf(text, sizeof(text), "%jd", (intmax_t)json_int(v));
	return in->field->text(in, text);
}

static int env_member(struct spec_input *in, const char *key, const struct json_value *v)
{
	const char *pair;
	int r = expect(in, v, JSON_STRING);

	if (r < 0)
		return r;
	if (!*key || strchr(key, '='))
		return input_fail(in, "a name is not empty and has no '='");
	pair = arena_printf(&in->spec->arena, "%s=%s", key, json_string(v));
	return pair ? in->field->text(in, pair) : fail_nomem(in->cx);
}

int json_env(struct spec_input *in, const struct json_value *v)
{
	int r = json_type(v) == JSON_ARRAY ? json_list(in, v) : members(in, v, env_member);

	in->spec->n_env_loaded = in->spec->n_env;
	return r;
}

static int mount_option(struct spec_input *in, const struct json_value *v)
{
	struct mount *m = &in->spec->mounts[in->spec->n_mounts - 1];
	int r = expect(in, v, JSON_STRING);

	return r < 0 ? r : value_list_add(in, &m->options, &m->n_options, json_string(v));
}

static int mount_member(struct spec_input *in, const char *key, const struct json_value *v)
{
	struct mount *m = &in->spec->mounts[in->spec->n_mounts - 1];
	const char **place = !strcmp(key, "type") ? &m->type : &m->source;
	int r;

	if (!strcmp(key, "options")) {
		m->has_options = true;
		return elements(in, v, mount_option);
	}
	if (strcmp(key, "type") != 0 && strcmp(key, "source") != 0)
		return unknown_member(in, "type, source and options");
	r = expect(in, v, JSON_STRING);
	if (!r && !*json_string(v))
		r = input_fail(in, "is empty");
	return r < 0 ? r : value_utf8(in, json_string(v), place);
}

static int mount_entry(struct spec_input *in, const char *key, const struct json_value *v)
{
	struct mount m = { 0 };
	struct mount *slot;
	int r = value_utf8(in, key, &m.destination);

	if (r < 0)
		return r;
	slot = list_add(in, &in->spec->mounts, &in->spec->n_mounts, sizeof(*slot));
	if (!slot)
		return fail_nomem(in->cx);
	*slot = m;
	return members(in, v, mount_member);
}

int json_mounts(struct spec_input *in, const struct json_value *v)
{
	return members(in, v, mount_entry);
}

static int include_element(struct spec_input *in, const struct json_value *v)
{
	if (json_type(v) == JSON_STRING)
		return json_include_path(in, json_string(v));
	if (json_type(v) != JSON_OBJECT)
		return expect(in, v, JSON_OBJECT);
	return json_include_object(in, v);
}

int json_include(struct spec_input *in, const struct json_value *v)
{
	return elements(in, v, include_element);
}

static int limit_value(struct spec_input *in, const char *key, const struct json_value *v)
{
	uint64_t unused;

	if (strcmp(key, "soft") != 0 && strcmp(key, "hard") != 0)
		return unknown_member(in, "soft and hard");
	if (json_type(v) == JSON_STRING)
		return limit_parse(in, json_string(v), &unused);
	if (json_type(v) != JSON_INT)
		return input_fail(
			in, "expected integer or string, found %s", json_type_name(json_type(v)));
	if (json_int(v) < 0)
		return input_fail(
			in, "expected a number or unlimited, found %jd", (intmax_t)json_int(v));
	return 0;
}

/* The number of a member that limit_value() has accepted. */
static uint64_t limit_number(struct spec_input *in, const struct json_value *v)
{
	uint64_t n = 0;

	if (json_type(v) == JSON_INT)
		return (uint64_t)json_int(v);
	(void)limit_parse(in, json_string(v), &n); /* it was parsed before */
	return n;
}

static int limit_entry(struct spec_input *in, const char *key, const struct json_value *v)
{
	const struct json_value *soft, *hard;
	int r = members(in, v, limit_value);

	if (r < 0)
		return r;
	soft = json_member(v, "soft");
	hard = json_member(v, "hard");
	if (!soft || !hard)
		return input_fail(in, "'%s' is missing", soft ? "hard" : "soft");
	return limit_add(in, key, limit_number(in, soft), limit_number(in, hard));
}

int json_limits(struct spec_input *in, const struct json_value *v)
{
	return members(in, v, limit_entry);
}

static int sysctl_entry(struct spec_input *in, const char *key, const struct json_value *v)
{
	int r = expect(in, v, JSON_STRING);

	return r < 0 ? r : sysctl_add(in, key, json_string(v));
}

int json_sysctls(struct spec_input *in, const struct json_value *v)
{
	return members(in, v, sysctl_entry);
}

static int device_element(struct spec_input *in, const struct json_value *v)
{
	if (json_type(v) == JSON_STRING)
		return in->field->text(in, json_string(v));
	if (json_type(v) == JSON_OBJECT)
		return json_device(in, v);
	return input_fail(in, "expected string or object, found %s", json_type_name(json_type(v)));
}

int json_devices(struct spec_input *in, const struct json_value *v)
{
	return elements(in, v, device_element);
}

static const char *const map_members[] = { "containerID", "hostID", "size" };

static int map_member(struct spec_input *in, const char *key, const struct json_value *v)
{
	int r;

	for (size_t i = 0; i < sizeof(map_members) / sizeof(map_members[0]); i++) {
		if (strcmp(key, map_members[i]) != 0)
			continue;
		r = expect(in, v, JSON_INT);
		if (!r && (json_int(v) < 0 || json_int(v) > UINT32_MAX))
			r = input_fail(
				in, "%jd is not from 0 to %u", (intmax_t)json_int(v), UINT32_MAX);
		return r;
	}
	return unknown_member(in, "containerID, hostID and size");
}

static int map_element(struct spec_input *in, const struct json_value *v, struct id_maps *maps)
{
	uint32_t parts[sizeof(map_members) / sizeof(map_members[0])];
	struct id_map map;
	int r = members(in, v, map_member);

	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct json_value *part = json_member(v, map_members[i]);

		if (!part)
			return input_fail(in, "'%s' is missing", map_members[i]);
		parts[i] = (uint32_t)json_int(part);
	}
	map = (struct id_map){ .container = parts[0], .host = parts[1], .size = parts[2] };
	return id_map_add(in, maps, &map);
}

static int uid_map_element(struct spec_input *in, const struct json_value *v)
{
	return map_element(in, v, &in->spec->uid_maps);
}

static int gid_map_element(struct spec_input *in, const struct json_value *v)
{
	return map_element(in, v, &in->spec->gid_maps);
}

static int rootless_member(struct spec_input *in, const char *key, const struct json_value *v)
{
	if (!strcmp(key, "uidMappings"))
		return elements(in, v, uid_map_element);
	if (!strcmp(key, "gidMappings"))
		return elements(in, v, gid_map_element);
	return unknown_member(in, "uidMappings and gidMappings");
}

/* A whole user namespace in its own words, or one of the short forms of the option. */
int json_rootless(struct spec_input *in, const struct json_value *v)
{
	int r;

	switch (json_type(v)) {
	case JSON_BOOL:
		return json_flag(in, v);
	case JSON_STRING:
		return json_text(in, v);
	case JSON_OBJECT:
		r = members(in, v, rootless_member);
		if (!r && !spec_is_rootless(in->spec))
			r = input_fail(in, "maps no ids");
		return r;
	default:
		return input_fail(in, "expected boolean, string or object, found %s",
			json_type_name(json_type(v)));
	}
}

int json_refuse_flag(struct spec_input *in, const struct json_value *v)
{
	int r = expect(in, v, JSON_BOOL);

	if (r < 0)
		return r;
	return json_bool(v) ? input_refuse(in, NULL) : 0;
}

int json_refuse_object(struct spec_input *in, const struct json_value *v)
{
	int r = expect(in, v, JSON_OBJECT);

	if (r < 0)
		return r;
	return json_count(v) ? input_refuse(in, NULL) : 0;
}

static int unknown_field(struct spec_input *in, const char *prefix, const char *key)
{
	const char *near = field_nearest_name(prefix, key);
	bool slip = near && text_distance(near, key) == 1;

	if (!*prefix && !slip && field_by_option(key) && !field_by_option(key)->name)
		return advise(in->cx, input_fail(in, "is not a field of the description"),
			"it is an option: --%s", key);
	if (!near)
		return input_fail(in, "unknown field");
	return advise(in->cx, input_fail(in, "unknown field"), "did you mean '%s'?", near);
}

static int field_member(
	struct spec_input *in, const char *prefix, const char *key, const struct json_value *v)
{
	char name[NAME_MAX_BYTES];
	int n = snprintf(name, sizeof(name), "%s%s", prefix, key);
	const struct spec_field *field = NULL;
	int r;

	if (n > 0 && (size_t)n < sizeof(name) && !strchr(key, '.'))
		field = field_by_name(name);
	if (!field)
		return unknown_field(in, prefix, key);
	r = field_begin(in, field);
	return r < 0 ? r : field->json(in, v);
}

static int top_member(struct spec_input *in, const char *key, const struct json_value *v)
{
	return field_member(in, "", key, v);
}

static int resource_member(struct spec_input *in, const char *key, const struct json_value *v)
{
	return field_member(in, "resources.", key, v);
}

int json_resources(struct spec_input *in, const struct json_value *v)
{
	return members(in, v, resource_member);
}

int spec_load(struct ctx *cx, struct spec *s, const void *json, size_t len, const char *name)
{
	struct spec_input in = {
		.cx = cx,
		.spec = s,
		.code = OCIT_E_FORMAT,
		.document = true,
	};
	AUTO(json) struct json *doc = NULL;
	/* Only "config" has integers beyond 64 bits with a sign. */
	static const struct json_limits wide = {
		.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
	};
	int r = json_parse_limited(cx, json, len, name, &wide, &doc);

	if (r < 0)
		return r;
	return within(cx, members(&in, json_root(doc), top_member), "'%s'", name);
}

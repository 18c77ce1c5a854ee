/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_device.c: devices of the host, or as the runtime specification describes them. */
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "model/spec_fields.h"

/* What Linux can number: 12 bits of major, 20 of minor (dev_t of the kernel). */
enum { MAJOR_MAX = (1 << 12) - 1, MINOR_MAX = (1 << 20) - 1, MODE_MAX = 0777, DEVICES_MAX = 1024 };

/* What every container has; a device over one of them would be lost or be in the way. */
static const char *const taken[] = {
	"/dev/console",
	"/dev/fd",
	"/dev/full",
	"/dev/mqueue",
	"/dev/null",
	"/dev/ptmx",
	"/dev/pts",
	"/dev/random",
	"/dev/shm",
	"/dev/stderr",
	"/dev/stdin",
	"/dev/stdout",
	"/dev/tty",
	"/dev/urandom",
	"/dev/zero",
};

static size_t longest_name(const char *path)
{
	size_t longest = 0;

	for (const char *s = path; *s; s++) {
		size_t n = strcspn(s, "/");

		longest = n > longest ? n : longest;
		s += n - (s[n] == '\0');
	}
	return longest;
}

static int check_path(struct spec_input *in, const char *path)
{
	if (!path_is_clean(path) || !path_within(path, "/dev") || !path[strlen("/dev")])
		return input_fail(in,
			"'%s' is not a path below '/dev' without '//', '.', '..' and a final '/'",
			path);
	if (longest_name(path) > NAME_MAX)
		return input_fail(in, "'%s' has a name of %zu bytes, limit %d", path,
			longest_name(path), NAME_MAX);
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (path_within(path, taken[i]))
			return input_fail(
				in, "'%s' is the runtime's: every container has it", taken[i]);
	return 0;
}

/* One inside another: the outer one is no directory. */
static bool are_nested(const char *a, const char *b)
{
	return path_within(a, b) || path_within(b, a);
}

static bool is_access(const char *text)
{
	size_t n = strspn(text, "rwm");

	for (size_t i = 0; i < n; i++)
		if (strchr(text + i + 1, text[i]))
			return false;
	return n && !text[n];
}

static int device_add(struct spec_input *in, const struct device *d)
{
	struct spec *s = in->spec;
	struct device *slot;
	int r = check_path(in, d->path);

	if (r < 0)
		return r;
	if (!is_access(d->access))
		return input_fail(in, "access '%s' is not made of r, w and m", d->access);
	if (s->n_devices == DEVICES_MAX)
		return input_fail(in, "more than %d devices", DEVICES_MAX);
	for (size_t i = 0; i < s->n_devices; i++)
		if (!strcmp(s->devices[i].path, d->path))
			return input_fail(in, "'%s' is there twice", d->path);
		else if (are_nested(s->devices[i].path, d->path))
			return input_fail(in, "'%s' and '%s' lie inside one another",
				s->devices[i].path, d->path);
	slot = list_add(in, &s->devices, &s->n_devices, sizeof(*slot));
	if (!slot)
		return fail_nomem(in->cx);
	*slot = *d;
	return 0;
}

/* The words between colons, at most max; no word is no number of words. */
static int split(
	struct spec_input *in, const char *text, size_t max, const char **ret, size_t *ret_n)
{
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(text, ":");

		if (n == max)
			return input_fail(in, "more than %zu parts with ':' between them", max);
		ret[n] = arena_copy(&in->spec->arena, text, len);
		if (!ret[n++])
			return fail_nomem(in->cx);
		if (!text[len])
			break;
		text += len + 1;
	}
	*ret_n = n;
	return 0;
}

/* PATH[:DST][:ACCESS]: what starts with '/' is a path. */
int text_device(struct spec_input *in, const char *text)
{
	const char *parts[3] = { "", "", "" };
	const char *whole;
	struct device d = { .access = "rwm" };
	size_t n = 0;
	int r = value_utf8(in, text, &whole);

	if (!r)
		r = split(in, whole, 3, parts, &n);
	if (r < 0)
		return r;
	if (n == 3 || (n == 2 && parts[1][0] != '/'))
		d.access = parts[n - 1];
	d.source = parts[0];
	d.path = n == 3 || (n == 2 && parts[1][0] == '/') ? parts[1] : parts[0];
	if (d.source[0] != '/')
		return input_fail(in, "'%s' is not an absolute path", d.source);
	return device_add(in, &d);
}

static int number(struct spec_input *in, const struct json_value *v, const char *key, int64_t max,
	int64_t *ret)
{
	const struct json_value *member = json_member(v, key);
	size_t at = input_enter(in, key);
	int r = 0;

	if (member && json_type(member) == JSON_BIG)
		r = input_fail(in, "the integer %s is out of range", json_number(member));
	else if (member && json_type(member) != JSON_INT)
		r = input_fail(in, "expected integer, found %s", json_type_name(json_type(member)));
	else if (member && (json_int(member) < 0 || json_int(member) > max))
		r = input_fail(
			in, "%jd is not from 0 to %jd", (intmax_t)json_int(member), (intmax_t)max);
	else if (member)
		*ret = json_int(member);
	input_leave(in, at);
	return r;
}

static int word(
	struct spec_input *in, const struct json_value *v, const char *key, const char **ret)
{
	const struct json_value *member = json_member(v, key);
	size_t at = input_enter(in, key);
	int r = 0;

	if (member && json_type(member) != JSON_STRING)
		r = input_fail(in, "expected string, found %s", json_type_name(json_type(member)));
	else if (member)
		r = value_utf8(in, json_string(member), ret);
	input_leave(in, at);
	return r;
}

static int check_members(struct spec_input *in, const struct json_value *v)
{
	static const char *const known[] = { "path", "type", "major", "minor", "fileMode", "uid",
		"gid", "access" };

	for (size_t i = 0; i < json_count(v); i++) {
		const char *key;
		size_t k = 0;

		json_member_at(v, i, &key);
		while (k < sizeof(known) / sizeof(known[0]) && strcmp(key, known[k]) != 0)
			k++;
		if (k == sizeof(known) / sizeof(known[0]))
			return advise(in->cx, input_fail(in, "'%s' is not a known member", key),
				"known are path, type, major, minor, fileMode, uid, gid and "
				"access");
	}
	for (size_t k = 0; k < 4; k++)
		if (!json_member(v, known[k]))
			return input_fail(in, "'%s' is missing", known[k]);
	return 0;
}

int json_device(struct spec_input *in, const struct json_value *v)
{
	struct device d = { .path = "", .access = "rwm", .mode = -1, .uid = -1, .gid = -1 };
	const char *type = "";
	int r = check_members(in, v);

	if (!r)
		r = word(in, v, "path", &d.path);
	if (!r)
		r = word(in, v, "type", &type);
	if (!r)
		r = word(in, v, "access", &d.access);
	if (!r)
		r = number(in, v, "major", MAJOR_MAX, &d.major);
	if (!r)
		r = number(in, v, "minor", MINOR_MAX, &d.minor);
	if (!r)
		r = number(in, v, "fileMode", MODE_MAX, &d.mode);
	if (!r)
		r = number(in, v, "uid", UINT32_MAX - 1, &d.uid);
	if (!r)
		r = number(in, v, "gid", UINT32_MAX - 1, &d.gid);
	if (r < 0)
		return r;
	if (strcmp(type, "c") != 0 && strcmp(type, "b") != 0)
		return input_fail(in, "type '%s' is neither c nor b", type);
	d.type = type[0];
	return device_add(in, &d);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_rootless.c: user namespaces: which ids the container has, and who they are outside. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "model/spec_fields.h"

/* What user_namespaces(7) allows: the id 4294967295 means "none", and a map has 340 lines. */
static const uint64_t id_max = UINT32_MAX - 1;
enum { MAPS_MAX = 340, MAP_PARTS = 3, MAP_BYTES_MAX = 4096 };

bool spec_is_rootless(const struct spec *s)
{
	return s->rootless_caller || s->uid_maps.n || s->gid_maps.n;
}

static bool ranges_meet(uint32_t a, uint32_t a_size, uint32_t b, uint32_t b_size)
{
	return a < b ? b - a < a_size : a - b < b_size;
}

static int fail_overlap(
	struct spec_input *in, const char *side, uint32_t first, const struct id_map *map)
{
	return input_fail(in, "the range of %u from %s id %u on is mapped in part already",
		map->size, side, first);
}

static int map_check(struct spec_input *in, const struct id_maps *maps, const struct id_map *map)
{
	uint64_t last = (uint64_t)map->size - 1;

	if (!map->size)
		return input_fail(in, "the size is 0");
	if (map->container + last > id_max || map->host + last > id_max)
		return input_fail(in, "%u ids from %u on end beyond %ju", map->size,
			map->container > map->host ? map->container : map->host, (uintmax_t)id_max);
	if (maps->n == MAPS_MAX)
		return input_fail(in, "more than %d ranges: the kernel takes no more", MAPS_MAX);
	for (size_t i = 0; i < maps->n; i++) {
		const struct id_map *other = &maps->list[i];

		if (ranges_meet(map->container, map->size, other->container, other->size))
			return fail_overlap(in, "container", map->container, map);
		if (ranges_meet(map->host, map->size, other->host, other->size))
			return fail_overlap(in, "host", map->host, map);
	}
	return 0;
}

int id_map_add(struct spec_input *in, struct id_maps *maps, const struct id_map *map)
{
	int r = map_check(in, maps, map);
	struct id_map *slot;

	if (r < 0)
		return r;
	slot = list_add(in, &maps->list, &maps->n, sizeof(*slot));
	if (!slot)
		return fail_nomem(in->cx);
	*slot = *map;
	return 0;
}

/* Numbers with ':' between them, at least min and at most max of them. */
static bool parse_ids(const char *text, size_t min, size_t max, uint32_t *ret, size_t *ret_n)
{
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(text, ":");
		uint64_t v;

		if (n == max || !text_u64(text, len, UINT32_MAX, &v))
			return false;
		ret[n++] = (uint32_t)v;
		if (!text[len])
			break;
		text += len + 1;
	}
	*ret_n = n;
	return n >= min;
}

static int map_one(struct spec_input *in, struct id_maps *maps, uint32_t host)
{
	const struct id_map map = { .container = 0, .host = host, .size = 1 };

	return id_map_add(in, maps, &map);
}

int text_rootless(struct spec_input *in, const char *text)
{
	struct spec *s = in->spec;
	uint32_t ids[2];
	size_t n;
	int r;

	if (!strcmp(text, "true") || !strcmp(text, "false")) {
		s->rootless_caller = text[0] == 't';
		return 0;
	}
	if (!parse_ids(text, 1, 2, ids, &n))
		return input_fail(in, "expected true, false or UID[:GID], found '%s'", text);
	if (s->uid_maps.n || s->gid_maps.n)
		return 0; /* rootless_check() says it */
	r = map_one(in, &s->uid_maps, ids[0]);
	return r < 0 ? r : map_one(in, &s->gid_maps, ids[n - 1]);
}

static int text_map(struct spec_input *in, const char *text, struct id_maps *maps)
{
	uint32_t ids[MAP_PARTS];
	struct id_map map;
	size_t n;

	if (!parse_ids(text, MAP_PARTS, MAP_PARTS, ids, &n))
		return input_fail(in, "expected CONTAINER:HOST:SIZE, found '%s'", text);
	map = (struct id_map){ .container = ids[0], .host = ids[1], .size = ids[2] };
	return id_map_add(in, maps, &map);
}

int text_uidmap(struct spec_input *in, const char *text)
{
	return text_map(in, text, &in->spec->uid_maps);
}

int text_gidmap(struct spec_input *in, const char *text)
{
	return text_map(in, text, &in->spec->gid_maps);
}

/* An option may not add to the maps that another field made. */
static int check_once(struct ctx *cx, const struct spec *s)
{
	static const char *const options[] = { "uidmap", "gidmap" };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (spec_is_given(s, "rootless") && spec_is_given(s, options[i]))
			return advise(cx, field_fail(cx, s, options[i], "'rootless' is given, too"),
				"--uidmap and --gidmap alone ask for a user namespace already");
	return 0;
}

static int check_both(struct ctx *cx, const struct spec *s)
{
	const char *missing = !s->uid_maps.n ? "uid" : "gid";
	const char *given = !s->uid_maps.n ? "gidmap" : "uidmap";

	if (!s->uid_maps.n == !s->gid_maps.n)
		return 0;
	if (spec_is_given(s, "rootless"))
		return field_fail(cx, s, "rootless", "'%sMappings' is missing", missing);
	return field_fail(cx, s, given, "needs --%smap beside it", missing);
}

/* Whose files would root's be? */
static int check_root_id(
	struct ctx *cx, const struct spec *s, const struct id_maps *maps, const char *option)
{
	const char *field = spec_is_given(s, option) ? option : "rootless";

	if (!maps->n || id_is_mapped(maps, 0))
		return 0;
	return advise(cx,
		field_fail(cx, s, field, "no range of %.3ss has the container's id 0", option),
		"files of the container belong to id 0: map it, as 0:HOST:SIZE");
}

/* Runtimes cannot make a node there: they show the host's file of the same name, and nobody sets up
 * rules for it. */
static int check_devices(struct ctx *cx, const struct spec *s)
{
	for (size_t i = 0; i < s->n_devices && spec_is_rootless(s); i++) {
		const struct device *d = &s->devices[i];

		if (d->source && strcmp(d->source, d->path) != 0)
			return field_fail(cx, s, "devices",
				"'%s' cannot be called '%s' in a user namespace", d->source,
				d->path);
		if (strlen(d->access) < strlen("rwm"))
			return field_fail(cx, s, "devices",
				"'%s': access '%s' cannot be enforced in a user namespace", d->path,
				d->access);
	}
	return 0;
}

/* The kernel takes the lines of a map in one write of less than a page. */
static int check_map_text(
	struct ctx *cx, const struct spec *s, const struct id_maps *maps, const char *option)
{
	const char *field = spec_is_given(s, option) ? option : "rootless";
	int bytes = 0;

	for (size_t i = 0; i < maps->n; i++)
		bytes += snprintf(NULL, 0, "%u %u %u\n", maps->list[i].container,
			maps->list[i].host, maps->list[i].size);
	if (bytes < MAP_BYTES_MAX)
		return 0;
	return field_fail(cx, s, field, "the ranges have %d bytes as text, limit %d", bytes,
		MAP_BYTES_MAX - 1);
}

int rootless_check(struct ctx *cx, const struct spec *s)
{
	int r = check_once(cx, s);

	if (!r)
		r = check_both(cx, s);
	if (!r)
		r = check_root_id(cx, s, &s->uid_maps, "uidmap");
	if (!r)
		r = check_root_id(cx, s, &s->gid_maps, "gidmap");
	if (!r)
		r = check_map_text(cx, s, &s->uid_maps, "uidmap");
	if (!r)
		r = check_map_text(cx, s, &s->gid_maps, "gidmap");
	if (!r)
		r = check_devices(cx, s);
	return r;
}

static int caller_map(struct ctx *cx, struct arena *a, uint32_t id, struct id_maps *ret)
{
	ret->list = arena_array(a, 1, sizeof(*ret->list));
	if (!ret->list)
		return fail_nomem(cx);
	ret->list[0] = (struct id_map){ .container = 0, .host = id, .size = 1 };
	ret->n = 1;
	return 0;
}

int spec_map_caller(struct ctx *cx, struct spec *s, uint32_t uid, uint32_t gid, struct arena *a)
{
	int r;

	if (!s->rootless_caller)
		return 0;
	if (!uid)
		return advise(cx, field_fail(cx, s, "rootless", "means the caller, who is root"),
			"name the ids outside: --rootless=UID:GID, or --uidmap and --gidmap");
	r = caller_map(cx, a, uid, &s->uid_maps);
	return r < 0 ? r : caller_map(cx, a, gid, &s->gid_maps);
}

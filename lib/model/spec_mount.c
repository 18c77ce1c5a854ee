/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_mount.c: mounts from their three option forms. */
#include <string.h>

#include "base/text.h"
#include "model/spec_fields.h"

enum { PATH_BYTES_MAX = 4095 };

static int option_add(struct spec_input *in, struct mount *m, const char *option)
{
	m->has_options = true;
	return value_list_add(in, &m->options, &m->n_options, option);
}

static int options_add(struct spec_input *in, struct mount *m, const char *const *options)
{
	int r = 0;

	for (; *options && !r; options++)
		r = option_add(in, m, *options);
	return r;
}

/* The part of *rest up to the separator, which is skipped. NULL when *rest is used up. */
static const char *part_next(struct spec_input *in, const char **rest, char separator)
{
	const char *s = *rest;
	const char *end = strchrnul(s, separator);

	*rest = *end ? end + 1 : NULL;
	return arena_copy(&in->spec->arena, s, (size_t)(end - s));
}

static int mount_add(struct spec_input *in, const struct mount *m)
{
	struct mount *slot = list_add(in, &in->spec->mounts, &in->spec->n_mounts, sizeof(*slot));

	if (!slot)
		return fail_nomem(in->cx);
	*slot = *m;
	slot->option = in->field->option;
	return 0;
}

/* How much of the text are "." and ".." with the slashes behind them. */
static size_t dots_length(const char *text)
{
	size_t n = 0;

	for (;;) {
		size_t dots = strspn(text + n, ".");

		if (!dots || dots > 2 || (text[n + dots] && text[n + dots] != '/'))
			return n;
		n += dots;
		n += strspn(text + n, "/");
	}
}

/* Only the dots in front are taken away: ".." behind a symlink is not what the text says. */
int spec_mount_source(struct ctx *cx, const struct spec *s, const struct mount *m, struct arena *a,
	const char **ret)
{
	size_t dots = m->source && m->option ? dots_length(m->source) : 0;
	const char *head, *base, *rest, *path;

	if (!dots || !s->directory) {
		*ret = m->source;
		return 0;
	}
	if (strlen(s->directory) + 1 + strlen(m->source) > PATH_BYTES_MAX)
		return fail(cx, OCIT_E_FORMAT,
			"source of %zu bytes below the caller's directory, "
			"limit %d for both",
			strlen(m->source), PATH_BYTES_MAX);
	head = arena_copy(a, m->source, dots);
	base = head ? path_resolve(a, s->directory, head) : NULL;
	if (!base)
		return fail_nomem(cx);
	rest = m->source + dots;
	path = *rest ? arena_printf(a, "%s/%s", base[1] ? base : "", rest) : base;
	if (!path)
		return fail_nomem(cx);
	*ret = path;
	return 0;
}

/* Cut text at every ':' into at most three parts. */
static int volume_split(struct spec_input *in, const char *text, const char *part[3], size_t *ret_n)
{
	const char *rest = NULL;
	size_t n = 0;
	int r = value_utf8(in, text, &rest);

	if (r < 0)
		return r;
	for (; rest && n < 3; n++) {
		part[n] = part_next(in, &rest, ':');
		if (!part[n])
			return fail_nomem(in->cx);
	}
	if (rest || n < 2 || !*part[0] || !*part[1])
		return advise(in->cx, input_fail(in, "expected SRC:DST[:ro|rw], found '%s'", text),
			"names with ':' can be given with --mount");
	*ret_n = n;
	return 0;
}

int text_volume(struct spec_input *in, const char *text)
{
	static const char *const read_only[] = { "bind", "ro", "nosuid", "nodev", NULL };
	static const char *const writable[] = { "bind", "nosuid", "nodev", NULL };
	const char *part[3] = { NULL };
	struct mount m = { .type = "none" };
	size_t n = 0;
	bool rw;
	int r = volume_split(in, text, part, &n);

	if (r < 0)
		return r;
	rw = n == 3 && !strcmp(part[2], "rw");
	if (n == 3 && !rw && strcmp(part[2], "ro") != 0)
		return advise(in->cx, input_fail(in, "expected ro or rw, found '%s'", part[2]),
			"other options can be given with --mount");
	m.source = part[0];
	m.destination = part[1];
	r = options_add(in, &m, rw ? writable : read_only);
	return r < 0 ? r : mount_add(in, &m);
}

/* Which member of the mount a key of --mount means. NULL means "it is an option". */
static const char **mount_member(struct mount *m, const char *key, size_t len)
{
	static const struct {
		const char *key;
		size_t offset;
	} keys[] = {
		{ "type", offsetof(struct mount, type) },
		{ "src", offsetof(struct mount, source) },
		{ "source", offsetof(struct mount, source) },
		{ "dst", offsetof(struct mount, destination) },
		{ "dest", offsetof(struct mount, destination) },
		{ "destination", offsetof(struct mount, destination) },
		{ "target", offsetof(struct mount, destination) },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i].key) == len && !memcmp(keys[i].key, key, len))
			return (const char **)(void *)((unsigned char *)m + keys[i].offset);
	return NULL;
}

static int mount_part(struct spec_input *in, struct mount *m, const char *part)
{
	size_t key = strcspn(part, "=");
	const char **member = mount_member(m, part, key);

	if (!*part)
		return input_fail(in, "an element is empty");
	if (!strcmp(part, "readonly"))
		return option_add(in, m, "ro");
	if (!member)
		return option_add(in, m, part);
	if (!part[key] || !part[key + 1])
		return input_fail(in, "'%s' has no value", part);
	if (*member)
		return input_fail(in, "'%.*s' is given twice", (int)key, part);
	*member = part + key + 1;
	return 0;
}

static bool has_option(const struct mount *m, const char *option)
{
	for (size_t i = 0; i < m->n_options; i++)
		if (!strcmp(m->options[i], option))
			return true;
	return false;
}

/* The runtime knows a bind mount by its option; the type says nothing to it. */
static int bind_complete(struct spec_input *in, struct mount *m)
{
	m->type = "none";
	if (!m->source)
		return input_fail(in, "a bind mount needs src=");
	return has_option(m, "bind") || has_option(m, "rbind") ? 0 : option_add(in, m, "bind");
}

static int mount_complete(struct spec_input *in, struct mount *m)
{
	if (!m->destination)
		return input_fail(in, "dst= is missing");
	if (!m->type)
		return advise(in->cx, input_fail(in, "type= is missing"),
			"type=bind shows a path of the host, type=tmpfs is empty");
	if (!strcmp(m->type, "bind"))
		return bind_complete(in, m);
	if (!m->source && !strcmp(m->type, "tmpfs"))
		m->source = "tmpfs";
	return 0;
}

int text_mount(struct spec_input *in, const char *text)
{
	struct mount m = { 0 };
	const char *rest = NULL;
	int r = value_utf8(in, text, &rest);

	while (!r && rest) {
		const char *part = part_next(in, &rest, ',');

		r = part ? mount_part(in, &m, part) : fail_nomem(in->cx);
	}
	if (!r)
		r = mount_complete(in, &m);
	return r < 0 ? r : mount_add(in, &m);
}

int text_tmpfs(struct spec_input *in, const char *text)
{
	struct mount m = { .type = "tmpfs", .source = "tmpfs" };
	const char *rest = NULL;
	int r = value_utf8(in, text, &rest);

	if (r < 0)
		return r;
	m.destination = part_next(in, &rest, ':');
	if (!m.destination)
		return fail_nomem(in->cx);
	while (!r && rest) {
		const char *part = part_next(in, &rest, ',');

		if (!part)
			return fail_nomem(in->cx);
		r = *part ? option_add(in, &m, part) : input_fail(in, "an option is empty");
	}
	return r < 0 ? r : mount_add(in, &m);
}

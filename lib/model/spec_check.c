/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_check.c: what must hold of a description before it is used. */
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "model/spec_fields.h"

/* ARG_BYTES_MAX: execve() takes 32 pages for one string, its final NUL included. */
enum { ARG_BYTES_MAX = 32 * 4096 - 1, HOSTNAME_MAX = 64 };

static int check_bytes(struct ctx *cx, const char *field, size_t i, const char *text)
{
	size_t len = strlen(text);

	if (len <= ARG_BYTES_MAX)
		return 0;
	return fail(
		cx, OCIT_E_LIMIT, "'%s[%zu]': %zu bytes, limit %d", field, i, len, ARG_BYTES_MAX);
}

static int check_args(struct ctx *cx, const struct spec *s)
{
	int r = 0;

	if (!s->n_args)
		return advise(cx,
			fail(cx, OCIT_E_FORMAT, "'args' is missing: at least one string is needed"),
			"give the command behind '--', or as 'args' in the document");
	if (!*s->args[0])
		return fail(cx, OCIT_E_FORMAT, "'args[0]': is empty: it names the program");
	for (size_t i = 0; i < s->n_args && !r; i++)
		r = check_bytes(cx, "args", i, s->args[i]);
	return r;
}

static int check_env(struct ctx *cx, const struct spec *s)
{
	AUTO(map) struct map names;
	uint32_t other;

	map_init(&names);
	for (size_t i = 0; i < s->n_env; i++) {
		size_t len = strcspn(s->env[i], "=");
		int r = check_bytes(cx, "env", i, s->env[i]);

		if (r < 0)
			return r;
		if (map_find(&names, s->env[i], len, &other))
			return fail(cx, OCIT_E_FORMAT, "'env': '%.*s' is set twice", (int)len,
				s->env[i]);
		if (map_put(&names, s->env[i], len, (uint32_t)i) < 0)
			return fail_nomem(cx);
	}
	return 0;
}

/* Labels of letters, digits and inner '-', with single dots between them. */
static bool hostname_is_valid(const char *name)
{
	static const char word[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	for (;;) {
		size_t n = strspn(name, word);

		if (!n || name[0] == '-' || name[n - 1] == '-')
			return false;
		if (!name[n])
			return true;
		if (name[n] != '.')
			return false;
		name += n + 1;
	}
}

static int check_hostname(struct ctx *cx, const struct spec *s)
{
	size_t len;

	if (!s->hostname)
		return 0;
	len = strlen(s->hostname);
	if (len > HOSTNAME_MAX)
		return fail(
			cx, OCIT_E_FORMAT, "'hostname': %zu bytes, limit %d", len, HOSTNAME_MAX);
	if (!hostname_is_valid(s->hostname))
		return fail(cx, OCIT_E_FORMAT,
			"'hostname': '%s' is not made of letters, digits, '-' and '.'",
			s->hostname);
	return 0;
}

/* Names below /proc can lead out of the container (/proc/self/fd/N, /proc/self/cwd). */
static int check_cwd(struct ctx *cx, const struct spec *s)
{
	static const char *const refused[] = { "/proc", "/sys", "/dev" };

	if (!s->cwd)
		return 0;
	if (!path_is_clean(s->cwd))
		return fail(cx, OCIT_E_FORMAT,
			"'cwd': '%.256s' is not an absolute path of at most 4095 bytes without "
			"'//', '.', '..' and a final '/'",
			s->cwd);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (path_within(s->cwd, refused[i]))
			return fail(
				cx, OCIT_E_FORMAT, "'cwd': '%s' lies in '%s'", s->cwd, refused[i]);
	return 0;
}

static int check_places(struct ctx *cx, const struct spec *s)
{
	if (s->user && !*s->user)
		return fail(cx, OCIT_E_FORMAT, "'user': is empty");
	if (!path_is_clean(s->store_dir) || !s->store_dir[1])
		return fail(cx, OCIT_E_FORMAT,
			"'store-dir': '%.256s' is not an absolute and clean path", s->store_dir);
	if (s->directory && s->directory[0] != '/')
		return fail(
			cx, OCIT_E_FORMAT, "'directory': '%.256s' is not absolute", s->directory);
	return 0;
}

/* The seed profile has no place for these; leaving them out quietly would be a lie. */
static int check_profile(struct ctx *cx, const struct spec *s)
{
	static const char *const refused[] = {
		"resources.memory",
		"resources.cpus",
		"resources.pids",
	};
	const char *field = s->n_limits ? "rlimits" : NULL;

	if (s->profile != PROFILE_SEED)
		return 0;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (field_is_given(s, refused[i]))
			field = refused[i];
	if (field_is_given(s, "seccomp") && !s->seccomp_unconfined)
		field = "seccomp";
	if (!field)
		return 0;
	return advise(cx,
		fail(cx, OCIT_E_FORMAT, "'%s': is not written with 'profile' seed", field),
		"the hardened profile, which is the default, writes it");
}

int spec_check(struct ctx *cx, const struct spec *s)
{
	static int (*const checks[])(struct ctx * cx, const struct spec *s) = {
		check_args,
		check_env,
		check_hostname,
		check_cwd,
		check_places,
		check_profile,
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !r; i++)
		r = checks[i](cx, s);
	return r;
}

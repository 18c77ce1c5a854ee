/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_check.c: what must hold of a description before it is used. */
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "model/spec_fields.h"

/* ARG_BYTES_MAX: execve() takes 32 pages for one string, its final NUL included. */
enum { ARG_BYTES_MAX = 32 * 4096 - 1, HOSTNAME_MAX = 64 };

static int check_bytes(struct ctx *cx, const char *text)
{
	size_t len = strlen(text);

	if (len <= ARG_BYTES_MAX)
		return 0;
	return fail(cx, OCIT_E_LIMIT, "%zu bytes, limit %d", len, ARG_BYTES_MAX);
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
		r = within(cx, check_bytes(cx, s->args[i]), "'args[%zu]'", i);
	return r;
}

/* Variables of a document come first, so the option is to blame where one of both is. */
static const char *env_option(const struct spec *s, size_t i)
{
	return i < s->n_env_loaded ? "" : " (--env)";
}

static int env_fail_twice(struct ctx *cx, const struct spec *s, size_t first, size_t second)
{
	const char *name = s->env[second];
	bool by_option = second >= s->n_env_loaded;
	bool by_both = by_option && first < s->n_env_loaded;
	int r = fail(cx, by_option ? OCIT_E_USAGE : OCIT_E_FORMAT, "'%.*s' is %s",
		(int)strcspn(name, "="), name,
		by_both ? "given by the document already; an option cannot give it again"
			: "set twice");

	return within(cx, r, "'env'%s", env_option(s, second));
}

static int check_env(struct ctx *cx, const struct spec *s)
{
	AUTO(map) struct map names;
	uint32_t other;

	map_init(&names);
	for (size_t i = 0; i < s->n_env; i++) {
		size_t len = strcspn(s->env[i], "=");
		int r = check_bytes(cx, s->env[i]);

		if (r < 0)
			return within(cx, r, "'env[%zu]'%s", i, env_option(s, i));
		if (map_find(&names, s->env[i], len, &other))
			return env_fail_twice(cx, s, other, i);
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
		return field_fail(cx, s, "hostname", "%zu bytes, limit %d", len, HOSTNAME_MAX);
	if (!hostname_is_valid(s->hostname))
		return field_fail(cx, s, "hostname",
			"'%s' is not made of letters, digits, '-' and '.'", s->hostname);
	return 0;
}

/* Names below /proc can lead out of the container (/proc/self/fd/N, /proc/self/cwd). */
static int check_cwd(struct ctx *cx, const struct spec *s)
{
	static const char *const refused[] = { "/proc", "/sys", "/dev" };

	if (!s->cwd)
		return 0;
	if (!path_is_clean(s->cwd))
		return field_fail(cx, s, "cwd",
			"'%.256s' is not an absolute path of at most 4095 bytes without "
			"'//', '.', '..' and a final '/'",
			s->cwd);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (path_within(s->cwd, refused[i]))
			return field_fail(cx, s, "cwd", "'%s' lies in '%s'", s->cwd, refused[i]);
	return 0;
}

static int check_places(struct ctx *cx, const struct spec *s)
{
	if (s->user && !*s->user)
		return spec_within(cx, fail(cx, OCIT_E_FORMAT, "is empty"), s, "user");
	if (!path_is_clean(s->store_dir) || !s->store_dir[1])
		return field_fail(cx, s, "store-dir", "'%.256s' is not an absolute and clean path",
			s->store_dir);
	if (s->directory && s->directory[0] != '/')
		return field_fail(cx, s, "directory", "'%.256s' is not absolute", s->directory);
	return 0;
}

/* Who does not ask the database has no use for a store. */
static int check_source(struct ctx *cx, const struct spec *s)
{
	static const char *const options[] = { "store", "store-dir", "db" };

	if (!s->source || (strcmp(s->source, "files") != 0 && strcmp(s->source, "dpkg") != 0))
		return 0;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (spec_option_of(s, options[i]))
			return advise(cx,
				field_fail(cx, s, options[i],
					"has no effect with '--source %s', which asks no store",
					s->source),
				"leave one of both out; --source auto asks the store about its "
				"paths");
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
	const char *field = s->n_limits ? "rlimits" : s->n_devices ? "devices" : NULL;

	if (s->profile != PROFILE_SEED)
		return 0;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (spec_is_given(s, refused[i]))
			field = refused[i];
	if (spec_is_given(s, "seccomp") && !s->seccomp_unconfined)
		field = "seccomp";
	if (!field)
		return 0;
	return advise(cx, field_fail(cx, s, field, "is not written with 'profile' seed"),
		"the hardened profile, which is the default, writes it");
}

/* The host's network is not ours to set up. */
static int check_network(struct ctx *cx, const struct spec *s)
{
	for (size_t i = 0; i < s->n_sysctls && s->host_network; i++)
		if (text_starts(s->sysctls[i].name, "net."))
			return advise(cx,
				field_fail(cx, s, "sysctl",
					"'%s' is the host's with 'network' host",
					s->sysctls[i].name),
				"leave it out, or give the container a network of its own");
	return 0;
}

int spec_check(struct ctx *cx, const struct spec *s)
{
	static int (*const checks[])(struct ctx * cx, const struct spec *s) = {
		check_args,
		check_env,
		check_hostname,
		check_cwd,
		check_places,
		check_source,
		check_profile,
		check_network,
		rootless_check,
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !r; i++)
		r = checks[i](cx, s);
	return r;
}

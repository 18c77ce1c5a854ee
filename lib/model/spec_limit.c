/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_limit.c: resource limits, control group limits and kernel parameters. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/spec_fields.h"

static const char *const limit_names[] = {
	"RLIMIT_AS",
	"RLIMIT_CORE",
	"RLIMIT_CPU",
	"RLIMIT_DATA",
	"RLIMIT_FSIZE",
	"RLIMIT_LOCKS",
	"RLIMIT_MEMLOCK",
	"RLIMIT_MSGQUEUE",
	"RLIMIT_NICE",
	"RLIMIT_NOFILE",
	"RLIMIT_NPROC",
	"RLIMIT_RSS",
	"RLIMIT_RTPRIO",
	"RLIMIT_RTTIME",
	"RLIMIT_SIGPENDING",
	"RLIMIT_STACK",
};

/* NOFILE_MAX: what fs.nr_open is unless somebody changes it. */
enum {
	CPU_FRACTION = 5,
	CPUS_MAX = 8192,
	QUOTA_MIN_US = 1000,
	NOFILE_MAX = 1048576,
	SYSCTLS_MAX = 1024
};

/* The canonical name; NULL means "none". */
static const char *limit_find(const char *name)
{
	const char *bare = strncasecmp(name, "RLIMIT_", 7) ? name : name + 7;

	for (size_t i = 0; i < sizeof(limit_names) / sizeof(limit_names[0]); i++)
		if (!strcasecmp(limit_names[i] + 7, bare))
			return limit_names[i];
	return NULL;
}

int limit_parse(struct spec_input *in, const char *text, uint64_t *ret)
{
	if (!strcmp(text, "unlimited")) {
		*ret = LIMIT_INFINITY;
		return 0;
	}
	if (!text_u64(text, strlen(text), UINT64_MAX, ret))
		return input_fail(in, "expected a number or unlimited, found '%s'", text);
	return 0;
}

/* The one limit that nobody can lift, so that the container would never start. */
static int limit_check_files(struct spec_input *in, const char *name, uint64_t hard)
{
	char value[32] = "unlimited";

	if (strcmp(name, "RLIMIT_NOFILE") != 0 || hard <= NOFILE_MAX)
		return 0;
	if (hard != LIMIT_INFINITY)
		snprintf(value, sizeof(value), "%ju", (uintmax_t)hard);
	return advise(in->cx, input_fail(in, "'%s' is %s, limit %d", name, value, NOFILE_MAX),
		"Linux allows no more (fs.nr_open), not even to root: give a number such as 4096");
}

int limit_add(struct spec_input *in, const char *name, uint64_t soft, uint64_t hard)
{
	struct spec *s = in->spec;
	const char *known = limit_find(name);
	struct limit *slot;
	size_t at = 0;
	int r;

	if (!known)
		return advise(in->cx, input_fail(in, "unknown resource limit '%s'", name),
			"names are those of getrlimit(2), such as NOFILE or RLIMIT_NOFILE");
	if (soft > hard)
		return input_fail(in, "the soft limit %ju of '%s' is above the hard limit %ju",
			(uintmax_t)soft, name, (uintmax_t)hard);
	r = limit_check_files(in, known, hard);
	if (r < 0)
		return r;
	while (at < s->n_limits && strcmp(s->limits[at].name, known) < 0)
		at++;
	if (at < s->n_limits && s->limits[at].name == known)
		return input_fail(in, "'%s' is set twice", known);
	slot = list_add(in, &s->limits, &s->n_limits, sizeof(*slot));
	if (!slot)
		return fail_nomem(in->cx);
	memmove(s->limits + at + 1, s->limits + at, (s->n_limits - 1 - at) * sizeof(*slot));
	s->limits[at] = (struct limit){ .name = known, .soft = soft, .hard = hard };
	return 0;
}

/* Cut a copy of text at its first separator. *ret_rest is NULL when there is none. */
static int text_split(struct spec_input *in, const char *text, char separator,
	const char **ret_first, const char **ret_rest)
{
	const char *at = strchr(text, separator);
	const char *first = arena_copy(
		&in->spec->arena, text, at ? (size_t)(at - text) : strlen(text));

	if (!first)
		return fail_nomem(in->cx);
	*ret_first = first;
	*ret_rest = at ? at + 1 : NULL;
	return 0;
}

int text_ulimit(struct spec_input *in, const char *text)
{
	const char *name, *value, *soft_text, *hard_text;
	uint64_t soft, hard;
	int r = text_split(in, text, '=', &name, &value);

	if (r < 0)
		return r;
	if (!value)
		return input_fail(in, "expected NAME=SOFT[:HARD], found '%s'", text);
	r = text_split(in, value, ':', &soft_text, &hard_text);
	if (!r)
		r = limit_parse(in, soft_text, &soft);
	if (!r)
		r = limit_parse(in, hard_text ? hard_text : soft_text, &hard);
	return r < 0 ? r : limit_add(in, name, soft, hard);
}

int text_memory(struct spec_input *in, const char *text)
{
	static const char units[] = "kmgt";
	size_t len = strlen(text);
	const char *unit = len ? strchr(units, text[len - 1] | 0x20) : NULL;
	unsigned shift = 0;
	uint64_t v;

	if (unit && *unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		len--;
	}
	if (!text_u64(text, len, (uint64_t)INT64_MAX >> shift, &v) || !v)
		return input_fail(in,
			"expected bytes from 1 to %jd, with k, m, g or t behind them, found '%s'",
			(intmax_t)INT64_MAX, text);
	in->spec->resources.memory = v << shift;
	return 0;
}

/* Whole and decimal part become microseconds per period: a hundred thousandth is one of them. */
static bool cpus_parse(const char *text, uint64_t *ret)
{
	size_t whole = strcspn(text, ".");
	uint64_t cpus, fraction = 0;
	size_t digits = 0;

	if (!text_u64(text, whole, CPUS_MAX, &cpus))
		return false;
	if (text[whole]) {
		const char *s = text + whole + 1;

		for (; s[digits] >= '0' && s[digits] <= '9' && digits < CPU_FRACTION; digits++)
			fraction = fraction * 10 + (uint64_t)(s[digits] - '0');
		if (!digits || s[digits])
			return false;
		for (; digits < CPU_FRACTION; digits++)
			fraction *= 10;
	}
	*ret = cpus * CPU_PERIOD_US + fraction;
	return true;
}

int text_cpus(struct spec_input *in, const char *text)
{
	uint64_t quota;

	if (!cpus_parse(text, &quota) || quota < QUOTA_MIN_US)
		return input_fail(in,
			"expected a number from 0.01 to %d with at most %d decimals, found '%s'",
			CPUS_MAX, CPU_FRACTION, text);
	in->spec->resources.cpu_quota = quota;
	return 0;
}

int text_pids(struct spec_input *in, const char *text)
{
	uint64_t v;

	if (!strcmp(text, "unlimited")) {
		in->spec->resources.pids = PIDS_UNLIMITED;
		return 0;
	}
	if (!text_u64(text, strlen(text), INT32_MAX, &v) || !v)
		return input_fail(in, "expected a number from 1 to %d or unlimited, found '%s'",
			INT32_MAX, text);
	in->spec->resources.pids = (int64_t)v;
	return 0;
}

/* Words of letters, digits, '_' and '-' with single dots between them. */
static bool sysctl_name_is_valid(const char *name)
{
	static const char word[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	for (;;) {
		size_t n = strspn(name, word);

		if (!n)
			return false;
		if (!name[n])
			return true;
		if (name[n] != '.')
			return false;
		name += n + 1;
	}
}

bool sysctl_is_namespaced(const char *name)
{
	static const char *const exact[] = {
		"kernel.domainname",
		"kernel.msgmax",
		"kernel.msgmnb",
		"kernel.msgmni",
		"kernel.sem",
		"kernel.shm_rmid_forced",
		"kernel.shmall",
		"kernel.shmmax",
		"kernel.shmmni",
	};

	if (text_starts(name, "net.") || text_starts(name, "fs.mqueue."))
		return true;
	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
		if (!strcmp(name, exact[i]))
			return true;
	return false;
}

/* The kernel would end the value there, or take what follows for another one. Tabs are its own. */
static int sysctl_check_value(struct spec_input *in, const char *value)
{
	for (const char *s = value; *s; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return input_fail(in, "byte %zu of the value is a control byte, \\x%02x",
				(size_t)(s - value), (unsigned char)*s);
	return 0;
}

/* They are sorted: *ret is where the name is, or would be. */
static bool sysctl_find(const struct spec *s, const char *name, size_t *ret)
{
	size_t at = 0;

	while (at < s->n_sysctls && strcmp(s->sysctls[at].name, name) < 0)
		at++;
	*ret = at;
	return at < s->n_sysctls && !strcmp(s->sysctls[at].name, name);
}

int sysctl_add(struct spec_input *in, const char *name, const char *value)
{
	struct spec *s = in->spec;
	struct sysctl sysctl = { 0 };
	size_t at = 0;
	int r;

	if (!sysctl_name_is_valid(name))
		return input_fail(in, "'%s' is not a kernel parameter's name with dots", name);
	if (!strcmp(name, "kernel.hostname"))
		return advise(in->cx, input_fail(in, "'%s' is the host name", name),
			"use --hostname, or 'hostname' in a document");
	if (!sysctl_is_namespaced(name))
		return input_fail(in, "'%s' belongs to the host, not to a namespace", name);
	if (s->n_sysctls == SYSCTLS_MAX)
		return input_fail(in, "more than %d kernel parameters", SYSCTLS_MAX);
	if (sysctl_find(s, name, &at))
		return input_fail(in, "'%s' is set twice", name);
	r = value_utf8(in, name, &sysctl.name);
	if (!r)
		r = sysctl_check_value(in, value);
	if (!r)
		r = value_utf8(in, value, &sysctl.value);
	if (r < 0)
		return r;
	if (!list_add(in, &s->sysctls, &s->n_sysctls, sizeof(sysctl)))
		return fail_nomem(in->cx);
	memmove(s->sysctls + at + 1, s->sysctls + at, (s->n_sysctls - 1 - at) * sizeof(sysctl));
	s->sysctls[at] = sysctl;
	return 0;
}

int text_sysctl(struct spec_input *in, const char *text)
{
	const char *name, *value;
	int r = text_split(in, text, '=', &name, &value);

	if (r < 0)
		return r;
	if (!value)
		return input_fail(in, "expected NAME=VALUE, found '%s'", text);
	return sysctl_add(in, name, value);
}

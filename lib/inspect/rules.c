/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/rules.c: rules over one document; each function is one rule or one group that belongs
 * together. */
#include "inspect/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "inspect/fields.h"
#include "model/capability.h"
#include "model/report.h"

enum { SUBJECT_MAX = 160 };

/* One document under examination. The first failure to add a finding sticks. */
struct rules {
	struct ctx *cx;
	struct report *report;
	const struct json_value *config;
	int result;
};

static void complain(struct rules *r, const char *subject, const char *format, ...) PRINTF(3, 4);

static void complain(struct rules *r, const char *subject, const char *format, ...)
{
	char text[512];
	va_list args;

	if (r->result < 0)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	r->result = report_error(r->cx, r->report, "config", subject, "%s", text);
}

static void check_args(struct rules *r, const struct json_value *process)
{
	const struct json_value *args = field_array(process, "args");

	if (!field_count(args))
		complain(r, "process.args", "is missing or empty");
	else if (field_string_at(args, 0) && !*field_string_at(args, 0))
		complain(r, "process.args[0]", "is empty");
}

static void check_cwd(struct rules *r, const struct json_value *process)
{
	const char *cwd = field_string(process, "cwd");

	if (!cwd)
		return;
	if (cwd[0] != '/')
		complain(r, "process.cwd", "'%s' is not absolute", cwd);
	else if (path_within(cwd, "/proc/self") || text_starts(cwd, "/proc/self/fd"))
		complain(r, "process.cwd", "'%s' leads to what the runtime has open", cwd);
}

/* Can a shell use it? POSIX bids programs to tolerate other names. */
static bool is_shell_name(const char *pair)
{
	size_t n = strspn(pair, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return pair[n] == '=' && !(pair[0] >= '0' && pair[0] <= '9');
}

static void check_variable(struct rules *r, const char *pair, const char *subject)
{
	size_t n = strcspn(pair, "=");

	if (!n || !pair[n])
		complain(r, subject, "'%s' is not NAME=VALUE", pair);
	else if (!is_shell_name(pair) && !r->result)
		r->result = report_info(r->cx, r->report, "config", subject,
			"the name '%.*s' is not made of letters, digits and '_': shells do not "
			"know it",
			n < SUBJECT_MAX ? (int)n : SUBJECT_MAX, pair);
}

static void check_env_list(struct rules *r, const struct json_value *env, const char *where)
{
	char subject[SUBJECT_MAX];

	for (size_t i = 0; i < field_count(env); i++) {
		const char *pair = field_string_at(env, i);

		snprintf(subject, sizeof(subject), "%s[%zu]", where, i);
		if (pair)
			check_variable(r, pair, subject);
	}
}

/* Names of each set are known; what is effective or ambient is permitted. */
static void check_capability_set(
	struct rules *r, const struct json_value *caps, const char *set, const char *within)
{
	const struct json_value *names = field_array(caps, set);
	const struct json_value *allowed = within ? field_array(caps, within) : NULL;
	char subject[SUBJECT_MAX];

	snprintf(subject, sizeof(subject), "process.capabilities.%s", set);
	for (size_t i = 0; i < field_count(names); i++) {
		const char *name = field_string_at(names, i);
		const char *known = name ? capability_find(name) : NULL;

		if (!name)
			continue;
		if (!known || strcmp(known, name) != 0)
			complain(r, subject, "'%s' is no capability", name);
		else if (within && !field_has_string(allowed, name))
			complain(r, subject, "'%s' is not among '%s'", name, within);
	}
}

static void check_capabilities(struct rules *r, const struct json_value *process)
{
	const struct json_value *caps = field_object(process, "capabilities");

	check_capability_set(r, caps, "bounding", NULL);
	check_capability_set(r, caps, "permitted", NULL);
	check_capability_set(r, caps, "inheritable", NULL);
	check_capability_set(r, caps, "effective", "permitted");
	check_capability_set(r, caps, "ambient", "permitted");
	check_capability_set(r, caps, "ambient", "inheritable");
}

/* Is the name among those that were asked about before? From now on it is. */
static bool is_seen_before(struct rules *r, struct map *seen, const char *name)
{
	uint32_t unused;

	if (!name)
		return false;
	if (map_find(seen, name, strlen(name), &unused))
		return true;
	if (map_put(seen, name, strlen(name), 0) < 0 && !r->result)
		r->result = fail_nomem(r->cx);
	return false;
}

static void check_limits(struct rules *r, const struct json_value *process)
{
	const struct json_value *limits = field_array(process, "rlimits");
	AUTO(map) struct map seen;
	char subject[SUBJECT_MAX];

	map_init(&seen);
	for (size_t i = 0; i < field_count(limits); i++) {
		const struct json_value *l = json_at(limits, i);
		/* What is above INT64_MAX is as good as unlimited. */
		int64_t soft = field_int(l, "soft", INT64_MAX);
		int64_t hard = field_int(l, "hard", INT64_MAX);

		snprintf(subject, sizeof(subject), "process.rlimits[%zu]", i);
		if (is_seen_before(r, &seen, field_string(l, "type")))
			complain(r, subject, "'%s' is given twice", field_string(l, "type"));
		if (soft > hard)
			complain(r, subject, "soft %" PRId64 " is above hard %" PRId64, soft, hard);
	}
}

static void check_process(struct rules *r)
{
	const struct json_value *process = field_object(r->config, "process");

	if (!process) {
		complain(r, "process", "is missing");
		return;
	}
	check_args(r, process);
	check_cwd(r, process);
	check_env_list(r, field_array(process, "env"), "process.env");
	check_capabilities(r, process);
	check_limits(r, process);
}

static void check_mounts(struct rules *r)
{
	const struct json_value *mounts = field_array(r->config, "mounts");
	AUTO(map) struct map seen;
	char subject[SUBJECT_MAX];

	map_init(&seen);
	for (size_t i = 0; i < field_count(mounts); i++) {
		const char *at = field_string(json_at(mounts, i), "destination");

		snprintf(subject, sizeof(subject), "mounts[%zu]", i);
		if (!at)
			continue;
		if (at[0] != '/')
			complain(r, subject, "destination '%s' is not absolute", at);
		else if (!strcmp(at, "/"))
			complain(r, subject, "would hide the whole container");
		else if (!path_is_clean(at))
			complain(r, subject, "destination '%s' is no plain path", at);
		else if (is_seen_before(r, &seen, at))
			complain(r, subject, "destination '%s' is given twice", at);
	}
}

static void check_hook(struct rules *r, const struct json_value *hook, const char *phase, size_t i)
{
	char subject[SUBJECT_MAX];
	const char *path = field_string(hook, "path");

	snprintf(subject, sizeof(subject), "hooks.%s[%zu]", phase, i);
	if (path && path[0] != '/')
		complain(r, subject, "path '%s' is not absolute", path);
	check_env_list(r, field_array(hook, "env"), subject);
}

static void check_hooks(struct rules *r)
{
	static const char *const phases[] = { "prestart", "createRuntime", "createContainer",
		"startContainer", "poststart", "poststop" };
	const struct json_value *hooks = field_object(r->config, "hooks");

	for (size_t p = 0; p < sizeof(phases) / sizeof(phases[0]); p++) {
		const struct json_value *list = field_array(hooks, phases[p]);

		for (size_t i = 0; i < field_count(list); i++)
			check_hook(r, json_at(list, i), phases[p], i);
	}
}

static void check_annotations(struct rules *r)
{
	const struct json_value *all = field_object(r->config, "annotations");
	size_t n = all ? json_count(all) : 0;

	for (size_t i = 0; i < n; i++) {
		const char *key;

		(void)json_member_at(all, i, &key);
		if (!*key)
			complain(r, "annotations", "a key is empty");
		else if (text_starts(key, "org.opencontainers.") &&
			 !text_starts(key, "org.opencontainers.image."))
			complain(r, "annotations", "'%s' is reserved", key);
		else if (!strchr(key, '.'))
			complain(r, "annotations",
				"'%s' is not in reverse domain notation, such as com.example.key",
				key);
	}
}

static void check_device_rule(struct rules *r, const struct json_value *d, size_t i)
{
	const char *type = field_string(d, "type"), *access = field_string(d, "access");
	char subject[SUBJECT_MAX];

	snprintf(subject, sizeof(subject), "linux.resources.devices[%zu]", i);
	if (type && (strlen(type) != 1 || !strchr("abc", type[0])))
		complain(r, subject, "type '%s' is none of a, b and c", type);
	if (access && access[strspn(access, "rwm")])
		complain(r, subject, "access '%s' has other letters than r, w and m", access);
}

static void check_memory(struct rules *r, const struct json_value *memory)
{
	int64_t limit = field_int(memory, "limit", -1), swap = field_int(memory, "swap", -1);
	int64_t low = field_int(memory, "reservation", -1);

	if (limit > 0 && swap > 0 && swap < limit)
		complain(r, "linux.resources.memory", "swap %" PRId64 " is below limit %" PRId64,
			swap, limit);
	if (limit > 0 && low > limit)
		complain(r, "linux.resources.memory",
			"reservation %" PRId64 " is above limit %" PRId64, low, limit);
}

static void check_block_io(struct rules *r, const struct json_value *block)
{
	const struct json_value *list = field_array(block, "weightDevice");
	char subject[SUBJECT_MAX];

	for (size_t i = 0; i < field_count(list); i++) {
		const struct json_value *d = json_at(list, i);

		snprintf(subject, sizeof(subject), "linux.resources.blockIO.weightDevice[%zu]", i);
		if (field_int(d, "weight", -1) < 0 && field_int(d, "leafWeight", -1) < 0)
			complain(r, subject, "has neither weight nor leafWeight");
	}
}

static void check_linux(struct rules *r)
{
	const struct json_value *sys = field_object(r->config, "linux");
	const struct json_value *resources = field_object(sys, "resources");
	const struct json_value *rules = field_array(resources, "devices");
	const struct json_value *spaces = field_array(sys, "namespaces");
	AUTO(map) struct map seen;
	char subject[SUBJECT_MAX];

	map_init(&seen);
	for (size_t i = 0; i < field_count(rules); i++)
		check_device_rule(r, json_at(rules, i), i);
	for (size_t i = 0; i < field_count(spaces); i++) {
		snprintf(subject, sizeof(subject), "linux.namespaces[%zu]", i);
		if (is_seen_before(r, &seen, field_string(json_at(spaces, i), "type")))
			complain(r, subject, "'%s' is given twice",
				field_string(json_at(spaces, i), "type"));
	}
	check_memory(r, field_object(resources, "memory"));
	check_block_io(r, field_object(resources, "blockIO"));
}

int rules_config(struct ctx *cx, const struct json_value *config, struct report *report)
{
	struct rules r = { .cx = cx, .report = report, .config = config };

	check_process(&r);
	check_mounts(&r);
	check_hooks(&r);
	check_annotations(&r);
	check_linux(&r);
	if (!r.result)
		r.result = rules_linux(cx, config, report);
	return r.result < 0 ? r.result : rules_values(cx, config, report);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/rules_values.c: values of the right type that no kernel or runtime takes. */
#include "inspect/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inspect/field_path.h"
#include "inspect/fields.h"
#include "model/report.h"
#include "model/spec.h"

enum { ID_COUNT_BITS = 32, NAME_BYTES_MAX = 64 };

struct values {
	struct ctx *cx;
	struct report *report;
	const struct json_value *config, *sys; /* linux */
	int64_t min, max;                      /* of the range that is looked at */
};

static int tell(const struct values *v, const char *subject, const char *text)
{
	return report_error(v->cx, v->report, "config", subject, "%s", text);
}

static int check_range(void *data, const struct json_value *v, const char *subject)
{
	const struct values *values = data;

	if (json_type(v) != JSON_INT || (json_int(v) >= values->min && json_int(v) <= values->max))
		return 0;
	return report_error(values->cx, values->report, "config", subject,
		"%" PRId64 " is not from %" PRId64 " to %" PRId64, json_int(v), values->min,
		values->max);
}

/* proc(5), cgroups, seccomp(2), user_namespaces(7). */
static int check_ranges(struct values *v)
{
	static const struct {
		const char *path;
		int64_t min, max;
	} ranges[] = {
		{ "process.oomScoreAdj", -1000, 1000 },
		{ "linux.resources.memory.swappiness", 0, 100 },
		{ "linux.seccomp.defaultErrnoRet", 0, 4095 },
		{ "linux.seccomp.syscalls[].errnoRet", 0, 4095 },
		{ "linux.seccomp.syscalls[].args[].index", 0, 5 },
		{ "linux.uidMappings[].size", 1, INT64_C(1) << ID_COUNT_BITS },
		{ "linux.gidMappings[].size", 1, INT64_C(1) << ID_COUNT_BITS },
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && !r; i++) {
		v->min = ranges[i].min;
		v->max = ranges[i].max;
		r = field_each(v->config, ranges[i].path, check_range, v);
	}
	return r;
}

static int check_call_name(void *data, const struct json_value *v, const char *subject)
{
	if (json_type(v) != JSON_STRING || *json_string(v))
		return 0;
	return tell(data, subject, "is empty");
}

static bool is_notify(const struct json_value *v)
{
	return json_type(v) == JSON_STRING && !strcmp(json_string(v), "SCMP_ACT_NOTIFY");
}

static int check_notify(void *data, const struct json_value *v, const char *subject)
{
	const struct values *values = data;

	if (!is_notify(v) || field_string(field_object(values->sys, "seccomp"), "listenerPath"))
		return 0;
	return tell(values, subject, "SCMP_ACT_NOTIFY needs a listenerPath");
}

/* Who sends the descriptor to the listener would wait for the listener. */
static int check_default(void *data, const struct json_value *v, const char *subject)
{
	return is_notify(v) ? tell(data, subject, "SCMP_ACT_NOTIFY cannot be the default") : 0;
}

static int check_seccomp(struct values *v)
{
	int r = field_each(v->config, "linux.seccomp.syscalls[].names[]", check_call_name, v);

	if (!r)
		r = field_each(v->config, "linux.seccomp.syscalls[].action", check_notify, v);
	return r ? r : field_each(v->config, "linux.seccomp.defaultAction", check_default, v);
}

static bool has_namespace(const struct values *v, const char *type)
{
	const struct json_value *list = field_array(v->sys, "namespaces");

	for (size_t i = 0; i < field_count(list); i++) {
		const char *found = field_string(json_at(list, i), "type");

		if (found && !strcmp(found, type))
			return true;
	}
	return false;
}

static int check_name(struct values *v, const char *member)
{
	const char *name = field_string(v->config, member);

	if (!name || !*name)
		return 0;
	if (strlen(name) > NAME_BYTES_MAX)
		return tell(v, member, "has more than 64 bytes");
	return has_namespace(v, "uts") ? 0 : tell(v, member, "needs a namespace of the type uts");
}

static int check_names(struct values *v)
{
	int r = check_name(v, "hostname");

	return r ? r : check_name(v, "domainname");
}

static int check_sysctls(struct values *v)
{
	const struct json_value *all = field_object(v->sys, "sysctl");
	int r = 0;

	for (size_t i = 0; all && i < json_count(all) && !r; i++) {
		const char *name;

		json_member_at(all, i, &name);
		if (!sysctl_is_namespaced(name))
			r = report_error(v->cx, v->report, "config", "linux.sysctl",
				"'%.128s' belongs to the host, not to a namespace", name);
	}
	return r;
}

static int check_closid(struct values *v)
{
	const char *id = field_string(field_object(v->sys, "intelRdt"), "closID");

	if (!id || (*id && !strchr(id, '/') && strcmp(id, ".") != 0 && strcmp(id, "..") != 0))
		return 0;
	return tell(v, "linux.intelRdt.closID", "is not the name of one directory");
}

static bool sets_path(const struct json_value *env)
{
	for (size_t i = 0; i < field_count(env); i++) {
		const char *pair = field_string_at(env, i);

		if (pair && text_starts(pair, "PATH="))
			return true;
	}
	return false;
}

static int check_path(struct values *v)
{
	const struct json_value *process = field_object(v->config, "process");
	const char *program = field_string_at(field_array(process, "args"), 0);

	if (!program || !*program || strchr(program, '/') || sets_path(field_array(process, "env")))
		return 0;
	return tell(v, "process.env", "has no PATH, in which process.args[0] would be looked up");
}

int rules_values(struct ctx *cx, const struct json_value *config, struct report *report)
{
	static int (*const checks[])(struct values * v) = {
		check_ranges,
		check_seccomp,
		check_names,
		check_sysctls,
		check_closid,
		check_path,
	};
	struct values v = {
		.cx = cx,
		.report = report,
		.config = config,
		.sys = field_object(config, "linux"),
	};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(checks) / sizeof(checks[0]); i++)
		r = checks[i](&v);
	return r;
}

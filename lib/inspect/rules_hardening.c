/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/rules_hardening.c: what a container may do that most commands never need. */
#include <string.h>

#include "inspect/fields.h"
#include "inspect/rules.h"
#include "model/report.h"

static bool has_namespace(const struct json_value *config, const char *type)
{
	const struct json_value *spaces = field_array(field_object(config, "linux"), "namespaces");

	for (size_t i = 0; i < field_count(spaces); i++) {
		const struct json_value *v = json_at(spaces, i);
		const char *t = field_string(v, "type");

		if (t && !strcmp(t, type))
			return !field_string(v, "path");
	}
	return false;
}

static int tell(struct ctx *cx, struct report *report, const char *subject, const char *text)
{
	return report_info(cx, report, "hardening", subject, "%s", text);
}

static int check_namespaces(struct ctx *cx, const struct json_value *config, struct report *report)
{
	static const struct {
		const char *type, *text;
	} wanted[] = {
		{ "pid", "the processes of the host are visible" },
		{ "network", "the network of the host is shared" },
		{ "mount", "mounts of the host are shared" },
		{ "ipc", "shared memory and semaphores of the host are visible" },
		{ "uts", "the host name is the host's" },
		{ "cgroup", "the control groups of the host are visible" },
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		int r = 0;

		if (!has_namespace(config, wanted[i].type))
			r = tell(cx, report, "linux.namespaces", wanted[i].text);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_capabilities(
	struct ctx *cx, const struct json_value *process, struct report *report)
{
	const struct json_value *caps = field_object(process, "capabilities");
	size_t bounding = field_count(field_array(caps, "bounding"));
	int r = 0;

	if (!caps)
		r = tell(cx, report, "process.capabilities",
			"is missing: runtimes differ in what that leaves, from none to all");
	else if (bounding)
		r = report_info(cx, report, "hardening", "process.capabilities",
			"%zu capabilities can be had", bounding);
	if (!r && (field_count(field_array(caps, "inheritable")) ||
			  field_count(field_array(caps, "ambient"))))
		r = tell(cx, report, "process.capabilities",
			"inheritable or ambient ones reach every program that is started");
	return r;
}

static int check_process(struct ctx *cx, const struct json_value *config, struct report *report)
{
	const struct json_value *process = field_object(config, "process");
	const struct json_value *user = field_object(process, "user");
	int r = check_capabilities(cx, process, report);

	if (!r && !field_bool(process, "noNewPrivileges", false))
		r = tell(cx, report, "process.noNewPrivileges",
			"is not true: set-id programs and file capabilities take effect");
	if (!r && field_int(user, "uid", 0) == 0 && !has_namespace(config, "user"))
		r = tell(cx, report, "process.user", "the command runs as root");
	return r;
}

static int check_linux(struct ctx *cx, const struct json_value *config, struct report *report)
{
	const struct json_value *sys = field_object(config, "linux");
	int r = 0;

	if (!field_object(sys, "seccomp"))
		r = tell(cx, report, "linux.seccomp", "is missing: every system call is allowed");
	if (!r && !field_count(field_array(sys, "maskedPaths")))
		r = tell(cx, report, "linux.maskedPaths",
			"is missing: /proc and /sys show more of the host than needed");
	if (!r && !field_count(field_array(sys, "readonlyPaths")))
		r = tell(cx, report, "linux.readonlyPaths",
			"is missing: parts of /proc and /sys that change the host can be written");
	if (!r && !field_object(field_object(sys, "resources"), "pids"))
		r = tell(cx, report, "linux.resources.pids",
			"is missing: the number of processes has no limit");
	return r;
}

/* What a hook names is started on the host, with all its rights. */
static int check_hooks(struct ctx *cx, const struct json_value *config, struct report *report)
{
	const struct json_value *hooks = field_object(config, "hooks");
	size_t n = 0;

	for (size_t i = 0; hooks && i < json_count(hooks); i++) {
		const char *key;
		const struct json_value *list = json_member_at(hooks, i, &key);

		n += json_type(list) == JSON_ARRAY ? json_count(list) : 0;
	}
	if (!n)
		return 0;
	return report_info(cx, report, "hardening", "hooks",
		"%zu programs of the host are started by the runtime, with its rights", n);
}

int rules_hardening(struct ctx *cx, const struct json_value *config, struct report *report)
{
	int r = check_process(cx, config, report);

	if (!r)
		r = check_namespaces(cx, config, report);
	if (!r)
		r = check_linux(cx, config, report);
	if (!r)
		r = check_hooks(cx, config, report);
	if (!r && !field_bool(field_object(config, "root"), "readonly", false))
		r = tell(cx, report, "root.readonly", "the root file system can be written");
	return r;
}

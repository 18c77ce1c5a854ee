/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/runtime.c: config.json beside what a runtime says of itself, and what is known of it. */
#include "inspect/runtime.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "inspect/bundle.h"
#include "inspect/fields.h"
#include "inspect/nspawn.h"
#include "inspect/runtime_version.h"
#include "model/report.h"

enum { SUBJECT_MAX = 128 };

struct view {
	struct ctx *cx;
	const struct bundle *b;
	const struct json_value *config, *sys;   /* linux */
	const struct json_value *features, *can; /* linux of the features */
	const char *name;
	struct report *report;
};

/* What it lists it can do; a list that is not there says nothing. */
static int want(
	const struct view *v, const struct json_value *list, const char *word, const char *subject)
{
	if (!list || !word || field_has_string(list, word))
		return 0;
	return report_error(
		v->cx, v->report, "runtime", subject, "%s does not know '%s'", v->name, word);
}

static int check_hooks(const struct view *v)
{
	const struct json_value *hooks = field_object(v->config, "hooks");
	const struct json_value *known = field_array(v->features, "hooks");
	int r = 0;

	for (size_t i = 0; hooks && !r && i < json_count(hooks); i++) {
		const char *key;

		json_member_at(hooks, i, &key);
		r = want(v, known, key, "hooks");
	}
	return r;
}

static int check_namespaces(const struct view *v)
{
	const struct json_value *list = field_array(v->sys, "namespaces");
	int r = 0;

	for (size_t i = 0; !r && i < field_count(list); i++) {
		char subject[SUBJECT_MAX];

		snprintf(subject, sizeof(subject), "linux.namespaces[%zu]", i);
		r = want(v, field_array(v->can, "namespaces"),
			field_string(json_at(list, i), "type"), subject);
	}
	return r;
}

/* Runtimes leave out capabilities that they do not know, most with a warning. */
static int check_capabilities(const struct view *v)
{
	const struct json_value *process = field_object(v->config, "process");
	const struct json_value *caps = field_object(process, "capabilities");
	const struct json_value *given = field_array(caps, "bounding");
	const struct json_value *known = field_array(v->can, "capabilities");
	int r = 0;

	for (size_t i = 0; known && !r && i < field_count(given); i++) {
		const char *cap = field_string_at(given, i);

		if (cap && !field_has_string(known, cap))
			r = report_info(v->cx, v->report, "runtime",
				"process.capabilities.bounding", "%s does not know '%s'", v->name,
				cap);
	}
	return r;
}

/* Options of the specification that came late; others may belong to a file system. */
static bool is_late_option(const char *option)
{
	static const char *const late[] = { "idmap", "ridmap", "rro", "rrw", "rnosuid", "rsuid",
		"rnodev", "rdev", "rnoexec", "rexec", "rnodiratime", "rdiratime", "rrelatime",
		"rnorelatime", "rnoatime", "ratime", "rstrictatime", "rnostrictatime", "rsymfollow",
		"rnosymfollow", "symfollow", "nosymfollow", "tmpcopyup" };

	for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++)
		if (!strcmp(late[i], option))
			return true;
	return false;
}

static int check_mount(const struct view *v, size_t i, const struct json_value *mount)
{
	const struct json_value *options = field_array(mount, "options");
	char subject[SUBJECT_MAX];
	int r = 0;

	snprintf(subject, sizeof(subject), "mounts[%zu].options", i);
	for (size_t k = 0; !r && k < field_count(options); k++) {
		const char *option = field_string_at(options, k);

		if (option && is_late_option(option))
			r = want(v, field_array(v->features, "mountOptions"), option, subject);
	}
	return r;
}

static int check_mounts(const struct view *v)
{
	const struct json_value *mounts = field_array(v->config, "mounts");
	int r = 0;

	for (size_t i = 0; !r && i < field_count(mounts); i++)
		r = check_mount(v, i, json_at(mounts, i));
	return r;
}

static int check_syscall(const struct view *v, size_t i, const struct json_value *rule)
{
	const struct json_value *can = field_object(v->can, "seccomp");
	const struct json_value *args = field_array(rule, "args");
	char subject[SUBJECT_MAX];
	int r;

	snprintf(subject, sizeof(subject), "linux.seccomp.syscalls[%zu]", i);
	r = want(v, field_array(can, "actions"), field_string(rule, "action"), subject);
	for (size_t k = 0; !r && k < field_count(args); k++)
		r = want(v, field_array(can, "operators"), field_string(json_at(args, k), "op"),
			subject);
	return r;
}

/* The actions, operators, machines and flags of a profile. */
static int check_profile(const struct view *v, const struct json_value *profile)
{
	const struct json_value *can = field_object(v->can, "seccomp");
	const struct json_value *rules = field_array(profile, "syscalls");
	const struct json_value *archs = field_array(profile, "architectures");
	const struct json_value *flags = field_array(profile, "flags");
	int r = want(v, field_array(can, "actions"), field_string(profile, "defaultAction"),
		"linux.seccomp.defaultAction");

	for (size_t i = 0; !r && i < field_count(archs); i++)
		r = want(v, field_array(can, "archs"), field_string_at(archs, i),
			"linux.seccomp.architectures");
	for (size_t i = 0; !r && i < field_count(flags); i++)
		r = want(v, field_array(can, "supportedFlags"), field_string_at(flags, i),
			"linux.seccomp.flags");
	for (size_t i = 0; !r && i < field_count(rules); i++)
		r = check_syscall(v, i, json_at(rules, i));
	return r;
}

static int check_seccomp(const struct view *v)
{
	const struct json_value *profile = field_object(v->sys, "seccomp");
	const struct json_value *can = field_object(v->can, "seccomp");

	if (!profile || !can)
		return 0;
	if (!field_bool(can, "enabled", true))
		return report_error(v->cx, v->report, "runtime", "linux.seccomp",
			"%s was built without seccomp: every system call would be allowed",
			v->name);
	return check_profile(v, profile);
}

/* Members of linux that a runtime has, or has not, as a whole. */
static int check_extensions(const struct view *v)
{
	static const char *const members[] = { "intelRdt", "netDevices" };
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(members) / sizeof(members[0]); i++) {
		const struct json_value *can = field_object(v->can, members[i]);
		char subject[SUBJECT_MAX];

		if (!field_object(v->sys, members[i]) || field_bool(can, "enabled", false))
			continue;
		snprintf(subject, sizeof(subject), "linux.%s", members[i]);
		r = report_error(
			v->cx, v->report, "runtime", subject, "%s cannot do this", v->name);
	}
	if (!r && field_object(v->sys, "memoryPolicy") && !field_object(v->can, "memoryPolicy"))
		r = report_error(v->cx, v->report, "runtime", "linux.memoryPolicy",
			"%s cannot do this", v->name);
	return r;
}

static int check_version(const struct view *v)
{
	const char *version = field_string(v->config, "ociVersion");
	const char *newest = field_string(v->features, "ociVersionMax");

	if (!version || !newest || version_compare(version, newest) <= 0)
		return 0;
	return report_info(v->cx, v->report, "runtime", "ociVersion",
		"%s is newer than %s, the last that %s says it knows; it leaves out members that "
		"are new to it",
		version, newest, v->name);
}

static int check_features(const struct view *v)
{
	static int (*const checks[])(const struct view *v) = {
		check_version,
		check_hooks,
		check_namespaces,
		check_capabilities,
		check_mounts,
		check_seccomp,
		check_extensions,
	};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(checks) / sizeof(checks[0]); i++)
		r = checks[i](v);
	return r;
}

/* runc from 1.3 on keeps every capability then, those before drop all. */
static int check_runc(const struct view *v)
{
	const struct json_value *process = field_object(v->config, "process");

	if (!process || field_object(process, "capabilities"))
		return 0;
	return report_error(v->cx, v->report, "runtime", "process.capabilities",
		"is missing: runc keeps all of root's from 1.3 on, and none before");
}

/* What it tells of itself, or what is known of its version. */
static int check_abilities(const struct view *v, const char *version)
{
	int r = 0;

	if (!v->features && *version)
		r = report_info(v->cx, v->report, "runtime", v->name,
			"does not tell its features: what is known of version %s was looked at",
			version);
	else if (!v->features)
		r = report_info(v->cx, v->report, "runtime", v->name,
			"is not here, or does not tell its features: only general rules were "
			"looked at");
	if (!r && *version)
		r = runtime_version_check(v->cx, v->config, v->name, version, v->report);
	return r < 0 || !v->features ? r : check_features(v);
}

bool runtime_is_known(const char *name)
{
	static const char *const names[] = { "runc", "crun", "youki", "systemd-nspawn" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

int runtime_check(struct ctx *cx, const struct bundle *b, const struct runtime *runtime,
	const struct json_value *features, struct report *report)
{
	const struct view v = {
		.cx = cx,
		.b = b,
		.config = json_root(b->config),
		.sys = field_object(json_root(b->config), "linux"),
		.features = features,
		.can = field_object(features, "linux"),
		.name = runtime->name,
		.report = report,
	};
	char version[RUNTIME_VERSION_MAX] = "";
	int r = 0;

	if (runtime->version)
		runtime_version_parse(runtime->version, version);
	if (!strcmp(runtime->name, "systemd-nspawn"))
		return nspawn_check(cx, b, version, report);
	if (!strcmp(runtime->name, "runc"))
		r = check_runc(&v);
	return r < 0 ? r : check_abilities(&v, version);
}

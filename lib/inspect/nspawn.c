/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/nspawn.c: systemd-nspawn refuses a whole file for one member that it does not know, so
 * what it knows is written down here, object by object. Read off systemd 252 and 260, and tried. */
#include "inspect/nspawn.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "inspect/bundle.h"
#include "inspect/field_path.h"
#include "inspect/fields.h"
#include "model/report.h"
#include "os/file.h"

/* Words with a space before and behind each. */
struct object {
	const char *path;
	const char *known;
	const char *ignored; /* taken with a warning; NULL: none */
};

static const struct object objects[] = {
	{ "", " ociVersion process root hostname mounts linux hooks annotations ", NULL },
	{ "process",
		" terminal consoleSize cwd env args rlimits capabilities noNewPrivileges "
		"oomScoreAdj user ",
		" apparmorProfile selinuxLabel " },
	{ "process.user", " uid gid additionalGids ", NULL },
	{ "process.rlimits[]", " type soft hard ", NULL },
	{ "root", " path readonly ", NULL },
	{ "mounts[]", " destination source options type ", NULL },
	{ "linux",
		" namespaces uidMappings gidMappings devices cgroupsPath resources sysctl seccomp "
		"rootfsPropagation maskedPaths readonlyPaths ",
		" intelRdt mountLabel " },
	{ "linux.namespaces[]", " type path ", NULL },
	{ "linux.devices[]", " type path major minor fileMode uid gid ", NULL },
	{ "linux.resources", " devices memory cpu blockIO pids ", NULL },
	{ "linux.resources.devices[]", " allow type major minor access ", NULL },
	{ "linux.resources.memory", " limit reservation swap ",
		" kernel kernelTCP disableOOMKiller " },
	{ "linux.resources.cpu", " shares quota period cpus ", NULL },
	{ "linux.resources.pids", " limit ", NULL },
	{ "linux.resources.blockIO",
		" weight weightDevice throttleReadBpsDevice throttleWriteBpsDevice "
		"throttleReadIOPSDevice throttleWriteIOPSDevice ",
		" leafWeight " },
	{ "linux.seccomp", " defaultAction architectures syscalls ", NULL },
	{ "linux.seccomp.syscalls[]", " names action args ", NULL },
	{ "linux.seccomp.syscalls[].args[]", " index value valueTwo op ", NULL },
	{ "hooks", " prestart poststart poststop ", NULL },
};

static const char actions[] = " SCMP_ACT_ALLOW SCMP_ACT_ERRNO SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS "
			      "SCMP_ACT_KILL_THREAD SCMP_ACT_LOG SCMP_ACT_TRAP ";

/* Words that a string may be; others are refused. */
static const struct object words[] = {
	{ "linux.namespaces[].type", " pid network mount ipc uts user cgroup ", NULL },
	{ "linux.seccomp.defaultAction", actions, NULL },
	{ "linux.seccomp.syscalls[].action", actions, NULL },
};

struct view {
	struct ctx *cx;
	struct report *report;
	const struct object *object;
};

static int tell_member(const struct view *view, const char *subject, const char *key)
{
	char path[FIELD_SUBJECT_MAX + 64];

	snprintf(path, sizeof(path), "%s%s%s", subject, *subject ? "." : "", key);
	if (view->object->ignored && text_has_word(view->object->ignored, key))
		return report_info(
			view->cx, view->report, "runtime", path, "systemd-nspawn passes over it");
	return report_error(view->cx, view->report, "runtime", path,
		"systemd-nspawn does not know it, and refuses the whole file");
}

static int check_members(void *data, const struct json_value *v, const char *subject)
{
	const struct view *view = data;
	int r = 0;

	if (json_type(v) != JSON_OBJECT)
		return 0;
	for (size_t i = 0; i < json_count(v) && !r; i++) {
		const char *key;

		json_member_at(v, i, &key);
		if (!text_has_word(view->object->known, key))
			r = tell_member(view, subject, key);
	}
	return r;
}

static int check_word(void *data, const struct json_value *v, const char *subject)
{
	const struct view *view = data;

	if (json_type(v) != JSON_STRING || text_has_word(view->object->known, json_string(v)))
		return 0;
	return report_error(view->cx, view->report, "runtime", subject,
		"systemd-nspawn does not take '%.64s', only%.*s", json_string(v),
		(int)strlen(view->object->known) - 1, view->object->known);
}

static int check_tables(struct view *view, const struct json_value *config)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]) && !r; i++) {
		view->object = &objects[i];
		r = field_each(config, objects[i].path, check_members, view);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !r; i++) {
		view->object = &words[i];
		r = field_each(config, words[i].path, check_word, view);
	}
	return r;
}

static int check_version(void *data, const struct json_value *v, const char *subject)
{
	const struct view *view = data;

	if (json_type(v) != JSON_STRING || !strcmp(json_string(v), "1.0.0"))
		return 0;
	return report_error(view->cx, view->report, "runtime", subject,
		"'%.64s': systemd-nspawn takes 1.0.0 only, which 'profile' seed writes",
		json_string(v));
}

static int check_mapping(void *data, const struct json_value *v, const char *subject)
{
	const struct view *view = data;

	if (json_type(v) != JSON_ARRAY || !json_count(v))
		return 0;
	if (json_count(v) == 1 && field_int(json_at(v, 0), "containerID", 0) == 0)
		return 0;
	return report_error(view->cx, view->report, "runtime", subject,
		"systemd-nspawn takes one range that starts with 0 inside");
}

/* It asks systemd for a scope of its own, which needs the bus of a running one. */
static int check_resources(const struct view *view, const struct json_value *config)
{
	const struct json_value *resources = field_object(
		field_object(config, "linux"), "resources");

	if (!resources || !json_count(resources))
		return 0;
	return report_info(view->cx, view->report, "runtime", "linux.resources",
		"systemd-nspawn has systemd set limits, and fails where that does not run");
}

/* 252 wants objects where the specification has arrays. */
static int check_hooks(void *data, const struct json_value *v, const char *subject)
{
	const struct view *view = data;

	if (json_type(v) != JSON_OBJECT || !json_count(v))
		return 0;
	return report_error(view->cx, view->report, "runtime", subject,
		"systemd-nspawn up to 252 refuses every hook");
}

static int check_usr(const struct view *view, const struct bundle *b)
{
	struct file_info info;
	int r = b->rootfs < 0 ? 0 : file_look(view->cx, b->rootfs, "usr", FILE_BENEATH, &info);

	if (r != OCIT_E_NOT_FOUND)
		return r;
	ctx_clear(view->cx);
	return report_error(view->cx, view->report, "runtime", "rootfs/usr",
		"is missing: systemd-nspawn takes no root file system without it");
}

int nspawn_check(struct ctx *cx, const struct bundle *b, const char *version, struct report *report)
{
	const struct json_value *config = json_root(b->config);
	struct view view = { .cx = cx, .report = report };
	int r = field_each(config, "ociVersion", check_version, &view);

	if (!r)
		r = check_tables(&view, config);
	if (!r)
		r = field_each(config, "linux.uidMappings", check_mapping, &view);
	if (!r)
		r = field_each(config, "linux.gidMappings", check_mapping, &view);
	if (!r)
		r = check_resources(&view, config);
	if (!r && version_compare(version, "252") <= 0)
		r = field_each(config, "hooks", check_hooks, &view);
	return r ? r : check_usr(&view, b);
}

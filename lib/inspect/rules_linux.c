/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/rules_linux.c: members of linux that need, or exclude, one another. */
#include "inspect/rules.h"

#include <stdio.h>
#include <string.h>

#include "inspect/fields.h"
#include "model/report.h"

enum { SUBJECT_MAX = 96 };

struct pairs {
	struct ctx *cx;
	struct report *report;
	const struct json_value *config, *sys; /* linux */
};

static int tell(const struct pairs *p, const char *subject, const char *text)
{
	return report_error(p->cx, p->report, "config", subject, "%s", text);
}

/* One that is joined by its path has what its maker gave it. */
static bool makes_namespace(const struct pairs *p, const char *type)
{
	const struct json_value *list = field_array(p->sys, "namespaces");

	for (size_t i = 0; i < field_count(list); i++) {
		const char *found = field_string(json_at(list, i), "type");

		if (found && !strcmp(found, type))
			return !field_string(json_at(list, i), "path");
	}
	return false;
}

static int check_maps(const struct pairs *p)
{
	bool uids = field_count(field_array(p->sys, "uidMappings"));
	bool gids = field_count(field_array(p->sys, "gidMappings"));
	bool namespaced = makes_namespace(p, "user");

	if (uids != gids)
		return tell(p, uids ? "linux.gidMappings" : "linux.uidMappings",
			"is missing: users and groups are mapped both or neither");
	if (uids && !namespaced)
		return tell(p, "linux.uidMappings", "needs a new namespace of the type user");
	if (!uids && namespaced)
		return tell(p, "linux.uidMappings",
			"is missing: a new namespace of the type user has no ids without it");
	return 0;
}

static int check_time(const struct pairs *p)
{
	const struct json_value *offsets = field_object(p->sys, "timeOffsets");

	if (!offsets || !json_count(offsets) || makes_namespace(p, "time"))
		return 0;
	return tell(p, "linux.timeOffsets", "needs a new namespace of the type time");
}

static int check_devices(const struct pairs *p)
{
	const struct json_value *devices = field_object(p->sys, "netDevices");

	if (!devices || !json_count(devices) || makes_namespace(p, "network"))
		return 0;
	return tell(p, "linux.netDevices", "needs a new namespace of the type network");
}

static int check_listener(const struct pairs *p)
{
	const struct json_value *profile = field_object(p->sys, "seccomp");

	if (!field_string(profile, "listenerMetadata") || field_string(profile, "listenerPath"))
		return 0;
	return tell(p, "linux.seccomp.listenerMetadata", "needs listenerPath");
}

/* mempolicy(2): the local node is no choice, and a choice needs nodes. */
static int check_memory_policy(const struct pairs *p)
{
	const struct json_value *policy = field_object(p->sys, "memoryPolicy");
	const char *mode = field_string(policy, "mode");
	const char *nodes = field_string(policy, "nodes");
	bool has = nodes && *nodes;

	if (!mode)
		return 0;
	if (has && (!strcmp(mode, "MPOL_DEFAULT") || !strcmp(mode, "MPOL_LOCAL")))
		return tell(p, "linux.memoryPolicy.nodes", "is not for this mode");
	if (!has && (!strcmp(mode, "MPOL_BIND") || !strcmp(mode, "MPOL_INTERLEAVE")))
		return tell(p, "linux.memoryPolicy.nodes", "is missing: this mode needs nodes");
	return 0;
}

static int check_mount(const struct pairs *p, size_t i, const struct json_value *mount)
{
	const struct json_value *options = field_array(mount, "options");
	bool uids = field_count(field_array(mount, "uidMappings"));
	bool gids = field_count(field_array(mount, "gidMappings"));
	bool idmap = field_has_string(options, "idmap") || field_has_string(options, "ridmap");
	char subject[SUBJECT_MAX];

	snprintf(subject, sizeof(subject), "mounts[%zu]", i);
	if (uids != gids)
		return tell(p, subject, "uidMappings and gidMappings are there both or neither");
	if (idmap && !uids && !makes_namespace(p, "user"))
		return tell(p, subject,
			"idmap needs mappings, or those of a new namespace of the type user");
	return 0;
}

static int check_mounts(const struct pairs *p)
{
	const struct json_value *mounts = field_array(p->config, "mounts");
	int r = 0;

	for (size_t i = 0; !r && i < field_count(mounts); i++)
		r = check_mount(p, i, json_at(mounts, i));
	return r;
}

int rules_linux(struct ctx *cx, const struct json_value *config, struct report *report)
{
	static int (*const checks[])(const struct pairs *p) = {
		check_maps,
		check_time,
		check_devices,
		check_listener,
		check_memory_policy,
		check_mounts,
	};
	const struct pairs p = {
		.cx = cx,
		.report = report,
		.config = config,
		.sys = field_object(config, "linux"),
	};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(checks) / sizeof(checks[0]); i++)
		r = checks[i](&p);
	return r;
}

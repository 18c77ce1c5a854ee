/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/runtime_version.c: read off the releases of runc (0.1.0 to 1.5.1) and crun (0.4 to
 * 1.29.1), which pass over in silence what they do not know. */
#include "inspect/runtime_version.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inspect/field_path.h"
#include "inspect/fields.h"
#include "model/report.h"

/* The first release that knows a member, or a member with one of these words; NULL: all do. */
struct row {
	const char *path;
	const char *words; /* with a space before and behind each; NULL: any value */
	const char *runc, *crun;
};

static const char recursive[] = " rro rrw rnosuid rsuid rnodev rdev rnoexec rexec rnodiratime "
				"rdiratime rrelatime rnorelatime rnoatime ratime rstrictatime "
				"rnostrictatime rsymfollow rnosymfollow ";

static const struct row rows[] = {
	{ "domainname", NULL, "1.2.0", "1.7" },
	{ "process.scheduler", NULL, "1.2.0", "1.8.5" },
	{ "process.ioPriority", NULL, "1.2.0", "1.8.6" },
	{ "process.execCPUAffinity", NULL, "1.3.0", "1.19" },
	{ "mounts[].options[]", " idmap ", "1.2.0", "1.4" },
	{ "mounts[].options[]", " ridmap ", "1.2.0", "1.9" },
	{ "mounts[].options[]", recursive, "1.1.0", "1.4" },
	{ "mounts[].uidMappings", NULL, "1.2.0", "1.9" },
	{ "mounts[].gidMappings", NULL, "1.2.0", "1.9" },
	{ "hooks.createRuntime", NULL, "1.0.0", "0.12" },
	{ "hooks.createContainer", NULL, "1.0.0", "0.12" },
	{ "hooks.startContainer", NULL, "1.0.0", "0.12" },
	{ "linux.namespaces[].type", " time ", "1.2.0", "1.8.4" },
	{ "linux.timeOffsets", NULL, "1.2.0", "1.8.4" },
	{ "linux.personality", NULL, "1.2.0", "0.11" },
	{ "linux.intelRdt", NULL, NULL, "1.10" },
	{ "linux.netDevices", NULL, "1.4.0", "1.22" },
	{ "linux.memoryPolicy", NULL, "1.4.0", "1.24" },
	{ "linux.resources.unified", NULL, "1.0.0", "0.15" },
	{ "linux.resources.cpu.idle", NULL, "1.2.0", "1.5" },
	{ "linux.resources.cpu.burst", NULL, "1.2.0", "1.11" },
	{ "linux.seccomp.listenerPath", NULL, "1.1.0", "0.19" },
	{ "linux.seccomp.defaultErrnoRet", NULL, "1.0.0", "0.19" },
	{ "linux.seccomp.syscalls[].errnoRet", NULL, "1.0.0", "0.14" },
};

struct view {
	struct ctx *cx;
	struct report *report;
	const char *name, *version;
	const struct row *row;
	const char *since;
};

void runtime_version_parse(const char *text, char ret[RUNTIME_VERSION_MAX])
{
	static const char digits[] = "0123456789";
	const char *start = text + strcspn(text, digits);
	size_t len;

	/* The digits of a name, such as "r2d2", are no version. */
	while (*start && start != text && start[-1] != ' ' && start[-1] != 'v')
		start += strspn(start, digits), start += strcspn(start, digits);
	len = strspn(start, "0123456789.");
	snprintf(ret, RUNTIME_VERSION_MAX, "%.*s", (int)(len < 31 ? len : 31), start);
}

static int found(void *data, const struct json_value *v, const char *subject)
{
	const struct view *view = data;
	const char *words = view->row->words;
	const char *word = words && json_type(v) == JSON_STRING ? json_string(v) : NULL;

	if (words && (!word || !text_has_word(words, word)))
		return 0;
	return report_error(view->cx, view->report, "runtime", subject,
		"%s %s does not know %s%s%s; the first that does is %s", view->name, view->version,
		word ? "'" : "", word ? word : "this", word ? "'" : "", view->since);
}

int runtime_version_check(struct ctx *cx, const struct json_value *config, const char *name,
	const char *version, struct report *report)
{
	struct view view = { .cx = cx, .report = report, .name = name, .version = version };
	bool runc = !strcmp(name, "runc");
	int r = 0;

	if (!runc && strcmp(name, "crun") != 0)
		return 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !r; i++) {
		view.row = &rows[i];
		view.since = runc ? rows[i].runc : rows[i].crun;
		if (view.since && version_compare(version, view.since) < 0)
			r = field_each(config, rows[i].path, found, &view);
	}
	return r;
}

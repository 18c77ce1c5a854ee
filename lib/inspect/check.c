/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/check.c: the groups of findings, one after the other. */
#include "inspect/check.h"

#include <string.h>

#include "base/ctx.h"
#include "inspect/bundle.h"
#include "inspect/complete.h"
#include "inspect/fields.h"
#include "inspect/hashes.h"
#include "inspect/rules.h"
#include "model/report.h"
#include "model/schema.h"

/* clients.md: some runtimes look for "rootfs" whatever the document says. */
static int check_root(struct ctx *cx, const struct bundle *b, struct report *report)
{
	const struct json_value *root = json_member(json_root(b->config), "root");
	const char *path = field_string(root, "path");

	if (!root)
		return report_error(cx, report, "root", "root", "is missing");
	if (!path)
		return 0; /* the schema has told */
	if (strcmp(path, "rootfs") != 0)
		return report_error(cx, report, "root", "root.path",
			"'%s' is not 'rootfs', the directory of this name in the bundle", path);
	if (b->rootfs < 0)
		return report_error(cx, report, "root", "rootfs",
			"is missing, or is no directory of the bundle");
	return 0;
}

int bundle_check(struct ctx *cx, const struct bundle *b, const struct source_ops *const *table,
	size_t table_len, unsigned flags, struct report *report)
{
	const struct json_value *config = json_root(b->config);
	int r = schema_check(cx, SCHEMA_CONFIG, config, report, NULL);

	if (!r)
		r = rules_config(cx, config, report);
	if (!r)
		r = check_root(cx, b, report);
	if (!r)
		r = complete_mounts(cx, b, report);
	if (!r)
		r = complete_check(cx, b, table, table_len, report);
	if (!r && !(flags & CHECK_NO_HASHES))
		r = hashes_check(cx, b, report);
	return r < 0 ? r : rules_hardening(cx, config, report);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema_rules.c: what a config.json says of itself as a whole. */
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "model/report.h"
#include "model/schema_run.h"
#include "model/schema_table.h"

static int tell_platforms(struct schema_run *run, const struct json_value *config)
{
	static const struct {
		const char *member, *name;
	} others[] = {
		{ "solaris", "Solaris" },
		{ "windows", "Windows" },
		{ "zos", "z/OS" },
		{ "freebsd", "FreeBSD" },
	};
	const char *also = json_member(config, "linux") ? "also " : "";
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(others) / sizeof(others[0]); i++)
		if (json_member(config, others[i].member))
			r = report_info(run->cx, run->report, "platform", others[i].member,
				"not for Linux: this is %sa configuration for %s", also,
				others[i].name);
	return r;
}

/* MAJOR.MINOR.PATCH as one number that compares like it; what follows does not count. */
static bool version_core(const char *s, uint64_t *ret)
{
	*ret = 0;
	for (int i = 0; i < 3; i++) {
		size_t n = strspn(s, "0123456789");
		uint64_t part;

		if (!text_u64(s, n, 999999, &part))
			return false;
		*ret = *ret * 1000000 + part;
		s += n + (s[n] == '.');
	}
	return true;
}

static int tell_version(struct schema_run *run, const struct json_value *config)
{
	const struct json_value *v = json_member(config, "ociVersion");
	const char *said = v && json_type(v) == JSON_STRING ? json_string(v) : "";
	const char *newest = schema_versions[schema_versions_count - 1];
	const char *needed = schema_versions[run->version];
	char shown[SCHEMA_SHOWN_MAX + 4];
	uint64_t claim, least, most;

	if (!schema_form_fits(FORM_VERSION, said) || !version_core(said, &claim) ||
		!version_core(needed, &least) || !version_core(newest, &most))
		return 0;
	schema_shorten(said, shown);
	if (claim > most)
		return report_info(run->cx, run->report, "version", "ociVersion",
			"'%s' is newer than %s, which is the version known here", shown, newest);
	if (claim < least)
		return report_info(run->cx, run->report, "version", "ociVersion",
			"'%s' is older than %s, the lowest that has everything used here", shown,
			needed);
	return 0;
}

int schema_config_rules(struct schema_run *run, const struct json_value *config)
{
	int r = 0;

	if (json_type(config) == JSON_OBJECT)
		r = tell_platforms(run, config);
	if (!r && json_type(config) == JSON_OBJECT)
		r = tell_version(run, config);
	return r;
}

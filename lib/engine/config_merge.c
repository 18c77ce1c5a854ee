/* SPDX-License-Identifier: Apache-2.0 */
/* engine/config_merge.c: merge, judge by the tables of the specification, and settle the version.
 */
#include "engine/config_merge.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/json_merge.h"
#include "codec/json_out.h"
#include "model/report.h"
#include "model/schema.h"
#include "model/spec.h"

enum { INDENT = 2, CONFIG_MAX = JSON_BYTES_MAX, PATCH_MAX = 128 };

static const struct json_limits wide = {
	.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
};

/* Members that the files of the bundle follow from, and the option that is meant for each. */
static const struct {
	const char *parent, *member; /* parent NULL: at the top */
	const char *instead;
} decided[] = {
	{ "process", "args", "the command itself" },
	{ "process", "cwd", "--workdir" },
	{ "process", "terminal", "--tty" },
	{ "root", "path", "nothing: it is always 'rootfs'" },
	{ NULL, "mounts", "--volume, --mount and --tmpfs" },
};

static const struct json_value *object_member(const struct json_value *v, const char *key)
{
	return v && json_type(v) == JSON_OBJECT ? json_member(v, key) : NULL;
}

static int check_decided(struct ctx *cx, const struct json_value *patch)
{
	for (size_t i = 0; i < sizeof(decided) / sizeof(decided[0]); i++) {
		const char *parent = decided[i].parent;
		const struct json_value *v = parent ? object_member(patch, parent) : patch;
		bool gone = parent && v && json_type(v) != JSON_OBJECT;

		if (gone)
			return fail(
				cx, OCIT_E_FORMAT, "'%s' cannot be replaced as a whole", parent);
		if (!object_member(v, decided[i].member))
			continue;
		return advise(cx,
			fail(cx, OCIT_E_FORMAT, "'%s%s%s' decides what is in the bundle",
				parent ? parent : "", parent ? "." : "", decided[i].member),
			"it is set by %s", decided[i].instead);
	}
	return 0;
}

/* Everything is information for somebody who looks at a document; whoever writes one means it. */
static int judge(struct ctx *cx, const struct json_value *doc, const char **ret_version)
{
	AUTO(report) struct report *report = NULL;
	int r = report_new(cx, &report);

	if (!r)
		r = schema_check(cx, SCHEMA_CONFIG, doc, report, ret_version);
	for (size_t i = 0; !r && i < report->count; i++) {
		const struct finding *f = &report->findings[i];

		if (strcmp(f->rule, "version") != 0)
			r = fail(cx, OCIT_E_FORMAT, "'%s': %s", f->subject, f->text);
	}
	return r;
}

static int merge(
	struct ctx *cx, const struct buf *config, const struct json_value *patch, struct buf *ret)
{
	AUTO(json) struct json *doc = NULL;
	struct json_out out;
	int r = json_parse_limited(cx, config->data, config->len, "config.json", &wide, &doc);

	if (r < 0)
		return r;
	buf_clear(ret);
	json_out_init(&out, ret, INDENT);
	json_out_merged(&out, json_root(doc), patch);
	json_out_finish(&out);
	return buf_check(cx, ret);
}

/* The version that the merged document says, and the lowest that it may say. */
static int settle_version(
	struct ctx *cx, const struct spec *spec, const struct json_value *patch, struct buf *merged)
{
	AUTO(json) struct json *doc = NULL;
	AUTO(json) struct json *raise = NULL;
	AUTO(buf) struct buf again;
	const char *lowest = NULL, *says;
	char text[PATCH_MAX];
	int r;

	buf_init(&again, CONFIG_MAX);
	r = json_parse_limited(cx, merged->data, merged->len, "config.json", &wide, &doc);
	if (!r)
		r = judge(cx, json_root(doc), &lowest);
	if (r < 0)
		return r;
	says = json_string(json_member(json_root(doc), "ociVersion"));
	if (version_compare(says, lowest) >= 0)
		return 0;
	if (json_member(patch, "ociVersion"))
		return fail(cx, OCIT_E_FORMAT,
			"'ociVersion': what is used needs at least version %s, not '%s'", lowest,
			says);
	if (spec->profile == PROFILE_SEED)
		return fail(cx, OCIT_E_FORMAT,
			"what is used needs version %s, and 'profile' seed writes %s", lowest,
			says);
	snprintf(text, sizeof(text), "{\"ociVersion\":\"%s\"}", lowest);
	r = json_parse(cx, text, strlen(text), "version", &raise);
	if (!r)
		r = merge(cx, merged, json_root(raise), &again);
	if (r < 0)
		return r;
	buf_clear(merged);
	buf_add(merged, again.data, again.len);
	return buf_check(cx, merged);
}

static int apply(struct ctx *cx, const struct spec *spec, const char *text, struct buf *config)
{
	AUTO(json) struct json *patch = NULL;
	AUTO(buf) struct buf merged;
	int r;

	buf_init(&merged, CONFIG_MAX);
	r = json_parse_limited(cx, text, strlen(text), "merge patch", &wide, &patch);
	if (!r)
		r = merge(cx, config, json_root(patch), &merged);
	if (!r)
		r = settle_version(cx, spec, json_root(patch), &merged);
	if (r < 0)
		return r;
	buf_clear(config);
	buf_add(config, merged.data, merged.len);
	return buf_check(cx, config);
}

static int check_patch(struct ctx *cx, const char *text)
{
	AUTO(json) struct json *patch = NULL;
	int r = json_parse_limited(cx, text, strlen(text), "merge patch", &wide, &patch);

	return r < 0 ? r : check_decided(cx, json_root(patch));
}

/* A profile is a patch of one member, so that it is judged by the same tables. */
static int apply_profile(struct ctx *cx, const struct spec *spec, struct buf *config)
{
	AUTO(buf) struct buf text;
	int r;

	buf_init(&text, CONFIG_MAX);
	buf_str(&text, "{\"linux\":{\"seccomp\":");
	buf_str(&text, spec->seccomp);
	buf_str(&text, "}}");
	r = buf_check(cx, &text);
	return r < 0 ? r : apply(cx, spec, text.data, config);
}

int config_merge(struct ctx *cx, const struct spec *spec, struct buf *config)
{
	int r = 0;

	if (spec->seccomp)
		r = spec_within(cx, apply_profile(cx, spec, config), spec, "seccomp");
	if (r < 0 || !spec->config)
		return r;
	r = check_patch(cx, spec->config);
	if (!r)
		r = apply(cx, spec, spec->config, config);
	return spec_within(cx, r, spec, "config");
}

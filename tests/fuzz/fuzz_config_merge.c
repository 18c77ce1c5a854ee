/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/fuzz_config_merge.c: what a merge patch leaves is a valid config.json, and the same
 * patch changes nothing more in it. */
#include "base/buf.h"
#include "base/mem.h"
#include "codec/json.h"
#include "engine/config_merge.h"
#include "fuzz/fuzz.h"
#include "model/report.h"
#include "model/schema.h"
#include "model/spec.h"

static const char base[] =
	"{\"ociVersion\":\"1.0.0\",\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"sh\"],"
	"\"cwd\":\"/\",\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"hard\":0,\"soft\":0}]},"
	"\"root\":{\"path\":\"rootfs\"},\"hostname\":\"container\",\"mounts\":[],"
	"\"linux\":{\"namespaces\":[{\"type\":\"pid\"}],\"resources\":{\"pids\":{\"limit\":1024}}}"
	"}";

static void check_valid(const struct buf *config)
{
	const struct json_limits wide = { .bytes = 64 << 20, .members = 1 << 20, .wide = true };
	AUTO(json) struct json *doc = NULL;
	AUTO(report) struct report *report = NULL;
	struct ctx cx;

	fuzz_ctx(&cx);
	FUZZ_CHECK(json_parse_limited(&cx, config->data, config->len, "c", &wide, &doc) == 0);
	FUZZ_CHECK(report_new(&cx, &report) == 0);
	FUZZ_CHECK(schema_check(&cx, SCHEMA_CONFIG, json_root(doc), report, NULL) == 0);
	FUZZ_CHECK(report->errors == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(spec) struct spec *s = NULL;
	AUTO(buf) struct buf config, again;
	char *text = strndup((const char *)bytes, len);
	struct ctx cx;
	int r;

	fuzz_ctx(&cx);
	buf_init(&config, 64 << 20);
	buf_init(&again, 64 << 20);
	buf_str(&config, base);
	FUZZ_CHECK(text && spec_new(&cx, &s) == 0);
	r = spec_option(&cx, s, "config-merge", text);
	if (!r)
		r = config_merge(&cx, s, &config);
	fuzz_judge(&cx, r);
	if (!r) {
		check_valid(&config);
		buf_add(&again, config.data, config.len);
		FUZZ_CHECK(config_merge(&cx, s, &again) == 0);
		FUZZ_CHECK(again.len == config.len && !memcmp(again.data, config.data, again.len));
	}
	free(text);
	return 0;
}

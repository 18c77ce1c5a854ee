/* SPDX-License-Identifier: Apache-2.0 */
/* unit/model/test_schema_form.c: what fits a form, and what just misses it. */
#include "support/test.h"

#include <string.h>

#include "model/schema_table.h"

#define HEX64  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define NAME64 "1234567890123456789012345678901234567890123456789012345678901234"
#define NAME63 "123456789012345678901234567890123456789012345678901234567890123"

static const struct {
	enum schema_form form;
	const char *good[8], *bad[16];
} rows[] = {
	{ FORM_BASE64, { "", "QQ==", "QUI=", "QUJD", "+/+/" },
		{ "QQ", "QQ=", "QQ===", "====", "Q===", "Q=Q=", "QU-_", "QUI=QUI=", "QUJ\n" } },
	{ FORM_CPU_LIST, { "", "0-3,7", "1, 2" }, { "a", "0;1", "1\t" } },
	{ FORM_DEVICE_TYPE, { "c", "b", "u", "p" }, { "", "cc", "x", "C" } },
	{ FORM_DIGEST,
		{ "sha256:" HEX64, "sha512:" HEX64 HEX64, "sha256+b64u:LCa0_-=", "a.b_c-d+e:x",
			"md5:A" },
		{ "", "sha256", "sha256:", ":" HEX64, "SHA256:" HEX64, "sha256:" HEX64 "0",
			"sha256:E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
			"sha512:" HEX64, "sha256+foo+-b:x", "+a:x", "a+:x", "a:x y", "a:x/y" } },
	{ FORM_LINE, { "", "L3:0=ff" }, { "a\nb", "\n" } },
	{ FORM_MEDIA_TYPE,
		{ "a/b", "application/vnd.oci.image.manifest.v1+json",
			NAME64 NAME63 "/" NAME64 NAME63, "1/1!#$&^_.+-" },
		{ "", "a", "a/", "/b", "a/b/c", "a/.b", "_a/b", "a b/c", "a/b;c=d",
			NAME64 NAME64 "/b", "a/" NAME64 NAME64 } },
	{ FORM_MEMORY_BANDWIDTH, { "MB:0=20;1=70", "MB:" }, { "", "MB", "L3:1", "MB:1\nMB:2" } },
	{ FORM_PAGE_SIZE, { "2MB", "64KB", "10GB" },
		{ "", "MB", "0MB", "02MB", "2mB", "2M", "64kB", "2MBx", "2 MB", "2TB" } },
	{ FORM_RLIMIT, { "RLIMIT_NOFILE", "RLIMIT_X" },
		{ "", "NOFILE", "RLIMIT_", "RLIMIT_nofile", "RLIMIT_N1" } },
	{ FORM_TIME,
		{ "2026-01-02T15:04:05Z", "2024-02-29t23:59:60z",
			"2026-12-31T00:00:00.123456789+14:00", "2000-02-29T00:00:00-00:30" },
		{ "", "2026-01-02", "2026-01-02T", "2026-01-02 15:04:05Z", "2026-01-02T15:04:05",
			"2026-01-02T15:04:05.Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
			"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
			"2026-01-02T24:00:00Z", "2026-01-02T15:04:05+1:00",
			"2026-01-02T15:04:05+01:60", "2026-01-02T15:04:05Zx" } },
	{ FORM_URI, { "https://example.com/foo?a=%20#x", "urn:a:b", "file:/x", "h://[::1]/" },
		{ "", "value", "://x", "1a:b", "http:", "ht tp://x", "http://a b", "http://a%2",
			"http://a%zz", "http://\xc3\xa4", "http://<x>", "/path:x",
			"http://a\\b" } },
	{ FORM_VARIABLE, { "A=", "A=b=c", " =" }, { "", "A", "=b" } },
	{ FORM_VERSION, { "1.0.2", "0.5.0-dev", "1.2.1+dev", "10.20.30-rc.1+a.01" },
		{ "", "1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+",
			"1.0.0-a..b", "1.0.0 ", "1.0.0-a_b", "1..0" } },
};

static void expect(enum schema_form form, const char *s, bool fits)
{
	if (schema_form_fits(form, s) != fits)
		print_error("form %d: '%s'\n", form, s);
	assert_int_equal(schema_form_fits(form, s), fits);
}

static void forms_fit_or_not(void **state)
{
	(void)state;
	expect(FORM_NONE, "anything", true);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_non_null(schema_form_name(rows[i].form));
		for (size_t k = 0; k < ARRAY_LEN(rows[i].good) && rows[i].good[k]; k++)
			expect(rows[i].form, rows[i].good[k], true);
		for (size_t k = 0; k < ARRAY_LEN(rows[i].bad) && rows[i].bad[k]; k++)
			expect(rows[i].form, rows[i].bad[k], false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(forms_fit_or_not) };

	return cmocka_run_group_tests_name("model/schema_form", tests, NULL, NULL);
}

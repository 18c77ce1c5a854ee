/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_include.c: the forms of an include, and those that are refused. */
#include "support/spec.h"

static void assert_text(const char *found, const char *wanted)
{
	if (wanted)
		assert_string_equal(found, wanted);
	else
		assert_null(found);
}

static void an_option_has_a_path_a_destination_and_attributes(void **state)
{
	static const struct include rows[] = {
		{ .path = "/a" },
		{ .path = "/a", .destination = "/b" },
		{ .path = "/a", .has_mode = true, .mode = 0640 },
		{ .path = "/a", .has_mode = true, .mode = 0 },
		{ .path = "/a", .owner = "33" },
		{ .path = "rel",
			.destination = "/b",
			.owner = "nobody:33",
			.has_mode = true,
			.mode = 0777 },
		{ .path = "/a", .owner = "1:2", .has_mode = true, .mode = 07 },
	};
	static const char *const texts[] = { "/a", "/a:/b", "/a::mode=0640", "/a::mode=0",
		"/a::owner=33", "rel:/b:owner=nobody:33,mode=777", "/a::mode=00007,owner=1:2" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, "include", texts[i]);
		assert_int_equal(s->n_includes, 1);
		assert_string_equal(s->includes[0].path, rows[i].path);
		assert_text(s->includes[0].destination, rows[i].destination);
		assert_text(s->includes[0].owner, rows[i].owner);
		assert_int_equal(s->includes[0].has_mode, rows[i].has_mode);
		assert_int_equal(s->includes[0].mode, rows[i].mode);
	}
}

static void a_document_has_the_same(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx,
		"{\"args\":[\"a\"],\"include\":[\"/x:y\",{\"path\":\"/z\",\"owner\":\"0:33\","
		"\"mode\":\"0600\"}]}");

	(void)state;
	assert_int_equal(s->n_includes, 2);
	assert_string_equal(s->includes[0].path, "/x:y");
	assert_false(s->includes[0].has_mode);
	assert_null(s->includes[0].owner);
	assert_string_equal(s->includes[1].owner, "0:33");
	assert_true(s->includes[1].has_mode);
	assert_int_equal(s->includes[1].mode, 0600);
	assert_null(s->includes[1].destination);
}

static void options_that_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ "include", "/a:/b:", OCIT_E_USAGE, "found ''", "document" },
		{ "include", "/a:/b:ro", OCIT_E_USAGE, "found 'ro'", "document" },
		{ "include", "/a::mo=1", OCIT_E_USAGE, "found 'mo=1'", NULL },
		{ "include", "/a::mode", OCIT_E_USAGE, "found 'mode'", NULL },
		{ "include", "/a::mode=", OCIT_E_USAGE, "mode '' is not octal", NULL },
		{ "include", "/a::mode=0x1", OCIT_E_USAGE, "mode '0x1' is not octal", NULL },
		{ "include", "/a::mode=8", OCIT_E_USAGE, "mode '8' is not octal", NULL },
		{ "include", "/a::mode=-1", OCIT_E_USAGE, "mode '-1' is not octal", NULL },
		{ "include", "/a::mode=000644", OCIT_E_USAGE, "mode '000644' is not octal", NULL },
		{ "include", "/a::mode=4755", OCIT_E_USAGE, "bits beyond 0777", NULL },
		{ "include", "/a::mode=1,mode=1", OCIT_E_USAGE, "'mode' is given twice", NULL },
		{ "include", "/a::owner=1,owner=1", OCIT_E_USAGE, "'owner' is given twice", NULL },
		{ "include", "/a::owner=", OCIT_E_USAGE, "the owner is empty", NULL },
		{ "include", "/a::owner=1,", OCIT_E_USAGE, "found ''", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

#define INCLUDE(members) "{\"include\":[{\"path\":\"/x\"," members "}]}"

static void documents_that_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, INCLUDE("\"mode\":420"), OCIT_E_FORMAT,
			"'include[0].mode': expected string, found integer", NULL },
		{ NULL, INCLUDE("\"mode\":\"rw\""), OCIT_E_FORMAT,
			"'include[0].mode': mode 'rw' is not octal", NULL },
		{ NULL, INCLUDE("\"owner\":\"\""), OCIT_E_FORMAT,
			"'include[0].owner': the owner is empty", NULL },
		{ NULL, INCLUDE("\"uid\":\"1\""), OCIT_E_FORMAT,
			"'include[0].uid': is not a known member",
			"path, destination, mode and owner" },
		{ NULL, INCLUDE("\"destination\":\"x\""), OCIT_E_FORMAT,
			"'include[0]': destination 'x' is not absolute", NULL },
		{ NULL, "{\"include\":[{\"owner\":\"1\"}]}", OCIT_E_FORMAT,
			"'include[0]': 'path' is missing", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_has_a_path_a_destination_and_attributes),
		cmocka_unit_test(a_document_has_the_same),
		cmocka_unit_test(options_that_are_refused),
		cmocka_unit_test(documents_that_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* unit/inspect/test_record.c: a record is believed whole or not at all. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/mem.h"
#include "codec/json.h"
#include "inspect/record.h"

#define HEX "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define FILE_AT(path, more)                                                                        \
	"{\"path\":\"" path                                                                        \
	"\",\"kind\":\"file\",\"size\":5,\"mode\":\"0644\",\"uid\":0,\"gid\":0" more "}"
#define UNIT(id) "{\"id\":\"" id "\",\"name\":\"n\",\"source\":\"nix\",\"size\":3}"
#define RECORD(files, units)                                                                       \
	"{\"schemaVersion\":1,\"config\":{\"digest\":\"sha256:" HEX "\"},\"units\":[" units        \
	"],\"files\":[" files "]}"

/* Returns the code of reading; the record lies in a. */
static int read_text(struct ctx *cx, const char *text, struct arena *a, struct json **doc,
	struct record_view *ret)
{
	arena_init(a);
	assert_int_equal(ctx_init(cx, NULL), 0);
	if (json_parse(cx, text, strlen(text), "test", doc) < 0)
		print_error("%s: %s\n", text, ctx_message(cx));
	assert_non_null(*doc);
	return record_read(cx, json_root(*doc), a, ret);
}

static void files_and_units_are_found_by_name(void **state)
{
	AUTO(json) struct json *doc = NULL;
	AUTO(arena) struct arena a;
	struct record_view r;
	struct ctx cx;
	const struct recorded_file *f;

	(void)state;
	assert_int_equal(
		read_text(&cx,
			RECORD(FILE_AT("/b",
				       ",\"mtime\":1,\"digest\":\"sha256:" HEX
				       "\"") ",{\"path\":\"/"
					     "a\",\"kind\":\"symlink\",\"target\":\"b\",\"mode\":"
					     "\"0777\",\"uid\":1,\"gid\":2},{\"path\":\"/"
					     "\",\"kind\":\"directory\",\"mode\":\"1777\",\"uid\":"
					     "0,\"gid\":0}",
				UNIT("/nix/store/x") "," UNIT("/b")),
			&a, &doc, &r),
		0);
	assert_int_equal(r.n_files, 3);
	f = record_find(&r, "/b");
	assert_non_null(f);
	assert_int_equal(f->kind, RECORDED_FILE);
	assert_int_equal(f->size, 5);
	assert_int_equal(f->mode, 0644);
	assert_int_equal(f->digest.algo, DIGEST_SHA256);
	f = record_find(&r, "/a");
	assert_string_equal(f->target, "b");
	assert_int_equal(f->gid, 2);
	assert_int_equal(record_find(&r, "/")->mode, 01777);
	assert_null(record_find(&r, "/c"));
	assert_string_equal(record_find_unit(&r, "/nix/store/x")->name, "n");
	assert_null(record_find_unit(&r, "/c"));
}

static void names_that_are_no_text_come_back_byte_for_byte(void **state)
{
	AUTO(json) struct json *doc = NULL;
	AUTO(arena) struct arena a;
	struct record_view r;
	struct ctx cx;

	(void)state;
	assert_int_equal(
		read_text(&cx, RECORD(FILE_AT("/\xef\xbf\xbd", ",\"pathHex\":\"2fff\""), ""), &a,
			&doc, &r),
		0);
	assert_non_null(record_find(&r, "/\xff"));
}

static void odd_names_are_names(void **state)
{
	AUTO(json) struct json *doc = NULL;
	AUTO(arena) struct arena a;
	struct record_view r;
	struct ctx cx;

	(void)state;
	assert_int_equal(
		read_text(&cx, RECORD(FILE_AT("/...", "") "," FILE_AT("/..a/.b/a\\nb", ""), ""), &a,
			&doc, &r),
		0);
	assert_non_null(record_find(&r, "/..."));
	assert_non_null(record_find(&r, "/..a/.b/a\nb"));
}

static void what_cannot_be_believed_is_refused(void **state)
{
	static const struct {
		const char *text, *words;
	} bad[] = {
		{ "{}", "schemaVersion" },
		{ "{\"schemaVersion\":2}", "schemaVersion" },
		{ "{\"schemaVersion\":1}", "config.digest" },
		{ "{\"schemaVersion\":1,\"config\":{\"digest\":\"x\"}}", "config.digest" },
		{ "{\"schemaVersion\":1,\"config\":{\"digest\":\"sha256:" HEX "\"}}", "files" },
		{ RECORD("", ""), "files" },
		{ RECORD("1", ""), "files[0]" },
		{ RECORD(FILE_AT("b", ""), ""), "files[0]" },
		{ RECORD(FILE_AT("/a/../b", ""), ""), "files[0]" },
		{ RECORD(FILE_AT("/..", ""), ""), "files[0]" },
		{ RECORD(FILE_AT("/./b", ""), ""), "files[0]" },
		{ RECORD(FILE_AT("//b", ""), ""), "files[0]" },
		{ RECORD(FILE_AT("/b/", ""), ""), "files[0]" },
		{ RECORD(FILE_AT("/b", ",\"digest\":7"), ""), "files[0]" },
		{ RECORD(FILE_AT("/b", ",\"digest\":\"md5:1\""), ""), "files[0]" },
		{ RECORD(FILE_AT("/b", ",\"pathHex\":\"2f0\""), ""), "files[0]" },
		{ RECORD(FILE_AT("/b", ",\"pathHex\":\"2f00\""), ""), "files[0]" },
		{ RECORD("{\"path\":\"/b\",\"kind\":\"device\",\"mode\":\"0644\",\"uid\":0,"
			 "\"gid\":0,\"size\":1}",
			  ""),
			"files[0]" },
		{ RECORD("{\"path\":\"/b\",\"kind\":\"directory\",\"mode\":\"0888\",\"uid\":0,"
			 "\"gid\":0}",
			  ""),
			"files[0]" },
		{ RECORD("{\"path\":\"/b\",\"kind\":\"directory\",\"mode\":\"0755\",\"uid\":-1,"
			 "\"gid\":0}",
			  ""),
			"files[0]" },
		{ RECORD(FILE_AT("/b", "") "," FILE_AT("/b", ""), ""), "'/b' is there twice" },
		{ RECORD(FILE_AT("/b", ""), "{}"), "units[0]" },
		{ RECORD(FILE_AT("/b", ""), UNIT("u") "," UNIT("u")), "'u' is there twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		AUTO(json) struct json *doc = NULL;
		AUTO(arena) struct arena a;
		struct record_view r;
		struct ctx cx;
		int e = read_text(&cx, bad[i].text, &a, &doc, &r);

		if (e >= 0 || !strstr(ctx_message(&cx), bad[i].words))
			print_error("%s: %d, %s\n", bad[i].text, e, ctx_message(&cx));
		assert_true(e == OCIT_E_FORMAT || e == OCIT_E_UNSUPPORTED);
		assert_non_null(strstr(ctx_message(&cx), bad[i].words));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_and_units_are_found_by_name),
		cmocka_unit_test(names_that_are_no_text_come_back_byte_for_byte),
		cmocka_unit_test(odd_names_are_names),
		cmocka_unit_test(what_cannot_be_believed_is_refused),
	};

	return cmocka_run_group_tests_name("inspect/record", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sink/test_bundle.c: what lies in a bundle: attributes, config.json and the record. */
#include "support/lab.h"

#include "codec/digest.h"
#include "codec/json.h"

struct expected {
	const char *path;
	mode_t mode; /* with the type */
	uid_t uid;
	gid_t gid;
	time_t mtime;
};

static const struct expected expected[] = {
	{ "c", S_IFDIR | 0700, 0, 0, LAB_TIME },
	{ "c/config.json", S_IFREG | 0644, 0, 0, LAB_TIME },
	{ "c/.ocitools", S_IFDIR | 0755, 0, 0, LAB_TIME },
	{ "c/.ocitools/record.json", S_IFREG | 0644, 0, 0, LAB_TIME },
	{ "c/rootfs", S_IFDIR | 0755, 0, 0, LAB_TIME },
	{ "c/rootfs/bin", S_IFLNK | 0777, 0, 0, LAB_TIME },
	{ "c/rootfs/data", S_IFDIR | 0755, 0, 0, LAB_TIME },
	{ "c/rootfs/etc", S_IFDIR | 0755, 0, 0, LAB_TIME },
	{ "c/rootfs/etc/passwd", S_IFREG | 0644, 0, 0, LAB_TIME },
	{ "c/rootfs/locked", S_IFDIR | 0555, 0, 0, LAB_TIME },
	{ "c/rootfs/locked/in", S_IFDIR | 0500, 0, 0, LAB_TIME },
	{ "c/rootfs/nix/store", S_IFDIR | 0755, 0, 0, LAB_TIME },
	{ "c/rootfs" LAB_HELLO, S_IFDIR | 0555, 0, 0, 1 },
	{ "c/rootfs" LAB_HELLO "/bin", S_IFDIR | 0555, 0, 0, 1 },
	{ "c/rootfs" LAB_HELLO "/bin/hello", S_IFREG | 0555, 0, 0, 1 },
	{ "c/rootfs" LAB_HELLO "/bin/hi", S_IFLNK | 0777, 0, 0, 1 },
	{ "c/rootfs" LAB_HELLO "/share/" LAB_ODD, S_IFREG | 0444, 0, 0, 1 },
	{ "c/rootfs" LAB_HELLO "/share/-dash", S_IFREG | 0444, 0, 0, 1 },
	{ "c/rootfs" LAB_FILE, S_IFREG | 0444, 0, 0, 1 },
	{ "c/rootfs" LAB_LINK, S_IFLNK | 0777, 0, 0, 1 },
	{ "c/rootfs/tmp", S_IFDIR | 01777, 0, 0, LAB_TIME },
	{ "c/rootfs/usr/bin/t", S_IFLNK | 0777, 0, 0, LAB_TIME },
	{ "c/rootfs/usr/bin/tool", S_IFREG | 0755, 0, 0, 1234567 },
	{ "c/rootfs/var/lib/tool", S_IFDIR | 0750, 100, 101, LAB_TIME + 7 },
	{ "c/rootfs/var/lib/tool/state", S_IFREG | 04750, 100, 0, LAB_TIME },
};

static void expect_attributes(const struct lab *l, const struct expected *e)
{
	struct stat st;

	if (fstatat(l->out, e->path, &st, AT_SYMLINK_NOFOLLOW))
		print_error("%s: %s\n", e->path, strerror(errno));
	else if (st.st_mode != e->mode || st.st_mtime != e->mtime)
		print_error("%s: mode %o time %lld\n", e->path, st.st_mode, (long long)st.st_mtime);
	assert_int_equal(st.st_mode, e->mode);
	assert_int_equal(st.st_mtime, e->mtime);
	assert_int_equal(st.st_mtim.tv_nsec, 0);
	assert_int_equal(st.st_uid, geteuid() ? geteuid() : e->uid);
	if (!geteuid())
		assert_int_equal(st.st_gid, e->gid);
}

static void expect_all_attributes(const struct lab *l)
{
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		expect_attributes(l, &expected[i]);
}

static void modes_owners_and_times_are_as_planned(void **state)
{
	struct lab *l = *state;

	for (l->cx.threads = 1; l->cx.threads <= 2; l->cx.threads++) {
		lab_emit(l, "bundle", "c");
		expect_all_attributes(l);
		assert_int_equal(tree_remove(&l->cx, l->out, "c"), 0);
	}
}

static void umask_does_not_show(void **state)
{
	static const mode_t masks[] = { 0, 022, 027, 077 };
	struct lab *l = *state;

	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		mode_t old = umask(masks[i]);

		lab_emit(l, "bundle", "c");
		umask(old);
		expect_all_attributes(l);
		assert_int_equal(tree_remove(&l->cx, l->out, "c"), 0);
	}
}

static void works_without_openat2(void **state)
{
	struct lab *l = *state;

	file_force_no_openat2(true);
	lab_emit(l, "bundle", "c");
	file_force_no_openat2(false);
	expect_all_attributes(l);
}

/* New entries take group and bit of a set-group-ID directory unless somebody looks. */
static void set_group_id_of_the_parent_does_not_show(void **state)
{
	struct lab *l = *state;

	if (!geteuid())
		assert_int_equal(fchown(l->out, 0, 4321), 0);
	assert_int_equal(fchmod(l->out, 02755), 0);
	lab_emit(l, "bundle", "c");
	expect_all_attributes(l);
}

static void content_is_as_planned(void **state)
{
	static const struct {
		const char *path, *text;
	} files[] = {
		{ "c/config.json", LAB_CONFIG },
		{ "c/rootfs/etc/passwd", LAB_PASSWD },
		{ "c/rootfs/usr/bin/tool", "tool of the host\n" },
		{ "c/rootfs/bin/t", "tool of the host\n" },
		{ "c/rootfs" LAB_FILE, "one file\n" },
		{ "c/rootfs" LAB_HELLO "/lib/empty", "" },
		{ "c/rootfs" LAB_HELLO "/share/" LAB_ODD, "odd" },
		{ "c/rootfs" LAB_HELLO "/bin/hi", "#!/bin/sh\necho hello\n" },
	};
	struct lab *l = *state;

	lab_emit(l, "bundle", "c");
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char *text = lab_read(l->out, files[i].path, NULL);

		assert_string_equal(text, files[i].text);
		free(text);
	}
	assert_int_equal(lab_count_outputs(l), 1);
}

static void existing_names_are_refused(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "bundle", "c");

	close(lab_dir(l->out, "c"));
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_EXISTS);
	assert_int_equal(unlinkat(l->out, "c", AT_REMOVEDIR), 0);
	assert_int_equal(symlinkat("nowhere", l->out, "c"), 0);
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_EXISTS);
	assert_int_equal(lab_count_outputs(l), 1);
}

static struct json *read_record(struct lab *l, const char *name)
{
	struct json *doc = NULL;
	size_t len;
	char *text = lab_read(l->out, name, &len);

	assert_int_equal(json_parse(&l->cx, text, len, name, &doc), 0);
	free(text);
	return doc;
}

static const char *text_at(const struct json_value *object, const char *key)
{
	const struct json_value *v = json_member(object, key);

	return v && json_type(v) == JSON_STRING ? json_string(v) : NULL;
}

/* The element of an array whose member key is value. */
static const struct json_value *find_by(
	const struct json_value *array, const char *key, const char *value)
{
	for (size_t i = 0; i < json_count(array); i++) {
		const char *text = text_at(json_at(array, i), key);

		if (text && !strcmp(text, value))
			return json_at(array, i);
	}
	print_error("no %s %s\n", key, value);
	assert_true(false);
	return NULL;
}

static void record_names_files_with_reasons_and_hashes(void **state)
{
	struct lab *l = *state;
	const struct json_value *root, *files, *file, *reason;
	struct json *doc;

	lab_emit(l, "bundle", "c");
	doc = read_record(l, "c/.ocitools/record.json");
	root = json_root(doc);
	assert_int_equal(json_int(json_member(root, "schemaVersion")), 1);
	assert_string_equal(text_at(json_member(root, "tool"), "version"), sink_version);
	assert_int_equal(json_count(json_member(root, "args")), 3);
	assert_int_equal(json_count(json_member(root, "notes")), 1);
	files = json_member(root, "files");
	assert_int_equal(json_count(files), l->plan->n_entries - 3);

	file = find_by(files, "path", "/usr/bin/tool");
	assert_string_equal(text_at(file, "kind"), "file");
	assert_string_equal(text_at(file, "mode"), "0755");
	assert_string_equal(text_at(file, "unit"), "tool:all");
	assert_string_equal(text_at(file, "digest"), /* sha256sum of the text */
		"sha256:9e66a2173fe2157f307adebc7409cd79595bdb976bd510446d5e2c745786262b");
	assert_int_equal(json_int(json_member(file, "size")), 17);
	reason = json_member(file, "reason");
	assert_string_equal(text_at(reason, "rule"), "symlink");
	assert_string_equal(text_at(reason, "from"), "/usr/bin/t");

	file = find_by(files, "path", "/var/lib/tool/state");
	assert_int_equal(json_int(json_member(file, "uid")), 100);
	assert_string_equal(text_at(file, "mode"), "4750");
	file = find_by(files, "path", "/etc/passwd");
	assert_string_equal(text_at(json_member(file, "reason"), "rule"), "synthesized");
	file = find_by(files, "path", "/bin");
	assert_string_equal(text_at(file, "target"), "usr/bin");
	json_free(doc);
}

static void record_names_units_with_what_was_read(void **state)
{
	struct lab *l = *state;
	const struct json_value *unit, *units;
	struct json *doc;

	lab_emit(l, "bundle", "c");
	doc = read_record(l, "c/.ocitools/record.json");
	units = json_member(json_root(doc), "units");
	assert_int_equal(json_count(units), 4);
	unit = find_by(units, "id", LAB_HELLO);
	assert_string_equal(text_at(unit, "narHash"),
		"sha256:fe544428521b69b6fe5889a6cdfed8f26231d252d9d7256b7122e49d0bbd79f7");
	assert_string_equal(text_at(unit, "version"), "1.0");
	assert_int_equal(json_int(json_member(unit, "files")), 5);
	assert_int_equal(json_int(json_member(unit, "size")), 1608);
	assert_string_equal(text_at(json_member(unit, "reason"), "detail"), "args[1]");
	unit = find_by(units, "id", "tool:all");
	assert_null(json_member(unit, "narHash"));
	assert_int_equal(json_int(json_member(unit, "files")), 2);
	json_free(doc);
}

static void record_says_nothing_of_this_machine(void **state)
{
	struct lab *l = *state;
	char *text;

	lab_emit(l, "bundle", "c");
	text = lab_read(l->out, "c/.ocitools/record.json", NULL);
	assert_null(strstr(text, l->dir));
	free(text);
}

static void digest_is_that_of_the_record(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_emit(l, "bundle", "c");
	struct hasher h;
	struct digest d;
	char says[DIGEST_TEXT_MAX];
	size_t len;
	char *text = lab_read(l->out, "c/.ocitools/record.json", &len);

	hasher_init(&h, DIGEST_SHA256);
	hasher_add(&h, text, len);
	hasher_end(&h, &d);
	digest_text(&d, says);
	assert_string_equal(t.digest, says);
	assert_string_equal(lab_emit(l, "rootfs", "r").digest, says);
	free(text);
}

static void digest_follows_content_and_configuration(void **state)
{
	struct lab *l = *state;
	ocit_target first = lab_emit(l, "bundle", "a");

	lab_write(l->host, "tool", 0755, "Tool of the host\n");
	assert_string_not_equal(lab_emit(l, "bundle", "b").digest, first.digest);
	lab_write(l->host, "tool", 0755, "tool of the host\n");
	assert_string_equal(lab_emit(l, "bundle", "c").digest, first.digest);
	l->plan->config = "{}";
	l->plan->config_len = 2;
	assert_string_not_equal(lab_emit(l, "bundle", "d").digest, first.digest);
}

static void unverified_record_has_no_hashes_of_content(void **state)
{
	struct lab *l = *state;
	ocit_target t[2] = { lab_target(l, "bundle", "c"), lab_target(l, "tar", "t") };
	char *alone, *beside;

	t[0].flags = OCIT_TARGET_NO_VERIFY;
	assert_int_equal(sink_emit(&l->cx, l->plan, t, 1), 0);
	assert_string_equal(t[0].digest, "");
	alone = lab_read(l->out, "c/.ocitools/record.json", NULL);
	assert_null(strstr(alone, "narHash"));
	assert_null(strstr(alone, "\"size\": 17,\n   \"digest\""));

	/* what another target asks for changes nothing */
	t[0].name = "d";
	assert_int_equal(sink_emit(&l->cx, l->plan, t, 2), 0);
	assert_string_equal(t[0].digest, "");
	beside = lab_read(l->out, "d/.ocitools/record.json", NULL);
	assert_string_equal(alone, beside);
	free(alone);
	free(beside);
}

static void names_that_are_not_utf8_stay_exact(void **state)
{
	struct lab *l = *state;
	const struct json_value *file;
	struct json *doc;
	struct entry *e = lab_entry(l, "/etc/\xff", NODE_LINK);

	e->target = "\xfe";
	lab_sort(l);
	lab_emit(l, "bundle", "c");
	doc = read_record(l, "c/.ocitools/record.json");
	file = find_by(json_member(json_root(doc), "files"), "pathHex", "2f6574632fff");
	assert_string_equal(text_at(file, "targetHex"), "fe");
	json_free(doc);
	assert_true(lab_exists(l->out, "c/rootfs/etc/\xff"));
}

static void bundle_of_nothing_but_the_root(void **state)
{
	struct lab *l = *state;

	l->plan->n_entries = 1;
	lab_emit(l, "bundle", "c");
	expect_attributes(l, &expected[4]);
	assert_true(lab_exists(l->out, "c/config.json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			modes_owners_and_times_are_as_planned, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(umask_does_not_show, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(works_without_openat2, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			set_group_id_of_the_parent_does_not_show, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(content_is_as_planned, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			existing_names_are_refused, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			record_names_files_with_reasons_and_hashes, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			record_names_units_with_what_was_read, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			record_says_nothing_of_this_machine, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			digest_is_that_of_the_record, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			digest_follows_content_and_configuration, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			unverified_record_has_no_hashes_of_content, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			names_that_are_not_utf8_stay_exact, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			bundle_of_nothing_but_the_root, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests_name("sink/bundle", tests, NULL, NULL);
}

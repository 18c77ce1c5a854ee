/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sink/test_tar.c: the root file system as a stream that other tars read. */
#include "support/lab.h"

#include "codec/digest.h"

/* What GNU tar lists, names alone or with attributes; free it. */
static char *gnu_tar(const struct lab *l, bool attributes, const char *name)
{
	const char *argv[] = { "tar", "--numeric-owner", "--quoting-style=escape", "-tf",
		lab_path(l, name), attributes ? "--full-time" : NULL, "--utc", NULL };

	assert_int_equal(lab_run(argv, lab_path(l, "list")), 0);
	return lab_read(l->fd, "list", NULL);
}

static void entries_come_in_the_order_of_the_plan(void **state)
{
	struct lab *l = *state;
	char *list;

	lab_emit(l, "tar", "t");
	list = gnu_tar(l, false, "out/t");
	assert_string_equal(list,
		"./\nbin\ndata/\netc/\netc/passwd\nlocked/\nlocked/in/\nnix/\nnix/store/\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/bin/\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/bin/hello\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/bin/hi\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/lib/\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/lib/empty\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/share/\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/share/-dash\n"
		"nix/store/0c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-hello-1.0/share/odd \"name\" "
		"$x\\t\\377\n"
		"nix/store/1c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-one-file\n"
		"nix/store/2c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-link\n"
		"tmp/\nusr/\nusr/bin/\nusr/bin/t\nusr/bin/tool\n"
		"var/\nvar/lib/\nvar/lib/tool/\nvar/lib/tool/state\n");
	free(list);
}

static void attributes_are_those_of_the_plan(void **state)
{
	static const char *const lines[] = {
		"drwxr-xr-x 0/0               0 1970-01-02 00:00:00 ./\n",
		"drwxrwxrwt 0/0               0 1970-01-02 00:00:00 tmp/\n",
		"dr-xr-xr-x 0/0               0 1970-01-02 00:00:00 locked/\n",
		"lrwxrwxrwx 0/0               0 1970-01-02 00:00:00 bin -> usr/bin\n",
		"-rwxr-xr-x 0/0              17 1970-01-15 06:56:07 usr/bin/tool\n",
		"drwxr-x--- 100/101           0 1970-01-02 00:00:07 var/lib/tool/\n",
		"-rwsr-x--- 100/0             6 1970-01-02 00:00:00 var/lib/tool/state\n",
		("-r--r--r-- 0/0               9 1970-01-01 00:00:01 "
		 "nix/store/1c0chgv7jypmrjbbc7c5k6w2c3yl4a1z-one-file\n"),
	};
	struct lab *l = *state;
	char *list;

	lab_emit(l, "tar", "t");
	list = gnu_tar(l, true, "out/t");
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (!strstr(list, lines[i]))
			print_error("%s not in\n%s", lines[i], list);
		assert_non_null(strstr(list, lines[i]));
	}
	free(list);
}

static void digest_is_that_of_the_stream(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_emit(l, "tar", "t");
	char says[DIGEST_TEXT_MAX];
	struct hasher h;
	struct digest d;
	size_t len;
	char *text = lab_read(l->out, "t", &len);

	assert_int_equal(len % 10240, 0);
	hasher_init(&h, DIGEST_SHA256);
	hasher_add(&h, text, len);
	hasher_end(&h, &d);
	digest_text(&d, says);
	assert_string_equal(t.digest, says);
	assert_string_equal(lab_emit(l, "tar", "u").digest, says);
	assert_int_equal(lab_count_outputs(l), 2);
	free(text);
}

static void descriptor_of_the_caller_stays_open(void **state)
{
	struct lab *l = *state;
	ocit_target named = lab_emit(l, "tar", "t");
	ocit_target t = lab_target(l, "tar", NULL);

	t.fd = openat(l->fd, "stream", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(t.fd >= 0);
	t.flags = OCIT_TARGET_NO_VERIFY;
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), 0);
	assert_string_equal(t.digest, named.digest);
	assert_int_equal(close(t.fd), 0);
	assert_int_equal(lab_count_outputs(l), 1);
}

static void full_device_is_reported(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "tar", NULL);

	t.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (t.fd < 0) {
		test_skip("there is no /dev/full");
		return;
	}
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_SYSTEM);
	assert_int_equal(l->cx.sys, ENOSPC);
	close(t.fd);
}

/* Larger than the buffer, and not a multiple of anything. */
static void large_files_pass_the_buffer(void **state)
{
	struct lab *l = *state;
	struct entry *e = lab_find(l, "/usr/bin/tool");
	const char *untar[] = { "tar", "-xf", lab_path(l, "out/t"), "-C", l->dir, "usr/bin/tool",
		NULL };
	const char *cmp[] = { "cmp", lab_path(l, "usr/bin/tool"), lab_path(l, "host/tool"), NULL };
	size_t size = 600001;
	char *text = malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		text[i] = (char)('a' + i * 7 % 23);
	text[size] = '\0';
	lab_write(l->host, "tool", 0755, text);
	free(text);
	e->size = size;
	lab_emit(l, "tar", "t");
	assert_int_equal(lab_run(untar, NULL), 0);
	assert_int_equal(lab_run(cmp, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			entries_come_in_the_order_of_the_plan, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			attributes_are_those_of_the_plan, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			digest_is_that_of_the_stream, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			descriptor_of_the_caller_stays_open, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(full_device_is_reported, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			large_files_pass_the_buffer, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests_name("sink/tar", tests, NULL, NULL);
}

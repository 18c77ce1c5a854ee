/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_device.c: the forms of a device, and those that are refused. */
#include "support/spec.h"

static void a_device_of_the_host_has_up_to_three_parts(void **state)
{
	static const struct {
		const char *text, *source, *path, *access;
	} rows[] = {
		{ "/dev/kvm", "/dev/kvm", "/dev/kvm", "rwm" },
		{ "/dev/kvm:r", "/dev/kvm", "/dev/kvm", "r" },
		{ "/dev/snd/seq:/dev/seq", "/dev/snd/seq", "/dev/seq", "rwm" },
		{ "/srv/disk:/dev/disk:mw", "/srv/disk", "/dev/disk", "mw" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, "device", rows[i].text);
		assert_int_equal(s->n_devices, 1);
		assert_string_equal(s->devices[0].source, rows[i].source);
		assert_string_equal(s->devices[0].path, rows[i].path);
		assert_string_equal(s->devices[0].access, rows[i].access);
		assert_int_equal(s->devices[0].type, 0);
	}
}

static void a_document_may_describe_one_in_full(void **state)
{
	struct ctx cx;
	AUTO(spec)
	struct spec *s = spec_of(&cx,
		"{\"args\":[\"a\"],\"devices\":[\"/dev/fuse:rw\",{\"path\":\"/dev/"
		"x\",\"type\":\"b\","
		"\"major\":4095,\"minor\":1048575},{\"access\":\"r\",\"gid\":5,\"uid\":4294967294,"
		"\"fileMode\":432,\"minor\":0,\"major\":0,\"type\":\"c\",\"path\":\"/dev/y/z\"}]}");

	(void)state;
	assert_int_equal(s->n_devices, 3);
	assert_string_equal(s->devices[0].source, "/dev/fuse");
	assert_null(s->devices[1].source);
	assert_int_equal(s->devices[1].type, 'b');
	assert_int_equal(s->devices[1].major, 4095);
	assert_int_equal(s->devices[1].minor, 1048575);
	assert_int_equal(s->devices[1].mode, -1);
	assert_int_equal(s->devices[1].uid, -1);
	assert_string_equal(s->devices[1].access, "rwm");
	assert_int_equal(s->devices[2].mode, 0660);
	assert_int_equal(s->devices[2].uid, 4294967294);
	assert_int_equal(s->devices[2].gid, 5);
}

static void options_that_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ "device", "", OCIT_E_USAGE, "'--device': '' is not an absolute path", NULL },
		{ "device", "kvm", OCIT_E_USAGE, "'kvm' is not an absolute path", NULL },
		{ "device", "/dev", OCIT_E_USAGE, "'/dev' is not a path below '/dev'", NULL },
		{ "device", "/dev/", OCIT_E_USAGE, "is not a path below '/dev'", NULL },
		{ "device", "/dev/../x", OCIT_E_USAGE, "is not a path below '/dev'", NULL },
		{ "device", "/dev/x:/devil", OCIT_E_USAGE, "'/devil' is not a path below", NULL },
		{ "device", "/dev/null", OCIT_E_USAGE, "'/dev/null' is the runtime's", NULL },
		{ "device", "/dev/x:/dev/pts/0", OCIT_E_USAGE, "'/dev/pts' is the runtime's",
			NULL },
		{ "device", "/dev/x:", OCIT_E_USAGE, "access '' is not made of r, w and m", NULL },
		{ "device", "/dev/x:rr", OCIT_E_USAGE, "access 'rr'", NULL },
		{ "device", "/dev/x:rx", OCIT_E_USAGE, "access 'rx'", NULL },
		{ "device", "/dev/x:rw:/dev/y", OCIT_E_USAGE, "'rw' is not a path below", NULL },
		{ "device", "/dev/x:/dev/y:r:w", OCIT_E_USAGE, "more than 3 parts", NULL },
		{ "device", "/dev/\xff", OCIT_E_USAGE, "byte 5 is not UTF-8", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

#define DEVICE(members) "{\"devices\":[{\"path\":\"/dev/x\"," members "}]}"

static void documents_that_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ NULL, "{\"devices\":{}}", OCIT_E_FORMAT, "'devices': expected array", NULL },
		{ NULL, "{\"devices\":[7]}", OCIT_E_FORMAT,
			"'devices[0]': expected string or object, found integer", NULL },
		{ NULL, "{\"devices\":[\"/dev/a\",\"/dev/b:/dev/a\"]}", OCIT_E_FORMAT,
			"'devices[1]': '/dev/a' is there twice", NULL },
		{ NULL, DEVICE("\"type\":\"c\",\"major\":1"), OCIT_E_FORMAT,
			"'devices[0]': 'minor' is missing", NULL },
		{ NULL, DEVICE("\"type\":\"p\",\"major\":1,\"minor\":1"), OCIT_E_FORMAT,
			"'devices[0]': type 'p' is neither c nor b", NULL },
		{ NULL, DEVICE("\"type\":\"c\",\"major\":4096,\"minor\":1"), OCIT_E_FORMAT,
			"'devices[0].major': 4096 is not from 0 to 4095", NULL },
		{ NULL, DEVICE("\"type\":\"c\",\"major\":1,\"minor\":-1"), OCIT_E_FORMAT,
			"'devices[0].minor': -1 is not from 0 to 1048575", NULL },
		{ NULL, DEVICE("\"type\":\"c\",\"major\":1,\"minor\":\"1\""), OCIT_E_FORMAT,
			"'devices[0].minor': expected integer, found string", NULL },
		{ NULL, DEVICE("\"type\":1,\"major\":1,\"minor\":1"), OCIT_E_FORMAT,
			"'devices[0].type': expected string, found integer", NULL },
		{ NULL, DEVICE("\"type\":\"c\",\"major\":1,\"minor\":1,\"fileMode\":512"),
			OCIT_E_FORMAT, "'devices[0].fileMode': 512 is not from 0 to 511", NULL },
		{ NULL, DEVICE("\"type\":\"c\",\"major\":1,\"minor\":1,\"uid\":4294967295"),
			OCIT_E_FORMAT, "'devices[0].uid'", NULL },
		{ NULL, DEVICE("\"type\":\"c\",\"major\":1,\"minor\":1,\"mode\":6"), OCIT_E_FORMAT,
			"'devices[0]': 'mode' is not a known member", "fileMode" },
		{ NULL, "{\"args\":[\"a\"],\"profile\":\"seed\",\"devices\":[\"/dev/kvm\"]}",
			OCIT_E_FORMAT, "'devices': is not written with 'profile' seed", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_of_the_host_has_up_to_three_parts),
		cmocka_unit_test(a_document_may_describe_one_in_full),
		cmocka_unit_test(options_that_are_refused),
		cmocka_unit_test(documents_that_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/api/test_devices.c: what a device of the host is, by those that every host has. */
#include "api/devices.h"
#include "support/spec.h"

static void numbers_and_mode_are_those_of_the_host(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct device *d = NULL;

	(void)state;
	arena_init(&a);
	spec_set(&cx, s, "device", "/dev/zero:/dev/mine:r");
	assert_int_equal(devices_look(&cx, s, &a, &d), 0);
	assert_int_equal(d->type, 'c');
	assert_int_equal(d->major, 1);
	assert_int_equal(d->minor, 5);
	assert_int_equal(d->mode, 0666);
	assert_true(d->uid >= 0 && d->gid >= 0);
	assert_string_equal(d->path, "/dev/mine");
	assert_string_equal(d->access, "r");
}

static void a_user_namespace_has_no_use_for_the_owner(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct device *d = NULL;

	(void)state;
	arena_init(&a);
	spec_set(&cx, s, "device", "/dev/zero:/dev/mine");
	spec_set(&cx, s, "rootless", "7");
	assert_int_equal(devices_look(&cx, s, &a, &d), 0);
	assert_int_equal(d->uid, -1);
	assert_int_equal(d->gid, -1);
}

static void what_is_no_device_is_refused(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *message;
	} rows[] = {
		{ "/no/such:/dev/x", OCIT_E_NOT_FOUND,
			"'devices' (--device): '/no/such' does not exist here" },
		{ "/proc:/dev/x", OCIT_E_FORMAT, "'devices' (--device): '/proc' is no device" },
		{ "/proc/version:/dev/x", OCIT_E_FORMAT, "'/proc/version' is no device" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		struct device *d = NULL;

		arena_init(&a);
		spec_set(&cx, s, "device", rows[i].text);
		assert_int_equal(devices_look(&cx, s, &a, &d), rows[i].code);
		assert_contains(ctx_message(&cx), rows[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_mode_are_those_of_the_host),
		cmocka_unit_test(a_user_namespace_has_no_use_for_the_owner),
		cmocka_unit_test(what_is_no_device_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

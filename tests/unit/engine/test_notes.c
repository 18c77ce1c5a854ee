/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_notes.c: what a legal description is told about: capabilities that do
 * nothing, and mounts that give the host away. */
#include "engine/notes.h"

#include "support/spec.h"

static void capabilities_of_other_users_are_noted(void **state)
{
	static const struct {
		const char *cap, *privileges;
		uint32_t uid;
		const char *note; /* NULL: none */
	} rows[] = {
		{ "default", "true", 0, NULL },
		{ NULL, "true", 1000, NULL },
		{ "CAP_KILL", "true", 1000,
			"capabilities have no effect for user 1000: the kernel drops them when a "
			"program starts" },
		{ "CAP_KILL", "false", 65534,
			"capabilities have no effect for user 65534: the kernel drops them when a "
			"program without file capabilities starts" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		struct notes notes = { 0 };

		arena_init(&a);
		if (rows[i].cap)
			spec_set(&cx, s, "cap-add", rows[i].cap);
		spec_set(&cx, s, "no-new-privileges", rows[i].privileges);
		assert_int_equal(notes_capabilities(&cx, s, rows[i].uid, &a, &notes), 0);
		assert_int_equal(notes.n, rows[i].note ? 1 : 0);
		if (rows[i].note)
			assert_string_equal(notes.list[0], rows[i].note);
		notes_done(&notes);
	}
}

/* Mount it and expect the note, or with NULL none. */
static void expect_note(const char *option, const char *value, const char *note)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct notes notes = { 0 };

	arena_init(&a);
	spec_set(&cx, s, option, value);
	assert_int_equal(notes_mounts(&cx, s, &a, &notes), 0);
	assert_int_equal(notes.n, note ? 1 : 0);
	if (note)
		assert_string_equal(notes.list[0], note);
	notes_done(&notes);
}

#define SOURCE(path, gain) "mount '/m' of source '" path "': the container can " gain
#define TYPE(type, gain)   "mount '/m' of type '" type "': the container can " gain

static void case_030_sources_that_give_the_host_away_are_noted(void **state)
{
	static const struct {
		const char *option, *value, *note;
	} rows[] = {
		{ "volume", "/:/m", SOURCE("/", "see every file of the host") },
		{ "volume", "//:/m", SOURCE("/", "see every file of the host") },
		{ "volume", "/usr/..:/m:rw", SOURCE("/", "see every file of the host") },
		{ "volume", "/etc/:/m",
			SOURCE("/etc", "see the accounts, password hashes and keys of the host") },
		{ "volume", "/proc/self:/m",
			SOURCE("/proc/self", "see the processes and the kernel of the host") },
		{ "volume", "/sys:/m",
			SOURCE("/sys", "see the devices and the kernel of the host") },
		{ "volume", "/dev/sda:/m", SOURCE("/dev/sda", "see the devices of the host") },
		{ "volume", "/var/run:/m",
			SOURCE("/var/run",
				"control the daemons of the host whose sockets lie there") },
		{ "volume", "/var/run/docker.sock:/m",
			SOURCE("/var/run/docker.sock", "control the docker daemon of the host") },
		{ "volume", "/run/user/7/docker.sock:/m",
			SOURCE("/run/user/7/docker.sock",
				"control the docker daemon of the host") },
		{ "volume", "/run/containerd/:/m",
			SOURCE("/run/containerd", "control the containerd daemon of the host") },
		{ "mount", "type=none,src=/run/containerd/containerd.sock,dst=/m,rbind",
			SOURCE("/run/containerd/containerd.sock",
				"control the containerd daemon of the host") },
		{ "mount", "type=proc,src=proc,dst=/m",
			TYPE("proc", "reach what is masked and read-only in '/proc'") },
		{ "mount", "type=sysfs,src=sysfs,dst=/m,ro",
			TYPE("sysfs", "reach what is masked and read-only in '/sys'") },
		{ "mount", "type=devtmpfs,src=dev,dst=/m",
			TYPE("devtmpfs", "see the devices of the host") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_note(rows[i].option, rows[i].value, rows[i].note);
}

static void ordinary_mounts_are_not(void **state)
{
	static const char *const volumes[] = { "/etc/web:/m", "/etcetera:/m", "/process:/m",
		"/dev/null:/m", "/run/web:/m", "/srv:/m", "./:/m", "/home/docker.sock.d:/m" };
	static const char *const mounts[] = { "type=tmpfs,dst=/m", "type=ext4,src=/dev/x,dst=/m",
		"type=mqueue,src=mqueue,dst=/m" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(volumes); i++)
		expect_note("volume", volumes[i], NULL);
	for (size_t i = 0; i < ARRAY_LEN(mounts); i++)
		expect_note("mount", mounts[i], NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_of_other_users_are_noted),
		cmocka_unit_test(case_030_sources_that_give_the_host_away_are_noted),
		cmocka_unit_test(ordinary_mounts_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

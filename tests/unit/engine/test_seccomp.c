/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_seccomp.c: what the default profile lets through, as jansson reads it. */
#include <jansson.h>
#include <stdlib.h>

#include "support/config.h"

static void auto_json_t(json_t **p)
{
	json_decref(*p);
}

static json_t *profile_of(const char *json, uint16_t machine)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, json);
	AUTO(buf) struct buf text;
	json_t *config, *profile;

	buf_init(&text, 1 << 20);
	assert_int_equal(config_write_for(&cx, s, machine, &text), 0);
	config = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(config);
	profile = json_object_get(json_object_get(config, "linux"), "seccomp");
	json_incref(profile);
	json_decref(config);
	return profile;
}

static bool rule_has_name(const json_t *rule, const char *name)
{
	const json_t *names = json_object_get(rule, "names");

	for (size_t i = 0; i < json_array_size(names); i++)
		if (!strcmp(json_string_value(json_array_get(names, i)), name))
			return true;
	return false;
}

static bool rule_takes(const json_t *rule, uint64_t first)
{
	const json_t *arg = json_array_get(json_object_get(rule, "args"), 0);
	uint64_t value = (uint64_t)json_integer_value(json_object_get(arg, "value"));
	const char *op = json_string_value(json_object_get(arg, "op"));

	if (!arg)
		return true;
	if (!strcmp(op, "SCMP_CMP_LT"))
		return first < value;
	if (!strcmp(op, "SCMP_CMP_MASKED_EQ"))
		return !(first & value);
	assert_string_equal(op, "SCMP_CMP_EQ");
	return first == value;
}

/* The errno a call gets, 0 when it is allowed. */
static int64_t verdict(const json_t *profile, const char *name, uint64_t first)
{
	const json_t *rules = json_object_get(profile, "syscalls");

	for (size_t i = 0; i < json_array_size(rules); i++) {
		const json_t *rule = json_array_get(rules, i);
		const char *action = json_string_value(json_object_get(rule, "action"));

		if (!rule_has_name(rule, name) || !rule_takes(rule, first))
			continue;
		if (!strcmp(action, "SCMP_ACT_ALLOW"))
			return 0;
		return json_integer_value(json_object_get(rule, "errnoRet"));
	}
	return json_integer_value(json_object_get(profile, "defaultErrnoRet"));
}

static void ordinary_calls_pass_and_dangerous_ones_do_not(void **state)
{
	__attribute__((cleanup(auto_json_t)))
	json_t *p = profile_of("{\"args\":[\"a\"]}", EM_X86_64);
	static const char *const allowed[] = { "read", "execve", "openat2", "futex", "mmap",
		"arch_prctl", "ptrace", "rseq", "statx", "fork", "clock_nanosleep" };
	static const char *const refused[] = { "io_uring_setup", "userfaultfd", "keyctl", "add_key",
		"bpf", "mount", "umount2", "setns", "unshare", "perf_event_open", "reboot",
		"chroot", "open_by_handle_at", "init_module", "settimeofday", "kexec_load",
		"swapon", "pivot_root", "iopl", "syslog", "nfsservctl", "move_mount", "vhangup",
		"acct" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		assert_int_equal(verdict(p, allowed[i], 0), 0);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_int_equal(verdict(p, refused[i], 0), 1);
}

static void clone_makes_no_namespaces(void **state)
{
	__attribute__((cleanup(auto_json_t)))
	json_t *p = profile_of("{\"args\":[\"a\"]}", EM_X86_64);
	static const uint64_t namespaces[] = { 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000,
		0x20000000, 0x40000000 };

	(void)state;
	assert_int_equal(verdict(p, "clone", 0x3d0f00), 0);  /* pthread_create() */
	assert_int_equal(verdict(p, "clone", 0x1200011), 0); /* fork() */
	for (size_t i = 0; i < ARRAY_LEN(namespaces); i++)
		assert_int_equal(verdict(p, "clone", namespaces[i] | 17), 1);
	assert_int_equal(verdict(p, "clone3", 0), 38);
}

static void sockets_of_two_families_are_refused(void **state)
{
	__attribute__((cleanup(auto_json_t)))
	json_t *p = profile_of("{\"args\":[\"a\"]}", EM_X86_64);

	(void)state;
	for (uint64_t family = 0; family <= 45; family++)
		assert_int_equal(
			verdict(p, "socket", family), family == 38 || family == 40 ? 1 : 0);
	/* The kernel looks at the lower 32 bits only. */
	assert_int_equal(verdict(p, "socket", (UINT64_C(1) << 32) + 38), 1);
	assert_int_equal(verdict(p, "socket", (UINT64_C(1) << 32) + 40), 1);
}

static void personality_is_limited(void **state)
{
	__attribute__((cleanup(auto_json_t)))
	json_t *p = profile_of("{\"args\":[\"a\"]}", EM_X86_64);

	(void)state;
	assert_int_equal(verdict(p, "personality", 0), 0);
	assert_int_equal(verdict(p, "personality", 0xffffffff), 0);
	assert_int_equal(verdict(p, "personality", 0x40000), 1); /* ADDR_NO_RANDOMIZE */
}

static void capabilities_bring_their_calls(void **state)
{
	static const struct {
		const char *capability, *call;
	} rows[] = {
		{ "SYS_ADMIN", "mount" },
		{ "SYS_ADMIN", "clone3" },
		{ "SYS_ADMIN", "unshare" },
		{ "SYS_CHROOT", "chroot" },
		{ "SYS_TIME", "clock_settime" },
		{ "SYS_NICE", "mbind" },
		{ "DAC_READ_SEARCH", "open_by_handle_at" },
		{ "BPF", "bpf" },
		{ "PERFMON", "perf_event_open" },
		{ "SYSLOG", "syslog" },
		{ "SYS_PACCT", "acct" },
		{ "SYS_RAWIO", "iopl" },
		{ "SYS_TTY_CONFIG", "vhangup" },
		{ "SYS_BOOT", "reboot" },
		{ "SYS_MODULE", "init_module" },
		{ "SYS_PTRACE", "pidfd_getfd" },
		{ "default", "chroot" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char json[128];

		snprintf(json, sizeof(json), "{\"args\":[\"a\"],\"capabilities\":[\"%s\"]}",
			rows[i].capability);
		__attribute__((cleanup(auto_json_t))) json_t *p = profile_of(json, EM_X86_64);

		assert_int_equal(verdict(p, rows[i].call, ~UINT64_C(0)), 0);
	}
}

static void each_machine_has_its_own_architecture_only(void **state)
{
	static const struct {
		uint16_t machine;
		const char *arch, *allowed, *refused;
	} rows[] = {
		{ EM_X86_64, "SCMP_ARCH_X86_64", "modify_ldt", "socketcall" },
		{ EM_AARCH64, "SCMP_ARCH_AARCH64", "openat", "modify_ldt" },
		{ EM_386, "SCMP_ARCH_X86", "socketcall", "set_tls" },
		{ EM_ARM, "SCMP_ARCH_ARM", "set_tls", "modify_ldt" },
		{ EM_RISCV, "SCMP_ARCH_RISCV64", "riscv_flush_icache", "socketcall" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		__attribute__((cleanup(auto_json_t)))
		json_t *p = profile_of("{\"args\":[\"a\"]}", rows[i].machine);
		const json_t *arches = json_object_get(p, "architectures");

		assert_int_equal(json_array_size(arches), 1);
		assert_string_equal(json_string_value(json_array_get(arches, 0)), rows[i].arch);
		assert_int_equal(verdict(p, rows[i].allowed, 0), 0);
		assert_int_equal(verdict(p, rows[i].refused, 0), 1);
	}
}

static void an_unknown_machine_is_refused_with_a_cure(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_of(&cx, "{\"args\":[\"a\"]}");
	AUTO(buf) struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	assert_int_equal(config_write_for(&cx, s, EM_SPARC, &text), OCIT_E_UNSUPPORTED);
	assert_contains(ctx_message(&cx), "machine 2");
	assert_contains(cx.hint, "unconfined");
	s->seccomp_unconfined = true;
	assert_int_equal(config_write_for(&cx, s, EM_SPARC, &text), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_calls_pass_and_dangerous_ones_do_not),
		cmocka_unit_test(clone_makes_no_namespaces),
		cmocka_unit_test(sockets_of_two_families_are_refused),
		cmocka_unit_test(personality_is_limited),
		cmocka_unit_test(capabilities_bring_their_calls),
		cmocka_unit_test(each_machine_has_its_own_architecture_only),
		cmocka_unit_test(an_unknown_machine_is_refused_with_a_cure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

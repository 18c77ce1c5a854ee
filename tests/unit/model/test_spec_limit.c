/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model/test_spec_limit.c: --ulimit, --memory, --cpus, --pids-limit and --sysctl. */
#include "support/spec.h"

static void limits_are_exact(void **state)
{
	static const struct {
		const char *text, *name;
		uint64_t soft, hard;
	} rows[] = {
		{ "nofile=1024", "RLIMIT_NOFILE", 1024, 1024 },
		{ "NOFILE=1:2", "RLIMIT_NOFILE", 1, 2 },
		{ "RLIMIT_CORE=0:unlimited", "RLIMIT_CORE", 0, UINT64_MAX },
		{ "rlimit_as=18446744073709551614", "RLIMIT_AS", UINT64_MAX - 1, UINT64_MAX - 1 },
		{ "stack=unlimited", "RLIMIT_STACK", UINT64_MAX, UINT64_MAX },
		{ "nofile=1048576", "RLIMIT_NOFILE", 1048576, 1048576 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, "ulimit", rows[i].text);
		assert_int_equal(s->n_limits, 1);
		assert_string_equal(s->limits[0].name, rows[i].name);
		assert_true(s->limits[0].soft == rows[i].soft);
		assert_true(s->limits[0].hard == rows[i].hard);
	}
}

static void sizes_have_units(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} rows[] = {
		{ "1", 1 },
		{ "2k", 2048 },
		{ "3M", 3 << 20 },
		{ "4g", UINT64_C(4) << 30 },
		{ "1T", UINT64_C(1) << 40 },
		{ "9223372036854775807", INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, "memory", rows[i].text);
		assert_true(s->resources.memory == rows[i].bytes);
	}
}

static void processors_become_quotas(void **state)
{
	static const struct {
		const char *text;
		uint64_t quota;
	} rows[] = {
		{ "1", 100000 },
		{ "1.5", 150000 },
		{ "0.01", 1000 },
		{ "0.33333", 33333 },
		{ "8192", 819200000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);

		spec_set(&cx, s, "cpus", rows[i].text);
		assert_true(s->resources.cpu_quota == rows[i].quota);
	}
}

static void unlimited_tasks_are_possible(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "pids-limit", "unlimited");
	assert_int_equal(s->resources.pids, PIDS_UNLIMITED);
}

static void parameters_are_sorted(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "sysctl", "net.ipv4.ping_group_range=0\t2147483647");
	spec_set(&cx, s, "sysctl", "fs.mqueue.msg_max=10");
	spec_set(&cx, s, "sysctl", "kernel.sem=");
	spec_set(&cx, s, "sysctl", "kernel.domainname=example");
	assert_string_equal(s->sysctls[0].name, "fs.mqueue.msg_max");
	assert_string_equal(s->sysctls[1].name, "kernel.domainname");
	assert_string_equal(s->sysctls[2].name, "kernel.sem");
	assert_string_equal(s->sysctls[2].value, "");
	assert_string_equal(s->sysctls[3].value, "0\t2147483647");
}

static void malformed_values_are_refused(void **state)
{
	static const struct bad_spec rows[] = {
		{ "ulimit", "nofile", OCIT_E_USAGE, "expected NAME=SOFT[:HARD]", NULL },
		{ "ulimit", "files=1", OCIT_E_USAGE, "unknown resource limit 'files'",
			"getrlimit" },
		{ "ulimit", "=1", OCIT_E_USAGE, "unknown resource limit ''", NULL },
		{ "ulimit", "core=", OCIT_E_USAGE, "found ''", NULL },
		{ "ulimit", "core=1:", OCIT_E_USAGE, "found ''", NULL },
		{ "ulimit", "core=2:1", OCIT_E_USAGE, "above the hard limit", NULL },
		{ "ulimit", "core=unlimited:1", OCIT_E_USAGE, "above the hard limit", NULL },
		{ "ulimit", "core=-1", OCIT_E_USAGE, "found '-1'", NULL },
		{ "ulimit", "core=18446744073709551616", OCIT_E_USAGE, "expected a number", NULL },
		{ "ulimit", "core=1:2:3", OCIT_E_USAGE, "found '2:3'", NULL },
		{ "memory", "", OCIT_E_USAGE, "expected bytes", NULL },
		{ "memory", "k", OCIT_E_USAGE, "expected bytes", NULL },
		{ "memory", "0", OCIT_E_USAGE, "found '0'", NULL },
		{ "memory", "1kb", OCIT_E_USAGE, "found '1kb'", NULL },
		{ "memory", "8388608t", OCIT_E_USAGE, "found '8388608t'", NULL },
		{ "memory", "9223372036854775808", OCIT_E_USAGE, "expected bytes", NULL },
		{ "memory", "1\xa7", OCIT_E_USAGE, "expected bytes", NULL },
		{ "cpus", "0", OCIT_E_USAGE, "from 0.01 to 8192", NULL },
		{ "cpus", "0.009", OCIT_E_USAGE, "found '0.009'", NULL },
		{ "cpus", "1.", OCIT_E_USAGE, "found '1.'", NULL },
		{ "cpus", ".5", OCIT_E_USAGE, "found '.5'", NULL },
		{ "cpus", "1.000001", OCIT_E_USAGE, "found '1.000001'", NULL },
		{ "cpus", "1,5", OCIT_E_USAGE, "found '1,5'", NULL },
		{ "cpus", "8193", OCIT_E_USAGE, "found '8193'", NULL },
		{ "pids-limit", "0", OCIT_E_USAGE, "from 1 to 2147483647", NULL },
		{ "pids-limit", "-1", OCIT_E_USAGE, "found '-1'", NULL },
		{ "pids-limit", "2147483648", OCIT_E_USAGE, "found '2147483648'", NULL },
		{ "sysctl", "net.x", OCIT_E_USAGE, "expected NAME=VALUE", NULL },
		{ "sysctl", "=1", OCIT_E_USAGE, "is not a kernel parameter's name", NULL },
		{ "sysctl", "net..x=1", OCIT_E_USAGE, "'net..x'", NULL },
		{ "sysctl", "net.=1", OCIT_E_USAGE, "'net.'", NULL },
		{ "sysctl", "net/../../x=1", OCIT_E_USAGE, "'net/../../x'", NULL },
		{ "sysctl", "vm.swappiness=1", OCIT_E_USAGE, "belongs to the host", NULL },
		{ "sysctl", "kernel.hostname=x", OCIT_E_USAGE,
			"'--sysctl': 'kernel.hostname' is the host name", "--hostname" },
		{ NULL, "{\"args\":[\"a\"],\"sysctl\":{\"kernel.hostname\":\"x\"}}", OCIT_E_FORMAT,
			"'kernel.hostname' is the host name", "'hostname'" },
		{ "sysctl", "net.x=1\n", OCIT_E_USAGE,
			"'--sysctl': byte 1 of the value is a control byte, \\x0a", NULL },
		{ "sysctl", "net.x=\x7f", OCIT_E_USAGE, "byte 0 of the value", NULL },
		{ NULL, "{\"args\":[\"a\"],\"sysctl\":{\"net.x\":\"1\\r\"}}", OCIT_E_FORMAT,
			"'net.x': byte 1 of the value is a control byte, \\x0d", NULL },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

/* The kernel never allows more open files than fs.nr_open, not even to root. */
static void open_files_have_a_limit(void **state)
{
	static const struct bad_spec rows[] = {
		{ "ulimit", "nofile=unlimited", OCIT_E_USAGE,
			"'--ulimit': 'RLIMIT_NOFILE' is unlimited, limit 1048576", "such as 4096" },
		{ "ulimit", "nofile=4096:unlimited", OCIT_E_USAGE, "is unlimited", NULL },
		{ "ulimit", "NOFILE=1:1048577", OCIT_E_USAGE, "is 1048577, limit 1048576", NULL },
		{ NULL,
			"{\"args\":[\"a\"],\"rlimits\":{\"NOFILE\":{\"soft\":4096,\"hard\":"
			"\"unlimited\"}}}",
			OCIT_E_FORMAT,
			"'rlimits.NOFILE': 'RLIMIT_NOFILE' is unlimited, limit 1048576",
			"fs.nr_open" },
	};

	(void)state;
	specs_refused(rows, ARRAY_LEN(rows));
}

static void the_same_limit_twice_is_refused(void **state)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);

	(void)state;
	spec_set(&cx, s, "ulimit", "core=0");
	assert_int_equal(spec_option(&cx, s, "ulimit", "CORE=1"), OCIT_E_USAGE);
	spec_set(&cx, s, "sysctl", "net.x=1");
	assert_int_equal(spec_option(&cx, s, "sysctl", "net.x=1"), OCIT_E_USAGE);
	assert_contains(ctx_message(&cx), "'net.x' is set twice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_exact),
		cmocka_unit_test(sizes_have_units),
		cmocka_unit_test(processors_become_quotas),
		cmocka_unit_test(unlimited_tasks_are_possible),
		cmocka_unit_test(parameters_are_sorted),
		cmocka_unit_test(malformed_values_are_refused),
		cmocka_unit_test(open_files_have_a_limit),
		cmocka_unit_test(the_same_limit_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

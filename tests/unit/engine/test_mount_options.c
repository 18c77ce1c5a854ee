/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_mount_options.c: options that hold together, and those that do not. */
#include "engine/mount_options.h"
#include "support/spec.h"

struct option_case {
	const char *type;
	const char *options[4];
	const char *message; /* NULL: they are taken */
};

static void check(const struct option_case *c)
{
	struct mount m = { .type = c->type, .options = (const char **)c->options };
	struct ctx cx;
	int r;

	while (m.n_options < ARRAY_LEN(c->options) && c->options[m.n_options])
		m.n_options++;
	assert_int_equal(ctx_init(&cx, NULL), 0);
	r = mount_options_check(&cx, &m);
	assert_int_equal(r, c->message ? OCIT_E_FORMAT : 0);
	if (c->message)
		assert_contains(ctx_message(&cx), c->message);
}

static void case_033_options_that_are_refused(void **state)
{
	static const struct option_case rows[] = {
		{ "none", { "bind", "frobnicate" }, "'frobnicate' means nothing to a bind mount" },
		{ "none", { "bind", "size=1m" }, "'size=1m' means nothing" },
		{ "tmpfs", { "sise=1m" }, "'sise=1m' is not known to tmpfs" },
		{ "tmpfs", { "sizes" }, "not known to tmpfs" },
		{ "none", { "bind", "ro", "bind" }, "'bind' is there twice" },
		{ "ext4", { "data=journal", "data=journal" }, "is there twice" },
		{ "none", { "bind", "ro", "rw" }, "'ro' and 'rw' contradict each other" },
		{ "none", { "bind", "rbind" }, "'bind' and 'rbind' contradict" },
		{ "none", { "bind", "nosuid", "suid" }, "'nosuid' and 'suid'" },
		{ "none", { "bind", "private", "shared" }, "'private' and 'shared'" },
		{ "none", { "bind", "rro", "rrw" }, "'rro' and 'rrw'" },
		{ "tmpfs", { "size=1m", "size=2m" }, "'size=1m' and 'size=2m' contradict" },
		{ "none", { "bind", "ro,nosuid" }, "'ro,nosuid' has a comma" },
		{ "none", { "bind", "" }, "an option is empty" },
		{ "ext4", { "a\nb" }, "'a\\x0ab' has control bytes" },
		{ "none", { "bind", "idmap" }, "'idmap' needs a user namespace" },
		{ "ext4", { "ridmap" }, "'ridmap' needs a user namespace" },
		{ "none", { "ro" }, "type 'none' without option 'bind' or 'rbind'" },
		{ "bind", { NULL }, "type 'bind' without option" },
		{ NULL, { NULL }, "type 'none' without option" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(&rows[i]);
}

static void case_033_options_that_are_taken(void **state)
{
	static const struct option_case rows[] = {
		{ "none", { "bind" }, NULL },
		{ NULL, { "rbind", "ro", "rro" }, NULL },
		{ "bind", { "bind", "rslave", "noexec", "nodev" }, NULL },
		{ "tmpfs", { "size=1m", "mode=1777", "huge=never", "noexec" }, NULL },
		{ "tmpfs", { NULL }, NULL },
		{ "ext4", { "data=journal", "anything", "ro" }, NULL },
		{ "overlay", { "lowerdir=/a:/b", "upperdir=/c", "workdir=/d" }, NULL },
		{ "none", { "bind", "noatime", "nodiratime" }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(&rows[i]);
}

static void the_number_of_options_is_limited(void **state)
{
	const char *options[65];
	struct mount m = { .type = "ext4", .options = options, .n_options = ARRAY_LEN(options) };
	struct ctx cx;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		options[i] = "x";
	assert_int_equal(ctx_init(&cx, NULL), 0);
	assert_int_equal(mount_options_check(&cx, &m), OCIT_E_LIMIT);
	assert_contains(ctx_message(&cx), "65 options, limit 64");
}

static void newer_options_are_told(void **state)
{
	const char *old[] = { "rbind", "ro", "rprivate", "relatime" };
	const char *new[] = { "rbind", "rnosuid" };
	struct mount m = { .options = old, .n_options = ARRAY_LEN(old) };

	(void)state;
	assert_null(mount_option_newer(&m));
	m.options = new;
	m.n_options = ARRAY_LEN(new);
	assert_string_equal(mount_option_newer(&m), "rnosuid");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_033_options_that_are_refused),
		cmocka_unit_test(case_033_options_that_are_taken),
		cmocka_unit_test(the_number_of_options_is_limited),
		cmocka_unit_test(newer_options_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

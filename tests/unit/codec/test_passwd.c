/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_passwd.c: texts of passwd and group, and the accounts that are told of
 * them.
 */
#include "codec/passwd.h"

#include <stdio.h>

#include "support/test.h"

struct told {
	char text[1024];
	size_t len, stop;
};

static int tell(void *data, const struct passwd_line *l)
{
	struct told *t = data;

	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len,
		"%s%.*s %u %u %.*s %.*s", t->len ? "; " : "", (int)l->name.len, l->name.text, l->id,
		l->gid, (int)l->home.len, l->home.len ? l->home.text : "", (int)l->shell.len,
		l->shell.len ? l->shell.text : "");
	assert_true(t->len < sizeof(t->text));
	return t->stop && !--t->stop ? 7 : 0;
}

static const struct {
	const char *text, *users, *groups;
} rows[] = {
	{ "", "", "" },
	{ "root:x:0:0:root:/root:/bin/bash\nw:*:33:34::/var/www:",
		"root 0 0 /root /bin/bash; w 33 34 /var/www ", "" },
	{ "root:x:0:\nadm:x:4:a,b\n", "", "root 0 0  ; adm 4 0  " },
	{ "+::::::\n# c\n\na:x:01:0:::\na:x:-1:0:::\na:x:2147483648:0:::\na:x:1:x:::", "", "" },
	{ "a:x:1:2:::/s:t\na:x:1:2::\n:x:1:2:::\n-a:x:1:2:::\na b:x:1:2:::", "", "" },
	{ "_a.b-C1:x:1:2:::", "_a.b-C1 1 2  ", "" },
	{ "123456789012345678901234567890123:x:1:2:::\n12345678901234567890123456789012:x:1:2:::",
		"12345678901234567890123456789012 1 2  ", "" },
};

static void the_accounts_of_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct told users = { .len = 0 }, groups = { .len = 0 };
		size_t len = strlen(rows[i].text);

		assert_int_equal(passwd_read(rows[i].text, len, tell, &users), 0);
		assert_string_equal(users.text, rows[i].users);
		assert_int_equal(passwd_read_groups(rows[i].text, len, tell, &groups), 0);
		assert_string_equal(groups.text, rows[i].groups);
	}
}

static void whoever_listens_can_end_it(void **state)
{
	struct told t = { .stop = 1 };

	(void)state;
	assert_int_equal(passwd_read_groups("a:x:1:\nb:x:2:\n", 14, tell, &t), 7);
	assert_string_equal(t.text, "a 1 0  ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_accounts_of_a_text),
		cmocka_unit_test(whoever_listens_can_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_accounts.c: which users and groups of a tree come along. */
#include "unit/source/root_lab.h"

static void make(struct root_lab *lab)
{
	lab_base(lab);
	lab_sh(lab,
		"prog usr/bin/p 'int main;'; echo 'user www;' >etc/p.conf; echo www >usr/bin/q; "
		"printf 'root:x:0:0::/root:/bin/sh\\nwww:x:33:34::/var/www:\\nold:x:101:101:::\\n"
		"alice:x:1000:1000::/home/alice:/bin/sh\\nbroken\\n' >etc/passwd; "
		"printf 'root:x:0:\\nweb:x:34:\\nold:x:101:\\nalice:x:1000:\\nadm:x:4:\\n' "
		">etc/group");
}

/* "USER=ID:GID HOME ... / GROUP=ID ..." */
static void assert_accounts(const struct root_lab *lab, const char *expected)
{
	char text[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < lab->g->n_users; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s=%u:%u %s ",
			lab->g->users[i].name, lab->g->users[i].id, lab->g->users[i].gid,
			lab->g->users[i].home);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "/");
	for (size_t i = 0; i < lab->g->n_groups; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " %s=%u",
			lab->g->groups[i].name, lab->g->groups[i].id);
	assert_string_equal(text, expected);
}

static void those_that_a_configuration_names(void **state)
{
	struct root_lab *lab = *state;

	make(lab);
	lab_run(lab, "/usr/bin/p");
	assert_accounts(lab, "/");
	lab_run(lab, "/usr/bin/p /etc/p.conf");
	assert_accounts(lab, "www=33:34 /var/www / web=34");
	/* Only below /etc a word is more than a word. */
	lab_run(lab, "/usr/bin/p /usr/bin/q");
	assert_accounts(lab, "/");
	lab_sh(lab, "echo alice adm >etc/p.conf");
	lab_run(lab, "/usr/bin/p /etc/p.conf");
	assert_accounts(lab, "/ adm=4");
	lab_sh(lab, "head -c 200000 /dev/zero | tr '\\0' ' ' >>etc/p.conf");
	lab_run(lab, "/usr/bin/p /etc/p.conf");
	assert_accounts(lab, "/");
}

static void those_that_the_description_names(void **state)
{
	struct root_lab *lab = *state;

	make(lab);
	lab_run_with(lab, "/usr/bin/p", "user", "alice:adm");
	assert_accounts(lab, "alice=1000:1000 /home/alice / adm=4 alice=1000");
	lab_run_with(lab, "/usr/bin/p", "group-add", "old");
	assert_accounts(lab, "/ old=101");
	lab_run_with(lab, "/usr/bin/p", "user", "nobody");
	assert_accounts(lab, "/");
	lab_run_with(lab, "/usr/bin/p", "user", "1000");
	assert_accounts(lab, "/");
}

static void those_that_own_a_file(void **state)
{
	struct root_lab *lab = *state;

	if (getuid() != 0) {
		print_message("skipped: only root gives files away\n");
		skip();
	}
	make(lab);
	lab_sh(lab, "chown 101:4 usr/bin/p");
	lab_run(lab, "/usr/bin/p");
	assert_accounts(lab, "old=101:101 / / adm=4 old=101");
}

static void without_databases_there_are_none(void **state)
{
	struct root_lab *lab = *state;

	make(lab);
	lab_sh(lab, "rm etc/passwd; mv etc/group etc/group.d; mkdir etc/group");
	lab_run(lab, "/usr/bin/p /etc/p.conf");
	assert_accounts(lab, "/");
	lab_no_notes(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(those_that_a_configuration_names),
		LAB_TEST(those_that_the_description_names),
		LAB_TEST(those_that_own_a_file),
		LAB_TEST(without_databases_there_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

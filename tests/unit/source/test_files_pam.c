/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_pam.c: rules of PAM for the programs that are in, and their modules.
 */
#include "unit/source/root_lab.h"

static void make(struct root_lab *lab)
{
	lab_base(lab);
	lab_sh(lab,
		"lib usr/lib/libpam.so.0 libpam.so.0 'int p;'; lib usr/lib/libq.so libq.so 'int "
		"q;'; "
		"prog usr/bin/login 'int main;' usr/lib/libpam.so.0; prog usr/bin/ls 'int main;'; "
		"mkdir -p etc/pam.d etc/security usr/lib/security; "
		"for m in a b c env; do lib usr/lib/security/pam_$m.so pam_$m.so 'int m;' "
		"usr/lib/libq.so; done; "
		"printf 'auth required pam_a.so\\n@include common\\n-auth optional pam_none.so\\n' "
		">etc/pam.d/login; echo 'session include deep' >etc/pam.d/common; "
		"echo 'auth substack common' >etc/pam.d/deep; "
		"echo 'auth required /usr/lib/security/pam_b.so' >>etc/pam.d/deep; "
		"echo 'auth required pam_env.so' >etc/pam.d/login-l; echo x >etc/environment; "
		"echo 'auth required pam_c.so' >etc/pam.d/ls; echo '# no' >etc/pam.d/other");
}

static void rules_and_modules_of_a_program(void **state)
{
	struct root_lab *lab = *state;

	make(lab);
	lab_run(lab, "/usr/bin/login");
	lab_edge(lab, "/usr/bin/login", "/etc/pam.d/login", RULE_PAM, "login");
	lab_edge(lab, "/usr/bin/login", "/etc/pam.d/login-l", RULE_PAM, "login-l");
	lab_edge(lab, "/usr/bin/login", "/etc/pam.d/other", RULE_PAM, "other");
	lab_edge(lab, "/etc/pam.d/login", "/usr/lib/security/pam_a.so", RULE_PAM, "pam_a.so");
	lab_edge(lab, "/etc/pam.d/login", "/etc/pam.d/common", RULE_PAM, NULL);
	lab_edge(lab, "/etc/pam.d/common", "/etc/pam.d/deep", RULE_PAM, NULL);
	lab_edge(lab, "/etc/pam.d/deep", "/usr/lib/security/pam_b.so", RULE_PAM, NULL);
	lab_edge(lab, "/usr/lib/security/pam_a.so", "/usr/lib/libq.so", RULE_NEEDED, NULL);
	lab_node(lab, "/etc/environment");
	lab_absent(lab, "/etc/pam.d/ls");
	lab_absent(lab, "/usr/lib/security/pam_c.so");
	lab_no_notes(lab);
}

static void without_its_library_nobody_asks_it(void **state)
{
	struct root_lab *lab = *state;

	make(lab);
	lab_run(lab, "/usr/bin/ls");
	lab_absent(lab, "/etc/pam.d");
	lab_sh(lab, "rm -r etc/pam.d; echo >etc/pam.d");
	lab_run(lab, "/usr/bin/login");
	lab_absent(lab, "/etc/pam.d");
}

/* It was an ordinary file when it was looked at first. */
static void rules_that_were_named_before_are_read_all_the_same(void **state)
{
	struct root_lab *lab = *state;

	make(lab);
	lab_run(lab, "/usr/bin/login /etc/pam.d/login");
	lab_node(lab, "/usr/lib/security/pam_a.so");
	lab_sh(lab, "head -c 2000000 /dev/zero | tr '\\0' '#' >>etc/pam.d/login");
	lab_run(lab, "/usr/bin/login");
	lab_note(lab, "'/etc/pam.d/login' is not searched for modules: 20");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(rules_and_modules_of_a_program),
		LAB_TEST(without_its_library_nobody_asks_it),
		LAB_TEST(rules_that_were_named_before_are_read_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

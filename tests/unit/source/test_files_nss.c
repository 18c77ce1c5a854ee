/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_nss.c: --nss=host: the host's nsswitch.conf and the modules it
 * names. */
#include "unit/source/root_lab.h"

static void make(struct root_lab *lab, const char *conf)
{
	char text[1024];

	lab_base(lab);
	snprintf(text, sizeof(text),
		"lib usr/lib/libc.so.6 libc.so.6 'int c;'; prog usr/bin/q 'int main;'; "
		"prog usr/bin/p 'int main;' usr/lib/libc.so.6; "
		"lib usr/lib/libx.so.1 libx.so.1 'int x;'; "
		"for n in one two three four; do lib usr/lib/libnss_$n.so.2 libnss_$n.so.2 'int "
		"n;' "
		"usr/lib/libx.so.1; done; %s",
		conf);
	lab_sh(lab, text);
}

static void modules_that_the_hosts_file_names(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "printf '# passwd: four\\npasswd:files one\\nhosts:\\tfiles [NOTFOUND=four] two "
		  "dns # four\\nx: one absent\\n\\n:\\nthree\\n' >etc/nsswitch.conf");
	lab_run_with(lab, "/usr/bin/p", "nss", "host");
	lab_edge(lab, "/usr/lib/libc.so.6", "/etc/nsswitch.conf", RULE_HINT, NULL);
	lab_edge(lab, "/usr/lib/libc.so.6", "/usr/lib/libnss_one.so.2", RULE_HINT, "nsswitch.conf");
	lab_edge(lab, "/usr/lib/libnss_two.so.2", "/usr/lib/libx.so.1", RULE_NEEDED, "libx.so.1");
	lab_absent(lab, "/usr/lib/libnss_three.so.2");
	lab_absent(lab, "/usr/lib/libnss_four.so.2");
	lab_no_notes(lab);
	/* Without libc nobody looks anything up. */
	lab_run_with(lab, "/usr/bin/q", "nss", "host");
	lab_absent(lab, "/etc/nsswitch.conf");
}

static void by_default_none_of_it(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "echo 'passwd: one' >etc/nsswitch.conf");
	lab_run(lab, "/usr/bin/p");
	lab_absent(lab, "/etc/nsswitch.conf");
	lab_absent(lab, "/usr/lib/libnss_one.so.2");
	lab_run_with(lab, "/usr/bin/p", "nss", "files");
	lab_absent(lab, "/usr/lib/libnss_one.so.2");
}

static void names_that_lead_elsewhere_and_files_that_are_none(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "mkdir usr/lib/libnss_; echo >secret; "
		  "printf 'passwd: ../../../secret /one one/../two one.two\\n' >etc/nsswitch.conf");
	lab_run_with(lab, "/usr/bin/p", "nss", "host");
	lab_absent(lab, "/secret");
	lab_absent(lab, "/usr/lib/libnss_one.so.2");
	lab_absent(lab, "/usr/lib/libnss_two.so.2");
	lab_sh(lab, "rm etc/nsswitch.conf");
	lab_run_with(lab, "/usr/bin/p", "nss", "host");
	lab_absent(lab, "/etc/nsswitch.conf");
	lab_no_notes(lab);
	lab_sh(lab, "mkfifo etc/nsswitch.conf");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "nss", "host"), 0);
	assert_true(lab_find(lab) < 0);
	assert_non_null(strstr(ctx_message(&lab->cx), "'/etc/nsswitch.conf'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(modules_that_the_hosts_file_names),
		LAB_TEST(by_default_none_of_it),
		LAB_TEST(names_that_lead_elsewhere_and_files_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_words.c: scripts bring the programs they start. */
#include "unit/source/root_lab.h"

static void make_programs(struct root_lab *lab)
{
	lab_base(lab);
	lab_sh(lab, "for p in sh grep sed awk head tool; do prog usr/bin/$p 'int main;'; done; "
		    "mkdir -p srv; echo text >srv/data; chmod 600 srv/data");
}

static void a_script_brings_the_programs_of_its_text(void **state)
{
	struct root_lab *lab = *state;

	make_programs(lab);
	lab_sh(lab, "printf '#!/bin/sh\\n# sed\\ngrep x /srv/data | head; missing || :\\n"
		    "exec /usr/bin/tool \"$(awk y)\"\\n' >srv/run; chmod +x srv/run");
	lab_run(lab, "/srv/run");
	lab_edge(lab, "/srv/run", "/usr/bin/grep", RULE_TEXT, "grep");
	lab_edge(lab, "/srv/run", "/usr/bin/head", RULE_TEXT, "head");
	lab_edge(lab, "/srv/run", "/usr/bin/awk", RULE_TEXT, "awk");
	lab_edge(lab, "/srv/run", "/usr/bin/tool", RULE_TEXT, "/usr/bin/tool");
	/* A comment names nothing; a file that is no program may be anything, also a secret. */
	lab_absent(lab, "/usr/bin/sed");
	lab_absent(lab, "/srv/data");
	lab_no_notes(lab);
}

static void scripts_are_followed_to_the_end(void **state)
{
	struct root_lab *lab = *state;

	make_programs(lab);
	lab_sh(lab, "printf '#!/bin/sh\\nsecond\\n' >srv/run; "
		    "printf '#!/usr/bin/env sh\\nsed p\\n' >usr/bin/second; chmod +x srv/run "
		    "usr/bin/second; "
		    "prog usr/bin/env 'int main;'");
	lab_run(lab, "/srv/run");
	lab_edge(lab, "/usr/bin/second", "/usr/bin/sed", RULE_TEXT, "sed");
}

static void other_languages_and_data_are_not_shell(void **state)
{
	struct root_lab *lab = *state;

	make_programs(lab);
	lab_sh(lab, "printf '#!/usr/bin/tool\\ngrep\\n' >srv/run; printf '#!/bin/sh\\nsed\\n' "
		    ">srv/lib.sh; "
		    "chmod +x srv/run");
	lab_run(lab, "/srv/run");
	lab_absent(lab, "/usr/bin/grep");
	lab_run(lab, "/usr/bin/tool /srv/run /srv/data");
	lab_absent(lab, "/usr/bin/grep");
	/* Named on the command line it will be read by somebody. */
	lab_run(lab, "/bin/sh /srv/lib.sh");
	lab_edge(lab, "/srv/lib.sh", "/usr/bin/sed", RULE_TEXT, "sed");
}

static void the_text_behind_c_is_a_script(void **state)
{
	static const char *const good[][5] = {
		{ "/bin/sh", "-c", "grep x | sed y", "head" },
		{ "/bin/sh", "-e", "-uc", "grep x | sed y", "head" },
		{ "/usr/bin/tool", "sh", "-c", "grep x | sed y" },
	};
	static const char *const bad[][5] = {
		{ "/usr/bin/tool", "-c", "grep x | sed y" },
		{ "/bin/sh", "--", "grep x | sed y" },
		{ "/bin/sh", "-c" },
	};
	struct root_lab *lab = *state;

	make_programs(lab);
	for (size_t i = 0; i < ARRAY_LEN(good) + ARRAY_LEN(bad); i++) {
		bool is_good = i < ARRAY_LEN(good);
		const char *const *args = is_good ? good[i] : bad[i - ARRAY_LEN(good)];

		lab_spec(lab, "");
		for (size_t k = 0; k < 5 && args[k]; k++)
			assert_int_equal(spec_option(&lab->cx, lab->spec, "arg", args[k]), 0);
		assert_int_equal(lab_find(lab), 0);
		assert_int_equal(graph_find(lab->g, "/usr/bin/grep") != NULL, is_good);
		assert_int_equal(graph_find(lab->g, "/usr/bin/sed") != NULL, is_good);
		lab_absent(lab, "/usr/bin/head");
	}
}

static void large_scripts_are_noted(void **state)
{
	struct root_lab *lab = *state;

	make_programs(lab);
	lab_sh(lab,
		"printf '#!/bin/sh\\ngrep\\n' >srv/run; truncate -s 5M srv/run; chmod +x srv/run");
	lab_run(lab, "/srv/run");
	lab_note(lab, "'/srv/run' is not searched for programs: 5242880 bytes, limit 4194304");
	lab_absent(lab, "/usr/bin/grep");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_script_brings_the_programs_of_its_text),
		LAB_TEST(scripts_are_followed_to_the_end),
		LAB_TEST(other_languages_and_data_are_not_shell),
		LAB_TEST(the_text_behind_c_is_a_script),
		LAB_TEST(large_scripts_are_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

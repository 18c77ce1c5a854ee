/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_script.c: interpreters of scripts, and what env starts. */
#include "unit/source/root_lab.h"

#define SCRIPT "script() { printf '%b' \"$2\" >\"$1\"; chmod +x \"$1\"; }; "

static void make(struct root_lab *lab, const char *more)
{
	lab_base(lab);
	lab_sh(lab, "prog usr/bin/sh 'int main;'; prog usr/bin/env 'int main;'; "
		    "prog opt/bin/tool 'int main;'");
	lab_sh(lab, more);
}

static void the_interpreter_of_a_script_is_followed(void **state)
{
	struct root_lab *lab = *state;

	make(lab, SCRIPT "script etc/s '#!/bin/sh -e\\necho\\n'");
	lab_run(lab, "/etc/s");
	lab_edge(lab, "/etc/s", "/bin", RULE_SHEBANG, NULL);
	lab_edge(lab, "/etc/s", "/usr/bin/sh", RULE_SHEBANG, NULL);
	lab_edge(lab, "/usr/bin/sh", "/usr/lib/ld.so.1", RULE_INTERPRETER, NULL);
	assert_true(lab->g->machine != 0);
	lab_no_notes(lab);
}

static void case_146_env_names_a_program_of_path(void **state)
{
	struct root_lab *lab = *state;

	make(lab, SCRIPT "script etc/s '#!/usr/bin/env tool\\n'; "
			 "script etc/split '#!/usr/bin/env -S A=1 tool -f\\n'; "
			 "script etc/path '#!/usr/bin/env -S PATH=/opt/bin tool\\n'; "
			 "script etc/full '#!/usr/bin/env /opt/bin/tool\\n'; "
			 "script etc/word '#!/usr/bin/env sh -e\\n'; "
			 "script etc/rel '#!/usr/bin/env bin/tool\\n'; touch usr/bin/tool; "
			 "mkdir -p usr/local/bin/tool");
	lab_spec(lab, "/etc/s");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "env",
				 "PATH=relative::/usr/bin:/usr/local/bin:/opt/bin"),
		0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, "/etc/s", "/usr/bin/env", RULE_SHEBANG, NULL);
	lab_edge(lab, "/etc/s", "/opt/bin/tool", RULE_SHEBANG, "tool");
	lab_run(lab, "/etc/path");
	lab_edge(lab, "/etc/path", "/opt/bin/tool", RULE_SHEBANG, "tool");
	lab_run(lab, "/etc/full");
	lab_edge(lab, "/etc/full", "/opt/bin/tool", RULE_SHEBANG, "/opt/bin/tool");
	lab_refuses(lab, "/etc/split", OCIT_E_NOT_FOUND,
		"program 'tool' of '/usr/bin/env' is not in PATH '/usr/local/sbin:");
	lab_refuses(lab, "/etc/word", OCIT_E_NOT_FOUND, "program 'sh -e'");
	assert_non_null(strstr(lab->cx.hint, "env -S"));
	lab_refuses(lab, "/etc/rel", OCIT_E_FORMAT, "'bin/tool' depends on the working directory");
}

static void case_145_scripts_interpret_scripts_as_often_as_the_kernel_allows(void **state)
{
	struct root_lab *lab = *state;

	make(lab, SCRIPT "script etc/s1 '#!/bin/sh\\n'; "
			 "for i in 2 3 4 5 6; do script etc/s$i \"#!/etc/s$((i-1))\\\\n\"; done; "
			 "script etc/self '#!/etc/self\\n'");
	lab_run(lab, "/etc/s5");
	lab_edge(lab, "/etc/s5", "/etc/s4", RULE_SHEBANG, NULL);
	lab_edge(lab, "/etc/s1", "/usr/bin/sh", RULE_SHEBANG, NULL);
	lab_refuses(lab, "/etc/s6", OCIT_E_FORMAT, "more than 5 scripts");
	lab_refuses(lab, "/etc/self", OCIT_E_FORMAT, "more than 5 scripts");
}

static void case_145_and_147_a_bad_interpreter_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *script;
		int code;
		const char *says;
	} rows[] = {
		{ "/etc/missing", OCIT_E_NOT_FOUND, "interpreter '/no/such' does not exist" },
		{ "/etc/dir", OCIT_E_FORMAT, "interpreter '/usr' is a directory" },
		{ "/etc/shadowed", OCIT_E_FORMAT, "interpreter '/etc/shadow' is not executable" },
		{ "/etc/relative", OCIT_E_FORMAT, "interpreter 'bin/sh' is not absolute" },
		{ "/etc/loop", OCIT_E_FORMAT, "interpreter '/etc/l' is a loop" },
		{ "/etc/kernel", OCIT_E_FORMAT, "interpreter '/proc/self/exe' is no file" },
		{ "/etc/empty", OCIT_E_FORMAT, "names no interpreter" },
		{ "/etc/crlf", OCIT_E_NOT_FOUND, "'/bin/sh\\x0d' does not exist" },
		{ "/etc/data", OCIT_E_FORMAT, "neither an ELF file nor a script" },
		{ "/etc/nothing", OCIT_E_FORMAT, "neither an ELF file nor a script" },
	};
	struct root_lab *lab = *state;

	make(lab, SCRIPT "script etc/missing '#!/no/such\\n'; script etc/dir '#!/usr\\n'; "
			 "script etc/shadowed '#!/etc/shadow\\n'; echo secret >etc/shadow; "
			 "script etc/relative '#!bin/sh\\n'; script etc/loop '#!/etc/l\\n'; "
			 "ln -s l etc/l; script etc/kernel '#!/proc/self/exe\\n'; "
			 "script etc/empty '#!\\n'; script etc/crlf '#!/bin/sh\\r\\n'; "
			 "script etc/data 'echo\\n'; script etc/nothing ''");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		lab_refuses(lab, rows[i].script, rows[i].code, rows[i].says);
}

static void scripts_among_the_arguments_are_followed_if_they_can_be(void **state)
{
	struct root_lab *lab = *state;

	make(lab, SCRIPT "script etc/good '#!/opt/bin/tool\\n'; chmod -x etc/good; "
			 "script etc/bad '#!/no/such\\n'; script etc/env '#!/usr/bin/env none\\n'; "
			 "script etc/empty '#!\\n'; script etc/six '#!/etc/six\\n'");
	lab_run(lab, "/bin/sh /etc/good /etc/bad /etc/env /etc/empty /etc/six");
	lab_edge(lab, "/etc/good", "/opt/bin/tool", RULE_SHEBANG, NULL);
	lab_node(lab, "/etc/bad");
	lab_note(lab, "'/etc/bad': interpreter '/no/such' does not exist");
	lab_note(lab, "'/etc/env': program 'none' of '/usr/bin/env' is not in PATH");
	lab_note(lab, "'/etc/empty': what it needs is not known");
	lab_note(lab, "'/etc/six': more than 5 scripts");
	assert_int_equal(lab->g->n_notes, 4);
}

static void what_is_not_executable_in_a_directory_is_data(void **state)
{
	struct root_lab *lab = *state;

	make(lab, SCRIPT "mkdir data; script data/run '#!/opt/bin/tool\\n'; "
			 "script data/module '#!perl -w\\n'; chmod -x data/module; "
			 "script data/old '#!/no/such\\n'; chmod -x data/old");
	lab_spec(lab, "/bin/sh");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/data"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, "/data/run", "/opt/bin/tool", RULE_SHEBANG, NULL);
	lab_no_notes(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(the_interpreter_of_a_script_is_followed),
		LAB_TEST(case_146_env_names_a_program_of_path),
		LAB_TEST(case_145_scripts_interpret_scripts_as_often_as_the_kernel_allows),
		LAB_TEST(case_145_and_147_a_bad_interpreter_is_refused_with_the_reason),
		LAB_TEST(scripts_among_the_arguments_are_followed_if_they_can_be),
		LAB_TEST(what_is_not_executable_in_a_directory_is_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

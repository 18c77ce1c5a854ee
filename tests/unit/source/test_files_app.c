/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_app.c: whose directory goes in as a whole, and whose never. */
#include "unit/source/root_lab.h"

#define DLOPEN "'void dlopen(void);int main(void){dlopen();return 0;}' usr/lib/libdl.so"

static void make_base(struct root_lab *lab)
{
	lab_base(lab);
	lab_sh(lab, "lib usr/lib/libdl.so libdl.so 'void dlopen(void){}'");
}

static void a_program_that_opens_what_lies_beside_it_brings_its_directory(void **state)
{
	struct root_lab *lab = *state;

	make_base(lab);
	lab_sh(lab,
		"lib opt/app/lib/libfoo.so libfoo.so 'int foo;'; mkdir -p opt/app/lib/plugins; "
		"echo >opt/app/lib/plugins/p; echo >opt/other; "
		"prog opt/app/bin/main 'int main;' opt/app/lib/libfoo.so "
		"'-Wl,-rpath,$ORIGIN/../lib'; prog opt/two/main " DLOPEN "; echo >opt/two/data");
	lab_run(lab, "/opt/app/bin/main");
	lab_edge(lab, "/opt/app/bin/main", "/opt/app", RULE_APPLICATION, NULL);
	lab_edge(lab, "/opt/app", "/opt/app/lib/plugins/p", RULE_APPLICATION, NULL);
	lab_absent(lab, "/opt/other");
	lab_run(lab, "/opt/two/main");
	lab_edge(lab, "/opt/two", "/opt/two/data", RULE_APPLICATION, NULL);
	lab_absent(lab, "/opt/app");
	lab_no_notes(lab);
}

static void directories_of_everybody_stay(void **state)
{
	static const char *const programs[] = { "/usr/bin/p", "/opt/p", "/srv/bin/p", "/home/u/p",
		"/home/u/bin/p", "/home/u/.local/bin/p", "/root/p", "/tmp/p", "/usr/local/bin/p" };
	struct root_lab *lab = *state;

	make_base(lab);
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		char command[256];

		snprintf(command, sizeof(command),
			"prog .%s " DLOPEN "; echo >.%s.secret; echo >$(dirname .%s)/../beside",
			programs[i], programs[i], programs[i]);
		lab_sh(lab, command);
		lab_run(lab, programs[i]);
		for (size_t k = 0; k < lab->g->n_edges; k++)
			assert_int_not_equal(lab->g->edges[k].rule, RULE_APPLICATION);
	}
}

static void environments_and_module_trees_are_found_above_the_file(void **state)
{
	struct root_lab *lab = *state;

	make_base(lab);
	lab_sh(lab,
		"prog usr/bin/sh 'int main;'; mkdir -p home/u/env/bin home/u/env/lib/x; "
		"echo >home/u/env/pyvenv.cfg; echo >home/u/env/lib/x/m.py; echo >home/u/private; "
		"printf '#!/bin/sh\\n' >home/u/env/bin/tool; chmod +x home/u/env/bin/tool; "
		"mkdir -p home/u/site/src/deep home/u/site/node_modules/m; "
		"echo >home/u/site/package.json; echo >home/u/site/node_modules/m/i.js; "
		"printf '#!/bin/sh\\n' >home/u/site/src/deep/cli; chmod +x "
		"home/u/site/src/deep/cli");
	lab_run(lab, "/home/u/env/bin/tool");
	lab_edge(lab, "/home/u/env", "/home/u/env/lib/x/m.py", RULE_APPLICATION, NULL);
	lab_absent(lab, "/home/u/private");
	lab_run(lab, "/bin/sh /home/u/site/src/deep/cli");
	lab_edge(lab, "/home/u/site/src/deep/cli", "/home/u/site", RULE_APPLICATION, NULL);
	lab_node(lab, "/home/u/site/node_modules/m/i.js");
	lab_absent(lab, "/home/u/env");
	/* What an include brings was chosen already. */
	lab_spec(lab, "/bin/sh");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/home/u/env/bin/tool"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_absent(lab, "/home/u/env/lib");
}

static void more_than_an_application_is_an_error(void **state)
{
	struct root_lab *lab = *state;

	make_base(lab);
	lab_sh(lab, "prog opt/app/main " DLOPEN "; cd opt/app; seq 1 20001 | xargs touch");
	lab_refuses(lab, "/opt/app/main", OCIT_E_LIMIT, "more than 20000 files or 512 MB");
	assert_non_null(strstr(lab->cx.hint, "--include"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_program_that_opens_what_lies_beside_it_brings_its_directory),
		LAB_TEST(directories_of_everybody_stay),
		LAB_TEST(environments_and_module_trees_are_found_above_the_file),
		LAB_TEST(more_than_an_application_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_packages.c: which packages go in for a command, which of their files, and
 * what is found among these. */
#include "source/packages.h"

#include "unit/source/root_lab.h"

extern const struct source_ops source_dpkg;

/* pkg NAME FIELDS FILE...: an installed package; its list has the directories above its files. */
#define PKG                                                                                        \
	"db=var/lib/dpkg; mkdir -p $db/info $db/alternatives; "                                    \
	"pkg() { n=$1; printf 'Package: %s\\nStatus: install ok installed\\nVersion: 1\\n"         \
	"Architecture: amd64\\n%b\\n' \"$n\" \"${2:+$2\\n}\" >>$db/status; shift 2; "              \
	"{ echo /.; for f; do p=; IFS=/; for d in ${f#/}; do p=$p/$d; echo \"$p\"; done; unset "   \
	"IFS; "                                                                                    \
	"done | sort -u; } >$db/info/$n.list; }; "                                                 \
	"script() { mkdir -p \"${1%/*}\"; printf '%b\\n' \"$2\" >\"$1\"; chmod 755 \"$1\"; }; "    \
	"text() { for f; do mkdir -p \"${f%/*}\"; echo x >\"$f\"; done; }; "

static void make(struct root_lab *lab, const char *commands)
{
	static const char begin[] = PKG "prog usr/bin/main 'int main;'; ";
	char text[8192];

	lab->sources[0] = &source_dpkg;
	lab_base(lab);
	assert_true(strlen(begin) + strlen(commands) < sizeof(text));
	strcpy(text, begin);
	strcat(text, commands);
	lab_sh(lab, text);
}

static void the_commands_package_and_what_it_depends_on(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text usr/share/main/d usr/share/a/f usr/share/b/f usr/share/v/f usr/share/x/f; "
		  "pkg main 'Depends: a (>= 1), none | v-virtual' /usr/bin/main /usr/share/main/d; "
		  "pkg a 'Pre-Depends: b:any' /usr/share/a/f; pkg b '' /usr/share/b/f; "
		  "pkg v 'Provides: v-virtual' /usr/share/v/f; pkg x '' /usr/share/x/f");
	lab_run(lab, "/usr/bin/main");
	lab_edge(lab, "/usr/bin/main", "/usr/share/main/d", RULE_PACKAGE, "main");
	lab_edge(lab, "/usr/bin/main", "/usr/share/a/f", RULE_DEPENDS, "a");
	lab_edge(lab, "/usr/share/a/f", "/usr/share/b/f", RULE_DEPENDS, "b");
	lab_edge(lab, "/usr/bin/main", "/usr/share/v/f", RULE_DEPENDS, "v");
	lab_absent(lab, "/usr/share/x/f");
	lab_no_notes(lab);
}

static void case_143_a_file_of_two_packages_is_said_to_be(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text usr/share/main/d; "
		  "pkg main 'Depends: b' /usr/bin/main /usr/share/main/d; "
		  "pkg b '' /usr/share/main/d");
	lab_run(lab, "/usr/bin/main");
	lab_note(lab, "'/usr/share/main/d' is in the lists of two packages, 'b:amd64' and "
		      "'main:amd64'");
	assert_int_equal(lab->g->n_notes, 1);
}

static void case_134_a_package_without_a_list_is_noted_once(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text usr/share/a/f; pkg main 'Depends: a, b' /usr/bin/main; "
		  "pkg a '' /usr/share/a/f; pkg b ''; rm var/lib/dpkg/info/b.list");
	lab_run(lab, "/usr/bin/main");
	lab_node(lab, "/usr/share/a/f");
	lab_note(lab, "package 'b:amd64' has no list of files in '/var/lib/dpkg/info'");
	assert_int_equal(lab->g->n_notes, 1);
}

enum { CANARY_SIZE = 7777 };

/* Outside the tree, where links of a package and of the database lead to if they are followed on
 * the host. */
static void make_canaries(struct root_lab *lab)
{
	char text[2048];

	snprintf(text, sizeof(text),
		"out='%s/out'; mkdir -p \"$out/info\" .\"$out\"; echo inside >.\"$out/both\"; "
		"head -c %d /dev/zero | tee \"$out/secret\" >\"$out/both\"; "
		"d=usr/share/main; ln -s \"$out/both\" $d/both; ln -s \"$out/secret\" $d/absolute; "
		"ln -s \"../../../../../../../../..$out/secret\" $d/relative; ln -s \"$out\" "
		"$d/dir; "
		"ln -s ../../../../out/secret $d/parent; ln -s two $d/one; ln -s one $d/two",
		lab->path, CANARY_SIZE);
	lab_sh(lab, text);
}

static void assert_no_canary(const struct root_lab *lab)
{
	for (size_t i = 0; i < lab->g->n_nodes; i++)
		if (lab->g->nodes[i].size == CANARY_SIZE)
			give_up("'%s' is of the host", lab->g->nodes[i].path);
}

static void case_142_links_of_packages_stay_inside_the_tree(void **state)
{
	struct root_lab *lab = *state;
	char path[128];

	make(lab,
		"text usr/share/main/d; d=/usr/share/main; pkg main '' /usr/bin/main $d/d $d/both "
		"$d/absolute $d/relative $d/parent $d/dir/secret $d/dir/both $d/one $d/two");
	make_canaries(lab);
	lab_run(lab, "/usr/bin/main");
	/* The same path is there inside, and has another file. */
	snprintf(path, sizeof(path), "%s/out/both", lab->path);
	lab_edge(lab, "/usr/share/main/both", path, RULE_SYMLINK, NULL);
	assert_int_equal(lab_node(lab, path)->size, strlen("inside\n"));
	snprintf(path, sizeof(path), "%s/out/secret", lab->path);
	lab_absent(lab, path);
	assert_no_canary(lab);
}

static void case_142_a_database_is_not_looked_for_on_the_host(void **state)
{
	struct root_lab *lab = *state;
	char text[512];

	make(lab, "text usr/share/main/d; pkg main '' /usr/bin/main /usr/share/main/d");
	make_canaries(lab);
	snprintf(text, sizeof(text),
		"out='%s/out'; cd var/lib/dpkg; echo /usr/share/main/one >\"$out/info/main.list\"; "
		"rm -r info; ln -s \"$out/info\" info",
		lab->path);
	lab_sh(lab, text);
	lab_run(lab, "/usr/bin/main");
	lab_note(lab, "package 'main:amd64' has no list of files");
	lab_absent(lab, "/usr/share/main");
	snprintf(text, sizeof(text),
		"cd var/lib/dpkg; cp status '%s/out'; ln -sf '%s/out/status' status", lab->path,
		lab->path);
	lab_sh(lab, text);
	lab_refuses(lab, "/usr/bin/main", OCIT_E_NOT_FOUND, "dpkg: open 'var/lib/dpkg/status'");
}

static void essential_and_maintainers_packages_stay_out(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text usr/share/e/f usr/share/debconf/f usr/share/libc6/f; "
		  "pkg main 'Depends: e, debconf, libc6' /usr/bin/main; "
		  "pkg e 'Essential: yes' /usr/share/e/f; pkg debconf '' /usr/share/debconf/f; "
		  "pkg libc6 '' /usr/share/libc6/f");
	lab_run(lab, "/usr/bin/main");
	lab_absent(lab, "/usr/share/e/f");
	lab_absent(lab, "/usr/share/debconf/f");
	lab_absent(lab, "/usr/share/libc6/f");
	lab_run_with(lab, "/usr/bin/main", "package", "e");
	lab_edge(lab, NULL, "/usr/share/e/f", RULE_NAMED, "e");
}

static void libraries_come_where_they_are_loaded(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "lib usr/lib/libx.so.1 libx.so.1 'int x;'; lib usr/lib/liby.so.1 liby.so.1 'int "
		  "y;'; "
		  "lib usr/lib/libz.so.1 libz.so.1 'int z;'; prog usr/bin/p 'int main;' "
		  "usr/lib/libx.so.1; "
		  "text usr/lib/x/plugin.conf usr/share/z/f; "
		  "pkg p 'Depends: libx1, libz1' /usr/bin/p; "
		  "pkg libx1 '' /usr/lib/libx.so.1 /usr/lib/liby.so.1 /usr/lib/x/plugin.conf; "
		  "pkg libz1 '' /usr/lib/libz.so.1 /usr/share/z/f");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/libx.so.1", RULE_NEEDED, "libx.so.1");
	lab_edge(lab, "/usr/lib/libx.so.1", "/usr/lib/x/plugin.conf", RULE_PACKAGE, "libx1");
	lab_absent(lab, "/usr/lib/liby.so.1");
	lab_absent(lab, "/usr/share/z/f");
	lab_run_with(lab, "/usr/bin/p", "package", "libz1");
	lab_node(lab, "/usr/lib/libz.so.1");
	lab_node(lab, "/usr/share/z/f");
}

static void a_part_brings_the_whole(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text usr/lib/lang/std usr/lib/other/f; "
		  "pkg lang-minimal 'Source: lang' /usr/bin/main; "
		  "pkg lang 'Source: lang\\nDepends: lang-minimal' /usr/lib/lang/std; "
		  "prog usr/bin/o 'int main;'; pkg other-base '' /usr/bin/o; "
		  "pkg other '' /usr/lib/other/f");
	lab_run(lab, "/usr/bin/main");
	lab_edge(lab, "/usr/bin/main", "/usr/lib/lang/std", RULE_PACKAGE, "lang");
	/* Of the same source by name, but it does not depend on the part. */
	lab_run(lab, "/usr/bin/o");
	lab_absent(lab, "/usr/lib/other/f");
}

static void recommended_packages_of_the_same_source_or_for_compiling(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text usr/share/s/f usr/include/d.h usr/share/r/f; "
		  "pkg main 'Source: m\\nRecommends: s, d, r' /usr/bin/main; "
		  "pkg s 'Source: m (2)' /usr/share/s/f; pkg d 'Section: x/libdevel' "
		  "/usr/include/d.h; "
		  "pkg r '' /usr/share/r/f");
	lab_run(lab, "/usr/bin/main");
	lab_edge(lab, "/usr/bin/main", "/usr/share/s/f", RULE_RECOMMENDS, "s");
	lab_node(lab, "/usr/include/d.h");
	lab_absent(lab, "/usr/share/r/f");
	lab_run_with(lab, "/usr/bin/main", "recommends", "all");
	lab_node(lab, "/usr/share/r/f");
	lab_run_with(lab, "/usr/bin/main", "recommends", "none");
	lab_absent(lab, "/usr/share/s/f");
}

static void documents_stay_out_unless_they_are_kept(void **state)
{
	struct root_lab *lab = *state;

	make(lab,
		"text usr/share/doc/main/README usr/share/doc/main/copyright "
		"usr/share/man/man1/main.1 "
		"usr/share/locale/de/f usr/share/locale/de_AT/f usr/share/locale/den/f "
		"usr/share/main/__pycache__/m.pyc usr/share/main/x.pod; pkg main '' /usr/bin/main "
		"$(find usr/share -type f | sed 's,^,/,')");
	lab_run(lab, "/usr/bin/main");
	lab_absent(lab, "/usr/share/doc/main/README");
	lab_absent(lab, "/usr/share/doc/main/copyright");
	lab_absent(lab, "/usr/share/man/man1/main.1");
	lab_absent(lab, "/usr/share/main/__pycache__/m.pyc");
	lab_absent(lab, "/usr/share/main/x.pod");
	lab_absent(lab, "/usr/share/locale/de/f");
	lab_run_with(lab, "/usr/bin/main", "keep", "doc,locale=de,pyc");
	lab_node(lab, "/usr/share/doc/main/README");
	lab_node(lab, "/usr/share/main/__pycache__/m.pyc");
	lab_node(lab, "/usr/share/main/x.pod");
	lab_node(lab, "/usr/share/locale/de/f");
	lab_node(lab, "/usr/share/locale/de_AT/f");
	lab_absent(lab, "/usr/share/locale/den/f");
	lab_absent(lab, "/usr/share/man/man1/main.1");
	lab_run_with(lab, "/usr/bin/main", "keep", "copyright");
	lab_node(lab, "/usr/share/doc/main/copyright");
	lab_absent(lab, "/usr/share/doc/main/README");
}

static void what_not_everybody_may_read_is_withheld(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text etc/main/key etc/main/conf etc/sudoers; chmod 600 etc/main/key; "
		  "chmod 440 etc/sudoers; pkg main '' /usr/bin/main /etc/main/key /etc/main/conf "
		  "/etc/sudoers");
	lab_run(lab, "/usr/bin/main");
	lab_absent(lab, "/etc/main/key");
	lab_node(lab, "/etc/main/conf");
	lab_node(lab, "/etc/sudoers");
	lab_note(lab, "'/etc/main/key' of package 'main' is left out: not everybody may read it");
	/* What the command line names goes in, and nobody says that it is left out. */
	lab_run(lab, "/usr/bin/main /etc/main/key");
	lab_node(lab, "/etc/main/key");
	lab_no_notes(lab);
}

static void scripts_of_others_wait_for_their_interpreter(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "prog usr/bin/lang 'int main;'; prog usr/bin/sh 'int main;'; text "
		  "usr/share/lang/mod; "
		  "script usr/bin/tool '#!/usr/bin/lang'; script usr/bin/own '#!/usr/bin/lang'; "
		  "script usr/bin/plain '#!/bin/sh'; "
		  "pkg main 'Depends: dep' /usr/bin/main; pkg dep '' /usr/bin/tool /usr/bin/plain; "
		  "pkg lang 'Essential: yes' /usr/bin/lang /usr/share/lang/mod; "
		  "pkg own 'Depends: dep' /usr/bin/own");
	lab_run(lab, "/usr/bin/main");
	lab_absent(lab, "/usr/bin/tool");
	lab_absent(lab, "/usr/bin/lang");
	lab_node(lab, "/usr/bin/plain");
	lab_node(lab, "/usr/bin/sh");
	/* A script of the command's own package needs it, and with it the modules beside it. */
	lab_run(lab, "/usr/bin/own");
	lab_edge(lab, "/usr/bin/own", "/usr/bin/lang", RULE_SHEBANG, NULL);
	lab_node(lab, "/usr/bin/tool");
	lab_run_with(lab, "/usr/bin/main", "package", "lang");
	lab_node(lab, "/usr/bin/tool");
	lab_node(lab, "/usr/share/lang/mod");
}

static void packaged_scripts_mean_what_every_system_has(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "prog usr/bin/sh 'int main;'; prog usr/bin/sed 'int main;'; prog usr/bin/jq 'int "
		  "main;'; "
		  "text usr/share/jq/f; script usr/bin/s '#!/bin/sh\\nx=\"sed a\"; jq .; "
		  "/usr/bin/jq .'; "
		  "script usr/bin/mine '#!/bin/sh\\nsed x; jq .'; pkg s '' /usr/bin/s; "
		  "pkg sed 'Essential: yes' /bin/sed; pkg jq '' /usr/bin/jq /usr/share/jq/f");
	lab_run(lab, "/usr/bin/s");
	lab_node(lab, "/usr/bin/sed");
	lab_absent(lab, "/usr/bin/jq");
	lab_run(lab, "/usr/bin/mine");
	lab_edge(lab, "/usr/bin/mine", "/usr/bin/jq", RULE_TEXT, "jq");
	lab_edge(lab, "/usr/bin/jq", "/usr/share/jq/f", RULE_PACKAGE, "jq");
}

static void what_is_left_out_takes_what_only_it_brings(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "lib usr/lib/libx.so.1 libx.so.1 'int x;'; prog usr/bin/p 'int main;' "
		  "usr/lib/libx.so.1; "
		  "text usr/share/a/f usr/share/b/f; pkg p 'Depends: a' /usr/bin/p; "
		  "pkg a 'Depends: b' /usr/share/a/f; pkg b '' /usr/share/b/f; "
		  "pkg libx1 '' /usr/lib/libx.so.1");
	lab_run_with(lab, "/usr/bin/p", "without", "a");
	lab_absent(lab, "/usr/share/a/f");
	lab_absent(lab, "/usr/share/b/f");
	lab_note(lab, "package 'a' is left out on request: 'p' depends on it");
	lab_run_with(lab, "/usr/bin/p", "without", "libx1");
	lab_absent(lab, "/usr/lib/libx.so.1");
	lab_note(lab, "'/usr/lib/libx.so.1' of package 'libx1' is left out on request");
	/* The command itself is wanted more. */
	lab_run_with(lab, "/usr/bin/p", "without", "p");
	lab_node(lab, "/usr/bin/p");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "without", "q"), 0);
	assert_int_equal(lab_find(lab), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(ctx_message(&lab->cx), "--without: package 'q' is not installed"));
}

static void files_are_found_among_those_of_live_packages(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text usr/lib/m/a usr/lib/m/cache usr/lib/m/sub/deep usr/lib/shared/gen etc/m/c "
		  "etc/m/gen "
		  "etc/m/secret var/lib/m/f var/lib/m/data; chmod 600 etc/m/secret; "
		  "pkg main '' /usr/bin/main /usr/lib/m/a /etc/m/c /var/lib/m/f /usr/lib/shared; "
		  "pkg other '' /usr/lib/shared");
	lab_run(lab, "/usr/bin/main");
	lab_edge(lab, "/usr/bin/main", "/usr/lib/m/cache", RULE_GENERATED, "main");
	lab_edge(lab, "/usr/bin/main", "/usr/lib/m/sub/deep", RULE_GENERATED, "main");
	lab_node(lab, "/etc/m/gen");
	lab_absent(lab, "/etc/m/secret");
	lab_absent(lab, "/usr/lib/shared/gen");
	lab_node(lab, "/var/lib/m/f");
	lab_absent(lab, "/var/lib/m/data");
	lab_run_with(lab, "/usr/bin/main", "package", "other");
	lab_node(lab, "/usr/lib/shared/gen");
}

static void alternatives_whose_target_is_there_are_names_of_it(void **state)
{
	struct root_lab *lab = *state;

	make(lab,
		"mkdir -p etc/alternatives; ln -s /usr/bin/main etc/alternatives/edit; "
		"ln -s /etc/alternatives/edit usr/bin/edit; ln -s /usr/bin/o etc/alternatives/x; "
		"ln -s /etc/alternatives/x usr/bin/x; text usr/bin/o; "
		"printf 'auto\\n/usr/bin/edit\\n\\n/usr/bin/main\\n50\\n' >$db/alternatives/edit; "
		"printf 'auto\\n/usr/bin/x\\n' >$db/alternatives/x; pkg main '' /usr/bin/main; pkg "
		"o '' /usr/bin/o");
	lab_run(lab, "/usr/bin/main");
	lab_edge(lab, "/usr/bin/main", "/usr/bin/edit", RULE_ALTERNATIVE, NULL);
	lab_node(lab, "/etc/alternatives/edit");
	lab_absent(lab, "/usr/bin/x");
}

/* Of what text() writes, and of something else. */
#define MD5_TEXT  "401b30e3b8b5d629635a5c613cdb7919"
#define MD5_OTHER "d41d8cd98f00b204e9800998ecf8427e"

static void case_138_changed_conffiles_are_noted(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "text etc/changed etc/same etc/new etc/moved etc/old 'etc/a b'; "
		  "pkg a 'Conffiles:\\n /etc/moved " MD5_OTHER " obsolete\\n /etc/old " MD5_OTHER
		  " obsolete' /etc/old; "
		  "pkg main 'Depends: a, z\\nConffiles:\\n /etc/changed " MD5_OTHER
		  "\\n /etc/same " MD5_TEXT "\\n /etc/new newconffile\\n /etc/a b " MD5_OTHER
		  "\\n /etc/moved " MD5_TEXT "' /usr/bin/main /etc/changed /etc/same /etc/new "
		  "/etc/moved '/etc/a b'; "
		  "pkg z 'Conffiles:\\n /etc/moved " MD5_OTHER " obsolete' /usr/share/z; "
		  "text usr/share/z");
	lab_run(lab, "/usr/bin/main");
	lab_note(lab, "changed conffile '/etc/changed' of package 'main': it goes in as it is");
	lab_note(lab, "changed conffile '/etc/a b' of package 'main': it goes in as it is");
	lab_note(lab, "changed conffile '/etc/old' of package 'a': it goes in as it is");
	assert_int_equal(lab->g->n_notes, 3);
	lab_node(lab, "/etc/changed");
	lab_run_with(lab, "/usr/bin/main", "conffiles", "host");
	lab_node(lab, "/etc/changed");
	lab_no_notes(lab);
}

/* Files that the list is older than are compared; others cost nothing. */
static void case_138_other_content_is_noted(void **state)
{
	struct root_lab *lab = *state;

	make(lab,
		"text usr/lib/m/same usr/lib/m/f1 usr/lib/m/f2 usr/lib/m/f3 usr/lib/m/f4 "
		"usr/lib/m/early usr/lib/m/real usr/share/o/f usr/lib/m/none; "
		"pkg main 'Depends: o' /usr/bin/main /usr/lib/m/same /usr/lib/m/f1 /usr/lib/m/f2 "
		"/usr/lib/m/f3 /usr/lib/m/f4 /usr/lib/m/early /usr/lib/m/diverted /usr/lib/m/none; "
		"pkg o '' /usr/share/o/f; "
		"printf '/usr/lib/m/diverted\\n/usr/lib/m/real\\n:\\n' >$db/diversions; "
		"{ echo " MD5_TEXT "'  lib/m/same'; for f in f1 f2 f3 f4 early diverted; do "
		"echo " MD5_OTHER
		"\"  usr/lib/m/$f\"; done; echo no sum; } >$db/info/main.md5sums; "
		"echo " MD5_OTHER "'  usr/share/o/f' >$db/info/o.md5sums; "
		"touch -d '1 minute ago' usr/lib/m/early; touch -d '30 seconds ago' "
		"$db/info/*.list");
	lab_run(lab, "/usr/bin/main");
	lab_note(lab, "'/usr/share/o/f' of package 'o' is not as it was installed");
	lab_note(lab, "5 files of package 'main' are not as they were installed: "
		      "'/usr/lib/m/f1', '/usr/lib/m/f2', '/usr/lib/m/f3' and 2 more");
	assert_int_equal(lab->g->n_notes, 2);
}

static void case_138_listed_files_that_are_absent_are_noted(void **state)
{
	struct root_lab *lab = *state;

	make(lab, "ln -s nowhere usr/lib/link; ln -s m usr/lib/dir; mkdir usr/lib/m; "
		  "pkg main 'Depends: o' /usr/bin/main /usr/bin/gone /usr/lib/link "
		  "/usr/lib/dir/gone /usr/share/doc/main/gone; "
		  "pkg o '' /usr/share/o/1 /usr/share/o/2 /usr/share/o/3 /usr/share/o/4");
	lab_run(lab, "/usr/bin/main");
	lab_note(lab, "'/usr/bin/gone' of package 'main' is in its list and not there");
	lab_note(lab, "'/usr/lib/dir/gone' of package 'main' is in its list and not there");
	lab_note(lab, "4 files of package 'o' are in its list and not there: '/usr/share/o/1', "
		      "'/usr/share/o/2', '/usr/share/o/3' and 1 more");
	assert_int_equal(lab->g->n_notes, 3);
	lab_node(lab, "/usr/lib/link");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(the_commands_package_and_what_it_depends_on),
		LAB_TEST(case_143_a_file_of_two_packages_is_said_to_be),
		LAB_TEST(case_134_a_package_without_a_list_is_noted_once),
		LAB_TEST(case_142_links_of_packages_stay_inside_the_tree),
		LAB_TEST(case_142_a_database_is_not_looked_for_on_the_host),
		LAB_TEST(essential_and_maintainers_packages_stay_out),
		LAB_TEST(libraries_come_where_they_are_loaded),
		LAB_TEST(a_part_brings_the_whole),
		LAB_TEST(recommended_packages_of_the_same_source_or_for_compiling),
		LAB_TEST(documents_stay_out_unless_they_are_kept),
		LAB_TEST(what_not_everybody_may_read_is_withheld),
		LAB_TEST(scripts_of_others_wait_for_their_interpreter),
		LAB_TEST(packaged_scripts_mean_what_every_system_has),
		LAB_TEST(what_is_left_out_takes_what_only_it_brings),
		LAB_TEST(files_are_found_among_those_of_live_packages),
		LAB_TEST(alternatives_whose_target_is_there_are_names_of_it),
		LAB_TEST(case_138_changed_conffiles_are_noted),
		LAB_TEST(case_138_other_content_is_noted),
		LAB_TEST(case_138_listed_files_that_are_absent_are_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

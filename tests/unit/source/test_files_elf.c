/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_elf.c: interpreters and libraries, found as the loaders of glibc and
 * musl find them. */
#include "unit/source/root_lab.h"

#include <elf.h>

/* Every library of the lab has this code. */
#define A "'int a;'"
#define P "'int main;'"

static void the_interpreter_and_default_directories_are_found(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/libb.so libb.so.1 " A "; mv usr/lib/libb.so usr/lib/libb.so.1.2; "
		    "ln -s libb.so.1.2 usr/lib/libb.so.1; "
		    "lib usr/lib/liba.so liba.so " A " -l:libb.so.1 -Lusr/lib; "
		    "prog usr/bin/p " P " -Lusr/lib -la -lc");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/ld.so.1", RULE_INTERPRETER, NULL);
	lab_edge(lab, "/usr/bin/p", "/usr/lib/liba.so", RULE_NEEDED, "liba.so");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/libc.so", RULE_NEEDED, "libc.so");
	lab_edge(lab, "/usr/lib/liba.so", "/usr/lib/libb.so.1", RULE_NEEDED, "libb.so.1");
	lab_edge(lab, "/usr/lib/libb.so.1", "/usr/lib/libb.so.1.2", RULE_SYMLINK, NULL);
	lab_edge(lab, "/usr/bin/p", "/lib", RULE_NEEDED, "liba.so");
	lab_absent(lab, "/usr/lib/libb.so");
	assert_true(lab->g->machine != 0);
	lab_no_notes(lab);
}

static void case_130_a_missing_library_is_noted_with_the_chain(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib tmp/libgone.so libgone.so " A "; "
		    "lib usr/lib/liba.so liba.so " A " -Ltmp -lgone; rm -r tmp; "
		    "prog usr/bin/p " P " -Lusr/lib -la");
	lab_run(lab, "/usr/bin/p");
	lab_note(lab, "library 'libgone.so' is not found: needed by '/lib/liba.so', needed by "
		      "'/usr/bin/p'");
	assert_int_equal(lab->g->n_notes, 1);
}

/* A file of some kilobytes that asks for minutes of work. */
static void names_times_directories_are_bounded(void **state)
{
	struct root_lab *lab = *state;

	if (system("command -v patchelf >/dev/null")) {
		test_skip("patchelf is not installed");
		return;
	}
	lab_base(lab);
	lab_sh(lab,
		"path= needed=; for i in a b c d e f g h i j k l m n o p q r s t u v w x y z; do "
		"for j in a b c d e f g h i j k l m n o p q r s t u v w x y z; do "
		"mkdir $i$j; path=$path:/$i$j; done; done; "
		"for i in $(seq 300); do needed=\"$needed --add-needed n$i.so\"; done; "
		"prog usr/bin/p " P "; patchelf $needed usr/bin/p; "
		"patchelf --set-rpath ${path#:} usr/bin/p");
	lab_refuses(lab, "/usr/bin/p", OCIT_E_LIMIT,
		"'/usr/bin/p': more than 200000 places to look for its libraries in");
}

static void case_119_a_bad_interpreter_is_refused(void **state)
{
	static const struct {
		const char *loader;
		int code;
		const char *says;
	} rows[] = {
		{ "/lib/none.so", OCIT_E_NOT_FOUND, "interpreter '/lib/none.so' does not exist" },
		{ "lib/ld.so.1", OCIT_E_FORMAT, "interpreter 'lib/ld.so.1' is not absolute" },
		{ "/etc/text", OCIT_E_FORMAT,
			"interpreter '/etc/text' is not for the same machine" },
		{ "/etc/other", OCIT_E_FORMAT,
			"'/usr/bin/p': interpreter '/etc/other' is not for" },
		{ "/etc", OCIT_E_FORMAT, "interpreter '/etc' is a directory" },
		{ "/etc/shadow", OCIT_E_FORMAT, "interpreter '/etc/shadow' is not executable" },
	};
	struct root_lab *lab = *state;
	char command[256];

	lab_base(lab);
	lab_sh(lab,
		"echo >etc/text; chmod +x etc/text; echo >etc/shadow; "
		"{ head -c 18 usr/lib/ld.so.1; printf '\\000\\077'; tail -c +21 usr/lib/ld.so.1; "
		"} >etc/other; chmod +x etc/other");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(command, sizeof(command), "prog usr/bin/p " P " -Wl,--dynamic-linker=%s",
			rows[i].loader);
		lab_sh(lab, command);
		lab_refuses(lab, "/usr/bin/p", rows[i].code, rows[i].says);
	}
	/* What is only an argument may be for another machine. */
	lab_sh(lab, "prog usr/bin/q " P "; prog usr/bin/p " P " -Wl,--dynamic-linker=/none");
	lab_run(lab, "/usr/bin/q /usr/bin/p");
	lab_note(lab, "'/usr/bin/p': interpreter '/none' does not exist");
}

/* Which of the libraries of one name is taken. */
static void takes(struct root_lab *lab, const char *by, const char *path)
{
	static const char *const all[] = { "/r1/libx.so", "/r2/libx.so", "/app/lib/libx.so",
		"/usr/lib/libx.so" };

	lab_edge(lab, by, path, RULE_NEEDED, "libx.so");
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (strcmp(all[i], path))
			lab_absent(lab, all[i]);
}

static void case_123_rpath_and_runpath_follow_the_rules_of_glibc(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "for d in r1 r2 app/lib usr/lib; do lib $d/libx.so libx.so " A "; done; "
		    "lib usr/lib/libmid.so libmid.so " A " -Lr1 -lx; "
		    "lib usr/lib/libown.so libown.so " A " -Lr1 -lx -Wl,-rpath,/r2; "
		    "lib usr/lib/libold.so libold.so " A
		    " -Lr1 -lx -Wl,-rpath,/r2 -Wl,--disable-new-dtags");
	/* RUNPATH is for the object alone. */
	lab_sh(lab, "prog usr/bin/p " P " -Lr1 -lx -Wl,-rpath,/r1");
	lab_run(lab, "/usr/bin/p");
	takes(lab, "/usr/bin/p", "/r1/libx.so");
	lab_sh(lab, "prog usr/bin/p " P " -Lusr/lib -lmid -Wl,-rpath,/r1");
	lab_run(lab, "/usr/bin/p");
	takes(lab, "/usr/lib/libmid.so", "/usr/lib/libx.so");
	/* RPATH is for all that the object needs. */
	lab_sh(lab, "prog usr/bin/p " P " -Lusr/lib -lmid -Wl,-rpath,/r1 -Wl,--disable-new-dtags");
	lab_run(lab, "/usr/bin/p");
	takes(lab, "/usr/lib/libmid.so", "/r1/libx.so");
	/* An object with a RUNPATH looks at no RPATH. */
	lab_sh(lab, "prog usr/bin/p " P " -Lusr/lib -lown -Wl,-rpath,/r1 -Wl,--disable-new-dtags");
	lab_run(lab, "/usr/bin/p");
	takes(lab, "/usr/lib/libown.so", "/r2/libx.so");
	/* The nearest RPATH comes first. */
	lab_sh(lab, "prog usr/bin/p " P " -Lusr/lib -lold -Wl,-rpath,/r1 -Wl,--disable-new-dtags");
	lab_run(lab, "/usr/bin/p");
	takes(lab, "/usr/lib/libold.so", "/r2/libx.so");
	/* One load per name: whoever is first decides. */
	lab_sh(lab, "prog usr/bin/p " P " -Lusr/lib -Lr1 -lx -lown -Wl,-rpath,/r1");
	lab_run(lab, "/usr/bin/p");
	takes(lab, "/usr/bin/p", "/r1/libx.so");
	lab_edge(lab, "/usr/lib/libown.so", "/r1/libx.so", RULE_NEEDED, "libx.so");
}

static void case_125_origin_of_a_set_id_program_is_noted(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib app/lib/libx.so libx.so " A "; prog app/bin/p " P
		    " -Lapp/lib -lx -Wl,-rpath,'$ORIGIN/../lib'; chmod 4755 app/bin/p");
	lab_run(lab, "/app/bin/p");
	lab_no_notes(lab);
	lab_spec(lab, "/app/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "keep-setuid", "true"), 0);
	assert_int_equal(spec_option(&lab->cx, lab->spec, "no-new-privileges", "false"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_node(lab, "/app/lib/libx.so");
	lab_note(lab, "'/app/bin/p' is a set-id program: the loader may ignore '$ORIGIN'");
}

static void case_123_tokens_stand_for_directories(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "for d in app/lib app/lib64 app/real usr/lib; do lib $d/libx.so libx.so " A "; "
		    "done; lib app/plat/x86_64/liby.so liby.so " A "; "
		    "prog app/bin/p " P " -Lapp/lib -lx -Wl,-rpath,'$ORIGIN/../lib'; "
		    "ln -s /app/bin/p usr/bin/p");
	/* The program's own directory is the real one. */
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/app/bin/p", "/app/lib/libx.so", RULE_NEEDED, "libx.so");
	lab_sh(lab, "prog app/bin/p " P " -Lapp/lib -lx -Wl,-rpath,'${ORIGIN}/../lib'");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/app/bin/p", "/app/lib/libx.so", RULE_NEEDED, "libx.so");
	/* An unknown token and a "$" are what they are. */
	lab_sh(lab, "prog app/bin/p " P " -Lapp/lib -lx -Wl,-rpath,'$ORIGINAL:$UNKNOWN:/app/$'");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/app/bin/p", "/usr/lib/libx.so", RULE_NEEDED, "libx.so");
	/* Relative and empty elements depend on the working directory. */
	lab_sh(lab, "prog app/bin/p " P " -Lapp/lib -lx -Wl,-rpath,':app/lib::'");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/app/bin/p", "/usr/lib/libx.so", RULE_NEEDED, "libx.so");
	lab_note(lab, "'/app/bin/p': library directory 'app/lib' is relative");
	if (lab->g->machine != EM_X86_64)
		return;
	lab_sh(lab, "prog app/bin/p " P " -Lapp/lib -lx -Lapp/plat/x86_64 -ly "
		    "-Wl,-rpath,'/app/$LIB:$ORIGIN/../plat/$PLATFORM'");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/app/bin/p", "/app/lib64/libx.so", RULE_NEEDED, "libx.so");
	lab_edge(lab, "/app/bin/p", "/app/plat/x86_64/liby.so", RULE_NEEDED, "liby.so");
}

static void a_librarys_origin_is_where_it_was_found(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib a/libdep.so libdep.so " A "; "
		    "lib real/libf.so libf.so " A " -La -ldep -Wl,-rpath,'$ORIGIN'; "
		    "ln -s ../real/libf.so a/libf.so; prog usr/bin/p " P " -La -lf -Wl,-rpath,/a");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/real/libf.so", "/a/libdep.so", RULE_NEEDED, "libdep.so");
	lab_no_notes(lab);
}

static void case_124_what_does_not_fit_is_passed_over(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "for d in r1 r2 r3 r4 r5 usr/lib; do lib $d/libx.so libx.so " A "; done; "
		    "prog usr/bin/p " P " -Lr1 -lx -Wl,-rpath,/r1:/r2:/r3:/r4:/r5:/r6; "
		    "printf '\\001' | dd of=r1/libx.so bs=1 seek=4 conv=notrunc 2>/dev/null; "
		    "printf '\\077\\077' | dd of=r2/libx.so bs=1 seek=18 conv=notrunc 2>/dev/null; "
		    "echo 'INPUT(x)' >r3/libx.so; rm r4/libx.so; mkdir r4/libx.so; "
		    "rm r5/libx.so; ln -s libx.so r5/libx.so");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/libx.so", RULE_NEEDED, "libx.so");
	for (int i = 1; i <= 5; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/r%d/libx.so", i);
		lab_absent(lab, path);
	}
	lab_no_notes(lab);
}

static void variants_for_newer_processors_come_besides_the_one_for_all(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/libdeep.so libdeep.so " A "; lib usr/lib/libx.so libx.so " A "; "
		    "lib usr/lib/glibc-hwcaps/x86-64-v3/libx.so libx.so " A " -Lusr/lib -ldeep; "
		    "prog usr/bin/p " P " -Lusr/lib -lx");
	lab_run(lab, "/usr/bin/p");
	if (lab->g->machine != EM_X86_64) {
		print_message("# skipped: only x86-64 has the directory of this test\n");
		return;
	}
	lab_edge(lab, "/usr/bin/p", "/usr/lib/libx.so", RULE_NEEDED, "libx.so");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/glibc-hwcaps/x86-64-v3/libx.so", RULE_NEEDED,
		"libx.so");
	lab_edge(lab, "/usr/lib/glibc-hwcaps/x86-64-v3/libx.so", "/usr/lib/libdeep.so", RULE_NEEDED,
		"libdeep.so");
	lab_no_notes(lab);
}

/* A cache as ldconfig writes it: soname and path by turns. */
static void write_cache(struct root_lab *lab, const char *const *names, uint32_t n)
{
	uint8_t bytes[2048] = "glibc-ld.so.cache1.1";
	uint32_t at = 48 + n / 2 * 24, count = n / 2, len;
	char path[128];
	FILE *f;

	memcpy(bytes + 20, &count, 4);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t *entry = bytes + 48 + i / 2 * 24;

		memcpy(entry + 4 + 4 * (i % 2), &at, 4);
		entry[0] = 3;
		memcpy(bytes + at, names[i], strlen(names[i]) + 1);
		at += (uint32_t)strlen(names[i]) + 1;
	}
	len = at - 48 - count * 24;
	memcpy(bytes + 24, &len, 4);
	bytes[28] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 2 : 3;
	snprintf(path, sizeof(path), "%s/etc/ld.so.cache", lab->root);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, at, f), at);
	fclose(f);
}

static void the_cache_comes_before_default_directories(void **state)
{
	static const char *const names[] = { "libx.so", "/none/libx.so", "libx.so", "/opt/libx.so",
		"liby.so", "/lib/liby.so" };
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib opt/libx.so libx.so " A "; lib usr/lib/libx.so libx.so " A "; "
		    "lib usr/lib/liby.so liby.so " A "; "
		    "prog usr/bin/p " P " -Lopt -lx; prog usr/bin/q " P " -Lusr/lib -ly; "
		    "prog usr/bin/n " P " -Lusr/lib -ly -lx -Wl,-z,nodefaultlib");
	write_cache(lab, names, ARRAY_LEN(names));
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/opt/libx.so", RULE_NEEDED, "libx.so");
	/* The loader of the container would not look there without it. */
	lab_edge(lab, "/usr/bin/p", "/etc/ld.so.cache", RULE_FEATURE, "libx.so");
	lab_run(lab, "/usr/bin/q");
	lab_edge(lab, "/usr/bin/q", "/usr/lib/liby.so", RULE_NEEDED, "liby.so");
	lab_absent(lab, "/etc/ld.so.cache");
	lab_run(lab, "/usr/bin/n");
	lab_edge(lab, "/usr/bin/n", "/opt/libx.so", RULE_NEEDED, "libx.so");
	lab_note(lab, "library 'liby.so' is not found");
}

static void case_128_a_damaged_cache_is_no_cache(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p " P " -Lusr/lib -lc; head -c 20 usr/bin/p >etc/ld.so.cache");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/libc.so", RULE_NEEDED, "libc.so");
	lab_note(lab, "'/etc/ld.so.cache' is not used: not a library cache");
}

static void case_122_names_with_a_slash_are_paths(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib opt/libx.so /opt/libx.so " A "; lib opt/liby.so '$ORIGIN/../liby' " A "; "
		    "cp opt/liby.so usr/liby; lib opt/libz.so sub/libz.so " A "; "
		    "lib opt/libself.so libself.so " A " -Lopt -l:libx.so; "
		    "prog usr/bin/p " P " -Lopt -l:libx.so -l:liby.so -l:libz.so");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/opt/libx.so", RULE_NEEDED, "/opt/libx.so");
	lab_edge(lab, "/usr/bin/p", "/usr/liby", RULE_NEEDED, "$ORIGIN/../liby");
	lab_note(lab, "library 'sub/libz.so' is not found: needed by '/usr/bin/p'");
}

static void case_122_cycles_are_harmless(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/libx.so libx.so " A "; lib usr/lib/liby.so liby.so " A
		    " -Lusr/lib -lx; lib usr/lib/libx.so libx.so " A " -Lusr/lib -ly; "
		    "lib tmp/libme.so libme.so " A "; lib usr/lib/libme.so libme.so " A
		    " -Ltmp -lme; prog usr/bin/p " P " -Lusr/lib -lx -lme");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/lib/libx.so", "/usr/lib/liby.so", RULE_NEEDED, "liby.so");
	lab_edge(lab, "/usr/lib/liby.so", "/usr/lib/libx.so", RULE_NEEDED, "libx.so");
	lab_no_notes(lab);
}

static void case_126_what_has_no_interpreter_is_handled(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "printf 'int main(void){return 0;}' >../x.c; "
		    "gcc -nostdlib -static -Wl,-e,main -o usr/bin/static ../x.c; "
		    "gcc -nostdlib -static-pie -fPIE -Wl,-e,main -o usr/bin/pie ../x.c; "
		    "gcc -c -o usr/bin/object ../x.c; chmod +x usr/bin/object; "
		    "lib usr/lib/libx.so libx.so " A "; "
		    "lib opt/plugin.so plugin.so " A " -Lusr/lib -lx -Wl,-rpath,/opt");
	lab_run(lab, "/usr/bin/static /usr/bin/object /opt/plugin.so");
	lab_absent(lab, "/usr/lib/ld.so.1");
	assert_true(lab->g->machine != 0);
	lab_edge(lab, "/opt/plugin.so", "/usr/lib/libx.so", RULE_NEEDED, "libx.so");
	lab_no_notes(lab);
	lab_run(lab, "/usr/bin/pie");
	lab_no_notes(lab);
	lab_refuses(lab, "/usr/bin/object", OCIT_E_FORMAT, "an ELF file of type 1 is no program");
}

static void a_plugin_relies_on_the_libraries_of_its_program(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib app/lib/libx.so libx.so " A "; mkdir plugins; "
		    "lib plugins/p.so p.so " A " -Lapp/lib -lx; "
		    "prog usr/bin/p " P " -Lapp/lib -lx -Wl,-rpath,/app/lib; prog usr/bin/q " P);
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/plugins"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_no_notes(lab);
	lab_spec(lab, "/usr/bin/q");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/plugins"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_note(lab, "library 'libx.so' is not found: needed by '/plugins/p.so'");
}

static void imported_symbols_bring_what_they_will_look_for(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/libc.so libc.so "
		    "'void pthread_cancel(void){} int system(void){return 0;}'; "
		    "lib usr/lib/libgcc_s.so.1 libgcc_s.so.1 " A " -Lusr/lib -lc; "
		    "lib usr/lib/libt.so libt.so "
		    "'void pthread_cancel(void);void t(void){pthread_cancel();}'; "
		    "prog usr/bin/dash " P "; ln -s dash usr/bin/sh; "
		    "prog usr/bin/p 'int system(void);int main(void){return system();}' "
		    "-Lusr/lib -lc -lt; "
		    "lib usr/lib/libs.so libs.so 'int system(void);int s(void){return system();}'; "
		    "prog usr/bin/q " P " -Lusr/lib -ls");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/lib/libt.so", "/usr/lib/libgcc_s.so.1", RULE_FEATURE, "libgcc_s.so.1");
	lab_edge(lab, "/usr/lib/libgcc_s.so.1", "/usr/lib/libc.so", RULE_NEEDED, "libc.so");
	lab_edge(lab, "/usr/bin/p", "/usr/bin/sh", RULE_FEATURE, NULL);
	lab_edge(lab, "/usr/bin/sh", "/usr/bin/dash", RULE_SYMLINK, NULL);
	/* A library that could start a shell is no reason for one. */
	lab_run(lab, "/usr/bin/q");
	lab_absent(lab, "/usr/bin/sh");
	lab_sh(lab, "rm usr/bin/sh usr/lib/libgcc_s.so.1");
	lab_run(lab, "/usr/bin/p");
	lab_note(lab, "library 'libgcc_s.so.1' is not found: needed by '/lib/libt.so'");
	assert_int_equal(lab->g->n_notes, 1);
}

static void musl_has_its_own_rules(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/ld-musl-x.so.1 libc.musl-x.so.1 " A "; "
		    "lib tmp/libc.so libc.musl-x.so.1 " A "; "
		    "for d in r usr/lib usr/local/lib opt/lib; do "
		    "lib $d/libx.so libx.so " A " -Ltmp -lc; lib $d/liby.so liby.so " A
		    " -L$d -lx; done; M=-Wl,--dynamic-linker=/lib/ld-musl-x.so.1; "
		    "prog usr/bin/p " P " $M -Ltmp -lc -Lr -lx; "
		    "prog usr/bin/q " P " $M -Lr -ly -Wl,-rpath,/r; rm -r tmp");
	/* The loader is the C library. */
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/libx.so", RULE_NEEDED, "libx.so");
	lab_absent(lab, "/usr/local/lib/libx.so");
	lab_absent(lab, "/etc/os-release");
	lab_no_notes(lab);
	/* A RUNPATH is for all that the object needs. */
	lab_run(lab, "/usr/bin/q");
	lab_edge(lab, "/usr/bin/q", "/r/liby.so", RULE_NEEDED, "liby.so");
	lab_edge(lab, "/r/liby.so", "/r/libx.so", RULE_NEEDED, "libx.so");
	lab_no_notes(lab);
	/* A file replaces the default directories. */
	lab_sh(lab, "printf '/none\\n/opt/lib:/usr/lib\\n' >etc/ld-musl-x.path");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/opt/lib/libx.so", RULE_NEEDED, "libx.so");
	lab_edge(lab, "/usr/bin/p", "/etc/ld-musl-x.path", RULE_FEATURE, NULL);
}

static void case_117_a_broken_elf_file_is_an_error_only_for_the_command(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab,
		"prog usr/bin/p " P "; head -c 100 usr/bin/p >usr/bin/cut; chmod +x usr/bin/cut");
	lab_refuses(lab, "/usr/bin/cut", OCIT_E_FORMAT, "program headers");
	lab_run(lab, "/usr/bin/p /usr/bin/cut");
	lab_note(lab, "'/usr/bin/cut': what it needs is not known: program headers");
}

/* What the loader of this machine says about its own programs. */
struct oracle {
	char path[128][256];
	size_t n;
};

static bool ask_loader(const char *program, struct oracle *o)
{
	char line[1024];
	FILE *pipe;

	o->n = 0;
	snprintf(line, sizeof(line), "LD_TRACE_LOADED_OBJECTS=1 '%s' 2>/dev/null", program);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) && o->n < ARRAY_LEN(o->path)) {
		char *path = strchr(line, '/'), *real;

		if (!path)
			continue;
		path[strcspn(path, " \n")] = '\0';
		real = realpath(path, NULL);
		assert_non_null(real);
		snprintf(o->path[o->n++], sizeof(o->path[0]), "%s", real);
		free(real);
	}
	pclose(pipe);
	return o->n;
}

static bool oracle_has(const struct oracle *o, const char *path)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->path[i], path))
			return true;
	return false;
}

/* Where a node leads, by its links. */
static const struct node *follow(const struct root_lab *lab, uint32_t at)
{
	for (size_t i = 0; lab->g->nodes[at].kind == NODE_LINK && i < lab->g->n_edges; i++) {
		const struct edge *e = &lab->g->edges[i];

		if (e->from == at && e->rule == RULE_SYMLINK) {
			at = e->to;
			i = 0;
		}
	}
	return &lab->g->nodes[at];
}

/* Is a node there for a module that the program loads when it runs? */
static bool is_of_module(const struct root_lab *lab, uint32_t at)
{
	while (at != GRAPH_ROOT && lab->g->nodes[at].edge != GRAPH_NONE) {
		const struct edge *e = &lab->g->edges[lab->g->nodes[at].edge];

		if (e->rule == RULE_IMPORT)
			return true;
		at = e->from;
	}
	return false;
}

static void compare(struct root_lab *lab, const char *program, const struct oracle *o)
{
	for (size_t i = 0; i < o->n; i++)
		lab_node(lab, o->path[i]);
	/* And nothing more, but what is loaded later. */
	for (size_t i = 0; i < lab->g->n_edges; i++) {
		const struct edge *e = &lab->g->edges[i];
		const char *path = follow(lab, e->to)->path;

		if (e->rule != RULE_NEEDED || follow(lab, e->to)->kind != NODE_FILE ||
			is_of_module(lab, e->from))
			continue;
		if (!oracle_has(o, path) && !strstr(path, "glibc-hwcaps"))
			give_up("%s: '%s' is not loaded", program, path);
	}
}

static void host_programs_get_the_libraries_that_their_loader_says(void **state)
{
	static const char *const programs[] = { "/bin/bash", "/usr/bin/git", "/usr/bin/python3",
		"/usr/bin/gcc", "/usr/bin/perl", "/usr/bin/make", "/usr/bin/ssh", "/usr/bin/gdb" };
	struct root_lab *lab = *state;
	struct oracle o;
	size_t compared = 0;

	snprintf(lab->root, sizeof(lab->root), "/");
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		if (access(programs[i], X_OK) || !ask_loader(programs[i], &o))
			continue;
		lab_run(lab, programs[i]);
		compare(lab, programs[i], &o);
		compared++;
	}
	if (!compared)
		print_message("# skipped: none of the programs is here\n");
}

/* A program with a note on dlopen that has this text, in which ' stands for ". */
static void make_note(struct root_lab *lab, const char *json)
{
	static const char code[] =
		"int main;\n__asm__(\".pushsection .note.dlopen, \\\"a\\\", @note\\n\"\n"
		"\".balign 4\\n.long 4, 72f - 71f, 0x407c0c0a\\n\"\n"
		"\".asciz \\\"FDO\\\"\\n71: .byte ";
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/note.c", lab->path);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(code, f);
	for (const char *p = json; *p; p++)
		fprintf(f, "%d, ", *p == '\'' ? '"' : *p);
	fputs("0\\n72: .balign 4\\n.popsection\\n\");\n", f);
	fclose(f);
	lab_sh(lab, "gcc -nostdlib -fPIE -pie -Wl,-e,main -Wl,--dynamic-linker=/lib/ld.so.1 "
		    "-o usr/bin/note ../note.c");
	lab_run(lab, "/usr/bin/note");
}

static void notes_on_dlopen_bring_what_they_name(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/libb.so.2 libb.so.2 'int b;' usr/lib/libc.so; "
		    "lib usr/lib/libs.so.1 libs.so.1 'int s;'");
	make_note(lab, "[{'soname':['liba.so.1','libb.so.2'],'priority':'recommended'},"
		       "{'soname':['libs.so.1'],'priority':'suggested'}]");
	lab_edge(lab, "/usr/bin/note", "/usr/lib/libb.so.2", RULE_DLOPEN, "libb.so.2");
	lab_edge(lab, "/usr/lib/libb.so.2", "/usr/lib/libc.so", RULE_NEEDED, NULL);
	lab_absent(lab, "/usr/lib/libs.so.1");
	lab_no_notes(lab);
	make_note(lab, "[{'soname':['libx.so'],'priority':'recommended'}]");
	lab_no_notes(lab);
	make_note(lab, "[{'soname':['libx.so'],'priority':'required'}]");
	lab_note(lab, "library 'libx.so' is not found: needed by '/usr/bin/note'");
	make_note(lab, "{}");
	lab_note(lab, "'/usr/bin/note': what it opens at run time is not known: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(the_interpreter_and_default_directories_are_found),
		LAB_TEST(case_130_a_missing_library_is_noted_with_the_chain),
		LAB_TEST(case_119_a_bad_interpreter_is_refused),
		LAB_TEST(names_times_directories_are_bounded),
		LAB_TEST(case_123_rpath_and_runpath_follow_the_rules_of_glibc),
		LAB_TEST(case_123_tokens_stand_for_directories),
		LAB_TEST(case_125_origin_of_a_set_id_program_is_noted),
		LAB_TEST(a_librarys_origin_is_where_it_was_found),
		LAB_TEST(case_124_what_does_not_fit_is_passed_over),
		LAB_TEST(variants_for_newer_processors_come_besides_the_one_for_all),
		LAB_TEST(the_cache_comes_before_default_directories),
		LAB_TEST(case_128_a_damaged_cache_is_no_cache),
		LAB_TEST(case_122_names_with_a_slash_are_paths),
		LAB_TEST(case_122_cycles_are_harmless),
		LAB_TEST(case_126_what_has_no_interpreter_is_handled),
		LAB_TEST(a_plugin_relies_on_the_libraries_of_its_program),
		LAB_TEST(imported_symbols_bring_what_they_will_look_for),
		LAB_TEST(notes_on_dlopen_bring_what_they_name),
		LAB_TEST(musl_has_its_own_rules),
		LAB_TEST(case_117_a_broken_elf_file_is_an_error_only_for_the_command),
		LAB_TEST(host_programs_get_the_libraries_that_their_loader_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_hints.c: what libraries look for by names of their own. */
#include "source/host_tables.h"
#include "unit/source/root_lab.h"

static void a_library_brings_what_it_looks_for_if_it_is_there(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/libtinfo.so.6 libtinfo.so.6 'int t;'; "
		    "mkdir -p usr/share/terminfo/x usr/share/terminfo/z; "
		    "echo >usr/share/terminfo/x/xterm; echo >usr/share/terminfo/z/ztx; "
		    "prog usr/bin/p 'int main;' usr/lib/libtinfo.so.6; "
		    "prog usr/bin/q 'int main;'");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/lib/libtinfo.so.6", "/usr/share/terminfo/x/xterm", RULE_HINT, NULL);
	lab_absent(lab, "/usr/share/terminfo/z/ztx");
	lab_absent(lab, "/usr/share/terminfo/x/xterm-256color");
	lab_no_notes(lab);
	lab_run(lab, "/usr/bin/q");
	lab_absent(lab, "/usr/share/terminfo/x/xterm");
}

/* libc with iconv_open, a library that uses it, and one that does not. */
static void make_conversions(struct root_lab *lab)
{
	lab_base(lab);
	lab_sh(lab,
		"lib usr/lib/libc.so.6 libc.so.6 'void iconv_open(void){}'; "
		"lib usr/lib/libi.so libi.so 'void iconv_open(void);void i(void){iconv_open();}' "
		"usr/lib/libc.so.6; mkdir -p usr/lib/gconv; "
		"for n in gconv-modules UTF-16.so KOI8-R.so; do echo >usr/lib/gconv/$n; done; "
		"prog usr/bin/p 'int main;' usr/lib/libi.so; "
		"prog usr/bin/q 'int main;' usr/lib/libc.so.6; cp usr/bin/p usr/bin/iconv");
}

static void who_converts_texts_gets_the_common_conversions(void **state)
{
	struct root_lab *lab = *state;

	make_conversions(lab);
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/lib/libi.so", "/usr/lib/gconv/UTF-16.so", RULE_HINT, NULL);
	lab_edge(lab, "/usr/lib/libi.so", "/usr/lib/gconv/gconv-modules", RULE_HINT, NULL);
	lab_absent(lab, "/usr/lib/gconv/KOI8-R.so");
	/* libc itself does not count. */
	lab_run(lab, "/usr/bin/q");
	lab_absent(lab, "/usr/lib/gconv/gconv-modules");
	lab_no_notes(lab);
}

static void all_conversions_or_none(void **state)
{
	struct root_lab *lab = *state;

	make_conversions(lab);
	lab_run(lab, "/usr/bin/iconv");
	lab_node(lab, "/usr/lib/gconv/KOI8-R.so");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "gconv", "all"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_node(lab, "/usr/lib/gconv/KOI8-R.so");
	lab_spec(lab, "/usr/bin/iconv");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "gconv", "none"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_absent(lab, "/usr/lib/gconv");
}

static void who_looks_up_ports_and_protocols_gets_their_names(void **state)
{
	static const struct {
		const char *symbol;
		bool services, protocols;
	} rows[] = {
		{ "getservbyname", true, false },
		{ "getservbyport_r", true, false },
		{ "getaddrinfo", true, false },
		{ "getnameinfo", true, false },
		{ "getprotobyname", false, true },
		{ "getprotobynumber_r", false, true },
		{ "getpwnam", false, false },
	};
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "echo s >etc/services; echo p >etc/protocols");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[512];

		/* libc itself does not count. */
		snprintf(text, sizeof(text),
			"lib usr/lib/libc.so.6 libc.so.6 'void %s(void);void i(void){%s();}'; "
			"prog usr/bin/p 'void %s(void);int main(void){%s();}' usr/lib/libc.so.6; "
			"prog usr/bin/q 'int main;' usr/lib/libc.so.6",
			rows[i].symbol, rows[i].symbol, rows[i].symbol, rows[i].symbol);
		lab_sh(lab, text);
		lab_run(lab, "/usr/bin/p");
		if (!!graph_find(lab->g, "/etc/services") != rows[i].services ||
			!!graph_find(lab->g, "/etc/protocols") != rows[i].protocols)
			give_up("%s", rows[i].symbol);
		if (rows[i].services)
			lab_edge(lab, "/usr/bin/p", "/etc/services", RULE_HINT, NULL);
		lab_run(lab, "/usr/bin/q");
		lab_absent(lab, "/etc/services");
		lab_absent(lab, "/etc/protocols");
	}
	lab_sh(lab, "rm etc/services");
	lab_run(lab, "/usr/bin/p");
	lab_no_notes(lab);
}

static void the_zone_that_is_named(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/date 'int main;'; mkdir -p usr/share/zoneinfo/Europe; "
		    "echo >usr/share/zoneinfo/Europe/Paris; echo >usr/share/zoneinfo/UTC");
	lab_run(lab, "/usr/bin/date TZ=:Europe/Paris");
	lab_edge(lab, "/usr/bin/date", "/usr/share/zoneinfo/Europe/Paris", RULE_HINT, "TZ");
	lab_absent(lab, "/usr/share/zoneinfo/UTC");
	lab_run(lab, "/usr/bin/date TZ= TZ=UTC0 TZ=../x TZ=/etc/localtime");
	lab_absent(lab, "/usr/share/zoneinfo");
	lab_spec(lab, "/usr/bin/date");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "env", "TZ=UTC"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_node(lab, "/usr/share/zoneinfo/UTC");
	lab_no_notes(lab);
}

static void the_table_is_well_formed(void **state)
{
	(void)state;
	assert_true(host_hints_len > 20);
	for (size_t i = 0; i < host_hints_len; i++) {
		const struct host_hint *h = &host_hints[i];

		assert_true(h->when[0] == '@' || text_ends(h->when, ".so"));
		assert_true(path_is_clean(h->path) || text_starts(h->path, "$LIBC/"));
		/* Rows of one kind stand together: each is looked for once. */
		for (size_t k = 0; k + 1 < i; k++)
			assert_true(strcmp(host_hints[k].when, h->when) != 0 ||
				    !strcmp(host_hints[i - 1].when, h->when));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_library_brings_what_it_looks_for_if_it_is_there),
		LAB_TEST(who_converts_texts_gets_the_common_conversions),
		LAB_TEST(all_conversions_or_none),
		LAB_TEST(who_looks_up_ports_and_protocols_gets_their_names),
		LAB_TEST(the_zone_that_is_named),
		cmocka_unit_test(the_table_is_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

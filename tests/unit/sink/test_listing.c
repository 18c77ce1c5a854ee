/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sink/test_listing.c: reports for people, programs and Graphviz. */
#include "support/lab.h"

#include "codec/json.h"

/* A listing as text; free it. */
static char *listing(struct lab *l, const char *format, const char *why, unsigned flags)
{
	ocit_target t = lab_target(l, "listing", "l");
	char *text;
	int r;

	t.format = format;
	t.why = why;
	t.flags = flags;
	r = sink_emit(&l->cx, l->plan, &t, 1);
	if (r < 0)
		print_error("%s\n", ctx_message(&l->cx));
	assert_int_equal(r, 0);
	assert_string_equal(t.digest, "");
	assert_int_equal(lab_count_outputs(l), 1);
	text = lab_read(l->out, "l", NULL);
	assert_int_equal(unlinkat(l->out, "l", 0), 0);
	return text;
}

static void expect_in(const char *text, const char *part)
{
	if (!strstr(text, part))
		print_error("%s not in\n%s\n", part, text);
	assert_non_null(strstr(text, part));
}

static void units_are_a_table_sorted_by_size(void **state)
{
	char *text = listing(*state, NULL, NULL, 0);

	assert_string_equal(text,
		"     SIZE      ADDED    FILES  UNIT       WHY\n"
		"   1.6 kB     1.9 kB        -  hello 1.0  an argument names it (args[1])\n"
		"    160 B      160 B        -  link       " LAB_FILE " refers to it\n"
		"    128 B      288 B        -  one-file   " LAB_HELLO " refers to it\n"
		"     17 B       17 B        2  tool 2.1   the link /usr/bin/t leads to it\n"
		"   1.9 kB  total: 1,949 bytes in 4 units\n"
		"\n"
		"Notes:\n"
		"  tool: set-user-ID was cleared\n");
	free(text);
}

static void notes_can_be_left_out(void **state)
{
	char *text = listing(*state, "text", NULL, OCIT_TARGET_NO_NOTES);

	expect_in(text, "total: 1,949 bytes in 4 units\n");
	assert_null(strstr(text, "Notes:"));
	free(text);
}

static void nothing_is_read_for_units(void **state)
{
	struct lab *l = *state;

	assert_int_equal(tree_remove(&l->cx, l->fd, "store"), 0);
	assert_int_equal(tree_remove(&l->cx, l->fd, "host"), 0);
	free(listing(l, NULL, NULL, 0));
	assert_int_equal(mkdirat(l->fd, "store", 0700), 0);
}

static void files_inside_store_paths_are_listed(void **state)
{
	char *text = listing(*state, "text", NULL, OCIT_TARGET_FILES);

	expect_in(text, "        5  hello 1.0");
	expect_in(text, "total: 93 bytes in 4 units, 12 files\n\nFiles:\n        -  /  it holds");
	expect_in(text, "\n     21 B  " LAB_HELLO
			"/bin/hello  [hello 1.0] an argument names it (args[1])\n");
	expect_in(text, "\n        -  " LAB_HELLO "/bin/hi  [hello 1.0]");
	expect_in(text, "\n        -  " LAB_HELLO "/lib/  [hello 1.0]");
	expect_in(text, "\n     30 B  /etc/passwd  ocitools writes it itself\n");
	expect_in(text, "\n        -  /data/  it is a mount point\n");
	free(text);
}

static void contents_are_not_opened_for_names(void **state)
{
	struct lab *l = *state;

	/* the hash would not match, and the planned size neither */
	lab_write(l->store, path_base(LAB_FILE), 0644, "two files\n");
	lab_write(l->host, "tool", 0755, "");
	free(listing(l, "text", NULL, OCIT_TARGET_FILES));
}

static void control_bytes_of_names_are_escaped(void **state)
{
	char *text = listing(*state, "text", NULL, OCIT_TARGET_FILES);

	expect_in(text, "/share/odd \"name\" $x\\x09\\xff  [hello 1.0]");
	assert_null(strchr(text, '\t'));
	free(text);
}

static void why_follows_reasons_from_the_command(void **state)
{
	char *text = listing(*state, NULL, "/var/lib/tool/state", 0);

	assert_string_equal(text, "/usr/bin/t\n    it is the command (args[0])\n"
				  "/usr/bin/tool\n    the link /usr/bin/t leads to it\n"
				  "/var/lib/tool/state\n    the text of /usr/bin/tool names it\n");
	free(text);
}

static void why_in_a_store_path_is_why_the_store_path(void **state)
{
	static const char *const paths[] = { LAB_FILE, LAB_FILE "/", LAB_FILE "/not/looked/at" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		char *text = listing(*state, NULL, paths[i], 0);

		assert_string_equal(text,
			LAB_HELLO "\n    an argument names it (args[1])\n" LAB_FILE
				  "\n    " LAB_HELLO " refers to it\n");
		free(text);
	}
}

static void why_looks_behind_links(void **state)
{
	char *text = listing(*state, NULL, "/bin/tool", 0);

	expect_in(text, "/usr/bin/tool\n    the link /usr/bin/t leads to it\n");
	free(text);
}

static void why_knows_what_no_node_stands_for(void **state)
{
	static const struct {
		const char *path, *says;
	} cases[] = {
		{ "/", "/\n    it holds something that is needed\n" },
		{ "/bin", "/bin\n    every container has it\n" },
		{ "/data", "/data\n    it is a mount point\n" },
		{ "/etc/passwd", "/etc/passwd\n    ocitools writes it itself\n" },
		{ "//etc/./passwd", "/etc/passwd\n    ocitools writes it itself\n" },
		{ "etc/passwd", "/etc/passwd\n    ocitools writes it itself\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = listing(*state, NULL, cases[i].path, 0);

		assert_string_equal(text, cases[i].says);
		free(text);
	}
}

static void why_not_is_an_error(void **state)
{
	static const char *const paths[] = { "/usr/bin/nothing", "/usr/bin/tool/x", "/zzz",
		"/bin/../bin/zzz" };
	static const char *const formats[] = { "text", "json", "dot" };
	struct lab *l = *state;

	for (size_t i = 0; i < ARRAY_LEN(paths) * ARRAY_LEN(formats); i++) {
		ocit_target t = lab_target(l, "listing", "l");

		t.why = paths[i / 3];
		t.format = formats[i % 3];
		assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_NOT_FOUND);
		expect_in(ctx_message(&l->cx), t.why);
		assert_string_equal(l->cx.hint, "'explain --files' shows every path that is");
		assert_int_equal(lab_count_outputs(l), 0);
	}
}

static void shown_reports_do_not_call_themselves_listings(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "listing", NULL);

	t.fd = openat(l->fd, "stream", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(t.fd >= 0);
	t.why = "nope";
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_NOT_FOUND);
	assert_string_equal(ctx_message(&l->cx), "'nope' is not in the container");
	assert_int_equal(close(t.fd), 0);
}

static void failed_writes_name_the_place(void **state)
{
	static const struct {
		const char *transport, *says;
	} cases[] = { { "listing", "write 'descriptor'" }, { "tar", "write 'descriptor'" } };
	struct lab *l = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		ocit_target t = lab_target(l, cases[i].transport, NULL);

		t.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
		assert_true(t.fd >= 0);
		assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_SYSTEM);
		expect_in(ctx_message(&l->cx), cases[i].says);
		assert_int_equal(close(t.fd), 0);
	}
	assert_string_equal(target_label(&(ocit_target){ .fd = 1 }), "standard output");
	assert_string_equal(target_label(&(ocit_target){ .fd = 1, .name = "n" }), "n");
}

static void link_cycles_end(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "listing", "l");

	lab_entry(l, "/loop", NODE_LINK)->target = "loop";
	lab_sort(l);
	free(listing(l, NULL, "/loop", 0));
	t.why = "/loop/x";
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_NOT_FOUND);
}

static void unknown_format_is_refused(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "listing", "l");

	t.format = "xml";
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), OCIT_E_USAGE);
	expect_in(ctx_message(&l->cx), "'xml'");
}

static struct json *parse(struct lab *l, char *text)
{
	struct json *doc = NULL;

	assert_int_equal(json_parse(&l->cx, text, strlen(text), "listing", &doc), 0);
	free(text);
	return doc;
}

static void json_holds_units_edges_and_notes(void **state)
{
	struct json *doc = parse(*state, listing(*state, "json", NULL, 0));
	const struct json_value *root = json_root(doc), *unit, *edge;

	assert_int_equal(json_int(json_member(root, "schemaVersion")), 1);
	assert_int_equal(json_count(json_member(root, "args")), 3);
	assert_int_equal(json_count(json_member(root, "units")), 4);
	assert_int_equal(json_count(json_member(root, "edges")), 6);
	assert_int_equal(json_count(json_member(root, "notes")), 1);
	assert_null(json_member(root, "files"));
	unit = json_at(json_member(root, "units"), 0);
	assert_string_equal(json_string(json_member(unit, "id")), LAB_HELLO);
	assert_int_equal(json_int(json_member(unit, "added")), 1608 + 128 + 160);
	assert_true(json_bool(json_member(unit, "root")));
	assert_null(json_member(unit, "files"));
	edge = json_at(json_member(root, "edges"), 0);
	assert_non_null(json_member(edge, "to"));
	assert_non_null(json_member(edge, "rule"));
	json_free(doc);
}

static void json_holds_files_when_asked(void **state)
{
	struct json *doc = parse(*state, listing(*state, "json", NULL, OCIT_TARGET_FILES));
	const struct json_value *files = json_member(json_root(doc), "files"), *odd = NULL;
	struct lab *l = *state;

	/* the plan, and what is below the top of hello */
	assert_int_equal(json_count(files), l->plan->n_entries + 8);
	for (size_t i = 0; i < json_count(files); i++)
		if (json_member(json_at(files, i), "pathHex"))
			odd = json_at(files, i);
	assert_non_null(odd);
	assert_string_equal(json_string(json_member(odd, "unit")), LAB_HELLO);
	assert_int_equal(json_int(json_member(odd, "size")), 3);
	json_free(doc);
}

static void json_explains_one_path(void **state)
{
	struct json *doc = parse(*state, listing(*state, "json", "/usr/bin/tool", 0));
	const struct json_value *chain = json_member(json_root(doc), "chain");

	assert_int_equal(json_count(chain), 2);
	assert_string_equal(json_string(json_member(json_at(chain, 0), "rule")), "program");
	assert_string_equal(json_string(json_member(json_at(chain, 1), "from")), "/usr/bin/t");
	json_free(doc);
	doc = parse(*state, listing(*state, "json", "/data", 0));
	chain = json_member(json_root(doc), "chain");
	assert_string_equal(json_string(json_member(json_at(chain, 0), "rule")), "mount");
	json_free(doc);
}

static void dot_draws_units_and_their_needs(void **state)
{
	char *text = listing(*state, "dot", NULL, 0);

	expect_in(text, "digraph closure {\n");
	expect_in(text, "\tn0 [label=\"hello 1.0\\n1.6 kB\", style=bold];\n");
	expect_in(text, "\tn0 -> n1 [label=\"reference\"];\n");
	expect_in(text, "label=\"/usr/bin/t\"");
	assert_string_equal(text + strlen(text) - 2, "}\n");
	free(text);
	text = listing(*state, "dot", "/usr/bin/tool", 0);
	expect_in(text, "\tn0 -> n1 [label=\"symlink\"];\n");
	free(text);
}

/* Directories on the way, a link that ends nowhere, and a directory that came in as a whole after
 * something in it had made it one on the way. */
static void add_surroundings(struct lab *l)
{
	uint32_t tool, dir, in, link;

	plan_free(l->plan);
	graph_unref(l->graph);
	assert_int_equal(graph_new(&l->cx, &l->graph), 0);
	lab_node(l, "/usr", NODE_DIR, GRAPH_NONE, 0);
	dir = lab_node(l, "/usr/bin", NODE_DIR, GRAPH_NONE, 0);
	tool = lab_node(l, "/usr/bin/tool", NODE_FILE,
		lab_unit(l, "/usr/bin/tool", "/usr/bin/tool", NULL, 1), 1);
	in = lab_node(l, "/usr/bin/in", NODE_FILE, lab_unit(l, "/usr/bin", "/usr/bin", NULL, 2), 2);
	link = lab_node(l, "/lib", NODE_LINK, GRAPH_NONE, 0);
	lab_edge(l, GRAPH_ROOT, tool, RULE_PROGRAM, "args[0]");
	lab_edge(l, tool, link, RULE_NEEDED, "libz.so.1");
	lab_edge(l, tool, dir, RULE_SKELETON, NULL);
	lab_edge(l, dir, in, RULE_SKELETON, NULL);
	assert_int_equal(graph_freeze(&l->cx, l->graph), 0);
	l->plan = plan_alloc(l->graph);
	assert_non_null(l->plan);
	l->plan->entries = arena_array(&l->plan->arena, LAB_ENTRIES_MAX, sizeof(*l->plan->entries));
	assert_non_null(l->plan->entries);
	lab_entry(l, "/", NODE_DIR);
	lab_entry(l, "/usr", NODE_DIR);
	lab_entry(l, "/usr/bin", NODE_DIR);
	lab_sort(l);
}

static void a_unit_is_explained_from_outside(void **state)
{
	const struct json_value *units, *reason;
	struct json *doc;
	char *text;

	add_surroundings(*state);
	text = listing(*state, NULL, NULL, 0);
	expect_in(text, "  /usr/bin       what runs with /usr/bin/tool gets it\n");
	free(text);
	doc = parse(*state, listing(*state, "json", NULL, 0));
	units = json_member(json_root(doc), "units");
	assert_string_equal(json_string(json_member(json_at(units, 0), "id")), "/usr/bin");
	reason = json_member(json_at(units, 0), "reason");
	assert_string_equal(json_string(json_member(reason, "rule")), "skeleton");
	assert_string_equal(json_string(json_member(reason, "from")), "/usr/bin/tool");
	json_free(doc);
}

static void directories_on_the_way_hold_what_is_needed(void **state)
{
	char *text;

	add_surroundings(*state);
	text = listing(*state, NULL, "/usr", 0);
	assert_string_equal(text, "/usr\n    it holds something that is needed\n");
	free(text);
}

static void dot_leaves_out_what_connects_no_units(void **state)
{
	char *text;

	add_surroundings(*state);
	text = listing(*state, "dot", NULL, 0);
	assert_string_equal(text, "digraph closure {\n\tnode [shape=box];\n"
				  "\tn0 [label=\"/usr/bin\\n2 B\"];\n"
				  "\tn1 [label=\"/usr/bin/tool\\n1 B\", style=bold];\n"
				  "\tn1 -> n0 [label=\"skeleton\"];\n}\n");
	free(text);
}

static void writes_to_a_descriptor(void **state)
{
	struct lab *l = *state;
	ocit_target t = lab_target(l, "listing", NULL);
	char *text;

	t.fd = openat(l->fd, "stream", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(t.fd >= 0);
	assert_int_equal(sink_emit(&l->cx, l->plan, &t, 1), 0);
	assert_int_equal(close(t.fd), 0);
	text = lab_read(l->fd, "stream", NULL);
	expect_in(text, "total: ");
	free(text);
}

static void same_text_every_time(void **state)
{
	static const char *const formats[] = { "text", "json", "dot" };

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		char *a = listing(*state, formats[i], NULL, OCIT_TARGET_FILES);
		char *b = listing(*state, formats[i], NULL, OCIT_TARGET_FILES);

		assert_string_equal(a, b);
		free(a);
		free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			units_are_a_table_sorted_by_size, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(notes_can_be_left_out, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(nothing_is_read_for_units, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			files_inside_store_paths_are_listed, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			contents_are_not_opened_for_names, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			control_bytes_of_names_are_escaped, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			why_follows_reasons_from_the_command, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			why_in_a_store_path_is_why_the_store_path, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(why_looks_behind_links, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			why_knows_what_no_node_stands_for, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(why_not_is_an_error, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			shown_reports_do_not_call_themselves_listings, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			failed_writes_name_the_place, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(link_cycles_end, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(unknown_format_is_refused, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			json_holds_units_edges_and_notes, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			json_holds_files_when_asked, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(json_explains_one_path, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			dot_draws_units_and_their_needs, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			a_unit_is_explained_from_outside, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			directories_on_the_way_hold_what_is_needed, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(
			dot_leaves_out_what_connects_no_units, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(writes_to_a_descriptor, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(same_text_every_time, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests_name("sink/listing", tests, NULL, NULL);
}

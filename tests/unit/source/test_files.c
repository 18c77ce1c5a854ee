/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files.c: paths of a root tree as nodes and edges: links, directories,
 * trees, other sources. */
#include "unit/source/root_lab.h"

#include <fcntl.h>
#include <sys/stat.h>

static void a_program_brings_every_directory_and_link_on_its_way(void **state)
{
	struct root_lab *lab = *state;
	const struct node *n;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/real-1.0 'int main;'; ln -s real-1.0 usr/bin/real; "
		    "ln -s /bin/real usr/bin/alias; chmod 750 usr; chmod 711 usr/bin");
	lab_run(lab, "/bin/alias");
	n = lab_node(lab, "/bin");
	assert_int_equal(n->kind, NODE_LINK);
	assert_string_equal(n->target, "usr/bin");
	assert_int_equal(n->unit, GRAPH_NONE);
	assert_string_equal(lab_node(lab, "/usr/bin/alias")->target, "/bin/real");
	assert_string_equal(lab_node(lab, "/usr/bin/real")->target, "real-1.0");
	n = lab_node(lab, "/usr");
	assert_int_equal(n->kind, NODE_DIR);
	assert_int_equal(n->mode, 0750);
	assert_int_equal(lab_node(lab, "/usr/bin")->mode, 0711);
	n = lab_node(lab, "/usr/bin/real-1.0");
	assert_int_equal(n->kind, NODE_FILE);
	assert_string_equal(n->where, "usr/bin/real-1.0");
	assert_string_equal(lab->g->units[n->unit].id, "/usr/bin/real-1.0");
	assert_string_equal(lab->g->units[n->unit].source, "files");
	assert_true(lab->g->units[n->unit].size == n->size && n->size > 0);
	/* The link that stands for a directory is needed, the other ones lead on. */
	lab_edge(lab, NULL, "/bin", RULE_PROGRAM, "args[0]");
	lab_edge(lab, NULL, "/usr/bin/alias", RULE_PROGRAM, "args[0]");
	lab_edge(lab, "/usr/bin/alias", "/usr/bin/real", RULE_SYMLINK, NULL);
	lab_edge(lab, "/usr/bin/alias", "/bin", RULE_SYMLINK, NULL);
	lab_edge(lab, "/usr/bin/real", "/usr/bin/real-1.0", RULE_SYMLINK, NULL);
	assert_false(lab_has_edge(lab, "/bin", "/usr/bin/alias", RULE_SYMLINK, NULL));
	lab_absent(lab, "/");
	lab_absent(lab, "/etc");
	lab_no_notes(lab);
}

static void content_can_be_read_after_the_source_is_closed(void **state)
{
	struct root_lab *lab = *state;
	const struct node *n;
	struct stat st;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; ln -s root ../link-to-root");
	snprintf(lab->root, sizeof(lab->root), "%s/link-to-root", lab->path);
	lab_run(lab, "/usr/bin/p");
	n = lab_node(lab, "/usr/bin/p");
	assert_int_equal(fstatat(lab->g->places[n->place].dirfd, n->where, &st, 0), 0);
	assert_true((uint64_t)st.st_size == n->size);
	assert_string_equal(lab->g->places[n->place].name, lab->root);
}

static void case_142_absolute_links_stay_inside_the_tree(void **state)
{
	struct root_lab *lab = *state;
	char command[512];

	lab_base(lab);
	snprintf(command, sizeof(command),
		"prog usr/bin/p 'int main;'; echo canary >../canary; echo inside >inside; "
		"ln -s '%s/canary' etc/absolute; ln -s ../../../../../inside etc/up; "
		"ln -s ../../inside usr/lib/up",
		lab->path);
	lab_sh(lab, command);
	/* The canary lies outside: inside the tree that path leads nowhere. */
	lab_run(lab, "/usr/bin/p /etc/absolute /etc/up /lib/up");
	lab_absent(lab, "/etc/absolute");
	lab_edge(lab, "/etc/up", "/inside", RULE_SYMLINK, NULL);
	/* ".." behind a link is the real parent: /usr/lib/../../inside. */
	lab_edge(lab, "/usr/lib/up", "/inside", RULE_SYMLINK, NULL);
	assert_int_equal(lab_node(lab, "/inside")->size, 7);
	assert_string_equal(lab_node(lab, "/etc/up")->target, "../../../../../inside");
}

static void a_dotdot_keeps_the_directory_it_leaves(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; mkdir -p a/b; echo x >a/file; "
		    "ln -s /a/b/../file etc/link");
	lab_run(lab, "/usr/bin/p /etc/link");
	assert_int_equal(lab_node(lab, "/a/b")->kind, NODE_DIR);
	lab_edge(lab, "/etc/link", "/a/file", RULE_SYMLINK, NULL);
}

static void case_139_loops_of_links_are_refused(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; ln -s two etc/one; ln -s one etc/two; "
		    "ln -s self/x etc/self; ln -s p usr/bin/l0; "
		    "for i in $(seq 1 41); do ln -s l$((i-1)) usr/bin/l$i; done");
	lab_refuses(lab, "/etc/one", OCIT_E_FORMAT, "loop");
	lab_refuses(lab, "/etc/self", OCIT_E_FORMAT, "loop");
	lab_sh(lab, "ln -s ../usr/bin/p/ etc/slash; ln -s slash etc/over");
	lab_refuses(lab, "/etc/slash", OCIT_E_NOT_FOUND, "'/etc/slash'");
	lab_refuses(lab, "/etc/over", OCIT_E_NOT_FOUND, "'/etc/over'");
	lab_run(lab, "/usr/bin/l39");
	lab_refuses(lab, "/usr/bin/l40", OCIT_E_FORMAT, "loop");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/etc/one"), 0);
	assert_int_equal(lab_find(lab), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&lab->cx), "'/etc/one': symlink loop"));
}

static void what_is_missing_is_named_with_where_the_way_ended(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; ln -s ../nowhere/x etc/dangling; echo >etc/file");
	lab_refuses(lab, "/usr/bin/q", OCIT_E_NOT_FOUND, "/usr/bin/q");
	lab_refuses(lab, "/etc/file/x", OCIT_E_NOT_FOUND, "/etc/file/x");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/etc/dangling"), 0);
	assert_int_equal(lab_find(lab), OCIT_E_NOT_FOUND);
	assert_non_null(strstr(
		ctx_message(&lab->cx), "'/etc/dangling' does not exist: it leads to '/nowhere'"));
}

static void what_the_kernel_provides_is_never_read(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; mkdir -p proc/self dev; echo x >proc/self/mounts; "
		    "echo x >dev/x; ln -s ../proc/self/mounts etc/mtab; ln -s /dev/x etc/x");
	lab_run(lab, "/usr/bin/p /proc/self/mounts /dev/x /etc/mtab /etc/x");
	lab_absent(lab, "/proc");
	lab_absent(lab, "/dev");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/etc/mtab"), 0);
	assert_int_equal(lab_find(lab), 0);
	assert_string_equal(lab_node(lab, "/etc/mtab")->target, "../proc/self/mounts");
	lab_absent(lab, "/proc");
}

static void case_129_only_files_are_files(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; mkfifo -m 755 usr/bin/fifo; mkdir usr/bin/dir");
	lab_refuses(lab, "/usr/bin/fifo", OCIT_E_FORMAT, "neither a file nor a directory");
	lab_refuses(lab, "/usr/bin/dir", OCIT_E_FORMAT, "directory");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/usr/bin/fifo"), 0);
	assert_int_equal(lab_find(lab), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&lab->cx), "'/usr/bin/fifo': neither a file"));
}

static void set_id_bits_are_told_as_they_are(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; chmod 4755 usr/bin/p; chmod 2775 usr/bin");
	lab_run(lab, "/usr/bin/p");
	assert_int_equal(lab_node(lab, "/usr/bin/p")->mode, 04755);
	assert_int_equal(lab_node(lab, "/usr/bin")->mode, 02775);
	lab_no_notes(lab);
}

static void an_included_directory_comes_as_a_whole(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; mkdir -p data/sub out; echo 1 >data/one; "
		    "echo 22 >data/sub/two; mkfifo data/sub/fifo; echo x >out/target; "
		    "ln -s sub/two data/inner; ln -s /out/target data/outer; "
		    "ln -s /out data/dir; ln -s /nothing data/dangling; ln -s .. data/sub/up");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/data"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, NULL, "/data", RULE_INCLUDE, "include[0]");
	lab_edge(lab, "/data", "/data/one", RULE_INCLUDE, NULL);
	lab_edge(lab, "/data", "/data/sub", RULE_INCLUDE, NULL);
	lab_edge(lab, "/data", "/data/sub/two", RULE_INCLUDE, NULL);
	lab_edge(lab, "/data", "/data/dangling", RULE_INCLUDE, NULL);
	lab_edge(lab, "/data/inner", "/data/sub/two", RULE_SYMLINK, NULL);
	/* What a link leads to comes along; a whole directory does not. */
	lab_edge(lab, "/data/outer", "/out/target", RULE_SYMLINK, NULL);
	lab_absent(lab, "/nothing");
	lab_absent(lab, "/data/sub/fifo");
	lab_note(lab, "'/data/sub/fifo' is left out");
	lab_note(lab, "directory '/out' is not included");
	assert_int_equal(lab->g->n_notes, 2);
	/* It is one unit; what a link brought from elsewhere is another. */
	assert_int_equal(lab_node(lab, "/data/one")->unit, lab_node(lab, "/data/sub/two")->unit);
	assert_string_equal(lab->g->units[lab_node(lab, "/data/one")->unit].id, "/data");
	assert_int_equal(lab_node(lab, "/data")->unit, lab_node(lab, "/data/one")->unit);
	assert_int_equal(lab->g->units[lab_node(lab, "/data/one")->unit].size, 5);
	assert_string_equal(lab->g->units[lab_node(lab, "/out/target")->unit].id, "/out/target");
}

static void a_directory_behind_a_link_is_noted_unless_it_is_included(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; mkdir -p data out; ln -s /out data/dir; "
		    "echo >out/file; ln -s data also");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/also"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, NULL, "/also", RULE_INCLUDE, "include[0]");
	lab_edge(lab, "/also", "/data", RULE_INCLUDE, NULL);
	lab_note(lab, "directory '/out' is not included");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/"), 0);
	assert_int_equal(lab_find(lab), OCIT_E_FORMAT);
	assert_non_null(strstr(ctx_message(&lab->cx), "'/' cannot be included as a whole"));
}

static void a_link_to_what_every_container_has_is_not_noted(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; mkdir -p x tmp run/lock root var out; "
		    "ln -s /run var/run; ln -s /tmp x/a; ln -s /var/run/lock x/b; ln -s /root x/c");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/x"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_node(lab, "/x/b");
	lab_no_notes(lab);
	lab_sh(lab, "ln -s /out x/d");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/x"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_note(lab, "directory '/out' is not included");
}

static void what_comes_with_the_loader_of_glibc_comes_once(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "ln -s ld.so.1 usr/lib/ld-linux-x.so.2; mkdir -p usr/lib/locale/C.utf8/LC; "
		    "echo >usr/lib/locale/C.utf8/LC/M; echo >usr/lib/os-release; "
		    "ln -s ../usr/lib/os-release etc/os-release; "
		    "prog usr/bin/p 'int main;' -Wl,--dynamic-linker=/lib/ld-linux-x.so.2");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/usr/lib/ld-linux-x.so.2", RULE_INTERPRETER, NULL);
	lab_edge(lab, "/usr/lib/ld-linux-x.so.2", "/usr/lib/ld.so.1", RULE_SYMLINK, NULL);
	lab_edge(lab, "/usr/lib/ld.so.1", "/usr/lib/locale/C.utf8", RULE_SKELETON, NULL);
	lab_edge(lab, "/usr/lib/locale/C.utf8", "/usr/lib/locale/C.utf8/LC/M", RULE_SKELETON, NULL);
	lab_edge(lab, "/usr/lib/ld.so.1", "/etc/os-release", RULE_SKELETON, NULL);
	lab_edge(lab, "/etc/os-release", "/usr/lib/os-release", RULE_SYMLINK, NULL);
	lab_absent(lab, "/etc/localtime");
	lab_no_notes(lab);
}

/* Another source, before ours: everything below /store, of which /store/gone is missing. */
static int store_open(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	static struct source store;

	(void)cx;
	(void)spec;
	extern const struct source_ops store_ops;
	store.ops = &store_ops;
	*ret = &store;
	return 0;
}

static bool store_claims(const struct source *s, const char *path)
{
	(void)s;
	return text_starts(path, "/store/");
}

static int store_probe(struct ctx *cx, struct source *s, const char *path, struct probe *ret)
{
	(void)cx;
	(void)s;
	*ret = (struct probe){ .kind = PROBE_REGULAR, .executable = true };
	if (text_starts(path, "/store/gone"))
		ret->kind = PROBE_ABSENT;
	return 0;
}

static int store_resolve(struct ctx *cx, struct source *s, struct facts *f, const struct want *want)
{
	struct node node = { .path = "/store/it", .kind = NODE_TREE, .unit = GRAPH_NONE };
	uint32_t at;
	int r;

	(void)s;
	if (text_starts(want->path, "/store/gone"))
		return want->optional ? 0 : fail(cx, OCIT_E_NOT_FOUND, "gone");
	r = facts_node(cx, f, &node, &at, NULL);
	return r < 0 ? r : facts_edge(cx, f, want->from, at, want->rule, want->path);
}

static int store_expand(struct ctx *cx, struct source *s, struct facts *f, uint32_t node)
{
	(void)cx;
	(void)s;
	(void)f;
	(void)node;
	return 0;
}

static int store_scan(struct ctx *cx, struct source *s, struct facts *f, const char *text,
	size_t len, const struct want *why)
{
	struct want want = *why;

	(void)s;
	want.path = "/store/it/named";
	want.optional = true;
	return memmem(text, len, "/store/it", 9) ? facts_want(cx, f, &want) : 0;
}

static void store_close(struct source *s)
{
	(void)s;
}

extern const struct source_ops store_ops;
const struct source_ops store_ops = {
	.name = "store",
	.open = store_open,
	.claims = store_claims,
	.probe = store_probe,
	.resolve = store_resolve,
	.expand = store_expand,
	.scan = store_scan,
	.close = store_close,
};

static int store_setup(void **state)
{
	struct root_lab *lab;
	int r = lab_setup(state);

	lab = *state;
	lab->sources[0] = &store_ops;
	lab->sources[1] = &source_files;
	lab->n_sources = 2;
	return r;
}

static void a_link_into_another_source_hands_the_path_over(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "mkdir -p store home; ln -s ../store/it/bin home/result; "
		    "ln -s /store/it usr/absolute; ln -s / home/root");
	lab_run(lab, "/home/result/run");
	lab_edge(lab, NULL, "/home/result", RULE_PROGRAM, "args[0]");
	/* It stands for a directory, so the reason stays the command. */
	lab_edge(lab, NULL, "/store/it", RULE_PROGRAM, "/store/it/bin/run");
	/* What leads there is the other source's business. */
	lab_absent(lab, "/store");
	lab_run(lab, "/usr/absolute/x");
	lab_edge(lab, NULL, "/store/it", RULE_PROGRAM, "/store/it/x");
	/* Also when no link's text says so. */
	lab_run(lab, "/home/root/store/it/y");
	lab_edge(lab, NULL, "/store/it", RULE_PROGRAM, "/store/it/y");
}

static void interpreters_and_libraries_of_another_source_are_handed_over(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "lib usr/lib/liba.so liba.so 'int a;'; mkdir -p tmp; "
		    "prog usr/bin/p 'int main;' -Wl,--dynamic-linker=/store/it/lib/ld.so "
		    "-Lusr/lib -la -Wl,-rpath,/store/gone/lib:/store/it/lib; "
		    "printf '#!/store/it/bin/sh\\n' >usr/bin/s; "
		    "printf '#!/usr/bin/env prog\\n' >usr/bin/e; prog usr/bin/env 'int main;'; "
		    "chmod +x usr/bin/*");
	lab_run(lab, "/usr/bin/p");
	lab_edge(lab, "/usr/bin/p", "/store/it", RULE_INTERPRETER, "/store/it/lib/ld.so");
	lab_edge(lab, "/usr/bin/p", "/store/it", RULE_NEEDED, "/store/it/lib/liba.so");
	lab_absent(lab, "/usr/lib/liba.so");
	lab_no_notes(lab);
	lab_run(lab, "/usr/bin/s");
	lab_edge(lab, "/usr/bin/s", "/store/it", RULE_SHEBANG, "/store/it/bin/sh");
	lab_spec(lab, "/usr/bin/e");
	assert_int_equal(
		spec_option(&lab->cx, lab->spec, "env", "PATH=/store/gone:/store/it/bin"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, "/usr/bin/e", "/store/it", RULE_SHEBANG, "/store/it/bin/prog");
}

static void text_of_what_is_named_may_name_other_things(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; echo 'see /store/it/x' >etc/conf; "
		    "printf '/store/it\\0' >etc/binary; cp etc/conf usr/bin/other; "
		    "ln -s /etc/conf etc/link; printf '#!/usr/bin/p\\n/store/it\\n' >etc/script; "
		    "chmod +x etc/script");
	lab_run(lab, "/usr/bin/p /etc/conf");
	lab_edge(lab, "/etc/conf", "/store/it", RULE_TEXT, NULL);
	lab_run(lab, "/usr/bin/p /etc/link");
	lab_edge(lab, "/etc/conf", "/store/it", RULE_TEXT, NULL);
	lab_run(lab, "/etc/script");
	lab_edge(lab, "/etc/script", "/store/it", RULE_TEXT, NULL);
	lab_run(lab, "/usr/bin/p /etc/binary");
	lab_absent(lab, "/store/it");
}

static void an_included_directory_stops_where_another_source_begins(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;'; mkdir -p store/it/deep; echo >store/it/deep/f");
	lab_spec(lab, "/usr/bin/p");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "include", "/store"), 0);
	assert_int_equal(lab_find(lab), 0);
	assert_int_equal(lab_node(lab, "/store/it")->kind, NODE_TREE);
	lab_edge(lab, "/store", "/store/it", RULE_INCLUDE, "/store/it");
	lab_absent(lab, "/store/it/deep");
}

static void a_root_that_is_no_directory_is_refused(void **state)
{
	struct root_lab *lab = *state;

	snprintf(lab->root, sizeof(lab->root), "%s/missing", lab->path);
	lab_refuses(lab, "/usr/bin/p", OCIT_E_NOT_FOUND, "root directory");
}

static void the_graph_does_not_depend_on_what_was_walked_before(void **state)
{
	struct root_lab *lab = *state;
	struct graph *first;

	lab_base(lab);
	lab_sh(lab, "prog usr/bin/p 'int main;' -Lusr/lib -lc; prog usr/bin/q 'int main;'; "
		    "ln -s /bin/p etc/x");
	lab_run(lab, "/bin/p /usr/bin/q /etc/x");
	first = lab->g;
	lab->g = NULL;
	lab_run(lab, "/bin/p /etc/x /usr/bin/q");
	assert_int_equal(first->n_nodes, lab->g->n_nodes);
	for (size_t i = 0; i < first->n_nodes; i++)
		assert_string_equal(first->nodes[i].path, lab->g->nodes[i].path);
	graph_unref(first);
}

#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, store_setup, lab_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_program_brings_every_directory_and_link_on_its_way),
		LAB_TEST(content_can_be_read_after_the_source_is_closed),
		LAB_TEST(case_142_absolute_links_stay_inside_the_tree),
		LAB_TEST(a_dotdot_keeps_the_directory_it_leaves),
		LAB_TEST(case_139_loops_of_links_are_refused),
		LAB_TEST(what_is_missing_is_named_with_where_the_way_ended),
		LAB_TEST(what_the_kernel_provides_is_never_read),
		LAB_TEST(case_129_only_files_are_files),
		LAB_TEST(set_id_bits_are_told_as_they_are),
		LAB_TEST(an_included_directory_comes_as_a_whole),
		LAB_TEST(a_directory_behind_a_link_is_noted_unless_it_is_included),
		LAB_TEST(a_link_to_what_every_container_has_is_not_noted),
		LAB_TEST(what_comes_with_the_loader_of_glibc_comes_once),
		STORE_TEST(a_link_into_another_source_hands_the_path_over),
		STORE_TEST(interpreters_and_libraries_of_another_source_are_handed_over),
		STORE_TEST(text_of_what_is_named_may_name_other_things),
		STORE_TEST(an_included_directory_stops_where_another_source_begins),
		LAB_TEST(a_root_that_is_no_directory_is_refused),
		LAB_TEST(the_graph_does_not_depend_on_what_was_walked_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

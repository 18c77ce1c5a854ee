/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/engine/test_notes.c: what a legal description is told about: capabilities that do
 * nothing, and mounts that give the host away. */
#include <stdio.h>

#include "engine/notes.h"
#include "model/plan.h"
#include "support/spec.h"

static void capabilities_of_other_users_are_noted(void **state)
{
	static const struct {
		const char *cap, *privileges;
		uint32_t uid;
		const char *note; /* NULL: none */
	} rows[] = {
		{ "default", "true", 0, NULL },
		{ NULL, "true", 1000, NULL },
		{ "CAP_KILL", "true", 1000,
			"capabilities have no effect for user 1000: the kernel drops them when a "
			"program starts" },
		{ "CAP_KILL", "false", 65534,
			"capabilities have no effect for user 65534: the kernel drops them when a "
			"program without file capabilities starts" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ctx cx;
		AUTO(spec) struct spec *s = spec_empty(&cx);
		AUTO(arena) struct arena a;
		struct notes notes = { 0 };

		arena_init(&a);
		if (rows[i].cap)
			spec_set(&cx, s, "cap-add", rows[i].cap);
		spec_set(&cx, s, "no-new-privileges", rows[i].privileges);
		assert_int_equal(notes_capabilities(&cx, s, rows[i].uid, &a, &notes), 0);
		assert_int_equal(notes.n, rows[i].note ? 1 : 0);
		if (rows[i].note)
			assert_string_equal(notes.list[0], rows[i].note);
		notes_done(&notes);
	}
}

/* Mount it and expect the note, or with NULL none. */
static void expect_note(const char *option, const char *value, const char *note)
{
	struct ctx cx;
	AUTO(spec) struct spec *s = spec_empty(&cx);
	AUTO(arena) struct arena a;
	struct notes notes = { 0 };

	arena_init(&a);
	spec_set(&cx, s, option, value);
	assert_int_equal(notes_mounts(&cx, s, &a, &notes), 0);
	assert_int_equal(notes.n, note ? 1 : 0);
	if (note)
		assert_string_equal(notes.list[0], note);
	notes_done(&notes);
}

#define SOURCE(path, gain) "mount '/m' of source '" path "': the container can " gain
#define TYPE(type, gain)   "mount '/m' of type '" type "': the container can " gain

static void case_030_sources_that_give_the_host_away_are_noted(void **state)
{
	static const struct {
		const char *option, *value, *note;
	} rows[] = {
		{ "volume", "/:/m", SOURCE("/", "see every file of the host") },
		{ "volume", "//:/m", SOURCE("/", "see every file of the host") },
		{ "volume", "/usr/..:/m:rw", SOURCE("/", "see every file of the host") },
		{ "volume", "/etc/:/m",
			SOURCE("/etc", "see the accounts, password hashes and keys of the host") },
		{ "volume", "/proc/self:/m",
			SOURCE("/proc/self", "see the processes and the kernel of the host") },
		{ "volume", "/sys:/m",
			SOURCE("/sys", "see the devices and the kernel of the host") },
		{ "volume", "/dev/sda:/m", SOURCE("/dev/sda", "see the devices of the host") },
		{ "volume", "/var/run:/m",
			SOURCE("/var/run",
				"control the daemons of the host whose sockets lie there") },
		{ "volume", "/var/run/docker.sock:/m",
			SOURCE("/var/run/docker.sock", "control the docker daemon of the host") },
		{ "volume", "/run/user/7/docker.sock:/m",
			SOURCE("/run/user/7/docker.sock",
				"control the docker daemon of the host") },
		{ "volume", "/run/containerd/:/m",
			SOURCE("/run/containerd", "control the containerd daemon of the host") },
		{ "mount", "type=none,src=/run/containerd/containerd.sock,dst=/m,rbind",
			SOURCE("/run/containerd/containerd.sock",
				"control the containerd daemon of the host") },
		{ "mount", "type=proc,src=proc,dst=/m",
			TYPE("proc", "reach what is masked and read-only in '/proc'") },
		{ "mount", "type=sysfs,src=sysfs,dst=/m,ro",
			TYPE("sysfs", "reach what is masked and read-only in '/sys'") },
		{ "mount", "type=devtmpfs,src=dev,dst=/m",
			TYPE("devtmpfs", "see the devices of the host") },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_note(rows[i].option, rows[i].value, rows[i].note);
}

static void ordinary_mounts_are_not(void **state)
{
	static const char *const volumes[] = { "/etc/web:/m", "/etcetera:/m", "/process:/m",
		"/dev/null:/m", "/run/web:/m", "/srv:/m", "./:/m", "/home/docker.sock.d:/m" };
	static const char *const mounts[] = { "type=tmpfs,dst=/m", "type=ext4,src=/dev/x,dst=/m",
		"type=mqueue,src=mqueue,dst=/m" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(volumes); i++)
		expect_note("volume", volumes[i], NULL);
	for (size_t i = 0; i < ARRAY_LEN(mounts); i++)
		expect_note("mount", mounts[i], NULL);
}

/* A graph of an included directory and n private files in it, and one private file that an argument
 * names. */
static struct graph *private_graph(struct ctx *cx, size_t n)
{
	struct node dir = { .path = "/inc", .kind = NODE_DIR, .unit = GRAPH_NONE, .mode = 0755 };
	struct node file = {
		.path = "/token", .kind = NODE_FILE, .unit = GRAPH_NONE, .mode = 0600
	};
	struct edge edge = { .from = GRAPH_ROOT, .rule = RULE_INCLUDE, .detail = "include[0]" };
	struct graph *g = NULL;
	uint32_t top;

	assert_int_equal(graph_new(cx, &g), 0);
	assert_int_equal(graph_add_node(cx, g, &dir, &top, NULL), 0);
	edge.to = top;
	assert_int_equal(graph_add_edge(cx, g, &edge), 0);
	edge = (struct edge){ .from = GRAPH_ROOT, .rule = RULE_ARGUMENT, .detail = "args[1]" };
	assert_int_equal(graph_add_node(cx, g, &file, &edge.to, NULL), 0);
	assert_int_equal(graph_add_edge(cx, g, &edge), 0);
	edge = (struct edge){ .from = top, .rule = RULE_INCLUDE };
	for (size_t i = 0; i < n; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/inc/f%zu", i);
		file.path = path;
		assert_int_equal(graph_add_node(cx, g, &file, &edge.to, NULL), 0);
		assert_int_equal(graph_add_edge(cx, g, &edge), 0);
	}
	assert_int_equal(graph_freeze(cx, g), 0);
	return g;
}

/* Plan the notes of such a graph, and expect those for people. */
static void expect_told(size_t n, const char *const *told)
{
	struct ctx cx;
	AUTO(graph) struct graph *g = NULL;
	AUTO(plan) struct plan *plan = NULL;
	struct notes notes = { 0 };

	assert_int_equal(ctx_init(&cx, NULL), 0);
	g = private_graph(&cx, n);
	plan = plan_alloc(g);
	assert_non_null(plan);
	for (uint32_t i = 0; i < g->n_nodes; i++)
		assert_int_equal(notes_private(&cx, g, i, &plan->arena, &notes), 0);
	assert_int_equal(notes_freeze(&cx, &notes, plan), 0);
	assert_int_equal(plan->n_notes, n + 1);
	for (size_t i = 0; i < plan->n_told; i++)
		assert_string_equal(plan->told[i], told[i]);
	assert_null(told[plan->n_told]);
	notes_done(&notes);
}

#define PRIVATE(path, why)                                                                         \
	"'" path "' is not readable by everybody here (mode 0600), and goes in (" why ")"

static void private_files_of_one_directory_share_a_note(void **state)
{
	static const char *const few[] = { PRIVATE("/inc/f0", "because of '/inc'"),
		PRIVATE("/inc/f1", "because of '/inc'"), PRIVATE("/inc/f2", "because of '/inc'"),
		PRIVATE("/token", "args[1]"), NULL };
	static const char *const many[] = { PRIVATE("/token", "args[1]"),
		"5 files of '/inc' are not readable by everybody here, and go in: 'f0', 'f1', 'f2' "
		"and 2 more",
		NULL };

	(void)state;
	expect_told(0, few + 3);
	expect_told(3, few);
	expect_told(5, many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities_of_other_users_are_noted),
		cmocka_unit_test(case_030_sources_that_give_the_host_away_are_noted),
		cmocka_unit_test(ordinary_mounts_are_not),
		cmocka_unit_test(private_files_of_one_directory_share_a_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* unit/source/root_lab.h: a small root tree made by shell commands, and the closure of a command in
 * it. */
#ifndef UNIT_SOURCE_ROOT_LAB_H
#define UNIT_SOURCE_ROOT_LAB_H

#include "support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/text.h"
#include "engine/engine.h"
#include "model/graph.h"
#include "model/spec.h"
#include "source/source.h"

#define give_up(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

extern const struct source_ops source_files;

struct root_lab {
	char path[64]; /* the tree is path/root */
	char root[80];
	struct ctx cx;
	struct spec *spec;
	struct graph *g;
	const struct source_ops *sources[2]; /* those asked, in order */
	size_t n_sources;
};

/* Programs here need no libc: gcc's own start files and libraries stay out. Each of these makes one
 * object: lib FILE SONAME CODE [ARGS], prog FILE CODE [ARGS]. */
#define LAB_SHELL                                                                                  \
	"set -e; export LC_ALL=C; "                                                                \
	"lib() { o=$1 s=$2 c=$3; shift 3; mkdir -p \"${o%/*}\"; printf '%s' \"$c\" >../x.c; "      \
	"gcc -shared -fPIC -nostdlib -Wl,--no-as-needed -Wl,-soname,$s -o \"$o\" ../x.c "          \
	"-Wl,--unresolved-symbols=ignore-all \"$@\"; rm ../x.c; }; "                               \
	"prog() { o=$1 c=$2; shift 2; mkdir -p \"${o%/*}\"; printf '%s' \"$c\" >../x.c; "          \
	"gcc -nostdlib -fPIE -pie -Wl,-e,main -Wl,--no-as-needed -o \"$o\" ../x.c "                \
	"-Wl,--unresolved-symbols=ignore-all -Wl,--dynamic-linker=/lib/ld.so.1 \"$@\"; "           \
	"rm ../x.c; }; "

static inline int lab_setup(void **state)
{
	struct root_lab *lab = calloc(1, sizeof(*lab));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(lab);
	snprintf(lab->path, sizeof(lab->path), "%.40s/ocit-files-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(lab->path));
	snprintf(lab->root, sizeof(lab->root), "%s/root", lab->path);
	assert_int_equal(ctx_init(&lab->cx, NULL), 0);
	lab->sources[0] = &source_files;
	lab->n_sources = 1;
	*state = lab;
	return 0;
}

static inline void lab_forget(struct root_lab *lab)
{
	graph_unref(lab->g);
	lab->g = NULL;
	spec_free(lab->spec);
	lab->spec = NULL;
}

static inline int lab_teardown(void **state)
{
	struct root_lab *lab = *state;
	char command[128];

	lab_forget(lab);
	snprintf(command, sizeof(command), "rm -rf '%s'", lab->path);
	assert_int_equal(system(command), 0);
	free(lab);
	return 0;
}

/* Shell commands in the tree. */
static inline void lab_sh(struct root_lab *lab, const char *text)
{
	size_t len = strlen(text) + sizeof(LAB_SHELL) + 256;
	char *command = malloc(len);

	assert_non_null(command);
	snprintf(command, len, "%smkdir -p '%s'; cd '%s'; %s", LAB_SHELL, lab->root, lab->root,
		text);
	if (system(command))
		give_up("failed: %s", text);
	free(command);
}

/* The tree that most tests begin with: a loader, and a library in a default directory. */
static inline void lab_base(struct root_lab *lab)
{
	lab_sh(lab, "mkdir -p usr/lib usr/bin etc; ln -s usr/lib lib; ln -s usr/bin bin; "
		    "lib usr/lib/ld.so.1 ld.so.1 'int ld;'; lib usr/lib/libc.so libc.so 'int c;'");
}

/* Describe a command: words separated by blanks. */
static inline struct spec *lab_spec(struct root_lab *lab, const char *args)
{
	char *copy = strdup(args), *save = NULL;

	lab_forget(lab);
	ctx_clear(&lab->cx);
	assert_int_equal(spec_new(&lab->cx, &lab->spec), 0);
	assert_int_equal(spec_option(&lab->cx, lab->spec, "root", lab->root), 0);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		assert_int_equal(spec_option(&lab->cx, lab->spec, "arg", w), 0);
	free(copy);
	return lab->spec;
}

static inline int lab_find(struct root_lab *lab)
{
	return closure_find(&lab->cx, lab->spec, lab->sources, lab->n_sources, &lab->g);
}

static inline void lab_run(struct root_lab *lab, const char *args)
{
	lab_spec(lab, args);
	if (lab_find(lab) < 0)
		give_up("%s: %s", args, ctx_message(&lab->cx));
}

/* The same with an option. */
static inline void lab_run_with(
	struct root_lab *lab, const char *args, const char *option, const char *value)
{
	lab_spec(lab, args);
	if (spec_option(&lab->cx, lab->spec, option, value) < 0 || lab_find(lab) < 0)
		give_up("%s %s: %s", option, value, ctx_message(&lab->cx));
}

/* The closure fails with a code and a message that has this in it. */
static inline void lab_refuses(struct root_lab *lab, const char *args, int code, const char *says)
{
	int r;

	lab_spec(lab, args);
	r = lab_find(lab);
	if (r != code || !strstr(ctx_message(&lab->cx), says))
		give_up("%s: %d '%s', not '%s'", args, r, ctx_message(&lab->cx), says);
}

static inline const struct node *lab_node(const struct root_lab *lab, const char *path)
{
	const struct node *n = graph_find(lab->g, path);

	if (!n)
		give_up("'%s' is missing", path);
	return n;
}

static inline void lab_absent(const struct root_lab *lab, const char *path)
{
	if (graph_find(lab->g, path))
		give_up("'%s' is there", path);
}

static inline bool lab_has_edge(const struct root_lab *lab, const char *from, const char *to,
	enum rule rule, const char *detail)
{
	uint32_t a = from ? (uint32_t)(lab_node(lab, from) - lab->g->nodes) : GRAPH_ROOT;
	uint32_t b = (uint32_t)(lab_node(lab, to) - lab->g->nodes);

	for (size_t i = 0; i < lab->g->n_edges; i++) {
		const struct edge *e = &lab->g->edges[i];

		if (e->from == a && e->to == b && e->rule == rule &&
			(!detail || (e->detail && !strcmp(e->detail, detail))))
			return true;
	}
	return false;
}

static inline void lab_edge(const struct root_lab *lab, const char *from, const char *to,
	enum rule rule, const char *detail)
{
	if (!lab_has_edge(lab, from, to, rule, detail))
		give_up("no edge %s from '%s' to '%s'", rule_name(rule), from ? from : "(root)",
			to);
}

static inline bool lab_has_note(const struct root_lab *lab, const char *text)
{
	for (size_t i = 0; i < lab->g->n_notes; i++)
		if (strstr(lab->g->notes[i], text))
			return true;
	return false;
}

static inline void lab_note(const struct root_lab *lab, const char *text)
{
	if (!lab_has_note(lab, text))
		give_up("no note says '%s'", text);
}

static inline void lab_no_notes(const struct root_lab *lab)
{
	if (lab->g->n_notes)
		give_up("note '%s'", lab->g->notes[0]);
}

#define LAB_TEST(f) cmocka_unit_test_setup_teardown(f, lab_setup, lab_teardown)

#endif

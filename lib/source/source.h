/* SPDX-License-Identifier: Apache-2.0 */
/* source/source.h: a provider of dependencies: it only answers "what is this, and what does it
 * need?". */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/graph.h"

struct ctx;
struct spec;
struct facts;

/* A path that somebody needs. */
struct want {
	const char *path; /* absolute and clean; NULL in the reason that scan() gets */
	uint32_t from;    /* node that needs it, or GRAPH_ROOT */
	enum rule rule;
	const char *detail; /* or NULL */
	bool optional;      /* absent is fine */
	unsigned hops;      /* symlinks followed so far on this path; over 40 is an error */
};

enum probe_kind {
	PROBE_ABSENT,
	PROBE_REGULAR,
	PROBE_DIR,
	PROBE_OTHER,
	PROBE_ELSEWHERE,
	PROBE_LOOP
};

struct probe {
	enum probe_kind kind;
	bool executable;
	char *elsewhere; /* PROBE_ELSEWHERE: a clean path that another source must judge; free with
			    mem_free */
};

/* Every source's state starts with this. */
struct source {
	const struct source_ops *ops;
};

struct source_ops {
	const char *name;
	const char *summary;
	/* Prepare for spec; cheap, nothing is read before it is needed. *ret NULL: not here (only
	 * when spec says "auto"). */
	int (*open)(struct ctx *cx, const struct spec *spec, struct source **ret);
	/* Is this clean path mine to judge? By grammar alone. Sources are asked in order. */
	bool (*claims)(const struct source *s, const char *path);
	/* Does this source own paths that s->claims() and lead into other sources? What is at path,
	 * links followed. */
	int (*probe)(struct ctx *cx, struct source *s, const char *path, struct probe *ret);
	/* Say more about a clean path of mine that probe() does not find: OCIT_E_NOT_FOUND, or what
	 * stands in the way of knowing. 0: nothing more is known. NULL: nothing ever is. */
	int (*missing)(struct ctx *cx, struct source *s, const char *path);
	/* Find want->path: push its nodes, and an edge from want->from. Absent and not optional is
	 * OCIT_E_NOT_FOUND. */
	int (*resolve)(struct ctx *cx, struct source *s, struct facts *f, const struct want *want);
	/* Push what a node of this source needs. Called once for each node it added. */
	int (*expand)(struct ctx *cx, struct source *s, struct facts *f, uint32_t node);
	/* Push wants for everything of this source that text names. NULL: nothing can be named in
	 * text. */
	int (*scan)(struct ctx *cx, struct source *s, struct facts *f, const char *text, size_t len,
		const struct want *why);
	/* Nothing waits to be found or expanded: push what follows from the whole, if anything
	 * does. Called again until nobody pushes anything. NULL: nothing ever does. */
	int (*settle)(struct ctx *cx, struct source *s, struct facts *f);
	/* Hand over what the graph must keep (open directories) with graph_own, or free it. */
	void (*close)(struct source *s);
};

/* What sources push into, and read back by node number. Implemented in source/facts.c. */
struct facts {
	struct graph *graph;
	struct source **sources; /* opened, in the order they are asked */
	size_t n_sources;
	uint8_t current;    /* the source that is being asked */
	struct want *wants; /* first in, first out */
	size_t n_wants, cap_wants, next_want;
	struct arena arena; /* the strings of wants */
};

void facts_init(struct facts *f, struct graph *g);
void facts_done(struct facts *f);
int facts_unit(struct ctx *cx, struct facts *f, const struct unit *def, uint32_t *ret);
/* Sets node.source. *ret_new says whether it was not there before; may be NULL. */
int facts_node(
	struct ctx *cx, struct facts *f, const struct node *def, uint32_t *ret, bool *ret_new);
/* A directory that the command's package keeps what it writes in. */
void facts_state(struct facts *f, uint32_t node);
int facts_edge(struct ctx *cx, struct facts *f, uint32_t from, uint32_t to, enum rule rule,
	const char *detail);
/* Queue a path for whichever source claims it; strings are copied. */
int facts_want(struct ctx *cx, struct facts *f, const struct want *want);
/* Take the oldest path from the queue. Its strings live until the next call. */
bool facts_next(struct facts *f, struct want *ret);
/* Let every source that can scan text; why is what their wants will say. */
int facts_scan(
	struct ctx *cx, struct facts *f, const char *text, size_t len, const struct want *why);
/* The text of node may name things of other sources: let each of them scan it. */
int facts_text(struct ctx *cx, struct facts *f, uint32_t node, const char *text, size_t len);
int facts_note(struct ctx *cx, struct facts *f, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for something that is needed and not there. */
int facts_missing(struct ctx *cx, struct facts *f, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int facts_place(struct ctx *cx, struct facts *f, int dirfd, const char *name, uint32_t *ret);
/* The first source that claims path, or NULL. */
struct source *facts_claimant(const struct facts *f, const char *path);
const struct node *facts_get(const struct facts *f, uint32_t node);
const struct unit *facts_get_unit(const struct facts *f, uint32_t unit);

/* The table, in the order in which "auto" asks. Written by Meson from the list in
 * source/meson.build. */
extern const struct source_ops *const source_table[];
extern const size_t source_table_len;

#endif

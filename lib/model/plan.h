/* SPDX-License-Identifier: Apache-2.0 */
/* model/plan.h: every entry of the output in order, and the configuration of its process; what
 * sinks see. */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include "model/graph.h"
#include "model/id_map.h"

/* Why an entry is there that no node of the graph stands for. */
enum origin {
	ORIGIN_NODE,
	ORIGIN_SKELETON,
	ORIGIN_SYNTHESIZED,
	ORIGIN_MOUNT,
	ORIGIN_PARENT,
	ORIGIN_CWD
};
const char *origin_name(enum origin origin);

struct entry {
	const char *path; /* absolute and clean; "/" is the first entry */
	enum node_kind kind;
	enum origin origin;
	uint32_t node; /* ORIGIN_NODE: index in the graph, else GRAPH_NONE */
	uint32_t mode, uid, gid;
	int64_t mtime;      /* seconds */
	uint64_t size;      /* NODE_FILE: bytes as planned; NODE_TREE: NAR size if known */
	const char *target; /* NODE_LINK */
	const char
		*bytes; /* ORIGIN_SYNTHESIZED and empty files: size bytes of content; else NULL */
	uint32_t place; /* where content is read from when bytes is NULL */
	const char *where;
	const struct entry *hard; /* NODE_FILE: an entry before it that is the same file, or NULL */
	struct digest expect;     /* NODE_TREE: NAR hash to verify; DIGEST_NONE: not known */
};

struct plan {
	struct arena arena;
	struct graph *graph;   /* referenced */
	struct entry *entries; /* parents first: sorted by path, "/" before every other byte */
	size_t n_entries;
	struct entry *owned; /* the same as entries when they are not in the arena */
	const char **notes;  /* those of the graph and of planning, sorted */
	size_t n_notes;
	const char **told; /* the same for people: what is many times the same is one of them */
	size_t n_told;
	const char *config; /* config.json, complete */
	size_t config_len;
	const char **args; /* process.args */
	size_t n_args;
	int64_t timestamp;                 /* seconds for everything without a time of its own */
	uint64_t bytes;                    /* sum of entry sizes */
	bool terminal;                     /* the command gets one */
	bool rootless;                     /* it has a user namespace */
	struct id_maps uid_maps, gid_maps; /* of that: entries have ids of the inside */
};

struct plan *plan_alloc(struct graph *g);
void plan_free(struct plan *p);
/* Order of entries: byte order in which "/" comes first, so a directory is directly followed by
 * what is in it. */
int plan_path_compare(const char *a, const char *b);

static inline void auto_plan(struct plan **p)
{
	plan_free(*p);
}

#endif

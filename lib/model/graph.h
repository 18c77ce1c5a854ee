/* SPDX-License-Identifier: Apache-2.0 */
/* model/graph.h: units, files and the reason for each of them. */
#ifndef MODEL_GRAPH_H
#define MODEL_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/mem.h"
#include "codec/digest.h"

struct ctx;

enum { GRAPH_NONE = UINT32_MAX, GRAPH_ROOT = UINT32_MAX - 1 };

/* Why a file is there. */
enum rule {
	RULE_PROGRAM,     /* it is the command */
	RULE_ARGUMENT,    /* an argument names it */
	RULE_ENVIRONMENT, /* an environment value names it */
	RULE_INCLUDE,     /* --include */
	RULE_TEXT,        /* the text of a script names it */
	RULE_REFERENCE,   /* the Nix database says so */
	RULE_INTERPRETER, /* PT_INTERP */
	RULE_NEEDED,      /* DT_NEEDED */
	RULE_SHEBANG,     /* first line of a script */
	RULE_SYMLINK,     /* target of a symlink on the way */
	RULE_FEATURE,     /* an imported symbol needs it: libgcc_s, /bin/sh, locale */
	RULE_SKELETON,    /* comes with the loader of glibc: os-release, localtime, C.UTF-8 */
	RULE_APPLICATION, /* it lies in the directory of an application that was asked for */
	RULE_HINT,        /* a library looks for it by a name of its own */
	RULE_IMPORT,      /* the text of a Python, Perl or Ruby program loads it */
	RULE_PAM,         /* a file of PAM rules, or named by one */
	RULE_DLOPEN,      /* the note on dlopen in an ELF file names it */
	RULE_NAMED,       /* --package */
	RULE_DEPENDS,     /* the first file of a package that another depends on */
	RULE_RECOMMENDS,  /* likewise */
	RULE_PACKAGE,     /* of the same package as another file */
	RULE_GENERATED,   /* no package owns it, and it lies among files of one */
	RULE_ALTERNATIVE, /* another name for a program, of update-alternatives(1) */
	RULE_MOUNT,       /* mount point */
	RULE_COUNT
};
const char *rule_name(enum rule rule); /* "needed", "reference", ... as printed */

enum node_kind { NODE_DIR, NODE_FILE, NODE_LINK, NODE_TREE };

/* A store path, a package, or a single file that belongs to neither. */
struct unit {
	const char *id;      /* unique: the store path, "name:arch", the file's path */
	const char *name;    /* for people */
	const char *version; /* or NULL */
	const char *source;  /* name of the source that knows it; static */
	uint64_t size;       /* bytes: narSize, or the sum of its files */
	uint64_t added;      /* bytes that would go with it; after freeze */
	struct digest hash;  /* NAR hash; DIGEST_NONE: not known */
	uint64_t key;        /* the source's own handle */
	uint32_t files;      /* nodes in it; after freeze */
	bool root;           /* asked for directly; after freeze */
};

/* One path in the container. A NODE_TREE is a whole store path, whatever is at its top. */
struct node {
	const char *path; /* absolute and clean, in the container */
	enum node_kind kind;
	uint32_t unit; /* or GRAPH_NONE: directories and links on the way */
	uint32_t mode; /* permission bits with set-id and sticky; trees: ignored */
	uint32_t uid, gid;
	uint64_t size;      /* bytes of content */
	const char *target; /* NODE_LINK: its text */
	uint32_t place;     /* index of the directory it is read from */
	const char *where;  /* name below that place, free of symlinks */
	/* NODE_FILE with further names: what tells that nodes are the same file; else 0. */
	struct inode {
		uint64_t dev, ino;
	} inode;
	uint8_t source;    /* index of the source that expands it; set by facts */
	bool state;        /* a directory that the command's package keeps what it writes in */
	uint32_t edge;     /* the edge that explains it, GRAPH_NONE for none; after freeze */
	uint32_t distance; /* edges from a root; after freeze */
};

struct edge {
	uint32_t from; /* node, or GRAPH_ROOT */
	uint32_t to;   /* node */
	enum rule rule;
	const char *detail; /* what exactly: soname, argument number; or NULL */
};

/* A directory that content is read from. The descriptor belongs to an owned object. */
struct place {
	int dirfd;
	const char *name; /* for messages */
};

/* A user or group of the tree that files come from, and that the container needs to know. */
struct account {
	const char *name;
	uint32_t id;
	uint32_t gid;     /* of a user: the group it is in */
	const char *home; /* of a user: absolute */
	const char *shell;
};

struct graph_owned;

struct graph {
	struct arena arena;
	int refs; /* atomic access only */
	bool frozen;
	struct unit *units;
	struct node *nodes;
	struct edge *edges;
	struct place *places;
	struct account *users, *groups; /* by name after freeze */
	const char **notes;
	const char **missing; /* what something needs and nobody has; each is a note, too */
	struct graph_owned *owned;
	size_t n_units, n_nodes, n_edges, n_places, n_notes, n_missing, n_owned, n_users, n_groups;
	size_t cap_units, cap_nodes, cap_edges, cap_places, cap_notes, cap_missing, cap_owned,
		cap_users, cap_groups;
	struct map unit_index; /* by id */
	struct map node_index; /* by path */
	uint16_t machine;      /* EM_... of the command, 0: not known */
	bool relative_args;    /* an argument was found relative to spec.directory */
	bool cwd_is_dir;       /* the working directory is one where content comes from */
};

int graph_new(struct ctx *cx, struct graph **ret);
struct graph *graph_ref(const struct graph *g);
void graph_unref(struct graph *g);

/* Find or add by id or path; strings are copied. *ret_new may be NULL. A second addition changes
 * nothing; one of another kind, or of a symlink with another target, is OCIT_E_INTEGRITY. */
int graph_add_unit(
	struct ctx *cx, struct graph *g, const struct unit *def, uint32_t *ret, bool *ret_new);
int graph_add_node(
	struct ctx *cx, struct graph *g, const struct node *def, uint32_t *ret, bool *ret_new);
/* Parallel edges are kept: each is a reason. A self edge is dropped. */
int graph_add_edge(struct ctx *cx, struct graph *g, const struct edge *def);
int graph_add_place(struct ctx *cx, struct graph *g, int dirfd, const char *name, uint32_t *ret);
/* Add by name; the first of a name stays. */
int graph_add_user(struct ctx *cx, struct graph *g, const struct account *def);
int graph_add_group(struct ctx *cx, struct graph *g, const struct account *def);
int graph_add_note(struct ctx *cx, struct graph *g, const char *text);
/* The same for something that is needed and not there. */
int graph_add_missing(struct ctx *cx, struct graph *g, const char *text);
/* Free obj with the graph: how sources keep directories open for the plan. Also frees obj on
 * failure. */
int graph_own(struct ctx *cx, struct graph *g, void *obj, void (*free_obj)(void *));
/* NULL means "none". */
const struct node *graph_find(const struct graph *g, const char *path);

/*
 * Make the graph the same whatever order facts came in: sort units by id, nodes by path, edges and
 * notes; renumber; choose for each node the shortest chain of reasons (smallest by path where
 * equal); compute files, root and added sizes (dominators).
 */
int graph_freeze(struct ctx *cx, struct graph *g);

static inline void auto_graph(struct graph **p)
{
	graph_unref(*p);
}

#endif

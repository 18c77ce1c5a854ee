/* SPDX-License-Identifier: Apache-2.0 */
/* sink/sink.h: an output format: it translates entries of a frozen plan, nothing else. */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/plan.h"
#include <ocitools.h>

struct ctx;
struct stage;

enum sink_flag {
	SINK_PARALLEL = 1 << 0,  /* entries of several lanes may come at once; directories of the
				    plan come first */
	SINK_NO_WALK = 1 << 1,   /* reads the plan only: nothing is walked for it */
	SINK_NO_DATA = 1 << 2,   /* wants entries, not their content */
	SINK_DIRECTORY = 1 << 4, /* the output is a directory, not a file */
	SINK_REPORT = 1 << 3, /* format, why and OCIT_TARGET_FILES of the target mean something */
};

/* One thing on its way to the sinks: an entry of the plan, or something inside one of its trees. */
struct item {
	const char *path;    /* absolute, in the container */
	const char *name;    /* last component */
	enum node_kind kind; /* NODE_DIR, NODE_FILE, NODE_LINK */
	unsigned depth; /* 0: an entry of the plan (or the top of a tree); n: levels below the top
			   of a tree */
	uint32_t mode, uid, gid;
	int64_t mtime;
	uint64_t size;      /* NODE_FILE: exact */
	const char *target; /* NODE_LINK */
	const char *hard; /* NODE_FILE: the path that is the same file, complete already: no content
			     follows; or NULL */
	const struct entry *entry; /* the entry it belongs to */
};

/* What was found out while walking. Arrays are indexed like plan->entries. */
struct outcome {
	const struct digest
		*digests; /* files: SHA-256 of content; trees: NAR hash; DIGEST_NONE: not hashed */
	const uint64_t *sizes; /* content bytes; trees: of all files in it */
	const uint32_t *files; /* regular files and links */
	uint64_t bytes;        /* sum of sizes */
	uint64_t n_files;      /* sum of files */
	bool walked;           /* sizes and files were found out; else they are 0 */
	bool verified;         /* hashing was on */
};

/* Every sink's state starts with this. */
struct sink {
	const struct sink_ops *ops;
	unsigned flags; /* enum sink_flag: those of ops, unless the target asked for less or more */
};

struct sink_ops {
	const char *name; /* the transport */
	const char *summary;
	unsigned flags;
	/* Check the target and begin the output: stage_entry(stage) in stage_fd(stage), which the
	 * driver publishes in the end; a NULL stage: target->fd takes it. */
	int (*open)(struct ctx *cx, const struct plan *plan, const ocit_target *target,
		struct stage *stage, struct sink **ret);
	/* Per lane state; NULL functions: none needed. */
	int (*lane_open)(struct ctx *cx, struct sink *s, void **ret);
	void (*lane_close)(void *lane);
	/* A directory is entered, a link is complete, a file's content follows. */
	int (*begin)(struct ctx *cx, struct sink *s, void *lane, const struct item *item);
	/* Content of the current file, in order. */
	int (*data)(struct ctx *cx, struct sink *s, void *lane, const void *bytes, size_t len);
	/* Take the whole content from an open file instead of data(); NULL: cannot. Only without
	 * hashing and with one sink. */
	int (*splice)(struct ctx *cx, struct sink *s, void *lane, int fd, uint64_t size);
	/* A file is complete; a directory is left (plan directories: after everything below them,
	 * in one lane). */
	int (*end)(struct ctx *cx, struct sink *s, void *lane, const struct item *item);
	/* All entries came: complete the staged output and fill the target's digest; bytes and
	 * files are the driver's. */
	int (*finish)(
		struct ctx *cx, struct sink *s, const struct outcome *outcome, ocit_target *target);
	/* Free. */
	void (*close)(struct sink *s);
};

/* The table, written by Meson from the list in sink/meson.build. */
extern const struct sink_ops *const sink_table[];
extern const size_t sink_table_len;
/* The version of this build, for what is written into outputs; filled in by Meson too. */
extern const char sink_version[];
/* What messages call the place that a target is written to. */
const char *target_label(const ocit_target *target);
/* The operations of a transport; NULL means "none". */
const struct sink_ops *sink_find(const char *transport);

/*
 * Write all targets from one walk: content is read once; store paths are hashed while they are read
 * and compared, files hashed for the record, unless every target says NO_VERIFY. Two lanes when
 * every sink is SINK_PARALLEL, else one lane in plan order. On failure nothing is visible and
 * nothing is left.
 */
int sink_emit(struct ctx *cx, const struct plan *plan, ocit_target *targets, size_t count);
/* What sink_emit() would refuse before it writes; nothing is made. */
int sink_check(struct ctx *cx, const struct plan *plan, ocit_target *targets, size_t count);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* sink/emit.h: what the driver keeps while one walk feeds all outputs; private to emit*.c. */
#ifndef SINK_EMIT_H
#define SINK_EMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "codec/digest.h"
#include "codec/nar.h"
#include "sink/sink.h"

struct output {
	struct sink *sink;
	struct stage *stage; /* where it is made; NULL: the caller's descriptor takes it */
	ocit_target *target;
	bool walks; /* wants entries */
	bool data;  /* wants content too */
	bool published;
};

/* What one thread needs. */
struct lane {
	void **states;     /* one per output */
	uint8_t *buffer;   /* COPY_BUFFER bytes */
	struct buf path;   /* of the current item inside a tree */
	struct nar nar;    /* of the current tree */
	struct hasher sha; /* of the current file outside trees */
};

struct emission {
	struct ctx *cx; /* the caller's: events go there, from lane 0 only */
	const struct plan *plan;
	struct output *outputs;
	size_t n_outputs;
	bool walking; /* some output walks */
	bool data;    /* some output wants content */
	bool hashing;
	struct output *splicer; /* the one output that takes whole files, or NULL */
	struct lane *lanes;
	unsigned n_lanes;
	struct digest *digests; /* these three: by entry */
	uint64_t *sizes;
	uint32_t *files;
	_Atomic uint64_t bytes;   /* content so far, against max_bytes */
	_Atomic uint64_t entries; /* so far, against max_files */
	_Atomic uint64_t done;    /* like bytes, but trees count their planned size: for progress */
};

/* emit_walk.c: bring every entry to every output, in as many lanes as there are. */
int emit_walk(struct ctx *cx, struct emission *em);

/* emit_item.c: one entry of the plan. */
/* A file, link or tree, completely. */
int emit_entry(struct ctx *cx, struct emission *em, struct lane *lane, size_t index);
/* A directory begins; what is below it may come between this and its end. */
int emit_dir_begin(struct ctx *cx, struct emission *em, struct lane *lane, size_t index);
int emit_dir_end(struct ctx *cx, struct emission *em, struct lane *lane, size_t index);
/* Put "transport 'name': " before a failure of one output. Returns r. */
int emit_within(struct ctx *cx, int r, const struct output *o);

#endif

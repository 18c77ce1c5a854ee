/* SPDX-License-Identifier: Apache-2.0 */
/* base/ctx.h: one operation: limits, cancellation, events and the error record. */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ocitools.h>

#define PRINTF(f, a) __attribute__((format(printf, f, a)))

enum { CTX_MESSAGE_MAX = 2048, CTX_HINT_MAX = 512 };

struct ctx {
	ocit_event_fn *on_event;
	void *user;
	uint64_t max_bytes;    /* in one output */
	uint64_t max_files;    /* in one output */
	unsigned threads;      /* copy workers, at least 1 */
	const char *cache_dir; /* borrowed; NULL: nothing is kept between runs */
	atomic_int *cancel;    /* shared with child contexts */
	atomic_int own_cancel;
	int64_t last_progress; /* coarse clock, milliseconds, of the last PROGRESS event */
	int code;              /* 0: no error */
	int sys;               /* errno of the error, or 0 */
	int program;           /* OCIT_PROGRAM_... of the error, or 0 */
	size_t start;          /* the message is text + start; frames are put before it */
	char text[CTX_MESSAGE_MAX];
	char hint[CTX_HINT_MAX];
};

/* Prepare a context; config may be NULL. Fails only on a config from a newer header. */
int ctx_init(struct ctx *cx, const ocit_config *config);
/* A context for a worker thread: same limits and cancel flag, own record, no events. */
void ctx_child(const struct ctx *parent, struct ctx *ret);
/* Move a child's error into its parent. Returns the code. */
int ctx_adopt(struct ctx *cx, const struct ctx *child);
/* Forget the last error. */
void ctx_clear(struct ctx *cx);
/* The message, or "" when there is no error. */
const char *ctx_message(const struct ctx *cx);

/* Record an error: what is wrong, in lower case, no full stop. Returns code. Control bytes are
 * escaped. */
int fail(struct ctx *cx, int code, const char *format, ...) PRINTF(3, 4);
/* Record a failed system call on name: "op 'name': strerror". ENOENT becomes NOT_FOUND. Uses errno.
 */
int fail_errno(struct ctx *cx, const char *op, const char *name);
/* Record OCIT_E_NOMEM. */
int fail_nomem(struct ctx *cx);
/* Put "frame: " before the message. Returns r unchanged; does nothing when r is 0. */
int within(struct ctx *cx, int r, const char *format, ...) PRINTF(3, 4);
/* Attach a hint unless there is one already. Returns r. */
int advise(struct ctx *cx, int r, const char *format, ...) PRINTF(3, 4);
/* Say of a failure to find or understand something that it is about the command itself: program is
 * OCIT_PROGRAM_... Other failures stay what they are. Returns r. */
int blame_program(struct ctx *cx, int r, int program);

/* Attach a hint behind the one there is, if any: what else somebody has to know. Returns r. */
int advise_also(struct ctx *cx, int r, const char *format, ...) PRINTF(3, 4);

/* 0, or OCIT_E_CANCELLED once somebody asked to stop. */
int poll_cancel(struct ctx *cx);
/* Tell the caller; a non-zero answer cancels. PROGRESS is thinned to ten a second. */
void ctx_event(
	struct ctx *cx, int kind, int phase, uint64_t done, uint64_t total, const char *subject);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* sink/record.h: .ocitools/record.json: what is in an output, why, and with which hashes. */
#ifndef SINK_RECORD_H
#define SINK_RECORD_H

#include <stdbool.h>

#include "base/buf.h"
#include "codec/digest.h"

struct ctx;
struct outcome;
struct plan;

enum { RECORD_MAX = 1 << 30 };

/*
 * Append the record. It says what is intended: owners as planned even where an ordinary user could
 * not set them, and nothing of the machine it was made on. Without hashes no digest of content is
 * in it.
 */
int record_write(struct ctx *cx, const struct plan *plan, const struct outcome *outcome,
	bool hashes, struct buf *ret);
/* The hash of the whole tree is that of the record, which holds all others. */
void record_digest(const struct buf *text, char ret[DIGEST_TEXT_MAX]);

#endif

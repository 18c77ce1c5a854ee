/* SPDX-License-Identifier: Apache-2.0 */
/* codec/deb822.h: paragraphs of fields, as dpkg's status file has them (deb822(5)). */
#ifndef CODEC_DEB822_H
#define CODEC_DEB822_H

#include <stdbool.h>
#include <stddef.h>

struct ctx;

struct deb822_field {
	const char *name; /* not ended by NUL; its case means nothing */
	size_t name_len;
	const char *value; /* without blanks around; further lines as they stand */
	size_t len;
};

struct deb822 {
	const char *text;
	size_t len, at;
	size_t line; /* of at, from 1 */
	bool inside; /* a paragraph has begun */
};

enum deb822_event { DEB822_FIELD, DEB822_PARAGRAPH, DEB822_END };

/* text is borrowed, and fields point into it. */
void deb822_init(struct deb822 *d, const char *text, size_t len);
/*
 * The next field, the end of the paragraph, or that of the text, before which the last paragraph is
 * ended. A line that is no field, a continuation of nothing and a NUL are OCIT_E_FORMAT with the
 * line.
 */
int deb822_next(
	struct ctx *cx, struct deb822 *d, struct deb822_field *ret, enum deb822_event *ret_event);
bool deb822_is(const struct deb822_field *f, const char *name);
/* Is this its value? */
bool deb822_says(const struct deb822_field *f, const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/imports_scan.h: what the readers of programs share; part of codec/imports. */
#ifndef CODEC_IMPORTS_SCAN_H
#define CODEC_IMPORTS_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "codec/imports.h"

enum { IMPORTS_DOCUMENTS_MAX = 8, IMPORTS_DELIMITER_MAX = 64 };

struct imports_document {
	char end[IMPORTS_DELIMITER_MAX];
	size_t len;
	bool indented; /* blanks may stand before the end */
};

struct imports_scan {
	const char *text;
	size_t len, at;
	import_fn *fn;
	void *data;
	int result;
	struct imports_document documents[IMPORTS_DOCUMENTS_MAX]; /* begin behind this line */
	size_t n_documents;
	unsigned misses; /* documents that had no end */
};

/* A piece of the text. */
struct imports_span {
	size_t at, len;
};

/* The byte that is so far ahead, or -1 behind the end. */
int imports_peek(const struct imports_scan *s, size_t ahead);
bool imports_is_blank(int c); /* no newline */
bool imports_is_word(int c);  /* a letter, digit, '_', or a byte of UTF-8 */
bool imports_is_digit(int c);
size_t imports_line_end(const struct imports_scan *s, size_t from);
/* Does the line that begins at "at" start with word, and no word goes on behind it? */
bool imports_line_starts(const struct imports_scan *s, size_t at, const char *word);
bool imports_is(const struct imports_scan *s, struct imports_span span, const char *word);
bool imports_is_one_of(
	const struct imports_scan *s, struct imports_span span, const char *const *list);
/* Blanks, newlines, and comments from '#' on. */
void imports_skip_space(struct imports_scan *s);
/* The bytes of a word, maybe none. */
struct imports_span imports_word(struct imports_scan *s);
/* Behind the opening delimiter: up to and behind the closing one; brackets nest, "\" escapes. */
struct imports_span imports_delimited(struct imports_scan *s, char open);
/* "/" was passed. Unless what is before it leaves no doubt, a regular expression does not leave its
 * line; else nothing more is passed, and it is a division. */
bool imports_skip_regex(struct imports_scan *s);
/* "<<" was passed: is it a here-document? */
bool imports_begin_document(struct imports_scan *s);
/* The line has ended: pass what it announced. */
void imports_skip_documents(struct imports_scan *s);
/* Pass blanks and then these bytes, behind which no word goes on; false: they are not there. */
bool imports_pass(struct imports_scan *s, const char *text);
/* Python: "sys.path." was passed, or the bracket before a directory. */
void imports_python_path(struct imports_scan *s);
void imports_python_dir(struct imports_scan *s, enum import_kind kind);
/* Unless it is empty, too long, or has control characters. */
void imports_tell(
	struct imports_scan *s, enum import_kind kind, unsigned level, struct imports_span name);

#endif

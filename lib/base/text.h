/* SPDX-License-Identifier: Apache-2.0 */
/* base/text.h: strict numbers, UTF-8, and the grammar of absolute paths. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Decimal digits only, no sign, no leading zero but "0", at most max. */
bool text_u64(const char *s, size_t len, uint64_t max, uint64_t *ret);
/* Is it well-formed UTF-8 without NUL? *ret_bad is the offset of the first bad byte. */
bool text_utf8(const char *s, size_t len, size_t *ret_bad);
/*
 * Length of the character at s, which ends with NUL, if it can be shown as it is: well-formed UTF-8
 * that neither controls a terminal (C0, DEL, C1, line separators) nor turns the direction of the
 * text around it. 0: show its first byte as \xNN.
 */
size_t text_shown(const char *s);
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
/* Is word among words, which have a space before and behind each? Words of over 61 bytes are not.
 */
bool text_has_word(const char *words, const char *word);
/* Edit distance of two short words, for "did you mean"; at most 64 bytes are looked at. */
size_t text_distance(const char *a, const char *b);

/* Absolute, no "//", no "." or "..", no trailing "/" (but "/" itself), no NUL or newline, <= 4095
 * bytes. */
bool path_is_clean(const char *path);
/*
 * Normalise base + "/" + path (base is ignored for an absolute path) by text alone: "//" and "."
 * go,
 * ".." pops (at the root it stays). NULL when memory is out or the result is over 4095 bytes.
 */
char *path_resolve(struct arena *a, const char *base, const char *path);
/* The parent of a clean path; "/" for "/" and "/x". */
char *path_parent(struct arena *a, const char *path);
/* The last component, borrowed; "" for "/". */
const char *path_base(const char *path);
/* Is the clean path dir itself or below it? */
bool path_within(const char *path, const char *dir);

/* Order of versions "1.10.0" and "1.9.9", number by number; what is behind the third, such as
 * "-dev", and what is no number at all does not count. */
int version_compare(const char *a, const char *b);

#endif

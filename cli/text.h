/* SPDX-License-Identifier: Apache-2.0 */
/* cli/text.h: words for terminals and for JSON, and the word that was probably meant. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Copy with what cannot be shown as \xNN: control bytes, bytes that are not UTF-8, characters that
 * control a terminal or turn the direction of text; cut at room - 1 bytes. */
void text_escape(char *to, size_t room, const char *from);
/* Print, escaped likewise. */
void text_print(FILE *out, const char *s);
/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void text_json(FILE *out, const char *s);
/* What follows prefix in s, or s itself when it starts with something else. */
const char *text_after(const char *s, const char *prefix);
/* How many slips lead from a to b; only the first 64 bytes count. */
size_t text_distance(const char *a, const char *b);
/* Keep candidate in *best if it is nearer to word than *distance and near enough to be a slip. */
void text_nearest(const char *word, const char *candidate, size_t *distance, const char **best);
/* Decimal digits only, from 1 to max. */
bool text_number(const char *s, unsigned max, unsigned *ret);

#endif

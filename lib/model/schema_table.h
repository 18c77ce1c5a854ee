/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema_table.h: what the tables in data/schema become; part of model/schema. */
#ifndef MODEL_SCHEMA_TABLE_H
#define MODEL_SCHEMA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/schema_kind.h"

enum schema_type {
	SCHEMA_ANY,
	SCHEMA_STRING,
	SCHEMA_BOOL,
	SCHEMA_INT32,
	SCHEMA_INT64,
	SCHEMA_UINT8,
	SCHEMA_UINT16,
	SCHEMA_UINT32,
	SCHEMA_UINT64,
	SCHEMA_OBJECT, /* with the members of the table */
	SCHEMA_OPAQUE, /* an object whose members are not looked at */
	SCHEMA_ARRAY,
	SCHEMA_MAP,
};

enum schema_form {
	FORM_NONE,
	FORM_BASE64,
	FORM_CPU_LIST,
	FORM_DEVICE_TYPE,
	FORM_DIGEST,
	FORM_LINE,
	FORM_MEDIA_TYPE,
	FORM_MEMORY_BANDWIDTH,
	FORM_PAGE_SIZE,
	FORM_RLIMIT,
	FORM_TIME,
	FORM_URI,
	FORM_VARIABLE,
	FORM_VERSION,
};

/* Versions are indices into schema_versions. */
struct schema_word {
	const char *text;
	uint8_t since;
};

struct schema_words {
	const struct schema_word *words; /* ends with a word without text */
	bool open;                       /* other strings are fine, too */
};

struct schema_row {
	const char *name;      /* of a member; NULL: a document, or an element */
	uint16_t first, count; /* rows of its members, or of the one element */
	enum schema_type type : 8;
	enum schema_form form : 8;
	uint8_t words;  /* 1 + an index into schema_words, or 0 */
	uint8_t since;  /* version that has it first */
	uint8_t absent; /* required only before this version; 0: in every one */
	bool required : 1, null : 1, nonempty : 1, has_min : 1, has_max : 1;
	int64_t min;
	uint64_t max;
};

struct schema_root {
	const char *name;
	uint16_t row;
};

extern const char *const schema_versions[];
extern const size_t schema_versions_count;
extern const struct schema_words schema_words[];
extern const struct schema_row schema_rows[];
extern const struct schema_root schema_roots[SCHEMA_KINDS];

/* Has a string that form? */
bool schema_form_fits(enum schema_form form, const char *s);
/* What such a string is called, with an article. */
const char *schema_form_name(enum schema_form form);

#endif

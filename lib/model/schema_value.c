/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema_value.c: one value against its row: type, range, word, form. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "codec/json.h"
#include "model/report.h"
#include "model/schema_run.h"
#include "model/schema_table.h"

enum { TEXT_MAX = 4096, LISTED_MAX = 10 };

/* What a row asks for: its name, and for numbers the range. */
static const struct type {
	const char *name;
	enum json_type json;
	int64_t min;
	uint64_t max;
} types[] = {
	[SCHEMA_STRING] = { "string", JSON_STRING, 0, 0 },
	[SCHEMA_BOOL] = { "boolean", JSON_BOOL, 0, 0 },
	[SCHEMA_INT32] = { "int32", JSON_INT, INT32_MIN, INT32_MAX },
	[SCHEMA_INT64] = { "int64", JSON_INT, INT64_MIN, INT64_MAX },
	[SCHEMA_UINT8] = { "uint8", JSON_INT, 0, UINT8_MAX },
	[SCHEMA_UINT16] = { "uint16", JSON_INT, 0, UINT16_MAX },
	[SCHEMA_UINT32] = { "uint32", JSON_INT, 0, UINT32_MAX },
	[SCHEMA_UINT64] = { "uint64", JSON_INT, 0, UINT64_MAX },
	[SCHEMA_OBJECT] = { "object", JSON_OBJECT, 0, 0 },
	[SCHEMA_OPAQUE] = { "object", JSON_OBJECT, 0, 0 },
	[SCHEMA_ARRAY] = { "array", JSON_ARRAY, 0, 0 },
	[SCHEMA_MAP] = { "object", JSON_OBJECT, 0, 0 },
};

void schema_shorten(const char *s, char ret[SCHEMA_SHOWN_MAX + 4])
{
	size_t len = strnlen(s, SCHEMA_SHOWN_MAX + 1);
	bool cut = len > SCHEMA_SHOWN_MAX;

	if (cut) {
		len = SCHEMA_SHOWN_MAX;
		while (len && (s[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(ret, s, len);
	memcpy(ret + len, cut ? "..." : "", cut ? 4 : 1);
}

int schema_error(struct schema_run *run, const char *format, ...)
{
	AUTO(buf) struct buf text;
	va_list args;
	int r;

	buf_init(&text, TEXT_MAX);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	r = buf_check(run->cx, &text);
	if (!r)
		r = buf_check(run->cx, run->path);
	if (r < 0)
		return r;
	return report_error(run->cx, run->report, "schema", run->path->data ? run->path->data : "",
		"%s", text.data);
}

void schema_needs(struct schema_run *run, unsigned version)
{
	if (version > run->version)
		run->version = version;
}

/* An integer of any size: its value, or on which side of 64 bits it lies. */
struct number {
	bool negative;  /* value is that of a negative int64_t */
	bool too_small; /* below INT64_MIN */
	bool too_large; /* above UINT64_MAX */
	uint64_t value;
	char text[SCHEMA_SHOWN_MAX + 4];
};

static void number_read(const struct json_value *v, struct number *n)
{
	*n = (struct number){ 0 };
	if (json_type(v) == JSON_BIG) {
		schema_shorten(json_number(v), n->text);
		if (!json_big(v, &n->value)) {
			n->too_small = n->text[0] == '-';
			n->too_large = !n->too_small;
		}
		return;
	}
	n->negative = json_int(v) < 0;
	n->value = (uint64_t)json_int(v);
	snprintf(n->text, sizeof(n->text), "%" PRId64, json_int(v));
}

static bool is_below(const struct number *n, int64_t min)
{
	if (n->too_small || n->too_large)
		return n->too_small;
	if (n->negative)
		return (int64_t)n->value < min;
	return min > 0 && n->value < (uint64_t)min;
}

static bool is_above(const struct number *n, uint64_t max)
{
	return n->too_large || (!n->too_small && !n->negative && n->value > max);
}

static int check_integer(
	struct schema_run *run, const struct schema_row *row, const struct json_value *v)
{
	const struct type *type = &types[row->type];
	struct number n;

	number_read(v, &n);
	if (is_below(&n, type->min) || is_above(&n, type->max))
		return schema_error(run, "expected %s, found %s", type->name, n.text);
	if (row->has_min && is_below(&n, row->min))
		return schema_error(
			run, "expected at least %" PRId64 ", found %s", row->min, n.text);
	if (row->has_max && is_above(&n, row->max))
		return schema_error(
			run, "expected at most %" PRIu64 ", found %s", row->max, n.text);
	return 0;
}

static int fail_word(struct schema_run *run, const struct schema_words *list, const char *s)
{
	char shown[SCHEMA_SHOWN_MAX + 4];
	AUTO(buf) struct buf known;
	size_t i = 0;
	int r;

	buf_init(&known, TEXT_MAX / 2);
	for (; list->words[i].text && i < LISTED_MAX; i++)
		buf_printf(&known, "%s'%s'", i ? ", " : "", list->words[i].text);
	if (list->words[i].text)
		buf_str(&known, " or others");
	r = buf_check(run->cx, &known);
	if (r < 0)
		return r;
	schema_shorten(s, shown);
	return schema_error(
		run, "expected %s%s, found '%s'", i > 1 ? "one of " : "", known.data, shown);
}

static int check_word(struct schema_run *run, const struct schema_words *list, const char *s)
{
	for (const struct schema_word *w = list->words; w->text; w++) {
		if (strcmp(w->text, s) == 0) {
			schema_needs(run, w->since);
			return 0;
		}
	}
	return list->open ? 0 : fail_word(run, list, s);
}

static int check_string(struct schema_run *run, const struct schema_row *row, const char *s)
{
	char shown[SCHEMA_SHOWN_MAX + 4];

	if (row->words)
		return check_word(run, &schema_words[row->words - 1], s);
	if (schema_form_fits(row->form, s))
		return 0;
	schema_shorten(s, shown);
	return schema_error(run, "expected %s, found '%s'", schema_form_name(row->form), shown);
}

int schema_value_check(
	struct schema_run *run, const struct schema_row *row, const struct json_value *v)
{
	enum json_type type = json_type(v);

	if (row->type == SCHEMA_ANY || (row->null && type == JSON_NULL))
		return 0;
	if ((type == JSON_BIG ? JSON_INT : type) != types[row->type].json)
		return schema_error(
			run, "expected %s, found %s", types[row->type].name, json_type_name(type));
	if (types[row->type].json == JSON_INT)
		return check_integer(run, row, v);
	if (row->type == SCHEMA_STRING)
		return check_string(run, row, json_string(v));
	if (row->nonempty && json_count(v) == 0)
		return schema_error(run, "expected at least one element");
	return 0;
}

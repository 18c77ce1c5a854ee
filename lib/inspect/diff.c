/* SPDX-License-Identifier: Apache-2.0 */
/* inspect/diff.c: two sorted lists side by side, for units and for files. */
#include "inspect/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "codec/json.h"
#include "inspect/bundle.h"
#include "model/report.h"

enum { WORDS_MAX = 4096 };

/* <0: the next of a comes first, >0: of b; 0: both are the same thing. */
static int order(const char *a, const char *b)
{
	return !b ? -1 : !a ? 1 : strcmp(a, b);
}

static int tell_unit(
	struct ctx *cx, struct report *report, const struct recorded_unit *u, const char *what)
{
	return report_error(
		cx, report, "unit", u->id, "%s: %" PRIu64 " bytes (%s)", what, u->size, u->reason);
}

static int compare_unit(struct ctx *cx, const struct recorded_unit *a,
	const struct recorded_unit *b, struct report *report)
{
	bool other = a->nar.algo != DIGEST_NONE && b->nar.algo != DIGEST_NONE &&
		     !digest_equal(&a->nar, &b->nar);

	if (a->size != b->size)
		return report_error(cx, report, "unit", a->id,
			"has %" PRIu64 " bytes in the first, %" PRIu64 " in the second", a->size,
			b->size);
	if (other)
		return report_error(cx, report, "unit", a->id, "has other content");
	return 0;
}

static int diff_units(struct ctx *cx, const struct record_view *a, const struct record_view *b,
	struct report *report)
{
	size_t i = 0, j = 0;
	int r = 0;

	while (!r && (i < a->n_units || j < b->n_units)) {
		const struct recorded_unit *x = i < a->n_units ? &a->units[i] : NULL;
		const struct recorded_unit *y = j < b->n_units ? &b->units[j] : NULL;
		int first = order(x ? x->id : NULL, y ? y->id : NULL);

		if (first < 0)
			r = tell_unit(cx, report, x, "only in the first");
		else if (first > 0)
			r = tell_unit(cx, report, y, "only in the second");
		else
			r = compare_unit(cx, x, y, report);
		i += first <= 0;
		j += first >= 0;
	}
	return r;
}

/* One line holds all that differs in one file. */
static void add_words(struct buf *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_words(struct buf *words, const char *format, ...)
{
	va_list args;

	if (words->len)
		buf_str(words, ", ");
	va_start(args, format);
	buf_vprintf(words, format, args);
	va_end(args);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void describe_content(
	struct buf *words, const struct recorded_file *a, const struct recorded_file *b)
{
	bool both = a->digest.algo != DIGEST_NONE && b->digest.algo != DIGEST_NONE;

	if (a->size != b->size)
		add_words(words, "%" PRIu64 " and %" PRIu64 " bytes", a->size, b->size);
	else if (both && !digest_equal(&a->digest, &b->digest))
		add_words(words, "content");
	if (!same_text(a->hard, b->hard))
		add_words(words, "the same file as '%s' and '%s'", a->hard ? a->hard : a->path,
			b->hard ? b->hard : b->path);
	if (!same_text(a->target, b->target))
		add_words(words, "target '%s' and '%s'", a->target, b->target);
}

static void describe_attributes(
	struct buf *words, const struct recorded_file *a, const struct recorded_file *b)
{
	if (a->mode != b->mode)
		add_words(words, "mode %04o and %04o", a->mode, b->mode);
	if (a->uid != b->uid || a->gid != b->gid)
		add_words(words, "owner %u:%u and %u:%u", a->uid, a->gid, b->uid, b->gid);
	if (a->mtime != b->mtime)
		add_words(words, "time %" PRId64 " and %" PRId64, a->mtime, b->mtime);
}

static void describe(
	struct buf *words, const struct recorded_file *a, const struct recorded_file *b)
{
	if (a->kind != b->kind) {
		add_words(words, "kind");
		return;
	}
	describe_content(words, a, b);
	describe_attributes(words, a, b);
}

static int compare_file(struct ctx *cx, const struct recorded_file *a,
	const struct recorded_file *b, struct report *report)
{
	AUTO(buf) struct buf words;
	int r;

	buf_init(&words, 4 * WORDS_MAX);
	describe(&words, a, b);
	r = buf_check(cx, &words);
	if (r < 0 || !words.len)
		return r;
	return report_error(cx, report, "file", a->path, "differs: %s", words.data);
}

static int diff_files(struct ctx *cx, const struct record_view *a, const struct record_view *b,
	struct report *report)
{
	size_t i = 0, j = 0;
	int r = 0;

	while (!r && (i < a->n_files || j < b->n_files)) {
		const struct recorded_file *x = i < a->n_files ? &a->files[i] : NULL;
		const struct recorded_file *y = j < b->n_files ? &b->files[j] : NULL;
		int first = order(x ? x->path : NULL, y ? y->path : NULL);

		if (first < 0)
			r = report_error(cx, report, "file", x->path, "only in the first");
		else if (first > 0)
			r = report_error(cx, report, "file", y->path, "only in the second");
		else
			r = compare_file(cx, x, y, report);
		i += first <= 0;
		j += first >= 0;
	}
	return r;
}

static int expect_record(struct ctx *cx, const struct bundle *b)
{
	if (b->record_doc)
		return 0;
	return advise(cx,
		fail(cx, OCIT_E_FORMAT, "bundle '%s' has no record '.ocitools/record.json'",
			b->name),
		"bundles are compared by what their records say");
}

int bundle_diff(
	struct ctx *cx, const struct bundle *a, const struct bundle *b, struct report *report)
{
	int r = expect_record(cx, a);

	if (!r)
		r = expect_record(cx, b);
	if (!r)
		r = diff_units(cx, &a->record, &b->record, report);
	if (!r)
		r = diff_files(cx, &a->record, &b->record, report);
	if (!r)
		r = document_diff(cx, json_root(a->config), json_root(b->config), report);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* model/report.c: findings are data: what is wrong with the thing that is looked at is no failure
 * of looking. */
#include "model/report.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/ctx.h"

enum { TEXT_MAX = 1 << 20 };

int report_new(struct ctx *cx, struct report **ret)
{
	struct report *r = mem_alloc(sizeof(*r));

	if (!r)
		return fail_nomem(cx);
	arena_init(&r->arena);
	*ret = r;
	return 0;
}

void report_free(struct report *r)
{
	if (!r)
		return;
	mem_free(r->findings);
	arena_done(&r->arena);
	mem_free(r);
}

int report_add(struct ctx *cx, struct report *r, const struct finding *f)
{
	static const struct finding full = {
		.severity = FINDING_ERROR,
		.rule = "report",
		.subject = "",
		.text = "there is more to find: this is the last finding of those that are kept",
	};
	struct finding *to;

	if (r->count == REPORT_MAX)
		return 0;
	if (r->count == REPORT_MAX - 1)
		f = &full;
	if (mem_grow(&r->findings, &r->cap, r->count + 1, sizeof(*r->findings)) < 0)
		return fail_nomem(cx);
	to = &r->findings[r->count];
	to->severity = f->severity;
	to->rule = arena_str(&r->arena, f->rule);
	to->subject = arena_str(&r->arena, f->subject);
	to->text = arena_str(&r->arena, f->text);
	if (!to->rule || !to->subject || !to->text)
		return fail_nomem(cx);
	r->count++;
	r->errors += f->severity == FINDING_ERROR;
	return 0;
}

static int add_text(struct ctx *cx, struct report *r, struct finding *f, const char *format,
	va_list args) PRINTF(4, 0);
static int add_text(
	struct ctx *cx, struct report *r, struct finding *f, const char *format, va_list args)
{
	AUTO(buf) struct buf text;
	int e;

	buf_init(&text, TEXT_MAX);
	buf_vprintf(&text, format, args);
	e = buf_check(cx, &text);
	if (e < 0)
		return e;
	f->text = text.data ? text.data : "";
	return report_add(cx, r, f);
}

int report_error(struct ctx *cx, struct report *r, const char *rule, const char *subject,
	const char *format, ...)
{
	struct finding f = { .severity = FINDING_ERROR, .rule = rule, .subject = subject };
	va_list args;
	int e;

	va_start(args, format);
	e = add_text(cx, r, &f, format, args);
	va_end(args);
	return e;
}

int report_info(struct ctx *cx, struct report *r, const char *rule, const char *subject,
	const char *format, ...)
{
	struct finding f = { .severity = FINDING_INFO, .rule = rule, .subject = subject };
	va_list args;
	int e;

	va_start(args, format);
	e = add_text(cx, r, &f, format, args);
	va_end(args);
	return e;
}

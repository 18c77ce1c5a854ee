/* SPDX-License-Identifier: Apache-2.0 */
/* model/report.h: what a check or a comparison found, in the order it was found. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include <stddef.h>

#include "base/mem.h"

struct ctx;

enum severity {
	FINDING_INFO = 1,  /* worth knowing; everything is in order with it */
	FINDING_ERROR = 2, /* something is wrong, or differs */
};

/* Strings lie in the report. */
struct finding {
	enum severity severity;
	const char *rule;    /* a short stable word, such as "schema" or "needed" */
	const char *subject; /* path, unit or member it is about; "": the whole */
	const char *text;    /* what is wrong with it, lower case, no full stop */
};

struct report {
	struct arena arena;
	struct finding *findings;
	size_t count, cap;
	size_t errors; /* findings that are FINDING_ERROR */
};

enum { REPORT_MAX = 100000 }; /* findings; the last one says that there are more */

int report_new(struct ctx *cx, struct report **ret);
void report_free(struct report *r);
/* Append a finding; strings are copied. */
int report_add(struct ctx *cx, struct report *r, const struct finding *f);
/* The same with a text made of format and what follows it. */
int report_error(struct ctx *cx, struct report *r, const char *rule, const char *subject,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
int report_info(struct ctx *cx, struct report *r, const char *rule, const char *subject,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

static inline void auto_report(struct report **p)
{
	report_free(*p);
}

#endif

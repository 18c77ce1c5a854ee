/* SPDX-License-Identifier: Apache-2.0 */
/* tests/analysis/model.h: what the analysers cannot see in another file: a failure is negative, and
 * what is passed through a frame or a hint stays what it was. Included before every file that is
 * analysed. */
#ifndef TESTS_ANALYSIS_MODEL_H
#define TESTS_ANALYSIS_MODEL_H

#include "base/ctx.h"
#include "model/spec_fields.h"
#include "os/fault.h"

static inline int model_negative(int r)
{
	if (r >= 0)
		__builtin_unreachable();
	return r;
}

/* A function-like macro is not expanded again inside itself: these call the real ones. */
#define fail(...)         model_negative(fail(__VA_ARGS__))
#define fail_errno(...)   model_negative(fail_errno(__VA_ARGS__))
#define fail_nomem(...)   model_negative(fail_nomem(__VA_ARGS__))
#define fail_path(...)    model_negative(fail_path(__VA_ARGS__))
#define fail_changed(...) model_negative(fail_changed(__VA_ARGS__))

/* Of model/spec_fields.h. */
#define input_fail(...)   model_negative(input_fail(__VA_ARGS__))
#define input_refuse(...) model_negative(input_refuse(__VA_ARGS__))
#define field_fail(...)   model_negative(field_fail(__VA_ARGS__))

#define MODEL_SAME(call, cx, r, ...)                                                               \
	({                                                                                         \
		int model_r = (r);                                                                 \
		(void)call(cx, model_r, __VA_ARGS__);                                              \
		model_r;                                                                           \
	})
#define within(cx, r, ...)        MODEL_SAME(within, cx, r, __VA_ARGS__)
#define advise(cx, r, ...)        MODEL_SAME(advise, cx, r, __VA_ARGS__)
#define advise_also(cx, r, ...)   MODEL_SAME(advise_also, cx, r, __VA_ARGS__)
#define blame_program(cx, r, ...) MODEL_SAME(blame_program, cx, r, __VA_ARGS__)

#endif

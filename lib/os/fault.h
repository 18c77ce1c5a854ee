/* SPDX-License-Identifier: Apache-2.0 */
/* os/fault.h: what an errno of a path operation means to a caller. */
#ifndef OS_FAULT_H
#define OS_FAULT_H

struct ctx;

/*
 * Record the failure in errno of op on name: what exists, is too long, is no directory or used up
 * the descriptors has its own code and words, all else is fail_errno().
 */
int fail_path(struct ctx *cx, const char *op, const char *name);
/* Record that name is not what it was a moment ago. */
int fail_changed(struct ctx *cx, const char *name);

#endif

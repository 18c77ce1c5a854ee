/* SPDX-License-Identifier: Apache-2.0 */
/* engine/cwd.h: the directory the command starts in, and what relative arguments are relative to.
 */
#ifndef ENGINE_CWD_H
#define ENGINE_CWD_H

struct arena;
struct ctx;
struct graph;
struct spec;

/*
 * What relative arguments are relative to: the working directory that was asked for, else the
 * caller's directory, else NULL: they are not looked up. OCIT_E_FORMAT for one that is relative,
 * too long, has "..", or lies at or below /proc, /sys or /dev.
 */
int cwd_base(struct ctx *cx, const struct spec *spec, struct arena *a, const char **ret);
/* process.cwd: the caller's directory only when an argument was found relative to it. */
int cwd_decide(struct ctx *cx, const struct spec *spec, const struct graph *g, struct arena *a,
	const char **ret);
/* Name the working directory of a failure, and where it comes from. */
int cwd_within(struct ctx *cx, int r, const struct spec *spec, const char *cwd);
/* Is the clean path at or below /proc, /sys or /dev, where nothing of ours can be? Returns which,
 * or NULL. */
const char *cwd_kernel_dir(const char *path);

#endif

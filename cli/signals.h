/* SPDX-License-Identifier: Apache-2.0 */
/* cli/signals.h: INT, TERM and HUP stop the work in an orderly way; PIPE and XFSZ are errors of
 * calls. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <sys/types.h>

#include <ocitools.h>

/* Ignore PIPE and XFSZ, and catch the others unless the caller ignores them (nohup). */
void signals_init(void);
/* Cancel ctx when one arrives; NULL: no operation is running. */
void signals_watch(ocit_ctx *ctx);
/* Forward to this child instead; 0: there is none. */
void signals_forward(pid_t child);
/* The signal that arrived, or 0. */
int signals_caught(void);
/* The outputs are complete: a signal that arrived too late, or arrives from now on, changes
 * nothing. */
void signals_settle(void);
/* Die of what was caught, as a caller expects who sent it; returns when there was none. */
void signals_die(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* engine/skeleton.h: the directories every command may count on. */
#ifndef ENGINE_SKELETON_H
#define ENGINE_SKELETON_H

struct ctx;
struct entries;

/* Add what is missing. A directory or symlink that the closure has there stays as it is; a file
 * there is OCIT_E_FORMAT. */
int skeleton_add(struct ctx *cx, struct entries *es);

#endif

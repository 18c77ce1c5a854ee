/* SPDX-License-Identifier: Apache-2.0 */
/* engine/accounts.h: the passwd and group files of the container, and who the command runs as. */
#ifndef ENGINE_ACCOUNTS_H
#define ENGINE_ACCOUNTS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;
struct spec;

struct accounts {
	const char *passwd, *group; /* texts of the files */
	uint32_t uid, gid;          /* of the command */
	const char *home;           /* absolute */
};

/* root, nobody and the run user. A user name that is neither is OCIT_E_NOT_FOUND: names resolve in
 * the built passwd only; a numeric user gets an entry. */
int accounts_build(struct ctx *cx, const struct spec *spec, struct arena *a, struct accounts *ret);

#endif

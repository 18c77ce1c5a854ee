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
	const uint32_t *groups;     /* its additional ones: sorted, unique, without gid */
	size_t n_groups;
	const char *home; /* absolute */
};

/*
 * root, nobody, the run user and an entry "groupN" for each additional group N; spec.groups are of
 * the same forms as the group of a user. spec.user is NAME or UID, with :GROUP or :GID behind it:
 * names resolve in the built files only, so other names are OCIT_E_NOT_FOUND; a number gets an
 * entry named "user" and, without a group, the group of the same number. What is neither a name nor
 * a plain number up to 2147483647 is OCIT_E_FORMAT, and so is who has no id in the user namespace.
 * shell: that of root and the run user, or NULL when the container has none.
 */
int accounts_build(struct ctx *cx, const struct spec *spec, const char *shell, struct arena *a,
	struct accounts *ret);

/* The ids of the owner of a file, of the same forms as spec.user and with the same errors. */
int accounts_find(struct ctx *cx, const struct spec *spec, const char *owner, uint32_t *ret_uid,
	uint32_t *ret_gid);

#endif

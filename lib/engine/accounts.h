/* SPDX-License-Identifier: Apache-2.0 */
/* engine/accounts.h: the passwd and group files of the container, and who the command runs as. */
#ifndef ENGINE_ACCOUNTS_H
#define ENGINE_ACCOUNTS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;
struct graph;
struct spec;

/* A user or group of the tree that files come from, as the container knows it. */
struct known_account {
	const char *name;
	uint32_t outside; /* in the tree */
	uint32_t id;
	uint32_t gid; /* of a user */
	const char *home, *shell;
};

struct known_accounts {
	struct known_account *users, *groups;
	size_t n_users, n_groups;
};

/* The shell of who has none. */
extern const char accounts_no_login[];
/*
 * The accounts of a frozen graph, in a. Ids from 100 to 999 depend on the order in which packages
 * were installed, so these accounts get new ones from 100 on, by name; others keep theirs.
 */
int accounts_know(
	struct ctx *cx, const struct graph *g, struct arena *a, struct known_accounts *ret);
/* Ids of a file of the tree in the container; those that nobody has stay. */
uint32_t accounts_user(const struct known_accounts *known, uint32_t outside);
uint32_t accounts_group(const struct known_accounts *known, uint32_t outside);

struct accounts {
	const char *passwd, *group; /* texts of the files */
	uint32_t uid, gid;          /* of the command */
	const uint32_t *groups;     /* its additional ones: sorted, unique, without gid */
	size_t n_groups;
	const char *home; /* absolute */
};

/*
 * root, nobody, the accounts of known (NULL: none), the run user and an entry "groupN" for each
 * additional group N; spec.groups are of the same forms as the group of a user. spec.user is NAME
 * or UID, with :GROUP or :GID behind it: names resolve in the built files only, so other names are
 * OCIT_E_NOT_FOUND; a number that nobody has gets an entry named "user" and, without a group, the
 * group of the same number. What is neither a name nor a plain number up to 2147483647 is
 * OCIT_E_FORMAT, and so is who has no id in the user namespace. shell: that of root and the run
 * user, or NULL when the container has none.
 */
int accounts_build(struct ctx *cx, const struct spec *spec, const struct known_accounts *known,
	const char *shell, struct arena *a, struct accounts *ret);

/* The ids of the owner of a file, of the same forms as spec.user and with the same errors. */
int accounts_find(struct ctx *cx, const struct spec *spec, const struct known_accounts *known,
	const char *owner, struct accounts *ret);

#endif

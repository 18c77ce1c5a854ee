/* SPDX-License-Identifier: Apache-2.0 */
/* source/nix_snap.h: one consistent view of the Nix database, beside a running Nix. */
#ifndef SOURCE_NIX_SNAP_H
#define SOURCE_NIX_SNAP_H

#include <stdbool.h>

#include "os/file.h"
#include "source/nix_sql.h"

struct ctx;

/* Where the database is. */
struct nix_file {
	int dirfd;        /* its directory; borrowed */
	const char *name; /* in it */
};

/* What can be seen from outside. */
struct nix_state {
	struct file_info db;
	struct file_info log; /* "-wal"; size 0: not there, or empty */
	bool index;           /* "-shm" is there */
};

struct nix_snap {
	struct nix_sql *sql; /* NULL: not open */
	enum nix_sql_mode mode;
	bool looked;
	struct nix_state state; /* as it was before opening, when looked */
	int copy_fd;            /* NIX_SQL_PRIVATE: the directory of the copy, already removed */
};

void nix_snap_init(struct nix_snap *s);
/*
 * Open in the way that the files beside the database ask for. A symlink, FIFO or anything else that
 * is no regular file is OCIT_E_FORMAT, a missing one OCIT_E_NOT_FOUND.
 */
int nix_snap_open(struct ctx *cx, struct nix_snap *s, const struct nix_file *file);
/*
 * Is what was read until now, or the failure to read it, to be believed? False: the files changed
 * meanwhile; close, and open again. A failure of this question itself counts as a change.
 */
bool nix_snap_holds(struct nix_snap *s, const struct nix_file *file, bool failed);
void nix_snap_close(struct nix_snap *s);

#endif

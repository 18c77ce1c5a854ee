/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_db.h: dpkg's database of a root tree, read only: which packages there are, and whose
 * a file is. */
#ifndef SOURCE_DPKG_DB_H
#define SOURCE_DPKG_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "source/dpkg_status.h"

struct ctx;

struct dpkg_db {
	struct dpkg_tables t;
	int rootfd; /* borrowed */
	bool lists_read;
	struct buf lists;   /* all of them; keys of owners point into it */
	struct map owners;  /* packages by canonical path */
	const char **notes; /* what was odd in the lists */
	size_t n_notes, cap_notes;
	const char *aliases[8]; /* directories of the root that are links, with what they lead to */
	size_t n_aliases;
};

/*
 * Read /var/lib/dpkg/status and diversions below rootfd, which must stay open. No status file is
 * OCIT_E_NOT_FOUND; what is malformed OCIT_E_FORMAT with file and line. Free with dpkg_db_close().
 */
int dpkg_db_open(struct ctx *cx, int rootfd, struct dpkg_db **ret);
void dpkg_db_close(struct dpkg_db *db);
/*
 * Whose is the file at path, no part of which is a symlink? DPKG_NONE: nobody's. Of several owners
 * it is the first by name. Lists are read at the first question: paths in them that are not
 * absolute, or have "..", CR or NUL, are OCIT_E_FORMAT that names the package, a database that
 * changes meanwhile OCIT_E_BUSY.
 */
int dpkg_db_owner(struct ctx *cx, struct dpkg_db *db, const char *path, uint32_t *ret);

static inline void auto_dpkg_db(struct dpkg_db **p)
{
	dpkg_db_close(*p);
}

#endif

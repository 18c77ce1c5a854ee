/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_db.h: dpkg's database of a root tree, read only: which packages there are, and whose
 * a file is. */
#ifndef SOURCE_DPKG_DB_H
#define SOURCE_DPKG_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "os/file.h"
#include "source/dpkg_index.h"
#include "source/dpkg_status.h"

struct ctx;

/* The database at one moment: what dpkg replaces while it works. */
struct dpkg_stamp {
	struct file_info status, info_dir, diversions;
};

struct dpkg_db {
	struct dpkg_tables t;
	struct buf status; /* its text */
	int rootfd;        /* borrowed */
	bool lists_read;
	struct dpkg_stamp stamp; /* when they were */
	struct dpkg_index index; /* all of them */
	const char **notes;      /* what was odd in the lists */
	size_t n_notes, cap_notes;
	size_t n_told;          /* of these, by who uses the database */
	const char *aliases[8]; /* directories of the root that are links, with what they lead to */
	size_t n_aliases;
};

/* Is there a database below rootfd? OCIT_E_NOT_FOUND: none. */
int dpkg_db_look(struct ctx *cx, int rootfd);
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
/* All of them, by name; borrowed. *ret_count 0: nobody. */
int dpkg_db_owners(struct ctx *cx, struct dpkg_db *db, const char *path,
	const struct dpkg_entry **ret, size_t *ret_count);

/* A path in the list of a package, where it really lies; good until db is closed. Anything but 0
 * ends it. */
typedef int dpkg_path_fn(void *data, const char *path);
/* Tell the paths of a package, in the order of its list: directories first. Errors as above; the
 * list must still be that of the first question, else OCIT_E_BUSY. */
int dpkg_db_files(
	struct ctx *cx, struct dpkg_db *db, uint32_t package, dpkg_path_fn *fn, void *data);

/* Where a path that a package has really lies: not behind an alias of /usr, and where it was
 * diverted to. */
int dpkg_db_canonical(struct ctx *cx, struct dpkg_db *db, const struct dpkg_package *p,
	const char **path, size_t *len);
/* Where a file about a package lies, if it has one: its list, its MD5 sums, a maintainer script. */
int dpkg_db_info(
	struct ctx *cx, struct dpkg_db *db, uint32_t package, const char *kind, const char **ret);

static inline void auto_dpkg_db(struct dpkg_db **p)
{
	dpkg_db_close(*p);
}

#endif

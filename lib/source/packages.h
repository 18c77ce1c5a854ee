/* SPDX-License-Identifier: Apache-2.0 */
/* source/packages.h: which packages go in as a whole, and which of their files; private to sources
 * "dpkg" and "files". */
#ifndef SOURCE_PACKAGES_H
#define SOURCE_PACKAGES_H

#include "source/dpkg_db.h"
#include "source/files.h"

enum package_flag {
	PACKAGE_LIVE = 1 << 0,  /* its files go in */
	PACKAGE_ROOT = 1 << 1,  /* the command is of it, or what interprets the command */
	PACKAGE_NAMED = 1 << 2, /* --package */
	PACKAGE_DROPPED = 1 << 3,
	PACKAGE_ALONE = 1 << 4,      /* without what it depends on */
	PACKAGE_SINGLE = 1 << 5,     /* never as a whole: its files go in one by one */
	PACKAGE_MAINTAINER = 1 << 6, /* of use to maintainer scripts only */
	PACKAGE_FILED = 1 << 7,      /* steps that are done */
	PACKAGE_DEPENDED = 1 << 8,
	PACKAGE_RECOMMENDED = 1 << 9,
	PACKAGE_QUEUED = 1 << 10,
	PACKAGE_JUDGED = 1 << 11, /* PACKAGE_LIBRARY is known */
	PACKAGE_LIBRARY = 1 << 12 /* of use to those only who load its libraries */
};

/* Why a package is live. */
struct package_cause {
	uint32_t entry; /* the node that stands for it in reasons; GRAPH_NONE: none yet */
	uint32_t from;  /* what brought it: a node or GRAPH_ROOT */
	enum rule rule;
};

struct package_state {
	unsigned flags;
	struct package_cause cause;
};

/* A directory in which files may have been generated. */
struct package_dir {
	const char *path;
	uint32_t package; /* whose it is, or who owns the directory above */
	bool done;
};

/* A script that goes in once its interpreter is there for another reason. */
struct package_script {
	uint32_t package;
	const char *path;
	uint32_t spot;
	bool done;
};

/* A file that the administrator may change, as the package has it. */
struct package_conffile {
	uint32_t package;
	struct digest md5;
};

/* What is not as it was when the package was installed. */
enum change { CHANGE_CONTENT, CHANGE_ABSENT };
struct package_change {
	uint32_t package;
	enum change what;
	const char *path;
};

struct packages {
	struct package_state *state; /* by package */
	const char *const *named;    /* --package; borrowed from the description */
	size_t n_named;
	enum recommends recommends;
	unsigned keep;
	const char *const *locales;
	size_t n_locales;
	bool started;
	uint32_t *queue;
	size_t n_queue, cap_queue, next;
	struct package_dir *dirs;
	size_t n_dirs, cap_dirs;
	struct package_script *scripts;
	size_t n_scripts, cap_scripts;
	const char **paths; /* of the package that is being filed */
	size_t n_paths, cap_paths;
	bool conffiles_are_meant; /* those that were changed are not worth a note */
	struct package_conffile *conffiles;
	size_t n_conffiles, cap_conffiles;
	struct map conffile_index;      /* by path */
	int64_t *installed;             /* time of each package's list; 0: not known yet */
	struct package_change *changes; /* that nobody was told of yet */
	size_t n_changes, cap_changes;
};

/* For the database of fs. A package that was named and is not installed is OCIT_E_NOT_FOUND. */
int packages_open(struct ctx *cx, const struct spec *spec, struct files *fs);
/* The files of packages that became live, and what is found among them; ops->settle. */
int packages_settle(struct ctx *cx, struct source *s, struct facts *f);

/* Between the parts. */

const struct dpkg_package *packages_get(const struct files *fs, uint32_t package);
/* Is a package of use to those only who load its libraries? */
int packages_judge(struct ctx *cx, struct files *fs, uint32_t package, bool *ret_library);
/* The files of a package that go in (packages_files.c). */
int packages_file(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package);
/* One path of a package, or found among its files. */
int packages_push(struct ctx *cx, struct files *fs, struct facts *f, uint32_t package,
	const char *path, enum rule rule);
/* Does a path stay out unless it is needed? */
bool packages_is_trimmed(const struct packages *p, const char *path);
int packages_push_scripts(struct ctx *cx, struct files *fs, struct facts *f);
/* What no package owns (packages_found.c). */
int packages_push_generated(struct ctx *cx, struct files *fs, struct facts *f);
int packages_push_alternatives(struct ctx *cx, struct files *fs, struct facts *f);
/* What is not as it was installed (packages_changed.c): remember it, and tell all of it. */
int packages_change(struct ctx *cx, struct packages *p, const struct package_change *change);
int packages_push_changed(struct ctx *cx, struct files *fs, struct facts *f);

#endif

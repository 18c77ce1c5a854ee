/* SPDX-License-Identifier: Apache-2.0 */
/* source/files.h: what the parts of source "files" share; private to it. */
#ifndef SOURCE_FILES_H
#define SOURCE_FILES_H

#include "base/ctx.h"
#include "base/map.h"
#include "base/mem.h"
#include "codec/elf.h"
#include "codec/ldcache.h"
#include "codec/shebang.h"
#include "model/spec.h"
#include "os/file.h"
#include "os/lookup.h"
#include "source/source.h"

enum {
	FILES_LINKS_MAX = 40, /* symlinks followed on one path */
	FILES_TURNS_MAX = 64, /* directories left by ".." on one path */
	FILES_PATH_MAX = 4095,
	FILES_NONE = UINT32_MAX,
};

enum spot_kind { SPOT_ABSENT, SPOT_DIR, SPOT_FILE, SPOT_LINK, SPOT_OTHER };

/* Why a file is there, as far as its own needs depend on it. */
enum role {
	ROLE_WANTED = 1 << 0,   /* as itself, not only as a library of something */
	ROLE_NAMED = 1 << 1,    /* by the description */
	ROLE_PROGRAM = 1 << 2,  /* it is executed first, or interprets what is */
	ROLE_COMMAND = 1 << 3,  /* it is args[0] */
	ROLE_ROOT = 1 << 4,     /* args[0] or another argument, not an include */
	ROLE_IMPORTED = 1 << 5, /* a program loads it as a module */
	ROLE_PACKAGED = 1 << 6, /* it came with its package */
	ROLE_PAM = 1 << 7,      /* rules of PAM name it, or it is such rules */
};

/* One path of the root tree that was looked at; no part of it is a symlink but perhaps the last. */
struct spot {
	const char *path;
	enum spot_kind kind;
	struct file_info info;
	const char *target; /* SPOT_LINK: its text */
	uint32_t node;      /* in the graph, or GRAPH_NONE */
	unsigned roles;     /* enum role */
	bool expanded;
	bool compared;         /* with what its package says of it */
	struct object *object; /* SPOT_FILE: what was read of it; NULL: nothing yet */
	const char *whole; /* the directory it came in with, which is the unit; NULL: a unit of its
			      own */
};

enum object_kind { OBJECT_DATA, OBJECT_ELF, OBJECT_SCRIPT };

/* What the first bytes of a file make it. */
struct object {
	enum object_kind kind;
	const char *broken; /* it looks like kind and is not well-formed: why not; else NULL */
	bool text;          /* no NUL among the first bytes */
	struct elf elf;
	struct shebang shebang;
};

enum trail_end {
	TRAIL_ABSENT,
	TRAIL_FILE,
	TRAIL_DIR,
	TRAIL_OTHER,
	TRAIL_KERNEL,    /* in /proc, /sys or /dev: the runtime provides it */
	TRAIL_ELSEWHERE, /* another source must judge the path at */
	TRAIL_LOOP,
};

/* One symlink that was followed. */
struct trail_link {
	uint32_t spot;
	bool on_way; /* more of the path followed: it stands for a directory */
};

/* How a path leads to what is there. */
struct trail {
	enum trail_end end;
	uint32_t spot;  /* TRAIL_FILE, TRAIL_DIR, TRAIL_OTHER: what is there */
	const char *at; /* the path where it ended */
	struct trail_link links[FILES_LINKS_MAX];
	size_t n_links;
	uint32_t turns[FILES_TURNS_MAX]; /* directories that must exist for a ".." behind them */
	size_t n_turns;
};

struct listing;
struct root_dir;
struct dpkg_db;
struct interpreter;
struct packages;

struct files {
	struct source source;
	struct arena arena;
	const struct spec *spec; /* borrowed */
	const char *search_path; /* PATH of the container */
	const char *const *args; /* of the command; borrowed from the description */
	size_t n_args;
	const char *const *env; /* likewise */
	size_t n_env;
	const char *base; /* what relative arguments are relative to; NULL: not known */
	bool base_is_cwd; /* the command starts there in any case */
	struct root_dir *root;
	struct lookup lookup;
	struct dpkg_db *db;        /* whose the files are; NULL: nobody knows */
	struct packages *packages; /* which of them go in as a whole; NULL as above */
	bool handed;               /* the graph closes root */
	uint32_t place;
	struct spot *spots; /* the first is "/" */
	size_t n_spots, cap_spots;
	struct map index;  /* spots by path */
	struct map loaded; /* names of the libraries of all programs so far */
	struct map hinted; /* kinds of hints that were followed */
	enum gconv gconv;
	bool skeleton;   /* what comes with glibc was asked for */
	bool cache_read; /* /etc/ld.so.cache */
	struct ldcache cache;
	struct map cache_index; /* first entry by soname */
	struct interpreter *interpreters;
	bool scripts_read;
	struct map scripts;    /* arguments that an interpreter before them reads, by path */
	struct map scopes;     /* lists of directories of modules */
	struct map modules;    /* whose text was read, by one of these and path */
	uint64_t looked, read; /* for modules: places, and bytes of texts */
};

/* The operations, which source "dpkg" shares. */
int files_open(
	struct ctx *cx, const struct spec *spec, const struct source_ops *ops, struct files **ret);
bool files_claims(const struct source *s, const char *path);
int files_probe(struct ctx *cx, struct source *s, const char *path, struct probe *ret);
int files_op_resolve(struct ctx *cx, struct source *s, struct facts *f, const struct want *want);
int files_op_expand(struct ctx *cx, struct source *s, struct facts *f, uint32_t node);
void files_close(struct source *s);

static inline void auto_files(struct files **p)
{
	if (*p)
		files_close(&(*p)->source);
}

/* Where it reads from. */
int files_root_fd(const struct files *fs);
/* Is it below a directory that the kernel fills? */
bool files_is_kernel(const char *path);
/* Something is wrong with subject: an error with a code, for what the command cannot do without; a
 * note with 0, for all else. The engine names the subject of errors. */
int files_complain(struct ctx *cx, struct facts *f, int code, const char *subject,
	const char *format, ...) PRINTF(5, 6);

/* Looking (files_walk.c). */

/* The spot of a path whose directory part is real. Its pointer is good until the next spot. */
int files_spot(struct ctx *cx, struct files *fs, const char *path, uint32_t *ret);
/* The same, for something that info was found out about already. */
int files_spot_add(struct ctx *cx, struct files *fs, const char *path, const struct file_info *info,
	const char *target, uint32_t *ret);
/*
 * Follow an absolute path to its end; hops symlinks were followed before. Stops where another
 * source claims the path; f NULL: not known who does, so every symlink is such a place.
 * What cannot be looked at is an error; what is missing is not.
 */
int files_walk(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	unsigned hops, struct trail *ret);
/* What is in a directory of the tree. One that is gone, is none, or is not for this user to read
 * has nothing. */
int files_list(struct ctx *cx, struct files *fs, const char *path, struct listing *ret);
/* Does path, whoever claims it, lead to a program? What cannot be looked at is none. */
int files_find_program(
	struct ctx *cx, struct files *fs, const struct facts *f, const char *path, bool *ret);

/* Pushing (files_push.c). */

/* Nodes for the symlinks of a trail. *ret is the reason for what comes behind them. */
int files_push_links(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t,
	const struct want *why, struct want *ret);
/* The node of a spot and of the directories above it. */
int files_push_spot(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, uint32_t *ret_node);
/* Everything at and below a directory. */
int files_push_tree(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, const struct want *why);

/* The same, for what nobody named: more than the limit is OCIT_E_LIMIT. */
struct tree_limit {
	uint64_t files, bytes;
};
int files_push_limited(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot,
	const struct want *why, const struct tree_limit *limit);

/* The directory of an application that is its own (files_app.c). */
int files_expand_application(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);

/* Reading (files_object.c). */
int files_object(struct ctx *cx, struct files *fs, uint32_t spot, struct object **ret);
/* Text of what the description names may name things of other sources. */
int files_scan_text(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);

/* Push what a trail leads to, and its symlinks. */
int files_resolve_trail(struct ctx *cx, struct files *fs, struct facts *f, const struct trail *t,
	const struct want *want);
/* Find want->path and push it; ops->resolve. */
int files_resolve(struct ctx *cx, struct files *fs, struct facts *f, const struct want *want);
/* The same for something that will be executed: it must be there and executable. Not fatal: it is
 * left out with a note. *ret_there says whether it was pushed. */
int files_need_interpreter(struct ctx *cx, struct files *fs, struct facts *f,
	const struct want *want, bool fatal, bool *ret_there);

int files_expand_script(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);
/* The first program of this name in a list of directories, in the arena of fs; NULL in *ret: none.
 */
int files_search_program(struct ctx *cx, struct files *fs, const struct facts *f, const char *dirs,
	const char *name, const char **ret);

/* Programs that the text of a shell script starts, or that behind "sh -c" (files_words.c). */
int files_scan_script(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);
int files_scan_command(struct ctx *cx, struct files *fs, struct facts *f, uint32_t node);
int files_expand_elf(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);
/* Modules that a program in Python, Perl or Ruby imports, that the command line names, or that an
 * interpreter starts with (files_programs.c). */
int files_scan_imports(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);
int files_scan_import_options(struct ctx *cx, struct files *fs, struct facts *f, uint32_t node);
int files_expand_interpreter(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);

/* Files that libraries look for by a name of their own (files_hints.c), and what libc reads for
 * some of its functions. */
int files_hint_library(
	struct ctx *cx, struct files *fs, struct facts *f, const char *soname, uint32_t node);
int files_hint_features(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t features, uint32_t node);
/* Conversions of texts; libc_dir: where libc.so.6 was found, or NULL; all: not only the common
 * ones. */
int files_hint_iconv(struct ctx *cx, struct files *fs, struct facts *f, const char *libc_dir,
	bool all, uint32_t node);

/* The host's nsswitch.conf and the modules that it names, if they were asked for (files_nss.c). */
int files_hint_nss(
	struct ctx *cx, struct files *fs, struct facts *f, const char *libc_dir, uint32_t node);

/* The time zone that TZ= names, in the environment or behind env(1). */
int files_hint_zone(struct ctx *cx, struct files *fs, struct facts *f, uint32_t node);

/* PAM (files_pam.c): where its library is in, the rules for programs that are; what rules name. */
int files_push_services(struct ctx *cx, struct files *fs, struct facts *f);
int files_expand_pam(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot);

/* Users and groups that what is in so far talks of (files_accounts.c). */
int files_push_accounts(struct ctx *cx, struct files *fs, struct facts *f);
int files_settle(struct ctx *cx, struct source *s, struct facts *f);

/* Packages (packages.c); without a database these do nothing. */

void packages_close(struct packages *p);
/* Is the file or symlink at spot of a package that was left out? Then a note says who misses it. */
int packages_drops(struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot,
	const struct want *why, bool *ret);
/* A rule reached the file or symlink at spot, which has a node: its package may become live. */
int packages_reach(
	struct ctx *cx, struct files *fs, struct facts *f, uint32_t spot, const struct want *why);
/* Does a package answer for what the file at path needs? */
int packages_trust(struct ctx *cx, struct files *fs, const char *path, bool *ret);
/* May a script of a package mean the program at path by a word? A package says what it depends on,
 * but for what every system has. */
int packages_may_name(
	struct ctx *cx, struct files *fs, const char *word, const char *path, bool *ret);

/* Tell the scripts that packages that are in ran when they were installed. */
typedef int packages_script_fn(void *data, const char *path);
int packages_postinsts(struct ctx *cx, struct files *fs, packages_script_fn *fn, void *data);

enum { HITS_MAX = 16, DEFAULTS_MAX = 16, LOOKUPS_MAX = 200000 };

/* One object of a program on its way through the loader. */
struct load {
	const char *path;      /* as it was found */
	const char *origin;    /* what $ORIGIN means in it */
	const struct elf *elf; /* NULL: of another source, not known */
	uint32_t spot;         /* FILES_NONE: of another source */
	uint32_t first;        /* node that was found under its name; GRAPH_NONE as above */
	uint32_t loader;       /* which load needed it; 0 for the program */
};

/* The search for the libraries of one program. */
struct search {
	struct files *fs;
	struct facts *f;
	struct arena arena;
	struct load *loads; /* the first is the program */
	size_t n_loads, cap_loads;
	size_t lookups;                     /* places looked at so far */
	struct map names;                   /* loads by name */
	const char *defaults[DEFAULTS_MAX]; /* directories known without configuration */
	size_t n_defaults;
	bool musl;
	const char *musl_path; /* directories of musl's loader, or NULL: not read yet */
	const char *only_dir;  /* the loader is of another source and knows this directory only */
};

struct hit {
	const char *path;
	struct trail trail;
};

/* What a library name leads to: variants for newer processors first, then the one for all. */
struct hits {
	const char *name;
	struct hit hit[HITS_MAX];
	size_t n;
	bool found;      /* the last one is for all processors */
	bool cache_only; /* the loader finds it by its cache alone */
};

/* Find a library as the loader does for the object by (files_search.c). */
int files_search(struct ctx *cx, struct search *s, uint32_t by, const char *name, struct hits *ret);

#endif

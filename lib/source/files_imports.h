/* SPDX-License-Identifier: Apache-2.0 */
/* source/files_imports.h: what the parts of source "files" share that look for modules. */
#ifndef SOURCE_FILES_IMPORTS_H
#define SOURCE_FILES_IMPORTS_H

#include "codec/imports.h"
#include "source/files.h"

/* Directories that a program adds; what it says beyond that is not heard. */
enum { OWN_DIRS_MAX = 200 };

enum language { LANGUAGE_NONE, LANGUAGE_PYTHON, LANGUAGE_PERL, LANGUAGE_RUBY };

struct paths {
	const char **list;
	size_t n, cap;
};

static inline void auto_paths(struct paths *p)
{
	mem_free(p->list);
}

/* A directory of modules that a file named. */
struct added_dir {
	const char *dir, *file;
};

/* An interpreter, and where it looks of its own accord. */
struct interpreter {
	struct interpreter *next;
	enum language language;
	const char *key;       /* the path it was asked for by, after its language */
	const char *version;   /* as far as its names say it: "3.11", "3", "" */
	const char *extension; /* how Python calls modules in machine code, or NULL */
	const char *venv;      /* pyvenv.cfg above it, or NULL */
	struct paths dirs, gems, extensions, typelibs;
	struct added_dir *added; /* that Python looks in behind dirs */
	size_t n_added;
	const char *finder; /* a file that makes Python look elsewhere by a program, or NULL */
};

/* The search for what one program imports: its own text first, then those of its modules. */
struct imports {
	struct ctx *cx;
	struct files *fs;
	struct facts *f;
	const struct interpreter *in;
	const char *own;   /* directory of the program, or NULL */
	const char *cwd;   /* where it starts, or NULL: not known */
	struct paths dirs; /* where it looks: what it says itself, then the interpreter's */
	struct arena arena;
	/* The text that is being read. */
	uint32_t from;      /* its node */
	const char *here;   /* its directory, or NULL */
	struct map told;    /* what it named so far */
	struct arena names; /* keys of told */
	/* Modules whose text is to be read. */
	struct module {
		uint32_t spot;
		const char *here;
	} * modules;
	size_t n_modules, cap_modules;
	const char *scope;   /* number of dirs among all there were, or NULL: not known */
	struct map typelibs; /* names whose version is known */
	/* What a name led to, for the next text that has it. */
	struct map known; /* the first entry by name */
	struct taken {
		const char *path; /* NULL: the name led to no more */
		const char *detail;
	} * taken;
	size_t n_taken, cap_taken;
	bool recording;
	struct trail trail; /* of the last look */
};

static inline void auto_imports(struct imports *im)
{
	mem_free(im->dirs.list);
	mem_free(im->modules);
	mem_free(im->taken);
	map_done(&im->known);
	map_done(&im->told);
	map_done(&im->typelibs);
	arena_done(&im->names);
	arena_done(&im->arena);
}

/* Interpreters (files_interpreter.c). */

/* By the last part of its name: python3, perl5.36, ruby3.1. */
enum language language_of(const char *name);
/* The same, also by what symlinks lead to. */
int language_of_program(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	enum language *ret);
const char *language_name(enum language language);

/* One option that has a value. Anything but 0 ends it. */
typedef int option_fn(void *data, char letter, const char *value);
struct line_end {
	size_t next; /* the first word that was not read */
	bool script; /* it is the name of a program */
	bool text;   /* the program was the value of an option */
};
/* Read the options behind the name of an interpreter. */
int interpreter_options(enum language language, const char *const *args, size_t n, option_fn *fn,
	void *data, struct line_end *ret);

/* Where modules lie (files_modules.c). */

/* The interpreter at an absolute path, or at none, NULL. Good until fs is closed. */
int interpreter_find(struct ctx *cx, struct files *fs, const struct facts *f,
	enum language language, const char *path, const struct interpreter **ret);
/* The newest name in a directory that begins and ends so, in a; NULL in *ret: there is none. */
int modules_newest(
	struct imports *im, const char *dir, const char *begin, const char *end, const char **ret);
/* What cannot be looked at is not there: no error then. */
int modules_pass_over(struct ctx *cx, int r);
/* Follow a path; what cannot be looked at is absent. */
int modules_walk(struct ctx *cx, struct files *fs, const struct facts *f, const char *path,
	struct trail *ret);
int paths_add(struct ctx *cx, struct paths *p, const char *path);

/* What *.pth among an interpreter's directories add (files_pth.c). */
int interpreter_read_pth(
	struct ctx *cx, struct files *fs, const struct facts *f, struct interpreter *in);

/* Finding modules (files_find_module.c, files_find_python.c). */

/* What a text names, and what belongs to it. What is not there is passed over. */
int module_find(struct imports *im, const struct import *import);
int module_find_python(struct imports *im, const struct import *import);
/* Look in a directory, too; own is what one with a level is relative to, or NULL. */
int module_add_dir(struct imports *im, const struct import *i, const char *own);
/* A module, as Python's -m runs it. */
int module_find_main(struct imports *im, const char *name);
/* What data/host/loads.table has for a module or an occasion. */
int module_find_loads(struct imports *im, const char *when);
/* Push dir/name if it is there. */
int module_take_file(
	struct imports *im, const char *dir, const char *name, const char *detail, bool *ret_there);
/* The first of several directories that has it; *ret is which, or NULL. */
int module_take_first(struct imports *im, const struct paths *dirs, const char *name,
	const char *detail, const char **ret);

/* Reading texts (files_imports.c). */

/* A program and what interprets it. */
struct import_start {
	enum language language;
	const char *interpreter;  /* absolute, or NULL: not known */
	const char *const *words; /* behind it */
	size_t n;
	uint32_t from;   /* node that names modules */
	const char *own; /* directory of the program, or NULL */
};

/* Prepare the search that a program begins with. */
int imports_begin(struct imports *im, const struct import_start *s);
/* What a text names; here is where it lies, or NULL. */
int imports_text(struct imports *im, uint32_t from, const char *here, const char *text, size_t len);
int imports_one(void *data, const struct import *import);
/* The same of a file that is text, once. */
int imports_file(struct imports *im, uint32_t spot, const char *here);
/* And at the end of the modules that were found, and of those that they name. */
int imports_modules(struct imports *im);

enum look { LOOK_NONE, LOOK_FILE, LOOK_DIR };

/* What is at an absolute path, with its trail? What is too long is not there, and nothing is any
 * more once too many places were looked at. */
int imports_look(struct imports *im, const char *path, enum look *ret);
/* Push what is at path, where something is; a module's text will be read. */
int imports_take(struct imports *im, const char *path, const char *detail);
/* Does nobody's package bring what was looked at last? */
int imports_is_unowned(struct imports *im, bool *ret);

#endif

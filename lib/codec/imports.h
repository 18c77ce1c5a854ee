/* SPDX-License-Identifier: Apache-2.0 */
/* codec/imports.h: what the text of a Python, Perl or Ruby program loads, as far as it says so. */
#ifndef CODEC_IMPORTS_H
#define CODEC_IMPORTS_H

#include <stddef.h>

enum { IMPORT_NAME_MAX = 255 };

enum import_kind {
	IMPORT_MODULE,  /* "a.b", "A::B", "a/b" */
	IMPORT_MEMBER,  /* Python's "from a import b": "a.b", a module or something in one */
	IMPORT_FILE,    /* a path, as it is written */
	IMPORT_GEM,     /* the name of a Ruby gem */
	IMPORT_TYPELIB, /* GObject introspection: "Gtk-3.0" */
	IMPORT_DIR,     /* where modules are looked for: a path, as it is written */
	IMPORT_LAST_DIR /* the same, behind all others */
};

struct import {
	enum import_kind kind;
	/*
	 * 0: looked for where modules are. Else from where the text itself lies: its directory is
	 * 1, the one above is 2.
	 */
	unsigned level;
	const char *name; /* good until the next call; at most IMPORT_NAME_MAX bytes, not empty */
	size_t at;        /* where it begins in the text */
};

/* Anything but 0 ends the scan. */
typedef int import_fn(void *data, const struct import *import);

/*
 * Tell what each text loads by names that stand there literally: names that are computed are
 * nobody's to know, names longer than IMPORT_NAME_MAX are passed over. Comments, strings,
 * here-documents and documentation are no code, but what is in a branch that is never taken is.
 * Text of any shape is taken; the time is linear, no memory is allocated. Returns what fn returned.
 *
 * Python: "import", "from ... import", __import__(), import_module(), gi.require_version() and
 * require_versions(); what is put into sys.path, also what begins with __file__ in one of the usual
 * ways.
 */
int imports_python(const char *text, size_t len, import_fn *fn, void *data);
/*
 * Perl: "use", "no", "require", "do FILE"; of "use base", "use parent" and "use if" the modules
 * they name, too; of "use lib" the directories, at level 1 those below $FindBin::Bin. Quoting is
 * told from division by what stands before it, which errs where a human would, too.
 */
int imports_perl(const char *text, size_t len, import_fn *fn, void *data);
/* What stands behind perl's -M or -m: "A::B=c", "-A::B", "lib=DIR,DIR". */
int imports_perl_option(const char *text, size_t len, import_fn *fn, void *data);
/*
 * Ruby: require, require_relative, load, gem and autoload, and what is put into $LOAD_PATH; at
 * level 1 also what begins with __dir__ in one of the usual ways. The same is true of its quoting.
 */
int imports_ruby(const char *text, size_t len, import_fn *fn, void *data);

#endif

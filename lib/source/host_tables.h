/* SPDX-License-Identifier: Apache-2.0 */
/* source/host_tables.h: what is known of hosts and cannot be read off their files; from data/host.
 */
#ifndef SOURCE_HOST_TABLES_H
#define SOURCE_HOST_TABLES_H

#include <stddef.h>

struct host_hint {
	const char *when; /* how a soname starts, or "@iconv" */
	const char *path; /* absolute, or below "$LIBC", the directory of libc.so.6 */
};

/* A module that comes without being named. */
struct host_load {
	const char *language;
	const char *when; /* another module, or "@start", "@module", "@features" */
	const char *name;
};

/* Directories of modules. */
struct host_module {
	const char *kind; /* a language, "gems", "extensions" or "typelib" */
	const char *pattern;
};

extern const struct host_load host_loads[];
extern const size_t host_loads_len;
extern const struct host_module host_modules[];
extern const size_t host_modules_len;
/* What is known of a package. */
struct host_package {
	const char *kind; /* "umbrella", "single", "word", "maintainer" or "reader" */
	const char *name; /* a package; of an umbrella the end of a name; of a word a program */
	const char *word; /* of a reader: what it reads, a word of --keep; else NULL */
};

/* Files of packages that stay out. */
struct host_trim {
	const char *word;    /* of --keep */
	const char *pattern; /* "*" stands for any bytes */
};

struct host_pattern {
	const char *pattern;
};

extern const struct host_package host_packages[];
extern const size_t host_packages_len;
extern const struct host_trim host_trims[];
extern const size_t host_trims_len;
extern const struct host_pattern host_readables[]; /* not for everybody to read, and needed */
extern const size_t host_readables_len;
extern const struct host_hint host_hints[];
extern const size_t host_hints_len;

#endif

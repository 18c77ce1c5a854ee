/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_status.h: the parts of dpkg's database that are texts, read from memory. */
#ifndef SOURCE_DPKG_STATUS_H
#define SOURCE_DPKG_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/mem.h"
#include "codec/deb822.h"

struct ctx;

enum { DPKG_NONE = UINT32_MAX, DPKG_PACKAGES_MAX = 1000000 };

/* One package whose files are there: installed, or between that and being configured. */
struct dpkg_package {
	const char *name, *arch, *version;
	const char *id;      /* "name:arch" */
	const char *source;  /* of the source package */
	const char *section; /* or NULL */
	bool essential;
	bool same; /* Multi-Arch: same: its list may have the architecture in its name */
	/* As they stand; they point into the text that was read. */
	struct deb822_field depends, pre_depends, recommends, provides, conffiles;
};

/* What was said to lie elsewhere. */
struct dpkg_diversion {
	const char *from, *to;
	const char *by; /* package; NULL: of the administrator */
};

/* What the texts say. Everything lies in the arena but the arrays. */
struct dpkg_tables {
	struct arena arena;
	struct dpkg_package *packages; /* by name and architecture */
	size_t n_packages, cap_packages;
	struct dpkg_diversion *diversions;
	size_t n_diversions, cap_diversions;
	struct map diverted; /* diversions by from */
	struct map names;    /* first package by name */
	struct map provided; /* first package that provides a name */
};

void dpkg_tables_init(struct dpkg_tables *t);
void dpkg_tables_done(struct dpkg_tables *t);

/* Add the packages of a status file, sorted; text must outlive t. A paragraph without Package,
 * Version or Architecture of a package whose files are there, and one that is there twice, are
 * OCIT_E_FORMAT. */
int dpkg_status_read(struct ctx *cx, struct dpkg_tables *t, const char *text, size_t len);
/* Is it for compiling against a library: of section libdevel, in any area? */
bool dpkg_package_is_dev(const struct dpkg_package *p);
/* The package of this name, for by's architecture if there are several; DPKG_NONE: none. by may be
 * NULL. */
uint32_t dpkg_status_find(
	const struct dpkg_tables *t, const char *name, size_t len, const struct dpkg_package *by);
/* The same, or else the first that provides it. */
uint32_t dpkg_status_provider(
	const struct dpkg_tables *t, const char *name, size_t len, const struct dpkg_package *by);

/* A package of this host that satisfies a relation. Anything but 0 ends it. */
typedef int dpkg_target_fn(void *data, uint32_t package);
/*
 * Tell for each relation in a field of by who satisfies it here: the first alternative that is
 * installed, else the first that something installed provides. What nobody satisfies is passed
 * over.
 */
int dpkg_status_targets(const struct dpkg_tables *t, const struct deb822_field *field,
	const struct dpkg_package *by, dpkg_target_fn *fn, void *data);
/* Add diversions: three lines each, from, to, and the package or ":". */
int dpkg_diversions_read(struct ctx *cx, struct dpkg_tables *t, const char *text, size_t len);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg.c: the files of a Debian tree: found as source "files" does, and told by package. */
#include <string.h>

#include "model/spec.h"
#include "source/dpkg_db.h"
#include "source/files.h"
#include "source/packages.h"

extern const struct source_ops source_dpkg;

/* Where nobody asked for packages, a tree without them is for source "files". */
static int no_database(struct ctx *cx, const struct spec *spec, int r)
{
	if (!spec->source || strcmp(spec->source, source_dpkg.name) != 0) {
		ctx_clear(cx);
		return 0;
	}
	return advise(
		cx, within(cx, r, "no dpkg system"), "--source files reads the files themselves");
}

/* Read when the first file of the tree is asked for: a closure of store paths has none. */
static int need_database(struct ctx *cx, struct files *fs)
{
	int r;

	if (fs->packages)
		return 0;
	r = dpkg_db_open(cx, files_root_fd(fs), &fs->db);
	if (r < 0)
		return advise(cx, within(cx, r, "dpkg"), "--source files does without packages");
	return packages_open(cx, fs->spec, fs);
}

static int dpkg_open(struct ctx *cx, const struct spec *spec, struct source **ret)
{
	AUTO(files) struct files *fs = NULL;
	int r = files_open(cx, spec, &source_dpkg, &fs);

	*ret = NULL;
	if (r < 0)
		return r;
	r = dpkg_db_look(cx, files_root_fd(fs));
	if (r == OCIT_E_NOT_FOUND)
		return no_database(cx, spec, r);
	/* Packages that the description names must be there. */
	if (r == 0 && (spec->n_packages || spec->n_without))
		r = need_database(cx, fs);
	if (r < 0)
		return r;
	*ret = &take(&fs)->source;
	return 0;
}

static int dpkg_resolve(struct ctx *cx, struct source *s, struct facts *f, const struct want *want)
{
	int r = need_database(cx, (struct files *)s);

	return r < 0 ? r : files_op_resolve(cx, s, f, want);
}

const struct source_ops source_dpkg = {
	.name = "dpkg",
	.summary = "the same, with whole packages of dpkg",
	.open = dpkg_open,
	.claims = files_claims,
	.probe = files_probe,
	.resolve = dpkg_resolve,
	.expand = files_op_expand,
	.scan = NULL,
	.settle = packages_settle,
	.close = files_close,
};

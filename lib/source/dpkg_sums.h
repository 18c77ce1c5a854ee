/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_sums.h: what the files of a package were when it was installed, as dpkg remembers it.
 */
#ifndef SOURCE_DPKG_SUMS_H
#define SOURCE_DPKG_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "codec/deb822.h"
#include "codec/digest.h"

/* One file; path is not ended by NUL and stands as the package has it. */
struct dpkg_sum {
	const char *path; /* of a conffile with its first "/", else without */
	size_t len;
	struct digest md5;
	bool obsolete; /* a conffile that the package no longer has */
};

/* Anything but 0 ends it. */
typedef int dpkg_sum_fn(void *data, const struct dpkg_sum *sum);
/* Tell the lines of a field Conffiles. What has no MD5, as "newconffile", is passed over. */
int dpkg_conffiles_each(const struct deb822_field *field, dpkg_sum_fn *fn, void *data);
/* Tell the lines of a file PACKAGE.md5sums; what is no such line is passed over. */
int dpkg_sums_each(const char *text, size_t len, dpkg_sum_fn *fn, void *data);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/ldcache.h: /etc/ld.so.cache of glibc ("glibc-ld.so.cache1.1"), read from memory. */
#ifndef CODEC_LDCACHE_H
#define CODEC_LDCACHE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;

struct ldcache_entry {
	const char *soname;
	const char *path;
	uint32_t flags; /* glibc's: low byte 1 ELF, 3 libc6; 0x0300 x86-64, 0x0a00 aarch64 ... */
	uint64_t hwcap; /* non-zero: below glibc-hwcaps or an old hwcap directory */
};

struct ldcache {
	struct ldcache_entry *entries; /* in file order */
	size_t count;
};

/* Strings are copied to a; either byte order; a table of the old format before it is passed over.
 * An empty, old-format or damaged file is OCIT_E_FORMAT: treat it as no cache. */
int ldcache_read(
	struct ctx *cx, const void *bytes, size_t len, struct arena *a, struct ldcache *ret);

#endif

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

extern const struct host_hint host_hints[];
extern const size_t host_hints_len;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* codec/passwd.h: lines of passwd(5) and group(5). */
#ifndef CODEC_PASSWD_H
#define CODEC_PASSWD_H

#include <stddef.h>
#include <stdint.h>

struct passwd_field {
	const char *text; /* into what is read; not ended by NUL */
	size_t len;
};

/* One line; gid, home and shell are those of a user. */
struct passwd_line {
	struct passwd_field name; /* letters, digits, "_", "-" and ".", no "-" first; at most 32 */
	uint32_t id, gid;         /* at most 2147483647 */
	struct passwd_field home, shell;
};

/* Anything but 0 ends the reading. */
typedef int passwd_fn(void *data, const struct passwd_line *line);

/*
 * Tell the users of a text of passwd(5): seven fields, of which the password and the comment are
 * not told. What is no such line, is a comment or an entry of another database ("+"), or has an id
 * that is no plain number, is passed over. The time is linear, nothing is allocated. Returns what
 * fn returned.
 */
int passwd_read(const char *text, size_t len, passwd_fn *fn, void *data);
/* The same for the groups of a text of group(5): four fields, members are not told. */
int passwd_read_groups(const char *text, size_t len, passwd_fn *fn, void *data);

#endif

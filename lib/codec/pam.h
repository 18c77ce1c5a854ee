/* SPDX-License-Identifier: Apache-2.0 */
/* codec/pam.h: the lines of a file in /etc/pam.d. */
#ifndef CODEC_PAM_H
#define CODEC_PAM_H

#include <stdbool.h>
#include <stddef.h>

enum { PAM_LINE_MAX = 1024 }; /* bytes, lines that go on put together */

enum pam_kind {
	PAM_MODULE,  /* name is a file: a path, or a name in the directory of modules */
	PAM_INCLUDE, /* name is another file of rules: a path, or a name in the directory of this */
	PAM_SUBSTACK /* the same; its failures do not end the rules around it */
};

/* Strings are good until the next call. */
struct pam_rule {
	enum pam_kind kind;
	const char *type;    /* "auth", "account", "password", "session"; "" for "@include" */
	const char *control; /* as written, with brackets: "[success=1 default=ignore]" */
	const char *name;    /* not empty */
	bool optional;       /* "-auth": a module that is not there is no matter */
	size_t line;         /* where it begins, from 1 */
};

/* Anything but 0 ends the reading. */
typedef int pam_fn(void *data, const struct pam_rule *rule);

/*
 * Tell the rules of text. As in Linux-PAM a line goes on behind a backslash, '#' begins a comment,
 * and brackets keep a word together. What is no rule, has a type that nobody knows, or is longer
 * than PAM_LINE_MAX, is passed over. The time is linear. Returns what fn returned.
 */
int pam_read(const char *text, size_t len, pam_fn *fn, void *data);

#endif

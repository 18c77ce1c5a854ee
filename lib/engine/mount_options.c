/* SPDX-License-Identifier: Apache-2.0 */
/* engine/mount_options.c: what the options of one mount may be. */
#include "engine/mount_options.h"

#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "model/spec.h"

enum { OPTIONS_MAX = 64 };

/* Options of which at most one can hold have the same subject. */
struct known_option {
	const char *name;
	const char *subject; /* NULL: none contradicts it */
	bool newer;          /* than 1.0 of the runtime specification */
};

/* The runtime's own options (runtime specification, "Linux mount options"). */
static const struct known_option known[] = {
	{ "async", "sync", false },
	{ "sync", "sync", false },
	{ "atime", "atime", false },
	{ "noatime", "atime", false },
	{ "relatime", "relatime", false },
	{ "norelatime", "relatime", false },
	{ "strictatime", "strictatime", false },
	{ "nostrictatime", "strictatime", false },
	{ "diratime", "diratime", false },
	{ "nodiratime", "diratime", false },
	{ "bind", "bind", false },
	{ "rbind", "bind", false },
	{ "defaults", NULL, false },
	{ "dev", "dev", false },
	{ "nodev", "dev", false },
	{ "dirsync", NULL, false },
	{ "exec", "exec", false },
	{ "noexec", "exec", false },
	{ "iversion", "iversion", false },
	{ "noiversion", "iversion", false },
	{ "lazytime", "lazytime", false },
	{ "nolazytime", "lazytime", false },
	{ "loud", "silent", false },
	{ "silent", "silent", false },
	{ "mand", "mand", false },
	{ "nomand", "mand", false },
	{ "private", "private", false },
	{ "shared", "private", false },
	{ "slave", "private", false },
	{ "unbindable", "private", false },
	{ "rprivate", "rprivate", false },
	{ "rshared", "rprivate", false },
	{ "rslave", "rprivate", false },
	{ "runbindable", "rprivate", false },
	{ "remount", NULL, false },
	{ "ro", "ro", false },
	{ "rw", "ro", false },
	{ "suid", "suid", false },
	{ "nosuid", "suid", false },
	{ "symfollow", "symfollow", false },
	{ "nosymfollow", "symfollow", false },
	{ "ratime", "ratime", true },
	{ "rnoatime", "ratime", true },
	{ "rrelatime", "rrelatime", true },
	{ "rnorelatime", "rrelatime", true },
	{ "rstrictatime", "rstrictatime", true },
	{ "rnostrictatime", "rstrictatime", true },
	{ "rdiratime", "rdiratime", true },
	{ "rnodiratime", "rdiratime", true },
	{ "rdev", "rdev", true },
	{ "rnodev", "rdev", true },
	{ "rexec", "rexec", true },
	{ "rnoexec", "rexec", true },
	{ "rro", "rro", true },
	{ "rrw", "rro", true },
	{ "rsuid", "rsuid", true },
	{ "rnosuid", "rsuid", true },
	{ "rsymfollow", "rsymfollow", true },
	{ "rnosymfollow", "rsymfollow", true },
	{ "tmpcopyup", NULL, false },
};

static const char *const tmpfs_keys[] = {
	"gid",
	"huge",
	"inode32",
	"inode64",
	"mode",
	"mpol",
	"nr_blocks",
	"nr_inodes",
	"noswap",
	"size",
	"uid",
};

static bool has_bind(const struct mount *m)
{
	for (size_t i = 0; i < m->n_options; i++)
		if (!strcmp(m->options[i], "bind") || !strcmp(m->options[i], "rbind"))
			return true;
	return false;
}

bool mount_is_bind(const struct mount *m)
{
	return !m->type || !strcmp(m->type, "bind") || !strcmp(m->type, "none") || has_bind(m);
}

/* NULL means "the runtime passes it to the file system". */
static const struct known_option *option_find(const char *option)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, option))
			return &known[i];
	return NULL;
}

const char *mount_option_newer(const struct mount *m)
{
	for (size_t i = 0; i < m->n_options; i++) {
		const struct known_option *o = option_find(m->options[i]);

		if (o && o->newer)
			return o->name;
	}
	return NULL;
}

static bool is_tmpfs_option(const char *option)
{
	size_t len = strcspn(option, "=");

	for (size_t i = 0; i < sizeof(tmpfs_keys) / sizeof(tmpfs_keys[0]); i++)
		if (strlen(tmpfs_keys[i]) == len && !memcmp(tmpfs_keys[i], option, len))
			return true;
	return false;
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static int check_known(struct ctx *cx, const struct mount *m, const char *option)
{
	if (!strcmp(option, "idmap") || !strcmp(option, "ridmap"))
		return fail(cx, OCIT_E_FORMAT, "option '%s' needs a user namespace", option);
	if (option_find(option))
		return 0;
	if (mount_is_bind(m))
		return fail(cx, OCIT_E_FORMAT, "option '%s' means nothing to a bind mount", option);
	if (!strcmp(m->type, "tmpfs") && !is_tmpfs_option(option))
		return fail(cx, OCIT_E_FORMAT, "option '%s' is not known to tmpfs", option);
	return 0;
}

static int check_form(struct ctx *cx, const char *option)
{
	if (!*option)
		return fail(cx, OCIT_E_FORMAT, "an option is empty");
	if (strchr(option, ','))
		return fail(cx, OCIT_E_FORMAT, "option '%s' has a comma: give two options", option);
	if (has_control(option))
		return fail(cx, OCIT_E_FORMAT, "option '%s' has control bytes", option);
	return 0;
}

/* Two values of one key ("size=1m", "size=2m") contradict each other as "ro" and "rw" do. */
static int check_pair(struct ctx *cx, const char *first, const char *second)
{
	const struct known_option *a = option_find(first), *b = option_find(second);
	size_t key = strcspn(first, "=");

	if (!strcmp(first, second))
		return fail(cx, OCIT_E_FORMAT, "option '%s' is there twice", first);
	if (a && b && a->subject && b->subject && !strcmp(a->subject, b->subject))
		return fail(cx, OCIT_E_FORMAT, "options '%s' and '%s' contradict each other", first,
			second);
	if (first[key] && !strncmp(first, second, key + 1))
		return fail(cx, OCIT_E_FORMAT, "options '%s' and '%s' contradict each other", first,
			second);
	return 0;
}

int mount_options_check(struct ctx *cx, const struct mount *m)
{
	int r = 0;

	if (m->n_options > OPTIONS_MAX)
		return fail(cx, OCIT_E_LIMIT, "%zu options, limit %d", m->n_options, OPTIONS_MAX);
	if (mount_is_bind(m) && !has_bind(m))
		return advise(cx,
			fail(cx, OCIT_E_FORMAT, "type '%s' without option 'bind' or 'rbind'",
				m->type ? m->type : "none"),
			"runtimes know a bind mount by its option");
	for (size_t i = 0; i < m->n_options && !r; i++) {
		r = check_form(cx, m->options[i]);
		if (!r)
			r = check_known(cx, m, m->options[i]);
		for (size_t j = 0; j < i && !r; j++)
			r = check_pair(cx, m->options[j], m->options[i]);
	}
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* engine/mounts.c: the system's mounts, the user's among and behind them, and where they may lie.
 */
#include "engine/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/text.h"
#include "engine/mount_options.h"

struct system_mount {
	const char *destination, *type, *source;
	const char *options[7]; /* up to the first NULL */
};

static const struct system_mount system_mounts[] = {
	{ "/proc", "proc", "proc", { "nosuid", "noexec", "nodev" } },
	{ "/dev", "tmpfs", "tmpfs", { "nosuid", "strictatime", "mode=755", "size=65536k" } },
	{ "/dev/pts", "devpts", "devpts",
		{ "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5" } },
	{ "/dev/shm", "tmpfs", "shm", { "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" } },
	{ "/dev/mqueue", "mqueue", "mqueue", { "nosuid", "noexec", "nodev" } },
	{ "/sys", "sysfs", "sysfs", { "nosuid", "noexec", "nodev", "ro" } },
	{ "/sys/fs/cgroup", "cgroup", "cgroup", { "nosuid", "noexec", "nodev", "relatime", "ro" } },
};

enum { N_SYSTEM = sizeof(system_mounts) / sizeof(system_mounts[0]), DESTINATION_SHOWN = 256 };

/* File systems whose source is a word, a remote name or nothing at all. */
static const char *const sourceless[] = {
	"9p",
	"binfmt_misc",
	"bpf",
	"ceph",
	"cgroup",
	"cgroup2",
	"cifs",
	"configfs",
	"debugfs",
	"devpts",
	"devtmpfs",
	"efivarfs",
	"fuse",
	"fusectl",
	"hugetlbfs",
	"mqueue",
	"nfs",
	"nfs4",
	"overlay",
	"proc",
	"pstore",
	"ramfs",
	"securityfs",
	"selinuxfs",
	"sysfs",
	"tmpfs",
	"tracefs",
	"virtiofs",
};

static bool type_needs_path(const struct mount *m)
{
	if (mount_is_bind(m))
		return true;
	for (size_t i = 0; i < sizeof(sourceless) / sizeof(sourceless[0]); i++)
		if (!strcmp(m->type, sourceless[i]))
			return false;
	return !text_starts(m->type, "fuse.");
}

static int fail_relative(struct ctx *cx, const struct spec *spec, const struct mount *m)
{
	int r = fail(cx, OCIT_E_FORMAT, "source '%s' is not absolute", m->source);

	if (!m->option)
		return advise(cx, r, "runtimes would look it up inside the bundle");
	if (!spec->directory)
		return advise(cx, r,
			"give an absolute path: there is no caller's directory (--root turns it "
			"off)");
	return advise(cx, r, "'./%s' is the one in the caller's directory", m->source);
}

static int resolve_source(struct ctx *cx, const struct spec *spec, struct arena *a, struct mount *m)
{
	if (!type_needs_path(m))
		return 0;
	if (!m->source)
		return fail(cx, OCIT_E_FORMAT, "a mount of type '%s' needs a source",
			m->type ? m->type : "none");
	if (m->source[0] != '/') {
		int r = spec_mount_source(cx, spec, m, a, &m->source);

		if (r < 0)
			return r;
	}
	return m->source[0] == '/' ? 0 : fail_relative(cx, spec, m);
}

static bool on_system_mount(const char *destination, size_t *ret)
{
	for (size_t i = 0; i < N_SYSTEM; i++) {
		if (!strcmp(system_mounts[i].destination, destination)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* The destination without its final "/", checked. */
static int destination_clean(struct ctx *cx, const char *given, struct arena *a, const char **ret)
{
	size_t len = strlen(given), index;
	char *clean;

	if (given[0] != '/')
		return fail(cx, OCIT_E_FORMAT, "the destination is not absolute");
	if (!given[1])
		return fail(cx, OCIT_E_FORMAT, "the destination is the root itself");
	clean = arena_copy(a, given, given[len - 1] == '/' ? len - 1 : len);
	if (!clean)
		return fail_nomem(cx);
	if (!path_is_clean(clean) || !clean[1])
		return fail(cx, OCIT_E_FORMAT,
			"the destination is over 4095 bytes or has '//', '.', '..' or a newline");
	if (path_within(clean, "/proc") ||
		(path_within(clean, "/sys") && !on_system_mount(clean, &index)))
		return fail(cx, OCIT_E_FORMAT, "nothing can be mounted at or below '%s'",
			clean[1] == 'p' ? "/proc" : "/sys");
	*ret = clean;
	return 0;
}

int mount_within(struct ctx *cx, int r, const struct mount *m)
{
	if (!m->option)
		return within(cx, r, "mount '%.*s'", DESTINATION_SHOWN, m->destination);
	return within(cx, r, "mount '%.*s' (--%s)", DESTINATION_SHOWN, m->destination, m->option);
}

static int mount_check(struct ctx *cx, const struct spec *spec, const struct mount *m,
	struct arena *a, struct mount *ret)
{
	struct mount checked = *m;
	int r = destination_clean(cx, m->destination, a, &checked.destination);

	if (!r)
		r = resolve_source(cx, spec, a, &checked);
	if (!r)
		r = mount_options_check(cx, m);
	if (r < 0)
		return mount_within(cx, r, m);
	*ret = checked;
	return 0;
}

static int by_destination(const void *a, const void *b)
{
	const struct mount *x = a, *y = b;

	return strcmp(x->destination, y->destination);
}

static int check_unique(struct ctx *cx, const struct mount *sorted, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!strcmp(sorted[i - 1].destination, sorted[i].destination))
			return mount_within(cx,
				fail(cx, OCIT_E_FORMAT, "the destination is there twice"),
				&sorted[i]);
	return 0;
}

static int system_add(struct ctx *cx, struct arena *a, struct mount *out)
{
	for (size_t i = 0; i < N_SYSTEM; i++) {
		const struct system_mount *sm = &system_mounts[i];
		size_t n = 0;

		while (n < sizeof(sm->options) / sizeof(sm->options[0]) && sm->options[n])
			n++;
		out[i] = (struct mount){
			.destination = sm->destination,
			.type = sm->type,
			.source = sm->source,
			.options = arena_array(a, n, sizeof(*out[i].options)),
			.n_options = n,
			.has_options = true,
		};
		if (!out[i].options)
			return fail_nomem(cx);
		memcpy(out[i].options, sm->options, n * sizeof(*out[i].options));
	}
	return 0;
}

int mounts_resolve(struct ctx *cx, const struct spec *spec, struct arena *a, struct mount_list *ret)
{
	struct mount *user = arena_array(a, spec->n_mounts, sizeof(*user));
	struct mount *all = arena_array(a, N_SYSTEM + spec->n_mounts, sizeof(*all));
	size_t count = N_SYSTEM, index;
	int r = user && all ? system_add(cx, a, all) : fail_nomem(cx);

	for (size_t i = 0; i < spec->n_mounts && !r; i++)
		r = mount_check(cx, spec, &spec->mounts[i], a, &user[i]);
	if (r < 0)
		return r;
	qsort(user, spec->n_mounts, sizeof(*user), by_destination);
	r = check_unique(cx, user, spec->n_mounts);
	if (r < 0)
		return r;
	for (size_t i = 0; i < spec->n_mounts; i++) {
		if (on_system_mount(user[i].destination, &index))
			all[index] = user[i];
		else
			all[count++] = user[i];
	}
	*ret = (struct mount_list){ .mounts = all, .count = count, .n_system = N_SYSTEM };
	return 0;
}

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

/* A user namespace may not mount sysfs where the host hides parts of it: it gets the host's. */
static const struct system_mount rootless_sys = { "/sys", "none", "/sys",
	{ "rbind", "nosuid", "noexec", "nodev", "ro" } };

/* With the host's network its names hold, too. */
static const struct system_mount network_files[] = {
	{ "/etc/hosts", "none", "/etc/hosts", { "bind", "nosuid", "noexec", "nodev", "ro" } },
	{ "/etc/resolv.conf", "none", "/etc/resolv.conf",
		{ "bind", "nosuid", "noexec", "nodev", "ro" } },
};

enum {
	N_SYSTEM = sizeof(system_mounts) / sizeof(system_mounts[0]),
	N_NETWORK = sizeof(network_files) / sizeof(network_files[0]),
	DESTINATION_SHOWN = 256
};

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

static bool is_system_place(const char *destination)
{
	for (size_t i = 0; i < N_SYSTEM; i++)
		if (!strcmp(system_mounts[i].destination, destination))
			return true;
	return false;
}

/* What the runtime makes in /dev by itself, and file systems whose entries are the kernel's. */
static const char *find_kernel_place(const char *destination)
{
	static const char *const exact[] = { "/dev/console", "/dev/fd", "/dev/full", "/dev/null",
		"/dev/ptmx", "/dev/random", "/dev/stderr", "/dev/stdin", "/dev/stdout", "/dev/tty",
		"/dev/urandom", "/dev/zero" };
	static const char *const above[] = { "/dev/mqueue", "/dev/pts" };

	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
		if (path_within(destination, exact[i]))
			return exact[i];
	for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++)
		if (path_within(destination, above[i]) && strcmp(destination, above[i]) != 0)
			return above[i];
	return NULL;
}

static int check_place(struct ctx *cx, const char *destination)
{
	const char *kernel = find_kernel_place(destination);

	if (path_within(destination, "/proc") ||
		(path_within(destination, "/sys") && !is_system_place(destination)))
		return fail(cx, OCIT_E_FORMAT, "nothing can be mounted at or below '%s'",
			destination[1] == 'p' ? "/proc" : "/sys");
	if (!kernel)
		return 0;
	if (is_system_place(kernel))
		return fail(cx, OCIT_E_FORMAT, "nothing can be mounted below '%s'", kernel);
	return fail(cx, OCIT_E_FORMAT, "'%s' is the runtime's: every container has it", kernel);
}

/* The destination without its final "/", checked. */
static int destination_clean(struct ctx *cx, const char *given, struct arena *a, const char **ret)
{
	size_t len = strlen(given);
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
	*ret = clean;
	return check_place(cx, clean);
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

/* Does an option name a group that the container does not have? */
static bool is_foreign_group(const struct spec *spec, const char *option)
{
	uint64_t gid;

	return spec_is_rootless(spec) && text_starts(option, "gid=") &&
	       text_u64(option + 4, strlen(option + 4), UINT32_MAX, &gid) &&
	       !id_is_mapped(&spec->gid_maps, (uint32_t)gid);
}

static int system_add(struct ctx *cx, const struct spec *spec, struct arena *a,
	const struct system_mount *sm, struct mount *ret)
{
	enum { OPTIONS_MAX = sizeof(sm->options) / sizeof(sm->options[0]) };

	*ret = (struct mount){
		.destination = sm->destination,
		.type = sm->type,
		.source = sm->source,
		.options = arena_array(a, OPTIONS_MAX, sizeof(*ret->options)),
		.has_options = true,
	};
	if (!ret->options)
		return fail_nomem(cx);
	for (size_t i = 0; i < OPTIONS_MAX && sm->options[i]; i++)
		if (!is_foreign_group(spec, sm->options[i]))
			ret->options[ret->n_options++] = sm->options[i];
	return 0;
}

/* A user namespace has no right to a control group file system, and sees the host's below /sys. */
static const struct system_mount *system_choose(const struct spec *spec, size_t i)
{
	const struct system_mount *sm = &system_mounts[i];

	if (!spec_is_rootless(spec) || !path_within(sm->destination, "/sys"))
		return sm;
	return strcmp(sm->destination, "/sys") ? NULL : &rootless_sys;
}

static int systems_add(
	struct ctx *cx, const struct spec *spec, struct arena *a, struct mount *out, size_t *ret_n)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < N_SYSTEM && !r; i++) {
		const struct system_mount *sm = system_choose(spec, i);

		if (sm)
			r = system_add(cx, spec, a, sm, &out[n++]);
	}
	for (size_t i = 0; i < N_NETWORK && spec->host_network && !r; i++) {
		r = system_add(cx, spec, a, &network_files[i], &out[n]);
		out[n++].source_is_file = true;
	}
	*ret_n = n;
	return r;
}

/* In its place among the system's, or behind them. */
static void user_add(struct mount_list *list, struct mount *all, const struct mount *m)
{
	size_t i = 0;

	while (i < list->n_system && strcmp(all[i].destination, m->destination) != 0)
		i++;
	all[i < list->n_system ? i : list->count++] = *m;
}

int mounts_resolve(struct ctx *cx, const struct spec *spec, struct arena *a, struct mount_list *ret)
{
	struct mount *user = arena_array(a, spec->n_mounts, sizeof(*user));
	struct mount *all = arena_array(a, N_SYSTEM + N_NETWORK + spec->n_mounts, sizeof(*all));
	struct mount_list list = { .mounts = all };
	int r = user && all ? systems_add(cx, spec, a, all, &list.n_system) : fail_nomem(cx);

	for (size_t i = 0; i < spec->n_mounts && !r; i++)
		r = mount_check(cx, spec, &spec->mounts[i], a, &user[i]);
	if (r < 0)
		return r;
	qsort(user, spec->n_mounts, sizeof(*user), by_destination);
	r = check_unique(cx, user, spec->n_mounts);
	if (r < 0)
		return r;
	list.count = list.n_system;
	for (size_t i = 0; i < spec->n_mounts; i++)
		user_add(&list, all, &user[i]);
	*ret = list;
	return 0;
}

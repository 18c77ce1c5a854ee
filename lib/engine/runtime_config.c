/* SPDX-License-Identifier: Apache-2.0 */
/* engine/runtime_config.c: config.json of the runtime specification. */
#include "engine/runtime_config.h"

#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"
#include "codec/json_out.h"
#include "engine/config_merge.h"
#include "engine/mount_options.h"
#include "engine/mounts.h"
#include "engine/seccomp.h"
#include "engine/seccomp_table.h"
#include "model/spec.h"

enum { INDENT = 2 };

/* What shows or changes the host through /proc and /sys. */
static const char *const masked_paths[] = {
	"/proc/acpi",
	"/proc/asound",
	"/proc/interrupts",
	"/proc/kcore",
	"/proc/keys",
	"/proc/latency_stats",
	"/proc/sched_debug",
	"/proc/scsi",
	"/proc/timer_list",
	"/proc/timer_stats",
	"/sys/devices/virtual/powercap",
	"/sys/firmware",
	NULL,
};

static const char *const readonly_paths[] = {
	"/proc/bus",
	"/proc/fs",
	"/proc/irq",
	"/proc/sys",
	"/proc/sysrq-trigger",
	NULL,
};

/* In the order they are written. */
static const char *const namespaces[] = { "user", "pid", "network", "mount", "ipc", "uts",
	"cgroup" };
enum { NAMESPACES = sizeof(namespaces) / sizeof(namespaces[0]) };

static const struct limit default_limits[] = {
	{ .name = "RLIMIT_CORE", .soft = 0, .hard = 0 },
	{ .name = "RLIMIT_NOFILE", .soft = 1024, .hard = 1024 },
};
enum { DEFAULT_LIMITS = sizeof(default_limits) / sizeof(default_limits[0]) };

static bool is_hardened(const struct spec *s)
{
	return s->profile == PROFILE_HARDENED;
}

static void strings_write(struct json_out *out, const char *key, const char *const *s, size_t n)
{
	json_out_key(out, key);
	json_out_array(out);
	for (size_t i = 0; i < n; i++)
		json_out_string(out, s[i]);
	json_out_end_array(out);
}

static void paths_write(struct json_out *out, const char *key, const char *const *paths)
{
	size_t n = 0;

	while (paths[n])
		n++;
	strings_write(out, key, paths, n);
}

static void user_write(struct json_out *out, const struct runtime_config *rc)
{
	json_out_key(out, "user");
	json_out_object(out);
	json_out_key_u64(out, "uid", rc->uid);
	json_out_key_u64(out, "gid", rc->gid);
	if (rc->n_groups) {
		json_out_key(out, "additionalGids");
		json_out_array(out);
		for (size_t i = 0; i < rc->n_groups; i++)
			json_out_u64(out, rc->groups[i]);
		json_out_end_array(out);
	}
	json_out_end_object(out);
}

/* A variable that has a default; the user's value wins. */
struct variable {
	const char *prefix; /* "NAME=" */
	const char *value;  /* NULL: no default this time */
};

enum { VARIABLES = 3 };

static const char *env_find(const struct spec *s, const char *prefix)
{
	for (size_t i = 0; i < s->n_env; i++)
		if (text_starts(s->env[i], prefix))
			return s->env[i];
	return NULL;
}

static bool is_written(const struct variable variables[VARIABLES], const char *pair)
{
	for (size_t i = 0; i < VARIABLES; i++)
		if (variables[i].value && text_starts(pair, variables[i].prefix))
			return true;
	return false;
}

static void variable_write(struct json_out *out, const struct spec *s, const struct variable *v)
{
	const char *given = env_find(s, v->prefix);
	struct buf pair;

	if (!v->value)
		return;
	if (given) {
		json_out_string(out, given);
		return;
	}
	buf_init(&pair, SIZE_MAX);
	buf_str(&pair, v->prefix);
	buf_str(&pair, v->value);
	if (pair.error && !out->buf->error)
		out->buf->error = pair.error;
	else
		json_out_bytes(out, pair.data, pair.len);
	buf_done(&pair);
}

static void env_write(struct json_out *out, const struct runtime_config *rc)
{
	const struct spec *s = rc->spec;
	const struct variable variables[VARIABLES] = {
		{ "PATH=", spec_path(s) },
		{ "HOME=", rc->home },
		{ "TERM=", s->terminal ? "xterm" : NULL },
	};

	json_out_key(out, "env");
	json_out_array(out);
	for (size_t i = 0; i < VARIABLES; i++)
		variable_write(out, s, &variables[i]);
	for (size_t i = 0; i < s->n_env; i++)
		if (!is_written(variables, s->env[i]))
			json_out_string(out, s->env[i]);
	json_out_end_array(out);
}

/* Inheritable and ambient ones would reach programs that nobody gave any: they stay empty. */
static void capabilities_write(struct json_out *out, const struct spec *s)
{
	json_out_key(out, "capabilities");
	json_out_object(out);
	strings_write(out, "bounding", s->capabilities, s->n_capabilities);
	strings_write(out, "effective", s->capabilities, s->n_capabilities);
	strings_write(out, "inheritable", NULL, 0);
	strings_write(out, "permitted", s->capabilities, s->n_capabilities);
	strings_write(out, "ambient", NULL, 0);
	json_out_end_object(out);
}

static void limit_write(struct json_out *out, const struct limit *l)
{
	json_out_object(out);
	json_out_key_string(out, "type", l->name);
	json_out_key_u64(out, "hard", l->hard);
	json_out_key_u64(out, "soft", l->soft);
	json_out_end_object(out);
}

/* Two lists sorted by name become one; the user's limit wins. */
static void limits_write(struct json_out *out, const struct spec *s)
{
	size_t i = 0, j = 0;

	json_out_key(out, "rlimits");
	json_out_array(out);
	while (i < DEFAULT_LIMITS || j < s->n_limits) {
		int order = i == DEFAULT_LIMITS ? 1
			    : j == s->n_limits  ? -1
						: strcmp(default_limits[i].name, s->limits[j].name);

		limit_write(out, order < 0 ? &default_limits[i] : &s->limits[j]);
		i += order <= 0;
		j += order >= 0;
	}
	json_out_end_array(out);
}

static void process_write(struct json_out *out, const struct runtime_config *rc)
{
	const struct spec *s = rc->spec;

	json_out_key(out, "process");
	json_out_object(out);
	json_out_key_bool(out, "terminal", s->terminal);
	user_write(out, rc);
	strings_write(out, "args", s->args, s->n_args);
	env_write(out, rc);
	json_out_key_string(out, "cwd", rc->cwd);
	capabilities_write(out, s);
	if (is_hardened(s))
		limits_write(out, s);
	json_out_key_bool(out, "noNewPrivileges", s->no_new_privileges);
	json_out_end_object(out);
}

static void root_write(struct json_out *out, const struct spec *s)
{
	json_out_key(out, "root");
	json_out_object(out);
	json_out_key_string(out, "path", "rootfs");
	json_out_key_bool(out, "readonly", s->readonly);
	json_out_end_object(out);
}

static void mounts_write(struct json_out *out, const struct mount_list *list)
{
	json_out_key(out, "mounts");
	json_out_array(out);
	for (size_t i = 0; i < list->count; i++) {
		const struct mount *m = &list->mounts[i];

		json_out_object(out);
		json_out_key_string(out, "destination", m->destination);
		if (m->type)
			json_out_key_string(out, "type", m->type);
		if (m->source)
			json_out_key_string(out, "source", m->source);
		if (m->has_options)
			strings_write(out, "options", m->options, m->n_options);
		json_out_end_object(out);
	}
	json_out_end_array(out);
}

static void sysctl_write(struct json_out *out, const struct spec *s)
{
	if (!s->n_sysctls)
		return;
	json_out_key(out, "sysctl");
	json_out_object(out);
	for (size_t i = 0; i < s->n_sysctls; i++)
		json_out_key_string(out, s->sysctls[i].name, s->sysctls[i].value);
	json_out_end_object(out);
}

/* Nothing is allowed but what is given. */
static void device_rules_write(struct json_out *out, const struct spec *s)
{
	json_out_key(out, "devices");
	json_out_array(out);
	json_out_object(out);
	json_out_key_bool(out, "allow", false);
	json_out_key_string(out, "access", "rwm");
	json_out_end_object(out);
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];
		const char type[] = { d->type, '\0' };

		json_out_object(out);
		json_out_key_bool(out, "allow", true);
		json_out_key_string(out, "type", type);
		json_out_key_u64(out, "major", (uint64_t)d->major);
		json_out_key_u64(out, "minor", (uint64_t)d->minor);
		json_out_key_string(out, "access", d->access);
		json_out_end_object(out);
	}
	json_out_end_array(out);
}

static void optional_write(struct json_out *out, const char *key, int64_t value)
{
	if (value >= 0)
		json_out_key_u64(out, key, (uint64_t)value);
}

static void devices_write(struct json_out *out, const struct spec *s)
{
	if (!s->n_devices)
		return;
	json_out_key(out, "devices");
	json_out_array(out);
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = &s->devices[i];
		const char type[] = { d->type, '\0' };

		json_out_object(out);
		json_out_key_string(out, "type", type);
		json_out_key_string(out, "path", d->path);
		json_out_key_u64(out, "major", (uint64_t)d->major);
		json_out_key_u64(out, "minor", (uint64_t)d->minor);
		optional_write(out, "fileMode", d->mode);
		optional_write(out, "uid", d->uid);
		optional_write(out, "gid", d->gid);
		json_out_end_object(out);
	}
	json_out_end_array(out);
}

static void maps_write(struct json_out *out, const char *key, const struct id_maps *maps)
{
	json_out_key(out, key);
	json_out_array(out);
	for (size_t i = 0; i < maps->n; i++) {
		json_out_object(out);
		json_out_key_u64(out, "containerID", maps->list[i].container);
		json_out_key_u64(out, "hostID", maps->list[i].host);
		json_out_key_u64(out, "size", maps->list[i].size);
		json_out_end_object(out);
	}
	json_out_end_array(out);
}

/* Does the spec ask for the limit, or may the default stand? Most users who need a user namespace
 * have no control group to set limits in, and runtimes then refuse to start. */
static bool is_limited(const struct spec *s, const char *field)
{
	return !spec_is_rootless(s) || spec_is_given(s, field);
}

static void resources_write(struct json_out *out, const struct spec *s)
{
	const struct resources *r = &s->resources;
	bool pids = r->pids != PIDS_UNLIMITED && is_limited(s, "resources.pids");

	/* Nobody makes a device node in a user namespace: there is nothing to deny. */
	if (spec_is_rootless(s) && !r->memory && !r->cpu_quota && !pids)
		return;
	json_out_key(out, "resources");
	json_out_object(out);
	if (!spec_is_rootless(s))
		device_rules_write(out, s);
	if (r->memory) {
		json_out_key(out, "memory");
		json_out_object(out);
		json_out_key_u64(out, "limit", r->memory);
		json_out_end_object(out);
	}
	if (r->cpu_quota) {
		json_out_key(out, "cpu");
		json_out_object(out);
		json_out_key_u64(out, "quota", r->cpu_quota);
		json_out_key_u64(out, "period", CPU_PERIOD_US);
		json_out_end_object(out);
	}
	if (pids) {
		json_out_key(out, "pids");
		json_out_object(out);
		json_out_key(out, "limit");
		json_out_i64(out, r->pids);
		json_out_end_object(out);
	}
	json_out_end_object(out);
}

static bool has_namespace(const struct spec *s, const char *name)
{
	if (!strcmp(name, "user"))
		return spec_is_rootless(s);
	if (!strcmp(name, "network"))
		return !s->host_network;
	return is_hardened(s) || strcmp(name, "cgroup") != 0; /* the seed has none */
}

static void namespaces_write(struct json_out *out, const struct spec *s)
{
	json_out_key(out, "namespaces");
	json_out_array(out);
	for (size_t i = 0; i < NAMESPACES; i++) {
		if (!has_namespace(s, namespaces[i]))
			continue;
		json_out_object(out);
		json_out_key_string(out, "type", namespaces[i]);
		json_out_end_object(out);
	}
	json_out_end_array(out);
}

/* machine: NULL writes no seccomp profile. */
static void linux_write(
	struct json_out *out, const struct spec *s, const struct seccomp_machine *machine)
{
	bool hardened = is_hardened(s);

	json_out_key(out, "linux");
	json_out_object(out);
	if (spec_is_rootless(s)) {
		maps_write(out, "uidMappings", &s->uid_maps);
		maps_write(out, "gidMappings", &s->gid_maps);
	}
	sysctl_write(out, s);
	if (hardened)
		resources_write(out, s);
	namespaces_write(out, s);
	devices_write(out, s);
	if (machine) {
		json_out_key(out, "seccomp");
		seccomp_write(machine, s, out);
	}
	if (hardened) {
		paths_write(out, "maskedPaths", masked_paths);
		paths_write(out, "readonlyPaths", readonly_paths);
	}
	json_out_end_object(out);
}

/* The lowest version that has everything used; the seed's is fixed, so nothing newer fits. */
static int version_find(struct ctx *cx, const struct runtime_config *rc,
	const struct seccomp_machine *machine, const char **ret)
{
	const char *version = "1.0.0";

	if (machine)
		version = machine->oci_version ? machine->oci_version : "1.1.0";
	for (size_t i = 0; i < rc->mounts->count && !machine; i++) {
		const struct mount *m = &rc->mounts->mounts[i];
		const char *option = mount_option_newer(m);

		if (!option)
			continue;
		if (!is_hardened(rc->spec))
			return fail(cx, OCIT_E_FORMAT,
				"mount '%s': option '%s' is newer than the version 1.0.0 that "
				"'profile' seed writes",
				m->destination, option);
		version = "1.1.0";
	}
	*ret = version;
	return 0;
}

/* Everything else was checked when the description was read. */
static int check_places(struct ctx *cx, const struct runtime_config *rc)
{
	size_t bad;

	if (!path_is_clean(rc->cwd))
		return fail(cx, OCIT_E_BUG, "working directory '%s' is not clean", rc->cwd);
	if (!text_utf8(rc->cwd, strlen(rc->cwd), &bad))
		return fail(cx, OCIT_E_FORMAT,
			"working directory '%s': byte %zu is not UTF-8: config.json cannot hold it",
			rc->cwd, bad);
	if (!text_utf8(rc->home, strlen(rc->home), &bad))
		return fail(cx, OCIT_E_FORMAT, "home directory '%s': byte %zu is not UTF-8",
			rc->home, bad);
	return 0;
}

int runtime_config_write(struct ctx *cx, const struct runtime_config *rc, struct buf *ret)
{
	const struct spec *s = rc->spec;
	const struct seccomp_machine *machine = NULL;
	const char *version = NULL;
	struct json_out out;
	int r = check_places(cx, rc);

	if (!r && is_hardened(s) && !s->seccomp_unconfined && !s->seccomp)
		r = seccomp_machine_find(cx, rc->machine, &machine);
	if (!r)
		r = version_find(cx, rc, machine, &version);
	if (r < 0)
		return r;

	json_out_init(&out, ret, INDENT);
	json_out_object(&out);
	json_out_key_string(&out, "ociVersion", version);
	process_write(&out, rc);
	root_write(&out, s);
	if (is_hardened(s) || s->hostname)
		json_out_key_string(&out, "hostname", spec_hostname(s));
	mounts_write(&out, rc->mounts);
	linux_write(&out, s, machine);
	json_out_end_object(&out);
	json_out_finish(&out);
	r = buf_check(cx, ret);
	return r < 0 ? r : config_merge(cx, s, ret);
}

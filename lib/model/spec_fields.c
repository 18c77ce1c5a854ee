/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_fields.c: the one table of fields, and the place in the input that messages name. */
#include "model/spec_fields.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct spec_field table[] = {
	{
		.name = "args",
		.option = "arg",
		.served = true,
		.repeats = true,
		.help = "STRING: one more element of process.args",
		.json = json_args,
		.text = text_arg,
	},
	{
		.name = "mounts",
		.option = "volume",
		.served = true,
		.repeats = true,
		.help = "SRC:DST[:ro|rw]: bind a path of the host, read-only unless rw",
		.json = json_mounts,
		.text = text_volume,
	},
	{
		.option = "mount",
		.served = true,
		.repeats = true,
		.help = "type=TYPE,src=SRC,dst=DST[,OPTION...]: a mount in full",
		.text = text_mount,
	},
	{
		.option = "tmpfs",
		.served = true,
		.repeats = true,
		.help = "DST[:OPTION,...]: an empty file system in memory",
		.text = text_tmpfs,
	},
	{
		.name = "readonly",
		.option = "read-only",
		.served = true,
		.help = "BOOL: the root file system cannot be written",
		.offset = offsetof(struct spec, readonly),
		.json = json_flag,
		.text = text_flag,
	},
	{
		.name = "env",
		.option = "env",
		.served = true,
		.repeats = true,
		.help = "NAME=VALUE: a variable of the command",
		.json = json_env,
		.text = text_env,
	},
	{
		.name = "cwd",
		.option = "workdir",
		.served = true,
		.help = "DIR: the directory the command starts in",
		.offset = offsetof(struct spec, cwd),
		.json = json_text,
		.text = text_string,
	},
	{
		.name = "user",
		.option = "user",
		.served = true,
		.help = "USER[:GROUP]: who the command runs as",
		.offset = offsetof(struct spec, user),
		.json = json_text,
		.text = text_string,
	},
	{
		.name = "groups",
		.option = "group-add",
		.served = true,
		.repeats = true,
		.help = "GROUP: one more group of the command, by number or name",
		.json = json_list,
		.text = text_group,
	},
	{
		.name = "hostname",
		.option = "hostname",
		.served = true,
		.help = "NAME: the host name inside",
		.offset = offsetof(struct spec, hostname),
		.json = json_text,
		.text = text_string,
	},
	{
		.name = "terminal",
		.option = "tty",
		.served = true,
		.help = "BOOL: the command gets a terminal",
		.offset = offsetof(struct spec, terminal),
		.json = json_flag,
		.text = text_flag,
	},
	{
		.name = "capabilities",
		.option = "cap-add",
		.served = true,
		.repeats = true,
		.help = "CAP|default: one more capability, or containerd's fourteen",
		.json = json_list,
		.text = text_capability,
	},
	{
		.name = "noNewPrivileges",
		.option = "no-new-privileges",
		.served = true,
		.help = "BOOL: setuid programs and file capabilities have no effect",
		.offset = offsetof(struct spec, no_new_privileges),
		.json = json_flag,
		.text = text_flag,
	},
	{
		.name = "profile",
		.option = "profile",
		.served = true,
		.help = "hardened|seed: what config.json holds beyond the description",
		.json = json_text,
		.text = text_profile,
	},
	{
		.name = "network",
		.option = "network",
		.served = true,
		.help = "none|host: a network of its own, or the host's",
		.json = json_text,
		.text = text_network,
	},
	{
		.name = "seccomp",
		.option = "seccomp",
		.served = true,
		.help = "default|unconfined|JSON: which system calls are allowed",
		.json = json_seccomp,
		.text = text_seccomp,
	},
	{
		.name = "rlimits",
		.option = "ulimit",
		.served = true,
		.repeats = true,
		.help = "NAME=SOFT[:HARD]: a resource limit of the process",
		.json = json_limits,
		.text = text_ulimit,
	},
	{
		.name = "resources",
		.served = true,
		.help = "limits of the control group",
		.json = json_resources,
	},
	{
		.name = "resources.memory",
		.option = "memory",
		.served = true,
		.help = "BYTES[k|m|g|t]: memory of all processes together",
		.json = json_quantity,
		.text = text_memory,
	},
	{
		.name = "resources.cpus",
		.option = "cpus",
		.served = true,
		.help = "NUMBER: processors' worth of time, such as 1.5",
		.json = json_quantity,
		.text = text_cpus,
	},
	{
		.name = "resources.pids",
		.option = "pids-limit",
		.served = true,
		.help = "NUMBER|unlimited: tasks at the same time",
		.json = json_quantity,
		.text = text_pids,
	},
	{
		.name = "sysctl",
		.option = "sysctl",
		.served = true,
		.repeats = true,
		.help = "NAME=VALUE: a kernel parameter of the container's namespaces",
		.json = json_sysctls,
		.text = text_sysctl,
	},
	{
		.name = "include",
		.option = "include",
		.served = true,
		.repeats = true,
		.help = "PATH[:[DST][:mode=,owner=]]: one more file or directory",
		.json = json_include,
		.text = text_include,
	},
	{
		.option = "source",
		.served = true,
		.help = "auto|nix|dpkg|files: who is asked for dependencies",
		.text = text_source,
	},
	{
		.option = "root",
		.served = true,
		.help = "DIR: the tree in which paths are resolved",
		.offset = offsetof(struct spec, root),
		.text = text_path,
	},
	{
		.option = "store",
		.served = true,
		.help = "DIR: a Nix store below another root",
		.offset = offsetof(struct spec, store),
		.text = text_path,
	},
	{
		.option = "store-dir",
		.served = true,
		.help = "DIR: the name of the store inside",
		.offset = offsetof(struct spec, store_dir),
		.text = text_path,
	},
	{
		.option = "db",
		.served = true,
		.help = "FILE: the database of the Nix store",
		.offset = offsetof(struct spec, db),
		.text = text_path,
	},
	{
		.option = "directory",
		.served = true,
		.help = "DIR: where relative names of files are looked up",
		.offset = offsetof(struct spec, directory),
		.text = text_path,
	},
	{
		.option = "timestamp",
		.served = true,
		.help = "SECONDS: the time of everything that has none of its own",
		.text = text_timestamp,
	},
	{
		.option = "strict",
		.served = true,
		.help = "BOOL: notes are errors",
		.offset = offsetof(struct spec, strict),
		.text = text_flag,
	},
	{
		.name = "rootless",
		.option = "rootless",
		.served = true,
		.help = "BOOL|UID[:GID]: a user namespace, for the caller or for these ids",
		.json = json_rootless,
		.text = text_rootless,
	},
	{
		.option = "uidmap",
		.served = true,
		.repeats = true,
		.help = "CONTAINER:HOST:SIZE: user ids of a user namespace",
		.text = text_uidmap,
	},
	{
		.option = "gidmap",
		.served = true,
		.repeats = true,
		.help = "CONTAINER:HOST:SIZE: group ids of a user namespace",
		.text = text_gidmap,
	},
	{
		.name = "devices",
		.option = "device",
		.served = true,
		.repeats = true,
		.help = "PATH[:DST][:ACCESS]: a device of the host",
		.json = json_devices,
		.text = text_device,
	},
	{
		.name = "config",
		.option = "config-merge",
		.served = true,
		.help = "JSON: a merge patch over config.json",
		.json = json_config,
		.text = text_config,
	},
	{
		.name = "packages",
		.option = "package",
		.served = true,
		.repeats = true,
		.help = "NAME: a package with all its files and what it depends on",
		.json = json_list,
		.text = text_package,
	},
	{
		.name = "without",
		.option = "without",
		.served = true,
		.repeats = true,
		.help = "NAME: a package that stays out, with what only it brings",
		.json = json_list,
		.text = text_without,
	},
	{
		.name = "keep",
		.option = "keep",
		.served = true,
		.repeats = true,
		.help = "WORD,...: kinds of files of packages that go in, too",
		.json = json_list,
		.text = text_keep,
	},
	{
		.name = "image",
		.help = "members of an image's configuration",
		.json = json_refuse_object,
	},
	{
		.option = "tag",
		.help = "NAME:TAG: the name of an image",
		.text = text_refuse,
	},
	{
		.option = "label",
		.repeats = true,
		.help = "NAME=VALUE: a label of an image",
		.text = text_refuse,
	},
	{
		.option = "entrypoint",
		.help = "JSON: the entry point of an image",
		.text = text_refuse,
	},
	{
		.option = "expose",
		.repeats = true,
		.help = "PORT: a port of an image",
		.text = text_refuse,
	},
	{
		.option = "stop-signal",
		.help = "SIGNAL: how an image is stopped",
		.text = text_refuse,
	},
	{
		.option = "annotation",
		.repeats = true,
		.help = "NAME=VALUE: an annotation",
		.text = text_refuse,
	},
	{
		.option = "platform",
		.help = "OS/ARCH: the platform of an image",
		.text = text_refuse,
	},
	{
		.option = "closure",
		.help = "KIND:FILE: a ready-made closure",
		.text = text_refuse,
	},
	{
		.option = "recommends",
		.served = true,
		.help = "none|source|all: weak dependencies",
		.text = text_recommends,
	},
	{
		.option = "conffiles",
		.served = true,
		.help = "warn|host: note configuration that was changed, or take it as meant",
		.text = text_conffiles,
	},
	{
		.option = "gconv",
		.served = true,
		.help = "auto|all|none: character set converters of glibc",
		.text = text_gconv,
	},
	{
		.option = "nss",
		.served = true,
		.help = "files|host: where names are looked up",
		.text = text_nss,
	},
	{
		.name = "keepSetuid",
		.option = "keep-setuid",
		.served = true,
		.help = "BOOL: set-id bits stay on files and directories",
		.offset = offsetof(struct spec, keep_setuid),
		.json = json_flag,
		.text = text_flag,
	},
	{
		.option = "rootfs",
		.help = "copy|bind: how store paths get in",
		.text = text_refuse,
	},
};

enum { FIELDS = sizeof(table) / sizeof(table[0]), MESSAGE_MAX = 512 };
static_assert(FIELDS <= 64, "spec.given has a bit per row");

size_t spec_fields(const struct spec_field **ret)
{
	*ret = table;
	return FIELDS;
}

const struct spec_field *field_by_name(const char *name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (table[i].name && !strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

const struct spec_field *field_by_option(const char *option)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (table[i].option && !strcmp(table[i].option, option))
			return &table[i];
	return NULL;
}

/* Keep candidate if it is nearer to word than what was seen, and near enough to be a slip. */
static void consider(const char *word, const char *candidate, size_t *best, const char **found)
{
	size_t d = text_distance(word, candidate);

	if (d < *best && d <= 1 + strlen(candidate) / 3) {
		*best = d;
		*found = candidate;
	}
}

const char *field_nearest_name(const char *prefix, const char *word)
{
	const char *found = NULL;
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < FIELDS; i++) {
		const char *name = table[i].name;

		if (!name || !text_starts(name, prefix) || strchr(name + strlen(prefix), '.'))
			continue;
		consider(word, name + strlen(prefix), &best, &found);
	}
	return found;
}

const char *field_nearest_option(const char *word)
{
	const char *found = NULL;
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < FIELDS; i++)
		if (table[i].option)
			consider(word, table[i].option, &best, &found);
	return found;
}

static uint64_t field_bit(const struct spec_field *field)
{
	return UINT64_C(1) << (field - table);
}

bool spec_is_given(const struct spec *s, const char *name)
{
	const struct spec_field *row = field_by_name(name);

	if (!row)
		row = field_by_option(name);
	return row && (s->given & field_bit(row));
}

const char *spec_option_of(const struct spec *s, const char *field)
{
	const struct spec_field *row = field_by_name(field);

	if (!row)
		row = field_by_option(field);
	return row && (s->given & ~s->loaded & field_bit(row)) ? row->option : NULL;
}

int spec_within(struct ctx *cx, int r, const struct spec *s, const char *name)
{
	const char *option = spec_option_of(s, name);

	if (!option)
		return within(cx, r, "'%s'", name);
	if (!field_by_name(name))
		return within(cx, r, "'--%s'", option);
	return within(cx, r, "'%s' (--%s)", name, option);
}

int field_fail(struct ctx *cx, const struct spec *s, const char *name, const char *format, ...)
{
	char why[MESSAGE_MAX];
	va_list ap;
	int r;

	va_start(ap, format);
	vsnprintf(why, sizeof(why), format, ap);
	va_end(ap);
	r = fail(cx, spec_option_of(s, name) ? OCIT_E_USAGE : OCIT_E_FORMAT, "%s", why);
	return spec_within(cx, r, s, name);
}

bool field_is_loaded(const struct spec_input *in)
{
	return in->spec->loaded & field_bit(in->field);
}

int field_begin(struct spec_input *in, const struct spec_field *field)
{
	uint64_t bit = field_bit(field);

	in->field = field;
	if (!in->document && (in->spec->loaded & bit) && !field->repeats)
		return fail(in->cx, in->code,
			"'%s' is given by the document already; an option cannot give it again",
			field->name);
	if ((in->spec->given & bit) && (in->document || !field->repeats))
		return input_fail(in, "is set twice");
	in->spec->given |= bit;
	if (in->document)
		in->spec->loaded |= bit;
	return 0;
}

int input_fail(struct spec_input *in, const char *format, ...)
{
	const char *quote = strchr(in->path, '\'') ? "" : "'";
	char why[MESSAGE_MAX];
	va_list ap;
	int r;

	va_start(ap, format);
	vsnprintf(why, sizeof(why), format, ap);
	va_end(ap);
	r = fail(in->cx, in->code, "%s", why);
	if (!in->len)
		return r;
	return within(in->cx, r, "%s%s%s", quote, in->path, quote);
}

int input_refuse(struct spec_input *in, const char *value)
{
	int r;

	if (!value)
		return fail(in->cx, OCIT_E_UNSUPPORTED, "'%s' is not served by this version yet",
			in->path);
	r = fail(in->cx, OCIT_E_UNSUPPORTED, "'%s' is not served by this version yet", value);
	return within(in->cx, r, "'%s'", in->path);
}

static void path_add(struct spec_input *in, const char *text)
{
	size_t room = sizeof(in->path) - 1 - in->len;
	size_t n = strnlen(text, room);

	memcpy(in->path + in->len, text, n);
	in->len += n;
	in->path[in->len] = '\0';
}

/* Can the key stand in a path without quotes? */
static bool key_is_word(const char *key)
{
	static const char word[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	return *key && !key[strspn(key, word)];
}

size_t input_enter(struct spec_input *in, const char *key)
{
	const char *quote = key_is_word(key) ? "" : "'";
	size_t before = in->len;

	if (before)
		path_add(in, ".");
	path_add(in, quote);
	path_add(in, key);
	path_add(in, quote);
	return before;
}

size_t input_enter_index(struct spec_input *in, size_t i)
{
	size_t before = in->len;
	char text[32];

	snprintf(text, sizeof(text), "[%zu]", i);
	path_add(in, text);
	return before;
}

void input_leave(struct spec_input *in, size_t len)
{
	in->len = len;
	in->path[len] = '\0';
}

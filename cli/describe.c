/* SPDX-License-Identifier: Apache-2.0 */
/* cli/describe.c: a document first, options over it, the caller's environment only where it is
 * named. */
#include "describe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "input.h"
#include "opt.h"
#include "text.h"

enum { EPOCH_MAX = 20 };

static const struct opt process_rows[] = {
	{ "env", 'e', "NAME[=VALUE]", "set a variable; without VALUE, to the caller's", OPT_OWN,
		ID_ENV },
	{ "env-file", 0, "FILE", "set the variables in FILE, one a line", OPT_OWN, ID_ENV_FILE },
	{ "workdir", 'w', "DIR", "start the command in DIR", OPT_SPEC, 0 },
	{ "user", 'u', "USER[:GROUP]", "run as USER, by number or by a name inside", OPT_SPEC, 0 },
	{ "group-add", 0, "GROUP", "one more group of the command", OPT_SPEC, 0 },
	{ "tty", 't', "[=BOOL]", "give the command a terminal", OPT_OWN, ID_TTY },
	{ "hostname", 0, "NAME", "the host name inside", OPT_SPEC, 0 },
	{ "volume", 'v', "SRC:DST[:ro|rw]", "show SRC of the host as DST, read-only unless rw",
		OPT_SPEC, 0 },
	{ "mount", 0, "type=TYPE,...", "a mount in full: type=, src=, dst=, options", OPT_SPEC, 0 },
	{ "tmpfs", 0, "DST[:OPTION,...]", "an empty file system in memory at DST", OPT_SPEC, 0 },
	{ "read-only", 0, "[=BOOL]", "mount the root file system read-only", OPT_SPEC, 0 },
	{ "network", 0, "none|host", "a network of its own with loopback only, or the host's",
		OPT_SPEC, 0 },
	{ "device", 0, "PATH[:DST][:rwm]", "let the command use a device of the host", OPT_SPEC,
		0 },
	{ "cap-add", 0, "CAP|default", "grant a capability, or containerd's fourteen", OPT_SPEC,
		0 },
	{ "no-new-privileges", 0, "BOOL", "false: setuid programs may gain privileges", OPT_SPEC,
		0 },
	{ "config-merge", 0, "FILE", "apply the JSON merge patch in FILE to config.json", OPT_OWN,
		ID_CONFIG_MERGE },
	{ "seccomp", 0, "default|unconfined|FILE", "which system calls are allowed", OPT_OWN,
		ID_SECCOMP },
	{ "profile", 0, "hardened|seed", "seed: what nixpkgs' ociTools writes, and no more",
		OPT_SPEC, 0 },
	{ "ulimit", 0, "NAME=SOFT[:HARD]", "limit a resource of the process", OPT_SPEC, 0 },
	{ "memory", 0, "BYTES[k|m|g|t]", "limit the memory of all processes", OPT_SPEC, 0 },
	{ "cpus", 0, "NUMBER", "limit the processors, such as 1.5", OPT_SPEC, 0 },
	{ "pids-limit", 0, "NUMBER|unlimited", "limit the number of tasks", OPT_SPEC, 0 },
	{ "sysctl", 0, "NAME=VALUE", "set a kernel parameter of the container", OPT_SPEC, 0 },
	{ "rootless", 0, "[=UID[:GID]]", "a user namespace: root inside is UID, or you, outside",
		OPT_SPEC, 0 },
	{ "uidmap", 0, "INSIDE:HOST:SIZE", "map a range of user ids into a user namespace",
		OPT_SPEC, 0 },
	{ "gidmap", 0, "INSIDE:HOST:SIZE", "map a range of group ids into a user namespace",
		OPT_SPEC, 0 },
	{ 0 },
};
const struct opt_group opt_process = { "Process options", process_rows };

static const struct opt files_rows[] = {
	{ "spec", 0, "FILE", "read the description in FILE (- is standard input) first", OPT_OWN,
		ID_SPEC },
	{ "include", 0, "PATH[:[DST][:ATTR]]", "put one more file or directory in, with its needs",
		OPT_SPEC, 0 },
	{ "package", 0, "NAME", "put a package in, with all its files and what it depends on",
		OPT_SPEC, 0 },
	{ "without", 0, "NAME", "leave a package out, with what only it brings", OPT_SPEC, 0 },
	{ "recommends", 0, "none|source|all", "which packages that others recommend go in",
		OPT_SPEC, 0 },
	{ "keep", 0, "WORD,...", "files of packages that stay out by default: doc, man, ...",
		OPT_SPEC, 0 },
	{ "conffiles", 0, "warn|host", "host: say nothing of configuration that was changed",
		OPT_SPEC, 0 },
	{ "keep-setuid", 0, "[=BOOL]", "keep the set-id bits of files and directories", OPT_SPEC,
		0 },
	{ "gconv", 0, "auto|all|none", "which of glibc's character set converters go in", OPT_SPEC,
		0 },
	{ "nss", 0, "files|host", "host: look up names as this machine's nsswitch.conf says",
		OPT_SPEC, 0 },
	{ "strict", 0, "[=BOOL]", "fail where a note would be printed", OPT_OWN, ID_STRICT },
	{ "timestamp", 0, "SECONDS", "time of files without one; default SOURCE_DATE_EPOCH or 1",
		OPT_OWN, ID_TIMESTAMP },
	{ 0 },
};
const struct opt_group opt_files = { "Content options", files_rows };

static const struct opt sources_rows[] = {
	{ "source", 0, "auto|nix|dpkg|files", "who is asked what a file needs", OPT_SPEC, 0 },
	{ "root", 0, "DIR", "resolve every path inside DIR", OPT_OWN, ID_ROOT },
	{ "store", 0, "DIR", "a Nix store below DIR", OPT_SPEC, 0 },
	{ "store-dir", 0, "DIR", "the store's name inside; default /nix/store", OPT_SPEC, 0 },
	{ "db", 0, "FILE", "the database of the Nix store", OPT_SPEC, 0 },
	{ "cache-dir", 0, "DIR", "where an index of the packages is kept", OPT_OWN, ID_CACHE_DIR },
	{ "no-cache", 0, "[=BOOL]", "keep no index, and use none", OPT_OWN, ID_NO_CACHE },
	{ 0 },
};
const struct opt_group opt_sources = { "Source options", sources_rows };

/* Promised for later: known by name, so that nothing is taken for something else. */
static const struct opt later_rows[] = {
	{ "publish", 'p', "PORT", "images name their ports with --expose; a bundle has none",
		OPT_REFUSED, 0 },
	{ "annotation", 0, "K=V", NULL, OPT_LATER, 0 },
	{ "attach", 0, "WORDS", NULL, OPT_LATER, 0 },
	{ "cache", 0, "URL", NULL, OPT_LATER, 0 },
	{ "closure", 0, "KIND:FILE", NULL, OPT_LATER, 0 },
	{ "compression", 0, "WORD", NULL, OPT_LATER, 0 },
	{ "entrypoint", 0, "JSON", NULL, OPT_LATER, 0 },
	{ "expose", 0, "PORT", NULL, OPT_LATER, 0 },
	{ "gc-root", 0, "LINK", NULL, OPT_LATER, 0 },
	{ "label", 0, "K=V", NULL, OPT_LATER, 0 },
	{ "layers-from", 0, "REF", NULL, OPT_LATER, 0 },
	{ "max-layers", 0, "NUMBER", NULL, OPT_LATER, 0 },
	{ "nix", 0, "INSTALLABLE", NULL, OPT_LATER, 0 },
	{ "no-stage", 0, NULL, NULL, OPT_LATER, 0 },
	{ "omit", 0, "FILE", NULL, OPT_LATER, 0 },
	{ "platform", 0, "OS/ARCH", NULL, OPT_LATER, 0 },
	{ "rootfs", 0, "copy|bind", NULL, OPT_LATER, 0 },
	{ "stop-signal", 0, "SIGNAL", NULL, OPT_LATER, 0 },
	{ "tag", 0, "NAME:TAG", NULL, OPT_LATER, 0 },
	{ "tls-verify", 0, "BOOL", NULL, OPT_LATER, 0 },
	{ "trusted-key", 0, "KEY", NULL, OPT_LATER, 0 },
	{ 0 },
};
const struct opt_group opt_later = { NULL, later_rows };

struct setting {
	struct cli *cli;
	ocit_ctx *ctx;
	ocit_spec *spec;
};

static int set(const struct setting *w, const char *option, const char *value)
{
	if (ocit_spec_option(w->ctx, w->spec, option, value) < 0)
		return ui_fail_ctx(&w->cli->ui, w->ctx, NULL);
	return STATUS_OK;
}

/* NAME=VALUE as it is; NAME alone takes the caller's value, and says so when there is none. */
static int set_variable(const struct setting *w, const char *text)
{
	const char *value;
	char *whole;
	size_t size;
	int status;

	if (strchr(text, '='))
		return set(w, "env", text);
	if (!*text)
		return ui_fail(&w->cli->ui, OCIT_E_USAGE, NULL, "'--env': the name is empty");
	value = getenv(text);
	if (!value) {
		char note[256];

		snprintf(note, sizeof(note), "variable '%.128s' is not set here and is left out",
			text);
		return ui_note(&w->cli->ui, note);
	}
	size = strlen(text) + strlen(value) + 2;
	whole = malloc(size);
	if (!whole)
		return ui_fail(&w->cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	snprintf(whole, size, "%s=%s", text, value);
	status = set(w, "env", whole);
	free(whole);
	return status;
}

/* What editors of other systems leave behind would become part of a name or a value unseen. */
static const char *line_fault(const char *line, size_t len, size_t number)
{
	if (strlen(line) != len)
		return "holds a NUL byte";
	if (number == 1 && !strncmp(line, "\xef\xbb\xbf", 3))
		return "starts with a byte-order mark (UTF-8 BOM)";
	if (len && line[len - 1] == '\r')
		return "ends with a carriage return (\\r\\n)";
	return NULL;
}

/* Lines NAME=VALUE or NAME; empty ones and those that start with '#' say nothing. */
static int set_lines(const struct setting *w, const char *path, char *text, size_t len)
{
	char *end = text + len;

	for (size_t number = 1; text < end; number++) {
		char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);
		int status = STATUS_OK;
		const char *fault;

		text[n] = '\0';
		fault = line_fault(text, n, number);
		if (fault)
			return ui_fail(&w->cli->ui, OCIT_E_FORMAT, NULL,
				"option '--env-file': '%s': line %zu: %s", path, number, fault);
		if (n && text[0] != '#')
			status = set_variable(w, text);
		if (status != STATUS_OK)
			return status;
		text += n + 1;
	}
	return STATUS_OK;
}

static int set_env_file(const struct setting *w, const char *path)
{
	char *text;
	size_t len;
	int status = input_read(w->cli, "env-file", path, &text, &len);

	if (status != STATUS_OK)
		return status;
	status = set_lines(w, path, text, len);
	free(text);
	return status;
}

/* The library takes the document, not the name of its file, and a word in a file is none. */
static int set_document(const struct setting *w, const char *option, const char *path)
{
	char *text;
	size_t len;
	int status = input_read(w->cli, option, path, &text, &len);

	if (status != STATUS_OK)
		return status;
	if (memchr(text, '\0', len))
		status = ui_fail(&w->cli->ui, OCIT_E_FORMAT, NULL,
			"option '--%s': '%s': NUL not allowed", option, path);
	else if (!strcmp(option, "seccomp") && text[strspn(text, " \t\r\n")] != '{')
		status = ui_fail(&w->cli->ui, OCIT_E_FORMAT, NULL,
			"option '--%s': '%s': is no JSON object", option, path);
	else if (ocit_spec_option(w->ctx, w->spec, option, text) < 0)
		status = ui_fail_ctx(&w->cli->ui, w->ctx, path);
	free(text);
	return status;
}

static int set_seccomp(const struct setting *w, const char *value)
{
	if (!strcmp(value, "default") || !strcmp(value, "unconfined"))
		return set(w, "seccomp", value);
	return set_document(w, "seccomp", value);
}

static int set_option(const struct setting *w, const struct opt_value *v)
{
	if (v->opt->kind == OPT_SPEC)
		return set(w, v->opt->name, v->value);
	switch (v->opt->id) {
	case ID_ENV:
		return set_variable(w, v->value);
	case ID_CONFIG_MERGE:
		return set_document(w, "config-merge", v->value);
	case ID_SECCOMP:
		return set_seccomp(w, v->value);
	case ID_ENV_FILE:
		return set_env_file(w, v->value);
	case ID_ROOT:
	case ID_STRICT:
	case ID_TIMESTAMP:
	case ID_TTY:
		return set(w, v->opt->name, v->value);
	default:
		return STATUS_OK;
	}
}

static int load(const struct setting *w, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	char *text;
	size_t len;
	int status = input_read(w->cli, "spec", path, &text, &len);

	if (status != STATUS_OK)
		return status;
	if (ocit_spec_load(w->ctx, w->spec, text, len, is_stdin ? "standard input" : path) < 0)
		status = ui_fail_ctx(&w->cli->ui, w->ctx, NULL);
	free(text);
	return status;
}

/* The one variable of the environment that changes the output without being asked for. */
static int set_epoch(const struct setting *w)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	if (!epoch || !*epoch)
		return STATUS_OK;
	if (strlen(epoch) > EPOCH_MAX)
		return ui_fail(&w->cli->ui, OCIT_E_USAGE, NULL,
			"environment variable SOURCE_DATE_EPOCH: %zu bytes, limit %d",
			strlen(epoch), EPOCH_MAX);
	if (ocit_spec_option(w->ctx, w->spec, "timestamp", epoch) < 0)
		return ui_fail_ctx(&w->cli->ui, w->ctx, "environment variable SOURCE_DATE_EPOCH");
	return STATUS_OK;
}

/* Arguments that name files are looked up where the caller stands, unless paths mean another tree.
 */
static int set_directory(const struct setting *w)
{
	char *here = getcwd(NULL, 0);
	int status;

	if (!here || here[0] != '/') {
		free(here);
		return ui_note(&w->cli->ui, "the current directory has no name any more: relative "
					    "arguments are not looked up");
	}
	status = set(w, "directory", here);
	free(here);
	return status;
}

/* They are no options to the user, so their place names them. */
static int set_arguments(const struct setting *w, char **args)
{
	for (size_t i = 0; args[i]; i++) {
		const ocit_error *error = ocit_ctx_error(w->ctx);

		if (ocit_spec_option(w->ctx, w->spec, "arg", args[i]) < 0)
			return ui_fail(&w->cli->ui, error->code, error->hint, "args[%zu]: %s", i,
				text_after(error->message, "'--arg': "));
	}
	return STATUS_OK;
}

/* Whoever is not root can start nothing else. */
static int set_rootless(const struct setting *w)
{
	static const char *const names[] = { "rootless", "uidmap", "gidmap" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ocit_spec_is_given(w->spec, names[i]))
			return STATUS_OK;
	return w->cli->rootless ? set(w, "rootless", "true") : STATUS_OK;
}

static int set_all(const struct setting *w, const struct opt_list *list)
{
	int status = STATUS_OK;

	w->cli->ui.strict = opt_is_true(list, ID_STRICT);
	if (opt_given(list, ID_SPEC))
		status = load(w, opt_value(list, ID_SPEC));
	if (status == STATUS_OK && !opt_given(list, ID_TIMESTAMP))
		status = set_epoch(w);
	if (status == STATUS_OK && !opt_given(list, ID_ROOT))
		status = set_directory(w);
	for (size_t i = 0; status == STATUS_OK && i < list->count; i++)
		status = set_option(w, &list->values[i]);
	if (status == STATUS_OK)
		status = set_rootless(w);
	return status == STATUS_OK ? set_arguments(w, list->rest) : status;
}

int describe(struct cli *cli, ocit_ctx *ctx, const struct opt_list *list, ocit_spec **ret)
{
	struct setting w = { .cli = cli, .ctx = ctx };
	int status;

	if (!list->rest[0] && !opt_given(list, ID_SPEC))
		return ui_fail(&cli->ui, OCIT_E_USAGE, "name it behind the options: -- CMD ARG...",
			"command: none is given");
	if (ocit_spec_new(ctx, &w.spec) < 0)
		return ui_fail_ctx(&cli->ui, ctx, NULL);
	status = set_all(&w, list);
	if (status != STATUS_OK) {
		ocit_spec_free(w.spec);
		return status;
	}
	*ret = w.spec;
	return STATUS_OK;
}

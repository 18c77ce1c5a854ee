/* SPDX-License-Identifier: Apache-2.0 */
/* cli/output.c: TRANSPORT:WHERE in the words of containers-transports(5). */
#include "output.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "opt.h"
#include "text.h"

static const char *const served[] = { "bundle", "rootfs", "tar", NULL };
static const char *const images[] = { "oci", "oci-archive", "docker", "docker-archive", NULL };

static const char *find_prefix(const char *const *words, const char *text, size_t len)
{
	for (; *words; words++)
		if (strlen(*words) == len && !strncmp(*words, text, len))
			return *words;
	return NULL;
}

/* Is there a word before a ':'? A '/' comes first in the name of a directory. */
static bool has_transport(const char *text, size_t *ret_len)
{
	size_t len = strcspn(text, ":/");

	if (text[len] != ':')
		return false;
	*ret_len = len;
	return true;
}

static int fail_unknown(struct cli *cli, const char *text, size_t len)
{
	char word[64], hint[256];
	const char *near = NULL;
	size_t distance = SIZE_MAX;

	snprintf(word, sizeof(word), "%.*s", (int)(len < 60 ? len : 60), text);
	for (size_t i = 0; served[i]; i++)
		text_nearest(word, served[i], &distance, &near);
	if (near)
		snprintf(hint, sizeof(hint), "did you mean '%s:'?", near);
	else
		snprintf(hint, sizeof(hint),
			"bundle, rootfs and tar are served; a directory of that name is './%.128s'",
			text);
	return ui_fail(
		&cli->ui, OCIT_E_USAGE, hint, "option '--output': unknown transport '%s'", word);
}

static int fail_image(struct cli *cli, const char *text)
{
	return ui_fail(&cli->ui, OCIT_E_USAGE, "bundle:DIR, rootfs:DIR and tar:FILE are served",
		"option '--output': images such as '%s' are not served by this version yet", text);
}

/* Into standard output: only where it can be meant. */
static int take_stdout(struct cli *cli, const ocit_target *target, const char *text)
{
	if (strcmp(target->transport, "tar") != 0)
		return ui_fail(&cli->ui, OCIT_E_USAGE, "a directory of that name is './-'",
			"option '--output': '%s' cannot be standard output", text);
	if (cli->no_stdout)
		return ui_fail(&cli->ui, OCIT_E_SYSTEM, NULL, "standard output: is closed");
	if (isatty(STDOUT_FILENO) == 1)
		return ui_fail(&cli->ui, OCIT_E_USAGE, "redirect standard output, or name a file",
			"option '--output': '%s' is refused: standard output is a terminal", text);
	return STATUS_OK;
}

/* One archive of an image, as other tools take it. */
static int fail_archive(struct cli *cli)
{
	return ui_fail(&cli->ui, OCIT_E_USAGE,
		"'tar:-' writes the root file system to standard output; a directory of that name "
		"is './-'",
		"option '--output': '-', an image archive on standard output, is not served by "
		"this version yet");
}

static int parse_one(struct cli *cli, const char *text, ocit_target *target)
{
	size_t len = 0;
	const char *where = text;

	*target = (ocit_target)OCIT_TARGET_INIT;
	target->transport = "bundle";
	if (!strcmp(text, "-"))
		return fail_archive(cli);
	if (has_transport(text, &len)) {
		if (find_prefix(images, text, len))
			return fail_image(cli, text);
		target->transport = find_prefix(served, text, len);
		if (!target->transport)
			return fail_unknown(cli, text, len);
		where = text + len + 1;
	}
	if (!*where)
		return ui_fail(
			&cli->ui, OCIT_E_USAGE, NULL, "option '--output': '%s' has no name", text);
	if (!strcmp(where, "-")) {
		target->fd = STDOUT_FILENO;
		return take_stdout(cli, target, text);
	}
	target->name = where;
	return STATUS_OK;
}

/* What two spellings of one name have in common: no "./" in front, no '/' behind. */
static size_t trim(const char **name)
{
	size_t len;

	while (!strncmp(*name, "./", 2))
		*name += 2;
	len = strlen(*name);
	while (len > 1 && (*name)[len - 1] == '/')
		len--;
	return len;
}

static bool same_name(const char *a, const char *b)
{
	size_t la, lb;

	if (!a || !b)
		return a == b;
	la = trim(&a);
	lb = trim(&b);
	return la == lb && !memcmp(a, b, la);
}

static int add_one(struct cli *cli, const char *text, struct outputs *o)
{
	ocit_target *target = &o->targets[o->count];
	int status = parse_one(cli, text, target);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < o->count; i++)
		if (same_name(o->targets[i].name, target->name))
			return ui_fail(&cli->ui, OCIT_E_USAGE, NULL,
				"option '--output': '%s' is named twice", text);
	o->to_stdout |= !target->name;
	o->count++;
	return STATUS_OK;
}

/* A stream has no name that could be replaced or last. */
static int set_flags(struct cli *cli, const struct opt_list *list, struct outputs *o)
{
	const char *named = opt_given(list, ID_REPLACE) ? "replace"
			    : opt_given(list, ID_SYNC)  ? "sync"
							: NULL;
	size_t names = 0;

	for (size_t i = 0; i < o->count; i++) {
		ocit_target *t = &o->targets[i];

		if (opt_given(list, ID_NO_VERIFY))
			t->flags |= OCIT_TARGET_NO_VERIFY;
		if (t->name && opt_given(list, ID_REPLACE))
			t->flags |= OCIT_TARGET_REPLACE;
		if (t->name && opt_given(list, ID_SYNC))
			t->flags |= OCIT_TARGET_SYNC;
		names += t->name != NULL;
	}
	if (o->count && !names && named)
		return ui_fail(&cli->ui, OCIT_E_USAGE, NULL,
			"option '--%s': standard output has no name", named);
	return STATUS_OK;
}

int outputs_parse(struct cli *cli, const struct opt_list *list, struct outputs *ret)
{
	struct outputs o = { .targets = calloc(list->count + 1, sizeof(*o.targets)) };
	int status = STATUS_OK;

	if (!o.targets)
		return ui_fail(&cli->ui, OCIT_E_NOMEM, NULL, "out of memory");
	for (size_t i = 0; status == STATUS_OK && i < list->count; i++) {
		const struct opt_value *v = &list->values[i];

		if (v->opt->kind == OPT_OWN && v->opt->id == ID_OUTPUT)
			status = add_one(cli, v->value, &o);
	}
	if (status == STATUS_OK)
		status = set_flags(cli, list, &o);
	if (status != STATUS_OK) {
		outputs_done(&o);
		return status;
	}
	*ret = o;
	return STATUS_OK;
}

void outputs_done(struct outputs *outputs)
{
	free(outputs->targets);
	outputs->targets = NULL;
	outputs->count = 0;
}

static const char *where_of(const ocit_target *target)
{
	return target->name ? target->name : "-";
}

static void print_json(FILE *out, const struct outputs *o, bool done)
{
	fputs("\"outputs\":[", out);
	for (size_t i = 0; i < o->count; i++) {
		const ocit_target *t = &o->targets[i];

		fprintf(out, "%s{\"transport\":\"%s\",\"where\":", i ? "," : "", t->transport);
		text_json(out, where_of(t));
		if (done && *t->digest)
			fprintf(out, ",\"digest\":\"%s\"", t->digest);
		if (done)
			fprintf(out, ",\"bytes\":%" PRIu64 ",\"files\":%" PRIu64, t->bytes,
				t->files);
		putc('}', out);
	}
	fputs("]}\n", out);
}

/* NULL: nobody is to see the lines. */
static FILE *result_stream(const struct cli *cli, const struct outputs *o)
{
	if (o->to_stdout)
		return cli->ui.quiet ? NULL : stderr;
	return cli->no_stdout ? NULL : stdout;
}

void outputs_print(const struct cli *cli, const struct outputs *outputs)
{
	FILE *out = result_stream(cli, outputs);

	if (!out)
		return;
	if (ui_is_json(&cli->ui)) {
		fputs("{\"schemaVersion\":1,", out);
		print_json(out, outputs, true);
		return;
	}
	for (size_t i = 0; i < outputs->count; i++) {
		const ocit_target *t = &outputs->targets[i];

		fprintf(out, "%s:", t->transport);
		text_print(out, where_of(t));
		fprintf(out, " %s\n", *t->digest ? t->digest : "-");
	}
}

void outputs_preview(
	const struct cli *cli, const struct outputs *outputs, const ocit_summary *summary)
{
	if (cli->no_stdout)
		return;
	if (ui_is_json(&cli->ui)) {
		printf("{\"schemaVersion\":1,\"dryRun\":true,\"units\":%" PRIu64
		       ",\"entries\":%" PRIu64 ",\"bytes\":%" PRIu64 ",",
			summary->units, summary->files, summary->bytes);
		print_json(stdout, outputs, false);
		return;
	}
	if (!outputs->count)
		printf("%" PRIu64 " units, %" PRIu64 " entries, %" PRIu64 " bytes\n",
			summary->units, summary->files, summary->bytes);
	for (size_t i = 0; i < outputs->count; i++) {
		const ocit_target *t = &outputs->targets[i];

		printf("would write %s:", t->transport);
		text_print(stdout, where_of(t));
		printf(": %" PRIu64 " units, %" PRIu64 " entries, %" PRIu64 " bytes\n",
			summary->units, summary->files, summary->bytes);
	}
}

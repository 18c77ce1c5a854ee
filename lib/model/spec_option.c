/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_option.c: fields from the text of their options; JSON strings take the same way. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/capability.h"
#include "model/spec_fields.h"

/* GROUPS_MAX: what a process can have (NGROUPS_MAX). */
enum { LIST_FIRST = 8, GROUPS_MAX = 65536 };

/* What eleven octal digits of a tar header hold: the year 2242. */
static const uint64_t timestamp_max = UINT64_C(8589934591);

void *list_add(struct spec_input *in, void *list, size_t *n, size_t size)
{
	bool full = !*n || (*n >= LIST_FIRST && !(*n & (*n - 1)));
	unsigned char *bytes, *grown;

	/* Copied, not dereferenced: a list of any element type comes through here. */
	memcpy(&bytes, list, sizeof(bytes));
	/* Powers of two from LIST_FIRST on: the length alone says when the room is used up. */
	if (full) {
		grown = arena_array(&in->spec->arena, *n ? *n * 2 : LIST_FIRST, size);
		if (!grown)
			return NULL;
		if (*n)
			memcpy(grown, bytes, *n * size);
		bytes = grown;
		memcpy(list, &bytes, sizeof(bytes));
	}
	return bytes + size * (*n)++;
}

int value_copy(struct spec_input *in, const char *text, const char **ret)
{
	const char *copy = arena_str(&in->spec->arena, text);

	if (!copy)
		return fail_nomem(in->cx);
	*ret = copy;
	return 0;
}

int value_utf8(struct spec_input *in, const char *text, const char **ret)
{
	size_t bad;

	if (!text_utf8(text, strlen(text), &bad))
		return input_fail(in, "byte %zu is not UTF-8: config.json cannot hold it", bad);
	return value_copy(in, text, ret);
}

int value_list_add(struct spec_input *in, const char ***list, size_t *n, const char *text)
{
	const char *copy;
	const char **slot;
	int r = value_utf8(in, text, &copy);

	if (r < 0)
		return r;
	slot = list_add(in, list, n, sizeof(*slot));
	if (!slot)
		return fail_nomem(in->cx);
	*slot = copy;
	return 0;
}

static void *field_place(const struct spec_input *in)
{
	return (unsigned char *)in->spec + in->field->offset;
}

int text_string(struct spec_input *in, const char *text)
{
	return value_utf8(in, text, (const char **)field_place(in));
}

int text_path(struct spec_input *in, const char *text)
{
	if (!*text)
		return input_fail(in, "is empty");
	return value_copy(in, text, (const char **)field_place(in));
}

/* "true" and "false" only: what else means yes differs from tool to tool. */
static int flag_parse(struct spec_input *in, const char *text, bool *ret)
{
	bool on = !strcmp(text, "true");

	if (!on && strcmp(text, "false") != 0)
		return input_fail(in, "expected true or false, found '%s'", text);
	*ret = on;
	return 0;
}

int text_flag(struct spec_input *in, const char *text)
{
	return flag_parse(in, text, field_place(in));
}

int text_refuse(struct spec_input *in, const char *text)
{
	(void)text; /* no value of it is served */
	return input_refuse(in, NULL);
}

int text_arg(struct spec_input *in, const char *text)
{
	if (!in->document && field_is_loaded(in))
		return advise(in->cx, fail(in->cx, in->code, "the document has 'args' already"),
			"leave 'args' out of the document to give the command here");
	return value_list_add(in, &in->spec->args, &in->spec->n_args, text);
}

int text_env(struct spec_input *in, const char *text)
{
	size_t name = strcspn(text, "=");

	if (!text[name])
		return input_fail(in, "expected NAME=VALUE, found '%s'", text);
	if (!name)
		return input_fail(in, "the name before '=' is empty");
	return value_list_add(in, &in->spec->env, &in->spec->n_env, text);
}

int text_group(struct spec_input *in, const char *text)
{
	if (in->spec->n_groups == GROUPS_MAX)
		return input_fail(in, "more than %d groups", GROUPS_MAX);
	return value_list_add(in, &in->spec->groups, &in->spec->n_groups, text);
}

static int capability_add(struct spec_input *in, const char *name)
{
	struct spec *s = in->spec;
	size_t at = 0;

	while (at < s->n_capabilities && strcmp(s->capabilities[at], name) < 0)
		at++;
	if (at < s->n_capabilities && !strcmp(s->capabilities[at], name))
		return 0;
	if (!list_add(in, &s->capabilities, &s->n_capabilities, sizeof(name)))
		return fail_nomem(in->cx);
	memmove(s->capabilities + at + 1, s->capabilities + at,
		(s->n_capabilities - 1 - at) * sizeof(name));
	s->capabilities[at] = name;
	return 0;
}

static int capability_unknown(struct spec_input *in, const char *text)
{
	const char *near = capability_nearest(text);
	int r = input_fail(in, "unknown capability '%s'", text);

	if (near)
		return advise(in->cx, r, "did you mean '%s'?", near);
	if (strchr(text, ','))
		return advise(in->cx, r, "several are given with one name each");
	return advise(in->cx, r,
		"names are those of capabilities(7); 'default' is containerd's fourteen");
}

int text_capability(struct spec_input *in, const char *text)
{
	const char *name = capability_find(text);
	const char *const *defaults;
	size_t n;

	if (name)
		return capability_add(in, name);
	if (strcmp(text, "default") != 0)
		return capability_unknown(in, text);
	defaults = capability_defaults(&n);
	for (size_t i = 0; i < n; i++) {
		int r = capability_add(in, defaults[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

int text_profile(struct spec_input *in, const char *text)
{
	if (!strcmp(text, "hardened"))
		in->spec->profile = PROFILE_HARDENED;
	else if (!strcmp(text, "seed"))
		in->spec->profile = PROFILE_SEED;
	else
		return input_fail(in, "expected hardened or seed, found '%s'", text);
	return 0;
}

int text_network(struct spec_input *in, const char *text)
{
	bool host = !strcmp(text, "host");

	if (!host && strcmp(text, "none") != 0)
		return input_fail(in, "expected none or host, found '%s'", text);
	in->spec->host_network = host;
	return 0;
}

int text_source(struct spec_input *in, const char *text)
{
	static const char *const words[] = { "auto", "nix", "dpkg", "files" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(text, words[i])) {
			in->spec->source = words[i];
			return 0;
		}
	}
	return input_fail(in, "expected auto, nix, dpkg or files, found '%s'", text);
}

/* Which of the words is text? Where it is none, the error names them all. */
static int choose(struct spec_input *in, const char *const *words, size_t n, const char *expected,
	const char *text, size_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(text, words[i])) {
			*ret = i;
			return 0;
		}
	}
	return input_fail(in, "expected %s, found '%s'", expected, text);
}

int text_gconv(struct spec_input *in, const char *text)
{
	static const char *const words[] = {
		[GCONV_AUTO] = "auto", [GCONV_ALL] = "all", [GCONV_NONE] = "none"
	};
	size_t found = in->spec->gconv;
	int r = choose(in, words, 3, "auto, all or none", text, &found);

	in->spec->gconv = (enum gconv)found;
	return r;
}

int text_nss(struct spec_input *in, const char *text)
{
	static const char *const words[] = { [NSS_FILES] = "files", [NSS_HOST] = "host" };
	size_t found = in->spec->nss;
	int r = choose(in, words, 2, "files or host", text, &found);

	in->spec->nss = (enum nss)found;
	return r;
}

int text_recommends(struct spec_input *in, const char *text)
{
	static const char *const words[] = {
		[RECOMMENDS_SOURCE] = "source", [RECOMMENDS_NONE] = "none", [RECOMMENDS_ALL] = "all"
	};
	size_t found = in->spec->recommends;
	int r = choose(in, words, 3, "none, source or all", text, &found);

	in->spec->recommends = (enum recommends)found;
	return r;
}

int text_conffiles(struct spec_input *in, const char *text)
{
	static const char *const words[] = { [CONFFILES_WARN] = "warn", [CONFFILES_HOST] = "host" };
	size_t found = in->spec->conffiles;
	int r = choose(in, words, 2, "warn or host", text, &found);

	in->spec->conffiles = (enum conffiles)found;
	return r;
}

/* "name" or "name:arch", as dpkg spells them. */
static int check_package(struct spec_input *in, const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+-.");

	if (*text && strchr(letters, *text) &&
		(!text[name] || (text[name] == ':' && text[name + 1] &&
					!text[name + 1 +
						strspn(text + name + 1,
							"abcdefghijklmnopqrstuvwxyz0123456789-")])))
		return 0;
	return input_fail(in, "expected the name of a package, found '%s'", text);
}

int text_package(struct spec_input *in, const char *text)
{
	int r = check_package(in, text);

	return r < 0 ? r : value_list_add(in, &in->spec->packages, &in->spec->n_packages, text);
}

int text_without(struct spec_input *in, const char *text)
{
	int r = check_package(in, text);

	return r < 0 ? r : value_list_add(in, &in->spec->without, &in->spec->n_without, text);
}

const char *const keep_words[KEEP_WORDS] = { "doc", "man", "info", "locale", "pyc", "copyright",
	"completion", "desktop", "system", "tests" };

static int keep_word(struct spec_input *in, const char *word)
{
	size_t found = 0;
	int r;

	if (text_starts(word, "locale=") && word[strlen("locale=")])
		return value_list_add(
			in, &in->spec->locales, &in->spec->n_locales, word + strlen("locale="));
	r = choose(in, keep_words, KEEP_WORDS,
		"doc, man, info, locale, locale=NAME, pyc, copyright, completion, desktop, system "
		"or tests",
		word, &found);
	if (r == 0)
		in->spec->keep |= 1U << found;
	return r;
}

int text_keep(struct spec_input *in, const char *text)
{
	int r = 0;

	do {
		size_t len = strcspn(text, ",");
		const char *word = arena_copy(&in->spec->arena, text, len);

		r = word ? keep_word(in, word) : fail_nomem(in->cx);
		text += len + (text[len] == ',');
	} while (*text && r == 0);
	return r;
}

int text_timestamp(struct spec_input *in, const char *text)
{
	uint64_t v;

	if (!text_u64(text, strlen(text), timestamp_max, &v))
		return input_fail(in, "expected seconds from 0 to %ju, found '%s'",
			(uintmax_t)timestamp_max, text);
	in->spec->timestamp = (int64_t)v;
	return 0;
}

int spec_option(struct ctx *cx, struct spec *s, const char *option, const char *value)
{
	struct spec_input in = { .cx = cx, .spec = s, .code = OCIT_E_USAGE };
	const struct spec_field *field = field_by_option(option);
	const char *near;
	int r;

	if (!field) {
		near = field_nearest_option(option);
		r = fail(cx, OCIT_E_USAGE, "unknown option '--%s'", option);
		return near ? advise(cx, r, "did you mean '--%s'?", near) : r;
	}
	in.len = (size_t)snprintf(in.path, sizeof(in.path), "--%s", field->option);
	r = field_begin(&in, field);
	return r < 0 ? r : field->text(&in, value);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_config.c: the fields that hold a piece of another document: kept as text. */
#include <string.h>

#include "base/buf.h"
#include "codec/json.h"
#include "codec/json_merge.h"
#include "codec/json_out.h"
#include "model/spec_fields.h"

static const struct json_limits wide = {
	.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
};

static int keep(struct spec_input *in, const struct json_value *v, const char **ret)
{
	AUTO(buf) struct buf text;
	struct json_out out;
	int r;

	buf_init(&text, JSON_BYTES_MAX);
	json_out_init(&out, &text, 0);
	json_out_value(&out, v);
	json_out_finish(&out);
	r = buf_check(in->cx, &text);
	return r < 0 ? r : value_copy(in, text.data, ret);
}

int json_config(struct spec_input *in, const struct json_value *v)
{
	if (json_type(v) != JSON_OBJECT)
		return input_fail(in, "expected object, found %s", json_type_name(json_type(v)));
	return keep(in, v, &in->spec->config);
}

/* The form of an option is the text of the document itself: it is one, whoever brings it. */
static int parse(struct spec_input *in, const char *text, struct json **ret)
{
	in->code = OCIT_E_FORMAT;
	return json_parse_limited(in->cx, text, strlen(text), in->path, &wide, ret);
}

int text_config(struct spec_input *in, const char *text)
{
	AUTO(json) struct json *doc = NULL;
	int r = parse(in, text, &doc);

	return r < 0 ? r : json_config(in, json_root(doc));
}

/* What members it has beyond its types is judged when all of config.json is. */
static int keep_profile(struct spec_input *in, const struct json_value *v)
{
	if (json_member(v, "archMap"))
		return advise(in->cx,
			input_fail(in, "has 'archMap': this is the form of docker and podman"),
			"the form is linux.seccomp of the runtime specification: write "
			"'architectures', and rules without 'includes' and 'excludes'");
	if (!json_member(v, "defaultAction"))
		return input_fail(in, "'defaultAction' is missing");
	return keep(in, v, &in->spec->seccomp);
}

static int seccomp_word(struct spec_input *in, const char *word)
{
	in->spec->seccomp_unconfined = !strcmp(word, "unconfined");
	if (in->spec->seccomp_unconfined || !strcmp(word, "default"))
		return 0;
	return advise(in->cx,
		input_fail(in, "expected default, unconfined or an object, found '%s'", word),
		"in a document the profile stands itself, as linux.seccomp of config.json; "
		"--seccomp takes the name of its file");
}

int json_seccomp(struct spec_input *in, const struct json_value *v)
{
	if (json_type(v) == JSON_OBJECT)
		return keep_profile(in, v);
	if (json_type(v) == JSON_STRING)
		return seccomp_word(in, json_string(v));
	return input_fail(in, "expected string or object, found %s", json_type_name(json_type(v)));
}

int text_seccomp(struct spec_input *in, const char *text)
{
	AUTO(json) struct json *doc = NULL;
	int r;

	if (text[strspn(text, " \t\r\n")] != '{')
		return seccomp_word(in, text);
	r = parse(in, text, &doc);
	return r < 0 ? r : json_seccomp(in, json_root(doc));
}

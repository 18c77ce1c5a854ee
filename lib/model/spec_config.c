/* SPDX-License-Identifier: Apache-2.0 */
/* model/spec_config.c: the field that holds a piece of another document: kept as text. */
#include <string.h>

#include "base/buf.h"
#include "codec/json.h"
#include "codec/json_merge.h"
#include "codec/json_out.h"
#include "model/spec_fields.h"

int json_config(struct spec_input *in, const struct json_value *v)
{
	AUTO(buf) struct buf text;
	struct json_out out;
	int r;

	buf_init(&text, JSON_BYTES_MAX);
	if (json_type(v) != JSON_OBJECT)
		return input_fail(in, "expected object, found %s", json_type_name(json_type(v)));
	json_out_init(&out, &text, 0);
	json_out_value(&out, v);
	json_out_finish(&out);
	r = buf_check(in->cx, &text);
	return r < 0 ? r : value_copy(in, text.data, &in->spec->config);
}

/* The form of an option is the text of the document itself. */
int text_config(struct spec_input *in, const char *text)
{
	static const struct json_limits wide = {
		.bytes = JSON_BYTES_MAX, .members = JSON_MEMBERS_MAX, .wide = true
	};
	AUTO(json) struct json *doc = NULL;
	int r;

	/* It is a document, whoever brings it. */
	in->code = OCIT_E_FORMAT;
	r = json_parse_limited(in->cx, text, strlen(text), in->path, &wide, &doc);

	return r < 0 ? r : json_config(in, json_root(doc));
}

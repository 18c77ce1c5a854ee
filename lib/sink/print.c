/* SPDX-License-Identifier: Apache-2.0 */
/* sink/print.c: the spelling of names and numbers in reports and records. */
#include "sink/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/json_out.h"

void print_safe(struct buf *out, const char *s)
{
	while (*s) {
		size_t shown = text_shown(s);

		if (shown)
			buf_add(out, s, shown);
		else
			buf_printf(out, "\\x%02x", (unsigned char)*s);
		s += shown ? shown : 1;
	}
}

void print_size(uint64_t bytes, char ret[PRINT_SIZE_MAX])
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	uint64_t scale = 1000;
	size_t unit = 0;

	if (bytes < 1000) {
		snprintf(ret, PRINT_SIZE_MAX, "%u B", (unsigned)bytes);
		return;
	}
	/* 999,950 rounds to 1000.0 kB: it is 1.0 MB already */
	while (unit < 5 && bytes >= scale * 1000 - scale / 20) {
		scale *= 1000;
		unit++;
	}
	snprintf(ret, PRINT_SIZE_MAX, "%.1f %s", (double)bytes / (double)scale, units[unit]);
}

void print_count(uint64_t n, char ret[PRINT_COUNT_MAX])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	size_t at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			ret[at++] = ',';
		ret[at++] = digits[i];
	}
	ret[at] = '\0';
}

static void json_hex(struct json_out *o, const char *key, const char *name, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	struct buf text;

	buf_init(&text, 2 * len);
	for (size_t i = 0; i < len; i++) {
		buf_char(&text, digits[(unsigned char)name[i] >> 4]);
		buf_char(&text, digits[name[i] & 15]);
	}
	json_out_key(o, key);
	json_out_bytes(o, text.data ? text.data : "", text.len);
	if (text.error && !o->buf->error)
		o->buf->error = text.error;
	buf_done(&text);
}

void print_json_name(struct json_out *o, const char *key, const char *name)
{
	size_t len = strlen(name), bad;
	char hex[32];

	json_out_key_string(o, key, name);
	if (text_utf8(name, len, &bad))
		return;
	snprintf(hex, sizeof(hex), "%sHex", key);
	json_hex(o, hex, name, len);
}

void print_json_digest(struct json_out *o, const char *key, const struct digest *d)
{
	char text[DIGEST_TEXT_MAX];

	if (!d || d->algo == DIGEST_NONE)
		return;
	digest_text(d, text);
	json_out_key_string(o, key, text);
}

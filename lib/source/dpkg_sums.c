/* SPDX-License-Identifier: Apache-2.0 */
/* source/dpkg_sums.c: a line for each file, in two forms. */
#include "source/dpkg_sums.h"

#include <string.h>

enum { MD5_DIGITS = 32 };

/* Cut the last word off a line; *ret has no length when there is none. */
static void cut_word(const char *line, size_t *len, struct deb822_field *ret)
{
	size_t end = *len, at;

	while (end && line[end - 1] == ' ')
		end--;
	at = end;
	while (at && line[at - 1] != ' ')
		at--;
	*ret = (struct deb822_field){ .value = line + at, .len = end - at };
	while (at && line[at - 1] == ' ')
		at--;
	*len = at;
}

/* " /PATH MD5", and "obsolete" or "remove-on-upgrade" behind it. Paths may have blanks. */
static bool read_conffile(const char *line, size_t len, struct dpkg_sum *ret)
{
	struct deb822_field word;

	*ret = (struct dpkg_sum){ .path = line };
	cut_word(line, &len, &word);
	while (deb822_says(&word, "obsolete") || deb822_says(&word, "remove-on-upgrade")) {
		ret->obsolete |= word.value[0] == 'o';
		cut_word(line, &len, &word);
	}
	while (len && *ret->path == ' ') {
		ret->path++;
		len--;
	}
	ret->len = len;
	return len && *ret->path == '/' && digest_parse_md5(word.value, word.len, &ret->md5);
}

/* "MD5  PATH", as md5sum(1) writes it. */
static bool read_sum(const char *line, size_t len, struct dpkg_sum *ret)
{
	*ret = (struct dpkg_sum){ .path = line + MD5_DIGITS + 2 };
	if (len <= MD5_DIGITS + 2 || line[MD5_DIGITS] != ' ' ||
		!digest_parse_md5(line, MD5_DIGITS, &ret->md5))
		return false;
	ret->len = len - MD5_DIGITS - 2;
	return true;
}

static int each(const char *text, size_t len,
	bool (*read)(const char *line, size_t len, struct dpkg_sum *ret), dpkg_sum_fn *fn,
	void *data)
{
	int r = 0;

	while (len && r == 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		struct dpkg_sum sum;

		if (read(text, n, &sum))
			r = fn(data, &sum);
		text += n + (end != NULL);
		len -= n + (end != NULL);
	}
	return r;
}

int dpkg_conffiles_each(const struct deb822_field *field, dpkg_sum_fn *fn, void *data)
{
	return each(field->value, field->len, read_conffile, fn, data);
}

int dpkg_sums_each(const char *text, size_t len, dpkg_sum_fn *fn, void *data)
{
	return each(text, len, read_sum, fn, data);
}
